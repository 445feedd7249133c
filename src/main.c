// SPDX-License-Identifier: GPL-2.0
/*
 * algif_copy: copy-only AF_ALG types in place of algif_hash, algif_skcipher,
 * algif_aead and algif_rng.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "policy.h"
#include "shadow.h"
#include "stats.h"
#include "type.h"

struct ac_type *const ac_types[AC_TYPES] = {
	&ac_hash_type, &ac_skcipher_type, &ac_aead_type, &ac_rng_type
};

static void main_usage_exit(void)
{
	unsigned int i;

	ac_stats_exit();
	for (i = 0; i < AC_TYPES; i++) {
		ac_usage_exit(&ac_types[i]->checks);
		ac_usage_exit(&ac_types[i]->usage);
	}
}

static int main_usage_init_type(struct ac_type *type)
{
	int err = ac_usage_init(&type->usage, type->alg.name);

	return err ?: ac_usage_init(&type->checks, type->alg.name);
}

static int main_usage_init(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < AC_TYPES && !err; i++)
		err = main_usage_init_type(ac_types[i]);
	if (err)
		main_usage_exit();
	return err;
}

static int __init algif_copy_init(void)
{
	char before[256];
	int err;

	err = main_usage_init();
	if (err)
		return err;
	err = ac_level_init();
	if (err)
		goto err_level;
	err = ac_shadow_init();
	if (err)
		goto err_shadow;

	ac_report_init();

	pr_info("%s: serving hash, skcipher, aead, rng in place of %s\n",
		THIS_MODULE->version, ac_shadow_describe(before, sizeof(before)));
	return 0;

err_shadow:
	ac_level_exit();
err_level:
	main_usage_exit();
	return err;
}

static void __exit algif_copy_exit(void)
{
	/* First: binds fail until it is done. */
	ac_shadow_give_back();
	ac_report_exit();
	ac_shadow_exit();
	ac_level_exit();
	main_usage_exit();
	/*
	 * The destructor of a socket drops the last reference to the module and
	 * still has to return. Wait for all tasks to leave it.
	 */
	synchronize_rcu_tasks();
	pr_info("unloaded, displaced types restored\n");
}

module_init(algif_copy_init);
module_exit(algif_copy_exit);

MODULE_DESCRIPTION("Copy-only replacement of the AF_ALG types hash, skcipher, aead and rng");
MODULE_AUTHOR("The algif_copy developers; no contact is set");
MODULE_LICENSE("GPL");
MODULE_VERSION(AC_VERSION);
