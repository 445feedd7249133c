// SPDX-License-Identifier: GPL-2.0
/*
 * traffic - operations of all four types in several threads, each on a socket
 * of its own that is opened for it, while whoever serves them changes. Goes on
 * until the file that is named exists; then prints how many there were.
 *
 *   traffic FILE THREADS
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

struct thread {
	pthread_t id;
	unsigned int n, bad;
	char why[80];
};

static int open_op(const struct kind *k)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };
	int fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), op = -1;

	strcpy((char *)sa.salg_type, k->type);
	strcpy((char *)sa.salg_name, k->name);
	if (!bind(fd, (struct sockaddr *)&sa, sizeof(sa)) &&
	    (!k->keylen ||
	     !setsockopt(fd, SOL_ALG, ALG_SET_KEY, text, k->keylen)))
		op = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
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

static const char *operate(const struct kind *k, unsigned char *out)
{
	int fd = open_op(k);
	const char *why = NULL;

	if (fd < 0)
		why = "open";
	else if (k->in && send_text(fd, k) != k->in)
		why = "send";
	else if (recv(fd, out, k->out, 0) != k->out)
		why = "recv";
	close(fd);
	return why;
}

static void check(struct thread *t, size_t i)
{
	unsigned char out[TEXT + 16];
	const char *why = operate(&kinds[i], out);
	int err = errno;

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
	int count = argc == 3 ? atoi(argv[2]) : 0;

	if (count < 1 || count > 16)
		return 2;
	enough = argv[1];
	for (size_t i = 0; i < TEXT; i++)
		text[i] = i * 7;
	for (size_t i = 0; i < KINDS; i++)
		if (operate(&kinds[i], want[i])) {
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
	printf("%u operations, %u wrong\n", n, bad);
	return !n || bad;
}
