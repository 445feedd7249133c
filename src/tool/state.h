/* SPDX-License-Identifier: GPL-2.0 */
/*
 * state.h - the state of the machine in words, and what to do about it.
 */
#ifndef AC_STATE_H
#define AC_STATE_H

#include "machine.h"
#include "out.h"

struct ac_state {
	const char *name;	/* for programs: see algif-copy(8) */
	enum ac_out_color color;
	char text[256];
	char action[320];	/* with the command to type; empty: nothing to do */
};

/* All names, up to NULL. */
extern const char *const ac_state_names[];

void ac_state_find(struct ac_state *state, const struct ac_machine *machine);

#endif
