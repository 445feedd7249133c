// SPDX-License-Identifier: GPL-2.0
/*
 * What AF_ALG operations cost, in ticks of the time stamp counter, which in a
 * guest of "# icount: yes" are instructions.
 *
 *	speed			all of it
 *	speed -s		only what the goals are about
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
 *	many	as send, on 16 sockets in turn
 *	work	the cipher alone, inside the kernel (ac_work.c)
 */
#include "../cases/alg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX_SIZE	(128 * 1024)
#define MAX_TIMES	101
#define SOCKETS		16
#define AAD		16
#define TAG		16

struct algorithm {
	const char *type;
	const char *name;
	unsigned int keylen;
	unsigned int ivlen;
	bool optional;
};

static const struct algorithm algorithms[] = {
	{ "skcipher", "ecb(cipher_null)", 0, 0 },
	{ "skcipher", "cbc(aes)", 16, 16 },
	{ "skcipher", "ctr(aes)", 16, 16 },
	{ "skcipher", "xts(aes)", 32, 16 },
	{ "aead", "gcm(aes)", 16, 12 },
	{ "aead", "authenc(hmac(sha256),cbc(aes))", 56, 16 },
	{ "hash", "digest_null", 0, 0, true },
	{ "hash", "sha256", 0, 0 },
	{ "hash", "hmac(sha256)", 32, 0 },
	{ "rng", "drbg_nopr_hmac_sha256", 0, 0, true },
};

static const size_t sizes[] = {
	16, 256, 1024, 4096, 16384, 65536, 131072
};

/* One operation socket and what its operations need. */
struct op {
	const struct algorithm *alg;
	int parent;
	int fd;
	int fds[SOCKETS];
	int pipe[2];
	size_t in;
	size_t out;
	char control[ALG_CTL_ROOM];
	struct msghdr msg;
	struct iovec iov;
};

static uint8_t *data, *result;
static const uint8_t key[64] = { 8, 0, 1, 0, 0, 0, 0, 16, 1, 2, 3, 4, 5, 6 };
static const uint8_t iv[64];
static bool goals_only;

