/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names that user space has chosen, on their way to somebody who reads them.
 */
#ifndef AC_ESCAPE_H
#define AC_ESCAPE_H

#include <linux/types.h>

/* Bytes that a string of less than @len may need. */
#define AC_ESCAPE_SIZE(len)	(4 * ((len) - 1) + 1)

/**
 * ac_escape() - write a string so that it is one word of printable characters
 * @to: where to
 * @size: of @to in bytes, not 0; what does not fit is left out
 * @from: string
 *
 * All but printable ASCII, spaces and backslashes too, becomes a backslash and
 * three octal digits, as in /proc/mounts. An empty string stays empty.
 *
 * Context: any.
 * Return: @to.
 */
const char *ac_escape(char *to, size_t size, const char *from);

#endif
