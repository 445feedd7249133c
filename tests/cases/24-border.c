// SPDX-License-Identifier: GPL-2.0
/*
 * 24-border - buffers that end in an unmapped page at every offset around a
 * border, and receive buffers that cannot be written. See 11-fault for the rules.
 */
#include "alg.h"
#include "tap.h"

#define TEXT	69632	/* more than the largest piece of a buffer, and a page */

static unsigned char key[16] = "algif_copy edges", iv[16];
static unsigned char text[TEXT], want[TEXT];	/* cbc(aes) */

static const struct alg_ctl cbc = { ENC, iv, 16, -1 };
static const struct alg_ctl gcm = { ENC, iv, 12, 8 };

static int open_cbc(void)
{
	return alg_open("skcipher", "cbc(aes)", key, 16);
}

/* Chunks of the cipher, pages, chunks of a hash, pieces of a buffer. */
static const size_t borders[] = { 32, 4096, 8192, 32768, 65536 };

static unsigned char *edge;	/* TEXT bytes, then an unmapped page */
static unsigned char whole[TEXT + 16], sealed[TEXT + 16];

static int send_at(int fd, size_t good, size_t len)
{
	memcpy(edge + TEXT - good, text, good);
	if (alg_send(fd, &cbc, edge + TEXT - good, len, 0) != -EFAULT)
		return 0;
	return alg_crypt(fd, ENC, iv, 16, text, len, whole) == (ssize_t)len &&
	       !memcmp(whole, want, len);
}

static int receive_at(int fd, size_t good, size_t len)
{
	unsigned char *buf = edge + TEXT - good;
	ssize_t n;

	alg_send(fd, &cbc, text, len, 0);
	n = alg_recv(fd, buf, len, 0);
	n = n == -EFAULT ? 0 : n;
	if (n < 0 || n > (ssize_t)good || memcmp(buf, want, n))
		return 0;
	return alg_recv_all(fd, whole, len - n) == (ssize_t)len - n &&
	       !memcmp(whole, want + n, len - n);
}

static int receive_aead_at(int fd, size_t good, size_t len)
{
	unsigned char *buf = edge + TEXT - good;
	ssize_t n, out = len + 16;

	alg_aead(fd, ENC, iv, 12, 8, text, len, sealed, out);
	alg_send(fd, &gcm, text, len, 0);
	n = alg_recv(fd, buf, out, 0);
	n = n == -EFAULT ? 0 : n;
	if (n < 0 || n > (ssize_t)good || memcmp(buf, sealed, n))
		return 0;
	return alg_recv(fd, whole, out - n, MSG_DONTWAIT) == out - n &&
	       !memcmp(whole, sealed + n, out - n);
}

/* The state goes on behind what was taken. */
static int hash_at(int fd, size_t good, size_t len)
{
	unsigned char one[32], two[32];
	ssize_t n;

	alg_send(fd, NULL, text, len, 0);
	alg_recv(fd, one, 32, 0);
	memcpy(edge + TEXT - good, text, good);
	n = alg_send(fd, NULL, edge + TEXT - good, len, 0);
	n = n == -EFAULT ? 0 : n;
	if (n < 0 || n > (ssize_t)good)
		return 0;
	return alg_send(fd, NULL, text + n, len - n, 0) == (ssize_t)len - n &&
	       alg_recv(fd, two, 32, 0) == 32 && !memcmp(one, two, 32);
}

static void at_every_offset(const char *what, int fd,
			    int (*at)(int fd, size_t good, size_t len))
{
	int n = 0, good = 0;

	for (size_t i = 0; i < sizeof(borders) / sizeof(borders[0]); i++)
		for (size_t off = borders[i] - 17; off <= borders[i] + 17; off++) {
			n++;
			good += at(fd, off, (off + 48) & ~15u);
		}
	is_num(good, n, "%s: a fault at each of %d offsets", what, n);
	close(fd);
}

/* Memory that can be read is not memory that can be written. */
static void read_only(void)
{
	unsigned char *page = mmap(NULL, 4096, PROT_READ,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), out[64];
	int fd = open_cbc();

	alg_send(fd, &cbc, text, 64, 0);
	is_num(alg_recv(fd, page, 64, 0), -EFAULT, "recv to a read-only page");
	ok(!page[0] && !memcmp(page, page + 1, 4095), "it is as it was");
	is_num(alg_recv(fd, out, 64, 0), 64, "recv to a good one");
	is_mem(out, want, 64, "nothing is lost");
	munmap(page, 4096);
	close(fd);
}

static void offsets(void)
{
	if (harms_stock("CVE-2025-39931, faults at every offset"))
		return;
	edge = guarded(TEXT);
	at_every_offset("send", open_cbc(), send_at);
	at_every_offset("recv", open_cbc(), receive_at);
	at_every_offset("aead: recv", alg_open("aead", "gcm(aes)", key, 16),
			receive_aead_at);
	at_every_offset("hash: send", alg_open("hash", "sha256", NULL, 0),
			hash_at);
}

static void body(void)
{
	int fd = open_cbc();

	fill(text, sizeof(text), 24);
	is_num(alg_crypt(fd, ENC, iv, 16, text, TEXT, want), TEXT, "expected");
	close(fd);
	read_only();
	offsets();
}

int main(void)
{
	return tap_run(body, 60);
}
