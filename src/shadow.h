/* SPDX-License-Identifier: GPL-2.0 */
/* Taking the place of the registered types, and restoring them. */
#ifndef AC_SHADOW_H
#define AC_SHADOW_H

#include <linux/types.h>

struct ac_type;

/**
 * ac_shadow_init() - put all four types in place
 *
 * All or none: an error restores the previous state, and no socket has bound
 * one of ours. The rest of the init function must not fail.
 *
 * Context: process context; may load modules of algorithms.
 * Return: 0; -EBUSY if a registered type cannot be pinned or replaced; -ENOMEM.
 */
int ac_shadow_init(void);

/**
 * ac_shadow_give_back() - unregister ours, so the stock types serve again
 *
 * Context: process context; no socket of ours exists any more.
 */
void ac_shadow_give_back(void);

/**
 * ac_shadow_exit() - unpin the stock types
 *
 * Context: process context, after ac_shadow_give_back() and ac_report_exit().
 */
void ac_shadow_exit(void);

/**
 * ac_shadow_displaced() - what served a type before
 * @type: type that is in place
 *
 * Context: any.
 * Return: "module", "builtin" or "none".
 */
const char *ac_shadow_displaced(const struct ac_type *type);

/**
 * ac_shadow_stock_sockets() - how many sockets still use the stock type
 * @type: type that is in place
 *
 * Context: any.
 * Return: number of bound sockets; -1 if unknown.
 */
int ac_shadow_stock_sockets(const struct ac_type *type);

/**
 * ac_shadow_describe() - the same of all types, for the log
 * @text: destination
 * @size: of @text in bytes
 *
 * Context: any.
 * Return: a place in @text.
 */
const char *ac_shadow_describe(char *text, size_t size);

#endif
