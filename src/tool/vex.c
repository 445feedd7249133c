// SPDX-License-Identifier: GPL-2.0
/*
 * algif-copy check --vex: statements of OpenVEX 0.2.0 about the running kernel's
 * package on this host. "not_affected" is said only of what has been seen: no file has
 * changed in this run, algif_copy serves all types and no socket keeps the stock code,
 * and each installed kernel will load it.
 *
 * The format has either a justification or an impact statement, not both.
 */
#include "vex.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "file.h"
#include "ledger.h"
#include "out.h"
#include "purl.h"
#include "state.h"

struct statement {
	const char *cve;
	const char *status;
	const char *justification;
	const char *notes;
	char action[320];
};

static bool is_protected(const struct ac_vex *vex)
{
	return vex->unchanged && vex->machine->boot.n &&
	       ac_machine_verdict(vex->machine) == AC_EXIT_GOOD;
}

static void advise(struct statement *statement, const struct ac_machine *machine)
{
	struct ac_state state;

	ac_state_find(&state, machine);
	snprintf(statement->action, sizeof(statement->action), "%s",
		 *state.action ? state.action :
		 "Install a kernel that has the fix, or algif_copy (modprobe algif_copy).");
}

static void judge(struct statement *statement, const struct ac_vex *vex,
		  enum ac_ledger_state known)
{
	bool tried = !strcmp(statement->cve, ac_ledger_cve(0));

	if (is_protected(vex)) {
		statement->status = "not_affected";
		statement->justification = "inline_mitigations_already_exist";
		statement->notes =
			"algif_copy serves, also after a boot; no file changed in this run.";
	} else if (known == AC_LEDGER_OPEN || (tried && vex->changed)) {
		statement->status = "affected";
		advise(statement, vex->machine);
		if (tried && vex->changed)
			statement->notes = "A file has changed in this run.";
	} else {
		statement->status = "under_investigation";
		statement->notes = tried && vex->unchanged ?
			"The kernel's number does not tell; no file changed in this run." :
			"The kernel's number does not tell.";
	}
}

static void put_statement(const struct statement *statement, const char *purl)
{
	fputs("\n    {\n      \"vulnerability\": {", stdout);
	ac_out_json_text("name", statement->cve, "},\n      ");
	fputs("\"products\": [{", stdout);
	ac_out_json_text("@id", purl, ", \"identifiers\": {");
	ac_out_json_text("purl", purl, "}}],\n      ");
	if (statement->justification)
		ac_out_json_text("justification", statement->justification,
				 ",\n      ");
	if (*statement->action)
		ac_out_json_text("action_statement", statement->action, ",\n      ");
	if (statement->notes)
		ac_out_json_text("status_notes", statement->notes, ",\n      ");
	ac_out_json_text("status", statement->status, "\n    }");
}

/* What is fixed needs no statement; but a document needs one. */
static void put_statements(const struct ac_vex *vex, const struct utsname *uts,
			   const char *purl)
{
	enum ac_ledger_state known;
	struct statement statement;
	unsigned int i, n = 0;

	for (i = 0; ac_ledger_cve(i); i++) {
		known = ac_ledger_find(i, uts->release, uts->version);
		statement = (struct statement) { .cve = ac_ledger_cve(i) };
		if (known == AC_LEDGER_FIXED && !(!i && vex->changed))
			continue;
		judge(&statement, vex, known);
		if (n++)
			putchar(',');
		put_statement(&statement, purl);
	}
	for (i = 0; !n && ac_ledger_cve(i); i++) {
		statement = (struct statement) {
			.cve = ac_ledger_cve(i), .status = "fixed",
			.notes = "By the kernel's number.",
		};
		if (i)
			putchar(',');
		put_statement(&statement, purl);
	}
}

static void put_head(const struct utsname *uts)
{
	char id[64] = "", text[160];
	time_t now = time(NULL);
	struct tm tm;

	ac_file_line("/proc/sys/kernel/random/uuid", id, sizeof(id));
	snprintf(text, sizeof(text), "urn:uuid:%s", id);
	fputs("{\n  ", stdout);
	ac_out_json_text("@context", "https://openvex.dev/ns/v0.2.0", ",\n  ");
	ac_out_json_text("@id", text, ",\n  ");
	ac_out_json_text("author", uts->nodename, ",\n  ");
	if (gmtime_r(&now, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	ac_out_json_text("timestamp", text, ",\n  ");
	ac_out_json_number("version", 1, ",\n  ");
	ac_out_json_text("tooling", "algif-copy " AC_VERSION, ",\n  ");
}

void ac_vex_put(const struct ac_vex *vex)
{
	struct utsname uts = { .release = "" };
	char purl[512];

	uname(&uts);
	ac_file_line("/proc/sys/kernel/osrelease", uts.release, sizeof(uts.release));
	ac_file_line("/proc/sys/kernel/version", uts.version, sizeof(uts.version));
	ac_purl_of_kernel(purl, sizeof(purl), uts.release);
	put_head(&uts);
	fputs("\"statements\": [", stdout);
	put_statements(vex, &uts, purl);
	fputs("\n  ]\n}\n", stdout);
}
