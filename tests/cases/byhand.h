/* SPDX-License-Identifier: GPL-2.0 */
/*
 * byhand.h - opens what an AEAD of grammar.h has sealed, with the cipher and the
 * hash that it is made of, in place as the kernel does; and knows what lengths
 * Linux 7.3 refuses.
 *
 * It asks AF_ALG for the parts, each on a socket of its own.
 */
#ifndef AC_CASES_BYHAND_H
#define AC_CASES_BYHAND_H

#include "alg.h"
#include "grammar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM 512	/* bytes of the largest message */

static unsigned char noise[ROOM], salt[64];
static const unsigned char iv[32] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

/* --- the parts --------------------------------------------------------- */

/* Sockets of a leaf's parts; -1: there is none. */
static struct {
	struct leaf leaf;
	int hash, cipher, salted;
} parts = { .hash = -1, .cipher = -1, .salted = -1 };

static const unsigned char *hash_key(void)
{
	return noise + 100;
}

static const unsigned char *cipher_key(void)
{
	return noise + 200;
}

static void close_parts(void)
{
	int *fds[] = { &parts.hash, &parts.cipher };

	for (int i = 0; i < N_OF(fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

static void open_parts(const struct leaf *leaf)
{
	if (!memcmp(leaf, &parts.leaf, sizeof(*leaf)))
		return;
	close_parts();
	parts.leaf = *leaf;
	if (leaf->hash)
		parts.hash = alg_open("hash", leaf->hash->name, hash_key(),
				      leaf->hash->keylen);
	parts.cipher = alg_open(leaf->hash ? "skcipher" : "aead",
				leaf->cipher->name, cipher_key(),
				leaf->cipher->keylen);
}

/* Every AEAD here has its IV encrypted with AES or Blowfish under a digest. */
static int essiv_iv(const struct shape *s, enum wrapper w, unsigned char *buf)
{
	const struct leaf *leaf = &s->leaf;
	const char *hash = w == ESSIV_MD5 ? "md5" : "sha256";
	const char *cipher = strstr(leaf->cipher->name, "blowfish") ?
		"ecb(blowfish)" : "ecb(aes)";
	unsigned char keys[128];
	ssize_t n;
	int fd;

	memcpy(keys, cipher_key(), leaf->cipher->keylen);
	memcpy(keys + leaf->cipher->keylen, hash_key(), leaf->hash->keylen);
	n = alg_hash(hash, NULL, 0, keys,
		     leaf->cipher->keylen + leaf->hash->keylen, salt);
	fd = n < 0 ? n : alg_open("skcipher", cipher, salt, n);
	if (fd < 0)
		return fd;
	n = alg_crypt(fd, ENC, NULL, 0, buf, leaf->cipher->size, buf);
	close(fd);
	return n;
}

/* --- opening by hand --------------------------------------------------- */

static int iv_size(const struct shape *s, int level)
{
	for (int i = level; i < s->n; i++)
		if (s->wrap[i] >= RFC4106 && s->wrap[i] <= RFC4543)
			return 8;
	return s->leaf.cipher->size;
}

/* The order in which a template hashes what it is given. */
static int digest(const struct leaf *leaf, const unsigned char *buf, int alen,
		  int len, unsigned char *out)
{
	unsigned char in[ROOM];

	memcpy(in, buf, alen + len);
	if (leaf->kind == AUTHENCESN) {
		memcpy(in + 4, buf + 8, alen + len - 8);
		memcpy(in + alen + len - 4, buf + 4, 4);
	}
	if (!leaf->hash->size)
		return 0;
	if (alg_send(parts.hash, NULL, in, alen + len, 0) != alen + len)
		return -EPROTO;
	return alg_recv(parts.hash, out, 64, 0);
}

static int verify(const struct leaf *leaf, const unsigned char *buf, int alen,
		  int len, const unsigned char *mac, int tag)
{
	unsigned char out[64];
	int n = digest(leaf, buf, alen, len, out);

	if (n < 0)
		return n;
	return memcmp(out, mac, tag) ? -EBADMSG : 0;
}

static int cipher_takes(const struct leaf *leaf, int len)
{
	const char *name = leaf->cipher->name;

	if (leaf->kind == WHOLE)
		return 1;
	if (strstr(name, "cts") || strstr(name, "adiantum"))
		return len >= 16;
	if (strstr(name, "blowfish"))
		return len % 8 == 0;
	if (strstr(name, "cbc(aes)"))
		return len % 16 == 0;
	return 1;
}

static int decipher(const struct leaf *leaf, unsigned char *text, int len,
		    const unsigned char *with)
{
	ssize_t n;

	if (!len)
		return cipher_takes(leaf, 0) ? 0 : -EINVAL;
	n = alg_crypt(parts.cipher, DEC, with, leaf->cipher->size, text, len,
		      text);
	return n == len ? 0 : n < 0 ? n : -EPROTO;
}

static int open_whole(const struct leaf *leaf, unsigned char *buf, int alen,
		      int clen, const unsigned char *with)
{
	unsigned char out[ROOM];
	ssize_t n = alg_aead(parts.cipher, DEC, with, leaf->cipher->size, alen,
			     buf, alen + clen, out, sizeof(out));

	if (n < 0)
		return n;
	memcpy(buf, out, n);
	return n - alen;
}

/* What is at @buf becomes text. Returns its length. */
static int open_leaf(const struct leaf *leaf, unsigned char *buf, int alen,
		     int clen, const unsigned char *with, int tag)
{
	int len = clen - tag, err = 0;
	unsigned char mac[64];

	if (leaf->kind == AUTHENCESN && alen < 8)
		return -EINVAL;
	if (len < 0)
		return -EINVAL;
	if (leaf->kind == WHOLE)
		return open_whole(leaf, buf, alen, clen, with);
	memcpy(mac, buf + alen + len, tag);
	if (leaf->kind != KRB5ENC)
		err = verify(leaf, buf, alen, len, mac, tag);
	if (!err)
		err = decipher(leaf, buf + alen, len, with);
	if (!err && leaf->kind == KRB5ENC)
		err = verify(leaf, buf, alen, len, mac, tag);
	return err ?: len;
}

static int open_level(const struct shape *s, int level, unsigned char *buf,
		      int alen, int clen, const unsigned char *with, int tag);

/* The last 8 bytes of the associated data are the IV's. */
static int open_rfc(const struct shape *s, int level, unsigned char *buf,
		    int alen, int clen, const unsigned char *with, int tag)
{
	int rfc4309 = s->wrap[level] == RFC4309, salted = rfc4309 ? 3 : 4, n;
	unsigned char in[ROOM], own[16] = { 3 };

	if ((alen != 16 && alen != 20) || clen < tag)
		return -EINVAL;
	memcpy(own + rfc4309, noise + 300 + 4 * level, salted);
	memcpy(own + rfc4309 + salted, with, 8);
	if (s->wrap[level] == RFC4543) {
		n = open_level(s, level + 1, buf, alen + clen - tag, tag, own,
			       tag);
		return n < 0 ? n : clen - tag;
	}
	memcpy(in, buf, alen - 8);
	memcpy(in + alen - 8, buf + alen, clen);
	n = open_level(s, level + 1, in, alen - 8, clen, own, tag);
	memcpy(buf + alen, in + alen - 8, clen);
	return n;
}

/* The IV is the first of the text. */
static int open_generated(const struct shape *s, int level, unsigned char *buf,
			  int alen, int clen, int tag)
{
	int size = iv_size(s, level), n;
	unsigned char own[32];

	if (clen < size + (s->wrap[level] == SEQIV ? tag : 0))
		return -EINVAL;
	memcpy(own, buf + alen, size);
	n = open_level(s, level + 1, buf, alen + size, clen - size, own, tag);
	return n < 0 ? n : n + size;
}

/* The IV takes the place of the last of the associated data. */
static int open_essiv(const struct shape *s, int level, unsigned char *buf,
		      int alen, int clen, const unsigned char *with, int tag)
{
	int size = iv_size(s, level), err;
	unsigned char own[32];

	if (alen < size || clen < tag)
		return -EINVAL;
	memcpy(own, with, size);
	err = essiv_iv(s, s->wrap[level], own);
	if (err < 0)
		return err;
	memcpy(buf + alen - size, own, size);
	return open_level(s, level + 1, buf, alen, clen, own, tag);
}

static int open_level(const struct shape *s, int level, unsigned char *buf,
		      int alen, int clen, const unsigned char *with, int tag)
{
	if (level == s->n)
		return open_leaf(&s->leaf, buf, alen, clen, with, tag);
	switch (s->wrap[level]) {
	case SEQIV:
	case ECHAINIV:
		return open_generated(s, level, buf, alen, clen, tag);
	case ESSIV_SHA256:
	case ESSIV_MD5:
		return open_essiv(s, level, buf, alen, clen, with, tag);
	default:
		return open_rfc(s, level, buf, alen, clen, with, tag);
	}
}

/* --- lengths ----------------------------------------------------------- */

/* Whether so much can be encrypted. */
static int takes(const struct shape *s, int alen, int len)
{
	for (int i = 0; i < s->n; i++) {
		int size = iv_size(s, i);

		switch (s->wrap[i]) {
		case SEQIV:
			alen += 8;
			len -= 8;
			break;
		case ECHAINIV:
			if (len < size)
				return 0;
			break;
		case ESSIV_SHA256:
		case ESSIV_MD5:
			if (alen < size)
				return 0;
			break;
		case RFC4543:
			if (alen != 16 && alen != 20)
				return 0;
			return 1;	/* of the text nothing is encrypted */
		default:
			if (alen != 16 && alen != 20)
				return 0;
			alen -= 8;
		}
		if (len < 0)
			return 0;
	}
	if (s->leaf.kind == AUTHENCESN && alen < 8)
		return 0;
	return cipher_takes(&s->leaf, len);
}

/*
 * How much of the text is lost to IVs; -1 if nothing comes back. echainiv needs
 * a cipher in CBC mode, whose first block is as good as an IV, and a tag that is
 * made of the cipher text; and it must be the innermost generator. What seqiv
 * puts in front of the text essiv writes over.
 */
static int lost(const struct shape *s)
{
	int sum = 0;

	for (int i = 0; i < s->n; i++) {
		if (s->wrap[i] > ECHAINIV)
			continue;
		sum += iv_size(s, i);
		if (s->wrap[i] == SEQIV && i < s->n - 1 &&
		    s->wrap[i + 1] >= ESSIV_SHA256)
			return -1;
		if (s->wrap[i] == SEQIV)
			continue;
		if (i < s->n - 1 || s->leaf.kind > AUTHENCESN ||
		    strncmp(s->leaf.cipher->name, "cbc", 3))
			return -1;
	}
	return sum;
}

static int make_key(const struct shape *s, unsigned char *key)
{
	const struct leaf *leaf = &s->leaf;
	unsigned char *p = key;

	if (leaf->kind != WHOLE) {
		unhex(p, AUTHENC_HEX "000000");
		p[7] = leaf->cipher->keylen;
		memcpy(p + 8, hash_key(), leaf->hash->keylen);
		p += 8 + leaf->hash->keylen;
	}
	memcpy(p, cipher_key(), leaf->cipher->keylen);
	p += leaf->cipher->keylen;
	for (int i = s->n - 1; i >= 0; i--) {
		int n = s->wrap[i] == RFC4309 ? 3 :
			s->wrap[i] == RFC4106 || s->wrap[i] == RFC4543 ? 4 : 0;

		memcpy(p, noise + 300 + 4 * i, n);
		p += n;
	}
	return p - key;
}

#endif
