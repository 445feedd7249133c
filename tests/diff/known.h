/* SPDX-License-Identifier: GPL-2.0 */
/* known.h - what is known of a step, and what of the differences that are meant. */
#ifndef AC_DIFF_KNOWN_H
#define AC_DIFF_KNOWN_H

#include "step.h"

#include <errno.h>

/* Of one operation socket, as far as it is the same on both. */
struct state {
	int alg;
	int gone;		/* not the same any more: what comes may differ */
	int failed;		/* the last send has, on stock */
	int spliced;		/* the message began with a splice */
	int iv;			/* it has been set since the last operation */
	uint32_t aad;		/* bytes of it in the message */
	int sndbuf, rcvbuf;	/* bytes, if it has been set */
	int timeout;		/* one has been set */
	int stolen;		/* since the IV was set a result ended amid a block */
	int bad;		/* bytes of a receive to bad memory, the last step */
	int cut;		/* a part has been refused, and nobody knows yet */
};

struct pair {
	const struct step *s;
	const struct outcome *stock, *copy;
	const struct state *state;
};

static inline int is_send(const struct step *s)
{
	return s->kind == SEND || s->kind == SPLICE || s->kind == SEND_FILE;
}

static inline int would_block(int ret)
{
	return ret == -EAGAIN || ret == -EINTR;
}

static inline int same_data(const struct pair *p)
{
	return p->stock->ret == p->copy->ret && p->stock->hash == p->copy->hash &&
	       !((p->stock->more ^ p->copy->more) & ~SLEPT);
}

int cut_short(const struct pair *p);

/*
 * Which difference it is; counts it. @silent: the outcomes do not show it, later ones
 * will. @same: both sockets are in the same state after it. 0 if it is none.
 */
int known_difference(const struct pair *p, int silent, int *same);

#endif
