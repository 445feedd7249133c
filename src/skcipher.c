// SPDX-License-Identifier: GPL-2.0
/*
 * skcipher: encryption without authentication.
 *
 * Output is as long as input. If a message is unfinished or does not fit the
 * receiver's buffer, only whole chunks are processed. The IV, and the cipher's
 * state if it has one, carry over to the next part.
 */
#include "type.h"

#include <crypto/skcipher.h>
#include <linux/slab.h>

#include "stream.h"
#include "trace.h"

/* The IV follows, and the state between parts of a message. */
struct skcipher_ctx {
	struct ac_stream stream;	/* must be first */
	struct crypto_skcipher *tfm;
	bool has_state;
};

/* What @stream.bounce.work points at. */
struct skcipher_work {
	struct ac_work work;		/* must be first */
	struct crypto_wait wait;
	struct skcipher_request req;	/* must be last: its context follows */
};

static struct skcipher_work *skcipher_work(struct skcipher_ctx *ctx)
{
	struct skcipher_work *work = container_of(ctx->stream.bounce.work,
						  struct skcipher_work, work);

	if (unlikely(!work->req.base.tfm)) {
		crypto_init_wait(&work->wait);
		skcipher_request_set_tfm(&work->req, ctx->tfm);
	}
	return work;
}

/* Bytes at the front of the message that one operation can process now. */
static int skcipher_part_len(const struct skcipher_ctx *ctx, struct msghdr *msg,
			     size_t *len, bool *last)
{
	const struct ac_stream *s = &ctx->stream;

	*len = min_t(size_t, s->bounce.used, msg_data_left(msg));
	*last = *len == s->bounce.used && !ac_stream_unfinished(s);
	if (!*last)
		*len -= *len % s->min;
	return *len || *last ? 0 : -EINVAL;
}

static int skcipher_crypt(struct skcipher_ctx *ctx, size_t len, bool last)
{
	u32 flags = CRYPTO_TFM_REQ_MAY_SLEEP | CRYPTO_TFM_REQ_MAY_BACKLOG;
	struct skcipher_work *work = skcipher_work(ctx);
	struct skcipher_request *req = &work->req;
	struct scatterlist *sg = ac_bounce_sg(&ctx->stream.bounce, len);
	u8 *state = ctx->stream.iv + ctx->stream.ivsize;
	int err = 0;

	if (!last)
		flags |= CRYPTO_SKCIPHER_REQ_NOTFINAL;
	if (ctx->has_state)
		flags |= CRYPTO_SKCIPHER_REQ_CONT;

	skcipher_request_set_callback(req, flags, crypto_req_done, &work->wait);
	skcipher_request_set_crypt(req, sg, sg, len, ctx->stream.iv);

	if (ctx->has_state)
		err = crypto_skcipher_import(req, state);
	ctx->has_state = false;
	if (!err)
		err = crypto_wait_req(ctx->stream.encrypt ?
				      crypto_skcipher_encrypt(req) :
				      crypto_skcipher_decrypt(req), &work->wait);
	if (!err && !last) {
		err = crypto_skcipher_export(req, state);
		ctx->has_state = !err;
	}
	return err;
}

/* Process a part of the queue in place. Failed input is lost. */
static int skcipher_crypt_part(struct skcipher_ctx *ctx, struct msghdr *msg)
{
	size_t len;
	bool last;
	int err;

	err = skcipher_part_len(ctx, msg, &len, &last) ?:
	      ac_piece_work(&ctx->stream.bounce);
	if (err)
		return err;
	err = skcipher_crypt(ctx, len, last);
	trace_crypt(ctx->stream.bounce.stats, len, err);
	if (err)
		ac_stream_failed(&ctx->stream, len);
	else
		ac_stream_done(&ctx->stream, len, len);
	return err;
}

/*
 * After some output, a receive continues only if more of the message is queued
 * or announced, and there is room for another chunk.
 */
static bool skcipher_goes_on(const struct ac_stream *s, struct msghdr *msg)
{
	return s->begun && msg_data_left(msg) >= s->min;
}

static int skcipher_recvmsg(struct socket *sock, struct msghdr *msg,
			    size_t ignored, int flags)
{
	struct sock *sk = sock->sk;
	struct skcipher_ctx *ctx = alg_sk(sk)->private;
	struct ac_stream *s = &ctx->stream;
	int ret = 0, err = 0;

	lock_sock(sk);
	while (msg_data_left(msg) && (!ret || skcipher_goes_on(s, msg))) {
		err = ac_stream_wait_data(s, flags);
		if (!err && !s->ready.len)
			err = skcipher_crypt_part(ctx, msg);
		if (!err && s->ready.len)
			err = ac_stream_deliver(s, msg);
		if (err <= 0)
			break;
		ret += err;
	}
	ret = ret ?: err;
	ac_stream_received(s, ret);
	release_sock(sk);
	return ret;
}

