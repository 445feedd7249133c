// SPDX-License-Identifier: GPL-2.0
/* pick.c - see pick.h. */
#include "pick.h"

uint32_t pick_next(struct rng *r)
{
	uint64_t z = r->s += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return (z ^ (z >> 31)) >> 16;
}

uint32_t some_len(struct rng *r, int chunk)
{
	static const uint32_t border[] = {
		0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255,
		256, 257, 511, 512, 513, 1023, 1024, 1025,
	};
	static const uint32_t page[] = { 4096, 4096, 8192, 12288 };
	static const uint32_t large[] = { 16384, 32768, 65536 };

	switch (below(r, 100)) {
	case 0 ... 39:
		return below(r, 256);
	case 40 ... 54:
		return border[below(r, sizeof(border) / sizeof(border[0]))];
	case 55 ... 84:
		return chunk * below(r, chunk > 32 ? 4 : 16);
	case 85 ... 97:
		return page[below(r, 4)] + below(r, 35) - 17;
	case 98:
		return below(r, 20000);
	default:
		return large[below(r, 3)] + below(r, 35) - 17;
	}
}
