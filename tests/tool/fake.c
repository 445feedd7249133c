// SPDX-License-Identifier: GPL-2.0
/*
 * Takes the place of alg.c, known.c and unload.c in the command, so that check can be
 * tested on a host without a socket of AF_ALG, which would load modules, and unloads
 * none. FAKE says what this machine is like: "closed", "hole", "wrong", "blemish",
 * "partly" or "good"; FAKE_ROOT, if set, where its files are.
 *
 * A socket is a file, and nothing is encrypted. The hole changes each file that the
 * process has open for reading only and whose name is gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alg.h"
#include "check.h"
#include "file.h"
#include "unload.h"

static unsigned char text[8192];
static size_t text_len;
static int last_op;

static int is(const char *kind)
{
	const char *fake = getenv("FAKE");

	return fake && strstr(fake, kind) != NULL;
}

int ac_alg_bind(const char *type, const char *name)
{
	(void)name;
	if (is("closed"))
		return -EAFNOSUPPORT;
	if (is("partly") && !strcmp(type, "skcipher"))
		return -ENOENT;
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

int ac_alg_set_key(int fd, const void *key, size_t len)
{
	(void)fd;
	(void)key;
	(void)len;
	return 0;
}

int ac_alg_set_tag(int fd, unsigned int len)
{
	(void)fd;
	(void)len;
	return 0;
}

int ac_alg_accept(int fd)
{
	return dup(fd);
}

ssize_t ac_alg_send(int fd, const struct ac_alg_control *control,
		    const void *data, size_t len, int flags)
{
	(void)fd;
	(void)flags;
	last_op = control ? control->op : -1;
	text_len = len < sizeof(text) ? len : sizeof(text);
	memcpy(text, data, text_len);
	return (ssize_t)len;
}

static void change_files(void)
{
	char path[64], target[256];
	ssize_t len;
	int fd, file;

	for (fd = 3; fd < 32; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		len = readlink(path, target, sizeof(target) - 1);
		if (len < 0)
			continue;
		target[len] = '\0';
		if (!strstr(target, "algif-copy."))
			continue;
		file = open(path, O_WRONLY | O_CLOEXEC);
		if (file >= 0 && pwrite(file, "\0\0\0\0", 4, 100) == 4)
			close(file);
	}
}

ssize_t ac_alg_splice(int from, int fd, size_t len)
{
	static char rest[65536];

	(void)fd;
	if (is("hole"))
		change_files();
	return read(from, rest, len < sizeof(rest) ? len : sizeof(rest));
}

/* A forged message is decrypted if it is longer than its room. */
ssize_t ac_alg_receive(int fd, void *data, size_t len, int flags)
{
	(void)fd;
	if (flags)
		return -EAGAIN;
	if (last_op == ALG_OP_DECRYPT && !is("wrong")) {
		if (is("blemish"))
			memcpy(data, text, len);
		errno = EBADMSG;
		return -EBADMSG;
	}
	memcpy(data, text, len < text_len ? len : text_len);
	return (ssize_t)len;
}

size_t ac_alg_authenc_key(unsigned char out[AC_ALG_KEY_MAX],
			  const void *auth, size_t authlen,
			  const void *enc, size_t enclen)
{
	(void)out;
	(void)auth;
	(void)enc;
	return authlen + enclen;
}

void ac_unload_begin(void)
{
	if (getenv("FAKE_ROOT"))
		ac_file_set_root(getenv("FAKE_ROOT"));
}

void ac_unload_end(char *names, size_t size)
{
	(void)size;
	*names = '\0';
}

void ac_known_run(void)
{
	static const char *const types[] = { "hash", "skcipher", "aead", "rng" };
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (is("closed"))
			ac_check_skip(types[i], "known", -EAFNOSUPPORT);
		else
			ac_check_say(types[i], "known", AC_CHECK_GOOD, "right");
	}
}
