// SPDX-License-Identifier: GPL-2.0
/*
 * algif-copy check: three tests of the running system. They need no privileges,
 * do no harm, and test the stock code as well as algif_copy.
 */
#include "check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "machine.h"
#include "out.h"
#include "unload.h"
#include "vex.h"

static const struct part {
	const char *name;
	void (*run)(void);
	const char *types;		/* each needs at least one test */
	const char *about;
	const char *good;
	const char *bad;
} parts[] = {
	{
		"known-answers", ac_known_run, "hash skcipher aead rng",
		"Known answers: does AF_ALG compute what the standards say?",
		"It does.",
		"AF_ALG computes wrong results. Whatever this machine has encrypted or hashed\n"
		"with it may be wrong too.",
	}, {
		"page-cache", ac_pagecache_run, "hash skcipher aead",
		"Pages of a file: does a file opened read-only stay unchanged?",
		"It does: files cannot be written to this way (CVE-2026-31431).",
		"A file opened read-only has changed in memory. Any user of this machine can\n"
		"change the contents that all programs see of any file that he may read,\n"
		"including programs and /etc/passwd, without a trace on the disk\n"
		"(CVE-2026-31431). Load algif_copy. Then reboot; or restart the programs that\n"
		"hold AF_ALG sockets and drop the page cache, since earlier changes stay in\n"
		"memory.",
	}, {
		"unverified-plaintext", ac_unverified_run, "aead",
		"Unverified plaintext: does a forged message stay out of the caller's buffer?",
		"It does: no data that fails authentication is delivered.",
		"The call fails with EBADMSG because the message is forged, but its contents are\n"
		"in the caller's buffer. A program that ignores the error, or reads the\n"
		"buffer first, works with forged data. The stock code of all kernels does this;\n"
		"algif_copy does not.",
	},
};

static struct {
	bool json;
	bool vex;			/* nothing is said of single tests */
	const struct part *part;
	unsigned int said;
	unsigned int bad;		/* of this part, with blemishes */
	unsigned int tested;		/* algorithms, in all parts */
	unsigned int missing;		/* types without any test */
	bool changed;			/* a file: the hole */
	bool unsure;			/* not all types were tested for it */
	bool wrong;			/* any other result that is bad */
	bool blemish;
	char tried[64];			/* types with at least one test */
} state;

static void show_result(const char *type, const char *name,
			enum ac_check_result result, const char *text)
{
	static const enum ac_out_color colors[] = {
		[AC_CHECK_GOOD] = AC_OUT_GREEN,
		[AC_CHECK_BAD] = AC_OUT_RED,
		[AC_CHECK_BLEMISH] = AC_OUT_YELLOW,
		[AC_CHECK_SKIPPED] = AC_OUT_YELLOW,
	};

	fputs("  ", stdout);
	ac_out_cell(AC_OUT_PLAIN, 9, type);
	/* Only a long reason needs a line of its own. */
	if (strlen(text) > 25) {
		ac_out_cell(AC_OUT_PLAIN, 0, name);
		fputs("\n           ", stdout);
	} else {
		ac_out_cell(AC_OUT_PLAIN, 43, name);
	}
	ac_out_cell(colors[result], 0, text);
	putchar('\n');
}

static void put_result(const char *type, const char *name,
		       enum ac_check_result result, const char *text)
{
	static const char *const words[] = {
		[AC_CHECK_GOOD] = "good",
		[AC_CHECK_BAD] = "bad",
		[AC_CHECK_BLEMISH] = "blemish",
		[AC_CHECK_SKIPPED] = "skipped",
	};

	printf("%s    {\"part\": \"%s\", \"type\": \"%s\", \"name\": ",
	       state.said ? ",\n" : "", state.part->name, type);
	ac_out_json_string(name);
	printf(", \"result\": \"%s\", \"text\": ", words[result]);
	ac_out_json_string(text);
	putchar('}');
}

static void count(const char *type, enum ac_check_result result)
{
	size_t used = strlen(state.tried);

	if (result == AC_CHECK_SKIPPED)
		return;
	state.tested++;
	state.bad += result != AC_CHECK_GOOD;
	state.blemish = state.blemish || result == AC_CHECK_BLEMISH;
	if (result == AC_CHECK_BAD && state.part->run == ac_pagecache_run)
		state.changed = true;
	else if (result == AC_CHECK_BAD)
		state.wrong = true;
	if (!strstr(state.tried, type))
		snprintf(state.tried + used, sizeof(state.tried) - used, "%s ",
			 type);
}

void ac_check_say(const char *type, const char *name,
		  enum ac_check_result result, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (state.json)
		put_result(type, name, result, text);
	else if (!state.vex)
		show_result(type, name, result, text);
	fflush(stdout);
	state.said++;
	count(type, result);
}

void ac_check_skip(const char *type, const char *name, int err)
{
	switch (err) {
	case -ENOENT:
	case -ELIBBAD:
		ac_check_say(type, name, AC_CHECK_SKIPPED,
			     "not available or allowed");
		break;
	case -EACCES:
	case -EPERM:
		ac_check_say(type, name, AC_CHECK_SKIPPED, "not allowed");
		break;
	case -EAFNOSUPPORT:
		ac_check_say(type, name, AC_CHECK_SKIPPED,
			     "there is no AF_ALG");
		break;
	default:
		ac_check_say(type, name, AC_CHECK_SKIPPED, "%s",
			     strerror(-err));
	}
}

