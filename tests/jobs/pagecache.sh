#!/bin/bash
# A file that is open read-only does not change by being spliced into AF_ALG.
# limit: 900
# tree: witness
#
#   pagecache.sh [stock|copy]	both, one after the other, by default
#
# All algorithms that the kernel has are loaded first; see
# tests/witness/pagecache.c for what is done with them.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"
# shellcheck source=tests/jobs/disk.bash
. "${BASH_SOURCE[0]%/*}/disk.bash"

# All but the test module and what wants hardware: those load or say no.
load_algorithms() {
	find "/lib/modules/$AC_RELEASE/kernel" -path '*/crypto/*' \
		! -path '*/drivers/*' \
		-name '*.ko' ! -name 'tcrypt.ko' ! -name 'algif_*' \
		-printf '%f\n' | sed 's/\.ko$//' |
		while read -r module; do
			modprobe -q "$module"
		done
}

# Names that nothing has are then known to be missing without a search for
# modules, which a guest spends most of its time on otherwise.
forbid_loading() {
	echo /bin/false >/proc/sys/kernel/modprobe
}

modes=${1:-stock copy}
unrestrict
point "a disk of its own" make_disk ext4
load_algorithms 2>/tmp/load
modprobe -a algif_hash algif_skcipher algif_aead
for mode in $modes; do
	[ "$mode" = stock ] || point "modprobe algif_copy" modprobe algif_copy
	forbid_loading
	check "$mode:" "$mode"
done
plan
