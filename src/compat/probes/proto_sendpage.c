// SPDX-License-Identifier: GPL-2.0
// 6.5: splice sends with sendmsg() and MSG_SPLICE_PAGES; earlier kernels pass
// each page to sendpage(). Up to 4.19 iov_iter_bvec() differs, so the answer is
// no: supporting it is not worth it.
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
