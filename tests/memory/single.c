// SPDX-License-Identifier: GPL-2.0
/*
 * single - all types while nothing but single pages can be had (ac_fragment, which
 * is loaded): sockets are opened, sent to in all ways, and give the results that the
 * stock modules gave before. They serve at the start; the program loads algif_copy.
 *
 * That there are no larger blocks is seen twice: nothing of them is free in
 * /proc/buddyinfo, and of the allocations of this process, which are traced, at most
 * a fifth as many got one as where memory is whole: those that the kernel has moved
 * together meanwhile.
 */
#include "../cases/alg.h"
#include "../cases/memory.h"
#include "../cases/tap.h"

#define TRACING	"/sys/kernel/tracing/"
#define EVENT	TRACING "events/kmem/mm_page_alloc/"
#define ASSOC	13
#define MAX	131073
#define ROOM	(MAX + ASSOC + 16)

static const struct kind {
	const char *type, *name;
	int keylen, ivlen, block, tag;
} kinds[] = {
	{ "hash", "sha256", 0, 0, 1, 0 },
	{ "hash", "hmac(sha1)", 20, 0, 1, 0 },
	{ "skcipher", "cbc(aes)", 16, 16, 16, 0 },
	{ "skcipher", "ctr(aes)", 32, 16, 1, 0 },
	{ "aead", "gcm(aes)", 16, 12, 1, 16 },
	{ "aead", "gcm(aes)", 32, 12, 1, 8 },
};

static const int sizes[] = {
	1, 16, 100, 4095, 4096, 4097, 16384, 65535, 65536, 65537, MAX
};

#define KINDS	(sizeof(kinds) / sizeof(kinds[0]))
#define SIZES	(sizeof(sizes) / sizeof(sizes[0]))

enum way { AT_ONCE, IN_CHUNKS, SPLICED, WAYS };

static const char *const ways[] = { "at once", "in chunks", "spliced" };
static const unsigned char key[32] = "algif_copy, pages one by one", iv[16] = "iv";
static unsigned char text[ROOM], out[ROOM], *want[KINDS][SIZES];
static int ends[2];			/* of a pipe */
static int fragmenting;

static void fragment(const char *on)
{
	if (!put("/sys/module/ac_fragment/parameters/on", on))
		note("ac_fragment does not do it");
}

/* --- one operation ------------------------------------------------------- */

static int open_kind(const struct kind *k)
{
	if (k->tag)
		return alg_open_aead(k->name, key, k->keylen, k->tag);
	return alg_open(k->type, k->name, k->keylen ? key : NULL, k->keylen);
}

/* Length of what is sent, without a tag; of a hash there is no more to be told. */
static int inlen(const struct kind *k, int size)
{
	if (k->tag)
		size += ASSOC;
	return (size + k->block - 1) / k->block * k->block;
}

static int outlen(const struct kind *k, int size)
{
	if (!k->ivlen)
		return k->keylen ? 20 : 32;
	return inlen(k, size) + k->tag;
}

/* A pipe holds 64 KiB, or fewer pages where memory is short. */
static ssize_t splice_all(int fd, const unsigned char *data, int len)
{
	int done = 0;

	while (done < len) {
		struct iovec iov = { (void *)(data + done), len - done };
		ssize_t n = vmsplice(ends[1], &iov, 1, SPLICE_F_NONBLOCK);

		if (n <= 0)
			return -errno;
		for (ssize_t got, left = n; left; left -= got) {
			int more = done + n < len ? SPLICE_F_MORE : 0;

			alg_begin();
			got = alg_end(splice(ends[0], NULL, fd, NULL, left,
					     more));
			if (got <= 0)
				return got;
		}
		done += n;
	}
	return done;
}

