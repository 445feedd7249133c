/* SPDX-License-Identifier: GPL-2.0 */
/*
 * procs.h - processes that hold AF_ALG sockets.
 */
#ifndef AC_PROCS_H
#define AC_PROCS_H

#include <stddef.h>
#include <sys/types.h>

struct ac_procs_one {
	pid_t pid;
	uid_t uid;
	char comm[64];
	unsigned int sockets;
};

struct ac_procs {
	struct ac_procs_one *all;
	size_t n;
	unsigned int hidden;	/* processes that we may not inspect */
};

/* Return 0 or a negative errno. Call ac_procs_free() in both cases. */
int ac_procs_read(struct ac_procs *procs);
void ac_procs_free(struct ac_procs *procs);

#endif
