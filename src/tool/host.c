// SPDX-License-Identifier: GPL-2.0
/*
 * Read what has been used on a machine.
 */
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "machine.h"
#include "out.h"

static void start(struct ac_host *host)
{
	memset(host, 0, sizeof(*host));
	host->format = -1;
	host->since = -1;
	host->level = -1;
	host->lost = -1;
}

static bool add(struct ac_host *host, const struct ac_stats_line *line)
{
	struct ac_stats_line *all;

	all = reallocarray(host->used, host->n + 1, sizeof(*all));
	if (!all)
		return false;
	host->used = all;
	host->used[host->n++] = *line;
	return true;
}

/* ---------------- a file ---------------- */

struct reader {
	struct ac_host *host;
	struct ac_stats_line line;	/* the one that is being read */
	bool failed;
};

static void copy(char *field, size_t size, const char *text)
{
	snprintf(field, size, "%s", text);
}

static long long number(const char *text)
{
	long long value = strtoll(text, NULL, 10);

	return value < 0 ? -1 : value;
}

static void set_line(struct ac_stats_line *line, const char *key,
		     const char *text)
{
	static const struct {
		const char *key;
		enum ac_stats_count count;
	} counts[] = {
		{ "binds", AC_STATS_BINDS },
		{ "refused", AC_STATS_REFUSED },
		{ "unlisted", AC_STATS_UNLISTED },
		{ "unlisted_privileged", AC_STATS_UNLISTED_PRIVILEGED },
	};
	size_t i;

	if (!strcmp(key, "type"))
		copy(line->type, sizeof(line->type), text);
	else if (!strcmp(key, "name"))
		copy(line->name, sizeof(line->name), text);
	else if (!strcmp(key, "comm"))
		copy(line->comm, sizeof(line->comm), text);
	else if (!strcmp(key, "uid"))
		line->uid = number(text);
	else if (!strcmp(key, "last"))
		line->last = strtod(text, NULL);
	for (i = 0; i < ARRAY_SIZE(counts); i++)
		if (!strcmp(key, counts[i].key))
			line->count[counts[i].count] = number(text);
}

static void see_value(void *arg, const char *path, const char *text)
{
	struct reader *reader = arg;
	struct ac_host *host = reader->host;

	if (!text)
		return;
	if (!strncmp(path, "used.", 5))
		set_line(&reader->line, path + 5, text);
	else if (!strcmp(path, "format"))
		host->format = number(text);
	else if (!strcmp(path, "module.since"))
		host->since = strtod(text, NULL);
	else if (!strcmp(path, "policy.restrict"))
		host->level = number(text);
	else if (!strcmp(path, "policy.allow"))
		copy(host->allow, sizeof(host->allow), text);
	else if (!strcmp(path, "used_lost"))
		host->lost = number(text);
	else if (!strcmp(path, "not_shown"))
		copy(host->why, sizeof(host->why), text);
}

static void see_end(void *arg, const char *path)
{
	struct reader *reader = arg;

	if (strcmp(path, "used"))
		return;
	reader->failed = reader->failed || !add(reader->host, &reader->line);
	ac_stats_line_init(&reader->line, AC_STATS_USER);
}

static char *read_all(const char *file)
{
	FILE *f = strcmp(file, "-") ? fopen(file, "re") : stdin;
	char *text = NULL;
	size_t size = 0;
	ssize_t len;

	if (!f) {
		ac_out_error("%s: %m", file);
		return NULL;
	}
	len = getdelim(&text, &size, '\0', f);
	if (len < 0) {
		ac_out_error("%s: %s", file, ferror(f) ? strerror(errno) :
			     "it is empty");
		free(text);
		text = NULL;
	}
	if (f != stdin)
		fclose(f);
	return text;
}

bool ac_host_read_file(struct ac_host *host, const char *file)
{
	struct reader reader = { .host = host };
	struct ac_json_visitor visitor = { see_value, see_end, &reader };
	char *text = read_all(file);
	bool good;

	start(host);
	ac_stats_line_init(&reader.line, AC_STATS_USER);
	if (!text)
		return false;
	good = ac_json_parse(text, &visitor) && !reader.failed &&
	       host->format == 1;
	free(text);
	if (!good) {
		ac_out_error("%s: not the output of \"algif-copy status --json\"",
			     file);
		ac_host_free(host);
		return false;
	}
	host->counts = host->lost >= 0;
	if (!host->counts && !*host->why)
		copy(host->why, sizeof(host->why), "algif_copy is not loaded");
	return true;
}

/* ---------------- this machine ---------------- */

bool ac_host_read_here(struct ac_host *host)
{
	struct ac_machine machine;
	bool good = true;
	size_t i;

	start(host);
	if (!ac_machine_read(&machine))
		return false;
	host->since = machine.since;
	host->level = machine.restrict_level;
	copy(host->allow, sizeof(host->allow), machine.allow);
	host->counts = !machine.stats_err;
	if (machine.stats_err)
		copy(host->why, sizeof(host->why),
		     machine.loaded ? ac_stats_why(machine.stats_err) :
		     "algif_copy is not loaded (modprobe algif_copy)");
	else
		host->lost = machine.stats.users_lost;
	for (i = 0; i < machine.stats.n && good; i++)
		if (machine.stats.lines[i].kind == AC_STATS_USER)
			good = add(host, &machine.stats.lines[i]);
	ac_machine_free(&machine);
	if (!good) {
		ac_host_free(host);
		return false;
	}
	for (i = 0; i < host->n; i++)
		if (host->used[i].last >= 0)
			host->used[i].last = ac_stats_time(host->used[i].last);
	return true;
}

void ac_host_free(struct ac_host *host)
{
	free(host->used);
	host->used = NULL;
	host->n = 0;
}
