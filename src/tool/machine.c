// SPDX-License-Identifier: GPL-2.0
/*
 * Find out which code serves AF_ALG on this machine. Read only /proc and /sys if
 * possible: bind() would tell too, but makes the kernel load a module if nobody
 * serves the type.
 *
 * algif_copy serves all types or none. A stock module's type is registered while
 * the module is loaded. A built-in type is registered at boot, unless
 * initcall_blacklist= prevents that. The kernel's modules.builtin lists built-in
 * types. Only if that file is missing, call bind().
 */
#include "machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "alg.h"
#include "file.h"
#include "out.h"

static const struct {
	const char *name;
	const char *module;
	const char *initcall;
	const char *algorithm;
} stock[AC_TYPES] = {
	{ "hash", "algif_hash", "algif_hash_init", "sha256" },
	{ "skcipher", "algif_skcipher", "algif_skcipher_init", "cbc(aes)" },
	{ "aead", "algif_aead", "algif_aead_init", "gcm(aes)" },
	{ "rng", "algif_rng", "rng_init", "stdrng" },
};

static bool module_line(const char *module, const char *file, char *line,
			size_t size)
{
	char name[128];

	snprintf(name, sizeof(name), "/sys/module/%s/%s", module, file);
	return ac_file_line(name, line, size);
}

/* A module does not serve while it is being loaded or unloaded. */
static bool is_live(const char *module)
{
	char state[16];

	return module_line(module, "initstate", state, sizeof(state)) &&
	       !strcmp(state, "live");
}

/* Number of sockets bound through @module; -1 on kernels that cannot unload. */
static long long users_of(const char *module)
{
	char name[128];

	snprintf(name, sizeof(name), "/sys/module/%s/refcnt", module);
	return ac_file_number(name);
}

/* Each line of /proc/net/protocols begins with the name of a protocol. */
static bool has_af_alg(void)
{
	FILE *f = ac_file_open("/proc/net/protocols");
	char line[512];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, "ALG ", 4);
	if (f)
		fclose(f);
	return found;
}

/* Return -1 if modules.builtin is missing. */
static int is_built_in(const struct ac_machine *machine, const char *module)
{
	char name[256], line[512], wanted[64];
	int found = 0;
	FILE *f;

	snprintf(name, sizeof(name), "/lib/modules/%s/modules.builtin",
		 machine->release);
	snprintf(wanted, sizeof(wanted), "/%s.ko", module);
	f = ac_file_open(name);
	if (!f)
		return -1;
	while (!found && fgets(line, sizeof(line), f))
		found = !!strstr(line, wanted);
	fclose(f);
	return found;
}

/* Whether a comma-separated list contains @word. */
static bool list_has(char *list, const char *word)
{
	char *item;

	while ((item = strsep(&list, ",")))
		if (!strcmp(item, word))
			return true;
	return false;
}

/* The command line may have @option more than once, each with a list of names. */
static bool is_blacklisted(const char *option, const char *name)
{
	char line[8192], *rest = line, *word;
	size_t len = strlen(option);

	ac_file_line("/proc/cmdline", line, sizeof(line));
	while ((word = strsep(&rest, " ")))
		if (!strncmp(word, option, len) && list_has(word + len, name))
			return true;
	return false;
}

/* Last resort. bind() may load a module, so check the modules again. */
static enum ac_server server_by_bind(unsigned int i)
{
	int fd;

	if (ac_file_has_root())
		return AC_SERVER_UNKNOWN;
	fd = ac_alg_bind(stock[i].name, stock[i].algorithm);
	if (fd < 0)
		return fd == -ENOENT ? AC_SERVER_NOBODY : AC_SERVER_UNKNOWN;
	close(fd);
	if (is_live("algif_copy"))
		return AC_SERVER_COPY;
	return is_live(stock[i].module) ? AC_SERVER_MODULE : AC_SERVER_BUILTIN;
}

