// SPDX-License-Identifier: GPL-2.0
/*
 * pressure - operations while memory is short: for the whole machine, for the
 * caller's cgroup alone, and when the OOM killer ends the caller amid one. What
 * fails fails with ENOMEM, what succeeds is right, and nothing is left behind.
 */
#include "../cases/alg.h"
#include "../cases/tap.h"

#include <fcntl.h>
#include <sys/stat.h>

#define MIB	(1 << 20)
#define LEN	65536
#define SOCKETS	64
#define CGROUP	"/sys/fs/cgroup/"

static const unsigned char key[16] = "algif_copy short", iv[16];
static unsigned char text[LEN], sealed[LEN + 16], plain[LEN];

static const struct alg_ctl enc = { ENC, iv, 12, 0 };

static int open_gcm(void)
{
	return alg_open("aead", "gcm(aes)", key, 16);
}

/* What /proc/meminfo says under @name, in KiB. */
static long meminfo(const char *name)
{
	char line[128];
	FILE *f = fopen("/proc/meminfo", "r");
	long n = -1;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)))
			n = atol(line + strlen(name) + 1);
	if (f)
		fclose(f);
	return n;
}

/* --- the whole machine -------------------------------------------------- */

/* Takes memory until little is left, and holds it until it is killed. */
static pid_t hog(long leave)
{
	char ready = 1, c;
	int pipes[2];
	pid_t pid;

	if (pipe(pipes))
		abort();
	pid = fork();
	if (!pid) {
		while (meminfo("MemAvailable:") > leave) {
			char *p = mmap(NULL, MIB, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

			memset(p, 1, MIB);
		}
		if (write(pipes[1], &ready, 1) == 1)
			pause();
		_exit(1);
	}
	if (read(pipes[0], &c, 1) != 1)
		note("the hog died");
	close(pipes[0]);
	close(pipes[1]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

struct count {
	int right, wrong, refused;
};

static void judge(struct count *c, ssize_t n, size_t want, const void *got,
		  const void *data)
{
	if (n == -ENOMEM || n == -ENOBUFS)
		c->refused++;
	else if (n == (ssize_t)want && !memcmp(got, data, want))
		c->right++;
	else
		c->wrong++;
}

static void one_operation(struct count *c)
{
	int fd = open_gcm();
	ssize_t n = alg_aead(fd, ENC, iv, 12, 0, text, LEN, sealed, LEN + 16);

	if (n == LEN + 16)
		n = alg_aead(fd, DEC, iv, 12, 0, sealed, LEN + 16, plain, LEN);
	judge(c, n, LEN, plain, text);
	close(fd);
}

/* Idle sockets keep buffers, which a shrinker takes back. */
static void machine(void)
{
	struct count c = { 0 };
	int fds[SOCKETS];
	long before;
	pid_t pid;

	for (int i = 0; i < SOCKETS; i++) {
		fds[i] = open_gcm();
		alg_aead(fds[i], ENC, iv, 12, 0, text, LEN, sealed, LEN + 16);
	}
	before = meminfo("MemAvailable:");
	pid = hog(8 * 1024);
	note("%ld KiB of %ld are left", meminfo("MemAvailable:"),
	     meminfo("MemTotal:"));
	for (int i = 0; i < 100; i++)
		one_operation(&c);
	for (int i = 0; i < SOCKETS; i++)
		judge(&c, alg_aead(fds[i], DEC, iv, 12, 0, sealed, LEN + 16,
				   plain, LEN), LEN, plain, text);
	end(pid);
	is_num(c.wrong, 0, "memory is short: %d right, %d refused", c.right,
	       c.refused);
	for (int i = 0; i < SOCKETS; i++)
		close(fds[i]);
	ok(meminfo("MemAvailable:") > before - 8 * 1024,
	   "all memory comes back: %ld KiB, %ld before",
	   meminfo("MemAvailable:"), before);
}

/* --- a cgroup ----------------------------------------------------------- */

static int put(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY), good;

	good = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	close(fd);
	return good;
}

static long long charged(void)
{
	char buf[32] = "";
	int fd = open(CGROUP "ac/memory.current", O_RDONLY);

	if (fd < 0 || read(fd, buf, sizeof(buf) - 1) < 1)
		buf[0] = 0;
	close(fd);
	return atoll(buf);
}

/* The kernel gives back in batches, some of it when a grace period is over. */
static long long charged_soon(long long most)
{
	for (int i = 0; i < 50 && charged() > most; i++)
		msleep(100);
	return charged();
}

static int limit(const char *max)
{
	mkdir(CGROUP "ac", 0700);
	return put(CGROUP "cgroup.subtree_control", "+memory") &&
	       put(CGROUP "ac/memory.max", max);
}

static void enter(void)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", getpid());
	if (!put(CGROUP "ac/cgroup.procs", pid))
		_exit(3);
}

/* Fills sockets until it is stopped: by an errno, or for good. */
static void fill_sockets(void)
{
	int parent = alg_bind("skcipher", "cbc(aes)"), size = 8 * MIB;
	static unsigned char data[MIB];

	enter();
	alg_key(parent, key, 16);
	for (int i = 0; i < 200; i++) {
		int fd = alg_accept(parent);
		ssize_t n;

		setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
		while ((n = alg_send(fd, NULL, data, MIB,
				     MSG_MORE | MSG_DONTWAIT)) > 0)
			;
		if (fd < 0 || n == -ENOMEM)
			_exit(1);
	}
	_exit(0);
}

static void cgroup_limit(void)
{
	struct count c = { 0 };
	int status, fd;
	pid_t pid;

	pid = fork();
	if (!pid)
		fill_sockets();
	while (!waitpid(pid, &status, WNOHANG)) {
		fd = open_gcm();
		judge(&c, alg_aead(fd, ENC, iv, 12, 0, text, LEN, sealed,
				   LEN + 16) - 16, LEN, text, text);
		close(fd);
		msleep(5);
	}
	ok(WIFSIGNALED(status) || WEXITSTATUS(status) == 1,
	   "a cgroup's limit stops who is in it: status 0x%x", status);
	ok(!c.wrong && !c.refused, "and nobody else: %d operations", c.right);
	ok(charged_soon(MIB) < MIB, "nothing is left in the cgroup: %lld bytes",
	   charged());
}

/* --- the OOM killer, amid an operation ---------------------------------- */

static void *operate_on(void *arg)
{
	static unsigned char buf[LEN + 16];
	int fd = *(int *)arg;

	for (;;) {
		alg_send(fd, &enc, text, LEN, MSG_DONTWAIT);
		recv(fd, buf, LEN + 16, MSG_DONTWAIT);
	}
	return NULL;
}

static void eat(int fd)
{
	pthread_t thread;

	enter();
	if (pthread_create(&thread, NULL, operate_on, &fd))
		_exit(2);
	msleep(20);
	for (int i = 0; i < 64; i++) {
		char *p = mmap(NULL, MIB, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		memset(p, 1, MIB);
	}
	_exit(0);
}

static void oom_kill(void)
{
	int killed = 0, good = 0, status;

	for (int i = 0; i < 8; i++) {
		int parent = alg_bind("aead", "gcm(aes)"), fd;
		pid_t pid;

		alg_key(parent, key, 16);
		fd = alg_accept(parent);
		pid = fork();
		if (!pid)
			eat(fd);
		waitpid(pid, &status, 0);
		killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
		/* What the dead one has left in it comes first. */
		alg_recv(fd, sealed, LEN + 16, MSG_DONTWAIT);
		good += alg_aead(fd, ENC, iv, 12, 0, text, LEN, sealed,
				 LEN + 16) == LEN + 16;
		close(fd);
		close(parent);
	}
	is_num(killed, 8, "the OOM killer ends the caller, amid operations");
	is_num(good, 8, "the socket, which others have too, works on");
	ok(charged_soon(MIB) < MIB, "nothing is left in the cgroup: %lld bytes",
	   charged());
}

static void body(void)
{
	fill(text, sizeof(text), 19);
	machine();
	if (!limit("12M")) {
		skip("this kernel has no memory cgroups");
		return;
	}
	cgroup_limit();
	oom_kill();
	rmdir(CGROUP "ac");
}

int main(void)
{
	return tap_run(body, 200);
}
