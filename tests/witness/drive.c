// SPDX-License-Identifier: GPL-2.0
/*
 * Drives the three types of AF_ALG past the page witness (ac_witness.ko), by
 * every way that data can be sent and received, and judges what it counted.
 *
 *   drive DIRECTORY	(a writable directory for two scratch files)
 *
 * Stock hands pages of the caller to the crypto API: hashes on every send,
 * the others on every receive, and on splice before the fixes of 2026. That
 * these are counted shows that the witness can see. While algif_copy serves,
 * each of the counts has to be 0, and the own pages more than 0.
 */
#include "../cases/alg.h"
#include "../cases/tap.h"
#include "counts.h"
#include <fcntl.h>
#include <sys/sendfile.h>

#define PAGE 4096
#define MAX_LEN (12 * PAGE)
#define AAD 16
#define TAG 16
#define ROOM (MAX_LEN + AAD + TAG)
#define FILE_OFFSET 100		/* data begins off a page boundary */

static uint8_t plain[ROOM];
static const uint8_t key[32] = "the key of the page witness ....";
static const uint8_t iv[16] = "0123456789abcdef";

static int scratch;		/* holds what is fed from a file */
static uint8_t *scratch_map;
static uint8_t *shared;		/* a page-cache mapping to receive into */

/* ---------------- ways in ---------------- */

static int feed_send(int op, const uint8_t *data, size_t len)
{
	return alg_send(op, NULL, data, len, 0);
}

static int feed_write(int op, const uint8_t *data, size_t len)
{
	alg_begin();
	return alg_end(write(op, data, len));
}

static void cut(struct iovec *iov, int n, const uint8_t *data, size_t len)
{
	size_t piece = len / n;

	for (int i = 0; i < n; i++) {
		iov[i].iov_base = (void *)(data + i * piece);
		iov[i].iov_len = i == n - 1 ? len - i * piece : piece;
	}
}

static int feed_iovecs(int op, const uint8_t *data, size_t len)
{
	struct iovec iov[5];
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 5 };

	cut(iov, 5, data, len);
	return alg_sendmsg(op, &msg, 0);
}

static int feed_more(int op, const uint8_t *data, size_t len)
{
	struct iovec iov[7];
	int sum = 0;

	cut(iov, 7, data, len);
	for (int i = 0; i < 7; i++) {
		int n = alg_send(op, NULL, iov[i].iov_base, iov[i].iov_len,
				 i < 6 ? MSG_MORE : 0);

		if (n < 0)
			return n;
		sum += n;
	}
	return sum;
}

static int scratch_fill(const uint8_t *data, size_t len)
{
	return pwrite(scratch, data, len, FILE_OFFSET) == (ssize_t)len ?
		0 : -EIO;
}

/* What is in the pipe @p, into the socket; the pipe is closed then. */
static int drain(int *p, int op, int len, int flags)
{
	if (len > 0) {
		alg_begin();
		len = alg_end(splice(p[0], NULL, op, NULL, len, flags));
	}
	close(p[0]);
	close(p[1]);
	return len;
}

static int splice_file(int op, loff_t from, size_t len, int flags)
{
	int p[2];

	if (pipe(p))
		return -errno;
	return drain(p, op, splice(scratch, &from, p[1], NULL, len, 0), flags);
}

static int feed_splice(int op, const uint8_t *data, size_t len)
{
	return scratch_fill(data, len) ?:
	       splice_file(op, FILE_OFFSET, len, 0);
}

static int feed_splice_more(int op, const uint8_t *data, size_t len)
{
	size_t half = len / 2;
	int ret = scratch_fill(data, len) ?:
		  splice_file(op, FILE_OFFSET, half, SPLICE_F_MORE);

	if (ret != (int)half)
		return ret;
	ret = splice_file(op, FILE_OFFSET + half, len - half, 0);
	return ret < 0 ? ret : ret + (int)half;
}

static int feed_sendfile(int op, const uint8_t *data, size_t len)
{
	off_t from = FILE_OFFSET;
	int err = scratch_fill(data, len);

	if (err)
		return err;
	alg_begin();
	return alg_end(sendfile(op, scratch, &from, len));
}

static int feed_mapped(int op, const uint8_t *data, size_t len)
{
	return scratch_fill(data, len) ?:
	       alg_send(op, NULL, scratch_map + FILE_OFFSET, len, 0);
}

static int feed_vmsplice(int op, const uint8_t *data, size_t len)
{
	struct iovec iov = { .iov_base = (void *)data, .iov_len = len };
	int p[2];

	if (pipe(p))
		return -errno;
	return drain(p, op, vmsplice(p[1], &iov, 1, 0), 0);
}

