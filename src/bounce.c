// SPDX-License-Identifier: GPL-2.0
/*
 * Bounce buffers: the pages that the crypto code sees.
 *
 * User data is copied in once, transformed in place and copied out once. A
 * buffer is a queue of pieces. A piece is one physically contiguous block, as
 * large as the data that was known to come when it was allocated, so that most
 * requests are one scatterlist entry; where memory is fragmented the blocks
 * are smaller, down to single pages. Each piece carries the scatterlist entry
 * that describes it and the one that chains it to the next, so a request of
 * any size needs no table.
 *
 *	piece		piece		piece		piece
 *	[....dddddddd]->[dddddddddddd]->[dddd........]->[............]
 *	     start   end		    ^ fill	  spare
 *
 * Memory is wiped when the data in it is consumed. It is the memory's owner
 * that wipes, not the allocator: the pieces of an empty buffer stay with the
 * socket, up to AC_BOUNCE_KEEP bytes, and hold nothing.
 */
#include "bounce.h"

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uio.h>

#include "shrink.h"

/*
 * 64 KiB: what a pipe holds, and so the largest splice and the message size of
 * most users. Larger blocks are rarely free on a machine that has been up for
 * a while, and a scatterlist entry per 64 KiB costs nothing.
 */
#define AC_PIECE_MAX_ORDER	get_order(SZ_64K)

/*
 * What an empty buffer keeps: a message of 64 KiB with its associated data and
 * tag, which spill into a second piece. Less than the 208 KiB that an idle
 * socket of any family may hold by default.
 */
#define AC_BOUNCE_KEEP		(SZ_64K + SZ_16K)

/* Bytes moved at once by ac_bounce_insert(), on the stack. */
#define AC_SHIFT_STEP		128

struct ac_piece {
	struct list_head list;
	u8 *data;
	unsigned int order;
	unsigned int start;
	unsigned int end;
	struct scatterlist sg[2];
};

static atomic_long_t bounce_pages = ATOMIC_LONG_INIT(0);

static unsigned int piece_size(const struct ac_piece *p)
{
	return PAGE_SIZE << p->order;
}

static struct ac_piece *first_piece(const struct ac_bounce *b)
{
	return list_first_entry(&b->pieces, struct ac_piece, list);
}

/*
 * A block of at least @len bytes if that is at most 64 KiB and there is one.
 * Only a single page is worth reclaiming memory for.
 */
static u8 *alloc_block(size_t len, unsigned int *order)
{
	gfp_t easy = (GFP_KERNEL_ACCOUNT & ~__GFP_DIRECT_RECLAIM) |
		     __GFP_NOWARN | __GFP_NORETRY;
	unsigned long addr;

	*order = min(get_order(len), AC_PIECE_MAX_ORDER);
	for (; *order; --*order) {
		addr = __get_free_pages(easy, *order);
		if (addr)
			return (u8 *)addr;
	}
	return (u8 *)__get_free_page(GFP_KERNEL_ACCOUNT);
}

static int add_piece(struct ac_bounce *b, size_t len)
{
	struct ac_piece *p;

	p = kmalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);
	if (!p)
		return -ENOMEM;
	p->data = alloc_block(len, &p->order);
	if (!p->data) {
		kfree(p);
		return -ENOMEM;
	}
	p->start = 0;
	p->end = 0;
	sg_init_table(p->sg, ARRAY_SIZE(p->sg));
	list_add_tail(&p->list, &b->pieces);
	b->size += piece_size(p);
	b->room += piece_size(p);
	if (!b->fill)
		b->fill = p;
	atomic_long_add(1L << p->order, &bounce_pages);
	return 0;
}

static void free_piece(struct ac_bounce *b, struct ac_piece *p)
{
	list_del(&p->list);
	b->size -= piece_size(p);
	b->room -= piece_size(p);
	atomic_long_sub(1L << p->order, &bounce_pages);
	free_pages((unsigned long)p->data, p->order);
	kfree(p);
}

/* Make room for @len bytes behind the data, and try to for the slack. */
static int grow(struct ac_bounce *b, size_t len)
{
	int err;

	while (b->room < len) {
		err = add_piece(b, len + b->slack - b->room);
		if (err)
			return err;
	}
	return 0;
}

