// SPDX-License-Identifier: GPL-2.0
/*
 * unload - remove a module that is in use nearly always, in the first moment in
 * which it is not.
 *
 *   unload NAME SECONDS
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc == 3 ? atoi(argv[2]) : 0);
	long tries = 0;

	while (argc == 3 && time(NULL) <= end) {
		tries++;
		if (!syscall(SYS_delete_module, argv[1], O_NONBLOCK))
			return 0;
		if (errno != EAGAIN && errno != EBUSY)
			break;
	}
	printf("%ld tries: %s\n", tries, strerror(errno));
	return 1;
}
