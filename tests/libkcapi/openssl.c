// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The few uses of the openssl command that libkcapi's scripts make, linked
 * statically with OpenSSL's own libcrypto. The reference values remain those
 * of OpenSSL; only the start is quicker: in an emulated machine the dynamic
 * linker takes 60 ms of the 70 ms that one call of openssl needs, and the
 * scripts make seven hundred.
 *
 *   openssl enc [-d] -aes-{128,256}-{ctr,cbc} -in FILE -out FILE -K HEX -iv HEX
 *               [-nopad]
 *   openssl dgst -NAME [-hmac KEY] FILE
 *
 * Anything else is refused, so that a script that asks for more does not pass
 * by accident.
 */
#include <err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX	(1 << 20)

struct job {
	const char *in, *out, *key, *iv, *hmac, *name;
	int decrypt, nopad;
};

static unsigned char input[INPUT_MAX];
static unsigned char output[INPUT_MAX + EVP_MAX_BLOCK_LENGTH];

static size_t slurp(const char *name)
{
	FILE *f = fopen(name, "rb");
	size_t len;

	if (!f)
		err(1, "%s", name);
	len = fread(input, 1, sizeof(input), f);
	if (len == sizeof(input))
		errx(1, "%s: too long", name);
	if (ferror(f))
		err(1, "%s", name);
	fclose(f);
	return len;
}

static void spill(const char *name, size_t len)
{
	FILE *f = fopen(name, "wb");

	if (!f || fwrite(output, 1, len, f) != len || fclose(f))
		err(1, "%s", name);
}

static void unhex(const char *hex, unsigned char *bytes, size_t want)
{
	size_t i;

	if (!hex || strlen(hex) != 2 * want)
		errx(1, "%zu bytes in hex expected", want);
	for (i = 0; i < want; i++)
		if (sscanf(hex + 2 * i, "%2hhx", bytes + i) != 1)
			errx(1, "not hex: %s", hex);
}

static int enc(const struct job *job)
{
	unsigned char key[EVP_MAX_KEY_LENGTH], iv[EVP_MAX_IV_LENGTH];
	const EVP_CIPHER *cipher = EVP_get_cipherbyname(job->name);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len, rest;

	if (!cipher || !ctx || !job->in || !job->out)
		errx(1, "enc: cipher, -in or -out");
	unhex(job->key, key, EVP_CIPHER_get_key_length(cipher));
	unhex(job->iv, iv, EVP_CIPHER_get_iv_length(cipher));
	if (!EVP_CipherInit_ex(ctx, cipher, NULL, key, iv, !job->decrypt) ||
	    !EVP_CIPHER_CTX_set_padding(ctx, !job->nopad) ||
	    !EVP_CipherUpdate(ctx, output, &len, input, slurp(job->in)) ||
	    !EVP_CipherFinal_ex(ctx, output + len, &rest))
		errx(1, "enc: bad decrypt or wrong length");
	spill(job->out, len + rest);
	return 0;
}

/* Printed as openssl does: the scripts take what follows "= ". */
static int dgst(const struct job *job)
{
	const EVP_MD *md = EVP_get_digestbyname(job->name);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len, i;
	size_t size;

	if (!md || !job->in)
		errx(1, "dgst: digest or file");
	size = slurp(job->in);
	if (job->hmac) {
		if (!HMAC(md, job->hmac, strlen(job->hmac), input, size,
			  digest, &len))
			errx(1, "dgst: hmac");
	} else if (!EVP_Digest(input, size, digest, &len, md, NULL)) {
		errx(1, "dgst: digest");
	}
	printf("%s%s(%s)= ", job->hmac ? "HMAC-" : "", job->name, job->in);
	for (i = 0; i < len; i++)
		printf("%02x", digest[i]);
	putchar('\n');
	return 0;
}

/* Options that take a value: where it goes. */
static const char **value_of(struct job *job, const char *option)
{
	if (!strcmp(option, "-in"))
		return &job->in;
	if (!strcmp(option, "-out"))
		return &job->out;
	if (!strcmp(option, "-K"))
		return &job->key;
	if (!strcmp(option, "-iv"))
		return &job->iv;
	if (!strcmp(option, "-hmac"))
		return &job->hmac;
	return NULL;
}

static void parse(struct job *job, char **arg)
{
	const char **value;

	for (; *arg; arg++) {
		value = value_of(job, *arg);
		if (value && !arg[1])
			errx(1, "%s: value missing", *arg);
		if (value)
			*value = *++arg;
		else if (!strcmp(*arg, "-d"))
			job->decrypt = 1;
		else if (!strcmp(*arg, "-nopad"))
			job->nopad = 1;
		else if (**arg == '-' && !job->name)
			job->name = *arg + 1;
		else if (**arg != '-' && !job->in)
			job->in = *arg;
		else
			errx(1, "unknown argument %s", *arg);
	}
	if (!job->name)
		errx(1, "algorithm missing");
}

int main(int argc, char **argv)
{
	struct job job = { 0 };

	if (argc < 3)
		errx(1, "enc or dgst, and what");
	parse(&job, argv + 2);
	if (!strcmp(argv[1], "enc"))
		return enc(&job);
	if (!strcmp(argv[1], "dgst"))
		return dgst(&job);
	errx(1, "unknown command %s", argv[1]);
}
