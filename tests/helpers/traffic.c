// SPDX-License-Identifier: GPL-2.0
/*
 * traffic - operations in several threads, each on a socket of its own that is
 * opened for it, while whoever serves them changes. Goes on until the file that is
 * named exists; then prints how many there were, and of those that failed which
 * call did, when (in seconds since the start of the machine) and with which errno.
 *
 *   traffic FILE THREADS [TYPE...]
 *
 * Of all four types if none is named.
 *
 * A module that nobody uses is going a moment before its types are taken out. Who
 * binds then has af_alg ask modprobe, and look again; should that be in another such
 * moment, he is told ENOENT. He binds again, and is counted.
 *
 * Exit status: 0 if each was served and gave the right result.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_alg.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef SOL_ALG
#define SOL_ALG 279
#endif

#define TEXT	1000		/* not a whole number of blocks */
#define KEPT	20		/* failures that are told of */

static const struct kind {
	const char *type, *name;
	int keylen, in, out;
} kinds[] = {
	{ "hash", "sha256", 0, TEXT, 32 },
	{ "hash", "hmac(sha1)", 20, TEXT, 20 },
	{ "skcipher", "ctr(aes)", 16, TEXT, TEXT },
	{ "skcipher", "ecb(aes)", 32, 992, 992 },
	{ "aead", "gcm(aes)", 16, TEXT, TEXT + 16 },
	{ "rng", "jitterentropy_rng", 0, 0, 16 },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static unsigned char text[TEXT], want[KINDS][TEXT + 16];
static int wanted[KINDS];
static const char *enough;

/* What an operation came to: the call that failed, if one did. */
struct end {
	const char *call;
	int err;
};

static struct failure {
	struct timespec at;
	const struct kind *kind;
	struct end end;
} failures[KEPT];

static unsigned int kept, failed, again;

struct thread {
	pthread_t id;
	unsigned int n;
};

static int fail(struct end *end, const char *call)
{
	end->call = call;
	end->err = errno;
	return -1;
}

static void keep(const struct kind *k, struct end end, unsigned int *count)
{
	unsigned int i = __atomic_fetch_add(&kept, 1, __ATOMIC_RELAXED);

	__atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
	if (i >= KEPT)
		return;
	failures[i].kind = k;
	failures[i].end = end;
	clock_gettime(CLOCK_MONOTONIC, &failures[i].at);
}

static int bind_to(int fd, const struct kind *k)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };
	int ret;

	strcpy((char *)sa.salg_type, k->type);
	strcpy((char *)sa.salg_name, k->name);
	ret = bind(fd, (struct sockaddr *)&sa, sizeof(sa));
	if (ret && errno == ENOENT) {
		keep(k, (struct end) { "bind for the first time", ENOENT },
		     &again);
		ret = bind(fd, (struct sockaddr *)&sa, sizeof(sa));
	}
	return ret;
}

static int open_op(const struct kind *k, struct end *end)
{
	int fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), op = -1;

	if (fd < 0)
		return fail(end, "socket");
	if (bind_to(fd, k))
		fail(end, "bind");
	else if (k->keylen &&
		 setsockopt(fd, SOL_ALG, ALG_SET_KEY, text, k->keylen))
		fail(end, "setsockopt");
	else
		op = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (op < 0 && !end->call)
		fail(end, "accept");
	close(fd);
	return op;
}

/* Encryption, the IV is zero. */
static ssize_t send_text(int fd, const struct kind *k)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(4)];
	} room = { .align = { CMSG_LEN(4), SOL_ALG, ALG_SET_OP } };
	struct iovec iov = { text, k->in };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = room.buf,
			      .msg_controllen = sizeof(room.buf) };
	unsigned int op = ALG_OP_ENCRYPT;

	memcpy(CMSG_DATA(&room.align), &op, sizeof(op));
	return sendmsg(fd, &msg, 0);
}

static struct end operate(const struct kind *k, unsigned char *out)
{
	struct end end = { NULL, 0 };
	int fd = open_op(k, &end);

	if (fd < 0)
		return end;
	errno = 0;
	if (k->in && send_text(fd, k) != k->in)
		fail(&end, "sendmsg");
	else if (recv(fd, out, k->out, 0) != k->out)
		fail(&end, "recv");
	close(fd);
	return end;
}

static void check(const struct kind *k, const unsigned char *right)
{
	unsigned char out[TEXT + 16];
	struct end end = operate(k, out);

	if (!end.call && k->in && memcmp(out, right, k->out))
		end.call = "the result";
	if (end.call)
		keep(k, end, &failed);
}

/* Pauses are what a module can be unloaded in. */
static void *go_on(void *arg)
{
	struct thread *t = arg;
	unsigned int seed = (unsigned int)(size_t)arg;

	for (size_t i = 0; access(enough, F_OK); i++) {
		if (!wanted[i % KINDS])
			continue;
		check(&kinds[i % KINDS], want[i % KINDS]);
		t->n++;
		if (t->n % 4 == 3)
			usleep(rand_r(&seed) % 3000);
	}
	return NULL;
}

/* The results are those of whoever serves in the beginning. */
static int begin(char **types)
{
	for (size_t i = 0; i < TEXT; i++)
		text[i] = i * 7;
	for (size_t i = 0; i < KINDS; i++) {
		struct end end;

		wanted[i] = !*types;
		for (char **t = types; *t; t++)
			wanted[i] |= !strcmp(*t, kinds[i].type);
		if (!wanted[i])
			continue;
		end = operate(&kinds[i], want[i]);
		if (!end.call)
			continue;
		printf("%s: %s: %s\n", kinds[i].name, end.call,
		       strerror(end.err));
		return -1;
	}
	return 0;
}

static void print_failures(void)
{
	for (unsigned int i = 0; i < kept && i < KEPT; i++) {
		const struct failure *f = &failures[i];

		printf("at %ld.%06ld %s %s: %s: %s\n", (long)f->at.tv_sec,
		       f->at.tv_nsec / 1000, f->kind->type, f->kind->name,
		       f->end.call, strerror(f->end.err));
	}
}

int main(int argc, char **argv)
{
	static struct thread threads[16];
	int count = argc > 2 ? atoi(argv[2]) : 0;
	unsigned int n = 0;

	if (count < 1 || count > 16 || begin(argv + 3))
		return 2;
	enough = argv[1];
	for (int i = 0; i < count; i++)
		if (pthread_create(&threads[i].id, NULL, go_on, &threads[i]))
			return 2;
	for (int i = 0; i < count; i++) {
		pthread_join(threads[i].id, NULL);
		n += threads[i].n;
	}
	printf("%u operations, %u failed, %u had to bind again\n", n, failed,
	       again);
	print_failures();
	return !n || failed;
}
