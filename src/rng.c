// SPDX-License-Identifier: GPL-2.0
/*
 * rng: random numbers.
 *
 * All operation sockets of a bound socket draw from its generator, at most 128
 * bytes per receive. ALG_SET_KEY seeds it.
 *
 * Kernels configured for tests with the NIST's vectors (CAVP) let root set the
 * generator's entropy. Operation sockets accepted afterwards take additional
 * data by send; the next receive uses it up.
 */
#include "type.h"

#include <crypto/rng.h>
#include <linux/capability.h>
#include <linux/slab.h>

#include "bounce.h"
#include "trace.h"

#define RNG_MAX	128

/* Per bound socket. The generator may refer to @entropy until freed. */
struct rng_parent {
	struct crypto_rng *tfm;
	u8 *entropy;
};

static struct rng_parent *rng_parent_of(struct ac_bound *bound)
{
	return bound->tfm;
}

struct rng_ctx {
	struct crypto_rng *tfm;
	struct ac_stats *stats;
	bool cavp;
	unsigned int addtl_len;		/* guarded by the socket's lock */
	u8 addtl[RNG_MAX];
};

static int rng_take_addtl(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct rng_ctx *ctx = alg_sk(sock->sk)->private;
	u8 addtl[RNG_MAX];
	int err;

	if (!ctx->cavp)
		return -EOPNOTSUPP;
	if (len > RNG_MAX)
		return -EMSGSIZE;
	err = ac_bounce_get(addtl, msg, len);
	if (!err) {
		lock_sock(sock->sk);
		memcpy(ctx->addtl, addtl, len);
		ctx->addtl_len = len;
		release_sock(sock->sk);
	}
	/* A copy that faulted may have copied a part. */
	memzero_explicit(addtl, sizeof(addtl));
	return err ?: len;
}

static int rng_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct rng_ctx *ctx = alg_sk(sock->sk)->private;
	int ret = rng_take_addtl(sock, msg, len);

	ac_stats_sent(ctx->stats, ret);
	trace_send(ctx->stats, ret);
	return ret;
}

static int rng_generate(struct sock *sk, u8 *buf, unsigned int len)
{
	struct rng_ctx *ctx = alg_sk(sk)->private;
	int err;

	if (!ctx->cavp)
		return crypto_rng_get_bytes(ctx->tfm, buf, len);

	lock_sock(sk);
	err = crypto_rng_generate(ctx->tfm, ctx->addtl, ctx->addtl_len, buf, len);
	memzero_explicit(ctx->addtl, sizeof(ctx->addtl));
	ctx->addtl_len = 0;
	release_sock(sk);
	return err;
}

static int rng_recvmsg(struct socket *sock, struct msghdr *msg, size_t len,
		       int flags)
{
	struct rng_ctx *ctx = alg_sk(sock->sk)->private;
	u8 buf[RNG_MAX];
	int ret;

	if (!len)
		return 0;
	len = min_t(size_t, len, sizeof(buf));
	memset(buf, 0, len);

	ret = rng_generate(sock->sk, buf, len);
	trace_crypt(ctx->stats, len, min(ret, 0));
	/* Some generators return the number of bytes instead of 0. */
	if (ret >= 0)
		ret = ac_bounce_put(msg, buf, len) ?: len;
	memzero_explicit(buf, len);
	ac_stats_received(ctx->stats, ret);
	trace_receive(ctx->stats, ret);
	return ret;
}

static void *rng_alloc(const char *name, u32 mask)
{
	struct rng_parent *parent;
	struct crypto_rng *tfm;

	parent = kzalloc(sizeof(*parent), GFP_KERNEL_ACCOUNT);
	if (!parent)
		return ERR_PTR(-ENOMEM);
	tfm = crypto_alloc_rng(name, 0, mask);
	if (IS_ERR(tfm)) {
		kfree(parent);
		return tfm;
	}
	parent->tfm = tfm;
	return parent;
}

static void rng_free(void *tfm)
{
	struct rng_parent *parent = tfm;

	crypto_free_rng(parent->tfm);
	kfree_sensitive(parent->entropy);
	kfree(parent);
}

static struct crypto_tfm *rng_base(void *tfm)
{
	struct rng_parent *parent = tfm;

	return crypto_rng_tfm(parent->tfm);
}

static void *rng_bind(const char *name)
{
	return ac_type_bind(&ac_rng_type, name);
}

AC_DEFINE_BIND(rng_bind);

static int rng_setkey(void *private, const u8 *seed, unsigned int len)
{
	struct rng_parent *parent = rng_parent_of(private);

	return crypto_rng_reset(parent->tfm, seed, len);
}

static int __maybe_unused rng_setentropy(void *private, ac_optval val,
					 unsigned int len)
{
	struct rng_parent *parent = rng_parent_of(private);
	u8 *entropy = NULL;

	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	if (parent->entropy)
		return -EINVAL;
	if (len > RNG_MAX)
		return -EMSGSIZE;

	if (len) {
		entropy = ac_bounce_dup(val, len);
		if (IS_ERR(entropy))
			return PTR_ERR(entropy);
	}
	/* Before 6.18 some generators have no set_ent. */
	if (crypto_rng_alg(parent->tfm)->set_ent)
		crypto_rng_alg(parent->tfm)->set_ent(parent->tfm, entropy, len);
	parent->entropy = entropy;
	return 0;
}

static void rng_destruct(struct sock *sk)
{
	struct rng_ctx *ctx = alg_sk(sk)->private;

	ac_stats_closed(ctx->stats);
	kfree_sensitive(ctx);
	af_alg_release_parent(sk);
}

static int rng_accept(void *private, struct sock *sk)
{
	struct rng_parent *parent = rng_parent_of(private);
	struct ac_bound *bound = private;
	struct rng_ctx *ctx;
	int err;

	err = ac_type_accept(bound);
	if (err)
		return err;
	ctx = kzalloc(sizeof(*ctx), GFP_KERNEL_ACCOUNT);
	if (!ctx)
		return -ENOMEM;

	ctx->tfm = parent->tfm;
	ctx->stats = bound->stats;
	ctx->cavp = parent->entropy;
	alg_sk(sk)->private = ctx;
	sk->sk_destruct = rng_destruct;
	ac_stats_accepted(bound->stats);
	trace_accept(bound->stats);
	return 0;
}

static const char *const rng_probe_names[] = {
	"stdrng", "jitterentropy_rng", "drbg_nopr_hmac_sha256", "ansi_cprng",
	NULL
};

struct ac_type ac_rng_type = {
	.alg = {
		.bind		= AC_BIND(rng_bind),
		.release	= ac_type_release,
		.setkey		= rng_setkey,
		AC_SETENTROPY(rng_setentropy)
		.accept		= rng_accept,
		.ops		= &ac_rng_type.ops,
		.name		= "rng",
		.owner		= THIS_MODULE,
	},
	.ops = {
		AC_PROTO_OPS,
		.accept		= sock_no_accept,
		.sendmsg	= rng_sendmsg,
		.recvmsg	= rng_recvmsg,
	},
	.alloc		= rng_alloc,
	.free		= rng_free,
	.base		= rng_base,
	.probe_names	= rng_probe_names,
};
