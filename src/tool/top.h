/* SPDX-License-Identifier: GPL-2.0 */
/*
 * top.h - one snapshot of who uses AF_ALG.
 */
#ifndef AC_TOP_H
#define AC_TOP_H

#include "procs.h"
#include "stats.h"
#include "tool.h"

struct ac_top {
	struct ac_procs procs;
	struct ac_stats stats;
	int err;		/* of ac_stats_read() */
	double time;		/* 0: there is no snapshot */
};

/* Whether the process has bound the algorithm of this line. */
bool ac_top_is_of(const struct ac_top *view, const struct ac_stats_line *line,
		  const struct ac_procs_one *one);

/* Per second since the snapshot @before; -1: unknown. */
double ac_top_rate(const struct ac_top *view, const struct ac_top *before,
		   const struct ac_stats_line *line, enum ac_stats_count count);

/* Print the snapshot as JSON. */
void ac_top_put(const struct ac_top *view, const struct ac_top *before);

#endif
