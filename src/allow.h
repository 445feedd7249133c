/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lists of policy.c as the administrator has changed them. See allow.c.
 */
#ifndef AC_ALLOW_H
#define AC_ALLOW_H

struct ac_type;

/* Entries of the longest built-in list, its end included. */
#define AC_ALLOW_BUILTIN_MAX	16

/**
 * ac_allow_check() - ask crypto.af_alg_restrict with the list in force
 * @type: type
 * @name: algorithm, as user space calls it
 *
 * Context: process context; the credentials of the current task count.
 * Return: 0 or -ENOENT.
 */
int ac_allow_check(const struct ac_type *type, const char *name);

#endif
