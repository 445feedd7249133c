/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Taking the place of the types that are registered, and giving it back.
 */
#ifndef AC_SHADOW_H
#define AC_SHADOW_H

/**
 * ac_shadow_init() - put all four types in place
 *
 * All or none: on an error everything is as it was before.
 *
 * Context: process context; may load modules of algorithms.
 * Return: 0; -EBUSY if a registered type cannot be held or replaced; -ENOMEM.
 */
int ac_shadow_init(void);

/**
 * ac_shadow_exit() - put back the types that were registered before
 *
 * Context: process context; no socket of ours exists any more.
 */
void ac_shadow_exit(void);

#endif
