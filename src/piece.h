/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of bounce buffers: allocating and freeing it (piece.c), and
 * limiting how much idle sockets keep (warm.c).
 */
#ifndef AC_PIECE_H
#define AC_PIECE_H

#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <net/sock.h>

#include "stats.h"

/* Bytes that need no page: many sockets process a few blocks and are closed. */
#define AC_PIECE_SMALL		256

/*
 * For allocations on behalf of a message. They fail when out of memory and do
 * not invoke the OOM killer, neither the machine's nor a cgroup's.
 */
#define AC_PIECE_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/**
 * struct ac_piece - a contiguous block of a buffer
 * @list: entry in the buffer's list
 * @data: the block; NULL if the piece is not in use
 * @size: of the block in bytes
 * @start: offset of the first byte of data
 * @end: offset behind the last one
 * @dirty: bytes at the front of the block that may have held data
 * @sg: describes the data; the second entry chains to the next piece
 */
struct ac_piece {
	struct list_head list;
	u8 *data;
	unsigned int size;
	unsigned int start;
	unsigned int end;
	unsigned int dirty;
	struct scatterlist sg[2];
};

/**
 * struct ac_tag - a piece for the tag of an operation on a part of the data
 * @piece: in the buffer's list of pieces while @open
 * @before: piece in which the part ends; NULL if the part is empty
 * @end: where the data of @before ends without the tag
 * @open: the tag is in use, and data behind the part is hidden
 */
struct ac_tag {
	struct ac_piece piece;
	struct ac_piece *before;
	unsigned int end;
	bool open;
};

/**
 * struct ac_work - what only a buffer with data, or a running operation, needs
 * @none: scatterlist of zero bytes
 * @own: a piece that need not be allocated, in use while it has a block
 * @small: block of @own for little data
 */
struct ac_work {
	struct scatterlist none;
	struct ac_piece own;
	u8 small[AC_PIECE_SMALL];
};

/**
 * struct ac_bounce - a first-in, first-out buffer of private memory
 * @sk: socket that owns the buffer; its lock guards every field below but @node
 * @stats: where its memory is counted
 * @pieces: the memory, in the order of the data; empty pieces come last
 * @fill: piece that the next byte is appended to; NULL only if @pieces is empty
 * @work: NULL while an idle buffer does not keep it
 * @tag: piece for a tag inside the data; NULL until one is needed
 * @node: entry in the list of buffers with a claim, guarded by that list's lock
 * @work_size: bytes of @work, with what the type has behind it; 0 if @work is not
 *	allocated but a part of the socket's context
 * @used: bytes of data
 * @room: bytes that can be appended without an allocation
 * @size: bytes of memory in @pieces
 * @wanted: bytes that the first block should have
 * @slack: bytes of room wanted behind the data, such as for a tag; allocated in
 *	one piece with it where possible
 * @pages: of memory in @pieces, of AC_PAGE_SIZE bytes each
 * @claim: pages that it may have beyond what its data needs, see warm.c
 * @leased: @work is allocated
 * @scattered: some block is smaller than was asked for
 * @used_before: has been emptied before
 * @hot: used since another socket last looked for claims
 * @listed: has had a claim
 *
 * An idle socket has this and little else: the order leaves no holes.
 */
struct ac_bounce {
	struct sock *sk;
	struct ac_stats *stats;
	struct list_head pieces;
	struct ac_piece *fill;
	struct ac_work *work;
	struct ac_tag *tag;
	struct list_head node;
	unsigned int work_size;
	unsigned int used;
	unsigned int room;
	unsigned int size;
	unsigned int wanted;
	unsigned int slack;
	unsigned int pages;
	unsigned int claim;
	bool leased;
	bool scattered;
	bool used_before;
	bool hot;
	bool listed;
};

struct ac_block;

/**
 * struct ac_blocks - memory that has left its buffer and is still to be freed
 * @first: first block
 *
 * Removing memory from a buffer is quick and needs locks. Wiping it is slow and
 * needs none.
 */
struct ac_blocks {
	struct ac_block *first;
};

/**
 * ac_piece_add() - make room behind the data of a buffer
 * @b: buffer that has less
 * @len: bytes, at most S32_MAX; tries to get room for @b->slack more
 *
 * Does not invoke the OOM killer: it fails if the machine or the caller's
 * cgroup is out of memory. On failure the buffer has no spare memory left.
 *
 * Context: may sleep; socket locked.
 * Return: 0, -ENOMEM, or -EINTR on a fatal signal.
 */
int ac_piece_add(struct ac_bounce *b, size_t len);

/**
 * ac_piece_rewind() - drop all data of a buffer that has some
 * @b: buffer
 *
 * Frees multiple blocks where one would have been enough.
 *
 * Context: socket locked.
 */
void ac_piece_rewind(struct ac_bounce *b);

/**
 * ac_piece_open_tag() - make room behind the first bytes
 * @b: buffer without an open tag
 * @at: bytes of data in front of it, at most @b->used
 * @len: bytes of room, more than 0
 *
 * Data is not moved, and the buffer keeps the piece for the next part. Until
 * the tag is closed only the part and the room are accessible, and nothing may
 * be appended.
 *
 * Context: may sleep; socket locked.
 * Return: 0 or -ENOMEM.
 */
