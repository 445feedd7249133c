// SPDX-License-Identifier: GPL-2.0
/*
 * 23-kill - signals, SIGKILL, exit and close in the middle of every wait and of
 * every operation. A child does one thing over and over on a socket that it
 * shares with its parent, and is ended at any moment; afterwards the parent's
 * socket works, and nothing has been left behind.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>

#define LEN 65536

static const unsigned char key[32] = "algif_copy kill.ALGIF_COPY KILL", iv[16];
static unsigned char *data;		/* 4 MiB for a hash */
static unsigned char out[LEN + 64];

#define HASH_LEN (4u << 20)
#define HUGE (96u << 20)

static const struct kind {
	const char *type, *name;
	int keylen, ivlen;
} skcipher = { "skcipher", "cbc(aes)", 16, 16 },
  aead = { "aead", "gcm(aes)", 16, 12 },
  hash = { "hash", "hmac(sha256)", 32, 0 };

/* --- what the child does ------------------------------------------------ */

static int pipes[2];

/* A full queue: the sender waits for room. */
static void wait_for_room(int fd)
{
	struct alg_ctl ctl = { ENC, iv, 16, -1 };

	alg_send(fd, &ctl, NULL, 0, MSG_MORE | MSG_DONTWAIT);
	send(fd, data, HASH_LEN, MSG_MORE);
}

/* An unfinished message: the reader waits for the rest. */
static void wait_for_data(int fd)
{
	send(fd, data, 5, MSG_MORE | MSG_DONTWAIT);
	recv(fd, out, 64, 0);
}

static void operate(int fd)
{
	struct alg_ctl ctl = { ENC, iv, 12, 0 };

	alg_send(fd, &ctl, data, LEN, MSG_DONTWAIT);
	recv(fd, out, LEN + 16, MSG_DONTWAIT);
}

static void hash_much(int fd)
{
	send(fd, data, HASH_LEN, 0);
	recv(fd, out, 32, 0);
}

static void splice_much(int fd)
{
	struct iovec iov = { data, LEN };

	vmsplice(pipes[1], &iov, 1, SPLICE_F_NONBLOCK);
	splice(pipes[0], NULL, fd, NULL, LEN, SPLICE_F_MORE);
	recv(fd, out, LEN, MSG_DONTWAIT);
}

/* As far as SO_SNDBUF lets it; every call goes over all that is queued. */
static void queue_much(int fd)
{
	struct alg_ctl ctl = { ENC, iv, 12, 0 };
	int size = HUGE / 2;		/* the kernel doubles it */

	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	for (size_t done = 0; done < HUGE; done += HASH_LEN)
		alg_send(fd, done ? NULL : &ctl, data, HASH_LEN,
			 MSG_DONTWAIT | (done + HASH_LEN < HUGE ? MSG_MORE : 0));
	for (int i = 0; i < 100; i++)
		recv(fd, out, 4096, MSG_DONTWAIT);
	recv(fd, out, LEN, MSG_DONTWAIT);
}

static void accept_all(int fd)
{
	int new = accept(fd, NULL, NULL);

	send(new, data, 100, MSG_MORE);
	close(new);
}

/* --- how it ends -------------------------------------------------------- */

enum end { KILL, EXIT, CLOSE, ENDS };

static void on_usr1(int sig)
{
	(void)sig;
}

struct work {
	void (*act)(int);
	int fd;
	int stop;
};

static void *work(void *arg)
{
	struct work *w = arg;

	while (!__atomic_load_n(&w->stop, __ATOMIC_RELAXED))
		w->act(w->fd);
	return NULL;
}

/* The call goes on in another thread when the descriptor is closed, or all. */
static void child(void (*act)(int), int fd, enum end end, int us)
{
	struct sigaction sa = { .sa_handler = on_usr1 };
	struct work w = { act, fd, 0 };
	pthread_t thread;

	sigaction(SIGUSR1, &sa, NULL);
	if (pthread_create(&thread, NULL, work, &w))
		_exit(1);
	usleep(us);
	if (end == EXIT)
		_exit(0);
	if (end == KILL)
		pause();
	close(fd);
	__atomic_store_n(&w.stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 200; i++) {
		pthread_kill(thread, SIGUSR1);
		usleep(2000);
		if (!pthread_tryjoin_np(thread, NULL))
			_exit(0);
	}
	_exit(1);
}

/* Whether the child could be ended. */
static int end_child(void (*act)(int), int fd, enum end end, int us)
{
	int status;
	pid_t pid;

	pid = fork();
	if (!pid)
		child(act, fd, end, us);
	if (end == KILL) {
		usleep(us);
		kill(pid, SIGKILL);
	}
	for (int i = 0; i < 400; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return end == KILL ? WIFSIGNALED(status) : !status;
		usleep(10000);
	}
	kill(pid, SIGKILL);
	return 0;
}

/* Whatever is left in the queue is read, or the message ended first. */
static void empty(int fd)
{
	for (int i = 0; i < 40; i++) {
		ssize_t n = alg_recv(fd, out, LEN, MSG_DONTWAIT);

		if (n == -EAGAIN)
			n = alg_send(fd, NULL, NULL, 0, MSG_DONTWAIT);
		if (n == 0 && i > 2)
			break;
	}
}

static int works(const struct kind *k, int fd)
{
	struct alg_ctl ctl = { ENC, iv, k->ivlen, k == &aead ? 0 : -1 };
	int tag = k == &aead ? 16 : 0;

	if (k == &hash)
		return alg_send(fd, NULL, data, 64, 0) == 64 &&
		       alg_recv(fd, out, 32, 0) == 32;
	return alg_send(fd, &ctl, data, 64, 0) == 64 &&
	       alg_recv(fd, out, 64 + tag, 0) == 64 + tag;
}

static int rounds(void)
{
	return getenv("AC_LONG") ? 40 : 5;
}

/* @most: microseconds until the last child is ended; the first one is at once. */
static void run(const char *what, const struct kind *k, void (*act)(int), int most)
{
	static const char *const ends[] = { "killed", "ended", "closed" };
	int parent = alg_bind(k->type, k->name), n = rounds(), fd;

	alg_key(parent, key, k->keylen);
	for (int end = 0; end < ENDS; end++) {
		int ended = 0, good = 0;

		for (int i = 0; i < n; i++) {
			fd = alg_accept(parent);
			ended += end_child(act, fd, end, 500 + most / n * i);
			empty(fd);
			/* An odd rest of an AEAD message cannot be read. */
			if (k == &aead) {
				close(fd);
				fd = alg_accept(parent);
			}
			good += works(k, fd);
			close(fd);
		}
		is_num(ended, n, "%s: %s amid it", what, ends[end]);
		differs("a reader is not woken by an empty end");
		is_num(good, n, "%s: the socket works on", what);
	}
	is_num(alg_key(parent, key, k->keylen), 0, "%s: no child is left", what);
	close(parent);
}

static void body(void)
{
	data = calloc(1, HASH_LEN);
	if (!data || pipe(pipes))
		abort();
	run("waiting for room", &skcipher, wait_for_room, 18000);
	run("waiting for data", &skcipher, wait_for_data, 18000);
	run("waiting for the end", &aead, wait_for_data, 18000);
	run("an operation", &aead, operate, 18000);
	run("a long hash", &hash, hash_much, 18000);
	run("a splice", &skcipher, splice_much, 18000);
	run("accept", &hash, accept_all, 18000);
	run("a queue of 96 MiB", &aead, queue_much, 400000);
}

int main(void)
{
	return tap_run(body, 100);
}
