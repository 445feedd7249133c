// SPDX-License-Identifier: GPL-2.0
/*
 * Counting what is done with which algorithm.
 *
 * A socket gets its entry when it is bound. From then on counting is an addition
 * to a variable of the processor: no search, no lock, no line of memory that
 * another processor writes to. What is open now is what came less what went, be
 * that on another processor.
 *
 * Names are chosen by user space, and with templates there is no end of them:
 * ALGORITHMS_MAX have entries. When there is no other the one without a bound
 * socket that was bound the longest time ago is taken for a new name, and what it
 * has counted goes to the one more that each type has, for the rest. So a name that
 * is in use keeps its entry, and who has bound many has not shut others out.
 *
 * Memory is counted by type and in pages, when pages come and go.
 */
#include "stats.h"

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "type.h"

/* What a distribution's programs use is a dozen, all of /proc/crypto 150. */
#define ALGORITHMS_MAX	128

static DEFINE_MUTEX(entries_lock);	/* guards all three; counts are not guarded */
static struct ac_stats *entries[ALGORITHMS_MAX];
static unsigned int entries_count;
static u64 entries_found;

static bool matches(const struct ac_stats *s, const struct ac_type *type,
		    const char *name, const char *driver)
{
	return s->type == type && !strcmp(s->name, name) &&
	       !strcmp(s->driver, driver);
}

static void stats_name(struct ac_stats *s, const struct ac_type *type,
		       const char *name, const char *driver)
{
	s->type = type;
	strscpy(s->name, name, sizeof(s->name));
	strscpy(s->driver, driver, sizeof(s->driver));
}

static int fill(struct ac_stats *s, const struct ac_type *type,
		const char *name, const char *driver)
{
	s->counts = alloc_percpu(struct ac_counts);
	if (!s->counts)
		return -ENOMEM;
	stats_name(s, type, name, driver);
	return 0;
}

/* Nobody counts in @from any more. */
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

/* Of the entries that nobody is bound to the one found the longest time ago. */
static struct ac_stats *stats_find_idle(void)
{
	struct ac_stats *idle = NULL;
	unsigned int i;

	for (i = 0; i < entries_count; i++) {
		/* What its last socket has counted is there with this. */
		if (atomic_read_acquire(&entries[i]->bound))
			continue;
		if (!idle || entries[i]->found < idle->found)
			idle = entries[i];
	}
	return idle;
}

static struct ac_stats *stats_take_over(const struct ac_type *type,
					const char *name, const char *driver)
{
	struct ac_stats *s = stats_find_idle();

	if (!s)
		return NULL;
	stats_move(s, s->type->usage->others);
	stats_name(s, type, name, driver);
	return s;
}

static struct ac_stats *add(const struct ac_type *type, const char *name,
			    const char *driver)
{
	struct ac_stats *s;

	if (entries_count == ALGORITHMS_MAX)
		return stats_take_over(type, name, driver);
	s = kzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return NULL;
	if (fill(s, type, name, driver)) {
		kfree(s);
		return NULL;
	}
	entries[entries_count++] = s;
	return s;
}

struct ac_stats *ac_stats_find(const struct ac_type *type,
			       const struct crypto_tfm *tfm)
{
	const char *name = tfm->__crt_alg->cra_name;
	const char *driver = tfm->__crt_alg->cra_driver_name;
	struct ac_stats *s = NULL;
	unsigned int i;

	mutex_lock(&entries_lock);
	for (i = 0; i < entries_count && !s; i++)
		if (matches(entries[i], type, name, driver))
			s = entries[i];
	if (!s)
		s = add(type, name, driver);
	if (!s)
		s = type->usage->others;
	s->found = ++entries_found;
	atomic_inc(&s->bound);
	mutex_unlock(&entries_lock);
	this_cpu_inc(s->counts->binds);
	return s;
}

void ac_stats_put(struct ac_stats *stats)
{
	this_cpu_inc(stats->counts->releases);
	/* It may be somebody else's from now on. */
	atomic_dec_return_release(&stats->bound);
}

void ac_stats_each(const struct ac_type *type,
		   void (*visit)(const struct ac_stats *stats, void *arg),
		   void *arg)
{
	unsigned int i;

	mutex_lock(&entries_lock);
	for (i = 0; i < entries_count; i++)
		if (entries[i]->type == type)
			visit(entries[i], arg);
	visit(type->usage->others, arg);
	mutex_unlock(&entries_lock);
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
	struct ac_usage *usage = stats->type->usage;
	long now = atomic_long_add_return(pages, &usage->pages);
	long most = atomic_long_read(&usage->most);

	while (now > most) {
		long seen = atomic_long_cmpxchg(&usage->most, most, now);

		if (seen == most)
			break;
		most = seen;
	}
}

static void free_entry(struct ac_stats *s)
{
	if (s)
		free_percpu(s->counts);
	kfree(s);
}

static int init_type(struct ac_type *type)
{
	struct ac_usage *usage = kzalloc(sizeof(*usage), GFP_KERNEL);

	type->usage = usage;
	if (!usage)
		return -ENOMEM;
	usage->others = kzalloc(sizeof(*usage->others), GFP_KERNEL);
	if (!usage->others)
		return -ENOMEM;
	return fill(usage->others, type, "other", "other");
}

static void exit_type(struct ac_type *type)
{
	if (type->usage)
		free_entry(type->usage->others);
	kfree(type->usage);
	type->usage = NULL;
}

int ac_stats_init(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < AC_TYPES && !err; i++)
		err = init_type(ac_types[i]);
	if (err)
		ac_stats_exit();
	return err;
}

void ac_stats_exit(void)
{
	unsigned int i;

	while (entries_count)
		free_entry(entries[--entries_count]);
	for (i = 0; i < AC_TYPES; i++)
		exit_type(ac_types[i]);
}
