// SPDX-License-Identifier: GPL-2.0
/* What idle sockets keep: how much of it, and who has it taken away. */
#include "warm.c"

#include "fixture.h"

#include <linux/pfn.h>

#define LEN	SZ_64K
#define BUFFERS	8

unsigned long ac_fixture_claimed(void)
{
	return warm_pages;
}

unsigned long ac_fixture_limit(void)
{
	return warm_limit();
}

void ac_fixture_ballast(long pages)
{
	spin_lock(&warm_lock);
	warm_pages += pages;
	spin_unlock(&warm_lock);
}

static struct ac_fixture *others[BUFFERS];
static u8 data[WARM_BUFFER + 2 * LEN];

/* A socket that has done an operation before. */
static struct ac_fixture *new(struct kunit *test)
{
	struct ac_fixture *f = ac_fixture_new(test);

	f->stream.bounce.used_before = true;
	return f;
}

static int init(struct kunit *test)
{
	int i;

	ac_fixture_fill(data, sizeof(data), 5);
	for (i = 0; i < BUFFERS; i++)
		others[i] = new(test);
	test->priv = new(test);
	return 0;
}

static void clean_up(struct kunit *test)
{
	int i;

	for (i = 0; i < BUFFERS; i++)
		ac_fixture_free(others[i]);
	ac_fixture_exit(test);
}

static struct ac_bounce *buffer(int i)
{
	return &others[i]->stream.bounce;
}

/* An operation on so many bytes, of which @left are not received. */
static void operate(struct kunit *test, struct ac_bounce *b, size_t len,
		    size_t left)
{
	lock_sock(b->sk);
	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, len), 0);
	ac_bounce_consume(b, len - left);
	ac_bounce_rest(b);
	release_sock(b->sk);
	ac_fixture_sums(test, b);
	KUNIT_EXPECT_TRUE(test, ac_warm_covers(b));
}

/* After a message of whatever size an empty buffer has what it has claimed. */
static void kept(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	size_t len;

	for (len = 1; len < sizeof(data); len += 1 + len / 5) {
		operate(test, b, len, 0);
		KUNIT_EXPECT_LE(test, b->size, (size_t)WARM_BUFFER);
		KUNIT_EXPECT_EQ(test, max(b->pages, 1u), b->claim);
		KUNIT_EXPECT_EQ(test, warm_pages, (unsigned long)b->claim);
	}
	/* All that SO_SNDBUF has room for by default, the next time as well. */
	operate(test, b, 212992, 0);
	KUNIT_EXPECT_GE(test, b->size, (size_t)212992);
}

/* After its first message a buffer has nothing, whatever there would be room for. */
static void first_use(struct kunit *test)
{
	static const size_t lens[] = { 1, 200, LEN, 2 * WARM_BUFFER };
	int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		struct ac_bounce *b = buffer(i);

		b->used_before = false;
		operate(test, b, min(lens[i], sizeof(data)), 0);
		KUNIT_EXPECT_EQ(test, b->size, 0u);
		KUNIT_EXPECT_NULL(test, b->work);
		KUNIT_EXPECT_EQ(test, warm_count, 0u);
		operate(test, b, 1, 0);
		KUNIT_EXPECT_NOT_NULL(test, b->work);
		KUNIT_EXPECT_EQ(test, b->claim, 1u);
		operate(test, b, LEN, 0);
		KUNIT_EXPECT_EQ(test, b->claim, b->pages);
		ac_warm_reclaim();
	}
}

