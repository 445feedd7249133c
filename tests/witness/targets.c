// SPDX-License-Identifier: GPL-2.0
/*
 * targets.c - the algorithms that the page-cache check tries: everything in
 * /proc/crypto by name and by driver, templates over each bare cipher and each
 * hash there, and compositions that real users have.
 */
#include "../cases/alg.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "targets.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

struct target *targets;
int ntargets;

/* ---------------- which there are ---------------- */

void target_add(const char *type, const char *name)
{
	for (int i = 0; i < ntargets; i++)
		if (!strcmp(targets[i].name, name) &&
		    !strcmp(targets[i].type, type))
			return;
	targets = realloc(targets, (ntargets + 1) * sizeof(*targets));
	memset(&targets[ntargets], 0, sizeof(*targets));
	snprintf(targets[ntargets].type, sizeof(targets->type), "%s", type);
	snprintf(targets[ntargets++].name, sizeof(targets->name), "%s", name);
}

__attribute__((format(printf, 2, 3)))
static void target_addf(const char *type, const char *fmt, ...)
{
	char name[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	if (strlen(name) < 64)		/* what sockaddr_alg has room for */
		target_add(type, name);
}

/* Templates over each bare cipher and each hash that the kernel has. */
static void add_modes(const char *cipher)
{
	static const char * const modes[] = {
		"ecb(%s)", "cbc(%s)", "ctr(%s)", "xts(%s)", "lrw(%s)",
		"pcbc(%s)", "cfb(%s)", "ofb(%s)", "cts(cbc(%s))", "xctr(%s)",
		"kw(%s)",
	};

	if (!strncmp(cipher, "cipher_null", 11))
		return;		/* has no block: ecb() of it is a driver of its own */
	for (unsigned int i = 0; i < N(modes); i++)
		target_addf("skcipher", modes[i], cipher);
	target_addf("aead", "gcm(%s)", cipher);
	target_addf("aead", "ccm(%s)", cipher);
	target_addf("hash", "cmac(%s)", cipher);
	target_addf("hash", "xcbc(%s)", cipher);
}

static void add_hash(const char *name)
{
	target_add("hash", name);
	if (strchr(name, '('))
		return;
	target_addf("hash", "hmac(%s)", name);
	target_addf("aead", "authenc(hmac(%s),cbc(aes))", name);
	target_addf("aead", "authencesn(hmac(%s),cbc(aes))", name);
}

/*
 * pcrypt() takes the name of a driver, and gives it away for another name.
 * Not cryptd(): its AEADs fail the kernel's self-tests, with a warning (6.1).
 */
static void add_aead_driver(const char *driver)
{
	target_add("aead", driver);
	if (strncmp(driver, "pcrypt(", 7))
		target_addf("aead", "pcrypt(%s)", driver);
}

static void add_entry(const char *type, const char *name, const char *driver)
{
	if (!strcmp(type, "shash") || !strcmp(type, "ahash")) {
		add_hash(name);
		target_add("hash", driver);
	} else if (!strcmp(type, "skcipher") || !strcmp(type, "lskcipher")) {
		target_add("skcipher", name);
		target_add("skcipher", driver);
	} else if (!strcmp(type, "aead")) {
		target_add("aead", name);
		add_aead_driver(driver);
	} else if (!strcmp(type, "cipher")) {
		add_modes(name);
	}
}

/* Entries end with an empty line; internal ones cannot be bound. */
void targets_add_registered(void)
{
	char line[256], name[128] = "", driver[128] = "", type[32] = "";
	FILE *f = fopen("/proc/crypto", "r");
	int internal = 0;

	while (f && fgets(line, sizeof(line), f)) {
		sscanf(line, "name : %127s", name);
		sscanf(line, "driver : %127s", driver);
		sscanf(line, "type : %31s", type);
		internal |= !strncmp(line, "internal     : yes", 18);
		if (*line != '\n')
			continue;
		if (!internal)
			add_entry(type, name, driver);
		internal = 0;
	}
	if (f)
		fclose(f);
}

void targets_add_composed(void)
{
	static const char * const aeads[] = {
		"rfc4106(gcm(aes))", "rfc4309(ccm(aes))", "rfc4543(gcm(aes))",
		"rfc7539(chacha20,poly1305)", "rfc7539esp(chacha20,poly1305)",
		"authenc(hmac(sha256),rfc3686(ctr(aes)))",
		"authencesn(hmac(sha256),rfc3686(ctr(aes)))",
		"authenc(hmac(sha1),cbc(des3_ede))",
		"authencesn(hmac(sha1),cbc(des3_ede))",
		"authenc(hmac(sha256),ecb(cipher_null))",
		"authencesn(hmac(sha256),ecb(cipher_null))",
		"seqiv(rfc4106(gcm(aes)))", "seqiv(gcm(aes))",
		"seqiv(rfc4309(ccm(aes)))",
		"echainiv(authenc(hmac(sha256),cbc(aes)))",
		"echainiv(authencesn(hmac(sha256),cbc(aes)))",
		"essiv(authenc(hmac(sha256),cbc(aes)),sha256)",
		"aegis128", "morus640",
	};
	static const char * const skciphers[] = {
		"rfc3686(ctr(aes))", "cts(cbc(aes))", "essiv(cbc(aes),sha256)",
		"adiantum(xchacha12,aes)", "adiantum(xchacha20,aes)",
		"hctr2(aes)", "chacha20", "xchacha20", "xchacha12", "ecb(cipher_null)",
		"ecb(arc4)", "salsa20",
	};

	for (unsigned int i = 0; i < N(aeads); i++)
		target_add("aead", aeads[i]);
	for (unsigned int i = 0; i < N(skciphers); i++)
		target_add("skcipher", skciphers[i]);
	target_add("hash", "vmac64(aes)");
	target_add("hash", "hmac(streebog256)");
}

/* ---------------- making a transform usable ---------------- */

static const uint8_t iv[64];
static uint8_t key_bytes[1088];

/* A key of authenc() and authencesn(): lengths in front, two keys behind. */
static int key_authenc(int tfm)
{
	static const uint8_t enclens[] = { 16, 20, 24, 8, 32, 0 };
	uint8_t key[8 + 20 + 32] = { AUTHENC_BYTES };
	int err = -EINVAL;

	memcpy(key + 8, key_bytes, 52);
	for (unsigned int i = 0; err && i < N(enclens); i++) {
		key[7] = enclens[i];
		err = alg_key(tfm, key, 8 + 20 + enclens[i]);
	}
	return err;
}

static int key_any(int tfm)
{
	static const int lens[] = {
		32, 16, 24, 8, 64, 20, 36, 19, 35, 48, 40, 28, 4, 1, 0, 1088,
	};
	int err = -EINVAL;

	for (unsigned int i = 0; err && i < N(lens); i++)
		err = alg_key(tfm, key_bytes, lens[i]);
	return err;
}

/* The length of the IV is what the kernel takes. */
static int find_ivlen(struct target *t)
{
	static const int lens[] = { 16, 0, 12, 8, 32, 24, 4, 11, 64 };
	int op = alg_accept(t->tfm), ret = -EINVAL;

	if (op < 0)
		return op;
	for (unsigned int i = 0; ret < 0 && i < N(lens); i++) {
		struct alg_ctl ctl = { ENC, iv, lens[i], -1 };

		ret = alg_send(op, &ctl, NULL, 0, MSG_MORE);
		t->ivlen = lens[i];
	}
	close(op);
	return ret;
}

static int find_taglen(struct target *t)
{
	static const int lens[] = { 16, 12, 20, 8, 4, 24, 32, 48, 64 };
	int err = -EINVAL;

	for (unsigned int i = 0; err && i < N(lens); i++) {
		err = alg_authsize(t->tfm, lens[i]);
		t->taglen = lens[i];
	}
	return err;
}

int target_open(struct target *t)
{
	int err;

	fill(key_bytes, sizeof(key_bytes), 9);
	t->tfm = alg_bind(t->type, t->name);
	if (t->tfm == -EINVAL)
		return -ENOENT;	/* a composition that newer kernels refuse */
	if (t->tfm < 0)
		return t->tfm;
	err = strstr(t->name, "authenc") ? key_authenc(t->tfm) :
	      key_any(t->tfm);
	if (!strcmp(t->type, "hash"))
		return 0;	/* most have no key */
	if (!err && !strcmp(t->type, "aead"))
		err = find_taglen(t);
	return err ?: find_ivlen(t);
}

