// SPDX-License-Identifier: GPL-2.0-only
/*
 * keeper - a user of AF_ALG that lives through a change of the module.
 *
 * Opens one socket and one operation socket of each type, prints "ready", and
 * for every line on stdin performs one operation on each operation socket it
 * has kept and one on a socket newly accepted from each kept parent. Prints
 * "good" or "bad: what". Ends at the end of its input.
 *
 * Known answers: SHA-256 of "abc" (FIPS 180-2, appendix B.1); AES-128 and
 * AES-128-GCM with zero key and empty or zero input (the GCM specification's
 * test cases 1 and 2: E(0) is the hash key, and the tag of the empty message).
 * For an rng the key is the seed, without which some give nothing; ansi_cprng, which
 * stdrng is where no DRBG has been loaded, takes none that is shorter. Kernels
 * without a DRBG have no "stdrng"; the one that they may have takes its place.
 */
#include <errno.h>
#include <linux/if_alg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef SOL_ALG
#define SOL_ALG 279
#endif

enum { KEY = 16, SEED = 48, IV = 12, TAG = 16, BLOCK = 16 };

struct service {
	const char *type;
	const char *name;
	unsigned int keylen;
	size_t input;
	size_t output;
	unsigned char data[BLOCK];
	unsigned char answer[32];	/* not compared for rng */
	int parent;
	int op;
};

static struct service services[] = {
	{ "hash", "sha256", 0, 3, 32, "abc", {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
		0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
		0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
		0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad }, -1, -1 },
	{ "skcipher", "ecb(aes)", KEY, BLOCK, BLOCK, { 0 }, {
		0x66, 0xe9, 0x4b, 0xd4, 0xef, 0x8a, 0x2c, 0x3b,
		0x88, 0x4c, 0xfa, 0x59, 0xca, 0x34, 0x2b, 0x2e }, -1, -1 },
	{ "aead", "gcm(aes)", KEY, 0, TAG, { 0 }, {
		0x58, 0xe2, 0xfc, 0xce, 0xfa, 0x7e, 0x30, 0x61,
		0x36, 0x7f, 0x1d, 0x57, 0xa4, 0xe7, 0x45, 0x5a }, -1, -1 },
	{ "rng", "stdrng", SEED, 0, 32, { 0 }, { 0 }, -1, -1 },
};

static const char * const other_rng = "jitterentropy_rng";

#define COUNT (sizeof(services) / sizeof(services[0]))

static void die(const char *type, const char *what)
{
	printf("bad: %s: %s: %s\n", type, what, strerror(errno));
	exit(1);
}

static int bind_name(int fd, const char *type, const char *name)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };

	strcpy((char *)sa.salg_type, type);
	strcpy((char *)sa.salg_name, name);
	return bind(fd, (struct sockaddr *)&sa, sizeof(sa));
}

static int bind_parent(const struct service *s)
{
	static const unsigned char key[SEED];
	int fd, err;

	fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die(s->type, "socket");
	err = bind_name(fd, s->type, s->name);
	if (err && errno == ENOENT && !strcmp(s->type, "rng"))
		err = bind_name(fd, s->type, other_rng);
	if (err)
		die(s->type, "bind");
	if (s->keylen && setsockopt(fd, SOL_ALG, ALG_SET_KEY, key, s->keylen))
		die(s->type, "key");
	if (!strcmp(s->type, "aead") &&
	    setsockopt(fd, SOL_ALG, ALG_SET_AEAD_AUTHSIZE, NULL, TAG))
		die(s->type, "authsize");
	return fd;
}

static int accept_op(const struct service *s)
{
	int fd = accept(s->parent, NULL, NULL);

	if (fd < 0)
		die(s->type, "accept");
	return fd;
}

static void add_control(struct msghdr *msg, struct cmsghdr **at, int type,
			const void *data, size_t len)
{
	*at = *at ? CMSG_NXTHDR(msg, *at) : CMSG_FIRSTHDR(msg);
	(*at)->cmsg_level = SOL_ALG;
	(*at)->cmsg_type = type;
	(*at)->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(*at), data, len);
}

static int send_input(const struct service *s, int fd)
{
	struct {
		struct af_alg_iv head;
		unsigned char bytes[IV];
	} iv = { .head.ivlen = IV };
	unsigned int op = ALG_OP_ENCRYPT;
	unsigned char control[128] = { 0 };
	struct iovec iov = { (void *)s->data, s->input };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *at = NULL;

	if (s->keylen) {
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE(sizeof(op));
		if (!strcmp(s->type, "aead"))
			msg.msg_controllen += CMSG_SPACE(sizeof(iv));
		add_control(&msg, &at, ALG_SET_OP, &op, sizeof(op));
		if (!strcmp(s->type, "aead"))
			add_control(&msg, &at, ALG_SET_IV, &iv, sizeof(iv));
	}
	return sendmsg(fd, &msg, 0) == (ssize_t)s->input;
}

static const char *operate(const struct service *s, int fd)
{
	unsigned char out[64];
	int is_rng = !strcmp(s->type, "rng");

	if (!is_rng && !send_input(s, fd))
		return "send";
	if (recv(fd, out, s->output, 0) != (ssize_t)s->output)
		return "recv";
	if (!is_rng && memcmp(out, s->answer, s->output))
		return "answer";
	return NULL;
}

static void one_round(void)
{
	const char *wrong;
	size_t i;
	int fd;

	for (i = 0; i < COUNT; i++) {
		wrong = operate(&services[i], services[i].op);
		if (wrong) {
			printf("bad: %s, kept: %s: %s\n", services[i].type,
			       wrong, strerror(errno));
			return;
		}
		fd = accept_op(&services[i]);
		wrong = operate(&services[i], fd);
		close(fd);
		if (wrong) {
			printf("bad: %s, new: %s: %s\n", services[i].type,
			       wrong, strerror(errno));
			return;
		}
	}
	printf("good\n");
}

int main(void)
{
	char line[16];
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < COUNT; i++) {
		services[i].parent = bind_parent(&services[i]);
		services[i].op = accept_op(&services[i]);
	}
	printf("ready\n");
	while (fgets(line, sizeof(line), stdin))
		one_round();
	return 0;
}
