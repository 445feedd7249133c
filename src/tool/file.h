/* SPDX-License-Identifier: GPL-2.0 */
/*
 * file.h - read small files below /proc, /sys and /lib/modules, or below another
 * directory that contains these.
 */
#ifndef AC_FILE_H
#define AC_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Look for these files below @dir. */
void ac_file_set_root(const char *dir);
bool ac_file_has_root(void);

/* Prefix a path with that directory. Return false if it is too long. */
bool ac_file_path(char path[PATH_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Return NULL and set errno on failure. */
FILE *ac_file_open(const char *name);

bool ac_file_exists(const char *name);

/* Read the first line without its newline. On failure return false and "". */
bool ac_file_line(const char *name, char *line, size_t size);

/* Read a number >= 0. Return -1 on failure. */
long long ac_file_number(const char *name);

#endif
