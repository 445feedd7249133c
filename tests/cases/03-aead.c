// SPDX-License-Identifier: GPL-2.0
/*
 * 03-aead - known answers, associated data, tags, short buffers, nothing
 * unverified.
 *
 * Known answers: McGrew and Viega, "The Galois/Counter Mode of Operation",
 * test cases 1 and 4; NIST SP 800-38C example 1 (CCM). Checked with Python's
 * cryptography (OpenSSL).
 */
#include "alg.h"
#include "tap.h"

#define GCM_KEY "feffe9928665731c6d6a8f9467308308"
#define GCM_IV "cafebabefacedbaddecaf888"
#define GCM_AAD "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define GCM_TEXT "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" \
		 "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
#define GCM_CIPHER "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e" \
		   "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
#define GCM_TAG "5bc94fbc3221a5db94fae95ae7121a47"

/* AAD | text and AAD | cipher text | tag of the vector */
static unsigned char plain[80], sealed[96], iv[16];

static int open_gcm(unsigned int authsize)
{
	unsigned char key[16];
	int fd;

	fd = alg_open_aead("gcm(aes)", key, unhex(key, GCM_KEY), authsize);
	ok(fd >= 0, "gcm(aes): operation socket, tags of %u", authsize);
	return fd;
}

static ssize_t begin(int fd, int op, int64_t assoclen, const void *in,
		     size_t len, int flags)
{
	struct alg_ctl ctl = { op, iv, 12, assoclen };

	return alg_send(fd, &ctl, in, len, flags);
}

static void gcm_vector(void)
{
	unsigned char out[128];
	int fd = open_gcm(16);

	memset(out, 0xee, sizeof(out));
	is_num(begin(fd, ENC, 20, plain, 80, 0), 80, "gcm: send AAD, text");
	is_num(alg_recv(fd, out, 96, 0), 96, "gcm: encrypt");
	is_mem(out, sealed, 96, "gcm: AAD, cipher text and tag");
	is_num(out[96], 0xee, "gcm: nothing behind them");
	memset(out, 0xee, sizeof(out));
	is_num(begin(fd, DEC, 20, sealed, 96, 0), 96, "gcm: send it back");
	is_num(alg_recv(fd, out, 80, 0), 80, "gcm: decrypt");
	is_mem(out, plain, 80, "gcm: AAD and text");
	is_num(out[80], 0xee, "gcm: nothing behind them");
	is_num(alg_recv(fd, out, 16, MSG_DONTWAIT), -EAGAIN, "gcm: all read");
	close(fd);
}

static void short_tag(void)
{
	unsigned char out[128];
	int fd = open_gcm(12);

	begin(fd, ENC, 20, plain, 80, 0);
	is_num(alg_recv(fd, out, 92, 0), 92, "tag of 12: encrypt");
	is_mem(out, sealed, 92, "tag of 12: the first 12 of 16");
	begin(fd, DEC, 20, sealed, 92, 0);
	is_num(alg_recv(fd, out, 80, 0), 80, "tag of 12: decrypt");
	is_mem(out, plain, 80, "tag of 12: AAD and text");
	close(fd);
}

static void authsizes(void)
{
	int fd = alg_bind("aead", "gcm(aes)"), op;
	unsigned char key[16];

	is_num(alg_authsize(fd, 17), -EINVAL, "no tag of 17 bytes");
	is_num(alg_authsize(fd, 3), -EINVAL, "no tag of 3 bytes");
	is_num(alg_authsize(fd, 16), 0, "a tag of 16 before the key");
	is_num(alg_key(fd, key, unhex(key, GCM_KEY)), 0, "the key");
	op = alg_accept(fd);
	is_num(alg_authsize(fd, 12), -EBUSY, "not while a child exists");
	close(op);
	is_num(alg_authsize(fd, 12), 0, "but after it");
	close(fd);
}

static void ccm_vector(void)
{
	unsigned char key[16], out[32], want[16], in[16];
	int fd;

	unhex(key, "404142434445464748494a4b4c4d4e4f");
	unhex(iv, "07101112131415160000000000000000");
	unhex(in, "000102030405060720212223");
	unhex(want, "00010203040506077162015b4dac255d");
	fd = alg_open_aead("ccm(aes)", key, 16, 4);
	is_num(alg_aead(fd, ENC, iv, 16, 8, in, 12, out, 16), 16, "ccm: encrypt");
	is_mem(out, want, 16, "ccm: SP 800-38C example 1");
	is_num(alg_aead(fd, DEC, iv, 16, 8, want, 16, out, 12), 12,
	       "ccm: decrypt");
	is_mem(out, in, 12, "ccm: and back");
	close(fd);
	unhex(iv, GCM_IV);
}

