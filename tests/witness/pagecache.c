// SPDX-License-Identifier: GPL-2.0
/*
 * A file that may only be read must not be changed by what is done with its
 * pages. For each hash, skcipher and AEAD that the kernel offers, pages of a
 * file that is open read-only are spliced into operations of many shapes, by
 * a user without privileges, and the file is compared with what was written:
 * through the page cache after every operation, from the disk at the end.
 *
 *   pagecache FILE [TYPE:NAME...]	FILE is made; default: all there are
 *
 * The regression watched for is CVE-2026-31431: stock operated in place with
 * the pages of the tag chained behind its destination, and authencesn writes
 * beyond its destination. AC_KNOWN_CORRUPTION=1 says that the stock module of
 * this kernel is known to have it: then the check has to find it. If it is
 * "unknown" the check only says what it finds.
 */
#include "../cases/alg.h"
#include "../cases/tap.h"
#include <fcntl.h>
#include "targets.h"

#define PAGE 4096
#define FILE_PAGES 4
#define FILE_LEN (FILE_PAGES * PAGE)
#define NOBODY 65534
#define N(array) (sizeof(array) / sizeof((array)[0]))

static uint8_t content[FILE_LEN], seen[FILE_LEN], noise[FILE_LEN];
static uint8_t room[FILE_LEN + 4096];
static int file;
static int whole;	/* not only what the command line names */

/* ---------------- the file ---------------- */

static int file_make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0444);
	int good;

	fill(content, sizeof(content), 31431);
	fill(noise, sizeof(noise), 5);
	good = fd >= 0 && write(fd, content, FILE_LEN) == FILE_LEN &&
	       !fsync(fd);
	close(fd);
	return good ? 0 : -errno;
}

/* Bytes that differ now; @first is the place of the first one. */
static int file_differs(int *first)
{
	int n = 0;

	if (pread(file, seen, FILE_LEN, 0) != FILE_LEN)
		return FILE_LEN;
	if (!memcmp(seen, content, FILE_LEN))
		return 0;
	for (int i = FILE_LEN - 1; i >= 0; i--) {
		if (seen[i] == content[i])
			continue;
		*first = i;
		n++;
	}
	return n;
}

/* Clean pages that nobody maps or holds leave the page cache. */
static void file_drop(void)
{
	posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
}

static int file_cached_pages(void)
{
	unsigned char in[FILE_PAGES] = { };
	void *map = mmap(NULL, FILE_LEN, PROT_READ, MAP_SHARED, file, 0);
	int n = 0;

	if (map == MAP_FAILED || mincore(map, FILE_LEN, in))
		return -1;
	munmap(map, FILE_LEN);
	for (int i = 0; i < FILE_PAGES; i++)
		n += in[i] & 1;
	return n;
}

static void file_check(struct target *t)
{
	int first = 0, bytes = file_differs(&first);

	if (!bytes)
		return;
	if (!t->changed++) {
		t->first = first;
		t->bytes = bytes;
	}
	file_drop();
	if (file_differs(&first))
		t->stays++;
}

/* ---------------- operations ---------------- */

/* Which part of a message comes from the file, and from where in it. */
struct layout {
	int own;		/* leading bytes from memory; < 0: all but -own */
	int offset;
};

static const struct layout layouts[] = {
	{ 0, 0 },
	{ 0, PAGE - 24 },		/* across a page boundary */
	{ -32, PAGE },			/* the end only */
	{ -16, 2 * PAGE - 8 },		/* tag only, across a page boundary */
};

/* Room offered for the result, relative to its length. */
static const struct {
	int len, room;
} sizes[] = {
	{ 64, 0 }, { 64, -16 }, { 64, 64 }, { PAGE, 0 },
};

static int splice_file(int op, loff_t from, size_t len, int flags)
{
	ssize_t ret;
	int p[2];

	if (pipe(p))
		return -errno;
	ret = splice(file, &from, p[1], NULL, len, 0);
	if (ret > 0) {
		alg_begin();
		ret = alg_end(splice(p[0], NULL, op, NULL, ret, flags));
	}
	close(p[0]);
	close(p[1]);
	return ret;
}

/* One message of @len bytes, and whatever comes of it into @take bytes. */
static void operate(struct target *t, const struct alg_ctl *ctl, int len,
		    const struct layout *layout, int take)
{
	int op = alg_accept(t->tfm);
	int own = layout->own < 0 ? len + layout->own : layout->own;
	int ret;

	if (op < 0)
		return;
	if (own < 0 || own > len)
		own = 0;
	ret = alg_send(op, ctl, noise, own, MSG_MORE);
	if (ret == own)
		ret = splice_file(op, layout->offset, len - own, 0);
	if (ret == len - own) {
		t->runs++;
		/* Not waiting: too short a message may leave recv asleep. */
		ret = alg_recv(op, room, take, ctl ? MSG_DONTWAIT : 0);
		if (ret > 0)
			t->delivered++;
	}
	close(op);
	file_check(t);
}

static const uint8_t iv[64] = { 3, 1, 4, 1, 5, 9, 2, 6 };

/*
 * An ESSIV AEAD with less associated data than its IV crashes kernels before
 * the fix of CVE-2025-40019, whoever calls it.
 */
static int too_short(const struct target *t, int aad)
{
	return strstr(t->name, "essiv(") && aad < t->ivlen;
}

