/* SPDX-License-Identifier: GPL-2.0 */
/* The queue between send and receive of skcipher and aead. See stream.c. */
#ifndef AC_STREAM_H
#define AC_STREAM_H

#include <linux/net.h>
#include <linux/poll.h>

#include "bounce.h"
#include "stats.h"
#include "trace.h"

/**
 * struct ac_stream - a socket's messages between send and receive
 * @bounce: the first @ready.len bytes are the result of an operation that is
 *	still to be delivered; input follows
 * @ready: the result: @ready.len bytes, of which @ready.off have been
 *	delivered. After the last one @ready.drop bytes leave the queue. Empty
 *	results leave nothing behind.
 * @iv: IV of the next operation, @ivsize bytes
 * @ivsize: bytes
 * @min: bytes of an unfinished message that are enough for an operation; 0 if
 *	it needs the complete message
 * @assoclen: bytes of associated data in front of the text
 * @encrypt: direction
 * @begun: a message has begun and is not used up
 * @more: the last complete send announced more
 * @sending: a sender is in the middle of its data, perhaps asleep
 * @spliced: bytes of queued pages that are still to be counted, as one send:
 *	counting each page would cost more than all other counting
 * @refused: state of a message that was dropped because a part of it was
 *	refused, see stream.c. @refused.err is the reason, 0 if there is none.
 *	While @begun, it is the reason why a splice was cut short whose rest may
 *	still come
 * @refused.sender: a send has returned the reason, in a way that cannot be
 *	missed
 * @refused.receiver: a receive has
 * @refused.ended: the message has been ended: data sent now belongs to another
 *
 * First member of what alg_sock.private of an operation socket points at. The
 * socket's lock guards all fields. poll() and tasks about to sleep read them
 * without it, and again after a wake-up.
 */
struct ac_stream {
	struct ac_bounce bounce;
	struct {
		unsigned int len;
		unsigned int off;
		unsigned int drop;
	} ready;
	unsigned int spliced;
	u8 *iv;
	unsigned int ivsize;
	unsigned int min;
	u32 assoclen;
	bool encrypt;
	bool begun;
	bool more;
	bool sending;
	struct {
		int err;
		bool sender;
		bool receiver;
		bool ended;
	} refused;
};

/**
 * ac_stream_init() - set up the queue of a new operation socket
 * @s: queue, zeroed, with @s->iv, @s->ivsize, @s->min and @s->bounce.slack set
 * @sk: the socket
 * @stats: where its use is counted
 *
 * Context: process context; the socket is not visible to others yet.
 */
void ac_stream_init(struct ac_stream *s, struct sock *sk,
		    struct ac_stats *stats);

/**
 * ac_stream_destroy() - wipe and free the queue
 * @s: queue
 *
 * Context: the socket is being destroyed.
 */
void ac_stream_destroy(struct ac_stream *s);

/**
 * ac_stream_sendmsg() - proto_ops.sendmsg of skcipher and aead
 * @sock: operation socket
 * @msg: message
 * @size: bytes of data
 *
 * Context: may sleep.
 * Return: bytes queued, less than @size only if an error occurred after some;
 *	-EINVAL for bad control data or while a complete message is pending;
 *	-EBUSY while another sender is asleep; -EAGAIN when there is no room and
 *	MSG_DONTWAIT is set or SO_SNDTIMEO has expired; -EMSGSIZE when a message
 *	that cannot be processed in parts exceeds the send buffer, or has done
 *	so before; -ERESTARTSYS or -EINTR on a signal; -EFAULT, -ENOMEM.
 */
int ac_stream_sendmsg(struct socket *sock, struct msghdr *msg, size_t size);

/**
 * ac_stream_sendpage() - proto_ops.sendpage of skcipher and aead, up to 6.4
 * @sock: operation socket
 * @page: page of any owner
 * @offset: offset in it in bytes
 * @size: bytes of data
 * @flags: as of a message
 *
 * Fast path: most spliced pages are copied straight into the buffer. A page
 * that is refused, or has to wait for room or memory, is sent as a message.
 *
 * Context: may sleep.
 * Return: as ac_stream_sendmsg().
 */
ssize_t ac_stream_sendpage(struct socket *sock, struct page *page, int offset,
			   size_t size, int flags);

