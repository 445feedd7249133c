// SPDX-License-Identifier: GPL-2.0
/*
 * 30-regress-more - past defects of AF_ALG in what several types share: control
 * data, requests in flight, names, accounting. REGRESSIONS.md has the list of all.
 */
#include "alg.h"
#include "tap.h"

#include <linux/aio_abi.h>
#include <sched.h>
#include <sys/syscall.h>

static unsigned char key[64] = "algif_copy regr.ALGIF_COPY REGR.";
static unsigned char iv[16], in[65536], out[65600], want[65600];

/* --- CVE-2026-46028, -74578: ALG_SET_IV beside operations -------------- */

static int stop;

struct race {
	int fd;
	struct alg_ctl ctl;	/* with an IV that is none of the operations' */
};

static void *set_other_ivs(void *arg)
{
	const struct race *race = arg;
	int set = 0;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		set += alg_send(race->fd, &race->ctl, "", 0,
				MSG_MORE | MSG_DONTWAIT) == 0;
	return (void *)(intptr_t)set;
}

/* Each message has its IV with its data: no other one may get between. */
static int race_ivs(struct race *race, const struct alg_ctl *ctl, int len)
{
	int good = 0, done = 0;
	pthread_t thread;
	void *set;

	__atomic_store_n(&stop, 0, __ATOMIC_RELAXED);
	if (pthread_create(&thread, NULL, set_other_ivs, race))
		abort();
	for (int i = 0; i < 300 && good == done; i++) {
		if (alg_send(race->fd, ctl, in, 2048, 0) != 2048)
			continue;
		done++;
		/* Let the other one try. */
		sched_yield();
		good += alg_recv(race->fd, out, len, 0) == len &&
			!memcmp(out, want, len);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread, &set);
	note("%d operations, %d other IVs", done, (int)(intptr_t)set);
	return done > 0 && good == done;
}

static void iv_race(const char *type, const char *name, int ivlen, int tag)
{
	static const unsigned char other[16] = { 0xff, 1, 2, 3 };
	const struct alg_ctl ctl = { ENC, iv, ivlen, tag ? 16 : -1 };
	struct race race = { alg_open(type, name, key, 16),
			     { ENC, other, ivlen, tag ? 0 : -1 } };
	int ref = alg_open(type, name, key, 16);

	alg_send(ref, &ctl, in, 2048, 0);
	is_num(alg_recv(ref, want, 2048 + tag, 0), 2048 + tag, "%s", name);
	ok(race_ivs(&race, &ctl, 2048 + tag),
	   "snapshot IV: a concurrent ALG_SET_IV does not get in");
	close(ref);
	close(race.fd);
}

/* --- "Disallow multiple in-flight AIO requests" ------------------------ */

/* Several at once on one socket: each takes what the one before has left. */
static void in_flight(void)
{
	const struct alg_ctl ctl = { ENC, iv, 16, -1 };
	int fd = alg_open("skcipher", "cbc(aes)", key, 16);
	aio_context_t ctx = 0;
	struct iocb cb[8], *list[8];
	struct io_event event[8];
	int n, good = 0;

	if (syscall(SYS_io_setup, 8, &ctx)) {
		skip("in-flight AIO: no io_setup here: %s", strerror(errno));
		close(fd);
		return;
	}
	alg_crypt(fd, ENC, iv, 16, in, 8192, want);
	alg_send(fd, &ctl, in, 8192, 0);
	memset(out, 0, 8192);
	for (int i = 0; i < 8; i++) {
		cb[i] = (struct iocb){
			.aio_lio_opcode = IOCB_CMD_PREAD, .aio_fildes = fd,
			.aio_buf = (uintptr_t)(out + i * 1024),
			.aio_nbytes = 1024,
		};
		list[i] = &cb[i];
	}
	n = syscall(SYS_io_submit, ctx, 8, list);
	if (n > 0)
		n = syscall(SYS_io_getevents, ctx, n, 8, event, NULL);
	for (int i = 0; i < n; i++)
		good += event[i].res == 1024;
	differs("EBUSY where the algorithm is asynchronous");
	is_num(good, 8, "in-flight AIO: eight requests on one socket");
	differs("EBUSY where the algorithm is asynchronous");
	is_mem(out, want, 8192, "in-flight AIO: each has its part, in order");
	syscall(SYS_io_destroy, ctx);
	close(fd);
}

/* --- CVE-2017-17806: a keyed hash inside hmac -------------------------- */