static void run_aead(struct target *t)
{
	static const int assoclens[] = { 0, 8, 16, 20 };
	unsigned int i;

	for (i = 0; i < 2 * N(assoclens) * N(layouts) * N(sizes); i++) {
		int dec = i & 1, aad = assoclens[i / 2 % 4];
		int text = sizes[i / 32].len, cut = sizes[i / 32].room;
		struct alg_ctl ctl = { dec ? DEC : ENC, iv, t->ivlen, aad };
		int in = aad + text + (dec ? t->taglen : 0);
		int out = aad + text + (dec ? 0 : t->taglen);

		if (!too_short(t, aad))
			operate(t, &ctl, in, &layouts[i / 8 % 4], out + cut);
	}
}

static void run_skcipher(struct target *t)
{
	unsigned int i;

	for (i = 0; i < 2 * N(layouts) * N(sizes); i++) {
		int text = sizes[i / 8].len, cut = sizes[i / 8].room;
		struct alg_ctl ctl = { i & 1 ? DEC : ENC, iv, t->ivlen, -1 };

		operate(t, &ctl, text, &layouts[i / 2 % 4], text + cut);
	}
}

static void run_hash(struct target *t)
{
	for (unsigned int i = 0; i < N(layouts) * N(sizes); i++)
		operate(t, NULL, sizes[i / 4].len, &layouts[i % 4], 64);
}

/* ---------------- judgement ---------------- */

static int target_run(struct target *t)
{
	int err = target_open(t);

	if (!err && *t->type == 'h')
		run_hash(t);
	else if (!err && *t->type == 's')
		run_skcipher(t);
	else if (!err)
		run_aead(t);
	if (t->tfm >= 0)
		close(t->tfm);
	return err;
}

/* Where stock is known to write to the file, it is authencesn that does. */
static int known(const struct target *t)
{
	const char *set = getenv("AC_KNOWN_CORRUPTION");

	return set && *set == '1' && strstr(t->name, "authencesn");
}

/* Nor is it known that it has not. */
static int unknown(void)
{
	const char *set = getenv("AC_KNOWN_CORRUPTION");

	return set && !strcmp(set, "unknown");
}

static void judge(const struct target *t)
{
	char what[240];

	snprintf(what, sizeof(what), "%s %s: %d operations, %d delivered",
		 t->type, t->name, t->runs, t->delivered);
	if (!t->changed) {
		ok(t->runs > 0, "%s, file unchanged", what);
		return;
	}
	if (unknown())
		differs("whether it has CVE-2026-31431 is what is asked");
	ok(known(t), "%s, file CHANGED by %d, %d bytes at %d%s", what,
	   t->changed, t->bytes, t->first,
	   known(t) ? " (known of this stock kernel)" : "");
	is_num(t->stays, 0, "%s %s: the change is in the page cache only",
	       t->type, t->name);
}

static int found, absent, changed, expected;

/* What is there but takes none of the keys or IVs tried is named. */
static void run_one(struct target *t)
{
	int err = target_run(t);

	if (err == -ENOENT || err == -ELIBBAD) {
		absent++;
	} else if (err || !t->runs) {
		note("%s %s: not usable: %s", t->type, t->name, strerror(-err));
	} else {
		found++;
		changed += t->changed > 0;
		expected += known(t);
		judge(t);
	}
}

/* What was tried is then registered under the names of its drivers too. */
static void run_all(int all)
{
	int i = 0;

	for (; i < ntargets; i++)
		run_one(&targets[i]);
	if (all)
		targets_add_registered();
	for (; i < ntargets; i++)
		run_one(&targets[i]);
	note("%d algorithms spliced into, %d changed the file, %d names not in this kernel",
	     found, changed, absent);
	ok(found > 0, "there were algorithms to try");
	if (expected)
		ok(changed, "the check can fail: stock changes the file");
}

static void drop_all(void)
{
	int fd;

	sync();
	fd = open("/proc/sys/vm/drop_caches", O_WRONLY);
	if (fd < 0 || write(fd, "3", 1) != 1)
		note("drop_caches: %s", strerror(errno));
	close(fd);
}

static void body(void)
{
	int first = 0;

	if (setegid(NOBODY) || seteuid(NOBODY))
		note("cannot become an unprivileged user");
	is_num(geteuid(), NOBODY, "operations are run without privileges");
	run_all(whole);
	if (seteuid(0))
		note("seteuid: %s", strerror(errno));
	is_num(file_differs(&first), 0, "file unchanged in the page cache");
	file_drop();
	drop_all();
	is_num(file_cached_pages(), 0, "no page of the file is cached any more");
	is_num(file_differs(&first), 0, "file unchanged on the disk");
}

int main(int argc, char **argv)
{
	int err;

	if (argc < 2) {
		fprintf(stderr, "usage: pagecache FILE [TYPE:NAME...]\n");
		return 2;
	}
	err = file_make(argv[1]);
	file = err ? -1 : open(argv[1], O_RDONLY | O_CLOEXEC);
	if (file < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		char *name = strchr(argv[i], ':');

		if (!name)
			continue;
		*name = '\0';
		target_add(argv[i], name + 1);
	}
	whole = argc == 2;
	if (whole) {
		targets_add_registered();
		targets_add_composed();
	}
	return tap_run(body, 500);
}
