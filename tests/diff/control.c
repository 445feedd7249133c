// SPDX-License-Identifier: GPL-2.0
/* control.c - the control messages of a send, and what may be odd in them. */
#include "step.h"

#include <netinet/in.h>
#include <string.h>

static size_t put(char *buf, size_t at, int level, int type, const void *data,
		  size_t len)
{
	struct cmsghdr *cmsg = (void *)(buf + at);

	memset(cmsg, 0, CMSG_SPACE(len));
	cmsg->cmsg_level = level;
	cmsg->cmsg_type = type;
	cmsg->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(cmsg), data, len);
	return at + CMSG_SPACE(len);
}

size_t control_of(const struct step *s, char *buf)
{
	uint32_t op = s->op, aad = s->aad, iv[68] = { s->ivlen };
	size_t at = 0, before = 0;
	int given = s->ivlen;

	memcpy(iv + 1, noise + s->off, s->ivlen);
	if (s->ctl & CTL_CUT)
		given = given > 4 ? given - 4 : 0;
	if (s->ctl & CTL_FOREIGN)
		at = put(buf, at, SOL_IP, IP_TTL, &op, 4);
	if (s->ctl & CTL_AAD)
		at = put(buf, before = at, SOL_ALG, ALG_SET_AEAD_ASSOCLEN, &aad, 4);
	if (s->ctl & CTL_IV)
		at = put(buf, before = at, SOL_ALG, ALG_SET_IV, iv, 4 + given);
	if (s->ctl & CTL_OP)
		at = put(buf, before = at, SOL_ALG, ALG_SET_OP, &op, 4);
	if (s->ctl & CTL_UNKNOWN)
		at = put(buf, before = at, SOL_ALG, 99, &op, 4);
	if (s->ctl & CTL_SHORT && at) {
		((struct cmsghdr *)(buf + before))->cmsg_len = CMSG_LEN(2);
		at = before + CMSG_SPACE(4);
	}
	return at;
}
