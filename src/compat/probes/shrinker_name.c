// SPDX-License-Identifier: GPL-2.0
// 6.0: register_shrinker() takes a name, for debugfs. Gone in 6.7.
#include <linux/fs.h>
#include <linux/shrinker.h>

int probe(struct shrinker *s);
int probe(struct shrinker *s)
{
	return register_shrinker(s, "%s", "probe");
}
