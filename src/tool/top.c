// SPDX-License-Identifier: GPL-2.0
/*
 * algif-copy top: show current users of AF_ALG. /proc shows which processes hold
 * sockets. The statistics of algif_copy show their algorithms and throughput.
 */
#include "top.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "out.h"

/* ---------------- processes ---------------- */

/*
 * A line has the process of the last bind. What was bound before a process started is
 * not its own: the number was that of another. An older module gives only the name
 * and the user.
 */
bool ac_top_is_of(const struct ac_top *view, const struct ac_stats_line *line,
		  const struct ac_procs_one *one)
{
	if (view->err || line->kind != AC_STATS_USER || line->last < one->started)
		return false;
	if (line->pid >= 0)
		return line->pid == one->pid;
	return !strcmp(line->comm, one->comm) &&
	       (line->uid < 0 || line->uid == (long long)one->uid);
}

static void show_algorithms(const struct ac_top *view,
			    const struct ac_procs_one *one, int used)
{
	const struct ac_stats_line *line = view->stats.lines;
	char names[2048] = "";
	size_t len = 0;

	if (!view->err && ac_procs_has_twin(&view->procs, one)) {
		ac_out_last(AC_OUT_PLAIN, used, "?");
		return;
	}
	for (; !view->err && line < view->stats.lines + view->stats.n; line++)
		if (ac_top_is_of(view, line, one) &&
		    len + strlen(line->name) + 2 < sizeof(names))
			len += (size_t)sprintf(names + len, "%s%s",
					       len ? " " : "", line->name);
	ac_out_last(AC_OUT_PLAIN, used, len ? names : "-");
}

static void show_procs(const struct ac_top *view, size_t rows)
{
	const struct ac_procs_one *one;
	size_t i;

	ac_out_last(AC_OUT_BOLD, 0,
		    "    PID        UID SOCKETS COMMAND          ALGORITHMS");
	for (i = 0; i < view->procs.n && i < rows; i++) {
		one = &view->procs.all[i];
		printf("%7d %10u %7u ", (int)one->pid, (unsigned int)one->uid,
		       one->sockets);
		ac_out_cell(AC_OUT_PLAIN, 17, one->comm);
		show_algorithms(view, one, 44);
	}
	if (!view->procs.n)
		puts("no process with an AF_ALG socket was found");
	if (view->procs.hidden)
		printf("%u processes of other users are hidden: run as root to see them\n",
		       view->procs.hidden);
}

/* ---------------- algorithms ---------------- */

