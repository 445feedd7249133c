// SPDX-License-Identifier: GPL-2.0
/*
 * traffic - operations of all four types in several threads, each on a socket
 * of its own that is opened for it, while whoever serves them changes. Goes on
 * until the file that is named exists; then prints how many there were.
 *
 *   traffic FILE THREADS
 *
 * Between two types af_alg asks modprobe for one, and looks again. Who meets with
 * two such moments in a row is told ENOENT: he binds again, and is counted.
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
#include <unistd.h>

#ifndef SOL_ALG
#define SOL_ALG 279
#endif

#define TEXT	1000		/* not a whole number of blocks */

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
static const char *enough;

static unsigned int again;		/* binds that had to be repeated */

struct thread {
	pthread_t id;
	unsigned int n, bad;
	char why[80];
};

static int bind_to(int fd, const struct kind *k)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };
	int ret;

	strcpy((char *)sa.salg_type, k->type);
	strcpy((char *)sa.salg_name, k->name);
	ret = bind(fd, (struct sockaddr *)&sa, sizeof(sa));
	if (ret && errno == ENOENT) {
		__atomic_add_fetch(&again, 1, __ATOMIC_RELAXED);
		ret = bind(fd, (struct sockaddr *)&sa, sizeof(sa));
	}
	return ret;
}

/* The operation socket, or the negative errno. */
static int open_op(const struct kind *k)
{
	int fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), op = -1;

	if (!bind_to(fd, k) &&
	    (!k->keylen ||
	     !setsockopt(fd, SOL_ALG, ALG_SET_KEY, text, k->keylen)))
		op = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (op < 0)
		op = -errno;
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

/* What went wrong, if anything did, and the errno. */
static const char *operate(const struct kind *k, unsigned char *out, int *err)
{
	int fd = open_op(k);
	const char *why = NULL;

	*err = -fd;
	if (fd < 0)
		return "open";
	if (k->in && send_text(fd, k) != k->in)
		why = "send";
	else if (recv(fd, out, k->out, 0) != k->out)
		why = "recv";
	*err = errno;
	close(fd);
	return why;
}

static void check(struct thread *t, size_t i)
{
	unsigned char out[TEXT + 16];
	int err;
	const char *why = operate(&kinds[i], out, &err);

	if (!why && kinds[i].in && memcmp(out, want[i], kinds[i].out))
		why = "result";
	t->n++;
	if (!why)
		return;
	t->bad++;
	snprintf(t->why, sizeof(t->why), "%s: %s: %s", kinds[i].name, why,
		 strerror(err));
}

/* Pauses are what a module can be unloaded in. */
static void *go_on(void *arg)
{
	struct thread *t = arg;
	unsigned int seed = (unsigned int)(size_t)arg;

	for (size_t i = 0; access(enough, F_OK); i++) {
		check(t, i % KINDS);
		if (i % 4 == 3)
			usleep(rand_r(&seed) % 3000);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static struct thread threads[16];
	unsigned int n = 0, bad = 0;
	int err, count = argc == 3 ? atoi(argv[2]) : 0;

	if (count < 1 || count > 16)
		return 2;
	enough = argv[1];
	for (size_t i = 0; i < TEXT; i++)
		text[i] = i * 7;
	for (size_t i = 0; i < KINDS; i++)
		if (operate(&kinds[i], want[i], &err)) {
			printf("%s: not served\n", kinds[i].name);
			return 2;
		}
	for (int i = 0; i < count; i++)
		if (pthread_create(&threads[i].id, NULL, go_on, &threads[i]))
			return 2;
	for (int i = 0; i < count; i++) {
		pthread_join(threads[i].id, NULL);
		n += threads[i].n;
		bad += threads[i].bad;
		if (threads[i].bad)
			printf("%s\n", threads[i].why);
	}
	printf("%u operations, %u wrong, %u had to bind again\n", n, bad, again);
	return !n || bad;
}
