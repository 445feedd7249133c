// SPDX-License-Identifier: GPL-2.0
/*
 * 12-aio - io_submit and io_uring on the sockets, by raw system calls.
 */
#include "alg.h"
#include "tap.h"

#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static unsigned char key[16] = "algif_copy async", iv[16];
static unsigned char text[8192], cipher[8192], sealed[1040], abc[32];
static unsigned char out[8192];

static const struct alg_ctl cbc = { ENC, iv, 16, -1 };
static const struct alg_ctl gcm = { ENC, iv, 12, 8 };

static int open_sha(void)
{
	return alg_open("hash", "sha256", NULL, 0);
}

static int open_cbc(void)
{
	return alg_open("skcipher", "cbc(aes)", key, 16);
}

static int open_gcm(void)
{
	return alg_open("aead", "gcm(aes)", key, 16);
}

static void expect(void)
{
	int fd = open_cbc();

	fill(text, sizeof(text), 12);
	unhex(abc, ABC);
	is_num(alg_crypt(fd, ENC, iv, 16, text, 8192, cipher), 8192, "cbc");
	close(fd);
	fd = open_gcm();
	is_num(alg_aead(fd, ENC, iv, 12, 8, text, 1024, sealed, 1040), 1040,
	       "gcm");
	close(fd);
}

/* --- io_submit -------------------------------------------------------- */

static aio_context_t ctx;

static struct iocb make(int op, int fd, void *buf, size_t len)
{
	return (struct iocb){ .aio_lio_opcode = op, .aio_fildes = fd,
			      .aio_buf = (uintptr_t)buf, .aio_nbytes = len };
}

/* Submit one; returns its result. */
static ssize_t submit(struct iocb cb)
{
	struct iocb *list = &cb;
	struct io_event event = { 0 };
	struct timespec limit = { ALG_MUST / 1000, 0 };
	ssize_t n;

	alg_begin();
	n = alg_end(syscall(SYS_io_submit, ctx, 1, &list));
	if (n != 1)
		return n;
	alg_begin();
	n = alg_end(syscall(SYS_io_getevents, ctx, 1, 1, &event, &limit));
	return n == 1 ? (ssize_t)event.res : n ? n : -ETIME;
}

static void submit_hash(void)
{
	int fd = open_sha();

	is_num(submit(make(IOCB_CMD_PWRITE, fd, "abc", 3)), 3, "aio: hash, write");
	is_num(submit(make(IOCB_CMD_PREAD, fd, out, 32)), 32, "aio: hash, read");
	is_mem(out, abc, 32, "aio: digest");
	close(fd);
}

static void submit_skcipher(void)
{
	struct iovec iov[] = { { out, 1000 }, { out + 1000, 7192 } };
	int fd = open_cbc();

	alg_send(fd, &cbc, "", 0, MSG_MORE);
	is_num(submit(make(IOCB_CMD_PWRITE, fd, text, 8192)), 8192,
	       "aio: skcipher, write");
	is_num(submit(make(IOCB_CMD_PREADV, fd, iov, 2)), 8192,
	       "aio: skcipher, readv");
	is_mem(out, cipher, 8192, "aio: cipher text");
	alg_send(fd, &cbc, text, 4096, 0);
	is_num(submit(make(IOCB_CMD_PREAD, fd, out, 4096)), 4096,
	       "aio: skcipher, read");
	is_mem(out, cipher, 4096, "aio: cipher text");
	alg_send(fd, &cbc, text, 20, 0);
	is_num(submit(make(IOCB_CMD_PREAD, fd, out, 32)), -EINVAL,
	       "aio: skcipher, error");
	close(fd);
}

static void submit_aead(void)
{
	const struct alg_ctl dec = { DEC, iv, 12, 8 };
	unsigned char bad[1040], poison[1024];
	int fd = open_gcm();

	alg_send(fd, &gcm, text, 1024, 0);
	is_num(submit(make(IOCB_CMD_PREAD, fd, out, 1040)), 1040,
	       "aio: aead, read");
	is_mem(out, sealed, 1040, "aio: AAD, cipher text, tag");
	memcpy(bad, sealed, 1040);
	bad[1039] ^= 1;
	memset(poison, 0x5a, 1024);
	memset(out, 0x5a, 1024);
	alg_send(fd, &dec, bad, 1040, 0);
	is_num(submit(make(IOCB_CMD_PREAD, fd, out, 1024)), -EBADMSG,
	       "aio: a forgery");
	differs("unverified plain text is left in the buffer");
	is_mem(out, poison, 1024, "aio: not one byte written");
	close(fd);
}

