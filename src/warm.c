// SPDX-License-Identifier: GPL-2.0
/*
 * Warm memory: what sockets keep for their next message.
 *
 * The limit is for all sockets of the machine together: 4 MiB, or 1 MiB per CPU
 * with more than four CPUs, and 32 MiB at most. A buffer may have more pages
 * than its data needs only if it holds a claim to them. Without data it needs a
 * claim to keep its work area too, for which a page is counted if it has no other.
 * A socket that needs a
 * claim looks at the buffers that hold one, in turn. It evicts the claims of
 * those whose socket is not in use, and was not used since another socket
 * looked. If it finds none, it frees its own memory.
 *
 * Fast path: an operation on a buffer that has its claim compares two numbers
 * of its own. The list and its lock are used only to make, drop or evict a
 * claim.
 *
 * The list's lock guards claims. A task that does not own the socket also holds
 * the socket's spinlock, while the socket has no owner. That spinlock is only
 * tried, so the lock order does not matter. Memory is wiped and freed after
 * both are released. A buffer leaves the list before it is freed.
 */
#include "piece.h"

#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>

#define WARM_MIN	SZ_4M
#define WARM_CPU	SZ_1M
#define WARM_MAX	SZ_32M

/*
 * Per buffer: a message of the default SO_SNDBUF (208 KiB) in blocks that are
 * powers of two.
 */
#define WARM_BUFFER	SZ_256K

/* Fruitless looks at buffers before giving up. */
#define WARM_TRIES	4

/* Buffers to look at while holding the lock. */
#define WARM_BATCH	32

static LIST_HEAD(warm);			/* buffers with a claim */
static unsigned long warm_pages;	/* sum of their claims */
static unsigned int warm_count;		/* number of claims */
static DEFINE_SPINLOCK(warm_lock);	/* guards all three */

static unsigned long warm_limit(void)
{
	return clamp_t(unsigned long, num_online_cpus() * (unsigned long)WARM_CPU,
		       WARM_MIN, WARM_MAX) >> AC_PAGE_SHIFT;
}

static void warm_drop(struct ac_bounce *b)
{
	lockdep_assert_held(&warm_lock);
	if (!b->claim)
		return;
	list_del(&b->node);
	warm_pages -= b->claim;
	warm_count--;
	b->claim = 0;
}

static void warm_add(struct ac_bounce *b, unsigned int pages)
{
	lockdep_assert_held(&warm_lock);
	if (!pages)
		return;
	list_add_tail(&b->node, &warm);
	warm_pages += pages;
	warm_count++;
	b->claim = pages;
	b->hot = true;
}

/* Pages that the data does not need. */
static unsigned int warm_excess(const struct ac_bounce *b)
{
	unsigned int need = ac_piece_pages(b->used);

	if (!b->used)
		return ac_warm_kept(b);
	return b->pages > need ? b->pages - need : 0;
}

/* The excess is larger than what the data needs. */
static bool warm_is_wide(const struct ac_bounce *b)
{
	return warm_excess(b) > ac_piece_pages(b->used);
}

/* Evict an idle buffer's spare memory. Return: whether its claim has shrunk. */
static bool warm_evict(struct ac_bounce *b, struct ac_blocks *out)
{
	unsigned int before = b->claim;

	if (b->used)
		ac_piece_tuck(b, out);
	ac_piece_shed(b, 0, out);
	if (!b->used)
		ac_piece_release(b, out);
	warm_drop(b);
	warm_add(b, min(warm_excess(b), before));
	return b->claim < before;
}

/* Look at the next buffer. Return: whether a claim has shrunk. */
static bool warm_look(struct ac_blocks *out, bool spare_hot)
{
	struct ac_bounce *b = list_first_entry(&warm, struct ac_bounce, node);
	spinlock_t *lock = &b->sk->sk_lock.slock;
	bool less = false;

	list_move_tail(&b->node, &warm);
	if (!spin_trylock(lock))
		return false;
	if (!sock_owned_by_user_nocheck(b->sk)) {
		if (!b->hot || !spare_hot)
			less = warm_evict(b, out);
		b->hot = false;
	}
	spin_unlock(lock);
	return less;
}

/* Evict claims until @pages more fit. */
static bool warm_make_room(unsigned int pages, struct ac_blocks *out)
{
	unsigned long limit = warm_limit();
	unsigned int tries = min_t(unsigned int, WARM_TRIES, warm_count);

	while (warm_pages + pages > limit && tries && warm_count)
		tries -= !warm_look(out, true);
	return warm_pages + pages <= limit;
}

static void warm_claim(struct ac_bounce *b, struct ac_blocks *out)
{
	unsigned int pages = min_t(unsigned int, ac_warm_kept(b),
				   WARM_BUFFER >> AC_PAGE_SHIFT);

	/* Set only here: ac_warm_forget() reads it without the lock. */
	b->listed = true;
	/* Nobody waits for spare memory: with many CPUs that would be a queue. */
	if (!spin_trylock(&warm_lock))
		return;
	warm_drop(b);
	if (warm_make_room(pages, out))
		warm_add(b, pages);
	spin_unlock(&warm_lock);
}

/* Many sockets do one operation, and what they keep is of no use to them. */
static bool warm_is_first_use(struct ac_bounce *b)
{
	bool first = !b->used && !b->used_before;

	b->used_before |= first;
	return first;
}

/* Each move halves the memory, so together they cost as much as one. */
static void warm_condense(struct ac_bounce *b, struct ac_blocks *out)
{
	if (!ac_warm_covers(b) && warm_is_wide(b))
		ac_piece_tuck(b, out);
	if (!ac_warm_covers(b) && warm_is_wide(b))
		ac_piece_compact(b, out);
}

void ac_warm_settle(struct ac_bounce *b)
{
	struct ac_blocks out = { };

	/* No buffer may claim more than that. */
	ac_piece_shed(b, b->used + WARM_BUFFER, &out);
	if (!ac_warm_covers(b) && !warm_is_first_use(b))
		warm_claim(b, &out);
	if (!ac_warm_covers(b))
		ac_piece_shed(b, (size_t)b->claim << AC_PAGE_SHIFT, &out);
	if (b->used)
		warm_condense(b, &out);
	else if (!b->claim)
		ac_piece_release(b, &out);
	ac_piece_free(&out);
}

bool ac_warm_reclaim(void)
{
	unsigned int left = UINT_MAX, i;
	bool some = false;

	do {
		struct ac_blocks out = { };

		spin_lock(&warm_lock);
		left = min(left, warm_count);
		for (i = 0; left && i < WARM_BATCH; i++, left--)
			some |= warm_look(&out, false);
		spin_unlock(&warm_lock);
		ac_piece_free(&out);
	} while (left);
	return some;
}

void ac_warm_unlist(struct ac_bounce *b)
{
	spin_lock(&warm_lock);
	warm_drop(b);
	spin_unlock(&warm_lock);
}
