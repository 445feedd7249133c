// SPDX-License-Identifier: GPL-2.0
/*
 * Taking the place of the stock types.
 *
 * af_alg keeps a list of types and uses the first one with the requested name.
 * It refuses to register a name that is on the list. If the name is free, ours
 * is simply registered under it. Otherwise:
 *
 *  1. A kernel socket is bound to the stock type. That reveals the type object.
 *     While the socket is open the stock module cannot be unloaded; its exit
 *     would unregister by name and hit our type.
 *  2. Ours is registered under another name, which puts it in front of the
 *     list.
 *  3. Changing one byte gives it the stock type's name.
 *
 * To restore, ours is unregistered, af_alg finds the stock type again, and the
 * socket is closed. A type is always registered, and restoring it allocates
 * nothing and cannot fail. A socket that was bound before points to its type,
 * so it keeps the stock code until it is closed.
 *
 * Step 3 is done only after all types have passed the other steps. Until then
 * nobody can bind ours, as try_module_get() fails for its owner: if our init
 * function failed, such a socket would outlive the module.
 *
 * An unused module is in state GOING before its exit function is called. A bind
 * at that moment finds no type; af_alg then runs modprobe and looks up the type
 * once more. So the exit function unregisters the types first.
 *
 * Plain registration is tried first, as a bind to a free name may deadlock: the
 * kernel waits for modprobe, which may be configured to load this very module
 * and then waits for our init function. So may a bind to a type that is being
 * unloaded. Hence a thread does the bind, with the algorithm already loaded: if
 * that takes seconds, it is waiting for us and is killed. A killed thread does
 * not wait for modprobe, so it ends before the init function does.
 *
 * crypto.af_alg_restrict of Linux 7.3 also applies to kernel sockets: at 2 none
 * can be created, at 1 they can be bound only to what privileged tasks may use,
 * which is nothing of type rng. A type that no socket pins may be unloaded
 * behind our back, so it stays in place and loading fails. None of this
 * concerns free names, or restoring.
 */
#include "shadow.h"

#include <linux/compiler.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/if_alg.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "policy.h"
#include "trace.h"
#include "type.h"

/* One type's place. Only module init and exit touch it. */
struct place {
	struct ac_type *type;
	struct socket *pin;		/* bound to @stock, unless it is NULL */
	const struct af_alg_type *stock;
	char *mark;			/* end of our type's name */
};

/* Owner of a type that must not be bound yet: try_module_get() fails. */
static struct module nobody = { .state = MODULE_STATE_GOING };

static struct place places[] = {
	{ .type = &ac_hash_type },
	{ .type = &ac_skcipher_type },
	{ .type = &ac_aead_type },
	{ .type = &ac_rng_type },
};

/* A bind is instant, unless it waits for modprobe. */
#define BIND_SECONDS	4

struct attempt {
	struct socket *pin;
	struct sockaddr_alg sa;
	struct completion done;
};

static int shadow_attempt(void *arg)
{
	struct attempt *a = arg;
	int err;

	allow_signal(SIGKILL);
	/* The type of the address differs between kernels. */
	err = kernel_bind(a->pin, (void *)&a->sa, sizeof(a->sa));
	complete(&a->done);
	return err;
}

/* Return: -ETIMEDOUT if the thread was killed. */
static int shadow_attempt_run(struct attempt *a)
{
	unsigned long patience = BIND_SECONDS * HZ;
	struct task_struct *task;
	bool killed = false;
	int err;

	task = kthread_create(shadow_attempt, a, "algif_copy_pin");
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	wake_up_process(task);
	/* Repeat: a thread that has not started yet ignores a signal. */
	while (!wait_for_completion_timeout(&a->done, patience)) {
		send_sig(SIGKILL, task, 1);
		patience = HZ / 10;
		killed = true;
	}
	err = kthread_stop(task);
	put_task_struct(task);
	return err && killed ? -ETIMEDOUT : err;
}

