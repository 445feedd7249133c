// SPDX-License-Identifier: GPL-2.0
/*
 * 05-key - no operation without a key, on every path; key and option errors.
 */
#include "alg.h"
#include "tap.h"

#include <fcntl.h>
#include <sys/syscall.h>

static const unsigned char key[64] = "0123456789abcdef0123456789abcdef";

/* The types that need a key, and what a small operation looks like. */
static const struct keyed {
	const char *type, *name;
	unsigned int keylen, ivlen, in, out;
} types[] = {
	{ "hash", "hmac(sha256)", 16, 0, 16, 32 },
	{ "skcipher", "cbc(aes)", 16, 16, 16, 16 },
	{ "aead", "gcm(aes)", 16, 12, 16, 32 },
};

static ssize_t send_one(const struct keyed *t, int fd)
{
	struct alg_ctl ctl = { ENC, key, t->ivlen, 0 };

	return alg_send(fd, t->ivlen ? &ctl : NULL, key, t->in, 0);
}

static void works(const struct keyed *t, int fd, const char *when)
{
	unsigned char out[64];

	is_num(send_one(t, fd), t->in, "%s: %s: send", t->name, when);
	is_num(alg_recv(fd, out, t->out, 0), t->out, "%s: %s: recv", t->name,
	       when);
}

static void refused(const struct keyed *t, int fd)
{
	unsigned char out[64];
	int pipes[2];

	is_num(send_one(t, fd), -ENOKEY, "%s: send without a key", t->name);
	is_num(alg_send(fd, NULL, key, 16, MSG_MORE), -ENOKEY,
	       "%s: send MORE without a key", t->name);
	is_num(alg_recv(fd, out, t->out, 0), -ENOKEY, "%s: recv without a key",
	       t->name);
	if (pipe(pipes) || write(pipes[1], key, 16) != 16)
		abort();
	alg_begin();
	is_num(alg_end(splice(pipes[0], NULL, fd, NULL, 16, 0)), -ENOKEY,
	       "%s: splice without a key", t->name);
	close(pipes[0]);
	close(pipes[1]);
	if (!strcmp(t->type, "hash"))
		is_num(alg_accept(fd), -ENOKEY, "%s: clone without a key",
		       t->name);
	else
		is_num(alg_poll(fd, ALG_POLL_ALL, 0),
		       ALG_POLL_IN | ALG_POLL_OUT, "%s: poll is not gated",
		       t->name);
}

static void key_comes_late(const struct keyed *t)
{
	int fd = alg_bind(t->type, t->name), one = alg_accept(fd);
	int two = alg_accept(fd);

	ok(one >= 0 && two >= 0, "%s: accept without a key", t->name);
	refused(t, one);
	is_num(alg_key(fd, key, t->keylen), 0, "%s: key with keyless children",
	       t->name);
	works(t, one, "key set later");
	is_num(alg_key(fd, key, t->keylen), -EBUSY,
	       "%s: key with a keyed child", t->name);
	close(one);
	is_num(alg_key(fd, key, t->keylen), 0, "%s: key after its close",
	       t->name);
	works(t, two, "the other child");
	one = alg_accept(fd);
	works(t, one, "a child after the key");
	is_num(alg_key(fd, key, t->keylen), -EBUSY, "%s: key again", t->name);
	close(one);
	is_num(alg_key(fd, key, t->keylen), -EBUSY, "%s: one child left",
	       t->name);
	close(two);
	is_num(alg_key(fd, key, t->keylen), 0, "%s: none left", t->name);
	close(fd);
}

/* The parent's descriptor is gone, the keyless child must stay keyless. */
static void orphan(const struct keyed *t)
{
	int fd = alg_bind(t->type, t->name), one = alg_accept(fd);

	close(fd);
	is_num(send_one(t, one), -ENOKEY, "%s: parent closed, still no key",
	       t->name);
	close(one);
}

static void child_options(const struct keyed *t)
{
	int fd = alg_open(t->type, t->name, key, t->keylen);
	socklen_t len = 16;
	char buf[16];

	is_num(alg_key(fd, key, t->keylen), -EOPNOTSUPP,
	       "%s: setsockopt on a child", t->name);
	is_num(alg_authsize(fd, 16), -EOPNOTSUPP, "%s: authsize on a child",
	       t->name);
	is_num(getsockopt(fd, SOL_ALG, ALG_SET_KEY, buf, &len) ? -errno : 0,
	       -EOPNOTSUPP, "%s: getsockopt on a child", t->name);
	works(t, fd, "after them");
	close(fd);
}

static void bad_key(const char *type, const char *name, unsigned int len,
		    int want)
{
	static unsigned char zero[64];
	int fd = alg_bind(type, name);

	is_num(alg_key(fd, zero, len), want, "%s: key of %u bytes", name, len);
	close(fd);
}

