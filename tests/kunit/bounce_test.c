// SPDX-License-Identifier: GPL-2.0
/* Buffers, beside a plain array that has what must be in them. */
#include "bounce.c"

#include <crypto/scatterwalk.h>
#include <linux/vmalloc.h>

#include "fixture.h"

#define LONGEST (96 * 1024)

static u8 *numbers(struct kunit *test, size_t len)
{
	u8 *data = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, data);
	ac_fixture_fill(data, len, 1);
	return data;
}

/* Some bytes, and then a page or so at a time: many pieces with borders. */
static void build(struct kunit *test, struct ac_bounce *b, const u8 *data,
		  size_t len)
{
	size_t done = 0;

	while (done < len) {
		size_t n = min_t(size_t, len - done, done ? PAGE_SIZE + 96 : 200);

		KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data + done, n), 0);
		done += n;
	}
}

/* Where pieces end. */
static unsigned int borders(struct ac_bounce *b, size_t *at, unsigned int max)
{
	unsigned int n = 0;
	struct ac_piece *p;
	size_t sum = 0;

	list_for_each_entry(p, &b->pieces, list) {
		sum += p->end - p->start;
		if (p->end != p->start && n < max)
			at[n++] = sum;
	}
	return n;
}

static void appends(struct kunit *test)
{
	static const size_t lens[] = {
		0, 1, 63, 64, 192, 255, 256, 257, PAGE_SIZE - 1, PAGE_SIZE,
		PAGE_SIZE + 1, 65535, 65536, 65537, LONGEST,
	};
	struct ac_bounce *b = ac_fixture_buffer(test);
	u8 *data = numbers(test, LONGEST);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, lens[i]), 0);
		ac_fixture_holds(test, b, data, lens[i]);
		ac_bounce_consume(b, lens[i]);
		ac_fixture_holds(test, b, data, 0);
	}
}

/* A source that ends too early counts as one that cannot be read. */
static void append_fails(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	u8 *data = numbers(test, 3 * PAGE_SIZE);
	size_t used, have;

	for (used = 0; used < PAGE_SIZE; used += 97)
		for (have = 0; have < 2 * PAGE_SIZE; have += 811) {
			struct msghdr msg = { };
			struct kvec vec;

			KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, used), 0);
			ac_fixture_source(&msg, &vec, data, have);
			KUNIT_EXPECT_EQ(test,
					ac_bounce_copy_in(b, &msg.msg_iter,
							  2 * PAGE_SIZE),
					-EFAULT);
			ac_fixture_holds(test, b, data, used);
			/* It goes on where it was. */
			KUNIT_EXPECT_EQ(test,
					ac_fixture_append(b, data + used, 100), 0);
			ac_fixture_holds(test, b, data, used + 100);
			ac_bounce_consume(b, used + 100);
		}
}

/* Lengths that no socket can have: refused before anything is allocated. */
static void absurd_lengths(struct kunit *test)
{
	static const size_t lens[] = {
		(size_t)S32_MAX + 1, (size_t)U32_MAX, (size_t)U32_MAX + 1,
		SIZE_MAX / 2, SIZE_MAX - PAGE_SIZE, SIZE_MAX - 1, SIZE_MAX,
	};
	struct ac_bounce *b = ac_fixture_buffer(test);
	u8 *data = numbers(test, 300);
	size_t i, size;

	b->slack = 32;
	KUNIT_ASSERT_EQ(test, ac_fixture_append(b, data, 300), 0);
	size = b->size;
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		struct msghdr msg = { };
		struct kvec vec;

		ac_fixture_source(&msg, &vec, data, 300);
		KUNIT_EXPECT_EQ(test,
				ac_bounce_copy_in(b, &msg.msg_iter, lens[i]),
				-ENOMEM);
		KUNIT_EXPECT_EQ(test, b->size, size);
		ac_fixture_holds(test, b, data, 300);
	}
	KUNIT_EXPECT_EQ(test, ac_bounce_tag(b, 300, U32_MAX), -ENOMEM);
	KUNIT_EXPECT_EQ(test, ac_bounce_tag(b, 0, 1U << 31), -ENOMEM);
	KUNIT_EXPECT_EQ(test, ac_bounce_tag(b, 299, U32_MAX), -ENOMEM);
	ac_fixture_holds(test, b, data, 300);
}

