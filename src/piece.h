/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of bounce buffers: blocks and how they come and go. See piece.c.
 */
#ifndef AC_PIECE_H
#define AC_PIECE_H

#include <linux/list.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

struct ac_bounce;

/* Bytes that need no page: many a socket does a few blocks and is closed. */
#define AC_PIECE_SMALL		256

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
 * ac_piece_add() - make room behind the data of a buffer
 * @b: buffer that has less
 * @len: bytes, of which S32_MAX may be asked for; room for @b->slack more is
 *	tried for
 *
 * Context: may sleep; socket locked.
 * Return: 0 or -ENOMEM.
 */
int ac_piece_add(struct ac_bounce *b, size_t len);

/**
 * ac_piece_rewind() - drop all data of a buffer that has some
 * @b: buffer
 *
 * Gives back what is too much to keep, or more than one block where one would
 * have done.
 *
 * Context: socket locked.
 */
void ac_piece_rewind(struct ac_bounce *b);

/**
 * ac_piece_trim() - wipe and give back memory of an empty buffer
 * @b: buffer; nothing happens if it holds data
 * @keep: bytes of memory that may stay
 *
 * Context: any; socket locked or its spinlock held while nobody owns it.
 * Return: pages given back.
 */
unsigned long ac_piece_trim(struct ac_bounce *b, size_t keep);

#endif