static int shadow_bind_name(struct place *p, const char *name)
{
	struct attempt a = { .pin = p->pin, .sa.salg_family = AF_ALG };
	void *tfm;
	int err;

	strscpy(a.sa.salg_type, p->type->alg.name, sizeof(a.sa.salg_type));
	strscpy(a.sa.salg_name, name, sizeof(a.sa.salg_name));
	init_completion(&a.done);
	/* Loading it may take long, but never waits for us. */
	tfm = p->type->alloc(name, ac_policy_mask(name));
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = shadow_attempt_run(&a);
	p->type->free(tfm);
	return err;
}

static int shadow_bind_any(struct place *p)
{
	const char *const *name = p->type->probe_names;
	int err;

	do {
		err = shadow_bind_name(p, *name);
	} while (err == -ENOENT && *++name);
	return err;
}

static void shadow_unpin(struct place *p)
{
	if (p->pin)
		sock_release(p->pin);
	p->pin = NULL;
	p->stock = NULL;
}

/* Does the kernel's sysctl forbid all of the names? */
static bool shadow_is_forbidden(const struct place *p)
{
	const char *const *name;
	u32 mask;

	if (AC_OWN_RESTRICT)
		return false;
	name = p->type->probe_names;
	while (*name && ac_policy_ask(p->type->alg.name, *name, &mask) == -EACCES)
		name++;
	return !*name;
}

static void shadow_explain(const struct place *p, int err)
{
	const char *name = p->type->alg.name;

	if (err == -ETIMEDOUT)
		return;
	if (shadow_is_forbidden(p))
		pr_err("cannot pin the registered %s type: crypto.af_alg_restrict forbids it (error %d); set that to 0 while loading (sysctl crypto.af_alg_restrict=0), or unload algif_%s if it is a module, and try again\n",
		       name, err, name);
	else if (!p->pin)
		pr_err("cannot create an AF_ALG socket to pin the registered %s type (error %d)\n",
		       name, err);
	else
		pr_err("cannot pin the registered %s type: no algorithm such as %s can be bound (error %d); load one of them, or unload the stock type, and try again\n",
		       name, p->type->probe_names[0], err);
}

/* Pin the registered type. Return: -ETIMEDOUT if it is being unloaded. */
static int shadow_pin(struct place *p)
{
	int err;

	err = sock_create_kern(&init_net, AF_ALG, SOCK_SEQPACKET, 0, &p->pin);
	if (err)
		p->pin = NULL;
	else
		err = shadow_bind_any(p);
	if (err) {
		shadow_explain(p, err);
		shadow_unpin(p);
		return err;
	}
	p->stock = alg_sk(p->pin->sk)->type;
	return 0;
}

/*
 * Check that af_alg finds the newest type first. Of two types with the same
 * name, unregistering removes the one that is found.
 */
static int shadow_check_order(void)
{
	struct af_alg_type older = {
		.ops = &ac_hash_type.ops, .owner = &nobody, .name = "1"
	};
	struct af_alg_type newer = {
		.ops = &ac_hash_type.ops, .owner = &nobody, .name = "2"
	};
	int err;

	err = af_alg_register_type(&older);
	if (err)
		return err;
	err = af_alg_register_type(&newer);
	if (err)
		goto err_newer;
	newer.name[0] = '1';
	af_alg_unregister_type(&newer);
	older.name[0] = '3';
	if (!af_alg_unregister_type(&older))
		return 0;
	af_alg_unregister_type(&newer);
	return -EOPNOTSUPP;

err_newer:
	af_alg_unregister_type(&older);
	return err;
}

/* Register in front of the stock type, under another name so far. */
static int shadow_register_beside(struct place *p)
{
	int err;

	*p->mark = '+';
	err = af_alg_register_type(&p->type->alg);
	if (err)
		*p->mark = '\0';
	return err;
}

static int shadow_displace(struct place *p)
{
	int err;

	err = shadow_pin(p);
	if (err)
		return err;
	err = shadow_check_order() ?: shadow_register_beside(p);
	if (!err)
		return 0;
	pr_err("cannot displace the registered %s type (error %d)\n",
	       p->type->alg.name, err);
	shadow_unpin(p);
	return err;
}

