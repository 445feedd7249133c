// SPDX-License-Identifier: GPL-2.0
/*
 * 14-bind - addresses, names, re-binding; then every name that the kernel
 * shows is bound and tried once.
 */
#include "alg.h"
#include "tap.h"

static const unsigned char key[512] = "0123456789abcdefFEDCBA9876543210";

static int bind_raw(const struct sockaddr_alg *sa, socklen_t len)
{
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0), err;

	if (fd < 0)
		return -errno;
	err = bind(fd, (const struct sockaddr *)sa, len) ? -errno : 0;
	close(fd);
	return err;
}

static void flags(void)
{
	const uint32_t driver_only = 0x1000;
	int fd;

	is_num(alg_bind_flags("hash", "sha256", 0x80, 0), -EINVAL, "feat 0x80");
	is_num(alg_bind_flags("hash", "sha256", 0, 0x80), -EINVAL, "mask 0x80");
	is_num(alg_bind_flags("hash", "sha256", 0xffffffff, 0), -EINVAL,
	       "feat of all ones");
	fd = alg_bind_flags("hash", "sha256", 0, driver_only);
	ok(fd >= 0, "mask KERN_DRIVER_ONLY alone");
	close(fd);
	fd = alg_bind_flags("hash", "sha256", driver_only, driver_only);
	differs("feat and mask count before 7.2");
	ok(fd >= 0, "feat and mask KERN_DRIVER_ONLY");
	if (fd >= 0)
		close(fd);
}

/* Which of the two errors it is depends on what is loaded. */
static void misfit(const char *type, const char *name)
{
	int err = alg_bind(type, name);

	ok(err == -ENOENT || err == -EINVAL, "%s as %s: %d", name, type, err);
}

static void names(void)
{
	is_num(alg_bind("hash", "no-such-hash"), -ENOENT, "unknown name");
	is_num(alg_bind("hash", ""), -ENOENT, "empty name");
	misfit("hash", "cbc(aes)");
	misfit("skcipher", "sha256");
	misfit("aead", "cbc(aes)");
	misfit("rng", "sha256");
	is_num(alg_bind("hash", "hmac("), -ENOENT, "half a name");
	misfit("hash", "hmac(hmac(sha256))");
	is_num(alg_bind("no-such-type", "sha256"), -ENOENT, "unknown type");
	is_num(alg_bind("", "sha256"), -ENOENT, "empty type");
	is_num(alg_bind("hashhashhashha", "sha256"), -ENOENT,
	       "a type that fills its field");
}

/*
 * Before 5.10 af_alg itself, not one of its types, wants the whole structure, and
 * refuses one that is a byte too short.
 */
static void short_addresses(struct sockaddr_alg *sa)
{
	const socklen_t head = offsetof(struct sockaddr_alg, salg_name);

	if (bind_raw(sa, sizeof(*sa) - 1) == -EINVAL) {
		skip("short addresses: not by the af_alg of this kernel");
		return;
	}
	is_num(bind_raw(sa, head + 7), 0, "just its own name and NUL");
	is_num(bind_raw(sa, head + 6), -ENOENT,
	       "the last byte of a name is its end");
}

static void addresses(void)
{
	struct {
		struct sockaddr_alg sa;
		char more[256];
	} a = { .sa = { .salg_family = AF_ALG, .salg_type = "hash",
			.salg_name = "sha256" } };
	const socklen_t head = offsetof(struct sockaddr_alg, salg_name);

	is_num(bind_raw(&a.sa, sizeof(a.sa)), 0, "a whole address");
	is_num(bind_raw(&a.sa, 0), -EINVAL, "address of 0");
	is_num(bind_raw(&a.sa, 2), -EINVAL, "address of 2");
	is_num(bind_raw(&a.sa, head), -EINVAL, "no room for a name");
	short_addresses(&a.sa);
	memset(a.sa.salg_name, 'x', sizeof(a.sa.salg_name));
	is_num(bind_raw(&a.sa, sizeof(a.sa)), -ENOENT, "a name without end");
	memset(a.more, 'x', sizeof(a.more));
	is_num(bind_raw(&a.sa, head + 100), -ENOENT, "a name of 99");
	ok(bind_raw(&a.sa, head + 128) < 0, "a name of 127");
	strcpy((char *)a.sa.salg_name, "sha256");
	memset(a.sa.salg_type, 'h', sizeof(a.sa.salg_type));
	is_num(bind_raw(&a.sa, sizeof(a.sa)), -ENOENT, "a type without end");
}

