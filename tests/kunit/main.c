// SPDX-License-Identifier: GPL-2.0
#include "fixture.h"

#include <linux/module.h>
#include <linux/random.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>

static struct proto ac_kunit_proto = {
	.name		= "ac_kunit",
	.owner		= THIS_MODULE,
	.obj_size	= sizeof(struct alg_sock),
};

/* In the place of stats.c: the pages of all buffers, and nothing else. */
static atomic_long_t pages = ATOMIC_LONG_INIT(0);

void ac_stats_memory(struct ac_stats *stats, long more)
{
	atomic_long_add(more, &pages);
}

unsigned long ac_fixture_pages(void)
{
	return atomic_long_read(&pages);
}

void ac_stats_failed(struct ac_stats *stats, int err)
{
}

struct ac_fixture *ac_fixture_new(struct kunit *test)
{
	struct ac_fixture *f = kzalloc(sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->sk = sk_alloc(&init_net, PF_ALG, GFP_KERNEL, &ac_kunit_proto, 1);
	KUNIT_ASSERT_NOT_NULL(test, f->sk);
	init_waitqueue_head(&f->sock.socket.wq.wait);
	sock_init_data(&f->sock.socket, f->sk);
	alg_sk(f->sk)->private = &f->stream;
	f->stream.iv = f->iv;
	f->stream.ivsize = sizeof(f->iv);
	f->stream.bounce.work_size = sizeof(struct ac_work);
	f->stats.counts = alloc_percpu(struct ac_counts);
	KUNIT_ASSERT_NOT_NULL(test, f->stats.counts);
	ac_stream_init(&f->stream, f->sk, &f->stats);
	return f;
}

struct ac_fixture *ac_fixture_new_hash(struct kunit *test)
{
	struct ac_fixture *f = ac_fixture_new(test);

	f->stream.bounce.work_size = 0;
	f->stream.bounce.work = &f->work;
	return f;
}

void ac_fixture_free(struct ac_fixture *f)
{
	ac_stream_destroy(&f->stream);
	sk_free(f->sk);
	free_percpu(f->stats.counts);
	kfree(f);
}

int ac_fixture_init(struct kunit *test)
{
	test->priv = ac_fixture_new(test);
	return 0;
}

void ac_fixture_exit(struct kunit *test)
{
	ac_fixture_free(test->priv);
	KUNIT_EXPECT_EQ(test, ac_fixture_pages(), 0ul);
	KUNIT_EXPECT_EQ(test, ac_fixture_claimed(), 0ul);
}

u32 ac_fixture_random(u32 *state, u32 below)
{
	*state = *state * 1664525 + 1013904223;
	return (*state >> 8) % below;
}

void ac_fixture_fill(u8 *data, size_t len, u32 seed)
{
	size_t i;

	for (i = 0; i < len; i++)
		data[i] = ac_fixture_random(&seed, 256);
}

void ac_fixture_source(struct msghdr *msg, struct kvec *vec, const void *data,
		       size_t len)
{
	vec->iov_base = (void *)data;
	vec->iov_len = len;
	iov_iter_kvec(&msg->msg_iter, WRITE, vec, 1, len);
}

void ac_fixture_sink(struct msghdr *msg, struct kvec *vec, void *data,
		     size_t len)
{
	vec->iov_base = data;
	vec->iov_len = len;
	iov_iter_kvec(&msg->msg_iter, READ, vec, 1, len);
}

int ac_fixture_append(struct ac_bounce *b, const void *data, size_t len)
{
	struct msghdr msg = { };
	struct kvec vec;

	ac_fixture_source(&msg, &vec, data, len);
	return ac_bounce_copy_in(b, &msg.msg_iter, len);
}

/* Where the data of a piece ends, also of one that a tag is put behind. */
static unsigned int end_of(struct ac_bounce *b, struct ac_piece *p)
{
	return b->tag && b->tag->open && b->tag->before == p ? b->tag->end : p->end;
}

/* Pieces before the one to fill are full, those behind it are empty. */
void ac_fixture_sums(struct kunit *test, struct ac_bounce *b)
{
	size_t used = 0, size = 0, room = 0;
	unsigned int pages = 0;
	bool behind = false;
	struct ac_piece *p;

	list_for_each_entry(p, &b->pieces, list) {
		unsigned int end = end_of(b, p);

		KUNIT_EXPECT_LE(test, p->start, end);
		KUNIT_EXPECT_LE(test, end, p->size);
		KUNIT_EXPECT_LE(test, p->dirty, p->size);
		used += end - p->start;
		if (b->tag && p == &b->tag->piece)
			continue;
		KUNIT_EXPECT_LE(test, end, p->dirty);
		if (behind)
			KUNIT_EXPECT_EQ(test, end, 0u);
		else if (p != b->fill)
			KUNIT_EXPECT_EQ(test, end, p->size);
		behind |= p == b->fill;
		if (behind)
			room += p->size - end;
		size += p->size;
		pages += p->size >> PAGE_SHIFT;
	}
	KUNIT_EXPECT_EQ(test, behind, size > 0);
	KUNIT_EXPECT_EQ(test, b->used, used);
	KUNIT_EXPECT_EQ(test, b->size, size);
	KUNIT_EXPECT_EQ(test, b->room, room);
	KUNIT_EXPECT_EQ(test, b->pages, pages);
}

void ac_fixture_holds(struct kunit *test, struct ac_bounce *b, const u8 *data,
		      size_t len)
{
	struct msghdr msg = { };
	struct kvec vec;
	u8 *out;

	ac_fixture_sums(test, b);
	KUNIT_ASSERT_EQ(test, b->used, len);
	out = vmalloc(len + 1);
	KUNIT_ASSERT_NOT_NULL(test, out);
	ac_fixture_sink(&msg, &vec, out, len);
	KUNIT_EXPECT_EQ(test, ac_bounce_copy_out(b, 0, &msg.msg_iter, len), len);
	KUNIT_EXPECT_EQ(test, memcmp(out, data, len), 0);
	vfree(out);
}

unsigned int ac_fixture_steps = 100000;
module_param_named(steps, ac_fixture_steps, uint, 0400);
MODULE_PARM_DESC(steps, "operations on buffers that are compared with a model");

kunit_test_suites(&ac_control_suite, &ac_bounce_suite, &ac_piece_suite,
		  &ac_warm_suite, &ac_stream_suite, &ac_model_suite);

MODULE_DESCRIPTION("KUnit suites of algif_copy");
MODULE_LICENSE("GPL");
