// SPDX-License-Identifier: GPL-2.0
/*
 * list.c - the algorithms: all of /proc/crypto, by name and by driver, after
 * templates over each cipher and hash have been asked for; and then those that
 * the grammar of the case programs makes.
 *
 * It is made once, while the stock types serve, and kept in a file, since the
 * sequences follow from it.
 */
#include "step.h"
#include "../cases/grammar.h"
#include "../witness/targets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct alg *algs;
int nalgs, nplain;

/*
 * What stock kernels do not survive, or complain about: their self-tests of
 * cryptd() and pcrypt() warn (6.1), and both are the kernel's own business. ccm()
 * fails if the first byte of its IV is odd in any way, and an IV generator makes that
 * of a random salt.
 */
static int left_out(const char *name)
{
	const char *rfc4309 = strstr(name, "rfc4309(");

	return strstr(name, "pcrypt(") || strstr(name, "cryptd(") ||
	       strstr(name, "iv(ccm") ||
	       (rfc4309 && strncmp(rfc4309, "rfc4309(ccm", 11)) ||
	       !strncmp(name, "__", 2);
}

/* authencesn() moves four bytes of the tag. */
static int has_short_tag(const char *name, int authsize)
{
	return strstr(name, "authencesn(") && authsize > 0 && authsize < 4;
}

/*
 * authencesn() and essiv() look into the associated data, and older kernels
 * crash when there is less of it than that. gen.c gives them enough.
 */
static int is_tender(const struct alg *a)
{
	return a->type[0] == 'a' && (strstr(a->name, "authencesn") ||
				     strstr(a->name, "essiv"));
}

/* Generators, and the IV generators, which draw a salt when they are bound. */
static int is_random(const struct alg *a)
{
	return a->type[0] == 'r' || strstr(a->name, "echainiv") ||
	       strstr(a->name, "seqiv");
}

static int is_listed(const struct alg *a)
{
	for (int i = 0; i < nalgs; i++)
		if (!strcmp(algs[i].name, a->name) &&
		    !strcmp(algs[i].type, a->type))
			return 1;
	return 0;
}

/* A key of authenc() begins with a header that has the length of one half. */
size_t list_key(const struct alg *a, int len, unsigned char *key)
{
	fill(key, len > 0 ? len : 0, 77);
	if (a->authenc && len >= 8) {
		static const unsigned char head[] = { AUTHENC_BYTES, 0, 0, 0 };
		int text = len - 8 - a->mackey;

		memcpy(key, head, 7);
		key[7] = text > 0 ? text : 0;
	}
	return len;
}

static int try_key(const struct alg *a, int fd, int len)
{
	unsigned char key[1100];

	list_key(a, len, key);
	return alg_key(fd, key, len);
}

/* In the order in which they are likely. */
static void find_key(struct alg *a, int fd)
{
	static const int plain[] = {
		16, 32, 24, 8, 64, 20, 36, 19, 35, 48, 40, 28, 4, 1, 0, 1088,
	};

	a->keylen = -1;
	for (int i = 0; i < N_OF(plain) && a->keylen < 0; i++)
		if (!try_key(a, fd, plain[i]))
			a->keylen = plain[i];
}

/* Of both halves. */
static void find_double_key(struct alg *a, int fd)
{
	static const int mac[] = { 20, 32, 16, 8, 4, 0 };
	static const int text[] = { 16, 20, 24, 8, 32, 0 };

	a->keylen = -1;
	for (int i = 0; i < N_OF(mac) && a->keylen < 0; i++) {
		a->mackey = mac[i];
		for (int k = 0; k < N_OF(text) && a->keylen < 0; k++)
			if (!try_key(a, fd, 8 + mac[i] + text[k]))
				a->keylen = 8 + mac[i] + text[k];
	}
}

/* Less than the largest tag is not always allowed. */
static void find_authsize(struct alg *a, int fd)
{
	int max = a->authsize;

	while (a->authsize > 0 && alg_authsize(fd, a->authsize))
		a->authsize--;
	if (!a->authsize)
		a->authsize = max;
}

