// SPDX-License-Identifier: GPL-2.0
// Must not compile: if it does, every probe would answer yes.

int probe(void)
{
	return af_alg_no_such_thing(0);
}
