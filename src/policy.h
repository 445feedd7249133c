/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may use which algorithm, and in which implementation.
 */
#ifndef AC_POLICY_H
#define AC_POLICY_H

#include "compat.h"

struct ac_type;

/*
 * Algorithms that may be bound where crypto.af_alg_restrict is 1, one list a
 * type, ended by an entry without a name.
 */
extern const struct af_alg_allowlist_entry ac_policy_hash[];
extern const struct af_alg_allowlist_entry ac_policy_skcipher[];
extern const struct af_alg_allowlist_entry ac_policy_aead[];
extern const struct af_alg_allowlist_entry ac_policy_rng[];

/**
 * ac_policy_check() - may the current task bind an algorithm
 * @type: type with @type->allowlist filled in
 * @name: algorithm, as user space calls it
 *
 * Comes before anything is looked up or loaded under that name.
 *
 * Context: process context; the credentials of the current task count.
 * Return: 0; -ENOENT, as for an algorithm that does not exist, if not.
 */
int ac_policy_check(const struct ac_type *type, const char *name);

/**
 * ac_policy_level() - the value of crypto.af_alg_restrict, be it whose it may
 *
 * The kernel does not show its own, but how it answers.
 *
 * Context: any.
 * Return: 0, 1 or 2.
 */
unsigned int ac_policy_level(void);

/**
 * ac_policy_allows_drivers() - whether drivers of accelerators may be bound
 *
 * Context: any.
 * Return: true if so.
 */
bool ac_policy_allows_drivers(void);

/**
 * ac_policy_mask() - flags that an implementation must not have
 * @name: algorithm
 *
 * Context: any.
 * Return: the mask for crypto_alloc_*(), with a type of 0.
 */
u32 ac_policy_mask(const char *name);

/**
 * ac_policy_hides_driver() - whether a template stands above a driver
 * @driver: name of the implementation that was chosen
 * @mask: what it was chosen by
 *
 * Context: process context; may sleep.
 * Return: true if one of the parts is what @mask forbids, and the whole does not
 *	say so.
 */
bool ac_policy_hides_driver(const char *driver, u32 mask);

/**
 * ac_policy_queues() - whether an implementation hands requests to a queue
 * @name: algorithm, or the name of an implementation
 *
 * pcrypt() and cryptd() do. Whoever asked for one would also make it the
 * implementation that the whole machine gets, and pcrypt() over a queue that is
 * full corrupts memory on kernels without the fix for CVE-2026-43493.
 *
 * Context: any.
 * Return: true if so.
 */
bool ac_policy_queues(const char *name);

#endif
