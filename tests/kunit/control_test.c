// SPDX-License-Identifier: GPL-2.0
/*
 * Control messages, made by hand. The core of sockets has copied what user space
 * gave, and has checked nothing but that it is not too long. Each block ends where
 * its memory does, so KASAN sees a read behind it.
 */
#include "control.c"

#include <linux/slab.h>

#include "fixture.h"

#define IVSIZE 16

/* Behind the last message of the block. */
static struct cmsghdr *next_room(struct msghdr *msg)
{
	return msg->msg_control + msg->msg_controllen;
}

/* @len is what the header says; @have bytes of @data stand behind it. */
static void put(struct msghdr *msg, int level, int type, size_t len,
		const void *data, size_t have)
{
	struct cmsghdr *cmsg = next_room(msg);

	cmsg->cmsg_level = level;
	cmsg->cmsg_type = type;
	cmsg->cmsg_len = len;
	memcpy(CMSG_DATA(cmsg), data, have);
	msg->msg_controllen += CMSG_SPACE(have);
}

static void put_u32(struct msghdr *msg, int type, u32 value)
{
	put(msg, SOL_ALG, type, CMSG_LEN(sizeof(value)), &value, sizeof(value));
}

static void put_iv(struct msghdr *msg, u32 ivlen, size_t have)
{
	u8 data[sizeof(u32) + 64] = { };

	memcpy(data, &ivlen, sizeof(ivlen));
	memset(data + sizeof(u32), 0xa5, sizeof(data) - sizeof(u32));
	put(msg, SOL_ALG, ALG_SET_IV, CMSG_LEN(sizeof(ivlen) + have), data,
	    sizeof(ivlen) + have);
}

/* Parse @msg from a block of just its size, as if it had been cut off at @len. */
static int parse_cut(struct kunit *test, struct msghdr *msg, size_t len,
		     unsigned int ivsize, struct ac_control *con)
{
	u8 *block = kmalloc(len, GFP_KERNEL);
	struct msghdr cut = { .msg_control = block, .msg_controllen = len };
	int err;

	KUNIT_ASSERT_NOT_NULL(test, block);
	memcpy(block, msg->msg_control, len);
	err = ac_control_parse(&cut, ivsize, con);
	if (!err && con->iv) {
		KUNIT_EXPECT_TRUE(test, con->iv >= block);
		KUNIT_EXPECT_TRUE(test, con->iv + ivsize <= block + len);
		con->iv = NULL;
	}
	kfree(block);
	return err;
}

static int parse(struct kunit *test, struct msghdr *msg, struct ac_control *con)
{
	return parse_cut(test, msg, msg->msg_controllen, IVSIZE, con);
}

static int init(struct kunit *test)
{
	struct msghdr *msg = kunit_kzalloc(test, sizeof(*msg), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, msg);
	msg->msg_control = kunit_kzalloc(test, 1024, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, msg->msg_control);
	test->priv = msg;
	return 0;
}

static void nothing(struct kunit *test)
{
	struct msghdr msg = { };
	struct ac_control con;

	memset(&con, 0xff, sizeof(con));
	KUNIT_EXPECT_EQ(test, ac_control_parse(&msg, IVSIZE, &con), 0);
	KUNIT_EXPECT_FALSE(test, con.present);
	KUNIT_EXPECT_FALSE(test, con.encrypt);
	KUNIT_EXPECT_EQ(test, con.assoclen, 0u);
	KUNIT_EXPECT_NULL(test, con.iv);
}

static void operation(struct kunit *test)
{
	static const u32 wrong[] = { 2, 3, 256, S32_MAX, 1U << 31, U32_MAX };
	struct msghdr *msg = test->priv;
	struct ac_control con;
	size_t i;

	put_u32(msg, ALG_SET_OP, ALG_OP_ENCRYPT);
	KUNIT_EXPECT_EQ(test, parse(test, msg, &con), 0);
	KUNIT_EXPECT_TRUE(test, con.present);
	KUNIT_EXPECT_TRUE(test, con.encrypt);

	/* The last one counts. */
	put_u32(msg, ALG_SET_OP, ALG_OP_DECRYPT);
	KUNIT_EXPECT_EQ(test, parse(test, msg, &con), 0);
	KUNIT_EXPECT_FALSE(test, con.encrypt);

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		msg->msg_controllen = 0;
		put_u32(msg, ALG_SET_OP, wrong[i]);
		KUNIT_EXPECT_EQ(test, parse(test, msg, &con), -EINVAL);
	}
}

