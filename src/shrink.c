// SPDX-License-Identifier: GPL-2.0
/*
 * The shrinker.
 *
 * All buffers that have had a page are on one list, which is touched when a
 * buffer gets its first page, when its socket is closed and by the shrinker,
 * not by an operation on memory that is there. The shrinker takes a
 * socket's spinlock only if it is free and looks only at sockets that nobody
 * has locked, so it waits for no one and can run in any allocation, our own
 * included.
 */
#include "shrink.h"

#include <linux/err.h>
#include <linux/spinlock.h>

#include "bounce.h"
#include "stats.h"

static LIST_HEAD(buffers);
static DEFINE_SPINLOCK(buffers_lock);	/* guards buffers */
static struct shrinker *shrinker;

void ac_shrink_add(struct ac_bounce *b)
{
	/*
	 * Once on a list it stays on one, be it shrink_scan()'s: who moves it at
	 * this moment does not change the answer.
	 */
	if (data_race(!list_empty(&b->node)))
		return;
	spin_lock_bh(&buffers_lock);
	list_add_tail(&b->node, &buffers);
	spin_unlock_bh(&buffers_lock);
}

void ac_shrink_del(struct ac_bounce *b)
{
	/* As in ac_shrink_add(). */
	if (data_race(list_empty(&b->node)))
		return;
	spin_lock_bh(&buffers_lock);
	list_del(&b->node);
	spin_unlock_bh(&buffers_lock);
}

static unsigned long trim_idle(struct ac_bounce *b)
{
	struct sock *sk = b->sk;
	unsigned long pages = 0;

	if (!spin_trylock(&sk->sk_lock.slock))
		return 0;
	if (!sock_owned_by_user_nocheck(sk))
		pages = ac_piece_trim(b, 0);
	spin_unlock(&sk->sk_lock.slock);
	return pages;
}

static unsigned long shrink_count(struct shrinker *s, struct shrink_control *sc)
{
	return ac_stats_pages() ?: SHRINK_EMPTY;
}

static unsigned long shrink_scan(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long scanned = 0, freed = 0;
	struct ac_bounce *b, *next;
	LIST_HEAD(seen);

	spin_lock_bh(&buffers_lock);
	list_for_each_entry_safe(b, next, &buffers, node) {
		if (scanned++ == sc->nr_to_scan)
			break;
		freed += trim_idle(b);
		list_move_tail(&b->node, &seen);
	}
	/* The next scan begins where this one ended. */
	list_splice_tail(&seen, &buffers);
	spin_unlock_bh(&buffers_lock);

	return freed ?: SHRINK_STOP;
}

int ac_shrink_init(void)
{
	shrinker = ac_shrinker_new("algif_copy", shrink_count, shrink_scan);
	return PTR_ERR_OR_ZERO(shrinker);
}

void ac_shrink_exit(void)
{
	ac_shrinker_free(shrinker);
}
