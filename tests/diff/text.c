// SPDX-License-Identifier: GPL-2.0
/*
 * text.c - steps and outcomes, for people.
 */
#include "step.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text {
	char *buf;
	size_t size, at;
};

__attribute__((format(printf, 2, 3)))
static void add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->at, t->size - t->at, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->at += n;
	if (t->at >= t->size)
		t->at = t->size - 1;
}

static const char *const names[KINDS] = {
	"bind", "odd bind", "set key", "set authsize", "accept", "close parent",
	"send", "splice", "sendfile", "recv", "poll", "accept on", "dup",
	"buffer", "timeout", "odd call", "close",
};

static void add_control(struct text *t, const struct step *s)
{
	if (s->ctl & CTL_OP)
		add(t, " op=%d", s->op);
	if (s->ctl & CTL_IV)
		add(t, " iv=%d", s->ivlen);
	if (s->ctl & CTL_AAD)
		add(t, " aad=%u", s->aad);
	if (s->ctl & ~7)
		add(t, " odd control 0x%x", s->ctl & ~7);
}

static void add_data(struct text *t, const struct step *s)
{
	add(t, " %u", s->len);
	if (s->times)
		add(t, " %u times", 1 + s->times);
	if (s->off)
		add(t, " at %u", s->off);
	if (s->iovs > 1)
		add(t, " in %d pieces", s->iovs);
	if (s->flags & MSG_MORE)
		add(t, " MORE");
	if ((s->kind == SEND || s->kind == RECV) && !(s->flags & MSG_DONTWAIT))
		add(t, " BLOCKING");
	if (s->flags & ~(MSG_MORE | MSG_DONTWAIT))
		add(t, " flags 0x%x", s->flags & ~(MSG_MORE | MSG_DONTWAIT));
	if (s->how)
		add(t, s->kind == SEND ? " of what came (%d)" : " how %d", s->how);
	if (s->kind == RECV && s->how & RECV_HALF)
		add(t, ", %u good", s->good);
}

void text_step(const struct step *s, char *buf, size_t size)
{
	const struct alg *a = &algs[s->alg];
	struct text t = { buf, size, 0 };

	add(&t, "%s %d", names[s->kind], s->slot);
	switch (s->kind) {
	case BIND:
		add(&t, " %s %s", a->type, a->name);
		break;
	case ODD_BIND:
		add(&t, " %s %s how %d, %u", a->type, a->name, s->how, s->off);
		break;
	case ACCEPT:
	case CLONE:
		add(&t, " -> %d", s->to);
		break;
	case SEND:
		add_control(&t, s);
		add_data(&t, s);
		break;
	case SPLICE:
	case SEND_FILE:
	case RECV:
		add_data(&t, s);
		break;
	case SET_KEY:
	case SET_AUTHSIZE:
		add(&t, " %u", s->len);
		break;
	case BUFFER:
	case TIMEOUT:
		add(&t, " %s %u", s->how == BUFFER_RECEIVE ? "receive" : "send",
		    s->len);
		break;
	case ODD_CALL:
		add(&t, " how %d", s->how);
		break;
	}
}

void text_outcome(const struct outcome *o, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	if (o->more & SKIPPED)
		add(&t, "-");
	else if (o->ret < 0 && strerrorname_np(-o->ret))
		add(&t, "-%s", strerrorname_np(-o->ret));
	else
		add(&t, "%d", o->ret);
	if (o->more & 0xffff)
		add(&t, " flags 0x%x", o->more & 0xffff);
	if (o->hash)
		add(&t, " %016llx", (unsigned long long)o->hash);
	if (o->more & SLEPT)
		add(&t, " slept");
}
