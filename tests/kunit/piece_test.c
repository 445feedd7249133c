// SPDX-License-Identifier: GPL-2.0
/* The memory of buffers: how much there is, how much stays, who takes it back. */
#include "piece.c"
#include "shrink.c"

#include "fixture.h"

static void *data_of(struct kunit *test, size_t len)
{
	void *data = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, data);
	ac_fixture_fill(data, len, 3);
	return data;
}

/* Enough, and no more than twice that: blocks are powers of two. */
static void room(struct kunit *test)
{
	static const unsigned int slacks[] = { 0, 1, 16, 64 };
	struct ac_bounce *b = ac_fixture_buffer(test);
	size_t len;
	int i;

	for (i = 0; i < ARRAY_SIZE(slacks); i++)
		for (len = 1; len < 3 * PIECE_MAX; len += 1 + len / 7) {
			size_t most = max_t(size_t, PAGE_SIZE,
					    2 * (len + slacks[i]));

			b->slack = slacks[i];
			KUNIT_ASSERT_EQ(test, ac_piece_add(b, len), 0);
			KUNIT_EXPECT_GE(test, b->room, len);
			KUNIT_EXPECT_LE(test, b->size, most + PAGE_SIZE);
			KUNIT_EXPECT_EQ(test, b->room, b->size);
			ac_fixture_holds(test, b, NULL, 0);
			ac_piece_trim(b, 0);
			KUNIT_EXPECT_EQ(test, b->size, (size_t)0);
			KUNIT_EXPECT_TRUE(test, list_empty(&b->pieces));
			KUNIT_EXPECT_NULL(test, b->fill);
		}
}

/* What is small has no page; it shares no line of the cache with its neighbours. */
static void small(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	u8 *end = b->small + sizeof(b->small);
	unsigned int size;
	u8 *data = small_block(b, &size);

	KUNIT_EXPECT_TRUE(test, data >= &b->small[0]);
	KUNIT_EXPECT_TRUE(test, data + size <= end);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)data,
					   dma_get_cache_alignment()));
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(size, dma_get_cache_alignment()));
	KUNIT_ASSERT_EQ(test, ac_piece_add(b, size), 0);
	KUNIT_EXPECT_PTR_EQ(test, b->fill->data, data);
	KUNIT_EXPECT_EQ(test, ac_stats_pages(), 0ul);
	ac_piece_trim(b, 0);
	KUNIT_ASSERT_EQ(test, ac_piece_add(b, size + 1), 0);
	KUNIT_EXPECT_GE(test, b->fill->size, (unsigned int)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, ac_stats_pages(), b->size >> PAGE_SHIFT);
}

/* After a message of whatever size an empty buffer keeps little. */
static void kept(struct kunit *test)
{
	const size_t most = 4 * PIECE_MAX;
	struct ac_bounce *b = ac_fixture_buffer(test);
	u8 *data = data_of(test, most);
	size_t len;

	for (len = 1; len < most; len += 1 + len / 5) {
		KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, len), 0);
		ac_piece_rewind(b);
		ac_fixture_holds(test, b, NULL, 0);
		KUNIT_EXPECT_LE(test, b->size, (size_t)PIECES_KEEP);
		KUNIT_EXPECT_EQ(test, b->room, b->size);
	}
}

/* A message in many parts: the next one has one block. */
static void gathered(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	u8 *data = data_of(test, PAGE_SIZE);
	int i;

	for (i = 0; i < 8; i++)
		KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, PAGE_SIZE), 0);
	KUNIT_EXPECT_FALSE(test, list_is_singular(&b->pieces));
	ac_piece_rewind(b);
	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, 1), 0);
	if (!b->scattered) {
		KUNIT_EXPECT_TRUE(test, list_is_singular(&b->pieces));
		KUNIT_EXPECT_GE(test, b->size, 8 * PAGE_SIZE);
	}
}

/* Data is never given back, and what is empty is down to what may stay. */
static void trimmed(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	const size_t len = 3 * PIECE_MAX;
	u8 *data = data_of(test, len);
	size_t size;

	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, len), 0);
	size = b->size;
	KUNIT_EXPECT_EQ(test, ac_piece_trim(b, 0), 0ul);
	ac_fixture_holds(test, b, data, len);
	b->used = 0;
	KUNIT_EXPECT_EQ(test, ac_piece_trim(b, size), 0ul);
	KUNIT_EXPECT_EQ(test, ac_piece_trim(b, size - 1),
			(size - b->size) >> PAGE_SHIFT);
	KUNIT_EXPECT_LT(test, b->size, size);
	ac_piece_trim(b, 0);
	KUNIT_EXPECT_EQ(test, b->size, (size_t)0);
}

static void shrunk(struct kunit *test)
{
	struct ac_fixture *f = test->priv;
	struct ac_bounce *b = ac_fixture_buffer(test);
	struct shrink_control all = { .nr_to_scan = 1000 };
	struct shrink_control none = { .nr_to_scan = 0 };
	u8 *data = data_of(test, PAGE_SIZE);
	unsigned long pages;

	KUNIT_EXPECT_EQ(test, shrink_count(NULL, &all),
			(unsigned long)SHRINK_EMPTY);
	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, PAGE_SIZE), 0);
	pages = ac_stats_pages();
	KUNIT_EXPECT_EQ(test, shrink_count(NULL, &all), pages);
	/* It holds data. */
	KUNIT_EXPECT_EQ(test, shrink_scan(NULL, &all), SHRINK_STOP);
	ac_piece_rewind(b);
	/* It is in use. */
	lock_sock(f->sk);
	KUNIT_EXPECT_EQ(test, shrink_scan(NULL, &all), SHRINK_STOP);
	release_sock(f->sk);
	KUNIT_EXPECT_EQ(test, shrink_scan(NULL, &none), SHRINK_STOP);
	KUNIT_EXPECT_EQ(test, ac_stats_pages(), pages);
	KUNIT_EXPECT_EQ(test, shrink_scan(NULL, &all), pages);
	KUNIT_EXPECT_EQ(test, ac_stats_pages(), 0ul);
	/* And can be had again. */
	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, PAGE_SIZE), 0);
	ac_fixture_holds(test, b, data, PAGE_SIZE);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(room),
	KUNIT_CASE(small),
	KUNIT_CASE(kept),
	KUNIT_CASE(gathered),
	KUNIT_CASE(trimmed),
	KUNIT_CASE(shrunk),
	{ }
};

struct kunit_suite ac_piece_suite = {
	.name = "ac_piece",
	.init = ac_fixture_init,
	.exit = ac_fixture_exit,
	.test_cases = cases,
};
