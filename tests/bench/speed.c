// SPDX-License-Identifier: GPL-2.0
/*
 * What AF_ALG operations cost, in ticks of the time stamp counter, which in a
 * guest of "# icount: yes" are instructions.
 *
 *	speed [ALGORITHM]	all of it, or of one algorithm
 *	speed -s [ALGORITHM]	only what the goals are about; -c: the same for
 *				ciphers in C, which take long for more than 64 KiB
 *	speed -f		the same without what ac_work.c does, while nothing but
 *				single pages of memory are free (ac_fragment.c)
 *	speed -d		only operations by ac_drive.c
 *	speed -p TYPE ALGORITHM PATH BYTES
 *				one of them again and again until it is killed, for
 *				tests/bench/profile
 *
 * One line a figure, the median of some operations:
 *
 *	TYPE,ALGORITHM,PATH,BYTES,TICKS
 *
 * with these paths (path.c), each of them a whole operation as a program does it:
 *
 *	send	sendmsg() with control data, or send() for a hash, which takes
 *		none, and recv()
 *	splice	sendmsg() with the control data alone, vmsplice(), splice() and
 *		recv()
 *	plain	send() and recv(): direction, IV and length of the associated
 *		data are what they were the last time
 *	more	sent in parts of 4 KiB with MSG_MORE; pages: spliced so
 *	sendfile	sendfile() of a file in memory, as coreutils hash
 *	accept	accept(), what send does, and close()
 *	open	accept() and close()
 *	many	as send, on 16 sockets in turn; many64, many1000: on so many
 *	parts	sendmsg() of OP_PARTS_SIZE bytes, and recv() of so many at a time
 *	queue	recv() of 4 KiB from a queue that holds so much; both without the
 *		empty sends that stock wants between the parts
 *	work	the cipher alone, inside the kernel (ac_work.c)
 *	drive	as plain, by a driver inside the kernel, in picoseconds (ac_drive.c)
 */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static const size_t sizes[] = {
	16, 256, 1024, 4096, 16384, 65536, 131072, 196608
};

#define QUEUE_PART	4096

static bool goals_only, in_c, driver_only, fragmented;
static const char *only;

/* Put a question to one of the modules; false if it is not there. */
static bool ask(const char *module, const char *question,
		unsigned long long *answer)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/ask", module);
	f = fopen(path, "w");
	if (!f)
		return false;
	if (fputs(question, f) < 0 || fclose(f))
		op_die(question);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%llu", answer) != 1)
		op_die(path);
	fclose(f);
	return true;
}

/* What the cipher costs by itself. */
static void ask_work(struct op *op, size_t size)
{
	unsigned long long ticks;
	char line[128];

	snprintf(line, sizeof(line), "%s %u %u %zu %s\n", op->alg->type,
		 op->alg->keylen, OP_AAD, size, op->alg->name);
	if (ask("ac_work", line, &ticks))
		path_print(op->alg, "work", size, ticks);
}

/* The control data of one operation counts for those that follow. */
static void ask_drive(struct op *op, size_t size)
{
	unsigned long long ticks;
	char line[128];

	path_find("send")->once(op);
	snprintf(line, sizeof(line), "%d %zu %zu %zu %zu\n", op->fd, op->in,
		 op->out, (size_t)op_data, (size_t)op_result);
	if (!ask("ac_drive", line, &ticks))
		op_die("ac_drive");
	path_print(op->alg, "drive", size, ticks);
}

static void run_many(struct op *op, const char *path, int sockets, size_t size)
{
	int i;

	op->sockets = sockets;
	for (i = 0; i < sockets; i++) {
		op->fds[i] = accept(op->parent, NULL, NULL);
		if (op->fds[i] < 0)
			op_die("accept");
	}
	path_print(op->alg, path, size,
		   path_measure(path_find("many"), op, size) / sockets);
	for (i = 0; i < sockets; i++)
		close(op->fds[i]);
	op->sockets = 0;
}

