/* SPDX-License-Identifier: GPL-2.0 */
/* pick.h - random numbers and lengths that follow from a seed. */
#ifndef AC_DIFF_PICK_H
#define AC_DIFF_PICK_H

#include <stdint.h>

struct rng {
	uint64_t s;
};

uint32_t pick_next(struct rng *r);
uint32_t some_len(struct rng *r, int chunk);	/* small, or near a border */

static inline uint32_t below(struct rng *r, uint32_t n)
{
	return pick_next(r) % n;
}

/* True in one of @n cases. */
static inline int one_in(struct rng *r, uint32_t n)
{
	return !below(r, n);
}

#endif
