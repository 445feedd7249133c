// SPDX-License-Identifier: GPL-2.0
/*
 * AF_ALG sockets.
 */
#include "alg.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Seconds in which even a loaded machine finishes the longest operation. */
#define PATIENCE 30

static void wake(int signal_number)
{
	(void)signal_number;
}

/* Stock kernels ignore SO_RCVTIMEO, and some sleep for no reason. */
static void begin(void)
{
	struct sigaction action = { .sa_handler = wake };

	sigaction(SIGALRM, &action, NULL);
	alarm(PATIENCE);
}

static ssize_t end(ssize_t ret)
{
	int err = errno;

	alarm(0);
	return ret < 0 ? -err : ret;
}

static int result(int ret)
{
	return ret < 0 ? -errno : ret;
}

int ac_alg_bind(const char *type, const char *name)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };
	int fd, err;

	if (strlen(type) >= sizeof(sa.salg_type) ||
	    strlen(name) >= sizeof(sa.salg_name))
		return -ENAMETOOLONG;
	memcpy(sa.salg_type, type, strlen(type));
	memcpy(sa.salg_name, name, strlen(name));
	fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!bind(fd, (struct sockaddr *)&sa, sizeof(sa)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int ac_alg_set_key(int fd, const void *key, size_t len)
{
	return result(setsockopt(fd, SOL_ALG, ALG_SET_KEY, key, (socklen_t)len));
}

int ac_alg_set_tag(int fd, unsigned int len)
{
	return result(setsockopt(fd, SOL_ALG, ALG_SET_AEAD_AUTHSIZE, NULL, len));
}

int ac_alg_accept(int fd)
{
	return result(accept4(fd, NULL, NULL, SOCK_CLOEXEC));
}

static void add(struct msghdr *msg, int type, const void *data, size_t len)
{
	unsigned char *room = msg->msg_control;
	struct cmsghdr *head = (struct cmsghdr *)(room + msg->msg_controllen);

	head->cmsg_level = SOL_ALG;
	head->cmsg_type = type;
	head->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(head), data, len);
	msg->msg_controllen += CMSG_SPACE(len);
}

static void add_control(struct msghdr *msg, const struct ac_alg_control *control)
{
	unsigned char iv[sizeof(struct af_alg_iv) + 64] = { 0 };
	uint32_t op = (uint32_t)control->op;
	uint32_t assoclen = (uint32_t)control->assoclen;

	if (control->op >= 0)
		add(msg, ALG_SET_OP, &op, sizeof(op));
	if (control->ivlen) {
		memcpy(iv, &control->ivlen, sizeof(control->ivlen));
		memcpy(iv + offsetof(struct af_alg_iv, iv), control->iv,
		       control->ivlen);
		add(msg, ALG_SET_IV, iv,
		    offsetof(struct af_alg_iv, iv) + control->ivlen);
	}
	if (control->assoclen >= 0)
		add(msg, ALG_SET_AEAD_ASSOCLEN, &assoclen, sizeof(assoclen));
}

ssize_t ac_alg_send(int fd, const struct ac_alg_control *control,
		    const void *data, size_t len, int flags)
{
	struct cmsghdr room[256 / sizeof(struct cmsghdr)] = { { 0 } };
	struct iovec iov = { (void *)(uintptr_t)data, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (control) {
		msg.msg_control = room;
		add_control(&msg, control);
	}
	begin();
	return end(sendmsg(fd, &msg, flags));
}

ssize_t ac_alg_splice(int from, int fd, size_t len)
{
	begin();
	return end(splice(from, NULL, fd, NULL, len, 0));
}

ssize_t ac_alg_receive(int fd, void *data, size_t len, int flags)
{
	begin();
	return end(recv(fd, data, len, flags));
}

/* The key begins with an rtattr of type 1: the length of @enc, big-endian. */
size_t ac_alg_authenc_key(unsigned char out[AC_ALG_KEY_MAX],
			  const void *auth, size_t authlen,
			  const void *enc, size_t enclen)
{
	const uint16_t head[2] = { 8, 1 };

	memcpy(out, head, sizeof(head));
	memset(out + 4, 0, 4);
	out[7] = (unsigned char)enclen;
	memcpy(out + 8, auth, authlen);
	memcpy(out + 8 + authlen, enc, enclen);
	return 8 + authlen + enclen;
}
