// SPDX-License-Identifier: GPL-2.0
/*
 * algif-copy suggest: from what has been used, on this machine or on others, to the
 * lines that close the rest. The module has counted what level 1 would have refused;
 * the changes in "allow" may be newer than that.
 *
 * What nobody privileged has used is not proposed: that is how an attack looks. Nor
 * are nested templates, which level 1 is there to end, and what has had holes.
 */
#include "suggest.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "tool.h"

/* Templates and ciphers with a line in tests/cases/REGRESSIONS.md. */
static const char *const holes[] = {
	"authencesn", "essiv", "rfc4309", "krb5enc", "pcrypt", "cryptd",
};

static bool is_nested(const char *name)
{
	int depth = 0;

	for (; *name; name++) {
		depth += (*name == '(') - (*name == ')');
		if (depth > 1)
			return true;
	}
	return false;
}

static bool had_hole(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(holes); i++)
		if (strstr(name, holes[i]))
			return true;
	return false;
}

/* Whoever was refused may have asked for anything, also for ") +aead:*". */
static bool is_odd(const char *name)
{
	if (!*name)
		return true;
	while (isalnum((unsigned char)*name) || (*name && strchr("-_.,()/", *name)))
		name++;
	return *name != '\0';
}

/* ---------------- allow= ---------------- */

enum change { UNCHANGED, REMOVED, FOR_ADMIN, FOR_ALL };

static enum change change_by(const char *word, const char *type, const char *name)
{
	char wanted[160];

	snprintf(wanted, sizeof(wanted), "%s:%s", type, name);
	if (*word == '-' && !strcmp(word + 1, wanted))
		return REMOVED;
	if (*word == '+' && !strcmp(word + 1, wanted))
		return FOR_ALL;
	strcat(wanted, "@admin");
	if (*word == '+' && !strcmp(word + 1, wanted))
		return FOR_ADMIN;
	snprintf(wanted, sizeof(wanted), "-%s:*", type);
	return strcmp(word, wanted) ? UNCHANGED : REMOVED;
}

/* The last word about a name counts. */
static enum change changed(const char *allow, const char *type, const char *name)
{
	char words[sizeof(((struct ac_host *)NULL)->allow)], *rest = words, *word;
	enum change change = UNCHANGED, next;

	snprintf(words, sizeof(words), "%s", allow);
	while ((word = strsep(&rest, " \t\r\n"))) {
		next = change_by(word, type, name);
		if (next != UNCHANGED)
			change = next;
	}
	return change;
}

static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);
	const char *at = list;

	while ((at = strstr(at, word))) {
		if ((at == list || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
		at += len;
	}
	return false;
}

/* Append a word that is not there yet. Return false if there is no room. */
static bool add_word(struct ac_suggest *suggest, const char *word)
{
	size_t len = strlen(suggest->allow);

	if (has_word(suggest->allow, word))
		return true;
	if (len + strlen(word) + 2 > sizeof(suggest->allow) ||
	    (*word == '+' && suggest->additions == AC_SUGGEST_ADDITIONS))
		return false;
	suggest->additions += *word == '+';
	sprintf(suggest->allow + len, "%s%s", len ? " " : "", word);
	return true;
}

/* A file may have anything there, and these words are for root's shell. */
static bool is_change(const char *word)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,()/:@*";

	return (*word == '+' || *word == '-') && !word[1 + strspn(word + 1, allowed)];
}

/* Keep what has been allowed on any host. */
static void add_old(struct ac_suggest *suggest, const struct ac_host *host)
{
	char words[sizeof(host->allow)], *rest = words, *word;

	snprintf(words, sizeof(words), "%s", host->allow);
	while ((word = strsep(&rest, " \t\r\n")))
		if (is_change(word))
			add_word(suggest, word);
}

/* ---------------- uses ---------------- */

