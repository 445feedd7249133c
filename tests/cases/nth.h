/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nth.h - every failure point of a system call, once.
 *
 * A kernel that injects faults makes the Nth allocation, or copy from and to user
 * memory, of a system call fail. Each call is repeated with N = 1, 2, 3 ... until it
 * passes with no fault left. After each fault:
 *
 * - the error is one that says what happened, or the fault did no harm and the
 *   result is right;
 * - the same call, again or for what is left of the data, succeeds, and the
 *   operation gives what it gives without a fault: nothing was lost;
 * - so does another operation on the same socket.
 *
 * Asked twice: of what happens below the module's own functions, and of all that
 * happens in the call, where copies outside the module are left alone (the file
 * that arms the fault is one of them).
 *
 * One thing may be lost: the input of an operation that fails for want of memory in
 * the algorithm, which has written over a part of it. That memory for the buffers
 * themselves is missing loses nothing, which is asked apart.
 */
#ifndef AC_CASES_NTH_H
#define AC_CASES_NTH_H

#include "alg.h"
#include "tap.h"

#include <fcntl.h>

#define BIG 100000
#define DEBUGFS "/sys/kernel/debug/"

struct kind {
	const char *type, *name;
	unsigned int keylen, ivlen, authsize, seed;
	int64_t assoclen;	/* -1: none */
	int op;
	size_t len;
	/* made by prepare() */
	unsigned char *in, *want;
	size_t outlen;
};

static struct kind kinds[] = {
	{ "hash", "sha256", .assoclen = -1, .op = -1, .len = 100 },
	{ "hash", "sha256", .assoclen = -1, .op = -1, .len = BIG },
	{ "hash", "hmac(sha256)", 20, .assoclen = -1, .op = -1, .len = 5000 },
	{ "skcipher", "cbc(aes)", 16, 16, .assoclen = -1, .op = ENC, .len = 64 },
	{ "skcipher", "cbc(aes)", 16, 16, .assoclen = -1, .op = DEC,
	  .len = BIG },
	{ "skcipher", "ctr(aes)", 16, 16, .assoclen = -1, .op = ENC,
	  .len = 5000 },
	{ "aead", "gcm(aes)", 16, 12, 16, .assoclen = 20, .op = ENC,
	  .len = 100 },
	{ "aead", "gcm(aes)", 16, 12, 16, .assoclen = 20, .op = DEC,
	  .len = BIG },
	/* Its source and its destination are two buffers. */
	{ "aead", "authencesn(hmac(sha256),cbc(aes))", 56, 16, 16,
	  .assoclen = 8, .op = DEC, .len = 8 + 2048 + 16 },
	{ "rng", "stdrng", .seed = 32, .assoclen = -1, .op = -1, .len = 64 },
	{ "rng", "drbg_nopr_hmac_sha256", .seed = 16, .assoclen = -1,
	  .op = -1, .len = 64 },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))
#define RNG (&kinds[KINDS - 2])
#define CAVP (&kinds[KINDS - 1])

static unsigned char key[64], iv[16], out[BIG + 4096];
static int nth_fd;

/* What may fail: calls below all of the module, anything, below one function. */
static enum mode { OWN, ALL, BUFFER, COPY, MODES } mode;
static const char * const modes[] = { "own", "all", "buffer", "copy" };
static const char * const functions[] = {
	"", NULL, "ac_piece_add", "ac_bounce_clone"
};

static int nth, hit;		/* the point to fail at; whether it was there */
static int total, lost;
static const char *why;

/* --- the faults --------------------------------------------------------- */

static int put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY), n;

	n = fd < 0 ? -1 : (int)write(fd, value, strlen(value));
	close(fd);
	return n > 0 ? 0 : -1;
}

static int put_attr(const char *attr, const char *name, unsigned long value)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), DEBUGFS "%s/%s", attr, name);
	snprintf(text, sizeof(text), "%lu", value);
	return put(path, text);
}

/* Only what has been called from there is made to fail. */
static void restrict_to(const char *attr, unsigned long from, unsigned long to)
{
	put_attr(attr, "require-start", from);
	put_attr(attr, "require-end", to);
	put_attr(attr, "stacktrace-depth", 32);
}

