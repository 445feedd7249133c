/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vex.h - what "check" has found, as an OpenVEX document for scanners.
 */
#ifndef AC_VEX_H
#define AC_VEX_H

#include <stdbool.h>

#include "machine.h"

struct ac_vex {
	const struct ac_machine *machine;
	bool changed;		/* a file has, in this run */
	bool unchanged;		/* none has, of all types */
};

void ac_vex_put(const struct ac_vex *vex);

#endif