/* Several at once, on one socket and on many. */
static void submit_many(void)
{
	struct iocb cb[8], *list[8];
	struct io_event events[8];
	int fd[8], good = 0, n;

	for (int i = 0; i < 8; i++) {
		fd[i] = open_cbc();
		alg_send(fd[i], &cbc, text, 1024, 0);
		cb[i] = make(IOCB_CMD_PREAD, fd[i], out + i * 1024, 1024);
		list[i] = &cb[i];
	}
	is_num(syscall(SYS_io_submit, ctx, 8, list), 8, "aio: eight at once");
	alg_begin();
	n = alg_end(syscall(SYS_io_getevents, ctx, 8, 8, events, NULL));
	is_num(n, 8, "aio: eight results");
	for (int i = 0; i < 8; i++) {
		good += i < n && events[i].res == 1024 &&
			!memcmp(out + i * 1024, cipher, 1024);
		close(fd[i]);
	}
	is_num(good, 8, "aio: all right");
}

/* IV and data of a later message must not reach an earlier request. */
static void submit_then_change(void)
{
	static const unsigned char other[16] = { 7 };
	const struct alg_ctl late = { ENC, other, 16, -1 };
	struct iocb cb, *list = &cb;
	struct io_event event;
	int fd = open_cbc();

	alg_send(fd, &cbc, text, 8192, 0);
	cb = make(IOCB_CMD_PREAD, fd, out, 8192);
	is_num(syscall(SYS_io_submit, ctx, 1, &list), 1, "aio: read");
	alg_send(fd, &late, text, 16, MSG_DONTWAIT);
	close(fd);
	alg_begin();
	is_num(alg_end(syscall(SYS_io_getevents, ctx, 1, 1, &event, NULL)), 1,
	       "aio: its result, after another message and close");
	is_num(event.res, 8192, "aio: all of it");
	is_mem(out, cipher, 8192, "aio: under its own IV");
}

/* --- io_uring --------------------------------------------------------- */

static struct {
	int fd;
	unsigned int *tail, *mask, *array, *chead, *ctail, *cmask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
} ring;

static void *ring_map(size_t len, off_t at)
{
	void *map = mmap(NULL, len, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_POPULATE, ring.fd, at);

	if (map == MAP_FAILED)
		abort();
	return map;
}

static int ring_open(void)
{
	struct io_uring_params p = { 0 };
	char *sq, *cq;

	ring.fd = syscall(SYS_io_uring_setup, 8, &p);
	if (ring.fd < 0)
		return -errno;
	sq = ring_map(p.sq_off.array + p.sq_entries * 4, IORING_OFF_SQ_RING);
	cq = ring_map(p.cq_off.cqes + p.cq_entries * sizeof(*ring.cqes),
		      IORING_OFF_CQ_RING);
	ring.sqes = ring_map(p.sq_entries * sizeof(*ring.sqes),
			     IORING_OFF_SQES);
	ring.tail = (void *)(sq + p.sq_off.tail);
	ring.mask = (void *)(sq + p.sq_off.ring_mask);
	ring.array = (void *)(sq + p.sq_off.array);
	ring.chead = (void *)(cq + p.cq_off.head);
	ring.ctail = (void *)(cq + p.cq_off.tail);
	ring.cmask = (void *)(cq + p.cq_off.ring_mask);
	ring.cqes = (void *)(cq + p.cq_off.cqes);
	return 0;
}

/* Hand in one request; it may complete at once or later. */
static int ring_submit(int op, int fd, const void *addr, size_t len, int flags)
{
	unsigned int tail = *ring.tail, at = tail & *ring.mask;
	struct io_uring_sqe *sqe = &ring.sqes[at];

	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = op;
	sqe->fd = fd;
	sqe->addr = (uintptr_t)addr;
	sqe->len = len;
	sqe->msg_flags = flags;
	ring.array[at] = at;
	__atomic_store_n(ring.tail, tail + 1, __ATOMIC_RELEASE);
	alg_begin();
	return alg_end(syscall(SYS_io_uring_enter, ring.fd, 1, 0, 0, NULL, 0));
}

static ssize_t ring_result(void)
{
	unsigned int head = *ring.chead;
	ssize_t res;

	for (int i = 0; i < ALG_MUST / 5; i++) {
		if (head != __atomic_load_n(ring.ctail, __ATOMIC_ACQUIRE))
			break;
		syscall(SYS_io_uring_enter, ring.fd, 0, 0,
			IORING_ENTER_GETEVENTS, NULL, 0);
		msleep(5);
	}
	if (head == __atomic_load_n(ring.ctail, __ATOMIC_ACQUIRE))
		return -ETIME;
	res = ring.cqes[head & *ring.cmask].res;
	__atomic_store_n(ring.chead, head + 1, __ATOMIC_RELEASE);
	return res;
}

