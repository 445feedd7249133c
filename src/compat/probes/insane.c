// SPDX-License-Identifier: GPL-2.0
// Must not compile: if it does, any answer would be yes.

int probe(void)
{
	return af_alg_no_such_thing(0);
}
