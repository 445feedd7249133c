// SPDX-License-Identifier: GPL-2.0
/*
 * 11-fault - buffers that cannot be read or written.
 *
 * The rule that is checked, (f): a result that could not be written out, or
 * not all of it, is delivered whole by the next good recv, before anything else.
 */
#include "alg.h"
#include "tap.h"

#include <sys/mman.h>
#include <sys/syscall.h>

static unsigned char key[16] = "algif_copy fault", iv[16];
static unsigned char text[16384], want[16384];	/* cbc(aes) */
static void *nowhere;				/* a page without access */

static const struct alg_ctl cbc = { ENC, iv, 16, -1 };
static const struct alg_ctl gcm = { ENC, iv, 12, 8 };

static int open_cbc(void)
{
	return alg_open("skcipher", "cbc(aes)", key, 16);
}

static void still_works(int fd, const char *when)
{
	unsigned char out[64];

	is_num(alg_crypt(fd, ENC, iv, 16, text, 64, out), 64, "%s: goes on",
	       when);
	is_mem(out, want, 64, "%s: with right results", when);
}

static void send_bad(void)
{
	unsigned char out[64];
	int fd = open_cbc();

	is_num(alg_send(fd, &cbc, nowhere, 64, MSG_MORE), -EFAULT,
	       "send from nowhere");
	is_num(alg_send(fd, &cbc, text, 64, 0), 64, "a good message after it");
	is_num(alg_recv(fd, out, 64, 0), 64, "recv");
	is_mem(out, want, 64, "nothing of the bad one is in it");
	close(fd);
}

/*
 * A send that faults half way takes a whole number of bytes or none; exactly
 * those that it said it took come back.
 */
static void send_half(size_t good, int flags)
{
	unsigned char *buf = guarded(good), out[8192];
	int fd = open_cbc();
	ssize_t n, got;

	memcpy(buf, text, good);
	n = alg_send(fd, &cbc, buf, good + 4096, flags);
	differs("whole pages before the fault are taken");
	is_num(n, -EFAULT, "a send that faults takes nothing");
	ok(n == -EFAULT || (n > 0 && n <= (ssize_t)good),
	   "send with %zu good bytes, flags 0x%x: %zd", good, flags, n);
	if (n > 0 && n % 16) {
		alg_recv(fd, out, sizeof(out), MSG_DONTWAIT);
		n = 0;
	}
	got = n > 0 ? alg_recv(fd, out, n, 0) : 0;
	is_num(got, n > 0 ? n : 0, "as many come back");
	is_mem(out, want, got > 0 ? got : 0, "the right ones");
	close(fd);
	fd = open_cbc();
	still_works(fd, "another socket");
	close(fd);
}

/* Nor does its control data count. */
static void send_bad_control(void)
{
	const struct alg_ctl other = { DEC, text, 16, -1 };
	unsigned char out[64];
	int fd = open_cbc();

	alg_send(fd, &cbc, "", 0, MSG_MORE);
	is_num(alg_send(fd, &other, nowhere, 64, 0), -EFAULT,
	       "send from nowhere, with control data");
	is_num(alg_send(fd, NULL, text, 64, 0), 64, "the message goes on");
	is_num(alg_recv(fd, out, 64, 0), 64, "recv");
	differs("the control data of the failed send counts");
	is_mem(out, want, 64, "under its own IV");
	close(fd);
}

/* The state goes on behind the bytes that were said to be taken. */
static void send_hash_again(void)
{
	unsigned char *buf = guarded(9000), one[32], two[32];
	int fd = alg_open("hash", "sha256", NULL, 0);
	ssize_t n;

	alg_hash("sha256", NULL, 0, text, 16384, one);
	memcpy(buf, text + 100, 9000);
	is_num(alg_send(fd, NULL, text, 100, MSG_MORE), 100, "hash: 100 MORE");
	n = alg_send(fd, NULL, buf, 16284, 0);
	ok(n == -EFAULT || (n > 0 && n <= 9000), "hash: 9000 good bytes: %zd", n);
	n = 100 + (n > 0 ? n : 0);
	alg_send(fd, NULL, text + n, 16384 - n, 0);
	is_num(alg_recv(fd, two, 32, 0), 32, "hash: the rest again, digest");
	differs("the state of a hash is lost by a fault");
	is_mem(two, one, 32, "hash: as of the whole");
	close(fd);
}

