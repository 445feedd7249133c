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
#include "state.h"

static const char *const verdicts[] = {
	[AC_EXIT_GOOD] = "copy-only",
	[AC_EXIT_PARTLY] = "partly",
	[AC_EXIT_BAD] = "not",
	[AC_EXIT_NEXT_BOOT] = "copy-only",
};

/* ---------------- for people ---------------- */

static void show_state(const struct ac_state *state)
{
	ac_out_text(state->color, "  state: ", state->text);
	ac_out_text(AC_OUT_PLAIN, " action: ",
		    *state->action ? state->action : "none needed");
}

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
	char line[512];

	snprintf(line, sizeof(line), "%s %s", machine->release, machine->arch);
	ac_out_text(AC_OUT_PLAIN, " kernel: ", line);
	fputs(" module: ", stdout);
	if (!machine->loaded) {
		puts("algif_copy is not loaded");
		return;
	}
	ac_out_cell(AC_OUT_PLAIN, 0, "algif_copy ");
	ac_out_cell(AC_OUT_PLAIN, 0, machine->version);
	show_since(machine->since);
	printf("\n         signature: %s\n", machine->signature);
}

static void describe_level(char *text, size_t size,
			   const struct ac_machine *machine)
{
	static const char *const levels[] = {
		"all algorithms", "a short list of algorithms", "no algorithms",
	};
	long long level = machine->restrict_level;
	const char *by = machine->restrict_by ?: "";

	if (level < 0) {
		snprintf(text, size,
			 "all algorithms (there is no crypto.af_alg_restrict)");
		return;
	}
	snprintf(text, size, "crypto.af_alg_restrict=%lld: %s%s%s%s", level,
		 level < (long long)ARRAY_SIZE(levels) ? levels[level] :
		 "unknown meaning", *by ? " (by " : "",
		 strcmp(by, "kernel") ? by : "the kernel", *by ? ")" : "");
}

/* Of all types; -1 if unknown. */
static long long sum_of(const struct ac_machine *machine,
			enum ac_stats_count count)
{
	const struct ac_stats_line *line;
	long long sum = -1;
	unsigned int i;

	for (i = 0; i < AC_TYPES && !machine->stats_err; i++) {
		line = ac_stats_type(&machine->stats, machine->types[i].name);
		if (line && line->count[count] >= 0)
			sum = (sum < 0 ? 0 : sum) + line->count[count];
	}
	return sum;
}

static void show_unlisted(const struct ac_machine *machine)
{
	long long unlisted = sum_of(machine, AC_STATS_UNLISTED);
	char text[160];

	if (unlisted < 0)
		return;
	snprintf(text, sizeof(text),
		 "binds that level 1 refuses, or would: %lld, privileged ones: %lld%s",
		 unlisted, sum_of(machine, AC_STATS_UNLISTED_PRIVILEGED),
		 unlisted ? " (algif-copy suggest)" : "");
	ac_out_text(AC_OUT_PLAIN, "         ", text);
}

