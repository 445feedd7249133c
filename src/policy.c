// SPDX-License-Identifier: GPL-2.0
/*
 * Who may use which algorithm, and in which implementation.
 *
 * Who: crypto.af_alg_restrict and its lists decide, see level.c and allow.c.
 *
 * Which: only software is used by default. Drivers of accelerators have had more
 * than their share of memory bugs, and a program that wants speed is faster with
 * the processor's own instructions. salg_feat and salg_mask of the caller are
 * ignored, as in Linux 7.2 and later. That kernel also excludes asynchronous
 * implementations, and where its headers say so this module does. On older kernels
 * it must not: SIMD implementations such as AES-NI are asynchronous there, and the
 * generic C code, many times slower, would serve instead. Only the two templates
 * that queue requests, pcrypt() and cryptd(), are excluded there. Binding one would
 * also make it the default for the whole machine, and pcrypt() corrupts memory when
 * its queue is full (CVE-2026-43493).
 *
 * A driver carries one of two flags. Since 5.9 nearly all have
 * CRYPTO_ALG_ALLOCATES_MEMORY, which templates inherit; for virtio's it is the only
 * one. The others have CRYPTO_ALG_KERN_DRIVER_ONLY, which templates do not inherit.
 * So the name of the chosen implementation, which is composed of the names of its
 * parts, is taken apart and each part looked up.
 */
#include "policy.h"

#include <linux/crypto.h>
#include <linux/module.h>
#include <linux/string.h>

#include "compat.h"

static bool allow_drivers;
module_param(allow_drivers, bool, 0644);
MODULE_PARM_DESC(allow_drivers,
		 "also use drivers of crypto accelerators, not only software (default: no)");

bool ac_policy_allows_drivers(void)
{
	/* sysfs writes it with a plain store. */
	return data_race(READ_ONCE(allow_drivers));
}

static bool policy_queues(const char *name)
{
	return strstr(name, "pcrypt(") || strstr(name, "cryptd(");
}

/* Its keys are wrapped by hardware: there is no software for it. */
static bool policy_is_hardware_only(const char *name)
{
	return !strcmp(name, "cbc(paes)");
}

u32 ac_policy_mask(const char *name)
{
	if (ac_policy_allows_drivers() || policy_is_hardware_only(name))
		return 0;
	return AF_ALG_CRYPTOAPI_MASK;
}

int ac_policy_ask(const char *type, const char *name, u32 *mask)
{
	if (ac_allow_check(type, name))
		return -EACCES;
	if (policy_queues(name))
		return -ENOENT;
	*mask = ac_policy_mask(name);
	return 0;
}

static bool policy_has(const char *name, u32 type)
{
	return crypto_has_alg(name, type, CRYPTO_ALG_KERN_DRIVER_ONLY |
			      CRYPTO_NOLOAD);
}

/*
 * A look-up that finds nothing runs modprobe, even with CRYPTO_NOLOAD. So ask for
 * software first, which is what there usually is; internal algorithms count.
 */
static bool policy_is_driver(const char *name, size_t len)
{
	char part[CRYPTO_MAX_ALG_NAME];
	bool driver;

	strscpy(part, name, min(len + 1, sizeof(part)));
	driver = !policy_has(part, CRYPTO_ALG_INTERNAL) &&
		 policy_has(part, CRYPTO_ALG_INTERNAL |
			    CRYPTO_ALG_KERN_DRIVER_ONLY);
	memzero_explicit(part, sizeof(part));
	return driver;
}

/* Is a part of a composed name a driver? Names of templates are skipped. */
static bool policy_hides_driver(const char *driver)
{
	size_t len;

	for (; *driver; driver += len + !!driver[len]) {
		len = strcspn(driver, "(,)");
		if (!len || driver[len] == '(' || !driver[len])
			continue;
		if (policy_is_driver(driver, len))
			return true;
	}
	return false;
}

bool ac_policy_admits(const char *driver, u32 mask)
{
	if (policy_queues(driver))
		return false;
	return !(mask & CRYPTO_ALG_KERN_DRIVER_ONLY) ||
	       !policy_hides_driver(driver);
}