/* Which stock code has registered the type, displaced or not. */
static enum ac_server stock_server(const struct ac_machine *machine,
				   unsigned int i)
{
	int built_in;

	if (is_live(stock[i].module))
		return AC_SERVER_MODULE;
	if (is_blacklisted("initcall_blacklist=", stock[i].initcall))
		return AC_SERVER_NOBODY;
	built_in = is_built_in(machine, stock[i].module);
	if (built_in < 0)
		return AC_SERVER_UNKNOWN;
	return built_in ? AC_SERVER_BUILTIN : AC_SERVER_NOBODY;
}

static const char *displaced_by(enum ac_server server)
{
	switch (server) {
	case AC_SERVER_MODULE:
		return "module";
	case AC_SERVER_BUILTIN:
		return "builtin";
	case AC_SERVER_NOBODY:
		return "none";
	default:
		return NULL;
	}
}

/* algif_copy pins each displaced module with one socket of its own. */
static void read_displaced(struct ac_machine_type *type, enum ac_server server,
			   const char *module)
{
	long long users = users_of(module);

	type->server = AC_SERVER_COPY;
	type->displaced = displaced_by(server);
	if (server == AC_SERVER_MODULE && users > 0)
		type->stock_sockets = users - 1;
	else if (server == AC_SERVER_NOBODY)
		type->stock_sockets = 0;
}

/* What the first bind() of a type makes the kernel load. */
static enum ac_load on_bind(const struct ac_machine *machine, const char *module,
			    const struct ac_modprobe *config, bool af_alg)
{
	enum ac_load load;

	if (!ac_modprobe_is_called())
		return AC_LOAD_FORBIDDEN;
	if (!af_alg) {
		load = ac_modprobe_family(config, machine->release);
		if (load != AC_LOAD_STOCK)
			return load;
	}
	load = ac_modprobe_load(config, machine->release, module);
	if (load == AC_LOAD_STOCK && is_blacklisted("module_blacklist=", module))
		return AC_LOAD_FORBIDDEN;
	return load;
}

static void read_config(struct ac_machine *machine, bool af_alg)
{
	struct ac_modprobe config;
	unsigned int i;

	ac_modprobe_read(&config);
	for (i = 0; i < AC_TYPES; i++)
		if (machine->types[i].server == AC_SERVER_NOBODY)
			machine->types[i].on_bind =
				on_bind(machine, stock[i].module, &config, af_alg);
	ac_boot_read(&machine->boot, &config);
	ac_modprobe_free(&config);
}

static void read_type(struct ac_machine *machine, unsigned int i, bool af_alg)
{
	struct ac_machine_type *type = &machine->types[i];
	enum ac_server server = stock_server(machine, i);

	*type = (struct ac_machine_type) {
		.name = stock[i].name, .bound = -1, .open = -1,
		.stock_sockets = -1,
	};
	if (!af_alg) {
		type->server = AC_SERVER_NOBODY;
		return;
	}
	if (machine->loaded) {
		read_displaced(type, server, stock[i].module);
		return;
	}
	type->server = server == AC_SERVER_UNKNOWN ? server_by_bind(i) : server;
	if (type->server == AC_SERVER_MODULE)
		type->bound = users_of(stock[i].module);
}

/* The module's own counters are more accurate than reference counts. */
static void add_stats(struct ac_machine_type *type, const struct ac_stats *stats)
{
	const struct ac_stats_line *line = ac_stats_type(stats, type->name);

	if (!line)
		return;
	type->bound = line->count[AC_STATS_BOUND];
	type->open = line->count[AC_STATS_OPEN];
	type->stock_sockets = line->count[AC_STATS_STOCK_SOCKETS];
	if (*line->displaced)
		type->displaced = line->displaced;
}

/*
 * Taint E means that the signature is missing or the kernel does not know its
 * key. Only a kernel that checks signatures has sig_enforce.
 */
static const char *signature_of(const char *module)
{
	char taints[32];

	module_line(module, "taint", taints, sizeof(taints));
	if (!ac_file_exists("/sys/module/module/parameters/sig_enforce"))
		return "not checked by this kernel";
	return strchr(taints, 'E') ? "unsigned" : "signed";
}

