// SPDX-License-Identifier: GPL-2.0
/*
 * 29-nested - AEADs inside one another, with tags of any size.
 *
 * Every name of grammar.h that can be bound is asked with more and less associated
 * data and text than it needs. What it makes is opened by hand, with the cipher
 * and the hash that it is made of: the text must come back, from there and from
 * the algorithm itself. What lengths are refused is what Linux 7.3 refuses.
 *
 * Older kernels crash in some of them, so the stock types are not asked.
 */
#include "alg.h"
#include "byhand.h"
#include "grammar.h"
#include "tap.h"

#include <fcntl.h>
#include <sys/klog.h>
#include <sys/utsname.h>

/* --- asking ------------------------------------------------------------ */

static long asked;

/* What cannot be a whole message stays in the queue: another socket then. */
static struct { int parent, op; } sock;

static ssize_t operate(const struct shape *s, int op, int alen,
		       const unsigned char *in, int len, unsigned char *out)
{
	int ivlen = iv_size(s, 0);
	ssize_t n = alg_aead(sock.op, op, ivlen ? iv : NULL, ivlen, alen, in,
			     alen + len, out, ROOM);

	asked++;
	if (n < 0) {
		close(sock.op);
		sock.op = alg_accept(sock.parent);
	}
	return n;
}

static int complain(const struct shape *s, const char *what, int alen, int len,
		    int tag, long got, long want)
{
	char a[32], b[32];

	note("%s, AAD %d, text %d, tag %d: %s: got %s, want %s", s->name, alen,
	     len, tag, what, tap_number(got, a, sizeof(a)),
	     tap_number(want, b, sizeof(b)));
	return 1;
}

/* Decrypt @in by the algorithm, and by hand. */
static int compare(const struct shape *s, const unsigned char *in, int alen,
		   int clen, int tag)
{
	unsigned char out[ROOM], own[ROOM];
	ssize_t n, want;

	memcpy(own, in, alen + clen);
	n = operate(s, DEC, alen, in, clen, out);
	want = open_level(s, 0, own, alen, clen, iv, tag);
	if (want >= 0)
		want += alen;
	if (n != want)
		return complain(s, "decrypted", alen, clen - tag, tag, n, want);
	if (n > 0 && memcmp(out, own, n))
		return complain(s, "another text", alen, clen - tag, tag, 0, 0);
	return 0;
}

/* echainiv makes an IV for ccm() that this may not take. */
static int may_fail(const struct shape *s)
{
	return s->leaf.kind == WHOLE && strstr(s->name, "echainiv");
}

static int returns(const struct shape *s, const unsigned char *in, int alen,
		   int len, int tag)
{
	unsigned char own[ROOM];
	int skip = lost(s), n;

	if (skip < 0)
		return 0;
	memcpy(own, in, alen + len + tag);
	n = open_level(s, 0, own, alen, len + tag, iv, tag);
	if (n != len)
		return complain(s, "opened by hand", alen, len, tag, n, len);
	if (memcmp(own + alen + skip, noise + alen + skip, len - skip))
		return complain(s, "another text by hand", alen, len, tag, 0, 0);
	return 0;
}

static int there_and_back(const struct shape *s, int alen, int len, int tag)
{
	int want = alen + len + tag, bad;
	unsigned char out[ROOM];
	ssize_t n = operate(s, ENC, alen, noise, len, out);

	if (n == -EINVAL && may_fail(s))
		return 0;
	if (!takes(s, alen, len))
		return n == -EINVAL ? 0 :
			complain(s, "encrypted", alen, len, tag, n, -EINVAL);
	if (n != want)
		return complain(s, "encrypted", alen, len, tag, n, want);
	bad = returns(s, out, alen, len, tag);
	bad += compare(s, out, alen, len + tag, tag);
	if (!tag)
		return bad;
	out[n - 1] ^= 1;
	return bad + compare(s, out, alen, len + tag, tag);
}

static const int aads[] = { 0, 1, 7, 8, 12, 15, 16, 20, 24 };
static const int texts[] = { 0, 1, 8, 16, 32, 48 };

static int ask_lengths(const struct shape *s, int tag)
{
	int bad = 0;

	for (int a = 0; a < N_OF(aads); a++) {
		for (int t = 0; t < N_OF(texts); t++)
			bad += there_and_back(s, aads[a], texts[t], tag);
		/* Less than a tag, and something forged. */
		bad += compare(s, noise, aads[a], tag / 2, tag);
		bad += compare(s, noise, aads[a], tag + 32, tag);
	}
	return bad;
}

/* --- names ------------------------------------------------------------- */

/* What names have in common, for one line of the result. */
struct group {
	char name[64];
	int names, bad, refused;
	long asked;
};

static struct group groups[200];
static int ngroups;

static struct group *find_group(const struct shape *s)
{
	char name[64] = "";
	int i;

	for (i = 0; i < s->n; i++) {
		const char *w = grammar_wrappers[s->wrap[i]];

		snprintf(name + strlen(name), sizeof(name) - strlen(name),
			 "%.*s", (int)strcspn(w, "%"), w);
	}
	snprintf(name + strlen(name), sizeof(name) - strlen(name), "%s",
		 s->leaf.kind == WHOLE ? s->leaf.cipher->name :
		 grammar_kinds[s->leaf.kind]);
	for (i = 0; i < ngroups && strcmp(groups[i].name, name); i++)
		;
	if (i == ngroups && ngroups < N_OF(groups))
		strcpy(groups[ngroups++].name, name);
	return &groups[i];
}

