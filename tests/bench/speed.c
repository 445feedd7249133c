// SPDX-License-Identifier: GPL-2.0
/*
 * What AF_ALG operations cost, in ticks of the time stamp counter, which in a
 * guest of "# icount: yes" are instructions.
 *
 *	speed			all of it
 *	speed -s		only what the goals are about
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
 * with these paths, each of them a whole operation as a program does it:
 *
 *	send	sendmsg() with control data, or send() for a hash, which takes
 *		none, and recv()
 *	splice	sendmsg() with the control data alone, vmsplice(), splice() and
 *		recv()
 *	plain	send() and recv(): direction, IV and length of the associated
 *		data are what they were the last time
 *	accept	accept(), what send does, and close()
 *	open	accept() and close()
 *	many	as send, on 16 sockets in turn; many64, many1000: on so many
 *	parts	sendmsg() of OP_PARTS_SIZE bytes, and recv() of so many at a time
 *	queue	recv() of 4 KiB from a queue that holds so much; both without the
 *		empty sends that stock wants between the parts
 *	work	the cipher alone, inside the kernel (ac_work.c)
 *	drive	as plain, by a driver inside the kernel, in picoseconds (ac_drive.c)
 */
#include "op.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

#define MAX_TIMES	101

static const size_t sizes[] = {
	16, 256, 1024, 4096, 16384, 65536, 131072, 196608
};

#define QUEUE_PART	4096

static bool goals_only, driver_only, fragmented;

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Enough for a median, but the long ones need not be done often. */
static int times_for(size_t size)
{
	if (size <= 1024)
		return MAX_TIMES;
	return size <= 4096 ? 41 : size <= 16384 ? 15 : 9;
}

static uint64_t measure(void (*once)(struct op *op), struct op *op, int n)
{
	uint64_t ticks[MAX_TIMES];
	int i;

	for (i = 0; i < 3; i++)
		once(op);
	for (i = 0; i < n; i++) {
		ticks[i] = __rdtsc();
		once(op);
		ticks[i] = __rdtsc() - ticks[i];
	}
	qsort(ticks, n, sizeof(ticks[0]), compare);
	return ticks[n / 2];
}

static void print_row(const struct algorithm *alg, const char *path,
		      size_t size, uint64_t ticks)
{
	/* A name with a comma in it would be two columns. */
	printf("%s,\"%s\",%s,%zu,%llu\n", alg->type, alg->name, path, size,
	       (unsigned long long)ticks);
	fflush(stdout);
}

static void once_send(struct op *op)
{
	op_send(op, op->fd);
	op_recv(op, op->fd);
}

static void once_plain(struct op *op)
{
	op_expect(send(op->fd, op_data, op->in, 0), op->in, "send");
	op_recv(op, op->fd);
}

static void once_splice(struct op *op)
{
	struct msghdr begin = op->msg;

	begin.msg_iovlen = 0;
	if (begin.msg_controllen)
		op_expect(sendmsg(op->fd, &begin, MSG_MORE), 0, "sendmsg");
	op_expect(vmsplice(op->pipe[1], &op->iov, 1, 0), op->in, "vmsplice");
	op_expect(splice(op->pipe[0], NULL, op->fd, NULL, op->in, 0), op->in,
		  "splice");
	op_recv(op, op->fd);
}

static void once_accept(struct op *op)
{
	int fd = accept(op->parent, NULL, NULL);

	if (fd < 0)
		op_die("accept");
	op_send(op, fd);
	op_recv(op, fd);
	close(fd);
}

static void once_open(struct op *op)
{
	int fd = accept(op->parent, NULL, NULL);

	if (fd < 0)
		op_die("accept");
	close(fd);
}

static void once_many(struct op *op)
{
	int i;

	for (i = 0; i < op->sockets; i++) {
		op_send(op, op->fds[i]);
		op_recv(op, op->fds[i]);
	}
}

static void once_recv(struct op *op)
{
	op_recv(op, op->fd);
}

static void once_getppid(struct op *op)
{
	(void)op;
	syscall(SYS_getppid);
}

static void once_read(struct op *op)
{
	op_expect(pread(op->fd, op_result, op->in, 0), op->in, "read");
}

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
		print_row(op->alg, "work", size, ticks);
}

/* The control data of one operation counts for those that follow. */
static void ask_drive(struct op *op, size_t size)
{
	unsigned long long ticks;
	char line[128];

	once_send(op);
	snprintf(line, sizeof(line), "%d %zu %zu %zu %zu\n", op->fd, op->in,
		 op->out, (size_t)op_data, (size_t)op_result);
	if (!ask("ac_drive", line, &ticks))
		op_die("ac_drive");
	print_row(op->alg, "drive", size, ticks);
}

