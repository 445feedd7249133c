/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is counted, and for whom. See stats.c.
 */
#ifndef AC_STATS_H
#define AC_STATS_H

#include <linux/atomic.h>
#include <linux/crypto.h>
#include <linux/percpu.h>
#include <linux/types.h>

struct ac_type;

/**
 * struct ac_counts - what one processor has seen
 * @binds: sockets bound
 * @accepts: operation sockets made
 * @sends: sends that succeeded
 * @receives: receives that succeeded
 * @bytes_in: bytes copied in by them
 * @bytes_out: bytes copied out
 * @errors: sends and receives that failed
 * @forged: receives that failed because the message was not authentic
 * @releases: sockets that are bound no longer
 * @closes: operation sockets closed
 *
 * Only the sums of all processors mean anything. On 32-bit machines a reader may
 * be too early for the upper half of one.
 */
struct ac_counts {
	u64 binds;
	u64 accepts;
	u64 sends;
	u64 receives;
	u64 bytes_in;
	u64 bytes_out;
	u64 errors;
	u64 forged;
	u64 releases;
	u64 closes;
};

/**
 * struct ac_stats - an algorithm that has been bound
 * @type: its type
 * @counts: of each processor
 * @name: as the crypto API calls it
 * @driver: the implementation
 * @bound: sockets that are bound to it; as long as there are any it stays what it is
 * @found: which of all calls of ac_stats_find() was the last for it
 */
struct ac_stats {
	const struct ac_type *type;
	struct ac_counts __percpu *counts;
	char name[CRYPTO_MAX_ALG_NAME];
	char driver[CRYPTO_MAX_ALG_NAME];
	atomic_t bound;
	u64 found;
};

/**
 * ac_stats_init() - prepare to count
 *
 * Context: process context; no type is registered yet.
 * Return: 0 or -ENOMEM.
 */
int ac_stats_init(void);

/**
 * ac_stats_exit() - forget everything
 *
 * Context: process context; no socket of ours exists any more.
 */
void ac_stats_exit(void);

/**
 * ac_stats_find() - where to count for a transformation that is bound now
 * @type: its type
 * @tfm: transformation
 *
 * Up to a number of algorithms have an entry of their own, the others share one.
 *
 * Context: process context; may sleep.
 * Return: the entry, never NULL. It belongs to the socket until ac_stats_put().
 */
struct ac_stats *ac_stats_find(const struct ac_type *type,
			       const struct crypto_tfm *tfm);

/**
 * ac_stats_put() - a socket is bound no longer
 * @stats: its entry, of which it makes no more use
 *
 * Context: any.
 */
void ac_stats_put(struct ac_stats *stats);

/**
 * ac_stats_each() - visit all entries of a type
 * @type: type
 * @visit: called with each; the one that others share comes last
 * @arg: passed on
 *
 * Context: process context; may sleep. No entry comes or goes meanwhile.
 */
void ac_stats_each(const struct ac_type *type,
		   void (*visit)(const struct ac_stats *stats, void *arg),
		   void *arg);

/**
 * ac_stats_sum() - add up what all processors have seen
 * @stats: entry
 * @sum: what to add it to
 *
 * Context: any.
 */
void ac_stats_sum(const struct ac_stats *stats, struct ac_counts *sum);

/**
 * ac_stats_failed() - a send or a receive has failed
 * @stats: entry
 * @err: why. To have nothing to wait for, or to be interrupted, is no failure.
 *
 * Context: any.
 */
void ac_stats_failed(struct ac_stats *stats, int err);

/**
 * ac_stats_memory() - pages come or go
 * @stats: entry
 * @pages: number, less than 0 if they go
 *
 * Context: any.
 */
void ac_stats_memory(struct ac_stats *stats, long pages);

/* There is an operation socket. */
static inline void ac_stats_accepted(struct ac_stats *stats)
{
	this_cpu_inc(stats->counts->accepts);
}

/* It is closed. */
static inline void ac_stats_closed(struct ac_stats *stats)
{
	this_cpu_inc(stats->counts->closes);
}

/* A send has returned. */
static inline void ac_stats_sent(struct ac_stats *stats, int ret)
{
	if (unlikely(ret < 0)) {
		ac_stats_failed(stats, ret);
		return;
	}
	this_cpu_inc(stats->counts->sends);
	this_cpu_add(stats->counts->bytes_in, ret);
}

/* A receive has returned. */
static inline void ac_stats_received(struct ac_stats *stats, int ret)
{
	if (unlikely(ret < 0)) {
		ac_stats_failed(stats, ret);
		return;
	}
	this_cpu_inc(stats->counts->receives);
	this_cpu_add(stats->counts->bytes_out, ret);
}

#endif