static ssize_t send_all(int fd, const struct alg_ctl *ctl, enum way way,
			const unsigned char *data, int len)
{
	int step = way == IN_CHUNKS ? 1000 : len, done;

	if (way == SPLICED) {
		ssize_t n = ctl ? alg_send(fd, ctl, NULL, 0, MSG_MORE) : 0;

		return n ?: splice_all(fd, data, len);
	}
	for (done = 0; done < len; done += step) {
		int n = len - done < step ? len - done : step;
		ssize_t sent = alg_send(fd, done ? NULL : ctl, data + done, n,
					done + n < len ? MSG_MORE : 0);

		if (sent != n)
			return sent;
	}
	return done < len ? done : len;
}

/* On a socket of its own. Length of the result, or a negative errno. */
static ssize_t operate(const struct kind *k, int op, enum way way,
		       const unsigned char *data, int len, int room)
{
	struct alg_ctl ctl = { op, iv, k->ivlen, k->tag ? ASSOC : -1 };
	ssize_t n;
	int fd;

	/* What pages the kernel has moved together meanwhile. */
	if (fragmenting)
		fragment("1");
	fd = open_kind(k);
	if (fd < 0)
		return fd;
	n = send_all(fd, k->ivlen ? &ctl : NULL, way, data, len);
	if (n == len)
		n = alg_recv(fd, out, room, 0);
	close(fd);
	return n;
}

/* --- all of them --------------------------------------------------------- */

/* Nothing is printed amid: that would take memory too. */
struct count {
	int right, wrong;
	char first[120];
};

static void judge(struct count *c, int good, const char *what,
		  const struct kind *k, int size, enum way way, ssize_t n)
{
	if (good) {
		c->right++;
	} else if (!c->wrong++) {
		snprintf(c->first, sizeof(c->first),
			 "%s: %s, %d bytes, %s: %zd", what, k->name, size,
			 ways[way], n);
	}
}

static void backwards(struct count *c, const struct kind *k, int size,
		      enum way way, unsigned char *sealed)
{
	int in = inlen(k, size), len = outlen(k, size);
	ssize_t n = operate(k, DEC, way, sealed, len, in);

	judge(c, n == in && !memcmp(out, text, in), "decryption", k, size, way,
	      n);
	if (!k->tag)
		return;
	sealed[len - 1] ^= 1;
	memset(out, 0x55, in);
	n = operate(k, DEC, way, sealed, len, in);
	sealed[len - 1] ^= 1;
	judge(c, n == -EBADMSG && out[0] == 0x55 && out[in - 1] == 0x55,
	      "forgery", k, size, way, n);
}

static void one_size(struct count *c, size_t kind, size_t size)
{
	const struct kind *k = &kinds[kind];
	int len = outlen(k, sizes[size]);

	for (enum way way = 0; way < WAYS; way++) {
		ssize_t n = operate(k, ENC, way, text, inlen(k, sizes[size]),
				    len);

		judge(c, n == len && !memcmp(out, want[kind][size], len),
		      "result", k, sizes[size], way, n);
		if (k->ivlen)
			backwards(c, k, sizes[size], way, want[kind][size]);
	}
}

static void generator(struct count *c)
{
	static const struct kind rng = { "rng", "jitterentropy_rng" };
	static unsigned char last[32];

	for (int i = 0; i < 3; i++) {
		int fd = alg_open(rng.type, rng.name, NULL, 0);
		ssize_t n = fd < 0 ? fd : alg_recv(fd, out, 32, 0);

		judge(c, n == 32 && memcmp(out, last, 32), "random", &rng, 32,
		      AT_ONCE, n);
		memcpy(last, out, 32);
		close(fd);
	}
}

static void all(struct count *c)
{
	memset(c, 0, sizeof(*c));
	for (size_t kind = 0; kind < KINDS; kind++)
		for (size_t size = 0; size < SIZES; size++)
			one_size(c, kind, size);
	generator(c);
}

static void stock_results(void)
{
	int good = 0;

	for (size_t kind = 0; kind < KINDS; kind++)
		for (size_t size = 0; size < SIZES; size++) {
			const struct kind *k = &kinds[kind];
			int len = outlen(k, sizes[size]);

			good += operate(k, ENC, AT_ONCE, text,
					inlen(k, sizes[size]), len) == len;
			want[kind][size] = malloc(len);
			memcpy(want[kind][size], out, len);
		}
	is_num(good, KINDS * SIZES, "results of the stock modules");
}

