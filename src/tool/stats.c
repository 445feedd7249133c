// SPDX-License-Identifier: GPL-2.0
/*
 * Parse the file in debugfs. The first word of a line is its kind. The others are
 * key=value, with blanks written as \040. Skip unknown keys and lines.
 */
#include "stats.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "tool.h"

#define STATS_FILE "/sys/kernel/debug/algif_copy/stats"

static const char *const count_keys[AC_STATS_COUNTS] = {
	[AC_STATS_BINDS] = "binds",
	[AC_STATS_REFUSED] = "refused",
	[AC_STATS_ACCEPTS] = "accepts",
	[AC_STATS_SENDS] = "sends",
	[AC_STATS_RECEIVES] = "receives",
	[AC_STATS_BYTES_IN] = "bytes_in",
	[AC_STATS_BYTES_OUT] = "bytes_out",
	[AC_STATS_ERRORS] = "errors",
	[AC_STATS_FORGED] = "forged",
	[AC_STATS_MEMORY] = "memory",
	[AC_STATS_MEMORY_MAX] = "memory_max",
	[AC_STATS_BOUND] = "bound",
	[AC_STATS_OPEN] = "open",
	[AC_STATS_STOCK_SOCKETS] = "stock_sockets",
	[AC_STATS_UNLISTED] = "unlisted",
	[AC_STATS_UNLISTED_PRIVILEGED] = "unlisted_privileged",
};

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* Works in place, since the result is never longer. */
static void unescape(char *text)
{
	char *to = text;

	while (*text) {
		if (text[0] == '\\' && is_octal(text[1]) && is_octal(text[2]) &&
		    is_octal(text[3])) {
			*to++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 |
				       (text[3] - '0'));
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

static void set_text(char *field, size_t size, const char *value)
{
	snprintf(field, size, "%s", value);
}

/* Return -1 for anything but a number, such as "unknown". */
static long long number_of(const char *value)
{
	long long number;
	char *end;

	errno = 0;
	number = strtoll(value, &end, 10);
	return end == value || *end || errno || number < 0 ? -1 : number;
}

static double seconds_of(const char *value)
{
	double seconds;
	char *end;

	seconds = strtod(value, &end);
	return end == value || *end || !(seconds >= 0) ? -1 : seconds;
}

static void set_head(struct ac_stats *stats, const char *key, const char *value)
{
	if (!strcmp(key, "version"))
		set_text(stats->version, sizeof(stats->version), value);
	else if (!strcmp(key, "loaded"))
		stats->loaded = seconds_of(value);
	else if (!strcmp(key, "restrict"))
		stats->restrict_level = number_of(value);
	else if (!strcmp(key, "restrict_by"))
		set_text(stats->restrict_by, sizeof(stats->restrict_by), value);
	else if (!strcmp(key, "allow_drivers"))
		stats->allow_drivers = number_of(value);
	else if (!strcmp(key, "users_lost"))
		stats->users_lost = number_of(value);
	else if (!strcmp(key, "checks"))
		stats->checks = number_of(value);
}

static void set_count(struct ac_stats_line *line, const char *key,
		      const char *value)
{
	unsigned int i;

	for (i = 0; i < AC_STATS_COUNTS; i++)
		if (!strcmp(key, count_keys[i]))
			line->count[i] = number_of(value);
}

/* On a type's line, name= is the type. */
static void set_line(struct ac_stats_line *line, const char *key,
		     const char *value)
{
	bool is_type = line->kind == AC_STATS_TYPE;

	if (!strcmp(key, is_type ? "name" : "type"))
		set_text(line->type, sizeof(line->type), value);
	else if (!strcmp(key, "name"))
		set_text(line->name, sizeof(line->name), value);
	else if (!strcmp(key, "driver"))
		set_text(line->driver, sizeof(line->driver), value);
	else if (!strcmp(key, "displaced"))
		set_text(line->displaced, sizeof(line->displaced), value);
	else if (!strcmp(key, "comm"))
		set_text(line->comm, sizeof(line->comm), value);
	else if (!strcmp(key, "uid"))
		line->uid = number_of(value);
	else if (!strcmp(key, "pid"))
		line->pid = number_of(value);
	else if (!strcmp(key, "last"))
		line->last = seconds_of(value);
	else
		set_count(line, key, value);
}

/* Return the kind of line that @word begins, or -1 if it is unknown. */
static int kind_of(const char *word)
{
	static const char *const words[] = {
		[AC_STATS_TYPE] = "type",
		[AC_STATS_ALGORITHM] = "algorithm",
		[AC_STATS_USER] = "user",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i]))
			return (int)i;
	return -1;
}

void ac_stats_line_init(struct ac_stats_line *line, enum ac_stats_kind kind)
{
	unsigned int i;

	memset(line, 0, sizeof(*line));
	line->kind = kind;
	line->uid = -1;
	line->pid = -1;
	line->last = -1;
	for (i = 0; i < AC_STATS_COUNTS; i++)
		line->count[i] = -1;
}

static struct ac_stats_line *add_line(struct ac_stats *stats, int kind)
{
	struct ac_stats_line *lines, *line;

