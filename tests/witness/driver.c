// SPDX-License-Identifier: GPL-2.0
/*
 * ac_driver: a cipher that is marked as the driver of an accelerator, and that
 * no template tells to be one. It computes nothing. Its name is nobody else's, so
 * that no known answer is asked of it.
 */

#include <crypto/internal/skcipher.h>
#include <linux/module.h>
#include <linux/string.h>

static int driver_setkey(struct crypto_skcipher *tfm, const u8 *key,
			 unsigned int len)
{
	return 0;
}

static int driver_crypt(struct skcipher_request *req)
{
	return 0;
}

static struct skcipher_alg driver_alg = {
	.base.cra_name		= "cbc(acdevice)",
	.base.cra_driver_name	= "cbc-acdevice",
	.base.cra_priority	= 300,
	.base.cra_flags		= CRYPTO_ALG_ASYNC | CRYPTO_ALG_KERN_DRIVER_ONLY,
	.base.cra_blocksize	= 16,
	.base.cra_module	= THIS_MODULE,
	.min_keysize		= 16,
	.max_keysize		= 16,
	.ivsize			= 16,
	.setkey			= driver_setkey,
	.encrypt		= driver_crypt,
	.decrypt		= driver_crypt,
};

static int __init driver_init(void)
{
	return crypto_register_skcipher(&driver_alg);
}

static void __exit driver_exit(void)
{
	crypto_unregister_skcipher(&driver_alg);
}

module_init(driver_init);
module_exit(driver_exit);

MODULE_DESCRIPTION("A cipher marked as a driver, for tests");
MODULE_LICENSE("GPL");
