// SPDX-License-Identifier: GPL-2.0
/*
 * judge.c - follow what both sides have, and compare what came of each step.
 */
#include "known.h"

static int equal(const struct outcome *a, const struct outcome *b)
{
	return a->ret == b->ret && a->more == b->more && a->hash == b->hash;
}

/* What both sides have in a sequence. */
struct both {
	int parent[PARENTS];
	struct state op[OPS];
};

static void follow_send(const struct pair *p, struct state *st)
{
	int ret = p->copy->ret;

	st->failed = p->stock->ret < 0;
	if (ret == -EMSGSIZE)
		st->cut = 0;
	else if (cut_short(p))
		st->cut = 1;
	if (p->s->kind != SEND && ret > 0)
		st->spliced = 1;
	if (p->s->kind != SEND || ret < 0 || !p->s->ctl)
		return;
	if (p->s->ctl & CTL_IV) {
		st->iv = 1;
		st->stolen = 0;
	}
	st->aad = p->s->ctl & CTL_AAD ? p->s->aad : 0;
}

static void follow_recv(const struct pair *p, struct state *st)
{
	if (p->copy->ret == -EMSGSIZE)
		st->cut = 0;
	st->bad = p->s->how & RECV_BAD && p->copy->ret == -EFAULT ?
		  (int)p->s->len : 0;
	if (st->bad)
		return;
	st->failed = 0;
	st->iv = 0;
	st->stolen |= p->copy->ret > 0 && p->copy->ret % 16;
}

/* What the step makes of the states of sockets. */
static void follow(const struct pair *p, struct both *b)
{
	const struct step *s = p->s;
	int ret = p->copy->ret;

	if (p->copy->more & SKIPPED)
		return;
	if (s->kind == BIND && !ret)
		b->parent[s->slot] = s->alg;
	else if (s->kind == CLONE && !ret)
		b->op[s->to] = b->op[s->slot];
	else if (s->kind == ACCEPT && !ret)
		b->op[s->to] = (struct state){ .alg = b->parent[s->slot] };
	else if (is_send(s))
		follow_send(p, &b->op[s->slot]);
	else if (s->kind == RECV && !would_block(ret))
		follow_recv(p, &b->op[s->slot]);
	else if (s->kind == BUFFER && !ret)
		*(s->how == BUFFER_RECEIVE ? &b->op[s->slot].rcvbuf :
					     &b->op[s->slot].sndbuf) =
			s->len ? 2 * s->len : 4096;
	else if (s->kind == TIMEOUT && !ret)
		b->op[s->slot].timeout = 1;
}

/*
 * Stock takes the part for the whole, so that what comes after it cannot be
 * compared: here the next that is about the message has to fail.
 */
static int finishes_part(const struct pair *p, const struct state *st)
{
	int ret = p->copy->ret;

	if (!st || !st->cut || ret < 0 || !(is_send(p->s) || p->s->kind == RECV))
		return 0;
	/* Nothing asked for, or an empty pipe: the socket does not hear of it. */
	return ret || p->s->kind == SEND || (p->s->kind == RECV && p->s->len);
}

/* Returns whether a step is as it should be. */
static int judge(struct pair *p, struct state *st, struct tally *t)
{
	int equals = equal(p->stock, p->copy), same = 0;

	if (p->stock->more & SKIPPED)
		return 1;
	p->state = st;
	if (finishes_part(p, st))
		return 0;
	if (st && st->gone) {
		t->after++;
		return 1;
	}
	t->compared++;
	if (known_difference(p, equals, &same)) {
		t->known += !equals;
		if (st && !same)
			st->gone = 1;
		return 1;
	}
	/* A busy host makes a call sleep now and then: few may. */
	if (!equals && same_data(p)) {
		t->slept++;
		return 1;
	}
	return equals;
}

int known_compare(const struct sequence *q, const struct outcome *stock,
		  const struct outcome *copy, struct tally *t)
{
	struct both both = { 0 };

	for (int i = 0; i < q->n; i++) {
		const struct step *s = &q->step[i];
		struct pair p = { s, &stock[i], &copy[i] };

		if (!judge(&p, is_on_op(s) ? &both.op[s->slot] : NULL, t))
			return i;
		follow(&p, &both);
	}
	return -1;
}
