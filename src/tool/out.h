/* SPDX-License-Identifier: GPL-2.0 */
/*
 * out.h - text that others have chosen (names of processes and algorithms), made
 * fit for a terminal, for JSON and for Prometheus; colours.
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

/* Colours are for terminals, and not where NO_COLOR is set. */
void ac_out_begin(void);

/* Text in a column of @width, or of its own width for 0. */
void ac_out_cell(enum ac_out_color color, int width, const char *text);

/* A number, or "-" for one that is not known, to the right of @width. */
void ac_out_number(int width, long long number);

/* printf to stderr with "algif-copy: " before and the line's end behind it. */
void ac_out_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* JSON. NULL and numbers below 0 are null. */
void ac_out_json_string(const char *text);
void ac_out_json_number(long long number);

/* What stands between the quotes of a label's value. */
void ac_out_label(const char *text);

#endif
