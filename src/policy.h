/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may use which algorithm, and in which implementation.
 *
 * policy.c is what the types ask. Beneath it stand allow.c, the lists of level 1, and
 * level.c, the sysctl crypto.af_alg_restrict.
 */
#ifndef AC_POLICY_H
#define AC_POLICY_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>

struct af_alg_allowlist_entry;

#define AC_LEVEL_ALL	0	/* every algorithm */
#define AC_LEVEL_LISTED	1	/* those of a list */
#define AC_LEVEL_NONE	2	/* none */

/**
 * ac_level_init() - register the sysctl, unless the kernel has it
 *
 * Context: process context.
 * Return: 0 or -ENOMEM, which register_sysctl() failing for any reason becomes.
 */
int ac_level_init(void);

/**
 * ac_level_exit() - unregister the sysctl, if it is ours
 *
 * Context: process context.
 */
void ac_level_exit(void);

/**
 * ac_level() - the value of crypto.af_alg_restrict, ours or the kernel's
 *
 * The kernel's variable is not exported; its answers give it away.
 *
 * Context: any.
 * Return: AC_LEVEL_ALL, AC_LEVEL_LISTED or AC_LEVEL_NONE.
 */
unsigned int ac_level(void);

/**
 * ac_level_check() - apply the level to a name
 * @name: algorithm, as user space calls it
 * @list: what level 1 allows, ended by an entry without a name
 *
 * Context: process context; checks the credentials of the current task.
 * Return: 0 or -ENOENT.
 */
int ac_level_check(const char *name, const struct af_alg_allowlist_entry *list);

/**
 * ac_level_is_listed() - does a list have a name, whatever the level is
 * @name: algorithm, as user space calls it
 * @list: ended by an entry without a name
 * @privileged: for a privileged task
 *
 * Context: any.
 * Return: true if so.
 */
bool ac_level_is_listed(const char *name,
			const struct af_alg_allowlist_entry *list,
			bool privileged);

/**
 * ac_level_is_privileged() - is the current task privileged at level 1
 *
 * For counting only: what is missing is not audited.
 *
 * Context: process context.
 * Return: true if so.
 */
bool ac_level_is_privileged(void);

/* Our own sysctl; stays 0 where the kernel has one. */
extern int ac_level_own;

/**
 * ac_level_check_accept() - may a bound socket be given another operation
 *
 * Only our own sysctl forbids that. The kernel's leaves bound sockets alone.
 *
 * Context: any.
 * Return: 0, or -ENOENT if our own sysctl is 2.
 */
static inline int ac_level_check_accept(void)
{
	return READ_ONCE(ac_level_own) == AC_LEVEL_NONE ? -ENOENT : 0;
}

/**
 * ac_allow_check() - apply the level with the list of a type
 * @type: name of the type, one of the four
 * @name: algorithm, as user space calls it
 *
 * Context: process context; may sleep; checks the credentials of the current task.
 * Return: 0 or -ENOENT.
 */
int ac_allow_check(const char *type, const char *name);

/**
 * ac_allow_is_listed() - would level 1 let a task bind an algorithm
 * @type: name of the type, one of the four
 * @name: algorithm, as user space calls it
 * @privileged: whether the task is privileged
 *
 * Context: process context; may sleep.
 * Return: true if so, whatever the level is.
 */
bool ac_allow_is_listed(const char *type, const char *name, bool privileged);

/**
 * ac_policy_ask() - may the current task bind an algorithm, and in which form
 * @type: name of the type
 * @name: algorithm, as user space calls it
 * @mask: result: flags that the implementation must not have, for crypto_alloc_*()
 *	with a type of 0
 *
 * Comes before anything is looked up or loaded under that name.
 *
 * Context: process context; may sleep; checks the credentials of the current task.
 * Return: 0; -EACCES if crypto.af_alg_restrict forbids it, which user space is told
 *	as -ENOENT; -ENOENT for a template that queues requests.
 */
int ac_policy_ask(const char *type, const char *name, u32 *mask);

/**
 * ac_policy_admits() - may the implementation that was chosen be used
 * @driver: its name
 * @mask: what it was chosen by
 *
 * A priority can make pcrypt() or cryptd() the default for a name, and a template
 * need not show the flags of a driver inside it.
 *
 * Context: process context; may sleep.
 * Return: true if so.
 */
bool ac_policy_admits(const char *driver, u32 mask);

/**
 * ac_policy_mask() - flags that an implementation must not have
 * @name: algorithm
 *
 * Context: any.
 * Return: the mask for crypto_alloc_*(), with a type of 0.
 */
u32 ac_policy_mask(const char *name);

/**
 * ac_policy_allows_drivers() - the parameter allow_drivers
 *
 * Context: any.
 * Return: true if drivers of accelerators may be bound.
 */
bool ac_policy_allows_drivers(void);

#endif
