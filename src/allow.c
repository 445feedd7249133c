// SPDX-License-Identifier: GPL-2.0
/*
 * The lists of crypto.af_alg_restrict=1, and the administrator's changes to them.
 *
 * Each type has a list of algorithms that may be bound at level 1, and who may bind
 * them. The built-in lists are those of the stock types of Linux 7.3, entry by entry.
 * Names are compared literally, so the name of a driver never matches.
 *
 * The parameter "allow" is a list of changes, separated by white space and applied
 * in order:
 *
 *	+TYPE:NAME		every task may bind it
 *	+TYPE:NAME@admin	only privileged tasks may
 *	-TYPE:NAME		no task may
 *	-TYPE:*			empty the list of the type
 *
 * Each write starts from the built-in lists again. The new lists are built beside
 * the old ones and replace all of them at once, or none if a word is wrong.
 */
#include "policy.h"

#include <linux/crypto.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "escape.h"

/* Reading the parameter back must fit into a page. */
#define ALLOW_TEXT_MAX	2048
#define ALLOW_ADDED_MAX	64

/* Entries of the longest built-in list, with the one that ends it. */
#define ALLOW_BUILTIN_MAX	16

#define ALLOW_WHITE	" \t\r\n"

static const struct af_alg_allowlist_entry allow_hash[] = {
	{ "sha1", AF_ALG_UNPRIVILEGED },
	{ "cmac(aes)" },
	{ "hmac(md5)" },
	{ "hmac(sha1)" },
	{ "hmac(sha224)" },
	{ "hmac(sha256)" },
	{ "hmac(sha384)" },
	{ "hmac(sha512)" },
	{ "md4" },
	{ "md5" },
	{ "sha224" },
	{ "sha256" },
	{ "sha384" },
	{ "sha512" },
	{ }
};

static const struct af_alg_allowlist_entry allow_skcipher[] = {
	{ "adiantum(xchacha12,aes)", AF_ALG_UNPRIVILEGED },
	{ "adiantum(xchacha20,aes)", AF_ALG_UNPRIVILEGED },
	{ "hctr2(aes)", AF_ALG_UNPRIVILEGED },
	{ "xts(aes)", AF_ALG_UNPRIVILEGED },
	{ "xts(camellia)", AF_ALG_UNPRIVILEGED },
	{ "xts(serpent)", AF_ALG_UNPRIVILEGED },
	{ "xts(twofish)", AF_ALG_UNPRIVILEGED },
	{ "cbc(aes)" },
	{ "cbc(des)" },
	{ "cbc(des3_ede)" },
	{ "cbc(paes)" },
	{ "ctr(aes)" },
	{ "ecb(aes)" },
	{ "ecb(des)" },
	{ }
};

static const struct af_alg_allowlist_entry allow_aead[] = {
	{ "ccm(aes)" },
	{ }
};

static const struct af_alg_allowlist_entry allow_rng[] = {
	{ }
};

static const struct {
	const char *type;
	const struct af_alg_allowlist_entry *list;
} allow_builtin[] = {
	{ "hash", allow_hash },
	{ "skcipher", allow_skcipher },
	{ "aead", allow_aead },
	{ "rng", allow_rng },
};

#define ALLOW_TYPES	ARRAY_SIZE(allow_builtin)

#define ALLOW_FITS(list)	(ARRAY_SIZE(list) <= ALLOW_BUILTIN_MAX)
static_assert(ALLOW_FITS(allow_hash) && ALLOW_FITS(allow_skcipher) &&
	      ALLOW_FITS(allow_aead) && ALLOW_FITS(allow_rng));

/**
 * struct allow_lists - what the parameter makes of the built-in lists
 * @added: entries that its words have added
 * @text: the parameter as it was written
 * @words: the same cut into words, which @list points into
 * @list: one for each type
 */
struct allow_lists {
	unsigned int added;
	char text[ALLOW_TEXT_MAX];
	char words[ALLOW_TEXT_MAX];
	struct af_alg_allowlist_entry list[ALLOW_TYPES][ALLOW_BUILTIN_MAX +
							ALLOW_ADDED_MAX];
};

static DECLARE_RWSEM(allow_lock);		/* guards allow_changed */
static struct allow_lists *allow_changed;	/* NULL: the built-in lists */

/* Index of a type; ALLOW_TYPES if there is none of that name. */
static unsigned int allow_index(const char *type)
{
	unsigned int i = 0;

	while (i < ALLOW_TYPES && strcmp(allow_builtin[i].type, type))
		i++;
	return i;
}

static unsigned int allow_count(const struct af_alg_allowlist_entry *list)
{
	unsigned int n = 0;

	while (list[n].name)
		n++;
	return n;
}

static void allow_remove_name(struct af_alg_allowlist_entry *list,
			      const char *name)
{
	struct af_alg_allowlist_entry *to = list;

	for (; list->name; list++)
		if (strcmp(list->name, name))
			*to++ = *list;
	to->name = NULL;
}

