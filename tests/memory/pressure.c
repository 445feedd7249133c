// SPDX-License-Identifier: GPL-2.0
/*
 * pressure - operations while memory is short: for the whole machine, for the
 * caller's cgroup alone, and when the OOM killer ends the caller amid one. What
 * fails fails with ENOMEM and kills nobody, what succeeds is right, and nothing is
 * left behind.
 */
#include "../cases/alg.h"
#include "../cases/memory.h"
#include "../cases/tap.h"

#define MIB	(1 << 20)
#define LEN	65536
#define SOCKETS	64

static const unsigned char key[16] = "algif_copy short", iv[16];
static unsigned char text[LEN], sealed[LEN + 16], plain[LEN];

static const struct alg_ctl enc = { ENC, iv, 12, 0 };

static int open_gcm(void)
{
	return alg_open("aead", "gcm(aes)", key, 16);
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

/* The kernel gives back in batches, some of it when a grace period is over. */
static long long charged_soon(long long most)
{
	for (int i = 0; i < 50 && group_charged() > most; i++)
		msleep(100);
	return group_charged();
}

/* Fills sockets until it is stopped: by an errno, or for good. */
static void fill_sockets(void)
{
	int parent = alg_bind("skcipher", "cbc(aes)"), size = 8 * MIB;
	static unsigned char data[MIB];

	/* Should it be the machine's memory that ends, whoever watches is to live. */
	if (!put("/proc/self/oom_score_adj", "1000"))
		_exit(3);
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

/* How often the group has met with its limit. */
static int limit_met(void)
{
	FILE *f = fopen(GROUP "memory.events", "r");
	char line[64];
	int n = -1;

	while (f && n < 0 && fgets(line, sizeof(line), f))
		sscanf(line, "max %d", &n);
	if (f)
		fclose(f);
	return n;
}

static void cgroup_limit(void)
{
	struct count c = { 0 };
	int status, fd;
	pid_t pid;

	pid = fork();
	if (!pid) {
		if (!group_enter())
			_exit(3);
		fill_sockets();
	}
	while (!waitpid(pid, &status, WNOHANG)) {
		fd = open_gcm();
		judge(&c, alg_aead(fd, ENC, iv, 12, 0, text, LEN, sealed,
				   LEN + 16) - 16, LEN, text, text);
		close(fd);
		msleep(5);
	}
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 1,
	   "who meets with a cgroup's limit gets ENOMEM: status 0x%x", status);
	ok(limit_met() > 0, "it is that limit: met %d times", limit_met());
	ok(!c.wrong && !c.refused, "and nobody else: %d operations", c.right);
	ok(charged_soon(MIB) < MIB, "nothing is left in the cgroup: %lld bytes",
	   group_charged());
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

	if (!group_enter())
		_exit(3);
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
	   group_charged());
}

/*
 * What fills the machine here are the queues of one process, and it is in its own
 * send that there is no page left.
 */
static void machine_full(void)
{
	long before = meminfo("MemAvailable:"), after = 0;
	int status, fd;
	pid_t pid;

	pid = fork();
	if (!pid)
		fill_sockets();
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 1,
	   "who fills the machine with queues gets ENOMEM: status 0x%x", status);
	for (int i = 0; i < 50 && after < before - 8 * 1024; i++) {
		msleep(100);
		after = meminfo("MemAvailable:");
	}
	ok(after >= before - 8 * 1024,
	   "and all of them are freed: %ld KiB, %ld before", after, before);
	fd = open_gcm();
	is_num(alg_aead(fd, ENC, iv, 12, 0, text, LEN, sealed, LEN + 16),
	       LEN + 16, "others go on");
	close(fd);
}

static void body(void)
{
	fill(text, sizeof(text), 19);
	machine();
	machine_full();
	if (!group_make("12M")) {
		skip("this kernel has no memory cgroups");
		return;
	}
	cgroup_limit();
	oom_kill();
	rmdir(GROUP);
}

int main(void)
{
	return tap_run(body, 200);
}
