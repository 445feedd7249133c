// SPDX-License-Identifier: GPL-2.0
/*
 * Bounce buffers: the pages that the crypto code sees.
 *
 * User data is copied in once, transformed in place and copied out once. A
 * buffer is a queue of pieces. A piece is one physically contiguous block,
 * large enough that most requests are one scatterlist entry; see piece.c. Each
 * piece carries the scatterlist entry that describes it and the one that chains
 * it to the next, so a request of any size needs no table.
 *
 *	piece		piece		piece		piece
 *	[....dddddddd]->[dddddddddddd]->[dddd........]->[............]
 *	     start   end		    ^ fill	  spare
 *
 * An operation on a part of the data puts its tag into a small piece, inserted
 * behind that part. Data behind the part in the same piece is hidden meanwhile:
 *
 *	[....ddddddddddd]->[tag]   hhhh]->[dddd........]
 */
#include "bounce.h"

#include <linux/err.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uio.h>

static struct ac_piece *bounce_first(const struct ac_bounce *b)
{
	return list_first_entry(&b->pieces, struct ac_piece, list);
}

static int bounce_grow(struct ac_bounce *b, size_t len)
{
	int err;

	if (b->room >= len)
		return 0;
	/* Larger than any SO_SNDBUF: a bogus length. */
	if (len > S32_MAX)
		return -ENOMEM;
	err = ac_piece_add(b, len);
	/* Reclaim the spare memory of idle sockets and retry. */
	if (err == -ENOMEM && ac_warm_reclaim())
		err = ac_piece_add(b, len);
	return err;
}

/* The piece that the next byte is appended to. The buffer has room. */
static struct ac_piece *bounce_fill_piece(struct ac_bounce *b)
{
	if (b->fill->end == b->fill->size)
		b->fill = list_next_entry(b->fill, list);
	return b->fill;
}

/* Where the next @len bytes are written. The piece has room for them. */
static u8 *bounce_claim(struct ac_piece *p, size_t len)
{
	p->dirty = max_t(unsigned int, p->dirty, p->end + len);
	return p->data + p->end;
}

/* Account @len bytes that were written behind the end of the piece. */
static void bounce_append(struct ac_bounce *b, struct ac_piece *p, size_t len)
{
	p->end += len;
	b->used += len;
	b->room -= len;
}

/* Drop data from the end until @used bytes are left. */
static void bounce_unappend(struct ac_bounce *b, size_t used)
{
	while (b->used > used) {
		struct ac_piece *p = b->fill;
		size_t n = min_t(size_t, b->used - used, p->end - p->start);

		p->end -= n;
		b->used -= n;
		b->room += n;
		if (b->used > used)
			b->fill = list_prev_entry(p, list);
	}
}

void ac_bounce_init(struct ac_bounce *b, struct sock *sk,
		    struct ac_stats *stats)
{
	b->sk = sk;
	b->stats = stats;
	INIT_LIST_HEAD(&b->pieces);
}

void ac_bounce_destroy(struct ac_bounce *b)
{
	struct ac_blocks out = { };

	ac_warm_forget(b);
	if (b->used)
		ac_bounce_consume(b, b->used);
	if (b->pages) {
		ac_piece_shed(b, 0, &out);
		ac_piece_free(&out);
	} else if (b->size && !b->leased) {
		memzero_explicit(b->work->own.data, b->work->own.dirty);
	}
	if (b->leased)
		kfree_sensitive(b->work);
	kfree_sensitive(b->tag);
}

void ac_bounce_rest(struct ac_bounce *b)
{
	if (likely(ac_warm_covers(b)))
		b->hot = true;
	else
		ac_warm_settle(b);
}

/* Append @len bytes, which fit into the piece: all or nothing. */
static int bounce_copy_piece(struct ac_bounce *b, struct ac_piece *p,
			     struct iov_iter *from, size_t len)
{
	if (copy_from_iter(bounce_claim(p, len), len, from) != len)
		return -EFAULT;
	bounce_append(b, p, len);
	return 0;
}

