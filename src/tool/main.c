// SPDX-License-Identifier: GPL-2.0
/*
 * algif-copy: inspect and test AF_ALG on this machine, with or without
 * algif_copy; replace a loaded algif_copy by a new one.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "out.h"
#include "tool.h"

static const char usage[] =
	"usage: algif-copy COMMAND [OPTION...]\n"
	"\n"
	"  status   who serves each type of AF_ALG (0: all copy-only, 1: partly, 2: not)\n"
	"  check    test it: known answers, pages of a file, unverified plaintext\n"
	"           (0: all good, 1: something could not be tested, 2: something is bad)\n"
	"  top      who uses AF_ALG now, by process and by algorithm\n"
	"  metrics  the counters for Prometheus\n"
	"  reload   reload the module and keep its policy (0: done, 1: partly, 2: failed)\n"
	"\n"
	"  -j, --json           status, check: JSON\n"
	"  -n, --count=COUNT    top: refresh COUNT times (0: until interrupted)\n"
	"  -d, --delay=SECONDS  top: time between refreshes (2)\n"
	"  -f, --force          reload: even if stock types serve for a moment\n"
	"  -r, --root=DIR       read DIR/proc and DIR/sys\n"
	"  -h, --help           this text\n"
	"  -V, --version        the version\n"
	"\n"
	"Root sees more. See algif-copy(8).\n";

static const struct command {
	const char *name;
	enum ac_exit (*run)(const struct ac_options *options);
	const char *takes;		/* options besides -h and -V */
} commands[] = {
	{ "status", ac_status_run, "jr" },
	{ "check", ac_check_run, "j" },
	{ "top", ac_top_run, "ndr" },
	{ "metrics", ac_metrics_run, "r" },
	{ "reload", ac_reload_run, "f" },
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "count", required_argument, NULL, 'n' },
	{ "delay", required_argument, NULL, 'd' },
	{ "force", no_argument, NULL, 'f' },
	{ "root", required_argument, NULL, 'r' },
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

static bool parse(const char *text, long least, long most, long *value)
{
	char *end;

	*value = strtol(text, &end, 10);
	if (end != text && !*end && *value >= least && *value <= most)
		return true;
	ac_out_error("%s: not a number from %ld to %ld", text, least, most);
	return false;
}

static bool set_option(int option, const char *value, struct ac_options *options)
{
	switch (option) {
	case 'j':
		options->json = true;
		return true;
	case 'n':
		return parse(value, 0, 1000000000, &options->count);
	case 'd':
		return parse(value, 1, 86400, &options->delay);
	case 'f':
		options->force = true;
		return true;
	case 'r':
		ac_file_set_root(value);
		return true;
	default:
		return false;
	}
}

/* Requested output is no error: print it to stdout. */
static void answer(int option)
{
	if (option == 'h')
		fputs(usage, stdout);
	else
		puts("algif-copy " AC_VERSION);
}

static bool takes(const struct command *command, int option)
{
	if (strchr(command->takes, option))
		return true;
	ac_out_error("%s has no option -%c", command->name, option);
	return false;
}

static enum ac_exit misused(void)
{
	fputs("See algif-copy --help.\n", stderr);
	return AC_EXIT_USAGE;
}

static enum ac_exit run(int argc, char **argv)
{
	struct ac_options options = { .count = -1, .delay = 2 };
	const struct command *command = NULL;
	const char *short_options = "hV";
	int option;

	if (argc > 1 && *argv[1] != '-') {
		command = find_command(argv[1]);
		if (!command) {
			ac_out_error("unknown command: %s", argv[1]);
			return misused();
		}
		short_options = "jfn:d:r:hV";
		argv[1] = argv[0];
		argc--;
		argv++;
	}
	while ((option = getopt_long(argc, argv, short_options, long_options,
				     NULL)) >= 0) {
		if (option == 'h' || option == 'V') {
			answer(option);
			return AC_EXIT_GOOD;
		}
		if (option == '?' || !command || !takes(command, option) ||
		    !set_option(option, optarg, &options))
			return misused();
	}
	if (!command || optind < argc) {
		if (optind < argc)
			ac_out_error("unexpected argument: %s", argv[optind]);
		else
			fputs(usage, stderr);
		return misused();
	}
	return command->run(&options);
}

int main(int argc, char **argv)
{
	enum ac_exit status;

	ac_out_begin();
	status = run(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		ac_out_error("writing: %m");
		return AC_EXIT_ERROR;
	}
	return (int)status;
}