	lines = reallocarray(stats->lines, stats->n + 1, sizeof(*lines));
	if (!lines)
		return NULL;
	stats->lines = lines;
	line = &lines[stats->n++];
	ac_stats_line_init(line, (enum ac_stats_kind)kind);
	return line;
}

/* Split the next word into key and value. Return false at the end of the line. */
static bool next_word(char **rest, char **key, char **value)
{
	do {
		*key = strsep(rest, "\n ");
	} while (*key && !**key);
	if (!*key)
		return false;
	*value = strchr(*key, '=');
	if (*value)
		*(*value)++ = '\0';
	else
		*value = *key + strlen(*key);
	unescape(*value);
	return true;
}

static bool same_line(const struct ac_stats_line *a,
		      const struct ac_stats_line *b)
{
	return a->kind == b->kind && a->uid == b->uid &&
	       !strcmp(a->type, b->type) && !strcmp(a->name, b->name) &&
	       !strcmp(a->driver, b->driver) && !strcmp(a->comm, b->comm);
}

/* Add up lines with the same labels: a metric must not appear twice. */
static void merge_last(struct ac_stats *stats)
{
	struct ac_stats_line *last = &stats->lines[stats->n - 1], *line;
	unsigned int i;

	for (line = stats->lines; line < last && !same_line(line, last); line++)
		;
	if (line == last)
		return;
	for (i = 0; i < AC_STATS_COUNTS; i++)
		if (last->count[i] > 0)
			line->count[i] = last->count[i] +
				(line->count[i] > 0 ? line->count[i] : 0);
	if (last->last > line->last) {
		line->last = last->last;
		line->pid = last->pid;
	}
	stats->n--;
}

static int read_head(struct ac_stats *stats, char *rest)
{
	char *key, *value;

	while (next_word(&rest, &key, &value)) {
		if (!strcmp(key, "format") && strcmp(value, "1"))
			return -EPROTO;
		set_head(stats, key, value);
	}
	return 0;
}

static int read_line(struct ac_stats *stats, char *rest)
{
	struct ac_stats_line *line;
	char *key, *value;
	int kind;

	if (!next_word(&rest, &key, &value))
		return 0;
	if (!strcmp(key, "algif_copy"))
		return read_head(stats, rest);
	kind = kind_of(key);
	if (kind < 0)
		return 0;
	line = add_line(stats, kind);
	if (!line)
		return -ENOMEM;
	while (next_word(&rest, &key, &value))
		set_line(line, key, value);
	merge_last(stats);
	return 0;
}

int ac_stats_read(struct ac_stats *stats)
{
	char *line = NULL;
	size_t size = 0;
	int err = 0;
	FILE *f;

	*stats = (struct ac_stats) {
		.loaded = -1, .restrict_level = -1, .allow_drivers = -1,
		.users_lost = -1, .checks = -1,
	};
	f = ac_file_open(STATS_FILE);
	if (!f)
		return -errno;
	while (!err && getline(&line, &size, f) >= 0)
		err = read_line(stats, line);
	if (!err && ferror(f))
		err = -EIO;
	free(line);
	fclose(f);
	return err;
}

void ac_stats_free(struct ac_stats *stats)
{
	free(stats->lines);
	stats->lines = NULL;
	stats->n = 0;
}

static bool has_debugfs(void)
{
	FILE *f = ac_file_open("/proc/mounts");
	char line[512];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = strstr(line, " /sys/kernel/debug debugfs ");
	if (f)
		fclose(f);
	return found;
}

const char *ac_stats_why(int err)
{
	if (err == -EPROTO)
		return STATS_FILE " has a newer format than algif-copy knows";
	if ((err == -EACCES || err == -EPERM) && geteuid())
		return STATS_FILE " can be read by root only";
	if (err == -EACCES || err == -EPERM)
		return STATS_FILE " cannot be read even by root, because of lockdown or the like";
	if (err != -ENOENT)
		return strerror(-err);
	if (!ac_file_exists("/sys/module/algif_copy"))
		return "algif_copy is not loaded (modprobe algif_copy)";
	if (!has_debugfs())
		return "no debugfs is mounted (mount -t debugfs none /sys/kernel/debug)";
	return "algif_copy has not created " STATS_FILE;
}

const struct ac_stats_line *ac_stats_find(const struct ac_stats *stats,
					  const struct ac_stats_line *like)
{
	size_t i;

	for (i = 0; i < stats->n; i++)
		if (same_line(&stats->lines[i], like))
			return &stats->lines[i];
	return NULL;
}

const struct ac_stats_line *ac_stats_type(const struct ac_stats *stats,
					  const char *type)
{
	struct ac_stats_line like = { .kind = AC_STATS_TYPE, .uid = -1 };

	set_text(like.type, sizeof(like.type), type);
	return ac_stats_find(stats, &like);
}

static double clock_of(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

double ac_stats_uptime(void)
{
	return clock_of(CLOCK_BOOTTIME);
}

double ac_stats_time(double since_boot)
{
	return clock_of(CLOCK_REALTIME) - clock_of(CLOCK_BOOTTIME) + since_boot;
}