/* Pages of a pipe, of which a second pipe keeps a reference. */
static int feed_tee(int op, const uint8_t *data, size_t len)
{
	static int kept[2] = { -1, -1 };
	int p[2], ret;

	if (kept[0] >= 0) {
		close(kept[0]);
		close(kept[1]);
	}
	if (pipe(p) || pipe(kept))
		return -errno;
	ret = write(p[1], data, len);
	if (ret > 0 && tee(p[0], kept[1], ret, 0) != ret)
		ret = -EIO;
	return drain(p, op, ret, 0);
}

static const struct feed {
	const char *name;
	int (*run)(int op, const uint8_t *data, size_t len);
	int spliced;
} feeds[] = {
	{ "send", feed_send },
	{ "write", feed_write },
	{ "sendmsg of 5 iovecs", feed_iovecs },
	{ "7 sends with MSG_MORE", feed_more },
	{ "send from a mapped file", feed_mapped },
	{ "splice from a file", feed_splice, 1 },
	{ "splice in two parts", feed_splice_more, 1 },
	{ "sendfile", feed_sendfile, 1 },
	{ "vmsplice", feed_vmsplice, 1 },
	{ "splice of a pipe, tee'd", feed_tee },
};

/* ---------------- ways out ---------------- */

static int take_recv(int op, uint8_t *room, size_t len)
{
	return alg_recv(op, room, len, 0);
}

static int take_iovecs(int op, uint8_t *room, size_t len)
{
	struct iovec iov[5];
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 5 };

	cut(iov, 5, room, len);
	return alg_recvmsg(op, &msg, 0);
}

static const struct take {
	const char *name;
	int (*run)(int op, uint8_t *room, size_t len);
	int shared;		/* into the mapping of a file */
} takes[] = {
	{ "recv", take_recv },
	{ "recvmsg of 5 iovecs", take_iovecs },
	{ "recv into a mapped file", take_recv, 1 },
};

/* ---------------- one operation ---------------- */

struct target {
	const char *type, *name;
	size_t keylen, ivlen, assoclen, taglen, digestlen;
	int tfm;
};

static struct target targets[] = {
	{ "hash", "sha256", .digestlen = 32 },
	{ "hash", "hmac(sha256)", .keylen = 32, .digestlen = 32 },
	{ "skcipher", "cbc(aes)", .keylen = 16, .ivlen = 16 },
	{ "skcipher", "ctr(aes)", .keylen = 32, .ivlen = 16 },
	{ "aead", "gcm(aes)", .keylen = 16, .ivlen = 12, .assoclen = AAD,
	  .taglen = TAG },
};

#define N(array) (sizeof(array) / sizeof((array)[0]))

static int target_open(struct target *t)
{
	int err = 0;

	t->tfm = alg_bind(t->type, t->name);
	if (t->tfm < 0)
		return t->tfm;
	if (t->keylen)
		err = alg_key(t->tfm, key, t->keylen);
	if (!err && t->taglen)
		err = alg_authsize(t->tfm, t->taglen);
	return err;
}

struct result {
	uint8_t data[ROOM];
	int len;
};

/* @in through @t by one way in and one way out; 0 if it went all the way. */
static int operate(const struct target *t, int dir, const struct feed *feed,
		   const struct take *take, const struct result *in,
		   struct result *out)
{
	int hash = t->digestlen != 0;
	struct alg_ctl ctl = { dir, iv, t->ivlen, t->assoclen };
	int op = alg_accept(t->tfm), ret = 0, want = in->len;
	uint8_t *at;

	if (op < 0)
		return op;
	if (hash)
		want = t->digestlen;
	else if (dir == ENC)
		want += t->taglen;
	else
		want -= t->taglen;
	if (!hash)
		ret = alg_send(op, &ctl, NULL, 0, MSG_MORE);
	if (!ret)
		ret = feed->run(op, in->data, in->len);
	if (ret == in->len) {
		at = take->shared ? shared : out->data;
		out->len = take->run(op, at, want);
		if (take->shared)
			memcpy(out->data, shared, want);
		ret = out->len == want ? 0 : out->len < 0 ? out->len : -EIO;
	} else if (ret >= 0) {
		ret = -EPIPE;
	}
	close(op);
	return ret;
}

/* There and back; the end has to be the beginning. A hash goes there only. */
static int round_trip(const struct target *t, size_t len,
		      const struct feed *feed, const struct take *take)
{
	static struct result in, there, back, plainly;
	int err;

	memcpy(in.data, plain, len + t->assoclen);
	in.len = len + t->assoclen;
	err = operate(t, ENC, feed, take, &in, &there);
	if (err)
		return err;
	if (!t->digestlen) {
		err = operate(t, DEC, feed, take, &there, &back);
		return err ?: memcmp(back.data, in.data, in.len) ? -EIO : 0;
	}
	err = operate(t, 0, &feeds[0], &takes[0], &in, &plainly);
	return err ?: memcmp(there.data, plainly.data, t->digestlen) ? -EIO : 0;
}

