// SPDX-License-Identifier: GPL-2.0
/*
 * Taking the place of the stock types.
 *
 * af_alg has a list of types, and takes the first that has the name it is asked for.
 * A name that is there cannot be registered again. Where it is not, ours is
 * registered under it and that is all. Where it is,
 *
 *  1. a kernel socket is bound to it. That shows the type object, and as long as
 *     the socket is open the module that the object belongs to cannot go, which
 *     would take out by its name what it takes for its own;
 *  2. ours is registered under another name, which puts it in front of the list;
 *  3. the change of one byte gives it its own name.
 *
 * On the way back ours is taken out, whereupon the one behind it is found again, and
 * then the socket is closed. So there always is a type, and going back neither takes
 * memory nor can it fail. Sockets that were bound before hold a pointer to their
 * type and so keep the stock code until they are closed.
 *
 * All steps but the last are done for all types before it is done for one. Until
 * then the owner of ours is a module of which no reference can be had: an init
 * function that fails is not the end of sockets that have been bound meanwhile, but
 * it is that of the module that they are bound to.
 *
 * A module that nobody uses is going before its exit function is called. Whoever
 * binds in that moment finds no type; af_alg then asks modprobe for one, and looks
 * once more. Hence the types go first of all.
 *
 * The name is tried first because a bind to a name that is free makes the kernel
 * ask modprobe for it, which may be configured to load this very module, and waits
 * for the end of the init function that waits for it. A type that is going, or goes
 * right then, gives the same. Hence a thread of its own binds, with the algorithm
 * already loaded: what is not done in seconds waits for us. A thread that is killed
 * does not wait for modprobe, so it is over before the init function is.
 *
 * crypto.af_alg_restrict of Linux 7.3 counts for the kernel's sockets as well: at
 * 2 there is none, at 1 it can be bound only to what the privileged may use, which
 * is nothing of type rng. A type that cannot be held through
 * a socket may go behind our back, so it is left in place and loading is
 * refused. Nothing of this concerns names that are free, nor the way back.
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

/* One place. Only module init and exit touch them. */
struct place {
	struct ac_type *type;
	struct socket *pin;		/* bound to @stock, unless it is NULL */
	const struct af_alg_type *stock;
	char *mark;			/* where the name of ours ends */
};

/* Who owns a type that must not be bound: try_module_get() never succeeds. */
static struct module nobody = { .state = MODULE_STATE_GOING };

static struct place places[] = {
	{ .type = &ac_hash_type },
	{ .type = &ac_skcipher_type },
	{ .type = &ac_aead_type },
	{ .type = &ac_rng_type },
};

/* A bind takes no time, unless it waits for modprobe. */
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
	/* The type of the address differs from kernel to kernel. */
	err = kernel_bind(a->pin, (void *)&a->sa, sizeof(a->sa));
	complete(&a->done);
	return err;
}

/* Returns -ETIMEDOUT if it had to be ended. */
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
	/* Repeated, for who has not begun yet takes no notice of a signal. */
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
	/* Loading it may take its time; no wait for ourselves is among that. */
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

/* Whether the kernel's sysctl stands in the way of all of the names. */
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
		pr_err("cannot hold the registered %s type: crypto.af_alg_restrict forbids it (error %d); set that to 0 while loading (sysctl crypto.af_alg_restrict=0), or unload algif_%s if it is a module, and try again\n",
		       name, err, name);
	else if (!p->pin)
		pr_err("cannot make an AF_ALG socket to hold the registered %s type (error %d)\n",
		       name, err);
	else
		pr_err("cannot hold the registered %s type: no algorithm such as %s can be bound (error %d); load one of them, or unload the stock type, and try again\n",
		       name, p->type->probe_names[0], err);
}

/* Hold the type that is registered now. -ETIMEDOUT: it is going. */
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
 * Whether the type that came last is found first. Of two that have one name, the one
 * that is found is taken out.
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

/* In front of the registered type, not yet by its name. */
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
	pr_err("cannot take the place of the registered %s type (error %d)\n",
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

/* Sockets bound to the stock type, ours not counted. It keeps no count itself. */
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

/* What was going may have gone by now. */
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

/* From now on it is bound. */
static void shadow_show(struct place *p)
{
	WRITE_ONCE(p->type->alg.owner, THIS_MODULE);
	/* Who sees the name has to see the owner. */
	smp_store_release(p->mark, '\0');
	shadow_trace(p, false);
}

static void shadow_take_out(struct place *p)
{
	af_alg_unregister_type(&p->type->alg);
}

/* At 2 the kernel makes no socket either, but may again. */
static int shadow_check_family(void)
{
	struct socket *sock;
	int err = sock_create_kern(&init_net, AF_ALG, SOCK_SEQPACKET, 0, &sock);

	if (!err)
		sock_release(sock);
	if (err != -EAFNOSUPPORT ||
	    (!AC_OWN_RESTRICT && ac_level() == AC_LEVEL_NONE))
		return 0;
	pr_err("this kernel makes no AF_ALG sockets (initcall_blacklist=af_alg_init?): there is nothing to serve\n");
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
	/* User space takes EEXIST of a module for "is loaded". */
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
		return scnprintf(text, size, ", %s %s (unknown number of sockets keep it)",
				 p->stock->owner ? "module" : "built-in", name);
	return scnprintf(text, size, ", module %s (%d sockets keep it)", name,
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
