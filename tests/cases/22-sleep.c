// SPDX-License-Identifier: GPL-2.0
/*
 * 22-sleep - buffers whose pages are not there yet: the kernel sleeps in the
 * middle of a copy until userfaultfd(2) brings them, with the socket locked.
 * What others do meanwhile, what is changed meanwhile, and what becomes of the
 * socket when the sleeper is killed.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#define PAGE 4096
#define PAGES 3
#define LEN (PAGES * PAGE)

static unsigned char key[16] = "algif_copy sleep", iv[16];
static unsigned char text[LEN], want[LEN];	/* cbc(aes) */

static const struct alg_ctl cbc = { ENC, iv, 16, -1 };

static int open_cbc(void)
{
	return alg_open("skcipher", "cbc(aes)", key, 16);
}

/* --- memory that is not there ------------------------------------------ */

static struct {
	int fd;
	unsigned char *map;
} lazy;

/* @from: the first page that is missing; what is before it holds the text. */
static int lazy_make(int from)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	lazy.map = mmap(NULL, LEN, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	lazy.fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (lazy.map == MAP_FAILED || lazy.fd < 0)
		return -errno;
	memcpy(lazy.map, text, from * PAGE);
	reg.range.start = (uintptr_t)lazy.map;
	reg.range.len = LEN;
	if (ioctl(lazy.fd, UFFDIO_API, &api) ||
	    ioctl(lazy.fd, UFFDIO_REGISTER, &reg))
		return -errno;
	return 0;
}

static void lazy_end(void)
{
	close(lazy.fd);
	munmap(lazy.map, LEN);
}

/* Whether somebody sleeps for a page, within @ms; which one it is. */
static int lazy_awaited(int ms)
{
	struct pollfd pfd = { .fd = lazy.fd, .events = POLLIN };
	struct uffd_msg msg;

	if (poll(&pfd, 1, ms) != 1 ||
	    read(lazy.fd, &msg, sizeof(msg)) != sizeof(msg))
		return -1;
	return (msg.arg.pagefault.address - (uintptr_t)lazy.map) / PAGE;
}

static void lazy_bring(int page, const void *data)
{
	struct uffdio_copy copy = {
		.dst = (uintptr_t)lazy.map + page * PAGE,
		.src = (uintptr_t)data, .len = PAGE,
	};

	if (ioctl(lazy.fd, UFFDIO_COPY, &copy))
		note("UFFDIO_COPY: %s", strerror(errno));
}

/* Bring what is asked for, until nothing is for a while. */
static void lazy_bring_all(const unsigned char *data)
{
	int page;

	while ((page = lazy_awaited(300)) >= 0)
		lazy_bring(page, data + page * PAGE);
}

/* --- calls in a thread of their own ------------------------------------ */

struct call {
	pthread_t thread;
	int fd, send, done;
	void *buf;
	size_t len;
	ssize_t ret;
};

