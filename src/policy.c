// SPDX-License-Identifier: GPL-2.0
/*
 * Who may use which algorithm, and in which implementation.
 *
 * Linux 7.3 has the sysctl crypto.af_alg_restrict: 0 allows all algorithms, 1
 * the lists below, 2 none. The level, and who counts as privileged (whoever has
 * CAP_NET_ADMIN or CAP_SYS_ADMIN in the first user namespace), are af_alg's own
 * business there, and on older kernels that of sysctl.c. The lists are not: each
 * type brings one, and a type without would allow everything. These are the lists
 * of the stock types, name by name; names are compared as they are, so that a
 * driver's name is never on one. The administrator may change them: see allow.c.
 *
 * Of the implementations only software is used by default: drivers of
 * accelerators have had more than their share of memory bugs, and user space can
 * always do better than a trip through the kernel to a device. What the caller of
 * bind() asks for in salg_feat and salg_mask does not count, as in Linux 7.2 and
 * later. That kernel excludes asynchronous implementations too,
 * and where it says so it is followed. On older ones that must not be done: the
 * SIMD implementations, such as AES-NI, are asynchronous there, and the generic C
 * code, many times slower, would be taken in their place. What is excluded there
 * are the two templates that queue requests.
 *
 * A driver is known by one of two flags. Since 5.9 nearly all say that they
 * allocate memory, as virtio's does, which says nothing else, and so do templates
 * above them. The others say that they are for the kernel alone, and templates
 * above those do not: their parts are looked up, by the names of which that of the
 * whole is made.
 */
#include "policy.h"

#include <linux/crypto.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "allow.h"
#include "type.h"

static bool allow_drivers;
module_param(allow_drivers, bool, 0644);
MODULE_PARM_DESC(allow_drivers,
		 "also use drivers of crypto accelerators, not only software (default: no)");

const struct af_alg_allowlist_entry ac_policy_hash[] = {
	{ "sha1", AF_ALG_UNPRIVILEGED },
	{ "cmac(aes)" },
	{ "hmac(md5)" },
	{ "hmac(sha1)" },
	{ "hmac(sha224)" },
	{ "hmac(sha256)" },
	{ "hmac(sha384)" },
	{ "hmac(sha512)" },
	{ "md4" },
	{ "md5" },
	{ "sha224" },
	{ "sha256" },
	{ "sha384" },
	{ "sha512" },
	{ }
};

const struct af_alg_allowlist_entry ac_policy_skcipher[] = {
	{ "adiantum(xchacha12,aes)", AF_ALG_UNPRIVILEGED },
	{ "adiantum(xchacha20,aes)", AF_ALG_UNPRIVILEGED },
	{ "hctr2(aes)", AF_ALG_UNPRIVILEGED },
	{ "xts(aes)", AF_ALG_UNPRIVILEGED },
	{ "xts(camellia)", AF_ALG_UNPRIVILEGED },
	{ "xts(serpent)", AF_ALG_UNPRIVILEGED },
	{ "xts(twofish)", AF_ALG_UNPRIVILEGED },
	{ "cbc(aes)" },
	{ "cbc(des)" },
	{ "cbc(des3_ede)" },
	{ "cbc(paes)" },
	{ "ctr(aes)" },
	{ "ecb(aes)" },
	{ "ecb(des)" },
	{ }
};

const struct af_alg_allowlist_entry ac_policy_aead[] = {
	{ "ccm(aes)" },
	{ }
};

const struct af_alg_allowlist_entry ac_policy_rng[] = {
	{ }
};

#define FITS(list)	(ARRAY_SIZE(list) <= AC_ALLOW_BUILTIN_MAX)
static_assert(FITS(ac_policy_hash) && FITS(ac_policy_skcipher) &&
	      FITS(ac_policy_aead) && FITS(ac_policy_rng));

int ac_policy_check(const struct ac_type *type, const char *name)
{
	return ac_allow_check(type, name);
}

unsigned int ac_policy_level(void)
{
	static const struct af_alg_allowlist_entry list[] = {
		{ "listed", AF_ALG_UNPRIVILEGED },
		{ }
	};

	if (!af_alg_check_restriction("not listed", list))
		return 0;
	return af_alg_check_restriction("listed", list) ? 2 : 1;
}

bool ac_policy_allows_drivers(void)
{
	/* What writes to a parameter of a module writes without a mark. */
	return data_race(READ_ONCE(allow_drivers));
}

static bool policy_has(const char *name, u32 type)
{
	return crypto_has_alg(name, type, CRYPTO_ALG_KERN_DRIVER_ONLY |
			      CRYPTO_NOLOAD);
}

/*
 * What a look-up does not find costs a call of modprobe, whatever its mask says: asked
 * first is whether there is software of that name, an internal one as well.
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

bool ac_policy_hides_driver(const char *driver, u32 mask)
{
	size_t len;

	if (!(mask & CRYPTO_ALG_KERN_DRIVER_ONLY))
		return false;
	for (; *driver; driver += len + !!driver[len]) {
		len = strcspn(driver, "(,)");
		/* A template, or nothing; a name that is no composed one. */
		if (!len || driver[len] == '(' || !driver[len])
			continue;
		if (policy_is_driver(driver, len))
			return true;
	}
	return false;
}

bool ac_policy_queues(const char *name)
{
	return strstr(name, "pcrypt(") || strstr(name, "cryptd(");
}

/* Its keys are wrapped by hardware: software cannot have it at all. */
static bool is_hardware_only(const char *name)
{
	return !strcmp(name, "cbc(paes)");
}

u32 ac_policy_mask(const char *name)
{
	if (ac_policy_allows_drivers() || is_hardware_only(name))
		return 0;
	return AF_ALG_CRYPTOAPI_MASK;
}
