// SPDX-License-Identifier: GPL-2.0
/*
 * memcg - services with a memory limit and many operation sockets. What idle
 * sockets keep must not be noticed: not by a cgroup, which cannot ask for it, nor by
 * whoever looks at MemAvailable. What is pending may be refused, but nobody is killed
 * for it. For a stock kernel and for algif_copy, to be compared.
 */
#include "../cases/alg.h"
#include "../cases/memory.h"
#include "../cases/tap.h"

#include <sys/resource.h>

#define MIB	(1 << 20)
#define LEN	65536
#define PENDING	(2 * LEN)
#define MANY	20000

static const struct kind {
	const char *type, *name;
	int keylen, ivlen, tag;
} cbc = { "skcipher", "cbc(aes)", 16, 16, 0 },
  null = { "skcipher", "ecb(cipher_null)", 0, 0, 0 },
  gcm = { "aead", "gcm(aes)", 16, 12, 16 },
  sha = { "hash", "sha256", 0, 0, 0 };

static const unsigned char key[16] = "algif_copy group", iv[16];
static unsigned char text[PENDING], out[PENDING + 16], want[PENDING + 16];
static int fds[MANY], only_small;

/* What a child has done so far; it may be killed. */
static struct seen {
	int done;
	int refused;
	long long most;
	long taken;		/* of the machine, KiB */
} *seen;

static int parent_of(const struct kind *k)
{
	int fd = alg_bind(k->type, k->name);

	if (k->keylen)
		alg_key(fd, key, k->keylen);
	if (k->tag)
		alg_authsize(fd, k->tag);
	return fd;
}

static ssize_t give(const struct kind *k, int fd, size_t len, int flags)
{
	struct alg_ctl ctl = { ENC, iv, k->ivlen, k->tag ? 0 : -1 };

	return alg_send(fd, strcmp(k->type, "hash") ? &ctl : NULL, text, len,
			flags);
}

/* Length of the result of @len bytes. */
static size_t length(const struct kind *k, size_t len)
{
	return strcmp(k->type, "hash") ? len + k->tag : 32;
}

static int take(const struct kind *k, int fd, size_t len)
{
	size_t n = length(k, len);

	return alg_recv(fd, out, n, 0) == (ssize_t)n && !memcmp(out, want, n);
}

/* What all sockets have to give. */
static void prepare(const struct kind *k, size_t len)
{
	int parent = parent_of(k), fd = alg_accept(parent);

	give(k, fd, len, 0);
	alg_recv(fd, want, length(k, len), 0);
	close(fd);
	close(parent);
}

/* Sockets that do an operation and are idle from then on. */
static void open_idle(const struct kind *k, int sockets)
{
	int parent = parent_of(k);

	for (int i = 0; i < sockets; i++) {
		fds[i] = alg_accept(parent);
		if (give(k, fds[i], LEN, 0) != LEN || !take(k, fds[i], LEN))
			_exit(2);
		seen->done++;
		if (group_charged() > seen->most)
			seen->most = group_charged();
	}
	close(parent);
}

