// SPDX-License-Identifier: GPL-2.0
/*
 * 19-memory - what a socket allocates, who is charged for it, what it leaves
 * behind: nothing in the steady state, the caller's cgroup, nothing. What idle
 * sockets keep is bounded for all of them together.
 */
#include "alg.h"
#include "memory.h"
#include "tap.h"

#include <elf.h>
#include <errno.h>
#include <sys/mount.h>

#define MIB (1 << 20)

#ifndef SO_RESERVE_MEM
#define SO_RESERVE_MEM 73	/* Linux 5.16 */
#endif

#define LEN 65536
#define MANY 196608	/* less than the default SO_SNDBUF of 64 bits: 32 have 160 KiB */

static unsigned char in[MANY], out[MANY + 16];
static const unsigned char iv[16];

/* --- nothing is allocated per operation -------------------------------- */

#define TRACING "/tmp/tracing/"

/* Kept open: to open it would be seen as allocations. */
static int tracing_on = -1;

static void trace(int on)
{
	if (on)
		put(TRACING "trace", "");
	if (write(tracing_on, on ? "1" : "0", 1) != 1)
		note("tracing_on: %s", strerror(errno));
}

static int trace_setup(void)
{
	static const char *const events[] = {
		"kmalloc", "kmalloc_node", "kmem_cache_alloc",
		"kmem_cache_alloc_node", "mm_page_alloc",
	};
	char file[128], pid[16];
	int n = 0;

	mkdir("/tmp/tracing", 0700);
	if (mount("tracefs", "/tmp/tracing", "tracefs", 0, NULL))
		return 0;
	tracing_on = open(TRACING "tracing_on", O_WRONLY);
	trace(0);
	snprintf(pid, sizeof(pid), "%d", getpid());
	if (!put(TRACING "set_event_pid", pid))
		return 0;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		snprintf(file, sizeof(file), TRACING "events/kmem/%s/enable",
			 events[i]);
		n += put(file, "1");
	}
	return n;
}

static int trace_lines(void)
{
	char line[512];
	FILE *f = fopen(TRACING "trace", "r");
	int n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += line[0] != '#';
	if (f)
		fclose(f);
	return n;
}

/* Allocations in 50 operations, after ten for the buffers to be made. */
static int allocations(int fd, size_t len, size_t outlen)
{
	for (int i = 0; i < 60; i++) {
		if (i == 10)
			trace(1);
		if (send(fd, in, len, 0) != (ssize_t)len ||
		    recv(fd, out, outlen, 0) != (ssize_t)outlen)
			return -EPROTO;
	}
	trace(0);
	return trace_lines();
}

static void steady(const char *type, const char *name, size_t len, size_t more)
{
	static const unsigned char key[16];
	int hash = !strcmp(type, "hash");
	int fd = alg_open(type, name, hash ? NULL : key, hash ? 0 : 16);
	struct alg_ctl ctl = { ENC, iv, more ? 12 : 16, 0 };
	size_t outlen = hash ? 32 : len + more;
	int half = len / 2 + LEN / 2;

	if (!hash) {
		if (alg_room(fd) < len)
			setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &half, sizeof(half));
		alg_send(fd, &ctl, in, len, 0);
		alg_recv(fd, out, outlen, 0);
	}
	differs("memory is allocated for each operation");
	is_num(allocations(fd, len, outlen), 0,
	       "%s %s: nothing is allocated in 50 operations of %zu bytes",
	       type, name, len);
	close(fd);
}

static void no_allocations(void)
{
	int fd = -1, n;

	if (!trace_setup()) {
		skip("this kernel has no tracefs or no kmem events");
		return;
	}
	/* The method sees allocations. */
	trace(1);
	fd = open("/dev/null", O_RDONLY);
	trace(0);
	n = trace_lines();
	close(fd);
	ok(n > 0, "opening a file is seen to allocate: %d events", n);

	steady("hash", "sha256", 100, 0);
	steady("hash", "sha256", 65536, 0);
	steady("skcipher", "cbc(aes)", 16, 0);
	steady("skcipher", "cbc(aes)", 65536, 0);
	steady("skcipher", "cbc(aes)", 131072, 0);
	steady("skcipher", "cbc(aes)", MANY, 0);
	steady("skcipher", "ctr(aes)", 4096, 0);
	close(tracing_on);
	umount("/tmp/tracing");
}

/* --- the caller's cgroup pays ------------------------------------------ */

