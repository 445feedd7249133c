/* SPDX-License-Identifier: GPL-2.0 */
/* Escaping names from user space for output. */
#ifndef AC_ESCAPE_H
#define AC_ESCAPE_H

#include <linux/types.h>

/* Bytes needed, at most, for a string of less than @len. */
#define AC_ESCAPE_SIZE(len)	(4 * ((len) - 1) + 1)

/**
 * ac_escape() - write a string as one word of printable characters
 * @to: destination
 * @size: of @to in bytes, not 0; what does not fit is left out
 * @from: string
 *
 * Everything but printable ASCII, and also spaces and backslashes, becomes a
 * backslash and three octal digits, as in /proc/mounts. An empty string stays
 * empty.
 *
 * Context: any.
 * Return: @to.
 */
const char *ac_escape(char *to, size_t size, const char *from);

#endif