static int bounce_copy_pieces(struct ac_bounce *b, struct iov_iter *from,
			      size_t len)
{
	unsigned int used = b->used;
	int err = bounce_grow(b, len);

	while (!err && len) {
		struct ac_piece *p = bounce_fill_piece(b);
		size_t n = min_t(size_t, len, p->size - p->end);

		err = bounce_copy_piece(b, p, from, n);
		len -= n;
		if (err || !len)
			break;
		if (fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	if (err) {
		bounce_unappend(b, used);
		ac_bounce_rest(b);
	}
	return err;
}

int ac_bounce_copy_in(struct ac_bounce *b, struct iov_iter *from, size_t len)
{
	struct ac_piece *p = b->fill;

	/* Fast path: fits into the current piece. */
	if (p && p->size - p->end >= len)
		return bounce_copy_piece(b, p, from, len);
	return bounce_copy_pieces(b, from, len);
}

bool ac_bounce_copy_page(struct ac_bounce *b, struct page *page, size_t off,
			 size_t len)
{
	struct ac_piece *p = b->fill;

	if (unlikely(!p || p->size - p->end < len || off + len > PAGE_SIZE ||
		     PageHighMem(page)))
		return false;
	memcpy(bounce_claim(p, len), page_address(page) + off, len);
	bounce_append(b, p, len);
	return true;
}

int ac_bounce_tag(struct ac_bounce *b, size_t at, unsigned int len)
{
	int err;

	if (at < b->used && len)
		return ac_piece_open_tag(b, at, len);
	err = bounce_grow(b, len);
	while (!err && len) {
		struct ac_piece *p = bounce_fill_piece(b);
		unsigned int n = min(len, p->size - p->end);

		bounce_claim(p, n);
		bounce_append(b, p, n);
		len -= n;
	}
	return err;
}

/* The crypto code may access the page of an empty entry. */
static struct scatterlist *bounce_nothing(struct ac_work *work)
{
	sg_init_one(&work->none, work, sizeof(*work));
	work->none.length = 0;
	return &work->none;
}

struct scatterlist *ac_bounce_sg(struct ac_bounce *b, size_t len)
{
	struct ac_piece *p;

	if (!len)
		return bounce_nothing(b->work);

	list_for_each_entry(p, &b->pieces, list) {
		size_t n = min_t(size_t, len, p->end - p->start);

		p->sg->offset = offset_in_page(p->data) + p->start;
		p->sg->length = n;
		len -= n;
		if (!len) {
			sg_mark_end(p->sg);
			break;
		}
		sg_unmark_end(p->sg);
		sg_chain(p->sg, ARRAY_SIZE(p->sg), list_next_entry(p, list)->sg);
	}
	return bounce_first(b)->sg;
}

size_t ac_bounce_copy_out(struct ac_bounce *b, size_t off, struct iov_iter *to,
			  size_t len)
{
	struct ac_piece *p;
	size_t done = 0;

	list_for_each_entry(p, &b->pieces, list) {
		size_t have = p->end - p->start, n, put;

		if (off >= have) {
			off -= have;
			continue;
		}
		n = min(len - done, have - off);
		put = copy_to_iter(p->data + p->start + off, n, to);
		done += put;
		if (put != n || done == len || fatal_signal_pending(current))
			break;
		off = 0;
		cond_resched();
	}
	return done;
}

/* Append @len bytes, for which there is room. */
static void bounce_append_bytes(struct ac_bounce *b, const u8 *data,
				size_t len)
{
	while (len) {
		struct ac_piece *p = bounce_fill_piece(b);
		size_t n = min_t(size_t, len, p->size - p->end);

		memcpy(bounce_claim(p, n), data, n);
		bounce_append(b, p, n);
		data += n;
		len -= n;
	}
}

/* Append the first @len bytes of @from to an empty buffer. */
static int bounce_append_copy(struct ac_bounce *b, struct ac_bounce *from,
			      size_t len)
{
	struct ac_piece *p;
	int err;

	err = bounce_grow(b, len);
	if (err)
		return err;

	list_for_each_entry(p, &from->pieces, list) {
		size_t n = min_t(size_t, len, p->end - p->start);

		bounce_append_bytes(b, p->data + p->start, n);
		len -= n;
		if (!len)
			break;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

struct bounce_clone {
	struct ac_bounce bounce;	/* must be first */
	struct ac_work work;
};

struct ac_bounce *ac_bounce_clone(struct ac_bounce *b, size_t len)
{
	struct bounce_clone *clone = kzalloc(sizeof(*clone), AC_PIECE_GFP);
	int err;

	if (!clone)
		return ERR_PTR(-ENOMEM);
	clone->bounce.work = &clone->work;
	ac_bounce_init(&clone->bounce, b->sk, b->stats);
	err = bounce_append_copy(&clone->bounce, b, len);
	if (err) {
		ac_bounce_free(&clone->bounce);
		return ERR_PTR(err);
	}
	return &clone->bounce;
}

void ac_bounce_free(struct ac_bounce *b)
{
	ac_bounce_destroy(b);
	kfree(b);
}

/* Out of line: most callers consume all data. */
static noinline void bounce_consume_some(struct ac_bounce *b, size_t len)
{
	b->used -= len;
	while (len) {
		struct ac_piece *p = bounce_first(b);
		size_t n = min_t(size_t, len, p->end - p->start);

		p->start += n;
		len -= n;
		/* Data is left behind this piece, so it is not @b->fill. */
		if (p->start == p->end) {
			p->start = 0;
			p->end = 0;
			b->room += p->size;
			list_move_tail(&p->list, &b->pieces);
			cond_resched();
		}
	}
}

void ac_bounce_consume(struct ac_bounce *b, size_t len)
{
	if (unlikely(b->tag) && b->tag->open)
		len -= min_t(size_t, len, ac_piece_close_tag(b));
	if (len != b->used)
		bounce_consume_some(b, len);
	else if (len)
		ac_piece_rewind(b);
}

void ac_bounce_wipe(struct ac_bounce *b, size_t len)
{
	struct ac_piece *p;

	list_for_each_entry(p, &b->pieces, list) {
		size_t n = min_t(size_t, len, p->end - p->start);

		memzero_explicit(p->data + p->start, n);
		len -= n;
		if (!len)
			break;
		cond_resched();
	}
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
