// SPDX-License-Identifier: GPL-2.0
/*
 * What is built for a kernel without AF_ALG. To fail would be the wrong answer
 * to the installation of such a kernel: dkms up to 3.0.10 makes it fail with
 * every module that is not built, those that say they need not be included.
 */
#include <linux/module.h>

static int __init algif_copy_init(void)
{
	pr_notice("this kernel has no AF_ALG (CONFIG_CRYPTO_USER_API): nothing to replace\n");
	return 0;
}

static void __exit algif_copy_exit(void)
{
}

module_init(algif_copy_init);
module_exit(algif_copy_exit);

MODULE_DESCRIPTION("Nothing: this kernel has no AF_ALG");
MODULE_AUTHOR("The algif_copy developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(AC_VERSION);