static int rebind(int fd, const char *type, const char *name)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };

	strcpy((char *)sa.salg_type, type);
	strcpy((char *)sa.salg_name, name);
	return bind(fd, (struct sockaddr *)&sa, sizeof(sa)) ? -errno : 0;
}

static void rebinding(void)
{
	unsigned char out[64];
	int fd = alg_bind("hash", "sha256"), op = alg_accept(fd);

	is_num(rebind(fd, "hash", "sha1"), -EBUSY, "re-bind with a child");
	close(op);
	is_num(rebind(fd, "hash", "sha1"), 0, "re-bind after its close");
	op = alg_accept(fd);
	alg_send(op, NULL, "abc", 3, 0);
	is_num(alg_recv(op, out, 64, 0), 20, "the new name counts");
	close(op);
	is_num(rebind(fd, "skcipher", "cbc(aes)"), 0, "to another type");
	op = alg_accept(fd);
	is_num(rebind(fd, "hash", "sha256"), -EBUSY, "with a keyless child");
	close(op);
	is_num(rebind(fd, "hash", "no-such-hash"), -ENOENT, "to a bad name");
	is_num(alg_key(fd, key, 16), 0, "leaves the old one");
	op = alg_accept(fd);
	ok(op >= 0, "in use");
	close(op);
	close(fd);
}

static void unbound(void)
{
	unsigned char c;
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0);

	is_num(alg_accept(fd), -EINVAL, "accept on an unbound socket");
	is_num(alg_key(fd, key, 16), -ENOPROTOOPT, "key for an unbound socket");
	is_num(alg_send(fd, NULL, key, 1, 0), -EOPNOTSUPP, "send to it");
	is_num(alg_recv(fd, &c, 1, 0), -EOPNOTSUPP, "recv from it");
	close(fd);
	fd = alg_bind("hash", "sha256");
	is_num(alg_send(fd, NULL, key, 1, 0), -EOPNOTSUPP, "send to a bound one");
	close(fd);
	fd = alg_open("hash", "sha256", NULL, 0);
	is_num(rebind(fd, "hash", "sha1"), -EOPNOTSUPP, "bind a child");
	close(fd);
}

/* --- every name of /proc/crypto --------------------------------------- */

/* Names that bring modules and templates into /proc/crypto. */
static const char * const some[][2] = {
	{ "skcipher", "cbc(aes)" }, { "skcipher", "ctr(aes)" },
	{ "skcipher", "xts(aes)" }, { "skcipher", "ecb(des3_ede)" },
	{ "skcipher", "ecb(cipher_null)" }, { "skcipher", "cbc(camellia)" },
	{ "skcipher", "cts(cbc(aes))" }, { "skcipher", "lrw(aes)" },
	{ "skcipher", "rfc3686(ctr(aes))" }, { "skcipher", "kw(aes)" },
	{ "skcipher", "ofb(aes)" }, { "skcipher", "cfb(aes)" },
	{ "skcipher", "cbc(serpent)" }, { "skcipher", "ctr(twofish)" },
	{ "skcipher", "pcbc(fcrypt)" },
	{ "skcipher", "chacha20" }, { "skcipher", "xchacha12" },
	{ "skcipher", "adiantum(xchacha12,aes)" },
	{ "skcipher", "essiv(cbc(aes),sha256)" },
	{ "aead", "gcm(aes)" }, { "aead", "ccm(aes)" },
	{ "aead", "rfc4106(gcm(aes))" }, { "aead", "rfc4309(ccm(aes))" },
	{ "aead", "rfc4543(gcm(aes))" },
	{ "aead", "authenc(hmac(sha1),cbc(aes))" },
	{ "aead", "authencesn(hmac(sha256),cbc(aes))" },
	{ "aead", "echainiv(authenc(hmac(sha1),cbc(aes)))" },
	{ "aead", "seqiv(rfc4106(gcm(aes)))" }, { "aead", "aegis128" },
	{ "aead", "rfc7539(chacha20,poly1305)" },
	{ "aead", "pcrypt(gcm(aes))" },
	{ "hash", "hmac(sha1)" }, { "hash", "hmac(md5)" },
	{ "hash", "cmac(aes)" }, { "hash", "xcbc(aes)" },
	{ "hash", "vmac64(aes)" }, { "hash", "cbcmac(aes)" },
	{ "hash", "sha512" }, { "hash", "sha3-512" },
	{ "hash", "streebog256" }, { "hash", "wp512" }, { "hash", "rmd160" },
	{ "hash", "blake2b-256" }, { "hash", "crc32" }, { "hash", "crc32c" },
	{ "hash", "crct10dif" }, { "hash", "xxhash64" }, { "hash", "ghash" },
	{ "hash", "poly1305" }, { "hash", "nhpoly1305" },
	{ "hash", "michael_mic" }, { "hash", "digest_null" },
	{ "rng", "stdrng" }, { "rng", "jitterentropy_rng" },
	{ "rng", "ansi_cprng" },
};

