/* SPDX-License-Identifier: GPL-2.0 */
/* Input that AEADs of older kernels must not get. See guard.c. */
#ifndef AC_GUARD_H
#define AC_GUARD_H

#include <crypto/aead.h>
#include <linux/types.h>

struct ac_bounce;

/**
 * struct ac_guard - what the operations of an AEAD need
 * @min_encrypt: bytes of associated data, at least, to encrypt
 * @min_decrypt: the same to decrypt
 * @apart: must not decrypt in place
 * @atomic: must not be told that it may sleep. Then only copying in and out gives way
 *	    to others, between pieces: an operation is at most SO_SNDBUF at once
 */
struct ac_guard {
	u16 min_encrypt;
	u16 min_decrypt;
	bool apart;
	bool atomic;
};

/**
 * ac_guard_check() - may an AEAD be bound at all
 * @tfm: AEAD
 *
 * Context: any.
 * Return: 0; -ENOENT, as if it did not exist, if not.
 */
int ac_guard_check(struct crypto_aead *tfm);

/**
 * ac_guard_init() - find out what the operations of an AEAD need
 * @guard: zeroed
 * @tfm: AEAD that may be bound
 * @b: empty buffer of the socket; a test borrows its socket
 *
 * Context: process context; may sleep and load modules.
 */
void ac_guard_init(struct ac_guard *guard, struct crypto_aead *tfm,
		   struct ac_bounce *b);

/**
 * ac_guard_allows() - is there enough associated data
 * @guard: what the AEAD needs
 * @encrypt: direction
 * @assoclen: bytes of associated data
 *
 * Context: any.
 * Return: true if so.
 */
static inline bool ac_guard_allows(const struct ac_guard *guard, bool encrypt,
				   unsigned int assoclen)
{
	return assoclen >= (encrypt ? guard->min_encrypt : guard->min_decrypt);
}

#endif
