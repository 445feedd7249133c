// SPDX-License-Identifier: GPL-2.0
/*
 * algif-copy reload: replace the loaded module by the one on disk, and keep the
 * current policy.
 *
 * Two modules of one name cannot be loaded. In the gap between the old and the new
 * one the displaced types serve, and a socket bound then keeps them. If no type was
 * displaced, nobody serves: bind() makes the kernel load algif_copy, and waits. If
 * modules were displaced, unload them right after algif_copy: that shortens the gap,
 * and the next reload has none. If the kernel has its own crypto.af_alg_restrict, set
 * it to 2 in the meantime: then nobody can bind in the gap. Otherwise refuse to
 * reload without --force.
 *
 * A bind() in the gap can load the new module, too, but without the current policy.
 * So keep the policy in a file of modprobe.d meanwhile. Its name sorts last because
 * the last option wins.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "machine.h"
#include "out.h"

#define TRIES		300
#define KEEP_DIR	"/run/modprobe.d"
#define KEEP_FILE	KEEP_DIR "/zz-algif-copy-reload.conf"
#define LEVEL_FILE	"/proc/sys/crypto/af_alg_restrict"
#define ALLOW_FILE	"/sys/module/algif_copy/parameters/allow"

struct plan {
	struct ac_machine machine;	/* as it was before */
	char allow[4096];		/* the whole parameter, in one line */
	bool beneath;			/* stock types were displaced */
	bool modules;			/* all of these are idle modules */
	bool kernels_level;
	double moment;			/* how long they could be bound, in ms */
};

static double milliseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* ---------------- current state ---------------- */

static bool read_allow(struct plan *plan)
{
	FILE *f = fopen(ALLOW_FILE, "re");
	size_t len, i;

	if (!f)
		return false;
	len = fread(plan->allow, 1, sizeof(plan->allow) - 1, f);
	fclose(f);
	plan->allow[len] = '\0';
	for (i = 0; i < len; i++)
		if (strchr("\t\r\n", plan->allow[i]))
			plan->allow[i] = ' ';
	while (len && plan->allow[len - 1] == ' ')
		plan->allow[--len] = '\0';
	return true;
}

static void look_beneath(struct plan *plan)
{
	const struct ac_machine_type *type;
	unsigned int i;

	plan->modules = true;
	for (i = 0; i < AC_TYPES; i++) {
		type = &plan->machine.types[i];
		if (type->displaced && !strcmp(type->displaced, "none"))
			continue;
		plan->beneath = true;
		if (!type->displaced || strcmp(type->displaced, "module") ||
		    type->stock_sockets)
			plan->modules = false;
	}
}

/* Check whether a reload is possible. */
static bool examine(struct plan *plan)
{
	const struct ac_machine *machine = &plan->machine;

	if (geteuid()) {
		ac_out_error("only root can reload algif_copy");
		return false;
	}
	if (!machine->loaded) {
		ac_out_error("algif_copy is not loaded; \"modprobe algif_copy\" loads it");
		return false;
	}
	if (!read_allow(plan)) {
		ac_out_error("%s: %m", ALLOW_FILE);
		return false;
	}
	plan->kernels_level = machine->restrict_by &&
			      !strcmp(machine->restrict_by, "kernel");
	look_beneath(plan);
	return true;
}

/* Whether sockets are still bound after a short wait. */
static bool is_used(struct plan *plan)
{
	const struct timespec moment = { .tv_nsec = 5000000 };
	unsigned int i;

	for (i = 0; i < TRIES && plan->machine.bound > 0; i++) {
		nanosleep(&moment, NULL);
		plan->machine.bound =
			ac_file_number("/sys/module/algif_copy/refcnt");
	}
	return plan->machine.bound > 0;
}

static bool is_closed(const struct plan *plan)
{
	return !plan->beneath || (plan->modules && plan->kernels_level);
}

/* ---------------- the policy ---------------- */

static bool keep(const struct plan *plan)
{
	const struct ac_machine *machine = &plan->machine;
	FILE *f;

	mkdir(KEEP_DIR, 0755);
	unlink(KEEP_FILE);
	f = fopen(KEEP_FILE, "wxe");
	if (!f) {
		ac_out_error("%s: %m", KEEP_FILE);
		return false;
	}
	fprintf(f, "# Temporary, written by algif-copy reload.\noptions algif_copy");
	if (machine->allow_drivers >= 0)
		fprintf(f, " allow_drivers=%lld", machine->allow_drivers);
	if (!plan->kernels_level && machine->restrict_level >= 0)
		fprintf(f, " restrict=%lld", machine->restrict_level);
	fprintf(f, " allow=\"%s\"\n", plan->allow);
	if (!fclose(f))
		return true;
	ac_out_error("%s: %m", KEEP_FILE);
	unlink(KEEP_FILE);
	return false;
}

static bool set_level(long long level)
{
	FILE *f = fopen(LEVEL_FILE, "we");
	bool good = f;

	if (f) {
		good = fprintf(f, "%lld\n", level) > 0;
		good = !fclose(f) && good;
	}
	if (!good)
		ac_out_error("%s: %m; it should be %lld", LEVEL_FILE, level);
	return good;
}

/* ---------------- the exchange ---------------- */

static bool unload(const char *module)
{
	return !syscall(SYS_delete_module, module, O_NONBLOCK);
}

/* Even a refused bind() holds a reference to the module for a moment: retry. */
static bool unload_idle(const char *module, double *begin)
{
	const struct timespec moment = { .tv_nsec = 5000000 };
	unsigned int i;

	for (i = 0; i < TRIES; i++) {
		*begin = milliseconds();
		if (unload(module))
			return true;
		if (errno != EWOULDBLOCK)
			return false;
		nanosleep(&moment, NULL);
	}
	return false;
}

