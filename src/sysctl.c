// SPDX-License-Identifier: GPL-2.0
/*
 * crypto.af_alg_restrict where the kernel has none.
 *
 * Name, values and meaning are those of Linux 7.3: 0 allows all algorithms, 1
 * those of a list, and most of them only to tasks with CAP_NET_ADMIN or
 * CAP_SYS_ADMIN in the first user namespace, 2 none. What differs: it is there
 * while this module is loaded, it begins with 0, since nothing that runs shall
 * break, and at 2 the core goes on to make sockets, so that bind() is the first
 * to refuse. As the core does not know of it, it also refuses new operations on
 * what was bound before.
 */
#include "sysctl.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <linux/user_namespace.h>

int ac_sysctl_level = AC_LEVEL_ALL;
static int lowest = AC_LEVEL_ALL;
static int highest = AC_LEVEL_NONE;

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
