// SPDX-License-Identifier: GPL-2.0
/*
 * alg.c - AF_ALG sockets for the case programs, see alg.h.
 */
#include "alg.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int alg_limit = ALG_MUST;
int alg_late;

static void on_alarm(int sig)
{
	(void)sig;
	alg_late = 1;
}

/*
 * The timer goes on ticking after the limit: a signal that comes between its
 * arming and the start of the call would be lost otherwise.
 */
void alg_begin(void)
{
	struct itimerval timer = {
		.it_value = { alg_limit / 1000, alg_limit % 1000 * 1000 },
		.it_interval = { 0, 100000 },
	};
	struct sigaction act = { .sa_handler = on_alarm };

	alg_late = 0;
	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

ssize_t alg_end(ssize_t ret)
{
	int err = ret < 0 ? errno : 0;
	struct itimerval off = { { 0, 0 }, { 0, 0 } };

	setitimer(ITIMER_REAL, &off, NULL);
	if (ret >= 0)
		return ret;
	return err == EINTR && alg_late ? -ETIME : -err;
}

int alg_bind_flags(const char *type, const char *name, uint32_t feat,
		   uint32_t mask)
{
	union {
		struct sockaddr_alg sa;
		char room[offsetof(struct sockaddr_alg, salg_name) + 128];
	} a;
	size_t size = sizeof(a.sa.salg_name);
	int fd, err;

	memset(&a, 0, sizeof(a));
	a.sa.salg_family = AF_ALG;
	a.sa.salg_feat = feat;
	a.sa.salg_mask = mask;
	/* A longer name needs a longer address. */
	if (strlen(name) >= size)
		size = 128;
	strncpy((char *)a.sa.salg_type, type, sizeof(a.sa.salg_type) - 1);
	strncpy(a.room + offsetof(struct sockaddr_alg, salg_name), name,
		size - 1);
	fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!bind(fd, (struct sockaddr *)&a,
		  offsetof(struct sockaddr_alg, salg_name) + size))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int alg_bind(const char *type, const char *name)
{
	return alg_bind_flags(type, name, 0, 0);
}

int alg_opt(int fd, int opt, const void *val, unsigned int len)
{
	return setsockopt(fd, SOL_ALG, opt, val, len) ? -errno : 0;
}

int alg_key(int fd, const void *key, unsigned int len)
{
	return alg_opt(fd, ALG_SET_KEY, key, len);
}

int alg_authsize(int fd, unsigned int size)
{
	return alg_opt(fd, ALG_SET_AEAD_AUTHSIZE, NULL, size);
}

int alg_accept(int fd)
{
	int op = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	return op < 0 ? -errno : op;
}

/* An operation socket; the socket it was accepted from is closed again. */
static int open_op(const char *type, const char *name, const void *key,
		   unsigned int keylen, unsigned int authsize)
{
	int fd = alg_bind(type, name), ret = 0;

	if (fd < 0)
		return fd;
	if (key)
		ret = alg_key(fd, key, keylen);
	if (!ret && authsize)
		ret = alg_authsize(fd, authsize);
	if (!ret)
		ret = alg_accept(fd);
	close(fd);
	return ret;
}

int alg_open(const char *type, const char *name, const void *key,
	     unsigned int keylen)
{
	return open_op(type, name, key, keylen, 0);
}

int alg_open_aead(const char *name, const void *key, unsigned int keylen,
		  unsigned int authsize)
{
	return open_op("aead", name, key, keylen, authsize);
}

static size_t put_cmsg(char *buf, size_t at, int type, const void *data,
		       size_t len)
{
	struct cmsghdr *cmsg = (struct cmsghdr *)(buf + at);

	memset(cmsg, 0, CMSG_SPACE(len));
	cmsg->cmsg_level = SOL_ALG;
	cmsg->cmsg_type = type;
	cmsg->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(cmsg), data, len);
	return at + CMSG_SPACE(len);
}

size_t alg_ctl_build(void *buf, const struct alg_ctl *ctl)
{
	uint32_t op = ctl->op, assoclen = ctl->assoclen;
	uint32_t iv[17] = { ctl->ivlen };
	size_t at = 0;

	if (ctl->op >= 0)
		at = put_cmsg(buf, at, ALG_SET_OP, &op, sizeof(op));
	if (ctl->iv) {
		memcpy(iv + 1, ctl->iv, ctl->ivlen);
		at = put_cmsg(buf, at, ALG_SET_IV, iv, 4 + ctl->ivlen);
	}
	if (ctl->assoclen >= 0)
		at = put_cmsg(buf, at, ALG_SET_AEAD_ASSOCLEN, &assoclen,
			      sizeof(assoclen));
	return at;
}

ssize_t alg_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	alg_begin();
	return alg_end(sendmsg(fd, msg, flags));
}

