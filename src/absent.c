// SPDX-License-Identifier: GPL-2.0
/*
 * Built for kernels without AF_ALG. Failing to build is no option: dkms up to
 * 3.0.10 then fails the installation of such a kernel, even for modules that
 * say they need not be built.
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
MODULE_AUTHOR("The algif_copy developers; no contact is set");
MODULE_LICENSE("GPL");
MODULE_VERSION(AC_VERSION);
