// SPDX-License-Identifier: GPL-2.0
/*
 * shrink.c - from a sequence with a difference to the few steps that make it.
 *
 * Ever smaller parts of the sequence are left out as long as there still is a
 * difference. All attempts of one round are made on the stock types, then on
 * algif_copy: loading and unloading takes longer than they do.
 */
#include "step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ATTEMPTS	MAX_STEPS

static struct outcome results[2][ATTEMPTS][MAX_STEPS];

static int serve(int copy)
{
	return system(copy ? "modprobe algif_copy" : "rmmod algif_copy");
}

/* The first of the masks that still shows a difference, or -1. */
static int first_differing(const struct sequence *q, const uint64_t *masks, int n)
{
	struct tally t = { 0 };

	for (int copy = 0; copy < 2; copy++) {
		if (serve(copy))
			return -1;
		for (int i = 0; i < n; i++)
			run(q, masks[i], results[copy][i]);
	}
	for (int i = 0; i < n; i++)
		if (known_compare(q, results[0][i], results[1][i], &t) >= 0)
			return i;
	return -1;
}

/* @mask without its @part-th @size steps; 0 when there are none. */
static uint64_t without(uint64_t mask, int size, int part)
{
	uint64_t cut = 0;
	int seen = 0;

	for (int i = 0; i < MAX_STEPS; i++)
		if (mask >> i & 1 && seen++ / size == part)
			cut |= 1ull << i;
	return cut ? mask & ~cut : 0;
}

static uint64_t smallest(const struct sequence *q, uint64_t mask)
{
	int size = 16;

	while (size) {
		uint64_t masks[ATTEMPTS], m;
		int n = 0, found;

		while (n < ATTEMPTS && (m = without(mask, size, n)))
			masks[n++] = m;
		found = first_differing(q, masks, n);
		if (found >= 0)
			mask = masks[found];
		else
			size /= 2;
	}
	return mask;
}

static void show(const struct sequence *q, uint64_t mask)
{
	char step[300], stock[80], copy[80];

	first_differing(q, &mask, 1);
	for (int i = 0; i < q->n; i++) {
		if (!(mask >> i & 1))
			continue;
		text_step(&q->step[i], step, sizeof(step));
		text_outcome(&results[0][0][i], stock, sizeof(stock));
		text_outcome(&results[1][0][i], copy, sizeof(copy));
		printf("# %2d %-60s %s%s%s\n", i, step, stock,
		       strcmp(stock, copy) ? "   | " : "",
		       strcmp(stock, copy) ? copy : "");
	}
	fflush(stdout);
}

/* Algif_copy serves before and after. Returns whether there is a difference. */
int shrink(uint64_t seed)
{
	struct sequence q;
	uint64_t mask;

	gen(&q, seed);
	mask = (1ull << q.n) - 1;
	if (first_differing(&q, &mask, 1) < 0) {
		printf("# seed %llu: the difference does not come again\n",
		       (unsigned long long)seed);
		return 0;
	}
	mask = smallest(&q, mask);
	printf("# seed %llu, steps 0x%llx: stock | algif_copy\n",
	       (unsigned long long)seed, (unsigned long long)mask);
	show(&q, mask);
	return 1;
}