/* Run it in a cgroup of its own; the wait status. */
static int in_group(const char *max, void (*work)(const struct kind *k, int n),
		    const struct kind *k, int n)
{
	int status;
	pid_t pid;

	memset(seen, 0, sizeof(*seen));
	if (!group_make(max))
		return -1;
	pid = fork();
	if (!pid) {
		if (!group_enter())
			_exit(3);
		work(k, n);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	for (int i = 0; i < 50 && rmdir(GROUP); i++)
		msleep(100);
	return status;
}

static void idle(const char *max, const struct kind *k, int sockets)
{
	int status;

	prepare(k, LEN);
	status = in_group(max, open_idle, k, sockets);
	ok(!status && seen->done == sockets,
	   "%s, %s: %d of %d sockets do an operation and are idle, status 0x%x",
	   max, k->name, seen->done, sockets, status);
	ok(seen->most < 9 * MIB, "for which %lld KiB are charged",
	   seen->most >> 10);
}

/* A service that needs most of its limit for itself. */
static void open_and_touch(const struct kind *k, int sockets)
{
	open_idle(k, sockets);
	memset(mmap(NULL, 40 * MIB, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, 40 * MIB);
	seen->done++;
	seen->most = group_charged();
}

static void heap(const struct kind *k)
{
	int status;

	prepare(k, LEN);
	status = in_group("64M", open_and_touch, k, 700);
	ok(!status && seen->done == 701,
	   "64M, %s: 700 idle sockets and 40 MiB of heap, status 0x%x", k->name,
	   status);
	ok(seen->most < 50 * MIB, "%lld KiB are charged", seen->most >> 10);
}

/* --- small messages ------------------------------------------------------- */

#define SMALL	1000

/* A page of 4 KiB, what an operation works with, and what the counter is off by. */
#define SMALL_MOST	(4096 + 1024 + 256)

/* Each has a small message, or has had one. */
static void open_small(const struct kind *k, int len)
{
	int parent = parent_of(k), receive = len > 0;

	len = abs(len);
	for (int i = 0; i < SMALL; i++)
		fds[i] = alg_accept(parent);
	seen->most = group_charged();
	seen->taken = meminfo("MemAvailable:");
	for (int i = 0; i < SMALL; i++) {
		if (give(k, fds[i], len, 0) != len ||
		    (receive && !take(k, fds[i], len)))
			_exit(2);
		seen->done++;
	}
	seen->most = group_charged() - seen->most;
	seen->taken -= meminfo("MemAvailable:");
}

/*
 * Where a page is 64 KiB it is much for a few bytes. Stock takes one, and charges
 * nothing for it.
 */
static void small(const struct kind *k, int len)
{
	long long each;
	int status;

	prepare(k, len);
	status = in_group("max", open_small, k, -len);
	each = seen->most / SMALL;
	ok(!status && seen->done == SMALL && each <= SMALL_MOST,
	   "%s: %lld bytes are charged for a pending message of %d (%ld are taken), status 0x%x",
	   k->name, each, len, seen->taken * 1024 / SMALL, status);
	status = in_group("max", open_small, k, len);
	each = seen->most / SMALL;
	ok(!status && seen->done == SMALL && each <= SMALL_MOST,
	   "%s: and %lld when it has been received (%ld), status 0x%x", k->name,
	   each, seen->taken * 1024 / SMALL, status);
}

static void all_small(void)
{
	const struct rlimit files = { SMALL + 100, MANY + 100 };

	setrlimit(RLIMIT_NOFILE, &files);
	small(&cbc, 16);
	small(&cbc, 320);
	small(&cbc, 4096);
	small(&gcm, 320);
	small(&sha, 320);
}

/* Each has a message that nobody has received. */
static void open_pending(const struct kind *k, int sockets)
{
	int parent = parent_of(k), pending[64];

	/*
	 * The limit is for all that the process has. What it will touch it has from
	 * the beginning, or the kernel would kill it for a page of its own.
	 */
	for (int i = 0; i < sockets; i++)
		fds[i] = alg_accept(parent);
	give(k, fds[0], PENDING, 0);
	seen->done = take(k, fds[0], PENDING) - 1;
	for (int i = 0; i < sockets; i++) {
		ssize_t n;

		n = give(k, fds[i], PENDING, MSG_DONTWAIT);
		pending[i] = n == PENDING;
		if (n == -ENOMEM)
			seen->refused++;
		else if (n != PENDING)
			_exit(2);
	}
	for (int i = 0; i < sockets; i++) {
		/* There is room now for those that were refused. */
		if (!pending[i] && give(k, fds[i], PENDING, 0) != PENDING)
			_exit(4);
		if (!take(k, fds[i], PENDING))
			_exit(5);
		seen->done++;
	}
	/* Whoever was refused lives on. */
	memset(mmap(NULL, MIB, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, MIB);
}

static void pending(const struct kind *k)
{
	int status;

	prepare(k, PENDING);
	status = in_group("6M", open_pending, k, 64);
	ok(!status && seen->done == 64,
	   "6M, %s: 64 sockets with %d KiB pending, %d refused, %d right, status 0x%x",
	   k->name, PENDING >> 10, seen->refused, seen->done, status);
}

/* --- who is killed while it asks for much ------------------------------- */

static void send_much(const struct kind *k, int mib)
{
	int parent = parent_of(k), fd = alg_accept(parent), size = mib * MIB;
	void *data = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	/* Again and again: stock may be quick. */
	for (;;) {
		send(fd, data, size, MSG_MORE | MSG_DONTWAIT);
		recv(fd, data, MIB, MSG_DONTWAIT);
	}
}

static void killed(void)
{
	long long begin;
	int status;
	pid_t pid;

	if (!group_make("max"))
		return;
	pid = fork();
	if (!pid) {
		if (!group_enter())
			_exit(3);
		send_much(&null, 400);
	}
	for (int i = 0; i < 2000 && group_charged() < 4 * MIB; i++)
		msleep(1);
	begin = now_ms();
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	begin = now_ms() - begin;
	ok(WIFSIGNALED(status) && begin < 1000,
	   "who is killed amid a send of 400 MiB is gone after %lld ms, status 0x%x",
	   begin, status);
	for (int i = 0; i < 50 && rmdir(GROUP); i++)
		msleep(100);
}

/* --- the whole machine -------------------------------------------------- */

/* What algif_copy says its sockets of all types have. */
static long held(void)
{
	FILE *f = fopen("/sys/kernel/debug/algif_copy/stats", "r");
	char line[1024], *p;
	long sum = 0;

	while (f && fgets(line, sizeof(line), f)) {
		p = strstr(line, " memory=");
		if (!strncmp(line, "type ", 5) && p)
			sum += atol(p + 8);
	}
	if (f)
		fclose(f);
	return sum;
}

static void is_bounded(const char *what)
{
	if (copy_mode())
		ok(held() <= 4 * MIB, "%s: sockets hold %ld KiB", what,
		   held() >> 10);
}

static void available(void)
{
	const struct rlimit files = { MANY + 100, MANY + 100 };
	long before, fall;

	if (setrlimit(RLIMIT_NOFILE, &files)) {
		skip("%d sockets: %s", MANY, strerror(errno));
		return;
	}
	prepare(&null, LEN);
	memset(fds, 0, sizeof(fds));
	before = meminfo("MemAvailable:");
	open_idle(&null, MANY);
	fall = before - meminfo("MemAvailable:");
	/* Stock ones take 28 to 38 MiB. */
	ok(fall < 44 * 1024, "%d idle sockets: MemAvailable falls by %ld KiB",
	   MANY, fall);
	is_bounded("they are idle");
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
	is_bounded("they are closed");
}

static void body(void)
{
	seen = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fill(text, sizeof(text), 37);
	if (!only_small)
		available();
	if (!group_make("max")) {
		skip("this kernel has no memory cgroups");
		return;
	}
	rmdir(GROUP);
	all_small();
	if (only_small)
		return;
	idle("64M", &cbc, 1000);
	idle("64M", &sha, 1000);
	idle("24M", &cbc, 1000);
	idle("24M", &sha, 1000);
	idle("24M", &gcm, 1000);
	heap(&cbc);
	heap(&sha);
	pending(&cbc);
	pending(&gcm);
	is_bounded("all are gone");
	killed();
}

/* memcg [small] */
int main(int argc, char **argv)
{
	only_small = argc > 1 && !strcmp(argv[1], "small");
	return tap_run(body, 400);
}
