// SPDX-License-Identifier: GPL-2.0
/*
 * Algorithms to test with arbitrary keys: common ones, and authencesn, with which
 * CVE-2026-31431 was found.
 */
#include "target.h"

#include <string.h>
#include <unistd.h>

#include "tool.h"

const struct ac_target ac_target_all[] = {
	{ "hash", "sha256", 0, 0, 0, 0 },
	{ "hash", "sha1", 0, 0, 0, 0 },
	{ "hash", "hmac(sha256)", 32, 0, 0, 0 },
	{ "skcipher", "cbc(aes)", 16, 0, 16, 0 },
	{ "skcipher", "ctr(aes)", 16, 0, 16, 0 },
	{ "skcipher", "xts(aes)", 32, 0, 16, 0 },
	{ "aead", "gcm(aes)", 16, 0, 12, 16 },
	{ "aead", "ccm(aes)", 16, 0, 16, 16 },
	{ "aead", "rfc4106(gcm(aes))", 20, 0, 8, 16 },
	{ "aead", "authenc(hmac(sha256),cbc(aes))", 16, 32, 16, 16 },
	{ "aead", "authencesn(hmac(sha256),cbc(aes))", 16, 32, 16, 16 },
	{ "aead", "authencesn(hmac(sha1),cbc(aes))", 16, 20, 16, 12 },
	{ "aead", "authencesn(hmac(sha256),rfc3686(ctr(aes)))", 20, 32, 8, 16 },
};

const size_t ac_target_count = ARRAY_SIZE(ac_target_all);

/* For ccm, the first byte is the size of its length field minus one. */
static const unsigned char iv[16] = { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7 };

static int set_key(int fd, const struct ac_target *target)
{
	unsigned char bytes[64], key[AC_ALG_KEY_MAX];
	size_t len = target->keylen;
	unsigned int i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7 + 1);
	if (!target->authlen)
		return len ? ac_alg_set_key(fd, bytes, len) : 0;
	len = ac_alg_authenc_key(key, bytes, target->authlen, bytes, len);
	return ac_alg_set_key(fd, key, len);
}

int ac_target_open(const struct ac_target *target)
{
	int fd, err;

	fd = ac_alg_bind(target->type, target->name);
	if (fd < 0)
		return fd;
	err = set_key(fd, target);
	if (!err && target->taglen)
		err = ac_alg_set_tag(fd, target->taglen);
	if (!err)
		return fd;
	close(fd);
	return err;
}

struct ac_alg_control ac_target_control(const struct ac_target *target, int op)
{
	return (struct ac_alg_control) {
		.op = op, .iv = iv, .ivlen = target->ivlen,
		.assoclen = target->taglen ? AC_TARGET_AAD : -1,
	};
}
