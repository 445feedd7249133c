/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that idle sockets keep goes back when the machine is short of it.
 */
#ifndef AC_SHRINK_H
#define AC_SHRINK_H

struct ac_bounce;

/**
 * ac_shrink_init() - register the shrinker
 *
 * Context: process context.
 * Return: 0 or -ENOMEM.
 */
int ac_shrink_init(void);

/**
 * ac_shrink_exit() - unregister the shrinker
 *
 * Context: process context; all buffers are gone.
 */
void ac_shrink_exit(void);

/**
 * ac_shrink_add() - let the shrinker see a buffer
 * @b: buffer; nothing happens if the shrinker sees it already
 *
 * Context: process context; socket locked.
 */
void ac_shrink_add(struct ac_bounce *b);

/**
 * ac_shrink_del() - hide a buffer from the shrinker
 * @b: buffer
 *
 * Afterwards the shrinker does not touch it any more.
 *
 * Context: process context.
 */
void ac_shrink_del(struct ac_bounce *b);

#endif