/* Who has no pages keeps his work area by a claim, and loses it by a reclaim. */
static void work_area(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	long ballast = warm_limit() - 1;

	ac_fixture_ballast(ballast);
	operate(test, b, 16, 0);
	KUNIT_EXPECT_NOT_NULL(test, b->work);
	operate(test, buffer(0), 16, 0);
	KUNIT_EXPECT_NULL(test, buffer(0)->work);
	operate(test, buffer(0), 16, 0);
	KUNIT_EXPECT_NOT_NULL(test, buffer(0)->work);
	KUNIT_EXPECT_NULL(test, b->work);
	KUNIT_EXPECT_EQ(test, warm_count, 1u);
	/* Data needs its own, whoever asks. */
	KUNIT_ASSERT_EQ(test, ac_fixture_append(buffer(0), data, 16), 0);
	KUNIT_EXPECT_TRUE(test, ac_warm_reclaim());
	ac_fixture_holds(test, buffer(0), data, 16);
	KUNIT_EXPECT_EQ(test, warm_count, 0u);
	/* A part of the socket stays, and nobody counts it. */
	b->work = &((struct ac_fixture *)test->priv)->work;
	operate(test, b, 16, 0);
	KUNIT_EXPECT_EQ(test, b->claim, 0u);
	KUNIT_EXPECT_FALSE(test, ac_warm_reclaim());
	KUNIT_EXPECT_NOT_NULL(test, b->work);
	ac_fixture_ballast(-ballast);
}

/* No room but for two of the buffers: the third one takes over the first one's. */
static void taken_over(struct kunit *test)
{
	long ballast = warm_limit() - 2 * (LEN >> PAGE_SHIFT);
	int i;

	ac_fixture_ballast(ballast);
	operate(test, buffer(0), LEN, 0);
	operate(test, buffer(1), LEN, 0);
	KUNIT_EXPECT_EQ(test, warm_pages, warm_limit());
	/* Both have just been used. */
	operate(test, buffer(2), LEN, 0);
	KUNIT_EXPECT_EQ(test, buffer(2)->pages, 0u);
	KUNIT_EXPECT_GT(test, buffer(0)->pages, 0u);
	KUNIT_EXPECT_GT(test, buffer(1)->pages, 0u);
	/* But one of them alone is used again. */
	operate(test, buffer(1), LEN, 0);
	operate(test, buffer(2), LEN, 0);
	KUNIT_EXPECT_GT(test, buffer(2)->pages, 0u);
	KUNIT_EXPECT_EQ(test, buffer(0)->pages, 0u);
	KUNIT_EXPECT_EQ(test, buffer(0)->claim, 0u);
	KUNIT_EXPECT_GT(test, buffer(1)->pages, 0u);
	KUNIT_EXPECT_LE(test, warm_pages, warm_limit());
	/* Who has lost it works on. */
	for (i = 0; i < 3; i++)
		operate(test, buffer(i), LEN, 0);
	ac_fixture_ballast(-ballast);
}

/* Of a socket that somebody uses nothing is taken, of others all. */
static void in_use(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	unsigned int pages;

	KUNIT_EXPECT_FALSE(test, ac_warm_reclaim());
	operate(test, b, LEN, 0);
	operate(test, buffer(0), LEN, 0);
	pages = b->pages;
	lock_sock(b->sk);
	KUNIT_EXPECT_TRUE(test, ac_warm_reclaim());
	KUNIT_EXPECT_EQ(test, b->pages, pages);
	KUNIT_EXPECT_EQ(test, buffer(0)->pages, 0u);
	KUNIT_EXPECT_FALSE(test, ac_warm_reclaim());
	release_sock(b->sk);
	/* On one processor lock debugging takes a trylock that fails for a mistake. */
	if (IS_ENABLED(CONFIG_SMP)) {
		spin_lock_bh(&b->sk->sk_lock.slock);
		KUNIT_EXPECT_FALSE(test, ac_warm_reclaim());
		spin_unlock_bh(&b->sk->sk_lock.slock);
	}
	KUNIT_EXPECT_TRUE(test, ac_warm_reclaim());
	KUNIT_EXPECT_EQ(test, b->pages, 0u);
	KUNIT_EXPECT_EQ(test, ac_fixture_pages(), 0ul);
}

