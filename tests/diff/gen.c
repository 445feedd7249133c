// SPDX-License-Identifier: GPL-2.0
/*
 * gen.c - sequences of calls, most of them valid, the others nearly so.
 *
 * Left out, because older stock kernels do not survive it: less associated data
 * than authencesn and essiv look into; data that faults half way through a send
 * (CVE-2025-39931), which tests/cases/11-fault asks. And two senders at once
 * (CVE-2025-39964): a sequence has one thread.
 */
#include "gen.h"

#include <string.h>

struct step *emit(struct plan *p, int kind, int slot)
{
	static struct step spare;
	struct step *s = &spare;

	if (p->q->n < MAX_STEPS)
		s = &p->q->step[p->q->n++];
	memset(s, 0, sizeof(*s));
	s->kind = kind;
	s->slot = slot;
	return s;
}

static int some_parent(struct plan *p)
{
	return one_in(&p->r, 4) && p->alg[1] >= 0;
}

/* One that should be there; in one of 20 cases any. */
static int some_op(struct plan *p)
{
	int slot = below(&p->r, OPS);

	for (int i = 0; i < OPS && p->op_alg[slot] < 0 && !one_in(&p->r, 20); i++)
		slot = (slot + 1) % OPS;
	return slot;
}

const struct alg *op_alg(const struct plan *p, int slot)
{
	return &algs[p->op_alg[slot] >= 0 ? p->op_alg[slot] : p->alg[0]];
}

/* --- choices ----------------------------------------------------------- */

/* One in five is nested, of which there are more than of all others. */
static int some_alg(struct rng *r)
{
	return below(r, one_in(r, 5) ? nalgs : nplain);
}

static uint32_t some_aad(struct rng *r, const struct alg *a)
{
	static const uint32_t odd[] = {
		0x7fffffff, 0x80000000, 0xffffffff, 100000, 4096,
	};

	if (a->tender)
		return ENOUGH_AAD + below(r, 16);
	if (one_in(r, 60))
		return odd[below(r, 5)];
	switch (below(r, 6)) {
	case 0:
		return 0;
	case 1:
		return 8;
	case 2:
		return 16;
	case 3:
		return 20;
	default:
		return below(r, 48);
	}
}

/* A sixteenth of the calls may block. */
static int may_block(struct rng *r)
{
	return one_in(r, 16) ? 0 : MSG_DONTWAIT;
}

/* --- opening ----------------------------------------------------------- */

static void emit_bind(struct plan *p, int slot, int alg)
{
	emit(p, BIND, slot)->alg = alg;
	p->alg[slot] = alg;
}

static void emit_key(struct plan *p, int slot, int good)
{
	static const uint8_t odd[] = {
		0, 1, 5, 8, 15, 16, 17, 24, 31, 32, 33, 40, 48, 64, 65, 200,
	};
	const struct alg *a = &algs[p->alg[slot]];
	struct step *s = emit(p, SET_KEY, slot);

	s->alg = p->alg[slot];
	s->len = a->keylen;
	if (!good || a->keylen < 0)
		s->len = one_in(&p->r, 30) ? 30000 : odd[below(&p->r, 16)];
}

static void emit_authsize(struct plan *p, int slot, int good)
{
	const struct alg *a = &algs[p->alg[slot]];
	struct step *s = emit(p, SET_AUTHSIZE, slot);

	s->alg = p->alg[slot];
	s->len = good ? a->authsize : (int)below(&p->r, 70);
}

void emit_accept(struct plan *p, int slot, int to)
{
	struct step *s = emit(p, ACCEPT, slot);

	s->alg = p->alg[slot];
	s->to = to;
	p->op_alg[to] = p->alg[slot];
}

static int has_tag(const struct alg *a)
{
	return a->type[0] == 'a';
}

/* --- messages ---------------------------------------------------------- */

/* Tender algorithms get a good length of the associated data in any case. */
static void spoil_control(struct rng *r, struct step *s, const struct alg *a)
{
	switch (below(r, 8)) {
	case 0:
		s->op = 2 + below(r, 3);
		break;
	case 1:
		s->ivlen = below(r, 70);
		break;
	case 2:
		s->ctl |= CTL_UNKNOWN;
		break;
	case 3:
		s->ctl |= CTL_SHORT;
		break;
	case 4:
		s->ctl |= CTL_CUT;
		break;
	case 5:
		s->ctl |= CTL_FOREIGN;
		break;
	default:
		s->ctl = below(r, 8);
	}
	if (a->tender)
		s->ctl |= CTL_AAD;
}

void set_control(struct plan *p, struct step *s, const struct alg *a)
{
	struct rng *r = &p->r;

	s->op = one_in(r, 2);
	s->ivlen = a->ivsize;
	s->aad = some_aad(r, a);
	s->ctl = CTL_OP;
	if (a->ivsize && !one_in(r, 5))
		s->ctl |= CTL_IV;
	if (has_tag(a) ? a->tender || !one_in(r, 12) : one_in(r, 30))
		s->ctl |= CTL_AAD;
	if (one_in(r, 14))
		spoil_control(r, s, a);
}

