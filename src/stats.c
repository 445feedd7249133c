// SPDX-License-Identifier: GPL-2.0
/*
 * Counting what is done with which algorithm.
 *
 * A socket gets its entry when it is bound. From then on counting is an addition to
 * a per-CPU variable: no search, no lock, no shared cache line. Open sockets =
 * accepts - closes, summed over all CPUs.
 *
 * Names come from user space, and with templates there is no end of them. So there
 * are STATS_MAX entries. When all are taken, a new name evicts the least recently
 * bound entry that has no bound socket, whose counts move to the entry that each
 * type has for the rest. An entry in use is never evicted: binding many names does
 * not hide the others.
 *
 * Memory is counted by type and in pages, when pages come and go.
 */
#include "stats.h"

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

/* A distribution's programs bind a dozen; /proc/crypto has about 150. */
#define STATS_MAX	128

static DEFINE_MUTEX(stats_lock);	/* guards all three, but not the counts */
static struct ac_stats *stats_entries[STATS_MAX];
static unsigned int stats_count;
static u64 stats_clock;

static bool stats_match(const struct ac_stats *s, struct ac_usage *usage,
			const char *name, const char *driver)
{
	return s->usage == usage && !strcmp(s->name, name) &&
	       !strcmp(s->driver, driver);
}

static void stats_name(struct ac_stats *s, struct ac_usage *usage,
		       const char *name, const char *driver)
{
	s->usage = usage;
	strscpy(s->name, name, sizeof(s->name));
	strscpy(s->driver, driver, sizeof(s->driver));
}

static int stats_fill(struct ac_stats *s, struct ac_usage *usage,
		      const char *name, const char *driver)
{
	s->counts = alloc_percpu(struct ac_counts);
	if (!s->counts)
		return -ENOMEM;
	stats_name(s, usage, name, driver);
	return 0;
}

/* @from has no users, so nobody adds to it meanwhile. */
static void stats_move(struct ac_stats *from, struct ac_stats *to)
{
	struct ac_counts sum = { };
	int cpu;

	ac_stats_sum(from, &sum);
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(from->counts, cpu), 0, sizeof(sum));
	this_cpu_add(to->counts->binds, sum.binds);
	this_cpu_add(to->counts->accepts, sum.accepts);
	this_cpu_add(to->counts->sends, sum.sends);
	this_cpu_add(to->counts->receives, sum.receives);
	this_cpu_add(to->counts->bytes_in, sum.bytes_in);
	this_cpu_add(to->counts->bytes_out, sum.bytes_out);
	this_cpu_add(to->counts->errors, sum.errors);
	this_cpu_add(to->counts->forged, sum.forged);
	this_cpu_add(to->counts->releases, sum.releases);
	this_cpu_add(to->counts->closes, sum.closes);
}

/* The least recently bound entry without a bound socket. */
static struct ac_stats *stats_find_idle(void)
{
	struct ac_stats *idle = NULL;
	unsigned int i;

	for (i = 0; i < stats_count; i++) {
		/* Pairs with ac_stats_put(): its counts are complete. */
		if (atomic_read_acquire(&stats_entries[i]->bound))
			continue;
		if (!idle || stats_entries[i]->found < idle->found)
			idle = stats_entries[i];
	}
	return idle;
}

static struct ac_stats *stats_evict(struct ac_usage *usage,
				    const char *name, const char *driver)
{
	struct ac_stats *s = stats_find_idle();

	if (!s)
		return NULL;
	stats_move(s, s->usage->others);
	stats_name(s, usage, name, driver);
	return s;
}

static struct ac_stats *stats_add(struct ac_usage *usage, const char *name,
				  const char *driver)
{
	struct ac_stats *s;

	if (stats_count == STATS_MAX)
		return stats_evict(usage, name, driver);
	s = kzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return NULL;
	if (stats_fill(s, usage, name, driver)) {
		kfree(s);
		return NULL;
	}
	stats_entries[stats_count++] = s;
	return s;
}

struct ac_stats *ac_stats_find(struct ac_usage *usage,
			       const struct crypto_tfm *tfm)
{
	const char *name = tfm->__crt_alg->cra_name;
	const char *driver = tfm->__crt_alg->cra_driver_name;
	struct ac_stats *s = NULL;
	unsigned int i;

	mutex_lock(&stats_lock);
	for (i = 0; i < stats_count && !s; i++)
		if (stats_match(stats_entries[i], usage, name, driver))
			s = stats_entries[i];
	if (!s)
		s = stats_add(usage, name, driver);
	if (!s)
		s = usage->others;
	s->found = ++stats_clock;
	atomic_inc(&s->bound);
	mutex_unlock(&stats_lock);
	this_cpu_inc(s->counts->binds);
	return s;
}

struct ac_stats *ac_stats_share(struct ac_usage *usage)
{
	atomic_inc(&usage->others->bound);
	this_cpu_inc(usage->others->counts->binds);
	return usage->others;
}

void ac_stats_put(struct ac_stats *stats)
{
	this_cpu_inc(stats->counts->releases);
	/* Pairs with stats_find_idle(), which may reuse the entry now. */
	atomic_dec_return_release(&stats->bound);
}

void ac_stats_each(struct ac_usage *usage,
		   void (*visit)(const struct ac_stats *stats, void *arg),
		   void *arg)
{
	unsigned int i;

	mutex_lock(&stats_lock);
	for (i = 0; i < stats_count; i++)
		if (stats_entries[i]->usage == usage)
			visit(stats_entries[i], arg);
	visit(usage->others, arg);
	mutex_unlock(&stats_lock);
}

void ac_stats_sum(const struct ac_stats *stats, struct ac_counts *sum)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct ac_counts *c = per_cpu_ptr(stats->counts, cpu);

		sum->binds += READ_ONCE(c->binds);
		sum->accepts += READ_ONCE(c->accepts);
		sum->sends += READ_ONCE(c->sends);
		sum->receives += READ_ONCE(c->receives);
		sum->bytes_in += READ_ONCE(c->bytes_in);
		sum->bytes_out += READ_ONCE(c->bytes_out);
		sum->errors += READ_ONCE(c->errors);
		sum->forged += READ_ONCE(c->forged);
		sum->releases += READ_ONCE(c->releases);
		sum->closes += READ_ONCE(c->closes);
	}
}

void ac_stats_failed(struct ac_stats *stats, int err)
{
	if (err == -EBADMSG)
		this_cpu_inc(stats->counts->forged);
	else if (err != -EAGAIN && err != -EINTR && err != -ERESTARTSYS)
		this_cpu_inc(stats->counts->errors);
}

void ac_stats_memory(struct ac_stats *stats, long pages)
{
	struct ac_usage *usage = stats->usage;
	long now = atomic_long_add_return(pages, &usage->pages);
	long most = atomic_long_read(&usage->most);

	while (now > most) {
		long seen = atomic_long_cmpxchg(&usage->most, most, now);

		if (seen == most)
			break;
		most = seen;
	}
}

static void stats_free(struct ac_stats *s)
{
	if (s)
		free_percpu(s->counts);
	kfree(s);
}

int ac_usage_init(struct ac_usage *usage, const char *type)
{
	usage->type = type;
	usage->others = kzalloc(sizeof(*usage->others), GFP_KERNEL);
	if (!usage->others)
		return -ENOMEM;
	return stats_fill(usage->others, usage, "other", "other");
}

void ac_usage_exit(struct ac_usage *usage)
{
	stats_free(usage->others);
	usage->others = NULL;
}

void ac_stats_exit(void)
{
	while (stats_count)
		stats_free(stats_entries[--stats_count]);
}
