/* SPDX-License-Identifier: GPL-2.0 */
/*
 * target.h - algorithms that are tried with keys of no meaning.
 */
#ifndef AC_TARGET_H
#define AC_TARGET_H

#include <stddef.h>

#include "alg.h"

/*
 * Associated data of each AEAD. Kernels before 2026 crash when authencesn gets
 * less than 8 bytes of it, whoever asks for that; rfc4106 wants 16 or 20.
 */
#define AC_TARGET_AAD 16

struct ac_target {
	const char *type;
	const char *name;
	unsigned int keylen;
	unsigned int authlen;	/* of the key's other half; 0: it has none */
	unsigned int ivlen;
	unsigned int taglen;
};

extern const struct ac_target ac_target_all[];
extern const size_t ac_target_count;

/* A socket that is bound and has a key, or a negative errno. */
int ac_target_open(const struct ac_target *target);

/* What goes with a message of it. */
struct ac_alg_control ac_target_control(const struct ac_target *target, int op);

#endif
