// SPDX-License-Identifier: GPL-2.0
/*
 * Test whether a message that fails authentication leaves data in the caller's
 * buffer. Encrypt a known plaintext with the same algorithm, and flip one bit of
 * the tag.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "target.h"

#define TEXT 64
#define ROOM (AC_TARGET_AAD + TEXT + 16)
#define UNTOUCHED 0xa5

/* Run one operation on its own socket. Return its length or a negative errno. */
static ssize_t operate(int fd, const struct ac_target *target, int op,
		       const void *in, size_t len, void *out, size_t room)
{
	struct ac_alg_control control = ac_target_control(target, op);
	int op_fd = ac_alg_accept(fd);
	ssize_t ret;

	if (op_fd < 0)
		return op_fd;
	ret = ac_alg_send(op_fd, &control, in, len, 0);
	if (ret >= 0)
		ret = ac_alg_receive(op_fd, out, room, 0);
	close(op_fd);
	return ret;
}

static size_t written(const unsigned char *buffer, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += buffer[i] != UNTOUCHED;
	return n;
}

static void judge(const struct ac_target *target, ssize_t ret,
		  const unsigned char *seen, const unsigned char *plain)
{
	size_t n = written(seen, ROOM);

	if (ret >= 0)
		ac_check_say(target->type, target->name, AC_CHECK_BAD,
			     "forgery ACCEPTED");
	else if (ret != -EBADMSG)
		ac_check_skip(target->type, target->name, (int)ret);
	else if (!n)
		ac_check_say(target->type, target->name, AC_CHECK_GOOD,
			     "the buffer is untouched");
	else if (memcmp(seen + AC_TARGET_AAD, plain + AC_TARGET_AAD, TEXT))
		ac_check_say(target->type, target->name, AC_CHECK_BLEMISH,
			     "%zu bytes in the buffer", n);
	else
		ac_check_say(target->type, target->name, AC_CHECK_BLEMISH,
			     "PLAINTEXT in the buffer");
}

static void try(const struct ac_target *target)
{
	unsigned char plain[ROOM] = "what nobody has vouched for", message[ROOM];
	unsigned char seen[ROOM];
	size_t len = AC_TARGET_AAD + TEXT;
	ssize_t ret;
	int fd;

	fd = ac_target_open(target);
	if (fd < 0) {
		ac_check_skip(target->type, target->name, fd);
		return;
	}
	memset(message, 0, sizeof(message));
	ret = operate(fd, target, ALG_OP_ENCRYPT, plain, len, message,
		      len + target->taglen);
	if (ret == (ssize_t)(len + target->taglen)) {
		message[len] ^= 1;
		memset(seen, UNTOUCHED, sizeof(seen));
		ret = operate(fd, target, ALG_OP_DECRYPT, message,
			      len + target->taglen, seen, len);
		judge(target, ret, seen, plain);
	} else {
		ac_check_skip(target->type, target->name,
			      ret < 0 ? (int)ret : -EIO);
	}
	close(fd);
}

void ac_unverified_run(void)
{
	size_t i;

	for (i = 0; i < ac_target_count; i++)
		if (ac_target_all[i].taglen)
			try(&ac_target_all[i]);
}
