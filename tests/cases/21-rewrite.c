// SPDX-License-Identifier: GPL-2.0
/*
 * 21-rewrite - a second thread writes to the caller's buffers all the time.
 *
 * What is sent is read once: what came out of one operation fits together,
 * whatever it was that has been read. What is received is written once and not
 * read back: the part that nobody else writes to is right, and a decryption
 * verifies. On one processor the second thread is rarely there at the right
 * moment; tests/jobs/race.sh has two.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>

#define TEXT	49152
#define TAG	16
#define AAD	16

static const unsigned char key[32] = "algif_copy text.ALGIF_COPY TEXT", iv[16];
static unsigned char *shared;		/* written to by the other thread */
static unsigned char out[TEXT + 64], back[TEXT + 64], want[TEXT + 64];

/* --- the other thread -------------------------------------------------- */

static struct {
	pthread_t thread;
	unsigned char *at;
	size_t len;
	int stop;
	unsigned long long rounds;
} writer;

static void *write_on(void *arg)
{
	(void)arg;
	for (unsigned int c = 1; !__atomic_load_n(&writer.stop, __ATOMIC_RELAXED);
	     c++) {
		for (size_t i = 0; i < writer.len; i += 64)
			*(volatile unsigned char *)(writer.at + i) = c;
		writer.rounds++;
	}
	return NULL;
}

static void start_writing(unsigned char *at, size_t len)
{
	sigset_t alarm, old;

	writer.at = at;
	writer.len = len;
	writer.stop = 0;
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, &old);
	if (pthread_create(&writer.thread, NULL, write_on, NULL))
		abort();
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void stop_writing(void)
{
	__atomic_store_n(&writer.stop, 1, __ATOMIC_RELAXED);
	pthread_join(writer.thread, NULL);
}

static int seconds(void)
{
	const char *s = getenv("AC_SECONDS");

	return s && atoi(s) > 0 ? atoi(s) : 2;
}

/* A part of the time that the program has, but once at least. */
static int goes_on(long long since, int n)
{
	return !n || now_ms() - since < seconds() * 1000 / 8;
}

/* --- what is sent ------------------------------------------------------ */

static int pipes[2];

/* By way of a pipe the pages themselves go to the socket. */
static ssize_t splice_all(int fd, const unsigned char *p, size_t len)
{
	size_t done = 0;

	while (done < len) {
		struct iovec iov = { (void *)(p + done), len - done };
		ssize_t n = vmsplice(pipes[1], &iov, 1, 0);

		done += n > 0 ? n : 0;
		if (n <= 0 || splice(pipes[0], NULL, fd, NULL, n,
				     done < len ? SPLICE_F_MORE : 0) != n)
			return -1;
	}
	return done;
}

static ssize_t send_shared(int fd, const struct alg_ctl *ctl, size_t len, int how)
{
	if (!how)
		return alg_send(fd, ctl, shared, len, 0);
	alg_send(fd, ctl, NULL, 0, MSG_MORE);
	return splice_all(fd, shared, len);
}

/* Encrypts what changes; what came out must verify. Returns operations. */
static int seal(const char *name, int ivlen, int how, int *bad)
{
	struct alg_ctl enc = { ENC, iv, ivlen, AAD }, dec = { DEC, iv, ivlen, AAD };
	int fd = alg_open("aead", name, key, 16), n = 0;
	long long since = now_ms();

	if (fd < 0)
		return fd;
	start_writing(shared, TEXT);
	for (*bad = 0; goes_on(since, n); n++) {
		if (send_shared(fd, &enc, TEXT, how) != TEXT ||
		    alg_recv(fd, out, TEXT + TAG, 0) != TEXT + TAG ||
		    alg_send(fd, &dec, out, TEXT + TAG, 0) != TEXT + TAG ||
		    alg_recv(fd, back, TEXT, 0) != TEXT)
			++*bad;
	}
	stop_writing();
	close(fd);
	return n;
}

static void sent(const char *name, int ivlen)
{
	int bad = 0, n;

	for (int how = 0; how < 2; how++) {
		n = seal(name, ivlen, how, &bad);
		if (n == -ENOENT) {
			skip("%s: not in this kernel", name);
			continue;
		}
		ok(n > 0, "%s, %s: %d messages encrypted while they changed",
		   name, how ? "spliced" : "sent", n);
		differs("pages are read more than once");
		is_num(bad, 0, "%s, %s: each of them verifies", name,
		       how ? "spliced" : "sent");
	}
}

/*
 * The text in clear, with a code of it: a hash of what was read and what was
 * read, out of one operation. Checked against the hash type.
 */
