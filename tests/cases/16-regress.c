// SPDX-License-Identifier: GPL-2.0
/*
 * 16-regress - past defects of AF_ALG that no other case covers, by CVE or by
 * the title of their fix; those of aead are in 17-regress-aead.
 *
 * Some of them crash a stock kernel without the fix: those are asked of
 * algif_copy alone.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>

#define PAGE 4096

static unsigned char key[64] = "algif_copy regr.ALGIF_COPY REGR.";
static unsigned char iv[16], in[65536], out[65600], want[65600];

static const struct alg_ctl cbc = { ENC, iv, 16, -1 };

static int open_cbc(void)
{
	return alg_open("skcipher", "cbc(aes)", key, 16);
}

/* --- CVE-2025-39964: two writers, one waiting for room ---------------- */

#define MESSAGE (512 * 1024)

struct writer {
	pthread_t thread;
	int fd;
	unsigned char byte;
	unsigned int whole, busy, other;
};

static const struct alg_ctl ecb = { ENC, NULL, 0, -1 };

static void write_one(struct writer *w, const unsigned char *data)
{
	_Alignas(struct cmsghdr) char room[ALG_CTL_ROOM];
	struct iovec iov = { (void *)data, MESSAGE };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = room };
	ssize_t n;

	msg.msg_controllen = alg_ctl_build(room, &ecb);
	n = sendmsg(w->fd, &msg, MSG_MORE);
	if (n == MESSAGE)
		w->whole++;
	else if (n < 0 && errno == EBUSY)
		w->busy++;
	else
		w->other++;
}

static void *writer(void *arg)
{
	struct writer *w = arg;
	unsigned char *data = malloc(MESSAGE);

	memset(data, w->byte, MESSAGE);
	for (int i = 0; i < 400 && w->whole < 2; i++) {
		write_one(w, data);
		msleep(3);
	}
	free(data);
	return NULL;
}

/* Every message must come out whole: runs of blocks of MESSAGE bytes. */
static void concurrent_senders(void)
{
	struct writer w[2] = { { .byte = 'A' }, { .byte = 'B' } };
	unsigned char last[16] = { 0 };
	unsigned int broken = 0;
	size_t got = 0;
	ssize_t n;
	int fd;

	if (harms_stock("CVE-2025-39964, concurrent senders"))
		return;
	fd = alg_open("skcipher", "ecb(aes)", key, 16);
	alg_send(fd, &ecb, "", 0, MSG_MORE);
	for (int i = 0; i < 2; i++) {
		w[i].fd = fd;
		if (pthread_create(&w[i].thread, NULL, writer, &w[i]))
			abort();
	}
	while (got < 4 * MESSAGE && (n = alg_recv(fd, out, PAGE, 0)) > 0) {
		for (ssize_t i = 0; i < n; i += 16) {
			if ((got + i) % MESSAGE)
				broken += !!memcmp(last, out + i, 16);
			memcpy(last, out + i, 16);
		}
		got += n;
	}
	for (int i = 0; i < 2; i++)
		pthread_join(w[i].thread, NULL);
	is_num(w[0].whole + w[1].whole, 4, "CVE-2025-39964: four messages");
	is_num(w[0].other + w[1].other, 0, "others were EBUSY, %u times",
	       w[0].busy + w[1].busy);
	is_num(got, 4 * MESSAGE, "all their bytes");
	is_num(broken, 0, "not mixed with one another");
	close(fd);
}

/* --- CVE-2025-39931: state left by a send that failed ----------------- */

static void failed_send(void)
{
	static const size_t heads[] = { 1, 100, PAGE - 1, PAGE, PAGE + 1 };
	int good = 0;

	if (harms_stock("CVE-2025-39931, a failed send"))
		return;
	for (size_t i = 0; i < 5; i++) {
		unsigned char *bad = guarded(heads[i]);
		int fd = open_cbc();
		ssize_t n, len = 8192 - 16;

		alg_send(fd, &cbc, in, heads[i], MSG_MORE);
		memcpy(bad, in + heads[i], heads[i]);
		n = alg_send(fd, NULL, bad, 3 * PAGE, MSG_MORE);
		n = heads[i] + (n > 0 ? n : 0);
		/* a send cut short completes the message */
		if (alg_send(fd, NULL, in + n, len - n, 0) != len - n)
			len = n & ~15;
		if (alg_recv_all(fd, out, len) == len && !memcmp(out, want, len))
			good++;
		close(fd);
	}
	is_num(good, 5, "CVE-2025-39931: a failed send leaves no trace");
}

/* --- CVE-2025-38079: a clone that fails, or works --------------------- */

/* With a key, if there is a length of it that fits. */
static int open_hash(const char *name)
{
	static const unsigned int lens[] = { 16, 8, 32 };
	int fd = -ENOENT;

	for (int i = 0; i < 3 && fd < 0; i++)
		fd = alg_open("hash", name, key, lens[i]);
	return fd < 0 ? alg_open("hash", name, NULL, 0) : fd;
}

