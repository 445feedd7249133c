// SPDX-License-Identifier: GPL-2.0
#include "path.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <x86intrin.h>

#define MAX_TIMES	31
#define PART		4096

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Enough for a median, but the long ones need not be done often. */
static int times_for(const struct op *op, size_t size)
{
	if (size <= 4096)
		return op->sockets > 16 ? 5 : MAX_TIMES;
	return size <= 65536 && op->sockets <= 16 ? 9 : 3;
}

uint64_t path_measure(const struct path *path, struct op *op, size_t size)
{
	uint64_t ticks[MAX_TIMES];
	int i, n = times_for(op, size);

	for (i = 0; i < 2; i++)
		path->once(op);
	for (i = 0; i < n; i++) {
		ticks[i] = __rdtsc();
		path->once(op);
		ticks[i] = __rdtsc() - ticks[i];
	}
	qsort(ticks, n, sizeof(ticks[0]), compare);
	return ticks[n / 2];
}

void path_print(const struct algorithm *alg, const char *path, size_t size,
		uint64_t ticks)
{
	/* A name with a comma in it would be two columns. */
	printf("%s,\"%s\",%s,%zu,%llu\n", alg->type, alg->name, path, size,
	       (unsigned long long)ticks);
	fflush(stdout);
}

void path_run(const char *name, struct op *op, size_t size)
{
	path_print(op->alg, name, size, path_measure(path_find(name), op, size));
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

/* Control data alone, if there is any. */
static void begin(struct op *op)
{
	struct msghdr msg = op->msg;

	msg.msg_iovlen = 0;
	if (msg.msg_controllen)
		op_expect(sendmsg(op->fd, &msg, MSG_MORE), 0, "sendmsg");
}

static void once_more(struct op *op)
{
	size_t at, n;

	begin(op);
	for (at = 0; at < op->in; at += n) {
		n = op->in - at < PART ? op->in - at : PART;
		op_expect(send(op->fd, op_data + at, n,
			       at + n < op->in ? MSG_MORE : 0), n, "send");
	}
	op_recv(op, op->fd);
}

/* Through the pipe in steps of so many bytes. */
static void splice_steps(struct op *op, size_t step)
{
	size_t left, n;

	begin(op);
	op_expect(vmsplice(op->pipe[1], &op->iov, 1, 0), op->in, "vmsplice");
	for (left = op->in; left; left -= n) {
		n = left < step ? left : step;
		op_expect(splice(op->pipe[0], NULL, op->fd, NULL, n,
				 n < left ? SPLICE_F_MORE : 0), n, "splice");
	}
	op_recv(op, op->fd);
}

static void once_splice(struct op *op)
{
	splice_steps(op, op->in);
}

static void once_pages(struct op *op)
{
	splice_steps(op, PART);
}

static void once_sendfile(struct op *op)
{
	off_t at = 0;

	begin(op);
	op_expect(sendfile(op->fd, op_file, &at, op->in), op->in, "sendfile");
	op_recv(op, op->fd);
}

static int op_accept(struct op *op)
{
	int fd = accept(op->parent, NULL, NULL);

	if (fd < 0)
		op_die("accept");
	return fd;
}

static void once_accept(struct op *op)
{
	int fd = op_accept(op);

	op_send(op, fd);
	op_recv(op, fd);
	close(fd);
}

static void once_open(struct op *op)
{
	close(op_accept(op));
}

static void once_many(struct op *op)
{
	int i;

	for (i = 0; i < op->sockets; i++) {
		op_send(op, op->fds[i]);
		op_recv(op, op->fds[i]);
	}
}

/* Sent into one end of a pair of sockets, received from the other. */
static void once_pair(struct op *op)
{
	op_send(op, op->fd);
	op_recv(op, op->parent);
}

static void once_recv(struct op *op)
{
	op_recv(op, op->fd);
}

static void once_call(struct op *op)
{
	(void)op;
	syscall(SYS_getppid);
}

static void once_pread(struct op *op)
{
	op_expect(pread(op->fd, op_result, op->in, 0), op->in, "read");
}

const struct path path_list[] = {
	{ "send", once_send },
	{ "plain", once_plain },
	{ "more", once_more },
	{ "splice", once_splice },
	{ "pages", once_pages },
	{ "sendfile", once_sendfile },
	{ "accept", once_accept },
	{ "open", once_open },
	{ "many", once_many },
	{ "recv", once_recv },
	{ "pair", once_pair },
	{ "call", once_call },
	{ "pread", once_pread },
	{}
};

const struct path *path_find(const char *name)
{
	const struct path *path = path_list;

	while (path->name && strcmp(path->name, name))
		path++;
	if (!path->name)
		op_die(name);
	return path;
}
