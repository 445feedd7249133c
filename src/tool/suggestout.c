// SPDX-License-Identifier: GPL-2.0
/*
 * Print what algif-copy suggest has found, for people and as JSON. The schema is part
 * of the interface: see algif-copy(8).
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "out.h"
#include "suggest.h"
#include "tool.h"

static const struct {
	unsigned int bit;
	const char *word;		/* in JSON */
	const char *text;
} reasons[] = {
	{ AC_SUGGEST_USERS, "unprivileged",
	  "refused to unprivileged programs only" },
	{ AC_SUGGEST_NESTED, "nested",
	  "a template within a template" },
	{ AC_SUGGEST_HOLE, "hole", "it has had a hole" },
	{ AC_SUGGEST_REMOVED, "removed", "allow= removes it" },
	{ AC_SUGGEST_ODD, "odd", "allow= cannot have such a name" },
	{ AC_SUGGEST_FULL, "full", "allow= has no room for it" },
	{ AC_SUGGEST_SOME, "not-for-all",
	  "for privileged programs, but others have used it too" },
};

/* ---------------- for people ---------------- */

static void show_head(const struct ac_suggest *suggest)
{
	time_t seconds = (time_t)suggest->since;
	char since[64] = "an unknown time", text[160];
	struct tm tm;

	if (suggest->since >= 0 && localtime_r(&seconds, &tm))
		strftime(since, sizeof(since), "%Y-%m-%d %H:%M", &tm);
	if (suggest->n_hosts == 1)
		snprintf(text, sizeof(text), "Used since %s, when algif_copy was loaded:",
			 since);
	else
		snprintf(text, sizeof(text),
			 "Used on %zu machines, on the first since %s, when algif_copy was loaded there:",
			 suggest->n_hosts, since);
	ac_out_text(AC_OUT_PLAIN, "", text);
	if (suggest->lost) {
		snprintf(text, sizeof(text),
			 "The list is not complete: %lld entries of it were evicted.",
			 suggest->lost);
		ac_out_text(AC_OUT_YELLOW, "", text);
	}
}

static void show_users(const struct ac_suggest *suggest,
		       const struct ac_suggest_use *use)
{
	char text[1024] = "";
	const struct ac_stats_line *user;
	size_t host = 0, line = 0, len = 0;

	while ((user = ac_suggest_next(suggest, use, &host, &line)) &&
	       len + strlen(user->comm) + 32 < sizeof(text))
		len += (size_t)sprintf(text + len, "%s%s (uid %lld)",
				       len ? ", " : "", user->comm, user->uid);
	if (user)
		strcat(text, ", ...");
	ac_out_text(AC_OUT_PLAIN, "                         by ", text);
	if (suggest->n_hosts > 1)
		printf("%25son %u of %zu machines\n", "", use->hosts,
		       suggest->n_hosts);
}

static void show_reasons(const struct ac_suggest_use *use)
{
	char text[512];
	size_t i, len;

	if (!use->why)
		return;
	len = (size_t)sprintf(text, "%s: ", use->proposed ? "proposed" :
			      "not proposed");
	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (use->why & reasons[i].bit)
			len += (size_t)sprintf(text + len, "%s; ", reasons[i].text);
	text[len - 2] = '\0';
	ac_out_text(AC_OUT_PLAIN, "                         ", text);
}

static void show_use(const struct ac_suggest *suggest,
		     const struct ac_suggest_use *use)
{
	ac_out_cell(AC_OUT_PLAIN, 9, use->type);
	ac_out_units(6, (double)use->binds, 1000);
	fputs("  ", stdout);
	ac_out_cell(!use->refused ? AC_OUT_GREEN : AC_OUT_YELLOW, 8,
		    use->refused ? "refuses" : "allows");
	ac_out_last(AC_OUT_PLAIN, 25, use->name);
	show_users(suggest, use);
	show_reasons(use);
}

/* One change a line: modprobe joins lines that end with a backslash. */
static void show_option(const char *allow)
{
	char words[AC_SUGGEST_ALLOW], *rest = words, *word;

	snprintf(words, sizeof(words), "%s", allow);
	fputs("    options algif_copy allow=\"", stdout);
	while ((word = strsep(&rest, " ")))
		printf(" \\\n\t%s", word);
	puts("\"");
}

