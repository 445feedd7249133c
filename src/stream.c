// SPDX-License-Identifier: GPL-2.0
/*
 * The queue between send and receive.
 *
 * A message is everything sent up to and including the first send without
 * MSG_MORE. The queue holds one message at a time; the next one may begin when
 * it has been received. The queue holds as many bytes as the send buffer size
 * (SO_SNDBUF) has in whole pages, at least one page.
 *
 * One sender at a time: while it waits for room, another sender fails with
 * EBUSY, since its data would end up inside the first one's. Receivers are
 * served while a sender waits, since only they make room. They see the message
 * as unfinished.
 *
 * An AEAD processes a message only as a whole. If a part of it is refused, the
 * message can never be complete. A short count may hide the refusal: of a
 * splice, which sends by the page, or of a send that must not wait. A sender
 * that ignores counts would end the message, and receive a valid result of less
 * than it has sent. So the message is dropped, and every call about it fails
 * with the reason until both sides know:
 *
 *	send, splice	fail while the data may be the rest of the message. A
 *			sender that has raised SO_SNDBUF and repeats the rest
 *			looks like one that sends the next part.
 *	recv		fails, at once even if it sleeps
 *	poll		reports both, since neither would wait
 *
 * The socket accepts a new message after a send and a receive have failed;
 * after the end of the old message, an empty send without MSG_MORE, has failed;
 * or, if either side knows, with a send that has control data. A failed splice
 * does not count, as its error may be hidden itself. A send that is refused
 * before its message has begun queues nothing and changes nothing.
 *
 * Running out of memory can cut a splice short too. Then the rest may be sent
 * again, as after any failed send. Until some data is, the message cannot be
 * ended: the end fails with ENOMEM, and the message counts as refused.
 *
 * Ciphers are not affected: each operation makes room, the result is as long as
 * the queued data, and the sender keeps what was not queued. Hashes refuse
 * nothing for its size.
 *
 * Senders, receivers and poll() wait on the socket's own wait queue and are
 * woken up as on any other socket.
 */
#include "stream.h"

#include <linux/sched/signal.h>
#include <linux/string.h>

#include "control.h"

static size_t stream_limit(const struct ac_stream *s)
{
	return max_t(size_t, READ_ONCE(s->bounce.sk->sk_sndbuf) & PAGE_MASK,
		     PAGE_SIZE);
}

static size_t stream_room(const struct ac_stream *s)
{
	size_t limit = stream_limit(s);

	return limit > s->bounce.used ? limit - s->bounce.used : 0;
}

static bool stream_pending(const struct ac_stream *s)
{
	return s->bounce.used || s->ready.len;
}

void ac_stream_init(struct ac_stream *s, struct sock *sk,
		    struct ac_stats *stats)
{
	ac_bounce_init(&s->bounce, sk, stats);
}

void ac_stream_count_spliced(struct ac_stream *s)
{
	ac_stats_sent(s->bounce.stats, s->spliced);
	s->spliced = 0;
}

void ac_stream_destroy(struct ac_stream *s)
{
	if (s->spliced)
		ac_stream_count_spliced(s);
	ac_bounce_destroy(&s->bounce);
}

/*
 * Room for @want bytes, or for half the queue: waking a sender for every few
 * bytes is not worth it. A receiver always frees that much, since it leaves
 * less than @s->min.
 */
static bool stream_sendable(const struct ac_stream *s, size_t want)
{
	return stream_room(s) >= min(want, stream_limit(s) / 2);
}

/*
 * Is there room for @room bytes, or if that is 0 data? Also called without the
 * lock before sleeping: a task that changes the answer wakes us up, and we ask
 * again under the lock.
 */
static bool stream_wait_is_over(const struct ac_stream *s, size_t room)
{
	return room ? stream_sendable(s, room) : ac_stream_receivable(s);
}

static int stream_wait(struct ac_stream *s, size_t room, long timeo)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	struct sock *sk = s->bounce.sk;
	int err = 0;

	add_wait_queue(sk_sleep(sk), &wait);
	while (!stream_wait_is_over(s, room)) {
		err = -EAGAIN;
		if (!timeo)
			break;
		err = sock_intr_errno(timeo);
		if (signal_pending(current))
			break;
		err = 0;
		/* See stream_wait_is_over(). */
		sk_wait_event(sk, &timeo, data_race(stream_wait_is_over(s, room)),
			      &wait);
	}
	remove_wait_queue(sk_sleep(sk), &wait);
	return err;
}

/*
 * Most sockets have no waiter, and this check is cheaper than a call. The
 * barrier is the one in wq_has_sleeper().
 */
static bool stream_has_waiter(struct sock *sk)
{
	return wq_has_sleeper(sk_sleep(sk)) || sock_flag(sk, SOCK_FASYNC);
}

static void stream_wake_receiver(struct ac_stream *s)
{
	struct sock *sk = s->bounce.sk;

	if (ac_stream_receivable(s) && stream_has_waiter(sk))
		sk->sk_data_ready(sk);
}

