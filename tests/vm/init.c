// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of a test guest: mount the usual file systems, run /t/.run, hand the
 * verdict and the kernel log to the host, power off.
 *
 * Serial ports: ttyS0 is the kernel's console, ttyS1 takes the output of the
 * job and nothing else, ttyS2 takes "begin", "exit STATUS" and the kernel log.
 * The verdict has a port of its own so that no job can write it by accident.
 * With port=hvc on the kernel's command line they are hvc1 and hvc2.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum {
	LOG_READ_ALL = 3,	/* syslog(2): no header defines its actions */
	LOG_SIZE = 10,
};

static const struct {
	const char *type;
	const char *where;
	const char *options;
	int optional;
} mounts[] = {
	{ "proc", "/proc", NULL, 0 },
	{ "sysfs", "/sys", NULL, 0 },
	{ "devtmpfs", "/dev", NULL, 0 },
	{ "devpts", "/dev/pts", NULL, 0 },
	{ "tmpfs", "/dev/shm", NULL, 0 },
	{ "tmpfs", "/tmp", NULL, 0 },
	{ "tmpfs", "/run", NULL, 0 },
	{ "cgroup2", "/sys/fs/cgroup", NULL, 1 },
	{ "debugfs", "/sys/kernel/debug", NULL, 1 },
	{ "tracefs", "/sys/kernel/tracing", NULL, 1 },
};

static const char * const environment[] = {
	"HOME=/root",
	"LC_ALL=C",
	"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
	"TERM=dumb",
	NULL
};

static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void die(const char *what)
{
	fprintf(stderr, "init: %s: %s\n", what, strerror(errno));
	power_off();
}

static void mount_all(void)
{
	size_t i;

	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].where, 0755);
		if (mount(mounts[i].type, mounts[i].where, mounts[i].type, 0,
			  mounts[i].options) && !mounts[i].optional)
			die(mounts[i].where);
	}
	/* A rootfs made by an unprivileged user has no such mode. */
	chmod("/tmp", 01777);
	chmod("/dev/shm", 01777);
	symlink("/proc/self/fd", "/dev/fd");
	symlink("/proc/self/fd/0", "/dev/stdin");
	symlink("/proc/self/fd/1", "/dev/stdout");
	symlink("/proc/self/fd/2", "/dev/stderr");
}

/* The terminals of a mainframe's guest have a driver that is a module. */
static void load_driver(void)
{
	char * const argv[] = { "modprobe", "-q", "virtio_console", NULL };
	pid_t pid = fork();

	if (!pid) {
		execve("/usr/sbin/modprobe", argv, (char * const *)environment);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

/* The host announces them to the driver one by one. */
static int wait_for_port(const char *name)
{
	int fd, tries;

	for (tries = 0; tries < 100; tries++) {
		fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
		if (fd >= 0 || (errno != ENOENT && errno != ENODEV))
			return fd;
		if (!tries)
			load_driver();
		usleep(100000);
	}
	return fd;
}

static int open_port(int number)
{
	const char *kind = getenv("port");
	struct termios raw;
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "/dev/%s%d", kind ? kind : "ttyS", number);
	fd = wait_for_port(name);
	if (fd < 0 || tcgetattr(fd, &raw))
		die(name);
	cfmakeraw(&raw);
	if (tcsetattr(fd, TCSANOW, &raw))
		die(name);
	return fd;
}

/* Programs that send a file to a local TCP socket need the loopback device. */
static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
}

static void run_job(int port)
{
	char * const argv[] = { "bash", "/t/.run", NULL };
	int null;

	setsid();
	null = open("/dev/null", O_RDWR);
	dup2(null, STDIN_FILENO);
	dup2(port, STDOUT_FILENO);
	dup2(port, STDERR_FILENO);
	if (chdir("/root"))
		_exit(126);
	execve("/bin/bash", argv, (char * const *)environment);
	_exit(127);
}

/* Orphans come to PID 1: collect them too, return at the job's own end. */
static int wait_for(pid_t job)
{
	int status;
	pid_t pid;

	for (;;) {
		pid = wait(&status);
		if (pid < 0 && errno != EINTR)
			die("wait");
		if (pid == job)
			break;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

static void write_all(int fd, const char *data, size_t len)
{
	ssize_t done;

	while (len) {
		done = write(fd, data, len);
		if (done < 0)
			die("write to port");
		data += done;
		len -= done;
	}
}

static void report(int port, int status)
{
	char line[32], *log;
	int size;

	snprintf(line, sizeof(line), "exit %d\n", status);
	write_all(port, line, strlen(line));
	size = klogctl(LOG_SIZE, NULL, 0);
	log = size > 0 ? malloc(size) : NULL;
	if (!log)
		die("kernel log");
	size = klogctl(LOG_READ_ALL, log, size);
	if (size < 0)
		die("kernel log");
	write_all(port, log, size);
	write_all(port, "end of log\n", strlen("end of log\n"));
	tcdrain(port);
}

int main(void)
{
	int tap, verdict, status;
	pid_t job;

	mount_all();
	tap = open_port(1);
	verdict = open_port(2);
	write_all(verdict, "begin\n", strlen("begin\n"));
	loopback_up();
	job = fork();
	if (job < 0)
		die("fork");
	if (!job)
		run_job(tap);
	status = wait_for(job);
	kill(-1, SIGKILL);
	tcdrain(tap);
	report(verdict, status);
	power_off();
}
