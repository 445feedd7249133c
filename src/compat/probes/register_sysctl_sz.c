// SPDX-License-Identifier: GPL-2.0
// 6.6: sysctl tables have a size; before, an empty entry ends them.
#include <linux/sysctl.h>

struct ctl_table_header *probe(struct ctl_table *table);
struct ctl_table_header *probe(struct ctl_table *table)
{
	return register_sysctl_sz("crypto", table, 1);
}
