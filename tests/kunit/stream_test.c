// SPDX-License-Identifier: GPL-2.0
/* The queue between send and receive: its limits and its states. */
#include "stream.c"

#include <linux/poll.h>

#include "fixture.h"

static struct ac_stream *queue(struct kunit *test)
{
	return &((struct ac_fixture *)test->priv)->stream;
}

static void sndbuf(struct kunit *test, int bytes)
{
	((struct ac_fixture *)test->priv)->sk->sk_sndbuf = bytes;
}

static int init(struct kunit *test)
{
	ac_fixture_init(test);
	sndbuf(test, 4 * PAGE_SIZE);
	return 0;
}

static const u8 zeroes[PAGE_SIZE];

/* Nothing of a test may sleep. */
static int put(struct kunit *test, const void *data, size_t len, int flags)
{
	struct ac_fixture *f = test->priv;
	struct msghdr msg = { .msg_flags = flags };
	struct kvec vec;

	ac_fixture_source(&msg, &vec, data, len);
	return ac_stream_sendmsg(&f->sock.socket, &msg, len);
}

/* With what a control block says. */
static int send_op(struct kunit *test, u32 op, u32 assoclen, size_t len, int flags)
{
	struct ac_fixture *f = test->priv;
	struct {
		struct cmsghdr head;
		u32 value;
		u32 pad;
	} block[2] = {
		{ { CMSG_LEN(4), SOL_ALG, ALG_SET_OP }, op, 0 },
		{ { CMSG_LEN(4), SOL_ALG, ALG_SET_AEAD_ASSOCLEN }, assoclen, 0 },
	};
	struct msghdr msg = {
		.msg_flags = flags,
		.msg_control = block,
		.msg_controllen = sizeof(block),
	};
	struct kvec vec;

	ac_fixture_source(&msg, &vec, zeroes, len);
	return ac_stream_sendmsg(&f->sock.socket, &msg, len);
}

static int deliver(struct kunit *test, void *data, size_t len)
{
	struct ac_stream *s = queue(test);
	struct msghdr msg = { };
	struct kvec vec;
	int ret;

	ac_fixture_sink(&msg, &vec, data, len);
	lock_sock(s->bounce.sk);
	ret = ac_stream_deliver(s, &msg);
	release_sock(s->bounce.sk);
	return ret;
}

static __poll_t polled(struct kunit *test)
{
	struct ac_fixture *f = test->priv;

	return ac_stream_poll(NULL, &f->sock.socket, NULL) & (EPOLLIN | EPOLLOUT);
}

/* Whole pages, one at least, whatever SO_SNDBUF is. */
static void limits(struct kunit *test)
{
	static const struct {
		int sndbuf;
		size_t limit;
	} table[] = {
		{ 0, PAGE_SIZE }, { 1, PAGE_SIZE }, { PAGE_SIZE - 1, PAGE_SIZE },
		{ PAGE_SIZE, PAGE_SIZE }, { PAGE_SIZE + 1, PAGE_SIZE },
		{ 2 * PAGE_SIZE - 1, PAGE_SIZE }, { 2 * PAGE_SIZE, 2 * PAGE_SIZE },
		{ S32_MAX, ((size_t)S32_MAX + 1) - PAGE_SIZE },
	};
	struct ac_stream *s = queue(test);
	int i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		size_t limit = table[i].limit;

		sndbuf(test, table[i].sndbuf);
		KUNIT_EXPECT_EQ(test, stream_limit(s), limit);
		KUNIT_EXPECT_EQ(test, stream_room(s), limit);
		/* A queue that is fuller than its limit, which has been lowered. */
		s->bounce.used = limit - 1;
		KUNIT_EXPECT_EQ(test, stream_room(s), (size_t)1);
		s->bounce.used = limit;
		KUNIT_EXPECT_EQ(test, stream_room(s), (size_t)0);
		s->bounce.used = limit + 1;
		KUNIT_EXPECT_EQ(test, stream_room(s), (size_t)0);
		s->bounce.used = UINT_MAX;
		KUNIT_EXPECT_EQ(test, stream_room(s), (size_t)0);
		s->bounce.used = 0;
	}
}