static void run_parts(struct op *op)
{
	static const size_t parts[] = { 1024, 4096, 16384, 65536 };
	size_t i;

	op_size(op, OP_PARTS_SIZE);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		op->out = parts[i];
		op_parts(op);
		path_print(op->alg, "parts", parts[i], op_parts(op));
	}
}

/* From so long a queue; the first parts bring in what stays. */
static void run_queue(struct op *op, int size)
{
	const int step = 65536;
	int fd = op->fd, i;

	op_size(op, step);
	op->in = op->iov.iov_len = step;
	op->out = QUEUE_PART;
	op->fd = accept(op->parent, NULL, NULL);
	if (setsockopt(op->fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		op_die("SO_SNDBUFFORCE");
	if (op_fill(op, size)) {
		for (i = 0; i < 3; i++)
			op_recv_part(op, QUEUE_PART);
		path_print(op->alg, "queue", size, op_recv_part(op, QUEUE_PART));
	}
	close(op->fd);
	op->fd = fd;
}

static void fragment(bool on)
{
	FILE *f = fopen("/sys/module/ac_fragment/parameters/on", "w");

	if (!f || fprintf(f, "%d\n", on) < 0 || fclose(f))
		op_die("ac_fragment");
}

/*
 * "Node 0, zone NAME" and how many blocks of 1, 2, 4 ... pages are free. A few
 * larger ones have been given back by others meanwhile.
 */
static void check_fragmented(void)
{
	FILE *f = fopen("/proc/buddyinfo", "r");
	long free, single = 0, all = 0;

	if (!f)
		op_die("buddyinfo");
	while (fscanf(f, "Node %*d, zone %*s %ld", &free) == 1) {
		single += free;
		do
			all += free;
		while (fscanf(f, "%ld", &free) == 1);
	}
	fclose(f);
	if (all - single > 100)
		op_expect(all, single, "free blocks, of which are single pages");
}

/* Nothing else: to bind would be to load modules, and that takes two pages. */
static void run_fragmented(struct op *op, size_t size)
{
	fragment(true);
	path_run("send", op, size);
	path_run("splice", op, size);
	check_fragmented();
	fragment(false);
}

static bool is_null(const struct algorithm *alg)
{
	return !strcmp(alg->name, "ecb(cipher_null)");
}

static bool is_hash(const struct algorithm *alg)
{
	return !strcmp(alg->type, "hash");
}

/* What stands for its type where others do the same. */
static bool is_typical(const struct algorithm *alg)
{
	return is_null(alg) || !strcmp(alg->name, "cbc(aes)") ||
	       !strcmp(alg->name, "gcm(aes)");
}

static void run_size(struct op *op, size_t size)
{
	op_size(op, size);
	if (driver_only) {
		ask_drive(op, size);
		return;
	}
	if (fragmented) {
		run_fragmented(op, size);
		return;
	}
	path_run("send", op, size);
	path_run("splice", op, size);
	if (is_hash(op->alg) || !goals_only)
		path_run("sendfile", op, size);
	if (is_typical(op->alg) && size >= 16384) {
		path_run("more", op, size);
		path_run("pages", op, size);
	}
	if (size <= 131072)
		ask_work(op, size);
	if (size == 16)
		path_run("open", op, size);
	if (size == 16 || !goals_only)
		path_run("accept", op, size);
	if (is_null(op->alg) && (size == 4096 || size == 65536)) {
		run_many(op, "many64", 64, size);
		run_many(op, "many1000", 1000, size);
	}
	if (goals_only)
		return;
	path_run("plain", op, size);
	if (is_null(op->alg) && size <= 65536)
		run_many(op, "many", 16, size);
}

/* With the processor's instructions 192 KiB take less than a million. */
static bool is_quick(const struct algorithm *alg)
{
	return !strstr(alg->name, "sha") && strcmp(alg->name, "blake2b-512");
}

/* What is left when there is no cipher is looked at most closely. */
static bool is_measured(const struct algorithm *alg, size_t size)
{
	if (fragmented)
		return size != 256 && size <= 65536;
	if (is_null(alg) || !goals_only)
		return true;
	return size != 256 && (size <= 65536 || (!in_c && is_quick(alg)));
}

static void run_algorithm(const struct algorithm *alg)
{
	struct op op = {};
	size_t i;

	if (!op_open(&op, alg))
		return;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (!is_measured(alg, sizes[i]))
			continue;
		if (strcmp(alg->type, "rng")) {
			run_size(&op, sizes[i]);
		} else if (sizes[i] <= 128 && !driver_only && !fragmented) {
			op_size(&op, sizes[i]);
			path_run("recv", &op, sizes[i]);
			ask_work(&op, sizes[i]);
		}
	}
	if (is_typical(alg) && !driver_only && !fragmented)
		run_parts(&op);
	if (!strcmp(alg->name, "gcm(aes)") && !driver_only && !fragmented) {
		run_queue(&op, 65536);
		run_queue(&op, 32 << 20);
	}
	op_close(&op);
}

static void run_pair(const char *name, int type)
{
	const struct algorithm alg = { "anchor", name };
	struct op op = { .alg = &alg };
	int pair[2];
	size_t i;

	if (socketpair(AF_UNIX, type, 0, pair))
		op_die(name);
	/* Sent into one end, received from the other. */
	op.fd = pair[0];
	op.parent = pair[1];
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		op.in = sizes[i];
		op.out = sizes[i];
		op.iov = (struct iovec){ op_data, op.in };
		op.msg = (struct msghdr){ .msg_iov = &op.iov, .msg_iovlen = 1 };
		path_print(&alg, "send", sizes[i],
			   path_measure(path_find("pair"), &op, sizes[i]));
	}
	close(pair[0]);
	close(pair[1]);
}