static void assoclen(struct kunit *test)
{
	static const u32 good[] = { 0, 1, 4096, S32_MAX - 1, S32_MAX };
	static const u32 wrong[] = { 1U << 31, (1U << 31) + 1, U32_MAX };
	struct msghdr *msg = test->priv;
	struct ac_control con;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		msg->msg_controllen = 0;
		put_u32(msg, ALG_SET_AEAD_ASSOCLEN, good[i]);
		KUNIT_EXPECT_EQ(test, parse(test, msg, &con), 0);
		KUNIT_EXPECT_EQ(test, con.assoclen, good[i]);
	}
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		msg->msg_controllen = 0;
		put_u32(msg, ALG_SET_AEAD_ASSOCLEN, wrong[i]);
		KUNIT_EXPECT_EQ(test, parse(test, msg, &con), -EINVAL);
	}
}

/* The length that it says, and the bytes that there are. */
static void iv_lengths(struct kunit *test)
{
	static const u32 says[] = {
		0, 1, IVSIZE - 1, IVSIZE, IVSIZE + 1, S32_MAX, 1U << 31,
		U32_MAX - 3, U32_MAX - 1, U32_MAX,
	};
	struct msghdr *msg = test->priv;
	struct ac_control con;
	size_t i, have;

	for (i = 0; i < ARRAY_SIZE(says); i++)
		for (have = 0; have <= IVSIZE + 8; have++) {
			bool good = says[i] == IVSIZE && have >= IVSIZE;
			int err;

			msg->msg_controllen = 0;
			put_iv(msg, says[i], have);
			err = parse(test, msg, &con);
			KUNIT_EXPECT_EQ(test, err, good ? 0 : -EINVAL);
			/* Even where the algorithm wanted as much. */
			err = parse_cut(test, msg, msg->msg_controllen, says[i],
					&con);
			good = says[i] <= have;
			KUNIT_EXPECT_EQ(test, err, good ? 0 : -EINVAL);
		}
}

static void several(struct kunit *test)
{
	struct msghdr *msg = test->priv;
	struct ac_control con;

	put_iv(msg, IVSIZE, IVSIZE);
	put(msg, SOL_SOCKET, 77, CMSG_LEN(3), "abc", 3);
	put_u32(msg, ALG_SET_AEAD_ASSOCLEN, 99);
	put_u32(msg, ALG_SET_OP, ALG_OP_ENCRYPT);
	KUNIT_EXPECT_EQ(test, ac_control_parse(msg, IVSIZE, &con), 0);
	KUNIT_EXPECT_TRUE(test, con.encrypt);
	KUNIT_EXPECT_EQ(test, con.assoclen, 99u);
	KUNIT_ASSERT_NOT_NULL(test, con.iv);
	KUNIT_EXPECT_EQ(test, con.iv[0], 0xa5);
	KUNIT_EXPECT_EQ(test, con.iv[IVSIZE - 1], 0xa5);

	/* One that is wrong spoils them all. */
	put_u32(msg, 100, 0);
	KUNIT_EXPECT_EQ(test, parse(test, msg, &con), -EINVAL);
}

/* What is of no concern to us is still looked at as far as its length goes. */
static void lengths_of_header(struct kunit *test)
{
	static const size_t wrong[] = {
		0, 1, sizeof(struct cmsghdr) - 1, CMSG_LEN(4) + 5, 4096,
		S32_MAX, (size_t)S32_MAX + 1, SIZE_MAX / 2, SIZE_MAX - 7,
		SIZE_MAX - 1, SIZE_MAX,
	};
	static const int levels[] = { SOL_ALG, SOL_SOCKET };
	struct msghdr *msg = test->priv;
	struct ac_control con;
	u32 op = ALG_OP_ENCRYPT;
	size_t i, j;

	for (j = 0; j < ARRAY_SIZE(levels); j++)
		for (i = 0; i < ARRAY_SIZE(wrong); i++) {
			msg->msg_controllen = 0;
			put(msg, levels[j], ALG_SET_OP, wrong[i], &op, 4);
			KUNIT_EXPECT_EQ(test, parse(test, msg, &con), -EINVAL);
			/* The same as the second of two. */
			msg->msg_controllen = 0;
			put_u32(msg, ALG_SET_OP, ALG_OP_ENCRYPT);
			put(msg, levels[j], ALG_SET_OP, wrong[i], &op, 4);
			KUNIT_EXPECT_EQ(test, parse(test, msg, &con), -EINVAL);
		}
}