/* The first @len bytes, which are all that can be reached, as they are seen. */
static void seen(struct kunit *test, struct ac_bounce *b, const u8 *want,
		 size_t len)
{
	struct scatterlist *sg = ac_bounce_sg(b, len);
	u8 *got = vzalloc(len + 1);
	struct msghdr msg = { };
	struct kvec vec;
	size_t sum = 0;

	KUNIT_ASSERT_NOT_NULL(test, got);
	ac_fixture_sink(&msg, &vec, got, len);
	KUNIT_EXPECT_EQ(test, ac_bounce_copy_out(b, 0, &msg.msg_iter, len), len);
	KUNIT_EXPECT_EQ(test, memcmp(got, want, len), 0);
	vfree(got);
	for (; sg; sg = sg_next(sg)) {
		KUNIT_ASSERT_LE(test, sum + sg->length, len);
		KUNIT_EXPECT_EQ(test,
				memcmp(sg_virt(sg), want + sum, sg->length), 0);
		sum += sg->length;
	}
	KUNIT_EXPECT_EQ(test, sum, len);
}

/* As an algorithm writes a tag. */
static void write_tag(struct ac_bounce *b, size_t at, unsigned int len,
		      const u8 *tag)
{
	struct scatterlist *sg = ac_bounce_sg(b, at + len);

	scatterwalk_map_and_copy((void *)tag, sg, at, len, 1);
}

/* A tag at each place around each border: the rest is as it was. */
static void one_tag(struct kunit *test, const u8 *data, size_t len, size_t at,
		    unsigned int size)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	u8 *want = vzalloc(at + size + 1), tag[64];

	KUNIT_ASSERT_NOT_NULL(test, want);
	ac_fixture_fill(tag, sizeof(tag), at);
	build(test, b, data, len);
	KUNIT_EXPECT_EQ(test, ac_bounce_tag(b, at, size), 0);
	KUNIT_EXPECT_EQ(test, b->used, len + size);
	write_tag(b, at, size, tag);
	memcpy(want, data, at);
	memcpy(want + at, tag, size);
	seen(test, b, want, at + size);
	ac_bounce_consume(b, at + size);
	ac_fixture_holds(test, b, data + at, len - at);
	ac_bounce_consume(b, len - at);
	vfree(want);
}

static void tags(struct kunit *test)
{
	static const unsigned int sizes[] = { 0, 1, 16, 63, 64 };
	struct ac_bounce *b = ac_fixture_buffer(test);
	const size_t len = 3 * PAGE_SIZE + 50;
	u8 *data = numbers(test, len);
	unsigned int i, j, n;
	size_t at[16];
	int d;

	build(test, b, data, len);
	n = borders(b, at, ARRAY_SIZE(at));
	KUNIT_ASSERT_GE(test, n, 2u);
	ac_bounce_consume(b, len);
	for (i = 0; i < n; i++)
		for (d = -1; d <= 1; d++)
			for (j = 0; j < ARRAY_SIZE(sizes); j++)
				if (at[i] + d <= len)
					one_tag(test, data, len, at[i] + d, sizes[j]);
	for (j = 0; j < ARRAY_SIZE(sizes); j++)
		one_tag(test, data, len, 0, sizes[j]);
}

