// SPDX-License-Identifier: GPL-2.0
/*
 * 20-race - two threads on one operation socket and its parent, in all pairs of
 * what can be done with them, each pair for a moment. Nothing is said about what
 * comes of a call; afterwards all must be well. And splices amid sends, whose
 * messages must not get into one another.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define LEN 9000

static const unsigned char key[32] = "algif_copy race.ALGIF_COPY RACE";
static unsigned char data[LEN];

static const struct kind {
	const char *type, *name;
	int keylen, ivlen;
} kinds[] = {
	{ "skcipher", "cbc(aes)", 16, 16 },
	{ "aead", "gcm(aes)", 16, 12 },
	{ "hash", "hmac(sha256)", 32, 0 },
};

/* What the threads share. The descriptors stay the same, what they mean not. */
static struct {
	const struct kind *kind;
	int parent, op, stop;
	unsigned int calls;
} all;

/* Of one thread. */
struct racer {
	pthread_t thread;
	void (*act)(struct racer *r);
	uint32_t seed;
	int pipe[2], pair[2];
	unsigned char out[LEN + 64];
};

static unsigned int below(struct racer *r, unsigned int n)
{
	return rnd(&r->seed) % n;
}

static int may_sleep(struct racer *r)
{
	return copy_mode() && !below(r, 8) ? 0 : MSG_DONTWAIT;
}

/*
 * Nobody may be left asleep when the other one has stopped: stock ignores
 * limits of time.
 */
static int accept_limited(void)
{
	struct timeval tv = { 0, 1000 };
	int fd = alg_accept(all.parent);

	if (!copy_mode())
		fcntl(fd, F_SETFL, O_NONBLOCK);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	return fd;
}