static int stream_wait_room(struct ac_stream *s, size_t room, int flags)
{
	/* Only a receiver can make room, and it may be asleep. */
	stream_wake_receiver(s);
	return stream_wait(s, room,
			   sock_sndtimeo(s->bounce.sk, flags & MSG_DONTWAIT));
}

int ac_stream_sleep(struct ac_stream *s, int flags)
{
	return stream_wait(s, 0, sock_rcvtimeo(s->bounce.sk, flags & MSG_DONTWAIT));
}

/* May a send begin or continue now? */
static int stream_check_send(const struct ac_stream *s, size_t size, int flags)
{
	if (s->sending)
		return -EBUSY;
	if (s->begun && !s->more && stream_pending(s))
		return -EINVAL;
	/*
	 * A message that is only processed as a whole never makes room for its
	 * rest: the wait would never end.
	 */
	if (!s->min && size > stream_room(s) &&
	    (!(flags & MSG_DONTWAIT) || !stream_room(s)))
		return -EMSGSIZE;
	return 0;
}

/* The message in the queue can never be complete: drop it. */
static void stream_refuse(struct ac_stream *s, int err, bool sender)
{
	s->refused.err = err;
	s->refused.sender = sender;
	s->refused.receiver = false;
	s->refused.ended = false;
	s->more = false;
	ac_stream_drop(s, s->bounce.used);
}

/*
 * Check the result of a send of @size bytes. A short count is always due to the
 * size: all other errors occur before the first byte.
 */
static void stream_check_sent(struct ac_stream *s, const struct msghdr *msg,
			      size_t size, int ret)
{
	bool hidden = msg->msg_flags & MSG_SPLICE_PAGES;

	if (s->min)
		return;
	if (ret >= 0 && (size_t)ret < size)
		stream_refuse(s, -EMSGSIZE, false);
	else if (s->more && ret == -EMSGSIZE)
		stream_refuse(s, ret, !hidden);
	else if (s->more && ret == -ENOMEM && hidden)
		s->refused.err = ret;
}

/* The end of a message: an empty send without MSG_MORE. */
static bool stream_is_end(const struct msghdr *msg, size_t size)
{
	return !size && !ac_control_more(msg->msg_flags);
}

/* Must this send fail, because a part of its message was refused? */
static bool stream_sends_rest(const struct ac_stream *s,
			      const struct msghdr *msg, size_t size,
			      bool control)
{
	/* Out of memory then, but perhaps not now. */
	if (s->begun)
		return stream_is_end(msg, size);
	if (s->refused.ended)
		return false;
	return !control || !(s->refused.sender || s->refused.receiver);
}

static int stream_fail_rest(struct ac_stream *s, const struct msghdr *msg,
			    size_t size)
{
	int err = s->refused.err;

	if (s->begun)
		stream_refuse(s, err, true);
	if (msg->msg_flags & MSG_SPLICE_PAGES)
		return err;
	s->refused.sender = true;
	s->refused.ended = stream_is_end(msg, size);
	if (s->refused.receiver)
		s->refused.err = 0;
	stream_wake_receiver(s);
	return err;
}

int ac_stream_report(struct ac_stream *s)
{
	int err = s->refused.err;

	s->refused.receiver = true;
	if (s->refused.sender)
		s->refused.err = 0;
	return err;
}

/* Begin or continue the message as the control data says. */
static void stream_apply_control(struct ac_stream *s,
				 const struct ac_control *con)
{
	s->begun = true;
	if (!con->present)
		return;
	s->encrypt = con->encrypt;
	s->assoclen = con->assoclen;
	if (con->iv)
		memcpy(s->iv, con->iv, s->ivsize);
}

/* Queue what there is room for, after waiting for some. Return: bytes. */
static ssize_t stream_take_some(struct ac_stream *s, struct msghdr *msg)
{
	size_t left = msg_data_left(msg);
	size_t room = stream_room(s);
	int err = 0;

	if (unlikely(!room && left)) {
		s->sending = true;
		err = stream_wait_room(s, left, msg->msg_flags);
		s->sending = false;
		room = stream_room(s);
	}
	left = min(left, room);
	if (!err)
		err = ac_bounce_copy_in(&s->bounce, &msg->msg_iter, left);
	return err ?: left;
}

/*
 * Queue the data in steps of what there is room for. Control data takes effect
 * after the first step, so a failed send changes nothing.
 */
static int stream_take_data(struct ac_stream *s, struct msghdr *msg,
			    const struct ac_control *con)
{
	ssize_t n = stream_take_some(s, msg);
	int copied = n;

	if (n < 0)
		return n;
	/* A new message; or the rest of one after running out of memory. */
	if (n || !s->begun)
		s->refused.err = 0;
	stream_apply_control(s, con);
	while (msg_data_left(msg)) {
		n = stream_take_some(s, msg);
		if (n < 0)
			return copied;
		copied += n;
	}
	s->more = ac_control_more(msg->msg_flags);
	return copied;
}

