// SPDX-License-Identifier: GPL-2.0
/*
 * differ - the same random sequences of calls on the stock types and on
 * algif_copy, and what differs.
 *
 *   differ list FILE			the algorithms, while stock serves
 *   differ stock LIST RECORDS SEED STEPS	record what comes of them
 *   differ copy LIST RECORDS SEED STEPS	and compare, as TAP
 *   differ show LIST SEED [STEPS-MASK]		one sequence on whoever serves
 *   differ shrink LIST SEED...			what differs in these sequences
 *
 * The sequences have the seeds SEED, SEED+1, ...; there are as many as it takes
 * for so many steps.
 */
#include "step.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN	8		/* failures that are shrunk */

static struct outcome out[MAX_STEPS], stock[MAX_STEPS];
static uint64_t failed[SHOWN];
static long long failures;

static double seconds(long long since)
{
	return (now_ms() - since) / 1000.0 + 0.001;
}

static int make_list(const char *file)
{
	int types[256] = { 0 };

	list_make();
	for (int i = 0; i < nalgs; i++)
		types[(unsigned char)algs[i].type[0]]++;
	printf("# %d algorithms: %d hash, %d skcipher, %d aead, %d rng; %d are nested\n",
	       nalgs, types['h'], types['s'], types['a'], types['r'],
	       nalgs - nplain);
	printf("# left out: cryptd() and pcrypt(), whose self-tests make kernels warn\n");
	printf("# left out: associated data shorter than authencesn() and essiv() look into, which crashes older kernels\n");
	printf("# left out: tags of less than four bytes in authencesn(), rfc4309() over another AEAD than ccm(), likewise\n");
	printf("# left out: IV generators over ccm(), which fail by chance\n");
	printf("# left out: sends that fault, and two senders at once, which corrupt older kernels\n");
	return list_save(file) || !types['h'] || !types['s'] || !types['a'];
}

static int record(const char *file, uint64_t seed, long long steps)
{
	FILE *f = fopen(file, "w");
	long long since = now_ms(), done = 0;
	struct sequence q;
	int bad = !f;

	for (; !bad && done < steps; seed++) {
		gen(&q, seed);
		run(&q, ~0ull, out);
		bad = fwrite(out, sizeof(*out), q.n, f) != (size_t)q.n;
		done += q.n;
	}
	bad |= !f || fclose(f);
	if (run_noise_changed())
		printf("# stock has written to memory that was sent\n");
	printf("# stock: %lld steps, %.0f a second\n", done,
	       done / seconds(since));
	return bad;
}

static void note_failure(const struct sequence *q, int at)
{
	char step[300], a[80], b[80];

	if (failures < SHOWN)
		failed[failures] = q->seed;
	if (failures++ >= 100)
		return;
	text_step(&q->step[at], step, sizeof(step));
	text_outcome(&stock[at], a, sizeof(a));
	text_outcome(&out[at], b, sizeof(b));
	printf("# seed %llu, step %d, %s: %s: stock %s, algif_copy %s\n",
	       (unsigned long long)q->seed, at, algs[q->step[at].alg].name, step,
	       a, b);
}

static int verdict(long long done, const struct tally *t)
{
	int shown = failures < SHOWN ? failures : SHOWN;

	known_report();
	printf("# %lld steps compared, %lld behind a known difference on the same socket not\n",
	       t->compared, t->after);
	printf("%sok 1 - %lld steps without an unexplained difference\n",
	       failures ? "not " : "", done);
	for (int i = 0; i < shown; i++)
		shrink(failed[i]);
	printf("%sok 2 - nothing that was sent has been written to\n",
	       run_noise_changed() ? "not " : "");
	printf("%sok 3 - at least nine of ten steps could be compared\n",
	       t->compared >= t->after * 9 ? "" : "not ");
	printf("%sok 4 - %lld slept on one side only\n",
	       t->slept <= 1 + t->compared / 200000 ? "" : "not ", t->slept);
	printf("1..4\n");
	return failures > 0;
}

static int compare(const char *file, uint64_t seed, long long steps)
{
	FILE *f = fopen(file, "r");
	long long since = now_ms(), done = 0;
	struct tally t = { 0 };
	struct sequence q;
	int at;

	for (; f && done < steps; seed++) {
		gen(&q, seed);
		if (fread(stock, sizeof(*stock), q.n, f) != (size_t)q.n)
			break;
		run(&q, ~0ull, out);
		at = known_compare(&q, stock, out, &t);
		if (at >= 0)
			note_failure(&q, at);
		done += q.n;
	}
	printf("# algif_copy: %lld steps, %.0f a second\n", done,
	       done / seconds(since));
	if (done < steps) {
		printf("not ok 1 - the records of stock are complete\n1..1\n");
		return 1;
	}
	return verdict(done, &t);
}

static int show(uint64_t seed, uint64_t mask)
{
	char step[300], text[80];
	struct sequence q;

	gen(&q, seed);
	run(&q, mask, out);
	for (int i = 0; i < q.n; i++) {
		text_step(&q.step[i], step, sizeof(step));
		text_outcome(&out[i], text, sizeof(text));
		printf("# %2d %-60s %s\n", i, step, text);
	}
	return 0;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: differ list FILE | stock|copy LIST RECORDS SEED STEPS | show LIST SEED [MASK] | shrink LIST SEED...\n");
	return 2;
}

int main(int argc, char **argv)
{
	setlinebuf(stdout);
	run_init();
	if (argc == 3 && !strcmp(argv[1], "list"))
		return make_list(argv[2]);
	if (argc < 4 || list_load(argv[2]))
		return usage();
	if (!strcmp(argv[1], "show"))
		return show(strtoull(argv[3], NULL, 0),
			    argc > 4 ? strtoull(argv[4], NULL, 0) : ~0ull);
	if (!strcmp(argv[1], "shrink")) {
		for (int i = 3; i < argc; i++)
			shrink(strtoull(argv[i], NULL, 0));
		return 0;
	}
	if (argc != 6)
		return usage();
	if (!strcmp(argv[1], "stock"))
		return record(argv[3], strtoull(argv[4], NULL, 0), atoll(argv[5]));
	return compare(argv[3], strtoull(argv[4], NULL, 0), atoll(argv[5]));
}
