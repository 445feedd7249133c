// SPDX-License-Identifier: GPL-2.0
/*
 * algif-copy top --json: one object for each snapshot, each in one line. The schema
 * is part of the interface: see algif-copy(8).
 */
#include <stdio.h>

#include "out.h"
#include "top.h"

static void put_algorithms(const struct ac_top *view,
			   const struct ac_procs_one *one)
{
	const char *before = "";
	size_t i;

	if (view->err || ac_procs_has_twin(&view->procs, one)) {
		fputs("null", stdout);
		return;
	}
	putchar('[');
	for (i = 0; i < view->stats.n; i++) {
		if (!ac_top_is_of(view, &view->stats.lines[i], one))
			continue;
		fputs(before, stdout);
		ac_out_json_string(view->stats.lines[i].name);
		before = ", ";
	}
	putchar(']');
}

static void put_procs(const struct ac_top *view)
{
	const struct ac_procs_one *one;
	size_t i;

	fputs("\"processes\": [", stdout);
	for (i = 0; i < view->procs.n; i++) {
		one = &view->procs.all[i];
		fputs(i ? ", {" : "{", stdout);
		ac_out_json_number("pid", one->pid, ", ");
		ac_out_json_number("uid", one->uid, ", ");
		ac_out_json_text("comm", one->comm, ", ");
		ac_out_json_number("sockets", one->sockets, ", \"algorithms\": ");
		put_algorithms(view, one);
		putchar('}');
	}
	fputs("], ", stdout);
	ac_out_json_number("hidden", view->procs.hidden, ", ");
}

static void put_algorithm(const struct ac_top *view,
			  const struct ac_top *before,
			  const struct ac_stats_line *line)
{
	ac_out_json_text("driver", line->driver, ", ");
	ac_out_json_number("errors", line->count[AC_STATS_ERRORS], ", ");
	ac_out_json_real("receives_per_second",
			 ac_top_rate(view, before, line, AC_STATS_RECEIVES), ", ");
	ac_out_json_real("in_bytes_per_second",
			 ac_top_rate(view, before, line, AC_STATS_BYTES_IN), ", ");
	ac_out_json_real("out_bytes_per_second",
			 ac_top_rate(view, before, line, AC_STATS_BYTES_OUT), "}");
}

static void put_user(const struct ac_stats_line *line)
{
	ac_out_json_text("comm", line->comm, ", ");
	ac_out_json_number("uid", line->uid, ", ");
	ac_out_json_number("refused", line->count[AC_STATS_REFUSED], ", ");
	ac_out_json_real("last", line->last < 0 ? -1 : ac_stats_time(line->last),
			 "}");
}

static void put_lines(const struct ac_top *view, const struct ac_top *before,
		      enum ac_stats_kind kind)
{
	const struct ac_stats_line *line;
	bool begun = false;
	size_t i;

	for (i = 0; i < view->stats.n; i++) {
		line = &view->stats.lines[i];
		if (line->kind != kind)
			continue;
		fputs(begun ? ", {" : "{", stdout);
		begun = true;
		ac_out_json_text("type", line->type, ", ");
		ac_out_json_text("name", line->name, ", ");
		ac_out_json_number("binds", line->count[AC_STATS_BINDS], ", ");
		if (kind == AC_STATS_USER)
			put_user(line);
		else
			put_algorithm(view, before, line);
	}
}

void ac_top_put(const struct ac_top *view, const struct ac_top *before)
{
	putchar('{');
	ac_out_json_number("format", 1, ", ");
	ac_out_json_real("time", ac_stats_time(ac_stats_uptime()), ", ");
	put_procs(view);
	fputs("\"algorithms\": [", stdout);
	if (!view->err)
		put_lines(view, before, AC_STATS_ALGORITHM);
	fputs("], \"users\": [", stdout);
	if (!view->err)
		put_lines(view, before, AC_STATS_USER);
	fputs("], ", stdout);
	ac_out_json_text("not_shown", view->err ? ac_stats_why(view->err) : NULL,
			 "}\n");
}
