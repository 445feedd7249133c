// SPDX-License-Identifier: GPL-2.0
/*
 * ac_going: an AF_ALG type of some other module, whose exit takes its time. From
 * the moment when that begins until it ends the type is registered and cannot be
 * bound: the kernel asks modprobe for another.
 */

#include <crypto/if_alg.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/string.h>

static char *type = "hash";
module_param(type, charp, 0444);
MODULE_PARM_DESC(type, "its name");

static unsigned int seconds = 8;
module_param(seconds, uint, 0644);
MODULE_PARM_DESC(seconds, "that the exit takes");

static struct proto_ops going_ops = { .family = PF_ALG };

/* The other arguments that older kernels give are of no interest. */
static void *going_bind(const char *name)
{
	return ERR_PTR(-ENOENT);
}

static struct af_alg_type going_type = {
	.bind	= (void *)going_bind,
	.ops	= &going_ops,
	.owner	= THIS_MODULE,
};

static int __init going_init(void)
{
	strscpy(going_type.name, type, sizeof(going_type.name));
	return af_alg_register_type(&going_type);
}

static void __exit going_exit(void)
{
	msleep(seconds * 1000);
	af_alg_unregister_type(&going_type);
}

module_init(going_init);
module_exit(going_exit);

MODULE_DESCRIPTION("An AF_ALG type whose exit takes its time, for tests");
MODULE_LICENSE("GPL");
