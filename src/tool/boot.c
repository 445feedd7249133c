// SPDX-License-Identifier: GPL-2.0
/*
 * The next boot: look at each kernel in /lib/modules. A directory without
 * modules.builtin is what a removed kernel has left.
 */
#include "boot.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "tool.h"

static const char *const stock[AC_TYPES] = {
	"algif_hash", "algif_skcipher", "algif_aead", "algif_rng",
};

/* Aliases do not help against types that are registered at boot. */
static bool has_built_in(const char *release)
{
	char path[PATH_MAX], line[512];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.builtin", release);
	f = ac_file_open(path);
	while (f && !found && fgets(line, sizeof(line), f))
		found = !!strstr(line, "/algif_");
	if (f)
		fclose(f);
	return found;
}

static bool has_any(const char *release)
{
	unsigned int i;

	for (i = 0; i < AC_TYPES; i++)
		if (ac_modprobe_has(release, stock[i]) > 0)
			return true;
	return false;
}

static bool is_aliased(const struct ac_modprobe *config, const char *release)
{
	unsigned int i;

	for (i = 0; i < AC_TYPES; i++)
		if (ac_modprobe_load(config, release, stock[i]) != AC_LOAD_COPY)
			return false;
	return true;
}

/* A kernel without AF_ALG needs no module. */
static void look(struct ac_boot_kernel *kernel, const struct ac_modprobe *config)
{
	const char *release = kernel->release;
	bool built_in = has_built_in(release);

	kernel->available = ac_modprobe_load(config, release, "algif_copy") ==
			    AC_LOAD_COPY;
	kernel->at_boot = kernel->available && ac_modprobe_at_boot(config);
	kernel->by_alias = is_aliased(config, release);
	if (built_in)
		kernel->ready = kernel->at_boot;
	else
		kernel->ready = kernel->at_boot || kernel->by_alias ||
				!has_any(release);
}

static int by_release(const void *a, const void *b)
{
	const struct ac_boot_kernel *one = a, *other = b;

	return strverscmp(one->release, other->release);
}

static void add(struct ac_boot *boot, const struct ac_modprobe *config,
		const char *release)
{
	struct ac_boot_kernel *all;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.builtin", release);
	if (*release == '.' || !ac_file_exists(path))
		return;
	all = reallocarray(boot->all, boot->n + 1, sizeof(*all));
	if (!all)
		return;
	boot->all = all;
	snprintf(all[boot->n].release, sizeof(all[boot->n].release), "%s", release);
	look(&all[boot->n++], config);
}

void ac_boot_read(struct ac_boot *boot, const struct ac_modprobe *config)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir = NULL;

	memset(boot, 0, sizeof(*boot));
	if (ac_file_path(path, "/lib/modules"))
		dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		add(boot, config, entry->d_name);
	if (dir)
		closedir(dir);
	if (boot->n)
		qsort(boot->all, boot->n, sizeof(*boot->all), by_release);
}

void ac_boot_free(struct ac_boot *boot)
{
	free(boot->all);
	boot->all = NULL;
	boot->n = 0;
}

const struct ac_boot_kernel *ac_boot_worst(const struct ac_boot *boot)
{
	size_t i;

	for (i = 0; i < boot->n; i++)
		if (!boot->all[i].ready)
			return &boot->all[i];
	return NULL;
}
