// SPDX-License-Identifier: GPL-2.0
/*
 * 28-whole - an AEAD message of which a part has been refused for its size is
 * never finished, whichever way it came: no result of less than was sent.
 *
 * A careless sender looks at no count and no error; a careful one sends the rest
 * again until he is told.
 */
#include "alg.h"
#include "tap.h"
#include "ways.h"

#define LATE	"sleeps for ever, or takes a part for the whole"

static unsigned char key[16] = "algif_copy whole", iv[16];
static unsigned char *want, *out;	/* LEN and the tag */
static unsigned char small[1000 + TAG];		/* what becomes of 1000 bytes */

static const struct alg_ctl gcm = { ENC, iv, 12, 8 };

static void set_sndbuf(int fd, int size)
{
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		abort();
}

/* With the SO_SNDBUF that is the default of a PC: elsewhere it is another one. */
static int open_gcm(void)
{
	int fd = alg_open_aead("gcm(aes)", key, 16, TAG);

	if (fd >= 0)
		set_sndbuf(fd, 212992 / 2);
	return fd;
}

static void expect(void)
{
	int fd = open_gcm();

	fill(text, LEN, 28);
	set_sndbuf(fd, 1 << 20);
	is_num(alg_aead(fd, ENC, iv, 12, 8, text, LEN, want, LEN + TAG), LEN + TAG,
	       "what is expected, with a large SO_SNDBUF");
	close(fd);
	fd = open_gcm();
	is_num(alg_aead(fd, ENC, iv, 12, 8, text, 1000, small, 1000 + TAG),
	       1000 + TAG, "and of 1000 bytes");
	close(fd);
	file = open("/tmp/ac-whole", O_RDWR | O_CREAT | O_TRUNC, 0600);
	is_num(write(file, text, LEN), LEN, "the same in a file");
}

/* --- what is asked ------------------------------------------------------ */

static void refuses(ssize_t got, const char *way, const char *what)
{
	differs(LATE);
	is_num(got, -EMSGSIZE, "%s: %s", way, what);
}

/* A new message, begun by control data, is a message like any other. */
static void goes_on(int fd, const char *way)
{
	memset(out, 0xee, 1000 + TAG);
	differs(LATE);
	is_num(alg_aead(fd, ENC, iv, 12, 8, text, 1000, out, LEN), 1000 + TAG,
	       "%s: a new message", way);
	differs(LATE);
	is_mem(out, small, 1000 + TAG, "%s: and its result", way);
}

/*
 * Since Linux 6.5 a splice hands on 16 pages at a time. Where those are larger than 4
 * KiB they are more than fits, and it has failed already.
 */
static int is_part(ssize_t n)
{
	return n > 0 ? n < LEN :
	       n == -EMSGSIZE && 16 * getpagesize() > 212992;
}

/* More than fits; the socket, with the message as it is then. */
static int begin(const struct way *w)
{
	int fd = open_gcm();
	ssize_t n;

	alg_send(fd, &gcm, "", 0, MSG_MORE);
	n = w->go(fd, 0, LEN);
	differs(LATE);
	ok(is_part(n), "%s: %zd of %d are taken", w->name, n, LEN);
	return fd;
}

/* Nothing is looked at: kcapi-enc of libkcapi 1.4.0. */
static void careless(const struct way *w)
{
	int fd = begin(w);

	refuses(alg_send(fd, NULL, "", 0, 0), w->name, "the empty end");
	refuses(alg_recv(fd, out, LEN + TAG, 0), w->name, "recv after it");
	goes_on(fd, w->name);
	close(fd);
}

/* The receiver comes first; the sender learns it all the same. */
static void receiver_first(const struct way *w)
{
	int fd = begin(w);

	refuses(alg_recv(fd, out, LEN + TAG, 0), w->name, "recv at once");
	if (!w->told) {
		refuses(alg_recv(fd, out, LEN + TAG, 0), w->name, "recv again");
		refuses(alg_send(fd, NULL, text, 100, MSG_MORE), w->name,
			"another part");
	}
	is_num(alg_recv(fd, out, LEN + TAG, MSG_DONTWAIT), -EAGAIN,
	       "%s: all have been told", w->name);
	goes_on(fd, w->name);
	close(fd);
}

