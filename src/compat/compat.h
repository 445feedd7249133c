/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between kernels. Only this file uses have.h, which the build
 * generates from the answers of the probes. Older kernels get the newest
 * kernel's interface in its spelling. Where that is impossible, a helper has an
 * ac_ name.
 */
#ifndef AC_COMPAT_H
#define AC_COMPAT_H

#include <crypto/if_alg.h>
#include <crypto/skcipher.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/bvec.h>
#include <linux/crypto.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <linux/uio.h>
#include <net/sock.h>

#include "have.h"

/* New in 5.1. */
#ifndef static_assert
#define static_assert(expr)	extern char ac_static_assert[(expr) ? 1 : -1]
#endif

/* New in 5.8. */
#ifndef data_race
#define data_race(expr)		(expr)	/* no KCSAN */
#endif

/* kfree_sensitive() is kzfree() up to 5.8 and in RHEL 8.3. */
#ifndef HAVE_KFREE_SENSITIVE
static inline void kfree_sensitive(const void *p)
{
	kzfree(p);
}
#endif

/*
 * Up to 6.4 splice sends a page at a time, and announces the next one with this
 * flag instead of MSG_MORE. Later kernels do not have the flag.
 */
#ifndef MSG_SENDPAGE_NOTLAST
#define MSG_SENDPAGE_NOTLAST	0
#endif

/*
 * Since 6.5 this flag marks a send as part of a splice; up to 6.4 ac_sendpage()
 * sets it. Programs cannot set it, or fool only themselves.
 */
#ifndef MSG_SPLICE_PAGES
#define MSG_SPLICE_PAGES	0x8000000
#endif

/*
 * Up to 6.4 splice calls sendpage(). Without one, each page costs a
 * kernel_sendmsg(), which asks the security modules again; ac_sendpage() passes
 * the page to the socket's own sendmsg(). Ends in a comma unless empty.
 */
#ifdef HAVE_PROTO_SENDPAGE
#define AC_SENDPAGE(fn)		.sendpage = fn,

static inline ssize_t ac_sendpage(struct socket *sock, struct page *page,
				  int offset, size_t size, int flags)
{
	struct bio_vec bv = { page, size, offset };
	struct msghdr msg = { .msg_flags = flags | MSG_SPLICE_PAGES };

	iov_iter_bvec(&msg.msg_iter, WRITE, &bv, 1, size);
	return sock->ops->sendmsg(sock, &msg, size);
}
#else
#define AC_SENDPAGE(fn)

static inline ssize_t ac_sendpage(struct socket *sock, struct page *page,
				  int offset, size_t size, int flags)
{
	return -EOPNOTSUPP;
}
#endif

/*
 * Up to 7.1 bind() of an AF_ALG type gets the flags of struct sockaddr_alg.
 * Since 7.2 they have no effect, and here they have none on any kernel.
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

/*
 * Implementations that bind() must not choose; af_alg defines this since 7.2.
 * Earlier kernels use all; see policy.c for what is excluded here.
 */
#ifndef AF_ALG_CRYPTOAPI_MASK
#define AF_ALG_CRYPTOAPI_MASK	\
	(CRYPTO_ALG_KERN_DRIVER_ONLY | CRYPTO_ALG_ALLOCATES_MEMORY)
#endif

/* New in 5.9. Older drivers do not have the flag. */
#ifndef CRYPTO_ALG_ALLOCATES_MEMORY
#define CRYPTO_ALG_ALLOCATES_MEMORY	0
#endif

/* Without module unloading there is no reference count. */
#ifndef CONFIG_MODULE_UNLOAD
static inline int module_refcount(struct module *module)
{
	return 0;
}
#endif

/* Up to 7.2 the kernel has no restriction; level.c has the sysctl. */
#ifdef HAVE_ALG_RESTRICTION
#define AC_OWN_RESTRICT		false
#else
#define AC_OWN_RESTRICT		true
#define AF_ALG_UNPRIVILEGED	BIT(0)

struct af_alg_allowlist_entry {
	const char *name;
	u32 flags;
};

static inline int
af_alg_check_restriction(const char *name,
			 const struct af_alg_allowlist_entry allowlist[])
{
	return 0;
}
#endif

/* A table of one entry. Up to 6.5 an empty entry ends it, later its size. */
static inline struct ctl_table_header *ac_register_sysctl(const char *path,
							  struct ctl_table *table)
{
#ifdef HAVE_REGISTER_SYSCTL_SZ
	return register_sysctl_sz(path, table, 1);
#else
	return register_sysctl(path, table);
#endif
}

/*
 * Types have setentropy since 5.10; kernels configured for CAVP use it.
 * Elsewhere its function is compiled but never called. Ends in a comma unless
 * empty.
 */
#ifdef CONFIG_CRYPTO_USER_API_RNG_CAVP
#define AC_SETENTROPY(fn)	.setentropy = fn,
#define ac_optval		sockptr_t

static inline void *ac_optval_dup(ac_optval val, size_t len)
{
	return memdup_sockptr(val, len);
}
#else
#define AC_SETENTROPY(fn)
#define ac_optval		const void __user *

static inline void *ac_optval_dup(ac_optval val, size_t len)
{
	return memdup_user(val, len);
}
#endif

/*
 * Up to 5.8 proto_ops must have these, and there are stubs. RHEL 8 still has
 * them. Ends in a comma unless empty.
 */
#ifdef HAVE_SOCK_NO_SETSOCKOPT
#define AC_NO_SOCKOPT				\
	.setsockopt	= sock_no_setsockopt,	\
	.getsockopt	= sock_no_getsockopt,
#else
#define AC_NO_SOCKOPT
#endif

/*
 * A socket was accepted without a key: ac_key_awaited() tells if it still has
 * none. Once false that stays, so it may be asked without locks.
 * ac_key_arrived() needs those of the socket and its parent.
 *
 * A bound socket counts all its children in refcnt, and those without a key in
 * nokey_refcnt as well; its first child pins it for all. Up to 5.7, and in RHEL
 * 8, refcnt counts only children with a key. The first of them pins the bound
 * socket for all of them; each child without a key pins it for itself. A
 * child's nokey_refcnt does not change when the key arrives; its own refcnt is
 * set instead.
 */
#ifdef HAVE_ALG_REFCNT_ATOMIC
static inline bool ac_key_awaited(const struct alg_sock *child)
{
	return atomic_read(&child->nokey_refcnt);
}

static inline void ac_key_arrived(struct alg_sock *child)
{
	atomic_dec(&alg_sk(child->parent)->nokey_refcnt);
	atomic_set(&child->nokey_refcnt, 0);
}
#else
static inline bool ac_key_awaited(const struct alg_sock *child)
{
	return child->nokey_refcnt && !child->refcnt;
}

static inline void ac_key_arrived(struct alg_sock *child)
{
	struct sock *parent = child->parent;

	child->refcnt = 1;
	/* The first child with a key keeps its reference for all of them. */
	if (alg_sk(parent)->refcnt++)
		sock_put(parent);
}
#endif

/* Up to 6.9 accept() takes flags and kern separately. */
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

#endif
