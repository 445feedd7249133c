// SPDX-License-Identifier: GPL-2.0
/*
 * ac_fragment: while its parameter on is 1, no two free pages are neighbours.
 *
 * All memory is taken in pairs of pages, and of each pair one page is given back:
 * nothing but single pages can be allocated then. Not even a program can be
 * started: that takes two pages at once.
 *
 * What others give back later, or the kernel moves together, is taken by another 1.
 */
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>

/* At the front of the page that is kept. */
struct held {
	struct list_head list;
};

static LIST_HEAD(held);

/*
 * No reclaim, and nobody woken for it: what others use stays with them, and where it
 * is.
 */
static struct held *take_block(unsigned int order)
{
	return alloc_pages_exact(PAGE_SIZE << order, __GFP_NOWARN);
}

/* One page of each pair stays, the other one goes back. */
static void hold(struct held *block, unsigned int order)
{
	char *page = (char *)block, *end = page + (PAGE_SIZE << order);

	for (; page < end; page += 2 * PAGE_SIZE) {
		list_add(&((struct held *)page)->list, &held);
		free_page((unsigned long)page + PAGE_SIZE);
	}
}

/*
 * A processor has a few free blocks of up to eight pages for itself, which are not
 * divided for those who ask for two.
 */
static void fragment(void)
{
	struct held *block;
	unsigned int order;

	for (order = 3; order; order--)
		while ((block = take_block(order)))
			hold(block, order);
}

static void mend(void)
{
	struct held *h, *next;

	list_for_each_entry_safe(h, next, &held, list)
		free_page((unsigned long)h);
	INIT_LIST_HEAD(&held);
}

static int on_set(const char *val, const struct kernel_param *kp)
{
	bool on;
	int err = kstrtobool(val, &on);

	if (err)
		return err;
	if (on)
		fragment();
	else
		mend();
	return 0;
}

static const struct kernel_param_ops on_ops = { .set = on_set };
module_param_cb(on, &on_ops, NULL, 0200);
MODULE_PARM_DESC(on, "whether nothing but single pages is free");

static int __init ac_fragment_init(void)
{
	return 0;
}

static void __exit ac_fragment_exit(void)
{
	mend();
}

module_init(ac_fragment_init);
module_exit(ac_fragment_exit);

MODULE_DESCRIPTION("Leaves nothing but single pages free");
MODULE_LICENSE("GPL");
