// SPDX-License-Identifier: GPL-2.0
/*
 * The key rule.
 *
 * A program may call accept() before it sets the key: the socket it gets then
 * has the operations below, which answer ENOKEY until the parent has its key
 * and from then on pass everything to the type's own operations. poll() is not
 * gated.
 *
 * af_alg counts in the parent how many of its children are of this sort,
 * because a key may be set only while no other child exists; a child knows
 * whether it still counts as one.
 */
#include "key.h"

#include "stats.h"
#include "type.h"

static const struct ac_type *type_of(const struct alg_sock *ask)
{
	return container_of(ask->type, struct ac_type, alg);
}

/* The parent's lock keeps setsockopt(ALG_SET_KEY) out. Child before parent. */
static int check_parent(struct alg_sock *ask)
{
	struct sock *psk = ask->parent;
	struct ac_bound *bound;
	int err = -ENOKEY;

	lock_sock_nested(psk, SINGLE_DEPTH_NESTING);
	bound = alg_sk(psk)->private;
	if (!type_of(ask)->need_key(bound->tfm)) {
		ac_key_arrived(ask);
		err = 0;
	} else {
		ac_stats_failed(bound->stats, err);
	}
	release_sock(psk);
	return err;
}

static int check_key(struct sock *sk)
{
	struct alg_sock *ask = alg_sk(sk);
	int err = 0;

	lock_sock(sk);
	if (ac_key_awaited(ask))
		err = check_parent(ask);
	release_sock(sk);
	return err;
}

static int nokey_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	int err = check_key(sock->sk);

	return err ?: type_of(alg_sk(sock->sk))->ops.sendmsg(sock, msg, len);
}

static int nokey_recvmsg(struct socket *sock, struct msghdr *msg, size_t len,
			 int flags)
{
	int err = check_key(sock->sk);

	return err ?: type_of(alg_sk(sock->sk))->ops.recvmsg(sock, msg, len,
							     flags);
}

static int nokey_accept(struct socket *sock, struct socket *newsock,
			struct proto_accept_arg *arg)
{
	const struct proto_ops *ops = &type_of(alg_sk(sock->sk))->ops;
	int err = check_key(sock->sk);

	return err ?: ac_ops_accept(ops, sock, newsock, arg);
}

AC_DEFINE_ACCEPT(nokey_accept);

void ac_key_init(struct ac_type *type)
{
	type->ops_nokey = type->ops;
	type->ops_nokey.sendmsg = nokey_sendmsg;
	type->ops_nokey.recvmsg = nokey_recvmsg;
	if (type->ops.accept != sock_no_accept)
		type->ops_nokey.accept = AC_ACCEPT(nokey_accept);
}
