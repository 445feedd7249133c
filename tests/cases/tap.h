/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tap.h - test points for the case programs, printed as TAP.
 *
 * A program's body runs in a child process; the parent only watches it. So a
 * crash or a hang of the body is one failed point with a plan behind it, never
 * a hang of the guest: the parent does not even wait for a body that can't be
 * killed.
 *
 * What stock is known to do otherwise is marked by differs(): while the stock
 * modules serve (AC_MODE=stock) the next point is a TODO, while algif_copy
 * serves it is a point like any other.
 */
#ifndef AC_CASES_TAP_H
#define AC_CASES_TAP_H

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TAP_PRINTF(a, b) __attribute__((format(printf, a, b), unused))
#define TAP_UNUSED __attribute__((unused))

struct tap {
	int points;
	int failed;
	char last[160];
};

static struct tap *tap;		/* shared between the body and its watcher */
static const char *tap_differs;	/* reason for the next point, or NULL */
static int tap_todo;		/* the last point was an expected difference */

/* True while algif_copy serves; everything else means the stock modules. */
TAP_UNUSED static int copy_mode(void)
{
	const char *mode = getenv("AC_MODE");

	return mode && !strcmp(mode, "copy");
}

/* The next point is one that stock fails on some kernel, for this reason. */
TAP_UNUSED static void differs(const char *reason)
{
	tap_differs = reason;
}

TAP_PRINTF(1, 2) static void note(const char *fmt, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
}

TAP_UNUSED static int tap_point(int pass, const char *fmt, va_list ap)
{
	int todo = tap_differs && !copy_mode();

	tap_todo = todo;
	vsnprintf(tap->last, sizeof(tap->last), fmt, ap);
	printf("%sok %d - %s", pass ? "" : "not ", ++tap->points, tap->last);
	if (todo)
		printf(" # TODO stock: %s", tap_differs);
	printf("\n");
	fflush(stdout);
	if (!pass && !todo)
		tap->failed++;
	tap_differs = NULL;
	return pass;
}

TAP_PRINTF(2, 3) static int ok(int pass, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_point(pass, fmt, ap);
	va_end(ap);
	return pass;
}

/* Numbers below zero are errnos, as all helpers of alg.h return them. */
TAP_UNUSED static const char *tap_number(long long n, char *buf, size_t len)
{
	if (n < 0 && n > -4096)
		snprintf(buf, len, "-%s", strerrorname_np(-n) ?: "?");
	else
		snprintf(buf, len, "%lld", n);
	return buf;
}

TAP_PRINTF(3, 4) static int is_num(long long got, long long want,
				   const char *fmt, ...)
{
	char a[32], b[32];
	va_list ap;

	va_start(ap, fmt);
	tap_point(got == want, fmt, ap);
	va_end(ap);
	if (got != want)
		note("got %s, want %s", tap_number(got, a, sizeof(a)),
		     tap_number(want, b, sizeof(b)));
	return got == want;
}

TAP_UNUSED static void tap_hex(const char *what, const void *data, size_t len)
{
	const unsigned char *p = data;

	printf("# %s ", what);
	for (size_t i = 0; i < len && i < 48; i++)
		printf("%02x", p[i]);
	printf("%s\n", len > 48 ? "..." : "");
	fflush(stdout);
}

TAP_PRINTF(4, 5) static int is_mem(const void *got, const void *want,
				   size_t len, const char *fmt, ...)
{
	int same = !memcmp(got, want, len);
	size_t at = 0;
	va_list ap;

	va_start(ap, fmt);
	tap_point(same, fmt, ap);
	va_end(ap);
	if (same || tap_todo)
		return same;
	while (((const char *)got)[at] == ((const char *)want)[at])
		at++;
	note("first difference at byte %zu of %zu", at, len);
	tap_hex("got ", (const char *)got + at, len - at);
	tap_hex("want", (const char *)want + at, len - at);
	return 0;
}

/* One point that could not be asked here; the reason is part of it. */
TAP_PRINTF(1, 2) static void skip(const char *fmt, ...)
{
	va_list ap;

	printf("ok %d # SKIP ", ++tap->points);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
	tap_differs = NULL;
}

/* True, with a skipped point, where stock would be harmed. */
TAP_UNUSED static int harms_stock(const char *what)
{
	if (copy_mode())
		return 0;
	skip("%s: not on a stock kernel, which it could crash", what);
	return 1;
}

TAP_UNUSED static int tap_verdict(const char *why)
{
	if (why) {
		printf("not ok %d - body ended by itself\n# %s; last point: %s\n",
		       ++tap->points, why, tap->last);
		tap->failed++;
	}
	printf("1..%d\n", tap->points);
	fflush(stdout);
	return tap->failed ? 1 : 0;
}

/* Watch the body for at most @limit seconds and judge how it ended. */
TAP_UNUSED static int tap_watch(pid_t body, int limit)
{
	const struct timespec tick = { .tv_nsec = 20000000 };
	char why[80];
	int status;

	for (int i = 0; i < limit * 50; i++) {
		if (waitpid(body, &status, WNOHANG) != body) {
			nanosleep(&tick, NULL);
			continue;
		}
		if (WIFEXITED(status) && !WEXITSTATUS(status))
			return tap_verdict(NULL);
		snprintf(why, sizeof(why), "ended with wait status 0x%x", status);
		return tap_verdict(why);
	}
	kill(-body, SIGKILL);
	snprintf(why, sizeof(why), "no end within %d s", limit);
	return tap_verdict(why);
}

/*
 * Run @body under a limit in seconds. It gets a process group of its own, so
 * that helpers it has forked die with it.
 */
TAP_UNUSED static int tap_run(void (*body)(void), int limit)
{
	pid_t pid;

	tap = mmap(NULL, sizeof(*tap), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tap == MAP_FAILED)
		return 2;
	strcpy(tap->last, "none");
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return 2;
	setpgid(pid, pid ? pid : 0);
	if (pid)
		return tap_watch(pid, limit);
	body();
	fflush(stdout);
	_exit(0);
}

#endif
