// SPDX-License-Identifier: GPL-2.0
/*
 * 07-poll - what poll and epoll say, and that they wake up; MSG_DONTWAIT and
 * O_NONBLOCK.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/select.h>

static unsigned char key[16] = "algif_copy poll.", iv[16], page[65536];
static int page_size;		/* of the kernel, at most sizeof(page) */
static const struct alg_ctl cbc = { ENC, iv, 16, -1 };
static const struct alg_ctl gcm = { ENC, iv, 12, 0 };

/* New data is announced as room and room as data: filtered wake-ups miss it. */
static const char swapped[] = "wakes with the masks of the other direction";

static int open_cbc(void)
{
	return alg_open("skcipher", "cbc(aes)", key, 16);
}

/* Fill with data of one unfinished message; returns how much went in. */
static ssize_t fill_up(int fd)
{
	ssize_t total = 0, n;

	alg_send(fd, &cbc, "", 0, MSG_MORE);
	while ((n = alg_send(fd, NULL, page, page_size,
			     MSG_MORE | MSG_DONTWAIT)) > 0)
		total += n;
	return total;
}

static int mask(int fd)
{
	return alg_poll(fd, ALG_POLL_ALL, 0);
}

static void skcipher_masks(void)
{
	static unsigned char out[1 << 20];
	int fd = open_cbc();
	ssize_t total;

	is_num(mask(fd), 0x345, "skcipher: idle");
	alg_send(fd, &cbc, page, 64, 0);
	is_num(mask(fd), 0x345, "skcipher: message pending");
	alg_recv(fd, out, 64, 0);
	is_num(mask(fd), 0x345, "skcipher: read");
	alg_send(fd, &cbc, "", 0, MSG_MORE);
	is_num(mask(fd), 0x304, "skcipher: begun, no data");
	alg_send(fd, NULL, page, 8, MSG_MORE);
	is_num(mask(fd), 0x345, "skcipher: MORE with data");
	alg_send(fd, NULL, page, 8, MSG_MORE);
	alg_recv(fd, out, 16, 0);
	is_num(mask(fd), 0x304, "skcipher: MORE, data read");
	total = fill_up(fd);
	ok(total > 65536, "skcipher: filled with %zd bytes", total);
	is_num(mask(fd), 0x41, "skcipher: full");
	alg_recv(fd, out, page_size - 16, 0);
	is_num(mask(fd), 0x41, "skcipher: room for 16 bytes less than a page");
	alg_recv(fd, out, 16, 0);
	is_num(mask(fd), 0x345, "skcipher: room for a page");
	total -= page_size;
	is_num(alg_recv(fd, out, total, 0), total, "skcipher: drained");
	is_num(mask(fd), 0x304, "skcipher: MORE, drained");
	close(fd);
}

static void aead_masks(void)
{
	unsigned char out[64];
	int fd = alg_open("aead", "gcm(aes)", key, 16);

	is_num(mask(fd), 0x345, "aead: idle");
	alg_send(fd, &gcm, "", 0, MSG_MORE);
	is_num(mask(fd), 0x304, "aead: begun, no data");
	alg_send(fd, NULL, page, 32, MSG_MORE);
	is_num(mask(fd), 0x345, "aead: MORE with data");
	alg_send(fd, NULL, "", 0, 0);
	is_num(mask(fd), 0x345, "aead: complete");
	alg_recv(fd, out, 48, 0);
	is_num(mask(fd), 0x345, "aead: read");
	close(fd);
}

static void no_masks(void)
{
	int fd = alg_open("hash", "sha256", NULL, 0);

	is_num(mask(fd), 0, "hash: idle");
	alg_send(fd, NULL, "abc", 3, 0);
	is_num(mask(fd), 0, "hash: result there");
	close(fd);
	fd = alg_bind("skcipher", "cbc(aes)");
	is_num(mask(fd), 0, "bound socket");
	close(fd);
}

/* Data arrives while poll() sleeps for it. */
static void wake_reader(int events, const char *name)
{
	struct alg_later later = { .ms = 200, .data = page, .len = 64 };
	long long t = now_ms();

	later.fd = open_cbc();
	alg_send(later.fd, &cbc, "", 0, MSG_MORE);
	alg_later_send(&later);
	is_num(alg_poll(later.fd, events, 700), events, "%s: data", name);
	ok(now_ms() - t >= 190, "%s: not before it came", name);
	differs(swapped);
	ok(now_ms() - t < 600, "%s: is woken, not timed out", name);
	alg_later_join(&later);
	close(later.fd);
}

struct drain {
	pthread_t thread;
	int fd;
	size_t len;
};

static void *drain(void *arg)
{
	static unsigned char out[1 << 20];
	struct drain *d = arg;

	msleep(200);
	return (void *)(long)recv(d->fd, out, d->len, 0);
}