static void allow_add_name(struct af_alg_allowlist_entry *list,
			   const char *name, bool for_all)
{
	unsigned int n;

	allow_remove_name(list, name);
	n = allow_count(list);
	list[n].name = name;
	list[n].flags = for_all ? AF_ALG_UNPRIVILEGED : 0;
	list[n + 1].name = NULL;
}

static bool allow_is_name(const char *name)
{
	size_t len = strlen(name);

	if (!len || len >= CRYPTO_MAX_ALG_NAME)
		return false;
	while (isalnum(*name) || (*name && strchr("-_.,()/", *name)))
		name++;
	return !*name;
}

/* Cut "@admin" off the end of a name. Return: whether it was there. */
static bool allow_cut_admin(char *name)
{
	char *at = strchr(name, '@');

	if (!at || strcmp(at, "@admin"))
		return false;
	*at = '\0';
	return true;
}

static const char *allow_add_word(struct allow_lists *new,
				  struct af_alg_allowlist_entry *list,
				  char *name)
{
	bool admin = allow_cut_admin(name);

	if (!allow_is_name(name))
		return "is no name of an algorithm";
	if (new->added++ == ALLOW_ADDED_MAX)
		return "one addition too many";
	allow_add_name(list, name, !admin);
	return NULL;
}

static const char *allow_remove_word(struct af_alg_allowlist_entry *list,
				     const char *name)
{
	if (!strcmp(name, "*"))
		list->name = NULL;
	else if (allow_is_name(name))
		allow_remove_name(list, name);
	else
		return "is no name of an algorithm";
	return NULL;
}

/* Return: what is wrong with a word; NULL if nothing is. */
static const char *allow_apply_word(struct allow_lists *new, char *word)
{
	char sign = *word++;
	char *name = strchr(word, ':');
	unsigned int i;

	if (sign != '+' && sign != '-')
		return "begins with neither + nor -";
	if (!name)
		return "is not TYPE:ALGORITHM";
	*name++ = '\0';
	i = allow_index(word);
	if (i == ALLOW_TYPES)
		return "there is no such type";
	return sign == '+' ? allow_add_word(new, new->list[i], name) :
			     allow_remove_word(new->list[i], name);
}

static int allow_reject(const char *text, const char *why)
{
	char word[AC_ESCAPE_SIZE(48)], piece[48];
	size_t len = min(strcspn(text, ALLOW_WHITE), sizeof(piece) - 1);

	memcpy(piece, text, len);
	piece[len] = '\0';
	pr_err("allow: %s: %s; the list stays as it was\n",
	       ac_escape(word, sizeof(word), piece), why);
	return -EINVAL;
}

static int allow_parse(struct allow_lists *new)
{
	char *rest = new->words, *word;
	const char *why;
	size_t at;

	while ((word = strsep(&rest, ALLOW_WHITE))) {
		if (!*word)
			continue;
		at = word - new->words;
		why = allow_apply_word(new, word);
		if (why)
			return allow_reject(new->text + at, why);
	}
	return 0;
}

static void allow_start(struct allow_lists *new, const char *text)
{
	unsigned int i;

	strscpy(new->text, text, sizeof(new->text));
	strscpy(new->words, text, sizeof(new->words));
	for (i = 0; i < ALLOW_TYPES; i++) {
		const struct af_alg_allowlist_entry *list = allow_builtin[i].list;

		memcpy(new->list[i], list, allow_count(list) * sizeof(*list));
	}
}

/* Return: the lists before. */
static struct allow_lists *allow_install(struct allow_lists *new)
{
	struct allow_lists *old;

	down_write(&allow_lock);
	old = allow_changed;
	allow_changed = new;
	up_write(&allow_lock);
	return old;
}

static int allow_set(const char *val, const struct kernel_param *kp)
{
	struct allow_lists *new;
	int err;

	if (strlen(val) >= ALLOW_TEXT_MAX)
		return allow_reject(val, "the list is too long");
	new = kvzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	allow_start(new, val);
	err = allow_parse(new);
	if (!err) {
		strim(new->text);
		new = allow_install(new);
	}
	kvfree(new);
	return err;
}

static int allow_get(char *buffer, const struct kernel_param *kp)
{
	int len;

	down_read(&allow_lock);
	len = scnprintf(buffer, PAGE_SIZE, "%s\n",
			allow_changed ? allow_changed->text : "");
	up_read(&allow_lock);
	return len;
}

/*
 * Called while the module is not live, so nobody else can look; and lockdep does not
 * accept a lock of a module in that state.
 */
static void allow_free(void *arg)
{
	kvfree(allow_changed);
	allow_changed = NULL;
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

static const struct af_alg_allowlist_entry *allow_list(const char *type)
{
	unsigned int i = allow_index(type);

	return allow_changed ? allow_changed->list[i] : allow_builtin[i].list;
}

int ac_allow_check(const char *type, const char *name)
{
	int err;

	down_read(&allow_lock);
	err = ac_level_check(name, allow_list(type));
	up_read(&allow_lock);
	return err;
}

bool ac_allow_is_listed(const char *type, const char *name, bool privileged)
{
	bool listed;

	down_read(&allow_lock);
	listed = ac_level_is_listed(name, allow_list(type), privileged);
	up_read(&allow_lock);
	return listed;
}
