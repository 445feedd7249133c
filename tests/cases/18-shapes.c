// SPDX-License-Identifier: GPL-2.0
/*
 * 18-shapes - AEADs with less associated data, text and tag than they expect.
 *
 * Kernels before 2026 crash in authencesn and essiv when the associated data is
 * too short for the sequence numbers or the IV in it; newer ones say EINVAL,
 * and so does algif_copy on all of them. The stock types are not asked.
 */
#include "alg.h"
#include "tap.h"

static const struct shape {
	const char *name;
	unsigned int keylen;
	int authenc;		/* the key is in authenc's format */
	unsigned int ivlen;
	unsigned int min;	/* bytes of associated data that it needs */
} shapes[] = {
	{ "authencesn(hmac(sha256),cbc(aes))", 56, 16, 16, 8 },
	{ "authencesn(hmac(sha256),ctr(aes))", 56, 16, 16, 8 },
	{ "authencesn(digest_null,ecb(cipher_null))", 8, 0, 0, 8 },
	{ "authencesn(digest_null,cbc(aes))", 24, 16, 16, 8 },
	{ "essiv(authenc(hmac(sha256),cbc(aes)),sha256)", 56, 16, 16, 16 },
	{ "authenc(hmac(sha256),cbc(aes))", 56, 16, 16, 0 },
	{ "authenc(digest_null,ecb(cipher_null))", 8, 0, 0, 0 },
	{ "gcm(aes)", 16, -1, 12, 0 },
	{ "rfc4106(gcm(aes))", 20, -1, 8, 0 },
	{ "rfc4543(gcm(aes))", 20, -1, 8, 0 },
	{ "ccm(aes)", 16, -1, 16, 0 },
	{ "rfc4309(ccm(aes))", 19, -1, 8, 0 },
	{ "rfc7539(chacha20,poly1305)", 32, -1, 12, 0 },
	{ "seqiv(rfc4106(gcm(aes)))", 20, -1, 8, 0 },
};

static const unsigned int aads[] = { 0, 1, 2, 4, 7, 8, 12, 15, 16, 20 };
static const unsigned int texts[] = { 0, 1, 4, 15, 16, 32 };

static unsigned char in[256], out[512];

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int open_shape(const struct shape *s, unsigned int authsize)
{
	/* rtattr: length 8, type 1; then the size of the cipher's key */
	unsigned char key[72] = { AUTHENC_BYTES, 0, 0, 0, 0 };

	if (s->authenc >= 0)
		key[7] = s->authenc;
	return alg_open_aead(s->name, key, s->keylen, authsize);
}

/* One operation. Whatever comes of it, the next one must be possible. */
static ssize_t run(const struct shape *s, int fd, int op, unsigned int aad,
		   unsigned int len)
{
	/* ccm wants the size of its length field in the first byte */
	static const unsigned char iv[16] = { 1 };
	struct alg_ctl ctl = { op, iv, s->ivlen, aad };

	if (alg_send(fd, &ctl, in, len, 0) != (ssize_t)len)
		return -EPROTO;
	return alg_recv(fd, out, sizeof(out), MSG_DONTWAIT);
}

/* All lengths of text; how many of the answers were not allowed. */
static int wrong_answers(const struct shape *s, int fd, unsigned int aad,
			 unsigned int authsize)
{
	int wrong = 0;

	for (size_t i = 0; i < COUNT(texts); i++) {
		unsigned int len = aad + texts[i];
		ssize_t enc = run(s, fd, ENC, aad, len);
		ssize_t dec = run(s, fd, DEC, aad, len + authsize);

		if (aad < s->min) {
			wrong += enc != -EINVAL || dec != -EINVAL;
			continue;
		}
		wrong += enc != (ssize_t)(len + authsize) && enc != -EINVAL;
		wrong += dec != (ssize_t)len && dec != -EINVAL &&
			 dec != -EBADMSG;
	}
	return wrong;
}

static void try_shape(const struct shape *s, unsigned int authsize)
{
	int fd, wrong;

	for (size_t i = 0; i < COUNT(aads); i++) {
		fd = open_shape(s, authsize);
		if (fd < 0)
			return;
		wrong = wrong_answers(s, fd, aads[i], authsize);
		is_num(wrong, 0, "%s, tag of %u, AAD of %u: %s", s->name,
		       authsize, aads[i],
		       aads[i] < s->min ? "EINVAL" : "a result or an error");
		close(fd);
	}
}

static void body(void)
{
	if (harms_stock("AEADs with short associated data"))
		return;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		int fd = open_shape(&shapes[i], 0);

		if (fd < 0)
			note("%s: not in this kernel", shapes[i].name);
		else
			close(fd);
		for (unsigned int tag = 4; tag <= 16; tag += 4)
			try_shape(&shapes[i], tag);
	}
}

int main(void)
{
	return tap_run(body, 60);
}
