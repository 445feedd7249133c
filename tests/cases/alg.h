/* SPDX-License-Identifier: GPL-2.0 */
/*
 * alg.h - AF_ALG sockets for the case programs.
 *
 * Every helper returns what the system call returned, or the errno as a
 * negative number. A call that could sleep is given a limit: when nothing has
 * come of it by then it is interrupted and -ETIME is returned (or the short
 * count, with alg_late set).
 */
#ifndef AC_CASES_ALG_H
#define AC_CASES_ALG_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <linux/if_alg.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifndef SOL_ALG
#define SOL_ALG 279
#endif
#ifndef ALG_SET_KEY_BY_KEY_SERIAL
#define ALG_SET_KEY_BY_KEY_SERIAL 7
#endif
#ifndef ALG_SET_DRBG_ENTROPY
#define ALG_SET_DRBG_ENTROPY 6
#endif

#define ENC ALG_OP_ENCRYPT
#define DEC ALG_OP_DECRYPT

/* Limit of a call that must come back, and of one that must not, in ms. */
#define ALG_MUST 4000
#define ALG_MUST_NOT 300

/* What one control block says; a field that is not set is not sent. */
struct alg_ctl {
	int op;			/* ENC, DEC or -1 */
	const void *iv;
	unsigned int ivlen;
	int64_t assoclen;	/* -1: none */
};

/* sizeof a control block with room for an IV of 64 bytes */
#define ALG_CTL_ROOM 256

extern int alg_limit;		/* ms for the calls below, ALG_MUST at start */
extern int alg_late;		/* the last call was stopped by its limit */

/* opening */
int alg_bind_flags(const char *type, const char *name, uint32_t feat,
		   uint32_t mask);
int alg_bind(const char *type, const char *name);
int alg_opt(int fd, int opt, const void *val, unsigned int len);
int alg_key(int fd, const void *key, unsigned int len);
int alg_authsize(int fd, unsigned int size);
int alg_accept(int fd);
int alg_open(const char *type, const char *name, const void *key,
	     unsigned int keylen);
int alg_open_aead(const char *name, const void *key, unsigned int keylen,
		  unsigned int authsize);

/* one call each, under alg_limit */
size_t alg_ctl_build(void *buf, const struct alg_ctl *ctl);
ssize_t alg_send(int fd, const struct alg_ctl *ctl, const void *data,
		 size_t len, int flags);
ssize_t alg_recv(int fd, void *buf, size_t len, int flags);
ssize_t alg_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t alg_recvmsg(int fd, struct msghdr *msg, int flags);

/* the same for calls of one's own: alg_begin(); r = call(); alg_end(r) */
void alg_begin(void);
ssize_t alg_end(ssize_t ret);

/* whole operations on a socket of their own */
ssize_t alg_hash(const char *name, const void *key, unsigned int keylen,
		 const void *data, size_t len, void *digest);
ssize_t alg_crypt(int fd, int op, const void *iv, unsigned int ivlen,
		  const void *in, size_t len, void *out);
ssize_t alg_aead(int fd, int op, const void *iv, unsigned int ivlen,
		 size_t assoclen, const void *in, size_t len, void *out,
		 size_t outlen);

/* reading until @len bytes have come or nothing comes any more */
ssize_t alg_recv_all(int fd, void *buf, size_t len);

/* a thread that waits and then sends */
struct alg_later {
	pthread_t thread;
	int fd, ms, flags;
	const struct alg_ctl *ctl;
	const void *data;
	size_t len;
	ssize_t ret;
};

void alg_later_send(struct alg_later *later);
ssize_t alg_later_join(struct alg_later *later);

/* poll masks as the kernel gives them now */
int alg_poll(int fd, int events, int timeout);

/* what an empty queue takes: SO_SNDBUF in whole pages of the kernel, at least one */
size_t alg_room(int fd);
#define ALG_POLL_ALL (POLLIN | POLLOUT | POLLRDNORM | POLLRDBAND | \
		      POLLWRNORM | POLLWRBAND | POLLPRI)
#define ALG_POLL_IN (POLLIN | POLLRDNORM)
#define ALG_POLL_OUT (POLLOUT | POLLWRNORM | POLLWRBAND)

/*
 * A key of authenc() begins with an rtattr in the processor's order of bytes, length
 * 8 and type 1. The length of its last part, the cipher's key, follows as __be32.
 */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define AUTHENC_BYTES 8, 0, 1, 0
#define AUTHENC_HEX "08000100"
#else
#define AUTHENC_BYTES 0, 8, 0, 1
#define AUTHENC_HEX "00080001"
#endif

/* small things */
size_t unhex(void *out, const char *hex);
void fill(void *buf, size_t len, uint32_t seed);
uint32_t rnd(uint32_t *state);
void msleep(int ms);
long long now_ms(void);
void *guarded(size_t len);	/* @len usable bytes, then an unmapped page */

#endif