/* Nothing behind a part is moved, nor looked at. */
static void tag_moves_nothing(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	u8 *data = numbers(test, 3 * PAGE_SIZE);
	struct ac_piece *first;

	build(test, b, data, 3 * PAGE_SIZE);
	first = list_first_entry(&b->pieces, struct ac_piece, list);
	KUNIT_ASSERT_EQ(test, ac_bounce_tag(b, 100, 16), 0);
	KUNIT_EXPECT_EQ(test, memcmp(first->data + 100, data + 100, 92), 0);
	/* Thrown away with all that is behind it. */
	ac_bounce_consume(b, b->used);
	ac_fixture_holds(test, b, data, 0);
}

/* A list of @len bytes: the right ones, in our own memory, and an end. */
static void list(struct kunit *test, struct ac_bounce *b, const u8 *data,
		 size_t len)
{
	struct scatterlist *sg = ac_bounce_sg(b, len), *last = sg;
	size_t sum = 0;

	KUNIT_ASSERT_NOT_NULL(test, sg);
	for (; sg; sg = sg_next(sg)) {
		KUNIT_ASSERT_LE(test, sum + sg->length, len);
		KUNIT_EXPECT_EQ(test, memcmp(sg_virt(sg), data + sum, sg->length), 0);
		sum += sg->length;
		last = sg;
	}
	KUNIT_EXPECT_EQ(test, sum, len);
	KUNIT_EXPECT_TRUE(test, sg_is_last(last));
	/* No entry without bytes: algorithms have stumbled over those. */
	KUNIT_EXPECT_EQ(test, !last->length, !len);
}

static void lists(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	const size_t len = 5 * PAGE_SIZE;
	u8 *data = numbers(test, len);
	size_t at[16], gone;
	unsigned int i, n;
	int d;

	KUNIT_ASSERT_EQ(test, ac_piece_work(b), 0);
	list(test, b, data, 0);
	for (gone = 0; gone < 2 * PAGE_SIZE; gone += 701) {
		build(test, b, data, len);
		ac_bounce_consume(b, gone);
		n = borders(b, at, ARRAY_SIZE(at));
		for (i = 0; i < n; i++)
			for (d = -1; d <= 1; d++)
				if (at[i] + d <= len - gone)
					list(test, b, data + gone, at[i] + d);
		list(test, b, data + gone, 0);
		list(test, b, data + gone, 1);
		list(test, b, data + gone, len - gone);
		/* Shorter and longer again: an end that was set is taken back. */
		list(test, b, data + gone, 1);
		list(test, b, data + gone, len - gone);
		ac_bounce_consume(b, len - gone);
	}
}

static void wipes(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test);
	const size_t len = 3 * PAGE_SIZE;
	u8 *data = numbers(test, len);
	size_t n;

	for (n = 0; n <= len; n += 173) {
		ac_fixture_fill(data, len, 1);
		build(test, b, data, len);
		ac_bounce_wipe(b, n);
		memset(data, 0, n);
		ac_fixture_holds(test, b, data, len);
		ac_bounce_consume(b, len);
	}
}

static void clones(struct kunit *test)
{
	struct ac_bounce *b = ac_fixture_buffer(test), *clone;
	const size_t len = 3 * PAGE_SIZE;
	u8 *data = numbers(test, len);
	size_t n;

	build(test, b, data, len);
	for (n = 0; n <= len; n += 409) {
		clone = ac_bounce_clone(b, n);
		KUNIT_ASSERT_FALSE(test, IS_ERR(clone));
		ac_fixture_holds(test, clone, data, n);
		ac_bounce_wipe(clone, n);
		ac_fixture_holds(test, b, data, len);
		ac_bounce_free(clone);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(appends),
	KUNIT_CASE(append_fails),
	KUNIT_CASE(absurd_lengths),
	KUNIT_CASE(tags),
	KUNIT_CASE(tag_moves_nothing),
	KUNIT_CASE(lists),
	KUNIT_CASE(wipes),
	KUNIT_CASE(clones),
	{ }
};

struct kunit_suite ac_bounce_suite = {
	.name = "ac_bounce",
	.init = ac_fixture_init,
	.exit = ac_fixture_exit,
	.test_cases = cases,
};