struct step *emit_send(struct plan *p, int slot)
{
	const struct alg *a = op_alg(p, slot);
	struct step *s = emit(p, SEND, slot);
	struct rng *r = &p->r;

	s->alg = a - algs;
	s->len = some_len(r, a->chunk);
	s->off = below(r, 64);
	s->iovs = one_in(r, 4) ? 2 + below(r, 4) : 1;
	s->flags = may_block(r) | (one_in(r, 3) ? MSG_MORE : 0);
	if (a->type[0] == 'h' ? one_in(r, 20) : a->tender || !one_in(r, 4))
		set_control(p, s, a);
	return s;
}

struct step *emit_recv(struct plan *p, int slot, uint32_t len)
{
	struct step *s = emit(p, RECV, slot);
	struct rng *r = &p->r;

	s->alg = op_alg(p, slot) - algs;
	s->len = len < MAX_LEN ? len : MAX_LEN;
	s->off = one_in(r, 4) ? below(r, 64) : 0;
	s->iovs = one_in(r, 5) ? 2 + below(r, 6) : 1;
	s->flags = may_block(r);
	if (one_in(r, 150))
		s->flags |= one_in(r, 2) ? MSG_PEEK : MSG_WAITALL;
	if (one_in(r, 200))
		s->how |= RECV_NOWHERE;
	return s;
}

/* A buffer for @len bytes that is right, or too large, or too small. */
uint32_t room_for(struct rng *r, uint32_t len)
{
	switch (below(r, 10)) {
	case 0:
		return len + 1 + below(r, 100);
	case 1:
		return below(r, len + 1);
	case 2:
		return len & ~15u;
	default:
		return len;
	}
}

static uint32_t digest_room(struct rng *r, const struct alg *a)
{
	return one_in(r, 4) ? below(r, 70) : (uint32_t)a->digest;
}

/* A message in one to three parts, received in one or two. */
static void emit_message(struct plan *p, int slot)
{
	const struct alg *a = op_alg(p, slot);
	struct rng *r = &p->r;
	struct step *s = emit_send(p, slot);
	uint32_t len = s->len, part;

	s->flags &= ~MSG_MORE;
	for (int i = below(r, 3); i > 0; i--) {
		s->flags |= MSG_MORE;
		s = emit_send(p, slot);
		len += s->len;
		if (!a->tender && !one_in(r, 6))
			s->ctl = 0;
		s->flags &= ~MSG_MORE;
	}
	if (a->type[0] == 'h') {
		emit_recv(p, slot, digest_room(r, a));
		return;
	}
	if (has_tag(a))
		len += a->authsize;
	part = room_for(r, len);
	if (one_in(r, 12))
		emit_bad_recv(p, slot, part);
	else
		emit_recv(p, slot, part);
	if (part < len && !one_in(r, 3))
		emit_recv(p, slot, len - part);
}

/* Encrypted, received, sent back and decrypted; one in four is forged. */
static void emit_round_trip(struct plan *p, int slot)
{
	const struct alg *a = op_alg(p, slot);
	struct rng *r = &p->r;
	uint32_t tag = has_tag(a) ? a->authsize : 0, aad = some_aad(r, a) % 48;
	uint32_t len = some_len(r, a->chunk) + (tag ? ENOUGH_AAD + 16 : 0);
	struct step *s;

	if (a->tender)
		aad = ENOUGH_AAD;
	for (int back = 0; back < 2; back++) {
		s = emit_send(p, slot);
		s->ctl = CTL_OP | (a->ivsize ? CTL_IV : 0) | (tag ? CTL_AAD : 0);
		s->op = !back;
		s->aad = aad;
		s->ivlen = a->ivsize;
		s->off = 0;
		s->len = len + (back ? tag : 0);
		s->flags &= ~MSG_MORE;
		if (back)
			s->how = SEND_BACK | (one_in(r, 4) ? SEND_FLIPPED : 0);
		emit_recv(p, slot, room_for(r, back ? len : len + tag));
	}
}

static void emit_talk(struct plan *p, int slot)
{
	const struct alg *a = op_alg(p, slot);

	if (a->type[0] == 'r')
		emit_recv(p, slot, below(&p->r, 200));
	else if (a->type[0] != 'h' && one_in(&p->r, 3))
		emit_round_trip(p, slot);
	else
		emit_message(p, slot);
}

/* Nothing can be said about associated data on this way in. */
static void emit_splice(struct plan *p, int slot)
{
	const struct alg *a = op_alg(p, slot);
	struct rng *r = &p->r;
	struct step *s;

	if (a->tender) {
		emit_talk(p, slot);
		return;
	}
	if (!one_in(r, 4)) {
		s = emit_send(p, slot);
		s->len = one_in(r, 2) ? 0 : s->len % 100;
		s->flags |= MSG_MORE;
	}
	s = emit(p, one_in(r, 3) ? SEND_FILE : SPLICE, slot);
	s->alg = a - algs;
	s->len = some_len(r, a->chunk) % 65536;
	s->off = below(r, 64) + (one_in(r, 4) ? 4096 - 32 : 0);
	s->flags = one_in(r, 3) ? MSG_MORE : 0;
	if (!one_in(r, 3))
		emit_recv(p, slot, a->type[0] == 'h' ? digest_room(r, a) :
				   room_for(r, s->len + a->authsize));
}

