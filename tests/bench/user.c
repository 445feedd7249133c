// SPDX-License-Identifier: GPL-2.0
/*
 * What the same operations cost in user space, by OpenSSL's libcrypto: what a
 * program would use instead.
 *
 *	user
 *
 * Rows are those of speed.c, of type "user". The key has been set before, as that of a
 * socket.
 */
#include "path.h"

#include <openssl/evp.h>
#include <stdio.h>

static struct evp_md_st *digest;
static struct evp_md_ctx_st *digest_ctx;
static struct evp_cipher_ctx_st *cipher_ctx;

static const uint8_t key[32], iv[16];

static void need(int done, const char *what)
{
	if (done != 1)
		op_die(what);
}

static void once_encrypt(struct op *op)
{
	int n, aad = op->in - op->iov.iov_len;

	need(EVP_EncryptInit_ex(cipher_ctx, NULL, NULL, NULL, iv), "IV");
	if (aad)
		need(EVP_EncryptUpdate(cipher_ctx, NULL, &n, op_data, aad), "AAD");
	need(EVP_EncryptUpdate(cipher_ctx, op_result, &n, op_data,
			       op->iov.iov_len), "text");
	need(EVP_EncryptFinal_ex(cipher_ctx, op_result + n, &n), "end");
	if (aad)
		need(EVP_CIPHER_CTX_ctrl(cipher_ctx, EVP_CTRL_AEAD_GET_TAG,
					 OP_TAG, op_result), "tag");
}

static void once_digest(struct op *op)
{
	need(EVP_DigestInit_ex(digest_ctx, digest, NULL), "digest");
	need(EVP_DigestUpdate(digest_ctx, op_data, op->in), "data");
	need(EVP_DigestFinal_ex(digest_ctx, op_result, NULL), "end");
}

static void run(const char *name, void (*once)(struct op *op), size_t aad)
{
	static const size_t sizes[] = { 16, 256, 1024, 4096, 16384, 65536, 131072, 196608 };
	const struct algorithm alg = { "user", name };
	const struct path path = { name, once };
	struct op op = { .alg = &alg };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		op.iov.iov_len = sizes[i];
		op.in = sizes[i] + aad;
		path_print(&alg, "libcrypto", sizes[i],
			   path_measure(&path, &op, sizes[i]));
	}
}

static void run_cipher(const char *name, const EVP_CIPHER *cipher, size_t aad)
{
	cipher_ctx = EVP_CIPHER_CTX_new();
	need(EVP_EncryptInit_ex(cipher_ctx, cipher, NULL, key, iv), name);
	EVP_CIPHER_CTX_set_padding(cipher_ctx, 0);
	run(name, once_encrypt, aad);
	EVP_CIPHER_CTX_free(cipher_ctx);
}

/* Fetched once: EVP_sha256() would be looked up for each message. */
static void run_digest(const char *name)
{
	digest_ctx = EVP_MD_CTX_new();
	digest = EVP_MD_fetch(NULL, name, NULL);
	need(!!digest, name);
	run(name, once_digest, 0);
	EVP_MD_free(digest);
	EVP_MD_CTX_free(digest_ctx);
}

int main(void)
{
	op_init();
	run_cipher("cbc(aes)", EVP_aes_128_cbc(), 0);
	run_cipher("ctr(aes)", EVP_aes_128_ctr(), 0);
	run_cipher("gcm(aes)", EVP_aes_128_gcm(), OP_AAD);
	run_digest("sha256");
	run_digest("sha512");
	return 0;
}