static void inner_hash(void)
{
	static const char * const names[] = {
		"hmac(hmac(sha256))", "hmac(cmac(aes))", "hmac(xcbc(aes))",
		"hmac(vmac64(aes))",
	};
	int refused = 0;

	for (size_t i = 0; i < 4; i++) {
		int fd = alg_open("hash", names[i], key, 16);

		if (fd >= 0)
			close(fd);
		else
			refused++;
	}
	is_num(refused, 4, "CVE-2017-17806: no keyed hash inside hmac");
}

/* --- "Only wake up when ctx->more is zero" ----------------------------- */

/* A receiver that sleeps is told when the message is complete, not before. */
static void wakes_when_complete(void)
{
	const struct alg_ctl ctl = { ENC, iv, 12, 16 };
	struct alg_later later = { .ms = 200, .data = in + 24, .len = 8 };
	int ref = alg_open("aead", "gcm(aes)", key, 16);

	alg_aead(ref, ENC, iv, 12, 16, in, 32, want, 48);
	later.fd = alg_open("aead", "gcm(aes)", key, 16);
	alg_send(later.fd, &ctl, in, 16, MSG_MORE);
	alg_send(later.fd, NULL, in + 16, 8, MSG_MORE);
	is_num(alg_recv(later.fd, out, 48, MSG_DONTWAIT), -EAGAIN,
	       "wake when complete: 24 bytes with MSG_MORE are not");
	alg_later_send(&later);
	is_num(alg_recv(later.fd, out, 48, 0), 48,
	       "wake when complete: the receiver gets all of it");
	is_num(alg_later_join(&later), 8, "wake when complete: the last send");
	is_mem(out, want, 48, "wake when complete: and the right bytes");
	close(later.fd);
	close(ref);
}

/* --- "Use chunksize" ---------------------------------------------------- */

/* A stream cipher made of blocks is not cut inside one while more may come. */
static void chunks(const char *name)
{
	const struct alg_ctl ctl = { ENC, iv, 16, -1 };
	int fd = alg_open("skcipher", name, key, 16);
	size_t got = 0;
	ssize_t n;

	if (fd < 0) {
		skip("chunksize: %s: %s", name, strerror(-fd));
		return;
	}
	alg_crypt(fd, ENC, iv, 16, in, 100, want);
	alg_send(fd, &ctl, in, 0, MSG_MORE);
	for (size_t sent = 0; sent < 100; sent += 10) {
		alg_send(fd, NULL, in + sent, 10, sent < 90 ? MSG_MORE : 0);
		n = alg_recv(fd, out + got, 100 - got, MSG_DONTWAIT);
		got += n > 0 ? n : 0;
	}
	is_num(got, 100, "chunksize: %s, ten bytes at a time", name);
	is_mem(out, want, 100, "chunksize: %s, as in one piece", name);
	close(fd);
}

/* --- CVE-2022-48781: alg_memory_allocated ------------------------------ */

/* The column "memory" of the protocol: nothing that was never given back. */
static long accounted(void)
{
	char line[512], name[64];
	FILE *file = fopen("/proc/net/protocols", "r");
	long memory = -2, found;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %*s %*s %ld", name, &found) == 2 &&
		    !strcmp(name, "ALG"))
			memory = found;
	if (file)
		fclose(file);
	return memory;
}

static void accounting(void)
{
	long before = accounted(), after;

	if (before == -2) {
		skip("CVE-2022-48781: no line ALG in /proc/net/protocols");
		return;
	}
	for (int i = 0; i < 50; i++) {
		const struct alg_ctl ctl = { ENC, iv, 16, -1 };
		int fd = alg_open("skcipher", "cbc(aes)", key, 16);

		alg_send(fd, &ctl, in, 65536, MSG_MORE);
		alg_recv(fd, out, 1000, MSG_DONTWAIT);
		close(fd);
	}
	after = accounted();
	is_num(after, before, "CVE-2022-48781: no memory of the protocol is left");
}

static void body(void)
{
	fill(in, sizeof(in), 20);
	iv_race("aead", "gcm(aes)", 12, 16);
	iv_race("skcipher", "ctr(aes)", 16, 0);
	in_flight();
	inner_hash();
	wakes_when_complete();
	chunks("ctr(aes)");
	chunks("ctr(serpent)");
	accounting();
}

int main(void)
{
	return tap_run(body, 50);
}
