// SPDX-License-Identifier: GPL-2.0
/*
 * Operations a second of threads that have nothing to do with one another: each
 * has its own bound socket and its own operation socket.
 *
 *	threads
 *
 * One line a figure, as of speed.c, for 1, 2, 8, 32 and 64 threads:
 *
 *	threads,ALGORITHM,send,THREADS,OPERATIONS-A-SECOND
 */
#include "op.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS	64
#define SIZE		256
#define SECONDS		2

static const struct algorithm *algorithm;
static atomic_bool stop;
static pthread_barrier_t barrier;

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

int main(void)
{
	op_init();
	measure_all(op_find("skcipher", "ecb(cipher_null)"));
	measure_all(op_find("hash", "sha256"));
	return 0;
}