/* Return true if none of them is left. */
static bool unload_stock(const struct plan *plan)
{
	const struct ac_machine_type *type;
	char module[32];
	bool all = true;
	unsigned int i;

	for (i = 0; i < AC_TYPES; i++) {
		type = &plan->machine.types[i];
		if (type->displaced && !strcmp(type->displaced, "none"))
			continue;
		snprintf(module, sizeof(module), "algif_%s", type->name);
		all = unload(module) && all;
	}
	return all;
}

static bool run_modprobe(void)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		execlp("modprobe", "modprobe", "algif_copy", NULL);
		execl("/sbin/modprobe", "modprobe", "algif_copy", NULL);
		ac_out_error("modprobe: %m");
		_exit(127);
	}
	if (pid < 0)
		ac_out_error("fork: %m");
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return !status;
}

/* Return false if the old module is still loaded. */
static bool exchange(struct plan *plan, bool *loaded)
{
	bool close_first = plan->beneath && is_closed(plan);
	double begin;

	if (close_first && !set_level(2))
		return false;
	if (!unload_idle("algif_copy", &begin)) {
		ac_out_error("algif_copy cannot be unloaded: %m; it keeps serving");
		if (close_first)
			set_level(plan->machine.restrict_level);
		return false;
	}
	if (unload_stock(plan))
		plan->moment = milliseconds() - begin;
	*loaded = run_modprobe();
	if (!plan->moment)
		plan->moment = milliseconds() - begin;
	if (close_first)
		set_level(plan->machine.restrict_level);
	/* At 2 algif_copy cannot hold a stock type that is still registered. */
	if (close_first && !*loaded)
		*loaded = run_modprobe();
	return true;
}

/* Ctrl-C or the end of a session must not interrupt the exchange. */
static void hold_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGPIPE);
	sigprocmask(how, &set, NULL);
}

/* ---------------- messages ---------------- */

static enum ac_exit decline(const struct plan *plan)
{
	if (plan->machine.bound > 0) {
		ac_out_error("%lld sockets are bound through algif_copy: it keeps serving;\n"
			     "\"algif-copy top\" shows which processes hold them",
			     plan->machine.bound);
		return AC_EXIT_PARTLY;
	}
	ac_out_error("the stock types that algif_copy has displaced would serve for\n"
		     "a moment, and a socket bound then would keep them. Nothing has been changed.\n"
		     "--force reloads anyway.%s",
		     plan->modules ?
		     "\nAfter a reboot they are not loaded, and reload needs no --force." : "");
	return AC_EXIT_PARTLY;
}

static void say_moment(const struct plan *plan)
{
	if (!plan->beneath)
		puts("Nobody served in between: bind() has waited.");
	else if (is_closed(plan))
		puts("Nobody could bind a socket in between (crypto.af_alg_restrict was 2).");
	else
		printf("The stock types could be bound for %.0f ms.\n", plan->moment);
}

static void say_sockets(const struct ac_machine *now)
{
	const struct ac_machine_type *type;
	unsigned int i;

	for (i = 0; i < AC_TYPES; i++) {
		type = &now->types[i];
		if (type->stock_sockets > 0)
			printf("%lld sockets keep the stock code of %s until they are closed.\n",
			       type->stock_sockets, type->name);
		else if (type->stock_sockets < 0)
			printf("An unknown number of sockets keep the stock code of %s:\n"
			       "it is built in.\n", type->name);
	}
}

static enum ac_exit failed(void)
{
	ac_out_error("algif_copy was unloaded, but could not be loaded again; the\n"
		     "kernel log says why (dmesg | grep algif_copy).\n"
		     KEEP_FILE " keeps its policy\n"
		     "for the next \"modprobe algif_copy\"");
	return AC_EXIT_BAD;
}

static enum ac_exit report(const struct plan *plan)
{
	struct ac_machine now;
	enum ac_exit verdict;

	if (!ac_machine_read(&now))
		return AC_EXIT_ERROR;
	printf("algif_copy %s is loaded; it has replaced %s.\n", now.version,
	       plan->machine.version);
	printf("crypto.af_alg_restrict is %lld.\n", now.restrict_level);
	say_moment(plan);
	say_sockets(&now);
	verdict = ac_machine_verdict(&now);
	if (verdict == AC_EXIT_NEXT_BOOT)
		verdict = AC_EXIT_GOOD;
	if (!plan->kernels_level &&
	    now.restrict_level != plan->machine.restrict_level) {
		set_level(plan->machine.restrict_level);
		ac_out_error("crypto.af_alg_restrict was %lld for a moment, and is %lld again",
			     now.restrict_level, plan->machine.restrict_level);
		verdict = AC_EXIT_PARTLY;
	}
	ac_machine_free(&now);
	return verdict;
}

static enum ac_exit reload(struct plan *plan, bool force)
{
	bool loaded = false, done;

	if (!examine(plan))
		return AC_EXIT_ERROR;
	if (is_used(plan) || (!is_closed(plan) && !force))
		return decline(plan);
	if (!keep(plan))
		return AC_EXIT_ERROR;
	hold_signals(SIG_BLOCK);
	done = exchange(plan, &loaded);
	if (!done || loaded)
		unlink(KEEP_FILE);
	hold_signals(SIG_UNBLOCK);
	if (!done)
		return AC_EXIT_PARTLY;
	return loaded ? report(plan) : failed();
}

enum ac_exit ac_reload_run(const struct ac_options *options)
{
	struct plan plan = { .moment = 0 };
	enum ac_exit status;

	if (!ac_machine_read(&plan.machine))
		return AC_EXIT_ERROR;
	status = reload(&plan, options->force);
	ac_machine_free(&plan.machine);
	return status;
}
