/* SPDX-License-Identifier: GPL-2.0 */
/* gen.h - what the files that make sequences share. */
#ifndef AC_DIFF_GEN_H
#define AC_DIFF_GEN_H

#include "pick.h"
#include "step.h"

/* What is being made, and what the steps so far are meant to lead to. */
struct plan {
	struct sequence *q;
	struct rng r;
	int end;
	int alg[PARENTS];	/* of the parents, and of operation sockets */
	int op_alg[OPS];	/* -1: there should be none */
};

/* gen.c: a step at the end; a spare one if there is no room for it. */
struct step *emit(struct plan *p, int kind, int slot);
void emit_accept(struct plan *p, int slot, int to);
struct step *emit_send(struct plan *p, int slot);
struct step *emit_recv(struct plan *p, int slot, uint32_t len);
void set_control(struct plan *p, struct step *s, const struct alg *a);
uint32_t room_for(struct rng *r, uint32_t len);
const struct alg *op_alg(const struct plan *p, int slot);

/* limits.c */
void emit_bad_recv(struct plan *p, int slot, uint32_t len);
void emit_parts(struct plan *p, int slot);
void emit_beyond(struct plan *p, int slot);
void emit_queue(struct plan *p, int slot);

#endif
