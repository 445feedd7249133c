// SPDX-License-Identifier: GPL-2.0
/*
 * Who has bound what: a short list, so that an administrator learns which
 * programs use AF_ALG before he switches it off.
 *
 * Whoever has not been here for longest goes when there is no room. A program can
 * push all others out, by names; how many have gone is counted.
 */
#include "user.h"

#include <linux/cred.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#define USERS_MAX	64

static DEFINE_MUTEX(users_lock);	/* guards what follows */
static struct ac_user users[USERS_MAX];
static u64 lost;

static bool is_same(const struct ac_user *a, const struct ac_user *b)
{
	return a->uid == b->uid && a->type == b->type &&
	       !strcmp(a->comm, b->comm) && !strcmp(a->name, b->name);
}

/* The entry of the same program; else one that is free, or the oldest. */
static struct ac_user *find(const struct ac_user *who)
{
	struct ac_user *oldest = users;
	unsigned int i;

	for (i = 0; i < USERS_MAX; i++) {
		if (is_same(&users[i], who))
			return &users[i];
		if (users[i].last < oldest->last)
			oldest = &users[i];
	}
	if (oldest->type)
		lost++;
	*oldest = *who;
	return oldest;
}

void ac_user_note(const struct ac_type *type, const char *name, bool refused)
{
	struct ac_user who = {
		.uid = from_kuid_munged(&init_user_ns, current_uid()),
		.type = type,
	};
	struct ac_user *user;

	get_task_comm(who.comm, current);
	strscpy(who.name, name, sizeof(who.name));

	mutex_lock(&users_lock);
	user = find(&who);
	if (refused)
		user->refused++;
	else
		user->binds++;
	user->last = ktime_to_ns(ktime_get_boottime());
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
	n = lost;
	mutex_unlock(&users_lock);
	return n;
}
