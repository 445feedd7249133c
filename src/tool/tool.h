/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tool.h - shared by the commands of algif-copy.
 */
#ifndef AC_TOOL_H
#define AC_TOOL_H

#include <stdbool.h>
#include <stddef.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Number of AF_ALG types. */
#define AC_TYPES 4

/* Exit statuses. Scripts rely on them: see algif-copy(8). */
enum ac_exit {
	AC_EXIT_GOOD = 0,
	AC_EXIT_PARTLY = 1,
	AC_EXIT_BAD = 2,
	AC_EXIT_ERROR = 3,
	AC_EXIT_USAGE = 4,
	AC_EXIT_BLEMISH = 5,	/* check */
	AC_EXIT_NEXT_BOOT = 5,	/* status */
	AC_EXIT_WRONG = 6,	/* check */
};

struct ac_options {
	bool json;
	bool vex;		/* check */
	bool force;		/* reload: even if stock types serve for a moment */
	bool no_processes;	/* metrics: without the labels comm and uid */
	long count;		/* top; 0: until interrupted, -1: not given */
	double delay;		/* top; in seconds */
	char **files;			/* suggest */
	size_t n_files;
};

/* The commands. Each returns an exit status. */
enum ac_exit ac_status_run(const struct ac_options *options);
enum ac_exit ac_metrics_run(const struct ac_options *options);
enum ac_exit ac_check_run(const struct ac_options *options);
enum ac_exit ac_top_run(const struct ac_options *options);
enum ac_exit ac_suggest_run(const struct ac_options *options);
enum ac_exit ac_reload_run(const struct ac_options *options);

#endif
