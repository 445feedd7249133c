// SPDX-License-Identifier: GPL-2.0
/*
 * The page witness, second half: algorithms that look and pass on.
 *
 * For each name in the lists below, the implementation that serves it now is
 * looked up, and one of ours is registered under the same name with a higher
 * priority. It shows the scatterlists of every request to look_at() and hands
 * the request, with the caller's completion, to the implementation behind it:
 * results are the real ones, and any program that uses AF_ALG passes by here.
 *
 * The lists go from the composed ones to the leaves: the implementation behind
 * is known by the names of drivers, "cts(cbc-aes-aesni)", and is found by these
 * only as long as "cbc(aes)" is not ours yet. So no request passes two of us.
 */

#include <crypto/aead.h>
#include <crypto/hash.h>
#include <crypto/internal/aead.h>
#include <crypto/internal/hash.h>
#include <crypto/internal/skcipher.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "look.h"

#define WITNESS_PRIORITY 10000

/* Names are separated by blanks: commas are part of them. */
static char *hash =
	"hmac(sha1) hmac(sha224) hmac(sha256) hmac(sha384) hmac(sha512) "
	"hmac(md5) hmac(sha3-224) hmac(sha3-256) hmac(sha3-384) "
	"hmac(sha3-512) cmac(aes) cmac(des3_ede) xcbc(aes) vmac64(aes) "
	"crc32c sha1 sha224 sha256 sha384 sha512 md5 sha3-224 sha3-256 "
	"sha3-384 sha3-512 sm3 rmd160 ghash";
module_param(hash, charp, 0444);
MODULE_PARM_DESC(hash, "names of hashes to stand in front of");

static char *skcipher =
	"cts(cbc(aes)) rfc3686(ctr(aes)) essiv(cbc(aes),sha256) "
	"ecb(cipher_null) ecb(aes) cbc(aes) ctr(aes) xts(aes) lrw(aes) "
	"cfb(aes) ofb(aes) pcbc(aes) ecb(des) cbc(des) ecb(des3_ede) "
	"cbc(des3_ede) ctr(des3_ede) cbc(serpent) cbc(twofish) "
	"cbc(camellia) chacha20 xchacha20";
module_param(skcipher, charp, 0444);
MODULE_PARM_DESC(skcipher, "names of skciphers to stand in front of");

static char *aead =
	"rfc4106(gcm(aes)) rfc4309(ccm(aes)) rfc4543(gcm(aes)) "
	"gcm(aes) ccm(aes) rfc7539(chacha20,poly1305) "
	"authenc(hmac(sha1),cbc(aes)) authenc(hmac(sha256),cbc(aes)) "
	"authenc(hmac(sha384),cbc(aes)) authenc(hmac(sha512),cbc(aes)) "
	"authencesn(hmac(sha1),cbc(aes)) authencesn(hmac(sha256),cbc(aes))";
module_param(aead, charp, 0444);
MODULE_PARM_DESC(aead, "names of AEADs to stand in front of");

enum witness_type {
	WITNESS_HASH,
	WITNESS_SKCIPHER,
	WITNESS_AEAD,
};

struct witness {
	struct list_head list;
	enum witness_type type;
	char inner[CRYPTO_MAX_ALG_NAME];	/* driver name of the real one */
	union {
		struct ahash_alg hash;
		struct skcipher_alg skcipher;
		struct aead_alg aead;
	};
};

static LIST_HEAD(witnesses);	/* newest first; written by init and exit only */

/* What all three have in common. @inner is the implementation behind it. */
static int fill_base(struct witness *w, struct crypto_alg *base,
		     const char *name, struct crypto_tfm *inner)
{
	const char *driver = crypto_tfm_alg_driver_name(inner);

	if (strscpy(w->inner, driver, sizeof(w->inner)) < 0 ||
	    strscpy(base->cra_name, name, sizeof(base->cra_name)) < 0 ||
	    snprintf(base->cra_driver_name, sizeof(base->cra_driver_name),
		     "witness-%s", name) >= sizeof(base->cra_driver_name))
		return -ENAMETOOLONG;
	base->cra_priority = WITNESS_PRIORITY;
	base->cra_flags = inner->__crt_alg->cra_flags &
			  CRYPTO_ALG_OPTIONAL_KEY;
	base->cra_blocksize = crypto_tfm_alg_blocksize(inner);
	base->cra_ctxsize = sizeof(void *);
	base->cra_module = THIS_MODULE;
	return 0;
}

/*
 * Since 6.16 a hash that takes scatterlists only gets another one for the rest,
 * looked up by its name, unless it says that it wants none.
 */
