/* SPDX-License-Identifier: GPL-2.0 */
/*
 * modprobe.h - what modprobe would load, by its configuration. Nothing is loaded.
 */
#ifndef AC_MODPROBE_H
#define AC_MODPROBE_H

#include <stdbool.h>
#include <stddef.h>

enum ac_load {
	AC_LOAD_UNKNOWN,	/* modules.dep cannot be read */
	AC_LOAD_NOTHING,	/* there is no such module */
	AC_LOAD_FORBIDDEN,	/* by "install", "alias" or "blacklist" */
	AC_LOAD_STOCK,
	AC_LOAD_COPY,
};

/* A line of modprobe.d; "load" stands for one of modules-load.d. */
struct ac_modprobe_rule {
	char kind[12];
	char name[64];
	char value[256];
};

struct ac_modprobe {
	struct ac_modprobe_rule *rules;
	size_t n;
	bool failed;		/* out of memory */
};

/* Read modprobe.d and modules-load.d. Call ac_modprobe_free() afterwards. */
void ac_modprobe_read(struct ac_modprobe *config);
void ac_modprobe_free(struct ac_modprobe *config);

/* Whether the module is in modules.dep; -1 if that cannot be read. */
int ac_modprobe_has(const char *release, const char *name);

/* What "modprobe NAME" loads for this kernel. NAME has "_", not "-". */
enum ac_load ac_modprobe_load(const struct ac_modprobe *config,
			      const char *release, const char *name);

/* Whether socket() can load af_alg. */
enum ac_load ac_modprobe_family(const struct ac_modprobe *config,
				const char *release);

/* Whether modules-load.d has algif_copy, and "blacklist" does not prevent it. */
bool ac_modprobe_at_boot(const struct ac_modprobe *config);

/* Whether the running kernel calls modprobe at all. */
bool ac_modprobe_is_called(void);

#endif