/* How much more the cgroup is charged with 64 sockets of 64 KiB each. */
static long long charged_for(const char *type, const char *name, int ivlen)
{
	static const unsigned char key[16];
	struct alg_ctl ctl = { ENC, iv, ivlen, 0 };
	long long before, after;
	int fds[65];

	fds[64] = alg_bind(type, name);
	alg_key(fds[64], key, 16);
	before = group_charged();
	for (int i = 0; i < 64; i++) {
		fds[i] = alg_accept(fds[64]);
		alg_send(fds[i], &ctl, in, LEN, MSG_MORE);
	}
	after = group_charged();
	for (int i = 0; i < 65; i++)
		close(fds[i]);
	return after - before;
}

static void is_charged(const char *type, const char *name, int ivlen)
{
	long long n = charged_for(type, name, ivlen);

	/* 4 MiB and what belongs to them; the kernel counts in batches. */
	differs("pages of the queue are charged to nobody");
	ok(n >= 4 * MIB - 64 * 1024 && n < 9 * MIB,
	   "%s %s: 64 sockets of 64 KiB: %lld KiB are charged", type, name,
	   n / 1024);
}

/*
 * CVE-2022-48781: the protocol said that it counts memory, and had no limits to
 * count it against.
 */
static void reserve(int fd, const char *what)
{
	int bytes = 8192, err;

	err = setsockopt(fd, SOL_SOCKET, SO_RESERVE_MEM, &bytes, sizeof(bytes)) ?
		errno : 0;
	ok(err == EOPNOTSUPP || err == ENOPROTOOPT,
	   "CVE-2022-48781: SO_RESERVE_MEM of %s: %s", what, strerror(err));
	close(fd);
}

static void cgroup(void)
{
	if (!group_make("max")) {
		skip("this kernel has no memory cgroups");
		return;
	}
	ok(group_enter(), "a cgroup of our own");
	is_charged("skcipher", "cbc(aes)", 16);
	is_charged("aead", "gcm(aes)", 12);
	reserve(alg_bind("hash", "sha256"), "a bound socket");
	reserve(alg_open("hash", "sha256", NULL, 0), "an operation socket");
	group_move(CGROUP "cgroup.procs");
	rmdir(GROUP);
}

/* --- what idle sockets keep --------------------------------------------- */

#define IDLE 400
#define KEPT (4 * MIB / 1024)	/* KiB for the whole of a machine with few processors */

static int fds[IDLE];

/* One operation on each; how many of them were right. */
static int operate_all(const unsigned char *want, int from, int step)
{
	int right = 0;

	for (int i = from; i < IDLE; i += step)
		right += alg_crypt(fds[i], ENC, iv, 16, in, LEN, out) ==
			 LEN && !memcmp(out, want, LEN);
	return right;
}

/*
 * What has changed since, with 2 MiB for what else happens: a kernel with KASAN does
 * not hand memory on at once, and it grows its own tables.
 */
static void is_kept(long before, long more, const char *what)
{
	long most = KEPT + more + 2048, now = before - meminfo("MemFree:");

	for (int i = 0; i < 20 && now > most; i++) {
		usleep(100 * 1000);
		now = before - meminfo("MemFree:");
	}
	ok(now <= most, "%s: %ld KiB are held", what, now);
}

/*
 * Sockets that wait for nothing hold next to nothing, also those that have a few
 * bytes of an unfinished message left.
 */
static void idle(void)
{
	static const unsigned char key[16];
	static unsigned char want[LEN], got[LEN];
	struct alg_ctl ctl = { ENC, iv, 16, -1 };
	int parent = alg_bind("skcipher", "cbc(aes)"), right = 0;
	long before;

	alg_key(parent, key, 16);
	fill(in, LEN, 19);
	for (int i = 0; i < IDLE; i++) {
		fds[i] = alg_accept(parent);
		alg_crypt(fds[i], ENC, iv, 16, in, 16, want);
	}
	alg_crypt(fds[0], ENC, iv, 16, in, LEN, want);
	before = meminfo("MemFree:");
	is_num(operate_all(want, 0, 1), IDLE, "%d sockets do an operation", IDLE);
	is_kept(before, 0, "they are idle");
	for (int i = 0; i < IDLE; i += 2) {
		alg_send(fds[i], &ctl, in, LEN, MSG_MORE);
		alg_send(fds[i], NULL, in, 8, MSG_MORE);
		right += alg_recv(fds[i], got, LEN, 0) == LEN &&
			 !memcmp(got, want, LEN);
	}
	is_num(right, IDLE / 2, "half of them have a rest of 8 bytes");
	/* Stock has a page for each. */
	is_kept(before, 4 * IDLE / 2, "they are idle");
	is_num(operate_all(want, 1, 2), IDLE / 2, "the others work on");
	for (int i = right = 0; i < IDLE; i += 2)
		right += alg_send(fds[i], NULL, in + 8, 8, 0) == 8 &&
			 alg_recv(fds[i], got, 16, 0) == 16;
	is_num(right, IDLE / 2, "and so do they, with their rest");
	is_kept(before, 0, "all are idle again");
	for (int i = 0; i < IDLE; i++)
		close(fds[i]);
	close(parent);
}