static void send_hash(size_t good)
{
	unsigned char *buf = guarded(good), out[32], abc[32];
	int fd = alg_open("hash", "sha256", NULL, 0);
	ssize_t n;

	unhex(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	memset(buf, 'x', good);
	n = alg_send(fd, NULL, buf, good + 4096, 0);
	ok(n == -EFAULT || (n > 0 && n <= (ssize_t)good),
	   "hash: send with %zu good bytes: %zd", good, n);
	is_num(alg_send(fd, NULL, "abc", 3, 0), 3, "hash: next message");
	is_num(alg_recv(fd, out, 32, 0), 32, "hash: its digest");
	is_mem(out, abc, 32, "hash: nothing of the bad one is in it");
	close(fd);
}

/* A digest that nobody has read yet outlives a send that takes nothing. */
static void send_hash_unread(size_t good, int flags)
{
	unsigned char *buf = guarded(good), out[32], abc[32];
	int fd = alg_open("hash", "sha256", NULL, 0);

	unhex(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	memset(buf, 'x', good);
	is_num(alg_send(fd, NULL, "abc", 3, 0), 3, "hash: a message");
	differs("the bytes before the fault are taken");
	is_num(alg_send(fd, NULL, buf, good + 64, flags), -EFAULT,
	       "hash: %zu good bytes and bad ones, flags 0x%x", good, flags);
	is_num(alg_recv(fd, out, 32, 0), 32, "hash: the digest");
	differs("a send that faults drops the digest");
	is_mem(out, abc, 32, "hash: of the message before");
	is_num(alg_send(fd, NULL, "abc", 3, 0), 3, "hash: the next message");
	is_num(alg_recv(fd, out, 32, 0), 32, "hash: the digest");
	is_mem(out, abc, 32, "hash: nothing of the bad one is in it");
	close(fd);
}

static void receive_bad(int flags)
{
	unsigned char out[64];
	int fd = open_cbc();

	alg_send(fd, &cbc, text, 64, flags);
	is_num(alg_recv(fd, nowhere, 64, 0), -EFAULT, "recv to nowhere (0x%x)",
	       flags);
	ok(alg_poll(fd, POLLIN, 0) & POLLIN, "there is something to read");
	is_num(alg_recv(fd, nowhere, 64, MSG_DONTWAIT), -EFAULT, "again");
	is_num(alg_recv(fd, out, 64, MSG_DONTWAIT), 64, "to a good buffer");
	is_mem(out, want, 64, "nothing is lost");
	is_num(alg_recv(fd, out, 64, MSG_DONTWAIT), -EAGAIN, "nor given twice");
	if (flags)
		alg_send(fd, NULL, text + 64, 64, 0);
	else
		alg_send(fd, NULL, text + 64, 64, MSG_MORE);
	is_num(alg_recv(fd, out, 64, 0), 64, "the next 64");
	is_mem(out, want + 64, 64, "the IV went on from there");
	close(fd);
}

/* In small portions, with bad ones in between. */
static void receive_by_and_by(void)
{
	unsigned char out[64];
	int fd = open_cbc();

	alg_send(fd, &cbc, text, 64, 0);
	is_num(alg_recv(fd, nowhere, 64, 0), -EFAULT, "all of it to nowhere");
	is_num(alg_recv(fd, out, 16, 0), 16, "16");
	is_num(alg_recv(fd, nowhere, 32, 0), -EFAULT, "32 to nowhere");
	is_num(alg_recv(fd, out + 16, 32, 0), 32, "32");
	is_num(alg_send(fd, &cbc, text, 16, 0), -EINVAL,
	       "no new message while output is pending");
	is_num(alg_recv(fd, out + 48, 16, 0), 16, "16");
	is_mem(out, want, 64, "all in order");
	still_works(fd, "after it");
	close(fd);
}

/* The first @good bytes of the buffer can be written: it counts as bad. */
static void receive_half(size_t good, size_t len, int more)
{
	unsigned char *buf = guarded(good), *all = malloc(len);
	int fd = open_cbc();

	alg_send(fd, &cbc, text, len, more);
	is_num(alg_recv(fd, buf, len, 0), -EFAULT,
	       "recv %zu with %zu good bytes, flags 0x%x", len, good, more);
	is_num(alg_recv(fd, buf, len, MSG_DONTWAIT), -EFAULT, "again");
	is_num(alg_recv(fd, all, len, 0), len, "the whole comes next");
	is_mem(all, want, len, "all in order");
	is_num(alg_recv(fd, all, 64, MSG_DONTWAIT), -EAGAIN, "and no more");
	if (more)
		alg_send(fd, NULL, "", 0, 0);
	alg_recv(fd, all, 64, MSG_DONTWAIT);
	still_works(fd, "after a half bad recv");
	free(all);
	close(fd);
}

/* Part of the result has been received; what is left of it comes whole. */
static void receive_half_of_rest(void)
{
	unsigned char *buf = guarded(100), *all = malloc(8192);
	int fd = open_cbc();

	alg_send(fd, &cbc, text, 8192, 0);
	is_num(alg_recv(fd, nowhere, 8192, 0), -EFAULT, "8192 to nowhere");
	is_num(alg_recv(fd, all, 1600, 0), 1600, "1600");
	is_num(alg_recv(fd, buf, 6592, 0), -EFAULT, "the rest, 100 good bytes");
	is_num(alg_recv(fd, all + 1600, 3200, 0), 3200, "3200 of it");
	is_num(alg_recv(fd, buf, 3392, 0), -EFAULT, "the rest, 100 good bytes");
	is_num(alg_recv(fd, all + 4800, 3392, 0), 3392, "the rest");
	is_mem(all, want, 8192, "all in order");
	still_works(fd, "after it");
	free(all);
	close(fd);
}

/* One recv does two operations, and the second result cannot be written. */
static void receive_second_half(void)
{
	unsigned char *buf = guarded(96), all[128];
	struct alg_later later = { .ms = 100, .data = text + 64, .len = 64 };
	ssize_t n;

	later.fd = open_cbc();
	alg_send(later.fd, &cbc, text, 64, MSG_MORE);
	alg_later_send(&later);
	alg_limit = 1000;
	n = alg_recv(later.fd, buf, 128, MSG_WAITALL);
	alg_limit = ALG_MUST;
	alg_later_join(&later);
	ok(n == 64 || n == -EFAULT, "two operations, 96 good bytes: %zd", n);
	n = n < 0 ? 0 : n;
	memcpy(all, buf, n);
	is_num(alg_recv_all(later.fd, all + n, 128 - n), 128 - n,
	       "what was not said to be received");
	is_mem(all, want, 128, "all in order");
	still_works(later.fd, "after it");
	close(later.fd);
}

/* Bad, then more data, then good: old output first, then the new. */
static void receive_then_send(void)
{
	unsigned char out[128];
	int fd = open_cbc();

	alg_send(fd, &cbc, text, 64, MSG_MORE);
	is_num(alg_recv(fd, nowhere, 64, 0), -EFAULT, "64 MORE, recv to nowhere");
	is_num(alg_send(fd, NULL, text + 64, 64, 0), 64, "64 final");
	is_num(alg_recv_all(fd, out, 128), 128, "recv 128");
	is_mem(out, want, 128, "all in order");
	still_works(fd, "after it");
	close(fd);
}

static void receive_aead(void)
{
	unsigned char out[96], sealed[96], bad[96];
	int fd = alg_open("aead", "gcm(aes)", key, 16);

	is_num(alg_aead(fd, ENC, iv, 12, 8, text, 72, sealed, 88), 88,
	       "aead: what is expected");
	alg_send(fd, &gcm, text, 72, 0);
	is_num(alg_recv(fd, nowhere, 88, 0), -EFAULT, "aead: recv to nowhere");
	is_num(alg_recv(fd, out, 88, MSG_DONTWAIT), 88, "aead: to a good buffer");
	is_mem(out, sealed, 88, "aead: nothing is lost");
	is_num(alg_recv(fd, out, 88, MSG_DONTWAIT), -EAGAIN, "aead: nor twice");
	memcpy(bad, sealed, 88);
	bad[87] ^= 1;
	is_num(alg_aead(fd, DEC, iv, 12, 8, sealed, 88, nowhere, 72), -EFAULT,
	       "aead: decrypt to nowhere");
	is_num(alg_recv(fd, out, 72, 0), 72, "aead: to a good buffer");
	is_mem(out, text, 72, "aead: AAD and text");
	ok(alg_aead(fd, DEC, iv, 12, 8, bad, 88, nowhere, 72) < 0,
	   "aead: a forgery to nowhere");
	ok(alg_recv(fd, out, 72, MSG_DONTWAIT) < 0, "aead: gives nothing");
	close(fd);
}

/* A whole result, over @iovs pieces of which the last is half bad. */
static void receive_aead_half(int op, size_t good, int iovs)
{
	unsigned char *buf = guarded(good), *all = malloc(9016), *ref = malloc(9016);
	int fd = alg_open("aead", "gcm(aes)", key, 16);
	size_t len = op == ENC ? 9000 : 9016, result = 18016 - len;
	struct iovec iov[] = { { all, 500 }, { all + 500, 500 }, { 0 } };
	struct msghdr msg = { .msg_iov = iov + 3 - iovs, .msg_iovlen = iovs };
	const struct alg_ctl ctl = { op, iv, 12, 8 };
	size_t rest = result - 500 * (iovs - 1);

	alg_aead(fd, ENC, iv, 12, 8, text, 9000, ref, 9016);
	iov[2] = (struct iovec){ buf, rest };
	alg_send(fd, &ctl, op == ENC ? text : ref, len, 0);
	for (int i = 0; i < 2; i++)
		is_num(alg_recvmsg(fd, &msg, 0), -EFAULT,
		       "aead, op %d: %d pieces, %zu good bytes", op, iovs, good);
	is_num(alg_recv(fd, all, result, MSG_DONTWAIT), result,
	       "aead: the whole comes next");
	is_mem(all, op == ENC ? ref : text, result, "aead: all in order");
	is_num(alg_recv(fd, all, 64, MSG_DONTWAIT), -EAGAIN, "aead: and no more");
	free(all);
	free(ref);
	close(fd);
}

static void receive_digest(void)
{
	unsigned char out[32], abc[32];
	int fd = alg_open("hash", "sha256", NULL, 0);

	unhex(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	alg_send(fd, NULL, "abc", 3, 0);
	is_num(alg_recv(fd, nowhere, 32, 0), -EFAULT, "digest to nowhere");
	is_num(alg_recv(fd, out, 32, 0), 32, "to a good buffer");
	differs("the digest is lost");
	is_mem(out, abc, 32, "the digest is not lost");
	alg_send(fd, NULL, "ab", 2, MSG_MORE);
	alg_send(fd, NULL, "c", 1, MSG_MORE);
	is_num(alg_recv(fd, nowhere, 16, 0), -EFAULT, "MORE, short, to nowhere");
	is_num(alg_recv(fd, guarded(31), 32, 0), -EFAULT, "31 good bytes");
	is_num(alg_recv(fd, out, 32, 0), 32, "to a good buffer");
	differs("the digest is lost");
	is_mem(out, abc, 32, "the digest is not lost");
	alg_send(fd, NULL, "x", 1, 0);
	is_num(alg_recv(fd, nowhere, 32, 0), -EFAULT, "digest to nowhere");
	alg_send(fd, NULL, "abc", 3, 0);
	is_num(alg_recv(fd, out, 32, 0), 32, "a new message");
	is_mem(out, abc, 32, "takes the place of the old digest");
	close(fd);
}

static void receive_random(void)
{
	unsigned char out[32];
	int fd = alg_open("rng", "jitterentropy_rng", NULL, 0);

	if (fd < 0) {
		skip("jitterentropy_rng: %s", strerror(-fd));
		return;
	}
	is_num(alg_recv(fd, nowhere, 32, 0), -EFAULT, "rng: to nowhere");
	is_num(alg_recv(fd, guarded(16), 32, 0), -EFAULT, "rng: 16 good bytes");
	is_num(alg_recv(fd, out, 32, 0), 32, "rng: to a good buffer");
	close(fd);
}

/* Raw system calls: the C library may look into the header itself. */
static void bad_headers(void)
{
	char *bad = nowhere;
	struct iovec iov = { text, 64 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fd = open_cbc();

	alg_begin();
	is_num(alg_end(sendmsg(fd, (void *)bad, 0)), -EFAULT, "sendmsg: header");
	alg_begin();
	is_num(alg_end(recvmsg(fd, (void *)bad, 0)), -EFAULT, "recvmsg: header");
	msg.msg_iov = (void *)bad;
	is_num(alg_sendmsg(fd, &msg, 0), -EFAULT, "sendmsg: iovecs");
	is_num(alg_recvmsg(fd, &msg, 0), -EFAULT, "recvmsg: iovecs");
	msg.msg_iov = &iov;
	msg.msg_control = bad;
	msg.msg_controllen = 64;
	is_num(alg_sendmsg(fd, &msg, 0), -EFAULT, "sendmsg: control data");
	still_works(fd, "after bad headers");
	close(fd);
}

/* A fault amid several iovecs. */
static void bad_iovec(void)
{
	unsigned char a[32], all[64];
	struct iovec iov[] = { { a, 32 }, { nowhere, 32 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	int fd = open_cbc();

	alg_send(fd, &cbc, text, 64, 0);
	is_num(alg_recvmsg(fd, &msg, 0), -EFAULT, "recv: second iovec bad");
	is_num(alg_recv(fd, all, 64, 0), 64, "the whole");
	is_mem(all, want, 64, "all in order");
	still_works(fd, "after a bad iovec");
	close(fd);
}

static void body(void)
{
	int fd = open_cbc();

	fill(text, sizeof(text), 11);
	is_num(alg_crypt(fd, ENC, iv, 16, text, sizeof(text), want),
	       sizeof(text), "what is expected");
	close(fd);
	nowhere = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	send_bad();
	send_bad_control();
	send_half(4096, 0);
	send_half(4096, MSG_MORE);
	send_half(1600, 0);
	send_hash(4096);
	send_hash(100);
	send_hash_again();
	send_hash_unread(0, 0);
	send_hash_unread(0, MSG_MORE);
	send_hash_unread(10, 0);
	receive_bad(0);
	receive_bad(MSG_MORE);
	receive_by_and_by();
	receive_half(4096, 8192, 0);
	receive_half(1600, 8192, 0);
	receive_half(10, 4096, 0);
	receive_half(8192, 16384, 0);
	receive_half(4096, 8192, MSG_MORE);
	receive_half_of_rest();
	receive_second_half();
	receive_then_send();
	receive_aead();
	receive_aead_half(ENC, 4096, 1);
	receive_aead_half(DEC, 4096, 1);
	receive_aead_half(ENC, 64, 1);
	receive_aead_half(ENC, 1000, 2);
	receive_aead_half(DEC, 7999, 3);
	receive_digest();
	receive_random();
	bad_headers();
	bad_iovec();
}

int main(void)
{
	return tap_run(body, 30);
}