static void empty_parts(void)
{
	unsigned char zero[16] = { 0 }, want[16], out[64];
	int fd = alg_open_aead("gcm(aes)", zero, 16, 16);

	unhex(want, "58e2fccefa7e3061367f1d57a4e7455a");
	is_num(alg_aead(fd, ENC, zero, 12, 0, "", 0, out, 16), 16,
	       "empty message: the tag");
	is_mem(out, want, 16, "empty message: GCM test case 1");
	is_num(alg_aead(fd, DEC, zero, 12, 0, want, 16, out, 16), 0,
	       "and its decryption");
	close(fd);
	fd = open_gcm(16);
	is_num(alg_aead(fd, ENC, iv, 12, 20, plain, 20, out, 36), 36,
	       "AAD alone: encrypt");
	is_mem(out, plain, 20, "AAD alone: comes first");
	is_num(alg_aead(fd, DEC, iv, 12, 20, out, 36, out, 20), 20,
	       "AAD alone: decrypt");
	is_mem(out, plain, 20, "AAD alone: back");
	close(fd);
}

static void more(void)
{
	unsigned char out[96];
	int fd = open_gcm(16);

	is_num(begin(fd, ENC, 20, plain, 10, MSG_MORE), 10, "10 MORE");
	is_num(alg_recv(fd, out, 96, MSG_DONTWAIT), -EAGAIN, "recv too early");
	is_num(alg_send(fd, NULL, plain + 10, 70, MSG_MORE), 70, "70 MORE");
	is_num(alg_recv(fd, out, 96, MSG_DONTWAIT), -EAGAIN, "still too early");
	is_num(alg_send(fd, NULL, "", 0, 0), 0, "empty end");
	is_num(alg_recv(fd, out, 96, 0), 96, "recv");
	is_mem(out, sealed, 96, "as in one shot");
	is_num(begin(fd, ENC, 20, plain, 80, 0), 80, "a whole message");
	is_num(alg_send(fd, NULL, plain, 1, 0), -EINVAL, "another one");
	is_num(alg_send(fd, NULL, plain, 1, MSG_MORE), -EINVAL, "with MORE");
	is_num(alg_recv(fd, out, 96, 0), 96, "recv");
	is_mem(out, sealed, 96, "the refused ones changed nothing");
	close(fd);
}

/* Room that is too short: less input is used, the rest stays queued. */
static void short_buffers(void)
{
	unsigned char out[64], want[64], once[64];
	int fd = open_gcm(16), ref = open_gcm(16);

	is_num(begin(fd, ENC, 8, plain, 24, 0), 24, "8 AAD, 16 text");
	is_num(alg_recv(fd, out, 40, 0), 40, "recv 40");
	is_mem(out, plain, 8, "a copy of the AAD");
	is_num(begin(fd, ENC, 8, plain, 24, 0), 24, "the same");
	is_num(alg_recv(fd, out, 39, 0), 39, "recv 39");
	is_num(alg_aead(ref, ENC, iv, 12, 8, plain, 23, once, 39), 39,
	       "one byte less on another socket");
	is_mem(out, once, 39, "is what was used");
	is_num(alg_recv(fd, out, 40, 0), -EINVAL, "the byte left is no message");
	is_num(alg_recv(fd, out, 40, 0), -EINVAL, "and stays");
	close(fd);
	fd = open_gcm(16);
	memset(want, 0xee, sizeof(want));
	memset(out, 0xee, sizeof(out));
	begin(fd, ENC, 8, plain, 12, 0);
	is_num(alg_recv(fd, out, 10, 0), -EINVAL, "no room even for a tag");
	is_mem(out, want, 64, "nothing was written");
	is_num(alg_recv(fd, out, 28, 0), 28, "nothing was lost");
	close(fd);
	close(ref);
}