static bool is_of(const struct ac_suggest_use *use,
		  const struct ac_stats_line *line)
{
	return !strcmp(use->type, line->type) && !strcmp(use->name, line->name);
}

static struct ac_suggest_use *find(struct ac_suggest *suggest,
				   const struct ac_stats_line *line)
{
	struct ac_suggest_use *use, *all;

	for (use = suggest->uses; use < suggest->uses + suggest->n; use++)
		if (is_of(use, line))
			return use;
	all = reallocarray(suggest->uses, suggest->n + 1, sizeof(*all));
	if (!all)
		return NULL;
	suggest->uses = all;
	use = &all[suggest->n++];
	memset(use, 0, sizeof(*use));
	memcpy(use->type, line->type, sizeof(use->type));
	memcpy(use->name, line->name, sizeof(use->name));
	use->last = -1;
	return use;
}

static long long known(long long count)
{
	return count > 0 ? count : 0;
}

static void count_refused(struct ac_suggest_use *use, const struct ac_host *host,
			  const struct ac_stats_line *line)
{
	enum change change = changed(host->allow, use->type, use->name);
	long long all = known(line->count[AC_STATS_UNLISTED]);
	long long privileged = known(line->count[AC_STATS_UNLISTED_PRIVILEGED]);

	if (privileged > all)
		privileged = all;
	if (change == FOR_ALL)
		return;
	if (change == FOR_ADMIN) {
		all -= privileged;
		privileged = 0;
	}
	use->refused += all;
	use->refused_privileged += privileged;
	if (change == REMOVED)
		use->why |= AC_SUGGEST_REMOVED;
}

static bool add_host(struct ac_suggest *suggest, const struct ac_host *host)
{
	struct ac_suggest_use *use;
	size_t i, j;

	for (i = 0; i < host->n; i++) {
		use = find(suggest, &host->used[i]);
		if (!use)
			return false;
		use->binds += known(host->used[i].count[AC_STATS_BINDS]) +
			      known(host->used[i].count[AC_STATS_REFUSED]);
		if (host->used[i].last > use->last)
			use->last = host->used[i].last;
		count_refused(use, host, &host->used[i]);
		for (j = 0; j < i; j++)
			if (is_of(use, &host->used[j]))
				break;
		use->hosts += j == i;
	}
	if (host->since >= 0 && (suggest->since < 0 || host->since < suggest->since))
		suggest->since = host->since;
	suggest->lost += known(host->lost);
	return true;
}

void ac_suggest_word(char *word, size_t size, const struct ac_suggest_use *use)
{
	snprintf(word, size, "+%s:%s%s", use->type, use->name,
		 use->refused_privileged ? "@admin" : "");
}

static void judge(struct ac_suggest *suggest, struct ac_suggest_use *use)
{
	char word[160];

	if (!use->refused) {
		use->why = 0;
		return;
	}
	if (!use->refused_privileged)
		use->why |= AC_SUGGEST_USERS;
	if (is_nested(use->name))
		use->why |= AC_SUGGEST_NESTED;
	if (had_hole(use->name))
		use->why |= AC_SUGGEST_HOLE;
	if (is_odd(use->name))
		use->why |= AC_SUGGEST_ODD;
	if (use->why)
		return;
	ac_suggest_word(word, sizeof(word), use);
	use->proposed = add_word(suggest, word);
	if (!use->proposed)
		use->why |= AC_SUGGEST_FULL;
	else if (use->refused > use->refused_privileged)
		use->why |= AC_SUGGEST_SOME;
}

/* What would be refused comes first, then what is used most. */
static int by_weight(const void *a, const void *b)
{
	const struct ac_suggest_use *one = a, *other = b;
	int order;

	if (!one->refused != !other->refused)
		return !one->refused - !other->refused;
	if (one->binds != other->binds)
		return one->binds < other->binds ? 1 : -1;
	order = strcmp(one->type, other->type);
	return order ? order : strcmp(one->name, other->name);
}

