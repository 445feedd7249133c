/* SPDX-License-Identifier: GPL-2.0 */
/* targets.h - the algorithms that the page-cache check tries. */
#ifndef AC_WITNESS_TARGETS_H
#define AC_WITNESS_TARGETS_H

struct target {
	char type[12];		/* hash, skcipher, aead */
	char name[128];
	int tfm;
	int ivlen;
	int taglen;
	/* what became of it */
	int runs, delivered;
	int changed;		/* operations after which the file had changed */
	int first, bytes;	/* of the first such change */
	int stays;		/* the change was on the disk as well */
};

extern struct target *targets;
extern int ntargets;

void target_add(const char *type, const char *name);
void targets_add_registered(void);	/* what /proc/crypto shows now */
void targets_add_composed(void);

/*
 * Bind, and find a key, lengths of IV and tag that are taken. -ENOENT: this
 * kernel has it not. A descriptor in tfm is the caller's to close, also then.
 */
int target_open(struct target *t);

#endif
