// SPDX-License-Identifier: GPL-2.0
/*
 * 15-fuzz - a pseudo random walk, the same for the same seed (AC_SEED), as
 * long as AC_SECONDS says.
 *
 * Streams, digests and AEAD messages that are cut at random places, in both
 * directions, must give what one operation on another socket gives. Then calls
 * without sense, after which the socket must still be of use.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>

#define MAX 20000

static unsigned char key[16] = "algif_copy fuzz.";
static unsigned char in[MAX], want[MAX + 16], out[MAX + 16];
static uint32_t seed, round_seed;

static uint32_t below(uint32_t n)
{
	return (rnd(&seed) >> 3) % n;
}

/* Lengths of every order: short ones, around a page, long ones. */
static size_t some_length(size_t max)
{
	size_t n;

	switch (below(4)) {
	case 0:
		n = below(40);
		break;
	case 1:
		n = 4096 - 20 + below(40);
		break;
	default:
		n = below(max + 1);
	}
	return n < max ? n : max;
}

static void some_iv(unsigned char *iv, size_t len)
{
	for (size_t i = 0; i < len; i++)
		iv[i] = rnd(&seed) >> 8;
}

/* --- sends and receives, cut at random -------------------------------- */

static ssize_t send_some(int fd, const struct alg_ctl *ctl, const void *data,
			 size_t len, int flags)
{
	struct iovec iov[4];
	_Alignas(struct cmsghdr) char room[ALG_CTL_ROOM];
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 1 + below(4) };
	size_t at = 0;

	for (size_t i = 0; i < msg.msg_iovlen; i++) {
		int last = i + 1 == msg.msg_iovlen;
		size_t n = last ? len - at : below(len - at + 1);

		iov[i] = (struct iovec){ (char *)data + at, n };
		at += n;
	}
	if (ctl) {
		msg.msg_control = room;
		msg.msg_controllen = alg_ctl_build(room, ctl);
	}
	return alg_sendmsg(fd, &msg, flags);
}

static ssize_t recv_some(int fd, void *buf, size_t len)
{
	struct iovec iov[4];
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 1 + below(4) };
	size_t at = 0;

	for (size_t i = 0; i < msg.msg_iovlen; i++) {
		int last = i + 1 == msg.msg_iovlen;
		size_t n = last ? len - at : below(len - at + 1);

		iov[i] = (struct iovec){ (char *)buf + at, n };
		at += n;
	}
	return alg_recvmsg(fd, &msg, MSG_DONTWAIT);
}

/* Sometimes by way of a pipe. */
static ssize_t splice_some(int fd, const void *data, size_t len, int more)
{
	ssize_t n;
	int p[2];

	if (pipe(p))
		abort();
	n = write(p[1], data, len > 4096 ? 4096 : len);
	if (n > 0) {
		alg_begin();
		n = alg_end(splice(p[0], NULL, fd, NULL, n,
				   more ? SPLICE_F_MORE : 0));
	}
	close(p[0]);
	close(p[1]);
	return n;
}

/* One piece; *done says how far the message is. Returns 0 or an errno. */
static int feed(int fd, const void *data, size_t len, size_t *done,
		const struct alg_ctl *ctl)
{
	size_t left = len - *done, n = below(3) ? some_length(left) : left;
	int more = n < left || below(4) == 0;
	ssize_t ret;

	if (!ctl && n && n <= 4096 && below(4) == 0)
		ret = splice_some(fd, (const char *)data + *done, n, more);
	else
		ret = send_some(fd, ctl, (const char *)data + *done, n,
				more ? MSG_MORE : 0);
	if (ret < 0)
		return ret;
	*done += ret;
	return more;
}

/* Feed the whole of a message, taking output in between when @take. */
static ssize_t through(int fd, const struct alg_ctl *ctl, size_t len, int take)
{
	size_t done = 0, got = 0;
	int more = feed(fd, in, len, &done, ctl);
	ssize_t n;

	while (more > 0) {
		n = take && below(2) ? recv_some(fd, out + got,
						 some_length(done - got)) : 0;
		got += n > 0 ? n : 0;
		if (done < len)
			more = feed(fd, in, len, &done, NULL);
		else
			more = alg_send(fd, NULL, "", 0, 0);
	}
	return more < 0 ? more : (ssize_t)got;
}