static int stream_queue(struct ac_stream *s, struct msghdr *msg, size_t size,
			const struct ac_control *con)
{
	int ret = stream_check_send(s, size, msg->msg_flags);

	if (!ret)
		ret = stream_take_data(s, msg, con);
	stream_check_sent(s, msg, size, ret);
	stream_wake_receiver(s);
	return ret;
}

static int stream_send(struct ac_stream *s, struct msghdr *msg, size_t size)
{
	struct sock *sk = s->bounce.sk;
	struct ac_control con;
	int ret;

	ret = ac_control_parse(msg, s->ivsize, &con);
	if (ret)
		return ret;

	lock_sock(sk);
	if (unlikely(s->spliced))
		ac_stream_count_spliced(s);
	if (unlikely(s->refused.err) &&
	    stream_sends_rest(s, msg, size, con.present))
		ret = stream_fail_rest(s, msg, size);
	else
		ret = stream_queue(s, msg, size, &con);
	release_sock(sk);
	return ret;
}

int ac_stream_sendmsg(struct socket *sock, struct msghdr *msg, size_t size)
{
	struct ac_stream *s = alg_sk(sock->sk)->private;
	int ret = stream_send(s, msg, size);

	ac_stats_sent(s->bounce.stats, ret);
	trace_send(s->bounce.stats, ret);
	return ret;
}

/* noinline: inlining it costs ac_stream_sendpage() a register. */
static noinline void stream_trace_page(const struct ac_stream *s, size_t size)
{
	trace_send(s->bounce.stats, size);
}

/* Queue a page. Return: false if that needs the slow path. */
static bool stream_take_page(struct ac_stream *s, struct page *page, int offset,
			     size_t size, int flags)
{
	if (s->refused.err || stream_check_send(s, size, flags) ||
	    size > stream_room(s) ||
	    !ac_bounce_copy_page(&s->bounce, page, offset, size))
		return false;
	s->begun = true;
	s->more = ac_control_more(flags);
	stream_wake_receiver(s);
	s->spliced += size;
	if (trace_send_enabled())
		stream_trace_page(s, size);
	return true;
}

ssize_t ac_stream_sendpage(struct socket *sock, struct page *page, int offset,
			   size_t size, int flags)
{
	struct sock *sk = sock->sk;
	bool done = false;

	if (ac_key_awaited(alg_sk(sk)))
		return ac_sendpage(sock, page, offset, size, flags);

	/*
	 * Nothing sleeps here, so the spinlock is enough. The lock of an AF_ALG
	 * socket is never taken in softirq context, so no _bh.
	 */
	spin_lock(&sk->sk_lock.slock);
	if (!sock_owned_by_user_nocheck(sk))
		done = stream_take_page(alg_sk(sk)->private, page, offset, size,
					flags);
	spin_unlock(&sk->sk_lock.slock);
	return done ? size : ac_sendpage(sock, page, offset, size, flags);
}

void ac_stream_drop(struct ac_stream *s, size_t len)
{
	struct sock *sk = s->bounce.sk;

	ac_bounce_consume(&s->bounce, len);
	ac_bounce_rest(&s->bounce);
	if (!s->bounce.used)
		s->begun = ac_stream_unfinished(s);
	if (len && stream_has_waiter(sk))
		sk->sk_write_space(sk);
}

void ac_stream_failed(struct ac_stream *s, size_t len)
{
	ac_bounce_wipe(&s->bounce, len);
	ac_stream_drop(s, len);
}

int ac_stream_deliver(struct ac_stream *s, struct msghdr *msg)
{
	size_t left = s->ready.len - s->ready.off;
	size_t n = min(msg_data_left(msg), left);

	if (ac_bounce_copy_out(&s->bounce, s->ready.off, &msg->msg_iter, n) != n)
		return -EFAULT;
	s->ready.off += n;
	if (s->ready.off == s->ready.len) {
		s->ready.len = 0;
		ac_stream_drop(s, s->ready.drop);
	}
	return n;
}

__poll_t ac_stream_poll(struct file *file, struct socket *sock,
			poll_table *wait)
{
	struct sock *sk = sock->sk;
	struct ac_stream *s = alg_sk(sk)->private;
	__poll_t mask = 0;

	/* Open-coded sock_poll_wait(): its arguments differ up to 4.19. */
	poll_wait(file, sk_sleep(sk), wait);
	/* Pairs with the barrier of skwq_has_sleeper() in the wake-ups. */
	smp_mb();

	/*
	 * Without the lock, which a sender may hold for long. The fields may be
	 * from different moments: a task that changes them wakes us up, and
	 * they are read again. An idle socket counts as readable, as in the
	 * stock types.
	 */
	if (data_race(!ac_stream_unfinished(s) || stream_pending(s)))
		mask |= EPOLLIN | EPOLLRDNORM;
	/* Likewise. */
	if (data_race(stream_room(s) >= PAGE_SIZE))
		mask |= EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND;
	return mask;
}
