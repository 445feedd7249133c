// SPDX-License-Identifier: GPL-2.0
/*
 * ac_work: what a cipher costs by itself.
 *
 * Writing "TYPE KEYLEN AADLEN LEN ALGORITHM" to the parameter asks does that
 * operation some times inside the kernel, in place and on contiguous memory, and
 * leaves the median of its ticks of the time stamp counter there. What a system
 * call takes longer than this is the interface.
 */
#include <crypto/aead.h>
#include <crypto/hash.h>
#include <crypto/rng.h>
#include <crypto/skcipher.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/timex.h>

#define MAX_LEN		(128 * 1024)
#define MAX_KEY		64
#define ROOM		(MAX_LEN + 1024)
#define TIMES		15

struct work {
	char type[16];
	char name[64];
	unsigned int keylen;
	unsigned int aadlen;
	unsigned int len;
	u8 *data;
	u8 key[MAX_KEY];
	u8 iv[64];
	struct scatterlist sg[3];
	u64 ticks[TIMES];
};

static unsigned long long median;

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* In pieces of 64 KiB at most, as algif_copy has them. */
static struct scatterlist *table(struct work *w, unsigned int len)
{
	unsigned int i, n = DIV_ROUND_UP(len, SZ_64K);

	sg_init_table(w->sg, n);
	for (i = 0; i < n; i++)
		sg_set_buf(&w->sg[i], w->data + i * SZ_64K,
			   min_t(unsigned int, len - i * SZ_64K, SZ_64K));
	return w->sg;
}

static int do_skcipher(struct work *w)
{
	struct crypto_skcipher *tfm = crypto_alloc_skcipher(w->name, 0, 0);
	struct skcipher_request *req;
	DECLARE_CRYPTO_WAIT(wait);
	int i, err;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = crypto_skcipher_setkey(tfm, w->key, w->keylen);
	req = skcipher_request_alloc(tfm, GFP_KERNEL);
	if (!req)
		err = -ENOMEM;
	for (i = 0; !err && i < TIMES; i++) {
		skcipher_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP,
					      crypto_req_done, &wait);
		skcipher_request_set_crypt(req, table(w, w->len), w->sg, w->len,
					   w->iv);
		w->ticks[i] = get_cycles();
		err = crypto_wait_req(crypto_skcipher_encrypt(req), &wait);
		w->ticks[i] = get_cycles() - w->ticks[i];
	}
	skcipher_request_free(req);
	crypto_free_skcipher(tfm);
	return err;
}

/* authenc takes both keys in one, behind a header that says where one ends. */
static int set_aead_key(struct crypto_aead *tfm, struct work *w)
{
	static const u8 header[] = { 8, 0, 1, 0, 0, 0, 0, 16 };

	if (!strncmp(w->name, "authenc", 7))
		memcpy(w->key, header, sizeof(header));
	return crypto_aead_setkey(tfm, w->key, w->keylen);
}

static int do_aead(struct work *w)
{
	struct crypto_aead *tfm = crypto_alloc_aead(w->name, 0, 0);
	struct aead_request *req;
	DECLARE_CRYPTO_WAIT(wait);
	int i, err;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = set_aead_key(tfm, w);
	req = aead_request_alloc(tfm, GFP_KERNEL);
	if (!req)
		err = -ENOMEM;
	for (i = 0; !err && i < TIMES; i++) {
		aead_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP,
					  crypto_req_done, &wait);
		aead_request_set_ad(req, w->aadlen);
		table(w, w->aadlen + w->len + crypto_aead_authsize(tfm));
		aead_request_set_crypt(req, w->sg, w->sg, w->len, w->iv);
		w->ticks[i] = get_cycles();
		err = crypto_wait_req(crypto_aead_encrypt(req), &wait);
		w->ticks[i] = get_cycles() - w->ticks[i];
	}
	if (req)
		aead_request_free(req);
	crypto_free_aead(tfm);
	return err;
}

static int do_hash(struct work *w)
{
	struct crypto_ahash *tfm = crypto_alloc_ahash(w->name, 0, 0);
	struct ahash_request *req;
	DECLARE_CRYPTO_WAIT(wait);
	int i, err = 0;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	if (crypto_ahash_get_flags(tfm) & CRYPTO_TFM_NEED_KEY)
		err = crypto_ahash_setkey(tfm, w->key, w->keylen);
	req = ahash_request_alloc(tfm, GFP_KERNEL);
	if (!req)
		err = -ENOMEM;
	for (i = 0; !err && i < TIMES; i++) {
		ahash_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP,
					   crypto_req_done, &wait);
		ahash_request_set_crypt(req, table(w, w->len), w->iv, w->len);
		w->ticks[i] = get_cycles();
		err = crypto_wait_req(crypto_ahash_digest(req), &wait);
		w->ticks[i] = get_cycles() - w->ticks[i];
	}
	ahash_request_free(req);
	crypto_free_ahash(tfm);
	return err;
}

static int do_rng(struct work *w)
{
	struct crypto_rng *tfm = crypto_alloc_rng(w->name, 0, 0);
	int i, err;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = crypto_rng_reset(tfm, NULL, 0);
	for (i = 0; !err && i < TIMES; i++) {
		w->ticks[i] = get_cycles();
		err = crypto_rng_get_bytes(tfm, w->data, w->len);
		w->ticks[i] = get_cycles() - w->ticks[i];
	}
	crypto_free_rng(tfm);
	return min(err, 0);
}

static int do_work(struct work *w)
{
	int err = -EINVAL;

	if (!strcmp(w->type, "skcipher"))
		err = do_skcipher(w);
	else if (!strcmp(w->type, "aead"))
		err = do_aead(w);
	else if (!strcmp(w->type, "hash"))
		err = do_hash(w);
	else if (!strcmp(w->type, "rng"))
		err = do_rng(w);
	if (err)
		return err;
	sort(w->ticks, TIMES, sizeof(w->ticks[0]), compare, NULL);
	median = w->ticks[TIMES / 2];
	return 0;
}

static int ask_set(const char *val, const struct kernel_param *kp)
{
	struct work *w = kzalloc(sizeof(*w), GFP_KERNEL);
	int err = -EINVAL;

	if (!w)
		return -ENOMEM;
	w->data = kzalloc(ROOM, GFP_KERNEL);
	if (!w->data) {
		kfree(w);
		return -ENOMEM;
	}
	get_random_bytes(w->key, sizeof(w->key));
	if (sscanf(val, "%15s %u %u %u %63s", w->type, &w->keylen, &w->aadlen,
		   &w->len, w->name) == 5 &&
	    w->keylen <= MAX_KEY && w->len <= MAX_LEN && w->aadlen <= 512)
		err = do_work(w);
	kfree(w->data);
	kfree(w);
	return err;
}

static int ask_get(char *buf, const struct kernel_param *kp)
{
	return scnprintf(buf, PAGE_SIZE, "%llu\n", median);
}

static const struct kernel_param_ops ask_ops = {
	.set = ask_set,
	.get = ask_get,
};
module_param_cb(ask, &ask_ops, NULL, 0600);
MODULE_PARM_DESC(ask, "TYPE KEYLEN AADLEN LEN ALGORITHM; reads as ticks");

static int __init ac_work_init(void)
{
	return 0;
}

static void __exit ac_work_exit(void)
{
}

module_init(ac_work_init);
module_exit(ac_work_exit);

MODULE_DESCRIPTION("Counts what crypto operations cost inside the kernel");
MODULE_LICENSE("GPL");
