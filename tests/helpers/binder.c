// SPDX-License-Identifier: GPL-2.0-only
/*
 * binder - which algorithms can the caller bind?
 *
 *   binder [-w|-a] TYPE NAME [TYPE NAME]...
 *
 * Makes one AF_ALG socket, binds it to each algorithm in turn and prints
 * "TYPE NAME RESULT", where RESULT is "ok" or the name of an errno, that of
 * socket() if there is no socket. With -w it prints "ready" when it has the
 * socket, and waits for a line on stdin before it binds. With -a each algorithm
 * has a socket of its own, which is bound before it prints "ready"; RESULT is that
 * of accept().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_alg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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

static int new_socket(void)
{
	return socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

static void print(const char *type, const char *name, int err)
{
	printf("%s %s %s\n", type, name, err ? strerrorname_np(err) : "ok");
}

static int wait_line(void)
{
	char line[16];

	printf("ready\n");
	fflush(stdout);
	return !!fgets(line, sizeof(line), stdin);
}

static int accept_all(char **pairs)
{
	int fds[64], n = 0, fd;

	for (; n < 64 && pairs[2 * n]; n++) {
		fds[n] = new_socket();
		if (fds[n] < 0 ||
		    try_bind(fds[n], pairs[2 * n], pairs[2 * n + 1]))
			return 1;
	}
	if (!wait_line())
		return 1;
	for (int i = 0; i < n; i++) {
		fd = accept(fds[i], NULL, NULL);
		print(pairs[2 * i], pairs[2 * i + 1], fd < 0 ? errno : 0);
		if (fd >= 0)
			close(fd);
	}
	return 0;
}

int main(int argc, char **argv)
{
	int waits = argc > 1 && !strcmp(argv[1], "-w");
	int fd, none;

	if (argc > 1 && !strcmp(argv[1], "-a"))
		return accept_all(argv + 2);
	fd = new_socket();
	none = fd < 0 ? errno : 0;
	if (waits && !wait_line())
		return 1;
	for (int i = 1 + waits; i + 1 < argc; i += 2)
		print(argv[i], argv[i + 1],
		      none ?: try_bind(fd, argv[i], argv[i + 1]));
	return 0;
}
