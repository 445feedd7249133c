// SPDX-License-Identifier: GPL-2.0-only
/*
 * label - what SELinux lets tasks of different domains do with AF_ALG sockets
 *
 *   label skcipher|hash OPENER ACCEPTOR USER
 *
 * A task in the domain OPENER makes a socket, one in ACCEPTOR accepts from it, and one
 * in USER sends and receives; of a hash it accepts a copy too. Prints what each step
 * has given, up to the one without which the next makes no sense, and then the types
 * of the sockets' labels. All of it is one process, which changes its domain while the
 * policy is not enforced; its parent, whose domain may do that, switches.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_alg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static struct {
	volatile int wanted, enforced;
	char text[1024];
} *shared;

static void say(const char *what, const char *result)
{
	size_t len = strlen(shared->text);

	snprintf(shared->text + len, sizeof(shared->text) - len, "%s%s=%s",
		 len ? " " : "", what, result);
}

static int step(const char *what, int ret)
{
	say(what, ret < 0 ? strerrorname_np(errno) : "ok");
	return ret;
}

static void enforce(int on)
{
	shared->wanted = on;
	while (shared->enforced != on)
		usleep(1000);
}

/* Not enforced, anybody may become anything. */
static void become(const char *domain)
{
	char context[128];
	int fd;

	enforce(0);
	snprintf(context, sizeof(context), "system_u:system_r:%s:s0", domain);
	fd = open("/proc/thread-self/attr/current", O_WRONLY);
	if (write(fd, context, strlen(context)) < 0)
		step(domain, -1);
	close(fd);
	enforce(1);
}

/* The type alone: user, role and level are the same for all here. */
static void say_label(int fd)
{
	char label[128] = "";
	char *type = label;

	if (fd < 0)
		return;
	if (fgetxattr(fd, "security.selinux", label, sizeof(label) - 1) < 0) {
		step("label", -1);
		return;
	}
	strsep(&type, ":");
	strsep(&type, ":");
	say("label", strsep(&type, ":") ?: "none");
}

static int open_socket(const char *type)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };
	int hash = !strcmp(type, "hash");
	int fd = step("socket", socket(AF_ALG, SOCK_SEQPACKET, 0));

	strncpy((char *)sa.salg_type, type, sizeof(sa.salg_type) - 1);
	strcpy((char *)sa.salg_name, hash ? "hmac(sha256)" : "ecb(aes)");
	if (fd < 0 || step("bind", bind(fd, (struct sockaddr *)&sa, sizeof(sa))) ||
	    step("key", setsockopt(fd, SOL_ALG, ALG_SET_KEY, "0123456789abcdef", 16)))
		return -1;
	return fd;
}

static void ask(char **arg)
{
	char data[32] = "";
	int fd, op = -1, copy = -1;

	become(arg[1]);
	fd = open_socket(arg[0]);
	if (fd >= 0) {
		become(arg[2]);
		op = step("accept", accept(fd, NULL, NULL));
	}
	if (op >= 0) {
		become(arg[3]);
		if (!strcmp(arg[0], "hash"))
			copy = step("copy", accept(op, NULL, NULL));
		step("send", send(op, data, sizeof(data), 0));
		step("recv", recv(op, data, sizeof(data), MSG_DONTWAIT));
	}
	enforce(0);
	say_label(fd);
	say_label(op);
	say_label(copy);
}

/* Switch as the child wants it. */
static int serve(pid_t child)
{
	int fd = open("/sys/fs/selinux/enforce", O_WRONLY), bad = fd < 0, status;

	while (!waitpid(child, &status, WNOHANG)) {
		if (shared->enforced != shared->wanted) {
			bad |= pwrite(fd, shared->wanted ? "1" : "0", 1, 0) != 1;
			shared->enforced = shared->wanted;
		}
		usleep(1000);
	}
	return bad || status;
}

int main(int argc, char **argv)
{
	pid_t child;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (argc != 5 || shared == MAP_FAILED)
		return 2;
	child = fork();
	if (!child) {
		ask(argv + 1);
		_exit(0);
	}
	if (child < 0 || serve(child))
		return 1;
	puts(shared->text);
	return 0;
}
