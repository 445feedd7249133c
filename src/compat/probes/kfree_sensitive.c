// SPDX-License-Identifier: GPL-2.0
// 5.9 (and RHEL 8.4): kzfree() is renamed.
#include <linux/slab.h>

void probe(const void *p);
void probe(const void *p)
{
	kfree_sensitive(p);
}
