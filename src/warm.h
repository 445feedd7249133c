/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much memory sockets may hold that no message needs. See warm.c.
 */
#ifndef AC_WARM_H
#define AC_WARM_H

#include <linux/pfn.h>

#include "bounce.h"

/**
 * ac_warm_covers() - whether a buffer may hold the memory it has
 * @b: buffer
 *
 * Context: socket locked.
 * Return: true if what it has besides its data is what it holds a claim to.
 */
static inline bool ac_warm_covers(const struct ac_bounce *b)
{
	if (!b->used)
		return b->pages == b->claim;
	return b->pages <= b->claim + PFN_UP(b->used);
}

/**
 * ac_warm_settle() - claim what a buffer has, or give it back
 * @b: buffer that is not covered
 *
 * Context: may sleep; socket locked.
 */
void ac_warm_settle(struct ac_bounce *b);

/**
 * ac_warm_reclaim() - take from all idle sockets what they keep
 *
 * Context: may sleep; of sockets at most the caller's is locked.
 * Return: true if there was some.
 */
bool ac_warm_reclaim(void);

/**
 * ac_warm_unlist() - what ac_warm_forget() does if there has been a claim
 * @b: buffer
 *
 * Context: process context; the socket is being destroyed.
 */
void ac_warm_unlist(struct ac_bounce *b);

/**
 * ac_warm_forget() - give up the claim of a buffer, whose memory is the caller's
 * @b: buffer
 *
 * Afterwards nobody looks at the buffer any more.
 *
 * Context: process context; the socket is being destroyed.
 */
static inline void ac_warm_forget(struct ac_bounce *b)
{
	if (b->listed)
		ac_warm_unlist(b);
}

#endif