/* The end has data; the next message comes at once. */
static void final_part(const struct way *w)
{
	int fd = begin(w);

	refuses(alg_send(fd, NULL, text, 100, 0), w->name, "the last part");
	refuses(alg_send(fd, NULL, text, 10, 0), w->name, "a smaller one");
	goes_on(fd, w->name);
	is_num(alg_recv(fd, out, LEN, MSG_DONTWAIT), -EAGAIN,
	       "%s: nothing is left of the old one", w->name);
	close(fd);
}

/* He sends the rest until he is told; he raises SO_SNDBUF and begins again. */
static void careful(const struct way *w)
{
	int fd = begin(w);
	size_t done = 0;
	ssize_t n = 1;

	close(fd);
	fd = open_gcm();
	alg_send(fd, &gcm, "", 0, MSG_MORE);
	while (done < LEN && n > 0) {
		n = w->go(fd, done, LEN - done);
		done += n > 0 ? n : 0;
	}
	refuses(n, w->name, "the rest of it");
	set_sndbuf(fd, 1 << 20);
	refuses(w->go(fd, done, LEN - done), w->name, "the rest, SO_SNDBUF raised");
	refuses(alg_send(fd, NULL, "", 0, 0), w->name, "its end");
	is_num(alg_send(fd, &gcm, "", 0, MSG_MORE), 0, "%s: again", w->name);
	is_num(w->go(fd, 0, LEN), LEN, "%s: all of it", w->name);
	alg_send(fd, NULL, "", 0, 0);
	is_num(alg_recv(fd, out, LEN + TAG, 0), LEN + TAG, "%s: recv", w->name);
	is_mem(out, want, LEN + TAG, "%s: of the whole", w->name);
	close(fd);
}

/* Control data alone does not make a new message before anyone knows. */
static void control_data(const struct way *w)
{
	int fd = begin(w);

	if (!w->told)
		is_num(alg_send(fd, &gcm, text, 1000, 0), -EMSGSIZE,
		       "%s: control data, before anyone knows", w->name);
	goes_on(fd, w->name);
	close(fd);
}

static void masks(const struct way *w)
{
	int fd = begin(w);

	is_num(alg_poll(fd, ALG_POLL_ALL, 0), ALG_POLL_IN | ALG_POLL_OUT,
	       "%s: poll: nobody has to wait", w->name);
	close(fd);
}

/* What is exactly as large as the queue is no less a message than others. */
static void fits(const struct way *w)
{
	int fd = open_gcm(), size = alg_room(fd);
	ssize_t n;

	alg_send(fd, &gcm, "", 0, MSG_MORE);
	n = w->go(fd, 0, size);
	is_num(n, size, "%s: as much as SO_SNDBUF", w->name);
	alg_send(fd, NULL, "", 0, 0);
	n = alg_recv(fd, out, LEN + TAG, 0);
	differs("a page that is half full counts as a whole one");
	is_num(n, size + TAG, "%s: recv", w->name);
	differs("a page that is half full counts as a whole one");
	is_mem(out, want, size, "%s: AAD and ciphertext", w->name);
	close(fd);
}

/* --- once, not for each way --------------------------------------------- */

/* A send that is refused before its message has begun leaves no trace. */
static void before_it_begins(void)
{
	int fd = open_gcm();

	is_num(alg_send(fd, &gcm, text, 1000, 0), 1000, "1000");
	is_num(alg_recv(fd, out, LEN, 0), 1000 + TAG, "recv");
	refuses(alg_send(fd, NULL, text, LEN, 0), "idle", "send of too much");
	refuses(alg_send(fd, NULL, text, LEN, MSG_MORE), "idle", "with MORE");
	is_num(alg_recv(fd, out, LEN, MSG_DONTWAIT), -EAGAIN, "idle: recv");
	is_num(alg_send(fd, NULL, text, 1000, 0), 1000,
	       "idle: a message without control data");
	is_num(alg_recv(fd, out, LEN, 0), 1000 + TAG, "idle: recv");
	is_mem(out, small, 1000 + TAG, "idle: its result");
	close(fd);
}

