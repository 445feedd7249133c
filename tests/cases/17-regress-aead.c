// SPDX-License-Identifier: GPL-2.0
/*
 * 17-regress-aead - past defects of AEAD sockets, by CVE or by the title of
 * their fix.
 *
 * Some of them crash a stock kernel without the fix: those are asked of
 * algif_copy alone.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define PAGE 4096

static unsigned char key[64] = "algif_copy regr.ALGIF_COPY REGR.";
static unsigned char iv[16], in[65536], out[65600], want[65600];

/* --- CVE-2026-43493: pcrypt -------------------------------------------- */

/* How many lines of a file have both words. */
static int lines_with(const char *name, const char *a, const char *b)
{
	FILE *file = fopen(name, "r");
	char line[512];
	int found = 0;

	while (file && fgets(line, sizeof(line), file))
		found += strstr(line, a) && strstr(line, b);
	if (file)
		fclose(file);
	return found;
}

/*
 * To ask for it makes it, though under another name, and from then on it is what
 * the machine gets for gcm(aes); the stock types may have been asked before.
 */
static void parallel(const char *inner)
{
	char name[128];

	if (harms_stock("CVE-2026-43493, pcrypt"))
		return;
	snprintf(name, sizeof(name), "pcrypt(%s)", inner);
	for (int i = 0; i < 2; i++)
		is_num(alg_bind("aead", name), -ENOENT,
		       "CVE-2026-43493: %s, %d", name, i);
}

static void not_parallel(void)
{
	int fd = alg_open("aead", "gcm(aes)", key, 16), queued;

	if (mkdir("/tmp/debugfs", 0700) ||
	    mount("debugfs", "/tmp/debugfs", "debugfs", 0, NULL))
		note("debugfs: %s", strerror(errno));
	if (lines_with("/tmp/debugfs/algif_copy/stats", "driver=", "gcm") < 1) {
		skip("CVE-2026-43493: nobody says what gcm(aes) is");
	} else {
		queued = lines_with("/tmp/debugfs/algif_copy/stats", "driver=",
				    "=pcrypt(");
		note("%d pcrypt in this kernel",
		     lines_with("/proc/crypto", "driver", ": pcrypt("));
		is_num(queued, 0, "CVE-2026-43493: gcm(aes) is not parallel");
	}
	umount("/tmp/debugfs");
	rmdir("/tmp/debugfs");
	close(fd);
}

/* --- authencesn: short AAD, short tags, AAD across pages -------------- */

#define ESN "authencesn(hmac(sha256),cbc(aes))"

static int bind_esn(unsigned int authsize)
{
	int parent = alg_bind("aead", ESN), err;
	unsigned char k[72];

	if (parent < 0)
		return parent;
	unhex(k, AUTHENC_HEX "00000010");
	memcpy(k + 8, key, 48);
	err = alg_key(parent, k, 56) ?: alg_authsize(parent, authsize);
	if (!err)
		return parent;
	close(parent);
	return err;
}

static int open_esn(unsigned int authsize)
{
	int parent = bind_esn(authsize), fd;

	if (parent < 0)
		return parent;
	fd = alg_accept(parent);
	close(parent);
	return fd;
}

static void esn(unsigned int assoclen, unsigned int authsize)
{
	int fd = open_esn(authsize), len = assoclen + 64;
	ssize_t n;

	if (fd < 0) {
		ok(fd == -EINVAL, "authencesn, tag of %u: %d", authsize, fd);
		return;
	}
	memset(out, 0x5a, 65536);
	n = alg_aead(fd, ENC, iv, 16, assoclen, in, len, out, len + authsize);
	if (n < 0) {
		ok(n == -EINVAL, "authencesn, AAD of %u: %zd", assoclen, n);
		close(fd);
		return;
	}
	memcpy(want, out, len + authsize);
	n = alg_aead(fd, DEC, iv, 16, assoclen, want, len + authsize, out, len);
	ok(n == len && !memcmp(out, in, len),
	   "authencesn, AAD of %u, tag of %u: there and back", assoclen,
	   authsize);
	close(fd);
}

