// SPDX-License-Identifier: GPL-2.0
/*
 * 08-wait - who sleeps, for how long, and who wakes him.
 */
#include "alg.h"
#include "tap.h"

#include <sys/time.h>

static unsigned char key[16] = "algif_copy waits", iv[16];
static unsigned char text[8192], want[8192];	/* cbc(aes) under key and iv */

static int open_cbc(void)
{
	return alg_open("skcipher", "cbc(aes)", key, 16);
}

static ssize_t begin(int fd, size_t len, int flags)
{
	struct alg_ctl ctl = { ENC, iv, 16, -1 };

	return alg_send(fd, &ctl, text, len, flags);
}

/* Stock sleeps in these for good: no need to wait long for it. */
static int must_not_sleep(void)
{
	return copy_mode() ? 2000 : 400;
}

static const struct alg_ctl first = { ENC, iv, 16, -1 };

static void reader_before_writer(void)
{
	struct alg_later later = { .ms = 200, .ctl = &first, .data = text,
				   .len = 64 };
	unsigned char out[64];
	long long t = now_ms();

	later.fd = open_cbc();
	alg_later_send(&later);
	is_num(alg_recv(later.fd, out, 64, 0), 64, "recv before send");
	ok(now_ms() - t >= 200, "it has waited");
	is_num(alg_later_join(&later), 64, "send");
	is_mem(out, want, 64, "the right bytes");
	close(later.fd);
}

/* MORE data that makes no chunk must not wake the reader for good. */
static void reader_waits_for_a_chunk(void)
{
	struct alg_later later = { .ms = 200, .data = text + 8, .len = 8 };
	unsigned char out[16];

	later.fd = open_cbc();
	begin(later.fd, 8, MSG_MORE);
	alg_later_send(&later);
	is_num(alg_recv(later.fd, out, 16, 0), 16, "8 MORE, recv, 8 more");
	is_num(alg_later_join(&later), 8, "send");
	is_mem(out, want, 16, "one chunk");
	close(later.fd);
}

static void aead_reader_waits_for_the_end(void)
{
	const struct alg_ctl ctl = { ENC, iv, 12, 0 };
	struct alg_later later = { .ms = 200, .data = text + 32, .len = 32 };
	unsigned char one[80], two[80];
	int ref;

	later.fd = alg_open("aead", "gcm(aes)", key, 16);
	ref = alg_open("aead", "gcm(aes)", key, 16);
	alg_send(later.fd, &ctl, text, 32, MSG_MORE);
	alg_later_send(&later);
	is_num(alg_recv(later.fd, one, 80, 0), 80, "aead: recv waits for all");
	is_num(alg_later_join(&later), 32, "aead: send");
	is_num(alg_aead(ref, ENC, iv, 12, 0, text, 64, two, 80), 80,
	       "aead: the same at once");
	is_mem(one, two, 80, "aead: same result");
	close(later.fd);
	close(ref);
}

/* The end of an empty message is something to wake up for, too. */
static void reader_wakes_for_an_empty_end(void)
{
	struct alg_later later = { .ms = 200, .data = "", .len = 0 };
	unsigned char out[16];

	alg_limit = must_not_sleep() + 300;
	later.fd = open_cbc();
	begin(later.fd, 0, MSG_MORE);
	alg_later_send(&later);
	differs("an empty final send wakes nobody");
	is_num(alg_recv(later.fd, out, 16, 0), 0, "recv, then an empty end");
	is_num(alg_later_join(&later), 0, "send");
	close(later.fd);
	alg_limit = ALG_MUST;
}

/* (b): no sleep once output was produced and nothing can be added to it. */
static void complete_message(void)
{
	unsigned char out[4096];
	const struct alg_ctl ctl = { ENC, iv, 12, 0 };
	int fd = open_cbc();

	alg_limit = must_not_sleep();
	begin(fd, 16, 0);
	is_num(alg_recv(fd, out, sizeof(out), 0), 16, "16 queued, recv 4096");
	differs("sleeps although output was produced");
	ok(!alg_late, "it has not slept");
	close(fd);
	fd = alg_open("aead", "gcm(aes)", key, 16);
	alg_send(fd, &ctl, text, 16, 0);
	is_num(alg_recv(fd, out, sizeof(out), 0), 32, "aead: 16, recv 4096");
	differs("sleeps although output was produced");
	ok(!alg_late, "it has not slept");
	close(fd);
	alg_limit = ALG_MUST;
}