static void clone_any(const char *name)
{
	int fd = open_hash(name), one;
	unsigned char a[64], b[64];
	ssize_t n, m;

	if (fd < 0) {
		skip("%s: %s", name, strerror(-fd));
		return;
	}
	alg_send(fd, NULL, in, 100, MSG_MORE);
	one = alg_accept(fd);
	if (one < 0) {
		alg_send(fd, NULL, in + 100, 100, 0);
		ok(alg_recv(fd, a, 64, 0) > 0, "clone of %s fails, it goes on",
		   name);
		close(fd);
		return;
	}
	alg_send(fd, NULL, in + 100, 100, 0);
	alg_send(one, NULL, in + 100, 100, 0);
	n = alg_recv(fd, a, 64, 0);
	m = alg_recv(one, b, 64, 0);
	ok(n == m && n > 0 && !memcmp(a, b, n), "CVE-2025-38079: clone of %s",
	   name);
	close(one);
	close(fd);
}

static void clones(void)
{
	static const char * const names[] = {
		"md5", "sha1", "sha384", "sha3-224", "cmac(aes)", "xcbc(aes)",
		"hmac(sha512)", "crc32", "crc32c", "ghash", "blake2b-512",
		"streebog512", "wp512", "rmd160", "sm3", "michael_mic",
		"poly1305", "vmac64(aes)", "xxhash64",
	};

	if (harms_stock("CVE-2025-38079, clones of every hash"))
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		clone_any(names[i]);
}

/* --- CVE-2024-26824: hashing nothing, in all ways of saying so -------- */