static void run(struct op *op, const char *path, void (*once)(struct op *op),
		size_t size)
{
	print_row(op->alg, path, size, measure(once, op, times_for(size)));
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
	print_row(op->alg, path, size,
		  measure(once_many, op, sockets > 16 ? 5 : times_for(size)) /
		  sockets);
	for (i = 0; i < sockets; i++)
		close(op->fds[i]);
}

static void run_parts(struct op *op)
{
	static const size_t parts[] = { 1024, 4096, 16384, 65536 };
	size_t i;

	op_size(op, OP_PARTS_SIZE);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		op->out = parts[i];
		op_parts(op);
		print_row(op->alg, "parts", parts[i], op_parts(op));
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
		print_row(op->alg, "queue", size, op_recv_part(op, QUEUE_PART));
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
	run(op, "send", once_send, size);
	run(op, "splice", once_splice, size);
	check_fragmented();
	fragment(false);
}

static bool is_null(const struct algorithm *alg)
{
	return !strcmp(alg->name, "ecb(cipher_null)");
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
	run(op, "send", once_send, size);
	run(op, "splice", once_splice, size);
	if (size <= 131072)
		ask_work(op, size);
	if (size == 16)
		run(op, "open", once_open, size);
	if (size == 16 || !goals_only)
		run(op, "accept", once_accept, size);
	if (is_null(op->alg) && (size == 4096 || size == 65536)) {
		run_many(op, "many64", 64, size);
		run_many(op, "many1000", 1000, size);
	}
	if (goals_only)
		return;
	run(op, "plain", once_plain, size);
	run_many(op, "many", 16, size);
}

/* What is left when there is no cipher is looked at most closely. */
static bool is_measured(const struct algorithm *alg, size_t size)
{
	if (fragmented)
		return size != 256 && size <= 65536;
	if (is_null(alg))
		return true;
	return size <= 131072 && (!goals_only || (size != 256 && size <= 65536));
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
			run(&op, "recv", once_recv, sizes[i]);
			ask_work(&op, sizes[i]);
		}
	}
	if (!strcmp(alg->name, "gcm(aes)") && !driver_only && !fragmented) {
		run_parts(&op);
		run_queue(&op, 65536);
		run_queue(&op, 32 << 20);
	}
	op_close(&op);
}

static void once_pair(struct op *op)
{
	op_send(op, op->fd);
	op_recv(op, op->parent);
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
		run(&op, "send", once_pair, sizes[i]);
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
		run(&op, "pread", once_read, sizes[i]);
	}
	close(op.fd);
}

/* Beside them: what cannot be had for less. */
static void run_anchors(void)
{
	static const struct algorithm alg = { "anchor", "getppid" };

	run(&(struct op){ .alg = &alg }, "call", once_getppid, 0);
	run_pair("unix stream", SOCK_STREAM);
	run_pair("unix seqpacket", SOCK_SEQPACKET);
	run_copy();
}

static int repeat(char **what)
{
	static const struct {
		const char *path;
		void (*once)(struct op *op);
	} paths[] = {
		{ "send", once_send }, { "splice", once_splice },
		{ "plain", once_plain }, { "accept", once_accept },
		{ "recv", once_recv },
	};
	struct op op = {};
	size_t i;

	if (!op_open(&op, op_find(what[0], what[1])))
		op_die(what[1]);
	op_size(&op, atoi(what[3]));
	for (i = 0; i < ARRAY_SIZE(paths); i++)
		while (!strcmp(paths[i].path, what[2]))
			paths[i].once(&op);
	op_die(what[2]);
	return 1;
}

int main(int argc, char **argv)
{
	const struct rlimit files = { OP_SOCKETS + 100, OP_SOCKETS + 100 };
	const struct algorithm *alg;
	char mode = argc > 1 ? argv[1][1] : 0;

	if (setrlimit(RLIMIT_NOFILE, &files))
		op_die("RLIMIT_NOFILE");
	op_init();
	if (mode == 'p' && argc == 6)
		return repeat(argv + 2);
	driver_only = mode == 'd';
	fragmented = mode == 'f';
	goals_only = mode == 's' || fragmented;
	if (!driver_only && !fragmented)
		run_anchors();
	for (alg = op_algorithms; alg->name; alg++)
		run_algorithm(alg);
	return 0;
}