int ac_piece_open_tag(struct ac_bounce *b, size_t at, unsigned int len);

/**
 * ac_piece_close_tag() - remove the room again
 * @b: buffer with an open tag
 *
 * Context: socket locked.
 * Return: bytes that it had.
 */
unsigned int ac_piece_close_tag(struct ac_bounce *b);

/**
 * ac_piece_shed() - remove memory that holds no data
 * @b: buffer
 * @keep: bytes of memory that may stay
 * @out: receives the memory
 *
 * Context: any; socket locked, or its spinlock held while it has no owner.
 */
void ac_piece_shed(struct ac_bounce *b, size_t keep, struct ac_blocks *out);

/**
 * ac_piece_lease() - allocate the work area of a buffer
 * @b: buffer without one
 *
 * Context: may sleep; socket locked.
 * Return: 0 or -ENOMEM.
 */
int ac_piece_lease(struct ac_bounce *b);

/**
 * ac_piece_work() - make sure that a buffer has its work area
 * @b: buffer
 *
 * Context: may sleep; socket locked.
 * Return: 0 or -ENOMEM.
 */
static inline int ac_piece_work(struct ac_bounce *b)
{
	return likely(b->work) ? 0 : ac_piece_lease(b);
}

/**
 * ac_piece_release() - remove the work area of a buffer, if it is allocated
 * @b: buffer without memory
 * @out: receives the memory
 *
 * Context: any; socket locked, or its spinlock held while it has no owner.
 */
void ac_piece_release(struct ac_bounce *b, struct ac_blocks *out);

/**
 * ac_piece_tuck() - move the data of a buffer into its work area
 * @b: buffer; unchanged if the data does not fit there or a tag is open
 * @out: receives the memory
 *
 * Context: any; socket locked, or its spinlock held while it has no owner.
 */
void ac_piece_tuck(struct ac_bounce *b, struct ac_blocks *out);

/**
 * ac_piece_compact() - move the data of a buffer into less memory
 * @b: buffer; unchanged if it holds more than a block, has an open tag, or
 *	memory is short
 * @out: receives the memory
 *
 * Context: may sleep; socket locked.
 */
void ac_piece_compact(struct ac_bounce *b, struct ac_blocks *out);

/**
 * ac_piece_free_blocks() - slow path of ac_piece_free()
 * @out: memory removed from buffers; empty afterwards
 *
 * Context: may sleep.
 */
void ac_piece_free_blocks(struct ac_blocks *out);

/**
 * ac_piece_free() - wipe and free memory
 * @out: memory removed from buffers; empty afterwards
 *
 * Context: may sleep.
 */
static inline void ac_piece_free(struct ac_blocks *out)
{
	if (out->first)
		ac_piece_free_blocks(out);
}

/**
 * ac_piece_pages() - how many pages some data takes
 * @len: bytes
 *
 * Context: any.
 * Return: the number, of AC_PAGE_SIZE bytes each.
 */
static inline unsigned int ac_piece_pages(size_t len)
{
	return DIV_ROUND_UP(len, AC_PAGE_SIZE);
}

/**
 * ac_warm_kept() - the memory of an empty buffer
 * @b: buffer
 *
 * Context: socket locked, or its spinlock held while it has no owner.
 * Return: pages; a work area without pages counts as one.
 */
static inline unsigned int ac_warm_kept(const struct ac_bounce *b)
{
	return b->pages ?: b->leased;
}

/**
 * ac_warm_covers() - may a buffer keep the memory it has
 * @b: buffer
 *
 * Context: socket locked.
 * Return: true if its claim covers all memory that its data does not need.
 */
static inline bool ac_warm_covers(const struct ac_bounce *b)
{
	if (!b->used)
		return ac_warm_kept(b) == b->claim;
	return b->pages <= b->claim + ac_piece_pages(b->used);
}

/**
 * ac_warm_settle() - claim the spare memory of a buffer, or free it
 * @b: buffer that is not covered
 *
 * Context: may sleep; socket locked.
 */
void ac_warm_settle(struct ac_bounce *b);

/**
 * ac_warm_reclaim() - free the spare memory of all idle sockets
 *
 * Context: may sleep; no socket but the caller's is locked.
 * Return: true if there was any.
 */
bool ac_warm_reclaim(void);

/**
 * ac_warm_unlist() - drop the claim of a buffer that has had one
 * @b: buffer
 *
 * Context: process context; the socket is being destroyed.
 */
void ac_warm_unlist(struct ac_bounce *b);

/**
 * ac_warm_forget() - drop the claim of a buffer, if any
 * @b: buffer; the caller frees its memory
 *
 * Afterwards no other socket looks at the buffer.
 *
 * Context: process context; the socket is being destroyed.
 */
static inline void ac_warm_forget(struct ac_bounce *b)
{
	if (b->listed)
		ac_warm_unlist(b);
}

#endif
