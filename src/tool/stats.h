/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stats.h - what algif_copy counts, as its file in debugfs has it.
 */
#ifndef AC_STATS_H
#define AC_STATS_H

#include <stdbool.h>
#include <stddef.h>

enum ac_stats_count {
	AC_STATS_BINDS,
	AC_STATS_REFUSED,
	AC_STATS_ACCEPTS,
	AC_STATS_SENDS,
	AC_STATS_RECEIVES,
	AC_STATS_BYTES_IN,
	AC_STATS_BYTES_OUT,
	AC_STATS_ERRORS,
	AC_STATS_FORGED,
	AC_STATS_MEMORY,
	AC_STATS_MEMORY_MAX,
	AC_STATS_BOUND,
	AC_STATS_OPEN,
	AC_STATS_STOCK_SOCKETS,
	AC_STATS_COUNTS
};

enum ac_stats_kind {
	AC_STATS_TYPE,
	AC_STATS_ALGORITHM,
	AC_STATS_USER,
};

/* One line; what it does not say is empty, or -1. */
struct ac_stats_line {
	enum ac_stats_kind kind;
	char type[16];
	char name[128];
	char driver[128];
	char displaced[16];
	char comm[64];
	long long uid;
	double last;			/* seconds since boot */
	long long count[AC_STATS_COUNTS];
};

struct ac_stats {
	char version[32];
	double loaded;			/* seconds since boot, -1: not said */
	long long restrict_level;
	char restrict_by[16];
	long long allow_drivers;
	struct ac_stats_line *lines;
	size_t n;
};

/*
 * 0 or a negative errno; -EPROTO: it is in a format of the future. @stats is
 * to be freed after a success, and can be after a failure.
 */
int ac_stats_read(struct ac_stats *stats);
void ac_stats_free(struct ac_stats *stats);

/* Why it could not be read, and what to do. */
const char *ac_stats_why(int err);

/* The line that is about the same as @like; NULL: there is none. */
const struct ac_stats_line *ac_stats_find(const struct ac_stats *stats,
					  const struct ac_stats_line *like);

/* The line of a type. */
const struct ac_stats_line *ac_stats_type(const struct ac_stats *stats,
					  const char *type);

/* Seconds since the epoch for seconds since boot. */
double ac_stats_time(double since_boot);

#endif
