// SPDX-License-Identifier: GPL-2.0
/*
 * The package of a kernel. dpkg's list of packages is a text file. The name of an RPM
 * follows from the release on Fedora and RHEL, where that has the whole version.
 *
 * There is no distro= in the URL: scanners disagree about its value, and a qualifier
 * that they do not have would match nothing.
 */
#include "purl.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "tool.h"

struct package {
	char name[192];
	char version[128];
	char arch[32];
};

static void append(char *purl, size_t size, const char *text)
{
	size_t len = strlen(purl);

	for (; *text && len + 4 < size; text++) {
		if (isalnum((unsigned char)*text) || strchr("-._~", *text))
			len += (size_t)sprintf(purl + len, "%c", *text);
		else
			len += (size_t)sprintf(purl + len, "%%%02X",
					       (unsigned char)*text);
	}
}

static void append_plain(char *purl, size_t size, const char *text)
{
	strncat(purl, text, size - strlen(purl) - 1);
}

/* ---------------- os-release ---------------- */

/* Read ID=. Return false if there is none. */
static bool read_id(char *id, size_t size)
{
	FILE *f = ac_file_open("/etc/os-release");
	char line[256];

	*id = '\0';
	if (!f)
		f = ac_file_open("/usr/lib/os-release");
	while (f && !*id && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "ID=", 3))
			continue;
		line[3 + strcspn(line + 3, "\n")] = '\0';
		snprintf(id, size, "%s", line + 3 + (line[3] == '"'));
		id[strcspn(id, "\"")] = '\0';
	}
	if (f)
		fclose(f);
	return *id != '\0';
}

/* ---------------- dpkg ---------------- */

static bool field(const char *line, const char *key, char *value, size_t size)
{
	size_t len = strlen(key);

	if (strncmp(line, key, len))
		return false;
	snprintf(value, size, "%s", line + len);
	value[strcspn(value, "\n")] = '\0';
	return true;
}

static bool is_image(const char *name, const char *release)
{
	static const char *const heads[] = {
		"linux-image-", "linux-image-unsigned-",
	};
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(heads); i++) {
		len = strlen(heads[i]);
		if (!strncmp(name, heads[i], len) && !strcmp(name + len, release))
			return true;
	}
	return false;
}

/* Each package is a paragraph; "Status:" tells whether it is installed. */
static bool find_deb(struct package *package, const char *release)
{
	FILE *f = ac_file_open("/var/lib/dpkg/status");
	bool installed = false, found = false;
	char *line = NULL, status[64];
	size_t size = 0;

	memset(package, 0, sizeof(*package));
	while (f && getline(&line, &size, f) >= 0) {
		if (field(line, "Package: ", package->name, sizeof(package->name)))
			installed = false;
		else if (field(line, "Status: ", status, sizeof(status)))
			installed = !!strstr(status, " installed");
		else if (!field(line, "Architecture: ", package->arch,
				sizeof(package->arch)))
			field(line, "Version: ", package->version,
			      sizeof(package->version));
		if (*line != '\n')
			continue;
		found = installed && is_image(package->name, release);
		if (found)
			break;
	}
	free(line);
	if (f)
		fclose(f);
	return found;
}

/* ---------------- rpm ---------------- */

/* "5.14.0-570.32.1.el9_6.x86_64+rt" is kernel-rt-core, version up to the machine. */
static bool find_rpm(struct package *package, const char *release)
{
	static const char *const machines[] = {
		".x86_64", ".aarch64", ".ppc64le", ".s390x",
	};
	const char *at = NULL, *variant;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(machines) && !at; i++) {
		at = strstr(release, machines[i]);
		if (at)
			snprintf(package->arch, sizeof(package->arch), "%s",
				 machines[i] + 1);
	}
	if (!at || !strchr(release, '-') ||
	    (size_t)(at - release) >= sizeof(package->version))
		return false;
	memcpy(package->version, release, (size_t)(at - release));
	package->version[at - release] = '\0';
	variant = strchr(at, '+');
	if (strstr(release, "uek"))
		variant = "+uek";
	else if (strstr(release, ".rt"))
		variant = "+rt";
	snprintf(package->name, sizeof(package->name), "kernel%s%s-core",
		 variant ? "-" : "", variant ? variant + 1 : "");
	return true;
}

static bool is_rpm(const char *id)
{
	static const char *const ids[] = {
		"fedora", "rhel", "centos", "rocky", "almalinux", "ol",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ids); i++)
		if (!strcmp(id, ids[i]))
			return true;
	return false;
}

void ac_purl_of_kernel(char *purl, size_t size, const char *release)
{
	struct package package;
	const char *kind = NULL;
	char id[64];

	if (read_id(id, sizeof(id)) && find_deb(&package, release))
		kind = "deb";
	else if (is_rpm(id) && find_rpm(&package, release))
		kind = "rpm";
	if (!kind) {
		snprintf(purl, size, "pkg:generic/linux@");
		append(purl, size, release);
		return;
	}
	snprintf(purl, size, "pkg:%s/", kind);
	append(purl, size, strcmp(id, "rhel") ? id : "redhat");
	append_plain(purl, size, "/");
	append(purl, size, package.name);
	append_plain(purl, size, "@");
	append(purl, size, package.version);
	append_plain(purl, size, "?arch=");
	append(purl, size, package.arch);
}
