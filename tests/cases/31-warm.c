// SPDX-License-Identifier: GPL-2.0
/*
 * 31-warm - what sockets keep for their next message is taken away by others, at any
 * moment: while they work, wait for data or for room, are opened and closed, or have
 * a rest of a message left. Nobody gets a wrong byte for it, and all together keep no
 * more than they may.
 */
#include "alg.h"
#include "memory.h"
#include "tap.h"

#include <semaphore.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define LEN 65536
#define SOCKETS 100	/* more than may keep so much */

static const unsigned char key[16] = "algif_copy warm.", iv[16];
static unsigned char text[LEN + 16], want[LEN + 16];
static int parent, stop;

/* Of one thread. */
struct role {
	void (*act)(struct role *r);
	const char *name;
	pthread_t thread;
	uint32_t seed;
	int right, wrong;
	unsigned char out[LEN + 16];
};

static const struct alg_ctl ctl = { ENC, iv, 16, -1 };

static void judge(struct role *r, int good)
{
	if (good)
		r->right++;
	else
		r->wrong++;
}

/* The limit of alg.c's calls is the process's: threads have none. */
static ssize_t give(int fd, size_t from, size_t len, int flags, int begins)
{
	_Alignas(struct cmsghdr) char room[ALG_CTL_ROOM];
	struct iovec iov = { text + from, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (begins) {
		msg.msg_control = room;
		msg.msg_controllen = alg_ctl_build(room, &ctl);
	}
	return sendmsg(fd, &msg, flags);
}

static int take(struct role *r, int fd, size_t from, size_t len)
{
	return recv(fd, r->out, len, 0) == (ssize_t)len &&
	       !memcmp(r->out, want + from, len);
}

static int operate(struct role *r, int fd, size_t len)
{
	return give(fd, 0, len, 0, 1) == (ssize_t)len && take(r, fd, 0, len);
}

static int open_one(void)
{
	return accept(parent, NULL, NULL);
}

/* More sockets than there is memory for. */
static void in_turn(struct role *r)
{
	int fds[SOCKETS];

	for (int i = 0; i < SOCKETS; i++)
		fds[i] = open_one();
	while (!stop)
		for (int i = 0; i < SOCKETS && !stop; i++)
			judge(r, operate(r, fds[i], LEN));
	for (int i = 0; i < SOCKETS; i++)
		close(fds[i]);
}

static void opens(struct role *r)
{
	while (!stop) {
		int fd = open_one();

		judge(r, operate(r, fd, 4096));
		/* And some have a message that nobody gets. */
		if (rnd(&r->seed) & 1)
			give(fd, 0, LEN, 0, 1);
		close(fd);
	}
}

static void works(struct role *r)
{
	int fd = open_one();

	while (!stop)
		judge(r, operate(r, fd, 16 * (1 + rnd(&r->seed) % (LEN / 16))));
	close(fd);
}

/* Less than a block is left each time, and waits for the next one. */
static void rests(struct role *r)
{
	int fds[16];

	for (size_t i = 0; i < N(fds); i++)
		fds[i] = open_one();
	while (!stop) {
		for (size_t i = 0; i < N(fds); i++)
			judge(r, give(fds[i], 0, LEN - 8, MSG_MORE, 1) == LEN - 8 &&
				 take(r, fds[i], 0, LEN - 16));
		usleep(1000);
		for (size_t i = 0; i < N(fds); i++)
			judge(r, give(fds[i], LEN - 8, 8, 0, 0) == 8 &&
				 take(r, fds[i], LEN - 16, 16));
	}
	for (size_t i = 0; i < N(fds); i++)
		close(fds[i]);
}

static void hashes(struct role *r)
{
	static const char *const names[] = { "sha256", "sha1" };
	int tfm = alg_bind("hash", names[r->seed % 2]), fds[SOCKETS];
	unsigned char first[32], got[32];
	ssize_t n;

	for (int i = 0; i < SOCKETS; i++)
		fds[i] = accept(tfm, NULL, NULL);
	send(fds[0], text, LEN, 0);
	n = recv(fds[0], first, 32, 0);
	while (!stop)
		for (int i = 0; i < SOCKETS && !stop; i++)
			judge(r, send(fds[i], text, LEN, 0) == LEN && n > 0 &&
				 recv(fds[i], got, 32, 0) == n &&
				 !memcmp(got, first, n));
	for (int i = 0; i < SOCKETS; i++)
		close(fds[i]);
	close(tfm);
}

/* --- two on one socket: one is asleep ------------------------------------ */

static struct pair {
	int fd, over;
	sem_t taken;
} for_data, for_room;

/* A receiver that is asleep when data comes. */
static void waits(struct role *r)
{
	int over;

	do {
		judge(r, take(r, for_data.fd, 0, LEN));
		over = for_data.over;
		sem_post(&for_data.taken);
	} while (!over);
}

static void wakes(struct role *r)
{
	do {
		for_data.over = stop;
		usleep(500);
		judge(r, give(for_data.fd, 0, LEN, 0, 1) == LEN);
		sem_wait(&for_data.taken);
	} while (!for_data.over);
}

/* A sender that is asleep until there is room. */
static void fills(struct role *r)
{
	do {
		for_room.over = stop;
		judge(r, give(for_room.fd, 0, LEN, 0, 1) == LEN);
		sem_wait(&for_room.taken);
	} while (!for_room.over);
}

static void drains(struct role *r)
{
	int over;

	do {
		size_t done = 0;

		while (done < LEN) {
			ssize_t n = recv(for_room.fd, r->out + done, 4096, 0);

			if (n <= 0)
				break;
			done += n;
			usleep(10);
		}
		judge(r, done == LEN && !memcmp(r->out, want, LEN));
		over = for_room.over;
		sem_post(&for_room.taken);
	} while (!over);
}

static struct role roles[] = {
	{ in_turn, "many sockets in turn" },
	{ in_turn, "many others" },
	{ hashes, "digests in turn" },
	{ opens, "sockets are opened and closed" },
	{ works, "one that always works" },
	{ rests, "rests of messages" },
	{ waits, "a receiver waits" },
	{ wakes, "for this sender" },
	{ fills, "a sender waits" },
	{ drains, "for this receiver" },
};

static void *play(void *arg)
{
	struct role *r = arg;

	r->act(r);
	return NULL;
}

/* With a small buffer the two wait for one another on stock. */
static size_t cast(void)
{
	return copy_mode() ? N(roles) : N(roles) - 2;
}

static void prepare_pairs(void)
{
	int size = 4096;

	for_data.fd = open_one();
	for_room.fd = open_one();
	setsockopt(for_room.fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	sem_init(&for_data.taken, 0, 0);
	sem_init(&for_room.taken, 0, 0);
}

/* The sum of the pages of all types in KiB; less than 0 if nobody says it. */
static long held(void)
{
	FILE *f = fopen("/sys/kernel/debug/algif_copy/stats", "r");
	long sum = f ? 0 : -1;
	char line[1024], *p;

	while (f && fgets(line, sizeof(line), f)) {
		p = strstr(line, " memory=");
		if (!strncmp(line, "type ", 5) && p)
			sum += atol(p + 8) >> 10;
	}
	if (f)
		fclose(f);
	return sum;
}

static void is_bounded(int count)
{
	static int fds[SOCKETS];
	struct role *r = &roles[0];

	for (int i = 0; i < SOCKETS; i++) {
		fds[i] = open_one();
		/* The first one alone leaves nothing. */
		judge(r, operate(r, fds[i], LEN) && operate(r, fds[i], LEN));
	}
	if (held() < 0)
		skip("nobody says how much memory there is");
	else
		ok(held() > 0 && held() <= count * 1024,
		   "%d idle sockets have %ld KiB", SOCKETS, held());
	for (int i = 0; i < SOCKETS; i++)
		close(fds[i]);
}

/* What is left needs so much less memory than it stands in that it is moved. */
static void long_rests(void)
{
	enum { REST = 1008 };
	static int fds[2 * SOCKETS];
	struct role *r = &roles[0];
	int right = 0;

	for (size_t i = 0; i < N(fds); i++) {
		fds[i] = open_one();
		right += give(fds[i], 0, LEN, 0, 1) == LEN &&
			 take(r, fds[i], 0, LEN - REST);
	}
	for (size_t i = 0; i < N(fds); i++) {
		right += take(r, fds[i], LEN - REST, REST);
		close(fds[i]);
	}
	is_num(right, 2 * N(fds), "rests of %d bytes, of %zu sockets", REST,
	       N(fds));
}

static void body(void)
{
	const char *seconds = getenv("AC_SECONDS");
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	parent = alg_bind("skcipher", "ctr(aes)");
	alg_key(parent, key, 16);
	fill(text, sizeof(text), 27);
	prepare_pairs();
	give(for_data.fd, 0, LEN, 0, 1);
	is_num(recv(for_data.fd, want, LEN, 0), LEN, "what all are to get");
	for (size_t i = 0; i < cast(); i++) {
		roles[i].seed = i;
		pthread_create(&roles[i].thread, NULL, play, &roles[i]);
	}
	msleep(1000 * (seconds ? atoi(seconds) : 6));
	stop = 1;
	for (size_t i = 0; i < cast(); i++)
		pthread_join(roles[i].thread, NULL);
	for (size_t i = 0; i < cast(); i++)
		ok(roles[i].right && !roles[i].wrong, "%s: %d right, %d wrong",
		   roles[i].name, roles[i].right, roles[i].wrong);
	long_rests();
	if (copy_mode())
		is_bounded(cpus < 4 ? 4 : cpus > 32 ? 32 : cpus);
}

int main(void)
{
	return tap_run(body, 200);
}
