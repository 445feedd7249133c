/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the four AF_ALG types have in common: binding (type.c) and the key rule
 * (key.c).
 */
#ifndef AC_TYPE_H
#define AC_TYPE_H

#include <linux/crypto.h>

#include "compat.h"
#include "policy.h"
#include "stats.h"

/**
 * struct ac_bound - what a socket is bound to; af_alg's "private"
 * @tfm: what ac_type.alloc returned
 * @type: type
 * @stats: where its use is counted
 */
struct ac_bound {
	void *tfm;
	const struct ac_type *type;
	struct ac_stats *stats;
};

/**
 * struct ac_type - an AF_ALG type as this module serves it
 * @alg: what is registered with af_alg; its @ops and @ops_nokey point at the
 *	members below
 * @ops: socket operations once the key, if one is needed, is set. af_alg writes
 *	the owner into them when the type is registered.
 * @ops_nokey: the same behind the key rule; filled by ac_key_init()
 * @alloc: allocate a transformation, as crypto_alloc_*() with a type of 0
 * @free: free it
 * @base: its struct crypto_tfm
 * @need_key: whether it still needs a key; NULL for a type without keys
 * @probe_names: algorithms by which a registered type of this name can be bound,
 *	in order of preference, ended by NULL; see shadow.c
 * @usage: what is counted for the type
 * @checks: the same of a privileged "algif-copy check", shown as a sum only
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
	struct ac_usage usage;
	struct ac_usage checks;
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

/* See main.c. */
extern struct ac_type *const ac_types[AC_TYPES];

/**
 * ac_key_init() - derive the operations of sockets that lack a key
 * @type: type with @type->ops filled in
 *
 * Fills @type->ops_nokey. Must come before the type is registered.
 *
 * Context: any.
 */
void ac_key_init(struct ac_type *type);

/**
 * ac_type_bind() - bind a socket, if that is allowed
 * @type: type
 * @name: algorithm, as user space calls it
 *
 * Context: process context; may sleep and load modules.
 * Return: a struct ac_bound for ac_type_release(); as a pointer -ENOENT if there is
 *	no such algorithm or the current task may not use it, -ENOMEM, or another
 *	error of crypto_alloc_*().
 */
void *ac_type_bind(struct ac_type *type, const char *name);

/**
 * ac_type_release() - af_alg_type.release of all types
 * @private: what ac_type_bind() returned
 *
 * Context: process context.
 */
void ac_type_release(void *private);

/**
 * ac_type_refuse() - count, trace and log a refused accept
 * @bound: what the socket is bound to
 *
 * Context: process context.
 */
void ac_type_refuse(const struct ac_bound *bound);

/**
 * ac_type_accept() - may a bound socket be given another operation
 * @bound: what it is bound to
 *
 * Context: process context.
 * Return: 0 or -ENOENT.
 */
static inline int ac_type_accept(const struct ac_bound *bound)
{
	int err = ac_level_check_accept();

	if (unlikely(err))
		ac_type_refuse(bound);
	return err;
}

#endif