#ifndef CRYPTO_ALG_NO_FALLBACK
#define CRYPTO_ALG_NO_FALLBACK	0
#endif

/* -------- hash: the context of each transform is the inner transform -------- */

static struct crypto_ahash *hash_inner(struct crypto_ahash *tfm)
{
	return *(struct crypto_ahash **)crypto_ahash_ctx(tfm);
}

/* The inner request lives in ours, so a running state stays there. */
static struct ahash_request *hash_prepare(struct ahash_request *req)
{
	struct ahash_request *sub = ahash_request_ctx(req);

	ahash_request_set_tfm(sub, hash_inner(crypto_ahash_reqtfm(req)));
	ahash_request_set_callback(sub, req->base.flags, req->base.complete,
				   req->base.data);
	ahash_request_set_crypt(sub, req->src, req->result, req->nbytes);
	return sub;
}

static int hash_init(struct ahash_request *req)
{
	return crypto_ahash_init(hash_prepare(req));
}

static int hash_update(struct ahash_request *req)
{
	look_at(LOOK_HASH_SRC, req->src, req->nbytes);
	return crypto_ahash_update(hash_prepare(req));
}

/* Takes no input: what src still points to from an earlier step is not ours. */
static int hash_final(struct ahash_request *req)
{
	return crypto_ahash_final(hash_prepare(req));
}

static int hash_finup(struct ahash_request *req)
{
	look_at(LOOK_HASH_SRC, req->src, req->nbytes);
	return crypto_ahash_finup(hash_prepare(req));
}

static int hash_digest(struct ahash_request *req)
{
	look_at(LOOK_HASH_SRC, req->src, req->nbytes);
	return crypto_ahash_digest(hash_prepare(req));
}

static int hash_export(struct ahash_request *req, void *out)
{
	return crypto_ahash_export(hash_prepare(req), out);
}

static int hash_import(struct ahash_request *req, const void *in)
{
	return crypto_ahash_import(hash_prepare(req), in);
}

static int hash_setkey(struct crypto_ahash *tfm, const u8 *key,
		       unsigned int len)
{
	struct crypto_ahash *inner = hash_inner(tfm);

	crypto_ahash_clear_flags(inner, CRYPTO_TFM_REQ_MASK);
	crypto_ahash_set_flags(inner, crypto_ahash_get_flags(tfm) &
			    CRYPTO_TFM_REQ_MASK);
	return crypto_ahash_setkey(inner, key, len);
}

static int hash_init_tfm(struct crypto_tfm *tfm)
{
	struct witness *w = container_of(tfm->__crt_alg, struct witness,
					 hash.halg.base);
	struct crypto_ahash **ctx = crypto_tfm_ctx(tfm);

	*ctx = crypto_alloc_ahash(w->inner, 0, 0);
	if (IS_ERR(*ctx))
		return PTR_ERR(*ctx);
	crypto_ahash_set_reqsize(__crypto_ahash_cast(tfm),
				 sizeof(struct ahash_request) +
				 crypto_ahash_reqsize(*ctx));
	return 0;
}

static void hash_exit_tfm(struct crypto_tfm *tfm)
{
	crypto_free_ahash(*(struct crypto_ahash **)crypto_tfm_ctx(tfm));
}

static int hash_register(struct witness *w, const char *name)
{
	struct crypto_ahash *inner = crypto_alloc_ahash(name, 0, 0);
	struct ahash_alg *alg = &w->hash;
	int err;

	if (IS_ERR(inner))
		return PTR_ERR(inner);
	err = fill_base(w, &alg->halg.base, name, crypto_ahash_tfm(inner));
	alg->halg.base.cra_flags |= CRYPTO_ALG_NO_FALLBACK;
	alg->halg.digestsize = crypto_ahash_digestsize(inner);
	alg->halg.statesize = crypto_ahash_statesize(inner);
	alg->halg.base.cra_init = hash_init_tfm;
	alg->halg.base.cra_exit = hash_exit_tfm;
	alg->init = hash_init;
	alg->update = hash_update;
	alg->final = hash_final;
	alg->finup = hash_finup;
	alg->digest = hash_digest;
	alg->export = hash_export;
	alg->import = hash_import;
	if ((crypto_ahash_get_flags(inner) & CRYPTO_TFM_NEED_KEY) ||
	    (alg->halg.base.cra_flags & CRYPTO_ALG_OPTIONAL_KEY))
		alg->setkey = hash_setkey;
	crypto_free_ahash(inner);
	return err ?: crypto_register_ahash(alg);
}

/* -------- skcipher -------- */

static struct crypto_skcipher *skcipher_inner(struct crypto_skcipher *tfm)
{
	return *(struct crypto_skcipher **)crypto_skcipher_ctx(tfm);
}

