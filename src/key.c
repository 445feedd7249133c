// SPDX-License-Identifier: GPL-2.0
/*
 * The key rule: no operation before the transformation has its key.
 *
 * A program may call accept() before it sets the key. The socket that it gets has
 * the operations below. They fail with ENOKEY until the parent has its key, and from
 * then on call the type's own operations. poll() is not gated.
 *
 * af_alg counts such children in the parent, because a key may be set only while no
 * other child exists; a child knows whether it still counts as one.
 */
#include "type.h"

static const struct ac_type *key_type(const struct alg_sock *ask)
{
	return container_of(ask->type, struct ac_type, alg);
}

/* Lock order: child, then parent, whose lock excludes setsockopt(ALG_SET_KEY). */
static int key_check_parent(struct alg_sock *ask)
{
	struct sock *psk = ask->parent;
	struct ac_bound *bound;
	int err = -ENOKEY;

	lock_sock_nested(psk, SINGLE_DEPTH_NESTING);
	bound = alg_sk(psk)->private;
	if (!key_type(ask)->need_key(bound->tfm)) {
		ac_key_arrived(ask);
		err = 0;
	} else {
		ac_stats_failed(bound->stats, err);
	}
	release_sock(psk);
	return err;
}

static int key_check(struct sock *sk)
{
	struct alg_sock *ask = alg_sk(sk);
	int err = 0;

	lock_sock(sk);
	if (ac_key_awaited(ask))
		err = key_check_parent(ask);
	release_sock(sk);
	return err;
}

static int key_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	int err = key_check(sock->sk);

	return err ?: key_type(alg_sk(sock->sk))->ops.sendmsg(sock, msg, len);
}

static int key_recvmsg(struct socket *sock, struct msghdr *msg, size_t len,
		       int flags)
{
	int err = key_check(sock->sk);

	return err ?: key_type(alg_sk(sock->sk))->ops.recvmsg(sock, msg, len,
							      flags);
}

static int key_accept(struct socket *sock, struct socket *newsock,
		      struct proto_accept_arg *arg)
{
	const struct proto_ops *ops = &key_type(alg_sk(sock->sk))->ops;
	int err = key_check(sock->sk);

	return err ?: ac_ops_accept(ops, sock, newsock, arg);
}

AC_DEFINE_ACCEPT(key_accept);

void ac_key_init(struct ac_type *type)
{
	type->ops_nokey = type->ops;
	type->ops_nokey.sendmsg = key_sendmsg;
	type->ops_nokey.recvmsg = key_recvmsg;
	if (type->ops.accept != sock_no_accept)
		type->ops_nokey.accept = AC_ACCEPT(key_accept);
}
