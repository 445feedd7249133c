// SPDX-License-Identifier: GPL-2.0
/*
 * Known answers from the standards. Ciphers are tested in both directions. At
 * crypto.af_alg_restrict=1 a user may bind only sha1 and xts(aes) of these.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "alg.h"
#include "check.h"
#include "tool.h"

#define ROOM 128

/* Data is hexadecimal. The output of an AEAD ends with the tag. */
static const struct vector {
	const char *type, *name, *source;
	unsigned int taglen;
	const char *key, *iv, *assoc, *in, *out;
} vectors[] = {
	{
		"hash", "sha256", "FIPS 180-4", 0, "", "", "", "616263",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	}, {
		"hash", "sha1", "FIPS 180-4", 0, "", "", "", "616263",
		"a9993e364706816aba3e25717850c26c9cd0d89d",
	}, {
		"hash", "hmac(sha256)", "RFC 4231", 0, "4a656665", "", "",
		"7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	}, {
		"hash", "cmac(aes)", "RFC 4493", 0,
		"2b7e151628aed2a6abf7158809cf4f3c", "", "",
		"6bc1bee22e409f96e93d7e117393172a",
		"070a16b46b4d4144f79bdd9dd04a287c",
	}, {
		"skcipher", "ecb(aes)", "FIPS 197", 0,
		"000102030405060708090a0b0c0d0e0f", "", "",
		"00112233445566778899aabbccddeeff",
		"69c4e0d86a7b0430d8cdb78070b4c55a",
	}, {
		"skcipher", "cbc(aes)", "SP 800-38A", 0,
		"2b7e151628aed2a6abf7158809cf4f3c",
		"000102030405060708090a0b0c0d0e0f", "",
		"6bc1bee22e409f96e93d7e117393172a",
		"7649abac8119b246cee98e9b12e9197d",
	}, {
		"skcipher", "xts(aes)", "IEEE 1619", 0,
		"1111111111111111111111111111111122222222222222222222222222222222",
		"33333333330000000000000000000000", "",
		"4444444444444444444444444444444444444444444444444444444444444444",
		"c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0",
	}, {
		"aead", "gcm(aes)", "GCM specification", 16,
		"feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
		"feedfacedeadbeeffeedfacedeadbeefabaddad2",
		"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
		"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
		"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
		"21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
		"5bc94fbc3221a5db94fae95ae7121a47",
	}, {
		"aead", "ccm(aes)", "SP 800-38C", 4,
		"404142434445464748494a4b4c4d4e4f",
		"07101112131415160000000000000000", "0001020304050607",
		"20212223", "7162015b4dac255d",
	},
};

struct bytes {
	unsigned char data[ROOM];
	size_t len;
};

