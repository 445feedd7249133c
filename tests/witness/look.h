/* SPDX-License-Identifier: GPL-2.0 */
/* The page witness: what a page is, and how many of each were seen. */
#ifndef AC_WITNESS_LOOK_H
#define AC_WITNESS_LOOK_H

#include <linux/scatterlist.h>

/* One row of the table per algorithm type and direction. */
enum look_row {
	LOOK_HASH_SRC,
	LOOK_SKCIPHER_SRC,
	LOOK_SKCIPHER_DST,
	LOOK_AEAD_SRC,
	LOOK_AEAD_DST,
	LOOK_ROWS
};

void look_at(enum look_row row, struct scatterlist *sg, unsigned int len);

#endif