/* An empty message is one: what does not fit behind it is not its rest. */
static void behind_an_empty_one(void)
{
	const struct alg_ctl none = { ENC, iv, 12, 0 };
	int fd = open_gcm();

	is_num(alg_send(fd, &none, "", 0, 0), 0, "an empty message");
	refuses(alg_send(fd, NULL, text, LEN, 0), "empty", "send of too much");
	is_num(alg_recv(fd, out, LEN, 0), TAG, "empty: its tag");
	close(fd);
}

/* Nothing but control data has been taken, and it is a message all the same. */
static void only_begun(void)
{
	int fd = open_gcm();

	set_sndbuf(fd, 1);
	alg_send(fd, &gcm, text, 8, MSG_MORE);
	refuses(alg_send(fd, NULL, text, LEN, MSG_MORE), "begun", "all of it");
	refuses(alg_send(fd, NULL, "", 0, 0), "begun", "the empty end");
	refuses(alg_recv(fd, out, LEN, 0), "begun", "recv");
	goes_on(fd, "begun");
	alg_send(fd, &gcm, "", 0, MSG_MORE);
	refuses(alg_send(fd, NULL, text, LEN, 0), "begun", "all of it, at once");
	refuses(alg_send(fd, NULL, text, 1000, 0), "begun", "a part of it");
	refuses(alg_recv(fd, out, LEN, 0), "begun", "recv");
	is_num(alg_send(fd, NULL, text, 1000, 0), 1000,
	       "begun: a message without control data");
	is_num(alg_recv(fd, out, LEN, 0), 1000 + TAG, "begun: recv");
	close(fd);
}

/* Behind its end a message may begin without control data. */
static void ended(void)
{
	int fd = open_gcm();

	set_sndbuf(fd, 1);
	alg_send(fd, &gcm, text, 8, MSG_MORE);
	refuses(alg_send(fd, NULL, text, LEN, MSG_MORE), "ended", "all of it");
	refuses(alg_send(fd, NULL, "", 0, MSG_MORE), "ended", "nothing, MORE");
	refuses(alg_send(fd, NULL, "", 0, 0), "ended", "the end");
	refuses(alg_send(fd, NULL, text, LEN, 0), "ended", "another, too large");
	is_num(alg_send(fd, NULL, text, 1000, 0), 1000, "ended: another");
	is_num(alg_recv(fd, out, LEN, 0), 1000 + TAG, "ended: recv");
	is_mem(out, small, 1000 + TAG, "ended: its result");
	is_num(alg_recv(fd, out, LEN, MSG_DONTWAIT), -EAGAIN, "ended: and no more");
	close(fd);
}

/* The message was full to the last byte: room will not come. */
static void full(void)
{
	int fd = open_gcm(), page = getpagesize();

	set_sndbuf(fd, 1);
	alg_send(fd, &gcm, "", 0, MSG_MORE);
	is_num(alg_send(fd, NULL, text, page, MSG_MORE), page, "full: a page");
	is_num(alg_send(fd, NULL, "", 0, MSG_MORE), 0, "full: nothing");
	is_num(alg_send(fd, NULL, text, 1, MSG_MORE | MSG_DONTWAIT), -EMSGSIZE,
	       "full: one more byte, DONTWAIT");
	is_num(alg_send(fd, NULL, "", 0, 0), -EMSGSIZE, "full: the end");
	is_num(alg_recv(fd, out, LEN, 0), -EMSGSIZE, "full: recv");
	goes_on(fd, "full");
	close(fd);
}

/* Decryption: EMSGSIZE, not a tag that is wrong. */
static void decryption(void)
{
	const struct alg_ctl dec = { DEC, iv, 12, 8 };
	int fd = open_gcm();

	alg_send(fd, &dec, "", 0, MSG_MORE);
	in_parts(fd, 0, LEN, MSG_MORE);
	refuses(alg_send(fd, NULL, want + LEN, TAG, 0), "decrypt", "the tag");
	refuses(alg_recv(fd, out, LEN, 0), "decrypt", "recv");
	goes_on(fd, "decrypt");
	close(fd);
}

