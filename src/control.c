// SPDX-License-Identifier: GPL-2.0
/*
 * Control messages of level SOL_ALG: operation, IV, length of associated data.
 */
#include "control.h"

#include <linux/errno.h>
#include <linux/if_alg.h>
#include <linux/limits.h>

/* Aligned: CMSG_DATA() follows a header of whole words. */
static u32 control_value(const struct cmsghdr *cmsg)
{
	return *(const u32 *)CMSG_DATA(cmsg);
}

static int control_parse_op(const struct cmsghdr *cmsg, struct ac_control *con)
{
	u32 op = control_value(cmsg);

	if (op != ALG_OP_ENCRYPT && op != ALG_OP_DECRYPT)
		return -EINVAL;
	con->encrypt = op == ALG_OP_ENCRYPT;
	return 0;
}

/* The limit keeps later sums of lengths far from an overflow. */
static int control_parse_assoclen(const struct cmsghdr *cmsg,
				  struct ac_control *con)
{
	con->assoclen = control_value(cmsg);
	return con->assoclen > S32_MAX ? -EINVAL : 0;
}

static int control_parse_iv(const struct cmsghdr *cmsg, size_t len,
			    unsigned int ivsize, struct ac_control *con)
{
	u32 ivlen = control_value(cmsg);

	if (ivlen != ivsize || len - sizeof(ivlen) < ivlen)
		return -EINVAL;
	con->iv = (const u8 *)CMSG_DATA(cmsg) + sizeof(ivlen);
	return 0;
}

static int control_parse_one(const struct cmsghdr *cmsg, unsigned int ivsize,
			     struct ac_control *con)
{
	size_t len = cmsg->cmsg_len - CMSG_LEN(0);

	/* Each begins with a u32. */
	if (len < sizeof(u32))
		return -EINVAL;
	switch (cmsg->cmsg_type) {
	case ALG_SET_OP:
		return control_parse_op(cmsg, con);
	case ALG_SET_IV:
		return control_parse_iv(cmsg, len, ivsize, con);
	case ALG_SET_AEAD_ASSOCLEN:
		return control_parse_assoclen(cmsg, con);
	default:
		return -EINVAL;
	}
}

int ac_control_parse(struct msghdr *msg, unsigned int ivsize,
		     struct ac_control *con)
{
	struct cmsghdr *cmsg;
	int err;

	*con = (struct ac_control){ .present = msg->msg_controllen };

	for_each_cmsghdr(cmsg, msg) {
		if (!CMSG_OK(msg, cmsg))
			return -EINVAL;
		if (cmsg->cmsg_level != SOL_ALG)
			continue;
		err = control_parse_one(cmsg, ivsize, con);
		if (err)
			return err;
	}
	return 0;
}
