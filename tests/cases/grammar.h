/* SPDX-License-Identifier: GPL-2.0 */
/*
 * grammar.h - names of AEADs, made of all parts that fit together and some that
 * should not.
 *
 *	shape:	leaf | wrapper(shape)			at most WRAPS_DEEP wrappers
 *	leaf:	template(hash,cipher) | an AEAD as it is
 *
 * The hashes have tags of 0, 1, 2, 4, 8, 16 and 32 bytes, the ciphers IVs of 0, 1,
 * 8, 16 and 32.
 */
#ifndef AC_CASES_GRAMMAR_H
#define AC_CASES_GRAMMAR_H

#include <stdio.h>
#include <string.h>

#define WRAPS_DEEP	2
#define NAME_ROOM	128	/* what the kernel has for one, with its end */
#define N_OF(array)	((int)(sizeof(array) / sizeof((array)[0])))

struct part {
	const char *name;
	int keylen;
	int size;		/* of the digest, or of the IV */
};

static const struct part grammar_hashes[] = {
	{ "hmac(sha256)", 32, 32 },
	{ "hmac(md5)", 16, 16 },
	{ "xxhash64", 8, 8 },
	{ "crc32c", 4, 4 },
	{ "crct10dif", 0, 2 },
	{ "cbcmac(cipher_null)", 0, 1 },
	{ "digest_null", 0, 0 },
};

static const struct part grammar_ciphers[] = {
	{ "cbc(aes)", 16, 16 },
	{ "ctr(aes)", 16, 16 },
	{ "rfc3686(ctr(aes))", 20, 8 },
	{ "cbc(blowfish)", 16, 8 },
	{ "cbc(cipher_null)", 0, 1 },
	{ "ecb(cipher_null)", 0, 0 },
	{ "essiv(cbc(aes),sha256)", 16, 16 },
	{ "cts(cbc(aes))", 16, 16 },
	{ "adiantum(xchacha12,aes)", 32, 32 },
};

enum leaf_kind { AUTHENC, AUTHENCESN, KRB5ENC, WHOLE };

static const char * const grammar_kinds[] = {
	[AUTHENC] = "authenc", [AUTHENCESN] = "authencesn", [KRB5ENC] = "krb5enc",
};

/* Here size is that of the IV; all their tags have 16 bytes. */
static const struct part grammar_wholes[] = {
	{ "gcm(aes)", 16, 12 },
	{ "ccm(aes)", 16, 16 },
	{ "rfc7539(chacha20,poly1305)", 32, 12 },
	{ "aegis128", 16, 16 },
};

enum wrapper { SEQIV, ECHAINIV, RFC4106, RFC4309, RFC4543, ESSIV_SHA256,
	       ESSIV_MD5, WRAPPERS };

static const char * const grammar_wrappers[WRAPPERS] = {
	"seqiv(%s)", "echainiv(%s)", "rfc4106(%s)", "rfc4309(%s)", "rfc4543(%s)",
	"essiv(%s,sha256)", "essiv(%s,md5)",
};

struct leaf {
	enum leaf_kind kind;
	const struct part *hash;	/* not of a whole */
	const struct part *cipher;	/* or the whole */
	int tag;			/* bytes, if nobody says otherwise */
};

struct shape {
	char name[NAME_ROOM];
	struct leaf leaf;
	int n;
	enum wrapper wrap[WRAPS_DEEP];	/* the outermost comes first */
};

/* Returns whether it is worth while to wrap it. */
typedef int (*grammar_take)(const struct shape *s);

static void grammar_wrap(const struct shape *in, grammar_take take)
{
	if (in->n == WRAPS_DEEP)
		return;
	for (int w = 0; w < WRAPPERS; w++) {
		struct shape s = *in;

		if (strlen(in->name) + 16 >= NAME_ROOM)
			return;
		snprintf(s.name, sizeof(s.name), grammar_wrappers[w], in->name);
		memmove(s.wrap + 1, in->wrap, in->n * sizeof(s.wrap[0]));
		s.wrap[0] = w;
		s.n++;
		if (take(&s))
			grammar_wrap(&s, take);
	}
}

static void grammar_leaf(const struct leaf *leaf, grammar_take take)
{
	struct shape s = { .leaf = *leaf };

	if (leaf->kind == WHOLE)
		snprintf(s.name, sizeof(s.name), "%s", leaf->cipher->name);
	else
		snprintf(s.name, sizeof(s.name), "%s(%s,%s)",
			 grammar_kinds[leaf->kind], leaf->hash->name,
			 leaf->cipher->name);
	if (take(&s))
		grammar_wrap(&s, take);
}

/* All of them; names that cannot be bound are not wrapped. */
static void grammar_all(grammar_take take)
{
	struct leaf leaf = { .kind = WHOLE, .tag = 16 };

	for (int i = 0; i < N_OF(grammar_wholes); i++) {
		leaf.cipher = &grammar_wholes[i];
		grammar_leaf(&leaf, take);
	}
	for (leaf.kind = AUTHENC; leaf.kind <= KRB5ENC; leaf.kind++) {
		for (int h = 0; h < N_OF(grammar_hashes); h++) {
			for (int c = 0; c < N_OF(grammar_ciphers); c++) {
				leaf.hash = &grammar_hashes[h];
				leaf.cipher = &grammar_ciphers[c];
				leaf.tag = leaf.hash->size;
				grammar_leaf(&leaf, take);
			}
		}
	}
}

#endif