/* --- nothing stays in memory ------------------------------------------- */

/*
 * A secret that this process holds only inside out, so that what is found of it
 * in physical memory was left by the kernel.
 */
#define SECRET_WORDS 8

static uint64_t inverted[SECRET_WORDS];

static void make_secret(void)
{
	uint32_t state = 0x5eed19u + getpid();

	for (int i = 0; i < SECRET_WORDS; i++)
		inverted[i] = ~(((uint64_t)rnd(&state) << 32) | rnd(&state));
}

static void write_secret(unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len / 8; i++) {
		uint64_t word = ~inverted[i % SECRET_WORDS];

		memcpy(p + 8 * i, &word, 8);
	}
}

static int secret_at(const uint64_t *word)
{
	for (int i = 0; i < SECRET_WORDS; i++)
		if (word[0] == ~inverted[i])
			return word[1] == ~inverted[(i + 1) % SECRET_WORDS];
	return 0;
}

static int count_in(const uint64_t *word, size_t n)
{
	int found = 0;

	for (size_t i = 0; i + 1 < n; i++)
		if ((uint8_t)~word[i] == (uint8_t)inverted[0] ||
		    (uint8_t)~word[i] == (uint8_t)inverted[4])
			found += secret_at(word + i);
	return found;
}

static int scan_segment(int fd, const Elf64_Phdr *ph)
{
	static uint64_t buf[MIB / 8];
	uint64_t at = 0;
	int found = 0;

	while (at < ph->p_filesz) {
		size_t n = ph->p_filesz - at < MIB ? ph->p_filesz - at : MIB;
		ssize_t got = pread64(fd, buf, n, ph->p_offset + at);

		if (got > 0)
			found += count_in(buf, got / 8);
		at += n;
	}
	memset(buf, 0, sizeof(buf));
	return found;
}

/* All of RAM, as /proc/kcore shows it; -1 if it does not. */
static int scan_memory(void)
{
	int fd = open("/proc/kcore", O_RDONLY), found = 0, segments = 0;
	Elf64_Phdr ph[64];
	Elf64_Ehdr eh;

	if (fd < 0 || read(fd, &eh, sizeof(eh)) != sizeof(eh) ||
	    eh.e_phnum > 64 ||
	    pread64(fd, ph, eh.e_phnum * sizeof(ph[0]), eh.e_phoff) <= 0)
		return -1;
	for (int i = 0; i < eh.e_phnum; i++) {
		/* RAM has a physical address; vmalloc space and the like not. */
		if (ph[i].p_type != PT_LOAD || ph[i].p_paddr >= 1ULL << 40 ||
		    ph[i].p_filesz > 1ULL << 32)
			continue;
		segments++;
		found += scan_segment(fd, &ph[i]);
	}
	close(fd);
	return segments ? found : -1;
}

/* Plain text in, and plain text out again: both ends of a socket hold it. */
static void pass_secret(const char *type, const char *name, int ivlen, int tag)
{
	static const unsigned char key[16];
	int fd = alg_open(type, name, key, 16);
	struct alg_ctl enc = { ENC, iv, ivlen, 0 }, dec = { DEC, iv, ivlen, 0 };

	write_secret(in, 16384);
	alg_send(fd, &enc, in, 16384, 0);
	alg_recv(fd, out, 16384 + tag, 0);
	alg_send(fd, &dec, out, 16384 + tag, 0);
	alg_recv(fd, in, 16384, 0);
	/* And one that is never received. */
	alg_send(fd, &enc, in, 16384, MSG_MORE);
	memset(in, 0, sizeof(in));
	close(fd);
}

static void hash_secret(void)
{
	int fd = alg_open("hash", "sha256", NULL, 0);

	write_secret(in, 16384);
	send(fd, in, 16384, 0);
	recv(fd, out, 32, 0);
	memset(in, 0, sizeof(in));
	close(fd);
}

static void nothing_stays(void)
{
	int n;

	make_secret();
	write_secret(in, 16384);
	n = scan_memory();
	memset(in, 0, sizeof(in));
	if (n < 0) {
		skip("no /proc/kcore, or not of 64 bits");
		return;
	}
	ok(n >= 400, "a secret in our own memory is found: %d words", n);
	hash_secret();
	pass_secret("skcipher", "cbc(aes)", 16, 0);
	pass_secret("aead", "gcm(aes)", 12, 16);
	differs("pages are freed with the data in them");
	is_num(scan_memory(), 0, "closed sockets have left nothing in memory");
}

static void body(void)
{
	no_allocations();
	cgroup();
	idle();
	nothing_stays();
}

int main(void)
{
	return tap_run(body, 100);
}
