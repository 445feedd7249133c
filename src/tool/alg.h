/* SPDX-License-Identifier: GPL-2.0 */
/*
 * alg.h - AF_ALG sockets. Each function returns the result of the system call or
 * a negative errno. One that may sleep times out with -EINTR.
 */
#ifndef AC_ALG_H
#define AC_ALG_H

#include <linux/if_alg.h>
#include <stddef.h>
#include <sys/types.h>

#ifndef SOL_ALG
#define SOL_ALG 279
#endif

/* Control data of a message. Fields that are not set are not sent. */
struct ac_alg_control {
	int op;			/* ALG_OP_*, or -1 */
	const void *iv;
	unsigned int ivlen;
	long assoclen;		/* -1: none */
};

/* Size of the buffer for ac_alg_authenc_key(). */
#define AC_ALG_KEY_MAX 128

int ac_alg_bind(const char *type, const char *name);
int ac_alg_set_key(int fd, const void *key, size_t len);
int ac_alg_set_tag(int fd, unsigned int len);
int ac_alg_accept(int fd);
ssize_t ac_alg_send(int fd, const struct ac_alg_control *control,
		    const void *data, size_t len, int flags);
ssize_t ac_alg_splice(int from, int fd, size_t len);
ssize_t ac_alg_receive(int fd, void *data, size_t len, int flags);

/* Build a key for authenc() or authencesn() and return its length. */
size_t ac_alg_authenc_key(unsigned char out[AC_ALG_KEY_MAX],
			  const void *auth, size_t authlen,
			  const void *enc, size_t enclen);

#endif
