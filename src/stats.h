/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting: operations by algorithm (stats.c), programs (user.c), and the debugfs file
 * that shows both (report.c).
 */
#ifndef AC_STATS_H
#define AC_STATS_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/crypto.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/types.h>

/*
 * Memory is counted in pages of 4 KiB on every machine: one of 64 KiB would be much
 * for a small message, see piece.c.
 */
#define AC_PAGE_SHIFT		12
#define AC_PAGE_SIZE		BIT(AC_PAGE_SHIFT)

/**
 * struct ac_usage - the use of a type
 * @type: its name
 * @others: entry of the algorithms that have none of their own
 * @refused: binds and accepts that crypto.af_alg_restrict has refused
 * @unlisted: binds that crypto.af_alg_restrict=1 refuses, or would have refused: of
 *	tasks without privileges, and of privileged ones
 * @pages: of AC_PAGE_SIZE bytes, that all sockets of the type hold now
 * @most: the maximum of that
 */
struct ac_usage {
	const char *type;
	struct ac_stats *others;
	atomic_long_t refused;
	atomic_long_t unlisted[2];
	atomic_long_t pages;
	atomic_long_t most;
};

/**
 * struct ac_counts - what one CPU has counted
 * @binds: sockets bound
 * @accepts: operation sockets made
 * @sends: sends that succeeded
 * @receives: receives that succeeded
 * @bytes_in: bytes copied in by them
 * @bytes_out: bytes copied out
 * @errors: sends and receives that failed
 * @forged: receives that failed because the message was not authentic
 * @releases: bound sockets closed
 * @closes: operation sockets closed
 *
 * Only the sum over all CPUs is meaningful. A reader on a 32-bit machine can see a
 * counter in the middle of a carry.
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
 * @usage: of its type
 * @counts: per CPU
 * @name: as the crypto API calls it
 * @driver: the implementation
 * @bound: sockets that are bound to it; an entry is reused only at 0
 * @found: value of a global clock at the last ac_stats_find(), for LRU
 */
struct ac_stats {
	struct ac_usage *usage;
	struct ac_counts __percpu *counts;
	char name[CRYPTO_MAX_ALG_NAME];
	char driver[CRYPTO_MAX_ALG_NAME];
	atomic_t bound;
	u64 found;
};

/**
 * ac_usage_init() - prepare to count for a type
 * @usage: zeroed
 * @type: name of the type
 *
 * Context: process context; the type is not registered yet.
 * Return: 0 or -ENOMEM.
 */
int ac_usage_init(struct ac_usage *usage, const char *type);

/**
 * ac_usage_exit() - free what ac_usage_init() allocated
 * @usage: initialised, zeroed, or left by an ac_usage_init() that failed
 *
 * Context: process context; the type has no sockets any more.
 */
void ac_usage_exit(struct ac_usage *usage);

/**
 * ac_stats_exit() - free the entries of all types
 *
 * Context: process context; no type has sockets any more.
 */
void ac_stats_exit(void);

/**
 * ac_stats_find() - find or make the entry of a transformation
 * @usage: of its type
 * @tfm: transformation that is being bound
 *
 * A bounded number of algorithms have an entry of their own; the others share one.
 *
 * Context: process context; may sleep.
 * Return: the entry, never NULL, for ac_stats_put().
 */
struct ac_stats *ac_stats_find(struct ac_usage *usage,
			       const struct crypto_tfm *tfm);

/**
 * ac_stats_share() - the entry that algorithms of a type share
 * @usage: of the type
 *
 * Context: any.
 * Return: the entry, for ac_stats_put().
 */
struct ac_stats *ac_stats_share(struct ac_usage *usage);

/**
 * ac_stats_put() - a bound socket is closed
 * @stats: its entry, which the caller does not use any more
 *
 * Context: any.
 */
void ac_stats_put(struct ac_stats *stats);

/**
 * ac_stats_each() - visit all entries of a type
 * @usage: of the type
 * @visit: called for each; the shared entry comes last
 * @arg: passed on
 *
 * Context: process context; may sleep. @visit runs under a mutex.
 */