/* ---------------- judgement ---------------- */

/* The kernels whose stock send side was zero-copy for splice. */
static int old_kernel(void)
{
	const char *release = getenv("AC_RELEASE") ?: "";

	return !strncmp(release, "5.10.0-30-", 10) ||
	       !strncmp(release, "5.10.0-32-", 10);
}

static void judge_copy(const struct target *t, const char *what)
{
	struct counts all = counts_read("", "");

	ok(!all.foreign && !all.shared && all.own && all.requests,
	   "%s %s, %s: %ld foreign, %ld shared, %ld own pages", t->type,
	   t->name, what, all.foreign, all.shared, all.own);
}

static void judge_stock(const struct target *t, const char *what, int spliced)
{
	struct counts src = counts_read(t->type, "-src");
	struct counts dst = counts_read(t->type, "-dst");
	int seen = t->digestlen ? src.foreign > 0 : dst.foreign > 0;

	if (spliced && old_kernel())
		seen &= src.foreign > 0;
	/* A pipe's own page has but a second reference that gives it away. */
	if (t->digestlen && strstr(what, "tee'd"))
		seen = src.foreign + src.shared > 0;
	ok(seen, "%s %s, %s: %ld+%ld foreign, %ld shared, %ld own pages (stock)",
	   t->type, t->name, what, src.foreign, dst.foreign,
	   src.shared + dst.shared, src.own + dst.own);
}

static void judge(const struct target *t, const char *what, int spliced)
{
	totals_add(t->type);
	if (copy_mode())
		judge_copy(t, what);
	else
		judge_stock(t, what, spliced);
}

static void drive_way(const struct target *t, const struct feed *feed,
		      const struct take *take)
{
	static const size_t lens[] = { 64, 2 * PAGE + 1040, MAX_LEN };
	char what[80];
	int err = 0;

	snprintf(what, sizeof(what), "%s, %s", feed->name, take->name);
	counts_reset();
	for (unsigned int i = 0; !err && i < N(lens); i++)
		err = round_trip(t, lens[i], feed, take);
	if (err)
		is_num(err, 0, "%s %s, %s: results are right", t->type,
		       t->name, what);
	else
		judge(t, what, feed->spliced);
}

/* A running hash is cloned by accept(); both ends go on from there. */
static void drive_clone(const struct target *t)
{
	uint8_t a[32], b[32];
	int op = alg_accept(t->tfm), clone, good;

	counts_reset();
	good = op >= 0 && send(op, plain, 3 * PAGE, MSG_MORE) == 3 * PAGE;
	clone = alg_accept(op);
	good &= clone >= 0;
	good &= send(op, plain, PAGE, 0) == PAGE;
	good &= send(clone, plain, PAGE, 0) == PAGE;
	good &= recv(op, a, sizeof(a), 0) == sizeof(a);
	good &= recv(clone, b, sizeof(b), 0) == sizeof(b);
	good &= !memcmp(a, b, sizeof(a));
	close(op);
	close(clone);
	if (good)
		judge(t, "accept clones a running hash", 0);
	else
		ok(0, "%s: a clone of a running hash works", t->name);
}

static void drive_target(struct target *t)
{
	int err = target_open(t);

	if (err) {
		is_num(err, 0, "%s %s can be used", t->type, t->name);
		return;
	}
	for (unsigned int i = 0; i < N(feeds); i++)
		for (unsigned int j = 0; j < (t->digestlen ? 1 : N(takes)); j++)
			drive_way(t, &feeds[i], &takes[j]);
	if (t->digestlen)
		drive_clone(t);
	close(t->tfm);
}

static void body(void)
{
	for (unsigned int i = 0; i < sizeof(plain); i++)
		plain[i] = i * 7 + (i >> 8);
	for (unsigned int i = 0; i < N(targets); i++)
		drive_target(&targets[i]);
	totals_show();
}

static void *map_file(const char *dir, const char *name, int *fd)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	*fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (*fd < 0 || ftruncate(*fd, ROOM + FILE_OFFSET))
		return MAP_FAILED;
	return mmap(NULL, ROOM + FILE_OFFSET, PROT_READ | PROT_WRITE,
		    MAP_SHARED, *fd, 0);
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: drive DIRECTORY\n");
		return 2;
	}
	scratch_map = map_file(argv[1], "witness-in", &scratch);
	shared = map_file(argv[1], "witness-out", &fd);
	if (scratch_map == MAP_FAILED || shared == MAP_FAILED) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	return tap_run(body, 120);
}