static const char *shadow_displaced(const struct place *p)
{
	if (!p->stock)
		return "none";
	return p->stock->owner ? "module" : "builtin";
}

/* Sockets bound to the stock type, minus our pin. Only a module has a count. */
static int shadow_stock_sockets(const struct place *p)
{
	if (!p->stock)
		return 0;
	return p->stock->owner ? module_refcount(p->stock->owner) - 1 : -1;
}

static void shadow_trace(const struct place *p, bool back)
{
	trace_takeover(p->type->alg.name, shadow_displaced(p),
		       shadow_stock_sockets(p), back);
}

/* The stock type may have been unloaded by now. */
static int shadow_take_late(struct place *p)
{
	int err = af_alg_register_type(&p->type->alg);

	if (err)
		pr_err("the registered %s type is being unloaded (error %d); try again\n",
		       p->type->alg.name, err);
	return err;
}

static int shadow_take(struct place *p)
{
	char *name = p->type->alg.name;
	int err;

	p->mark = name + strlen(name);
	ac_key_init(p->type);
	p->type->alg.owner = &nobody;
	err = af_alg_register_type(&p->type->alg);
	if (err == -EEXIST)
		err = shadow_displace(p);
	else if (err)
		pr_err("cannot register the %s type (error %d)\n", name, err);
	return err == -ETIMEDOUT ? shadow_take_late(p) : err;
}

/* From here on ours can be bound. */
static void shadow_show(struct place *p)
{
	WRITE_ONCE(p->type->alg.owner, THIS_MODULE);
	/* A bind that sees the name must see the owner. */
	smp_store_release(p->mark, '\0');
	shadow_trace(p, false);
}

static void shadow_take_out(struct place *p)
{
	af_alg_unregister_type(&p->type->alg);
}

/* At level 2 the kernel creates no sockets either, but that may change. */
static int shadow_check_family(void)
{
	struct socket *sock;
	int err = sock_create_kern(&init_net, AF_ALG, SOCK_SEQPACKET, 0, &sock);

	if (!err)
		sock_release(sock);
	if (err != -EAFNOSUPPORT ||
	    (!AC_OWN_RESTRICT && ac_level() == AC_LEVEL_NONE))
		return 0;
	pr_err("this kernel creates no AF_ALG sockets (initcall_blacklist=af_alg_init?): nothing to serve\n");
	return -EBUSY;
}

int ac_shadow_init(void)
{
	unsigned int i;
	int err = shadow_check_family();

	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		err = shadow_take(&places[i]);
		if (err)
			goto err_take;
	}
	for (i = 0; i < ARRAY_SIZE(places); i++)
		shadow_show(&places[i]);
	return 0;

err_take:
	while (i--) {
		shadow_take_out(&places[i]);
		shadow_unpin(&places[i]);
	}
	/* User space reads EEXIST as "the module is loaded already". */
	return err == -ENOMEM ? err : -EBUSY;
}

void ac_shadow_give_back(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		shadow_take_out(&places[i]);
}

void ac_shadow_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		shadow_trace(&places[i], true);
		shadow_unpin(&places[i]);
	}
}

static const struct place *shadow_place(const struct ac_type *type)
{
	const struct place *p = places;

	while (p->type != type)
		p++;
	return p;
}

const char *ac_shadow_displaced(const struct ac_type *type)
{
	return shadow_displaced(shadow_place(type));
}

int ac_shadow_stock_sockets(const struct ac_type *type)
{
	return shadow_stock_sockets(shadow_place(type));
}

static int shadow_describe(char *text, size_t size, const struct place *p)
{
	const char *name = p->type->alg.name;

	if (!p->stock)
		return scnprintf(text, size, ", no %s", name);
	if (shadow_stock_sockets(p) < 0)
		return scnprintf(text, size, ", %s %s (bound sockets: unknown)",
				 p->stock->owner ? "module" : "built-in", name);
	return scnprintf(text, size, ", module %s (bound sockets: %d)", name,
			 shadow_stock_sockets(p));
}

const char *ac_shadow_describe(char *text, size_t size)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		len += shadow_describe(text + len, size - len, &places[i]);
	return text + strlen(", ");
}
