// SPDX-License-Identifier: GPL-2.0
/*
 * Control messages of level SOL_ALG: operation, IV, length of the associated
 * data.
 */
#include "control.h"

#include <linux/errno.h>
#include <linux/if_alg.h>
#include <linux/limits.h>
#include <linux/string.h>

static int parse_u32(const struct cmsghdr *cmsg, size_t len, u32 *val)
{
	if (len < sizeof(*val))
		return -EINVAL;
	memcpy(val, CMSG_DATA(cmsg), sizeof(*val));
	return 0;
}

static int parse_op(const struct cmsghdr *cmsg, size_t len,
		    struct ac_control *con)
{
	u32 op;

	if (parse_u32(cmsg, len, &op))
		return -EINVAL;
	if (op != ALG_OP_ENCRYPT && op != ALG_OP_DECRYPT)
		return -EINVAL;
	con->encrypt = op == ALG_OP_ENCRYPT;
	return 0;
}

/* The cap keeps every later sum of lengths far from an overflow. */
static int parse_assoclen(const struct cmsghdr *cmsg, size_t len,
			  struct ac_control *con)
{
	if (parse_u32(cmsg, len, &con->assoclen))
		return -EINVAL;
	return con->assoclen > S32_MAX ? -EINVAL : 0;
}

static int parse_iv(const struct cmsghdr *cmsg, size_t len, unsigned int ivsize,
		    struct ac_control *con)
{
	u32 ivlen;

	if (parse_u32(cmsg, len, &ivlen))
		return -EINVAL;
	if (ivlen != ivsize || len - sizeof(ivlen) < ivlen)
		return -EINVAL;
	con->iv = (const u8 *)CMSG_DATA(cmsg) + sizeof(ivlen);
	return 0;
}

static int parse_one(const struct cmsghdr *cmsg, unsigned int ivsize,
		     struct ac_control *con)
{
	size_t len = cmsg->cmsg_len - CMSG_LEN(0);

	switch (cmsg->cmsg_type) {
	case ALG_SET_OP:
		return parse_op(cmsg, len, con);
	case ALG_SET_IV:
		return parse_iv(cmsg, len, ivsize, con);
	case ALG_SET_AEAD_ASSOCLEN:
		return parse_assoclen(cmsg, len, con);
	default:
		return -EINVAL;
	}
}

int ac_control_parse(struct msghdr *msg, unsigned int ivsize,
		     struct ac_control *con)
{
	struct cmsghdr *cmsg;
	int err;

	memset(con, 0, sizeof(*con));
	con->present = msg->msg_controllen;

	for_each_cmsghdr(cmsg, msg) {
		if (!CMSG_OK(msg, cmsg))
			return -EINVAL;
		if (cmsg->cmsg_level != SOL_ALG)
			continue;
		err = parse_one(cmsg, ivsize, con);
		if (err)
			return err;
	}
	return 0;
}
