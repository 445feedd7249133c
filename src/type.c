// SPDX-License-Identifier: GPL-2.0
/*
 * What the four AF_ALG types have in common: how a socket is bound or refused.
 */
#include "type.h"

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

static void type_refuse(struct ac_usage *usage, const char *name)
{
	atomic_long_inc(&usage->refused);
	ac_user_note(usage->type, name, true);
	trace_refusal(usage->type, name, ac_level());
	type_log_refused(usage->type, name);
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
	u32 mask;
	int err;

	err = ac_policy_ask(type->alg.name, name, &mask);
	if (err == -EACCES) {
		type_refuse(&type->usage, name);
		return ERR_PTR(-ENOENT);
	}
	bound = err ? ERR_PTR(err) : type_bind(type, name, mask);
	if (IS_ERR(bound)) {
		trace_bind(type->alg.name, name, "", PTR_ERR(bound));
		return bound;
	}
	bound->stats = ac_stats_find(&type->usage, type->base(bound->tfm));
	ac_user_note(type->alg.name, name, false);
	trace_bind(type->alg.name, name, bound->stats->driver, 0);
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
	type_refuse(bound->stats->usage, bound->stats->name);
}
