// SPDX-License-Identifier: GPL-2.0
/*
 * algif-copy metrics: the counters in Prometheus' text exposition format. The
 * metrics' names are part of the interface: see algif-copy(8).
 */
#include <stdio.h>
#include <string.h>

#include "machine.h"
#include "out.h"
#include "state.h"

/* Each kind of line has some of these. */
static const struct metric {
	enum ac_stats_count count;
	const char *name;
	const char *type;
	const char *help;
} metrics[] = {
	{ AC_STATS_BINDS, "binds_total", "counter",
	  "Successful calls of bind()." },
	{ AC_STATS_REFUSED, "refused_total", "counter",
	  "Calls of bind() and new operations that the policy refused." },
	{ AC_STATS_ACCEPTS, "accepts_total", "counter",
	  "Operations opened by accept()." },
	{ AC_STATS_SENDS, "sends_total", "counter",
	  "Sends, including splices." },
	{ AC_STATS_RECEIVES, "receives_total", "counter",
	  "Receives." },
	{ AC_STATS_BYTES_IN, "copied_in_bytes_total", "counter",
	  "Bytes copied from programs." },
	{ AC_STATS_BYTES_OUT, "copied_out_bytes_total", "counter",
	  "Bytes copied to programs." },
	{ AC_STATS_ERRORS, "errors_total", "counter",
	  "Operations that failed." },
	{ AC_STATS_FORGED, "forged_total", "counter",
	  "Messages that failed authentication." },
	{ AC_STATS_MEMORY, "memory_bytes", "gauge",
	  "Memory that sockets hold." },
	{ AC_STATS_MEMORY_MAX, "memory_max_bytes", "gauge",
	  "The most memory that sockets have held." },
	{ AC_STATS_BOUND, "sockets_bound", "gauge",
	  "Sockets bound through algif_copy." },
	{ AC_STATS_OPEN, "sockets_open", "gauge",
	  "Open operation sockets." },
};

/* The middle part of a metric's name. */
static const char *const kinds[] = {
	[AC_STATS_TYPE] = "",
	[AC_STATS_ALGORITHM] = "algorithm_",
	[AC_STATS_USER] = "process_",
};

static void head(const char *kind, const char *name, const char *type,
		 const char *help)
{
	printf("# HELP algif_copy_%s%s %s\n", kind, name, help);
	printf("# TYPE algif_copy_%s%s %s\n", kind, name, type);
}

static void label(char before, const char *key, const char *value)
{
	printf("%c%s=\"", before, key);
	ac_out_label(value);
	putchar('"');
}

static void labels_of(const struct ac_stats_line *line)
{
	char uid[24];

	label('{', "type", line->type);
	if (line->kind != AC_STATS_TYPE)
		label(',', "algorithm", line->name);
	if (line->kind == AC_STATS_ALGORITHM)
		label(',', "driver", line->driver);
	if (line->kind == AC_STATS_USER) {
		snprintf(uid, sizeof(uid), "%lld", line->uid);
		label(',', "comm", line->comm);
		label(',', "uid", uid);
	}
	putchar('}');
}

static bool has(const struct ac_stats_line *line, enum ac_stats_kind kind,
		enum ac_stats_count count)
{
	return line->kind == kind && line->count[count] >= 0;
}

static void put_metric(const struct ac_stats *stats, enum ac_stats_kind kind,
		       const struct metric *metric)
{
	bool begun = false;
	size_t i;

	for (i = 0; i < stats->n; i++) {
		if (!has(&stats->lines[i], kind, metric->count))
			continue;
		if (!begun)
			head(kinds[kind], metric->name, metric->type, metric->help);
		begun = true;
		printf("algif_copy_%s%s", kinds[kind], metric->name);
		labels_of(&stats->lines[i]);
		printf(" %lld\n", stats->lines[i].count[metric->count]);
	}
}

static long long known(long long count)
{
	return count > 0 ? count : 0;
}

/* Binds that level 1 refuses, or would, of a privileged program or not. */
static long long unlisted_of(const struct ac_stats_line *line, bool privileged)
{
	long long of_privileged = known(line->count[AC_STATS_UNLISTED_PRIVILEGED]);

	return privileged ? of_privileged :
		known(line->count[AC_STATS_UNLISTED] - of_privileged);
}

