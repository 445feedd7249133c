// SPDX-License-Identifier: GPL-2.0
/*
 * Test whether a file opened read-only stays unchanged when its pages are spliced
 * into AF_ALG. The file is our own, and already unlinked.
 *
 * CVE-2026-31431: the spliced pages of the tag were chained behind the
 * destination, and authencesn writes beyond its destination. So each shape takes
 * the tag from the file, alone or with the text before it. The messages are not
 * authentic.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "out.h"
#include "target.h"
#include "tool.h"

#define PAGE 4096
#define FILE_LEN (4 * PAGE)

static unsigned char content[FILE_LEN];

/* @text bytes and a tag, from @offset of the file; @tag_only: text from memory. */
static const struct shape {
	unsigned int text;
	bool tag_only;
	off_t offset;
} shapes[] = {
	{ 64, false, 0 },
	{ 64, false, PAGE - 40 },
	{ 64, true, PAGE },
	{ 64, true, 2 * PAGE - 8 },
	{ PAGE, false, 0 },
	{ PAGE, true, PAGE },
};

/* ---------------- the file ---------------- */

static void fill_content(void)
{
	unsigned int x = 31431, i;

	for (i = 0; i < FILE_LEN; i++) {
		x = x * 1103515245 + 12345;
		content[i] = (unsigned char)(x >> 16);
	}
}

/* Write the file through another descriptor and close that. */
static int open_file(void)
{
	const char *dir = getenv("TMPDIR");
	char path[4096];
	bool good;
	int fd, file;

	snprintf(path, sizeof(path), "%s/algif-copy.XXXXXX",
		 dir && *dir ? dir : "/tmp");
	fd = mkstemp(path);
	if (fd < 0)
		return -errno;
	good = write(fd, content, FILE_LEN) == FILE_LEN && !fsync(fd);
	file = good ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (file < 0)
		file = -(errno ?: EIO);
	unlink(path);
	close(fd);
	return file;
}

/* Number of changed bytes, and the position of the first. */
static unsigned int differences(int file, unsigned int *first)
{
	static unsigned char seen[FILE_LEN];
	unsigned int i, n = 0;

	if (pread(file, seen, FILE_LEN, 0) != FILE_LEN)
		return 0;
	for (i = FILE_LEN; i-- > 0;) {
		if (seen[i] == content[i])
			continue;
		*first = i;
		n++;
	}
	return n;
}

/* ---------------- operations ---------------- */

static ssize_t splice_file(int file, off_t offset, int op_fd, size_t len)
{
	ssize_t ret;
	int p[2];

	if (pipe2(p, O_CLOEXEC))
		return -errno;
	ret = splice(file, &offset, p[1], NULL, len, 0);
	if (ret > 0)
		ret = ac_alg_splice(p[0], op_fd, (size_t)ret);
	else if (ret < 0)
		ret = -errno;
	close(p[0]);
	close(p[1]);
	return ret;
}

/* Return whether the data reached the crypto code, whatever the result. */
static bool operate(int fd, const struct ac_target *target,
		    const struct shape *shape, int op, int file)
{
	struct ac_alg_control control = ac_target_control(target, op);
	static unsigned char room[FILE_LEN];
	size_t own = target->taglen ? AC_TARGET_AAD : 0;
	size_t len = shape->text + own + target->taglen;
	int op_fd = ac_alg_accept(fd);
	bool done = false;

	if (op_fd < 0)
		return false;
	if (shape->tag_only && target->taglen)
		own += shape->text;
	if (ac_alg_send(op_fd, *target->type == 'h' ? NULL : &control, content,
			own, MSG_MORE) == (ssize_t)own &&
	    splice_file(file, shape->offset, op_fd, len - own) ==
	    (ssize_t)(len - own)) {
		ac_alg_receive(op_fd, room, len, MSG_DONTWAIT);
		done = true;
	}
	close(op_fd);
	return done;
}

/* ---------------- judgement ---------------- */

static void judge(const struct ac_target *target, unsigned int runs, int file)
{
	unsigned int n, first = 0;

	n = differences(file, &first);
	if (n)
		ac_check_say(target->type, target->name, AC_CHECK_BAD,
			     "CHANGED: %u bytes at %u",
			     n, first);
	else if (!runs)
		ac_check_skip(target->type, target->name, -EOPNOTSUPP);
	else
		ac_check_say(target->type, target->name, AC_CHECK_GOOD,
			     "unchanged (%u times)", runs);
}

/* Each target gets its own file, since changes may last as long as the file. */
static void try(const struct ac_target *target)
{
	static const int ops[] = { ALG_OP_DECRYPT, ALG_OP_ENCRYPT };
	unsigned int runs = 0;
	size_t i;
	int fd, file;

	fd = ac_target_open(target);
	if (fd < 0) {
		ac_check_skip(target->type, target->name, fd);
		return;
	}
	file = open_file();
	if (file < 0) {
		ac_check_say(target->type, target->name, AC_CHECK_SKIPPED,
			     "no temporary file: %s", strerror(-file));
		close(fd);
		return;
	}
	for (i = 0; i < 2 * ARRAY_SIZE(shapes); i++)
		runs += operate(fd, target, &shapes[i / 2], ops[i % 2], file);
	judge(target, runs, file);
	close(file);
	close(fd);
}

void ac_pagecache_run(void)
{
	size_t i;

	fill_content();
	for (i = 0; i < ac_target_count; i++)
		try(&ac_target_all[i]);
}
