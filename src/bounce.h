/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The buffers that the crypto code works on. No other code touches user data.
 * See bounce.c.
 */
#ifndef AC_BOUNCE_H
#define AC_BOUNCE_H

#include <linux/socket.h>
#include <net/sock.h>

#include "compat.h"
#include "piece.h"

/**
 * ac_bounce_init() - initialize an empty buffer
 * @b: buffer, zeroed, with @b->work or @b->work_size set
 * @sk: socket that will own it
 * @stats: where its memory is counted
 *
 * Does not allocate memory.
 *
 * Context: process context.
 */
void ac_bounce_init(struct ac_bounce *b, struct sock *sk,
		    struct ac_stats *stats);

/**
 * ac_bounce_destroy() - wipe the data and free all memory
 * @b: buffer
 *
 * Context: the socket is being destroyed: it has no other users.
 */
void ac_bounce_destroy(struct ac_bounce *b);

/**
 * ac_bounce_copy_in() - append data of a message
 * @b: buffer
 * @from: iterator of the message; spliced pages are copied too
 * @len: bytes to copy, at most what @from has
 *
 * All or nothing: an error leaves the data unchanged.
 *
 * Context: may sleep; socket locked.
 * Return: 0, -ENOMEM when out of memory, -EFAULT if the data could not be read,
 *	-EINTR on a fatal signal.
 */
int ac_bounce_copy_in(struct ac_bounce *b, struct iov_iter *from, size_t len);

/**
 * ac_bounce_copy_page() - append data of a page, if that is easy
 * @b: buffer
 * @page: page of any owner
 * @off: offset in it in bytes
 * @len: bytes
 *
 * Context: any; socket locked, or its spinlock held while it has no owner.
 * Return: true; false, with the buffer unchanged, if that would need an
 *	allocation or a mapping of the page, or the data is not in one page.
 */
bool ac_bounce_copy_page(struct ac_bounce *b, struct page *page, size_t off,
			 size_t len);

/**
 * ac_bounce_tag() - make room for a tag behind the first bytes
 * @b: buffer
 * @at: bytes in front of it, at most @b->used
 * @len: bytes of the tag
 *
 * Data behind @at is not moved. It is hidden until ac_bounce_consume() has
 * dropped the first @at + @len bytes. The contents of the room are undefined.
 *
 * Context: may sleep; socket locked.
 * Return: 0; -ENOMEM, or -EINTR on a fatal signal, with the data unchanged.
 */
int ac_bounce_tag(struct ac_bounce *b, size_t at, unsigned int len);

/**
 * ac_bounce_sg() - describe the first bytes of the buffer
 * @b: buffer that has its work area
 * @len: bytes, at most @b->used; 0 gives a valid list of no bytes
 *
 * Does not allocate memory. The list is valid until the buffer is changed.
 *
 * Context: socket locked.
 * Return: the scatterlist, never NULL.
 */
struct scatterlist *ac_bounce_sg(struct ac_bounce *b, size_t len);

/**
 * ac_bounce_copy_out() - copy data to the receiver
 * @b: buffer
 * @off: offset of the first byte
 * @to: iterator of the receiver
 * @len: bytes, with @off + @len at most @b->used and at most what @to has
 *
 * Context: may sleep; socket locked.
 * Return: bytes copied; less than @len on a fault or a fatal signal.
 */
size_t ac_bounce_copy_out(struct ac_bounce *b, size_t off, struct iov_iter *to,
			  size_t len);

/**
 * ac_bounce_wipe() - overwrite the first bytes with zeroes
 * @b: buffer
 * @len: bytes, at most @b->used
 *
 * Used for the output of a failed operation, which must not even stay inside
 * the socket.
 *
 * Context: socket locked.
 */
void ac_bounce_wipe(struct ac_bounce *b, size_t len);

/**
 * ac_bounce_consume() - drop the first bytes
 * @b: buffer
 * @len: bytes, at most @b->used; includes the room for a tag, if there is one
 *
 * The memory stays until ac_bounce_rest().
 *
 * Context: may sleep; socket locked.
 */
void ac_bounce_consume(struct ac_bounce *b, size_t len);

/**
 * ac_bounce_rest() - trim the buffer after an operation
 * @b: buffer
 *
 * Another operation may never come. The buffer keeps spare memory only within
 * the limit for all sockets together. Memory that it gives up is wiped.
 *
 * Context: may sleep; socket locked.
 */
void ac_bounce_rest(struct ac_bounce *b);

/**
 * ac_bounce_clone() - copy the first bytes into a new buffer
 * @b: buffer
 * @len: bytes, at most @b->used
 *
 * Context: may sleep; socket locked.
 * Return: a buffer of the same socket, for ac_bounce_free(); -ENOMEM, or -EINTR
 *	on a fatal signal, as a pointer.
 */
struct ac_bounce *ac_bounce_clone(struct ac_bounce *b, size_t len);

/**
 * ac_bounce_free() - wipe and free a clone
 * @b: what ac_bounce_clone() returned
 *
 * Context: process context.
 */
void ac_bounce_free(struct ac_bounce *b);

/**
 * ac_bounce_put() - copy a small result, such as a digest, to the receiver
 * @msg: the receiver's message
 * @data: what to copy
 * @len: bytes
 *
 * Context: may sleep.
 * Return: 0 or -EFAULT.
 */
int ac_bounce_put(struct msghdr *msg, const void *data, size_t len);

/**
 * ac_bounce_get() - copy a small message, such as additional data of an RNG
 * @data: destination
 * @msg: the sender's message
 * @len: bytes, at most what @msg has
 *
 * Context: may sleep.
 * Return: 0 or -EFAULT.
 */
int ac_bounce_get(void *data, struct msghdr *msg, size_t len);

/**
 * ac_bounce_dup() - copy the value of a socket option
 * @val: the value
 * @len: bytes, more than 0
 *
 * Context: may sleep.
 * Return: memory for kfree_sensitive(); -ENOMEM or -EFAULT as a pointer.
 */
void *ac_bounce_dup(ac_optval val, size_t len);

#endif
