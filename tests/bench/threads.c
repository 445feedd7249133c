// SPDX-License-Identifier: GPL-2.0
/*
 * Operations of threads that have nothing to do with one another: each has its own
 * bound socket and its own operation socket.
 *
 *	threads			how many a second
 *	threads -c		some on each of two processors, for share.c to count
 *
 * One line a figure, as of speed.c, for 1, 2, 8, 32 and 64 threads:
 *
 *	threads,ALGORITHM,send,THREADS,OPERATIONS-A-SECOND
 *
 * or one for what is counted, for 1, 2, 16 and 64:
 *
 *	span ALGORITHM THREADS
 */
#define _GNU_SOURCE
#include "op.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS	64
#define SIZE		256
#define SECONDS		2
#define COUNTED		1600

/* share.c knows these by the number in them; to the processor they are nothing. */
enum mark { MARK_BEGIN, MARK_OPERATION, MARK_END };

static const struct algorithm *algorithm;
static atomic_bool stop;
static pthread_barrier_t barrier;

static inline __attribute__((always_inline)) void mark(const enum mark number)
{
	asm volatile(".byte 0x0f, 0x1f, 0x80, %c0, 0, 0x63, 0x61"
		     : : "i" (number) : "memory");
}

static void *work(void *done)
{
	struct op op = {};
	unsigned long n = 0;

	op_open(&op, algorithm);
	op_size(&op, SIZE);
	pthread_barrier_wait(&barrier);
	for (; !atomic_load_explicit(&stop, memory_order_relaxed); n++) {
		op_send(&op, op.fd);
		op_recv(&op, op.fd);
	}
	*(unsigned long *)done = n;
	op_close(&op);
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void measure(int count)
{
	pthread_t threads[MAX_THREADS];
	unsigned long done[MAX_THREADS], sum = 0;
	double begin;
	int i;

	stop = false;
	pthread_barrier_init(&barrier, NULL, count + 1);
	for (i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, work, &done[i]))
			op_die("pthread_create");
	pthread_barrier_wait(&barrier);
	begin = now();
	sleep(SECONDS);
	stop = true;
	for (i = 0; i < count; i++) {
		pthread_join(threads[i], NULL);
		sum += done[i];
	}
	printf("threads,\"%s\",send,%d,%.0f\n", algorithm->name,
	       count, sum / (now() - begin));
	pthread_barrier_destroy(&barrier);
}

static void measure_all(const struct algorithm *alg)
{
	static const int counts[] = { 1, 2, 8, 32, MAX_THREADS };
	size_t i;

	algorithm = alg;
	for (i = 0; i < ARRAY_SIZE(counts); i++)
		measure(counts[i]);
}

/* One after the other on both processors. */
static void stay(size_t number)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(number % 2, &set);
	if (pthread_setaffinity_np(pthread_self(), sizeof(set), &set))
		op_die("affinity");
}

struct counted {
	size_t number;
	int times;
	int event;
};

/* An operation on pages of its own, which the stock modules pin. */
static void operate(struct op *op, char *pages)
{
	op->iov.iov_base = pages;
	op->msg.msg_iov = &op->iov;
	op->msg.msg_iovlen = 1;
	op_expect(sendmsg(op->fd, &op->msg, 0), op->in, "send");
	op_expect(recv(op->fd, pages + 4096, op->out, 0), op->out, "recv");
}

/* One event for all would be seen: see count_all(). */
static void *work_counted(void *arg)
{
	static _Alignas(4096) char pages[MAX_THREADS][2 * 4096];
	const struct counted *counted = arg;
	const uint64_t one = 1;
	struct op op = {};
	int i;

	stay(counted->number);
	memset(pages[counted->number], 1, sizeof(pages[0]));
	op_open(&op, algorithm);
	op_size(&op, SIZE);
	for (i = -20; i < counted->times; i++) {
		if (!i)
			pthread_barrier_wait(&barrier);
		operate(&op, pages[counted->number]);
		if (counted->event >= 0)
			op_expect(write(counted->event, &one, sizeof(one)),
				  sizeof(one), "event");
		mark(MARK_OPERATION);
	}
	pthread_barrier_wait(&barrier);
	op_close(&op);
	return NULL;
}

static void count(const char *name, int threads, int event)
{
	struct counted counted[MAX_THREADS];
	pthread_t ids[MAX_THREADS];
	int i;

	pthread_barrier_init(&barrier, NULL, threads + 1);
	for (i = 0; i < threads; i++) {
		counted[i] = (struct counted){ i, COUNTED / threads, event };
		if (pthread_create(&ids[i], NULL, work_counted, &counted[i]))
			op_die("pthread_create");
	}
	/* Until all have begun and sleep. */
	sleep(1);
	mark(MARK_BEGIN);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	mark(MARK_END);
	for (i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	pthread_barrier_destroy(&barrier);
	printf("span \"%s\" %d\n", name, threads);
}

/* The last one shows that what is shared is seen. */
static void count_all(void)
{
	static const int counts[] = { 1, 2, 16, MAX_THREADS };
	static const char *const names[] = { "ecb(cipher_null)", "sha256" };
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(names); k++) {
		algorithm = op_find(k ? "hash" : "skcipher", names[k]);
		for (i = 0; i < ARRAY_SIZE(counts); i++)
			count(names[k], counts[i], -1);
	}
	count("sha256 and an event of all", 2, eventfd(0, 0));
}

int main(int argc, char **argv)
{
	op_init();
	if (argc == 2 && !strcmp(argv[1], "-c")) {
		count_all();
		return 0;
	}
	measure_all(op_find("skcipher", "ecb(cipher_null)"));
	measure_all(op_find("hash", "sha256"));
	return 0;
}
