// SPDX-License-Identifier: GPL-2.0
/*
 * 04-rng - random numbers: limits, seeding, what is refused.
 *
 * Known answer for ansi_cprng: ANSI X9.31 A.2.4 with AES-128, computed block
 * by block with OpenSSL from the key, DT and V below.
 */
#include "alg.h"
#include "tap.h"

static unsigned char out[4096];

static int is_constant(const unsigned char *p, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (p[i] != p[0])
			return 0;
	return 1;
}

static void limits(int fd, const char *name)
{
	unsigned char one[128];

	memset(out, 0, sizeof(out));
	is_num(alg_recv(fd, out, sizeof(out), 0), 128, "%s: recv 4096", name);
	ok(!is_constant(out, 128), "%s: they differ", name);
	ok(is_constant(out + 128, 128) && !out[128], "%s: none behind", name);
	memcpy(one, out, 128);
	is_num(alg_recv(fd, out, 128, 0), 128, "%s: recv 128", name);
	ok(memcmp(one, out, 128), "%s: others", name);
	is_num(alg_recv(fd, out, 129, 0), 128, "%s: recv 129", name);
	is_num(alg_recv(fd, out, 1, MSG_DONTWAIT), 1, "%s: recv 1", name);
	is_num(alg_recv(fd, out, 0, 0), 0, "%s: recv 0", name);
}

static void refusals(int fd, const char *name)
{
	const struct alg_ctl ctl = { ENC, NULL, 0, -1 };

	is_num(alg_send(fd, NULL, out, 16, 0), -EOPNOTSUPP, "%s: send", name);
	is_num(alg_send(fd, NULL, out, 0, 0), -EOPNOTSUPP, "%s: send 0", name);
	is_num(alg_send(fd, &ctl, out, 16, 0), -EOPNOTSUPP,
	       "%s: send with control data", name);
	is_num(alg_accept(fd), -EOPNOTSUPP, "%s: accept", name);
	is_num(alg_key(fd, out, 16), -EOPNOTSUPP, "%s: setsockopt", name);
	is_num(alg_poll(fd, ALG_POLL_ALL, 0), 0, "%s: poll", name);
}

