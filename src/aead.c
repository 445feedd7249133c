// SPDX-License-Identifier: GPL-2.0
/*
 * aead: encryption with authentication.
 *
 *	encryption	AAD | text	  ->  AAD | text | tag
 *	decryption	AAD | text | tag  ->  AAD | text
 *
 * Input and output share one buffer with room for the tag behind the text. So
 * an algorithm that writes outside its result, as authencesn does, only hits
 * memory of this socket. An operation needs the complete message. If the
 * receiver's buffer is too small for the result, the operation processes as
 * much less of the message. The rest is the next message, with its own
 * associated data.
 */
#include "type.h"

#include <crypto/internal/aead.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "guard.h"
#include "stream.h"
#include "trace.h"

/* What @ac_bound.tfm points at. */
struct aead_tfm {
	struct crypto_aead *tfm;
	struct ac_guard guard;
};

/* The IV follows. */
struct aead_ctx {
	struct ac_stream stream;	/* must be first */
	struct crypto_aead *tfm;
	struct ac_guard guard;
};

/* What @stream.bounce.work points at. An IV that the operation may write to follows. */
struct aead_work {
	struct ac_work work;		/* must be first */
	struct crypto_wait wait;
	struct aead_request req;	/* must be last: its context follows */
};

static struct aead_work *aead_work(struct aead_ctx *ctx)
{
	struct aead_work *work = container_of(ctx->stream.bounce.work,
					      struct aead_work, work);

	if (unlikely(!work->req.base.tfm)) {
		crypto_init_wait(&work->wait);
		aead_request_set_tfm(&work->req, ctx->tfm);
		aead_request_set_callback(&work->req,
					  CRYPTO_TFM_REQ_MAY_BACKLOG |
					  (ctx->guard.atomic ? 0 :
					   CRYPTO_TFM_REQ_MAY_SLEEP),
					  crypto_req_done, &work->wait);
	}
	return work;
}

/* As seen from @req it would be beyond the end of a member, which FORTIFY reports. */
static u8 *aead_iv(struct aead_ctx *ctx)
{
	struct ac_bounce *b = &ctx->stream.bounce;

	return (u8 *)b->work + b->work_size - ctx->stream.ivsize;
}

/**
 * struct part - an operation on the front of the queue
 * @in: bytes of input
 * @out: bytes of output
 */
struct part {
	size_t in;
	size_t out;
};

/* How much of the message to process. An error leaves it unchanged. */
static int aead_size_part(const struct ac_stream *s, unsigned int authsize,
			  size_t room, struct part *part)
{
	size_t tag = s->encrypt ? 0 : authsize;
	size_t less;

	part->in = s->bounce.used;
	if (part->in < s->assoclen + tag)
		return -EINVAL;
	part->out = s->encrypt ? part->in + authsize : part->in - authsize;

	if (part->out > room) {
		less = part->out - room;
		if (part->in < s->assoclen + tag + less)
			return -EINVAL;
		part->in -= less;
		part->out -= less;
	}
	return 0;
}

/* The input: the queue, or a copy if the algorithm needs one. */
static struct ac_bounce *aead_get_source(struct aead_ctx *ctx,
					 const struct part *part)
{
	struct ac_bounce *queue = &ctx->stream.bounce;

	if (ctx->stream.encrypt || !ctx->guard.apart)
		return queue;
	return ac_bounce_clone(queue, part->in);
}

static void aead_put_source(struct aead_ctx *ctx, struct ac_bounce *source)
{
	if (source != &ctx->stream.bounce)
		ac_bounce_free(source);
}

static int aead_crypt(struct aead_ctx *ctx, const struct part *part,
		      struct ac_bounce *source)
{
	struct ac_stream *s = &ctx->stream;
	struct aead_work *work = aead_work(ctx);
	struct aead_request *req = &work->req;
	u8 *iv = aead_iv(ctx);
	struct scatterlist *src, *dst;

	if (!ac_guard_allows(&ctx->guard, s->encrypt, s->assoclen))
		return -EINVAL;

	dst = ac_bounce_sg(&s->bounce, max(part->in, part->out));
	src = source == &s->bounce ? dst : ac_bounce_sg(source, part->in);
	memcpy(iv, s->iv, s->ivsize);
	aead_request_set_ad(req, s->assoclen);
	aead_request_set_crypt(req, src, dst, part->in - s->assoclen, iv);
	return crypto_wait_req(s->encrypt ? crypto_aead_encrypt(req) :
					    crypto_aead_decrypt(req),
			       &work->wait);
}

/*
 * Process the queue in place. After a failed operation its input is lost, since
 * it has been overwritten.
 */
static int aead_crypt_part(struct aead_ctx *ctx, size_t room)
{
	unsigned int authsize = crypto_aead_authsize(ctx->tfm);
	struct ac_stream *s = &ctx->stream;
	struct ac_bounce *source;
	struct part part;
	int err;

	err = aead_size_part(s, authsize, room, &part) ?:
	      ac_piece_work(&s->bounce);
	if (!err && s->encrypt)
		err = ac_bounce_tag(&s->bounce, part.in, authsize);
	if (err)
		return err;
	source = aead_get_source(ctx, &part);
	if (IS_ERR(source))
		return PTR_ERR(source);
	err = aead_crypt(ctx, &part, source);
	aead_put_source(ctx, source);
	trace_crypt(s->bounce.stats, part.in, err);
	if (err)
		ac_stream_failed(s, max(part.in, part.out));
	else
		ac_stream_done(s, part.out, max(part.in, part.out));
	return err;
}