static void hash_nothing(void)
{
	struct iovec iov[3] = { { in, 0 }, { NULL, 0 }, { in, 0 } };
	struct msghdr none = { 0 }, three = { .msg_iov = iov, .msg_iovlen = 3 };
	unsigned char abc[32];
	int fd = alg_open("hash", "sha256", NULL, 0), zero = 0;

	unhex(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	for (int i = 0; i < 20; i++) {
		zero += alg_sendmsg(fd, &none, i & 1 ? MSG_MORE : 0) == 0;
		zero += alg_sendmsg(fd, &three, i & 2 ? MSG_MORE : 0) == 0;
	}
	is_num(zero, 40, "CVE-2024-26824: empty sends of every form");
	alg_send(fd, NULL, "", 0, 0);
	is_num(alg_send(fd, NULL, "abc", 3, 0), 3, "then a message");
	is_num(alg_recv(fd, out, 32, 0), 32, "its digest");
	is_mem(out, abc, 32, "is right");
	close(fd);
}

/* What was freed had never been made where to hash nothing failed. */
static void hash_nothing_fails(const char *name, const void *k, unsigned int len)
{
	int fd = alg_open("hash", name, k, len), failed = 0;

	if (fd < 0) {
		skip("%s: %s", name, strerror(-fd));
		return;
	}
	/* Too little for a digest. */
	for (int i = 0; i < 20; i++) {
		alg_send(fd, NULL, key, 8, MSG_MORE);
		failed += alg_send(fd, NULL, "", 0, 0) < 0;
	}
	is_num(failed, 20, "CVE-2024-26824: %s, an empty send fails", name);
	alg_send(fd, NULL, key, 64, MSG_MORE);
	is_num(alg_send(fd, NULL, "", 0, 0), 0, "%s: another one does not", name);
	ok(alg_recv(fd, out, 16, 0) > 0, "%s: its digest", name);
	close(fd);
}

/* --- CVE-2025-71113: state of a fresh socket -------------------------- */

static void fresh_socket(void)
{
	static const struct alg_ctl op_only = { ENC, NULL, 0, -1 };
	int good = 0;

	for (int i = 0; i < 50; i++) {
		int fd = open_cbc();

		memset(out, 0xff, 64);
		good += alg_poll(fd, ALG_POLL_ALL, 0) == 0x345;
		good += alg_recv(fd, out, 16, MSG_DONTWAIT) == -EAGAIN;
		alg_send(fd, &op_only, in, 64, 0);
		good += alg_recv(fd, out, 64, 0) == 64 && !memcmp(out, want, 64);
		/* leave something behind for the next one */
		alg_send(fd, &(struct alg_ctl){ DEC, in, 16, 77 }, in, 99,
			 MSG_MORE);
		close(fd);
	}
	is_num(good, 150, "CVE-2025-71113: a fresh socket is idle, its IV is 0");
}

/* --- CVE-2025-40022: flags of one bit --------------------------------- */

static void flag_bits(void)
{
	int fd = open_cbc();

	alg_send(fd, &cbc, in, 16, MSG_MORE);
	is_num(alg_poll(fd, POLLIN | POLLOUT, 0), POLLIN | POLLOUT,
	       "CVE-2025-40022: MORE with data");
	alg_recv(fd, out, 16, 0);
	is_num(alg_poll(fd, POLLIN | POLLOUT, 0), POLLOUT,
	       "MORE is remembered");
	alg_send(fd, NULL, in + 16, 16, MSG_MORE | MSG_NOSIGNAL);
	alg_send(fd, NULL, in + 32, 32, MSG_NOSIGNAL);
	is_num(alg_recv(fd, out + 16, 48, 0), 48, "and forgotten at the end");
	is_mem(out, want, 64, "CVE-2025-40022: right bytes");
	close(fd);
}

/* --- CVE-2025-40109: an RNG without set_ent --------------------------- */

static void entropy(const char *name)
{
	int fd = alg_bind("rng", name), err;

	if (fd < 0) {
		skip("%s: %s", name, strerror(-fd));
		return;
	}
	err = alg_opt(fd, ALG_SET_DRBG_ENTROPY, in, 32);
	ok(err == -ENOPROTOOPT || err == -EOPNOTSUPP || err == 0,
	   "CVE-2025-40109: entropy for %s: %d", name, err);
	close(fd);
}

/* --- older ones -------------------------------------------------------- */

/* CVE-2017-17805: a stream cipher over nothing. */
static void stream_nothing(const char *name, unsigned int keylen, unsigned int ivlen)
{
	int fd = alg_open("skcipher", name, key, keylen);
	struct alg_ctl ctl = { ENC, iv, ivlen, -1 };

	if (fd < 0) {
		skip("%s: %s", name, strerror(-fd));
		return;
	}
	is_num(alg_send(fd, &ctl, in, 0, 0), 0, "CVE-2017-17805: %s, nothing",
	       name);
	is_num(alg_recv(fd, out, 64, 0), 0, "%s: gives nothing", name);
	is_num(alg_crypt(fd, ENC, iv, ivlen, in, 100, out), 100,
	       "%s: goes on", name);
	close(fd);
}

/*
 * CVE-2019-8912: a name in /proc outlives what it names. The owner of a socket is
 * written into its struct sock, which is gone.
 */
static void chown_closed(void)
{
	char name[32];
	int fd = open_cbc(), path;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	path = open(name, O_PATH);
	is_num(fchownat(path, "", 0, 0, AT_EMPTY_PATH), 0, "chown of a socket");
	close(fd);
	msleep(10);
	is_num(fchownat(path, "", 0, 0, AT_EMPTY_PATH) ? -errno : 0, -ENOENT,
	       "CVE-2019-8912: chown of a closed socket");
	close(path);
}

/* And fchown against close. */
static void *chowner(void *arg)
{
	int *fd = arg;

	for (int i = 0; i < 3000; i++)
		if (fchownat(__atomic_load_n(fd, __ATOMIC_RELAXED), "", 0, 0,
			     AT_EMPTY_PATH) && errno == EFAULT)
			break;
	return NULL;
}

static void chown_and_close(void)
{
	pthread_t thread;
	int fd = -1;

	if (pthread_create(&thread, NULL, chowner, &fd))
		abort();
	for (int i = 0; i < 300; i++) {
		__atomic_store_n(&fd, open_cbc(), __ATOMIC_RELAXED);
		close(fd);
	}
	pthread_join(thread, NULL);
	fd = open_cbc();
	ok(fd >= 0, "CVE-2019-8912: fchown against close");
	close(fd);
}

/* "fix use-after-free in af_alg_accept()": children come and go. */
static void *acceptor(void *arg)
{
	int parent = *(int *)arg;

	for (int i = 0; i < 300; i++) {
		int fd = accept(parent, NULL, NULL);

		if (fd >= 0)
			close(fd);
	}
	return NULL;
}

static void accept_race(void)
{
	int fd = alg_bind("skcipher", "cbc(aes)"), set = 0;
	pthread_t thread[3];

	for (int i = 0; i < 3; i++)
		if (pthread_create(&thread[i], NULL, acceptor, &fd))
			abort();
	for (int i = 0; i < 300; i++)
		set += alg_key(fd, key, 16) == 0;
	for (int i = 0; i < 3; i++)
		pthread_join(thread[i], NULL);
	is_num(alg_key(fd, key, 16), 0, "af_alg_accept: no child left, %d keys set",
	       set);
	close(fd);
}

static void body(void)
{
	int fd = open_cbc();

	fill(in, sizeof(in), 16);
	is_num(alg_crypt(fd, ENC, iv, 16, in, 65536, want), 65536, "expected");
	close(fd);
	failed_send();
	fresh_socket();
	flag_bits();
	concurrent_senders();
	clones();
	hash_nothing();
	hash_nothing_fails("poly1305", NULL, 0);
	hash_nothing_fails("vmac64(aes)", key, 16);
	entropy("jitterentropy_rng");
	entropy("ansi_cprng");
	stream_nothing("ctr(aes)", 16, 16);
	stream_nothing("chacha20", 32, 16);
	stream_nothing("salsa20", 32, 8);
	chown_closed();
	chown_and_close();
	accept_race();
}

int main(void)
{
	return tap_run(body, 50);
}