static void add(struct alg *a, const char *name)
{
	int fd;

	snprintf(a->name, sizeof(a->name), "%s", name);
	if (strlen(name) >= sizeof(a->name) || left_out(name) || is_listed(a))
		return;
	fd = alg_bind(a->type, name);
	if (fd < 0)
		return;
	a->authenc = strstr(a->name, "authenc") || strstr(a->name, "krb5enc");
	if (a->authenc)
		find_double_key(a, fd);
	else
		find_key(a, fd);
	if (a->type[0] == 'a')
		find_authsize(a, fd);
	a->tender = is_tender(a);
	a->random = is_random(a);
	close(fd);
	algs = realloc(algs, (nalgs + 1) * sizeof(*algs));
	algs[nalgs++] = *a;
}

static void set_type(struct alg *a, const char *type)
{
	static const char *const map[][2] = {
		{ "shash", "hash" }, { "ahash", "hash" },
		{ "skcipher", "skcipher" }, { "lskcipher", "skcipher" },
		{ "aead", "aead" }, { "rng", "rng" },
	};

	a->type[0] = 0;
	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (!strcmp(type, map[i][0]))
			strcpy(a->type, map[i][1]);
}

struct entry {
	char name[128], driver[128], type[32];
	int internal, blocksize, ivsize, chunk, authsize, digest;
};

static void add_entry(const struct entry *e)
{
	struct alg a = {
		.ivsize = e->ivsize,
		.chunk = e->chunk ? e->chunk : e->blocksize,
		.authsize = e->authsize,
		.digest = e->digest,
		.nested = !!nplain,
	};

	set_type(&a, e->type);
	if (e->internal || !a.type[0] || has_short_tag(e->name, e->authsize))
		return;
	add(&a, e->name);
	add(&a, e->driver);
}

static void read_line(struct entry *e, const char *line)
{
	sscanf(line, "name : %127s", e->name);
	sscanf(line, "driver : %127s", e->driver);
	sscanf(line, "type : %31s", e->type);
	sscanf(line, "blocksize : %d", &e->blocksize);
	sscanf(line, "ivsize : %d", &e->ivsize);
	sscanf(line, "chunksize : %d", &e->chunk);
	sscanf(line, "maxauthsize : %d", &e->authsize);
	sscanf(line, "digestsize : %d", &e->digest);
	e->internal |= !strncmp(line, "internal     : yes", 18);
}

static void read_all(void)
{
	FILE *f = fopen("/proc/crypto", "r");
	struct entry e = { 0 };
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		read_line(&e, line);
		if (*line != '\n')
			continue;
		add_entry(&e);
		memset(&e, 0, sizeof(e));
	}
	if (f)
		fclose(f);
}

static int make(const struct shape *s)
{
	int fd = left_out(s->name) ? -1 : alg_bind("aead", s->name);

	close(fd);
	return fd >= 0;
}

/* To bind a name is what makes an algorithm of a template. */
void list_make(void)
{
	targets_add_registered();
	targets_add_composed();
	target_add("rng", "stdrng");
	target_add("rng", "jitterentropy_rng");
	target_add("rng", "ansi_cprng");
	for (int i = 0; i < ntargets; i++)
		if (!left_out(targets[i].name))
			close(alg_bind(targets[i].type, targets[i].name));
	read_all();
	nplain = nalgs;
	grammar_all(make);
	read_all();
}

int list_save(const char *file)
{
	FILE *f = fopen(file, "w");
	int good;

	if (!f)
		return -errno;
	good = fwrite(algs, sizeof(*algs), nalgs, f) == (size_t)nalgs;
	return fclose(f) || !good ? -EIO : 0;
}

int list_load(const char *file)
{
	FILE *f = fopen(file, "r");
	struct alg a;

	if (!f)
		return -errno;
	while (fread(&a, sizeof(a), 1, f) == 1) {
		algs = realloc(algs, (nalgs + 1) * sizeof(*algs));
		algs[nalgs++] = a;
		nplain += !a.nested;
	}
	fclose(f);
	return nalgs ? 0 : -ENOENT;
}
