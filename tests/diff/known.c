// SPDX-License-Identifier: GPL-2.0
/*
 * known.c - the differences that are meant, each with its entry in algif_copy(4).
 * Everything else is a failure.
 */
#include "known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

static int has_type(const struct pair *p, const char *types)
{
	return p->state && strchr(types, algs[p->state->alg].type[0]);
}

static int is_recv(const struct pair *p, const char *types)
{
	return p->s->kind == RECV && has_type(p, types);
}

static int rets(const struct pair *p, int stock, int copy)
{
	return p->stock->ret == stock && p->copy->ret == copy;
}

/* --- the differences --------------------------------------------------- */

static int sleeps_with_output(const struct pair *p)
{
	return is_recv(p, "sa") && p->copy->ret > 0 &&
	       p->copy->ret < (int)p->s->len && same_data(p) &&
	       p->stock->more & SLEPT && !(p->copy->more & SLEPT);
}

static int flags_ignored(const struct pair *p)
{
	return p->s->kind == ODD_BIND && (p->s->how == 2 || p->s->how == 3 ||
		(p->s->how == 1 && p->s->off == 12)) &&
	       (rets(p, -ENOENT, 0) || rets(p, -EINVAL, 0));
}

static int assoclen_cap(const struct pair *p)
{
	return p->s->kind == SEND && p->s->ctl & CTL_AAD &&
	       p->s->aad >= 0x80000000u && has_type(p, "sa") &&
	       p->copy->ret == -EINVAL && p->stock->ret >= 0;
}

/* The digest of a send that failed is whatever its memory held. */
static int digest_of_failure(const struct pair *p)
{
	return is_recv(p, "h") && p->state->failed && p->stock->ret > 0;
}

/*
 * Its state goes on as if it had not failed. Only few algorithms can fail; a
 * splice that does, after some pages, returns those.
 */
static int hash_fails(const struct pair *p)
{
	int err = p->copy->ret;

	if (!has_type(p, "h") || err != p->stock->ret)
		return 0;
	if (p->s->kind == SPLICE || p->s->kind == SEND_FILE)
		if (err > 0 && err < (int)p->s->len)
			return 1;
	return (is_send(p->s) || p->s->kind == RECV) &&
	       (err == -EINVAL ||
		(err == -ENOKEY &&
		 strstr(algs[p->state->alg].name, "poly1305")));
}

/* From 6.5 on stock says how many bytes had gone well, and drops them. */
static int error_is_returned(const struct pair *p)
{
	return is_send(p->s) && has_type(p, "h") && p->stock->ret > 0 &&
	       p->stock->ret < (int)p->s->len &&
	       (p->copy->ret == -EINVAL || p->copy->ret == -ENOKEY);
}

/* It makes a digest of the empty message, which not every algorithm can. */
static int empty_send_fails(const struct pair *p)
{
	return is_send(p->s) && has_type(p, "h") && !p->s->len &&
	       p->stock->ret < 0 && p->copy->ret == 0;
}

static int has_failed(int ret)
{
	return ret == -EINVAL || ret == -EBADMSG;
}

/*
 * The operation comes first here, the memory of the caller last. Stock works on what
 * fits the part of it that is good, which may be too little.
 */
static int fault_after_failure(const struct pair *p)
{
	if (!is_recv(p, "sa") || !(p->s->how & RECV_BAD))
		return 0;
	if (p->stock->ret == -EFAULT)
		return has_failed(p->copy->ret);
	return p->stock->ret == -EINVAL &&
	       (p->copy->ret == -EBADMSG || p->copy->ret == -EFAULT);
}

/* Or enough for a part of the message. */
static int part_before_fault(const struct pair *p)
{
	return is_recv(p, "sa") && p->s->how & RECV_HALF &&
	       p->stock->ret > 0 && p->stock->ret <= p->s->good &&
	       (has_failed(p->copy->ret) || p->copy->ret == -EFAULT);
}

/* An operation that failed, and its message is gone; or none was done. */
static int failure_before_fault(const struct pair *p)
{
	return is_recv(p, "sa") && p->s->how & RECV_BAD &&
	       p->stock->ret == p->copy->ret && has_failed(p->copy->ret);
}

/* What rounding to chunks leaves of the result fits the part that is good. */
static int fault_behind_result(const struct pair *p)
{
	return is_recv(p, "s") && p->s->how & RECV_HALF &&
	       p->stock->ret == -EFAULT && p->copy->ret > 0 &&
	       p->copy->ret <= p->s->good;
}

