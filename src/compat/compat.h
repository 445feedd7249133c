/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where kernels differ. The only file that looks at have.h, which the build
 * writes from the answers of the probes beside it. Older kernels get what the
 * newest one has, in its spelling; where that is not possible there is a
 * helper with a name of ours.
 */
#ifndef AC_COMPAT_H
#define AC_COMPAT_H

#include <crypto/if_alg.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/net.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/sockptr.h>
#include <net/sock.h>

#include "have.h"

/*
 * Up to 6.4 splice sends a page at a time and says in this flag, not in
 * MSG_MORE, that another one follows. Later kernels have no such flag.
 */
#ifndef MSG_SENDPAGE_NOTLAST
#define MSG_SENDPAGE_NOTLAST	0
#endif

/*
 * bind() of an AF_ALG type got the flags of struct sockaddr_alg up to 7.1.
 * Since 7.2 they are without effect, and here they are on every kernel.
 */
#ifdef HAVE_ALG_BIND_NAME
#define AC_DEFINE_BIND(fn)	static_assert(true)
#define AC_BIND(fn)		fn
#else
#define AC_DEFINE_BIND(fn)						\
static void *fn##_flags(const char *name, u32 type, u32 mask)		\
{									\
	return fn(name);						\
}									\
static_assert(true)
#define AC_BIND(fn)		fn##_flags
#endif

/* accept() took flags and kern one by one up to 6.9. */
#ifdef HAVE_PROTO_ACCEPT_ARG
#define AC_DEFINE_ACCEPT(fn)	static_assert(true)
#define AC_ACCEPT(fn)		fn

static inline int ac_ops_accept(const struct proto_ops *ops,
				struct socket *sock, struct socket *newsock,
				struct proto_accept_arg *arg)
{
	return ops->accept(sock, newsock, arg);
}

static inline int ac_alg_accept(struct sock *sk, struct socket *newsock,
				struct proto_accept_arg *arg)
{
	return af_alg_accept(sk, newsock, arg);
}
#else
struct proto_accept_arg {
	int flags;
	bool kern;
};

#define AC_DEFINE_ACCEPT(fn)						\
static int fn##_flags(struct socket *sock, struct socket *newsock,	\
		      int flags, bool kern)				\
{									\
	struct proto_accept_arg arg = { .flags = flags, .kern = kern };	\
									\
	return fn(sock, newsock, &arg);					\
}									\
static_assert(true)
#define AC_ACCEPT(fn)		fn##_flags

static inline int ac_ops_accept(const struct proto_ops *ops,
				struct socket *sock, struct socket *newsock,
				struct proto_accept_arg *arg)
{
	return ops->accept(sock, newsock, arg->flags, arg->kern);
}

static inline int ac_alg_accept(struct sock *sk, struct socket *newsock,
				struct proto_accept_arg *arg)
{
	return af_alg_accept(sk, newsock, arg->kern);
}
#endif

/* Up to 6.7 no cipher has state besides the IV. */
#ifndef HAVE_SKCIPHER_STATE
#define CRYPTO_SKCIPHER_REQ_CONT	0
#define CRYPTO_SKCIPHER_REQ_NOTFINAL	0

static inline unsigned int crypto_skcipher_statesize(struct crypto_skcipher *tfm)
{
	return 0;
}

static inline int crypto_skcipher_export(struct skcipher_request *req, void *out)
{
	return 0;
}

static inline int crypto_skcipher_import(struct skcipher_request *req,
					 const void *in)
{
	return 0;
}
#endif

/*
 * Shrinkers were owned by their users up to 6.6, and had no name up to 5.19.
 * Return: a shrinker for ac_shrinker_free(), or -ENOMEM as a pointer.
 */
typedef unsigned long (*ac_shrink_fn)(struct shrinker *s,
				      struct shrink_control *sc);

#ifdef HAVE_SHRINKER_ALLOC
static inline struct shrinker *ac_shrinker_new(const char *name,
					       ac_shrink_fn count,
					       ac_shrink_fn scan)
{
	struct shrinker *s = shrinker_alloc(0, "%s", name);

	if (!s)
		return ERR_PTR(-ENOMEM);
	s->count_objects = count;
	s->scan_objects = scan;
	shrinker_register(s);
	return s;
}

static inline void ac_shrinker_free(struct shrinker *s)
{
	shrinker_free(s);
}
#else
static inline int ac_shrinker_register(struct shrinker *s, const char *name)
{
#ifdef HAVE_SHRINKER_NAME
	return register_shrinker(s, "%s", name);
#else
	return register_shrinker(s);
#endif
}

static inline struct shrinker *ac_shrinker_new(const char *name,
					       ac_shrink_fn count,
					       ac_shrink_fn scan)
{
	struct shrinker *s = kzalloc(sizeof(*s), GFP_KERNEL);
	int err;

	if (!s)
		return ERR_PTR(-ENOMEM);
	s->seeks = DEFAULT_SEEKS;
	s->count_objects = count;
	s->scan_objects = scan;
	err = ac_shrinker_register(s, name);
	if (err) {
		kfree(s);
		return ERR_PTR(err);
	}
	return s;
}

static inline void ac_shrinker_free(struct shrinker *s)
{
	unregister_shrinker(s);
	kfree(s);
}
#endif

#endif
