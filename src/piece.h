/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of bounce buffers: how it is allocated and freed (piece.c), and how
 * much of it idle sockets may keep (warm.c).
 */
#ifndef AC_PIECE_H
#define AC_PIECE_H

#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/pfn.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <net/sock.h>

struct ac_stats;

/* Bytes that need no page: many a socket does a few blocks and is closed. */
#define AC_PIECE_SMALL		256

/*
 * For what a message asks for: the sender is told that there is no memory. The
 * OOM killer, of the machine or of a cgroup, is not called for it.
 */
#define AC_PIECE_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/**
 * struct ac_piece - a contiguous block of a buffer
 * @list: entry in the buffer's list
 * @data: the block; NULL for one that is not in use
 * @size: of the block in bytes
 * @start: offset of the first byte of data
 * @end: offset behind the last one
 * @dirty: bytes at the front of the block that may have held data
 * @sg: describes the data; the second entry leads to the next piece
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
 * struct ac_tag - a piece for what an operation on a part of the data adds to it
 * @piece: stands among the pieces of the buffer while it is @open
 * @before: the piece in which the part ends; NULL if the part is empty
 * @end: where the data of @before ends when nothing is added
 * @open: there is a part, and what is behind it is hidden
 */
struct ac_tag {
	struct ac_piece piece;
	struct ac_piece *before;
	unsigned int end;
	bool open;
};

/**
 * struct ac_bounce - a first-in, first-out buffer of private memory
 * @sk: socket that owns the buffer; its lock guards every field below but @node
 * @stats: where its memory is counted
 * @pieces: the memory, in the order of the data; empty pieces come last
 * @fill: piece that takes the next byte; NULL only when @pieces is empty
 * @used: bytes of data
 * @room: bytes that fit behind the data without an allocation
 * @size: bytes of memory in @pieces
 * @wanted: bytes that the first block should have
 * @slack: bytes for which room is wanted behind the data, such as for a tag:
 *	allocated in one piece with it where possible
 * @scattered: there was no block as large as was asked for
 * @hot: has been used since somebody looked whether it is
 * @listed: has had a claim
 * @pages: of memory in @pieces
 * @claim: pages that it may have besides what its data needs, see warm.c
 * @node: entry in the list of buffers with a claim, guarded by that list's lock
 * @tag: what a tag is put into that does not stand at the end; NULL until then
 * @none: scatterlist of zero bytes
 * @own: a piece that need not be allocated, in use while it has a block
 * @small: its block, if it is small
 */
struct ac_bounce {
	struct sock *sk;
	struct ac_stats *stats;
	struct list_head pieces;
	struct ac_piece *fill;
	size_t used;
	size_t room;
	size_t size;
	size_t wanted;
	unsigned int slack;
	bool scattered;
	bool hot;
	bool listed;
	unsigned int pages;
	unsigned int claim;
	struct list_head node;
	struct ac_tag *tag;
	struct scatterlist none;
	struct ac_piece own;
	u8 small[AC_PIECE_SMALL];
};

struct ac_block;

/**
 * struct ac_blocks - memory that has left its buffer and is still to be freed
 * @first: a block of it
 *
 * To take memory out of a buffer is quick and needs locks; to wipe it is neither.
 */
struct ac_blocks {
	struct ac_block *first;
};

/**
 * ac_piece_add() - make room behind the data of a buffer
 * @b: buffer that has less
 * @len: bytes, of which S32_MAX may be asked for; room for @b->slack more is
 *	tried for
 *
 * Kills nobody: where there is no memory, for the machine or for the caller's
 * cgroup, it fails. Then the buffer has none left that holds no data.
 *
 * Context: may sleep; socket locked.
 * Return: 0, -ENOMEM, or -EINTR on a fatal signal.
 */
int ac_piece_add(struct ac_bounce *b, size_t len);

/**
 * ac_piece_rewind() - drop all data of a buffer that has some
 * @b: buffer
 *
 * Gives back more than one block where one would have done.
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
 * Nothing is moved, and the piece stays with the buffer for the next part. Until
 * the tag is closed only the part and the room can be reached, and nothing may be
 * appended.
 *
 * Context: may sleep; socket locked.
 * Return: 0 or -ENOMEM.
 */
int ac_piece_open_tag(struct ac_bounce *b, size_t at, unsigned int len);

/**
 * ac_piece_close_tag() - take the room out again
 * @b: buffer with an open tag
 *
 * Context: socket locked.
 * Return: bytes that it had.
 */
unsigned int ac_piece_close_tag(struct ac_bounce *b);

/**
 * ac_piece_shed() - take out memory that holds no data
 * @b: buffer
 * @keep: bytes of memory that may stay
 * @out: where the memory goes
 *
 * Context: any; socket locked or its spinlock held while nobody owns it.
 */
void ac_piece_shed(struct ac_bounce *b, size_t keep, struct ac_blocks *out);

/**
 * ac_piece_tuck() - move the data of a buffer into a part of the buffer itself
 * @b: buffer; nothing happens if it holds more than a few bytes, or has a tag open
 * @out: where the memory goes
 *
 * Context: any; socket locked or its spinlock held while nobody owns it.
 */
void ac_piece_tuck(struct ac_bounce *b, struct ac_blocks *out);

/**
 * ac_piece_compact() - move the data of a buffer into less memory
 * @b: buffer; nothing happens if it holds more than a block or has a tag open, or
 *	there is no memory
 * @out: where the memory goes
 *
 * Context: may sleep; socket locked.
 */
void ac_piece_compact(struct ac_bounce *b, struct ac_blocks *out);

/**
 * ac_piece_free_blocks() - what ac_piece_free() does if there is something
 * @out: what has been taken out of buffers, nothing afterwards
 *
 * Context: may sleep.
 */
void ac_piece_free_blocks(struct ac_blocks *out);

/**
 * ac_piece_free() - wipe memory and give it back
 * @out: what has been taken out of buffers, nothing afterwards
 *
 * Context: may sleep.
 */
static inline void ac_piece_free(struct ac_blocks *out)
{
	if (out->first)
		ac_piece_free_blocks(out);
}

/**
 * ac_warm_covers() - may a buffer keep the memory it has
 * @b: buffer
 *
 * Context: socket locked.
 * Return: true if it holds a claim to all memory that its data does not need.
 */
static inline bool ac_warm_covers(const struct ac_bounce *b)
{
	if (!b->used)
		return b->pages == b->claim;
	return b->pages <= b->claim + PFN_UP(b->used);
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
 * ac_warm_unlist() - give up the claim of a buffer that has had one
 * @b: buffer
 *
 * Context: process context; the socket is being destroyed.
 */
void ac_warm_unlist(struct ac_bounce *b);

/**
 * ac_warm_forget() - give up the claim of a buffer, if any
 * @b: buffer; its memory is the caller's to free
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
