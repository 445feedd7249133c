/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who has bound what. See user.c.
 */
#ifndef AC_USER_H
#define AC_USER_H

#include <linux/crypto.h>
#include <linux/sched.h>
#include <linux/types.h>

struct ac_type;

/**
 * struct ac_user - a program that has bound an algorithm, or has tried to
 * @comm: its name, as it chose it
 * @uid: its user, as the first user namespace numbers him
 * @account: who he is of those whom the first user namespace knows
 * @type: type
 * @name: algorithm, as the program asked for it
 * @binds: times that it succeeded
 * @refused: times that it was refused by crypto.af_alg_restrict
 * @last: when it was here last, in nanoseconds since boot
 */
struct ac_user {
	char comm[TASK_COMM_LEN];
	u32 uid;
	u32 account;
	const struct ac_type *type;
	char name[CRYPTO_MAX_ALG_NAME];
	u64 binds;
	u64 refused;
	u64 last;
};

/**
 * ac_user_note() - remember what the current task has done
 * @type: type
 * @name: algorithm
 * @refused: whether it was refused
 *
 * Context: process context.
 */
void ac_user_note(const struct ac_type *type, const char *name, bool refused);

/**
 * ac_user_each() - visit all that are remembered, in no order
 * @visit: called with each
 * @arg: passed on
 *
 * Context: process context.
 */
void ac_user_each(void (*visit)(const struct ac_user *user, void *arg),
		  void *arg);

/**
 * ac_user_lost() - how many have been forgotten for others
 *
 * Context: any.
 * Return: number.
 */
u64 ac_user_lost(void);

#endif
