// SPDX-License-Identifier: GPL-2.0
/*
 * The sysctl crypto.af_alg_restrict, the kernel's or our own.
 *
 * Linux 7.3 has it. On older kernels this file registers one with the same name,
 * values and meaning: 0 allows every algorithm; 1 those of a list, most of them
 * only to tasks with CAP_NET_ADMIN or CAP_SYS_ADMIN in the initial user namespace; 2
 * none. It differs in four ways:
 *
 *  - it exists while this module is loaded;
 *  - it starts at the parameter "restrict", or 0, so that loading breaks no program;
 *  - at 2 socket() still succeeds and bind() fails;
 *  - at 2 accept() on a bound socket fails as well.
 */
#include "policy.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <linux/user_namespace.h>

#include "compat.h"

int ac_level_own = AC_LEVEL_ALL;
static int level_lowest = AC_LEVEL_ALL;
static int level_highest = AC_LEVEL_NONE;

static int level_set_restrict(const char *val, const struct kernel_param *kp)
{
	unsigned int level;
	int err = kstrtouint(val, 0, &level);

	if (err)
		return err;
	if (level > AC_LEVEL_NONE)
		return -EINVAL;
	if (AC_OWN_RESTRICT)
		ac_level_own = level;
	else
		pr_notice("restrict=%u has no effect: this kernel has crypto.af_alg_restrict itself\n",
			  level);
	return 0;
}

static const struct kernel_param_ops level_restrict_ops = {
	.set	= level_set_restrict,
};

/* No file in sysfs: after loading the sysctl is the place to change it. */
module_param_cb(restrict, &level_restrict_ops, NULL, 0);
__MODULE_PARM_TYPE(restrict, "int");
MODULE_PARM_DESC(restrict,
		 "what crypto.af_alg_restrict begins with, where the kernel has none: 0 (default), 1, 2");

static struct ctl_table level_table[] = {
	{
		.procname	= "af_alg_restrict",
		.data		= &ac_level_own,
		.maxlen		= sizeof(ac_level_own),
		.mode		= 0644,
		.proc_handler	= proc_dointvec_minmax,
		.extra1		= &level_lowest,
		.extra2		= &level_highest,
	},
	{ }
};

static struct ctl_table_header *level_header;

/* Not root of a user namespace. */
static bool level_is_privileged(void)
{
	return ns_capable_noaudit(&init_user_ns, CAP_NET_ADMIN) ||
	       capable(CAP_SYS_ADMIN);
}

static const struct af_alg_allowlist_entry *
level_find(const char *name, const struct af_alg_allowlist_entry *entry)
{
	while (entry->name && strcmp(entry->name, name))
		entry++;
	return entry->name ? entry : NULL;
}

static bool level_is_listed(const char *name,
			    const struct af_alg_allowlist_entry *list)
{
	const struct af_alg_allowlist_entry *entry = level_find(name, list);

	return entry && (entry->flags & AF_ALG_UNPRIVILEGED ||
			 level_is_privileged());
}

bool ac_level_is_listed(const char *name,
			const struct af_alg_allowlist_entry *list,
			bool privileged)
{
	const struct af_alg_allowlist_entry *entry = level_find(name, list);

	return entry && (privileged || entry->flags & AF_ALG_UNPRIVILEGED);
}

bool ac_level_is_privileged(void)
{
	return ns_capable_noaudit(&init_user_ns, CAP_NET_ADMIN) ||
	       ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
}

static int level_check_own(const char *name,
			   const struct af_alg_allowlist_entry *list)
{
	switch (READ_ONCE(ac_level_own)) {
	case AC_LEVEL_ALL:
		return 0;
	case AC_LEVEL_LISTED:
		return level_is_listed(name, list) ? 0 : -ENOENT;
	default:
		return -ENOENT;
	}
}

int ac_level_check(const char *name, const struct af_alg_allowlist_entry *list)
{
	return AC_OWN_RESTRICT ? level_check_own(name, list) :
				 af_alg_check_restriction(name, list);
}

unsigned int ac_level(void)
{
	static const struct af_alg_allowlist_entry list[] = {
		{ "listed", AF_ALG_UNPRIVILEGED },
		{ }
	};

	if (!ac_level_check("not listed", list))
		return AC_LEVEL_ALL;
	return ac_level_check("listed", list) ? AC_LEVEL_NONE : AC_LEVEL_LISTED;
}

int ac_level_init(void)
{
	/* Without CONFIG_SYSCTL the level stays what "restrict" says. */
	if (!AC_OWN_RESTRICT || !IS_ENABLED(CONFIG_SYSCTL))
		return 0;
	level_header = ac_register_sysctl("crypto", level_table);
	if (level_header)
		return 0;
	/* The reason is not returned; EEXIST would mean "module is loaded". */
	pr_err("cannot register the sysctl crypto.af_alg_restrict\n");
	return -ENOMEM;
}

void ac_level_exit(void)
{
	if (level_header)
		unregister_sysctl_table(level_header);
}