/* Both reads stay in one page: they differ by the copy and nothing else. */
static void run_copy(void)
{
	static const struct algorithm alg = { "anchor", "pread" };
	struct op op = { .alg = &alg };
	size_t i;

	op.fd = memfd_create("speed", 0);
	if (op.fd < 0 || pwrite(op.fd, op_data, 4096, 0) != 4096)
		op_die("memfd");
	for (i = 0; i < ARRAY_SIZE(sizes) && sizes[i] <= 4096; i++) {
		op.in = sizes[i];
		path_run("pread", &op, sizes[i]);
	}
	close(op.fd);
}

/* Beside them: what cannot be had for less. */
static void run_anchors(void)
{
	static const struct algorithm alg = { "anchor", "getppid" };

	path_run("call", &(struct op){ .alg = &alg }, 0);
	run_pair("unix stream", SOCK_STREAM);
	run_pair("unix seqpacket", SOCK_SEQPACKET);
	run_copy();
}

static _Noreturn void repeat(char **what)
{
	struct op op = {};

	if (!op_open(&op, op_find(what[0], what[1])))
		op_die(what[1]);
	op_size(&op, atoi(what[3]));
	for (;;)
		path_find(what[2])->once(&op);
}

int main(int argc, char **argv)
{
	const struct rlimit files = { OP_SOCKETS + 100, OP_SOCKETS + 100 };
	const struct algorithm *alg;
	char mode = argc > 1 && argv[1][0] == '-' ? argv[1][1] : 0;

	if (setrlimit(RLIMIT_NOFILE, &files))
		op_die("RLIMIT_NOFILE");
	op_init();
	if (mode == 'p' && argc == 6)
		repeat(argv + 2);
	only = argc > 1 && argv[argc - 1][0] != '-' ? argv[argc - 1] : NULL;
	driver_only = mode == 'd';
	fragmented = mode == 'f';
	in_c = mode == 'c';
	goals_only = mode == 's' || in_c || fragmented;
	if (!driver_only && !fragmented)
		run_anchors();
	for (alg = op_algorithms; alg->name; alg++)
		if (!only || !strcmp(only, alg->name))
			run_algorithm(alg);
	return 0;
}