static void no_room_for_a_chunk(void)
{
	unsigned char out[6200];
	int fd = open_cbc();

	alg_limit = must_not_sleep();
	begin(fd, 6182, MSG_MORE);
	differs("-ETIME or less: no progress before the fixes of 2026");
	is_num(alg_recv(fd, out, 6182, 0), 6176, "6182 MORE, recv 6182");
	differs("sleeps for the 6 bytes that no block fills");
	ok(!alg_late, "it has not slept");
	differs("output at a shifted address before the rewind fix");
	is_mem(out, want, 6176, "the right bytes");
	is_num(alg_send(fd, NULL, text + 6182, 10, 0), 10, "the rest");
	is_num(alg_recv(fd, out, 16, 0), 16, "and its block");
	is_mem(out, want + 6176, 16, "the right bytes");
	close(fd);
	alg_limit = ALG_MUST;
}

/* MORE, output produced, room for another chunk: goes on waiting. */
static void room_for_a_chunk(void)
{
	struct alg_later later = { .ms = 300, .data = text + 20, .len = 12 };
	unsigned char out[64];
	long long t = now_ms();

	alg_limit = must_not_sleep() + 300;
	later.fd = open_cbc();
	begin(later.fd, 20, MSG_MORE);
	alg_later_send(&later);
	is_num(alg_recv(later.fd, out, 64, 0), 32, "20 MORE, recv 64, 12 final");
	ok(now_ms() - t >= 300, "has waited for the end");
	differs("sleeps although the message is complete");
	ok(!alg_late, "and no longer");
	alg_later_join(&later);
	differs("output at a shifted address before the rewind fix");
	is_mem(out, want, 32, "the right bytes");
	alg_limit = ALG_MUST_NOT;
	begin(later.fd, 20, MSG_MORE);
	is_num(alg_recv(later.fd, out, 64, 0), 16,
	       "a signal ends it, the output is returned");
	ok(alg_late, "it was a signal");
	close(later.fd);
	alg_limit = ALG_MUST;
}

static void zero_bytes(void)
{
	char c;
	int fd = open_cbc();

	alg_limit = ALG_MUST_NOT;
	is_num(alg_recv(fd, &c, 0, 0), 0, "recv 0 with nothing queued");
	close(fd);
	fd = alg_open("aead", "gcm(aes)", key, 16);
	is_num(alg_recv(fd, &c, 0, 0), 0, "aead: recv 0 with nothing queued");
	close(fd);
	alg_limit = ALG_MUST;
}

/* --- signals ---------------------------------------------------------- */

static void on_usr1(int sig)
{
	(void)sig;
}

struct poke {
	pthread_t thread, target;
	int ms;
};

static void *poke(void *arg)
{
	struct poke *p = arg;

	msleep(p->ms);
	pthread_kill(p->target, SIGUSR1);
	return NULL;
}

static void poke_me(struct poke *p, int ms, int flags)
{
	struct sigaction act = { .sa_handler = on_usr1, .sa_flags = flags };

	sigaction(SIGUSR1, &act, NULL);
	p->ms = ms;
	p->target = pthread_self();
	if (pthread_create(&p->thread, NULL, poke, p))
		abort();
}

static void signal_reader(const char *type, const char *name)
{
	unsigned char out[64];
	struct poke p;
	int fd = alg_open(type, name, key, 16);

	poke_me(&p, 150, 0);
	is_num(alg_recv(fd, out, 64, 0), -EINTR, "%s: signal while reading",
	       name);
	pthread_join(p.thread, NULL);
	close(fd);
}