static int fault(const struct pair *p)
{
	return is_recv(p, "h") && p->s->how & RECV_BAD &&
	       rets(p, -EFAULT, -EFAULT);
}

/*
 * What was not written is there still, as output; in the stock types, as input.
 * The same receive again has the same from both; for another one the operation has
 * been done on other lengths.
 */
static int behind_fault(const struct pair *p)
{
	return p->state && p->state->bad && p->s->kind != POLL &&
	       !(p->s->kind == RECV && (int)p->s->len == p->state->bad &&
		 !p->s->times);
}

/* The direction and the IV of data that is in the queue have been changed. */
static int control_of_failure(const struct pair *p)
{
	return p->s->kind == SEND && has_type(p, "sa") && p->s->ctl &&
	       p->stock->ret == p->copy->ret && would_block(p->copy->ret);
}

/* It does not begin a message: nothing can be received, anything be sent. */
static int splice_begins_nothing(const struct pair *p)
{
	if (!has_type(p, "sa") || !p->state->spliced)
		return 0;
	if (p->s->kind == RECV)
		return would_block(p->stock->ret) && !would_block(p->copy->ret);
	return is_send(p->s) && p->copy->ret == -EINVAL &&
	       (p->stock->ret >= 0 || would_block(p->stock->ret));
}

static int no_whole_chunk(const struct pair *p)
{
	return is_recv(p, "s") && rets(p, 0, -EINVAL);
}

/*
 * Its IV was changed by the operation before, which may be of the same step, or may
 * have failed. A tag of a byte or two fits another IV by chance.
 */
static int iv_written_back(const struct pair *p)
{
	int a = p->stock->ret, b = p->copy->ret;

	if (!is_recv(p, "a") || (p->state->iv && !p->s->times))
		return 0;
	if (a == b)
		return a > 0;
	return algs[p->state->alg].authsize < 4 && (a > 0 || has_failed(a)) &&
	       (b > 0 || has_failed(b));
}

/*
 * What takes the place of the IV is authentic on one side only. A tag of a byte or two
 * fits both by chance.
 */
static int essiv_apart(const struct pair *p)
{
	const struct alg *alg = &algs[p->state->alg];
	int a = p->stock->ret, b = p->copy->ret;

	if (!is_recv(p, "a") || !strstr(alg->name, "essiv("))
		return 0;
	if (a == -EBADMSG && b > 0)
		return 1;
	return alg->authsize < 4 && (a > 0 || has_failed(a)) &&
	       (b > 0 || has_failed(b));
}

/* Less room than there would be without the tag. */
static int room_below_tag(const struct pair *p)
{
	return is_recv(p, "a") && rets(p, -EBADMSG, -EINVAL) &&
	       p->s->len < p->state->aad;
}

static int taken(const struct outcome *o)
{
	return o->ret > 0 ? o->ret : 0;
}

/*
 * Stock takes nothing more when there is less room than a page, and more than
 * there is room for when that fits into a page that it has.
 */
static int limit_is_exact(const struct pair *p)
{
	int diff = taken(p->copy) - taken(p->stock);

	return is_send(p->s) && has_type(p, "sa") && p->state->sndbuf &&
	       abs(diff) < 4096 &&
	       (p->stock->ret > 0 || would_block(p->stock->ret)) &&
	       (p->copy->ret > 0 || would_block(p->copy->ret));
}

static int too_large(const struct pair *p)
{
	return is_send(p->s) && has_type(p, "a") && p->copy->ret == -EMSGSIZE &&
	       (p->stock->more & SLEPT || would_block(p->stock->ret) ||
		(p->state->sndbuf && p->stock->ret < 4096));
}

/* A pipe has sixteen pages, and the first need not be a whole one. */
static int can_be_sent(const struct step *s)
{
	int pipe = 16 * 4096 - ((uintptr_t)(noise + s->off) & 4095);

	return s->kind == SPLICE && pipe < (int)s->len ? pipe : (int)all_of(s);
}

/* From then on all that is about this message fails, and it is dropped. */
int cut_short(const struct pair *p)
{
	return is_send(p->s) && has_type(p, "a") && p->copy->ret >= 0 &&
	       p->copy->ret < can_be_sent(p->s);
}

/* Stock cuts an operation in parts of this size, at most one for a piece. */
static int receive_buffer(const struct pair *p)
{
	return is_recv(p, "sa") && p->state->rcvbuf &&
	       ((int)p->s->len > p->state->rcvbuf || p->s->iovs > 1);
}