static void die(const char *what)
{
	fprintf(stderr, "speed: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void expect(ssize_t got, size_t wanted, const char *what)
{
	if (got < 0)
		die(what);
	if ((size_t)got != wanted) {
		fprintf(stderr, "speed: %s: %zd instead of %zu\n", what, got,
			wanted);
		exit(1);
	}
}

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

static uint64_t measure(void (*once)(struct op *op), struct op *op, size_t size)
{
	uint64_t ticks[MAX_TIMES];
	int i, n = times_for(size);

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

static void do_recv(struct op *op, int fd)
{
	expect(recv(fd, result, op->out, 0), op->out, "recv");
}

static void do_send(struct op *op, int fd)
{
	ssize_t got = op->msg.msg_iovlen ?
		      sendmsg(fd, &op->msg, 0) : send(fd, data, op->in, 0);

	expect(got, op->in, "send");
}

static void once_send(struct op *op)
{
	do_send(op, op->fd);
	do_recv(op, op->fd);
}

static void once_plain(struct op *op)
{
	expect(send(op->fd, data, op->in, 0), op->in, "send");
	do_recv(op, op->fd);
}

static void once_splice(struct op *op)
{
	struct msghdr begin = op->msg;

	begin.msg_iovlen = 0;
	if (begin.msg_controllen)
		expect(sendmsg(op->fd, &begin, MSG_MORE), 0, "sendmsg");
	expect(vmsplice(op->pipe[1], &op->iov, 1, 0), op->in, "vmsplice");
	expect(splice(op->pipe[0], NULL, op->fd, NULL, op->in, 0), op->in,
	       "splice");
	do_recv(op, op->fd);
}

static void once_accept(struct op *op)
{
	int fd = accept(op->parent, NULL, NULL);

	if (fd < 0)
		die("accept");
	do_send(op, fd);
	do_recv(op, fd);
	close(fd);
}

static void once_open(struct op *op)
{
	int fd = accept(op->parent, NULL, NULL);

	if (fd < 0)
		die("accept");
	close(fd);
}

static void once_many(struct op *op)
{
	int i;

	for (i = 0; i < SOCKETS; i++) {
		do_send(op, op->fds[i]);
		do_recv(op, op->fds[i]);
	}
}

static void once_recv(struct op *op)
{
	do_recv(op, op->fd);
}

static void once_getppid(struct op *op)
{
	(void)op;
	syscall(SYS_getppid);
}

static void once_read(struct op *op)
{
	expect(pread(op->fd, result, op->in, 0), op->in, "read");
}

static bool open_op(struct op *op, const struct algorithm *alg)
{
	op->alg = alg;
	op->parent = alg_bind(alg->type, alg->name);
	if (op->parent == -ENOENT && alg->optional)
		return false;
	if (op->parent < 0) {
		errno = -op->parent;
		die(alg->name);
	}
	/* A key of no bytes seeds a generator, and a null digest has one too. */
	if ((alg->keylen || !strcmp(alg->name, "digest_null") ||
	     !strcmp(alg->type, "rng")) &&
	    setsockopt(op->parent, SOL_ALG, ALG_SET_KEY, key, alg->keylen))
		die("ALG_SET_KEY");
	if (!strcmp(alg->type, "aead") &&
	    setsockopt(op->parent, SOL_ALG, ALG_SET_AEAD_AUTHSIZE, NULL, TAG))
		die("ALG_SET_AEAD_AUTHSIZE");
	op->fd = accept(op->parent, NULL, NULL);
	if (op->fd < 0)
		die("accept");
	if (pipe(op->pipe) || fcntl(op->pipe[1], F_SETPIPE_SZ, 2 * MAX_SIZE) < 0)
		die("pipe");
	return true;
}

static void close_op(struct op *op)
{
	close(op->fd);
	close(op->parent);
	close(op->pipe[0]);
	close(op->pipe[1]);
}

static void size_op(struct op *op, size_t size)
{
	static const struct {
		const char *name;
		size_t len;
	} digests[] = {
		{ "sha256", 32 }, { "hmac(sha256)", 32 }, { "digest_null", 0 },
	};
	struct alg_ctl ctl = { ENC, op->alg->ivlen ? iv : NULL,
			       op->alg->ivlen, -1 };
	size_t i;

	op->in = size;
	op->out = size;
	if (!strcmp(op->alg->type, "aead")) {
		op->in = AAD + size;
		op->out = AAD + size + TAG;
		ctl.assoclen = AAD;
	}
	for (i = 0; i < ARRAY_SIZE(digests); i++)
		if (!strcmp(op->alg->name, digests[i].name))
			op->out = digests[i].len;

	op->iov = (struct iovec){ data, op->in };
	op->msg = (struct msghdr){ .msg_iov = &op->iov };
	if (!strcmp(op->alg->type, "skcipher") ||
	    !strcmp(op->alg->type, "aead")) {
		op->msg.msg_iovlen = 1;
		op->msg.msg_control = op->control;
		op->msg.msg_controllen = alg_ctl_build(op->control, &ctl);
	}
}

/* What the cipher costs by itself; nothing if the module is not there. */
static void ask_work(struct op *op, size_t size)
{
	static const char path[] = "/sys/module/ac_work/parameters/ask";
	char line[128];
	FILE *f = fopen(path, "w");
	unsigned long long ticks;

	if (!f)
		return;
	snprintf(line, sizeof(line), "%s %u %u %zu %s\n", op->alg->type,
		 op->alg->keylen, AAD, size, op->alg->name);
	if (fputs(line, f) < 0 || fclose(f))
		die(line);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%llu", &ticks) != 1)
		die(path);
	fclose(f);
	print_row(op->alg, "work", size, ticks);
}

static void run(struct op *op, const char *path, void (*once)(struct op *op),
		size_t size)
{
	print_row(op->alg, path, size, measure(once, op, size));
}

static void run_many(struct op *op, size_t size)
{
	int i;

	for (i = 0; i < SOCKETS; i++) {
		op->fds[i] = accept(op->parent, NULL, NULL);
		if (op->fds[i] < 0)
			die("accept");
	}
	print_row(op->alg, "many", size,
		  measure(once_many, op, size) / SOCKETS);
	for (i = 0; i < SOCKETS; i++)
		close(op->fds[i]);
}

static void run_size(struct op *op, size_t size)
{
	size_op(op, size);
	run(op, "send", once_send, size);
	run(op, "splice", once_splice, size);
	ask_work(op, size);
	if (size == 16)
		run(op, "open", once_open, size);
	if (size == 16 || !goals_only)
		run(op, "accept", once_accept, size);
	if (goals_only)
		return;
	run(op, "plain", once_plain, size);
	run_many(op, size);
}

static void run_algorithm(const struct algorithm *alg)
{
	struct op op = {};
	size_t i;

	if (!open_op(&op, alg))
		return;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (goals_only && (sizes[i] == 256 || sizes[i] > 65536))
			continue;
		if (strcmp(alg->type, "rng")) {
			run_size(&op, sizes[i]);
		} else if (sizes[i] <= 128) {
			size_op(&op, sizes[i]);
			run(&op, "recv", once_recv, sizes[i]);
			ask_work(&op, sizes[i]);
		}
	}
	close_op(&op);
}

static void once_pair(struct op *op)
{
	do_send(op, op->fd);
	do_recv(op, op->parent);
}

static void run_pair(const char *name, int type)
{
	const struct algorithm alg = { "anchor", name };
	struct op op = { .alg = &alg };
	int pair[2];
	size_t i;

	if (socketpair(AF_UNIX, type, 0, pair))
		die(name);
	/* Sent into one end, received from the other. */
	op.fd = pair[0];
	op.parent = pair[1];
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		op.in = sizes[i];
		op.out = sizes[i];
		op.iov = (struct iovec){ data, op.in };
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
	if (op.fd < 0 || pwrite(op.fd, data, 4096, 0) != 4096)
		die("memfd");
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

	for (i = 0; i < ARRAY_SIZE(algorithms); i++)
		if (!strcmp(algorithms[i].name, what[1]) &&
		    !strcmp(algorithms[i].type, what[0]) &&
		    open_op(&op, &algorithms[i]))
			break;
	if (i == ARRAY_SIZE(algorithms))
		die(what[1]);
	size_op(&op, atoi(what[3]));
	for (i = 0; i < ARRAY_SIZE(paths); i++)
		while (!strcmp(paths[i].path, what[2]))
			paths[i].once(&op);
	die(what[2]);
	return 1;
}

static void *map_buffer(void)
{
	void *p = mmap(NULL, 2 * MAX_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

int main(int argc, char **argv)
{
	size_t i;

	goals_only = argc > 1 && !strcmp(argv[1], "-s");
	data = map_buffer();
	result = map_buffer();
	fill(data, 2 * MAX_SIZE, 1);
	if (argc == 6 && !strcmp(argv[1], "-p"))
		return repeat(argv + 2);
	run_anchors();
	for (i = 0; i < ARRAY_SIZE(algorithms); i++)
		run_algorithm(&algorithms[i]);
	return 0;
}