static void esns(void)
{
	static const unsigned int aads[] = {
		0, 1, 3, 4, 7, 8, 9, 12, 4088, 4092, 4096, 4100,
	};
	static const unsigned int tags[] = { 1, 3, 4, 8, 12, 16, 32 };

	if (harms_stock("authencesn with short AAD"))
		return;
	for (size_t i = 0; i < sizeof(aads) / sizeof(aads[0]); i++)
		esn(aads[i], 16);
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		esn(8, tags[i]);
}

/* --- CVE-2026-31431: a file's pages through authencesn ---------------- */

static void page_cache(void)
{
	const struct alg_ctl dec = { DEC, iv, 16, 16 };
	int fd = open_esn(16), file, p[2];
	loff_t off = 0;

	if (fd < 0) {
		skip("%s: %s", ESN, strerror(-fd));
		return;
	}
	file = open("/tmp/ac-regress", O_RDWR | O_CREAT | O_TRUNC, 0600);
	is_num(write(file, in, PAGE), PAGE, "a file");
	if (pipe(p))
		abort();
	alg_send(fd, &dec, in, 16, MSG_MORE);
	is_num(splice(file, &off, p[1], NULL, 80, 0), 80, "80 bytes of it");
	alg_begin();
	is_num(alg_end(splice(p[0], NULL, fd, NULL, 80, 0)), 80,
	       "cipher text and tag for authencesn");
	is_num(alg_recv(fd, out, 80, 0), -EBADMSG, "which they are not");
	is_num(pread(file, out, PAGE, 0), PAGE, "the file again");
	differs("CVE-2026-31431: the page cache is written to");
	is_mem(out, in, PAGE, "CVE-2026-31431: is as it was");
	close(p[0]);
	close(p[1]);
	close(file);
	close(fd);
	unlink("/tmp/ac-regress");
}

/* --- dec RX size below the tag; page borders; CVE-2026-31677 ---------- */

/* Every size of the receive buffer: an answer, never more than asked for. */
static void every_size(void)
{
	int bad = 0, lost = 0, fd, ref;

	if (harms_stock("decryption into every size of buffer"))
		return;
	ref = alg_open("aead", "gcm(aes)", key, 16);
	alg_aead(ref, ENC, iv, 12, 20, in, 60, want, 76);
	for (int len = 1; len <= 60; len++) {
		fd = alg_open("aead", "gcm(aes)", key, 16);
		memset(out, 0x5a, 128);
		ssize_t n = alg_aead(fd, DEC, iv, 12, 20, want, 76, out, len);

		if (len == 60 ? n != 60 : n != -EINVAL && n != -EBADMSG)
			bad++;
		for (int i = n > 0 ? n : 0; i < 128; i++)
			bad += out[i] != 0x5a;
		if (n == -EINVAL &&
		    alg_recv(fd, out, 60, MSG_DONTWAIT) != 60)
			lost++;
		close(fd);
	}
	is_num(bad, 0, "minimum RX size: 60 sizes, no byte written without leave");
	is_num(lost, 0, "minimum RX size: EINVAL keeps the data");
	close(ref);
}

/* Sends and lengths around page borders, with empty pieces in between. */
static int border(int fd, size_t assoc, size_t text)
{
	const struct alg_ctl enc = { ENC, iv, 12, assoc };
	const struct alg_ctl dec = { DEC, iv, 12, assoc };
	size_t len = assoc + text;

	alg_send(fd, &enc, in, assoc, MSG_MORE);
	alg_send(fd, NULL, in, 0, MSG_MORE);
	alg_send(fd, NULL, in + assoc, text, MSG_MORE);
	alg_send(fd, NULL, in, 0, 0);
	if (alg_recv(fd, out, len + 16, MSG_DONTWAIT) != (ssize_t)len + 16)
		return 1;
	memcpy(want, out, len + 16);
	alg_send(fd, &dec, want, assoc, MSG_MORE);
	alg_send(fd, NULL, want + assoc, text, MSG_MORE);
	alg_send(fd, NULL, want + len, 16, MSG_MORE);
	alg_send(fd, NULL, want, 0, 0);
	if (alg_recv(fd, out, len, MSG_DONTWAIT) != (ssize_t)len)
		return 1;
	return !!memcmp(out, in, len);
}