static void put_unlisted_sample(const char *kind, const struct ac_stats_line *line,
				bool privileged, long long value)
{
	printf("algif_copy_%sunlisted_total", kind);
	label('{', "type", line->type);
	if (line->kind == AC_STATS_USER)
		label(',', "algorithm", line->name);
	label(',', "privileged", privileged ? "true" : "false");
	printf("} %lld\n", value);
}

static bool is_same_name(const struct ac_stats_line *a,
			 const struct ac_stats_line *b)
{
	return a->kind == b->kind && !strcmp(a->type, b->type) &&
	       !strcmp(a->name, b->name);
}

/* Add up all programs that have asked for a name. */
static void put_unlisted_name(const struct ac_stats *stats,
			      const struct ac_stats_line *line, bool privileged)
{
	const struct ac_stats_line *other;
	long long sum = 0;

	for (other = stats->lines; other < stats->lines + stats->n; other++) {
		if (!is_same_name(line, other))
			continue;
		if (other < line)
			return;
		sum += unlisted_of(other, privileged);
	}
	if (sum)
		put_unlisted_sample("algorithm_", line, privileged, sum);
}

/* A module that does not count them has none. */
static void put_unlisted(const struct ac_stats *stats)
{
	const struct ac_stats_line *line, *end = stats->lines + stats->n;

	for (line = stats->lines; line < end; line++)
		if (line->count[AC_STATS_UNLISTED] >= 0)
			break;
	if (line == end)
		return;
	head("", "unlisted_total", "counter",
	     "Calls of bind() that crypto.af_alg_restrict=1 refuses, or would.");
	for (line = stats->lines; line < end; line++) {
		if (!has(line, AC_STATS_TYPE, AC_STATS_UNLISTED))
			continue;
		put_unlisted_sample("", line, false, unlisted_of(line, false));
		put_unlisted_sample("", line, true, unlisted_of(line, true));
	}
	head("algorithm_", "unlisted_total", "counter",
	     "The same by the name that was asked for, as far as remembered.");
	for (line = stats->lines; line < end; line++) {
		if (line->kind != AC_STATS_USER)
			continue;
		put_unlisted_name(stats, line, false);
		put_unlisted_name(stats, line, true);
	}
}

static void put_last(const struct ac_stats *stats)
{
	bool begun = false;
	size_t i;

	for (i = 0; i < stats->n; i++) {
		if (stats->lines[i].last < 0)
			continue;
		if (!begun)
			head(kinds[AC_STATS_USER], "last_bind_timestamp_seconds", "gauge",
			     "Unix time of the last bind().");
		begun = true;
		fputs("algif_copy_process_last_bind_timestamp_seconds", stdout);
		labels_of(&stats->lines[i]);
		printf(" %.0f\n", ac_stats_time(stats->lines[i].last));
	}
}

/* Names of processes are many, and not every collector may have them. */
static void put_stats(const struct ac_stats *stats, bool processes)
{
	unsigned int kind, i;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		if (kind == AC_STATS_USER && !processes)
			continue;
		for (i = 0; i < ARRAY_SIZE(metrics); i++)
			put_metric(stats, (enum ac_stats_kind)kind, &metrics[i]);
	}
	put_unlisted(stats);
	if (processes)
		put_last(stats);
}

static void put_gauge(const char *name, const char *help, long long value)
{
	if (value < 0)
		return;
	head("", name, "gauge", help);
	printf("algif_copy_%s %lld\n", name, value);
}

static void put_info(const struct ac_machine *machine)
{
	if (!machine->loaded)
		return;
	head("", "info", "gauge", "The labels describe the loaded module.");
	fputs("algif_copy_info", stdout);
	label('{', "version", machine->version);
	label(',', "signature", machine->signature);
	label(',', "kernel", machine->release);
	puts("} 1");
}