static void show_lines(const struct ac_suggest *suggest)
{
	if (*suggest->allow) {
		puts("To keep what is proposed, write to /etc/modprobe.d/algif-copy-allow.conf:\n");
		show_option(suggest->allow);
		puts("\nand to close the rest, write to /etc/sysctl.d/60-algif-copy.conf:\n");
	} else {
		puts("To close the rest, write to /etc/sysctl.d/60-algif-copy.conf:\n");
	}
	puts("    crypto.af_alg_restrict = 1\n");
	puts("That counts from the next boot on. The same at once:\n");
	if (*suggest->allow)
		printf("    echo \"%s\" \\\n\t>/sys/module/algif_copy/parameters/allow\n",
		       suggest->allow);
	puts("    sysctl crypto.af_alg_restrict=1\n");
	puts("And back (remove the file of sysctl.d too, if you have written it):\n");
	puts("    sysctl crypto.af_alg_restrict=0");
}

/* For somebody who knows better what the program is. */
static void show_others(const struct ac_suggest *suggest)
{
	const unsigned int never = AC_SUGGEST_ODD | AC_SUGGEST_FULL;
	const struct ac_suggest_use *use = suggest->uses;
	bool begun = false;
	char word[160];

	for (; use < suggest->uses + suggest->n; use++) {
		if (!use->refused || use->proposed || use->why & never)
			continue;
		if (!begun)
			puts("Not proposed; if you know who needs it, and why, add to allow=:\n");
		begun = true;
		ac_suggest_word(word, sizeof(word), use);
		printf("    %s\n", word);
	}
	if (begun)
		putchar('\n');
}

void ac_suggest_show(const struct ac_suggest *suggest)
{
	size_t i, refused = 0;

	show_head(suggest);
	putchar('\n');
	if (suggest->n) {
		ac_out_cell(AC_OUT_BOLD, 0, "TYPE      BINDS  LEVEL 1 ALGORITHM");
		putchar('\n');
	}
	for (i = 0; i < suggest->n; i++) {
		show_use(suggest, &suggest->uses[i]);
		refused += !!suggest->uses[i].refused;
	}
	if (suggest->n)
		putchar('\n');
	printf("Level 1 of crypto.af_alg_restrict would refuse %zu of %zu algorithms.\n\n",
	       refused, suggest->n);
	show_others(suggest);
	show_lines(suggest);
}

/* ---------------- for programs ---------------- */

static void put_users(const struct ac_suggest *suggest,
		      const struct ac_suggest_use *use)
{
	const struct ac_stats_line *user;
	size_t host = 0, line = 0;
	const char *before = "";

	fputs("\"by\": [", stdout);
	while ((user = ac_suggest_next(suggest, use, &host, &line))) {
		printf("%s{", before);
		ac_out_json_text("comm", user->comm, ", ");
		ac_out_json_number("uid", user->uid, "}");
		before = ", ";
	}
	fputs("], ", stdout);
}

static void put_reasons(const struct ac_suggest_use *use)
{
	const char *before = "";
	size_t i;

	fputs("\"why\": [", stdout);
	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (!(use->why & reasons[i].bit))
			continue;
		printf("%s\"%s\"", before, reasons[i].word);
		before = ", ";
	}
	fputs("]}", stdout);
}

static void put_use(const struct ac_suggest *suggest,
		    const struct ac_suggest_use *use)
{
	char word[160];

	ac_suggest_word(word, sizeof(word), use);
	fputs("\n    {", stdout);
	ac_out_json_text("type", use->type, ", ");
	ac_out_json_text("name", use->name, ", ");
	ac_out_json_number("binds", use->binds, ", ");
	ac_out_json_number("unlisted", use->refused, ", ");
	ac_out_json_number("unlisted_privileged", use->refused_privileged, ", ");
	ac_out_json_real("last", use->last, ", ");
	ac_out_json_number("hosts", use->hosts, ", ");
	put_users(suggest, use);
	ac_out_json_text("proposed", use->proposed ? word : NULL, ", ");
	put_reasons(use);
}

void ac_suggest_put(const struct ac_suggest *suggest)
{
	size_t i;

	fputs("{\n  ", stdout);
	ac_out_json_number("format", 1, ",\n  ");
	ac_out_json_number("hosts", (long long)suggest->n_hosts, ",\n  ");
	ac_out_json_real("since", suggest->since, ",\n  ");
	ac_out_json_number("used_lost", suggest->lost, ",\n  ");
	fputs("\"used\": [", stdout);
	for (i = 0; i < suggest->n; i++) {
		put_use(suggest, &suggest->uses[i]);
		if (i + 1 < suggest->n)
			putchar(',');
	}
	fputs("\n  ],\n  ", stdout);
	ac_out_json_text("allow", suggest->allow, ",\n  ");
	ac_out_json_text("sysctl", "crypto.af_alg_restrict = 1", "\n}\n");
}
