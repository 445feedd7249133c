// SPDX-License-Identifier: GPL-2.0
/*
 * Find processes that hold AF_ALG sockets. The kernel has no list of these
 * sockets. But a socket has the name of its protocol in the extended attribute
 * system.sockprotoname, which can be read through /proc/PID/fd.
 */
#include "procs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "file.h"

static bool is_number(const char *name)
{
	return *name && !name[strspn(name, "0123456789")];
}

/* Return the next entry whose name is a number, or NULL. */
static const char *next_number(DIR *dir)
{
	struct dirent *entry;

	do {
		entry = readdir(dir);
	} while (entry && !is_number(entry->d_name));
	return entry ? entry->d_name : NULL;
}

/* Return the inode number of an AF_ALG socket; 0 for any other file. */
static ino_t alg_socket(const char *path)
{
	char target[64], protocol[32];
	struct stat st;
	ssize_t len;

	len = readlink(path, target, sizeof(target));
	if (len < 8 || memcmp(target, "socket:[", 8))
		return 0;
	len = getxattr(path, "system.sockprotoname", protocol, sizeof(protocol));
	if (len < 3 || memcmp(protocol, "ALG", 3) || (len > 3 && protocol[3]))
		return 0;
	return stat(path, &st) ? 0 : st.st_ino;
}

struct numbers {
	ino_t *all;
	size_t n;
};

/* Count a socket once, even if a process has several descriptors for it. */
static int note(struct numbers *seen, ino_t number)
{
	ino_t *all;
	size_t i;

	for (i = 0; i < seen->n; i++)
		if (seen->all[i] == number)
			return 0;
	all = reallocarray(seen->all, seen->n + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	seen->all = all;
	seen->all[seen->n++] = number;
	return 0;
}

/* Return a number of sockets, or a negative errno if access fails. */
static int count_sockets(const char *pid)
{
	struct numbers seen = { NULL, 0 };
	char path[PATH_MAX];
	const char *fd;
	ino_t number;
	int ret = 0;
	DIR *dir;

	if (!ac_file_path(path, "/proc/%s/fd", pid))
		return -ENAMETOOLONG;
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (!ret && (fd = next_number(dir))) {
		if (!ac_file_path(path, "/proc/%s/fd/%s", pid, fd))
			continue;
		number = alg_socket(path);
		if (number)
			ret = note(&seen, number);
	}
	closedir(dir);
	free(seen.all);
	return ret ?: (int)seen.n;
}

/* The 22nd field of /proc/PID/stat. The name may contain blanks and ")". */
static double start_time(const char *pid)
{
	char path[64], line[1024], *field;
	unsigned int i;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	ac_file_line(path, line, sizeof(line));
	field = strrchr(line, ')');
	for (i = 2; field && i < 22; i++)
		field = strchr(field + 1, ' ');
	if (!field)
		return -1;
	return (double)strtoull(field, NULL, 10) / (double)sysconf(_SC_CLK_TCK);
}

static int add(struct ac_procs *procs, const char *pid, unsigned int sockets)
{
	struct ac_procs_one *all, *one;
	char path[PATH_MAX];
	struct stat st;

	if (!ac_file_path(path, "/proc/%s", pid) || stat(path, &st))
		return 0;
	all = reallocarray(procs->all, procs->n + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	procs->all = all;
	one = &all[procs->n++];
	one->pid = (pid_t)strtol(pid, NULL, 10);
	one->uid = st.st_uid;
	one->sockets = sockets;
	one->started = start_time(pid);
	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	ac_file_line(path, one->comm, sizeof(one->comm));
	return 0;
}

/* A process that has exited since is not hidden. */
static int look(struct ac_procs *procs, const char *pid)
{
	int n = count_sockets(pid);

	if (n == -EACCES || n == -EPERM)
		procs->hidden++;
	else if (n == -ENOMEM)
		return n;
	return n > 0 ? add(procs, pid, (unsigned int)n) : 0;
}

static int by_sockets(const void *a, const void *b)
{
	const struct ac_procs_one *one = a, *other = b;

	if (one->sockets != other->sockets)
		return one->sockets < other->sockets ? 1 : -1;
	return one->pid < other->pid ? -1 : one->pid > other->pid;
}

int ac_procs_read(struct ac_procs *procs)
{
	char path[PATH_MAX];
	const char *pid;
	int err = 0;
	DIR *dir;

	memset(procs, 0, sizeof(*procs));
	if (!ac_file_path(path, "/proc"))
		return -ENAMETOOLONG;
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (!err && (pid = next_number(dir)))
		err = look(procs, pid);
	closedir(dir);
	if (procs->n)
		qsort(procs->all, procs->n, sizeof(*procs->all), by_sockets);
	return err;
}

void ac_procs_free(struct ac_procs *procs)
{
	free(procs->all);
	procs->all = NULL;
	procs->n = 0;
}

bool ac_procs_has_twin(const struct ac_procs *procs,
		       const struct ac_procs_one *one)
{
	const struct ac_procs_one *other;
	size_t i;

	for (i = 0; i < procs->n; i++) {
		other = &procs->all[i];
		if (other != one && other->uid == one->uid &&
		    !strcmp(other->comm, one->comm))
			return true;
	}
	return false;
}