static void borders(void)
{
	static const size_t sizes[] = {
		0, 1, 16, PAGE - 17, PAGE - 16, PAGE - 1, PAGE, PAGE + 1,
		2 * PAGE, 8 * PAGE - 1, 8 * PAGE,
	};
	const size_t n = sizeof(sizes) / sizeof(sizes[0]);
	int fd = alg_open("aead", "gcm(aes)", key, 16), bad = 0;

	if (harms_stock("af_alg_pull_tsgl, overflow"))
		goto out;
	for (size_t a = 0; a < n; a++)
		for (size_t t = 1; t < n; t++)
			bad += border(fd, sizes[a], sizes[t]);
	is_num(bad, 0, "af_alg_pull_tsgl: AAD and text around page borders");
out:
	close(fd);
}

/* Pages that have ever been pinned; -1 where the kernel does not count them. */
static long pinned(void)
{
	FILE *file = fopen("/proc/sys/vm/stat_refresh", "w");
	char name[64];
	long n, found = -1;

	/* Each processor keeps some for itself, if there are several. */
	if (file) {
		fputs("1", file);
		fclose(file);
	}
	file = fopen("/proc/vmstat", "r");
	while (file && fscanf(file, "%63s %ld", name, &n) == 2)
		if (!strcmp(name, "nr_foll_pin_acquired"))
			found = n;
	if (file)
		fclose(file);
	return found;
}

/* Nothing of the caller's is pinned: SO_RCVBUF does not cut the message. */
static void receive_budget(void)
{
	const struct alg_ctl ctl = { ENC, iv, 12, 8 };
	int fd = alg_open("aead", "gcm(aes)", key, 16), one = 1;
	int ref = alg_open("aead", "gcm(aes)", key, 16);
	long before, pages;
	int at_once;
	ssize_t n;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &one, sizeof(one));
	alg_aead(ref, ENC, iv, 12, 8, in, 60000, want, 60016);
	memset(out, 0x5a, 60016);
	alg_send(fd, &ctl, in, 60000, 0);
	before = pinned();
	n = alg_recv(fd, out, 60016, 0);
	pages = pinned() - before;
	/* Newer kernels do it a page at a time, which gives another result. */
	at_once = n == 60016 && !memcmp(out, want, 60016);
	differs("CVE-2026-31677: all that is asked for is pinned");
	if (before < 0)
		skip("CVE-2026-31677: this kernel counts no pinned pages");
	else
		ok(pages <= 2 || !at_once,
		   "CVE-2026-31677: %ld pages pinned, a budget of one%s", pages,
		   at_once ? "" : " at a time");
	if (harms_stock("CVE-2026-31677, the receive budget"))
		goto out;
	is_num(n, 60016, "CVE-2026-31677: 60000 bytes, smallest SO_RCVBUF");
	is_mem(out, want, 60016, "CVE-2026-31677: the right ones");
out:
	close(ref);
	close(fd);
}

/* There and back, through memory that the algorithm shares with all others. */
static int churn(int parent)
{
	int fd = alg_accept(parent), bad;

	bad = alg_aead(fd, ENC, iv, 16, 8, in, 40, want, 56) != 56 ||
	      alg_aead(fd, DEC, iv, 16, 8, want, 56, out, 40) != 40 ||
	      memcmp(out, in, 40);
	close(fd);
	return bad;
}

/*
 * CVE-2018-14619: what AEAD sockets share must outlive each of them. It was given
 * back by every operation socket, and taken only by the bound one.
 */
static void aead_churn(void)
{
	int stay, parent, bad = 0;

	if (harms_stock("CVE-2018-14619, what AEAD sockets share"))
		return;
	stay = bind_esn(16);
	for (int i = 0; i < 20; i++) {
		parent = bind_esn(16);
		for (int k = 0; k < 5; k++)
			bad += churn(parent);
		close(parent);
		bad += churn(stay);
	}
	close(stay);
	is_num(bad, 0, "CVE-2018-14619: 120 AEAD sockets one after another");
}

/* --- templates: names that must not be, and lengths --------------------- */

/*
 * CVE-2026-46033: authencesn moves four bytes of a tag that has fewer. And rfc4309
 * over another AEAD than ccm: of a tag of 32 bytes it said that it has 16.
 */
