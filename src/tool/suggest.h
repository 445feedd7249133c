/* SPDX-License-Identifier: GPL-2.0 */
/*
 * suggest.h - what level 1 of crypto.af_alg_restrict would refuse of what has been used.
 */
#ifndef AC_SUGGEST_H
#define AC_SUGGEST_H

#include "host.h"

/* What is longer allow= does not take. */
#define AC_SUGGEST_ALLOW 2048
#define AC_SUGGEST_ADDITIONS 64

/* Why a name that level 1 would refuse is not proposed, or not to all who bound it. */
enum {
	AC_SUGGEST_USERS = 1 << 0,	/* only without privileges */
	AC_SUGGEST_NESTED = 1 << 1,
	AC_SUGGEST_HOLE = 1 << 2,
	AC_SUGGEST_REMOVED = 1 << 3,	/* by allow= */
	AC_SUGGEST_ODD = 1 << 4,	/* allow= cannot have such a name */
	AC_SUGGEST_FULL = 1 << 5,	/* allow= cannot have so many */
	AC_SUGGEST_SOME = 1 << 6,	/* proposed, but not for users */
};

/* An algorithm, on all hosts. */
struct ac_suggest_use {
	char type[16];
	char name[128];
	long long binds;		/* refused ones too */
	long long refused;		/* by level 1, or would be */
	long long refused_privileged;
	double last;			/* seconds since the epoch, or -1 */
	unsigned int hosts;
	unsigned int why;
	bool proposed;
};

struct ac_suggest {
	const struct ac_host *hosts;
	size_t n_hosts;
	struct ac_suggest_use *uses;
	size_t n;
	double since;			/* the earliest, or -1 */
	long long lost;
	unsigned int additions;
	char allow[AC_SUGGEST_ALLOW];	/* old changes, and what is proposed */
};

/* Return the next program that used it, and set @host and @line; NULL at the end. */
const struct ac_stats_line *ac_suggest_next(const struct ac_suggest *suggest,
					    const struct ac_suggest_use *use,
					    size_t *host, size_t *line);

/* The change of allow= that would let its users have it: "+TYPE:NAME@admin" */
void ac_suggest_word(char *word, size_t size, const struct ac_suggest_use *use);

void ac_suggest_show(const struct ac_suggest *suggest);
void ac_suggest_put(const struct ac_suggest *suggest);

#endif
