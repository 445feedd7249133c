// SPDX-License-Identifier: GPL-2.0
/*
 * 02-skcipher - known answers, IV and rounding, block and stream modes.
 *
 * Known answers: NIST SP 800-38A F.1, F.2, F.5 (ECB, CBC, CTR) and IEEE 1619
 * vector 2 (XTS); checked with OpenSSL.
 */
#include "alg.h"
#include "tap.h"

#define KEY128 "2b7e151628aed2a6abf7158809cf4f3c"
#define KEY192 "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"
#define KEY256 "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
#define IV0 "000102030405060708090a0b0c0d0e0f"
#define CTR0 "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
#define TEXT "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" \
	     "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
#define CBC128 "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2" \
	       "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"
#define CTR128 "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff" \
	       "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"

static const struct vector {
	const char *name, *key, *iv, *text, *cipher;
} vectors[] = {
	{ "ecb(aes)", KEY128, "", TEXT,
	  "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
	  "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4" },
	{ "cbc(aes)", KEY128, IV0, TEXT, CBC128 },
	{ "cbc(aes)", KEY192, IV0, TEXT,
	  "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"
	  "571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd" },
	{ "cbc(aes)", KEY256, IV0, TEXT,
	  "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
	  "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b" },
	{ "ctr(aes)", KEY128, CTR0, TEXT, CTR128 },
	{ "xts(aes)", "1111111111111111111111111111111122222222222222222222222222222222",
	  "33333333330000000000000000000000",
	  "4444444444444444444444444444444444444444444444444444444444444444",
	  "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0" },
};

static unsigned char text[64], cbc128[64], ctr128[64], iv0[16], ctr0[16];

static int open_aes(const char *mode)
{
	unsigned char key[16];
	int fd;

	fd = alg_open("skcipher", mode, key, unhex(key, KEY128));
	ok(fd >= 0, "%s: operation socket", mode);
	return fd;
}

static void known_answer(const struct vector *v)
{
	unsigned char key[64], iv[16], in[64], want[64], out[64];
	unsigned int ivlen = unhex(iv, v->iv), keylen = unhex(key, v->key);
	size_t len = unhex(in, v->text);
	int fd = alg_open("skcipher", v->name, key, keylen);

	unhex(want, v->cipher);
	is_num(alg_crypt(fd, ENC, iv, ivlen, in, len, out), len,
	       "%s, %u byte key: encrypt", v->name, keylen);
	is_mem(out, want, len, "%s: cipher text", v->name);
	is_num(alg_crypt(fd, DEC, iv, ivlen, want, len, out), len,
	       "%s: decrypt", v->name);
	is_mem(out, in, len, "%s: plain text", v->name);
	is_num(alg_crypt(fd, ENC, iv, ivlen, in, len, in), len,
	       "%s: into the buffer it came from", v->name);
	is_mem(in, want, len, "%s: cipher text in place", v->name);
	close(fd);
}

/* Start a message, encrypting under the mode's first IV. */
static ssize_t begin(int fd, const void *iv, size_t len, int flags)
{
	struct alg_ctl ctl = { ENC, iv, 16, -1 };

	return alg_send(fd, &ctl, text, len, flags);
}

static void pieces_of_output(void)
{
	unsigned char out[64];
	int fd = open_aes("cbc(aes)");

	begin(fd, iv0, 64, 0);
	is_num(alg_recv(fd, out, 16, 0), 16, "64 queued, recv 16");
	is_num(alg_recv(fd, out + 16, 32, 0), 32, "recv 32");
	is_num(alg_recv(fd, out + 48, 16, 0), 16, "recv 16");
	is_mem(out, cbc128, 64, "the IV is carried from recv to recv");
	is_num(alg_recv(fd, out, 16, MSG_DONTWAIT), -EAGAIN, "then nothing");
	close(fd);
}

static void more(const char *mode, const void *iv, const void *want)
{
	unsigned char out[64];
	int fd = open_aes(mode);

	is_num(begin(fd, iv, 32, MSG_MORE), 32, "%s: 32 MORE", mode);
	is_num(alg_recv(fd, out, 32, 0), 32, "%s: recv 32", mode);
	is_num(alg_send(fd, NULL, text + 32, 32, 0), 32, "%s: 32 final", mode);
	is_num(alg_recv(fd, out + 32, 32, 0), 32, "%s: recv 32", mode);
	is_mem(out, want, 64, "%s: MORE split is the same as one shot", mode);
	begin(fd, iv, 32, 0);
	alg_recv(fd, out, 32, 0);
	is_num(alg_send(fd, NULL, text + 32, 32, 0), 32,
	       "%s: a second message without control data", mode);
	is_num(alg_recv(fd, out + 32, 32, 0), 32, "%s: recv", mode);
	is_mem(out, want, 64, "%s: continues the IV of the first", mode);
	close(fd);
}