static void no_such_names(void)
{
	static const char * const short_tags[] = {
		"authencesn(cbcmac(cipher_null),cbc(aes))",
		"echainiv(authencesn(cbcmac(cipher_null),cbc(aes)))",
		"authencesn(crct10dif,cbc(aes))",
	};
	static const char * const wrong_tags[] = {
		"rfc4309(authenc(hmac(sha256),ctr(aes)))",
		"rfc4309(authencesn(hmac(sha256),ctr(aes)))",
		"seqiv(rfc4309(authenc(hmac(sha256),ctr(aes))))",
	};
	int err;

	for (size_t i = 0; i < sizeof(short_tags) / sizeof(short_tags[0]); i++) {
		/* Newer kernels refuse it themselves, by either of the two. */
		err = alg_bind("aead", short_tags[i]);
		differs("CVE-2026-46033: older kernels have it");
		ok(err == -ENOENT || err == -EINVAL, "CVE-2026-46033: %s",
		   short_tags[i]);
	}
	for (size_t i = 0; i < sizeof(wrong_tags) / sizeof(wrong_tags[0]); i++) {
		differs("it exists, and never decrypts what it has encrypted");
		is_num(alg_bind("aead", wrong_tags[i]), -ENOENT,
		       "rfc4309 maxauthsize: %s", wrong_tags[i]);
	}
}

/* What @name says to a message with @assoclen bytes of associated data. */
static ssize_t short_aad(const char *name, int op, size_t assoclen)
{
	unsigned char k[56] = { AUTHENC_BYTES, 0, 0, 0, 16 };
	int fd = alg_open("aead", name, k, sizeof(k));
	ssize_t n;

	if (fd < 0)
		return fd;
	n = alg_aead(fd, op, iv, 16, assoclen, in, assoclen + 64, out, 200);
	close(fd);
	return n;
}

/*
 * CVE-2025-40019 and -2026-23060, also inside an IV generator: that encrypts with
 * the associated data it is given, and decrypts with the IV as more of it.
 */
static void wrapped(void)
{
	static const char essiv[] =
		"echainiv(essiv(authenc(hmac(sha256),cbc(aes)),sha256))";
	static const char esn[] = "echainiv(authencesn(hmac(sha256),cbc(aes)))";

	if (harms_stock("essiv and authencesn in echainiv, short AAD"))
		return;
	is_num(short_aad(essiv, ENC, 8), -EINVAL,
	       "CVE-2025-40019: essiv in echainiv, encryption, AAD of 8");
	is_num(short_aad(essiv, DEC, 8), -EBADMSG,
	       "CVE-2025-40019: essiv in echainiv, decryption, AAD of 8");
	is_num(short_aad(esn, ENC, 7), -EINVAL,
	       "CVE-2026-23060: authencesn in echainiv, encryption, AAD of 7");
	is_num(short_aad(esn, DEC, 0), -EBADMSG,
	       "CVE-2026-23060: authencesn in echainiv, decryption, no AAD");
}

/* CVE-2026-31719: a krb5enc that decrypts later forgot to look at the hash. */
static void kerberos(void)
{
	static const char name[] = "krb5enc(hmac(sha256),cbc(aes))";
	unsigned char k[56] = { AUTHENC_BYTES, 0, 0, 0, 16 };
	int fd = alg_open("aead", name, k, sizeof(k)), forged = 0;

	if (fd < 0) {
		skip("CVE-2026-31719: %s: %s", name, strerror(-fd));
		return;
	}
	for (int at = 0; at < 8 + 64 + 32; at += 5) {
		alg_aead(fd, ENC, iv, 16, 8, in, 8 + 64, out, 8 + 64 + 32);
		out[at] ^= 1;
		forged += alg_aead(fd, DEC, iv, 16, 8, out, 8 + 64 + 32, want,
				   8 + 64) != -EBADMSG;
	}
	is_num(forged, 0, "CVE-2026-31719: krb5enc takes nothing forged");
	close(fd);
}

static void body(void)
{
	fill(in, sizeof(in), 17);
	parallel("gcm(aes)");
	parallel("gcm_base(ctr(aes-generic),ghash-generic)");
	parallel("cryptd(gcm_base(ctr(aes-generic),ghash-generic))");
	not_parallel();
	esns();
	page_cache();
	every_size();
	borders();
	receive_budget();
	aead_churn();
	no_such_names();
	wrapped();
	kerberos();
}

int main(void)
{
	return tap_run(body, 50);
}
