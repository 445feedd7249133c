/* SPDX-License-Identifier: GPL-2.0 */
/*
 * machine.h - who serves AF_ALG on this machine, and on what terms.
 */
#ifndef AC_MACHINE_H
#define AC_MACHINE_H

#include "stats.h"
#include "tool.h"

enum ac_server {
	AC_SERVER_UNKNOWN,
	AC_SERVER_NOBODY,
	AC_SERVER_MODULE,
	AC_SERVER_BUILTIN,
	AC_SERVER_COPY,
};

/* Numbers are -1 and strings NULL where the system does not tell. */
struct ac_machine_type {
	const char *name;
	enum ac_server server;
	const char *displaced;		/* "module", "builtin" or "none" */
	long long bound;
	long long open;
	long long stock_sockets;	/* that keep the stock code */
};

struct ac_machine {
	char release[128];
	char arch[128];
	bool loaded;			/* algif_copy */
	char version[32];
	char srcversion[64];
	const char *signature;
	double since;			/* seconds since the epoch, or -1 */
	long long bound;		/* through algif_copy, all types */
	long long restrict_level;
	const char *restrict_by;	/* "kernel" or "algif_copy" */
	long long allow_drivers;
	char allow[1024];		/* changes of the short list, or empty */
	struct ac_machine_type types[AC_TYPES];
	int stats_err;			/* 0: there are figures in stats */
	struct ac_stats stats;
};

/*
 * false, with a message: /proc or /sys does not tell. Nothing is loaded by
 * this. To be freed after a success.
 */
bool ac_machine_read(struct ac_machine *machine);
void ac_machine_free(struct ac_machine *machine);

/* Whether all types are copy-only, some, or none: see algif-copy(8). */
enum ac_exit ac_machine_verdict(const struct ac_machine *machine);

/* "algif_copy", "module", "builtin", "nobody", "unknown" */
const char *ac_machine_server(enum ac_server server);

#endif
