// SPDX-License-Identifier: GPL-2.0
/*
 * algif-copy top: show current users of AF_ALG. /proc shows which processes hold
 * sockets. The statistics of algif_copy show their algorithms and throughput.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"
#include "out.h"
#include "procs.h"

/* One snapshot. */
struct view {
	struct ac_procs procs;
	struct ac_stats stats;
	int err;		/* of ac_stats_read() */
	double time;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void title(const char *text)
{
	ac_out_cell(AC_OUT_BOLD, 0, text);
	putchar('\n');
}

/* ---------------- processes ---------------- */

static bool is_of(const struct ac_stats_line *line,
		  const struct ac_procs_one *one)
{
	return line->kind == AC_STATS_USER && !strcmp(line->comm, one->comm) &&
	       (line->uid < 0 || line->uid == (long long)one->uid);
}

/* The statistics have names and users of processes, but no PIDs. */
static void show_algorithms(const struct view *view,
			    const struct ac_procs_one *one)
{
	const char *before = "";
	size_t i;

	for (i = 0; !view->err && i < view->stats.n; i++) {
		if (!is_of(&view->stats.lines[i], one))
			continue;
		fputs(before, stdout);
		ac_out_cell(AC_OUT_PLAIN, 0, view->stats.lines[i].name);
		before = " ";
	}
	puts(*before ? "" : "-");
}

static void show_procs(const struct view *view)
{
	const struct ac_procs_one *one;
	size_t i;

	title("    PID      UID SOCKETS COMMAND          ALGORITHMS");
	for (i = 0; i < view->procs.n; i++) {
		one = &view->procs.all[i];
		printf("%7d %8u %7u ", (int)one->pid, (unsigned int)one->uid,
		       one->sockets);
		ac_out_cell(AC_OUT_PLAIN, 17, one->comm);
		show_algorithms(view, one);
	}
	if (!view->procs.n)
		puts("no process with an AF_ALG socket was found");
	if (view->procs.hidden)
		printf("%u processes of other users are hidden: run as root to see them\n",
		       view->procs.hidden);
}

/* ---------------- algorithms ---------------- */

/* Per second since the previous snapshot; -1 if that is unknown. */
static double rate(const struct view *view, const struct view *before,
		   const struct ac_stats_line *line, enum ac_stats_count count)
{
	const struct ac_stats_line *old = ac_stats_find(&before->stats, line);
	double seconds = view->time - before->time;
	long long value = line->count[count];

	if (!before->time || before->err || value < 0 || seconds <= 0)
		return -1;
	if (old && old->count[count] > 0)
		value -= old->count[count];
	return value > 0 ? (double)value / seconds : 0;
}

static void show_rate(double value)
{
	if (value < 0)
		printf("%12s", "-");
	else
		printf("%12.1f", value);
}

static void show_line(const struct view *view, const struct view *before,
		      const struct ac_stats_line *line)
{
	ac_out_cell(AC_OUT_PLAIN, 9, line->type);
	putchar(' ');
	ac_out_cell(AC_OUT_PLAIN, 27, line->name);
	putchar(' ');
	ac_out_number(8, line->count[AC_STATS_BINDS]);
	ac_out_number(9, line->count[AC_STATS_ERRORS]);
	show_rate(rate(view, before, line, AC_STATS_RECEIVES));
	show_rate(rate(view, before, line, AC_STATS_BYTES_IN));
	show_rate(rate(view, before, line, AC_STATS_BYTES_OUT));
	putchar('\n');
}

static void show_stats(const struct view *view, const struct view *before)
{
	size_t i;

	title("TYPE      ALGORITHM                      BINDS   ERRORS"
	      "  RECEIVES/s      IN B/s     OUT B/s");
	for (i = 0; i < view->stats.n; i++)
		if (view->stats.lines[i].kind == AC_STATS_ALGORITHM)
			show_line(view, before, &view->stats.lines[i]);
}

/* ---------------- users since algif_copy was loaded ---------------- */

static void show_user(const struct ac_stats_line *line)
{
	time_t seconds = (time_t)ac_stats_time(line->last);
	char when[32] = "-";
	struct tm tm;

	if (line->last >= 0 && localtime_r(&seconds, &tm))
		strftime(when, sizeof(when), "%m-%d %H:%M:%S", &tm);
	ac_out_cell(AC_OUT_PLAIN, 17, line->comm);
	ac_out_number(8, line->uid);
	putchar(' ');
	ac_out_cell(AC_OUT_PLAIN, 9, line->type);
	putchar(' ');
	ac_out_cell(AC_OUT_PLAIN, 27, line->name);
	ac_out_number(9, line->count[AC_STATS_BINDS]);
	ac_out_number(9, line->count[AC_STATS_REFUSED]);
	printf("  %s\n", when);
}

static void show_users(const struct view *view)
{
	size_t i;

	title("COMMAND               UID TYPE      ALGORITHM"
	      "                      BINDS  REFUSED  LAST");
	for (i = 0; i < view->stats.n; i++)
		if (view->stats.lines[i].kind == AC_STATS_USER)
			show_user(&view->stats.lines[i]);
}

/* ---------------- the loop ---------------- */

static int look(struct view *view)
{
	view->time = now();
	view->err = ac_stats_read(&view->stats);
	return ac_procs_read(&view->procs);
}

static void forget(struct view *view)
{
	ac_stats_free(&view->stats);
	ac_procs_free(&view->procs);
}

static void show(const struct view *view, const struct view *before)
{
	show_procs(view);
	putchar('\n');
	if (view->err) {
		printf("Algorithms not shown: %s\n", ac_stats_why(view->err));
		return;
	}
	show_stats(view, before);
	putchar('\n');
	show_users(view);
}

static enum ac_exit loop(long count, long delay, bool clear)
{
	struct view view = { .err = 0 }, before = { .err = 0 };
	int err = 0;
	long i;

	for (i = 0; !err && (!count || i < count); i++) {
		if (i)
			sleep((unsigned int)delay);
		forget(&before);
		before = view;
		memset(&view, 0, sizeof(view));
		err = look(&view);
		if (clear)
			fputs("\033[H\033[J", stdout);
		else if (i)
			putchar('\n');
		if (!err)
			show(&view, &before);
		if (fflush(stdout))
			break;
	}
	forget(&view);
	forget(&before);
	if (err)
		ac_out_error("/proc: %s", strerror(-err));
	return err ? AC_EXIT_ERROR : AC_EXIT_GOOD;
}

enum ac_exit ac_top_run(const struct ac_options *options)
{
	bool terminal = isatty(STDOUT_FILENO);
	long count = options->count;

	if (count < 0)
		count = terminal ? 0 : 1;
	return loop(count, options->delay, terminal && count != 1);
}