static void rounding(const char *mode, const void *iv, const void *want)
{
	unsigned char out[64];
	int fd = open_aes(mode);

	begin(fd, iv, 20, MSG_MORE);
	is_num(alg_recv(fd, out, 64, MSG_DONTWAIT), 16, "%s: 20 MORE, recv 64",
	       mode);
	is_num(alg_recv(fd, out + 16, 48, MSG_DONTWAIT), -EAGAIN,
	       "%s: again", mode);
	is_num(alg_send(fd, NULL, text + 20, 28, 0), 28, "%s: 28 final", mode);
	is_num(alg_recv(fd, out + 16, 32, 0), 32, "%s: recv 32", mode);
	is_mem(out, want, 48, "%s: nothing lost by rounding", mode);
	begin(fd, iv, 8, MSG_MORE);
	is_num(alg_recv(fd, out, 8, MSG_DONTWAIT), -EAGAIN,
	       "%s: 8 MORE is less than a chunk", mode);
	is_num(alg_send(fd, NULL, text + 8, 8, 0), 8, "%s: 8 final", mode);
	is_num(alg_recv(fd, out, 16, 0), 16, "%s: recv 16", mode);
	is_mem(out, want, 16, "%s: 8 and 8", mode);
	close(fd);
}

static void uneven_totals(void)
{
	unsigned char out[64];
	int fd = open_aes("cbc(aes)");

	begin(fd, iv0, 20, 0);
	is_num(alg_recv(fd, out, 64, MSG_DONTWAIT), -EINVAL,
	       "cbc: 20 bytes are no whole blocks");
	is_num(alg_recv(fd, out, 64, MSG_DONTWAIT), -EAGAIN,
	       "cbc: and are gone");
	is_num(begin(fd, iv0, 64, 0), 64, "cbc: the socket goes on");
	is_num(alg_recv(fd, out, 64, 0), 64, "cbc: recv");
	is_mem(out, cbc128, 64, "cbc: with the right result");
	close(fd);
	fd = open_aes("ctr(aes)");
	begin(fd, ctr0, 20, 0);
	is_num(alg_recv(fd, out, 20, 0), 20, "ctr: 20 bytes are a message");
	is_mem(out, ctr128, 20, "ctr: cipher text");
	close(fd);
}

static void small_receives(void)
{
	unsigned char out[64];
	int fd = open_aes("cbc(aes)");

	memset(out, 0xee, sizeof(out));
	begin(fd, iv0, 48, 0);
	is_num(alg_recv(fd, out, 40, 0), 32, "48 queued, recv 40");
	is_num(out[32], 0xee, "nothing behind the 32");
	differs("0 before the fix of empty requests");
	is_num(alg_recv(fd, out + 32, 8, 0), -EINVAL, "recv 8");
	is_num(alg_recv(fd, out + 32, 16, 0), 16, "recv 16");
	is_mem(out, cbc128, 48, "the three of them");
	close(fd);
}

/*
 * The output of a second pass must follow that of the first, whatever the
 * first one has left over of its input.
 */
static void second_pass(const char *mode, const void *iv, const void *want)
{
	struct alg_later later = { .ms = 150, .len = 28 };
	unsigned char out[64];

	later.fd = open_aes(mode);
	later.data = text + 20;
	memset(out, 0xee, sizeof(out));
	begin(later.fd, iv, 20, MSG_MORE);
	alg_later_send(&later);
	differs("output at a shifted address before the rewind fix");
	is_num(alg_recv(later.fd, out, 48, 0), 48, "%s: recv over two sends",
	       mode);
	is_num(alg_later_join(&later), 28, "%s: the second send", mode);
	differs("output at a shifted address before the rewind fix");
	is_mem(out, want, 48, "%s: output without a gap", mode);
	close(later.fd);
}

