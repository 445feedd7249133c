// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of bounce buffers.
 *
 * A block is as large as the data that was expected when it was allocated. If
 * memory is fragmented, blocks are smaller, down to single pages. An empty
 * buffer keeps its pieces within the limit of warm.c, so the next message of
 * that size allocates nothing. A message in many parts, such as a splice, adds
 * at least a quarter at a time and leaves many pieces; the next one gets a
 * single block of their total size instead.
 *
 * Memory is wiped only when it leaves the socket. Each piece records how much
 * of its block has held data. Memory that the socket keeps is overwritten by
 * its next message and visible to no one else.
 */
#include "piece.h"

#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "stats.h"

/*
 * 64 KiB: the capacity of a pipe, hence the largest splice, and the message
 * size of most users. Larger blocks are rarely free after some uptime, and one
 * scatterlist entry per 64 KiB costs nothing.
 */
#define PIECE_MAX		SZ_64K
#define PIECE_MAX_ORDER	get_order(PIECE_MAX)

/*
 * Only a single page is worth reclaiming memory for. Hardened usercopy must see
 * a larger block as one object.
 */
#define PIECE_GFP_EASY	((GFP_KERNEL_ACCOUNT & ~__GFP_DIRECT_RECLAIM) |	\
			 __GFP_NOWARN | __GFP_NORETRY | __GFP_COMP)

/*
 * Where a page is larger than 4 KiB, blocks of up to half of one come from the slab:
 * kernels for POWER and some for ARM have pages of 64 KiB.
 */
static bool piece_is_slab(size_t size)
{
	return size <= PAGE_SIZE / 2 && PAGE_SIZE > AC_PAGE_SIZE;
}

/*
 * Header of a block that has left its buffer, stored in the block itself. The size
 * of a work area is 0: the slab knows it.
 */
struct ac_block {
	struct ac_block *next;
	unsigned int size;
	unsigned int dirty;
};

/* At least @len bytes, unless @len exceeds 64 KiB or memory is fragmented. */
static u8 *piece_alloc_block(size_t len, unsigned int *size)
{
	unsigned int order = min(get_order(len), PIECE_MAX_ORDER);
	unsigned long addr;

	if (piece_is_slab(len)) {
		*size = roundup_pow_of_two(max_t(size_t, len, AC_PAGE_SIZE));
		return kmalloc(*size, AC_PIECE_GFP);
	}
	for (; order; order--) {
		addr = __get_free_pages(PIECE_GFP_EASY, order);
		if (addr) {
			*size = PAGE_SIZE << order;
			return (u8 *)addr;
		}
	}
	*size = PAGE_SIZE;
	return (u8 *)__get_free_page(AC_PIECE_GFP);
}

/* The part of the work area that shares no cache line with anything else. */
static u8 *piece_small_block(struct ac_bounce *b, unsigned int *size)
{
	unsigned int line = dma_get_cache_alignment();
	u8 *small = b->work->small;
	u8 *data = PTR_ALIGN(small, line);

	*size = round_down(small + AC_PIECE_SMALL - data, line);
	return data;
}

static struct ac_piece *piece_first(const struct ac_bounce *b)
{
	return list_first_entry(&b->pieces, struct ac_piece, list);
}

static void piece_free_head(struct ac_bounce *b, struct ac_piece *piece)
{
	if (!b->work || piece != &b->work->own)
		kfree(piece);
}

/* A piece with its own block. That of the work area serves as the first piece. */
static struct ac_piece *piece_alloc_large(struct ac_bounce *b, size_t len)
{
	struct ac_piece *p = &b->work->own;

	if (p->data)
		p = kmalloc(sizeof(*p), AC_PIECE_GFP);
	if (!p)
		return NULL;
	p->data = piece_alloc_block(len, &p->size);
	if (p->data) {
		b->scattered |= p->size < min_t(size_t, len, PIECE_MAX);
		return p;
	}
	piece_free_head(b, p);
	return NULL;
}

/* The block of the first piece is in the work area if @len fits. */
static struct ac_piece *piece_alloc(struct ac_bounce *b, size_t len)
{
	struct ac_piece *p = &b->work->own;

	if (!p->data) {
		p->data = piece_small_block(b, &p->size);
		if (len <= p->size)
			return p;
		p->data = NULL;
	}
	return piece_alloc_large(b, len);
}

/* Append a piece that already holds @used bytes of data. */
static void piece_link(struct ac_bounce *b, struct ac_piece *p, size_t used)
{
	p->start = 0;
	p->end = used;
	p->dirty = used;
	sg_init_table(p->sg, ARRAY_SIZE(p->sg));
	sg_set_buf(p->sg, p->data, p->size);
	list_add_tail(&p->list, &b->pieces);
	b->size += p->size;
	b->room += p->size - used;
	if (!b->fill)
		b->fill = p;
	if (p->size >= AC_PAGE_SIZE) {
		b->pages += p->size >> AC_PAGE_SHIFT;
		ac_stats_memory(b->stats, p->size >> AC_PAGE_SHIFT);
	}
}

