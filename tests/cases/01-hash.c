// SPDX-License-Identifier: GPL-2.0
/*
 * 01-hash - digests: init, update and final by MSG_MORE, one-shot results,
 * clones of a running state, keyed hashes, large sends, splice.
 *
 * Known answers: FIPS 180-4 examples ("abc"), RFC 4231 (HMAC); the others
 * (empty message, 1 MiB of zero bytes, a million "a", "ax", ...) were
 * computed with sha256sum(1) and Python's hmac.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>

#define SHA_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA_AX "5e85370e555e95d27df68f93c0ccaa4edfc1da5e281b47a2ebba2649a13ea5f4"
#define SHA_AB "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"
#define SHA_A "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
#define SHA_MIB "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58"
#define SHA_MILLION "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
#define HMAC_1 "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
#define HMAC_2 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
#define HMAC_2_EMPTY "923598ca6d64af2a5dba79dcd021a8a0fe5c5f557519adaaf0ad532d4506dd30"
#define JEFE "what do ya want for nothing?"

static void is_digest(int fd, const char *hex, const char *name)
{
	unsigned char got[64], want[64];
	size_t len = unhex(want, hex);

	memset(got, 0xee, sizeof(got));
	if (is_num(alg_recv(fd, got, sizeof(got), 0), len, "%s: length", name))
		is_mem(got, want, len, "%s: digest", name);
}

static int sha256(void)
{
	int fd = alg_open("hash", "sha256", NULL, 0);

	ok(fd >= 0, "sha256: operation socket");
	return fd;
}

static void known_answers(void)
{
	static const char * const abc[][2] = {
		{ "md5", "900150983cd24fb0d6963f7d28e17f72" },
		{ "sha1", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "sha256", SHA_ABC },
		{ "sha512", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea2"
			    "0a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
			    "454d4423643ce80e2a9ac94fa54ca49f" },
		{ "sha3-256", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d52"
			      "5b46bfe24511431532" },
	};

	for (size_t i = 0; i < sizeof(abc) / sizeof(abc[0]); i++) {
		int fd = alg_open("hash", abc[i][0], NULL, 0);

		is_num(alg_send(fd, NULL, "abc", 3, 0), 3, "%s: send", abc[i][0]);
		is_digest(fd, abc[i][1], abc[i][0]);
		close(fd);
	}
}

static void empty_messages(void)
{
	int fd = sha256();

	is_digest(fd, SHA_EMPTY, "recv with nothing sent");
	is_digest(fd, SHA_EMPTY, "and again");
	is_num(alg_send(fd, NULL, "", 0, 0), 0, "empty send");
	is_digest(fd, SHA_EMPTY, "after an empty send");
	is_num(alg_send(fd, NULL, "", 0, MSG_MORE), 0, "empty send with MORE");
	is_digest(fd, SHA_EMPTY, "after an empty send with MORE");
	alg_send(fd, NULL, "", 0, MSG_MORE);
	alg_send(fd, NULL, "", 0, MSG_MORE);
	is_num(alg_send(fd, NULL, "abc", 3, 0), 3, "data after empty pieces");
	is_digest(fd, SHA_ABC, "empty pieces count for nothing");
	close(fd);
}

static void pieces(void)
{
	int fd = sha256();

	alg_send(fd, NULL, "a", 1, MSG_MORE);
	alg_send(fd, NULL, "b", 1, MSG_MORE);
	alg_send(fd, NULL, "c", 1, 0);
	is_digest(fd, SHA_ABC, "a, b MORE, c");
	alg_send(fd, NULL, "ab", 2, MSG_MORE);
	is_num(alg_send(fd, NULL, "", 0, MSG_MORE), 0, "empty send amid it");
	alg_send(fd, NULL, "c", 1, 0);
	is_digest(fd, SHA_ABC, "ab MORE, nothing MORE, c");
	alg_send(fd, NULL, "abc", 3, MSG_MORE);
	is_digest(fd, SHA_ABC, "recv while MORE finishes");
	is_digest(fd, SHA_EMPTY, "and starts anew");
	alg_send(fd, NULL, "abc", 3, MSG_MORE);
	is_num(alg_send(fd, NULL, "", 0, 0), 0, "empty send finishes");
	is_digest(fd, SHA_ABC, "after it");
	close(fd);
}

static void unread_results(void)
{
	int fd = sha256();

	alg_send(fd, NULL, "xyz", 3, 0);
	alg_send(fd, NULL, "abc", 3, 0);
	is_digest(fd, SHA_ABC, "a new message discards an unread result");
	alg_send(fd, NULL, "xyz", 3, 0);
	alg_send(fd, NULL, "ab", 2, MSG_MORE);
	alg_send(fd, NULL, "c", 1, 0);
	is_digest(fd, SHA_ABC, "a new message in pieces does so too");
	alg_send(fd, NULL, "hello", 5, 0);
	is_num(alg_send(fd, NULL, "", 0, 0), 0, "send 5, then send 0");
	is_digest(fd, SHA_EMPTY, "the result of 5 bytes is gone");
	close(fd);
}

/* recvmsg() into @len bytes; returns the count, *flags gets msg_flags. */
static ssize_t recv_flags(int fd, void *buf, size_t len, int *flags)
{
	struct iovec iov = { buf, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t ret = alg_recvmsg(fd, &msg, 0);

	*flags = msg.msg_flags;
	return ret;
}

static void short_buffers(void)
{
	unsigned char got[64], want[32];
	int fd = sha256(), flags;

	unhex(want, SHA_ABC);
	memset(got, 0xee, sizeof(got));
	alg_send(fd, NULL, "abc", 3, 0);
	is_num(recv_flags(fd, got, 16, &flags), 16, "recv 16: count");
	is_num(flags & MSG_TRUNC, MSG_TRUNC, "recv 16: MSG_TRUNC");
	is_mem(got, want, 16, "recv 16: first half of the digest");
	is_num(got[16], 0xee, "recv 16: nothing behind it");
	is_digest(fd, SHA_EMPTY, "a result is given once, even a cut one");
	alg_send(fd, NULL, "abc", 3, 0);
	is_num(recv_flags(fd, got, 64, &flags), 32, "recv 64: count");
	is_num(flags & MSG_TRUNC, 0, "recv 64: no MSG_TRUNC");
	alg_send(fd, NULL, "abc", 3, MSG_MORE);
	is_num(recv_flags(fd, got, 5, &flags), 5, "recv 5 while MORE: count");
	is_mem(got, want, 5, "recv 5 while MORE: bytes");
	is_num(alg_recv(fd, got, 0, 0), 0, "recv 0 is 0");
	close(fd);
}

static void large_sends(void)
{
	const size_t mib = 1 << 20;
	char *data = calloc(1, mib);
	int fd = sha256();

	is_num(alg_send(fd, NULL, data, mib, 0), mib, "1 MiB is taken whole");
	is_digest(fd, SHA_MIB, "1 MiB of zero bytes");
	is_num(alg_send(fd, NULL, data, mib, MSG_DONTWAIT), mib,
	       "with MSG_DONTWAIT too");
	is_digest(fd, SHA_MIB, "1 MiB with MSG_DONTWAIT");
	memset(data, 'a', mib);
	for (size_t at = 0; at < 1000000; at += 62500)
		alg_send(fd, NULL, data, 62500,
			 at + 62500 < 1000000 ? MSG_MORE : 0);
	is_digest(fd, SHA_MILLION, "a million a in 16 pieces");
	close(fd);
	free(data);
}

static void clones(void)
{
	int fd = sha256(), one, two;

	alg_send(fd, NULL, "a", 1, MSG_MORE);
	one = alg_accept(fd);
	ok(one >= 0, "clone of a running state");
	two = alg_accept(one);
	ok(two >= 0, "clone of the clone");
	alg_send(one, NULL, "bc", 2, 0);
	alg_send(fd, NULL, "x", 1, 0);
	is_digest(fd, SHA_AX, "the original goes its own way");
	is_digest(one, SHA_ABC, "the clone goes its own");
	close(fd);
	close(one);
	is_digest(two, SHA_A, "a clone outlives its origin");
	alg_send(two, NULL, "abc", 3, 0);
	is_digest(two, SHA_ABC, "and can be used again");
	close(two);
}

static void clones_of_nothing(void)
{
	int fd = sha256(), one = alg_accept(fd), two;

	ok(one >= 0, "clone of a fresh socket");
	is_digest(one, SHA_EMPTY, "fresh clone");
	alg_send(one, NULL, "abc", 3, 0);
	is_digest(one, SHA_ABC, "fresh clone in use");
	alg_send(fd, NULL, "abc", 3, 0);
	two = alg_accept(fd);
	ok(two >= 0, "clone of a socket with an unread result");
	is_digest(two, SHA_EMPTY, "that clone has no result");
	is_digest(fd, SHA_ABC, "the result stays with the original");
	close(two);
	close(one);
	close(fd);
}

static void many_clones(void)
{
	int fd = sha256(), clone[16], good = 0;
	unsigned char got[32], want[32];

	unhex(want, SHA_AB);
	alg_send(fd, NULL, "a", 1, MSG_MORE);
	for (int i = 0; i < 16; i++)
		clone[i] = alg_accept(i ? clone[i - 1] : fd);
	for (int i = 15; i >= 0; i--) {
		alg_send(clone[i], NULL, "b", 1, 0);
		if (alg_recv(clone[i], got, 32, 0) == 32 &&
		    !memcmp(got, want, 32))
			good++;
		close(clone[i]);
	}
	is_num(good, 16, "16 clones, each from the one before");
	close(fd);
}

static void keyed(void)
{
	unsigned char key[20];
	int fd, clone;

	memset(key, 0x0b, sizeof(key));
	fd = alg_open("hash", "hmac(sha256)", key, sizeof(key));
	alg_send(fd, NULL, "Hi There", 8, 0);
	is_digest(fd, HMAC_1, "hmac, RFC 4231 case 1");
	close(fd);
	fd = alg_open("hash", "hmac(sha256)", "Jefe", 4);
	is_digest(fd, HMAC_2_EMPTY, "hmac of nothing");
	alg_send(fd, NULL, JEFE, 10, MSG_MORE);
	clone = alg_accept(fd);
	ok(clone >= 0, "clone of a running hmac");
	alg_send(fd, NULL, &JEFE[10], 18, 0);
	is_digest(fd, HMAC_2, "hmac, RFC 4231 case 2, in pieces");
	alg_send(clone, NULL, &JEFE[10], 18, MSG_MORE);
	is_digest(clone, HMAC_2, "hmac, the clone");
	close(clone);
	close(fd);
}

static void splices(void)
{
	int fd = sha256(), pipes[2];

	if (pipe(pipes))
		abort();
	is_num(write(pipes[1], "abc", 3), 3, "3 bytes into a pipe");
	alg_begin();
	is_num(alg_end(splice(pipes[0], NULL, fd, NULL, 3, 0)), 3, "splice");
	is_digest(fd, SHA_ABC, "spliced");
	is_num(write(pipes[1], "abc", 3), 3, "3 bytes into a pipe");
	alg_begin();
	is_num(alg_end(splice(pipes[0], NULL, fd, NULL, 3, SPLICE_F_MORE)), 3,
	       "splice with SPLICE_F_MORE");
	is_num(alg_send(fd, NULL, "", 0, 0), 0, "empty send finishes it");
	is_digest(fd, SHA_ABC, "spliced with SPLICE_F_MORE");
	is_num(write(pipes[1], "bc", 2), 2, "2 bytes into a pipe");
	alg_send(fd, NULL, "a", 1, MSG_MORE);
	alg_begin();
	is_num(alg_end(splice(pipes[0], NULL, fd, NULL, 2, 0)), 2,
	       "splice after a send");
	is_digest(fd, SHA_ABC, "sent and spliced");
	close(pipes[0]);
	close(pipes[1]);
	close(fd);
}

static void body(void)
{
	known_answers();
	empty_messages();
	pieces();
	unread_results();
	short_buffers();
	large_sends();
	clones();
	clones_of_nothing();
	many_clones();
	keyed();
	splices();
}

int main(void)
{
	return tap_run(body, 40);
}
