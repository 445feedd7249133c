/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites share: sockets, messages, and buffers beside a plain array that
 * says what must be in them.
 */
#ifndef AC_KUNIT_FIXTURE_H
#define AC_KUNIT_FIXTURE_H

#include <kunit/test.h>
#include <linux/net.h>
#include <linux/uio.h>

#include "stats.h"
#include "stream.h"

extern struct kunit_suite ac_control_suite;
extern struct kunit_suite ac_bounce_suite;
extern struct kunit_suite ac_piece_suite;
extern struct kunit_suite ac_stream_suite;
extern struct kunit_suite ac_warm_suite;
extern struct kunit_suite ac_model_suite;

/* How many operations the model is compared for. */
extern unsigned int ac_fixture_steps;

/* A socket that nobody has but the test. */
struct ac_fixture {
	struct socket_alloc sock;
	struct sock *sk;
	struct ac_stats stats;
	struct ac_stream stream;
	struct ac_work work;
	u8 iv[16];
};

/* What a suite has before and after each of its tests, in test->priv. */
int ac_fixture_init(struct kunit *test);
void ac_fixture_exit(struct kunit *test);

/*
 * Another one like it, for tests with several, and one whose buffer has its work area
 * in itself, as hashes have.
 */
struct ac_fixture *ac_fixture_new(struct kunit *test);
struct ac_fixture *ac_fixture_new_hash(struct kunit *test);
void ac_fixture_free(struct ac_fixture *f);

/* Pages of all buffers. */
unsigned long ac_fixture_pages(void);

/* The sum of all claims, and what more of it somebody else seems to have. */
unsigned long ac_fixture_claimed(void);
unsigned long ac_fixture_limit(void);
void ac_fixture_ballast(long pages);

static inline struct ac_bounce *ac_fixture_buffer(struct kunit *test)
{
	return &((struct ac_fixture *)test->priv)->stream.bounce;
}

/* Bytes that tell where they are from. */
void ac_fixture_fill(u8 *data, size_t len, u32 seed);

/* The next of a row of numbers below @below. */
u32 ac_fixture_random(u32 *state, u32 below);

/* A message whose data is @len bytes at @data: to be sent, or to be received into. */
void ac_fixture_source(struct msghdr *msg, struct kvec *vec, const void *data,
		       size_t len);
void ac_fixture_sink(struct msghdr *msg, struct kvec *vec, void *data,
		     size_t len);

/* Append what is at @data. */
int ac_fixture_append(struct ac_bounce *b, const void *data, size_t len);

/* Expect that what the buffer knows of its pieces is so. */
void ac_fixture_sums(struct kunit *test, struct ac_bounce *b);

/* Expect that the buffer holds @len bytes that are those at @data, and its own sums. */
void ac_fixture_holds(struct kunit *test, struct ac_bounce *b, const u8 *data,
		      size_t len);

#endif