/* When a sender that waits is woken: room for all, or for half the queue. */
static void senders_room(struct kunit *test)
{
	struct ac_stream *s = queue(test);
	const size_t limit = 4 * PAGE_SIZE;

	s->bounce.used = limit;
	KUNIT_EXPECT_FALSE(test, stream_sendable(s, 1));
	s->bounce.used = limit - 1;
	KUNIT_EXPECT_TRUE(test, stream_sendable(s, 1));
	KUNIT_EXPECT_FALSE(test, stream_sendable(s, 2));
	s->bounce.used = limit / 2 + 1;
	KUNIT_EXPECT_FALSE(test, stream_sendable(s, limit));
	KUNIT_EXPECT_FALSE(test, stream_sendable(s, SIZE_MAX));
	s->bounce.used = limit / 2;
	KUNIT_EXPECT_TRUE(test, stream_sendable(s, limit));
	KUNIT_EXPECT_TRUE(test, stream_sendable(s, SIZE_MAX));
	s->bounce.used = 0;
}

/* What only counts as a whole must fit. */
static void message_sizes(struct kunit *test)
{
	static const size_t lens[] = {
		4 * PAGE_SIZE + 1, S32_MAX, (size_t)S32_MAX + 1, SIZE_MAX,
	};
	struct ac_stream *s = queue(test);
	int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		s->min = 0;
		KUNIT_EXPECT_EQ(test, stream_check_send(s, lens[i], 0), -EMSGSIZE);
		KUNIT_EXPECT_EQ(test, stream_check_send(s, lens[i], MSG_DONTWAIT), 0);
		s->min = 16;
		KUNIT_EXPECT_EQ(test, stream_check_send(s, lens[i], 0), 0);
	}
	s->min = 0;
	KUNIT_EXPECT_EQ(test, stream_check_send(s, 4 * PAGE_SIZE, 0), 0);
	KUNIT_ASSERT_EQ(test, put(test, zeroes, 1, MSG_MORE), 1);
	KUNIT_EXPECT_EQ(test, stream_check_send(s, 4 * PAGE_SIZE, 0), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, stream_check_send(s, 4 * PAGE_SIZE - 1, 0), 0);
}

/* One message, from its beginning to its end, by a cipher (min 16) or an AEAD. */
static void one_message(struct kunit *test, unsigned int min)
{
	struct ac_stream *s = queue(test);

	s->min = min;
	KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));
	KUNIT_EXPECT_EQ(test, polled(test), EPOLLIN | EPOLLOUT);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, MSG_MORE), 0);
	KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));
	KUNIT_EXPECT_EQ(test, polled(test), EPOLLOUT);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 15, MSG_MORE), 15);
	KUNIT_EXPECT_TRUE(test, ac_stream_unfinished(s));
	KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 1, MSG_MORE), 1);
	KUNIT_EXPECT_EQ(test, ac_stream_receivable(s), min > 0);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 16, 0), 16);
	KUNIT_EXPECT_FALSE(test, ac_stream_unfinished(s));
	KUNIT_EXPECT_TRUE(test, ac_stream_receivable(s));
	KUNIT_EXPECT_EQ(test, polled(test), EPOLLIN | EPOLLOUT);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 16, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, MSG_MORE), -EINVAL);
	/* In two parts. */
	ac_stream_drop(s, 16);
	KUNIT_EXPECT_TRUE(test, ac_stream_receivable(s));
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 16, 0), -EINVAL);
	ac_stream_drop(s, 16);
	KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));
}

static void messages(struct kunit *test)
{
	one_message(test, 16);
	one_message(test, 0);
	one_message(test, 16);
}

