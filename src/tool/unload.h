/* SPDX-License-Identifier: GPL-2.0 */
/*
 * unload.h - unload the crypto modules that a test has made the kernel load.
 */
#ifndef AC_UNLOAD_H
#define AC_UNLOAD_H

#include <stddef.h>

/* Remember what is loaded. */
void ac_unload_begin(void);

/*
 * Unload the crypto modules that have come since and that nobody uses. Only root can.
 * Write their names to @names, separated by commas.
 */
void ac_unload_end(char *names, size_t size);

#endif
