// SPDX-License-Identifier: GPL-2.0
/*
 * 27-parts - a message that is received in parts: parts of all sizes around pages
 * and blocks, of messages that were sent in all ways. What comes is what an operation
 * on that part alone gives, on a socket of its own, and nothing of the rest changes.
 */
#include "alg.h"
#include "tap.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define MAX 200000	/* less than the SO_SNDBUF that is set */
#define ASSOC 16
#define TAG 16

static const unsigned char key[64] = { AUTHENC_BYTES, 0, 0, 0, 16, 1, 2, 3, 4, 5, 6 };
static const unsigned char iv[16] = "parts of one.";
static unsigned char text[MAX], got[MAX + TAG], want[MAX + TAG], sealed[2 * MAX];

static const struct kind {
	const char *name;
	int keylen, ivlen, block;
} aeads[] = {
	{ "gcm(aes)", 16, 12, 1 },
	{ "ccm(aes)", 16, 16, 1 },
	{ "rfc7539(chacha20,poly1305)", 32, 12, 1 },
	{ "authenc(hmac(sha256),cbc(aes))", 56, 16, 16 },
}, ciphers[] = {
	{ "cbc(aes)", 16, 16, 16 },
	{ "ctr(aes)", 16, 16, 16 },
};

/* Bytes of a message, and of a part of it as the receiver asks for them. */
static const struct shape {
	size_t len, part;
} shapes[] = {
	{ 2000, 48 }, { 2000, 64 }, { 8192, 1024 }, { 20000, 1008 },
	{ 70000, 4080 }, { 70000, 4096 }, { 70000, 4112 }, { 131072, 16384 },
	{ 140000, 65520 }, { 140000, 65536 }, { 140000, 65552 },
	{ 200000, 65568 }, { 200000, 131072 }, { 65552, 65552 },
	{ 4096, 4096 }, { 66000, 65600 }, { 200000, 199984 },
};

/* Bytes of each send; the first one is how the pieces of the queue begin. */
static const size_t steps[] = { MAX, 65536, 4096, 5000 };

/* CCM wants the length of the length in its IV. */
static void make_iv(const struct kind *k, unsigned char *out)
{
	memcpy(out, iv, 16);
	if (!strncmp(k->name, "ccm", 3)) {
		memset(out, 0, 16);
		out[0] = 3;
	}
}

static int send_all(int fd, const struct alg_ctl *ctl, const void *data,
		    size_t len, size_t step)
{
	for (size_t done = 0; done < len;) {
		size_t n = len - done < step ? len - done : step;

		if (alg_send(fd, done ? NULL : ctl, (const char *)data + done, n,
			     done + n < len ? MSG_MORE : 0) != (ssize_t)n)
			return 0;
		done += n;
	}
	return 1;
}

static void skip_kind(const struct kind *k, int err)
{
	skip("%s: %s", k->name, strerror(-err));
}

/* --- AEAD ----------------------------------------------------------------- */

/* The parts of @text as they must come, one operation each; how many bytes. */
static size_t seal(int other, const struct kind *k, const struct shape *s)
{
	size_t done = 0, out = 0;
	unsigned char v[16];

	make_iv(k, v);
	while (done < s->len) {
		size_t n = s->len - done;

		if (n + TAG > s->part)
			n = s->part - TAG;
		if (alg_aead(other, ENC, v, k->ivlen, ASSOC, text + done, n,
			     sealed + out, n + TAG) != (ssize_t)n + TAG)
			return 0;
		done += n;
		out += n + TAG;
	}
	return out;
}

/*
 * Stock does not know that the rest of a message is complete until something is sent,
 * be it nothing.
 */
static ssize_t recv_part(int fd, size_t len)
{
	ssize_t n = alg_recv(fd, got, len, MSG_DONTWAIT);

	if (n != -EAGAIN || copy_mode())
		return n;
	alg_send(fd, NULL, NULL, 0, 0);
	return alg_recv(fd, got, len, MSG_DONTWAIT);
}

/*
 * Receive @len bytes in parts of @part; 0, or where they are wrong. Of the last one
 * more may be asked for: stock waits for more of a cipher then.
 */
static size_t compare(int fd, const unsigned char *data, size_t len, size_t part,
		      int more)
{
	for (size_t done = 0; done < len; done += part) {
		size_t n = len - done < part ? len - done : part;
		ssize_t ret = recv_part(fd, more ? part : n);

		if (ret != (ssize_t)n || memcmp(got, data + done, n))
			return done + 1;
	}
	return 0;
}

static int one_shape(int fd, int other, const struct kind *k,
		     const struct shape *s)
{
	struct alg_ctl ctl = { ENC, NULL, k->ivlen, ASSOC };
	size_t out = seal(other, k, s), bad = !out;
	unsigned char v[16];

	make_iv(k, v);
	ctl.iv = v;
	for (size_t i = 0; i < N(steps) && !bad; i++) {
		ctl.op = ENC;
		bad = send_all(fd, &ctl, text, s->len, steps[i]) ?
			compare(fd, sealed, out, s->part, 1) : 1;
		/* And back, if one send can take what it has become. */
		ctl.op = DEC;
		if (!bad && out <= MAX)
			bad = send_all(fd, &ctl, sealed, out, steps[i]) ?
				compare(fd, text, s->len, s->part - TAG, 1) : 1;
	}
	if (bad)
		note("%zu bytes by %zu: wrong from %zu on", s->len, s->part, bad - 1);
	return !bad;
}

/* In large pages the default holds less than MAX. */
static int with_room(int fd)
{
	int half = 131072;

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &half,
				  sizeof(half)))
		abort();
	return fd;
}