/* An empty message is one, and does not keep the next one out. */
static void empty_messages(struct kunit *test)
{
	struct ac_stream *s = queue(test);

	KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, 0), 0);
	KUNIT_EXPECT_TRUE(test, ac_stream_receivable(s));
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 5, 0), 5);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, 0), -EINVAL);
	ac_stream_drop(s, 5);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, 0), 0);
	ac_stream_done(s, 0, 0);
	KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));
}

/* A send that takes nothing says nothing. */
static void control_data(struct kunit *test)
{
	struct ac_stream *s = queue(test);

	s->min = 16;
	sndbuf(test, 0);
	KUNIT_EXPECT_EQ(test, send_op(test, ALG_OP_ENCRYPT, 9, PAGE_SIZE,
				      MSG_MORE), PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, s->encrypt);
	KUNIT_EXPECT_EQ(test, s->assoclen, 9u);
	KUNIT_EXPECT_EQ(test, send_op(test, ALG_OP_DECRYPT, 1, 1,
				      MSG_MORE | MSG_DONTWAIT), -EAGAIN);
	KUNIT_EXPECT_EQ(test, send_op(test, 7, 1, 0, MSG_MORE), -EINVAL);
	s->sending = true;
	KUNIT_EXPECT_EQ(test, send_op(test, ALG_OP_DECRYPT, 1, 0, 0), -EBUSY);
	s->sending = false;
	KUNIT_EXPECT_TRUE(test, s->encrypt);
	KUNIT_EXPECT_EQ(test, s->assoclen, 9u);
	KUNIT_EXPECT_TRUE(test, s->more);
	/* Without any, all stays as it was said. */
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, 0), 0);
	KUNIT_EXPECT_TRUE(test, s->encrypt);
	KUNIT_EXPECT_EQ(test, send_op(test, ALG_OP_DECRYPT, 0, 0, 0), -EINVAL);
	ac_stream_drop(s, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, send_op(test, ALG_OP_DECRYPT, 2, 0, 0), 0);
	KUNIT_EXPECT_FALSE(test, s->encrypt);
	KUNIT_EXPECT_EQ(test, s->assoclen, 2u);
}

/* A partial send does not end the message, nor does it make it go on. */
static void partial_sends(struct kunit *test)
{
	struct ac_stream *s = queue(test);

	s->min = 1;
	sndbuf(test, 0);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, PAGE_SIZE - 1, MSG_MORE),
			PAGE_SIZE - 1);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 2, MSG_DONTWAIT), 1);
	KUNIT_EXPECT_TRUE(test, s->more);
	KUNIT_EXPECT_FALSE(test, s->sending);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 1, MSG_DONTWAIT), -EAGAIN);
	KUNIT_EXPECT_EQ(test, s->bounce.used, PAGE_SIZE);
}

/* The message is gone, and nobody would have to wait to hear of it. */
static void refused(struct kunit *test, int err)
{
	struct ac_stream *s = queue(test);

	KUNIT_EXPECT_EQ(test, s->bounce.used, (size_t)0);
	KUNIT_EXPECT_EQ(test, s->refused.err, err);
	KUNIT_EXPECT_TRUE(test, ac_stream_receivable(s));
	KUNIT_EXPECT_EQ(test, polled(test), EPOLLIN | EPOLLOUT);
}

/* A message that has begun and does not fit: the count is short. */
static void begin_too_much(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, put(test, zeroes, 1, MSG_MORE), 1);
	KUNIT_ASSERT_EQ(test, put(test, zeroes, PAGE_SIZE, MSG_MORE | MSG_DONTWAIT),
			(int)PAGE_SIZE - 1);
	refused(test, -EMSGSIZE);
}

