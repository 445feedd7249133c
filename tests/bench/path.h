/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ways to do an operation, as programs do them, and what they cost.
 */
#ifndef PATH_H
#define PATH_H

#include "op.h"

/* A function does one whole operation. */
struct path {
	const char *name;
	void (*once)(struct op *op);
};

/* Ended by one without a name. */
extern const struct path path_list[];

const struct path *path_find(const char *name);

/* The median of some operations on @size bytes, in ticks of the TSC. */
uint64_t path_measure(const struct path *path, struct op *op, size_t size);

/* The same as a row. */
void path_run(const char *name, struct op *op, size_t size);
void path_print(const struct algorithm *alg, const char *path, size_t size,
		uint64_t ticks);

#endif
