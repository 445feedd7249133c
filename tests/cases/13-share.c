// SPDX-License-Identifier: GPL-2.0
/*
 * 13-share - one socket, many users: fork, threads, SCM_RIGHTS, close under a
 * sleeper, and a few seconds of everything at once.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>

static unsigned char key[16] = "algif_copy share", iv[16];
static unsigned char text[256], cipher[256], abc[32];

static const struct alg_ctl cbc = { ENC, iv, 16, -1 };

static int open_cbc(void)
{
	return alg_open("skcipher", "cbc(aes)", key, 16);
}

static int seconds(void)
{
	const char *s = getenv("AC_SECONDS");

	return s && atoi(s) > 0 ? atoi(s) : 2;
}

/* Run @fn in a child of this process; returns its exit status. */
static int in_child(int (*fn)(int), int fd)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(fn(fd));
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int send_head(int fd)
{
	return alg_send(fd, &cbc, text, 100, MSG_MORE) != 100;
}

static int send_ab(int fd)
{
	return alg_send(fd, NULL, "ab", 2, MSG_MORE) != 2;
}

static int check_tail(int fd)
{
	unsigned char out[128];

	return alg_recv(fd, out, 128, 0) != 128 ||
	       memcmp(out, cipher + 128, 128);
}

static void forks(void)
{
	unsigned char out[256];
	int fd = open_cbc();

	is_num(in_child(send_head, fd), 0, "a child sends the head");
	is_num(alg_send(fd, NULL, text + 100, 156, 0), 156, "we the rest");
	is_num(alg_recv(fd, out, 128, 0), 128, "we read one half");
	is_mem(out, cipher, 128, "the right bytes");
	is_num(in_child(check_tail, fd), 0, "a child the other, it is right");
	close(fd);
	fd = alg_open("hash", "sha256", NULL, 0);
	is_num(in_child(send_ab, fd), 0, "hash: a child sends the head");
	is_num(alg_send(fd, NULL, "c", 1, 0), 1, "hash: we the rest");
	is_num(alg_recv(fd, out, 32, 0), 32, "hash: recv");
	is_mem(out, abc, 32, "hash: digest");
	close(fd);
}

/* --- SCM_RIGHTS ------------------------------------------------------- */

union fdroom {
	struct cmsghdr align;
	char buf[CMSG_SPACE(sizeof(int))];
};

static int pass(int unix_fd, int fd)
{
	union fdroom room = { 0 };
	struct iovec iov = { "x", 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = room.buf,
			      .msg_controllen = sizeof(room.buf) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return sendmsg(unix_fd, &msg, 0) == 1 ? 0 : -errno;
}

static int take(int unix_fd)
{
	union fdroom room;
	char c;
	struct iovec iov = { &c, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = room.buf,
			      .msg_controllen = sizeof(room.buf) };
	int fd;

	if (recvmsg(unix_fd, &msg, 0) != 1 || !CMSG_FIRSTHDR(&msg))
		return -1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

static void rights(void)
{
	unsigned char out[256];
	int sv[2], fd = open_cbc(), other;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv))
		abort();
	is_num(alg_send(fd, &cbc, text, 256, 0), 256, "a message");
	is_num(pass(sv[0], fd), 0, "the socket is sent away");
	close(fd);
	other = take(sv[1]);
	ok(other >= 0, "and taken");
	is_num(alg_recv(other, out, 256, 0), 256, "recv there");
	is_mem(out, cipher, 256, "the right bytes");
	/* in flight, with data, and never taken */
	alg_send(other, &cbc, text, 256, 0);
	is_num(pass(sv[0], other), 0, "sent away again");
	close(other);
	close(sv[0]);
	close(sv[1]);
	ok(1, "and lost");
}

/* --- close under a sleeper -------------------------------------------- */

struct sleeper {
	pthread_t thread;
	int fd, send;
	ssize_t ret;
};

static void on_usr1(int sig)
{
	(void)sig;
}

static void *sleeper(void *arg)
{
	static unsigned char mib[1 << 20];
	struct sleeper *s = arg;

	if (s->send)
		s->ret = send(s->fd, mib, sizeof(mib), 0);
	else
		s->ret = recv(s->fd, mib, 64, 0);
	if (s->ret < 0)
		s->ret = -errno;
	return NULL;
}