/* What is pending stays, and needs no claim; the memory behind it does. */
static void pending(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);

	operate(test, b, 2 * LEN, 0);
	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, LEN), 0);
	KUNIT_EXPECT_TRUE(test, ac_warm_reclaim());
	ac_fixture_holds(test, b, data, LEN);
	KUNIT_EXPECT_EQ(test, b->pages, (unsigned int)(LEN >> PAGE_SHIFT));
	KUNIT_EXPECT_EQ(test, b->claim, 0u);
	ac_bounce_consume(b, LEN);
	ac_bounce_rest(b);
	KUNIT_EXPECT_EQ(test, b->claim, b->pages);
	/* A few bytes find a place in the buffer itself. */
	operate(test, b, LEN, 8);
	KUNIT_EXPECT_TRUE(test, ac_warm_reclaim());
	KUNIT_EXPECT_EQ(test, b->pages, 0u);
	ac_fixture_holds(test, b, data + LEN - 8, 8);
	ac_bounce_consume(b, 8);
	/* Of some more, which cannot be moved, what they stand in stays claimed. */
	operate(test, b, 2 * LEN, 3000);
	KUNIT_EXPECT_TRUE(test, ac_warm_reclaim());
	ac_fixture_holds(test, b, data + 2 * LEN - 3000, 3000);
	KUNIT_EXPECT_EQ(test, b->claim, warm_excess(b));
	ac_bounce_consume(b, 3000);
	ac_bounce_rest(b);
}

/* Where nothing can be claimed what is left takes at most twice its size. */
static void no_claim(struct kunit *test)
{
	static const size_t lefts[] = { 1, 200, 3000, 5000, 20000, 70000 };
	struct ac_bounce *b = ac_fixture_buffer(test);
	long ballast = warm_limit();
	int i;

	ac_fixture_ballast(ballast);
	for (i = 0; i < ARRAY_SIZE(lefts); i++) {
		lock_sock(b->sk);
		KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, 3 * LEN), 0);
		ac_bounce_consume(b, 3 * LEN - lefts[i]);
		ac_bounce_rest(b);
		release_sock(b->sk);
		ac_fixture_holds(test, b, data + 3 * LEN - lefts[i], lefts[i]);
		KUNIT_EXPECT_EQ(test, b->claim, 0u);
		KUNIT_EXPECT_LE(test, (unsigned long)b->pages,
				2 * PFN_UP(lefts[i]));
		ac_bounce_consume(b, lefts[i]);
		ac_bounce_rest(b);
		KUNIT_EXPECT_EQ(test, b->pages, 0u);
	}
	ac_fixture_ballast(-ballast);
}

/* A large queue that is received in parts gives back what it has done with. */
static void queue_in_parts(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	size_t len = sizeof(data), part = 5000, left;

	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, len), 0);
	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, len), 0);
	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, len), 0);
	for (left = b->used; left; left -= min(part, left)) {
		ac_bounce_consume(b, min(part, left));
		ac_bounce_rest(b);
		ac_fixture_sums(test, b);
		KUNIT_EXPECT_LE(test, warm_excess(b),
				(unsigned int)(WARM_BUFFER >> PAGE_SHIFT));
	}
}

/* A socket that is closed has no claim any more. */
static void closed(struct kunit *test)
{
	struct ac_fixture *f = new(test);

	operate(test, &f->stream.bounce, LEN, 0);
	KUNIT_EXPECT_GT(test, warm_pages, 0ul);
	ac_fixture_free(f);
	KUNIT_EXPECT_EQ(test, warm_pages, 0ul);
	KUNIT_EXPECT_EQ(test, warm_count, 0u);
	KUNIT_EXPECT_TRUE(test, list_empty(&warm));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(kept),
	KUNIT_CASE(first_use),
	KUNIT_CASE(work_area),
	KUNIT_CASE(taken_over),
	KUNIT_CASE(in_use),
	KUNIT_CASE(pending),
	KUNIT_CASE(no_claim),
	KUNIT_CASE(queue_in_parts),
	KUNIT_CASE(closed),
	{ }
};

struct kunit_suite ac_warm_suite = {
	.name = "ac_warm",
	.init = init,
	.exit = clean_up,
	.test_cases = cases,
};
