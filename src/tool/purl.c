// SPDX-License-Identifier: GPL-2.0
/*
 * The package of a kernel. The name and version of an RPM follow from the release on
 * Fedora and RHEL, where that has the whole version.
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

/* A name that needs no quotes in a shell. */
static bool is_plain(const char *text)
{
	return *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._~/")];
}

static bool ask_dpkg(struct package *package, const char *name)
{
	char root[PATH_MAX], command[PATH_MAX + 512], status[32] = "";
	FILE *f;

	if (!is_plain(name) || !ac_file_path(root, "/") || !is_plain(root))
		return false;
	snprintf(command, sizeof(command),
		 "dpkg-query %s%s -W -f '${db:Status-Status} ${Version} ${Architecture}\n' %s 2>/dev/null",
		 ac_file_has_root() ? "--root=" : "",
		 ac_file_has_root() ? root : "", name);
	f = popen(command, "re");
	if (!f)
		return false;
	if (fscanf(f, "%31s %127s %31s", status, package->version,
		   package->arch) != 3)
		*status = '\0';
	pclose(f);
	snprintf(package->name, sizeof(package->name), "%s", name);
	return !strcmp(status, "installed");
}

static bool find_deb(struct package *package, const char *release)
{
	char name[192];

	snprintf(name, sizeof(name), "linux-image-%s", release);
	if (ask_dpkg(package, name))
		return true;
	snprintf(name, sizeof(name), "linux-image-unsigned-%s", release);
	return ask_dpkg(package, name);
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