static void read_module(struct ac_machine *machine)
{
	char line[16];

	module_line("algif_copy", "version", machine->version,
		    sizeof(machine->version));
	module_line("algif_copy", "srcversion", machine->srcversion,
		    sizeof(machine->srcversion));
	machine->signature = signature_of("algif_copy");
	machine->bound = users_of("algif_copy");
	module_line("algif_copy", "parameters/allow", machine->allow,
		    sizeof(machine->allow));
	if (module_line("algif_copy", "parameters/allow_drivers", line,
			sizeof(line)))
		machine->allow_drivers = *line == 'Y' || *line == '1';
}

static void read_stats(struct ac_machine *machine)
{
	struct ac_stats *stats = &machine->stats;
	unsigned int i;

	machine->stats_err = ac_stats_read(stats);
	if (machine->stats_err)
		return;
	for (i = 0; i < AC_TYPES; i++)
		add_stats(&machine->types[i], stats);
	if (stats->loaded >= 0)
		machine->since = ac_stats_time(stats->loaded);
	if (*stats->restrict_by)
		machine->restrict_by = stats->restrict_by;
	if (stats->restrict_level >= 0)
		machine->restrict_level = stats->restrict_level;
}

static void read_kernel(struct ac_machine *machine)
{
	struct utsname uts;

	if (!uname(&uts))
		snprintf(machine->arch, sizeof(machine->arch), "%s", uts.machine);
	machine->restrict_level = ac_file_number("/proc/sys/crypto/af_alg_restrict");
	machine->allow_drivers = -1;
	machine->bound = -1;
	machine->since = -1;
}

static bool is_readable(const char *name)
{
	FILE *f = ac_file_open(name);

	if (!f) {
		ac_out_error("%s is missing or unreadable: %m", name);
		return false;
	}
	fclose(f);
	return true;
}

bool ac_machine_read(struct ac_machine *machine)
{
	bool af_alg = has_af_alg();
	unsigned int i;

	memset(machine, 0, sizeof(*machine));
	if (!is_readable("/proc/sys/kernel/osrelease") ||
	    !is_readable("/proc/net/protocols") || !is_readable("/sys/module"))
		return false;
	ac_file_line("/proc/sys/kernel/osrelease", machine->release,
		     sizeof(machine->release));
	read_kernel(machine);
	machine->loaded = is_live("algif_copy");
	for (i = 0; i < AC_TYPES; i++)
		read_type(machine, i, af_alg);
	read_config(machine, af_alg);
	machine->stats_err = -ENOENT;
	if (machine->loaded) {
		read_module(machine);
		read_stats(machine);
	}
	return true;
}

void ac_machine_free(struct ac_machine *machine)
{
	ac_stats_free(&machine->stats);
	ac_boot_free(&machine->boot);
}

enum ac_exit ac_machine_verdict(const struct ac_machine *machine)
{
	unsigned int i, copies = 0, leftovers = 0;

	for (i = 0; i < AC_TYPES; i++) {
		copies += machine->types[i].server == AC_SERVER_COPY;
		leftovers += machine->types[i].stock_sockets > 0;
	}
	if (copies == AC_TYPES && !leftovers)
		return ac_boot_worst(&machine->boot) ? AC_EXIT_NEXT_BOOT :
			AC_EXIT_GOOD;
	return copies ? AC_EXIT_PARTLY : AC_EXIT_BAD;
}

const char *ac_machine_server(enum ac_server server)
{
	static const char *const names[] = {
		[AC_SERVER_UNKNOWN] = "unknown",
		[AC_SERVER_NOBODY] = "nobody",
		[AC_SERVER_MODULE] = "module",
		[AC_SERVER_BUILTIN] = "builtin",
		[AC_SERVER_COPY] = "algif_copy",
	};

	return names[server];
}

const char *ac_machine_load(enum ac_load load)
{
	static const char *const names[] = {
		[AC_LOAD_UNKNOWN] = "unknown",
		[AC_LOAD_NOTHING] = "nothing",
		[AC_LOAD_FORBIDDEN] = "forbidden",
		[AC_LOAD_STOCK] = "stock",
		[AC_LOAD_COPY] = "algif_copy",
	};

	return names[load];
}