static void iovecs(int fd, const char *name)
{
	unsigned char a[100] = { 0 }, b[100] = { 0 };
	struct iovec iov[] = { { a, 100 }, { b, 100 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	is_num(alg_recvmsg(fd, &msg, 0), 128, "%s: two iovecs of 100", name);
	ok(!is_constant(b, 28) && is_constant(b + 28, 72) && !b[28],
	   "%s: 28 of them in the second", name);
}

static void jitter(void)
{
	int fd = alg_open("rng", "jitterentropy_rng", NULL, 0);

	if (fd < 0) {
		skip("jitterentropy_rng: %s", strerror(-fd));
		return;
	}
	limits(fd, "jitterentropy_rng");
	refusals(fd, "jitterentropy_rng");
	iovecs(fd, "jitterentropy_rng");
	close(fd);
}

/* A DRBG is not seeded by bind(), but by ALG_SET_KEY. */
static void drbg(const char *name)
{
	int fd = alg_bind("rng", name), one, two;

	if (fd < 0) {
		skip("%s: %s", name, strerror(-fd));
		return;
	}
	one = alg_accept(fd);
	is_num(alg_recv(one, out, 16, 0), -EINVAL, "%s: not seeded", name);
	is_num(alg_key(fd, "seed", 4), -EBUSY, "%s: seed with a child", name);
	close(one);
	is_num(alg_key(fd, "seed", 4), 0, "%s: seed", name);
	one = alg_accept(fd);
	two = alg_accept(fd);
	limits(one, name);
	refusals(one, name);
	is_num(alg_recv(two, out, 16, 0), 16, "%s: a second child", name);
	is_num(alg_key(fd, "seed", 4), -EBUSY, "%s: seed again", name);
	close(one);
	close(two);
	is_num(alg_key(fd, NULL, 0), 0, "%s: reseed with nothing", name);
	close(fd);
}

static void cprng(void)
{
	unsigned char seed[48], want[48], got[48];
	int fd = alg_bind("rng", "ansi_cprng"), one, two;

	if (fd < 0) {
		skip("ansi_cprng: %s", strerror(-fd));
		return;
	}
	unhex(seed, "80000000000000000000000000000000"	/* V */
		    "f3b1666d13607242ed061cabb8d46202"	/* key */
		    "e6b3be782a23fa62d71d4afbb0e922f9");	/* DT */
	unhex(want, "59531ed13bb0c05584796685c12f7641"
		    "3c94c16891706118bb3a68dfe0733466"
		    "59a67300e9035eea866d671d05467e02");
	one = alg_accept(fd);
	is_num(alg_recv(one, got, 16, 0), -EINVAL, "ansi_cprng: not seeded");
	close(one);
	is_num(alg_key(fd, seed, 20), -EINVAL, "ansi_cprng: a short seed");
	is_num(alg_key(fd, seed, 48), 0, "ansi_cprng: seed");
	one = alg_accept(fd);
	two = alg_accept(fd);
	is_num(alg_recv(one, got, 16, 0), 16, "ansi_cprng: one child");
	is_num(alg_recv(two, got + 16, 16, 0), 16, "ansi_cprng: another");
	is_num(alg_recv(one, got + 32, 16, 0), 16, "ansi_cprng: the first");
	is_mem(got, want, 48, "ansi_cprng: they share the parent's generator");
	close(one);
	close(two);
	close(fd);
}

/* --- CAVP: known entropy, additional data ------------------------------- */

#define CAVP "drbg_nopr_hmac_sha256"

/* A generator with entropy that we chose; -ENOPROTOOPT on most kernels. */
static int cavp_bind(void)
{
	unsigned char entropy[48];
	int parent = alg_bind("rng", CAVP), err;

	if (parent < 0)
		return parent;
	fill(entropy, sizeof(entropy), 4);
	err = alg_opt(parent, ALG_SET_DRBG_ENTROPY, entropy, sizeof(entropy));
	if (err) {
		close(parent);
		return err;
	}
	is_num(alg_opt(parent, ALG_SET_DRBG_ENTROPY, entropy, 48), -EINVAL,
	       "cavp: entropy a second time");
	is_num(alg_key(parent, NULL, 0), 0, "cavp: seed");
	return parent;
}

/* What comes after @addtl: 64 bytes, and 64 more without any. */
static int cavp_output(const char *addtl, unsigned char *out)
{
	int parent = cavp_bind(), fd;

	if (parent < 0)
		return parent;
	fd = alg_accept(parent);
	is_num(alg_send(fd, NULL, addtl, strlen(addtl), 0), strlen(addtl),
	       "cavp: send additional data");
	is_num(alg_recv(fd, out, 64, 0), 64, "cavp: recv");
	is_num(alg_recv(fd, out + 64, 64, 0), 64, "cavp: recv again");
	close(fd);
	close(parent);
	return 0;
}

static void cavp(void)
{
	unsigned char a[128], b[128], big[129] = { 0 };
	int parent = alg_bind("rng", CAVP), fd, err;

	err = alg_opt(parent, ALG_SET_DRBG_ENTROPY, big, sizeof(big));
	close(parent);
	if (err == -ENOPROTOOPT || parent < 0) {
		skip("cavp: this kernel is not configured for it");
		return;
	}
	is_num(err, -EMSGSIZE, "cavp: 129 bytes of entropy");
	cavp_output("one", a);
	cavp_output("one", b);
	is_mem(a, b, sizeof(a), "cavp: the same again");
	cavp_output("two", b);
	ok(memcmp(a, b, 64), "cavp: the additional data counts");
	ok(memcmp(a, a + 64, 64), "cavp: and goes on");

	parent = cavp_bind();
	fd = alg_accept(parent);
	is_num(alg_send(fd, NULL, big, 129, 0), -EMSGSIZE,
	       "cavp: 129 bytes of additional data");
	is_num(alg_send(fd, NULL, big, 0, 0), 0, "cavp: none");
	is_num(alg_recv(fd, a, 0, 0), 0, "cavp: recv 0");
	is_num(alg_recv(fd, a, 129, 0), 128, "cavp: recv 129");
	close(fd);
	close(parent);
}

static void body(void)
{
	jitter();
	drbg("drbg_nopr_sha256");
	drbg("drbg_nopr_hmac_sha256");
	drbg("drbg_pr_ctr_aes128");
	drbg("stdrng");
	cprng();
	cavp();
}

int main(void)
{
	return tap_run(body, 40);
}
