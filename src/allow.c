// SPDX-License-Identifier: GPL-2.0
/*
 * The lists of policy.c as the administrator has changed them.
 *
 * The parameter "allow" is a list of changes, separated by white space and made
 * in their order:
 *
 *	+TYPE:NAME		everybody may bind it
 *	+TYPE:NAME@admin	whoever is privileged may
 *	-TYPE:NAME		nobody may
 *	-TYPE:*			empties the list of that type
 *
 * Each value begins with the built-in lists again. As theirs, names are compared
 * as they are, and count where crypto.af_alg_restrict is 1. New lists are made
 * beside the old ones and put in their place at once, or not at all.
 */
#include "allow.h"

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "escape.h"
#include "type.h"

/* A page has to hold the text, and more than some names are no exception. */
#define TEXT_MAX	2048
#define ADDED_MAX	64

#define WHITE		" \t\r\n"

struct changed {
	unsigned int added;
	char text[TEXT_MAX];		/* as it was given */
	char words[TEXT_MAX];		/* what the lists point into */
	struct af_alg_allowlist_entry list[AC_TYPES][AC_ALLOW_BUILTIN_MAX + ADDED_MAX];
};

static DECLARE_RWSEM(lists_lock);	/* guards what follows, and ac_type.allowed */
static struct changed *lists;		/* NULL: no change */

static unsigned int count(const struct af_alg_allowlist_entry *list)
{
	unsigned int n = 0;

	while (list[n].name)
		n++;
	return n;
}

static void remove_name(struct af_alg_allowlist_entry *list, const char *name)
{
	struct af_alg_allowlist_entry *to = list;

	for (; list->name; list++)
		if (strcmp(list->name, name))
			*to++ = *list;
	to->name = NULL;
}

static void add_name(struct af_alg_allowlist_entry *list, const char *name,
		     bool for_all)
{
	unsigned int n;

	remove_name(list, name);
	n = count(list);
	list[n].name = name;
	list[n].flags = for_all ? AF_ALG_UNPRIVILEGED : 0;
	list[n + 1].name = NULL;
}

static bool is_name(const char *name)
{
	size_t len = strlen(name);

	if (!len || len >= CRYPTO_MAX_ALG_NAME)
		return false;
	while (isalnum(*name) || (*name && strchr("-_.,()/", *name)))
		name++;
	return !*name;
}

/* Whether a name ends in "@admin", which is taken off. */
static bool take_admin(char *name)
{
	char *at = strchr(name, '@');

	if (!at || strcmp(at, "@admin"))
		return false;
	*at = '\0';
	return true;
}

static struct af_alg_allowlist_entry *list_of(struct changed *new,
					      const char *type)
{
	unsigned int i;

	for (i = 0; i < AC_TYPES; i++)
		if (ac_types[i] == ac_type_find(type))
			return new->list[i];
	return NULL;
}

static const char *add_word(struct changed *new,
			    struct af_alg_allowlist_entry *list, char *name)
{
	bool admin = take_admin(name);

	if (!is_name(name))
		return "is no name of an algorithm";
	if (new->added++ == ADDED_MAX)
		return "one addition too many";
	add_name(list, name, !admin);
	return NULL;
}

static const char *remove_word(struct af_alg_allowlist_entry *list,
			       const char *name)
{
	if (!strcmp(name, "*"))
		list->name = NULL;
	else if (is_name(name))
		remove_name(list, name);
	else
		return "is no name of an algorithm";
	return NULL;
}

/* Returns what is wrong with a word, NULL if nothing is. */
static const char *apply_word(struct changed *new, char *word)
{
	struct af_alg_allowlist_entry *list;
	char sign = *word++;
	char *name = strchr(word, ':');

	if (sign != '+' && sign != '-')
		return "begins with neither + nor -";
	if (!name)
		return "is not TYPE:ALGORITHM";
	*name++ = '\0';
	list = list_of(new, word);
	if (!list)
		return "there is no such type";
	return sign == '+' ? add_word(new, list, name) : remove_word(list, name);
}

static int refuse(const char *text, const char *why)
{
	char word[AC_ESCAPE_SIZE(48)], piece[48];
	size_t len = min(strcspn(text, WHITE), sizeof(piece) - 1);

	memcpy(piece, text, len);
	piece[len] = '\0';
	pr_err("allow: %s: %s; the list stays as it was\n",
	       ac_escape(word, sizeof(word), piece), why);
	return -EINVAL;
}

static int parse(struct changed *new)
{
	char *rest = new->words, *word;
	const char *why;
	size_t at;

	while ((word = strsep(&rest, WHITE))) {
		if (!*word)
			continue;
		at = word - new->words;
		why = apply_word(new, word);
		if (why)
			return refuse(new->text + at, why);
	}
	return 0;
}

static void begin(struct changed *new, const char *text)
{
	unsigned int i;

	strscpy(new->text, text, sizeof(new->text));
	strscpy(new->words, text, sizeof(new->words));
	for (i = 0; i < AC_TYPES; i++)
		memcpy(new->list[i], ac_types[i]->allowlist,
		       count(ac_types[i]->allowlist) * sizeof(new->list[i][0]));
}

/* Returns what was in force before. */
static struct changed *put_in_force(struct changed *new)
{
	struct changed *old;
	unsigned int i;

	down_write(&lists_lock);
	old = lists;
	lists = new;
	for (i = 0; i < AC_TYPES; i++)
		ac_types[i]->allowed = new ? new->list[i] : NULL;
	up_write(&lists_lock);
	return old;
}

static int allow_set(const char *val, const struct kernel_param *kp)
{
	struct changed *new;
	int err;

	if (strlen(val) >= TEXT_MAX)
		return refuse(val, "the list is too long");
	new = kvzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	begin(new, val);
	err = parse(new);
	if (!err) {
		strim(new->text);
		new = put_in_force(new);
	}
	kvfree(new);
	return err;
}

static int allow_get(char *buffer, const struct kernel_param *kp)
{
	int len;

	down_read(&lists_lock);
	len = scnprintf(buffer, PAGE_SIZE, "%s\n", lists ? lists->text : "");
	up_read(&lists_lock);
	return len;
}

/*
 * The module goes, or has not come: nobody else is there, and to lockdep a lock of
 * a module in that state is none.
 */
static void allow_free(void *arg)
{
	kvfree(lists);
	lists = NULL;
}

static const struct kernel_param_ops allow_ops = {
	.set	= allow_set,
	.get	= allow_get,
	.free	= allow_free,
};

module_param_cb(allow, &allow_ops, NULL, 0644);
__MODULE_PARM_TYPE(allow, "charp");
MODULE_PARM_DESC(allow,
		 "changes of the list for crypto.af_alg_restrict=1: +TYPE:NAME, +TYPE:NAME@admin, -TYPE:NAME, -TYPE:*");

int ac_allow_check(const struct ac_type *type, const char *name)
{
	int err;

	down_read(&lists_lock);
	err = af_alg_check_restriction(name, type->allowed ?: type->allowlist);
	up_read(&lists_lock);
	return err;
}