/* Over when both sides know, behind the end, or with control data when one does. */
static void refusals(struct kunit *test)
{
	struct ac_stream *s = queue(test);
	const int err = -EMSGSIZE;

	sndbuf(test, 0);
	begin_too_much(test);
	KUNIT_EXPECT_EQ(test, send_op(test, ALG_OP_ENCRYPT, 0, 1, MSG_MORE), err);
	refused(test, err);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 1, 0), err);
	KUNIT_EXPECT_EQ(test, ac_stream_report(s), err);
	KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));

	begin_too_much(test);
	KUNIT_EXPECT_EQ(test, ac_stream_report(s), err);
	KUNIT_EXPECT_EQ(test, ac_stream_report(s), err);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 1, MSG_MORE), err);
	KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));

	begin_too_much(test);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, 0), err);
	refused(test, err);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, PAGE_SIZE + 1, 0), err);
	refused(test, err);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 2, 0), 2);
	KUNIT_EXPECT_EQ(test, s->refused.err, 0);
	KUNIT_EXPECT_EQ(test, s->bounce.used, (size_t)2);
	ac_stream_drop(s, 2);

	begin_too_much(test);
	KUNIT_EXPECT_EQ(test, ac_stream_report(s), err);
	KUNIT_EXPECT_EQ(test, send_op(test, ALG_OP_ENCRYPT, 0, 1, MSG_MORE), 1);
	KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));
	KUNIT_EXPECT_EQ(test, put(test, zeroes, PAGE_SIZE, MSG_MORE), err);
	refused(test, err);
	KUNIT_EXPECT_EQ(test, ac_stream_report(s), err);
	KUNIT_EXPECT_EQ(test, s->refused.err, 0);

	/* Nothing has begun: nothing is refused. */
	KUNIT_EXPECT_EQ(test, put(test, zeroes, PAGE_SIZE + 1, 0), err);
	KUNIT_EXPECT_EQ(test, s->refused.err, 0);
	KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));
}

/* What a splice returns may be hidden: it counts for nobody. */
static void spliced_refusals(struct kunit *test)
{
	struct ac_stream *s = queue(test);
	const int flags = MSG_SPLICE_PAGES | MSG_MORE;

	sndbuf(test, 0);
	KUNIT_ASSERT_EQ(test, put(test, zeroes, 1, flags), 1);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, PAGE_SIZE, flags), -EMSGSIZE);
	refused(test, -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 1, MSG_SPLICE_PAGES), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, ac_stream_report(s), -EMSGSIZE);
	refused(test, -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, 0), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, s->refused.err, 0);
}

/* A splice that memory was short for may go on, and not end before it has. */
static void short_of_memory(struct kunit *test)
{
	struct ac_stream *s = queue(test);
	const struct msghdr msg = { .msg_flags = MSG_SPLICE_PAGES | MSG_MORE };
	int i;

	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(test, put(test, zeroes, 1, MSG_MORE), 1);
		stream_check_sent(s, &msg, 1, -ENOMEM);
		KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));
		KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, MSG_MORE), 0);
		if (i)
			break;
		KUNIT_EXPECT_EQ(test, put(test, zeroes, 1, MSG_MORE), 1);
		KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, 0), 0);
		KUNIT_EXPECT_EQ(test, s->bounce.used, (size_t)2);
		ac_stream_drop(s, 2);
	}
	KUNIT_EXPECT_EQ(test, put(test, zeroes, 0, 0), -ENOMEM);
	refused(test, -ENOMEM);
	KUNIT_EXPECT_EQ(test, ac_stream_report(s), -ENOMEM);
	KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));
}

