// SPDX-License-Identifier: GPL-2.0-only
/*
 * 25-nth - every failure point of the system calls that make sockets ready and end
 * them. See nth.h.
 */
#include "nth.h"

static void try_socket(const struct kind *k)
{
	int fd;

	(void)k;
	arm();
	fd = disarm(error_of(socket(AF_ALG, SOCK_SEQPACKET, 0)));
	right_error(fd, -ENFILE);
	if (fd >= 0)
		close(fd);
}

static void try_bind(const struct kind *k)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0), ret, op;

	strcpy((char *)sa.salg_type, k->type);
	strcpy((char *)sa.salg_name, k->name);
	arm();
	ret = disarm(error_of(bind(fd, (void *)&sa, sizeof(sa))));
	right_error(ret, 0);
	if (ret)
		must(!bind(fd, (void *)&sa, sizeof(sa)), "bind again");
	must(!set_key(k, fd), "key");
	op = alg_accept(fd);
	close(fd);
	whole(k, op);
	close(op);
}

static void try_setkey(const struct kind *k)
{
	int fd = alg_bind(k->type, k->name), ret, op;

	if (k == CAVP)
		must(!alg_opt(fd, ALG_SET_DRBG_ENTROPY, key, 48), "entropy");
	arm();
	ret = disarm(alg_key(fd, key, k->keylen ?: k->seed));
	right_error(ret, 0);
	if (ret)
		must(!alg_key(fd, key, k->keylen ?: k->seed), "key again");
	if (k->authsize)
		must(!alg_authsize(fd, k->authsize), "authsize");
	op = alg_accept(fd);
	close(fd);
	whole(k, op);
	close(op);
}

static void try_authsize(const struct kind *k)
{
	int fd = alg_bind(k->type, k->name), ret, op;

	must(!alg_key(fd, key, k->keylen), "key");
	arm();
	ret = disarm(alg_authsize(fd, k->authsize));
	right_error(ret, 0);
	if (ret)
		must(!alg_authsize(fd, k->authsize), "authsize again");
	op = alg_accept(fd);
	close(fd);
	whole(k, op);
	close(op);
}

static void try_entropy(const struct kind *k)
{
	int fd = alg_bind(k->type, k->name), ret, op;

	arm();
	ret = disarm(alg_opt(fd, ALG_SET_DRBG_ENTROPY, key, 48));
	right_error(ret, 0);
	if (ret)
		must(!alg_opt(fd, ALG_SET_DRBG_ENTROPY, key, 48),
		     "entropy again");
	must(!alg_key(fd, key, k->seed), "seed");
	op = alg_accept(fd);
	close(fd);
	whole(k, op);
	close(op);
}

static void try_accept(const struct kind *k)
{
	int fd = parent_of(k), op;

	arm();
	op = disarm(alg_accept(fd));
	right_error(op, -ENFILE);
	if (op < 0)
		op = alg_accept(fd);
	close(fd);
	whole(k, op);
	close(op);
}

/* The key comes after the operation socket. */
static void try_accept_nokey(const struct kind *k)
{
	int fd = alg_bind(k->type, k->name), op;

	arm();
	op = disarm(alg_accept(fd));
	right_error(op, -ENFILE);
	if (op < 0)
		op = alg_accept(fd);
	must(send_from(k, op, 0, 0) == -ENOKEY, "not without a key");
	must(!set_key(k, fd), "key");
	close(fd);
	whole(k, op);
	close(op);
}

/* The first use of the key that came late. */
static void try_late_key(const struct kind *k)
{
	int fd = alg_bind(k->type, k->name), op = alg_accept(fd);
	ssize_t n;

	must(!set_key(k, fd), "key");
	close(fd);
	arm();
	n = disarm(send_from(k, op, 0, 0));
	right_error(n, -ENOBUFS);
	finish(k, op, n);
	close(op);
}

/* A copy of a running digest. */
static void try_clone(const struct kind *k)
{
	int op = op_of(k), copy;
	size_t half = k->len / 2;

	must(alg_send(op, NULL, k->in, half, MSG_MORE) == (ssize_t)half,
	     "the first half");
	arm();
	copy = disarm(alg_accept(op));
	right_error(copy, -ENFILE);
	if (copy < 0)
		copy = alg_accept(op);
	finish(k, copy, half);
	finish(k, op, half);
	close(copy);
	close(op);
}

/* The same, asked of a socket that was accepted before the key. */
static void try_clone_late(const struct kind *k)
{
	int fd = alg_bind(k->type, k->name), op = alg_accept(fd), copy;

	must(alg_accept(op) == -ENOKEY, "no copy without a key");
	must(!set_key(k, fd), "key");
	close(fd);
	arm();
	copy = disarm(alg_accept(op));
	right_error(copy, -ENFILE);
	if (copy < 0)
		copy = alg_accept(op);
	whole(k, copy);
	whole(k, op);
	close(copy);
	close(op);
}

/* With data in it, then with its parent. */
static void try_close(const struct kind *k)
{
	int fd = parent_of(k), op = alg_accept(fd), other = alg_accept(fd);

	send_from(k, op, 0, MSG_MORE);
	arm();
	right_error(disarm(error_of(close(op))), 0);
	op = alg_accept(fd);
	close(fd);
	whole(k, op);
	whole(k, other);
	close(op);
	close(other);
}

static void try_close_all(const struct kind *k)
{
	int fd = parent_of(k);

	arm();
	right_error(disarm(error_of(close(fd))), 0);
}

static void of_kind(const struct kind *k)
{
	each("socket", try_socket, k);
	each("bind", try_bind, k);
	each("accept", try_accept, k);
	each("close", try_close, k);
	each("close of all", try_close_all, k);
	if (k->keylen || k->seed)
		each("setsockopt of the key", try_setkey, k);
	if (k->authsize)
		each("setsockopt of the tag's size", try_authsize, k);
	if (k == CAVP)
		each("setsockopt of the entropy", try_entropy, k);
	if (k->keylen) {
		each("accept before the key", try_accept_nokey, k);
		each("first send after a late key", try_late_key, k);
	}
	if (k->type[0] != 'h')
		return;
	each("accept of a copy", try_clone, k);
	if (k->keylen)
		each("accept of a copy after a late key", try_clone_late, k);
}

static void body(void)
{
	nth_body(of_kind, ALL);
}

int main(void)
{
	return tap_run(body, 240);
}
