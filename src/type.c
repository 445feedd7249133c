// SPDX-License-Identifier: GPL-2.0
/*
 * What the four AF_ALG types have in common: how a socket is bound, and that it
 * may not be.
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
#include "policy.h"
#include "stats.h"
#include "trace.h"
#include "user.h"

struct ac_type *const ac_types[AC_TYPES] = {
	&ac_hash_type, &ac_skcipher_type, &ac_aead_type, &ac_rng_type
};

struct ac_type *ac_type_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < AC_TYPES; i++)
		if (!strcmp(ac_types[i]->alg.name, name))
			return ac_types[i];
	return NULL;
}

/* Whoever tries one name after the other must not fill the log. */
static void say_refused(const struct ac_type *type, const char *name)
{
	char word[AC_ESCAPE_SIZE(64)];
	char who[AC_ESCAPE_SIZE(TASK_COMM_LEN)];
	char comm[TASK_COMM_LEN];

	get_task_comm(comm, current);
	pr_notice_ratelimited("refused by crypto.af_alg_restrict: %s %s to %s, uid %u\n",
			      type->alg.name,
			      ac_escape(word, sizeof(word), name),
			      ac_escape(who, sizeof(who), comm),
			      from_kuid_munged(&init_user_ns, current_uid()));
}

static void refuse(const struct ac_type *type, const char *name)
{
	atomic_long_inc(&type->usage->refused);
	ac_user_note(type, name, true);
	trace_refusal(type, name, ac_policy_level());
	say_refused(type, name);
}

/* Returns NULL if what the mask leaves is not to be used. */
static void *type_alloc(const struct ac_type *type, const char *name,
			u32 mask)
{
	void *tfm = type->alloc(name, mask);
	const char *driver;

	if (IS_ERR(tfm))
		return tfm;
	driver = crypto_tfm_alg_driver_name(type->base(tfm));
	if (!ac_policy_queues(driver) && !ac_policy_hides_driver(driver, mask))
		return tfm;
	type->free(tfm);
	return NULL;
}

/*
 * Somebody else may have asked for one that queues, by another way. What queues is
 * asynchronous, and what a driver has made is too.
 */
static void *alloc(const struct ac_type *type, const char *name)
{
	u32 mask = ac_policy_mask(name);

	if (ac_policy_queues(name))
		return ERR_PTR(-ENOENT);
	return type_alloc(type, name, mask) ?:
	       type_alloc(type, name, mask | CRYPTO_ALG_ASYNC) ?:
	       ERR_PTR(-ENOENT);
}

static int bind(struct ac_bound *bound, const struct ac_type *type,
		const char *name)
{
	bound->tfm = alloc(type, name);
	if (IS_ERR(bound->tfm))
		return PTR_ERR(bound->tfm);
	bound->stats = ac_stats_find(type, type->base(bound->tfm));
	ac_user_note(type, name, false);
	return 0;
}

void *ac_type_bind(const struct ac_type *type, const char *name)
{
	struct ac_bound *bound;
	int err;

	err = ac_policy_check(type, name);
	if (err) {
		refuse(type, name);
		return ERR_PTR(err);
	}
	bound = kzalloc(sizeof(*bound), GFP_KERNEL_ACCOUNT);
	if (!bound)
		return ERR_PTR(-ENOMEM);
	err = bind(bound, type, name);
	trace_bind(type, name, err ? "" : bound->stats->driver, err);
	if (!err)
		return bound;
	kfree(bound);
	return ERR_PTR(err);
}

void ac_type_release(void *private)
{
	struct ac_bound *bound = private;

	bound->stats->type->free(bound->tfm);
	ac_stats_put(bound->stats);
	kfree(bound);
}

void ac_type_refuse(const struct ac_bound *bound)
{
	refuse(bound->stats->type, bound->stats->name);
}