ssize_t alg_recvmsg(int fd, struct msghdr *msg, int flags)
{
	alg_begin();
	return alg_end(recvmsg(fd, msg, flags));
}

static void set_msg(struct msghdr *msg, struct iovec *iov, void *room,
		    const struct alg_ctl *ctl)
{
	memset(msg, 0, sizeof(*msg));
	msg->msg_iov = iov;
	msg->msg_iovlen = 1;
	if (!ctl)
		return;
	msg->msg_control = room;
	msg->msg_controllen = alg_ctl_build(room, ctl);
}

ssize_t alg_send(int fd, const struct alg_ctl *ctl, const void *data,
		 size_t len, int flags)
{
	_Alignas(struct cmsghdr) char room[ALG_CTL_ROOM];
	struct iovec iov = { (void *)data, len };
	struct msghdr msg;

	set_msg(&msg, &iov, room, ctl);
	return alg_sendmsg(fd, &msg, flags);
}

ssize_t alg_recv(int fd, void *buf, size_t len, int flags)
{
	alg_begin();
	return alg_end(recv(fd, buf, len, flags));
}

ssize_t alg_recv_all(int fd, void *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = alg_recv(fd, (char *)buf + done, len - done, 0);

		if (n <= 0)
			return done ? (ssize_t)done : n;
		done += n;
		if (alg_late)
			break;
	}
	return done;
}

ssize_t alg_hash(const char *name, const void *key, unsigned int keylen,
		 const void *data, size_t len, void *digest)
{
	int fd = alg_open("hash", name, key, keylen);
	ssize_t ret;

	if (fd < 0)
		return fd;
	ret = alg_send(fd, NULL, data, len, 0);
	if (ret == (ssize_t)len)
		ret = alg_recv(fd, digest, 64, 0);
	close(fd);
	return ret;
}

ssize_t alg_crypt(int fd, int op, const void *iv, unsigned int ivlen,
		  const void *in, size_t len, void *out)
{
	struct alg_ctl ctl = { op, ivlen ? iv : NULL, ivlen, -1 };
	ssize_t ret = alg_send(fd, &ctl, in, len, 0);

	return ret == (ssize_t)len ? alg_recv_all(fd, out, len) : ret;
}

ssize_t alg_aead(int fd, int op, const void *iv, unsigned int ivlen,
		 size_t assoclen, const void *in, size_t len, void *out,
		 size_t outlen)
{
	struct alg_ctl ctl = { op, iv, ivlen, assoclen };
	ssize_t ret = alg_send(fd, &ctl, in, len, 0);

	return ret == (ssize_t)len ? alg_recv(fd, out, outlen, 0) : ret;
}

static void *send_later(void *arg)
{
	_Alignas(struct cmsghdr) char room[ALG_CTL_ROOM];
	struct alg_later *later = arg;
	struct iovec iov = { (void *)later->data, later->len };
	struct msghdr msg;

	msleep(later->ms);
	set_msg(&msg, &iov, room, later->ctl);
	later->ret = sendmsg(later->fd, &msg, later->flags);
	if (later->ret < 0)
		later->ret = -errno;
	return NULL;
}

/* SIGALRM belongs to the main thread, which has the calls with a limit. */
void alg_later_send(struct alg_later *later)
{
	sigset_t alarm, old;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, &old);
	if (pthread_create(&later->thread, NULL, send_later, later))
		abort();
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

ssize_t alg_later_join(struct alg_later *later)
{
	pthread_join(later->thread, NULL);
	return later->ret;
}

int alg_poll(int fd, int events, int timeout)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	int n = poll(&pfd, 1, timeout);

	return n < 0 ? -errno : n ? pfd.revents : 0;
}

size_t alg_room(int fd)
{
	int size = 0, page = getpagesize();
	socklen_t len = sizeof(size);

	getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &len);
	return size < page ? page : size & -page;
}

static int nibble(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

size_t unhex(void *out, const char *hex)
{
	unsigned char *p = out;

	for (; hex[0] && hex[1]; hex += 2)
		*p++ = nibble(hex[0]) << 4 | nibble(hex[1]);
	return p - (unsigned char *)out;
}

uint32_t rnd(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

void fill(void *buf, size_t len, uint32_t seed)
{
	unsigned char *p = buf;

	seed = seed * 2654435761u | 1;
	for (size_t i = 0; i < len; i++)
		p[i] = rnd(&seed) >> 11;
}

void msleep(int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

void *guarded(size_t len)
{
	size_t page = sysconf(_SC_PAGESIZE);
	size_t room = (len + page - 1) & ~(page - 1);
	char *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		abort();
	mprotect(map + room, page, PROT_NONE);
	return map + room - len;
}