/* Where the module's functions are, or the one of that name. */
static int module_text(const char *wanted, unsigned long *from,
		       unsigned long *to)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	unsigned long addr, next = ~0ul, last = 0;
	char line[256], name[128], type;

	*from = ~0ul;
	for (int pass = 0; f && pass < 2; pass++) {
		rewind(f);
		while (fgets(line, sizeof(line), f)) {
			if (!strstr(line, "[algif_copy]") ||
			    sscanf(line, "%lx %c %127s", &addr, &type,
				   name) != 3 ||
			    (type | 0x20) != 't' || !addr)
				continue;
			if (!pass && (!*wanted || !strcmp(name, wanted)))
				*from = addr < *from ? addr : *from;
			if (pass && addr > *from && addr < next)
				next = addr;
			last = addr > last ? addr : last;
		}
	}
	if (f)
		fclose(f);
	/* To the end of the last one, at most into the gap behind it. */
	*to = *wanted ? next : (last | 4095) + 1 + 4096;
	return *from < *to ? 0 : -1;
}

static int set_faults(void)
{
	static const char * const attrs[] = { "failslab", "fail_page_alloc",
					      "fail_usercopy" };
	const char *below = functions[mode];
	unsigned long from, to;

	for (int i = 0; i < 3; i++) {
		if (put_attr(attrs[i], "verbose", 0) ||
		    module_text(below && i < 2 ? below : "", &from, &to))
			return -1;
		if (!below && i < 2)
			restrict_to(attrs[i], 0, ~0ul);
		else
			restrict_to(attrs[i], from, to);
		/* Copies have no such thing. */
		put_attr(attrs[i], "ignore-gfp-wait", 0);
		put_attr(attrs[i], "ignore-gfp-highmem", 0);
		put_attr(attrs[i], "min-order", 0);
	}
	return 0;
}

static void arm(void)
{
	char text[16];

	hit = 0;
	snprintf(text, sizeof(text), "%d", nth);
	if (pwrite(nth_fd, text, strlen(text), 0) < 0)
		why = "the fault could not be armed";
}

/* Whether the fault came; @ret is passed through. */
static ssize_t disarm(ssize_t ret)
{
	char text[16] = "";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) < 0 ||
	    pwrite(nth_fd, "0", 1, 0) < 0)
		why = "the fault could not be disarmed";
	hit = !atoi(text);
	return ret;
}

static int must(int cond, const char *what)
{
	if (!cond && !why)
		why = what;
	return cond;
}

/* Of a call that failed or not: may it have ended so? */
static int right_error(ssize_t ret, int other)
{
	return must(ret >= 0 || (hit && (ret == -ENOMEM || ret == -EFAULT ||
					 (mode == ALL && ret == other))),
		    "the wrong error");
}

/* --- operations --------------------------------------------------------- */

static int set_key(const struct kind *k, int fd)
{
	int ret = 0;

	if (k == CAVP)
		ret = alg_opt(fd, ALG_SET_DRBG_ENTROPY, key, 48);
	if (!ret && (k->keylen || k->seed))
		ret = alg_key(fd, key, k->keylen ?: k->seed);
	if (!ret && k->authsize)
		ret = alg_authsize(fd, k->authsize);
	return ret;
}

static int parent_of(const struct kind *k)
{
	int fd = alg_bind(k->type, k->name);

	if (fd >= 0 && set_key(k, fd)) {
		close(fd);
		return -EINVAL;
	}
	return fd;
}

static int op_of(const struct kind *k)
{
	int fd = parent_of(k), op = alg_accept(fd);

	close(fd);
	return op;
}

/* From the byte @off on; the control data comes with the first one. */
static ssize_t send_from(const struct kind *k, int op, size_t off, int flags)
{
	struct alg_ctl ctl = { k->op, iv, k->ivlen, k->assoclen };

	if (k->type[0] == 'r')
		return k == CAVP ? alg_send(op, NULL, k->in, 16, 0) : 0;
	if (k->op < 0 || off)
		return alg_send(op, NULL, k->in + off, k->len - off, flags);
	return alg_send(op, &ctl, k->in, k->len, flags);
}

static size_t send_len(const struct kind *k)
{
	return k->type[0] != 'r' ? k->len : k == CAVP ? 16 : 0;
}

