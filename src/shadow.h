/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Taking the place of the types that are registered, and giving it back.
 */
#ifndef AC_SHADOW_H
#define AC_SHADOW_H

#include <linux/types.h>

struct ac_type;

/**
 * ac_shadow_init() - put all four types in place
 *
 * All or none: on an error everything is as it was before, and nobody has bound one
 * of ours. What follows it in the init function must not fail.
 *
 * Context: process context; may load modules of algorithms.
 * Return: 0; -EBUSY if a registered type cannot be held or replaced; -ENOMEM.
 */
int ac_shadow_init(void);

/**
 * ac_shadow_give_back() - let the types that were registered before serve again
 *
 * Context: process context; no socket of ours exists any more.
 */
void ac_shadow_give_back(void);

/**
 * ac_shadow_exit() - let go of the types that were registered before
 *
 * Context: process context, after ac_shadow_give_back(); nobody asks for the types
 * any more.
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
 * ac_shadow_stock_sockets() - who is still served by it
 * @type: type that is in place
 *
 * Context: any.
 * Return: number of bound sockets; -1 if nobody knows.
 */
int ac_shadow_stock_sockets(const struct ac_type *type);

/**
 * ac_shadow_describe() - the same of all types, for the log
 * @text: where to
 * @size: of @text in bytes
 *
 * Context: any.
 * Return: a place in @text.
 */
const char *ac_shadow_describe(char *text, size_t size);

#endif
