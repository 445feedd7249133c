/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the four AF_ALG types have in common.
 */
#ifndef AC_TYPE_H
#define AC_TYPE_H

#include <linux/atomic.h>
#include <linux/crypto.h>

#include "compat.h"
#include "sysctl.h"

struct ac_stats;

/**
 * struct ac_usage - what is known of the use of a type
 * @others: what algorithms without an entry of their own share
 * @refused: binds, and new operations, that crypto.af_alg_restrict has refused
 * @pages: memory of all its sockets now
 * @most: the most that it has been
 */
struct ac_usage {
	struct ac_stats *others;
	atomic_long_t refused;
	atomic_long_t pages;
	atomic_long_t most;
};

/**
 * struct ac_bound - what a socket is bound to: what af_alg calls private
 * @tfm: the transformation, as ac_type.alloc made it
 * @stats: where its use is counted
 */
struct ac_bound {
	void *tfm;
	struct ac_stats *stats;
};

/**
 * struct ac_type - one AF_ALG type as this module serves it
 * @alg: what is registered with af_alg; its @ops and @ops_nokey point at the
 *	members below
 * @ops: socket operations once the key, if one is needed, is there. af_alg
 *	writes the owner into them when the type is registered.
 * @ops_nokey: filled by ac_key_init(): as @ops, but behind the key rule
 * @alloc: make a transformation, as crypto_alloc_*() with a type of 0
 * @free: free it
 * @base: the part of it that is the same in all types
 * @need_key: whether it still waits for a key; NULL for a type that never does
 * @probe_names: algorithms by which a registered type of this name can be
 *	bound, in order of preference, ended by NULL. See shadow.c.
 * @allowlist: what may be bound where the administrator allows little, and who
 *	may. See policy.c.
 * @allowed: the same as changed by the administrator; NULL if it is not. See
 *	allow.c.
 * @usage: is there from ac_stats_init() to ac_stats_exit()
 */
struct ac_type {
	struct af_alg_type alg;
	struct proto_ops ops;
	struct proto_ops ops_nokey;
	void *(*alloc)(const char *name, u32 mask);
	void (*free)(void *tfm);
	struct crypto_tfm *(*base)(void *tfm);
	bool (*need_key)(void *tfm);
	const char *const *probe_names;
	const struct af_alg_allowlist_entry *allowlist;
	const struct af_alg_allowlist_entry *allowed;
	struct ac_usage *usage;
};

/* The operations that no AF_ALG socket has, and the one they all share. */
#define AC_PROTO_OPS				\
	AC_NO_SOCKOPT				\
	.family		= PF_ALG,		\
	.release	= af_alg_release,	\
	.bind		= sock_no_bind,		\
	.connect	= sock_no_connect,	\
	.socketpair	= sock_no_socketpair,	\
	.getname	= sock_no_getname,	\
	.ioctl		= sock_no_ioctl,	\
	.listen		= sock_no_listen,	\
	.shutdown	= sock_no_shutdown,	\
	.mmap		= sock_no_mmap

extern struct ac_type ac_hash_type;
extern struct ac_type ac_skcipher_type;
extern struct ac_type ac_aead_type;
extern struct ac_type ac_rng_type;

#define AC_TYPES	4

/* All of them. */
extern struct ac_type *const ac_types[AC_TYPES];

/**
 * ac_type_find() - look a type up
 * @name: as in struct sockaddr_alg
 *
 * Context: any.
 * Return: the type, NULL if it is none of ours.
 */
struct ac_type *ac_type_find(const char *name);

/**
 * ac_type_bind() - bind a socket, if that is allowed
 * @type: type
 * @name: algorithm, as user space calls it
 *
 * Context: process context; may sleep and load modules.
 * Return: what af_alg hands to the other functions of the type as private, a
 *	struct ac_bound; an error as a pointer: -ENOENT if there is no such
 *	algorithm, or not for the current task; -ENOMEM, or what the crypto
 *	code says.
 */
void *ac_type_bind(const struct ac_type *type, const char *name);

/**
 * ac_type_release() - af_alg_type.release of all types
 * @private: what ac_type_bind() returned
 *
 * Context: process context.
 */
void ac_type_release(void *private);

/**
 * ac_type_refuse() - count and say that an operation has been refused
 * @bound: what its socket is bound to
 *
 * Context: process context.
 */
void ac_type_refuse(const struct ac_bound *bound);

/**
 * ac_type_accept() - ask whether a bound socket may have another operation
 * @bound: what it is bound to
 *
 * Context: process context.
 * Return: 0 or -ENOENT.
 */
static inline int ac_type_accept(const struct ac_bound *bound)
{
	int err = ac_sysctl_check_accept();

	if (unlikely(err))
		ac_type_refuse(bound);
	return err;
}

#endif
