// SPDX-License-Identifier: GPL-2.0
/*
 * run.c - do the steps of a sequence on sockets of their own.
 *
 * Nothing sleeps for long: a call that may block is interrupted by a timer, and
 * that is an outcome like any other.
 */
#include "step.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/time.h>
#include <unistd.h>

#define KEEP	9000		/* bytes of a result that may be sent back */
#define EDGE	(ROOM / 65536 * 65536 + 65536)

unsigned char noise[ROOM];
char *nowhere, *edge;

static unsigned char room[ROOM], changed[ROOM];
static int pipes[2], file;

/* Of the sequence. */
static int parent[PARENTS], op[OPS];
static int parent_alg[PARENTS], op_alg[OPS];	/* which they really have */
static struct {
	uint32_t len;
	unsigned char data[KEEP];
} last[OPS];

static void on_alarm(int sig)
{
	(void)sig;
}

static void open_pipe(void)
{
	if (pipe2(pipes, O_NONBLOCK | O_CLOEXEC))
		abort();
}

void run_init(void)
{
	struct sigaction act = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &act, NULL);
	fill(noise, sizeof(noise), 4711);
	open_pipe();
	file = memfd_create("noise", MFD_CLOEXEC);
	if (file < 0 || write(file, noise, ROOM) != ROOM)
		abort();
	nowhere = mmap(NULL, ROOM, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	edge = mmap(NULL, 2 * EDGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(edge, EDGE, PROT_READ | PROT_WRITE);
	edge += EDGE;
}

/* --- calls that may block ---------------------------------------------- */

static long switches(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw;
}

static void timer(int ms)
{
	struct itimerval value = { { 0, 1000 * ms }, { 0, 1000 * ms } };

	setitimer(ITIMER_REAL, &value, NULL);
}

/* A call that the timer interrupted may not have come to its sleep. */
static void note_sleep(struct outcome *o, long before)
{
	timer(0);
	if (o->ret == -EINTR || switches() != before)
		o->more |= SLEPT;
}

static int result(ssize_t ret)
{
	return ret < 0 ? -errno : ret;
}

/* --- parents ----------------------------------------------------------- */

static void drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int new_fd(int *slot, int fd)
{
	if (fd < 0)
		return -errno;
	drop(slot);
	*slot = fd;
	return 0;
}

/* A parent that there is stays: af_alg refuses it while it has children. */
static int do_bind(const struct step *s)
{
	const struct alg *a = &algs[s->alg];
	int *fd = &parent[s->slot], ret;

	if (*fd < 0)
		*fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	ret = bind_to(*fd, a->type, a->name, 0, 0,
		      strlen(a->name) < 64 ? 0 : LONG_ADDRESS);
	if (!ret)
		parent_alg[s->slot] = s->alg;
	return ret;
}

/* A new operation socket has not delivered anything yet. */
static int new_op(int slot, int fd, int alg)
{
	int ret = new_fd(&op[slot], fd);

	if (ret)
		return ret;
	op_alg[slot] = alg;
	last[slot].len = 0;
	return 0;
}

static int do_accept(const struct step *s)
{
	return new_op(s->to, accept4(parent[s->slot], NULL, NULL, SOCK_CLOEXEC),
		      parent_alg[s->slot]);
}

static int do_clone(const struct step *s)
{
	return new_op(s->to, accept4(op[s->slot], NULL, NULL, SOCK_CLOEXEC),
		      op_alg[s->slot]);
}

static int do_key(const struct step *s)
{
	unsigned char key[30000];

	return alg_key(parent[s->slot], key,
		       list_key(&algs[s->alg], s->len, key));
}

/* --- sending ----------------------------------------------------------- */

/* What the socket has delivered, as far as it goes; noise for the rest. */
static const unsigned char *data_of(const struct step *s)
{
	uint32_t n;

	if (!(s->how & SEND_BACK))
		return noise + s->off;
	n = last[s->slot].len < s->len ? last[s->slot].len : s->len;
	memcpy(changed, last[s->slot].data, n);
	memcpy(changed + n, noise, s->len - n);
	if (s->how & SEND_FLIPPED && s->len)
		changed[s->len - 1 - s->off % s->len] ^= 0x10;
	return changed;
}

/* @len bytes in @n pieces, one of which is empty if there are four or more. */
static void cut(struct iovec *iov, int n, const void *data, size_t len)
{
	char *p = (char *)data;

	for (int i = 0; i < n; i++) {
		size_t part = i == n - 1 ? len : i == 2 ? 0 : len / (i + 2);

		iov[i] = (struct iovec){ p, part };
		p += part;
		len -= part;
	}
}

/* Once, or several times: the bytes of all of them. */
static int send_times(const struct step *s, struct msghdr *msg)
{
	int sum = 0, ret;

	for (int i = 0; i <= s->times; i++) {
		ret = result(sendmsg(op[s->slot], msg, s->flags));
		if (ret < 0)
			return sum ?: ret;
		sum += ret;
		if (ret < (int)s->len)
			break;
		msg->msg_controllen = 0;
	}
	return sum;
}

static void do_send(const struct step *s, struct outcome *o)
{
	_Alignas(struct cmsghdr) char buf[512];
	struct iovec iov[16];
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = s->iovs,
			      .msg_control = buf };
	int blocking = !(s->flags & MSG_DONTWAIT);
	long before = 0;

	msg.msg_controllen = control_of(s, buf);
	cut(iov, s->iovs, data_of(s), s->len);
	if (blocking) {
		before = switches();
		timer(20);
	}
	o->ret = send_times(s, &msg);
	if (blocking)
		note_sleep(o, before);
}

