/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the four AF_ALG types have in common.
 */
#ifndef AC_TYPE_H
#define AC_TYPE_H

#include "compat.h"

/**
 * struct ac_type - one AF_ALG type as this module serves it
 * @alg: what is registered with af_alg; its @ops and @ops_nokey point at the
 *	members below
 * @ops: socket operations once the key, if one is needed, is there. af_alg
 *	writes the owner into them when the type is registered.
 * @ops_nokey: filled by ac_key_init(): as @ops, but behind the key rule
 * @need_key: whether the transformation (what alg.bind returned) still waits
 *	for a key; NULL for a type that never does
 * @probe_names: algorithms by which a registered type of this name can be
 *	bound, in order of preference, ended by NULL. See shadow.c.
 * @allowlist: what may be bound where the administrator allows little, and who
 *	may. See policy.c.
 * @allowed: the same as changed by the administrator; NULL if it is not. See
 *	allow.c.
 */
struct ac_type {
	struct af_alg_type alg;
	struct proto_ops ops;
	struct proto_ops ops_nokey;
	bool (*need_key)(void *tfm);
	const char *const *probe_names;
	const struct af_alg_allowlist_entry *allowlist;
	const struct af_alg_allowlist_entry *allowed;
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

#endif