static ssize_t ring_do(int op, int fd, const void *addr, size_t len, int flags)
{
	int n = ring_submit(op, fd, addr, len, flags);

	return n == 1 ? ring_result() : n;
}

static void ring_hash(void)
{
	struct iovec iov = { "bc", 2 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fd = open_sha();

	is_num(ring_do(IORING_OP_SEND, fd, "abc", 3, 0), 3, "ring: hash, send");
	is_num(ring_do(IORING_OP_RECV, fd, out, 32, 0), 32, "ring: hash, recv");
	is_mem(out, abc, 32, "ring: digest");
	is_num(ring_do(IORING_OP_SEND, fd, "a", 1, MSG_MORE), 1,
	       "ring: hash, send MORE");
	is_num(ring_do(IORING_OP_SENDMSG, fd, &msg, 1, 0), 2,
	       "ring: hash, sendmsg");
	is_num(ring_do(IORING_OP_READ, fd, out, 32, 0), 32, "ring: hash, read");
	is_mem(out, abc, 32, "ring: digest");
	close(fd);
}

static void ring_skcipher(void)
{
	struct iovec iov[] = { { out, 1000 }, { out + 1000, 7192 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	int fd = open_cbc();

	alg_send(fd, &cbc, "", 0, MSG_MORE);
	is_num(ring_do(IORING_OP_SEND, fd, text, 8192, 0), 8192,
	       "ring: skcipher, send");
	is_num(ring_do(IORING_OP_RECVMSG, fd, &msg, 1, 0), 8192,
	       "ring: skcipher, recvmsg");
	is_mem(out, cipher, 8192, "ring: cipher text");
	alg_send(fd, &cbc, "", 0, MSG_MORE);
	is_num(ring_do(IORING_OP_WRITE, fd, text, 4096, 0), 4096,
	       "ring: skcipher, write");
	is_num(ring_do(IORING_OP_RECV, fd, out, 4096, 0), 4096,
	       "ring: skcipher, recv");
	is_mem(out, cipher, 4096, "ring: cipher text");
	close(fd);
}

/* Control data by io_uring: older cores refuse it, whatever the protocol. */
static void ring_control(void)
{
	_Alignas(struct cmsghdr) char room[ALG_CTL_ROOM];
	struct iovec iov = { text, 1024 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = room };
	int fd = open_gcm();
	ssize_t n;

	msg.msg_controllen = alg_ctl_build(room, &gcm);
	n = ring_do(IORING_OP_SENDMSG, fd, &msg, 1, 0);
	if (n == -EINVAL) {
		skip("io_uring of this kernel takes no control data");
		is_num(alg_send(fd, &gcm, text, 1024, 0), 1024, "by sendmsg");
	} else {
		is_num(n, 1024, "ring: aead, sendmsg with control data");
	}
	is_num(ring_do(IORING_OP_RECV, fd, out, 1040, 0), 1040,
	       "ring: aead, recv");
	is_mem(out, sealed, 1040, "ring: AAD, cipher text, tag");
	close(fd);
}

/* recv first: it must complete once there is data. */
static void ring_recv_first(void)
{
	int fd = open_cbc();

	alg_send(fd, &cbc, "", 0, MSG_MORE);
	is_num(ring_submit(IORING_OP_RECV, fd, out, 64, 0), 1,
	       "ring: recv before send");
	msleep(100);
	is_num(alg_send(fd, NULL, text, 64, 0), 64, "send");
	differs("data is announced as room: io_uring is not woken");
	is_num(ring_result(), 64, "ring: it completes");
	differs("data is announced as room: io_uring is not woken");
	is_mem(out, cipher, 64, "ring: cipher text");
	close(fd);
}

static void body(void)
{
	int err;

	expect();
	if (syscall(SYS_io_setup, 16, &ctx)) {
		skip("io_setup: %s", strerror(errno));
	} else {
		submit_hash();
		submit_skcipher();
		submit_aead();
		submit_many();
		submit_then_change();
	}
	err = ring_open();
	if (err) {
		skip("io_uring_setup: %s", strerror(-err));
		return;
	}
	ring_hash();
	ring_skcipher();
	ring_control();
	ring_recv_first();
}

int main(void)
{
	return tap_run(body, 30);
}