static void close_under(const char *type, const char *name, int send)
{
	struct sigaction act = { .sa_handler = on_usr1 };
	struct sleeper s = { .fd = alg_open(type, name, key, 16),
			     .send = send };

	sigaction(SIGUSR1, &act, NULL);
	if (pthread_create(&s.thread, NULL, sleeper, &s))
		abort();
	msleep(100);
	close(s.fd);
	msleep(50);
	pthread_kill(s.thread, SIGUSR1);
	pthread_join(s.thread, NULL);
	if (send)
		ok(s.ret > 0, "%s: closed under a writer: %zd", name, s.ret);
	else
		is_num(s.ret, -EINTR, "%s: closed under a reader", name);
}

/* The reader sleeps on one descriptor, the data comes by another. */
static void dups(void)
{
	struct alg_later later = { .ms = 150, .ctl = &cbc, .data = text,
				   .len = 256 };
	unsigned char out[256];
	int fd = open_cbc();

	later.fd = dup(fd);
	alg_later_send(&later);
	is_num(alg_recv(fd, out, 256, 0), 256, "data by a duplicate");
	is_num(alg_later_join(&later), 256, "sent");
	is_mem(out, cipher, 256, "the right bytes");
	close(fd);
	alg_send(later.fd, &cbc, text, 256, 0);
	is_num(alg_recv(later.fd, out, 256, 0), 256, "the duplicate lives on");
	is_mem(out, cipher, 256, "the right bytes");
	close(later.fd);
}

/* --- everything at once ----------------------------------------------- */

#define IVS 8

static struct hammer {
	int fd, stop;
	unsigned char block[IVS][16];	/* E(iv ^ 0): what may come out */
	unsigned int sent, got, wrong;
} hammer;

static void note_block(const unsigned char *p)
{
	for (int i = 0; i < IVS; i++)
		if (!memcmp(p, hammer.block[i], 16)) {
			__atomic_add_fetch(&hammer.got, 1, __ATOMIC_RELAXED);
			return;
		}
	__atomic_add_fetch(&hammer.wrong, 1, __ATOMIC_RELAXED);
}

static void hammer_send(int which)
{
	unsigned char zero[16] = { 0 }, ivn[16] = { 0 };
	_Alignas(struct cmsghdr) char room[ALG_CTL_ROOM];
	struct alg_ctl ctl = { ENC, ivn, 16, -1 };
	struct iovec iov = { zero, 16 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = room };

	ivn[0] = which;
	msg.msg_controllen = alg_ctl_build(room, &ctl);
	if (sendmsg(hammer.fd, &msg, MSG_DONTWAIT) == 16)
		__atomic_add_fetch(&hammer.sent, 1, __ATOMIC_RELAXED);
}

static void hammer_recv(void)
{
	unsigned char out[16];

	if (recv(hammer.fd, out, 16, MSG_DONTWAIT) == 16)
		note_block(out);
}

static void *hammer_thread(void *arg)
{
	uint32_t seed = (uintptr_t)arg * 7919 + 1;

	while (!__atomic_load_n(&hammer.stop, __ATOMIC_RELAXED))
		if (rnd(&seed) & 0x100)
			hammer_send((rnd(&seed) >> 8) % IVS);
		else
			hammer_recv();
	return NULL;
}

static void hammer_expect(void)
{
	unsigned char zero[16] = { 0 }, ivn[16] = { 0 };
	int fd = open_cbc(), good = 0;

	for (int i = 0; i < IVS; i++) {
		ivn[0] = i;
		good += alg_crypt(fd, ENC, ivn, 16, zero, 16,
				  hammer.block[i]) == 16;
	}
	is_num(good, IVS, "one block under each IV");
	close(fd);
}

static void hammer_one_socket(int ms)
{
	pthread_t thread[6];

	hammer_expect();
	hammer.fd = open_cbc();
	for (long i = 0; i < 6; i++)
		if (pthread_create(&thread[i], NULL, hammer_thread, (void *)i))
			abort();
	msleep(ms);
	__atomic_store_n(&hammer.stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 6; i++)
		pthread_join(thread[i], NULL);
	hammer_recv();
	ok(hammer.sent > 100, "six threads sent %u messages", hammer.sent);
	is_num(hammer.got, hammer.sent, "as many came out");
	is_num(hammer.wrong, 0, "each under one of the IVs");
	is_num(recv(hammer.fd, text, 16, MSG_DONTWAIT) < 0 ? -errno : 0,
	       -EAGAIN, "and no more");
	close(hammer.fd);
}

