// SPDX-License-Identifier: GPL-2.0
/*
 * The page witness, first half: look at every page of a scatterlist and say
 * whose it is.
 *
 * A page that the crypto code is given must be reachable by the crypto code
 * alone. One that is mapped into a process, is anonymous memory, belongs to a
 * file, or is pinned for somebody is foreign: someone can change it while it
 * is read, or is changed by it when it is written. A page with more than one
 * reference and no such mark (data in a pipe, duplicated by tee(2)) is counted as
 * shared. Slab memory is the kernel's own; its page struct has other fields in
 * the place of the marks, hence it is told apart first.
 *
 * The table is /sys/module/ac_witness/parameters/counts; writing anything to it
 * sets all counters to zero.
 */

#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/page-flags.h>
#include "look.h"

/* Newer kernels ask these of a folio only; Kbuild looks which of the two there is. */
#ifndef HAVE_PAGE_MAPPED
static inline bool page_mapped(struct page *page)
{
	return folio_mapped(page_folio(page));
}
#endif

#ifndef HAVE_PAGE_MAYBE_DMA_PINNED
static inline bool page_maybe_dma_pinned(struct page *page)
{
	return folio_maybe_dma_pinned(page_folio(page));
}
#endif

/* More entries than any request of a test has: ends a walk that went astray. */
#define LOOK_MAX_ENTRIES 65536

enum look_column {
	LOOK_REQUESTS,
	LOOK_OWN,
	LOOK_FOREIGN,		/* any of the four that follow */
	LOOK_MAPPED,
	LOOK_ANON,
	LOOK_CACHE,
	LOOK_PINNED,
	LOOK_SHARED,
	LOOK_COLUMNS
};

static const char * const row_names[LOOK_ROWS] = {
	[LOOK_HASH_SRC]		= "hash-src",
	[LOOK_SKCIPHER_SRC]	= "skcipher-src",
	[LOOK_SKCIPHER_DST]	= "skcipher-dst",
	[LOOK_AEAD_SRC]		= "aead-src",
	[LOOK_AEAD_DST]		= "aead-dst",
};

static const char * const column_names[LOOK_COLUMNS] = {
	[LOOK_REQUESTS]	= "requests",
	[LOOK_OWN]	= "own",
	[LOOK_FOREIGN]	= "foreign",
	[LOOK_MAPPED]	= "mapped",
	[LOOK_ANON]	= "anon",
	[LOOK_CACHE]	= "cache",
	[LOOK_PINNED]	= "pinned",
	[LOOK_SHARED]	= "shared",
};

static atomic_long_t counts[LOOK_ROWS][LOOK_COLUMNS];

static bool count_if(bool is, enum look_row row, enum look_column column)
{
	if (is)
		atomic_long_inc(&counts[row][column]);
	return is;
}

/* The zero page stands in for anonymous memory that was never written. */
static bool is_mapped(struct page *page)
{
	return page == ZERO_PAGE(0) || page_mapped(page);
}

static void look_at_page(enum look_row row, struct page *page)
{
	struct page *head = compound_head(page);
	bool foreign = false;

	if (!PageSlab(head)) {
		bool anon = PageAnon(head);

		foreign |= count_if(is_mapped(page), row, LOOK_MAPPED);
		foreign |= count_if(anon, row, LOOK_ANON);
		foreign |= count_if(!anon && (head->mapping || PageLRU(head)),
				    row, LOOK_CACHE);
		foreign |= count_if(page_maybe_dma_pinned(page), row,
				    LOOK_PINNED);
		if (!foreign && !PageReserved(head) &&
		    count_if(page_count(page) > 1, row, LOOK_SHARED))
			return;
	}
	count_if(true, row, foreign ? LOOK_FOREIGN : LOOK_OWN);
}

/*
 * The whole list is walked, also what lies beyond the length of the request:
 * an implementation that writes past its end writes there.
 */
void look_at(enum look_row row, struct scatterlist *sg, unsigned int len)
{
	unsigned int entries = 0;

	atomic_long_inc(&counts[row][LOOK_REQUESTS]);
	if (!len)
		return;		/* an empty request may come without a list */
	for (; sg && sg_page(sg) && entries++ < LOOK_MAX_ENTRIES;
	     sg = sg_next(sg)) {
		unsigned long first = page_to_pfn(sg_page(sg));
		unsigned long i, n = PFN_UP(sg->offset + sg->length);

		for (i = sg->offset >> PAGE_SHIFT; i < n; i++)
			look_at_page(row, pfn_to_page(first + i));
	}
}

static int counts_get(char *buf, const struct kernel_param *kp)
{
	int row, column, n = 0;

	for (row = 0; row < LOOK_ROWS; row++) {
		n += scnprintf(buf + n, PAGE_SIZE - n, "%s", row_names[row]);
		for (column = 0; column < LOOK_COLUMNS; column++)
			n += scnprintf(buf + n, PAGE_SIZE - n, " %s %ld",
				       column_names[column],
				       atomic_long_read(&counts[row][column]));
		n += scnprintf(buf + n, PAGE_SIZE - n, "\n");
	}
	return n;
}

static int counts_set(const char *val, const struct kernel_param *kp)
{
	int row, column;

	for (row = 0; row < LOOK_ROWS; row++)
		for (column = 0; column < LOOK_COLUMNS; column++)
			atomic_long_set(&counts[row][column], 0);
	return 0;
}

static const struct kernel_param_ops counts_ops = {
	.get = counts_get,
	.set = counts_set,
};

module_param_cb(counts, &counts_ops, NULL, 0644);
MODULE_PARM_DESC(counts, "pages seen, by type and kind; write to reset");
