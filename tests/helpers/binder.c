// SPDX-License-Identifier: GPL-2.0-only
/*
 * binder - which algorithms can the caller bind?
 *
 *   binder [-w] TYPE NAME [TYPE NAME]...
 *
 * Makes one AF_ALG socket, binds it to each algorithm in turn and prints
 * "TYPE NAME RESULT", where RESULT is "ok" or the name of an errno, that of
 * socket() if there is no socket. With -w it prints "ready" when it has the
 * socket, and waits for a line on stdin before it binds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_alg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static int try_bind(int fd, const char *type, const char *name)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };

	if (strlen(type) >= sizeof(sa.salg_type) ||
	    strlen(name) >= sizeof(sa.salg_name))
		return ENAMETOOLONG;
	strcpy((char *)sa.salg_type, type);
	strcpy((char *)sa.salg_name, name);
	return bind(fd, (struct sockaddr *)&sa, sizeof(sa)) ? errno : 0;
}

int main(int argc, char **argv)
{
	int waits = argc > 1 && !strcmp(argv[1], "-w");
	int fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int none = fd < 0 ? errno : 0;
	char line[16];

	if (waits) {
		printf("ready\n");
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			return 1;
	}
	for (int i = 1 + waits; i + 1 < argc; i += 2) {
		int err = none ?: try_bind(fd, argv[i], argv[i + 1]);

		printf("%s %s %s\n", argv[i], argv[i + 1],
		       err ? strerrorname_np(err) : "ok");
	}
	return 0;
}