static void sent_in_clear(void)
{
	static const char name[] = "authenc(hmac(sha256),ecb(cipher_null))";
	unsigned char k[8 + 32] = { AUTHENC_BYTES, 0, 0, 0, 0 }, mac[32];
	struct alg_ctl enc = { ENC, NULL, 0, AAD };
	int fd, n = 0, bad = 0;
	long long since = now_ms();

	memcpy(k + 8, key, 32);
	fd = alg_open_aead(name, k, sizeof(k), 32);
	if (fd < 0) {
		skip("%s: %s", name, strerror(-fd));
		return;
	}
	start_writing(shared, TEXT);
	for (; goes_on(since, n); n++)
		if (alg_send(fd, &enc, shared, TEXT, 0) != TEXT ||
		    alg_recv(fd, out, TEXT + 32, 0) != TEXT + 32 ||
		    alg_hash("hmac(sha256)", key, 32, out, TEXT, mac) != 32 ||
		    memcmp(mac, out + TEXT, 32))
			bad++;
	stop_writing();
	close(fd);
	ok(n > 0, "%s: %d messages", name, n);
	differs("pages are read more than once");
	is_num(bad, 0, "%s: the hash is that of the text", name);
}

/* A hash of what changes is a hash; the next one is right again. */
static void sent_to_hash(void)
{
	unsigned char one[32], two[32];
	int fd = alg_open("hash", "sha256", NULL, 0), n = 0, bad = 0;
	long long since = now_ms();

	alg_hash("sha256", NULL, 0, want, 1000, one);
	start_writing(shared, TEXT);
	for (; goes_on(since, n); n++)
		if (alg_send(fd, NULL, shared, TEXT, 0) != TEXT ||
		    alg_recv(fd, two, 32, 0) != 32 ||
		    alg_send(fd, NULL, want, 1000, 0) != 1000 ||
		    alg_recv(fd, two, 32, 0) != 32 || memcmp(one, two, 32))
			bad++;
	stop_writing();
	is_num(bad, 0, "sha256: %d messages that changed leave no trace", n);
	close(fd);
}

/* --- what is received -------------------------------------------------- */

/*
 * Both write to all of the buffer but its last 32 bytes, of which the kernel's
 * are expected in @want.
 */
static int open_into(int fd, const struct alg_ctl *ctl, const unsigned char *in,
		     size_t len, size_t outlen, int *bad)
{
	long long since = now_ms();
	int n = 0;

	start_writing(shared, outlen - 32);
	for (*bad = 0; goes_on(since, n); n++)
		if (alg_send(fd, ctl, in, len, 0) != (ssize_t)len ||
		    alg_recv(fd, shared, outlen, 0) != (ssize_t)outlen ||
		    memcmp(shared + outlen - 32, want + outlen - 32, 32))
			++*bad;
	stop_writing();
	return n;
}

static void judge(const char *name, const char *what, int n, int bad)
{
	ok(n > 0, "%s: %d messages %s", name, n, what);
	differs("what has been written is read back");
	is_num(bad, 0, "%s: each of them is %s well", name, what);
}

static void received_aead(const char *name, int ivlen)
{
	unsigned char ccm_iv[16] = { 3 };
	struct alg_ctl enc = { ENC, ccm_iv, ivlen, AAD };
	struct alg_ctl dec = { DEC, ccm_iv, ivlen, AAD };
	int fd = alg_open("aead", name, key, 16), n, bad;

	if (fd < 0) {
		skip("%s: %s", name, strerror(-fd));
		return;
	}
	fill(back, TEXT, 21);
	alg_send(fd, &enc, back, TEXT, 0);
	is_num(alg_recv(fd, want, TEXT + TAG, 0), TEXT + TAG, "%s", name);
	n = open_into(fd, &enc, back, TEXT, TEXT + TAG, &bad);
	judge(name, "encrypted", n, bad);
	memcpy(out, want, TEXT + TAG);
	memcpy(want, back, TEXT);
	n = open_into(fd, &dec, out, TEXT + TAG, TEXT, &bad);
	judge(name, "decrypted", n, bad);
	close(fd);
}

/* Each block depends on the one before. */
static void received_cbc(void)
{
	struct alg_ctl ctl = { ENC, iv, 16, -1 };
	int fd = alg_open("skcipher", "cbc(aes)", key, 16), n, bad;

	fill(back, TEXT, 21);
	alg_crypt(fd, ENC, iv, 16, back, TEXT, want);
	n = open_into(fd, &ctl, back, TEXT, TEXT, &bad);
	judge("cbc(aes)", "encrypted", n, bad);
	close(fd);
}

static void body(void)
{
	shared = mmap(NULL, TEXT + 4096, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || pipe(pipes))
		abort();
	sent("gcm(aes)", 12);
	sent_in_clear();
	sent_to_hash();
	received_aead("gcm(aes)", 12);
	received_aead("ccm(aes)", 16);
	received_cbc();
}

int main(void)
{
	return tap_run(body, 40 + 8 * seconds());
}
