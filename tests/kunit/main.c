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

unsigned long ac_stats_pages(void)
{
	return atomic_long_read(&pages);
}

void ac_stats_failed(struct ac_stats *stats, int err)
{
}

int ac_fixture_init(struct kunit *test)
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
	f->stats.counts = alloc_percpu(struct ac_counts);
	KUNIT_ASSERT_NOT_NULL(test, f->stats.counts);
	ac_stream_init(&f->stream, f->sk, &f->stats);
	test->priv = f;
	return 0;
}

void ac_fixture_exit(struct kunit *test)
{
	struct ac_fixture *f = test->priv;

	ac_stream_destroy(&f->stream);
	sk_free(f->sk);
	free_percpu(f->stats.counts);
	kfree(f);
	KUNIT_EXPECT_EQ(test, ac_stats_pages(), 0ul);
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

/* Pieces before the one to fill are full, those behind it are empty. */
static void check_sums(struct kunit *test, struct ac_bounce *b)
{
	size_t used = 0, size = 0, room = 0;
	bool behind = false;
	struct ac_piece *p;

	list_for_each_entry(p, &b->pieces, list) {
		KUNIT_EXPECT_LE(test, p->start, p->end);
		KUNIT_EXPECT_LE(test, p->end, p->size);
		KUNIT_EXPECT_LE(test, p->end, p->dirty);
		KUNIT_EXPECT_LE(test, p->dirty, p->size);
		if (behind)
			KUNIT_EXPECT_EQ(test, p->end, 0u);
		else if (p != b->fill)
			KUNIT_EXPECT_EQ(test, p->end, p->size);
		behind |= p == b->fill;
		if (behind)
			room += p->size - p->end;
		used += p->end - p->start;
		size += p->size;
	}
	KUNIT_EXPECT_EQ(test, behind, !list_empty(&b->pieces));
	KUNIT_EXPECT_EQ(test, b->used, used);
	KUNIT_EXPECT_EQ(test, b->size, size);
	KUNIT_EXPECT_EQ(test, b->room, room);
}

void ac_fixture_holds(struct kunit *test, struct ac_bounce *b, const u8 *data,
		      size_t len)
{
	struct msghdr msg = { };
	struct kvec vec;
	u8 *out;

	check_sums(test, b);
	KUNIT_ASSERT_EQ(test, b->used, len);
	out = vmalloc(len + 1);
	KUNIT_ASSERT_NOT_NULL(test, out);
	ac_fixture_sink(&msg, &vec, out, len);
	KUNIT_EXPECT_EQ(test, ac_bounce_copy_out(b, 0, &msg.msg_iter, len), len);
	KUNIT_EXPECT_EQ(test, memcmp(out, data, len), 0);
	vfree(out);
}

kunit_test_suites(&ac_control_suite, &ac_bounce_suite, &ac_piece_suite,
		  &ac_stream_suite);

MODULE_DESCRIPTION("KUnit suites of algif_copy");
MODULE_LICENSE("GPL");
