// SPDX-License-Identifier: GPL-2.0
/*
 * Input that AEADs of older kernels must not get.
 *
 * Some templates do not check what they depend on, or did not for some time.
 * Other templates can wrap them. The name of an algorithm contains the names of
 * all its parts, so it is searched for these templates. The names in front tell
 * how the wrappers change the associated data.
 *
 *	authencesn(hash,cipher)	 takes a sequence number from the associated
 *				 data and did not check for one; moves four
 *				 bytes at the tag, even if it is shorter; that
 *				 of 6.19.14 decrypts to wrong text in place
 *	essiv(authenc(...),hash) takes an IV from the associated data and did
 *				 not check for one
 *	rfc4309(aead)		 is made for ccm(), which sets the counter
 *				 itself: others get an uninitialized one. It
 *				 reported a tag of 16 bytes even if its AEAD has
 *				 a longer one, which then overran the buffer
 *	aegis, morus		 in assembler held the FPU over their walk through
 *				 the text before 5.1, and in RHEL 8. If they may
 *				 sleep, they schedule there
 *
 * The errors are those of newer kernels, with one exception: rfc4309() over
 * another AEAD, which never decrypts what it has encrypted, does not exist
 * here.
 */
#include "guard.h"

#include <linux/err.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uio.h>

#include "bounce.h"
#include "compat.h"

#define ESN_NAME	"authencesn("
#define ESN_AAD		8	/* bytes: a sequence number of 64 bits */
#define ESN_TAG		4	/* bytes at the tag that it moves */
#define ESSIV_NAME	"essiv(authenc("
#define RFC4309_NAME	"rfc4309("

/**
 * struct extra - associated data that the wrappers of an AEAD add
 * @encrypt: bytes, to encrypt
 * @decrypt: bytes, to decrypt
 */
struct extra {
	unsigned int encrypt;
	unsigned int decrypt;
};

/*
 * An AEAD that needs associated data can be wrapped in two templates, both IV
 * generators. The IV is in front of the text. The inner AEAD gets it as
 * associated data, with echainiv only to decrypt.
 */
static struct extra guard_look_through(const char *name, const char *end,
				       unsigned int ivsize)
{
	struct extra extra = { 0, 0 };

	for (; name < end; name = strchr(name, '(') + 1) {
		if (strstarts(name, "seqiv("))
			extra.encrypt += ivsize;
		else if (!strstarts(name, "echainiv("))
			continue;
		extra.decrypt += ivsize;
	}
	return extra;
}

static unsigned int guard_less(unsigned int a, unsigned int b)
{
	return a > b ? a - b : 0;
}

/* The AEAD at @inner in @name needs @need bytes of associated data. */
static void guard_demand(struct ac_guard *guard, const char *name,
			 const char *inner, unsigned int ivsize,
			 unsigned int need)
{
	struct extra extra = guard_look_through(name, inner, ivsize);

	guard->min_encrypt = guard_less(need, extra.encrypt);
	guard->min_decrypt = guard_less(need, extra.decrypt);
}

/* --- authencesn in place ----------------------------------------------- */

#define TEST_NAME	"authencesn(hmac(sha256),cbc(aes))"
#define TEST_TEXT	32
#define TEST_TAG	32
#define TEST_LEN	(ESN_AAD + TEST_TEXT + TEST_TAG)

static int guard_set_test_key(struct crypto_aead *tfm)
{
	/* The header in native byte order, then the cipher's part. */
	static const struct {
		u16 len;
		u16 type;
		__be32 enckeylen;
		u8 keys[32 + 16];
	} key = { 8, 1, cpu_to_be32(16), "not secret" };

	return crypto_aead_setkey(tfm, (const u8 *)&key, sizeof(key));
}

/**
 * struct test - a round trip
 * @iv: of either operation
 * @data: associated data, text, and room for the tag
 * @back: the result
 */
struct test {
	u8 iv[16];
	u8 data[TEST_LEN];
	u8 back[TEST_LEN];
};

static int guard_crypt_test(struct aead_request *req, struct ac_bounce *b,
			    struct test *t, bool encrypt)
{
	struct scatterlist *sg = ac_bounce_sg(b, TEST_LEN);