/* One of the states has 1, so that a query need not know which are missing. */
static void put_served(const struct ac_machine *machine)
{
	enum ac_server server;
	unsigned int i;

	head("", "type_served", "gauge",
	     "Who serves a type: 1 for one of algif_copy, module, builtin, nobody and unknown.");
	for (i = 0; i < AC_TYPES; i++) {
		for (server = AC_SERVER_UNKNOWN; server <= AC_SERVER_COPY; server++) {
			fputs("algif_copy_type_served", stdout);
			label('{', "type", machine->types[i].name);
			label(',', "by", ac_machine_server(server));
			printf("} %d\n", machine->types[i].server == server);
		}
	}
}

static void put_stock_sockets(const struct ac_machine *machine)
{
	const struct ac_machine_type *type;
	unsigned int i;

	if (!machine->loaded)
		return;
	head("", "stock_sockets", "gauge",
	     "Sockets that keep the stock code until they are closed.");
	for (i = 0; i < AC_TYPES; i++) {
		type = &machine->types[i];
		if (type->stock_sockets < 0)
			continue;
		fputs("algif_copy_stock_sockets", stdout);
		label('{', "type", type->name);
		printf("} %lld\n", type->stock_sockets);
	}
}

static void put_state(const struct ac_machine *machine)
{
	struct ac_state state;
	unsigned int i;

	ac_state_find(&state, machine);
	head("", "state", "gauge",
	     "The state that algif-copy status begins with: 1 for one of them.");
	for (i = 0; ac_state_names[i]; i++) {
		fputs("algif_copy_state", stdout);
		label('{', "state", ac_state_names[i]);
		printf("} %d\n", !strcmp(ac_state_names[i], state.name));
	}
}

/* ---------------- the next boot ---------------- */

static void put_kernels(const char *name, const char *help,
			const struct ac_boot *boot,
			bool (*value)(const struct ac_boot_kernel *kernel))
{
	size_t i;

	if (!boot->n)
		return;
	head("", name, "gauge", help);
	for (i = 0; i < boot->n; i++) {
		printf("algif_copy_%s", name);
		label('{', "release", boot->all[i].release);
		printf("} %d\n", value(&boot->all[i]));
	}
}

static bool is_available(const struct ac_boot_kernel *kernel)
{
	return kernel->available;
}

static bool is_at_boot(const struct ac_boot_kernel *kernel)
{
	return kernel->at_boot;
}

static bool is_by_alias(const struct ac_boot_kernel *kernel)
{
	return kernel->by_alias;
}

static bool is_ready(const struct ac_boot_kernel *kernel)
{
	return kernel->ready;
}

static void put_boot(const struct ac_boot *boot)
{
	put_kernels("module_available",
		    "Whether a module is installed for a kernel.", boot,
		    is_available);
	put_kernels("module_at_boot", "Whether it is loaded at boot.", boot,
		    is_at_boot);
	put_kernels("module_by_alias",
		    "Whether it is loaded instead of the stock modules.", boot,
		    is_by_alias);
	put_kernels("module_ready",
		    "Whether it will serve after a boot of this kernel.", boot,
		    is_ready);
}

enum ac_exit ac_metrics_run(const struct ac_options *options)
{
	enum ac_exit status = AC_EXIT_GOOD;
	struct ac_machine machine;

	if (!ac_machine_read(&machine))
		return AC_EXIT_ERROR;
	put_gauge("loaded", "Whether algif_copy is loaded.", machine.loaded);
	put_info(&machine);
	put_gauge("load_timestamp_seconds", "Unix time when algif_copy was loaded.",
		  (long long)machine.since);
	put_gauge("restrict_level", "crypto.af_alg_restrict.",
		  machine.restrict_level);
	put_gauge("allow_drivers", "Whether drivers of accelerators are allowed.",
		  machine.allow_drivers);
	put_served(&machine);
	put_stock_sockets(&machine);
	put_state(&machine);
	put_boot(&machine.boot);
	if (!machine.stats_err) {
		put_stats(&machine.stats, !options->no_processes);
	} else if (machine.loaded) {
		ac_out_error("no counters: %s", ac_stats_why(machine.stats_err));
		status = AC_EXIT_ERROR;
	}
	ac_machine_free(&machine);
	return status;
}
