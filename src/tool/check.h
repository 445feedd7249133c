/* SPDX-License-Identifier: GPL-2.0 */
/*
 * check.h - tests of the running system, and their results.
 */
#ifndef AC_CHECK_H
#define AC_CHECK_H

#include <stddef.h>

enum ac_check_result {
	AC_CHECK_GOOD,
	AC_CHECK_BAD,
	AC_CHECK_BLEMISH,	/* what stock code does, and is no hole */
	AC_CHECK_SKIPPED,
};

/* Report the result for one algorithm, explained by a printf format. */
void ac_check_say(const char *type, const char *name,
		  enum ac_check_result result, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Report an algorithm that could not be tested because of a negative errno. */
void ac_check_skip(const char *type, const char *name, int err);

/* The parts. Each reports its own results. */
void ac_known_run(void);
void ac_pagecache_run(void);
void ac_unverified_run(void);

#endif