static void load_names(void)
{
	int n = 0;

	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		int fd = alg_bind(some[i][0], some[i][1]);

		if (fd < 0)
			continue;
		n++;
		close(fd);
	}
	ok(n > 20, "%d well known names can be bound", n);
}

/* Keys are tried until one fits; some modes want two halves that differ. */
static const unsigned int keylens[] = {
	0, 16, 32, 24, 64, 8, 20, 12, 48, 36, 28, 19, 35, 4, 5, 40, 80,
};

static int fit_key(int fd)
{
	unsigned char authenc[72];
	int err = -EINVAL;

	for (size_t i = 0; i < sizeof(keylens) / sizeof(keylens[0]); i++) {
		err = alg_key(fd, key, keylens[i]);
		if (!err || err == -ENOSYS)
			return 0;
	}
	unhex(authenc, AUTHENC_HEX "00000010");
	memcpy(authenc + 8, key, 64);
	for (int len = 24; err && len <= 72; len += 4)
		err = alg_key(fd, authenc, len);
	return err;
}

static const unsigned int ivlens[] = { 16, 12, 8, 1, 0, 32, 24 };

static ssize_t send_fit(int fd, struct alg_ctl *ctl, const void *data, size_t len)
{
	static const unsigned char iv[64] = { 3 };	/* ccm: L - 1 */
	ssize_t n = -EINVAL;

	for (size_t i = 0; i < sizeof(ivlens) / sizeof(ivlens[0]); i++) {
		ctl->iv = ivlens[i] ? iv : NULL;
		ctl->ivlen = ivlens[i];
		n = alg_send(fd, ctl, data, len, 0);
		if (n == (ssize_t)len)
			break;
	}
	return n;
}

/* There and back: the text returns, or both ways are refused alike. */
static int try_skcipher(int fd)
{
	unsigned char in[96], mid[96], out[96];
	struct alg_ctl ctl = { ENC, NULL, 0, -1 };
	ssize_t n;

	fill(in, sizeof(in), 14);
	n = send_fit(fd, &ctl, in, 96);
	if (n != 96)
		return n;
	n = alg_recv(fd, mid, 96, 0);
	if (n != 96)
		return n == 0 ? -EIO : n;
	ctl.op = DEC;
	if (alg_send(fd, &ctl, mid, 96, 0) != 96)
		return -EIO;
	n = alg_recv(fd, out, 96, 0);
	if (n == -EINVAL || n == -EBADMSG)
		return n;
	return n == 96 && !memcmp(in, out, 96) ? 0 : -EIO;
}

static int try_aead(int fd)
{
	unsigned char in[80], mid[160], out[80];
	struct alg_ctl ctl = { ENC, NULL, 0, 16 };
	ssize_t n, m;

	fill(in, sizeof(in), 15);
	n = send_fit(fd, &ctl, in, 80);
	if (n != 80)
		return n;
	for (n = 80 + 64; n > 80; n--) {
		m = alg_recv(fd, mid, n, MSG_DONTWAIT);
		if (m != -EINVAL)
			break;
	}
	if (m < 80)
		return m;
	ctl.op = DEC;
	if (alg_send(fd, &ctl, mid, m, 0) != m)
		return -EIO;
	n = alg_recv(fd, out, 80, MSG_DONTWAIT);
	if (n == -EINVAL || n == -EBADMSG)
		return n;
	/* IV generators put their IV where the text begins */
	return n == 80 && !memcmp(in + 32, out + 32, 48) ? 0 : -EIO;
}

