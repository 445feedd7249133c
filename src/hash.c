// SPDX-License-Identifier: GPL-2.0
/*
 * hash: digests, keyed and not.
 *
 * A send of any length is copied and hashed chunk by chunk; there is no queue.
 * MSG_MORE leaves the state running. A finished digest is received once, by a
 * receive of any length.
 *
 * A splice sends by the page up to Linux 6.4, and hashing each page by itself
 * costs more than copying it. While more is announced, spliced data stays in the
 * buffer until a chunk is full. Whatever needs the state or the digest hashes it
 * first, so nobody sees the difference; only an algorithm that fails may do so
 * one call later.
 */
#include "type.h"

#include <crypto/hash.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "bounce.h"
#include "control.h"
#include "trace.h"

/*
 * Bytes hashed at once. They and what they are copied from fit the smallest cache
 * of a processor, 32 KiB, when they are hashed.
 */
#define HASH_CHUNK	SZ_16K

struct hash_ctx {
	struct ac_bounce bounce;
	struct crypto_wait wait;
	u8 *result;
	bool running;			/* there is a state to continue from */
	bool ready;			/* a digest can be received */
	size_t spliced;			/* bytes still to be counted, as one send */
	struct ac_work work;
	struct ahash_request req;	/* must be last: its context follows */
};

static unsigned int hash_size(struct hash_ctx *ctx)
{
	return crypto_ahash_digestsize(crypto_ahash_reqtfm(&ctx->req));
}

static void hash_drop_result(struct hash_ctx *ctx)
{
	memzero_explicit(ctx->result, hash_size(ctx));
	ctx->ready = false;
}

static int hash_begin(struct hash_ctx *ctx)
{
	int err = 0;

	if (!ctx->running)
		err = crypto_wait_req(crypto_ahash_init(&ctx->req), &ctx->wait);
	ctx->running = !err;
	return err;
}

static int hash_crypt(struct hash_ctx *ctx, size_t len, bool last)
{
	struct ahash_request *req = &ctx->req;
	int err;

	ahash_request_set_crypt(req, ac_bounce_sg(&ctx->bounce, len),
				ctx->result, len);
	if (last) {
		err = crypto_wait_req(ctx->running ? crypto_ahash_finup(req) :
						     crypto_ahash_digest(req),
				      &ctx->wait);
		ctx->running = false;
		ctx->ready = !err;
		return err;
	}

	err = hash_begin(ctx);
	if (!err)
		err = crypto_wait_req(crypto_ahash_update(req), &ctx->wait);
	ctx->running = !err;
	return err;
}

/* Hash what is in the buffer; the last chunk of a message makes the digest. */
static int hash_chunk(struct hash_ctx *ctx, bool last)
{
	size_t len = ctx->bounce.used;
	int err = hash_crypt(ctx, len, last);

	trace_crypt(ctx->bounce.stats, len, err);
	ac_bounce_consume(&ctx->bounce, len);
	return err;
}

/* Finish the running message, or hash an empty one. */
static int hash_finish(struct hash_ctx *ctx)
{
	int err;

	if (ctx->bounce.used) {
		err = hash_chunk(ctx, true);
		ac_bounce_rest(&ctx->bounce);
		return err;
	}
	err = hash_begin(ctx);
	if (err)
		return err;
	ahash_request_set_crypt(&ctx->req, NULL, ctx->result, 0);
	err = crypto_wait_req(crypto_ahash_final(&ctx->req), &ctx->wait);
	ctx->running = false;
	ctx->ready = !err;
	return err;
}

/* A message has data that has not been hashed, or a state. */
static bool hash_goes_on(const struct hash_ctx *ctx)
{
	return ctx->running || ctx->bounce.used;
}

/* May data of such a send wait for the rest of a chunk? */
static bool hash_may_wait(const struct hash_ctx *ctx, int flags)
{
	return flags & MSG_SPLICE_PAGES && ac_control_more(flags) &&
	       ctx->bounce.used < HASH_CHUNK;
}

/*
 * Hash all data of a send. A send that is cut short by bad memory, by the lack
 * of memory or by a fatal signal leaves the state running after the bytes that
 * it returns, whatever its flags. If it returns none, it keeps the digest. A
 * failing algorithm leaves no state and no digest.
 */
static int hash_data(struct hash_ctx *ctx, struct msghdr *msg)
{
	bool more = ac_control_more(msg->msg_flags);
	int copied = 0;

	while (msg_data_left(msg)) {
		size_t n = min_t(size_t, msg_data_left(msg),
				 HASH_CHUNK - ctx->bounce.used);
		int err;

		if (fatal_signal_pending(current))
			return copied ?: -EINTR;
		err = ac_bounce_copy_in(&ctx->bounce, &msg->msg_iter, n);
		if (err)
			return copied ?: err;
		if (ctx->ready)
			hash_drop_result(ctx);
		copied += n;
		if (hash_may_wait(ctx, msg->msg_flags))
			break;
		err = hash_chunk(ctx, !more && !msg_data_left(msg));
		if (err)
			return err;
		cond_resched();
	}
	return copied;
}

