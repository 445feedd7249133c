/* SPDX-License-Identifier: GPL-2.0 */
/*
 * target.h - algorithms to test with arbitrary keys.
 */
#ifndef AC_TARGET_H
#define AC_TARGET_H

#include <stddef.h>

#include "alg.h"

/*
 * Length of each AEAD's associated data. With less than 8 bytes for authencesn
 * any user can crash kernels before 2026. rfc4106 requires 16 or 20 bytes.
 */
#define AC_TARGET_AAD 16

struct ac_target {
	const char *type;
	const char *name;
	unsigned int keylen;
	unsigned int authlen;	/* of the authentication key; 0: there is none */
	unsigned int ivlen;
	unsigned int taglen;
};

extern const struct ac_target ac_target_all[];
extern const size_t ac_target_count;

/* Return a bound socket with a key, or a negative errno. */
int ac_target_open(const struct ac_target *target);

/* Return the control data of a message. */
struct ac_alg_control ac_target_control(const struct ac_target *target, int op);

#endif