/* Number of types without any test. No type's name is part of another's. */
static unsigned int missing_types(void)
{
	char types[64], *rest = types, *type;
	unsigned int n = 0;

	snprintf(types, sizeof(types), "%s", state.part->types);
	while ((type = strsep(&rest, " ")))
		n += !strstr(state.tried, type);
	return n;
}

static void run_part(const struct part *part)
{
	unsigned int missing;

	state.part = part;
	state.bad = 0;
	*state.tried = '\0';
	if (!state.json && !state.vex)
		puts(part->about);
	part->run();
	missing = missing_types();
	if (part->run == ac_pagecache_run)
		state.unsure = missing;
	state.missing += missing;
	if (state.json || state.vex)
		return;
	if (state.bad)
		puts(part->bad);
	else if (missing)
		puts("Some types could not be tested; their result is unknown.");
	else
		puts(part->good);
	putchar('\n');
}

enum {
	VULNERABLE, WRONG, BLEMISH, UNSURE, NOTHING, PARTLY, GOOD
};

static const struct verdict {
	enum ac_exit status;
	const char *name;
	enum ac_out_color color;
	const char *text;
} verdicts[] = {
	[VULNERABLE] = {
		AC_EXIT_BAD, "vulnerable", AC_OUT_RED,
		"VULNERABLE to CVE-2026-31431: any user can change files he may only read; do \"modprobe algif_copy\", then reboot",
	},
	[WRONG] = {
		AC_EXIT_WRONG, "wrong", AC_OUT_RED,
		"WRONG: AF_ALG gives wrong results or accepts forged messages; do not use it for encryption",
	},
	[BLEMISH] = {
		AC_EXIT_BLEMISH, "blemish", AC_OUT_YELLOW,
		"NOT VULNERABLE; stock behaviour: unverified plaintext after EBADMSG",
	},
	[UNSURE] = {
		AC_EXIT_BLEMISH, "blemish", AC_OUT_YELLOW,
		"NOT VULNERABLE as far as tested; stock behaviour: unverified plaintext after EBADMSG",
	},
	[NOTHING] = {
		AC_EXIT_PARTLY, "partly", AC_OUT_YELLOW,
		"NOT TESTED: this user cannot use any algorithm of AF_ALG",
	},
	[PARTLY] = {
		AC_EXIT_PARTLY, "partly", AC_OUT_YELLOW,
		"NOT VULNERABLE as far as tested; some types could not be tested",
	},
	[GOOD] = {
		AC_EXIT_GOOD, "good", AC_OUT_GREEN,
		"NOT VULNERABLE; right answers, and no unverified plaintext",
	},
};

static const struct verdict *verdict(void)
{
	if (state.changed)
		return &verdicts[VULNERABLE];
	if (state.wrong)
		return &verdicts[WRONG];
	if (state.blemish)
		return &verdicts[state.unsure ? UNSURE : BLEMISH];
	if (!state.tested)
		return &verdicts[NOTHING];
	return &verdicts[state.missing ? PARTLY : GOOD];
}

/* Called after the tests, which may have loaded modules. */
static void show_servers(const struct ac_machine *machine)
{
	char text[160];
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < AC_TYPES; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s: %s",
					i ? ", " : "", machine->types[i].name,
					ac_machine_server(machine->types[i].server));
	ac_out_text(AC_OUT_PLAIN, "Served by ", text);
}

static void put_servers(const struct ac_machine *machine)
{
	unsigned int i;

	fputs("\n  ],\n  \"served_by\": {", stdout);
	for (i = 0; i < AC_TYPES; i++)
		printf("%s\"%s\": \"%s\"", i ? ", " : "", machine->types[i].name,
		       ac_machine_server(machine->types[i].server));
	fputs("},\n", stdout);
}

static void finish_vex(const struct ac_machine *machine)
{
	struct ac_vex vex = {
		.machine = machine, .changed = state.changed,
		.unchanged = !state.changed && !state.unsure,
	};

	ac_vex_put(&vex);
}

static void finish(const struct ac_machine *machine, const char *unloaded)
{
	const struct verdict *end = verdict();

	if (state.vex) {
		finish_vex(machine);
		return;
	}
	if (!state.json) {
		show_servers(machine);
		if (*unloaded)
			ac_out_text(AC_OUT_PLAIN, "Unloaded again: ", unloaded);
		ac_out_text(end->color, "", end->text);
		return;
	}
	put_servers(machine);
	fputs("  ", stdout);
	ac_out_json_text("unloaded", unloaded, ",\n  ");
	ac_out_json_bool("vulnerable", state.changed ? 1 : state.unsure ? -1 : 0,
			 ",\n  ");
	ac_out_json_bool("blemish", state.blemish ? 1 : state.tested ? 0 : -1,
			 ",\n  ");
	ac_out_json_text("verdict", end->name, ",\n  ");
	ac_out_json_text("text", end->text, "\n}\n");
}

enum ac_exit ac_check_run(const struct ac_options *options)
{
	struct ac_machine machine;
	char unloaded[1024];
	size_t i;

	state.vex = options->vex;
	state.json = options->json && !state.vex;
	ac_unload_begin();
	if (state.json)
		fputs("{\n  \"format\": 1,\n  \"tests\": [\n", stdout);
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		run_part(&parts[i]);
	if (!ac_machine_read(&machine))
		return AC_EXIT_ERROR;
	ac_unload_end(unloaded, sizeof(unloaded));
	finish(&machine, unloaded);
	ac_machine_free(&machine);
	return verdict()->status;
}
