// SPDX-License-Identifier: GPL-2.0-only
/*
 * worker - does what it is told with AF_ALG, so that it can be counted
 *
 *   worker [OPTION]... TYPE NAME
 *
 *   -c COMM    calls itself so; "\n" in it is a new line, as for printf
 *   -t THREADS do all of the following, each with sockets of its own (1)
 *   -n NUMBER  of operations: a send and a receive, rng without the send
 *   -b BYTES   in each send (64)
 *   -e NUMBER  of sends that fail with EINVAL, before the operations
 *   -q         send once more and do not receive
 *   -w         print "ready" and wait for a line on stdin before the end
 *
 * The first result that is not what it must be ends it with exit status 1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_alg.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define TAG 16

static const char *type, *name;
static int threads = 1, operations, bytes = 64, failures, queue, waits;
static int bound[16], op[16];

static void die(const char *what)
{
	printf("%s %s: %s: %s\n", type, name, what, strerror(errno));
	exit(1);
}

static int is(const char *which)
{
	return !strcmp(type, which);
}

static void open_sockets(int i)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };
	static const unsigned char key[16];

	strcpy((char *)sa.salg_type, type);
	strcpy((char *)sa.salg_name, name);
	bound[i] = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (bound[i] < 0 || bind(bound[i], (struct sockaddr *)&sa, sizeof(sa)))
		die("bind");
	if (!is("hash") && !is("rng") &&
	    setsockopt(bound[i], SOL_ALG, ALG_SET_KEY, key, sizeof(key)))
		die("key");
	if (is("aead") &&
	    setsockopt(bound[i], SOL_ALG, ALG_SET_AEAD_AUTHSIZE, NULL, TAG))
		die("authsize");
	op[i] = accept(bound[i], NULL, NULL);
	if (op[i] < 0)
		die("accept");
}

/* A direction that there is not, or the one of encryption. */
static ssize_t send_op(int fd, int direction)
{
	static unsigned char data[1 << 20];
	unsigned char control[CMSG_SPACE(sizeof(direction))];
	struct iovec iov = { data, bytes };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	if (!is("hash")) {
		memset(control, 0, sizeof(control));
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_ALG;
		c->cmsg_type = ALG_SET_OP;
		c->cmsg_len = CMSG_LEN(sizeof(direction));
		memcpy(CMSG_DATA(c), &direction, sizeof(direction));
	}
	return sendmsg(fd, &msg, 0);
}

static void operate(int fd)
{
	static __thread unsigned char out[(1 << 20) + TAG];
	ssize_t want = is("aead") ? bytes + TAG : bytes;

	if (!is("rng") && send_op(fd, ALG_OP_ENCRYPT) != bytes)
		die("send");
	if (is("hash"))
		want = recv(fd, out, 64, 0) > 0 ? 0 : -1;
	else if (recv(fd, out, want, 0) != want)
		want = -1;
	if (want < 0)
		die("recv");
}

static void *work(void *arg)
{
	int i = (int)(long)arg;

	open_sockets(i);
	for (int n = 0; n < failures; n++)
		if (send_op(op[i], 77) >= 0 || errno != EINVAL)
			die("the send that must fail");
	for (int n = 0; n < operations; n++)
		operate(op[i]);
	if (queue && send_op(op[i], ALG_OP_ENCRYPT) != bytes)
		die("send");
	return NULL;
}

static void call_myself(const char *comm)
{
	char text[64];
	size_t n = 0;

	for (; *comm && n < sizeof(text) - 1; comm++) {
		int newline = !strncmp(comm, "\\n", 2);

		text[n++] = newline ? '\n' : *comm;
		comm += newline;
	}
	text[n] = '\0';
	prctl(PR_SET_NAME, text);
}

static void parse(int argc, char **argv)
{
	static const char letters[] = "tnbeqw";
	int *const values[] = { &threads, &operations, &bytes, &failures,
				&queue, &waits };
	const char *at;
	int c;

	while ((c = getopt(argc, argv, "c:t:n:b:e:qw")) != -1) {
		at = strchr(letters, c);
		if (at)
			*values[at - letters] = optarg ? atoi(optarg) : 1;
		else if (c == 'c')
			call_myself(optarg);
		else
			exit(2);
	}
	if (argc - optind != 2 || threads > 16 || bytes > 1 << 20)
		exit(2);
	type = argv[optind];
	name = argv[optind + 1];
}

int main(int argc, char **argv)
{
	pthread_t thread[16];
	char line[16];

	parse(argc, argv);
	for (long i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, work, (void *)i);
	for (int i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	if (waits) {
		printf("ready\n");
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			return 1;
	}
	return 0;
}
