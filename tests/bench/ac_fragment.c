// SPDX-License-Identifier: GPL-2.0
/*
 * ac_fragment: while its parameter on is 1, no two free pages are neighbours.
 *
 * All memory is taken in pairs of pages, and of each pair one page is given back:
 * nothing but single pages can be allocated then. Not even a program can be
 * started: that takes two pages at once.
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

/* No reclaim: what others use stays with them. */
static struct held *take_pair(void)
{
	return alloc_pages_exact(2 * PAGE_SIZE, GFP_NOWAIT | __GFP_NOWARN);
}

/* Take all pairs that can be had, and give one page of each back. */
static unsigned long take_pairs(void)
{
	struct held *h;
	unsigned long n = 0;
	LIST_HEAD(taken);

	while ((h = take_pair())) {
		list_add(&h->list, &taken);
		n++;
	}
	list_for_each_entry(h, &taken, list)
		free_page((unsigned long)h + PAGE_SIZE);
	list_splice(&taken, &held);
	return n;
}

/* The reserve that is refused while all else is taken can be had afterwards. */
static void fragment(void)
{
	while (take_pairs())
		;
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
	mend();
	if (on)
		fragment();
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