static int open_kind(const struct kind *k)
{
	return with_room(alg_open_aead(k->name, key, k->keylen, TAG));
}

static void all_shapes(const struct kind *k)
{
	int fd = open_kind(k), other = open_kind(k), good = 0;

	if (fd < 0) {
		skip_kind(k, fd);
		return;
	}
	for (size_t i = 0; i < N(shapes); i++)
		good += one_shape(fd, other, k, &shapes[i]);
	if (k->block > 1)
		differs("older kernels let the algorithm write to the socket's IV");
	is_num(good, N(shapes), "%s: in parts of %zu sizes, there and back",
	       k->name, N(shapes));
	close(fd);
	close(other);
}

/* Parts of other sizes each time, one of them with no text at all. */
static void mixed(void)
{
	static const size_t parts[] = {
		ASSOC + TAG, 100, 65536, ASSOC + TAG, 33, 70000, 4096, MAX + TAG
	};
	struct alg_ctl ctl = { ENC, iv, 12, ASSOC };
	int fd = open_kind(&aeads[0]), other = open_kind(&aeads[0]), right = 0;
	size_t done = 0;

	send_all(fd, &ctl, text, MAX, MAX);
	for (size_t i = 0; i < N(parts); i++) {
		size_t n = parts[i] - TAG < MAX - done ? parts[i] - TAG : MAX - done;

		alg_aead(other, ENC, iv, 12, ASSOC, text + done, n, want, n + TAG);
		right += recv_part(fd, parts[i]) == (ssize_t)n + TAG &&
			 !memcmp(got, want, n + TAG);
		done += n;
	}
	is_num(right, N(parts), "parts of other sizes each");
	close(fd);
	close(other);
}

/* Of a part that is refused nothing is lost; a tag alone takes nothing. */
static void refused(void)
{
	struct alg_ctl ctl = { ENC, iv, 12, 0 };
	int fd = open_kind(&aeads[0]), other = open_kind(&aeads[0]);

	alg_aead(other, ENC, iv, 12, 0, text, 70000, want, 70000 + TAG);
	send_all(fd, &ctl, text, 70000, 70000);
	is_num(recv_part(fd, TAG - 1), -EINVAL, "no room for the tag");
	is_num(recv_part(fd, TAG), TAG, "room for the tag alone");
	is_num(recv_part(fd, 70000 + TAG), 70000 + TAG, "and for all");
	is_mem(got, want, 70000 + TAG, "which is as if nothing had been");
	close(fd);
	close(other);
}

/* A part that is not authentic is gone, and the others are not. */
static void forged(void)
{
	const struct shape s = { 20000, 1008 };
	struct alg_ctl ctl = { DEC, iv, 12, ASSOC };
	int fd = open_kind(&aeads[0]), other = open_kind(&aeads[0]), good = 0;
	size_t out = seal(other, &aeads[0], &s), in = s.part - TAG;
	ssize_t bad = 0;

	sealed[5 * s.part + 500] ^= 1;
	send_all(fd, &ctl, sealed, out, MAX);
	for (size_t done = 0; done < s.len; done += in) {
		size_t n = s.len - done < in ? s.len - done : in;
		ssize_t ret = recv_part(fd, in);

		if (done == 5 * in)
			bad = ret;
		else
			good += ret == (ssize_t)n && !memcmp(got, text + done, n);
	}
	is_num(bad, -EBADMSG, "a part that is not authentic");
	is_num(good, (s.len + in - 1) / in - 1, "and those before it and behind");
	close(fd);
	close(other);
}

/* Amid its parts a socket is closed, or goes on with another message. */
static void abandoned(void)
{
	struct alg_ctl ctl = { ENC, iv, 12, ASSOC };
	int good = 0;

	for (int i = 0; i < 50; i++) {
		int fd = open_kind(&aeads[0]);

		send_all(fd, &ctl, text, MAX, MAX);
		for (int j = 0; j < i % 7; j++)
			good += recv_part(fd, 1000 * (j + 1)) ==
				1000 * (j + 1);
		close(fd);
	}
	is_num(good, 7 * (6 * 7 / 2), "sockets are closed amid a message");
}

/* --- ciphers -------------------------------------------------------------- */

static void cipher(const struct kind *k)
{
	int fd = with_room(alg_open("skcipher", k->name, key, k->keylen));
	struct alg_ctl ctl = { ENC, iv, k->ivlen, -1 };
	int right = 0;

	alg_crypt(fd, ENC, iv, k->ivlen, text, MAX, want);
	for (size_t i = 0; i < N(shapes); i++) {
		ctl.op = ENC;
		right += send_all(fd, &ctl, text, MAX, steps[i % N(steps)]) &&
			 !compare(fd, want, MAX, shapes[i].part, 0);
		ctl.op = DEC;
		right += send_all(fd, &ctl, want, MAX, steps[i % N(steps)]) &&
			 !compare(fd, text, MAX, shapes[i].part, 0);
	}
	is_num(right, 2 * N(shapes), "%s: %d bytes in parts of %zu sizes", k->name,
	       MAX, N(shapes));
	close(fd);
}

static void body(void)
{
	fill(text, sizeof(text), 27);
	for (size_t i = 0; i < N(aeads); i++)
		all_shapes(&aeads[i]);
	mixed();
	refused();
	forged();
	abandoned();
	for (size_t i = 0; i < N(ciphers); i++)
		cipher(&ciphers[i]);
}

int main(void)
{
	return tap_run(body, 200);
}
