// SPDX-License-Identifier: GPL-2.0
/*
 * The state of the machine, the worst first: stock code that serves, stock code that
 * a bind() would load, sockets that keep it, the next boot.
 */
#include "state.h"

#include <stdio.h>
#include <string.h>

#include "tool.h"

const char *const ac_state_names[] = {
	"copy-only", "copy-only-now", "partly", "stock", "stock-on-demand",
	"copy-on-demand", "closed", "unknown", NULL
};

/* The commands to load algif_copy, or how to get it. */
static void advise_load(struct ac_state *state, const struct ac_machine *machine)
{
	size_t i;

	for (i = 0; i < machine->boot.n; i++)
		if (!strcmp(machine->boot.all[i].release, machine->release) &&
		    machine->boot.all[i].available)
			break;
	snprintf(state->action, sizeof(state->action), "%smodprobe algif_copy",
		 i < machine->boot.n ? "" :
		 "install algif_copy for this kernel (package algif-copy-dkms), then: ");
}

static unsigned int served_by(const struct ac_machine *machine,
			      enum ac_server server)
{
	unsigned int i, n = 0;

	for (i = 0; i < AC_TYPES; i++)
		n += machine->types[i].server == server;
	return n;
}

/* Number of types that nobody serves, and that a bind() resolves to this. */
static unsigned int loads(const struct ac_machine *machine, enum ac_load load)
{
	unsigned int i, n = 0;

	for (i = 0; i < AC_TYPES; i++)
		n += machine->types[i].server == AC_SERVER_NOBODY &&
		     machine->types[i].on_bind == load;
	return n;
}

/* Types that have one of the two, such as "hash, aead". */
static void list_types(char *list, size_t size, const struct ac_machine *machine,
		       bool served)
{
	const struct ac_machine_type *type;
	unsigned int i;
	size_t len = 0;
	bool wanted;

	*list = '\0';
	for (i = 0; i < AC_TYPES; i++) {
		type = &machine->types[i];
		wanted = served ? type->server == AC_SERVER_MODULE ||
				  type->server == AC_SERVER_BUILTIN :
			 type->server == AC_SERVER_NOBODY &&
				  type->on_bind == AC_LOAD_STOCK;
		if (wanted)
			len += (size_t)snprintf(list + len, size - len, "%s%s",
						len ? ", " : "", type->name);
	}
}

static void set(struct ac_state *state, const char *name,
		enum ac_out_color color, const char *text)
{
	state->name = name;
	state->color = color;
	snprintf(state->text, sizeof(state->text), "%s", text);
}

static void find_copy(struct ac_state *state, const struct ac_machine *machine)
{
	const struct ac_boot_kernel *kernel = ac_boot_worst(&machine->boot);

	if (ac_machine_verdict(machine) == AC_EXIT_PARTLY) {
		set(state, "partly", AC_OUT_YELLOW,
		    "partly copy-only: algif_copy serves, but some sockets keep the stock code until they are closed");
		snprintf(state->action, sizeof(state->action),
			 "restart the programs that \"algif-copy top\" shows");
		return;
	}
	if (!kernel) {
		set(state, "copy-only", AC_OUT_GREEN,
		    "copy-only: algif_copy serves all types");
		return;
	}
	set(state, "copy-only-now", AC_OUT_YELLOW,
	    "copy-only until the next boot: algif_copy serves all types, but not with every installed kernel");
	if (kernel->available)
		snprintf(state->action, sizeof(state->action),
			 "echo algif_copy >/etc/modules-load.d/algif-copy.conf");
	else
		snprintf(state->action, sizeof(state->action),
			 "dkms autoinstall -k %s", kernel->release);
}

static void find_stock(struct ac_state *state, const struct ac_machine *machine)
{
	char list[64];

	list_types(list, sizeof(list), machine, true);
	set(state, "stock", AC_OUT_RED, "");
	snprintf(state->text, sizeof(state->text), "open: the stock code serves %s",
		 list);
	advise_load(state, machine);
}

static void find_on_demand(struct ac_state *state,
			   const struct ac_machine *machine)
{
	char list[64];

	list_types(list, sizeof(list), machine, false);
	set(state, "stock-on-demand", AC_OUT_RED, "");
	snprintf(state->text, sizeof(state->text),
		 "open: nobody serves yet, but bind() loads the stock code of %s",
		 list);
	advise_load(state, machine);
}

void ac_state_find(struct ac_state *state, const struct ac_machine *machine)
{
	memset(state, 0, sizeof(*state));
	if (served_by(machine, AC_SERVER_COPY))
		find_copy(state, machine);
	else if (served_by(machine, AC_SERVER_MODULE) ||
		 served_by(machine, AC_SERVER_BUILTIN))
		find_stock(state, machine);
	else if (loads(machine, AC_LOAD_STOCK))
		find_on_demand(state, machine);
	else if (served_by(machine, AC_SERVER_UNKNOWN) ||
		 loads(machine, AC_LOAD_UNKNOWN))
		set(state, "unknown", AC_OUT_YELLOW,
		    "unknown: nobody is known to serve, and what bind() would load cannot be found out");
	else if (loads(machine, AC_LOAD_COPY))
		set(state, "copy-on-demand", AC_OUT_GREEN,
		    "copy-only on demand: nobody serves yet, and bind() loads algif_copy");
	else
		set(state, "closed", AC_OUT_GREEN,
		    "closed: nobody serves, and bind() can load no module");
}
