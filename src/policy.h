/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may use which algorithm, and in which implementation.
 */
#ifndef AC_POLICY_H
#define AC_POLICY_H

#include <linux/types.h>

/**
 * ac_policy_mask() - flags that an implementation must not have
 *
 * Context: any.
 * Return: the mask for crypto_alloc_*(), with a type of 0.
 */
u32 ac_policy_mask(void);

#endif