static void bad_keys(void)
{
	const unsigned int mib = 1 << 20;
	char *big = calloc(1, mib);
	int fd, op;

	bad_key("skcipher", "cbc(aes)", 15, -EINVAL);
	bad_key("skcipher", "cbc(aes)", 0, -EINVAL);
	bad_key("skcipher", "cbc(aes)", 33, -EINVAL);
	bad_key("skcipher", "xts(aes)", 31, -EINVAL);
	bad_key("aead", "gcm(aes)", 17, -EINVAL);
	bad_key("aead", "authenc(hmac(sha256),cbc(aes))", 40, -EINVAL);
	bad_key("hash", "cmac(aes)", 5, -EINVAL);
	bad_key("hash", "sha256", 16, -ENOSYS);
	fd = alg_bind("skcipher", "cbc(aes)");
	is_num(alg_key(fd, big, mib), -ENOMEM, "a key of 1 MiB");
	is_num(alg_key(fd, (void *)16, 16), -EFAULT, "a key at a bad address");
	op = alg_accept(fd);
	is_num(send_one(&types[1], op), -ENOKEY, "no bad key counts as a key");
	is_num(alg_key(fd, key, 16), 0, "a good one does");
	works(&types[1], op, "after bad keys");
	close(op);
	close(fd);
	free(big);
}

static void bad_options(void)
{
	int fd = alg_bind("skcipher", "cbc(aes)"), one = 1;

	is_num(alg_authsize(fd, 16), -ENOPROTOOPT, "authsize of a skcipher");
	is_num(alg_opt(fd, ALG_SET_DRBG_ENTROPY, key, 16), -ENOPROTOOPT,
	       "entropy for a skcipher");
	is_num(alg_opt(fd, 99, key, 16), -ENOPROTOOPT, "an unknown option");
	is_num(setsockopt(fd, SOL_ALG + 1, ALG_SET_KEY, key, 16) ? -errno : 0,
	       -ENOPROTOOPT, "an unknown level");
	is_num(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &one, sizeof(one)), 0,
	       "socket level options work");
	close(fd);
}

static void optional_keys(void)
{
	unsigned char out[8], want[4];
	int fd = alg_open("hash", "crc32c", NULL, 0);

	if (fd < 0) {
		skip("crc32c: %s", strerror(-fd));
		return;
	}
	/* Check value of CRC-32C, RFC 3720 B.4's algorithm: 0xe3069283. */
	unhex(want, "839206e3");
	is_num(alg_send(fd, NULL, "123456789", 9, 0), 9,
	       "a hash that may have a key does without");
	is_num(alg_recv(fd, out, 8, 0), 4, "crc32c: recv");
	is_mem(out, want, 4, "crc32c: check value");
	close(fd);
}

static int add_key(const char *type, const char *desc)
{
	return syscall(SYS_add_key, type, desc, key, 16, -3 /* process */);
}

static void key_by_serial(const char *keytype, const char *desc)
{
	unsigned char one[16], two[16], iv[16] = { 0 };
	int fd = alg_bind("skcipher", "cbc(aes)"), op, serial, ret;

	serial = add_key(keytype, desc);
	if (serial < 0 && errno == ENOSYS) {
		skip("this kernel has no keys");
		close(fd);
		return;
	}
	ok(serial > 0, "%s key in the process keyring", keytype);
	ret = alg_opt(fd, ALG_SET_KEY_BY_KEY_SERIAL, &serial, sizeof(serial));
	if (ret == -ENOPROTOOPT) {
		skip("this kernel has no ALG_SET_KEY_BY_KEY_SERIAL");
		close(fd);
		return;
	}
	is_num(ret, 0, "%s key by its serial number", keytype);
	op = alg_accept(fd);
	is_num(alg_crypt(op, ENC, iv, 16, key, 16, one), 16, "encrypt with it");
	is_num(alg_opt(fd, ALG_SET_KEY_BY_KEY_SERIAL, &serial, sizeof(serial)),
	       -EBUSY, "not while a child exists");
	close(op);
	op = alg_open("skcipher", "cbc(aes)", key, 16);
	alg_crypt(op, ENC, iv, 16, key, 16, two);
	is_mem(one, two, 16, "as with the key itself");
	close(op);
	serial = 0x7ffffff0;
	is_num(alg_opt(fd, ALG_SET_KEY_BY_KEY_SERIAL, &serial, sizeof(serial)),
	       -ENOKEY, "no such key");
	close(fd);
}

static void body(void)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		key_comes_late(&types[i]);
		orphan(&types[i]);
		child_options(&types[i]);
	}
	bad_keys();
	bad_options();
	optional_keys();
	key_by_serial("user", "algif-copy-user");
	key_by_serial("logon", "algif-copy:logon");
}

int main(void)
{
	return tap_run(body, 30);
}