static int try_hash(int fd)
{
	unsigned char in[300], one[64], two[64];
	ssize_t n, m;

	fill(in, sizeof(in), 16);
	n = alg_send(fd, NULL, in, 300, 0);
	if (n != 300)
		return n;
	n = alg_recv(fd, one, 64, 0);
	if (n <= 0)
		return n;
	alg_send(fd, NULL, in, 77, MSG_MORE);
	alg_send(fd, NULL, in + 77, 223, 0);
	m = alg_recv(fd, two, 64, 0);
	return n == m && !memcmp(one, two, n) ? 0 : -EIO;
}

static int try_rng(int fd)
{
	unsigned char out[64];
	ssize_t n = alg_recv(fd, out, 64, 0);

	return n == 64 ? 0 : n < 0 ? n : -EIO;
}

static int try_op(const char *type, int fd)
{
	if (!strcmp(type, "hash"))
		return try_hash(fd);
	if (!strcmp(type, "skcipher"))
		return try_skcipher(fd);
	return strcmp(type, "aead") ? try_rng(fd) : try_aead(fd);
}

/*
 * Length-preserving modes with rules of their own, and those whose key format
 * is unknown here, may refuse; what may not happen is a wrong result.
 */
static void try_name(const char *type, const char *name)
{
	int fd = alg_bind(type, name), op, err;
	char buf[32];

	if (fd < 0) {
		ok(fd == -ENOENT || fd == -ELIBBAD || fd == -EINVAL ||
		   fd == -ENAMETOOLONG, "%s %s: bind %s", type, name,
		   tap_number(fd, buf, sizeof(buf)));
		return;
	}
	err = fit_key(fd);
	op = alg_accept(fd);
	if (op >= 0)
		err = try_op(type, op);
	else
		err = op;
	ok(err != -EIO && err != -ETIME, "%s %s: %s", type, name,
	   err ? tap_number(err, buf, sizeof(buf)) : "right");
	close(op);
	close(fd);
}

static const char *socket_type(const char *type)
{
	if (!strcmp(type, "shash") || !strcmp(type, "ahash"))
		return "hash";
	if (!strcmp(type, "lskcipher"))
		return "skcipher";
	if (!strcmp(type, "skcipher") || !strcmp(type, "aead") ||
	    !strcmp(type, "rng"))
		return type;
	return NULL;
}

struct entry {
	char name[128], type[32];
};

static int read_entries(struct entry *e, int max)
{
	FILE *f = fopen("/proc/crypto", "r");
	char line[300];
	int n = 0;

	memset(e, 0, sizeof(*e));
	while (f && n < max - 1 && fgets(line, sizeof(line), f)) {
		sscanf(line, "name : %127s", e[n].name);
		sscanf(line, "type : %31s", e[n].type);
		if (line[0] == '\n' && e[n].name[0])
			memset(&e[++n], 0, sizeof(*e));
	}
	if (f)
		fclose(f);
	return n;
}

/* Four of them are enough: each refusal costs a call of modprobe. */
static void internal(const char *type, const char *name)
{
	static int asked;

	if (asked++ < 4)
		is_num(alg_bind(type, name), -ENOENT, "%s is internal", name);
}

/*
 * Programs before this one leave names of theirs there, of templates in templates.
 * Of some an old kernel dies: 29-nested asks what algif_copy makes of them.
 */
static int composed(const char *name)
{
	const char *first = strchr(name, '(');

	if (!first || !strchr(first + 1, '('))
		return 0;
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		if (!strcmp(some[i][1], name))
			return 0;
	return 1;
}

static void every_name(void)
{
	static struct entry e[4000];
	int n = read_entries(e, 4000), tried = 0;

	for (int i = 0; i < n; i++) {
		const char *type = socket_type(e[i].type);
		int seen = 0;

		for (int k = 0; k < i && !seen; k++)
			seen = !strcmp(e[k].name, e[i].name) &&
			       !strcmp(e[k].type, e[i].type);
		if (!type || seen || composed(e[i].name))
			continue;
		if (!strncmp(e[i].name, "__", 2)) {
			internal(type, e[i].name);
			continue;
		}
		try_name(type, e[i].name);
		tried++;
	}
	ok(tried > 20, "%d names of %d entries", tried, n);
}

static void body(void)
{
	flags();
	names();
	addresses();
	rebinding();
	unbound();
	load_names();
	every_name();
}

int main(void)
{
	/* the first run after boot loads and self-tests half of the crypto API */
	return tap_run(body, 150);
}
