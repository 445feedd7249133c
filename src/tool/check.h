/* SPDX-License-Identifier: GPL-2.0 */
/*
 * check.h - what is tried on the running system, and what came of it.
 */
#ifndef AC_CHECK_H
#define AC_CHECK_H

#include <stddef.h>

enum ac_check_result {
	AC_CHECK_GOOD,
	AC_CHECK_BAD,
	AC_CHECK_SKIPPED,
};

/* One algorithm was tried; the rest is printf for what came of it. */
void ac_check_say(const char *type, const char *name,
		  enum ac_check_result result, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for one that could not be, because of a negative errno. */
void ac_check_skip(const char *type, const char *name, int err);

/* The parts. Each says what it has tried. */
void ac_known_run(void);
void ac_pagecache_run(void);
void ac_unverified_run(void);

#endif