/* --- the three kinds of rounds ---------------------------------------- */

static int stream_round(int fd, int ref, size_t unit)
{
	unsigned char iv[16];
	struct alg_ctl ctl = { below(2), iv, 16, -1 };
	size_t len = some_length(MAX) / unit * unit, left;
	ssize_t got, n = 0;

	some_iv(iv, 16);
	if (alg_crypt(ref, ctl.op, iv, 16, in, len, want) != (ssize_t)len)
		return 1;
	got = through(fd, &ctl, len, 1);
	if (got < 0)
		return 2;
	for (int i = 0; i < 1000 && got < (ssize_t)len; i++) {
		left = len - got;
		n = recv_some(fd, out + got, below(2) ? left : some_length(left));
		got += n > 0 ? n : 0;
	}
	if (!len)
		alg_recv(fd, out, 16, MSG_DONTWAIT);
	if (got != (ssize_t)len)
		return 3;
	return memcmp(out, want, len) ? 4 : 0;
}

static int hash_round(int fd, int ref)
{
	size_t len = some_length(MAX), cut = below(len + 1);
	unsigned char a[32], b[32], c[32];
	int clone;

	if (alg_send(ref, NULL, in, len, 0) != (ssize_t)len ||
	    alg_recv(ref, a, 32, 0) != 32)
		return 1;
	if (through(fd, NULL, len, 0) < 0 || alg_recv(fd, b, 32, 0) != 32)
		return 2;
	alg_send(fd, NULL, in, cut, MSG_MORE);
	clone = alg_accept(fd);
	if (clone < 0)
		return 3;
	alg_send(clone, NULL, in + cut, len - cut, 0);
	alg_recv(fd, c, 7, 0);
	if (alg_recv(clone, c, 32, 0) != 32)
		return 4;
	close(clone);
	return memcmp(a, b, 32) ? 5 : memcmp(a, c, 32) ? 6 : 0;
}

/* A changed byte: nothing is written, and the next message is well. */
static int forged_round(int fd, const struct alg_ctl *dec, size_t sealed)
{
	size_t at = below(sealed);

	in[at] ^= 1 << below(8);
	memset(out, 0x5a, sizeof(out));
	if (through(fd, dec, sealed, 0) < 0)
		return 1;
	if (recv_some(fd, out, sealed - 16) != -EBADMSG)
		return 2;
	for (size_t i = 0; copy_mode() && i < sizeof(out); i++)
		if (out[i] != 0x5a)
			return 3;
	return 0;
}

static int aead_round(int fd, int ref)
{
	unsigned char iv[12];
	size_t len = some_length(MAX - 16), assoc = some_length(len);
	struct alg_ctl enc = { ENC, iv, 12, assoc }, dec = { DEC, iv, 12, assoc };
	int bad;

	some_iv(iv, 12);
	fill(in, len, seed);
	if (alg_aead(ref, ENC, iv, 12, assoc, in, len, want, len + 16) !=
	    (ssize_t)len + 16)
		return 1;
	if (through(fd, &enc, len, 0) < 0 ||
	    recv_some(fd, out, len + 16) != (ssize_t)len + 16)
		return 2;
	if (memcmp(out, want, len + 16))
		return 3;
	memcpy(want, in, len);
	memcpy(in, out, len + 16);
	if (through(fd, &dec, len + 16, 0) < 0)
		return 4;
	/* an empty result reads as 0, which must not leave it queued */
	if (alg_recv(fd, out, len ? len : 1, MSG_DONTWAIT) != (ssize_t)len)
		return 5;
	if (memcmp(out, want, len))
		return 6;
	bad = len ? forged_round(fd, &dec, len + 16) : 0;
	return bad ? 10 + bad : 0;
}

/* --- calls without sense ---------------------------------------------- */

