// SPDX-License-Identifier: GPL-2.0
/*
 * What the four AF_ALG types have in common.
 */
#include "type.h"

#include <linux/string.h>

struct ac_type *const ac_types[AC_TYPES] = {
	&ac_hash_type, &ac_skcipher_type, &ac_aead_type, &ac_rng_type
};

struct ac_type *ac_type_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < AC_TYPES; i++)
		if (!strcmp(ac_types[i]->alg.name, name))
			return ac_types[i];
	return NULL;
}
