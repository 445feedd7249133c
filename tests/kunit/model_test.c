// SPDX-License-Identifier: GPL-2.0
/*
 * Some buffers beside plain arrays of bytes. Operations are chosen by chance and done
 * to both, as often as the parameter steps says; after each one what the buffer holds
 * and what it knows of itself are compared. All buffers together may keep very little,
 * so that they take it away from one another.
 */
#include <crypto/scatterwalk.h>
#include <linux/highmem.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "fixture.h"
#include "piece.h"

#define BUFFERS		5
#define LONGEST		(160 * 1024)
#define ROOM		(2 * LONGEST)
#define TAG_MAX		64
/* Pages that may be kept. */
#define WARM		40

/* What one of them holds: @used bytes at @at; the first @tag are a part with a tag. */
struct model {
	struct ac_fixture *f;
	struct ac_bounce *b;
	u8 *bytes;
	size_t at;
	size_t used;
	size_t part;
};

static struct model models[BUFFERS];
static struct page *page;
static u32 seed;

static u32 below(u32 n)
{
	return ac_fixture_random(&seed, n);
}

static u8 *front(struct model *m)
{
	return m->bytes + m->at;
}

/* Mostly little, now and then more than a block. */
static size_t some(void)
{
	switch (below(64)) {
	case 0:
		return below(90000);
	case 1 ... 4:
		return below(3 * PAGE_SIZE);
	default:
		return below(400);
	}
}

/* Bytes that tell where they are from, quickly. */
static void make(u8 *to, size_t len)
{
	u32 n = below(1 << 24);
	size_t i;

	for (i = 0; i < len; i++, n += 0x9e3779b1)
		to[i] = n >> 24;
}

/* Room for @len bytes more in the array. */
static u8 *more(struct model *m, size_t len)
{
	if (m->at + m->used + len > ROOM) {
		memmove(m->bytes, front(m), m->used);
		m->at = 0;
	}
	return front(m) + m->used;
}

static void append(struct kunit *test, struct model *m)
{
	size_t len = min_t(size_t, some(), LONGEST - m->used);
	u8 *to = more(m, len);

	if (m->part)
		return;
	make(to, len);
	KUNIT_ASSERT_EQ(test, ac_fixture_append(m->b, to, len), 0);
	m->used += len;
}

/* From a message that is shorter than it says. */
static void append_fails(struct kunit *test, struct model *m)
{
	size_t len = min_t(size_t, 1 + some(), LONGEST - m->used);
	struct msghdr msg = { };
	struct kvec vec;

	if (m->part || !len)
		return;
	ac_fixture_source(&msg, &vec, m->bytes, below(len));
	KUNIT_ASSERT_EQ(test, ac_bounce_copy_in(m->b, &msg.msg_iter, len),
			-EFAULT);
}

static void append_page(struct kunit *test, struct model *m)
{
	u32 len = below(PAGE_SIZE), off = below(PAGE_SIZE);
	u8 *data = page_address(page);

	if (m->part || m->used + len > LONGEST)
		return;
	make(data, PAGE_SIZE);
	if (!ac_bounce_copy_page(m->b, page, off, len))
		return;
	memcpy(more(m, len), data + off, len);
	m->used += len;
}

/* As a cipher does it, in place, and with a tag behind. */
static void crypt(struct kunit *test, struct model *m)
{
	u32 len = 1 + below(TAG_MAX);
	size_t at = min_t(size_t, some(), m->used), i;
	struct scatterlist *sg;
	u8 tag[TAG_MAX];

	if (m->part)
		return;
	KUNIT_ASSERT_EQ(test, ac_bounce_tag(m->b, at, len), 0);
	make(tag, len);
	sg = ac_bounce_sg(m->b, at + len);
	scatterwalk_map_and_copy(tag, sg, at, len, 1);
	more(m, len);
	memmove(front(m) + at + len, front(m) + at, m->used - at);
	memcpy(front(m) + at, tag, len);
	m->used += len;
	m->part = at + len;
	for (i = 0; sg; sg = sg_next(sg)) {
		KUNIT_ASSERT_GT(test, sg->length, 0u);
		KUNIT_ASSERT_LE(test, i + sg->length, m->part);
		KUNIT_ASSERT_EQ(test, memcmp(sg_virt(sg), front(m) + i,
					     sg->length), 0);
		i += sg->length;
	}
	KUNIT_ASSERT_EQ(test, i, m->part);
}

static void consume(struct kunit *test, struct model *m)
{
	size_t len = below(3) ? min_t(size_t, some(), m->used) : m->used;

	if (m->part)
		len = below(16) ? m->part : m->used;
	ac_bounce_consume(m->b, len);
	if (below(8))
		ac_bounce_rest(m->b);
	m->at += len;
	m->used -= len;
	m->part = 0;
}

/* Of what can be seen. */
static size_t seen(struct model *m)
{
	return m->part ?: m->used;
}

static void wipe(struct kunit *test, struct model *m)
{
	size_t len = min_t(size_t, some(), seen(m));

	ac_bounce_wipe(m->b, len);
	memset(front(m), 0, len);
}