static struct skcipher_request *skcipher_prepare(struct skcipher_request *req)
{
	struct skcipher_request *sub = skcipher_request_ctx(req);

	look_at(LOOK_SKCIPHER_SRC, req->src, req->cryptlen);
	look_at(LOOK_SKCIPHER_DST, req->dst, req->cryptlen);
	skcipher_request_set_tfm(sub,
				 skcipher_inner(crypto_skcipher_reqtfm(req)));
	skcipher_request_set_callback(sub, req->base.flags,
				      req->base.complete, req->base.data);
	skcipher_request_set_crypt(sub, req->src, req->dst, req->cryptlen,
				   req->iv);
	return sub;
}

static int skcipher_encrypt(struct skcipher_request *req)
{
	return crypto_skcipher_encrypt(skcipher_prepare(req));
}

static int skcipher_decrypt(struct skcipher_request *req)
{
	return crypto_skcipher_decrypt(skcipher_prepare(req));
}

static int skcipher_setkey(struct crypto_skcipher *tfm, const u8 *key,
			   unsigned int len)
{
	struct crypto_skcipher *inner = skcipher_inner(tfm);

	crypto_skcipher_clear_flags(inner, CRYPTO_TFM_REQ_MASK);
	crypto_skcipher_set_flags(inner, crypto_skcipher_get_flags(tfm) &
			    CRYPTO_TFM_REQ_MASK);
	return crypto_skcipher_setkey(inner, key, len);
}

static int skcipher_init_tfm(struct crypto_skcipher *tfm)
{
	struct witness *w = container_of(crypto_skcipher_tfm(tfm)->__crt_alg,
					 struct witness, skcipher.base);
	struct crypto_skcipher **ctx = crypto_skcipher_ctx(tfm);

	*ctx = crypto_alloc_skcipher(w->inner, 0, 0);
	if (IS_ERR(*ctx))
		return PTR_ERR(*ctx);
	crypto_skcipher_set_reqsize(tfm, sizeof(struct skcipher_request) +
					 crypto_skcipher_reqsize(*ctx));
	return 0;
}

static void skcipher_exit_tfm(struct crypto_skcipher *tfm)
{
	crypto_free_skcipher(skcipher_inner(tfm));
}

static int skcipher_register(struct witness *w, const char *name)
{
	struct crypto_skcipher *inner = crypto_alloc_skcipher(name, 0, 0);
	struct skcipher_alg *alg = &w->skcipher;
	int err;

	if (IS_ERR(inner))
		return PTR_ERR(inner);
	err = fill_base(w, &alg->base, name, crypto_skcipher_tfm(inner));
	/* Linux 6.8 and later make "cbc(ecb(x))" of "cbc(x)", but not of its name. */
	if (strstr(w->inner, "(ecb("))
		err = -ELOOP;
	alg->ivsize = crypto_skcipher_ivsize(inner);
	alg->chunksize = crypto_skcipher_chunksize(inner);
	alg->min_keysize = crypto_skcipher_min_keysize(inner);
	alg->max_keysize = crypto_skcipher_max_keysize(inner);
	alg->init = skcipher_init_tfm;
	alg->exit = skcipher_exit_tfm;
	alg->setkey = skcipher_setkey;
	alg->encrypt = skcipher_encrypt;
	alg->decrypt = skcipher_decrypt;
	crypto_free_skcipher(inner);
	return err ?: crypto_register_skcipher(alg);
}

/* -------- AEAD -------- */

static struct crypto_aead *aead_inner(struct crypto_aead *tfm)
{
	return *(struct crypto_aead **)crypto_aead_ctx(tfm);
}

static struct aead_request *aead_prepare(struct aead_request *req)
{
	struct aead_request *sub = aead_request_ctx(req);
	unsigned int len = req->assoclen + req->cryptlen;

	look_at(LOOK_AEAD_SRC, req->src, len);
	/* Encrypting nothing writes a tag, hence the destination counts then. */
	look_at(LOOK_AEAD_DST, req->dst, len ?: 1);
	aead_request_set_tfm(sub, aead_inner(crypto_aead_reqtfm(req)));
	aead_request_set_callback(sub, req->base.flags, req->base.complete,
				  req->base.data);
	aead_request_set_crypt(sub, req->src, req->dst, req->cryptlen,
			       req->iv);
	aead_request_set_ad(sub, req->assoclen);
	return sub;
}

static int aead_encrypt(struct aead_request *req)
{
	return crypto_aead_encrypt(aead_prepare(req));
}

