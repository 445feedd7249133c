// SPDX-License-Identifier: GPL-2.0
/*
 * Which implementations of an algorithm may be used.
 *
 * By default only software: drivers of accelerators have had more than their
 * share of memory bugs, and user space can always do better than a trip
 * through the kernel to a device. What the caller of bind() asks for in
 * salg_feat and salg_mask does not count, as in Linux 7.2 and later.
 *
 * Linux 7.2 masks CRYPTO_ALG_ASYNC too. That must not be done here: on older
 * kernels the SIMD implementations, such as AES-NI, carry that flag, and the
 * generic C code, many times slower, would be taken in their place.
 */
#include "policy.h"

#include <linux/crypto.h>
#include <linux/module.h>

static bool allow_drivers;
module_param(allow_drivers, bool, 0644);
MODULE_PARM_DESC(allow_drivers,
		 "also use drivers of crypto accelerators, not only software (default: no)");

u32 ac_policy_mask(void)
{
	return READ_ONCE(allow_drivers) ? 0 : CRYPTO_ALG_KERN_DRIVER_ONLY;
}
