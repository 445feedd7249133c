// SPDX-License-Identifier: GPL-2.0
/*
 * limits.c - messages in many parts, more than a socket takes, queues of megabytes,
 * and results that cannot be written.
 */
#include "gen.h"

/* A new socket in the place of one that may be in different states by now. */
static void emit_fresh(struct plan *p, int slot)
{
	for (int i = 0; i < PARENTS; i++)
		if (p->alg[i] >= 0 && p->alg[i] == p->op_alg[slot]) {
			emit_accept(p, i, slot);
			return;
		}
	emit(p, CLOSE, slot);
	p->op_alg[slot] = -1;
}

/*
 * To memory that is bad, wholly or from some byte on, and mostly once more to good
 * memory: what comes then must be what would have come.
 */
void emit_bad_recv(struct plan *p, int slot, uint32_t len)
{
	struct step *s = emit_recv(p, slot, len), *again;
	struct rng *r = &p->r;

	s->flags = MSG_DONTWAIT;
	if (one_in(r, 4)) {
		s->how = RECV_NOWHERE;
	} else {
		s->how = RECV_HALF;
		s->good = below(r, s->len < 65535 ? s->len + 1 : 65535);
	}
	while (one_in(r, 3))
		*emit(p, RECV, slot) = *s;
	if (!one_in(r, 6)) {
		again = emit(p, RECV, slot);
		*again = *s;
		again->how = 0;
	}
	if (one_in(r, 3))
		emit_fresh(p, slot);
}

/* How pages come; a tender algorithm gets none. */
static struct step *emit_pages(struct plan *p, int slot, uint32_t len)
{
	struct step *s = emit(p, one_in(&p->r, 3) ? SEND_FILE : SPLICE, slot);

	s->alg = op_alg(p, slot) - algs;
	s->len = len % 65536;
	s->off = below(&p->r, 64);
	return s;
}

/* Control data, and a message that goes on. */
static void emit_head(struct plan *p, int slot)
{
	const struct alg *a = op_alg(p, slot);
	struct step *s = emit_send(p, slot);

	s->ctl = 0;
	if (a->type[0] != 'h')
		set_control(p, s, a);
	s->len %= 100;
	s->times = 0;
	s->flags = MSG_MORE | MSG_DONTWAIT;
}

static void emit_end(struct plan *p, int slot, int ctl)
{
	struct step *s = emit_send(p, slot);

	if (!ctl)
		s->ctl = 0;
	s->len = 0;
	s->flags = MSG_DONTWAIT;
}

/* A message of many parts, received in many. */
void emit_parts(struct plan *p, int slot)
{
	const struct alg *a = op_alg(p, slot);
	struct rng *r = &p->r;
	uint32_t len = 0, part;
	struct step *s;

	emit_head(p, slot);
	for (int i = 2 + below(r, 6); i > 0; i--) {
		if (!a->tender && one_in(r, 4)) {
			s = emit_pages(p, slot, some_len(r, a->chunk));
		} else {
			s = emit_send(p, slot);
			/* A tender one cannot do without. */
			if (!a->tender)
				s->ctl = 0;
		}
		s->flags = MSG_MORE | MSG_DONTWAIT;
		len += s->len;
		if (one_in(r, 8))
			emit_recv(p, slot, below(r, len + 1));
	}
	emit_end(p, slot, a->tender);
	part = 1 + below(r, len / 2 + 2);
	if (a->chunk > 1 && !one_in(r, 4))
		part += a->chunk - part % a->chunk;
	for (int i = 2 + below(r, 5); i > 0; i--)
		emit_recv(p, slot, part);
}

/* More than SO_SNDBUF allows, whichever way it comes; then the end. */
void emit_beyond(struct plan *p, int slot)
{
	static const uint32_t sizes[] = { 0, 4096, 8192, 16384 };
	const struct alg *a = op_alg(p, slot);
	struct rng *r = &p->r;
	struct step *s = emit(p, BUFFER, slot);
	uint32_t limit;

	s->alg = a - algs;
	s->len = sizes[below(r, 4)];
	limit = s->len ? 2 * s->len : 4096;
	emit_head(p, slot);
	for (int i = 1 + below(r, 2); i > 0; i--) {
		if (!a->tender && !one_in(r, 3)) {
			s = emit_pages(p, slot, limit + below(r, 5000));
			s->flags = one_in(r, 4) ? 0 : MSG_MORE;
		} else {
			s = emit_send(p, slot);
			if (!a->tender)
				s->ctl = 0;
			s->len = limit - 100 + below(r, 5000);
			s->flags = MSG_DONTWAIT | (one_in(r, 3) ? 0 : MSG_MORE);
		}
	}
	if (!one_in(r, 4))
		emit_end(p, slot, a->tender);
	for (int i = 1 + below(r, 2); i > 0; i--)
		emit_recv(p, slot, room_for(r, limit + a->authsize));
	emit_fresh(p, slot);
}

/* Megabytes in the queue, and then a few parts out of it. */
void emit_queue(struct plan *p, int slot)
{
	static const uint32_t parts[] = { 1024, 4096, 16384, 65536 };
	const struct alg *a = op_alg(p, slot);
	struct rng *r = &p->r;
	struct step *s = emit(p, BUFFER, slot);

	s->alg = a - algs;
	s->how = BUFFER_FORCE;
	s->len = 2 << 20;
	s = emit_send(p, slot);
	s->ctl = 0;
	if (a->type[0] != 'h')
		set_control(p, s, a);
	s->how = 0;
	s->iovs = 1;
	s->len = 65536;
	s->times = 15 + below(r, 20);
	s->flags = MSG_MORE | MSG_DONTWAIT;
	emit_end(p, slot, a->tender);
	s = emit_recv(p, slot, parts[below(r, 4)]);
	s->times = below(r, 8);
	s->flags = MSG_DONTWAIT;
	s = emit_recv(p, slot, parts[below(r, 4)]);
	s->flags = MSG_DONTWAIT;
	emit_fresh(p, slot);
}