static void short_for_decryption(void)
{
	unsigned char out[64], empty[24];
	int fd = open_gcm(16);

	begin(fd, ENC, 8, plain, 8, 0);
	is_num(alg_recv(fd, empty, 24, 0), 24, "8 AAD, no text: sealed");
	begin(fd, DEC, 8, empty, 20, 0);
	is_num(alg_recv(fd, out, 8, 0), -EINVAL, "no room for a tag in it");
	is_num(alg_recv(fd, out, 8, 0), -EINVAL, "the data stays");
	close(fd);
	fd = open_gcm(16);
	begin(fd, DEC, 8, empty, 24, 0);
	is_num(alg_recv(fd, out, 4, 0), -EINVAL, "recv less than the AAD");
	differs("data is lost before the fix of the minimum RX size");
	is_num(alg_recv(fd, out, 8, MSG_DONTWAIT), 8, "the data stays");
	close(fd);
	fd = open_gcm(16);
	begin(fd, ENC, 32, plain, 16, 0);
	is_num(alg_recv(fd, out, 32, 0), -EINVAL, "less data than AAD");
	is_num(alg_recv(fd, out, 48, 0), -EINVAL, "however much room");
	close(fd);
}

/* A forgery leaves the caller's buffer as it was, and is gone. */
static void forgery(const char *name, int at)
{
	unsigned char out[96], poison[96], bad[96];
	int fd = open_gcm(16);

	memcpy(bad, sealed, 96);
	bad[at] ^= 1;
	memset(poison, 0x5a, sizeof(poison));
	memset(out, 0x5a, sizeof(out));
	begin(fd, DEC, 20, bad, 96, 0);
	is_num(alg_recv(fd, out, 80, 0), -EBADMSG, "%s changed", name);
	differs("unverified plain text is left in the buffer");
	is_mem(out, poison, 96, "%s changed: not one byte written", name);
	is_num(alg_recv(fd, out, 80, MSG_DONTWAIT), -EAGAIN, "it is gone");
	begin(fd, DEC, 20, sealed, 96, 0);
	is_num(alg_recv(fd, out, 80, 0), 80, "a good one after it");
	is_mem(out, plain, 80, "is right");
	close(fd);
}

/* The same for other modes, with several pages of text. */
static void large_forgery(const char *name, const char *keyhex, int ivlen)
{
	static unsigned char in[9000], out[9100], poison[9100];
	unsigned char key[80], iv1[16] = { 3, 1, 2, 3 };
	int fd = alg_open_aead(name, key, unhex(key, keyhex), 16);
	ssize_t n;

	if (fd < 0) {
		skip("%s: %s", name, strerror(-fd));
		return;
	}
	fill(in, sizeof(in), 3);
	memset(poison, 0x5a, sizeof(poison));
	n = alg_aead(fd, ENC, iv1, ivlen, 16, in, 8016, out, 8032);
	is_num(n, 8032, "%s: encrypt 8000", name);
	memcpy(in, out, 8032);
	is_num(alg_aead(fd, DEC, iv1, ivlen, 16, in, 8032, out, 8016), 8016,
	       "%s: decrypt", name);
	in[8031] ^= 0x80;
	memset(out, 0x5a, sizeof(out));
	is_num(alg_aead(fd, DEC, iv1, ivlen, 16, in, 8032, out, 8016), -EBADMSG,
	       "%s: a forged tag", name);
	differs("unverified plain text is left in the buffer");
	is_mem(out, poison, sizeof(out), "%s: not one byte written", name);
	close(fd);
}

/* A message without an IV of its own uses the one that was set last. */
static void iv_snapshot(const char *name, const char *keyhex, int ivlen)
{
	struct alg_ctl no_iv = { ENC, NULL, 0, 8 };
	unsigned char key[80], one[64], two[64], iv1[16] = { 3, 7 };
	int fd = alg_open_aead(name, key, unhex(key, keyhex), 16);

	if (fd < 0) {
		skip("%s: %s", name, strerror(-fd));
		return;
	}
	is_num(alg_aead(fd, ENC, iv1, ivlen, 8, plain, 40, one, 56), 56,
	       "%s: a message", name);
	is_num(alg_send(fd, &no_iv, plain, 40, 0), 40, "%s: no new IV", name);
	is_num(alg_recv(fd, two, 56, 0), 56, "%s: recv", name);
	differs("the IV is written back before the snapshot of the IV");
	is_mem(two, one, 56, "%s: the IV has not moved", name);
	close(fd);
}

