// SPDX-License-Identifier: GPL-2.0
/* For locks.cocci, which must report the marked lines and no other. */

static int leaves_early(struct sock *sk, int err)
{
	lock_sock(sk);
	if (err)
		return err; /* BAD */
	release_sock(sk);
	return 0;
}

static int never_releases(struct socket *sock)
{
	lock_sock_nested(sock->sk, SINGLE_DEPTH_NESTING);
	return 0; /* BAD */
}

static int releases_another(struct sock *sk, struct sock *psk)
{
	lock_sock(sk);
	release_sock(psk);
	return 0; /* BAD */
}

static int locks_twice(struct sock *sk)
{
	lock_sock(sk);
	lock_sock(sk); /* BAD */
	release_sock(sk);
	return 0;
}

static int releases_twice(struct sock *sk, int err)
{
	lock_sock(sk);
	if (err)
		release_sock(sk);
	release_sock(sk); /* BAD */
	return err;
}

static void says_nothing(struct sock *sk)
{
	lock_sock(sk);
	sk->sk_err = 0;
} /* BAD */

static int is_right(struct sock *sk, int err)
{
	lock_sock(sk);
	if (err)
		goto out;
	err = 1;
out:
	release_sock(sk);
	return err;
}
