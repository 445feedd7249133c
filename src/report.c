// SPDX-License-Identifier: GPL-2.0
/*
 * The file in which all that is counted can be read: algif_copy/stats in debugfs.
 *
 * Each line is a word that says what it is about, and keys with values. Its format
 * is documented in algif_copy(4), and programs read it: keys are added at the end of
 * a line only, and whatever else changes gives the first line another format=.
 */
#include "report.h"

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
#include "stats.h"
#include "type.h"
#include "user.h"

static struct dentry *dir;
static u64 loaded;		/* nanoseconds since boot */

static void print_time(struct seq_file *m, const char *key, u64 ns)
{
	u32 rest;
	u64 sec = div_u64_rem(ns, NSEC_PER_SEC, &rest);

	seq_printf(m, " %s=%llu.%06u", key, sec, rest / 1000);
}

/* A value that might be anything. */
static void print_name(struct seq_file *m, const char *key, const char *name)
{
	char word[AC_ESCAPE_SIZE(CRYPTO_MAX_ALG_NAME)];

	seq_printf(m, " %s=%s", key, ac_escape(word, sizeof(word), name));
}

static void print_head(struct seq_file *m)
{
	seq_printf(m, "algif_copy format=1 version=%s", THIS_MODULE->version);
	print_time(m, "loaded", loaded);
	seq_printf(m, " restrict=%u restrict_by=%s allow_drivers=%d users_lost=%llu\n",
		   ac_policy_level(), AC_OWN_RESTRICT ? "algif_copy" : "kernel",
		   ac_policy_allows_drivers(), ac_user_lost());
}

static void add_up(const struct ac_stats *stats, void *sum)
{
	ac_stats_sum(stats, sum);
}

static void print_counts(struct seq_file *m, const struct ac_counts *c)
{
	seq_printf(m, " accepts=%llu sends=%llu receives=%llu bytes_in=%llu bytes_out=%llu errors=%llu",
		   c->accepts, c->sends, c->receives, c->bytes_in, c->bytes_out,
		   c->errors);
}

static void print_stock(struct seq_file *m, const struct ac_type *type)
{
	int sockets = ac_shadow_stock_sockets(type);

	seq_printf(m, " displaced=%s", ac_shadow_displaced(type));
	if (sockets < 0)
		seq_puts(m, " stock_sockets=unknown");
	else
		seq_printf(m, " stock_sockets=%d", sockets);
}

static void print_type(struct seq_file *m, const struct ac_type *type)
{
	const struct ac_usage *usage = type->usage;
	struct ac_counts sum = { };

	ac_stats_each(type, add_up, &sum);
	seq_printf(m, "type name=%s", type->alg.name);
	print_stock(m, type);
	seq_printf(m, " bound=%lld open=%lld binds=%llu refused=%lu",
		   (s64)(sum.binds - sum.releases),
		   (s64)(sum.accepts - sum.closes), sum.binds,
		   atomic_long_read(&usage->refused));
	print_counts(m, &sum);
	seq_printf(m, " memory=%lu memory_max=%lu forged=%llu\n",
		   atomic_long_read(&usage->pages) * PAGE_SIZE,
		   atomic_long_read(&usage->most) * PAGE_SIZE, sum.forged);
}

static void print_algorithm(const struct ac_stats *stats, void *arg)
{
	struct ac_counts sum = { };
	struct seq_file *m = arg;

	ac_stats_sum(stats, &sum);
	/* What others share may have no users. */
	if (!sum.binds)
		return;
	seq_printf(m, "algorithm type=%s", stats->type->alg.name);
	print_name(m, "name", stats->name);
	print_name(m, "driver", stats->driver);
	seq_printf(m, " binds=%llu", sum.binds);
	print_counts(m, &sum);
	seq_printf(m, " forged=%llu\n", sum.forged);
}

static void print_user(const struct ac_user *user, void *arg)
{
	struct seq_file *m = arg;

	seq_puts(m, "user");
	print_name(m, "comm", user->comm);
	seq_printf(m, " uid=%u type=%s", user->uid, user->type->alg.name);
	print_name(m, "name", user->name);
	seq_printf(m, " binds=%llu refused=%llu", user->binds, user->refused);
	print_time(m, "last", user->last);
	seq_putc(m, '\n');
}

static int stats_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	print_head(m);
	for (i = 0; i < AC_TYPES; i++)
		print_type(m, ac_types[i]);
	for (i = 0; i < AC_TYPES; i++)
		ac_stats_each(ac_types[i], print_algorithm, m);
	ac_user_each(print_user, m);
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(stats);

void ac_report_init(void)
{
	loaded = ktime_to_ns(ktime_get_boottime());
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	if (IS_ERR_OR_NULL(dir))
		return;
	debugfs_create_file("stats", 0400, dir, NULL, &stats_fops);
}

void ac_report_exit(void)
{
	debugfs_remove_recursive(dir);
}
