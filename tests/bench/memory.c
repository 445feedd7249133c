// SPDX-License-Identifier: GPL-2.0
/*
 * How much memory operation sockets hold, in bytes a socket, over SOCKETS of them.
 *
 *	memory
 *
 * One line a figure, as of speed.c:
 *
 *	memory,ALGORITHM,STATE,BYTES,MEMORY
 *
 * with these states, one after the other on the same sockets:
 *
 *	idle	accepted, and never used
 *	used	an operation of BYTES has been done
 *	pending	BYTES have been sent and not been received
 *
 * What the kernel has less is counted, whatever it is for: the socket itself and
 * its file are in all figures. The machine has nothing else to do.
 */
#include "op.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define SOCKETS	1000

static int fds[SOCKETS];

static void put(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs("1\n", f) < 0 || fclose(f))
		op_die(path);
}

/* Slabs without an object, and pages that a processor keeps, go back first. */
static long free_bytes(void)
{
	char line[128];
	long kib = -1;
	glob_t slabs;
	size_t i;
	FILE *f;

	if (glob("/sys/kernel/slab/*/shrink", 0, NULL, &slabs))
		op_die("/sys/kernel/slab");
	for (i = 0; i < slabs.gl_pathc; i++)
		put(slabs.gl_pathv[i]);
	globfree(&slabs);
	put("/proc/sys/vm/compact_memory");
	f = fopen("/proc/meminfo", "r");
	while (f && kib < 0 && fgets(line, sizeof(line), f))
		sscanf(line, "MemFree: %ld", &kib);
	if (kib < 0)
		op_die("MemFree");
	fclose(f);
	return 1024 * kib;
}

static void print_row(const struct algorithm *alg, const char *state,
		      size_t size, long before)
{
	printf("memory,\"%s\",%s,%zu,%ld\n", alg->name, state, size,
	       (before - free_bytes()) / SOCKETS);
}

static void use_all(struct op *op, size_t size)
{
	int i;

	op_size(op, size);
	for (i = 0; i < SOCKETS; i++) {
		op_send(op, fds[i]);
		op_recv(op, fds[i]);
	}
}

static void use_large(struct op *op, long before)
{
	int i;

	use_all(op, 65536);
	print_row(op->alg, "used", 65536, before);
	for (i = 0; i < SOCKETS; i++)
		op_send(op, fds[i]);
	print_row(op->alg, "pending", 65536, before);
}

static void measure(const struct algorithm *alg)
{
	struct op op = {};
	long before;
	int i;

	op_open(&op, alg);
	/* What has been closed is freed a moment later. */
	sleep(1);
	before = free_bytes();
	for (i = 0; i < SOCKETS; i++) {
		fds[i] = accept(op.parent, NULL, NULL);
		if (fds[i] < 0)
			op_die("accept");
	}
	print_row(alg, "idle", 0, before);
	use_all(&op, 16);
	print_row(alg, "used", 16, before);
	/* A hash queues nothing. */
	if (strcmp(alg->type, "hash"))
		use_large(&op, before);
	for (i = 0; i < SOCKETS; i++)
		close(fds[i]);
	op_close(&op);
}

int main(void)
{
	const struct rlimit files = { SOCKETS + 64, SOCKETS + 64 };

	if (setrlimit(RLIMIT_NOFILE, &files))
		op_die("RLIMIT_NOFILE");
	op_init();
	/* The receiver's pages are there before anything is counted. */
	fill(op_result, 2 * OP_MAX_SIZE, 2);
	measure(op_find("skcipher", "ecb(cipher_null)"));
	measure(op_find("aead", "gcm(aes)"));
	measure(op_find("hash", "sha256"));
	return 0;
}