/* --- the rest ---------------------------------------------------------- */

static void emit_clone(struct plan *p, int slot)
{
	struct step *s = emit(p, CLONE, slot);

	s->alg = op_alg(p, slot) - algs;
	s->to = below(&p->r, OPS);
	if (s->to != slot && op_alg(p, slot)->type[0] == 'h')
		p->op_alg[s->to] = p->op_alg[slot];
}

static void emit_option(struct plan *p, int kind, int slot)
{
	static const uint32_t sizes[] = { 0, 4096, 8192, 12288, 16384, 65536 };
	struct step *s = emit(p, kind, slot);

	s->alg = op_alg(p, slot) - algs;
	s->how = kind == BUFFER ? one_in(&p->r, 4) : one_in(&p->r, 2);
	s->len = kind == BUFFER ? sizes[below(&p->r, 6)] : below(&p->r, 2);
}

static void emit_parent(struct plan *p)
{
	struct rng *r = &p->r;
	int slot = some_parent(p);

	switch (below(r, 8)) {
	case 0:
		emit_key(p, slot, one_in(r, 2));
		break;
	case 1:
		emit_authsize(p, slot, one_in(r, 2));
		break;
	case 2:
		emit_bind(p, slot, one_in(r, 2) ? p->alg[slot] :
				   some_alg(r));
		break;
	case 3:
		emit_bind(p, 1, some_alg(r));
		emit_key(p, 1, 1);
		emit_accept(p, 1, below(r, OPS));
		break;
	case 4:
		emit(p, CLOSE_PARENT, slot);
		break;
	default:
		emit_accept(p, slot, below(r, OPS));
	}
}

static void emit_odd(struct plan *p)
{
	struct rng *r = &p->r;
	struct step *s;

	if (one_in(r, 3)) {
		s = emit(p, ODD_BIND, 0);
		s->alg = some_alg(r);
		s->how = below(r, 12);
		s->off = below(r, 32);
		return;
	}
	s = emit(p, ODD_CALL, some_op(p));
	s->alg = op_alg(p, s->slot) - algs;
	s->how = below(r, 16);
}

static void emit_any(struct plan *p)
{
	struct rng *r = &p->r;
	int slot = some_op(p);
	struct step *s;

	switch (below(r, 100)) {
	case 0 ... 23:
		emit_talk(p, slot);
		break;
	case 24 ... 27:
		emit_parts(p, slot);
		break;
	case 28:
		emit_beyond(p, slot);
		break;
	case 29:
		if (one_in(r, 8))
			emit_queue(p, slot);
		else
			emit_bad_recv(p, slot, some_len(r, op_alg(p, slot)->chunk));
		break;
	case 30 ... 44:
		emit_send(p, slot);
		break;
	case 45 ... 61:
		emit_recv(p, slot, op_alg(p, slot)->type[0] == 'h' ?
				   digest_room(r, op_alg(p, slot)) :
				   some_len(r, op_alg(p, slot)->chunk));
		break;
	case 62 ... 69:
		emit_splice(p, slot);
		break;
	case 70 ... 76:
		emit(p, POLL, slot);
		break;
	case 77 ... 81:
		emit_clone(p, slot);
		break;
	case 82:
		emit(p, DUP, slot);
		break;
	case 83 ... 84:
		emit_option(p, BUFFER, slot);
		break;
	case 85:
		emit_option(p, TIMEOUT, slot);
		break;
	case 86 ... 91:
		emit_parent(p);
		break;
	case 92 ... 97:
		emit_odd(p);
		break;
	default:
		s = emit(p, CLOSE, slot);
		p->op_alg[s->slot] = -1;
	}
}

/* Mostly in the right order; one in eight accepts before the key is there. */
static void emit_begin(struct plan *p)
{
	struct rng *r = &p->r;
	int alg = some_alg(r), early = one_in(r, 8);

	emit_bind(p, 0, alg);
	if (early) {
		emit_accept(p, 0, 0);
		for (int i = below(r, 3); i > 0; i--)
			emit_any(p);
	}
	emit_key(p, 0, !one_in(r, 12));
	if (has_tag(&algs[alg]) && !one_in(r, 6))
		emit_authsize(p, 0, !one_in(r, 5));
	if (!early || one_in(r, 2))
		emit_accept(p, 0, early);
}

void gen(struct sequence *q, uint64_t seed)
{
	struct plan p = { .q = q, .r = { seed }, .alg = { 0, -1 },
			  .op_alg = { -1, -1, -1, -1 } };
	int end = 10 + below(&p.r, MAX_STEPS - 12);

	q->seed = seed;
	q->n = 0;
	emit_begin(&p);
	while (q->n < end)
		emit_any(&p);
}