static void drain(void)
{
	while (read(pipes[0], room, sizeof(room)) > 0)
		;
}

static int do_splice(const struct step *s)
{
	struct iovec iov = { noise + s->off, s->len };
	int flags = s->flags & MSG_MORE ? SPLICE_F_MORE : 0, fd = op[s->slot];
	ssize_t n = vmsplice(pipes[1], &iov, 1, SPLICE_F_NONBLOCK), ret;

	if (fd >= 0)
		fcntl(fd, F_SETFL, O_NONBLOCK);
	ret = result(splice(pipes[0], NULL, fd, NULL, n > 0 ? n : 0,
			    flags | SPLICE_F_NONBLOCK));
	if (fd >= 0)
		fcntl(fd, F_SETFL, 0);
	if (ret != n)
		drain();
	return ret;
}

static int do_file(const struct step *s)
{
	off_t off = s->off;
	int fd = op[s->slot], ret;

	if (fd >= 0)
		fcntl(fd, F_SETFL, O_NONBLOCK);
	ret = result(sendfile(fd, file, &off, s->len));
	if (fd >= 0)
		fcntl(fd, F_SETFL, 0);
	return ret;
}

/* --- receiving --------------------------------------------------------- */

static uint64_t hash(const unsigned char *p, size_t len)
{
	uint64_t h = 0xcbf29ce484222325ull, word;

	for (; len >= 8; len -= 8, p += 8) {
		memcpy(&word, p, 8);
		h = (h ^ word) * 0x9e3779b97f4a7c15ull;
		h ^= h >> 29;
	}
	while (len--)
		h = (h ^ *p++) * 0x100000001b3ull;
	return h;
}

static void keep(int slot, const unsigned char *data, uint32_t len)
{
	if (len > KEEP)
		len = KEEP;
	last[slot].len = len;
	memcpy(last[slot].data, data, len);
}

static unsigned char *target(const struct step *s)
{
	if (s->how & RECV_NOWHERE)
		return (void *)nowhere;
	return s->how & RECV_HALF ? (unsigned char *)edge - s->good : room + s->off;
}

/* What is random cannot be compared. */
static void note_data(const struct step *s, struct outcome *o, int n)
{
	if (!n || algs[op_alg[s->slot]].random || s->how & RECV_NOWHERE)
		return;
	o->hash = 31 * o->hash + hash(target(s), n);
	keep(s->slot, target(s), n);
}

/* Once, or until less comes than there is room for: the bytes of all. */
static void recv_times(const struct step *s, struct outcome *o)
{
	struct iovec iov[16];
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = s->iovs };
	int ret;

	for (int i = 0; i <= s->times; i++) {
		cut(iov, s->iovs, target(s), s->len);
		ret = result(recvmsg(op[s->slot], &msg, s->flags));
		if (ret < 0) {
			o->ret = o->ret ?: ret;
			return;
		}
		o->ret += ret;
		o->more |= msg.msg_flags & 0xffff;
		note_data(s, o, ret);
		if (ret < (int)s->len)
			return;
	}
}

