// SPDX-License-Identifier: GPL-2.0
/*
 * shrink - idle sockets give their memory back when it is needed elsewhere, and
 * those that hold data do not.
 *
 * For a guest with little memory: more is asked for than is free, but no more than
 * is free and held by idle sockets. If they kept it somebody would be killed.
 */
#include "op.h"
#include "../cases/tap.h"

#include <sys/mman.h>
#include <sys/resource.h>

#define IDLE	500
#define PENDING	60
#define SIZE	65536
#define MIB	(1L << 20)

static int fds[IDLE + PENDING];

static long mem_free(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	char line[128];
	long kib = 0;

	while (f && !kib && fgets(line, sizeof(line), f))
		sscanf(line, "MemFree: %ld", &kib);
	if (f)
		fclose(f);
	return kib * 1024;
}

static bool operate(struct op *op, int fd)
{
	memset(op_result, 0, SIZE);
	op_send(op, fd);
	op_recv(op, fd);
	return !memcmp(op_data, op_result, SIZE);
}

/* Touch so much memory, and give it back. */
static bool use_memory(size_t len)
{
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t i;

	if (p == MAP_FAILED)
		return false;
	for (i = 0; i < len; i += 4096)
		p[i] = 1;
	return !munmap(p, len);
}

static void open_all(struct op *op)
{
	int i, good = 0;

	for (i = 0; i < IDLE + PENDING; i++) {
		fds[i] = accept(op->parent, NULL, NULL);
		good += fds[i] >= 0 && operate(op, fds[i]);
	}
	is_num(good, IDLE + PENDING, "sockets that have done an operation");
	for (i = IDLE; i < IDLE + PENDING; i++)
		op_send(op, fds[i]);
}

static void receive_all(struct op *op)
{
	int i, good = 0;

	for (i = IDLE; i < IDLE + PENDING; i++) {
		memset(op_result, 0, SIZE);
		op_recv(op, fds[i]);
		good += !memcmp(op_data, op_result, SIZE);
	}
	is_num(good, PENDING, "what was pending is received");
	for (i = good = 0; i < IDLE + PENDING; i++)
		good += operate(op, fds[i]);
	is_num(good, IDLE + PENDING, "all sockets work on");
}

static void body(void)
{
	const struct rlimit files = { 1024, 1024 };
	struct op op = {};
	long before, held;

	setrlimit(RLIMIT_NOFILE, &files);
	op_init();
	op_open(&op, op_find("skcipher", "ecb(cipher_null)"));
	op_size(&op, SIZE);
	operate(&op, op.fd);

	before = mem_free();
	open_all(&op);
	held = before - mem_free();
	ok(held >= IDLE * (long)SIZE, "they keep their buffers: %ld MiB", held / MIB);
	ok(use_memory(mem_free() + IDLE * (long)SIZE * 2 / 3),
	   "two thirds of what idle ones keep can be had besides what is free");
	held = before - mem_free();
	ok(held <= (IDLE / 3 + PENDING + 60) * (long)SIZE,
	   "they have given it back: %ld MiB are left", held / MIB);
	receive_all(&op);
	op_close(&op);
}

int main(void)
{
	return tap_run(body, 120);
}
