// SPDX-License-Identifier: GPL-2.0
/*
 * Names that user space has chosen, on their way to somebody who reads them.
 *
 * seq_escape() and its like escape what they are told to, which differs from
 * kernel to kernel; here it is everything that could end a word or a line, or
 * that a terminal could take for a command.
 */
#include "escape.h"

static bool escape_is_plain(char c)
{
	return c > ' ' && c < 0x7f && c != '\\';
}

const char *ac_escape(char *to, size_t size, const char *from)
{
	char *end = to + size - 1, *at = to;
	unsigned char c;

	for (; (c = *from); from++) {
		if (at + (escape_is_plain(c) ? 1 : 4) > end)
			break;
		if (escape_is_plain(c)) {
			*at++ = c;
			continue;
		}
		*at++ = '\\';
		*at++ = '0' + (c >> 6);
		*at++ = '0' + ((c >> 3) & 7);
		*at++ = '0' + (c & 7);
	}
	*at = '\0';
	return to;
}