/* What has come to @out is what comes without a fault. */
static int right_data(const struct kind *k, ssize_t len)
{
	if (!must(len == (ssize_t)k->outlen, "the wrong length"))
		return 0;
	if (k == RNG)
		return must(memcmp(out, k->want, 16), "the same random numbers");
	/* Each receive changes the generator. */
	if (k == CAVP)
		return 1;
	return must(!memcmp(out, k->want, len), "the wrong data");
}

/* A generator fills all that it is given. */
static size_t room(const struct kind *k)
{
	return k->type[0] == 'r' ? k->outlen : k->outlen + 16;
}

static ssize_t recv_all(const struct kind *k, int op)
{
	memset(out, 0x5a, room(k));
	return alg_recv(op, out, room(k), 0);
}

static int whole(const struct kind *k, int op)
{
	ssize_t n = send_from(k, op, 0, 0);

	return must(n == (ssize_t)send_len(k), "the next send") &&
	       right_data(k, recv_all(k, op));
}

/* The rest of a send of which @n bytes have been taken, then the result. */
static int finish(const struct kind *k, int op, ssize_t n)
{
	size_t done = n < 0 ? 0 : n;

	if (done < send_len(k) || n < 0) {
		n = send_from(k, op, done, 0);
		must(n == (ssize_t)(send_len(k) - done), "the same send again");
	}
	return right_data(k, recv_all(k, op)) && whole(k, op);
}

static int error_of(int ret)
{
	return ret < 0 ? -errno : ret;
}

static void each(const char *what, void (*try)(const struct kind *),
		 const struct kind *k)
{
	const char *first = NULL;
	int at = 0;

	for (nth = 1; nth < 500; nth++) {
		why = NULL;
		try(k);
		if (why && !first) {
			first = why;
			at = nth;
		}
		if (!hit)
			break;
	}
	ok(!first && nth < 500, "%s: %s %s %zu, %s: %d faults",
	   modes[mode], k->type, k->name, k->len, what, nth - 1);
	if (first)
		note("first at fault %d: %s", at, first);
	total += nth - 1;
}

/* What comes without a fault; of a decryption, the input is made here. */
static int prepare(struct kind *k)
{
	struct kind enc = *k;
	int op;

	k->in = enc.in = malloc(k->len);
	k->want = enc.want = malloc(k->len + 64);
	fill(k->in, k->len, 7);
	if (k->type[0] == 'h')
		k->outlen = 32;
	else
		k->outlen = k->op == ENC ? k->len + k->authsize :
					   k->len - k->authsize;
	if (k->type[0] == 'r')
		k->outlen = k->len;
	if (k->op == DEC) {
		enc.op = ENC;
		enc.len = k->outlen;
		op = op_of(&enc);
		if (op < 0 || send_from(&enc, op, 0, 0) < 0 ||
		    alg_recv(op, k->in, k->len, 0) != (ssize_t)k->len)
			return -1;
		close(op);
	}
	op = op_of(k);
	if (op < 0 || send_from(k, op, 0, 0) < 0 ||
	    alg_recv(op, k->want, room(k), 0) != (ssize_t)k->outlen)
		return -1;
	close(op);
	return 0;
}

static int can_inject(void)
{
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	return nth_fd >= 0 && !access(DEBUGFS "failslab", W_OK) &&
	       !access(DEBUGFS "fail_usercopy/require-start", W_OK);
}

/* @of_kind for each kind of socket, in each mode up to @last. */
static void nth_body(void (*of_kind)(const struct kind *), enum mode last)
{
	if (!copy_mode()) {
		skip("stock: what it loses is not ours to say");
		return;
	}
	if (!can_inject()) {
		skip("this kernel injects no faults");
		return;
	}
	fill(key, sizeof(key), 3);
	/* How the keys of authenc are glued: 16 bytes of AES at the end. */
	unhex(key, AUTHENC_HEX "00000010");
	fill(iv, sizeof(iv), 5);
	/* A page fault would be one more place to fail at. */
	mlockall(MCL_CURRENT | MCL_FUTURE);
	for (size_t i = 0; i < KINDS; i++)
		if (prepare(&kinds[i])) {
			ok(0, "%s serves before", kinds[i].name);
			return;
		}
	for (mode = OWN; mode <= last; mode++) {
		if (!ok(!set_faults(), "%s: faults can be set", modes[mode]))
			return;
		for (size_t i = 0; i < KINDS; i++)
			of_kind(&kinds[i]);
	}
	note("%d faults; %d operations lost to want of memory", total, lost);
}

#endif
