// SPDX-License-Identifier: GPL-2.0-only
/*
 * 26-nth-data - every failure point of the system calls that move data. See nth.h.
 */
#include "nth.h"

#include <sys/epoll.h>
#include <sys/sendfile.h>

static void try_send(const struct kind *k)
{
	int op = op_of(k);
	ssize_t n;

	arm();
	n = disarm(send_from(k, op, 0, 0));
	right_error(n, -ENOBUFS);
	finish(k, op, n);
	close(op);
}

/* Into a buffer that has had an operation. */
static void try_send_again(const struct kind *k)
{
	int op = op_of(k);
	ssize_t n;

	whole(k, op);
	arm();
	n = disarm(send_from(k, op, 0, 0));
	right_error(n, -ENOBUFS);
	finish(k, op, n);
	close(op);
}

/* One control message more with each send, number @which under a fault. */
static void in_parts(const struct kind *k, int which)
{
	/* What a control block does not say is as if it had never been said. */
	const struct alg_ctl parts[] = {
		{ k->op, NULL, 0, -1 },
		{ k->op, iv, k->ivlen, -1 },
		{ k->op, iv, k->ivlen, k->assoclen },
	};
	size_t step = k->len / 3, off = 0;
	int op = op_of(k);
	ssize_t n;

	for (int i = 0; i < 3; i++) {
		size_t len = i < 2 ? step : k->len - off;
		int more = i < 2 ? MSG_MORE : 0;

		if (i == which)
			arm();
		n = alg_send(op, &parts[i], k->in + off, len, more);
		if (i == which)
			right_error(disarm(n), -ENOBUFS);
		if (n < 0)
			n = alg_send(op, &parts[i], k->in + off, len, more);
		must(n == (ssize_t)len, "a part");
		off += len;
	}
	right_data(k, recv_all(k, op));
	whole(k, op);
	close(op);
}

static void try_send_op(const struct kind *k)
{
	in_parts(k, 0);
}

static void try_send_iv(const struct kind *k)
{
	in_parts(k, 1);
}

static void try_send_assoclen(const struct kind *k)
{
	in_parts(k, 2);
}

static void try_recv(const struct kind *k)
{
	int op = op_of(k);
	ssize_t n, err, done;

	send_from(k, op, 0, 0);
	memset(out, 0x5a, room(k));
	arm();
	n = disarm(alg_recv(op, out, room(k), 0));
	right_error(n, 0);
	err = n < 0 ? n : 0;
	done = n < 0 ? 0 : n;
	/* All of it again, or what is left. */
	if (n < (ssize_t)k->outlen) {
		n = alg_recv(op, out + done, room(k) - done, MSG_DONTWAIT);
		done += n > 0 ? n : 0;
	}
	if (err == -ENOMEM && n == -EAGAIN && mode < BUFFER)
		lost++;
	else
		right_data(k, done);
	whole(k, op);
	close(op);
}

/* A digest of nothing. */
static void try_recv_empty(const struct kind *k)
{
	static const unsigned char nothing[32] = {
		0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14,
		0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
		0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c,
		0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55
	};
	int op = op_of(k);
	ssize_t n;

	arm();
	n = disarm(alg_recv(op, out, 32, 0));
	right_error(n, 0);
	if (n < 0)
		n = alg_recv(op, out, 32, 0);
	must(n == 32 && !memcmp(out, nothing, 32), "digest of nothing");
	whole(k, op);
	close(op);
}

/* From a pipe that holds all of the text; control data came before. */
static void try_splice(const struct kind *k)
{
	struct alg_ctl ctl = { k->op, iv, k->ivlen, k->assoclen };
	int op = op_of(k), fds[2];
	ssize_t n, done = 0;

	if (k->op >= 0)
		must(!alg_send(op, &ctl, NULL, 0, MSG_MORE), "control data");
	must(!pipe(fds) && fcntl(fds[1], F_SETPIPE_SZ, 1 << 20) > 0 &&
	     write(fds[1], k->in, k->len) == (ssize_t)k->len, "pipe");
	arm();
	alg_begin();
	n = splice(fds[0], NULL, op, NULL, k->len, 0);
	n = disarm(alg_end(n));
	right_error(n, 0);
	for (int i = 0; i < 9 && done < (ssize_t)k->len; i++) {
		done += n > 0 ? n : 0;
		if (done < (ssize_t)k->len)
			n = error_of(splice(fds[0], NULL, op, NULL,
					    k->len - done, 0));
	}
	must(done == (ssize_t)k->len, "splice again");
	right_data(k, recv_all(k, op));
	whole(k, op);
	close(fds[0]);
	close(fds[1]);
	close(op);
}