/* An empty send drops the digest. Without MSG_MORE it ends the message. */
static int hash_nothing(struct hash_ctx *ctx, struct msghdr *msg)
{
	if (ctx->ready)
		hash_drop_result(ctx);
	if (!hash_goes_on(ctx) || ac_control_more(msg->msg_flags))
		return 0;
	return hash_finish(ctx);
}

static void hash_count_spliced(struct hash_ctx *ctx)
{
	ac_stats_sent(ctx->bounce.stats, ctx->spliced);
	trace_send(ctx->bounce.stats, ctx->spliced);
	ctx->spliced = 0;
}

static int hash_sendmsg(struct socket *sock, struct msghdr *msg, size_t ignored)
{
	struct sock *sk = sock->sk;
	struct hash_ctx *ctx = alg_sk(sk)->private;
	int ret;

	lock_sock(sk);
	if (unlikely(ctx->spliced))
		hash_count_spliced(ctx);
	ret = msg_data_left(msg) ? hash_data(ctx, msg) :
				   hash_nothing(ctx, msg);
	ac_bounce_rest(&ctx->bounce);
	release_sock(sk);
	ac_stats_sent(ctx->bounce.stats, ret);
	trace_send(ctx->bounce.stats, ret);
	return ret;
}

/* Take a page that more is announced after. Return: false if it does not fit. */
static bool hash_gather_page(struct sock *sk, struct page *page, int offset,
			     size_t size)
{
	struct hash_ctx *ctx = alg_sk(sk)->private;
	bool done = false;

	/* See ac_stream_sendpage(). */
	spin_lock(&sk->sk_lock.slock);
	if (!sock_owned_by_user_nocheck(sk) && !ctx->ready &&
	    ctx->bounce.used + size < HASH_CHUNK)
		done = ac_bounce_copy_page(&ctx->bounce, page, offset, size);
	if (done)
		ctx->spliced += size;
	spin_unlock(&sk->sk_lock.slock);
	return done;
}

/* Hash a page with what was gathered. Return: 0 if that needs a message. */
static int hash_one_page(struct hash_ctx *ctx, struct page *page, int offset,
			 size_t size, bool last)
{
	int err;

	if (!size || ctx->bounce.used + size > HASH_CHUNK ||
	    !ac_bounce_copy_page(&ctx->bounce, page, offset, size))
		return 0;
	ctx->spliced += size;
	if (ctx->ready)
		hash_drop_result(ctx);
	err = hash_chunk(ctx, last);
	ac_bounce_rest(&ctx->bounce);
	return err ?: size;
}

/* Fast path of a splice up to 6.4: no message, and no iterator. */
static ssize_t __maybe_unused hash_sendpage(struct socket *sock,
					    struct page *page, int offset,
					    size_t size, int flags)
{
	struct sock *sk = sock->sk;
	bool more = ac_control_more(flags);
	struct hash_ctx *ctx;
	int ret;

	if (ac_key_awaited(alg_sk(sk)))
		return ac_sendpage(sock, page, offset, size, flags);
	if (more && hash_gather_page(sk, page, offset, size))
		return size;

	ctx = alg_sk(sk)->private;
	lock_sock(sk);
	ret = hash_one_page(ctx, page, offset, size, !more);
	release_sock(sk);
	return ret ?: ac_sendpage(sock, page, offset, size, flags);
}

static int hash_recvmsg(struct socket *sock, struct msghdr *msg, size_t len,
			int flags)
{
	struct sock *sk = sock->sk;
	struct hash_ctx *ctx = alg_sk(sk)->private;
	unsigned int size = hash_size(ctx);
	int err = 0;

	if (len < size)
		msg->msg_flags |= MSG_TRUNC;
	else
		len = size;

	lock_sock(sk);
	if (unlikely(ctx->spliced))
		hash_count_spliced(ctx);
	if (!ctx->ready)
		err = hash_finish(ctx);
	if (!err)
		err = ac_bounce_put(msg, ctx->result, len);
	if (!err)
		hash_drop_result(ctx);
	release_sock(sk);
	err = err ?: len;
	ac_stats_received(ctx->bounce.stats, err);
	trace_receive(ctx->bounce.stats, err);
	return err;
}

/* The state of a running message; NULL if none is running. */
static void *hash_export_state(struct hash_ctx *ctx)
{
	struct crypto_ahash *tfm = crypto_ahash_reqtfm(&ctx->req);
	void *state;
	int err;

	if (!ctx->running)
		return NULL;
	state = kmalloc(crypto_ahash_statesize(tfm), GFP_KERNEL_ACCOUNT);
	err = state ? crypto_ahash_export(&ctx->req, state) : -ENOMEM;
	if (!err)
		return state;
	kfree_sensitive(state);
	return ERR_PTR(err);
}

