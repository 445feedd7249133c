// SPDX-License-Identifier: GPL-2.0
/* For secrets.cocci, which must report the marked lines and no other. */

static int stack_on_error(struct msghdr *msg, size_t len)
{
	u8 data[128];
	int err;

	if (!len)
		return 0;
	err = ac_bounce_get(data, msg, len);
	if (err)
		return err; /* BAD */
	memzero_explicit(data, sizeof(data));
	return 0;
}

static int stack_by_memset(struct msghdr *msg, size_t len)
{
	u8 data[128];
	int err = ac_bounce_get(data, msg, len);

	memset(data, 0, sizeof(data));
	return err; /* BAD */
}

static void stack_to_the_end(u8 *out)
{
	u8 step[16]; /* BAD */

	memcpy(step, out, 16);
	memcpy(out + 16, step, 16);
}

static void frees(void *state, unsigned long addr, struct page *page)
{
	kfree(state); /* BAD */
	free_page(addr); /* BAD */
	__free_pages(page, 2); /* BAD */
}

static void frees_context(struct hash_ctx *ctx)
{
	kfree(ctx); /* BAD */
}

static void frees_pages(struct ac_piece *p, bool dirty)
{
	if (dirty)
		memzero_explicit(p->data, p->dirty);
	free_pages((unsigned long)p->data, get_order(p->size)); /* BAD */
	kfree(p);
}

static int is_right(struct ac_piece *p, struct hash_ctx *ctx)
{
	u8 data[16];

	memcpy(data, p->data, 16);
	memcpy(ctx->result, data, 16);
	memzero_explicit(data, sizeof(data));
	memzero_explicit(p->data, p->dirty);
	free_pages((unsigned long)p->data, get_order(p->size));
	kfree_sensitive(ctx);
	kfree(p);
	return 0;
}