/* Who sleeps is woken. */
static void sleeper(int flags)
{
	struct alg_later later = { .ms = 100, .data = text, .len = LEN,
				   .flags = MSG_MORE | flags };
	const char *name = flags ? "sleeping, DONTWAIT" : "sleeping";
	ssize_t room;

	later.fd = open_gcm();
	room = alg_room(later.fd) - 8;
	alg_send(later.fd, &gcm, text, 8, MSG_MORE);
	alg_later_send(&later);
	refuses(alg_recv(later.fd, out, LEN, 0), name, "recv");
	ok(!alg_late, "%s: it did not have to be stopped", name);
	is_num(alg_later_join(&later), flags ? room : -EMSGSIZE,
	       "%s: the sender", name);
	close(later.fd);
}

/* A poll that sleeps is woken too. */
static void sleeping_poll(void)
{
	struct alg_later later = { .ms = 100, .data = text, .len = LEN,
				   .flags = MSG_MORE | MSG_DONTWAIT };
	int mask;

	later.fd = open_gcm();
	set_sndbuf(later.fd, 8192);
	alg_send(later.fd, &gcm, "", 0, MSG_MORE);
	alg_later_send(&later);
	mask = alg_poll(later.fd, POLLIN, 2000);
	alg_later_join(&later);
	differs("data does not wake readers");
	is_num(mask, POLLIN, "a poll that sleeps is woken");
	close(later.fd);
}

/* Not concerned: the result is as long as what was taken. */
static void cipher(void)
{
	const struct alg_ctl ctr = { ENC, iv, 16, -1 };
	int fd = alg_open("skcipher", "ctr(aes)", key, 16);
	ssize_t n;

	set_sndbuf(fd, 65536);
	set_nonblock(fd, 1);
	alg_send(fd, &ctr, "", 0, MSG_MORE);
	n = by_splice(fd, 0, LEN);
	ok(n > 0 && n < LEN, "skcipher: %zd of %d are taken", n, LEN);
	is_num(alg_send(fd, NULL, "", 0, 0), 0, "skcipher: the end");
	is_num(alg_recv_all(fd, out, n), n, "skcipher: as many come back");
	is_num(alg_recv(fd, out, 16, MSG_DONTWAIT), -EAGAIN, "skcipher: no more");
	close(fd);
}

static void hash(void)
{
	unsigned char once[32];
	int fd = alg_open("hash", "sha256", NULL, 0);

	is_num(alg_hash("sha256", NULL, 0, text, LEN, once), 32, "hash");
	set_sndbuf(fd, 1);
	is_num(by_splice(fd, 0, LEN), LEN, "hash: all is taken");
	is_num(alg_send(fd, NULL, "", 0, 0), 0, "hash: the end");
	is_num(alg_recv(fd, out, 32, 0), 32, "hash: digest");
	is_mem(out, once, 32, "hash: of the whole");
	close(fd);
}

static void refusals(void)
{
	for (int i = 0; i < WAYS; i++) {
		receiver_first(&ways[i]);
		final_part(&ways[i]);
		careful(&ways[i]);
		control_data(&ways[i]);
		masks(&ways[i]);
	}
	before_it_begins();
	behind_an_empty_one();
	only_begun();
	ended();
	full();
	decryption();
	sleeper(0);
	sleeper(MSG_DONTWAIT);
	sleeping_poll();
}

static void body(void)
{
	text = aligned_alloc(4096, (LEN + TAG + 4095) & ~4095);
	want = malloc(LEN + TAG);
	out = malloc(LEN + TAG);
	expect();
	alg_limit = copy_mode() ? ALG_MUST : ALG_MUST_NOT / 3;
	for (int i = 0; i < WAYS; i++)
		careless(&ways[i]);
	for (int i = 0; i < WAYS; i++)
		fits(&ways[i]);
	cipher();
	hash();
	if (copy_mode())
		refusals();
	else
		skip("the rest: stock sockets are stuck with half a message");
	unlink("/tmp/ac-whole");
}

int main(void)
{
	return tap_run(body, 60);
}
