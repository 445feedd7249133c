/* SPDX-License-Identifier: GPL-2.0 */
/*
 * file.h - small files below /proc, /sys and /lib/modules, or below another
 * directory that has these.
 */
#ifndef AC_FILE_H
#define AC_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Where /proc and /sys are looked for, instead of in the root directory. */
void ac_file_set_root(const char *dir);
bool ac_file_has_root(void);

/* The name of a file with the root before it; false: it is too long. */
bool ac_file_path(char path[PATH_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* NULL, and errno, if it cannot be opened. */
FILE *ac_file_open(const char *name);

bool ac_file_exists(const char *name);

/* The first line without its end; false, and an empty one, if there is none. */
bool ac_file_line(const char *name, char *line, size_t size);

/* A number of at least 0; -1 if there is none. */
long long ac_file_number(const char *name);

#endif