static void *hash_export(struct sock *sk)
{
	struct hash_ctx *ctx = alg_sk(sk)->private;
	void *state;
	int err = 0;

	lock_sock(sk);
	if (ctx->bounce.used) {
		err = hash_chunk(ctx, false);
		ac_bounce_rest(&ctx->bounce);
	}
	state = err ? ERR_PTR(err) : hash_export_state(ctx);
	release_sock(sk);
	return state;
}

/* accept() on an operation socket clones it, with its state. */
static int hash_clone(struct socket *sock, struct socket *newsock,
		      struct proto_accept_arg *arg)
{
	struct sock *sk = sock->sk;
	struct hash_ctx *ctx;
	void *state;
	int err;

	state = hash_export(sk);
	if (IS_ERR(state))
		return PTR_ERR(state);

	err = ac_alg_accept(alg_sk(sk)->parent, newsock, arg);
	if (!err && state) {
		/* On an error the caller closes the new socket. */
		ctx = alg_sk(newsock->sk)->private;
		err = crypto_ahash_import(&ctx->req, state);
		ctx->running = !err;
	}
	kfree_sensitive(state);
	return err;
}

AC_DEFINE_ACCEPT(hash_clone);

static bool hash_need_key(void *tfm)
{
	return crypto_ahash_get_flags(tfm) & CRYPTO_TFM_NEED_KEY;
}

static void *hash_alloc(const char *name, u32 mask)
{
	return crypto_alloc_ahash(name, 0, mask);
}

static void hash_free(void *tfm)
{
	crypto_free_ahash(tfm);
}

static struct crypto_tfm *hash_base(void *tfm)
{
	return crypto_ahash_tfm(tfm);
}

static void *hash_bind(const char *name)
{
	return ac_type_bind(&ac_hash_type, name);
}

AC_DEFINE_BIND(hash_bind);

static int hash_setkey(void *private, const u8 *key, unsigned int len)
{
	struct ac_bound *bound = private;

	return crypto_ahash_setkey(bound->tfm, key, len);
}

static void hash_destruct(struct sock *sk)
{
	struct hash_ctx *ctx = alg_sk(sk)->private;

	if (ctx->spliced)
		hash_count_spliced(ctx);
	ac_stats_closed(ctx->bounce.stats);
	ac_bounce_destroy(&ctx->bounce);
	kfree_sensitive(ctx);
	af_alg_release_parent(sk);
}

static int hash_accept_nokey(void *private, struct sock *sk)
{
	struct ac_bound *bound = private;
	void *tfm = bound->tfm;
	unsigned int reqsize = crypto_ahash_reqsize(tfm);
	struct hash_ctx *ctx;
	int err;

	err = ac_type_accept(bound);
	if (err)
		return err;
	ctx = kzalloc(sizeof(*ctx) + reqsize + crypto_ahash_digestsize(tfm),
		      GFP_KERNEL_ACCOUNT);
	if (!ctx)
		return -ENOMEM;

	crypto_init_wait(&ctx->wait);
	ahash_request_set_tfm(&ctx->req, tfm);
	ahash_request_set_callback(&ctx->req, CRYPTO_TFM_REQ_MAY_SLEEP |
					      CRYPTO_TFM_REQ_MAY_BACKLOG,
				   crypto_req_done, &ctx->wait);
	ctx->result = (u8 *)(&ctx->req + 1) + reqsize;
	ctx->bounce.work = &ctx->work;
	ac_bounce_init(&ctx->bounce, sk, bound->stats);

	alg_sk(sk)->private = ctx;
	sk->sk_destruct = hash_destruct;
	ac_stats_accepted(bound->stats);
	trace_accept(bound->stats);
	return 0;
}

static int hash_accept(void *private, struct sock *sk)
{
	struct ac_bound *bound = private;

	return hash_need_key(bound->tfm) ? -ENOKEY :
		hash_accept_nokey(private, sk);
}

static const char *const hash_probe_names[] = {
	"sha256", "sha1", "sha512", "md5", NULL
};

struct ac_type ac_hash_type = {
	.alg = {
		.bind		= AC_BIND(hash_bind),
		.release	= ac_type_release,
		.setkey		= hash_setkey,
		.accept		= hash_accept,
		.accept_nokey	= hash_accept_nokey,
		.ops		= &ac_hash_type.ops,
		.ops_nokey	= &ac_hash_type.ops_nokey,
		.name		= "hash",
		.owner		= THIS_MODULE,
	},
	.ops = {
		AC_PROTO_OPS,
		AC_SENDPAGE(hash_sendpage)
		.accept		= AC_ACCEPT(hash_clone),
		.sendmsg	= hash_sendmsg,
		.recvmsg	= hash_recvmsg,
	},
	.alloc		= hash_alloc,
	.free		= hash_free,
	.base		= hash_base,
	.need_key	= hash_need_key,
	.probe_names	= hash_probe_names,
};
