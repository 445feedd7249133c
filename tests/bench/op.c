// SPDX-License-Identifier: GPL-2.0
#include "op.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <x86intrin.h>

const struct algorithm op_algorithms[] = {
	{ "skcipher", "ecb(cipher_null)", 0, 0 },
	{ "skcipher", "cbc(aes)", 16, 16 },
	{ "skcipher", "ctr(aes)", 16, 16 },
	{ "skcipher", "xts(aes)", 32, 16 },
	{ "aead", "gcm(aes)", 16, 12 },
	{ "aead", "authenc(hmac(sha256),cbc(aes))", 56, 16 },
	{ "hash", "digest_null", 0, 0, 0, true },
	{ "hash", "crc32c", 0, 0, 4, true },
	{ "hash", "xxhash64", 0, 0, 8, true },
	{ "hash", "sha256", 0, 0, 32 },
	{ "hash", "sha512", 0, 0, 64 },
	{ "hash", "blake2b-512", 0, 0, 64, true },
	{ "hash", "hmac(sha256)", 32, 0, 32 },
	{ "rng", "drbg_nopr_hmac_sha256", 0, 0, 0, true },
	{}
};

uint8_t *op_data, *op_result;
int op_file;

static const uint8_t key[64] = { 8, 0, 1, 0, 0, 0, 0, 16, 1, 2, 3, 4, 5, 6 };
static const uint8_t iv[64];

_Noreturn void op_die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

void op_expect(ssize_t got, size_t wanted, const char *what)
{
	if (got < 0)
		op_die(what);
	if ((size_t)got != wanted) {
		fprintf(stderr, "%s: %zd instead of %zu\n", what, got,
			wanted);
		exit(1);
	}
}

void op_recv(struct op *op, int fd)
{
	op_expect(recv(fd, op_result, op->out, 0), op->out, "recv");
}

void op_send(struct op *op, int fd)
{
	ssize_t got = op->msg.msg_iovlen ?
		      sendmsg(fd, &op->msg, 0) : send(fd, op_data, op->in, 0);

	op_expect(got, op->in, "send");
}

/*
 * The rest of a message is one too, with associated data of its own. Stock does not
 * know that it is complete until something is sent, be it nothing.
 */
uint64_t op_recv_part(struct op *op, size_t len)
{
	uint64_t begin = __rdtsc();
	ssize_t n = recv(op->fd, op_result, op->out, MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN) {
		op_expect(send(op->fd, NULL, 0, 0), 0, "empty send");
		begin = __rdtsc();
		n = recv(op->fd, op_result, op->out, MSG_DONTWAIT);
	}
	begin = __rdtsc() - begin;
	op_expect(n, len, "recv");
	return begin;
}

static size_t op_tag(const struct algorithm *alg)
{
	return strcmp(alg->type, "aead") ? 0 : OP_TAG;
}

uint64_t op_parts(struct op *op)
{
	size_t left = op->iov.iov_len, tag = op_tag(op->alg);
	uint64_t ticks = __rdtsc();

	op_expect(sendmsg(op->fd, &op->msg, 0), left, "send");
	ticks = __rdtsc() - ticks;
	for (; left + tag > op->out; left -= op->out - tag)
		ticks += op_recv_part(op, op->out);
	return ticks + op_recv_part(op, left + tag);
}

/* Stock has not so much room, whatever SO_SNDBUF is: then there is no row. */
bool op_fill(struct op *op, int size)
{
	int i;

	for (i = op->in; i <= size; i += op->in)
		if (sendmsg(op->fd, &op->msg, i < size ? MSG_MORE : 0) !=
		    (ssize_t)op->in)
			return false;
	return true;
}

bool op_open(struct op *op, const struct algorithm *alg)
{
	op->alg = alg;
	op->parent = alg_bind(alg->type, alg->name);
	if (op->parent == -ENOENT && alg->optional)
		return false;
	if (op->parent < 0) {
		errno = -op->parent;
		op_die(alg->name);
	}
	/* A key of no bytes seeds a generator, and a null digest has one too. */
	if ((alg->keylen || !strcmp(alg->name, "digest_null") ||
	     !strcmp(alg->type, "rng")) &&
	    setsockopt(op->parent, SOL_ALG, ALG_SET_KEY, key, alg->keylen))
		op_die("ALG_SET_KEY");
	if (!strcmp(alg->type, "aead") &&
	    setsockopt(op->parent, SOL_ALG, ALG_SET_AEAD_AUTHSIZE, NULL, OP_TAG))
		op_die("ALG_SET_AEAD_AUTHSIZE");
	op->fd = accept(op->parent, NULL, NULL);
	if (op->fd < 0)
		op_die("accept");
	if (pipe(op->pipe) || fcntl(op->pipe[1], F_SETPIPE_SZ, 2 * OP_MAX_SIZE) < 0)
		op_die("pipe");
	return true;
}

void op_close(struct op *op)
{
	close(op->fd);
	close(op->parent);
	close(op->pipe[0]);
	close(op->pipe[1]);
}

void op_size(struct op *op, size_t size)
{
	struct alg_ctl ctl = { ENC, op->alg->ivlen ? iv : NULL,
			       op->alg->ivlen, -1 };

	op->in = size;
	op->out = size;
	if (!strcmp(op->alg->type, "aead")) {
		op->in = OP_AAD + size;
		op->out = OP_AAD + size + OP_TAG;
		ctl.assoclen = OP_AAD;
	}
	if (!strcmp(op->alg->type, "hash"))
		op->out = op->alg->digest;

	op->iov = (struct iovec){ op_data, op->in };
	op->msg = (struct msghdr){ .msg_iov = &op->iov };
	if (!strcmp(op->alg->type, "skcipher") ||
	    !strcmp(op->alg->type, "aead")) {
		op->msg.msg_iovlen = 1;
		op->msg.msg_control = op->control;
		op->msg.msg_controllen = alg_ctl_build(op->control, &ctl);
	}
}

static void *map_buffer(void)
{
	void *p = mmap(NULL, 2 * OP_MAX_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p == MAP_FAILED)
		op_die("mmap");
	return p;
}

const struct algorithm *op_find(const char *type, const char *name)
{
	const struct algorithm *alg = op_algorithms;

	while (alg->name && (strcmp(alg->name, name) || strcmp(alg->type, type)))
		alg++;
	if (!alg->name)
		op_die(name);
	return alg;
}

void op_init(void)
{
	op_data = map_buffer();
	op_result = map_buffer();
	fill(op_data, 2 * OP_MAX_SIZE, 1);
	op_file = memfd_create("speed", 0);
	if (op_file < 0)
		op_die("memfd");
	op_expect(write(op_file, op_data, 2 * OP_MAX_SIZE), 2 * OP_MAX_SIZE,
		  "write");
}
