/* SPDX-License-Identifier: GPL-2.0 */
/*
 * out.h - print untrusted text (names of processes and algorithms) safely to a
 * terminal, as JSON and for Prometheus; colours.
 */
#ifndef AC_OUT_H
#define AC_OUT_H

#include <stdio.h>

enum ac_out_color {
	AC_OUT_PLAIN,
	AC_OUT_GREEN,
	AC_OUT_YELLOW,
	AC_OUT_RED,
	AC_OUT_BOLD,
};

/* Use colours if stdout is a terminal and NO_COLOR is not set. */
void ac_out_begin(void);

/* Print text padded to @width. */
void ac_out_cell(enum ac_out_color color, int width, const char *text);

/* Print a number right-aligned in @width, or "-" if it is negative. */
void ac_out_number(int width, long long number);

/* printf to stderr, with the prefix "algif-copy: " and a newline. */
void ac_out_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Print JSON. NULL and negative numbers become null. */
void ac_out_json_string(const char *text);
void ac_out_json_number(long long number);

/* Print the value of a Prometheus label without its quotes. */
void ac_out_label(const char *text);

#endif