/* --- how much memory there is in one piece ------------------------------- */

/*
 * Blocks of two pages and more that are free, and single pages. Memory for devices
 * of the ISA bus is kept from all who do not ask for it.
 */
static void count_free(long *larger, long *single)
{
	FILE *f = fopen("/proc/buddyinfo", "r");
	char zone[16];
	long n;

	*larger = 0;
	*single = 0;
	while (f && fscanf(f, "Node %*d, zone %15s %ld", zone, &n) == 2) {
		int counts = strcmp(zone, "DMA");

		*single += counts ? n : 0;
		while (fscanf(f, "%ld", &n) == 1)
			*larger += counts ? n : 0;
	}
	if (f)
		fclose(f);
}

static int watch(void)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", getpid());
	return put(TRACING "tracing_on", "0") &&
	       put(TRACING "set_event_pid", pid) &&
	       put(EVENT "filter",
		   "order > 0 && pfn != 0xffffffffffffffff") &&
	       put(EVENT "enable", "1");
}

/*
 * Blocks larger than a page that this process has been given since the last time,
 * and not to be taken out of the way by ac_fragment: those are charged to nobody.
 */
static int larger_given(void)
{
	FILE *f = fopen(TRACING "trace", "r");
	char line[512];
	int n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += strstr(line, " mm_page_alloc: ") &&
		     strstr(line, "__GFP_ACCOUNT");
	if (f)
		fclose(f);
	put(TRACING "trace", "");
	return n;
}

/* Whose use count rises serves. */
static int users(void)
{
	FILE *f = fopen("/sys/module/algif_copy/refcnt", "r");
	int n = -1;

	if (f && fscanf(f, "%d", &n) != 1)
		n = -1;
	if (f)
		fclose(f);
	return n;
}

static void is_right(const struct count *c, const char *when)
{
	is_num(c->wrong, 0, "%s: %d operations are right", when, c->right);
	if (c->wrong)
		note("the first: %s", c->first);
}

static void take_over(void)
{
	int before, fd;

	ok(!system("modprobe algif_copy"), "modprobe algif_copy");
	before = users();
	fd = open_kind(&kinds[0]);
	ok(users() > before, "algif_copy serves");
	close(fd);
}

static void all_traced(struct count *c)
{
	put(TRACING "tracing_on", "1");
	all(c);
	put(TRACING "tracing_on", "0");
}

static int with_larger_blocks(void)
{
	struct count c;
	int given;

	all_traced(&c);
	is_right(&c, "memory is whole");
	given = larger_given();
	ok(given > 100, "%d larger blocks were given", given);
	return given;
}

static void with_single_pages(int most)
{
	long larger, single, larger_after, single_after;
	long before = meminfo("MemAvailable:"), after;
	struct count c;
	int given, tries = 0;

	fragmenting = 1;
	/* What others give back meanwhile is taken by another one. */
	do {
		fragment("1");
		count_free(&larger, &single);
	} while (larger > 8 && ++tries < 5);
	all_traced(&c);
	count_free(&larger_after, &single_after);
	fragment("0");
	fragmenting = 0;

	is_right(&c, "nothing but single pages");
	ok(larger <= 8 && single > 1000,
	   "%ld pages are free, and %ld larger blocks", single, larger);
	note("at the end %ld and %ld", single_after, larger_after);
	given = larger_given();
	ok(given <= most, "%d larger blocks were given", given);
	after = meminfo("MemAvailable:");
	ok(after > before - 4 * 1024, "all pages come back: %ld KiB, %ld before",
	   after, before);
}

static void body(void)
{
	fill(text, sizeof(text), 23);
	if (pipe(ends))
		abort();
	stock_results();
	take_over();
	ok(watch(), "allocations are traced");
	/* The kernel itself moves pages together now and then. */
	with_single_pages(with_larger_blocks() / 5);
	put(EVENT "enable", "0");
}

int main(void)
{
	return tap_run(body, 200);
}
