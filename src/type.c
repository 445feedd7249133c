// SPDX-License-Identifier: GPL-2.0
/*
 * What the four AF_ALG types have in common: how a socket is bound or refused.
 */
#include "type.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "escape.h"
#include "trace.h"

/*
 * "algif-copy check", which monitoring may run all day, leaves no trace in the
 * counters, the list and the log, if it has the right to unload this module: whoever
 * has that can hide anyway. Of everybody else a program of that name is counted.
 */
static bool type_is_check(void)
{
	char comm[TASK_COMM_LEN];

	get_task_comm(comm, current);
	return !strcmp(comm, "algif-copy") &&
	       ns_capable_noaudit(&init_user_ns, CAP_SYS_MODULE);
}

/* Rate-limited: a program may try thousands of names. */
static void type_log_refused(const char *type, const char *name)
{
	char word[AC_ESCAPE_SIZE(64)];
	char who[AC_ESCAPE_SIZE(TASK_COMM_LEN)];
	char comm[TASK_COMM_LEN];

	get_task_comm(comm, current);
	pr_notice_ratelimited("refused by crypto.af_alg_restrict: %s %s to %s, uid %u\n",
			      type, ac_escape(word, sizeof(word), name),
			      ac_escape(who, sizeof(who), comm),
			      from_kuid_munged(&init_user_ns, current_uid()));
}

/* Return: AC_USER_* of the current task. */
static unsigned int type_note_unlisted(struct ac_usage *usage, const char *name)
{
	bool privileged = ac_level_is_privileged();

	if (ac_allow_is_listed(usage->type, name, privileged))
		return 0;
	atomic_long_inc(&usage->unlisted[privileged]);
	trace_unlisted(usage->type, name, privileged);
	return AC_USER_UNLISTED | (privileged ? AC_USER_PRIVILEGED : 0);
}

static void type_refuse(struct ac_usage *usage, const char *name,
			unsigned int how)
{
	atomic_long_inc(&usage->refused);
	ac_user_note(usage->type, name, how | AC_USER_REFUSED);
	type_log_refused(usage->type, name);
}

static void type_refuse_bind(struct ac_type *type, const char *name)
{
	trace_refusal(type->alg.name, name, ac_level());
	if (!type_is_check())
		type_refuse(&type->usage, name,
			    type_note_unlisted(&type->usage, name));
}

static struct ac_stats *type_note_bind(struct ac_type *type, const char *name,
				       const struct crypto_tfm *tfm)
{
	if (type_is_check())
		return ac_stats_share(&type->checks);
	ac_user_note(type->alg.name, name,
		     type_note_unlisted(&type->usage, name));
	return ac_stats_find(&type->usage, tfm);
}

/* Return: NULL if what the mask leaves must not be used. */
static void *type_alloc(const struct ac_type *type, const char *name,
			u32 mask)
{
	void *tfm = type->alloc(name, mask);

	if (IS_ERR(tfm) ||
	    ac_policy_admits(crypto_tfm_alg_driver_name(type->base(tfm)), mask))
		return tfm;
	type->free(tfm);
	return NULL;
}

/*
 * A pcrypt or cryptd instance, or a template over a driver, may exist already and
 * win by priority. Both are asynchronous; software that is not may exist too.
 */
static void *type_alloc_any(const struct ac_type *type, const char *name,
			    u32 mask)
{
	return type_alloc(type, name, mask) ?:
	       type_alloc(type, name, mask | CRYPTO_ALG_ASYNC) ?:
	       ERR_PTR(-ENOENT);
}

static struct ac_bound *type_bind(const struct ac_type *type, const char *name,
				  u32 mask)
{
	struct ac_bound *bound = kzalloc(sizeof(*bound), GFP_KERNEL_ACCOUNT);
	int err;

	if (!bound)
		return ERR_PTR(-ENOMEM);
	bound->type = type;
	bound->tfm = type_alloc_any(type, name, mask);
	if (IS_ERR(bound->tfm)) {
		err = PTR_ERR(bound->tfm);
		kfree(bound);
		return ERR_PTR(err);
	}
	return bound;
}

void *ac_type_bind(struct ac_type *type, const char *name)
{
	struct ac_bound *bound;
	struct crypto_tfm *tfm;
	u32 mask;
	int err;

	err = ac_policy_ask(type->alg.name, name, &mask);
	if (err == -EACCES) {
		type_refuse_bind(type, name);
		return ERR_PTR(-ENOENT);
	}
	bound = err ? ERR_PTR(err) : type_bind(type, name, mask);
	if (IS_ERR(bound)) {
		trace_bind(type->alg.name, name, "", PTR_ERR(bound));
		return bound;
	}
	tfm = type->base(bound->tfm);
	bound->stats = type_note_bind(type, name, tfm);
	trace_bind(type->alg.name, name, crypto_tfm_alg_driver_name(tfm), 0);
	return bound;
}

void ac_type_release(void *private)
{
	struct ac_bound *bound = private;

	bound->type->free(bound->tfm);
	ac_stats_put(bound->stats);
	kfree(bound);
}

void ac_type_refuse(const struct ac_bound *bound)
{
	struct ac_usage *usage = bound->stats->usage;

	trace_refusal(usage->type, bound->stats->name, ac_level());
	if (usage != &bound->type->checks)
		type_refuse(usage, bound->stats->name, 0);
}