/* Per second since the previous snapshot; -1 if that is unknown. */
double ac_top_rate(const struct ac_top *view, const struct ac_top *before,
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

static void show_line(const struct ac_top *view, const struct ac_top *before,
		      const struct ac_stats_line *line)
{
	ac_out_units(8, (double)line->count[AC_STATS_BINDS], 1000);
	ac_out_units(8, (double)line->count[AC_STATS_ERRORS], 1000);
	ac_out_units(9, ac_top_rate(view, before, line, AC_STATS_RECEIVES), 1000);
	ac_out_units(9, ac_top_rate(view, before, line, AC_STATS_BYTES_IN), 1024);
	ac_out_units(9, ac_top_rate(view, before, line, AC_STATS_BYTES_OUT), 1024);
	putchar(' ');
	ac_out_cell(AC_OUT_PLAIN, 9, line->type);
	ac_out_last(AC_OUT_PLAIN, 53, line->name);
}

static void show_stats(const struct ac_top *view, const struct ac_top *before,
		       size_t rows)
{
	const struct ac_stats_line *line = view->stats.lines;

	ac_out_last(AC_OUT_BOLD, 0,
		    "   BINDS  ERRORS   RECV/s   IN B/s  OUT B/s TYPE     ALGORITHM");
	for (; line < view->stats.lines + view->stats.n && rows; line++) {
		if (line->kind != AC_STATS_ALGORITHM)
			continue;
		show_line(view, before, line);
		rows--;
	}
}

/* ---------------- users since algif_copy was loaded ---------------- */

/* How long ago, such as 5m. */
static void show_age(int width, double last)
{
	static const struct {
		double seconds;
		char letter;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	double age = ac_stats_uptime() - last;
	size_t i = 0;

	if (last < 0 || age < 0) {
		printf("%*s", width, "-");
		return;
	}
	while (i < ARRAY_SIZE(units) - 1 && age < units[i].seconds)
		i++;
	printf("%*.0f%c", width - 1, age / units[i].seconds - 0.5 > 0 ?
	       age / units[i].seconds - 0.5 : 0, units[i].letter);
}

static void show_user(const struct ac_stats_line *line)
{
	ac_out_cell(AC_OUT_PLAIN, 16, line->comm);
	ac_out_number(11, line->uid);
	ac_out_units(8, (double)line->count[AC_STATS_BINDS], 1000);
	ac_out_units(8, (double)line->count[AC_STATS_REFUSED], 1000);
	show_age(7, line->last);
	putchar(' ');
	ac_out_cell(AC_OUT_PLAIN, 9, line->type);
	ac_out_last(AC_OUT_PLAIN, 60, line->name);
}

static void show_users(const struct ac_top *view, size_t rows)
{
	const struct ac_stats_line *line = view->stats.lines;

	ac_out_last(AC_OUT_BOLD, 0,
		    "COMMAND                 UID   BINDS REFUSED    AGO TYPE     ALGORITHM");
	for (; line < view->stats.lines + view->stats.n && rows; line++) {
		if (line->kind != AC_STATS_USER)
			continue;
		show_user(line);
		rows--;
	}
}

/* ---------------- the window ---------------- */

enum { PROCS, ALGORITHMS, USERS, SECTIONS };

static void count_rows(const struct ac_top *view, size_t need[SECTIONS])
{
	size_t i;

	need[PROCS] = view->procs.n;
	need[ALGORITHMS] = 0;
	need[USERS] = 0;
	for (i = 0; !view->err && i < view->stats.n; i++) {
		need[ALGORITHMS] += view->stats.lines[i].kind == AC_STATS_ALGORITHM;
		need[USERS] += view->stats.lines[i].kind == AC_STATS_USER;
	}
}

/* Give each section as many of @rows as it needs, or a fair share. */
static void share(int rows, const size_t need[SECTIONS], size_t get[SECTIONS])
{
	bool given = true;
	unsigned int i;

	memset(get, 0, SECTIONS * sizeof(*get));
	while (given) {
		given = false;
		for (i = 0; i < SECTIONS && rows > 0; i++) {
			if (get[i] >= need[i])
				continue;
			get[i]++;
			rows--;
			given = true;
		}
	}
}

/*
 * The rest of a window without the titles, the empty lines between the sections,
 * what may be said of hidden processes, and the line of the cursor.
 */
static void fit(const struct ac_top *view, bool window, size_t get[SECTIONS])
{
	size_t need[SECTIONS];
	int rows = ac_out_height();

	count_rows(view, need);
	if (!window || rows <= 0) {
		memcpy(get, need, sizeof(need));
		return;
	}
	rows -= 6 + !view->procs.n + !!view->procs.hidden;
	share(rows, need, get);
}

static void show(const struct ac_top *view, const struct ac_top *before,
		 bool window)
{
	size_t rows[SECTIONS];

	fit(view, window, rows);
	show_procs(view, rows[PROCS]);
	putchar('\n');
	if (view->err) {
		ac_out_text(AC_OUT_PLAIN, "Algorithms not shown: ",
			    ac_stats_why(view->err));
		return;
	}
	show_stats(view, before, rows[ALGORITHMS]);
	putchar('\n');
	show_users(view, rows[USERS]);
}

/* ---------------- the loop ---------------- */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int look(struct ac_top *view)
{
	view->time = now();
	view->err = ac_stats_read(&view->stats);
	return ac_procs_read(&view->procs);
}

static void forget(struct ac_top *view)
{
	ac_stats_free(&view->stats);
	ac_procs_free(&view->procs);
}

static void pause_for(double seconds)
{
	struct timespec ts = { .tv_sec = (time_t)seconds };

	ts.tv_nsec = (long)((seconds - (double)ts.tv_sec) * 1e9);
	nanosleep(&ts, NULL);
}

static void print(const struct ac_options *options, const struct ac_top *view,
		  const struct ac_top *before, bool window)
{
	if (options->json) {
		ac_top_put(view, before);
		return;
	}
	if (window)
		fputs("\033[H\033[J", stdout);
	else if (before->time)
		putchar('\n');
	show(view, before, window);
}

static enum ac_exit loop(const struct ac_options *options, long count)
{
	bool window = isatty(STDOUT_FILENO) && count != 1;
	struct ac_top view = { .err = 0 }, before = { .err = 0 };
	int err = 0;
	long i;

	for (i = 0; !err && (!count || i < count); i++) {
		if (i)
			pause_for(options->delay);
		forget(&before);
		before = view;
		memset(&view, 0, sizeof(view));
		err = look(&view);
		if (!err)
			print(options, &view, &before, window);
		if (fflush(stdout))
			break;
	}
	forget(&view);
	forget(&before);
	if (err)
		ac_out_error("/proc: %s", strerror(-err));
	return err ? AC_EXIT_ERROR : AC_EXIT_GOOD;
}

/* By default, repeat only for a person who watches. */
enum ac_exit ac_top_run(const struct ac_options *options)
{
	long count = options->count;

	if (count < 0)
		count = isatty(STDOUT_FILENO) && !options->json ? 0 : 1;
	return loop(options, count);
}
