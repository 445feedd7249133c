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
 * ac_guard_init() - find out from the names what the operations of an AEAD need
 * @guard: zeroed; @guard->apart is set if some kernels need that
 * @tfm: AEAD
 *
 * Context: any.
 * Return: 0; -ENOENT, as if it did not exist, if it must not be bound at all.
 */
int ac_guard_init(struct ac_guard *guard, struct crypto_aead *tfm);

/**
 * ac_guard_is_wrong_in_place() - does this kernel's authencesn decrypt wrongly
 * @b: empty buffer of a socket; a test, which is made once, borrows its socket
 *
 * Context: process context; may sleep and load modules.
 * Return: true if it does in place, or if that is not known.
 */
bool ac_guard_is_wrong_in_place(struct ac_bounce *b);

/**
 * ac_guard_settle() - find out what depends on the kernel
 * @guard: copy of what ac_guard_init() has found
 * @b: empty buffer of the socket
 *
 * Context: process context; may sleep and load modules.
 */
static inline void ac_guard_settle(struct ac_guard *guard, struct ac_bounce *b)
{
	if (guard->apart)
		guard->apart = ac_guard_is_wrong_in_place(b);
}

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
