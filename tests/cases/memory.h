/* SPDX-License-Identifier: GPL-2.0 */
/*
 * memory.h - how much memory there is, and a cgroup of one's own, for the programs
 * that ask what is taken and charged, and what a limit does. Version 2, mounted where
 * it always is.
 */
#ifndef AC_CASES_MEMORY_H
#define AC_CASES_MEMORY_H

#include "tap.h"

#include <fcntl.h>
#include <sys/stat.h>

#define CGROUP	"/sys/fs/cgroup/"
#define GROUP	CGROUP "ac/"

/* True if all of it has been taken. */
TAP_UNUSED static int put(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY | O_TRUNC), good;

	good = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	close(fd);
	return good;
}

/* What /proc/meminfo says under @name, in KiB. */
TAP_UNUSED static long meminfo(const char *name)
{
	char line[128];
	FILE *f = fopen("/proc/meminfo", "r");
	long n = -1;

	while (f && n < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)))
			n = atol(line + strlen(name) + 1);
	if (f)
		fclose(f);
	return n;
}

/* False on a kernel without memory cgroups. */
TAP_UNUSED static int group_make(const char *max)
{
	mkdir(GROUP, 0700);
	return put(CGROUP "cgroup.subtree_control", "+memory") &&
	       put(GROUP "memory.max", max);
}

TAP_UNUSED static int group_move(const char *procs)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", getpid());
	return put(procs, pid);
}

TAP_UNUSED static int group_enter(void)
{
	return group_move(GROUP "cgroup.procs");
}

TAP_UNUSED static long long group_charged(void)
{
	char buf[32] = "";
	int fd = open(GROUP "memory.current", O_RDONLY);

	if (fd < 0 || read(fd, buf, sizeof(buf) - 1) < 1)
		buf[0] = 0;
	close(fd);
	return atoll(buf);
}

#endif
