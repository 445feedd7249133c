// SPDX-License-Identifier: GPL-2.0
/*
 * ac_driver: ciphers that are what those of some kernels and processors are, for
 * every kernel. Their names are nobody else's, so that no known answer is asked of
 * them.
 *
 *	cbc(acdevice)	marked as the driver of an accelerator, which no template
 *			tells. Computes nothing
 *	acstream	a counter mode that says that its chunk is one byte, as does
 *			ctr() in C before Linux 5.1
 *	acaegis		an AEAD by the name of those that may not sleep, as AEGIS in
 *			assembler before Linux 5.1, and fails if it may. Computes
 *			nothing
 */

#include <crypto/internal/aead.h>
#include <crypto/internal/skcipher.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/string.h>

#define BLOCK 16

static int driver_setkey(struct crypto_skcipher *tfm, const u8 *key,
			 unsigned int len)
{
	return 0;
}

static int driver_crypt(struct skcipher_request *req)
{
	return 0;
}

/* A part of a block takes a number of its own, and so is the end of a message. */
static int driver_count(struct skcipher_request *req)
{
	unsigned int at, n, i;
	u8 block[BLOCK];

	for (at = 0; at < req->cryptlen; at += n) {
		n = min_t(unsigned int, req->cryptlen - at, BLOCK);
		sg_pcopy_to_buffer(req->src, sg_nents(req->src), block, n, at);
		for (i = 0; i < n; i++)
			block[i] ^= req->iv[0] * BLOCK + i;
		sg_pcopy_from_buffer(req->dst, sg_nents(req->dst), block, n, at);
		req->iv[0]++;
	}
	return 0;
}

static struct skcipher_alg driver_algs[] = { {
	.base.cra_name		= "cbc(acdevice)",
	.base.cra_driver_name	= "cbc-acdevice",
	.base.cra_priority	= 300,
	.base.cra_flags		= CRYPTO_ALG_ASYNC | CRYPTO_ALG_KERN_DRIVER_ONLY,
	.base.cra_blocksize	= BLOCK,
	.base.cra_module	= THIS_MODULE,
	.min_keysize		= 16,
	.max_keysize		= 16,
	.ivsize			= BLOCK,
	.setkey			= driver_setkey,
	.encrypt		= driver_crypt,
	.decrypt		= driver_crypt,
}, {
	.base.cra_name		= "acstream",
	.base.cra_driver_name	= "acstream-generic",
	.base.cra_blocksize	= 1,
	.base.cra_module	= THIS_MODULE,
	.min_keysize		= 16,
	.max_keysize		= 16,
	.ivsize			= BLOCK,
	.setkey			= driver_setkey,
	.encrypt		= driver_count,
	.decrypt		= driver_count,
} };

static int driver_aead_setkey(struct crypto_aead *tfm, const u8 *key,
			      unsigned int len)
{
	return 0;
}

static int driver_aead_crypt(struct aead_request *req)
{
	return req->base.flags & CRYPTO_TFM_REQ_MAY_SLEEP ? -EIO : 0;
}

static struct aead_alg driver_aead = {
	.base.cra_name		= "acaegis",
	.base.cra_driver_name	= "acaegis128-aesni",
	.base.cra_blocksize	= 1,
	.base.cra_module	= THIS_MODULE,
	.ivsize			= BLOCK,
	.maxauthsize		= BLOCK,
	.chunksize		= BLOCK,
	.setkey			= driver_aead_setkey,
	.encrypt		= driver_aead_crypt,
	.decrypt		= driver_aead_crypt,
};

static int __init driver_module_init(void)
{
	int err = crypto_register_skciphers(driver_algs, ARRAY_SIZE(driver_algs));

	if (err)
		return err;
	err = crypto_register_aead(&driver_aead);
	if (err)
		crypto_unregister_skciphers(driver_algs, ARRAY_SIZE(driver_algs));
	return err;
}

static void __exit driver_module_exit(void)
{
	crypto_unregister_aead(&driver_aead);
	crypto_unregister_skciphers(driver_algs, ARRAY_SIZE(driver_algs));
}

module_init(driver_module_init);
module_exit(driver_module_exit);

MODULE_DESCRIPTION("Ciphers that other kernels and processors have, for tests");
MODULE_LICENSE("GPL");