static enum ac_exit judge_all(struct ac_suggest *suggest)
{
	enum ac_exit status = AC_EXIT_GOOD;
	size_t i;

	for (i = 0; i < suggest->n_hosts; i++)
		add_old(suggest, &suggest->hosts[i]);
	if (suggest->n)
		qsort(suggest->uses, suggest->n, sizeof(*suggest->uses), by_weight);
	for (i = 0; i < suggest->n; i++) {
		judge(suggest, &suggest->uses[i]);
		if (!suggest->uses[i].refused)
			continue;
		if (!suggest->uses[i].proposed)
			status = AC_EXIT_BAD;
		else if (status == AC_EXIT_GOOD)
			status = AC_EXIT_PARTLY;
	}
	return status;
}

static bool is_repeated(const struct ac_suggest *suggest, size_t host, size_t line)
{
	const struct ac_stats_line *this = &suggest->hosts[host].used[line], *other;
	size_t i, j;

	for (i = 0; i <= host; i++)
		for (j = 0; j < (i < host ? suggest->hosts[i].n : line); j++) {
			other = &suggest->hosts[i].used[j];
			if (other->uid == this->uid && !strcmp(other->comm, this->comm) &&
			    !strcmp(other->type, this->type) &&
			    !strcmp(other->name, this->name))
				return true;
		}
	return false;
}

const struct ac_stats_line *ac_suggest_next(const struct ac_suggest *suggest,
					    const struct ac_suggest_use *use,
					    size_t *host, size_t *line)
{
	const struct ac_stats_line *found;

	for (; *host < suggest->n_hosts; ++*host, *line = 0)
		while (*line < suggest->hosts[*host].n) {
			found = &suggest->hosts[*host].used[(*line)++];
			if (is_of(use, found) &&
			    !is_repeated(suggest, *host, *line - 1))
				return found;
		}
	return NULL;
}

/* ---------------- hosts ---------------- */

/* Return the number that can be read; others have been complained about. */
static size_t read_hosts(struct ac_host *hosts, char **files, size_t n_files)
{
	size_t i, n = 0;

	for (i = 0; i < (n_files ? n_files : 1); i++) {
		if (!(n_files ? ac_host_read_file(&hosts[n], files[i]) :
		      ac_host_read_here(&hosts[n])))
			continue;
		if (hosts[n].counts) {
			n++;
			continue;
		}
		ac_out_error("%s%sno counters: %s", n_files ? files[i] : "",
			     n_files ? ": " : "", hosts[n].why);
		ac_host_free(&hosts[n]);
	}
	return n;
}

static enum ac_exit run(struct ac_suggest *suggest, bool json)
{
	enum ac_exit status;
	size_t i;

	for (i = 0; i < suggest->n_hosts; i++)
		if (!add_host(suggest, &suggest->hosts[i])) {
			ac_out_error("out of memory");
			return AC_EXIT_ERROR;
		}
	status = judge_all(suggest);
	if (json)
		ac_suggest_put(suggest);
	else
		ac_suggest_show(suggest);
	return status;
}

enum ac_exit ac_suggest_run(const struct ac_options *options)
{
	struct ac_suggest suggest = { .since = -1 };
	size_t wanted = options->n_files ? options->n_files : 1, i;
	enum ac_exit status = AC_EXIT_ERROR;
	struct ac_host *hosts = calloc(wanted, sizeof(*hosts));

	if (!hosts) {
		ac_out_error("out of memory");
		return AC_EXIT_ERROR;
	}
	suggest.hosts = hosts;
	suggest.n_hosts = read_hosts(hosts, options->files, options->n_files);
	if (suggest.n_hosts)
		status = run(&suggest, options->json);
	for (i = 0; i < suggest.n_hosts; i++)
		ac_host_free(&hosts[i]);
	free(suggest.uses);
	free(hosts);
	return suggest.n_hosts == wanted ? status : AC_EXIT_ERROR;
}
