// SPDX-License-Identifier: GPL-2.0
/*
 * ciphers - operations on the ciphers of ac_driver.ko, which serves in place of those
 * that only some kernels and processors have.
 */
#include "../cases/alg.h"
#include "../cases/tap.h"

#define LEN 80
#define BLOCK 16

static const uint8_t key[16] = "any will do ...", iv[BLOCK] = { 3 };

/* In two parts, the first of which is received before the second is sent. */
static ssize_t in_parts(int fd, const uint8_t *in, size_t first, uint8_t *out)
{
	struct alg_ctl ctl = { ENC, iv, sizeof(iv), -1 };
	ssize_t n, more;

	if (alg_send(fd, &ctl, in, first, MSG_MORE) != (ssize_t)first)
		return -EPROTO;
	n = alg_recv(fd, out, LEN, MSG_DONTWAIT);
	if (n == -EAGAIN)
		n = 0;
	if (n < 0 || n > (ssize_t)first)
		return -EPROTO;
	alg_send(fd, NULL, in + first, LEN - first, 0);
	more = alg_recv(fd, out + n, LEN - n, MSG_DONTWAIT);
	return more < 0 ? more : n + more;
}

/* Of every length of the first part. */
static void stream(void)
{
	int fd = alg_open("skcipher", "acstream", key, sizeof(key)), wrong = 0;
	uint8_t in[LEN], whole[LEN], out[LEN];

	fill(in, LEN, 1);
	is_num(alg_crypt(fd, ENC, iv, sizeof(iv), in, LEN, whole), LEN,
	       "acstream: in one piece");
	for (size_t first = 1; first < LEN; first++) {
		memset(out, 0, LEN);
		wrong += in_parts(fd, in, first, out) != LEN ||
			 memcmp(out, whole, LEN);
	}
	differs("cuts it where its chunk, of one byte, says");
	is_num(wrong, 0, "acstream: cut anywhere it is the same");
	close(fd);
}

/* Nothing else counts blocks in an IV. */
static void byte_by_byte(void)
{
	int fd = alg_open("skcipher", "ecb(cipher_null)", NULL, 0);
	uint8_t out[LEN];

	if (fd < 0) {
		skip("ecb(cipher_null): not in this kernel");
		return;
	}
	alg_send(fd, NULL, "abcde", 5, MSG_MORE);
	is_num(alg_recv(fd, out, LEN, MSG_DONTWAIT), 5,
	       "ecb(cipher_null): without an IV, any number of bytes");
	close(fd);
}

static void never_sleeps(void)
{
	int fd = alg_open_aead("acaegis", key, sizeof(key), BLOCK);
	uint8_t in[LEN] = { 0 }, out[LEN];

	differs("lets it sleep since 5.9, when all of these could");
	is_num(alg_aead(fd, ENC, iv, sizeof(iv), 0, in, LEN - BLOCK, out, LEN),
	       LEN, "acaegis: may not sleep");
	close(fd);
}

static void body(void)
{
	stream();
	byte_by_byte();
	never_sleeps();
}

int main(void)
{
	return tap_run(body, 40);
}