static bool skcipher_need_key(void *tfm)
{
	return crypto_skcipher_get_flags(tfm) & CRYPTO_TFM_NEED_KEY;
}

static void *skcipher_alloc(const char *name, u32 mask)
{
	return crypto_alloc_skcipher(name, 0, mask);
}

static void skcipher_free(void *tfm)
{
	crypto_free_skcipher(tfm);
}

static struct crypto_tfm *skcipher_base(void *tfm)
{
	return crypto_skcipher_tfm(tfm);
}

static void *skcipher_bind(const char *name)
{
	return ac_type_bind(&ac_skcipher_type, name);
}

AC_DEFINE_BIND(skcipher_bind);

static int skcipher_setkey(void *private, const u8 *key, unsigned int len)
{
	struct ac_bound *bound = private;

	return crypto_skcipher_setkey(bound->tfm, key, len);
}

static void skcipher_destruct(struct sock *sk)
{
	struct skcipher_ctx *ctx = alg_sk(sk)->private;

	ac_stats_closed(ctx->stream.bounce.stats);
	ac_stream_destroy(&ctx->stream);
	kfree_sensitive(ctx);
	af_alg_release_parent(sk);
}

/*
 * Where an unfinished message may be cut. The IV of a counter mode counts blocks,
 * and is as long as one. Its chunk is a block too, but not that of ctr() in C before
 * Linux 5.1, nor that of each driver: there it is a byte, and the next part would
 * begin with the next block.
 */
static unsigned int skcipher_cut_size(struct crypto_skcipher *tfm)
{
	unsigned int chunk = crypto_skcipher_chunksize(tfm);
	unsigned int ivsize = crypto_skcipher_ivsize(tfm);

	return chunk == 1 && ivsize ? ivsize : chunk;
}

static int skcipher_accept_nokey(void *private, struct sock *sk)
{
	struct ac_bound *bound = private;
	void *tfm = bound->tfm;
	unsigned int ivsize = crypto_skcipher_ivsize(tfm);
	struct skcipher_ctx *ctx;
	int err;

	err = ac_type_accept(bound);
	if (err)
		return err;
	ctx = kzalloc(sizeof(*ctx) + ivsize + crypto_skcipher_statesize(tfm),
		      GFP_KERNEL_ACCOUNT);
	if (!ctx)
		return -ENOMEM;

	ctx->tfm = tfm;
	ctx->stream.bounce.work_size = sizeof(struct skcipher_work) +
				       crypto_skcipher_reqsize(tfm);
	ctx->stream.iv = (u8 *)(ctx + 1);
	ctx->stream.ivsize = ivsize;
	ctx->stream.min = skcipher_cut_size(tfm);
	ac_stream_init(&ctx->stream, sk, bound->stats);

	alg_sk(sk)->private = ctx;
	sk->sk_destruct = skcipher_destruct;
	ac_stats_accepted(bound->stats);
	trace_accept(bound->stats);
	return 0;
}

static int skcipher_accept(void *private, struct sock *sk)
{
	struct ac_bound *bound = private;

	return skcipher_need_key(bound->tfm) ? -ENOKEY :
		skcipher_accept_nokey(private, sk);
}

static const char *const skcipher_probe_names[] = {
	"cbc(aes)", "ecb(aes)", "xts(aes)", "ecb(cipher_null)", NULL
};

struct ac_type ac_skcipher_type = {
	.alg = {
		.bind		= AC_BIND(skcipher_bind),
		.release	= ac_type_release,
		.setkey		= skcipher_setkey,
		.accept		= skcipher_accept,
		.accept_nokey	= skcipher_accept_nokey,
		.ops		= &ac_skcipher_type.ops,
		.ops_nokey	= &ac_skcipher_type.ops_nokey,
		.name		= "skcipher",
		.owner		= THIS_MODULE,
	},
	.ops = {
		AC_PROTO_OPS,
		AC_SENDPAGE(ac_stream_sendpage)
		.accept		= sock_no_accept,
		.sendmsg	= ac_stream_sendmsg,
		.recvmsg	= skcipher_recvmsg,
		.poll		= ac_stream_poll,
	},
	.alloc		= skcipher_alloc,
	.free		= skcipher_free,
	.base		= skcipher_base,
	.need_key	= skcipher_need_key,
	.probe_names	= skcipher_probe_names,
};
