// SPDX-License-Identifier: GPL-2.0
/* For pages.cocci, which must report the marked lines and no other. */

static void borrows(struct scatterlist *sg, struct page *page)
{
	sg_set_page(sg, page, PAGE_SIZE, 0); /* BAD */
	sg_init_one(sg, page_address(page), 1); /* BAD */
}

static size_t copies(struct msghdr *msg, u8 *data)
{
	size_t n = copy_from_iter(data, 16, &msg->msg_iter); /* BAD */

	return n ?: memcpy_from_msg(data, msg, 16); /* BAD */
}

static size_t copies_by_pointer(struct iov_iter *from, u8 *data)
{
	size_t (*copy)(void *p, size_t n, struct iov_iter *i);

	copy = _copy_from_iter; /* BAD */
	return copy(data, 16, from);
}

static void reads_again(struct msghdr *msg, struct ac_bounce *b)
{
	if (!ac_bounce_copy_in(b, &msg->msg_iter, 16))
		iov_iter_revert(&msg->msg_iter, 16); /* BAD */
}

static int is_right(struct msghdr *msg, struct scatterlist *sg, u8 *data)
{
	sg_mark_end(sg);
	return ac_bounce_get(data, msg, 16);
}