static void equal(struct kunit *test, struct ac_bounce *b, const u8 *want,
		  size_t len)
{
	struct ac_piece *p;

	list_for_each_entry(p, &b->pieces, list) {
		size_t n = min_t(size_t, len, p->end - p->start);

		KUNIT_ASSERT_EQ(test, memcmp(p->data + p->start, want, n), 0);
		want += n;
		len -= n;
		if (!len)
			return;
	}
	KUNIT_ASSERT_EQ(test, len, (size_t)0);
}

static void clone(struct kunit *test, struct model *m)
{
	size_t len = min_t(size_t, some(), seen(m));
	struct ac_bounce *b = ac_bounce_clone(m->b, len);

	KUNIT_ASSERT_FALSE(test, IS_ERR(b));
	KUNIT_ASSERT_EQ(test, b->used, len);
	ac_fixture_sums(test, b);
	equal(test, b, front(m), len);
	ac_bounce_free(b);
}

static void copy_out(struct kunit *test, struct model *m)
{
	static u8 got[4096];
	size_t off = below(seen(m) + 1);
	size_t len = min_t(size_t, seen(m) - off, below(sizeof(got)));
	struct msghdr msg = { };
	struct kvec vec;

	ac_fixture_sink(&msg, &vec, got, len);
	KUNIT_ASSERT_EQ(test, ac_bounce_copy_out(m->b, off, &msg.msg_iter, len),
			len);
	KUNIT_ASSERT_EQ(test, memcmp(got, front(m) + off, len), 0);
}

/* What others may do to a socket at any moment, and it to itself. */
static void squeeze(struct kunit *test, struct model *m)
{
	struct ac_blocks out = { };

	switch (below(5)) {
	case 0:
		ac_piece_shed(m->b, below(2 * 65536), &out);
		break;
	case 1:
		ac_piece_tuck(m->b, &out);
		break;
	case 2:
		ac_piece_compact(m->b, &out);
		break;
	case 3:
		/* All but this one. */
		lock_sock(m->b->sk);
		ac_warm_reclaim();
		release_sock(m->b->sk);
		break;
	default:
		ac_warm_reclaim();
	}
	ac_piece_free(&out);
}

/* Closed, with whatever it holds, and another one. */
static void renew(struct kunit *test, struct model *m)
{
	if (below(16))
		return;
	ac_fixture_free(m->f);
	m->f = below(2) ? ac_fixture_new(test) : ac_fixture_new_hash(test);
	m->b = &m->f->stream.bounce;
	m->b->slack = below(2) * 16;
	m->used = 0;
	m->part = 0;
	m->at = 0;
}

static void (*const operations[])(struct kunit *test, struct model *m) = {
	append, append, append, append, append_fails, append_page, append_page,
	crypt, crypt, crypt, consume, consume, consume, consume, wipe, clone,
	copy_out, copy_out, squeeze, renew,
};

/* Of all buffers: any of them may have been looked at by another. */
static void compare_sums(struct kunit *test)
{
	unsigned long claimed = ac_fixture_limit() - WARM;
	int i;

	for (i = 0; i < BUFFERS; i++) {
		ac_fixture_sums(test, models[i].b);
		KUNIT_ASSERT_EQ(test, models[i].b->used, models[i].used);
		claimed += models[i].b->claim;
	}
	KUNIT_ASSERT_EQ(test, ac_fixture_claimed(), claimed);
	KUNIT_ASSERT_LE(test, claimed, ac_fixture_limit());
}

/* What was done to it since it was compared, by others, and by itself now. */
static void step(struct kunit *test, struct model *m)
{
	equal(test, m->b, front(m), seen(m));
	operations[below(ARRAY_SIZE(operations))](test, m);
	compare_sums(test);
	equal(test, m->b, front(m), seen(m));
}

static void by_chance(struct kunit *test)
{
	u32 i;

	seed = 7;
	page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	ac_fixture_ballast(ac_fixture_limit() - WARM);
	for (i = 0; i < BUFFERS; i++) {
		models[i].bytes = vzalloc(ROOM);
		KUNIT_ASSERT_NOT_NULL(test, models[i].bytes);
		models[i].f = ac_fixture_new(test);
		models[i].b = &models[i].f->stream.bounce;
		models[i].used = 0;
		models[i].part = 0;
		models[i].at = 0;
	}
	for (i = 0; i < ac_fixture_steps; i++) {
		step(test, &models[below(BUFFERS)]);
		cond_resched();
	}
	for (i = 0; i < BUFFERS; i++) {
		ac_fixture_free(models[i].f);
		vfree(models[i].bytes);
	}
	ac_fixture_ballast(WARM - (long)ac_fixture_limit());
	__free_page(page);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(by_chance),
	{ }
};

struct kunit_suite ac_model_suite = {
	.name = "ac_model",
	.init = ac_fixture_init,
	.exit = ac_fixture_exit,
	.test_cases = cases,
};