/* --- random calls of every kind on one socket of every type ----------- */

static struct storm {
	int fd[4], parent[4], stop;
	unsigned int calls;
} storm;

static void storm_send(int fd, uint32_t *seed)
{
	static unsigned char data[20000];
	const struct alg_ctl ctl = { rnd(seed) & 1, iv,
				     rnd(seed) & 2 ? 16 : 12,
				     rnd(seed) & 4 ? 16 : -1 };
	_Alignas(struct cmsghdr) char room[ALG_CTL_ROOM];
	struct iovec iov = { data, rnd(seed) % sizeof(data) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int flags = MSG_DONTWAIT;

	if (rnd(seed) & 8) {
		msg.msg_control = room;
		msg.msg_controllen = alg_ctl_build(room, &ctl);
	}
	if (rnd(seed) & 16)
		flags |= MSG_MORE;
	sendmsg(fd, &msg, flags);
}

static void storm_one(uint32_t *seed)
{
	unsigned char out[4096];
	int i = rnd(seed) % 4, fd = storm.fd[i], clone;

	switch ((rnd(seed) >> 4) % 8) {
	case 0 ... 2:
		storm_send(fd, seed);
		break;
	case 3 ... 5:
		recv(fd, out, rnd(seed) % sizeof(out), MSG_DONTWAIT);
		break;
	case 6:
		clone = accept(i ? storm.parent[i] : fd, NULL, NULL);
		if (clone >= 0)
			close(clone);
		break;
	default:
		alg_poll(fd, ALG_POLL_ALL, 0);
		alg_key(storm.parent[i], key, 16);
	}
}

static void *storm_thread(void *arg)
{
	uint32_t seed = (uintptr_t)arg * 104729 + 3;

	while (!__atomic_load_n(&storm.stop, __ATOMIC_RELAXED)) {
		storm_one(&seed);
		__atomic_add_fetch(&storm.calls, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void storm_on(int i, const char *type, const char *name)
{
	storm.parent[i] = alg_bind(type, name);
	alg_key(storm.parent[i], key, 16);
	storm.fd[i] = alg_accept(storm.parent[i]);
	ok(storm.fd[i] >= 0, "%s takes part", name);
}

static void storm_all(int ms)
{
	pthread_t thread[4];
	unsigned char out[32];

	storm_on(0, "hash", "hmac(sha256)");
	storm_on(1, "skcipher", "cbc(aes)");
	storm_on(2, "skcipher", "ctr(aes)");
	storm_on(3, "aead", "gcm(aes)");
	for (long i = 0; i < 4; i++)
		if (pthread_create(&thread[i], NULL, storm_thread, (void *)i))
			abort();
	msleep(ms);
	__atomic_store_n(&storm.stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	ok(storm.calls > 100, "%u calls", storm.calls);
	for (int i = 0; i < 4; i++) {
		close(storm.fd[i]);
		close(storm.parent[i]);
	}
	is_num(alg_hash("sha256", NULL, 0, "abc", 3, out), 32, "all is well");
	is_mem(out, abc, 32, "a digest");
}

/* Opening and closing from four processes. */
static int churn(int fd)
{
	unsigned char out[32];
	long long end = now_ms() + 300;
	int bad = 0;

	(void)fd;
	while (now_ms() < end)
		if (alg_hash("sha256", NULL, 0, "abc", 3, out) != 32 ||
		    memcmp(out, abc, 32))
			bad++;
	return bad > 0;
}

static void churns(void)
{
	pid_t pid[4];
	int status, bad = 0;

	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (!pid[i])
			_exit(churn(-1));
	}
	for (int i = 0; i < 4; i++)
		if (waitpid(pid[i], &status, 0) != pid[i] || status)
			bad++;
	is_num(bad, 0, "four processes open, hash and close");
}

static void body(void)
{
	int fd = open_cbc();

	fill(text, sizeof(text), 13);
	is_num(alg_crypt(fd, ENC, iv, 16, text, 256, cipher), 256, "cbc");
	close(fd);
	unhex(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	forks();
	rights();
	close_under("skcipher", "cbc(aes)", 0);
	close_under("aead", "gcm(aes)", 0);
	close_under("skcipher", "cbc(aes)", 1);
	dups();
	churns();
	hammer_one_socket(seconds() * 500);
	storm_all(seconds() * 500);
}

int main(void)
{
	return tap_run(body, 30 + 2 * seconds());
}
