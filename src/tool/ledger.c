// SPDX-License-Identifier: GPL-2.0
/*
 * Which stable kernel has which fix, as far as the changelogs of Debian's kernels and
 * the tests of algif_copy tell it; tests/cases/REGRESSIONS.md has the test of each.
 *
 * Only kernels of Debian and of kernel.org say by their number what has been fixed.
 * Others, such as 5.14.0-570 of RHEL, keep the number and have the fix or not.
 */
#include "ledger.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tool.h"

#define NEVER 99999		/* not fixed in that series */

static const struct row {
	const char *cve;
	unsigned int fixed[3];	/* since that release of each series */
	unsigned int newer[2];	/* and in all kernels since this one */
} rows[] = {
	{ "CVE-2026-31431", { 257, 170, 85 }, { 7, 0 } },
	{ "CVE-2026-46028", { 261, 178, 97 }, { 7, 2 } },
	{ "CVE-2026-74578", { 261, 178, 97 }, { 7, 2 } },
	{ "CVE-2026-52972", { 258, 175, 91 }, { 7, 0 } },
	{ "CVE-2026-43077", { 257, 170, 83 }, { 7, 0 } },
	{ "CVE-2025-39964", { 245, 154, 49 }, { 7, 0 } },
	{ "CVE-2026-31677", { NEVER, 192, 85 }, { 7, 2 } },
	{ "CVE-2026-43493", { 259, 176, 86 }, { 7, 2 } },
	{ "CVE-2026-46033", { 259, 176, 86 }, { 7, 2 } },
	{ "CVE-2026-23060", { 249, 162, 69 }, { 7, 0 } },
	{ "CVE-2025-40019", { 247, 158, 57 }, { 7, 0 } },
};

struct number {
	unsigned int major, minor, patch, revision;
	bool debian;
};

/* Return false if the number says nothing. */
static bool find_number(struct number *n, const char *release,
			const char *version)
{
	const char *debian = strstr(version, "Debian ");

	memset(n, 0, sizeof(*n));
	if (debian) {
		n->debian = true;
		return sscanf(debian, "Debian %u.%u.%u-%u", &n->major, &n->minor,
			      &n->patch, &n->revision) == 4;
	}
	/* Those of RHEL, Oracle and Ubuntu end with 0. */
	return sscanf(release, "%u.%u.%u", &n->major, &n->minor, &n->patch) == 3 &&
	       n->patch;
}

/* Debian took these two before a stable release had them. */
static bool is_early(const struct number *n, const char *cve)
{
	return n->debian && n->major == 5 && n->minor == 10 &&
	       (n->patch > 251 || (n->patch == 251 && n->revision >= 2)) &&
	       (!strcmp(cve, "CVE-2026-31431") || !strcmp(cve, "CVE-2026-43077"));
}

static enum ac_ledger_state by_number(const struct row *row,
				      const struct number *n)
{
	static const unsigned int series[3][2] = { { 5, 10 }, { 6, 1 }, { 6, 12 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(series); i++)
		if (n->major == series[i][0] && n->minor == series[i][1])
			return n->patch >= row->fixed[i] ? AC_LEDGER_FIXED :
				AC_LEDGER_OPEN;
	if (n->major > row->newer[0] ||
	    (n->major == row->newer[0] && n->minor >= row->newer[1]))
		return AC_LEDGER_FIXED;
	return AC_LEDGER_UNKNOWN;
}

const char *ac_ledger_cve(size_t number)
{
	return number < ARRAY_SIZE(rows) ? rows[number].cve : NULL;
}

enum ac_ledger_state ac_ledger_find(size_t number, const char *release,
				    const char *version)
{
	struct number n;

	if (!find_number(&n, release, version))
		return AC_LEDGER_UNKNOWN;
	if (is_early(&n, rows[number].cve))
		return AC_LEDGER_FIXED;
	return by_number(&rows[number], &n);
}
