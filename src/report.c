// SPDX-License-Identifier: GPL-2.0
/*
 * The file algif_copy/stats in debugfs, which shows all that is counted.
 *
 * Each line is a keyword followed by key=value pairs. algif_copy(4) documents the
 * format and programs parse it: new keys are added at the end of a line only, and
 * any other change needs a new format= in the first line.
 */
#include "stats.h"

#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "escape.h"
#include "policy.h"
#include "shadow.h"
#include "type.h"

static struct dentry *report_dir;
static u64 report_loaded;		/* nanoseconds since boot */

static void report_time(struct seq_file *m, const char *key, u64 ns)
{
	u32 rest;
	u64 sec = div_u64_rem(ns, NSEC_PER_SEC, &rest);

	seq_printf(m, " %s=%llu.%06u", key, sec, rest / 1000);
}

/* User space chose it. */
static void report_name(struct seq_file *m, const char *key, const char *name)
{
	char word[AC_ESCAPE_SIZE(CRYPTO_MAX_ALG_NAME)];

	seq_printf(m, " %s=%s", key, ac_escape(word, sizeof(word), name));
}

static void report_add(const struct ac_stats *stats, void *sum)
{
	ac_stats_sum(stats, sum);
}

/* So that nothing of it is hidden. */
static u64 report_checks(void)
{
	struct ac_counts sum = { };
	unsigned int i;

	for (i = 0; i < AC_TYPES; i++)
		report_add(ac_types[i]->checks.others, &sum);
	return sum.binds;
}

static void report_head(struct seq_file *m)
{
	seq_printf(m, "algif_copy format=1 version=%s", THIS_MODULE->version);
	report_time(m, "loaded", report_loaded);
	seq_printf(m, " restrict=%u restrict_by=%s allow_drivers=%d users_lost=%llu",
		   ac_level(), AC_OWN_RESTRICT ? "algif_copy" : "kernel",
		   ac_policy_allows_drivers(), ac_user_lost());
	seq_printf(m, " checks=%llu\n", report_checks());
}

static void report_counts(struct seq_file *m, const struct ac_counts *c)
{
	seq_printf(m, " accepts=%llu sends=%llu receives=%llu bytes_in=%llu bytes_out=%llu errors=%llu",
		   c->accepts, c->sends, c->receives, c->bytes_in, c->bytes_out,
		   c->errors);
}

static void report_stock(struct seq_file *m, const struct ac_type *type)
{
	int sockets = ac_shadow_stock_sockets(type);

	seq_printf(m, " displaced=%s", ac_shadow_displaced(type));
	if (sockets < 0)
		seq_puts(m, " stock_sockets=unknown");
	else
		seq_printf(m, " stock_sockets=%d", sockets);
}

static void report_unlisted(struct seq_file *m, u64 all, u64 privileged)
{
	seq_printf(m, " unlisted=%llu unlisted_privileged=%llu", all, privileged);
}

static void report_type(struct seq_file *m, struct ac_type *type)
{
	const struct ac_usage *usage = &type->usage;
	struct ac_counts sum = { };

	ac_stats_each(&type->usage, report_add, &sum);
	seq_printf(m, "type name=%s", type->alg.name);
	report_stock(m, type);
	seq_printf(m, " bound=%lld open=%lld binds=%llu refused=%lu",
		   (s64)(sum.binds - sum.releases),
		   (s64)(sum.accepts - sum.closes), sum.binds,
		   atomic_long_read(&usage->refused));
	report_counts(m, &sum);
	seq_printf(m, " memory=%lu memory_max=%lu forged=%llu",
		   atomic_long_read(&usage->pages) * AC_PAGE_SIZE,
		   atomic_long_read(&usage->most) * AC_PAGE_SIZE, sum.forged);
	report_unlisted(m, atomic_long_read(&usage->unlisted[false]) +
			   atomic_long_read(&usage->unlisted[true]),
			atomic_long_read(&usage->unlisted[true]));
	seq_putc(m, '\n');
}

static void report_algorithm(const struct ac_stats *stats, void *arg)
{
	struct ac_counts sum = { };
	struct seq_file *m = arg;

	ac_stats_sum(stats, &sum);
	/* The shared entry may be unused. */
	if (!sum.binds)
		return;
	seq_printf(m, "algorithm type=%s", stats->usage->type);
	report_name(m, "name", stats->name);
	report_name(m, "driver", stats->driver);
	seq_printf(m, " binds=%llu", sum.binds);
	report_counts(m, &sum);
	seq_printf(m, " forged=%llu\n", sum.forged);
}

static void report_user(const struct ac_user *user, void *arg)
{
	struct seq_file *m = arg;

	seq_puts(m, "user");
	report_name(m, "comm", user->comm);
	seq_printf(m, " uid=%u type=%s", user->uid, user->type);
	report_name(m, "name", user->name);
	seq_printf(m, " binds=%llu refused=%llu", user->binds, user->refused);
	report_time(m, "last", user->last);
	report_unlisted(m, user->unlisted, user->unlisted_privileged);
	seq_printf(m, " pid=%d\n", user->pid);
}

static int report_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	report_head(m);
	for (i = 0; i < AC_TYPES; i++)
		report_type(m, ac_types[i]);
	for (i = 0; i < AC_TYPES; i++)
		ac_stats_each(&ac_types[i]->usage, report_algorithm, m);
	ac_user_each(report_user, m);
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(report);

void ac_report_init(void)
{
	report_loaded = ktime_to_ns(ktime_get_boottime());
	report_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	if (IS_ERR_OR_NULL(report_dir))
		return;
	debugfs_create_file("stats", 0400, report_dir, NULL, &report_fops);
}

void ac_report_exit(void)
{
	debugfs_remove_recursive(report_dir);
}