static void huge_assoclen(void)
{
	unsigned char out[96];
	int fd = open_gcm(16);

	differs("no limit before CVE-2026-52972");
	is_num(begin(fd, ENC, 0x80000000u, plain, 80, 0), -EINVAL,
	       "assoclen 2^31");
	close(fd);
	fd = open_gcm(16);
	differs("no limit before CVE-2026-52972");
	is_num(begin(fd, ENC, 0xffffffffu, plain, 80, 0), -EINVAL,
	       "assoclen 2^32 - 1");
	close(fd);
	fd = open_gcm(16);
	begin(fd, ENC, 0x7fffffffu, plain, 80, 0);
	is_num(alg_recv(fd, out, 96, MSG_DONTWAIT), -EINVAL,
	       "assoclen 2^31 - 1 is more than the data");
	close(fd);
}

/* AAD of more than a page, cut into pieces. */
static void large_aad(void)
{
	static unsigned char in[10000], a[10016], b[10016];
	int fd = open_gcm(16);

	fill(in, sizeof(in), 11);
	is_num(alg_aead(fd, ENC, iv, 12, 9000, in, 10000, a, 10016), 10016,
	       "9000 bytes of AAD");
	is_mem(a, in, 9000, "are copied");
	begin(fd, ENC, 9000, in, 4097, MSG_MORE);
	alg_send(fd, NULL, in + 4097, 5000, MSG_MORE);
	alg_send(fd, NULL, in + 9097, 903, 0);
	is_num(alg_recv(fd, b, 10016, 0), 10016, "the same in pieces");
	is_mem(b, a, 10016, "is the same");
	is_num(alg_aead(fd, DEC, iv, 12, 9000, a, 10016, b, 10000), 10000,
	       "decrypt");
	is_mem(b, in, 10000, "AAD and text");
	close(fd);
}

/*
 * essiv puts the IV in the place of the end of the associated data, as dm-crypt has
 * it there, and that is what is authentic.
 */
static void essiv_data(const char *keyhex)
{
	static const char name[] = "essiv(authenc(hmac(sha256),cbc(aes)),sha256)";
	unsigned char key[80], in[24 + 64 + 32], out[24 + 64 + 32];
	int fd = alg_open_aead(name, key, unhex(key, keyhex), 32);

	if (fd < 0) {
		skip("%s: %s", name, strerror(-fd));
		return;
	}
	fill(in, sizeof(in), 12);
	is_num(alg_aead(fd, ENC, iv, 16, 24, in, 24 + 64, out, sizeof(out)),
	       sizeof(out), "%s: encrypt", name);
	memcpy(in + 24, out + 24, 64 + 32);
	differs("without its IV where decryption is out of place");
	is_num(alg_aead(fd, DEC, iv, 16, 24, in, sizeof(in), out, 24 + 64),
	       24 + 64, "%s: decrypt with the same associated data", name);
	close(fd);
}

#define AUTHENC_KEY /* rtattr: enckeylen 16; 32 bytes hmac, 16 bytes aes */ \
	AUTHENC_HEX "00000010" \
	"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff" \
	"0f0e0d0c0b0a09080706050403020100"

static void body(void)
{
	size_t n = unhex(plain, GCM_AAD GCM_TEXT);

	ok(n == 80, "the vector is whole");
	unhex(sealed, GCM_AAD GCM_CIPHER GCM_TAG);
	unhex(iv, GCM_IV);
	gcm_vector();
	short_tag();
	authsizes();
	ccm_vector();
	empty_parts();
	more();
	short_buffers();
	short_for_decryption();
	forgery("AAD", 3);
	forgery("text", 40);
	forgery("tag", 95);
	large_forgery("gcm(aes)", GCM_KEY, 12);
	large_forgery("ccm(aes)", GCM_KEY, 16);
	large_forgery("rfc7539(chacha20,poly1305)", GCM_KEY GCM_KEY, 12);
	large_forgery("authenc(hmac(sha256),cbc(aes))", AUTHENC_KEY, 16);
	large_forgery("authencesn(hmac(sha256),cbc(aes))", AUTHENC_KEY, 16);
	iv_snapshot("gcm(aes)", GCM_KEY, 12);
	iv_snapshot("ccm(aes)", GCM_KEY, 16);
	iv_snapshot("authenc(hmac(sha256),cbc(aes))", AUTHENC_KEY, 16);
	huge_assoclen();
	large_aad();
	essiv_data(AUTHENC_KEY);
}

int main(void)
{
	return tap_run(body, 40);
}