/*
 * Whose count nobody looks at, and then the end: the result of the whole, or an
 * error. Not of a part, which only the tag of an AEAD would tell from it.
 */
static void try_splice_unseen(const struct kind *k)
{
	struct alg_ctl ctl = { k->op, iv, k->ivlen, k->assoclen };
	int op = op_of(k), fds[2];
	ssize_t n, end;

	must(!alg_send(op, &ctl, NULL, 0, MSG_MORE), "control data");
	must(!pipe(fds) && fcntl(fds[1], F_SETPIPE_SZ, 1 << 20) > 0 &&
	     write(fds[1], k->in, k->len) == (ssize_t)k->len, "pipe");
	arm();
	alg_begin();
	n = splice(fds[0], NULL, op, NULL, k->len, SPLICE_F_MORE);
	n = disarm(alg_end(n));
	end = alg_send(op, NULL, NULL, 0, 0);
	if (n > 0 && n < (ssize_t)k->len)
		must(end == -ENOMEM && recv_all(k, op) == -ENOMEM,
		     "a part of it has been ended");
	else if (n > 0)
		must(!end && right_data(k, recv_all(k, op)), "the whole");
	else
		recv_all(k, op);
	whole(k, op);
	close(fds[0]);
	close(fds[1]);
	close(op);
}

static void try_sendfile(const struct kind *k)
{
	struct alg_ctl ctl = { k->op, iv, k->ivlen, k->assoclen };
	int op = op_of(k), file = memfd_create("file", 0);
	off_t off = 0;
	ssize_t n;

	must(write(file, k->in, k->len) == (ssize_t)k->len, "file");
	if (k->op >= 0)
		must(!alg_send(op, &ctl, NULL, 0, MSG_MORE), "control data");
	arm();
	alg_begin();
	n = sendfile(op, file, &off, k->len);
	n = disarm(alg_end(n));
	right_error(n, 0);
	for (int i = 0; i < 9 && off < (off_t)k->len; i++)
		sendfile(op, file, &off, k->len - off);
	must(off == (off_t)k->len, "sendfile again");
	right_data(k, recv_all(k, op));
	whole(k, op);
	close(file);
	close(op);
}

static void try_poll(const struct kind *k)
{
	int op = op_of(k), ret;
	struct pollfd pfd = { op, POLLIN | POLLOUT, 0 };

	arm();
	ret = disarm(error_of(poll(&pfd, 1, 0)));
	right_error(ret, 0);
	if (ret < 0)
		ret = poll(&pfd, 1, 0);
	must(ret == 1, "poll again");
	whole(k, op);
	close(op);
}

static void try_epoll(const struct kind *k)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT };
	int op = op_of(k), ep = epoll_create1(0), ret;

	arm();
	ret = disarm(error_of(epoll_ctl(ep, EPOLL_CTL_ADD, op, &event)));
	right_error(ret, 0);
	if (ret)
		must(!epoll_ctl(ep, EPOLL_CTL_ADD, op, &event), "add again");
	must(epoll_wait(ep, &event, 1, 0) == 1, "it is ready");
	whole(k, op);
	close(ep);
	close(op);
}

static void of_queue(const struct kind *k)
{
	each("send with operation", try_send_op, k);
	each("send with IV", try_send_iv, k);
	each("poll", try_poll, k);
	each("epoll", try_epoll, k);
	if (!k->authsize)
		return;
	each("send with length of associated data", try_send_assoclen, k);
	each("splice, unseen", try_splice_unseen, k);
}

static void of_kind(const struct kind *k)
{
	each("recv", try_recv, k);
	if (mode >= BUFFER)
		return;
	if (k->type[0] != 'r' || k == CAVP)
		each("send", try_send, k);
	if (k->type[0] == 'r')
		return;
	each("send again", try_send_again, k);
	each("splice", try_splice, k);
	each("sendfile", try_sendfile, k);
	if (k->type[0] != 'h')
		of_queue(k);
	else if (!k->keylen)
		each("recv of nothing", try_recv_empty, k);
}

static void body(void)
{
	nth_body(of_kind, COPY);
}

int main(void)
{
	return tap_run(body, 240);
}