static int ask_tag(const struct shape *s, int tag)
{
	int bad;

	if (tag != s->leaf.tag && alg_authsize(sock.parent, tag))
		return 0;
	sock.op = alg_accept(sock.parent);
	if (sock.op < 0)
		return complain(s, "accept", 0, 0, tag, sock.op, 0);
	bad = tag == s->leaf.tag ? ask_lengths(s, tag) :
		there_and_back(s, 16, 48, tag) +
		there_and_back(s, 8, 16, tag) +
		there_and_back(s, 20, 32, tag);
	close(sock.op);
	return bad;
}

/* crct10dif has no key, and authenc() always sets one. */
static int is_usable(const struct shape *s)
{
	unsigned char key[128];

	return !alg_key(sock.parent, key, make_key(s, key));
}

static int ask_tags(const struct shape *s)
{
	static const int tags[] = { 1, 3, 4, 8, 12, 16, 20 };
	int bad = ask_tag(s, s->leaf.tag);

	for (int i = 0; i < N_OF(tags) && s->leaf.kind != WHOLE; i++)
		if (tags[i] < s->leaf.tag)
			bad += ask_tag(s, tags[i]);
	return bad;
}

/*
 * authencesn moves four bytes of the tag; rfc4309 leaves the counter to ccm, and
 * says that the tag has 16 bytes.
 */
static int must_not_be(const struct shape *s)
{
	for (int i = 0; i < s->n; i++)
		if (s->wrap[i] == RFC4309 &&
		    (i < s->n - 1 || strcmp(s->leaf.cipher->name, "ccm(aes)")))
			return 1;
	return s->leaf.kind == AUTHENCESN && s->leaf.tag && s->leaf.tag < 4;
}

static int ask(const struct shape *s)
{
	long before = asked;
	struct group *g;

	sock.parent = alg_bind("aead", s->name);
	if (sock.parent < 0)
		return 0;
	g = find_group(s);
	g->names++;
	if (must_not_be(s))
		g->bad += complain(s, "bound", 0, 0, s->leaf.tag, 0, -ENOENT);
	if (is_usable(s)) {
		open_parts(&s->leaf);
		g->bad += ask_tags(s);
		g->asked += asked - before;
	}
	close(sock.parent);
	return 1;
}

/* Before names are made by thousands: what no module has starts modprobe. */
static void load_parts(void)
{
	static const char * const aeads[] = {
		"seqiv(rfc4106(gcm(aes)))", "rfc4309(ccm(aes))",
		"rfc4543(gcm(aes))", "essiv(authenc(hmac(sha256),cbc(aes)),sha256)",
		"echainiv(authenc(hmac(sha256),cbc(aes)))",
		"authencesn(hmac(sha256),cbc(aes))",
		"krb5enc(cmac(camellia),cts(cbc(camellia)))",
	};

	for (int i = 0; i < N_OF(aeads); i++)
		close(alg_bind("aead", aeads[i]));
	for (int i = 0; i < N_OF(grammar_wholes); i++)
		close(alg_bind("aead", grammar_wholes[i].name));
	for (int i = 0; i < N_OF(grammar_hashes); i++)
		close(alg_bind("hash", grammar_hashes[i].name));
	for (int i = 0; i < N_OF(grammar_ciphers); i++)
		close(alg_bind("skcipher", grammar_ciphers[i].name));
	close(alg_bind("hash", "md5"));
}

static void write_modprobe(const char *name)
{
	int fd = open("/proc/sys/kernel/modprobe", O_WRONLY | O_TRUNC);

	if (fd < 0 || write(fd, name, strlen(name)) < 0)
		note("/proc/sys/kernel/modprobe: %s", strerror(errno));
	close(fd);
}

/*
 * Where authencesn() is wrong in place the module says that it gives it a copy,
 * which costs memory. Of the kernels that are tested 6.19.14 is the one.
 */
static void says_apart(void)
{
	static char log[1 << 20];
	struct utsname name;
	int n = klogctl(3, log, sizeof(log) - 1);	/* read all */

	if (getenv("AC_OWN")) {
		skip("a copy for authencesn: nobody knows of this kernel");
		return;
	}
	uname(&name);
	log[n > 0 ? n : 0] = 0;
	is_num(!!strstr(log, "authencesn decrypts wrongly in place"),
	       !strncmp(name.release, "6.19.14+", 8),
	       "%s: a copy for authencesn", name.release);
}

static void body(void)
{
	char modprobe[256] = "/sbin/modprobe\n";
	int fd;

	if (harms_stock("AEADs inside one another"))
		return;
	fill(noise, sizeof(noise), 29);
	load_parts();
	fd = open("/proc/sys/kernel/modprobe", O_RDONLY);
	if (fd >= 0 && read(fd, modprobe, sizeof(modprobe) - 1) < 0)
		note("modprobe: %s", strerror(errno));
	close(fd);
	write_modprobe("\n");
	grammar_all(ask);
	write_modprobe(modprobe);
	for (int i = 0; i < ngroups; i++)
		is_num(groups[i].bad, 0, "%s...: %d names, %ld operations",
		       groups[i].name, groups[i].names, groups[i].asked);
	says_apart();
}

int main(void)
{
	return tap_run(body, 200);
}