static int piece_add(struct ac_bounce *b, size_t len)
{
	struct ac_piece *p = NULL;

	if (!ac_piece_work(b))
		p = piece_alloc(b, len);
	if (!p)
		return -ENOMEM;
	piece_link(b, p, 0);
	return 0;
}

/* Queue the block of a piece for wiping and freeing. */
static void piece_give_up(struct ac_piece *p, struct ac_blocks *out)
{
	struct ac_block *block = (struct ac_block *)p->data;

	block->next = out->first;
	block->size = p->size;
	block->dirty = max_t(unsigned int, p->dirty, sizeof(*block));
	out->first = block;
}

/* The caller updates @b->fill and @b->room. */
static void piece_take_out(struct ac_bounce *b, struct ac_piece *p,
			   struct ac_blocks *out)
{
	list_del(&p->list);
	b->size -= p->size;
	if (p->size < AC_PAGE_SIZE) {
		memzero_explicit(p->data, p->dirty);
	} else {
		b->pages -= p->size >> AC_PAGE_SHIFT;
		piece_give_up(p, out);
	}
	p->data = NULL;
	piece_free_head(b, p);
}

/* Account the pages removed since @b->pages was @before. */
static void piece_count_out(struct ac_bounce *b, unsigned int before)
{
	if (b->pages != before)
		ac_stats_memory(b->stats, (long)b->pages - (long)before);
}

static void piece_free_block(struct ac_block *block)
{
	unsigned int order = get_order(block->size);

	if (!block->size || piece_is_slab(block->size)) {
		kfree_sensitive(block);
		return;
	}
	memzero_explicit(block, block->dirty);
	free_pages((unsigned long)block, order);
}

void ac_piece_free_blocks(struct ac_blocks *out)
{
	while (out->first) {
		struct ac_block *block = out->first;

		out->first = block->next;
		piece_free_block(block);
		cond_resched();
	}
}

static bool piece_tag_open(const struct ac_bounce *b)
{
	return b->tag && b->tag->open;
}

/* The piece in front of @p, skipping an open tag; NULL if there is none. */
static struct ac_piece *piece_before(const struct ac_bounce *b,
				     struct ac_piece *p)
{
	struct ac_piece *prev = list_prev_entry(p, list);

	if (p == piece_first(b))
		return NULL;
	return piece_tag_open(b) && prev == &b->tag->piece ? b->tag->before : prev;
}

void ac_piece_shed(struct ac_bounce *b, size_t keep, struct ac_blocks *out)
{
	unsigned int before = b->pages;

	while (b->size > keep) {
		struct ac_piece *p = list_last_entry(&b->pieces,
						     struct ac_piece, list);

		if (p->end)
			break;
		if (p == b->fill)
			b->fill = piece_before(b, p);
		b->room -= p->size;
		piece_take_out(b, p, out);
	}
	/* Larger blocks may be available next time. */
	if (!b->size)
		b->scattered = false;
	piece_count_out(b, before);
}

static void piece_shed_all(struct ac_bounce *b)
{
	struct ac_blocks out = { };

	ac_piece_shed(b, 0, &out);
	ac_piece_free(&out);
}

int ac_piece_lease(struct ac_bounce *b)
{
	b->work = kzalloc(b->work_size, AC_PIECE_GFP);
	b->leased = b->work;
	return b->work ? 0 : -ENOMEM;
}

void ac_piece_release(struct ac_bounce *b, struct ac_blocks *out)
{
	struct ac_block *block = (struct ac_block *)b->work;

	if (!b->leased)
		return;
	block->next = out->first;
	block->size = 0;
	out->first = block;
	b->work = NULL;
	b->leased = false;
}

int ac_piece_add(struct ac_bounce *b, size_t len)
{
	size_t wanted = len + b->slack;
	/* The length of a message in parts is unknown: grow by a quarter. */
	size_t step = b->used ? b->size / 4 : 0;
	int err;

	/* Replace the block by a larger one rather than add a second. */
	if (!b->used && b->size && b->size < min_t(size_t, wanted, PIECE_MAX))
		piece_shed_all(b);
	if (!b->size)
		wanted = max_t(size_t, wanted, b->wanted);
	for (;;) {
		/* Memory limits do not stop a task that is being killed. */
		err = fatal_signal_pending(current) ? -EINTR :
		      piece_add(b, max(wanted - b->room, step));
		if (err || b->room >= len)
			break;
		cond_resched();
	}
	if (err)
		piece_shed_all(b);
	return err;
}

static noinline void piece_rewind_many(struct ac_bounce *b)
{
	struct ac_piece *first = piece_first(b), *p;

	list_for_each_entry(p, &b->pieces, list) {
		p->start = 0;
		p->end = 0;
		if (p == b->fill)
			break;
		cond_resched();
	}
	if (first->size < PIECE_MAX && !b->scattered) {
		b->wanted = min_t(size_t, b->size, PIECE_MAX);
		piece_shed_all(b);
		return;
	}
	b->fill = first;
}

