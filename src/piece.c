// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of bounce buffers.
 *
 * A block is as large as the data that was known to come when it was allocated;
 * where memory is fragmented blocks are smaller, down to single pages. The pieces
 * of an empty buffer stay with the socket, up to PIECES_KEEP bytes: the next
 * message of that size allocates nothing. A message that comes in many parts, as a
 * splice does, gets a quarter more each time, and leaves many pieces; the next one
 * gets a single block of their size instead.
 *
 * Memory is wiped when it leaves the socket and not before: a piece knows how
 * much of its block has held data. What the socket keeps is written over by its
 * next message, and nobody else can see it.
 */
#include "piece.h"

#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bounce.h"
#include "shrink.h"
#include "stats.h"

/*
 * 64 KiB: what a pipe holds, and so the largest splice and the message size of
 * most users. Larger blocks are rarely free on a machine that has been up for
 * a while, and a scatterlist entry per 64 KiB costs nothing.
 */
#define PIECE_MAX		SZ_64K
#define PIECE_MAX_ORDER	get_order(PIECE_MAX)

/*
 * What an empty buffer keeps: a message of 64 KiB with its associated data and
 * tag, which spill into a second piece. Less than the 208 KiB that an idle
 * socket of any family may hold by default.
 */
#define PIECES_KEEP		(SZ_64K + SZ_16K)

/*
 * A block of at least @len bytes if that is at most 64 KiB and there is one.
 * Only a single page is worth reclaiming memory for.
 */
static u8 *alloc_block(size_t len, unsigned int *size)
{
	gfp_t easy = (GFP_KERNEL_ACCOUNT & ~__GFP_DIRECT_RECLAIM) |
		     __GFP_NOWARN | __GFP_NORETRY;
	unsigned int order = min(get_order(len), PIECE_MAX_ORDER);
	unsigned long addr;

	for (; order; order--) {
		addr = __get_free_pages(easy, order);
		if (addr) {
			*size = PAGE_SIZE << order;
			return (u8 *)addr;
		}
	}
	*size = PAGE_SIZE;
	return (u8 *)__get_free_page(GFP_KERNEL_ACCOUNT);
}

/* The part of the buffer itself that shares no cache line with anything. */
static u8 *small_block(struct ac_bounce *b, unsigned int *size)
{
	unsigned int line = dma_get_cache_alignment();
	u8 *data = PTR_ALIGN(&b->small[0], line);

	*size = round_down(b->small + sizeof(b->small) - data, line);
	return data;
}

/* The first piece's head, and if it is small its block, are in the buffer. */
static struct ac_piece *alloc_piece(struct ac_bounce *b, size_t len)
{
	struct ac_piece *p = &b->own;

	if (!p->data) {
		p->data = small_block(b, &p->size);
		if (len <= p->size)
			return p;
	} else {
		p = kmalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);
	}
	if (!p)
		return NULL;
	p->data = alloc_block(len, &p->size);
	if (p->data) {
		b->scattered |= p->size < min_t(size_t, len, PIECE_MAX);
		return p;
	}
	if (p != &b->own)
		kfree(p);
	return NULL;
}

static int add_piece(struct ac_bounce *b, size_t len)
{
	struct ac_piece *p = alloc_piece(b, len);

	if (!p)
		return -ENOMEM;
	p->start = 0;
	p->end = 0;
	p->dirty = 0;
	sg_init_table(p->sg, ARRAY_SIZE(p->sg));
	sg_set_buf(p->sg, p->data, p->size);
	list_add_tail(&p->list, &b->pieces);
	b->size += p->size;
	b->room += p->size;
	if (!b->fill)
		b->fill = p;
	if (p->size >= PAGE_SIZE) {
		ac_stats_memory(b->stats, p->size >> PAGE_SHIFT);
		ac_shrink_add(b);
	}
	return 0;
}

static void free_piece(struct ac_bounce *b, struct ac_piece *p)
{
	list_del(&p->list);
	b->size -= p->size;
	b->room -= p->size;
	memzero_explicit(p->data, p->dirty);
	if (p->size >= PAGE_SIZE) {
		free_pages((unsigned long)p->data, get_order(p->size));
		ac_stats_memory(b->stats, -(long)(p->size >> PAGE_SHIFT));
	}
	p->data = NULL;
	if (p != &b->own)
		kfree(p);
}

int ac_piece_add(struct ac_bounce *b, size_t len)
{
	size_t wanted = len + b->slack;
	/* Nobody says how long a message that comes in steps will be. */
	size_t step = b->used ? b->size / 4 : 0;
	int err;

	/* More than any SO_SNDBUF: a length that is no length. */
	if (len > S32_MAX)
		return -ENOMEM;
	/* A larger block instead of a second one. */
	if (b->size < min_t(size_t, wanted, PIECE_MAX))
		ac_piece_trim(b, 0);
	if (!b->size)
		wanted = max(wanted, b->wanted);
	while (b->room < len) {
		err = add_piece(b, max(wanted - b->room, step));
		if (err)
			return err;
	}
	return 0;
}

void ac_piece_rewind(struct ac_bounce *b)
{
	struct ac_piece *first = list_first_entry(&b->pieces, struct ac_piece,
						  list);
	struct ac_piece *p;

	list_for_each_entry(p, &b->pieces, list) {
		p->start = 0;
		p->end = 0;
		if (p == b->fill)
			break;
	}
	b->used = 0;
	b->room = b->size;
	if (b->fill != first && first->size < PIECE_MAX && !b->scattered) {
		b->wanted = min_t(size_t, b->size, PIECE_MAX);
		ac_piece_trim(b, 0);
		return;
	}
	b->fill = first;
	if (b->size > PIECES_KEEP)
		ac_piece_trim(b, PIECES_KEEP);
}

unsigned long ac_piece_trim(struct ac_bounce *b, size_t keep)
{
	unsigned long pages = 0;

	while (!b->used && b->size > keep) {
		struct ac_piece *p = list_last_entry(&b->pieces,
						     struct ac_piece, list);

		pages += p->size >> PAGE_SHIFT;
		if (p == b->fill)
			b->fill = NULL;
		free_piece(b, p);
	}
	/* Perhaps there are larger blocks by the next time. */
	if (!b->size)
		b->scattered = false;
	return pages;
}
