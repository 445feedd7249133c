// SPDX-License-Identifier: GPL-2.0
/* The memory of buffers: how much there is, and how it is taken out of them. */
#include "piece.c"

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
			piece_shed_all(b);
			KUNIT_EXPECT_EQ(test, b->size, (size_t)0);
			KUNIT_EXPECT_TRUE(test, list_empty(&b->pieces));
			KUNIT_EXPECT_NULL(test, b->fill);
		}
}

/* What is small has no page; it shares no line of the cache with its neighbours. */
static void small(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	unsigned int size;
	u8 *data, *end;

	KUNIT_ASSERT_EQ(test, ac_piece_work(b), 0);
	end = b->work->small + AC_PIECE_SMALL;
	data = piece_small_block(b, &size);
	KUNIT_EXPECT_TRUE(test, data >= b->work->small);
	KUNIT_EXPECT_TRUE(test, data + size <= end);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)data,
					   dma_get_cache_alignment()));
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(size, dma_get_cache_alignment()));
	KUNIT_ASSERT_EQ(test, ac_piece_add(b, size), 0);
	KUNIT_EXPECT_PTR_EQ(test, b->fill->data, data);
	KUNIT_EXPECT_EQ(test, ac_fixture_pages(), 0ul);
	piece_shed_all(b);
	KUNIT_ASSERT_EQ(test, ac_piece_add(b, size + 1), 0);
	KUNIT_EXPECT_GE(test, b->fill->size, (unsigned int)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, ac_fixture_pages(), b->size >> PAGE_SHIFT);
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

/* Data is never taken out, and what is empty is down to what may stay. */
static void sheds(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	const size_t len = 3 * PIECE_MAX;
	struct ac_blocks out = { };
	u8 *data = data_of(test, len);
	size_t size;

	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, len), 0);
	size = b->size;
	ac_piece_shed(b, 0, &out);
	KUNIT_EXPECT_NULL(test, out.first);
	ac_fixture_holds(test, b, data, len);
	ac_piece_rewind(b);
	ac_piece_shed(b, size, &out);
	KUNIT_EXPECT_NULL(test, out.first);
	ac_piece_shed(b, size - 1, &out);
	KUNIT_EXPECT_NOT_NULL(test, out.first);
	KUNIT_EXPECT_LT(test, b->size, size);
	ac_fixture_holds(test, b, data, 0);
	ac_piece_shed(b, 0, &out);
	KUNIT_EXPECT_EQ(test, b->size, (size_t)0);
	KUNIT_EXPECT_EQ(test, ac_fixture_pages(), 0ul);
	ac_piece_free(&out);
	KUNIT_EXPECT_NULL(test, out.first);
}

/* A block of several pages is one object to who checks copies. */
static void compound(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);

	KUNIT_ASSERT_EQ(test, ac_piece_add(b, PIECE_MAX), 0);
	if (b->fill->size > PAGE_SIZE)
		KUNIT_EXPECT_TRUE(test, PageCompound(virt_to_page(b->fill->data)));
}

/* What is left of a message is moved into less memory, as it is. */
static void moved(struct kunit *test)
{
	static const size_t rests[] = { 1, 100, 192, 193, 300, 4000, 5000, 30000 };
	struct ac_bounce *b = ac_fixture_buffer(test);
	const size_t len = PIECE_MAX + PAGE_SIZE;
	u8 *data = data_of(test, len);
	struct ac_blocks out = { };
	unsigned int size;
	int i;

	KUNIT_ASSERT_EQ(test, ac_piece_work(b), 0);
	piece_small_block(b, &size);
	for (i = 0; i < ARRAY_SIZE(rests); i++) {
		size_t left = rests[i];

		KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, len), 0);
		ac_bounce_consume(b, len - left);
		ac_piece_tuck(b, &out);
		ac_fixture_holds(test, b, data + len - left, left);
		KUNIT_EXPECT_EQ(test, b->size == size, left <= size);
		ac_piece_compact(b, &out);
		ac_fixture_holds(test, b, data + len - left, left);
		KUNIT_EXPECT_LE(test, b->size, max_t(size_t, 2 * left, PAGE_SIZE));
		/* It goes on. */
		KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, 9000), 0);
		ac_bounce_consume(b, left);
		ac_fixture_holds(test, b, data, 9000);
		ac_bounce_consume(b, 9000);
		ac_piece_shed(b, 0, &out);
		ac_piece_free(&out);
	}
}

/* With a tag open there is more than can be seen: nothing is moved. */
static void hidden_stays(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	u8 *data = data_of(test, PIECE_MAX);
	struct ac_blocks out = { };

	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, PIECE_MAX), 0);
	ac_bounce_consume(b, PIECE_MAX - 100);
	KUNIT_ASSERT_EQ(test, ac_bounce_tag(b, 50, 16), 0);
	ac_piece_tuck(b, &out);
	ac_piece_compact(b, &out);
	ac_piece_shed(b, 0, &out);
	ac_piece_free(&out);
	ac_bounce_consume(b, 50 + 16);
	ac_fixture_holds(test, b, data + PIECE_MAX - 50, 50);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(room),
	KUNIT_CASE(small),
	KUNIT_CASE(gathered),
	KUNIT_CASE(sheds),
	KUNIT_CASE(compound),
	KUNIT_CASE(moved),
	KUNIT_CASE(hidden_stays),
	{ }
};

struct kunit_suite ac_piece_suite = {
	.name = "ac_piece",
	.init = ac_fixture_init,
	.exit = ac_fixture_exit,
	.test_cases = cases,
};