static void act_send(struct racer *r)
{
	_Alignas(struct cmsghdr) char room[ALG_CTL_ROOM];
	const struct alg_ctl ctl = { below(r, 2), data, all.kind->ivlen, 16 };
	struct iovec iov = { data, below(r, 2) ? below(r, LEN) : 64 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (below(r, 4) && all.kind->ivlen) {
		msg.msg_control = room;
		msg.msg_controllen = alg_ctl_build(room, &ctl);
	}
	sendmsg(all.op, &msg, may_sleep(r) | (below(r, 3) ? 0 : MSG_MORE));
}

static void act_recv(struct racer *r)
{
	recv(all.op, r->out, below(r, 2) ? below(r, LEN) : 80, may_sleep(r));
}

static void act_setsockopt(struct racer *r)
{
	int size = 4096 << below(r, 5);

	switch (below(r, 4)) {
	case 0:
		alg_key(all.parent, key, all.kind->keylen);
		break;
	case 1:
		alg_authsize(all.parent, 16);
		break;
	case 2:
		setsockopt(all.op, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		break;
	default:
		setsockopt(all.op, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	}
}

static void act_bind(struct racer *r)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };

	(void)r;
	strcpy((char *)sa.salg_type, all.kind->type);
	strcpy((char *)sa.salg_name, all.kind->name);
	bind(all.parent, (struct sockaddr *)&sa, sizeof(sa));
}

static void act_accept(struct racer *r)
{
	int fd = accept(all.parent, NULL, NULL);

	send(fd, data, below(r, 100), MSG_DONTWAIT);
	close(fd);
}

static void act_clone(struct racer *r)
{
	int fd = accept(all.op, NULL, NULL);

	recv(fd, r->out, 32, MSG_DONTWAIT);
	close(fd);
}

static void act_close(struct racer *r)
{
	int fd = accept_limited();

	(void)r;
	if (fd < 0)
		return;
	dup3(fd, all.op, O_CLOEXEC);
	close(fd);
}

static void act_poll(struct racer *r)
{
	alg_poll(all.op, below(r, 2) ? ALG_POLL_ALL : POLLIN, below(r, 2));
}

static void act_splice(struct racer *r)
{
	struct iovec iov = { data, below(r, LEN) };

	vmsplice(r->pipe[1], &iov, 1, SPLICE_F_NONBLOCK);
	splice(r->pipe[0], NULL, all.op, NULL, LEN,
	       SPLICE_F_NONBLOCK | (below(r, 2) ? SPLICE_F_MORE : 0));
	while (read(r->pipe[0], r->out, LEN) > 0)
		;
}

static void act_fork(struct racer *r)
{
	pid_t pid = fork();

	if (!pid) {
		send(all.op, data, 32, MSG_DONTWAIT);
		recv(all.op, r->out, 32, MSG_DONTWAIT);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

union fdroom {
	struct cmsghdr align;
	char buf[CMSG_SPACE(sizeof(int))];
};

/* Sent away; taken and closed again, or not. */
static void act_pass(struct racer *r)
{
	union fdroom room = { .align = { CMSG_LEN(sizeof(int)), SOL_SOCKET,
					 SCM_RIGHTS } };
	struct iovec iov = { r->out, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = room.buf,
			      .msg_controllen = sizeof(room.buf) };
	int fd = dup(all.op);

	memcpy(CMSG_DATA(&room.align), &fd, sizeof(fd));
	sendmsg(r->pair[0], &msg, MSG_DONTWAIT);
	close(fd);
	if (recvmsg(r->pair[1], &msg, MSG_DONTWAIT) != 1 ||
	    msg.msg_controllen < CMSG_LEN(sizeof(fd)))
		return;
	memcpy(&fd, CMSG_DATA(&room.align), sizeof(fd));
	recv(fd, r->out, 64, MSG_DONTWAIT);
	close(fd);
}

static void (*const acts[])(struct racer *r) = {
	act_send, act_recv, act_setsockopt, act_bind, act_accept, act_clone,
	act_close, act_poll, act_splice, act_fork, act_pass,
};

/* --- pairs ------------------------------------------------------------- */

static void *race(void *arg)
{
	struct racer *r = arg;

	while (!__atomic_load_n(&all.stop, __ATOMIC_RELAXED)) {
		r->act(r);
		__atomic_add_fetch(&all.calls, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void start(struct racer *r, int act, uint32_t seed)
{
	memset(r, 0, sizeof(*r));
	r->act = acts[act];
	r->seed = seed * 2654435761u | 1;
	if (pipe2(r->pipe, O_NONBLOCK) ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, r->pair) ||
	    pthread_create(&r->thread, NULL, race, r))
		abort();
}

static void finish(struct racer *r)
{
	pthread_join(r->thread, NULL);
	for (int i = 0; i < 2; i++) {
		close(r->pipe[i]);
		close(r->pair[i]);
	}
}

/* What a fresh socket makes of the data. */
static ssize_t operate(int parent, unsigned char *out)
{
	const struct kind *k = all.kind;
	int fd = alg_accept(parent);
	ssize_t n;

	if (!k->ivlen) {
		n = alg_send(fd, NULL, data, 64, 0);
		n = n == 64 ? alg_recv(fd, out, 32, 0) : n;
	} else {
		struct alg_ctl ctl = { ENC, data, k->ivlen, 16 };

		n = alg_send(fd, &ctl, data, 64, 0);
		n = n == 64 ? alg_recv(fd, out, k->ivlen == 12 ? 80 : 64, 0) : n;
	}
	close(fd);
	return n;
}

static int open_parent(void)
{
	int fd = alg_bind(all.kind->type, all.kind->name);

	if (fd >= 0)
		alg_key(fd, key, all.kind->keylen);
	return fd;
}

static int run_pair(int a, int b, int ms)
{
	static struct racer one, two;
	unsigned char want[80], out[80];
	ssize_t len;

	all.parent = open_parent();
	len = operate(all.parent, want);
	all.op = accept_limited();
	all.stop = 0;
	start(&one, a, a * 16 + b + 1);
	start(&two, b, b * 16 + a + 1000);
	msleep(ms);
	__atomic_store_n(&all.stop, 1, __ATOMIC_RELAXED);
	finish(&one);
	finish(&two);
	close(all.op);
	/* To bind it again may have taken its key away. */
	alg_key(all.parent, key, all.kind->keylen);
	memset(out, 0, sizeof(out));
	if (operate(all.parent, out) != len || memcmp(out, want, len))
		len = -1;
	close(all.parent);
	return len > 0;
}

static void run_kind(const struct kind *k, int ms)
{
	int pairs = 0, good = 0;

	all.kind = k;
	all.calls = 0;
	for (size_t a = 0; a < N(acts); a++)
		for (size_t b = a; b < N(acts); b++) {
			pairs++;
			good += run_pair(a, b, ms);
		}
	is_num(good, pairs, "%s: %u calls, all is well after each pair", k->name,
	       all.calls);
}

static int seconds(void)
{
	const char *s = getenv("AC_SECONDS");

	return s && atoi(s) > 0 ? atoi(s) : 2;
}

/* --- splices amid sends, each a message of its own ---------------------- */

#define MIX_LONG 8192

static struct mix {
	int fd, stop, ends[2];
	unsigned char in[MIX_LONG], out[MIX_LONG + 4096];
	unsigned char longs[MIX_LONG], spliced[16];	/* what may come out */
	unsigned int got_long, got_spliced, wrong;
} mix;

static int mix_goes_on(void)
{
	return !__atomic_load_n(&mix.stop, __ATOMIC_RELAXED);
}

/* With one processor it may be this one's turn whenever there is room. */
static int mix_always_first(void)
{
	return __atomic_load_n(&mix.got_long, __ATOMIC_RELAXED) >
	       __atomic_load_n(&mix.got_spliced, __ATOMIC_RELAXED) + 100;
}

static void *mix_send(void *arg)
{
	while (mix_goes_on()) {
		if (send(mix.fd, mix.in, MIX_LONG, MSG_DONTWAIT) < 0)
			usleep(50);
		if (mix_always_first())
			msleep(20);
	}
	return arg;
}

/* What is not taken, because a message is in the queue, must not come later. */
static void *mix_splice(void *arg)
{
	unsigned char block[16] = "spliced", refused[16];
	struct iovec iov = { block, 16 };

	while (mix_goes_on()) {
		if (vmsplice(mix.ends[1], &iov, 1, 0) != 16)
			abort();
		if (splice(mix.ends[0], NULL, mix.fd, NULL, 16,
			   SPLICE_F_NONBLOCK) == 16)
			continue;
		if (read(mix.ends[0], refused, 16) != 16)
			abort();
		usleep(50);
	}
	return arg;
}

static void mix_recv(void)
{
	ssize_t n = recv(mix.fd, mix.out, sizeof(mix.out), MSG_DONTWAIT);

	if (n == MIX_LONG && !memcmp(mix.out, mix.longs, MIX_LONG))
		mix.got_long++;
	else if (n == 16 && !memcmp(mix.out, mix.spliced, 16))
		mix.got_spliced++;
	else if (n > 0 && !mix.wrong++)
		note("the first wrong one has %zd bytes", n);
	else if (n < 0)
		usleep(20);
}

static void splices_amid_sends(int ms)
{
	long long end = now_ms() + ms;
	pthread_t thread[2];

	if (harms_stock("splices amid sends"))
		return;
	fill(mix.in, MIX_LONG, 14);
	mix.fd = alg_open("skcipher", "ecb(aes)", key, 16);
	/* The direction stays. */
	alg_crypt(mix.fd, ENC, NULL, 0, "spliced\0\0\0\0\0\0\0\0", 16,
		  mix.spliced);
	alg_crypt(mix.fd, ENC, NULL, 0, mix.in, MIX_LONG, mix.longs);
	if (pipe(mix.ends) ||
	    pthread_create(&thread[0], NULL, mix_send, NULL) ||
	    pthread_create(&thread[1], NULL, mix_splice, NULL))
		abort();
	/* On a busy machine it takes longer until there is one of each. */
	while (now_ms() < end || (now_ms() < end + 10000 &&
				  !(mix.got_long && mix.got_spliced)))
		mix_recv();
	__atomic_store_n(&mix.stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread[0], NULL);
	pthread_join(thread[1], NULL);
	mix_recv();
	ok(mix.got_long && mix.got_spliced, "%u messages sent, and %u spliced",
	   mix.got_long, mix.got_spliced);
	is_num(mix.wrong, 0, "none has a part of another");
	close(mix.fd);
}

static void body(void)
{
	int ms = seconds() * 1000 / (3 * 66);

	fill(data, sizeof(data), 20);
	for (size_t i = 0; i < N(kinds); i++)
		run_kind(&kinds[i], ms);
	splices_amid_sends(seconds() * 300);
}

int main(void)
{
	return tap_run(body, 40 + 6 * seconds());
}
