// SPDX-License-Identifier: GPL-2.0
/*
 * algif-copy: inspect and test AF_ALG on this machine, with or without
 * algif_copy; replace a loaded algif_copy by a new one.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "out.h"
#include "tool.h"

static const char usage[] =
	"usage: algif-copy COMMAND [OPTION...] [FILE...]\n"
	"\n"
	"  status   who serves each type of AF_ALG, and after the next boot\n"
	"           (0: all copy-only, 1: partly, 2: not, 5: not after the next boot)\n"
	"  check    test it: known answers, pages of a file, unverified plaintext\n"
	"           (0: all good, 1: not all could be tested, 2: VULNERABLE,\n"
	"           5: unverified plaintext, as of all stock code, 6: wrong results)\n"
	"  top      who uses AF_ALG now, by process and by algorithm\n"
	"  metrics  the counters for Prometheus\n"
	"  suggest  what was used here, or on machines whose status --json is in FILE;\n"
	"           what of it crypto.af_alg_restrict=1 would refuse; lines that keep it\n"
	"           (0: nothing is refused, 1: all of that is proposed, 2: not all)\n"
	"  reload   reload the module, keep its policy (0: done, 1: partly, 2: failed)\n"
	"  help     this text\n"
	"  version  the version\n"
	"\n"
	"  -j, --json           status, check, top, suggest: JSON\n"
	"  -x, --vex            check: an OpenVEX document for scanners\n"
	"  -n, --count=COUNT    top: refresh COUNT times (0: until interrupted)\n"
	"  -d, --delay=SECONDS  top: time between refreshes (2); 0.5 is possible\n"
	"  -f, --force          reload: even if stock types serve for a moment\n"
	"  -r, --root=DIR       status, top, metrics, suggest: read DIR/proc and DIR/sys\n"
	"  -P, --no-processes   metrics: nothing about single programs\n"
	"      --color=WHEN     auto (on a terminal), always or never\n"
	"  -h, --help           this text\n"
	"  -V, --version        the version\n"
	"\n"
	"Options may precede the command. Root sees more. See algif-copy(8).\n";

enum { OPTION_COLOR = 256 };

static enum ac_exit help_run(const struct ac_options *options)
{
	(void)options;
	fputs(usage, stdout);
	return AC_EXIT_GOOD;
}

static enum ac_exit version_run(const struct ac_options *options)
{
	(void)options;
	puts("algif-copy " AC_VERSION);
	return AC_EXIT_GOOD;
}

static const struct command {
	const char *name;
	enum ac_exit (*run)(const struct ac_options *options);
	const char *takes;		/* "F": files; options besides -h, -V and --color */
} commands[] = {
	{ "status", ac_status_run, "jr" },
	{ "check", ac_check_run, "jx" },
	{ "top", ac_top_run, "jndr" },
	{ "metrics", ac_metrics_run, "rP" },
	{ "suggest", ac_suggest_run, "jrF" },
	{ "reload", ac_reload_run, "f" },
	{ "help", help_run, "" },
	{ "version", version_run, "" },
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "vex", no_argument, NULL, 'x' },
	{ "count", required_argument, NULL, 'n' },
	{ "delay", required_argument, NULL, 'd' },
	{ "force", no_argument, NULL, 'f' },
	{ "root", required_argument, NULL, 'r' },
	{ "no-processes", no_argument, NULL, 'P' },
	{ "color", required_argument, NULL, OPTION_COLOR },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(name, commands[i].name))
			return &commands[i];
	return NULL;
}

static bool parse_count(const char *text, long *value)
{
	const long most = 1000000000;
	char *end;

	*value = strtol(text, &end, 10);
	if (end != text && !*end && *value >= 0 && *value <= most)
		return true;
	ac_out_error("%s: not a number from 0 to %ld", text, most);
	return false;
}

/* strtod() alone would accept "inf" and "0x1p3". */
static bool parse_delay(const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	if (end != text && !text[strspn(text, "0123456789.")] && !*end &&
	    *value >= 0.1 && *value <= 86400)
		return true;
	ac_out_error("%s: not a number of seconds from 0.1 to 86400", text);
	return false;
}

static bool set_color(const char *when)
{
	if (ac_out_use_color(when))
		return true;
	ac_out_error("--color=%s: not auto, always or never", when);
	return false;
}

static bool set_option(int option, const char *value, struct ac_options *options)
{
	switch (option) {
	case 'j':
		options->json = true;
		return true;
	case 'x':
		options->vex = true;
		return true;
	case 'n':
		return parse_count(value, &options->count);
	case 'd':
		return parse_delay(value, &options->delay);
	case 'f':
		options->force = true;
		return true;
	case 'P':
		options->no_processes = true;
		return true;
	case 'r':
		ac_file_set_root(value);
		return true;
	case OPTION_COLOR:
		return set_color(value);
	default:
		return false;
	}
}

static enum ac_exit misused(void)
{
	fputs("See algif-copy --help.\n", stderr);
	return AC_EXIT_USAGE;
}

/* What the command line asks for. */
struct request {
	const struct command *command;
	struct ac_options options;
	char given[16];			/* options that some commands lack */
};

/* Options may come before and after the command: getopt_long() permutes. */
static bool read_options(int argc, char **argv, struct request *request)
{
	size_t n = 0;
	int option;

	while ((option = getopt_long(argc, argv, "jxfPn:d:r:hV", long_options,
				     NULL)) >= 0) {
		if (option == 'h' || option == 'V') {
			request->command = find_command(option == 'h' ? "help" :
							"version");
			*request->given = '\0';
			return true;
		}
		if (!set_option(option, optarg, &request->options))
			return false;
		if (option < OPTION_COLOR && !strchr(request->given, option) &&
		    n < sizeof(request->given) - 1)
			request->given[n++] = (char)option;
	}
	return true;
}

/* "help status" is what a user may type; there is only one help. */
static bool read_command(int argc, char **argv, struct request *request)
{
	if (argc < 1) {
		ac_out_error("no command given");
		return false;
	}
	request->command = find_command(argv[0]);
	if (request->command && strchr(request->command->takes, 'F')) {
		request->options.files = argv + 1;
		request->options.n_files = (size_t)argc - 1;
		return true;
	}
	if (request->command && request->command->run == help_run && argc == 2 &&
	    find_command(argv[1]))
		argc = 1;
	if (!request->command)
		ac_out_error("unknown command: %s", argv[0]);
	else if (argc > 1)
		ac_out_error("unexpected argument: %s", argv[1]);
	return request->command && argc == 1;
}

static bool takes_all(const struct request *request)
{
	const char *option = request->given;

	option += strspn(option, request->command->takes);
	if (!*option)
		return true;
	ac_out_error("%s has no option -%c", request->command->name, *option);
	return false;
}

static enum ac_exit run(int argc, char **argv)
{
	struct request request = { .options = { .count = -1, .delay = 2 } };

	if (!read_options(argc, argv, &request))
		return misused();
	if (!request.command &&
	    !read_command(argc - optind, argv + optind, &request))
		return misused();
	if (!takes_all(&request))
		return misused();
	return request.command->run(&request.options);
}

/* A buffered write that failed earlier has left no errno. */
static bool flush(void)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return true;
	ac_out_error("cannot write the output: %s",
		     errno ? strerror(errno) : "an earlier write failed");
	return false;
}

int main(int argc, char **argv)
{
	enum ac_exit status;

	ac_out_use_color("auto");
	status = run(argc, argv);
	return flush() ? (int)status : AC_EXIT_ERROR;
}
