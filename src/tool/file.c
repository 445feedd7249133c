// SPDX-License-Identifier: GPL-2.0
/*
 * Read small files below /proc, /sys and /lib/modules.
 */
#include "file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *root = "";

void ac_file_set_root(const char *dir)
{
	root = dir;
}

bool ac_file_has_root(void)
{
	return *root;
}

bool ac_file_path(char path[PATH_MAX], const char *fmt, ...)
{
	size_t used = strlen(root);
	va_list ap;
	int len;

	if (used >= PATH_MAX)
		return false;
	memcpy(path, root, used + 1);
	va_start(ap, fmt);
	len = vsnprintf(path + used, PATH_MAX - used, fmt, ap);
	va_end(ap);
	return len >= 0 && (size_t)len < PATH_MAX - used;
}

FILE *ac_file_open(const char *name)
{
	char path[PATH_MAX];

	if (!ac_file_path(path, "%s", name)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return fopen(path, "re");
}

bool ac_file_exists(const char *name)
{
	char path[PATH_MAX];

	return ac_file_path(path, "%s", name) && !access(path, F_OK);
}

bool ac_file_line(const char *name, char *line, size_t size)
{
	FILE *f = ac_file_open(name);
	bool good;

	*line = '\0';
	if (!f)
		return false;
	good = fgets(line, (int)size, f);
	fclose(f);
	if (!good)
		*line = '\0';
	line[strcspn(line, "\n")] = '\0';
	return good;
}

long long ac_file_number(const char *name)
{
	char line[32], *end;
	long long number;

	if (!ac_file_line(name, line, sizeof(line)))
		return -1;
	number = strtoll(line, &end, 10);
	return end == line || *end || number < 0 ? -1 : number;
}
