/* SPDX-License-Identifier: GPL-2.0 */
/*
 * crypto.af_alg_restrict where the kernel has none. See sysctl.c.
 */
#ifndef AC_SYSCTL_H
#define AC_SYSCTL_H

#include <linux/compiler.h>
#include <linux/errno.h>

#include "compat.h"

/**
 * ac_sysctl_init() - make the sysctl, unless the kernel has it
 *
 * Context: process context.
 * Return: 0 or -ENOMEM, which is also for a sysctl of that name that this module
 *	knows nothing about.
 */
int ac_sysctl_init(void);

/**
 * ac_sysctl_exit() - remove the sysctl, if it is ours
 *
 * Context: process context.
 */
void ac_sysctl_exit(void);

#define AC_LEVEL_ALL	0
#define AC_LEVEL_LISTED	1
#define AC_LEVEL_NONE	2

/* Of our own sysctl. Never changes where it is the kernel's. */
extern int ac_sysctl_level;

/**
 * ac_sysctl_check_accept() - may there be new operations
 *
 * Where the sysctl is the kernel's there may: what has been bound stays in use
 * then.
 *
 * Context: any.
 * Return: 0, or -ENOENT if our own sysctl is 2.
 */
static inline int ac_sysctl_check_accept(void)
{
	return READ_ONCE(ac_sysctl_level) == AC_LEVEL_NONE ? -ENOENT : 0;
}

#endif
