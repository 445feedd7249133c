// SPDX-License-Identifier: GPL-2.0
// 6.5: splice sends with sendmsg() and MSG_SPLICE_PAGES; until then pages come
// one by one, through sendpage(). The iterator for one that is in the kernel is
// made differently up to 4.19, where this is not worth it.
#include <linux/bvec.h>
#include <linux/net.h>
#include <linux/uio.h>

static ssize_t sendpage(struct socket *sock, struct page *page, int offset,
			size_t size, int flags)
{
	struct bio_vec bv = { page, size, offset };
	struct iov_iter iter;

	iov_iter_bvec(&iter, WRITE, &bv, 1, size);
	return iov_iter_is_bvec(&iter);
}

const struct proto_ops probe = {
	.sendpage = sendpage,
};
