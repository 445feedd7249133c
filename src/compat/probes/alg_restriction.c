// SPDX-License-Identifier: GPL-2.0
// 7.3: af_alg checks names against the list of a type.
#include <crypto/if_alg.h>

int probe(void);
int probe(void)
{
	static const struct af_alg_allowlist_entry list[] = {
		{ "name", AF_ALG_UNPRIVILEGED },
		{ }
	};

	return af_alg_check_restriction("name", list);
}
