/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stats.h - the statistics of algif_copy, from its file in debugfs.
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
	AC_STATS_UNLISTED,
	AC_STATS_UNLISTED_PRIVILEGED,
	AC_STATS_COUNTS
};

enum ac_stats_kind {
	AC_STATS_TYPE,
	AC_STATS_ALGORITHM,
	AC_STATS_USER,
};

/* One line. Missing values are empty, or -1. */
struct ac_stats_line {
	enum ac_stats_kind kind;
	char type[16];
	char name[128];
	char driver[128];
	char displaced[16];
	char comm[64];
	long long uid;
	long long pid;			/* process of the last bind() */
	double last;			/* seconds since boot */
	long long count[AC_STATS_COUNTS];
};

struct ac_stats {
	char version[32];
	double loaded;			/* seconds since boot, -1: unknown */
	long long restrict_level;
	char restrict_by[16];
	long long allow_drivers;
	long long users_lost;		/* lines of users that were evicted */
	long long checks;		/* binds of "check", not counted elsewhere */
	struct ac_stats_line *lines;
	size_t n;
};

/*
 * Return 0 or a negative errno; -EPROTO means a newer format. Call
 * ac_stats_free() after success; it is harmless after failure.
 */
int ac_stats_read(struct ac_stats *stats);
void ac_stats_free(struct ac_stats *stats);

/* Why reading failed, and what to do. */
const char *ac_stats_why(int err);

/* Return the line with the same labels as @like, or NULL. */
const struct ac_stats_line *ac_stats_find(const struct ac_stats *stats,
					  const struct ac_stats_line *like);

/* Return the line of a type, or NULL. */
const struct ac_stats_line *ac_stats_type(const struct ac_stats *stats,
					  const char *type);

/* Seconds since boot. */
double ac_stats_uptime(void);

/* Make @line one of @kind in which nothing is known. */
void ac_stats_line_init(struct ac_stats_line *line, enum ac_stats_kind kind);

/* Convert seconds since boot to seconds since the epoch. */
double ac_stats_time(double since_boot);

#endif
