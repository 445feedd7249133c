// SPDX-License-Identifier: GPL-2.0
/*
 * counts.c - the table of the page witness, see counts.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "counts.h"

#define COUNTS "/sys/module/ac_witness/parameters/counts"

void counts_reset(void)
{
	int fd = open(COUNTS, O_WRONLY);

	if (fd < 0 || write(fd, "0", 1) != 1)
		printf("# %s: %s\n", COUNTS, strerror(errno));
	close(fd);
}

struct counts counts_read(const char *row, const char *end)
{
	struct counts sum = { };
	char line[256], name[32];
	FILE *f = fopen(COUNTS, "r");
	long r, o, fo, sh;

	while (f && fgets(line, sizeof(line), f)) {
		char *s = strstr(line, " shared ");
		int n = sscanf(line, "%31s requests %ld own %ld foreign %ld",
			       name, &r, &o, &fo);

		if (n != 4 || !s || strncmp(name, row, strlen(row)) ||
		    !strstr(name, end))
			continue;
		sh = atol(s + strlen(" shared "));
		sum.requests += r;
		sum.own += o;
		sum.foreign += fo;
		sum.shared += sh;
	}
	if (f)
		fclose(f);
	return sum;
}

/* The counts start anew for each way; these go over all ways of one type. */
static struct {
	const char *type;
	struct counts sum;
} totals[] = { { "hash" }, { "skcipher" }, { "aead" } };

void totals_add(const char *type)
{
	struct counts now = counts_read(type, "");

	for (int i = 0; i < 3; i++) {
		struct counts *sum = &totals[i].sum;

		if (strcmp(totals[i].type, type))
			continue;
		sum->own += now.own;
		sum->foreign += now.foreign;
		sum->shared += now.shared;
	}
}

void totals_show(void)
{
	for (int i = 0; i < 3; i++)
		printf("# in all, %s: %ld foreign, %ld shared, %ld own pages\n",
		       totals[i].type, totals[i].sum.foreign,
		       totals[i].sum.shared, totals[i].sum.own);
}
