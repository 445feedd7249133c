/* SPDX-License-Identifier: GPL-2.0 */
/*
 * procs.h - processes that hold AF_ALG sockets.
 */
#ifndef AC_PROCS_H
#define AC_PROCS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct ac_procs_one {
	pid_t pid;
	uid_t uid;
	char comm[64];
	unsigned int sockets;
	double started;		/* seconds since boot, or -1 */
};

struct ac_procs {
	struct ac_procs_one *all;
	size_t n;
	unsigned int hidden;	/* processes that we may not inspect */
};

/* Return 0 or a negative errno. Call ac_procs_free() in both cases. */
int ac_procs_read(struct ac_procs *procs);
void ac_procs_free(struct ac_procs *procs);

/* Whether another of these processes has the same name and user. */
bool ac_procs_has_twin(const struct ac_procs *procs,
		       const struct ac_procs_one *one);

#endif