static void do_recv(const struct step *s, struct outcome *o)
{
	int blocking = !(s->flags & MSG_DONTWAIT);
	long before = 0;

	if (blocking) {
		before = switches();
		timer(20);
	}
	recv_times(s, o);
	if (blocking)
		note_sleep(o, before);
}

/* --- the rest ---------------------------------------------------------- */

static int do_dup(int *slot)
{
	int fd = dup(*slot);

	return new_fd(slot, fd);
}

static int do_buffer(const struct step *s)
{
	static const int opts[] = { SO_SNDBUF, SO_RCVBUF, SO_SNDBUFFORCE };
	int size = s->len;

	return result(setsockopt(op[s->slot], SOL_SOCKET, opts[s->how], &size, 4));
}

static int do_timeout(const struct step *s)
{
	struct timeval tv = { 0, s->len * 1000 };

	return result(setsockopt(op[s->slot], SOL_SOCKET,
				 s->how ? SO_RCVTIMEO : SO_SNDTIMEO, &tv,
				 sizeof(tv)));
}

static int do_poll(const struct step *s)
{
	return op[s->slot] < 0 ? -EBADF : alg_poll(op[s->slot], ALG_POLL_ALL, 0);
}

static int do_close(int *fd)
{
	int ret = *fd < 0 ? -EBADF : 0;

	drop(fd);
	return ret;
}

/*
 * A socket may have another algorithm than was planned, if an accept failed. A
 * tender one gets nothing that an older kernel does not survive, nor pages that
 * it would write to (CVE-2026-31431).
 */
static int spare(const struct step *s)
{
	if (op[s->slot] < 0 || !algs[op_alg[s->slot]].tender)
		return 0;
	if (s->kind == SPLICE || s->kind == SEND_FILE)
		return 1;
	return s->kind == SEND && !(s->ctl & CTL_AAD && s->aad >= ENOUGH_AAD);
}

static void do_step(const struct step *s, struct outcome *o)
{
	if (is_on_op(s) && spare(s)) {
		o->ret = -ECANCELED;
		return;
	}
	switch (s->kind) {
	case BIND:
		o->ret = do_bind(s);
		break;
	case ODD_BIND:
		o->ret = odd_bind(s);
		break;
	case SET_KEY:
		o->ret = do_key(s);
		break;
	case SET_AUTHSIZE:
		o->ret = alg_authsize(parent[s->slot], s->len);
		break;
	case ACCEPT:
		o->ret = do_accept(s);
		break;
	case CLONE:
		o->ret = do_clone(s);
		break;
	case CLOSE_PARENT:
		o->ret = do_close(&parent[s->slot]);
		break;
	case CLOSE:
		o->ret = do_close(&op[s->slot]);
		break;
	case SEND:
		do_send(s, o);
		break;
	case SPLICE:
		o->ret = do_splice(s);
		break;
	case SEND_FILE:
		o->ret = do_file(s);
		break;
	case RECV:
		do_recv(s, o);
		break;
	case POLL:
		o->ret = do_poll(s);
		break;
	case DUP:
		o->ret = do_dup(&op[s->slot]);
		break;
	case BUFFER:
		o->ret = do_buffer(s);
		break;
	case TIMEOUT:
		o->ret = do_timeout(s);
		break;
	case ODD_CALL:
		o->ret = odd_call(s, op[s->slot], parent[0]);
		break;
	}
}

/* What is sent must not be written to. */
int run_noise_changed(void)
{
	unsigned char *good = malloc(ROOM);
	int changed;

	fill(good, ROOM, 4711);
	changed = memcmp(good, noise, ROOM);
	free(good);
	return changed;
}

void run(const struct sequence *q, uint64_t mask, struct outcome *out)
{
	memset(parent, -1, sizeof(parent));
	memset(op, -1, sizeof(op));
	for (int i = 0; i < OPS; i++)
		last[i].len = 0;
	for (int i = 0; i < q->n; i++) {
		memset(&out[i], 0, sizeof(out[i]));
		if (mask >> i & 1)
			do_step(&q->step[i], &out[i]);
		else
			out[i].more = SKIPPED;
	}
	for (int i = 0; i < PARENTS; i++)
		drop(&parent[i]);
	for (int i = 0; i < OPS; i++)
		drop(&op[i]);
}
