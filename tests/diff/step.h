/* SPDX-License-Identifier: GPL-2.0 */
/*
 * step.h - what a sequence is made of, and what comes of it.
 *
 * A sequence follows from its seed and the list of algorithms alone, never from
 * what came of an earlier step: the same steps are done on the stock types and
 * on algif_copy, and any subset of them can be done again.
 */
#ifndef AC_DIFF_STEP_H
#define AC_DIFF_STEP_H

#include "../cases/alg.h"

#define PARENTS		2
#define OPS		4
#define MAX_STEPS	48
#define MAX_LEN		70000
#define ENOUGH_AAD	32	/* for tender algorithms: four words of two IVs */
#define ROOM		(MAX_LEN + 8192)

enum kind {
	BIND,		/* a parent to an algorithm of the list */
	ODD_BIND,	/* a socket of its own, with a name or flags that are odd */
	SET_KEY,
	SET_AUTHSIZE,
	ACCEPT,		/* an operation socket of a parent */
	CLOSE_PARENT,
	SEND,
	SPLICE,		/* user pages by way of a pipe */
	SEND_FILE,
	RECV,
	POLL,
	CLONE,		/* accept on an operation socket */
	DUP,		/* the duplicate takes the place of the original */
	BUFFER,		/* SO_SNDBUF or SO_RCVBUF */
	TIMEOUT,	/* SO_SNDTIMEO or SO_RCVTIMEO */
	ODD_CALL,	/* what no operation socket has, and the like */
	CLOSE,
	KINDS
};

/* struct step.ctl: which control messages there are, and what is odd in them */
#define CTL_OP		1
#define CTL_IV		2
#define CTL_AAD		4
#define CTL_FOREIGN	8	/* one of another level in front */
#define CTL_UNKNOWN	16	/* one of an unknown type behind */
#define CTL_SHORT	32	/* the last one is too short for its number */
#define CTL_CUT		64	/* the IV is shorter than it says */

/* struct step.how of SEND */
#define SEND_BACK	1	/* what the socket has last delivered */
#define SEND_FLIPPED	2	/* and that with a wrong bit */

/* of RECV: to memory without access, or of which only so many bytes have it */
#define RECV_NOWHERE	1
#define RECV_HALF	2	/* step.good */
#define RECV_BAD	(RECV_NOWHERE | RECV_HALF)

/* of BUFFER */
#define BUFFER_SEND	0
#define BUFFER_RECEIVE	1
#define BUFFER_FORCE	2	/* SO_SNDBUFFORCE: megabytes */

struct step {
	uint8_t kind;
	uint8_t slot;		/* parent or operation socket */
	uint8_t to;		/* ACCEPT, CLONE: where the new one goes */
	uint8_t how;		/* which variant */
	uint8_t ctl, op, ivlen, iovs;
	uint8_t times;		/* SEND, RECV: done so many times more */
	uint16_t alg;
	uint16_t good;
	uint32_t aad;
	uint32_t len;
	uint32_t off;		/* of the data in the noise */
	int32_t flags;
};

struct sequence {
	uint64_t seed;
	int n;
	struct step step[MAX_STEPS];
};

/* What came of a step, as written to the file of records. */
struct outcome {
	int32_t ret;		/* or the negative errno; a new descriptor is 0 */
	uint32_t more;		/* msg_flags, poll mask, SLEPT, SKIPPED */
	uint64_t hash;		/* of the data that was delivered */
};

#define SLEPT	0x80000000u
#define SKIPPED	0x40000000u	/* not one of the steps that were asked for */

/* An algorithm that can be bound. */
struct alg {
	char type[12];
	char name[128];
	int keylen;		/* of a key that it takes, -1: none found */
	int authenc;		/* the key has a header with lengths */
	int mackey;		/* and behind it so many bytes for the hash */
	int nested;		/* of the grammar */
	int ivsize, chunk, authsize, digest;
	int tender, random;	/* see list.c */
};

extern struct alg *algs;
extern int nalgs;
extern int nplain;		/* of them are not nested, and come first */

/* Bytes that the step is about, if nothing goes wrong. */
static inline uint32_t all_of(const struct step *s)
{
	return s->len * (1u + s->times);
}

static inline char type_of(const struct step *s)
{
	return algs[s->alg].type[0];
}

void list_make(void);
int list_save(const char *file);
int list_load(const char *file);
size_t list_key(const struct alg *a, int len, unsigned char *key);

void gen(struct sequence *q, uint64_t seed);

static inline int is_on_op(const struct step *s)
{
	return s->kind == SEND || s->kind == SPLICE || s->kind == SEND_FILE ||
	       s->kind == RECV || s->kind == POLL || s->kind == CLONE;
}

void run_init(void);
int run_noise_changed(void);
void run(const struct sequence *q, uint64_t mask, struct outcome *out);

extern unsigned char noise[ROOM];	/* what is sent */
extern char *nowhere;			/* ROOM bytes without access */
extern char *edge;			/* ROOM bytes with it end here */

/* bytes: with room for a name of more than 63 */
#define LONG_ADDRESS	((int)offsetof(struct sockaddr_alg, salg_name) + 128)

int bind_to(int fd, const char *type, const char *name, uint32_t feat,
	    uint32_t mask, int len);
size_t control_of(const struct step *s, char *buf);
int odd_bind(const struct step *s);
int odd_call(const struct step *s, int fd, int parent);

void text_step(const struct step *s, char *buf, size_t size);
void text_outcome(const struct outcome *o, char *buf, size_t size);

/*
 * Compares the outcomes of a sequence: the first step whose difference is not
 * one of the table, or -1. What is in the table is counted there.
 */
struct tally {
	long long compared, after, known;
	long long slept;	/* on one side only, and nothing else differs */
};

int known_compare(const struct sequence *q, const struct outcome *stock,
		  const struct outcome *copy, struct tally *t);
void known_report(void);

int shrink(uint64_t seed);

#endif
