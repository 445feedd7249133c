/* SPDX-License-Identifier: GPL-2.0 */
/*
 * machine.h - which code serves AF_ALG on this machine, and its policy.
 */
#ifndef AC_MACHINE_H
#define AC_MACHINE_H

#include "boot.h"
#include "modprobe.h"
#include "stats.h"
#include "tool.h"

enum ac_server {
	AC_SERVER_UNKNOWN,
	AC_SERVER_NOBODY,
	AC_SERVER_MODULE,
	AC_SERVER_BUILTIN,
	AC_SERVER_COPY,
};

/* An unknown number is -1, an unknown string NULL. */
struct ac_machine_type {
	const char *name;
	enum ac_server server;
	const char *displaced;		/* "module", "builtin" or "none" */
	long long bound;
	long long open;
	long long stock_sockets;	/* sockets that keep the stock code */
	enum ac_load on_bind;		/* if nobody serves */
};

struct ac_machine {
	char release[128];
	char arch[128];
	bool loaded;			/* algif_copy */
	char version[32];
	char srcversion[64];
	const char *signature;
	double since;			/* seconds since the epoch, or -1 */
	long long bound;		/* sockets of algif_copy, all types */
	long long restrict_level;
	const char *restrict_by;	/* "kernel" or "algif_copy" */
	long long allow_drivers;
	char allow[2049];		/* changes to the short list, or empty */
	struct ac_machine_type types[AC_TYPES];
	int stats_err;			/* 0: stats is valid */
	struct ac_stats stats;
	struct ac_boot boot;
};

/*
 * Return false and print a message if /proc or /sys is unreadable. May load a
 * module only if modules.builtin is missing. After success, call
 * ac_machine_free().
 */
bool ac_machine_read(struct ac_machine *machine);
void ac_machine_free(struct ac_machine *machine);

/*
 * Whether all, some or no types are copy-only, or all but not after the next boot: see
 * algif-copy(8).
 */
enum ac_exit ac_machine_verdict(const struct ac_machine *machine);

/* What a bind() loads: "algif_copy", "stock", "forbidden", "nothing", "unknown" */
const char *ac_machine_load(enum ac_load load);

/* "algif_copy", "module", "builtin", "nobody", "unknown" */
const char *ac_machine_server(enum ac_server server);

#endif
