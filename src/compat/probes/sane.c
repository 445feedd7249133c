// SPDX-License-Identifier: GPL-2.0
// Must compile: if it does not, probing itself is broken.
#include <crypto/if_alg.h>

int probe(void);
int probe(void)
{
	return af_alg_release(NULL);
}
