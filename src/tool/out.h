/* SPDX-License-Identifier: GPL-2.0 */
/*
 * out.h - print untrusted text (names of processes and algorithms) safely to a
 * terminal, as JSON and for Prometheus; colours, columns and units.
 */
#ifndef AC_OUT_H
#define AC_OUT_H

#include <stdbool.h>
#include <stdio.h>

enum ac_out_color {
	AC_OUT_PLAIN,
	AC_OUT_GREEN,
	AC_OUT_YELLOW,
	AC_OUT_RED,
	AC_OUT_BOLD,
};

/*
 * Use colours "always", "never" or, if stdout is a terminal and NO_COLOR is not set,
 * "auto". Return false if @when is something else.
 */
bool ac_out_use_color(const char *when);

/* Size of the terminal on stdout. 0: there is none, so there is no limit. */
int ac_out_width(void);
int ac_out_height(void);

/* Print text padded to @width. */
void ac_out_cell(enum ac_out_color color, int width, const char *text);

/*
 * Print the last cell of a line, which begins at column @used, and the newline. Cut
 * the text at the edge of the terminal.
 */
void ac_out_last(enum ac_out_color color, int used, const char *text);

/*
 * Print paragraphs in lines of 79 columns at most. The first begins with @head; the
 * others are indented as far.
 */
void ac_out_text(enum ac_out_color color, const char *head, const char *text);

/* Print a number right-aligned in @width, or "-" if it is negative. */
void ac_out_number(int width, long long number);

/* The same with a unit, such as 1.5M; @unit is 1000 or 1024. */
void ac_out_units(int width, double number, double unit);

/* printf to stderr, with the prefix "algif-copy: " and a newline. */
void ac_out_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Print JSON. NULL and negative numbers become null. */
void ac_out_json_string(const char *text);

/* Print a member of an object. @end follows it. */
void ac_out_json_text(const char *key, const char *value, const char *end);
void ac_out_json_number(const char *key, long long value, const char *end);
void ac_out_json_real(const char *key, double value, const char *end);
void ac_out_json_bool(const char *key, long long value, const char *end);

/* Print the value of a Prometheus label without its quotes. */
void ac_out_label(const char *text);

#endif