static void wake_writer(int events, const char *name)
{
	struct drain d = { .fd = open_cbc() };
	long long t;
	void *got;

	d.len = fill_up(d.fd);
	is_num(alg_poll(d.fd, events, 0), 0, "%s: full", name);
	if (pthread_create(&d.thread, NULL, drain, &d))
		abort();
	t = now_ms();
	is_num(alg_poll(d.fd, events, 700), events, "%s: room", name);
	differs(swapped);
	ok(now_ms() - t < 600, "%s: is woken, not timed out", name);
	pthread_join(d.thread, &got);
	is_num((long)got, d.len, "%s: all was read", name);
	close(d.fd);
}

static void wake_select(void)
{
	struct alg_later later = { .ms = 200, .data = page, .len = 64 };
	struct timeval tv = { 2, 0 };
	fd_set in;

	later.fd = open_cbc();
	alg_send(later.fd, &cbc, "", 0, MSG_MORE);
	alg_later_send(&later);
	FD_ZERO(&in);
	FD_SET(later.fd, &in);
	is_num(select(later.fd + 1, &in, NULL, NULL, &tv), 1, "select wakes");
	alg_later_join(&later);
	close(later.fd);
}

static int epoll_on(int fd, int events)
{
	struct epoll_event ev = { .events = events };
	int ep = epoll_create1(EPOLL_CLOEXEC);

	is_num(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev) ? -errno : 0, 0,
	       "epoll takes it");
	return ep;
}

/* The events of the first one that is ready, 0 when none is in @ms. */
static int epoll_one(int ep, int ms)
{
	struct epoll_event ev = { 0 };

	return epoll_wait(ep, &ev, 1, ms) == 1 ? (int)ev.events : 0;
}

static void level_triggered(void)
{
	unsigned char out[64];
	int fd = open_cbc(), ep = epoll_on(fd, EPOLLIN);

	is_num(epoll_one(ep, 0), EPOLLIN, "epoll: idle reads as ready");
	alg_send(fd, &cbc, "", 0, MSG_MORE);
	is_num(epoll_one(ep, 0), 0, "epoll: not while MORE without data");
	alg_send(fd, NULL, page, 64, 0);
	differs(swapped);
	is_num(epoll_one(ep, 0), EPOLLIN, "epoll: data");
	differs(swapped);
	is_num(epoll_one(ep, 0), EPOLLIN, "epoll: as long as it is there");
	alg_recv(fd, out, 64, 0);
	close(ep);
	close(fd);
}

static void edge_triggered(void)
{
	struct alg_later later = { .ms = 200, .data = page, .len = 64 };
	unsigned char out[64];
	int ep;

	later.fd = open_cbc();
	alg_send(later.fd, &cbc, "", 0, MSG_MORE);
	ep = epoll_on(later.fd, EPOLLIN | EPOLLET);
	is_num(epoll_one(ep, 0), 0, "EPOLLET: nothing yet");
	alg_later_send(&later);
	differs(swapped);
	is_num(epoll_one(ep, 700), EPOLLIN, "EPOLLET: new data");
	alg_later_join(&later);
	is_num(epoll_one(ep, 0), 0, "EPOLLET: said once");
	alg_recv(later.fd, out, 64, 0);
	close(ep);
	close(later.fd);
}

static void epoll_hash(void)
{
	int fd = alg_open("hash", "sha256", NULL, 0);
	int ep = epoll_on(fd, EPOLLIN | EPOLLOUT);

	alg_send(fd, NULL, "abc", 3, 0);
	is_num(epoll_one(ep, 0), 0, "epoll: a hash is never ready");
	close(ep);
	close(fd);
}

static void nonblocking(void)
{
	unsigned char out[64];
	int fd = open_cbc(), parent;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	is_num(alg_recv(fd, out, 16, 0), -EAGAIN, "O_NONBLOCK: recv");
	fill_up(fd);
	is_num(alg_send(fd, NULL, page, 16, 0), -EAGAIN, "O_NONBLOCK: send");
	close(fd);
	parent = alg_bind("skcipher", "cbc(aes)");
	alg_key(parent, key, 16);
	fd = accept4(parent, NULL, NULL, SOCK_NONBLOCK);
	is_num(alg_recv(fd, out, 16, 0), -EAGAIN, "SOCK_NONBLOCK: recv");
	close(fd);
	close(parent);
	fd = alg_open("aead", "gcm(aes)", key, 16);
	is_num(alg_recv(fd, out, 16, MSG_DONTWAIT), -EAGAIN, "aead: nothing sent");
	close(fd);
}

static void body(void)
{
	page_size = getpagesize();
	skcipher_masks();
	aead_masks();
	no_masks();
	wake_reader(POLLIN, "poll(POLLIN)");
	wake_reader(POLLIN | POLLRDNORM, "poll(POLLIN | POLLRDNORM)");
	wake_writer(POLLOUT, "poll(POLLOUT)");
	wake_writer(POLLOUT | POLLWRNORM, "poll(POLLOUT | POLLWRNORM)");
	wake_select();
	level_triggered();
	edge_triggered();
	epoll_hash();
	nonblocking();
}

int main(void)
{
	return tap_run(body, 30);
}
