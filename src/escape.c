// SPDX-License-Identifier: GPL-2.0
/*
 * Escaping names from user space for output.
 *
 * What seq_escape() and similar functions escape differs between kernels. This
 * one escapes everything that could end a word or a line, or that a terminal
 * could interpret.
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