	memset(t->iv, 1, sizeof(t->iv));
	aead_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP, NULL, NULL);
	aead_request_set_ad(req, ESN_AAD);
	aead_request_set_crypt(req, sg, sg,
			       encrypt ? TEST_TEXT : TEST_TEXT + TEST_TAG,
			       t->iv);
	return encrypt ? crypto_aead_encrypt(req) : crypto_aead_decrypt(req);
}

static int guard_crypt_both(struct aead_request *req, struct ac_bounce *b,
			    struct test *t)
{
	struct kvec in = { t->data, TEST_LEN }, out = { t->back, TEST_LEN };
	struct iov_iter from, to;
	int err;

	iov_iter_kvec(&from, WRITE, &in, 1, TEST_LEN);
	iov_iter_kvec(&to, READ, &out, 1, TEST_LEN);
	err = ac_bounce_copy_in(b, &from, TEST_LEN);
	if (!err)
		err = guard_crypt_test(req, b, t, true);
	if (!err)
		err = guard_crypt_test(req, b, t, false);
	if (err)
		return err;
	return ac_bounce_copy_out(b, 0, &to, TEST_LEN) == TEST_LEN ? 0 : -EFAULT;
}

/* Return: 1 if the result is right, 0 if not, or an error. */
static int guard_test_in_place(struct crypto_aead *tfm, struct ac_bounce *b)
{
	struct test *t = kzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
	struct aead_request *req = aead_request_alloc(tfm, GFP_KERNEL_ACCOUNT);
	int err = -ENOMEM;
	u8 i;

	if (t && req) {
		for (i = 0; i < TEST_LEN; i++)
			t->data[i] = i;
		err = guard_set_test_key(tfm) ?: guard_crypt_both(req, b, t);
		if (!err)
			err = !memcmp(t->data, t->back, ESN_AAD + TEST_TEXT);
	}
	aead_request_free(req);
	kfree_sensitive(t);
	return err;
}

/* The same, with an instance of the template. */
static int guard_ask_in_place(struct ac_bounce *b)
{
	struct crypto_aead *tfm = crypto_alloc_aead(TEST_NAME, 0,
						    CRYPTO_ALG_ASYNC |
						    CRYPTO_ALG_KERN_DRIVER_ONLY);
	struct ac_bounce *own;
	int ret;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	own = ac_bounce_clone(b, 0);
	ret = PTR_ERR_OR_ZERO(own);
	if (!ret) {
		ret = guard_test_in_place(tfm, own);
		ac_bounce_free(own);
	}
	crypto_free_aead(tfm);
	return ret;
}

/*
 * Test the template until there is a result. It holds for all instances.
 * Without one the template is not trusted.
 */
bool ac_guard_is_wrong_in_place(struct ac_bounce *b)
{
	static int known = -EAGAIN;
	int ret = READ_ONCE(known);

	if (ret >= 0)
		return !ret;
	ret = guard_ask_in_place(b);
	WRITE_ONCE(known, ret);
	if (!ret)
		pr_notice("this kernel's authencesn decrypts wrongly in place: decrypting from a copy\n");
	return ret <= 0;
}

/* --- all --------------------------------------------------------------- */

static bool guard_refuses(const char *name, unsigned int tag)
{
	const char *rfc4309 = strstr(name, RFC4309_NAME);

	if (rfc4309 && !strstarts(rfc4309, RFC4309_NAME "ccm("))
		return true;
	return strstr(name, ESN_NAME) && tag && tag < ESN_TAG;
}

/* In C they take no FPU. */
static bool guard_is_atomic(const char *driver)
{
	return (strstr(driver, "aegis") || strstr(driver, "morus")) &&
	       !strstr(driver, "-generic");
}

int ac_guard_init(struct ac_guard *guard, struct crypto_aead *tfm)
{
	const char *name = crypto_tfm_alg_name(crypto_aead_tfm(tfm));
	const char *driver = crypto_tfm_alg_driver_name(crypto_aead_tfm(tfm));
	const char *esn = strstr(name, ESN_NAME);
	const char *essiv = strstr(name, ESSIV_NAME);
	unsigned int ivsize = crypto_aead_ivsize(tfm);

	if (guard_refuses(name, crypto_aead_maxauthsize(tfm)))
		return -ENOENT;
	if (esn)
		guard_demand(guard, name, esn, ivsize, ESN_AAD);
	else if (essiv)
		guard_demand(guard, name, essiv, ivsize, ivsize);
	guard->apart = esn;
	guard->atomic = guard_is_atomic(driver);
	return 0;
}
