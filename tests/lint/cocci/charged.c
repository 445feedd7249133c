// SPDX-License-Identifier: GPL-2.0
/* For charged.cocci, which must report the marked lines and no other. */

static void *for_nobody(size_t len)
{
	void *a = kmalloc(len, GFP_KERNEL); /* BAD */
	void *b = kzalloc(len, GFP_KERNEL | __GFP_NOWARN); /* BAD */
	void *c = (void *)__get_free_pages(GFP_ATOMIC, 1); /* BAD */

	return a ?: b ?: c;
}

static void *is_right(size_t len)
{
	return kzalloc(len, GFP_KERNEL_ACCOUNT) ?:
	       (void *)__get_free_page(GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
}
