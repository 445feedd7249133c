/* SPDX-License-Identifier: GPL-2.0 */
/* counts.h - the table of the page witness, as look.c writes it. */
#ifndef AC_WITNESS_COUNTS_H
#define AC_WITNESS_COUNTS_H

struct counts {
	long requests, own, foreign, shared;
};

/* All counters are zero from here on. */
void counts_reset(void);

/* The sum of all rows whose name begins with @row and has @end in it. */
struct counts counts_read(const char *row, const char *end);

/* What was counted now belongs to the sum over all that was done with @type. */
void totals_add(const char *type);
void totals_show(void);

#endif
