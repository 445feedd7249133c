// SPDX-License-Identifier: GPL-2.0
/*
 * Which programs have bound what: a short list, so that an administrator learns who
 * uses AF_ALG before he restricts it.
 *
 * When the list is full, an entry is evicted from whoever has most: of the account
 * with the most entries, the program with the most, and of its entries the least
 * recently seen. So no user can push out all the others, whatever names he makes up;
 * evictions are counted. User namespaces that a user has made count as his account.
 *
 * A program called "algif-copy" evicts nobody but itself: its "check" tries thirty
 * algorithms, perhaps every few minutes. That does not let anybody hide: such a
 * program is listed as long as there is room, and who took the room is listed. That
 * of root is not listed at all, see type.c.
 */
#include "stats.h"

#include <linux/cred.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#define USERS_MAX	64

static DEFINE_MUTEX(users_lock);	/* guards both */
static struct ac_user users[USERS_MAX];
static u64 users_lost;

static bool user_is_same(const struct ac_user *a, const struct ac_user *b)
{
	return a->uid == b->uid && a->type == b->type &&
	       !strcmp(a->comm, b->comm) && !strcmp(a->name, b->name);
}

static kuid_t user_account(void)
{
	struct user_namespace *ns = current_user_ns();
	kuid_t uid = current_uid();

	for (; ns != &init_user_ns; ns = ns->parent)
		uid = ns->owner;
	return uid;
}

/* Entries of the same account, and those of the same program among them. */
static void user_count_like(const struct ac_user *who,
			    unsigned int *of_account, unsigned int *of_program)
{
	unsigned int i;

	*of_account = 0;
	*of_program = 0;
	for (i = 0; i < USERS_MAX; i++) {
		if (!users[i].type || users[i].account != who->account)
			continue;
		++*of_account;
		*of_program += !strcmp(users[i].comm, who->comm);
	}
}

static bool user_evict_first(const struct ac_user *a, const struct ac_user *b)
{
	unsigned int a_account, a_program, b_account, b_program;

	if (!a->type || !b->type)
		return b->type;
	user_count_like(a, &a_account, &a_program);
	user_count_like(b, &b_account, &b_program);
	if (a_account != b_account)
		return a_account > b_account;
	if (a_program != b_program)
		return a_program > b_program;
	return a->last < b->last;
}

static bool user_may_evict(const struct ac_user *who, const struct ac_user *out)
{
	return !out->type || strcmp(who->comm, "algif-copy") ||
	       !strcmp(who->comm, out->comm);
}

/*
 * The entry of the same program and algorithm; else a free one, or the one that is
 * evicted; NULL if none may be.
 */
static struct ac_user *user_find(const struct ac_user *who)
{
	struct ac_user *first = NULL;
	unsigned int i;

	for (i = 0; i < USERS_MAX; i++)
		if (user_is_same(&users[i], who))
			return &users[i];
	for (i = 0; i < USERS_MAX; i++)
		if (user_may_evict(who, &users[i]) &&
		    (!first || user_evict_first(&users[i], first)))
			first = &users[i];
	users_lost += !first || first->type;
	if (first)
		*first = *who;
	return first;
}

static void user_count(struct ac_user *user, unsigned int how)
{
	if (how & AC_USER_REFUSED)
		user->refused++;
	else
		user->binds++;
	if (how & AC_USER_UNLISTED) {
		user->unlisted++;
		user->unlisted_privileged += !!(how & AC_USER_PRIVILEGED);
	}
	user->last = ktime_to_ns(ktime_get_boottime());
	user->pid = task_tgid_nr(current);
}

void ac_user_note(const char *type, const char *name, unsigned int how)
{
	struct ac_user who = {
		.uid = from_kuid_munged(&init_user_ns, current_uid()),
		.account = from_kuid_munged(&init_user_ns, user_account()),
		.type = type,
	};
	struct ac_user *user;

	get_task_comm(who.comm, current);
	strscpy(who.name, name, sizeof(who.name));

	mutex_lock(&users_lock);
	user = user_find(&who);
	if (user)
		user_count(user, how);
	mutex_unlock(&users_lock);
}

void ac_user_each(void (*visit)(const struct ac_user *user, void *arg),
		  void *arg)
{
	unsigned int i;

	mutex_lock(&users_lock);
	for (i = 0; i < USERS_MAX; i++)
		if (users[i].type)
			visit(&users[i], arg);
	mutex_unlock(&users_lock);
}

u64 ac_user_lost(void)
{
	u64 n;

	mutex_lock(&users_lock);
	n = users_lost;
	mutex_unlock(&users_lock);
	return n;
}
