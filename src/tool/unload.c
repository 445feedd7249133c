// SPDX-License-Identifier: GPL-2.0
/*
 * A bind() loads modules, and the kernel never unloads them. What "check" has made it
 * load goes again, or a check each hour would leave all of stock AF_ALG loaded, which
 * is what some scanners complain about. It is what "modprobe -r" does: a module in use
 * stays.
 */
#include "unload.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "file.h"

struct modules {
	char (*all)[64];
	size_t n;
};

static struct modules before;

/* The newest come first, so those that need others do. */
static void read_modules(struct modules *modules)
{
	FILE *f = ac_file_open("/proc/modules");
	char line[64], (*all)[64];

	memset(modules, 0, sizeof(*modules));
	while (f && fscanf(f, "%63s%*[^\n]", line) == 1) {
		all = reallocarray(modules->all, modules->n + 1, sizeof(*all));
		if (!all)
			break;
		modules->all = all;
		memcpy(all[modules->n++], line, sizeof(line));
	}
	if (f)
		fclose(f);
}

static bool has(const struct modules *modules, const char *name)
{
	size_t i;

	for (i = 0; i < modules->n; i++)
		if (!strcmp(modules->all[i], name))
			return true;
	return false;
}

/* Whether a line of modules.dep, "kernel/crypto/algif_hash.ko.xz: ...", is of @name. */
static bool is_of(const char *line, const char *name)
{
	size_t len = strcspn(line, ":"), i;
	const char *file = memrchr(line, '/', len);

	file = file ? file + 1 : line;
	for (i = 0; name[i]; i++)
		if (file[i] != name[i] && !(file[i] == '-' && name[i] == '_'))
			return false;
	return !strncmp(file + i, ".ko", 3);
}

/* Somebody else may have plugged in a device meanwhile. */
static bool is_crypto(const char *name)
{
	char path[PATH_MAX], line[4096];
	bool found = false;
	struct utsname uts;
	FILE *f;

	if (!strcmp(name, "algif_copy"))
		return true;
	if (uname(&uts))
		return false;
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", uts.release);
	f = ac_file_open(path);
	while (f && !found && fgets(line, sizeof(line), f)) {
		if (!is_of(line, name))
			continue;
		line[strcspn(line, ":")] = '\0';
		found = strstr(line, "/crypto/");
		break;
	}
	if (f)
		fclose(f);
	return found;
}

/* Without O_TRUNC it never takes a module away from whoever uses it. */
static bool unload(const char *name)
{
	return !syscall(SYS_delete_module, name, O_NONBLOCK);
}

void ac_unload_begin(void)
{
	if (!geteuid())
		read_modules(&before);
}

void ac_unload_end(char *names, size_t size)
{
	struct modules after;
	size_t i, len;

	*names = '\0';
	if (!before.n)
		return;
	read_modules(&after);
	for (i = 0; i < after.n; i++) {
		len = strlen(names);
		if (len + sizeof(*after.all) + 2 > size ||
		    has(&before, after.all[i]) || !is_crypto(after.all[i]) ||
		    !unload(after.all[i]))
			continue;
		sprintf(names + len, "%s%s", len ? ", " : "", after.all[i]);
	}
	free(after.all);
	free(before.all);
	memset(&before, 0, sizeof(before));
}