/* The piece that takes the next byte. There is room. */
static struct ac_piece *fill_piece(struct ac_bounce *b)
{
	if (b->fill->end == piece_size(b->fill))
		b->fill = list_next_entry(b->fill, list);
	return b->fill;
}

/* Count @len bytes behind the end of the piece that is being filled as data. */
static void append(struct ac_bounce *b, size_t len)
{
	b->fill->end += len;
	b->used += len;
	b->room -= len;
}

/* Take the data back, from the end, until @used bytes are left. */
static void unappend(struct ac_bounce *b, size_t used)
{
	while (b->used > used) {
		struct ac_piece *p = b->fill;
		size_t n = min_t(size_t, b->used - used, p->end - p->start);

		memzero_explicit(p->data + p->end - n, n);
		p->end -= n;
		b->used -= n;
		b->room += n;
		if (b->used > used)
			b->fill = list_prev_entry(p, list);
	}
}

void ac_bounce_init(struct ac_bounce *b, struct sock *sk)
{
	b->sk = sk;
	INIT_LIST_HEAD(&b->pieces);
	/* The crypto code may look at the page of an entry without bytes. */
	sg_init_one(&b->none, b, sizeof(*b));
	b->none.length = 0;
	ac_shrink_add(b);
}

void ac_bounce_destroy(struct ac_bounce *b)
{
	ac_shrink_del(b);
	ac_bounce_consume(b, b->used);
	ac_bounce_trim(b, 0);
}

int ac_bounce_copy_in(struct ac_bounce *b, struct iov_iter *from, size_t len)
{
	size_t used = b->used;
	int err;

	err = grow(b, len);
	if (err)
		return err;

	while (len) {
		struct ac_piece *p = fill_piece(b);
		size_t n = min_t(size_t, len, piece_size(p) - p->end);
		size_t got = copy_from_iter(p->data + p->end, n, from);

		append(b, got);
		if (got != n) {
			unappend(b, used);
			return -EFAULT;
		}
		len -= n;
	}
	return 0;
}

/* The byte at @off, and in @len how many follow it in one piece. */
static u8 *byte_at(struct ac_bounce *b, size_t off, size_t *len)
{
	struct ac_piece *p;

	list_for_each_entry(p, &b->pieces, list) {
		size_t n = p->end - p->start;

		if (off < n) {
			*len = min_t(size_t, *len, n - off);
			return p->data + p->start + off;
		}
		off -= n;
	}
	return NULL;
}

static void read_bytes(struct ac_bounce *b, size_t off, u8 *buf, size_t len)
{
	while (len) {
		size_t n = len;
		u8 *p = byte_at(b, off, &n);

		memcpy(buf, p, n);
		off += n;
		buf += n;
		len -= n;
	}
}

static void write_bytes(struct ac_bounce *b, size_t off, const u8 *buf,
			size_t len)
{
	while (len) {
		size_t n = len;
		u8 *p = byte_at(b, off, &n);

		memcpy(p, buf, n);
		off += n;
		buf += n;
		len -= n;
	}
}

int ac_bounce_insert(struct ac_bounce *b, size_t at, unsigned int len)
{
	size_t from = b->used, n;
	unsigned int left = len;
	u8 step[AC_SHIFT_STEP];
	int err;

	err = grow(b, len);
	if (err)
		return err;

	while (left) {
		struct ac_piece *p = fill_piece(b);

		n = min(left, piece_size(p) - p->end);
		append(b, n);
		left -= n;
	}

	/* From the end: each step has been saved before it is written over. */
	while (from > at) {
		n = min_t(size_t, from - at, sizeof(step));
		from -= n;
		read_bytes(b, from, step, n);
		write_bytes(b, from + len, step, n);
		memzero_explicit(step, n);
	}
	return 0;
}

struct scatterlist *ac_bounce_sg(struct ac_bounce *b, size_t len)
{
	struct ac_piece *p;

	if (!len)
		return &b->none;

