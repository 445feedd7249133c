// SPDX-License-Identifier: GPL-2.0
// 6.10 (and el9): accept takes struct proto_accept_arg, not flags and kern.
#include <crypto/if_alg.h>

int probe(struct sock *sk, struct socket *newsock, struct proto_accept_arg *arg);
int probe(struct sock *sk, struct socket *newsock, struct proto_accept_arg *arg)
{
	return af_alg_accept(sk, newsock, arg);
}
