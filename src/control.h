/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a send carries besides data: control messages of level SOL_ALG, and
 * whether more follows.
 */
#ifndef AC_CONTROL_H
#define AC_CONTROL_H

#include <linux/socket.h>
#include <linux/types.h>

#include "compat.h"

/**
 * struct ac_control - contents of the control messages of one send
 * @present: there was control data; if not, the rest is not valid
 * @encrypt: direction; a send with control data but without ALG_SET_OP decrypts
 * @assoclen: bytes of associated data
 * @iv: the IV inside the control data; NULL if none was given
 */
struct ac_control {
	bool present;
	bool encrypt;
	u32 assoclen;
	const u8 *iv;
};

/**
 * ac_control_parse() - parse the control messages of a send
 * @msg: message; its control data is already in kernel memory
 * @ivsize: bytes that an IV must have
 * @con: result
 *
 * Messages of other levels are ignored.
 *
 * Context: any.
 * Return: 0, or -EINVAL for a message that is truncated or of unknown type, an
 *	unknown operation, an IV of another size than @ivsize, or associated
 *	data of 2 GiB or more.
 */
int ac_control_parse(struct msghdr *msg, unsigned int ivsize,
		     struct ac_control *con);

/**
 * ac_control_more() - does a send announce more of its message
 * @flags: flags of the send
 *
 * Up to Linux 6.4 splice has a flag of its own for that.
 *
 * Context: any.
 * Return: true if so.
 */
static inline bool ac_control_more(int flags)
{
	return flags & (MSG_MORE | MSG_SENDPAGE_NOTLAST);
}

#endif