static void restart_reader(void)
{
	struct alg_later later = { .ms = 400, .ctl = &first, .data = text,
				   .len = 64 };
	unsigned char out[64];
	struct poke p;

	later.fd = open_cbc();
	alg_later_send(&later);
	poke_me(&p, 150, SA_RESTART);
	is_num(alg_recv(later.fd, out, 64, 0), 64, "SA_RESTART: reader goes on");
	pthread_join(p.thread, NULL);
	alg_later_join(&later);
	is_mem(out, want, 64, "SA_RESTART: the right bytes");
	close(later.fd);
}

/* Fill the socket with one message that may be continued; @return bytes. */
static ssize_t fill_up(int fd)
{
	static unsigned char page[4096];
	ssize_t total = 0, n;

	begin(fd, 0, MSG_MORE);
	while ((n = alg_send(fd, NULL, page, sizeof(page),
			     MSG_MORE | MSG_DONTWAIT)) > 0)
		total += n;
	is_num(n, -EAGAIN, "full: EAGAIN");
	return total;
}

static void signal_writer(void)
{
	static unsigned char out[1 << 20];
	struct poke p;
	int fd = open_cbc();
	ssize_t total = fill_up(fd);

	poke_me(&p, 150, 0);
	is_num(alg_send(fd, NULL, text, 16, 0), -EINTR,
	       "signal while a writer waits for room");
	pthread_join(p.thread, NULL);
	is_num(alg_send(fd, NULL, text, 16, MSG_DONTWAIT), -EAGAIN,
	       "full as before");
	is_num(alg_recv(fd, out, total, 0), total, "all of it comes out");
	is_num(alg_send(fd, NULL, text, 16, 0), 16, "then there is room");
	is_num(alg_recv(fd, out, 16, 0), 16, "and a result");
	close(fd);
}

static void reader_makes_room(void)
{
	static unsigned char out[1 << 20];
	struct alg_later later = { .ms = 0, .data = text, .len = 4096 };
	ssize_t total;

	later.fd = open_cbc();
	total = fill_up(later.fd);
	alg_later_send(&later);
	msleep(200);
	is_num(alg_recv(later.fd, out, total, 0), total, "recv what is there");
	is_num(alg_later_join(&later), 4096, "the waiting writer goes on");
	is_num(alg_recv(later.fd, out, 4096, 0), 4096, "recv what it wrote");
	close(later.fd);
}

/* --- time limits ------------------------------------------------------ */

static void set_timeout(int fd, int opt, int ms)
{
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	if (setsockopt(fd, SOL_SOCKET, opt, &tv, sizeof(tv)))
		abort();
}

static void receive_timeout(const char *type, const char *name)
{
	unsigned char out[64];
	int fd = alg_open(type, name, key, 16);
	long long t = now_ms();

	alg_limit = must_not_sleep();
	set_timeout(fd, SO_RCVTIMEO, 200);
	differs("SO_RCVTIMEO is ignored");
	is_num(alg_recv(fd, out, 64, 0), -EAGAIN, "%s: SO_RCVTIMEO", name);
	ok(now_ms() - t >= 190, "%s: not before its time", name);
	close(fd);
	alg_limit = ALG_MUST;
}

static void receive_timeout_partial(void)
{
	unsigned char out[64];
	int fd = open_cbc();

	alg_limit = must_not_sleep();
	set_timeout(fd, SO_RCVTIMEO, 200);
	begin(fd, 20, MSG_MORE);
	is_num(alg_recv(fd, out, 64, 0), 16, "SO_RCVTIMEO: partial output");
	differs("SO_RCVTIMEO is ignored");
	ok(!alg_late, "by the time limit");
	is_mem(out, want, 16, "the right bytes");
	close(fd);
	alg_limit = ALG_MUST;
}

static void send_timeout(void)
{
	static unsigned char page[4096];
	int fd = open_cbc();
	long long t;

	alg_limit = must_not_sleep();
	fill_up(fd);
	set_timeout(fd, SO_SNDTIMEO, 200);
	t = now_ms();
	differs("SO_SNDTIMEO is ignored");
	is_num(alg_send(fd, NULL, page, sizeof(page), 0), -EAGAIN,
	       "SO_SNDTIMEO");
	ok(now_ms() - t >= 190, "not before its time");
	close(fd);
	alg_limit = ALG_MUST;
}