static int aead_recvmsg(struct socket *sock, struct msghdr *msg,
			size_t ignored, int flags)
{
	struct sock *sk = sock->sk;
	struct aead_ctx *ctx = alg_sk(sk)->private;
	struct ac_stream *s = &ctx->stream;
	int ret;

	if (!msg_data_left(msg))
		return 0;

	lock_sock(sk);
	ret = ac_stream_wait_data(s, flags);
	if (!ret && unlikely(s->refused.err))
		ret = ac_stream_report(s);
	if (!ret && !s->ready.len)
		ret = aead_crypt_part(ctx, msg_data_left(msg));
	if (!ret && s->ready.len)
		ret = ac_stream_deliver(s, msg);
	/* Some errors leave behind what was to be worked with. */
	if (unlikely(ret < 0))
		ac_bounce_rest(&s->bounce);
	ac_stream_received(s, ret);
	release_sock(sk);
	return ret;
}

static bool aead_need_key(void *private)
{
	struct aead_tfm *aead = private;

	return crypto_aead_get_flags(aead->tfm) & CRYPTO_TFM_NEED_KEY;
}

static void *aead_alloc(const char *name, u32 mask)
{
	struct aead_tfm *aead = kzalloc(sizeof(*aead), GFP_KERNEL_ACCOUNT);
	int err;

	if (!aead)
		return ERR_PTR(-ENOMEM);
	aead->tfm = crypto_alloc_aead(name, 0, mask);
	err = PTR_ERR_OR_ZERO(aead->tfm);
	if (err)
		goto free;
	err = ac_guard_init(&aead->guard, aead->tfm);
	if (!err)
		return aead;
	crypto_free_aead(aead->tfm);
free:
	kfree_sensitive(aead);
	return ERR_PTR(err);
}

static void aead_free(void *private)
{
	struct aead_tfm *aead = private;

	crypto_free_aead(aead->tfm);
	kfree_sensitive(aead);
}

static struct crypto_tfm *aead_base(void *private)
{
	struct aead_tfm *aead = private;

	return crypto_aead_tfm(aead->tfm);
}

static void *aead_bind(const char *name)
{
	return ac_type_bind(&ac_aead_type, name);
}

AC_DEFINE_BIND(aead_bind);

static int aead_setkey(void *private, const u8 *key, unsigned int len)
{
	struct ac_bound *bound = private;
	struct aead_tfm *aead = bound->tfm;

	return crypto_aead_setkey(aead->tfm, key, len);
}

static int aead_setauthsize(void *private, unsigned int authsize)
{
	struct ac_bound *bound = private;
	struct aead_tfm *aead = bound->tfm;

	return crypto_aead_setauthsize(aead->tfm, authsize);
}

static void aead_destruct(struct sock *sk)
{
	struct aead_ctx *ctx = alg_sk(sk)->private;

	ac_stats_closed(ctx->stream.bounce.stats);
	ac_stream_destroy(&ctx->stream);
	kfree_sensitive(ctx);
	af_alg_release_parent(sk);
}

static int aead_accept_nokey(void *private, struct sock *sk)
{
	struct ac_bound *bound = private;
	struct aead_tfm *aead = bound->tfm;
	struct crypto_aead *tfm = aead->tfm;
	unsigned int ivsize = crypto_aead_ivsize(tfm);
	struct aead_ctx *ctx;
	int err;

	err = ac_type_accept(bound);
	if (err)
		return err;
	ctx = kzalloc(sizeof(*ctx) + ivsize, GFP_KERNEL_ACCOUNT);
	if (!ctx)
		return -ENOMEM;

	ctx->tfm = tfm;
	ctx->stream.bounce.work_size = sizeof(struct aead_work) +
				       crypto_aead_reqsize(tfm) + ivsize;
	ctx->stream.iv = (u8 *)(ctx + 1);
	ctx->stream.ivsize = ivsize;
	ctx->stream.bounce.slack = crypto_aead_maxauthsize(tfm);
	ac_stream_init(&ctx->stream, sk, bound->stats);
	ctx->guard = aead->guard;
	ac_guard_settle(&ctx->guard, &ctx->stream.bounce);

	alg_sk(sk)->private = ctx;
	sk->sk_destruct = aead_destruct;
	ac_stats_accepted(bound->stats);
	trace_accept(bound->stats);
	return 0;
}

static int aead_accept(void *private, struct sock *sk)
{
	struct ac_bound *bound = private;

	return aead_need_key(bound->tfm) ? -ENOKEY :
		aead_accept_nokey(private, sk);
}

static const char *const aead_probe_names[] = {
	"gcm(aes)", "ccm(aes)", "authenc(hmac(sha256),cbc(aes))", NULL
};

struct ac_type ac_aead_type = {
	.alg = {
		.bind		= AC_BIND(aead_bind),
		.release	= ac_type_release,
		.setkey		= aead_setkey,
		.setauthsize	= aead_setauthsize,
		.accept		= aead_accept,
		.accept_nokey	= aead_accept_nokey,
		.ops		= &ac_aead_type.ops,
		.ops_nokey	= &ac_aead_type.ops_nokey,
		.name		= "aead",
		.owner		= THIS_MODULE,
	},
	.ops = {
		AC_PROTO_OPS,
		AC_SENDPAGE(ac_stream_sendpage)
		.accept		= sock_no_accept,
		.sendmsg	= ac_stream_sendmsg,
		.recvmsg	= aead_recvmsg,
		.poll		= ac_stream_poll,
	},
	.alloc		= aead_alloc,
	.free		= aead_free,
	.base		= aead_base,
	.need_key	= aead_need_key,
	.probe_names	= aead_probe_names,
};