static void empty_messages(const char *mode, const void *iv, const void *want)
{
	unsigned char out[64];
	int fd = open_aes(mode);

	is_num(begin(fd, iv, 0, 0), 0, "%s: empty message", mode);
	is_num(alg_recv(fd, out, 16, 0), 0, "%s: its result", mode);
	is_num(alg_recv(fd, out, 16, MSG_DONTWAIT), -EAGAIN, "%s: is given once",
	       mode);
	is_num(begin(fd, iv, 0, 0), 0, "%s: empty message", mode);
	is_num(begin(fd, iv, 64, 0), 64, "%s: a message over it", mode);
	is_num(alg_recv(fd, out, 64, 0), 64, "%s: recv", mode);
	is_mem(out, want, 64, "%s: right result", mode);
	is_num(begin(fd, iv, 64, MSG_MORE), 64, "%s: 64 MORE", mode);
	is_num(alg_recv(fd, out, 64, 0), 64, "%s: recv 64", mode);
	is_num(alg_send(fd, NULL, "", 0, 0), 0, "%s: empty end", mode);
	is_num(alg_recv(fd, out, 16, 0), 0, "%s: of an empty rest", mode);
	is_num(alg_recv(fd, out, 0, 0), 0, "%s: recv 0 does not wait", mode);
	close(fd);
}

static void pending(void)
{
	struct alg_ctl ctl = { DEC, iv0, 16, -1 };
	unsigned char out[64];
	int fd = open_aes("cbc(aes)");

	is_num(alg_recv(fd, out, 16, MSG_DONTWAIT), -EAGAIN, "nothing sent");
	is_num(begin(fd, iv0, 64, 0), 64, "a message");
	is_num(alg_send(fd, NULL, text, 16, 0), -EINVAL, "another one");
	is_num(alg_send(fd, NULL, text, 16, MSG_MORE), -EINVAL, "with MORE");
	is_num(alg_send(fd, &ctl, text, 16, 0), -EINVAL, "with control data");
	is_num(alg_recv(fd, out, 32, 0), 32, "recv a part");
	is_num(alg_send(fd, &ctl, text, 16, 0), -EINVAL, "still pending");
	is_num(alg_recv(fd, out + 32, 32, 0), 32, "recv the rest");
	is_mem(out, cbc128, 64, "the refused ones changed nothing");
	is_num(begin(fd, iv0, 64, 0), 64, "then a new message");
	is_num(alg_recv(fd, out, 64, 0), 64, "and its result");
	is_mem(out, cbc128, 64, "is right");
	close(fd);
}

static void many_iovecs(void)
{
	unsigned char a[5], b[11], c[48], all[64];
	struct iovec iov[] = { { a, 5 }, { b, 11 }, { NULL, 0 }, { c, 48 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 4 };
	int fd = open_aes("cbc(aes)");

	begin(fd, iv0, 64, 0);
	is_num(alg_recvmsg(fd, &msg, 0), 64, "recv into four iovecs");
	memcpy(all, a, 5);
	memcpy(all + 5, b, 11);
	memcpy(all + 16, c, 48);
	is_mem(all, cbc128, 64, "cut at odd places");
	close(fd);
}

/* Many pages, every offset of the buffers within a page. */
static void large(void)
{
	const size_t len = 100000;
	unsigned char *in = malloc(len), *out = malloc(len), *back = malloc(len);
	int fd = open_aes("ctr(aes)"), good = 0;

	fill(in, len, 7);
	is_num(alg_crypt(fd, ENC, ctr0, 16, in, len, out), len, "100000 bytes");
	is_num(alg_crypt(fd, DEC, ctr0, 16, out, len, back), len, "and back");
	is_mem(back, in, len, "the same");
	for (int off = 0; off < 64; off += 7)
		if (alg_crypt(fd, ENC, ctr0, 16, in, 9000, back + off) == 9000 &&
		    !memcmp(back + off, out, 9000))
			good++;
	is_num(good, 10, "into unaligned buffers");
	close(fd);
	free(in);
	free(out);
	free(back);
}

static void body(void)
{
	unhex(text, TEXT);
	unhex(cbc128, CBC128);
	unhex(ctr128, CTR128);
	unhex(iv0, IV0);
	unhex(ctr0, CTR0);
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		known_answer(&vectors[i]);
	pieces_of_output();
	more("cbc(aes)", iv0, cbc128);
	more("ctr(aes)", ctr0, ctr128);
	rounding("cbc(aes)", iv0, cbc128);
	rounding("ctr(aes)", ctr0, ctr128);
	uneven_totals();
	small_receives();
	second_pass("cbc(aes)", iv0, cbc128);
	second_pass("ctr(aes)", ctr0, ctr128);
	empty_messages("cbc(aes)", iv0, cbc128);
	empty_messages("ctr(aes)", ctr0, ctr128);
	pending();
	many_iovecs();
	large();
}

int main(void)
{
	return tap_run(body, 40);
}