	list_for_each_entry(p, &b->pieces, list) {
		size_t n = min_t(size_t, len, p->end - p->start);

		sg_set_buf(p->sg, p->data + p->start, n);
		len -= n;
		if (!len) {
			sg_mark_end(p->sg);
			break;
		}
		sg_unmark_end(p->sg);
		sg_chain(p->sg, ARRAY_SIZE(p->sg), list_next_entry(p, list)->sg);
	}
	return first_piece(b)->sg;
}

size_t ac_bounce_copy_out(struct ac_bounce *b, size_t off, struct iov_iter *to,
			  size_t len)
{
	size_t done = 0;

	while (done < len) {
		size_t n = len - done;
		u8 *p = byte_at(b, off + done, &n);
		size_t put = copy_to_iter(p, n, to);

		done += put;
		if (put != n)
			break;
	}
	return done;
}

/* Append the first @len bytes of @from, all of them or none. */
static int append_copy(struct ac_bounce *b, struct ac_bounce *from, size_t len)
{
	size_t off = 0;
	int err;

	err = grow(b, len);
	if (err)
		return err;

	while (off < len) {
		struct ac_piece *p = fill_piece(b);
		size_t n = min_t(size_t, len - off, piece_size(p) - p->end);

		read_bytes(from, off, p->data + p->end, n);
		append(b, n);
		off += n;
	}
	return 0;
}

struct ac_bounce *ac_bounce_clone(struct ac_bounce *b, size_t len)
{
	struct ac_bounce *clone;
	int err;

	clone = kzalloc(sizeof(*clone), GFP_KERNEL_ACCOUNT);
	if (!clone)
		return ERR_PTR(-ENOMEM);
	ac_bounce_init(clone, b->sk);
	err = append_copy(clone, b, len);
	if (err) {
		ac_bounce_free(clone);
		return ERR_PTR(err);
	}
	return clone;
}

void ac_bounce_free(struct ac_bounce *b)
{
	ac_bounce_destroy(b);
	kfree(b);
}

/* All data is gone: start again at the first byte of the first piece. */
static void rewind_pieces(struct ac_bounce *b)
{
	struct ac_piece *p;

	list_for_each_entry(p, &b->pieces, list) {
		memzero_explicit(p->data + p->start, p->end - p->start);
		p->start = 0;
		p->end = 0;
		if (p == b->fill)
			break;
	}
	b->used = 0;
	b->room = b->size;
	b->fill = list_first_entry_or_null(&b->pieces, struct ac_piece, list);
}

void ac_bounce_consume(struct ac_bounce *b, size_t len)
{
	if (len == b->used) {
		rewind_pieces(b);
		ac_bounce_trim(b, AC_BOUNCE_KEEP);
		return;
	}

	b->used -= len;
	while (len) {
		struct ac_piece *p = first_piece(b);
		size_t n = min_t(size_t, len, p->end - p->start);

		memzero_explicit(p->data + p->start, n);
		p->start += n;
		len -= n;
		/* Data is left, so an emptied piece is not the one to fill. */
		if (p->start == p->end) {
			p->start = 0;
			p->end = 0;
			b->room += piece_size(p);
			list_move_tail(&p->list, &b->pieces);
		}
	}
}

unsigned long ac_bounce_trim(struct ac_bounce *b, size_t keep)
{
	unsigned long pages = 0;

	while (!b->used && b->size > keep) {
		struct ac_piece *p = list_last_entry(&b->pieces,
						     struct ac_piece, list);

		if (p == b->fill)
			b->fill = NULL;
		pages += 1UL << p->order;
		free_piece(b, p);
	}
	return pages;
}

unsigned long ac_bounce_pages(void)
{
	return atomic_long_read(&bounce_pages);
}

int ac_bounce_put(struct msghdr *msg, const void *data, size_t len)
{
	return copy_to_iter(data, len, &msg->msg_iter) == len ? 0 : -EFAULT;
}

int ac_bounce_get(void *data, struct msghdr *msg, size_t len)
{
	return copy_from_iter(data, len, &msg->msg_iter) == len ? 0 : -EFAULT;
}

void *ac_bounce_dup(ac_optval val, size_t len)
{
	return ac_optval_dup(val, len);
}
