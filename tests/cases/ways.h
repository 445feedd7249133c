/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ways.h - the ways by which data gets into a socket: what is @text, or the same
 * in @file.
 */
#ifndef AC_CASES_WAYS_H
#define AC_CASES_WAYS_H

#include "alg.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/sendfile.h>

#define LEN	300000		/* more than SO_SNDBUF is by default */
#define TAG	16
#define PART	50000

static unsigned char *text;	/* LEN and the tag */
static int file, pipes[2];

static void set_nonblock(int fd, int on)
{
	if (fcntl(fd, F_SETFL, on ? O_NONBLOCK : 0))
		abort();
}

/* A pipe that holds all of it, as kcapi-enc makes one; nothing is left in it. */
static void new_pipe(void)
{
	close(pipes[0]);
	close(pipes[1]);
	if (pipe(pipes) || fcntl(pipes[1], F_SETPIPE_SZ, 1 << 20) < 0)
		abort();
}

/* One call, or as many as it takes; what they returned. */

static ssize_t from_pipe(int fd, size_t len, int flags)
{
	alg_begin();
	return alg_end(splice(pipes[0], NULL, fd, NULL, len, flags));
}

static ssize_t by_splice(int fd, size_t from, size_t len)
{
	loff_t off = from;

	new_pipe();
	if (splice(file, &off, pipes[1], NULL, len, 0) < 0)
		abort();
	return from_pipe(fd, len, SPLICE_F_MORE);
}

static ssize_t by_vmsplice(int fd, size_t from, size_t len)
{
	struct iovec iov = { text + from, len };

	new_pipe();
	if (vmsplice(pipes[1], &iov, 1, 0) < 0)
		abort();
	return from_pipe(fd, len, SPLICE_F_MORE);
}

static ssize_t by_splice_now(int fd, size_t from, size_t len)
{
	ssize_t n;

	set_nonblock(fd, 1);
	n = by_splice(fd, from, len);
	set_nonblock(fd, 0);
	return n;
}

/* No MSG_MORE behind the last page. */
static ssize_t by_sendfile(int fd, size_t from, size_t len)
{
	off_t off = from;

	alg_begin();
	return alg_end(sendfile(fd, file, &off, len));
}

static ssize_t by_send_now(int fd, size_t from, size_t len)
{
	return alg_send(fd, NULL, text + from, len, MSG_MORE | MSG_DONTWAIT);
}

static ssize_t by_write_now(int fd, size_t from, size_t len)
{
	ssize_t n;

	set_nonblock(fd, 1);
	alg_begin();
	n = alg_end(write(fd, text + from, len));
	set_nonblock(fd, 0);
	return n;
}

/* On through errors, as a careless sender does; the first one, or the sum. */
static ssize_t in_parts(int fd, size_t from, size_t len, int flags)
{
	ssize_t sum = 0, err = 0;

	for (size_t at = 0; at < len; at += PART) {
		size_t n = len - at < PART ? len - at : PART;
		ssize_t ret = alg_send(fd, NULL, text + from + at, n, flags);

		sum += ret > 0 ? ret : 0;
		if (ret < 0 && !err)
			err = ret;
	}
	return sum ?: err;
}

static ssize_t by_parts(int fd, size_t from, size_t len)
{
	return in_parts(fd, from, len, MSG_MORE);
}

static ssize_t by_parts_now(int fd, size_t from, size_t len)
{
	return in_parts(fd, from, len, MSG_MORE | MSG_DONTWAIT);
}

static const struct way {
	const char *name;
	ssize_t (*go)(int fd, size_t from, size_t len);
	int told;		/* one of the sends has failed already */
} ways[] = {
	{ "splice", by_splice },
	{ "vmsplice", by_vmsplice },
	{ "splice, O_NONBLOCK", by_splice_now },
	{ "sendfile", by_sendfile },
	{ "send, DONTWAIT", by_send_now },
	{ "write, O_NONBLOCK", by_write_now },
	{ "sends", by_parts, 1 },
	{ "sends, DONTWAIT", by_parts_now, 1 },
};

#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

#endif