/**
 * ac_stream_poll() - proto_ops.poll of skcipher and aead
 * @file: file of the socket
 * @sock: operation socket
 * @wait: poll table
 *
 * Context: process context.
 * Return: the mask.
 */
__poll_t ac_stream_poll(struct file *file, struct socket *sock,
			poll_table *wait);

/**
 * ac_stream_unfinished() - will the message in the queue get longer
 * @s: queue
 *
 * Context: socket locked.
 * Return: true if so.
 */
static inline bool ac_stream_unfinished(const struct ac_stream *s)
{
	return s->more || s->sending;
}

/**
 * ac_stream_receivable() - can a receive proceed without waiting
 * @s: queue
 *
 * Context: socket locked.
 * Return: true if an operation can be done, a result is still to be delivered,
 *	or a refused message is to be reported.
 */
static inline bool ac_stream_receivable(const struct ac_stream *s)
{
	if (s->ready.len)
		return true;
	if (!s->begun)
		return s->refused.err;
	return !ac_stream_unfinished(s) || (s->min && s->bounce.used >= s->min);
}

/**
 * ac_stream_sleep() - wait until a receive can proceed
 * @s: queue
 * @flags: of recvmsg
 *
 * Context: may sleep, with the socket unlocked meanwhile; socket locked.
 * Return: 0; -EAGAIN if it would have to wait and MSG_DONTWAIT is set or
 *	SO_RCVTIMEO has expired; -ERESTARTSYS or -EINTR on a signal.
 */
int ac_stream_sleep(struct ac_stream *s, int flags);

/**
 * ac_stream_wait_data() - ac_stream_sleep() with a fast path
 * @s: queue
 * @flags: of recvmsg
 *
 * Context: may sleep, with the socket unlocked meanwhile; socket locked.
 * Return: as ac_stream_sleep().
 */
static inline int ac_stream_wait_data(struct ac_stream *s, int flags)
{
	return ac_stream_receivable(s) ? 0 : ac_stream_sleep(s, flags);
}

/**
 * ac_stream_report() - tell the receiver that a part of its message was refused
 * @s: queue whose @s->refused.err is set
 *
 * Context: socket locked.
 * Return: the reason.
 */
int ac_stream_report(struct ac_stream *s);

/**
 * ac_stream_drop() - remove data from the front of the queue
 * @s: queue
 * @len: bytes
 *
 * Context: socket locked.
 */
void ac_stream_drop(struct ac_stream *s, size_t len);

/**
 * ac_stream_done() - record the result of an operation done in place
 * @s: queue
 * @len: bytes of the result at the front of the queue
 * @drop: bytes, at least @len, that leave the queue when the result has been
 *	delivered; at once if it is empty
 *
 * Context: socket locked.
 */
static inline void ac_stream_done(struct ac_stream *s, size_t len, size_t drop)
{
	s->ready.len = len;
	s->ready.off = 0;
	s->ready.drop = drop;
	if (!len)
		ac_stream_drop(s, drop);
}

/**
 * ac_stream_failed() - wipe and drop the data of a failed operation
 * @s: queue
 * @len: bytes that it worked on
 *
 * Context: socket locked.
 */
void ac_stream_failed(struct ac_stream *s, size_t len);

/**
 * ac_stream_count_spliced() - count the queued pages as a send
 * @s: queue
 *
 * Context: socket locked.
 */
void ac_stream_count_spliced(struct ac_stream *s);

/**
 * ac_stream_received() - count a receive
 * @s: queue
 * @ret: what it returns
 *
 * Context: socket locked.
 */
static inline void ac_stream_received(struct ac_stream *s, int ret)
{
	if (unlikely(s->spliced))
		ac_stream_count_spliced(s);
	ac_stats_received(s->bounce.stats, ret);
	trace_receive(s->bounce.stats, ret);
}

/**
 * ac_stream_deliver() - copy a result, or what is left of it, to the receiver
 * @s: queue with a result
 * @msg: the receiver's message
 *
 * Copies all that fits the receiver's buffer, or nothing: after a fault the
 * next receive begins where this one did.
 *
 * Context: may sleep; socket locked.
 * Return: bytes delivered, or -EFAULT.
 */
int ac_stream_deliver(struct ac_stream *s, struct msghdr *msg);

#endif
