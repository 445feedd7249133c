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
#include "grammar.h"
#include "tap.h"

#include <fcntl.h>

#define ROOM 512

static unsigned char noise[ROOM], salt[64];
static const unsigned char iv[32] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

/* --- the parts --------------------------------------------------------- */

/* Sockets of a leaf's parts; -1: there is none. */
static struct {
	struct leaf leaf;
	int hash, cipher, salted;
} parts = { .hash = -1, .cipher = -1, .salted = -1 };

static const unsigned char *hash_key(void)
{
	return noise + 100;
}

static const unsigned char *cipher_key(void)
{
	return noise + 200;
}

static void close_parts(void)
{
	int *fds[] = { &parts.hash, &parts.cipher };

	for (int i = 0; i < N_OF(fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

static void open_parts(const struct leaf *leaf)
{
	if (!memcmp(leaf, &parts.leaf, sizeof(*leaf)))
		return;
	close_parts();
	parts.leaf = *leaf;
	if (leaf->hash)
		parts.hash = alg_open("hash", leaf->hash->name, hash_key(),
				      leaf->hash->keylen);
	parts.cipher = alg_open(leaf->hash ? "skcipher" : "aead",
				leaf->cipher->name, cipher_key(),
				leaf->cipher->keylen);
}

/* Every AEAD here has its IV encrypted with AES or Blowfish under a digest. */
static int essiv_iv(const struct shape *s, enum wrapper w, unsigned char *buf)
{
	const struct leaf *leaf = &s->leaf;
	const char *hash = w == ESSIV_MD5 ? "md5" : "sha256";
	const char *cipher = strstr(leaf->cipher->name, "blowfish") ?
		"ecb(blowfish)" : "ecb(aes)";
	unsigned char keys[128];
	ssize_t n;
	int fd;

	memcpy(keys, cipher_key(), leaf->cipher->keylen);
	memcpy(keys + leaf->cipher->keylen, hash_key(), leaf->hash->keylen);
	n = alg_hash(hash, NULL, 0, keys,
		     leaf->cipher->keylen + leaf->hash->keylen, salt);
	fd = n < 0 ? n : alg_open("skcipher", cipher, salt, n);
	if (fd < 0)
		return fd;
	n = alg_crypt(fd, ENC, NULL, 0, buf, leaf->cipher->size, buf);
	close(fd);
	return n;
}

/* --- opening by hand --------------------------------------------------- */

static int iv_size(const struct shape *s, int level)
{
	for (int i = level; i < s->n; i++)
		if (s->wrap[i] >= RFC4106 && s->wrap[i] <= RFC4543)
			return 8;
	return s->leaf.cipher->size;
}

/* The order in which a template hashes what it is given. */
static int digest(const struct leaf *leaf, const unsigned char *buf, int alen,
		  int len, unsigned char *out)
{
	unsigned char in[ROOM];

	memcpy(in, buf, alen + len);
	if (leaf->kind == AUTHENCESN) {
		memcpy(in + 4, buf + 8, alen + len - 8);
		memcpy(in + alen + len - 4, buf + 4, 4);
	}
	if (!leaf->hash->size)
		return 0;
	if (alg_send(parts.hash, NULL, in, alen + len, 0) != alen + len)
		return -EPROTO;
	return alg_recv(parts.hash, out, 64, 0);
}

static int verify(const struct leaf *leaf, const unsigned char *buf, int alen,
		  int len, const unsigned char *mac, int tag)
{
	unsigned char out[64];
	int n = digest(leaf, buf, alen, len, out);

	if (n < 0)
		return n;
	return memcmp(out, mac, tag) ? -EBADMSG : 0;
}

static int cipher_takes(const struct leaf *leaf, int len)
{
	const char *name = leaf->cipher->name;

	if (leaf->kind == WHOLE)
		return 1;
	if (strstr(name, "cts") || strstr(name, "adiantum"))
		return len >= 16;
	if (strstr(name, "blowfish"))
		return len % 8 == 0;
	if (strstr(name, "cbc(aes)"))
		return len % 16 == 0;
	return 1;
}

static int decipher(const struct leaf *leaf, unsigned char *text, int len,
		    const unsigned char *with)
{
	ssize_t n;

	if (!len)
		return cipher_takes(leaf, 0) ? 0 : -EINVAL;
	n = alg_crypt(parts.cipher, DEC, with, leaf->cipher->size, text, len,
		      text);
	return n == len ? 0 : n < 0 ? n : -EPROTO;
}

static int open_whole(const struct leaf *leaf, unsigned char *buf, int alen,
		      int clen, const unsigned char *with)
{
	unsigned char out[ROOM];
	ssize_t n = alg_aead(parts.cipher, DEC, with, leaf->cipher->size, alen,
			     buf, alen + clen, out, sizeof(out));

	if (n < 0)
		return n;
	memcpy(buf, out, n);
	return n - alen;
}

/* What is at @buf becomes text. Returns its length. */
static int open_leaf(const struct leaf *leaf, unsigned char *buf, int alen,
		     int clen, const unsigned char *with, int tag)
{
	int len = clen - tag, err = 0;
	unsigned char mac[64];

	if (leaf->kind == AUTHENCESN && alen < 8)
		return -EINVAL;
	if (len < 0)
		return -EINVAL;
	if (leaf->kind == WHOLE)
		return open_whole(leaf, buf, alen, clen, with);
	memcpy(mac, buf + alen + len, tag);
	if (leaf->kind != KRB5ENC)
		err = verify(leaf, buf, alen, len, mac, tag);
	if (!err)
		err = decipher(leaf, buf + alen, len, with);
	if (!err && leaf->kind == KRB5ENC)
		err = verify(leaf, buf, alen, len, mac, tag);
	return err ?: len;
}

static int open_level(const struct shape *s, int level, unsigned char *buf,
		      int alen, int clen, const unsigned char *with, int tag);

/* The last 8 bytes of the associated data are the IV's. */
static int open_rfc(const struct shape *s, int level, unsigned char *buf,
		    int alen, int clen, const unsigned char *with, int tag)
{
	int rfc4309 = s->wrap[level] == RFC4309, salted = rfc4309 ? 3 : 4, n;
	unsigned char in[ROOM], own[16] = { 3 };

	if ((alen != 16 && alen != 20) || clen < tag)
		return -EINVAL;
	memcpy(own + rfc4309, noise + 300 + 4 * level, salted);
	memcpy(own + rfc4309 + salted, with, 8);
	if (s->wrap[level] == RFC4543) {
		n = open_level(s, level + 1, buf, alen + clen - tag, tag, own,
			       tag);
		return n < 0 ? n : clen - tag;
	}
	memcpy(in, buf, alen - 8);
	memcpy(in + alen - 8, buf + alen, clen);
	n = open_level(s, level + 1, in, alen - 8, clen, own, tag);
	memcpy(buf + alen, in + alen - 8, clen);
	return n;
}

/* The IV is the first of the text. */
static int open_generated(const struct shape *s, int level, unsigned char *buf,
			  int alen, int clen, int tag)
{
	int size = iv_size(s, level), n;
	unsigned char own[32];

	if (clen < size + (s->wrap[level] == SEQIV ? tag : 0))
		return -EINVAL;
	memcpy(own, buf + alen, size);
	n = open_level(s, level + 1, buf, alen + size, clen - size, own, tag);
	return n < 0 ? n : n + size;
}

/* The IV takes the place of the last of the associated data. */
static int open_essiv(const struct shape *s, int level, unsigned char *buf,
		      int alen, int clen, const unsigned char *with, int tag)
{
	int size = iv_size(s, level), err;
	unsigned char own[32];

	if (alen < size || clen < tag)
		return -EINVAL;
	memcpy(own, with, size);
	err = essiv_iv(s, s->wrap[level], own);
	if (err < 0)
		return err;
	memcpy(buf + alen - size, own, size);
	return open_level(s, level + 1, buf, alen, clen, own, tag);
}

static int open_level(const struct shape *s, int level, unsigned char *buf,
		      int alen, int clen, const unsigned char *with, int tag)
{
	if (level == s->n)
		return open_leaf(&s->leaf, buf, alen, clen, with, tag);
	switch (s->wrap[level]) {
	case SEQIV:
	case ECHAINIV:
		return open_generated(s, level, buf, alen, clen, tag);
	case ESSIV_SHA256:
	case ESSIV_MD5:
		return open_essiv(s, level, buf, alen, clen, with, tag);
	default:
		return open_rfc(s, level, buf, alen, clen, with, tag);
	}
}

/* --- lengths ----------------------------------------------------------- */

/* Whether so much can be encrypted. */
static int takes(const struct shape *s, int alen, int len)
{
	for (int i = 0; i < s->n; i++) {
		int size = iv_size(s, i);

		switch (s->wrap[i]) {
		case SEQIV:
			alen += 8;
			len -= 8;
			break;
		case ECHAINIV:
			if (len < size)
				return 0;
			break;
		case ESSIV_SHA256:
		case ESSIV_MD5:
			if (alen < size)
				return 0;
			break;
		case RFC4543:
			if (alen != 16 && alen != 20)
				return 0;
			return 1;	/* of the text nothing is encrypted */
		default:
			if (alen != 16 && alen != 20)
				return 0;
			alen -= 8;
		}
		if (len < 0)
			return 0;
	}
	if (s->leaf.kind == AUTHENCESN && alen < 8)
		return 0;
	return cipher_takes(&s->leaf, len);
}

/*
 * How much of the text is lost to IVs; -1 if nothing comes back. echainiv needs
 * a cipher in CBC mode, whose first block is as good as an IV, and a tag that is
 * made of the cipher text; and it must be the innermost generator. What seqiv
 * puts in front of the text essiv writes over.
 */
static int lost(const struct shape *s)
{
	int sum = 0;

	for (int i = 0; i < s->n; i++) {
		if (s->wrap[i] > ECHAINIV)
			continue;
		sum += iv_size(s, i);
		if (s->wrap[i] == SEQIV && i < s->n - 1 &&
		    s->wrap[i + 1] >= ESSIV_SHA256)
			return -1;
		if (s->wrap[i] == SEQIV)
			continue;
		if (i < s->n - 1 || s->leaf.kind > AUTHENCESN ||
		    strncmp(s->leaf.cipher->name, "cbc", 3))
			return -1;
	}
	return sum;
}

/* --- asking ------------------------------------------------------------ */

static int make_key(const struct shape *s, unsigned char *key)
{
	const struct leaf *leaf = &s->leaf;
	unsigned char *p = key;

	if (leaf->kind != WHOLE) {
		const unsigned short head[2] = { 8, 1 };

		memcpy(p, head, 4);
		memset(p + 4, 0, 3);
		p[7] = leaf->cipher->keylen;
		memcpy(p + 8, hash_key(), leaf->hash->keylen);
		p += 8 + leaf->hash->keylen;
	}
	memcpy(p, cipher_key(), leaf->cipher->keylen);
	p += leaf->cipher->keylen;
	for (int i = s->n - 1; i >= 0; i--) {
		int n = s->wrap[i] == RFC4309 ? 3 :
			s->wrap[i] == RFC4106 || s->wrap[i] == RFC4543 ? 4 : 0;

		memcpy(p, noise + 300 + 4 * i, n);
		p += n;
	}
	return p - key;
}

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
}

int main(void)
{
	return tap_run(body, 200);
}