/* Delivered in parts of each size: every byte once, and the rest goes with it. */
static void deliveries(struct kunit *test)
{
	struct ac_stream *s = queue(test);
	u8 data[200], got[200];
	size_t part, n, len;

	ac_fixture_fill(data, sizeof(data), 11);
	for (part = 1; part <= 150; part += 7) {
		KUNIT_ASSERT_EQ(test, put(test, data, 200, 0), 200);
		ac_stream_done(s, 130, 180);
		KUNIT_EXPECT_EQ(test, deliver(test, got, 0), 0);
		for (n = 0; n < 130; n += len) {
			KUNIT_EXPECT_TRUE(test, ac_stream_receivable(s));
			len = min_t(size_t, part, 130 - n);
			KUNIT_ASSERT_EQ(test, deliver(test, got + n, part),
					(int)len);
		}
		KUNIT_EXPECT_EQ(test, memcmp(got, data, 130), 0);
		KUNIT_EXPECT_EQ(test, s->ready.len, (size_t)0);
		ac_fixture_holds(test, &s->bounce, data + 180, 20);
		ac_stream_drop(s, 20);
	}
}

/* Of a result that failed nothing is left, and what follows is as it was. */
static void failures(struct kunit *test)
{
	struct ac_stream *s = queue(test);
	u8 data[200];

	ac_fixture_fill(data, sizeof(data), 12);
	KUNIT_ASSERT_EQ(test, put(test, data, 200, 0), 200);
	ac_stream_failed(s, 150);
	ac_fixture_holds(test, &s->bounce, data + 150, 50);
	KUNIT_EXPECT_TRUE(test, ac_stream_receivable(s));
	KUNIT_EXPECT_NULL(test, memchr_inv(s->bounce.fill->data, 0, 150));
	ac_stream_failed(s, 50);
	KUNIT_EXPECT_FALSE(test, ac_stream_receivable(s));
	KUNIT_EXPECT_EQ(test, polled(test), EPOLLIN | EPOLLOUT);
}

/*
 * Sends and receives by chance, beside the rules said once more: a message is
 * open, complete, or there is none.
 */
static void by_chance(struct kunit *test)
{
	struct ac_stream *s = queue(test);
	const size_t limit = 4 * PAGE_SIZE;
	bool begun = false, more = false;
	size_t used = 0;
	u32 seed = 13;
	int i;

	s->min = 16;
	for (i = 0; i < 20000; i++) {
		size_t n = ac_fixture_random(&seed, 3) *
			   ac_fixture_random(&seed, PAGE_SIZE / 2);
		bool goes_on = ac_fixture_random(&seed, 2);

		if (ac_fixture_random(&seed, 2)) {
			size_t fits = min(n, limit - used);
			int want = begun && !more && used ? -EINVAL :
				   n && !fits ? -EAGAIN : fits;

			KUNIT_ASSERT_EQ(test, put(test, zeroes, n, MSG_DONTWAIT |
						   (goes_on ? MSG_MORE : 0)),
					want);
			if (want < 0)
				continue;
			begun = true;
			used += fits;
			if (fits == n)
				more = goes_on;
		} else if (begun && (!more || used >= 16)) {
			KUNIT_ASSERT_TRUE(test, ac_stream_receivable(s));
			n = min(n, used);
			ac_stream_done(s, 0, n);
			used -= n;
			begun = used || more;
		} else {
			KUNIT_ASSERT_FALSE(test, ac_stream_receivable(s));
		}
		KUNIT_ASSERT_EQ(test, s->bounce.used, used);
		KUNIT_ASSERT_EQ(test, polled(test),
				(more && !used ? 0 : EPOLLIN) |
				(limit - used < PAGE_SIZE ? 0 : EPOLLOUT));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(limits),
	KUNIT_CASE(senders_room),
	KUNIT_CASE(message_sizes),
	KUNIT_CASE(messages),
	KUNIT_CASE(empty_messages),
	KUNIT_CASE(control_data),
	KUNIT_CASE(partial_sends),
	KUNIT_CASE(refusals),
	KUNIT_CASE(spliced_refusals),
	KUNIT_CASE(short_of_memory),
	KUNIT_CASE(deliveries),
	KUNIT_CASE(failures),
	KUNIT_CASE(by_chance),
	{ }
};

struct kunit_suite ac_stream_suite = {
	.name = "ac_stream",
	.init = init,
	.exit = ac_fixture_exit,
	.test_cases = cases,
};
