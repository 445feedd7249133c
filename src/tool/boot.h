/* SPDX-License-Identifier: GPL-2.0 */
/*
 * boot.h - whether algif_copy will serve after the next boot, for each installed
 * kernel.
 */
#ifndef AC_BOOT_H
#define AC_BOOT_H

#include <stdbool.h>
#include <stddef.h>

#include "modprobe.h"

struct ac_boot_kernel {
	char release[256];
	bool available;		/* there is a module for it */
	bool at_boot;		/* that is loaded at boot */
	bool by_alias;		/* or instead of each stock module */
	bool ready;		/* so algif_copy will serve, if anybody does */
};

struct ac_boot {
	struct ac_boot_kernel *all;
	size_t n;		/* 0: unknown */
};

void ac_boot_read(struct ac_boot *boot, const struct ac_modprobe *config);
void ac_boot_free(struct ac_boot *boot);

/* Return a kernel that is not ready, or NULL. */
const struct ac_boot_kernel *ac_boot_worst(const struct ac_boot *boot);

#endif
