// SPDX-License-Identifier: GPL-2.0
/*
 * algif-copy status: which code serves each type, for people and for monitoring.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"
#include "out.h"

static const char *const verdicts[] = {
	[AC_EXIT_GOOD] = "copy-only",
	[AC_EXIT_PARTLY] = "partly",
	[AC_EXIT_BAD] = "not",
};

/* ---------------- for people ---------------- */

static void show_since(double since)
{
	time_t seconds = (time_t)since;
	char text[64] = "";
	struct tm tm;

	if (since >= 0 && localtime_r(&seconds, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %Z", &tm))
		printf(", loaded %s", text);
}

static void show_module(const struct ac_machine *machine)
{
	printf("kernel    %s %s\n", machine->release, machine->arch);
	fputs("module    ", stdout);
	if (!machine->loaded) {
		puts("algif_copy is not loaded");
		return;
	}
	printf("algif_copy %s", machine->version);
	show_since(machine->since);
	printf(", signature: %s\n", machine->signature);
}

static void show_policy(const struct ac_machine *machine)
{
	static const char *const levels[] = {
		"all algorithms", "a short list of algorithms", "no algorithms",
	};
	long long level = machine->restrict_level;

	fputs("policy    ", stdout);
	if (level < 0)
		fputs("all algorithms (there is no crypto.af_alg_restrict)", stdout);
	else
		printf("crypto.af_alg_restrict=%lld: %s", level,
		       level < (long long)ARRAY_SIZE(levels) ? levels[level] :
		       "unknown meaning");
	if (machine->restrict_by)
		printf(" (by %s)", strcmp(machine->restrict_by, "kernel") ?
		       machine->restrict_by : "the kernel");
	if (machine->allow_drivers >= 0)
		printf("; drivers of accelerators: %s",
		       machine->allow_drivers ? "yes" : "no");
	putchar('\n');
	if (!*machine->allow)
		return;
	fputs("          changes to the short list: ", stdout);
	ac_out_cell(AC_OUT_PLAIN, 0, machine->allow);
	putchar('\n');
}

static void show_server(enum ac_server server)
{
	static const struct {
		enum ac_out_color color;
		const char *text;
	} looks[] = {
		[AC_SERVER_UNKNOWN] = { AC_OUT_RED, "unknown" },
		[AC_SERVER_NOBODY] = { AC_OUT_YELLOW, "nobody" },
		[AC_SERVER_MODULE] = { AC_OUT_RED, "stock module" },
		[AC_SERVER_BUILTIN] = { AC_OUT_RED, "stock, built in" },
		[AC_SERVER_COPY] = { AC_OUT_GREEN, "algif_copy" },
	};

	ac_out_cell(looks[server].color, 17, looks[server].text);
}

static void show_types(const struct ac_machine *machine)
{
	const struct ac_machine_type *type;
	unsigned int i;

	ac_out_cell(AC_OUT_BOLD, 0,
		    "TYPE      SERVED BY        IN PLACE OF  BOUND   OPEN  STOCK SOCKETS LEFT");
	putchar('\n');
	for (i = 0; i < AC_TYPES; i++) {
		type = &machine->types[i];
		ac_out_cell(AC_OUT_PLAIN, 10, type->name);
		show_server(type->server);
		ac_out_cell(AC_OUT_PLAIN, 11, type->displaced ?: "-");
		ac_out_number(7, type->bound);
		ac_out_number(7, type->open);
		ac_out_number(20, type->stock_sockets);
		putchar('\n');
	}
	if (machine->bound >= 0)
		printf("sockets bound through algif_copy: %lld\n", machine->bound);
}

static void show_verdict(const struct ac_machine *machine)
{
	static const struct {
		enum ac_out_color color;
		const char *text;
	} looks[] = {
		[AC_EXIT_GOOD] = { AC_OUT_GREEN, "All types are copy-only." },
		[AC_EXIT_PARTLY] = { AC_OUT_YELLOW,
			"Not everything is copy-only: some sockets or types use the stock code." },
		[AC_EXIT_BAD] = { AC_OUT_RED, "No type is copy-only." },
	};
	enum ac_exit verdict = ac_machine_verdict(machine);

	ac_out_cell(looks[verdict].color, 0, looks[verdict].text);
	putchar('\n');
}

static bool has_nobody(const struct ac_machine *machine)
{
	unsigned int i;

	for (i = 0; i < AC_TYPES; i++)
		if (machine->types[i].server == AC_SERVER_NOBODY)
			return true;
	return false;
}

static void show_hint(const struct ac_machine *machine)
{
	if (has_nobody(machine))
		puts("If nobody serves a type, bind() makes the kernel load it with modprobe.\n"
		     "\"modprobe -n -v algif_hash\" shows which module that is for hash.");
	if (!machine->loaded || !machine->stats_err)
		return;
	printf("Not shown (load time, sockets of each type, source of the policy): %s.\n",
	       ac_stats_why(machine->stats_err));
}

static void show(const struct ac_machine *machine)
{
	show_module(machine);
	show_policy(machine);
	putchar('\n');
	show_types(machine);
	putchar('\n');
	show_verdict(machine);
	show_hint(machine);
}

/* ---------------- for programs ---------------- */

static const char *known(const struct ac_machine *machine, const char *text)
{
	return machine->loaded && text && *text ? text : NULL;
}

static void put_machine(const struct ac_machine *machine)
{
	fputs("  \"kernel\": {", stdout);
	ac_out_json_text("release", machine->release, ", ");
	ac_out_json_text("machine", machine->arch, "},\n");
	fputs("  \"module\": {", stdout);
	ac_out_json_bool("loaded", machine->loaded, ", ");
	ac_out_json_text("version", known(machine, machine->version), ", ");
	ac_out_json_text("srcversion", known(machine, machine->srcversion), ", ");
	ac_out_json_text("signature", known(machine, machine->signature), ", ");
	ac_out_json_number("since", (long long)machine->since, ", ");
	ac_out_json_number("bound", machine->bound, "},\n");
	fputs("  \"policy\": {", stdout);
	ac_out_json_number("restrict", machine->restrict_level, ", ");
	ac_out_json_text("by", machine->restrict_by, ", ");
	ac_out_json_bool("allow_drivers", machine->allow_drivers, ", ");
	ac_out_json_text("allow", known(machine, machine->allow), "},\n");
}

static void put_type(const struct ac_machine_type *type, const char *end)
{
	fputs("    {", stdout);
	ac_out_json_text("type", type->name, ", ");
	ac_out_json_text("served_by", ac_machine_server(type->server), ", ");
	ac_out_json_text("displaced", type->displaced, ", ");
	ac_out_json_number("bound", type->bound, ", ");
	ac_out_json_number("open", type->open, ", ");
	ac_out_json_number("stock_sockets", type->stock_sockets, end);
}

static void put(const struct ac_machine *machine)
{
	unsigned int i;

	fputs("{\n  ", stdout);
	ac_out_json_number("format", 1, ",\n  ");
	ac_out_json_text("verdict", verdicts[ac_machine_verdict(machine)], ",\n");
	put_machine(machine);
	fputs("  \"types\": [\n", stdout);
	for (i = 0; i < AC_TYPES; i++)
		put_type(&machine->types[i], i + 1 < AC_TYPES ? "},\n" : "}\n");
	fputs("  ],\n  ", stdout);
	ac_out_json_text("not_shown", machine->loaded && machine->stats_err ?
		   ac_stats_why(machine->stats_err) : NULL, "\n}\n");
}

enum ac_exit ac_status_run(const struct ac_options *options)
{
	struct ac_machine machine;
	enum ac_exit verdict;

	if (!ac_machine_read(&machine))
		return AC_EXIT_ERROR;
	if (options->json)
		put(&machine);
	else
		show(&machine);
	verdict = ac_machine_verdict(&machine);
	ac_machine_free(&machine);
	return verdict;
}