static int time_limit(const struct pair *p)
{
	return (p->s->kind == RECV || p->s->kind == SEND) && has_type(p, "sa") &&
	       p->state->timeout && rets(p, -EINTR, -EAGAIN);
}

/* Less of the queue is left then. */
static int worked_on_too_little(const struct pair *p)
{
	return is_recv(p, "a") && rets(p, -EINVAL, -EINVAL) &&
	       p->s->len < p->state->aad;
}

/*
 * A message that ends amid a block leaves an IV that means nothing, and with
 * some implementations of xts depends on where it lies in memory.
 */
static int iv_behind_stealing(const struct pair *p)
{
	return is_recv(p, "s") && !p->state->iv && p->stock->ret > 0 &&
	       p->stock->ret == p->copy->ret && p->state->stolen &&
	       strstr(algs[p->state->alg].name, "xts");
}

/*
 * The first match counts. @row: the words of algif_copy(4), DIFFERENCES. If they
 * cover many differences, this one follows a colon. tests/lint/run checks it.
 * @until: what stable kernels were the last to show it, if it is a bug that was
 * fixed. @same: both sockets are in the same state after it. @silent: the outcomes
 * do not show it, later ones will.
 */
static const struct known {
	const char *row;
	int (*match)(const struct pair *p);
	const char *until;
	int same, silent;
} table[] = {
	{ "recv with a larger buffer than there is data (skcipher, aead)",
	  sleeps_with_output, .same = 1 },
	{ "salg_feat, salg_mask", flags_ignored, "7.1", .same = 1 },
	{ "associated data of 2 GiB and more", assoclen_cap, "6.12" },
	{ "a hash that fails half way through a send", digest_of_failure, "6.4",
	  .same = 1 },
	{ "a hash that fails half way through a send", hash_fails, "6.4",
	  .silent = 1 },
	{ "a hash that fails half way through a send", error_is_returned },
	{ "what Linux 7.3 does: an empty send to a hash does nothing",
	  empty_send_fails, "6.4" },
	{ "EFAULT on receive", fault_after_failure },
	{ "EFAULT on receive", part_before_fault },
	{ "EFAULT on receive", failure_before_fault, .silent = 1 },
	{ "EFAULT on receive", fault_behind_result },
	{ "EFAULT on receive", fault, .silent = 1 },
	{ "EFAULT on receive", behind_fault },
	{ "EFAULT on receive", behind_fault, .silent = 1 },
	{ "a send that takes nothing", control_of_failure, .silent = 1 },
	{ "what Linux 7.3 does: a splice begins a message",
	  splice_begins_nothing, "5.10" },
	{ "what Linux 7.3 does: a receive without room for a chunk fails",
	  no_whole_chunk, "6.18" },
	{ "IV of an AEAD", iv_written_back, "6.12" },
	{ "decryption by essiv of an AEAD", essiv_apart },
	{ "what Linux 7.3 does: no decryption of less than a tag",
	  room_below_tag, "6.18" },
	{ "what Linux 7.3 does: no decryption of less than a tag",
	  worked_on_too_little, "5.10", .silent = 1 },
	{ "small SO_SNDBUF", limit_is_exact },
	{ "an AEAD message larger than SO_SNDBUF", too_large },
	{ "an AEAD message larger than SO_SNDBUF", cut_short, .silent = 1 },
	{ "SO_RCVBUF", receive_buffer },
	{ "SO_RCVBUF", receive_buffer, .silent = 1 },
	{ "SO_RCVTIMEO, SO_SNDTIMEO", time_limit, .same = 1 },
	{ "IV of xts", iv_behind_stealing },
};

#define ROWS ((int)(sizeof(table) / sizeof(table[0])))

static long long counts[ROWS];

/* Is the kernel that runs at most of this series? */
static int up_to(const char *until)
{
	static struct utsname name;
	int major, minor, a, b;

	if (!until)
		return 1;
	if (!name.release[0])
		uname(&name);
	return sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	       sscanf(until, "%d.%d", &a, &b) == 2 &&
	       (major < a || (major == a && minor <= b));
}

static int find(const struct pair *p, int silent)
{
	for (int i = 0; i < ROWS; i++)
		if (table[i].silent == silent && table[i].match(p) &&
		    up_to(table[i].until))
			return i;
	return -1;
}

int known_difference(const struct pair *p, int silent, int *same)
{
	int row = find(p, silent);

	if (row < 0)
		return 0;
	counts[row]++;
	*same = table[row].same;
	return 1;
}

void known_report(void)
{
	for (int i = 0; i < ROWS; i++)
		printf("# %8lld times: %s\n", counts[i], table[i].row);
}
