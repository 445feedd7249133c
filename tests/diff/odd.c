// SPDX-License-Identifier: GPL-2.0
/*
 * odd.c - names that are no names, and calls that no socket of AF_ALG has.
 */
#include "step.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int result(int ret)
{
	return ret < 0 ? -errno : ret;
}

int bind_to(int fd, const char *type, const char *name, uint32_t feat,
		   uint32_t mask, int len)
{
	unsigned char buf[300] = { 0 };
	struct sockaddr_alg *sa = (void *)buf;

	sa->salg_family = AF_ALG;
	sa->salg_feat = feat;
	sa->salg_mask = mask;
	memcpy(sa->salg_type, type, strnlen(type, sizeof(sa->salg_type)));
	memcpy(sa->salg_name, name, strnlen(name, 128));
	return result(bind(fd, (void *)sa, len ? len : (int)sizeof(*sa)));
}

static int bind_oddly(int fd, const struct step *s)
{
	static const char *const types[] = { "hash", "skcipher", "aead", "rng" };
	const struct alg *a = &algs[s->alg];
	char name[128];

	snprintf(name, sizeof(name), "%s", a->name);
	switch (s->how) {
	case 0:
		return bind_to(fd, types[s->off % 4], name, 0, 0, 0);
	case 1:
		return bind_to(fd, a->type, name, 1u << s->off, 1u << s->off, 0);
	case 2:
		return bind_to(fd, a->type, name, 0, 0x1000, 0);
	case 3:
		return bind_to(fd, a->type, name, 0x1000, 0x1000, 0);
	case 4:
		return bind_to(fd, a->type, name, 0, 0, 1 + s->off % 24);
	case 5:
		return bind_to(fd, a->type, name, 0, 0, 24 + s->off);
	case 6:
		return bind_to(fd, a->type, name, 0, 0, 120 + s->off);
	case 7:
		return bind_to(fd, a->type, "", 0, 0, 0);
	case 8:
		return bind_to(fd, "nosuchtype", name, 0, 0, 0);
	case 9:
		return bind_to(fd, "thirteenbytes!", name, 0, 0, 0);
	case 10:
		name[strlen(name) - 1 - s->off % strlen(name)] = 0;
		return bind_to(fd, a->type, name, 0, 0, 0);
	default:
		return result(accept4(fd, NULL, NULL, SOCK_CLOEXEC));
	}
}

int odd_bind(const struct step *s)
{
	int fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int ret = bind_oddly(fd, s);

	close(fd);
	return ret;
}

static int odd_option(const struct step *s, int fd, int parent)
{
	int value = 0;
	socklen_t len = sizeof(value);

	switch (s->how) {
	case 0:
		return alg_key(fd, noise, 16);
	case 1:
		return alg_authsize(fd, 16);
	case 2:
		return alg_opt(parent, ALG_SET_OP, noise, 4);
	case 3:
		return alg_opt(parent, 99, noise, 4);
	case 4:
		return alg_opt(parent, ALG_SET_DRBG_ENTROPY, noise, 4);
	case 5:
		return alg_opt(parent, ALG_SET_KEY_BY_KEY_SERIAL, &value, 4);
	case 6:
		return alg_opt(parent, ALG_SET_KEY, nowhere, 16);
	case 7:
		return result(getsockopt(fd, SOL_ALG, ALG_SET_KEY, &value, &len));
	default:
		return result(getsockopt(parent, SOL_ALG, 1, &value, &len));
	}
}

int odd_call(const struct step *s, int fd, int parent)
{
	struct sockaddr_storage ss = { .ss_family = AF_ALG };
	socklen_t len = sizeof(ss);
	int value = 0;

	switch (s->how) {
	case 9:
		return result(bind(fd, (void *)&ss, sizeof(ss)));
	case 10:
		return result(connect(fd, (void *)&ss, sizeof(ss)));
	case 11:
		return result(listen(fd, 1));
	case 12:
		return result(getsockname(fd, (void *)&ss, &len));
	case 13:
		return result(shutdown(fd, SHUT_WR));
	case 14:
		return result(ioctl(fd, FIONREAD, &value));
	case 15:
		return result(send(parent, noise, 16, MSG_DONTWAIT));
	default:
		return odd_option(s, fd, parent);
	}
}
