// SPDX-License-Identifier: GPL-2.0
/*
 * Read modprobe.d and modules-load.d as kmod and systemd do. A file hides those of
 * the same name in later directories. An alias takes precedence over the module of
 * that name, and "blacklist" has no effect on a module that is requested by its
 * name. An "install" command is taken to load the module if it calls modprobe.
 */
#include "modprobe.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "tool.h"

static const char *const dirs[] = {
	"/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib",
};

/* ---------------- reading ---------------- */

/* modprobe treats "-" in names like "_". */
static void normalise(char *name)
{
	for (; *name; name++)
		if (*name == '-')
			*name = '_';
}

static void add(struct ac_modprobe *config, const char *kind, const char *name,
		const char *value)
{
	struct ac_modprobe_rule *rules, *rule;

	rules = reallocarray(config->rules, config->n + 1, sizeof(*rules));
	if (!rules) {
		config->failed = true;
		return;
	}
	config->rules = rules;
	rule = &rules[config->n++];
	snprintf(rule->kind, sizeof(rule->kind), "%s", kind);
	snprintf(rule->name, sizeof(rule->name), "%s", name);
	snprintf(rule->value, sizeof(rule->value), "%s", value);
	normalise(rule->name);
}

/* Only these kinds matter. The value is the rest of the line. */
static void add_rule(struct ac_modprobe *config, char *line)
{
	char *kind, *name, *value = line;

	kind = strsep(&value, " \t");
	value += value ? strspn(value, " \t") : 0;
	name = strsep(&value, " \t");
	if (!name || !*name)
		return;
	value = value ? value + strspn(value, " \t") : name + strlen(name);
	if (!strcmp(kind, "alias") || !strcmp(kind, "install") ||
	    !strcmp(kind, "blacklist"))
		add(config, kind, name, value);
}

static void add_line(struct ac_modprobe *config, const char *kind, char *line)
{
	size_t len;

	line += strspn(line, " \t");
	len = strlen(line);
	while (len && strchr(" \t\r\n", line[len - 1]))
		line[--len] = '\0';
	if (!*line || *line == '#' || *line == ';')
		return;
	if (*kind)
		add(config, kind, line, "");
	else
		add_rule(config, line);
}

/* A backslash at the end of a line continues it. */
static void read_file(struct ac_modprobe *config, const char *kind,
		      const char *path)
{
	FILE *f = ac_file_open(path);
	char line[4096] = "";
	size_t len = 0;

	if (!f)
		return;
	while (len < sizeof(line) - 1 &&
	       fgets(line + len, (int)(sizeof(line) - len), f)) {
		len += strlen(line + len);
		if (len > 1 && line[len - 1] == '\n' && line[len - 2] == '\\') {
			len -= 2;
			continue;
		}
		add_line(config, kind, line);
		len = 0;
	}
	fclose(f);
}

static bool is_hidden(size_t dir, const char *subdir, const char *name)
{
	char path[PATH_MAX];

	while (dir-- > 0) {
		snprintf(path, sizeof(path), "%s/%s/%s", dirs[dir], subdir, name);
		if (ac_file_exists(path))
			return true;
	}
	return false;
}

static void read_dir(struct ac_modprobe *config, const char *kind, size_t i,
		     const char *subdir)
{
	char path[PATH_MAX];
	struct dirent *entry;
	const char *end;
	DIR *dir = NULL;

	if (ac_file_path(path, "%s/%s", dirs[i], subdir))
		dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		end = strrchr(entry->d_name, '.');
		if (!end || strcmp(end, ".conf") ||
		    is_hidden(i, subdir, entry->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/%s/%s", dirs[i], subdir,
			 entry->d_name);
		read_file(config, kind, path);
	}
	if (dir)
		closedir(dir);
}

void ac_modprobe_read(struct ac_modprobe *config)
{
	size_t i;

	memset(config, 0, sizeof(*config));
	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		read_dir(config, "", i, "modprobe.d");
		read_dir(config, "load", i, "modules-load.d");
	}
}

void ac_modprobe_free(struct ac_modprobe *config)
{
	free(config->rules);
	config->rules = NULL;
	config->n = 0;
}

/* ---------------- answers ---------------- */

static const struct ac_modprobe_rule *find(const struct ac_modprobe *config,
					   const char *kind, const char *name)
{
	size_t i;

	for (i = 0; i < config->n; i++)
		if (!strcmp(config->rules[i].kind, kind) &&
		    !fnmatch(config->rules[i].name, name, 0))
			return &config->rules[i];
	return NULL;
}

/* A line of modules.dep is "kernel/crypto/algif_hash.ko.xz: ...". */
static bool is_module(const char *line, const char *name)
{
	size_t len = strcspn(line, ":"), own = strlen(name);
	const char *slash = memrchr(line, '/', len);
	const char *base = slash ? slash + 1 : line;

	return !strncmp(base, name, own) && !strncmp(base + own, ".ko", 3);
}

int ac_modprobe_has(const char *release, const char *name)
{
	char path[PATH_MAX], line[4096];
	int found = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", release);
	f = ac_file_open(path);
	if (!f)
		return -1;
	while (!found && fgets(line, sizeof(line), f))
		found = is_module(line, name);
	fclose(f);
	return found;
}

static enum ac_load load_module(const struct ac_modprobe *config,
				const char *release, const char *name)
{
	const struct ac_modprobe_rule *rule = find(config, "install", name);
	int found = ac_modprobe_has(release, name);

	if (!strcmp(name, "off") || (rule && !strstr(rule->value, "modprobe")))
		return AC_LOAD_FORBIDDEN;
	if (found < 0)
		return AC_LOAD_UNKNOWN;
	if (!found)
		return AC_LOAD_NOTHING;
	return strcmp(name, "algif_copy") ? AC_LOAD_STOCK : AC_LOAD_COPY;
}

enum ac_load ac_modprobe_load(const struct ac_modprobe *config,
			      const char *release, const char *name)
{
	const struct ac_modprobe_rule *alias = find(config, "alias", name);
	char target[256];

	snprintf(target, sizeof(target), "%s", alias ? alias->value : name);
	normalise(target);
	return load_module(config, release, target);
}

/* The module has the alias itself, so "blacklist" counts. */
enum ac_load ac_modprobe_family(const struct ac_modprobe *config,
				const char *release)
{
	const struct ac_modprobe_rule *alias = find(config, "alias", "net_pf_38");

	if (alias)
		return load_module(config, release, alias->value);
	if (find(config, "blacklist", "af_alg"))
		return AC_LOAD_FORBIDDEN;
	return load_module(config, release, "af_alg");
}

bool ac_modprobe_at_boot(const struct ac_modprobe *config)
{
	return find(config, "load", "algif_copy") &&
	       !find(config, "blacklist", "algif_copy");
}

/* The path may be empty, or that of a program that does nothing. */
bool ac_modprobe_is_called(void)
{
	char path[PATH_MAX];
	const char *base;

	if (ac_file_number("/proc/sys/kernel/modules_disabled") > 0)
		return false;
	if (!ac_file_line("/proc/sys/kernel/modprobe", path, sizeof(path)))
		return false;
	base = strrchr(path, '/');
	if (!base || !strcmp(base, "/false") || !strcmp(base, "/true"))
		return false;
	return ac_file_has_root() || !access(path, X_OK);
}
