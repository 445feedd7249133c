/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ledger.h - the CVEs of AF_ALG that a user can reach and algif_copy closes, and which
 * of them a kernel has.
 */
#ifndef AC_LEDGER_H
#define AC_LEDGER_H

#include <stddef.h>

enum ac_ledger_state {
	AC_LEDGER_FIXED,
	AC_LEDGER_OPEN,
	AC_LEDGER_UNKNOWN,	/* the kernel's number does not say */
};

/* NULL after the last. The first, number 0, is that which "check" tries. */
const char *ac_ledger_cve(size_t number);

/* @release and @version as "uname -r" and "uname -v" print them. */
enum ac_ledger_state ac_ledger_find(size_t number, const char *release,
				    const char *version);

#endif