static void send_timeout_partial(void)
{
	const size_t mib = 1 << 20;
	unsigned char *data = calloc(1, mib);
	int fd = open_cbc();
	ssize_t n;

	alg_limit = must_not_sleep();
	set_timeout(fd, SO_SNDTIMEO, 200);
	n = begin(fd, 16, MSG_MORE);
	n = alg_send(fd, NULL, data, mib, 0);
	ok(n > 4096 && n < (ssize_t)mib, "a large send is cut by it");
	differs("SO_SNDTIMEO is ignored");
	ok(!alg_late, "by the time limit");
	free(data);
	close(fd);
	alg_limit = ALG_MUST;
}

/* (c): one writer at a time. */
static void second_writer(void)
{
	const size_t mib = 1 << 20;
	unsigned char *data = calloc(1, mib), *out = malloc(mib);
	struct alg_later later = { .ctl = &first, .data = data, .len = mib };
	size_t got = 0;

	later.fd = open_cbc();
	alg_later_send(&later);
	msleep(250);
	differs("EINVAL or EAGAIN before CVE-2025-39964");
	is_num(alg_send(later.fd, NULL, text, 16, 0), -EBUSY,
	       "a second writer while one waits for room");
	differs("EINVAL or EAGAIN before CVE-2025-39964");
	is_num(alg_send(later.fd, NULL, text, 16, MSG_DONTWAIT | MSG_MORE),
	       -EBUSY, "with MSG_DONTWAIT and MORE too");
	alg_limit = must_not_sleep();
	while (got < mib) {
		ssize_t n = alg_recv(later.fd, out + got, 4096, 0);

		if (n <= 0)
			break;
		got += n;
	}
	differs("hangs: the rest of the message does not wake the reader");
	is_num(got, mib, "all of the first one comes out");
	/* stock: the writer may still wait for room; no later one joins it */
	if (got < mib)
		pthread_kill(later.thread, SIGUSR1);
	ok(alg_later_join(&later) >= 16, "the first writer has ended");
	close(later.fd);
	alg_limit = ALG_MUST;
	free(data);
	free(out);
}

struct reader {
	pthread_t thread;
	int fd;
	unsigned char out[16];
	ssize_t ret;
};

static void *read_one(void *arg)
{
	struct reader *r = arg;

	r->ret = recv(r->fd, r->out, 16, 0);
	return NULL;
}

static void two_readers(void)
{
	struct reader r[2];
	int fd = open_cbc(), swapped;

	for (int i = 0; i < 2; i++) {
		r[i].fd = fd;
		if (pthread_create(&r[i].thread, NULL, read_one, &r[i]))
			abort();
	}
	msleep(150);
	begin(fd, 32, 0);
	for (int i = 0; i < 2; i++)
		pthread_join(r[i].thread, NULL);
	is_num(r[0].ret + r[1].ret, 32, "two readers get half each");
	swapped = !memcmp(r[1].out, want, 16);
	ok(!memcmp(r[swapped].out, want, 16) &&
	   !memcmp(r[!swapped].out, want + 16, 16), "and not the same half");
	close(fd);
}

static void body(void)
{
	int fd = open_cbc();

	fill(text, sizeof(text), 8);
	is_num(alg_crypt(fd, ENC, iv, 16, text, sizeof(text), want),
	       sizeof(text), "what is expected");
	close(fd);
	reader_before_writer();
	reader_waits_for_a_chunk();
	aead_reader_waits_for_the_end();
	reader_wakes_for_an_empty_end();
	complete_message();
	no_room_for_a_chunk();
	room_for_a_chunk();
	zero_bytes();
	signal_reader("skcipher", "cbc(aes)");
	signal_reader("aead", "gcm(aes)");
	restart_reader();
	signal_writer();
	reader_makes_room();
	receive_timeout("skcipher", "cbc(aes)");
	receive_timeout("aead", "gcm(aes)");
	receive_timeout_partial();
	send_timeout();
	send_timeout_partial();
	second_writer();
	two_readers();
}

int main(void)
{
	return tap_run(body, 45);
}
