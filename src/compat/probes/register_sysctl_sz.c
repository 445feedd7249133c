// SPDX-License-Identifier: GPL-2.0
// 6.6: a table of a sysctl is registered with its size; before, an empty entry ends it.
#include <linux/sysctl.h>

struct ctl_table_header *probe(struct ctl_table *table);
struct ctl_table_header *probe(struct ctl_table *table)
{
	return register_sysctl_sz("crypto", table, 1);
}
