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
 * Counted are the objects of slabs, whatever they are for, and the pages that are
 * neither free nor of a slab: the socket itself and its file are in all figures. The
 * machine has nothing else to do. Free memory alone would not do: kernels keep slabs
 * of what has been closed.
 */
#include "op.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOCKETS	1000

struct memory {
	long slabs;
	long pages;
};

static int fds[SOCKETS];

static void put(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs("1\n", f) < 0 || fclose(f))
		op_die(path);
}

/* The first number in a file that stands behind @name. */
static long number(const char *path, const char *name)
{
	char line[256];
	long value = -1;
	FILE *f = fopen(path, "r");

	if (!f)
		op_die(path);
	while (value < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)))
			sscanf(line + strlen(name), "%ld", &value);
	fclose(f);
	if (value < 0)
		op_die(path);
	return value;
}

static long cache_number(const char *cache, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", cache, name);
	return number(path, "");
}

/* Objects that processors keep go back first. Aliases of caches are links. */
static long slab_bytes(void)
{
	struct stat stat;
	char path[256];
	long sum = 0;
	glob_t slabs;
	size_t i;

	if (glob("/sys/kernel/slab/*", 0, NULL, &slabs))
		op_die("/sys/kernel/slab");
	for (i = 0; i < slabs.gl_pathc; i++) {
		const char *cache = slabs.gl_pathv[i];

		if (lstat(cache, &stat) || S_ISLNK(stat.st_mode))
			continue;
		snprintf(path, sizeof(path), "%s/shrink", cache);
		put(path);
		sum += cache_number(cache, "objects") *
		       cache_number(cache, "slab_size");
	}
	globfree(&slabs);
	return sum;
}

static long page_bytes(void)
{
	const char *stat = "/proc/vmstat";

	put("/proc/sys/vm/compact_memory");
	put("/proc/sys/vm/stat_refresh");
	return -4096 * (number(stat, "nr_free_pages ") +
			number(stat, "nr_slab_reclaimable ") +
			number(stat, "nr_slab_unreclaimable "));
}

static struct memory take(void)
{
	struct memory m;

	m.slabs = slab_bytes();
	m.pages = page_bytes();
	return m;
}

static void print_row(const struct algorithm *alg, const char *state,
		      size_t size, const struct memory *before)
{
	struct memory now = take();
	long pages = (now.pages - before->pages) / SOCKETS;

	/* What the counters are off by. */
	if (pages < 2048)
		pages = 0;
	printf("memory,\"%s\",%s,%zu,%ld\n", alg->name, state, size,
	       (now.slabs - before->slabs) / SOCKETS + pages);
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

static void use_large(struct op *op, const struct memory *before)
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
	struct memory before;
	int i;

	op_open(&op, alg);
	/* What has been closed is freed a moment later. */
	sleep(1);
	before = take();
	for (i = 0; i < SOCKETS; i++) {
		fds[i] = accept(op.parent, NULL, NULL);
		if (fds[i] < 0)
			op_die("accept");
	}
	print_row(alg, "idle", 0, &before);
	use_all(&op, 16);
	print_row(alg, "used", 16, &before);
	/* A hash queues nothing. */
	if (strcmp(alg->type, "hash"))
		use_large(&op, &before);
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