static unsigned int digit(char c)
{
	return (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void append(struct bytes *bytes, const char *hex)
{
	for (; *hex && bytes->len < ROOM; hex += 2)
		bytes->data[bytes->len++] =
			(unsigned char)(digit(hex[0]) << 4 | digit(hex[1]));
}

static struct bytes unhex(const char *hex)
{
	struct bytes bytes = { .len = 0 };

	append(&bytes, hex);
	return bytes;
}

/* Return 0 or a negative errno; -EILSEQ if the answer is wrong. */
static int operate(int fd, const struct ac_alg_control *control,
		   const struct bytes *in, const struct bytes *want, size_t skip)
{
	unsigned char out[ROOM] = { 0 };
	int op_fd = ac_alg_accept(fd);
	ssize_t ret;

	if (op_fd < 0)
		return op_fd;
	ret = ac_alg_send(op_fd, control, in->data, in->len, 0);
	if (ret >= 0)
		ret = ac_alg_receive(op_fd, out, want->len, 0);
	close(op_fd);
	if (ret < 0)
		return (int)ret;
	if ((size_t)ret != want->len ||
	    memcmp(out + skip, want->data + skip, want->len - skip))
		return -EILSEQ;
	return 0;
}

/* The output begins with the associated data, or room for it. */
static int both_ways(int fd, const struct vector *v)
{
	struct bytes iv = unhex(v->iv), in = unhex(v->assoc), out = in;
	size_t assoclen = in.len;
	struct ac_alg_control control = {
		.op = ALG_OP_ENCRYPT, .iv = iv.data,
		.ivlen = (unsigned int)iv.len,
		.assoclen = v->taglen ? (long)assoclen : -1,
	};
	int err;

	append(&in, v->in);
	append(&out, v->out);
	if (!strcmp(v->type, "hash"))
		return operate(fd, NULL, &in, &out, 0);
	err = operate(fd, &control, &in, &out, assoclen);
	control.op = ALG_OP_DECRYPT;
	return err ?: operate(fd, &control, &out, &in, assoclen);
}

static int answer(const struct vector *v)
{
	struct bytes key = unhex(v->key);
	int fd, err = 0;

	fd = ac_alg_bind(v->type, v->name);
	if (fd < 0)
		return fd;
	if (key.len)
		err = ac_alg_set_key(fd, key.data, key.len);
	if (!err && v->taglen)
		err = ac_alg_set_tag(fd, v->taglen);
	if (!err)
		err = both_ways(fd, v);
	close(fd);
	return err;
}

static void judge(const char *type, const char *name, const char *source,
		  int err)
{
	if (!err)
		ac_check_say(type, name, AC_CHECK_GOOD, "right (%s)", source);
	else if (err == -EILSEQ || err == -EBADMSG)
		ac_check_say(type, name, AC_CHECK_BAD, "WRONG (%s)", source);
	else
		ac_check_skip(type, name, err);
}

/* ---------------- random numbers ---------------- */

#define SEED 48

/* Read the first output of a generator with this seed. */
static int first_numbers(const char *name, const struct bytes *seed,
			 unsigned char *out, size_t len)
{
	int fd = ac_alg_bind("rng", name), op_fd, err;
	ssize_t ret;

	if (fd < 0)
		return fd;
	err = ac_alg_set_key(fd, seed->data, seed->len);
	op_fd = err ?: ac_alg_accept(fd);
	close(fd);
	if (op_fd < 0)
		return op_fd;
	ret = ac_alg_receive(op_fd, out, len, 0);
	close(op_fd);
	if (ret < 0)
		return (int)ret;
	return (size_t)ret == len ? 0 : -EILSEQ;
}

/* Do not load a generator: that could make it the default. */
static bool is_registered(const char *driver)
{
	FILE *f = fopen("/proc/crypto", "re");
	char line[256], wanted[160];
	bool found = false;

	snprintf(wanted, sizeof(wanted), "driver       : %s\n", driver);
	while (f && !found && fgets(line, sizeof(line), f))
		found = !strcmp(line, wanted);
	if (f)
		fclose(f);
	return found;
}

/*
 * ANSI X9.31 with AES, the only generator whose initial state can be set. V, key,
 * date and the resulting block are from NIST's validation system.
 */
static void known_generator(void)
{
	struct bytes seed = unhex("80000000000000000000000000000000"
				  "f3b1666d13607242ed061cabb8d46202"
				  "e6b3be782a23fa62d71d4afbb0e922f9");
	struct bytes want = unhex("59531ed13bb0c05584796685c12f7641");
	unsigned char out[16] = { 0 };
	int err = -ENOENT;

	if (is_registered("ansi_cprng"))
		err = first_numbers("ansi_cprng", &seed, out, sizeof(out));
	if (!err && memcmp(out, want.data, sizeof(out)))
		err = -EILSEQ;
	judge("rng", "ansi_cprng", "NIST RNGVS", err);
}

/* The seed has a length that every generator accepts. */
static int numbers(const char *name, unsigned char *out, size_t len)
{
	struct bytes seed = { .len = SEED };

	if (getrandom(seed.data, seed.len, 0) != (ssize_t)seed.len)
		return -errno;
	return first_numbers(name, &seed, out, len);
}

/* There is no known answer. Two outputs must differ. */
static int other_generator(const char *name)
{
	unsigned char one[32] = { 0 }, two[32] = { 0 };
	int err;

	err = numbers(name, one, sizeof(one));
	if (!err)
		err = numbers(name, two, sizeof(two));
	if (!err && !memcmp(one, two, sizeof(one)))
		err = -EILSEQ;
	judge("rng", name, "outputs differ", err);
	return err;
}

void ac_known_run(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++)
		judge(vectors[i].type, vectors[i].name, vectors[i].source,
		      answer(&vectors[i]));
	/* Some kernels have no other generator. */
	if (other_generator("stdrng") == -ENOENT)
		other_generator("jitterentropy_rng");
	known_generator();
}