static int aead_decrypt(struct aead_request *req)
{
	return crypto_aead_decrypt(aead_prepare(req));
}

static int aead_setkey(struct crypto_aead *tfm, const u8 *key,
		       unsigned int len)
{
	struct crypto_aead *inner = aead_inner(tfm);

	crypto_aead_clear_flags(inner, CRYPTO_TFM_REQ_MASK);
	crypto_aead_set_flags(inner, crypto_aead_get_flags(tfm) &
			    CRYPTO_TFM_REQ_MASK);
	return crypto_aead_setkey(inner, key, len);
}

static int aead_setauthsize(struct crypto_aead *tfm, unsigned int len)
{
	return crypto_aead_setauthsize(aead_inner(tfm), len);
}

static int aead_init_tfm(struct crypto_aead *tfm)
{
	struct witness *w = container_of(crypto_aead_tfm(tfm)->__crt_alg,
					 struct witness, aead.base);
	struct crypto_aead **ctx = crypto_aead_ctx(tfm);

	*ctx = crypto_alloc_aead(w->inner, 0, 0);
	if (IS_ERR(*ctx))
		return PTR_ERR(*ctx);
	crypto_aead_set_reqsize(tfm, sizeof(struct aead_request) +
				     crypto_aead_reqsize(*ctx));
	return 0;
}

static void aead_exit_tfm(struct crypto_aead *tfm)
{
	crypto_free_aead(aead_inner(tfm));
}

static int aead_register(struct witness *w, const char *name)
{
	struct crypto_aead *inner = crypto_alloc_aead(name, 0, 0);
	struct aead_alg *alg = &w->aead;
	int err;

	if (IS_ERR(inner))
		return PTR_ERR(inner);
	err = fill_base(w, &alg->base, name, crypto_aead_tfm(inner));
	alg->ivsize = crypto_aead_ivsize(inner);
	alg->maxauthsize = crypto_aead_maxauthsize(inner);
	alg->chunksize = crypto_aead_chunksize(inner);
	alg->init = aead_init_tfm;
	alg->exit = aead_exit_tfm;
	alg->setkey = aead_setkey;
	alg->setauthsize = aead_setauthsize;
	alg->encrypt = aead_encrypt;
	alg->decrypt = aead_decrypt;
	crypto_free_aead(inner);
	return err ?: crypto_register_aead(alg);
}

/* -------- init and exit -------- */

static int witness_register(struct witness *w, const char *name)
{
	switch (w->type) {
	case WITNESS_HASH:
		return hash_register(w, name);
	case WITNESS_SKCIPHER:
		return skcipher_register(w, name);
	case WITNESS_AEAD:
		return aead_register(w, name);
	}
	return -EINVAL;
}

static void witness_unregister(struct witness *w)
{
	switch (w->type) {
	case WITNESS_HASH:
		crypto_unregister_ahash(&w->hash);
		break;
	case WITNESS_SKCIPHER:
		crypto_unregister_skcipher(&w->skcipher);
		break;
	case WITNESS_AEAD:
		crypto_unregister_aead(&w->aead);
		break;
	}
}

/* Not every kernel has every name; those that cannot be had are left out. */
static int wrap_one(enum witness_type type, const char *name)
{
	struct witness *w = kzalloc(sizeof(*w), GFP_KERNEL);
	int err;

	if (!w)
		return -ENOMEM;
	w->type = type;
	err = witness_register(w, name);
	if (err) {
		pr_info("ac_witness: %s left out (%d)\n", name, err);
		kfree(w);
		return 0;
	}
	list_add(&w->list, &witnesses);
	return 0;
}

static int wrap_list(enum witness_type type, const char *names)
{
	char *copy = kstrdup(names, GFP_KERNEL);
	char *next = copy, *name;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	while (!err && (name = strsep(&next, " ")))
		if (*name)
			err = wrap_one(type, name);
	kfree(copy);
	return err;
}

static void unwrap_all(void)
{
	struct witness *w, *tmp;

	list_for_each_entry_safe(w, tmp, &witnesses, list) {
		witness_unregister(w);
		list_del(&w->list);
		kfree(w);
	}
}

static int __init wrap_init(void)
{
	int err = wrap_list(WITNESS_AEAD, aead) ?:
		  wrap_list(WITNESS_SKCIPHER, skcipher) ?:
		  wrap_list(WITNESS_HASH, hash);

	if (err)
		unwrap_all();
	return err;
}

static void __exit wrap_exit(void)
{
	unwrap_all();
}

module_init(wrap_init);
module_exit(wrap_exit);

MODULE_DESCRIPTION("Counts foreign pages that the crypto API is given (test only)");
MODULE_LICENSE("GPL");