static void show_policy(const struct ac_machine *machine)
{
	char text[256];

	describe_level(text, sizeof(text), machine);
	ac_out_text(AC_OUT_PLAIN, " policy: ", text);
	if (machine->allow_drivers >= 0)
		printf("         drivers of accelerators: %s\n",
		       machine->allow_drivers ? "yes" : "no");
	show_unlisted(machine);
	if (*machine->allow)
		ac_out_text(AC_OUT_PLAIN, "         changes to the short list: ",
			    machine->allow);
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

/* In place of what, or what a bind() would load if nobody serves. */
static const char *beside(const struct ac_machine_type *type)
{
	if (type->server != AC_SERVER_NOBODY)
		return type->displaced ?: "-";
	return ac_machine_load(type->on_bind);
}

static void show_types(const struct ac_machine *machine)
{
	const struct ac_machine_type *type;
	bool loaded = machine->loaded;
	unsigned int i;

	ac_out_cell(AC_OUT_BOLD, 0, loaded ?
		    "TYPE      SERVED BY        IN PLACE OF  BOUND   OPEN  STOCK SOCKETS LEFT" :
		    "TYPE      SERVED BY        BIND LOADS   BOUND   OPEN  STOCK SOCKETS LEFT");
	putchar('\n');
	for (i = 0; i < AC_TYPES; i++) {
		type = &machine->types[i];
		ac_out_cell(AC_OUT_PLAIN, 10, type->name);
		show_server(type->server);
		ac_out_cell(AC_OUT_PLAIN, 11, beside(type));
		ac_out_number(7, type->bound);
		ac_out_number(7, type->open);
		ac_out_number(20, type->stock_sockets);
		putchar('\n');
	}
	if (machine->bound >= 0)
		printf("sockets bound through algif_copy: %lld\n", machine->bound);
}

static void show_boot(const struct ac_machine *machine)
{
	const struct ac_boot *boot = &machine->boot;
	size_t i;

	if (!boot->n)
		return;
	putchar('\n');
	ac_out_cell(AC_OUT_BOLD, 0,
		    "NEXT BOOT  MODULE     AT BOOT  BY ALIAS  KERNEL");
	putchar('\n');
	for (i = 0; i < boot->n; i++) {
		ac_out_cell(boot->all[i].ready ? AC_OUT_GREEN : AC_OUT_YELLOW, 11,
			    boot->all[i].ready ? "ready" : "not ready");
		ac_out_cell(AC_OUT_PLAIN, 11,
			    boot->all[i].available ? "installed" : "none");
		ac_out_cell(AC_OUT_PLAIN, 9, boot->all[i].at_boot ? "yes" : "no");
		ac_out_cell(AC_OUT_PLAIN, 10, boot->all[i].by_alias ? "yes" : "no");
		ac_out_last(AC_OUT_PLAIN, 41, boot->all[i].release);
	}
}

static void show_hint(const struct ac_machine *machine)
{
	if (!machine->loaded || !machine->stats_err)
		return;
	putchar('\n');
	puts("Not shown: load time, sockets of each type, source of the policy:");
	ac_out_text(AC_OUT_PLAIN, "  ", ac_stats_why(machine->stats_err));
}

static void show(const struct ac_machine *machine, const struct ac_state *state)
{
	show_state(state);
	show_module(machine);
	show_policy(machine);
	putchar('\n');
	show_types(machine);
	show_boot(machine);
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
	ac_out_json_number("bound", machine->bound, ", ");
	ac_out_json_number("checks", machine->stats_err ? -1 :
			   machine->stats.checks, "},\n");
	fputs("  \"policy\": {", stdout);
	ac_out_json_number("restrict", machine->restrict_level, ", ");
	ac_out_json_text("by", machine->restrict_by, ", ");
	ac_out_json_bool("allow_drivers", machine->allow_drivers, ", ");
	ac_out_json_text("allow", known(machine, machine->allow), ", ");
	ac_out_json_number("unlisted", sum_of(machine, AC_STATS_UNLISTED), ", ");
	ac_out_json_number("unlisted_privileged",
			   sum_of(machine, AC_STATS_UNLISTED_PRIVILEGED), "},\n");
}

static void put_type(const struct ac_machine_type *type, const char *end)
{
	fputs("    {", stdout);
	ac_out_json_text("type", type->name, ", ");
	ac_out_json_text("served_by", ac_machine_server(type->server), ", ");
	ac_out_json_text("on_bind", type->server == AC_SERVER_NOBODY ?
			 ac_machine_load(type->on_bind) : NULL, ", ");
	ac_out_json_text("displaced", type->displaced, ", ");
	ac_out_json_number("bound", type->bound, ", ");
	ac_out_json_number("open", type->open, ", ");
	ac_out_json_number("stock_sockets", type->stock_sockets, end);
}

static void put_boot(const struct ac_boot *boot)
{
	size_t i;

	fputs("  \"kernels\": [", stdout);
	for (i = 0; i < boot->n; i++) {
		fputs(i ? ",\n    {" : "\n    {", stdout);
		ac_out_json_text("release", boot->all[i].release, ", ");
		ac_out_json_bool("available", boot->all[i].available, ", ");
		ac_out_json_bool("at_boot", boot->all[i].at_boot, ", ");
		ac_out_json_bool("by_alias", boot->all[i].by_alias, ", ");
		ac_out_json_bool("ready", boot->all[i].ready, "}");
	}
	fputs("\n  ],\n  ", stdout);
	ac_out_json_bool("next_boot", !boot->n ? -1 : !ac_boot_worst(boot), ",\n  ");
}

/* Who has used what: for "algif-copy suggest" on another machine. */
static void put_used(const struct ac_stats *stats)
{
	const struct ac_stats_line *line = stats->lines;
	bool begun = false;

	fputs("  \"used\": [", stdout);
	for (; line < stats->lines + stats->n; line++) {
		if (line->kind != AC_STATS_USER)
			continue;
		fputs(begun ? ",\n    {" : "\n    {", stdout);
		begun = true;
		ac_out_json_text("type", line->type, ", ");
		ac_out_json_text("name", line->name, ", ");
		ac_out_json_text("comm", line->comm, ", ");
		ac_out_json_number("uid", line->uid, ", ");
		ac_out_json_number("binds", line->count[AC_STATS_BINDS], ", ");
		ac_out_json_number("refused", line->count[AC_STATS_REFUSED], ", ");
		ac_out_json_number("unlisted", line->count[AC_STATS_UNLISTED], ", ");
		ac_out_json_number("unlisted_privileged",
				   line->count[AC_STATS_UNLISTED_PRIVILEGED], ", ");
		ac_out_json_real("last", line->last < 0 ? -1 :
				 ac_stats_time(line->last), "}");
	}
	fputs("\n  ],\n  ", stdout);
	ac_out_json_number("used_lost", stats->users_lost, ",\n");
}

static void put(const struct ac_machine *machine, const struct ac_state *state)
{
	unsigned int i;

	fputs("{\n  ", stdout);
	ac_out_json_number("format", 1, ",\n  ");
	ac_out_json_text("verdict", verdicts[ac_machine_verdict(machine)], ",\n  ");
	ac_out_json_text("state", state->name, ",\n  ");
	ac_out_json_text("action", *state->action ? state->action : NULL, ",\n");
	put_machine(machine);
	fputs("  \"types\": [\n", stdout);
	for (i = 0; i < AC_TYPES; i++)
		put_type(&machine->types[i], i + 1 < AC_TYPES ? "},\n" : "}\n");
	fputs("  ],\n", stdout);
	if (!machine->stats_err)
		put_used(&machine->stats);
	put_boot(&machine->boot);
	ac_out_json_text("not_shown", machine->loaded && machine->stats_err ?
			 ac_stats_why(machine->stats_err) : NULL, "\n}\n");
}

enum ac_exit ac_status_run(const struct ac_options *options)
{
	struct ac_machine machine;
	struct ac_state state;
	enum ac_exit verdict;

	if (!ac_machine_read(&machine))
		return AC_EXIT_ERROR;
	ac_state_find(&state, &machine);
	if (options->json)
		put(&machine, &state);
	else
		show(&machine, &state);
	verdict = ac_machine_verdict(&machine);
	ac_machine_free(&machine);
	return verdict;
}