static void nonsense_send(int fd)
{
	unsigned char iv[64];
	const struct alg_ctl ctl = {
		(int)below(4) - 1, below(3) ? iv : NULL,
		below(4) ? 16 : below(64), below(2) ? -1 : (int64_t)below(64),
	};
	int flags = MSG_DONTWAIT | (below(2) ? MSG_MORE : 0);

	some_iv(iv, 64);
	send_some(fd, below(2) ? &ctl : NULL, in, some_length(MAX), flags);
}

static void nonsense_call(int fd)
{
	char c;

	switch (below(8)) {
	case 0 ... 2:
		nonsense_send(fd);
		break;
	case 3 ... 4:
		recv_some(fd, out, some_length(MAX));
		break;
	case 5:
		alg_poll(fd, ALG_POLL_ALL, 0);
		break;
	case 6:
		alg_recv(fd, (void *)16, some_length(MAX), MSG_DONTWAIT);
		break;
	default:
		alg_send(fd, NULL, (void *)16, some_length(MAX), MSG_DONTWAIT);
		alg_recv(fd, &c, 0, 0);
	}
}

static int nonsense_round(const char *type, const char *name)
{
	int fd = alg_open(type, name, key, 16), bad = fd < 0;

	for (int i = 0; i < 60 && !bad; i++)
		nonsense_call(fd);
	/* a stream can always be emptied; an AEAD may hold an odd rest */
	if (!bad && !strcmp(type, "skcipher")) {
		for (int i = 0; i < 100; i++)
			if (alg_recv(fd, out, MAX, MSG_DONTWAIT) == -EAGAIN)
				break;
		alg_send(fd, NULL, "", 0, MSG_DONTWAIT);
		for (int i = 0; i < 100; i++)
			if (alg_recv(fd, out, MAX, MSG_DONTWAIT) <= 0)
				break;
		if (alg_crypt(fd, ENC, key, 16, in, 64, out) != 64)
			bad = 2;
	}
	close(fd);
	return bad;
}

/* --- running them ----------------------------------------------------- */

static int fds[2];

static int one_round(int kind)
{
	switch (kind) {
	case 0:
		return stream_round(fds[0], fds[1], 16);
	case 1:
		return stream_round(fds[0], fds[1], 1);
	case 2:
		return hash_round(fds[0], fds[1]);
	case 3:
		return aead_round(fds[0], fds[1]);
	case 4:
		return nonsense_round("skcipher", "ctr(aes)");
	case 5:
		return nonsense_round("aead", "gcm(aes)");
	default:
		return nonsense_round("hash", "hmac(sha256)");
	}
}

static int run(int kind, const char *type, const char *name, int ms)
{
	long long end = now_ms() + ms;
	int rounds = 0, bad = 0;

	for (int i = 0; i < 2; i++)
		fds[i] = alg_open(type, name, key, 16);
	while (!bad && (now_ms() < end || rounds < 3)) {
		seed = round_seed + rounds * 2654435761u;
		seed |= 1;
		fill(in, MAX, seed);
		bad = one_round(kind);
		rounds++;
	}
	close(fds[0]);
	close(fds[1]);
	is_num(bad, 0, "%s%s: %d rounds", kind > 3 ? "nonsense for " : "", name,
	       rounds);
	if (bad)
		note("kind %d, round %d, AC_SEED=%u, step %d", kind, rounds - 1,
		     round_seed, bad);
	return bad;
}

static void body(void)
{
	const char *s = getenv("AC_SEED"), *t = getenv("AC_SECONDS");
	int ms = (t && atoi(t) > 0 ? atoi(t) : 2) * 1000 / 7;

	round_seed = s ? strtoul(s, NULL, 0) : 20251;
	note("AC_SEED=%u", round_seed);
	run(0, "skcipher", "cbc(aes)", ms);
	run(1, "skcipher", "ctr(aes)", ms);
	run(2, "hash", "hmac(sha256)", ms);
	run(3, "aead", "gcm(aes)", ms);
	run(4, "skcipher", "ctr(aes)", ms);
	run(5, "aead", "gcm(aes)", ms);
	run(6, "hash", "hmac(sha256)", ms);
}

int main(void)
{
	const char *t = getenv("AC_SECONDS");

	return tap_run(body, 30 + (t ? 2 * atoi(t) : 0));
}