/* A header that swallows the next one: the number in it is what counts. */
static void overlap(struct kunit *test)
{
	struct msghdr *msg = test->priv;
	struct cmsghdr *first = msg->msg_control;
	struct ac_control con;

	put_u32(msg, ALG_SET_AEAD_ASSOCLEN, 7);
	put_u32(msg, ALG_SET_AEAD_ASSOCLEN, U32_MAX);
	first->cmsg_len = msg->msg_controllen;
	KUNIT_EXPECT_EQ(test, parse(test, msg, &con), 0);
	KUNIT_EXPECT_EQ(test, con.assoclen, 7u);

	/* An IV that runs into the next one's header, and one behind it. */
	msg->msg_controllen = 0;
	put_iv(msg, IVSIZE, 0);
	put_u32(msg, ALG_SET_AEAD_ASSOCLEN, 8);
	first->cmsg_len = CMSG_LEN(sizeof(u32) + IVSIZE);
	KUNIT_EXPECT_EQ(test, parse(test, msg, &con), 0);
	first->cmsg_len = CMSG_LEN(sizeof(u32) + IVSIZE - 1);
	KUNIT_EXPECT_EQ(test, parse(test, msg, &con), -EINVAL);
}

/* Cut off at each byte: what is whole counts, what is not is an error. */
static void cut_off(struct kunit *test)
{
	const size_t one = CMSG_SPACE(sizeof(u32));
	struct msghdr *msg = test->priv;
	struct ac_control con;
	size_t len;

	put_u32(msg, ALG_SET_OP, ALG_OP_ENCRYPT);
	put_u32(msg, ALG_SET_AEAD_ASSOCLEN, 5);
	for (len = 1; len <= msg->msg_controllen; len++) {
		size_t rest = len < one ? len : len - one;
		/* Less than a header is padding. */
		bool good = rest < sizeof(struct cmsghdr) ||
			    rest >= CMSG_LEN(sizeof(u32));
		int err = parse_cut(test, msg, len, IVSIZE, &con);

		KUNIT_EXPECT_EQ(test, err, good ? 0 : -EINVAL);
		if (err)
			continue;
		KUNIT_EXPECT_TRUE(test, con.present);
		KUNIT_EXPECT_EQ(test, con.encrypt, len >= CMSG_LEN(sizeof(u32)));
		KUNIT_EXPECT_EQ(test, con.assoclen,
				len >= one + CMSG_LEN(sizeof(u32)) ? 5u : 0u);
	}
}

/* Blocks of noise, with and without headers that are nearly right. */
static void noise(struct kunit *test)
{
	struct msghdr *msg = test->priv;
	struct ac_control con;
	u32 seed = 5;
	int i, good = 0;

	for (i = 0; i < 20000; i++) {
		size_t len = 1 + ac_fixture_random(&seed, 120);
		struct cmsghdr *cmsg = msg->msg_control;

		ac_fixture_fill(msg->msg_control, len, seed + i);
		if (i % 4) {
			cmsg->cmsg_level = SOL_ALG;
			cmsg->cmsg_type = 1 + ac_fixture_random(&seed, 5);
			cmsg->cmsg_len = ac_fixture_random(&seed, 64);
		}
		good += !parse_cut(test, msg, len, IVSIZE, &con);
	}
	KUNIT_EXPECT_GT(test, good, 1000);
	KUNIT_EXPECT_LT(test, good, 19000);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(nothing),
	KUNIT_CASE(operation),
	KUNIT_CASE(assoclen),
	KUNIT_CASE(iv_lengths),
	KUNIT_CASE(several),
	KUNIT_CASE(lengths_of_header),
	KUNIT_CASE(overlap),
	KUNIT_CASE(cut_off),
	KUNIT_CASE(noise),
	{ }
};

struct kunit_suite ac_control_suite = {
	.name = "ac_control",
	.init = init,
	.test_cases = cases,
};
