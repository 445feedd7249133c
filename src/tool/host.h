/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host.h - what has been used on a machine: on this one, or on one whose "algif-copy
 * status --json" is in a file.
 */
#ifndef AC_HOST_H
#define AC_HOST_H

#include "stats.h"

struct ac_host {
	long long format;
	double since;			/* seconds since the epoch, or -1 */
	long long level;		/* crypto.af_alg_restrict, or -1 */
	long long lost;			/* lines that were evicted, or -1 */
	char allow[2049];
	bool counts;			/* it has the counters: root has asked */
	char why[256];			/* if not */
	struct ac_stats_line *used;	/* of kind AC_STATS_USER */
	size_t n;
};

/* Print a message and return false on failure. After success call ac_host_free(). */
bool ac_host_read_file(struct ac_host *host, const char *file);
bool ac_host_read_here(struct ac_host *host);
void ac_host_free(struct ac_host *host);

#endif