static void *call(void *arg)
{
	struct call *c = arg;

	c->ret = c->send ? send(c->fd, c->buf, c->len, MSG_DONTWAIT) :
			   recv(c->fd, c->buf, c->len, MSG_DONTWAIT);
	if (c->ret < 0)
		c->ret = -errno;
	__atomic_store_n(&c->done, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void start(struct call *c)
{
	sigset_t alarm, old;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, &old);
	c->done = 0;
	if (pthread_create(&c->thread, NULL, call, c))
		abort();
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static int is_done(struct call *c)
{
	return __atomic_load_n(&c->done, __ATOMIC_ACQUIRE);
}

/* --- sending ----------------------------------------------------------- */

/* The sender sleeps for the second page; a reader comes, and waits. */
static void send_sleeps(void)
{
	unsigned char out[LEN];
	struct call sender = { .fd = open_cbc(), .send = 1, .len = LEN };
	struct call reader = { .fd = sender.fd, .buf = out, .len = LEN };
	long long t;

	lazy_make(1);
	alg_send(sender.fd, &cbc, NULL, 0, MSG_MORE);
	sender.buf = lazy.map;
	start(&sender);
	is_num(lazy_awaited(5000), 1, "send: it sleeps for the second page");
	start(&reader);
	t = now_ms();
	ok(alg_poll(sender.fd, ALG_POLL_ALL, 0) >= 0 && now_ms() - t < 200,
	   "send: poll does not sleep with it");
	msleep(100);
	ok(!is_done(&sender), "send: it still sleeps");
	/* What has been read does not count any more. */
	memset(lazy.map, 0xee, PAGE);
	lazy_bring(1, text + PAGE);
	lazy_bring_all(text);
	pthread_join(sender.thread, NULL);
	pthread_join(reader.thread, NULL);
	is_num(sender.ret, LEN, "send: all is taken in the end");
	ok(reader.ret == LEN || reader.ret == -EAGAIN,
	   "send: a reader that came meanwhile: %zd", reader.ret);
	if (reader.ret != LEN)
		alg_recv(sender.fd, out, LEN, 0);
	is_mem(out, want, LEN, "send: the page that was read first was read once");
	lazy_end();
	close(sender.fd);
}

static void hash_sleeps(void)
{
	unsigned char out[32], old[32], new[32];
	struct call sender = { .fd = alg_open("hash", "sha256", NULL, 0),
			       .send = 1, .len = LEN };

	lazy_make(1);
	alg_hash("sha256", NULL, 0, text, LEN, old);
	sender.buf = lazy.map;
	start(&sender);
	is_num(lazy_awaited(5000), 1, "hash: it sleeps for the second page");
	memset(lazy.map, 0xee, PAGE);
	lazy_bring(1, text + PAGE);
	lazy_bring_all(text);
	pthread_join(sender.thread, NULL);
	is_num(sender.ret, LEN, "hash: all is taken in the end");
	is_num(alg_recv(sender.fd, out, 32, 0), 32, "hash: digest");
	alg_hash("sha256", NULL, 0, lazy.map, LEN, new);
	ok(!memcmp(out, old, 32) || !memcmp(out, new, 32),
	   "hash: of one of the two texts");
	lazy_end();
	close(sender.fd);
}

/* --- receiving --------------------------------------------------------- */

/* What is written is written once: the first page is not touched again. */
static void receive_sleeps(void)
{
	static const unsigned char zero[PAGE];
	struct call reader = { .fd = open_cbc(), .len = LEN };
	int page;

	lazy_make(1);
	alg_send(reader.fd, &cbc, text, LEN, 0);
	reader.buf = lazy.map;
	start(&reader);
	page = lazy_awaited(5000);
	ok(page == 1 || page == 2, "recv: it sleeps for page %d", page);
	differs("all pages are taken in before the operation");
	is_mem(lazy.map, want, PAGE, "recv: the first page has been written");
	memset(lazy.map, 0xee, PAGE);
	while (page >= 0) {
		lazy_bring(page, zero);
		page = lazy_awaited(300);
	}
	pthread_join(reader.thread, NULL);
	is_num(reader.ret, LEN, "recv: all of it comes in the end");
	is_mem(lazy.map + PAGE, want + PAGE, LEN - PAGE, "recv: the right bytes");
	differs("the operation comes last");
	ok(lazy.map[0] == 0xee && !memcmp(lazy.map, lazy.map + 1, PAGE - 1),
	   "recv: the first page is not written twice");
	lazy_end();
	close(reader.fd);
}

/* A forgery does not even look at the receiver's memory. */
static void forgery(void)
{
	const struct alg_ctl enc = { ENC, iv, 12, 0 }, dec = { DEC, iv, 12, 0 };
	unsigned char sealed[LEN];
	int fd = alg_open("aead", "gcm(aes)", key, 16);
	struct call reader = { .fd = fd, .len = LEN - 16 };
	int page;

	lazy_make(0);
	alg_send(fd, &enc, text, LEN - 16, 0);
	is_num(alg_recv(fd, sealed, LEN, 0), LEN, "aead: encrypted");
	sealed[LEN - 1] ^= 1;
	alg_send(fd, &dec, sealed, LEN, 0);
	reader.buf = lazy.map;
	start(&reader);
	page = lazy_awaited(500);
	differs("takes the pages in before it verifies");
	is_num(page, -1, "aead: a forgery touches no memory");
	if (page >= 0)
		lazy_bring(page, text);
	lazy_bring_all(text);
	pthread_join(reader.thread, NULL);
	is_num(reader.ret, -EBADMSG, "aead: and is refused");
	lazy_end();
	close(fd);
}

/* --- killed ------------------------------------------------------------ */

/* The child sleeps on memory that nobody brings. */
static void sleeper(struct call *c, int to)
{
	char ready;

	if (lazy_make(1))
		_exit(1);
	c->buf = lazy.map;
	start(c);
	ready = lazy_awaited(5000) > 0;
	if (write(to, &ready, 1) == 1)
		pause();
	_exit(1);
}

static void kill_sleeper(const char *what, int send)
{
	struct call c = { .fd = open_cbc(), .send = send, .len = LEN };
	unsigned char out[LEN];
	int pipes[2], status = 0;
	char ready = 0;
	ssize_t n;
	pid_t pid;

	alg_send(c.fd, &cbc, send ? NULL : text, send ? 0 : LEN,
		 send ? MSG_MORE : 0);
	if (pipe(pipes))
		abort();
	pid = fork();
	if (!pid)
		sleeper(&c, pipes[1]);
	ok(read(pipes[0], &ready, 1) == 1 && ready, "%s: a child sleeps", what);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status), "%s: and can be killed", what);
	close(pipes[0]);
	close(pipes[1]);
	if (send) {
		alg_send(c.fd, &cbc, text, LEN, 0);
		n = alg_recv(c.fd, out, LEN, MSG_DONTWAIT);
		differs("whole pages before the fault are taken");
		is_num(n, LEN, "%s: the socket is as it was", what);
		differs("whole pages before the fault are taken");
		is_mem(out, want, LEN, "%s: and right", what);
	} else {
		n = alg_recv(c.fd, out, LEN, MSG_DONTWAIT);
		ok(n > 0, "%s: the rest of the output: %zd", what, n);
		ok(n > 0 && !memcmp(out, want + LEN - n, n),
		   "%s: is right", what);
	}
	close(c.fd);
}

static int can_sleep(void)
{
	int err = lazy_make(0);

	if (err)
		skip("userfaultfd: %s", strerror(-err));
	else
		lazy_end();
	return !err;
}

static void body(void)
{
	int fd = open_cbc();

	fill(text, sizeof(text), 22);
	is_num(alg_crypt(fd, ENC, iv, 16, text, LEN, want), LEN, "expected");
	close(fd);
	if (!can_sleep())
		return;
	send_sleeps();
	hash_sleeps();
	receive_sleeps();
	forgery();
	kill_sleeper("send", 1);
	kill_sleeper("recv", 0);
}

int main(void)
{
	return tap_run(body, 60);
}
