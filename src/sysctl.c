// SPDX-License-Identifier: GPL-2.0
/*
 * crypto.af_alg_restrict where the kernel has none.
 *
 * Name, values and meaning are those of Linux 7.3: 0 allows all algorithms, 1
 * those of a list, and most of them only to tasks with CAP_NET_ADMIN or
 * CAP_SYS_ADMIN in the first user namespace, 2 none. What differs: it is there
 * while this module is loaded, it begins with the parameter "restrict" or else 0,
 * since nothing that runs shall break, and at 2 the core goes on to make sockets, so
 * that bind() is the first to refuse. As the core does not know of it, it also
 * refuses new operations on what was bound before.
 */
#include "sysctl.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <linux/user_namespace.h>

int ac_sysctl_level = AC_LEVEL_ALL;
static int lowest = AC_LEVEL_ALL;
static int highest = AC_LEVEL_NONE;

static int sysctl_set_restrict(const char *val, const struct kernel_param *kp)
{
	unsigned int level;
	int err = kstrtouint(val, 0, &level);

	if (err)
		return err;
	if (level > AC_LEVEL_NONE)
		return -EINVAL;
	if (AC_OWN_RESTRICT)
		ac_sysctl_level = level;
	else
		pr_notice("restrict=%u is without effect: this kernel has crypto.af_alg_restrict itself\n",
			  level);
	return 0;
}

static const struct kernel_param_ops restrict_ops = {
	.set	= sysctl_set_restrict,
};

/* What counts from then on is the sysctl: there is no file for this. */
module_param_cb(restrict, &restrict_ops, NULL, 0);
__MODULE_PARM_TYPE(restrict, "int");
MODULE_PARM_DESC(restrict,
		 "what crypto.af_alg_restrict begins with, where the kernel has none: 0 (default), 1, 2");

static struct ctl_table table[] = {
	{
		.procname	= "af_alg_restrict",
		.data		= &ac_sysctl_level,
		.maxlen		= sizeof(ac_sysctl_level),
		.mode		= 0644,
		.proc_handler	= proc_dointvec_minmax,
		.extra1		= &lowest,
		.extra2		= &highest,
	},
	{ }
};

static struct ctl_table_header *header;

/* Root of another user namespace does not count. */
static bool is_privileged(void)
{
	return ns_capable_noaudit(&init_user_ns, CAP_NET_ADMIN) ||
	       capable(CAP_SYS_ADMIN);
}

static bool is_listed(const char *name,
		      const struct af_alg_allowlist_entry *entry)
{
	while (entry->name && strcmp(entry->name, name))
		entry++;
	if (!entry->name)
		return false;
	return entry->flags & AF_ALG_UNPRIVILEGED || is_privileged();
}

int ac_sysctl_check(const char *name, const struct af_alg_allowlist_entry *list)
{
	switch (READ_ONCE(ac_sysctl_level)) {
	case AC_LEVEL_ALL:
		return 0;
	case AC_LEVEL_LISTED:
		return is_listed(name, list) ? 0 : -ENOENT;
	default:
		return -ENOENT;
	}
}

int ac_sysctl_init(void)
{
	/* A kernel without sysctls allows everything, as it did before. */
	if (!AC_OWN_RESTRICT || !IS_ENABLED(CONFIG_SYSCTL))
		return 0;
	header = ac_register_sysctl("crypto", table);
	if (header)
		return 0;
	/* It does not say why; and EEXIST of a module means that it is loaded. */
	pr_err("cannot make the sysctl crypto.af_alg_restrict\n");
	return -ENOMEM;
}

void ac_sysctl_exit(void)
{
	if (header)
		unregister_sysctl_table(header);
}
