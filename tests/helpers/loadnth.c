// SPDX-License-Identifier: GPL-2.0-only
/*
 * loadnth - load and unload algif_copy with every failure point once.
 *
 *   loadnth load KO     over the types that are registered now
 *   loadnth free KO     where no type is registered
 *   loadnth unload KO
 *   loadnth starved KO  with no memory at all
 *
 * The first three repeat it with a fault at the first, the second ... allocation
 * below the module's init or exit function, until it passes without one. In the
 * last no registration has memory, then no part of unloading. After each
 * fault either all four types are served by algif_copy or all four by stock.
 * Prints TAP.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_alg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEBUGFS "/sys/kernel/debug/"

static const struct {
	const char *type, *name, *stock;
} types[] = {
	{ "hash", "sha256", "algif_hash" },
	{ "skcipher", "cbc(aes)", "algif_skcipher" },
	{ "aead", "gcm(aes)", "algif_aead" },
	{ "rng", "stdrng", "algif_rng" },
};

static int points, nth_fd;

static int ok(int pass, const char *what, int faults)
{
	printf("%sok %d - %s", pass ? "" : "not ", ++points, what);
	if (faults >= 0)
		printf(": %d faults", faults);
	printf("\n");
	return pass;
}

static int put(const char *dir, const char *name, long value)
{
	char path[96];
	int fd, n;

	snprintf(path, sizeof(path), "%s%s", dir, name);
	fd = open(path, O_WRONLY);
	n = fd < 0 ? -1 : dprintf(fd, "%ld", value);
	close(fd);
	if (n <= 0)
		printf("# %s could not be set to %ld\n", path, value);
	return n > 0 ? 0 : -1;
}

/* Where a function of the kernel begins and the next one does. */
static int function(const char *wanted, unsigned long *from, unsigned long *to)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	unsigned long addr;
	char line[256], name[128], type;

	*from = 0;
	*to = ~0ul;
	for (int pass = 0; f && pass < 2; pass++) {
		rewind(f);
		while (fgets(line, sizeof(line), f)) {
			if (sscanf(line, "%lx %c %127s", &addr, &type, name) != 3)
				continue;
			if (!pass && !strcmp(name, wanted))
				*from = addr;
			if (pass && addr > *from && addr < *to)
				*to = addr;
		}
	}
	if (f)
		fclose(f);
	return *from ? 0 : -1;
}

static int only_below(const char *name)
{
	static const char * const attrs[] = {
		DEBUGFS "failslab/", DEBUGFS "fail_page_alloc/",
		DEBUGFS "fail_usercopy/"
	};
	unsigned long from, to;
	int err = function(name, &from, &to);

	for (int i = 0; !err && i < 3; i++)
		err = put(attrs[i], "require-start", from) ?:
		      put(attrs[i], "require-end", to) ?:
		      put(attrs[i], "stacktrace-depth", 32) ?:
		      put(attrs[i], "verbose", 0) ?:
		      (i < 2 ? put(attrs[i], "ignore-gfp-wait", 0) : 0);
	return ok(!(err ?: put(attrs[1], "min-order", 0)),
		  "faults can be set", -1) ? 0 : -1;
}

static int users(const char *module)
{
	char path[64], text[16] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", module);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	return atoi(text);
}

/* Whether a new socket of the type belongs to that module. */
static int serves(int i, const char *module)
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG };
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0), before = users(module), ret;

	strcpy((char *)sa.salg_type, types[i].type);
	strcpy((char *)sa.salg_name, types[i].name);
	ret = !bind(fd, (void *)&sa, sizeof(sa)) && users(module) > before;
	close(fd);
	return ret;
}

static int all_served(const char *module)
{
	for (int i = 0; i < 4; i++) {
		if (serves(i, module ?: types[i].stock))
			continue;
		printf("# %s is not served by %s\n", types[i].type,
		       module ?: types[i].stock);
		return 0;
	}
	return 1;
}

