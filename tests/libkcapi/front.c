// SPDX-License-Identifier: GPL-2.0
/*
 * Stands in for libkcapi's test program kcapi, which lies in .libs beside it.
 *
 * The scripts are run as they are, but two of the things they ask kcapi for
 * take minutes to hours in an emulated machine and have no setting of their
 * own. Both can only be caught between script and program:
 *
 * - PBKDF2 with 16777216 iterations (vector 4 of RFC 6070). Refused, so the
 *   script counts it as failed; the job drops exactly these two lines from its
 *   count. No result is made up.
 * - The fuzz test's 100 rounds. $AC_FUZZ_ROUNDS replaces the number.
 *
 * With AC_LONG in the environment nothing is changed at all.
 */
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONG_PBKDF_ITERATIONS	"16777216"
#define LEFT_OUT		75

static int has_flag(char **argv, const char *flag)
{
	for (argv++; *argv; argv++)
		if (!strcmp(*argv, flag))
			return 1;
	return 0;
}

/* Position of the value that follows -d, NULL if there is none. */
static char **count_value(char **argv)
{
	for (argv++; *argv; argv++)
		if (!strcmp(*argv, "-d") && argv[1])
			return argv + 1;
	return NULL;
}

static void shorten(char **argv)
{
	char *rounds = getenv("AC_FUZZ_ROUNDS");
	char **count = count_value(argv);

	if (!count || getenv("AC_LONG"))
		return;
	if (!strcmp(*count, LONG_PBKDF_ITERATIONS)) {
		fputs("left out: 16777216 iterations\n", stderr);
		exit(LEFT_OUT);
	}
	if (rounds && has_flag(argv, "-h"))
		*count = rounds;
}

int main(int argc, char **argv)
{
	char path[PATH_MAX], self[PATH_MAX];

	(void)argc;
	shorten(argv);
	snprintf(self, sizeof(self), "%s", argv[0]);
	if (snprintf(path, sizeof(path), "%s/.libs/kcapi", dirname(self)) >=
	    (int)sizeof(path))
		return 126;
	execv(path, argv);
	perror(path);
	return 127;
}
