/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The queue between send and receive, for the types that have one: skcipher
 * and aead. See stream.c.
 */
#ifndef AC_STREAM_H
#define AC_STREAM_H

#include <linux/net.h>
#include <linux/poll.h>

#include "bounce.h"

/**
 * struct ac_stream - a socket's messages between send and receive
 * @bounce: first @ready.len bytes: the result of an operation that is still to
 *	be delivered; behind it: input
 * @ready: the result: @ready.len bytes, of which @ready.off have been
 *	delivered; @ready.drop bytes of the queue go when all have been. Empty
 *	results leave nothing behind.
 * @iv: IV of the next operation, @ivsize bytes
 * @ivsize: bytes
 * @min: bytes of an unfinished message that are enough for an operation; 0 if
 *	only a complete message will do
 * @assoclen: bytes of associated data in front of the text
 * @encrypt: direction
 * @begun: a message has been begun and is not used up
 * @more: the last complete send announced more
 * @sending: a sender is in the middle of its data, perhaps asleep
 *
 * The first member of what alg_sock.private of an operation socket points at.
 * All fields are guarded by the socket's lock.
 */
struct ac_stream {
	struct ac_bounce bounce;
	struct {
		size_t len;
		size_t off;
		size_t drop;
	} ready;
	u8 *iv;
	unsigned int ivsize;
	unsigned int min;
	u32 assoclen;
	bool encrypt;
	bool begun;
	bool more;
	bool sending;
};

/**
 * ac_stream_init() - set up the queue of a new operation socket
 * @s: queue, zeroed, with @s->iv, @s->ivsize, @s->min and @s->bounce.slack set
 * @sk: the socket
 *
 * Context: process context; nobody else knows the socket.
 */
void ac_stream_init(struct ac_stream *s, struct sock *sk);

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
 * Return: bytes taken, less than @size only if some were taken before an
 *	error; -EINVAL for bad control data or while a complete message is
 *	pending; -EBUSY while another sender is asleep; -EAGAIN when there is no
 *	room and MSG_DONTWAIT is set or SO_SNDTIMEO has passed; -EMSGSIZE when a
 *	message that cannot be processed in parts exceeds the send buffer;
 *	-ERESTARTSYS or -EINTR on a signal; -EFAULT, -ENOMEM.
 */
int ac_stream_sendmsg(struct socket *sock, struct msghdr *msg, size_t size);

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
 * ac_stream_unfinished() - whether the message in the queue will get longer
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
 * ac_stream_wait_data() - wait until an operation can be done
 * @s: queue
 * @flags: of recvmsg
 *
 * Context: may sleep, with the socket unlocked meanwhile; socket locked.
 * Return: 0; -EAGAIN if it would have to wait and MSG_DONTWAIT is set or
 *	SO_RCVTIMEO has passed; -ERESTARTSYS or -EINTR on a signal.
 */
int ac_stream_wait_data(struct ac_stream *s, int flags);

/**
 * ac_stream_done() - an operation has been done in place
 * @s: queue
 * @len: bytes of its result at the front of the queue
 * @drop: bytes that leave the queue with it, at least @len
 *
 * For an operation that failed @len is 0.
 *
 * Context: socket locked.
 */
void ac_stream_done(struct ac_stream *s, size_t len, size_t drop);

/**
 * ac_stream_deliver() - copy a result, or what is left of it, to the receiver
 * @s: queue with a result
 * @msg: the receiver's message
 *
 * What could not be delivered stays.
 *
 * Context: may sleep; socket locked.
 * Return: bytes delivered, or -EFAULT if none could be.
 */
int ac_stream_deliver(struct ac_stream *s, struct msghdr *msg);

#endif