void ac_stats_each(struct ac_usage *usage,
		   void (*visit)(const struct ac_stats *stats, void *arg),
		   void *arg);

/**
 * ac_stats_sum() - add the counts of all CPUs
 * @stats: entry
 * @sum: what to add them to
 *
 * Context: any.
 */
void ac_stats_sum(const struct ac_stats *stats, struct ac_counts *sum);

/**
 * ac_stats_failed() - count a send or receive that failed
 * @stats: entry
 * @err: error; -EAGAIN, -EINTR and -ERESTARTSYS are not counted
 *
 * Context: any.
 */
void ac_stats_failed(struct ac_stats *stats, int err);

/**
 * ac_stats_memory() - account pages to a type
 * @stats: entry of the socket that allocates or frees them
 * @pages: number, of AC_PAGE_SIZE bytes; negative when they are freed
 *
 * Context: any.
 */
void ac_stats_memory(struct ac_stats *stats, long pages);

static inline void ac_stats_accepted(struct ac_stats *stats)
{
	this_cpu_inc(stats->counts->accepts);
}

static inline void ac_stats_closed(struct ac_stats *stats)
{
	this_cpu_inc(stats->counts->closes);
}

static inline void ac_stats_sent(struct ac_stats *stats, int ret)
{
	if (unlikely(ret < 0)) {
		ac_stats_failed(stats, ret);
		return;
	}
	this_cpu_inc(stats->counts->sends);
	this_cpu_add(stats->counts->bytes_in, ret);
}

static inline void ac_stats_received(struct ac_stats *stats, int ret)
{
	if (unlikely(ret < 0)) {
		ac_stats_failed(stats, ret);
		return;
	}
	this_cpu_inc(stats->counts->receives);
	this_cpu_add(stats->counts->bytes_out, ret);
}

/**
 * struct ac_user - a program that has bound an algorithm, or was refused
 * @comm: its name
 * @uid: its user in the initial user namespace, or the overflow uid
 * @account: owner of the outermost user namespace that it is in, else @uid
 * @type: name of the type; NULL if the entry is free
 * @name: algorithm, as the program asked for it
 * @binds: times that a bind succeeded
 * @refused: times that crypto.af_alg_restrict refused it
 * @unlisted: binds, refused or not, that crypto.af_alg_restrict=1 refuses
 * @unlisted_privileged: those of them by a privileged task
 * @last: time of the last of all, in nanoseconds since boot
 * @pid: process of the last, in the initial PID namespace
 */
struct ac_user {
	char comm[TASK_COMM_LEN];
	u32 uid;
	u32 account;
	const char *type;
	char name[CRYPTO_MAX_ALG_NAME];
	u64 binds;
	u64 refused;
	u64 unlisted;
	u64 unlisted_privileged;
	u64 last;
	pid_t pid;
};

#define AC_USER_REFUSED		BIT(0)
#define AC_USER_UNLISTED	BIT(1)	/* level 1 refuses it, or would have */
#define AC_USER_PRIVILEGED	BIT(2)

/**
 * ac_user_note() - remember a bind of the current task
 * @type: name of the type, which outlives the module's sockets
 * @name: algorithm
 * @how: AC_USER_*
 *
 * Context: process context.
 */
void ac_user_note(const char *type, const char *name, unsigned int how);

/**
 * ac_user_each() - visit all programs that are remembered, in no order
 * @visit: called for each
 * @arg: passed on
 *
 * Context: process context. @visit runs under a mutex.
 */
void ac_user_each(void (*visit)(const struct ac_user *user, void *arg),
		  void *arg);

/**
 * ac_user_lost() - number of entries that were evicted
 *
 * Context: process context.
 * Return: number.
 */
u64 ac_user_lost(void);

/**
 * ac_report_init() - make the debugfs file
 *
 * Without debugfs there is none, which is no error.
 *
 * Context: process context; the types are registered.
 */
void ac_report_init(void);

/**
 * ac_report_exit() - remove the debugfs file
 *
 * Context: process context. Waits for readers.
 */
void ac_report_exit(void);

#endif