static int load(const char *ko)
{
	int fd = open(ko, O_RDONLY | O_CLOEXEC), ret;

	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "algif_copy", O_NONBLOCK) ? -errno : 0;
}

static int arm(int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	return pwrite(nth_fd, text, strlen(text), 0) > 0 ? 0 : -1;
}

static int disarm(void)
{
	char text[16] = "";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) < 0)
		text[0] = '1';
	pwrite(nth_fd, "0", 1, 0);
	return !atoi(text);
}

static int loads(const char *ko)
{
	int n, hit = 1, good = 1;

	good &= ok(all_served(NULL), "stock serves before", -1);
	for (n = 1; hit && n < 200; n++) {
		int ret = arm(n) ?: load(ko);

		hit = disarm();
		if (ret && (!hit || (ret != -ENOMEM && ret != -EBUSY))) {
			printf("# fault %d: error %d\n", n, ret);
			good = 0;
		}
		good &= all_served(ret ? NULL : "algif_copy");
		if (!ret)
			good &= !unload();
		good &= all_served(NULL);
	}
	return ok(good && !hit && n > 4,
		  "each failing load left stock in its place", n - 2);
}

/* A bind would make the kernel load stock: whether the module is there must do. */
static int loads_free(const char *ko)
{
	int n, hit = 1, good = 1;

	for (n = 1; hit && n < 200; n++) {
		int ret = arm(n) ?: load(ko);

		hit = disarm();
		good &= !ret || (hit && ret == -ENOMEM);
		good &= !access("/sys/module/algif_copy", F_OK) == !ret;
		if (!ret)
			good &= all_served("algif_copy") && !unload();
	}
	return ok(good && !hit && n > 4, "each failing load left nothing", n - 2);
}

static int unloads(const char *ko)
{
	int n, hit = 1, good = 1;

	for (n = 1; hit && n < 200; n++) {
		good &= !load(ko) && all_served("algif_copy") && !arm(n);
		good &= !unload();
		hit = disarm();
		good &= all_served(NULL);
	}
	return ok(good && !hit, "each unload put stock back", n - 2);
}

/* Every allocation of this task below the function fails, from now on. */
static int starve(int on)
{
	return put("/proc/self/", "make-it-fail", on) ?:
	       put(DEBUGFS "failslab/", "task-filter", on) ?:
	       put(DEBUGFS "failslab/", "times", -1) ?:
	       put(DEBUGFS "failslab/", "probability", on ? 100 : 0);
}

static int starved(const char *ko)
{
	int good = !only_below("af_alg_register_type");

	good &= ok(!starve(1), "no registration has memory", -1);
	good &= ok(load(ko) == -ENOMEM, "loading fails", -1);
	good &= ok(!starve(0) && all_served(NULL), "stock serves on", -1);
	good &= ok(!load(ko) && all_served("algif_copy"),
		   "with memory it loads", -1);
	good &= !only_below("__se_sys_delete_module");
	good &= ok(!starve(1) && !unload(), "unloading needs none", -1);
	good &= ok(!starve(0) && all_served(NULL), "stock serves", -1);
	return good;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	int good = 0;

	setbuf(stdout, NULL);
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0 || access(DEBUGFS "failslab", X_OK)) {
		printf("1..0 # SKIP this kernel injects no faults\n");
		return 0;
	}
	if (!strcmp(what, "load"))
		good = !only_below("do_one_initcall") && loads(argv[2]);
	else if (!strcmp(what, "free"))
		good = !only_below("do_one_initcall") && loads_free(argv[2]);
	else if (!strcmp(what, "unload"))
		good = !only_below("__se_sys_delete_module") && unloads(argv[2]);
	else if (!strcmp(what, "starved"))
		good = starved(argv[2]);
	else
		return 2;
	printf("1..%d\n", points);
	return !good;
}