void ac_piece_rewind(struct ac_bounce *b)
{
	struct ac_piece *first = piece_first(b);

	b->used = 0;
	b->room = b->size;
	if (b->fill != first) {
		piece_rewind_many(b);
		return;
	}
	first->start = 0;
	first->end = 0;
}

/* Room for the longest tag, sharing no cache line with anything else. */
static struct ac_tag *piece_alloc_tag(struct ac_bounce *b, unsigned int len)
{
	unsigned int line = dma_get_cache_alignment();
	unsigned int size = round_up(max(len, b->slack), line);
	struct ac_tag *tag;

	tag = kzalloc(sizeof(*tag) + size + line, AC_PIECE_GFP);
	if (!tag)
		return NULL;
	tag->piece.data = PTR_ALIGN((u8 *)(tag + 1), line);
	tag->piece.size = size;
	sg_init_table(tag->piece.sg, ARRAY_SIZE(tag->piece.sg));
	sg_set_buf(tag->piece.sg, tag->piece.data, size);
	return tag;
}

static struct ac_tag *piece_get_tag(struct ac_bounce *b, unsigned int len)
{
	/* No tag is that long. */
	if (len > PAGE_SIZE)
		return NULL;
	if (b->tag && b->tag->piece.size < len) {
		kfree_sensitive(b->tag);
		b->tag = NULL;
	}
	if (!b->tag)
		b->tag = piece_alloc_tag(b, len);
	return b->tag;
}

/* The piece in which the first @at bytes end, and in @end its offset there. */
static struct ac_piece *piece_at(struct ac_bounce *b, size_t at,
				 unsigned int *end)
{
	struct ac_piece *p;

	list_for_each_entry(p, &b->pieces, list) {
		unsigned int n = p->end - p->start;

		if (at <= n) {
			*end = p->start + at;
			return p;
		}
		at -= n;
		cond_resched();
	}
	return NULL;
}

int ac_piece_open_tag(struct ac_bounce *b, size_t at, unsigned int len)
{
	struct ac_tag *tag = piece_get_tag(b, len);
	unsigned int end;

	if (!tag)
		return -ENOMEM;
	tag->before = at ? piece_at(b, at, &end) : NULL;
	if (tag->before) {
		tag->end = tag->before->end;
		tag->before->end = end;
		list_add(&tag->piece.list, &tag->before->list);
	} else {
		list_add(&tag->piece.list, &b->pieces);
	}
	tag->piece.end = len;
	tag->open = true;
	b->used += len;
	return 0;
}

unsigned int ac_piece_close_tag(struct ac_bounce *b)
{
	struct ac_tag *tag = b->tag;

	list_del(&tag->piece.list);
	if (tag->before)
		tag->before->end = tag->end;
	tag->open = false;
	b->used -= tag->piece.end;
	return tag->piece.end;
}

/* Copy all data to @data, which has room for it. */
static void piece_gather(struct ac_bounce *b, u8 *data)
{
	struct ac_piece *p;

	list_for_each_entry(p, &b->pieces, list) {
		memcpy(data, p->data + p->start, p->end - p->start);
		data += p->end - p->start;
	}
}

/* Remove all pieces, after their data has been copied. */
static void piece_take_out_all(struct ac_bounce *b, struct ac_blocks *out)
{
	struct ac_piece *p, *next;

	list_for_each_entry_safe(p, next, &b->pieces, list)
		piece_take_out(b, p, out);
	b->room = 0;
	b->fill = NULL;
	b->scattered = false;
}

void ac_piece_tuck(struct ac_bounce *b, struct ac_blocks *out)
{
	unsigned int before = b->pages, size;
	struct ac_piece *own;
	u8 *small;

	if (!b->work)
		return;
	own = &b->work->own;
	small = piece_small_block(b, &size);
	/* It may hold some of the data already. */
	if (b->used > size || own->data == small || piece_tag_open(b))
		return;
	piece_gather(b, small);
	piece_take_out_all(b, out);
	piece_count_out(b, before);
	own->data = small;
	own->size = size;
	piece_link(b, own, b->used);
}

void ac_piece_compact(struct ac_bounce *b, struct ac_blocks *out)
{
	unsigned int before = b->pages;
	struct ac_piece *p;

	if (b->used > PIECE_MAX || piece_tag_open(b))
		return;
	p = kzalloc(sizeof(*p), AC_PIECE_GFP);
	if (!p)
		return;
	p->data = piece_alloc_block(b->used, &p->size);
	if (!p->data || p->size < b->used) {
		if (p->data)
			piece_give_up(p, out);
		kfree(p);
		return;
	}
	piece_gather(b, p->data);
	piece_take_out_all(b, out);
	piece_count_out(b, before);
	piece_link(b, p, b->used);
}
