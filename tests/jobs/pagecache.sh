#!/bin/bash
# A file that is open read-only does not change by being spliced into AF_ALG.
# limit: 900
# tree: witness
#
#   pagecache.sh [stock|copy]	both, one after the other, by default
#
# The file lives on ext4 on a loop device, so that it can leave the page cache
# and be read from its disk again. All algorithms that the kernel has are
# loaded first; see tests/witness/pagecache.c for what is done with them.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

# Debian's stock kernels before the fix of CVE-2026-31431, which came with
# 5.10.251-2, 6.1.170, 6.12.85 and 7.0.
known_corruption() {
	case $AC_RELEASE in
	5.10.0-[123][0-9]-* | 5.10.0-4[0-2]-*) echo 1 ;;
	6.1.0-[123][0-9]-* | 6.1.0-4[0-6]-*) echo 1 ;;
	6.12.[1-7][0-9]+* | 6.12.8[0-4]+*) echo 1 ;;
	6.1[678].* | 6.19.[0-9]+*) echo 1 ;;
	*) echo 0 ;;
	esac
}

make_disk() {
	truncate -s 8M /tmp/disk.img &&
		mkfs.ext4 -q -O ^has_journal /tmp/disk.img &&
		modprobe loop && mkdir -p /tmp/disk &&
		mount -o loop /tmp/disk.img /tmp/disk
}

# All but the test module and what wants hardware: those load or say no.
load_algorithms() {
	find "/lib/modules/$AC_RELEASE/kernel/crypto" \
		"/lib/modules/$AC_RELEASE/kernel/arch/x86/crypto" \
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

check() {
	export AC_MODE=$1
	AC_KNOWN_CORRUPTION=0
	[ "$AC_MODE" = copy ] || AC_KNOWN_CORRUPTION=$(known_corruption)
	export AC_KNOWN_CORRUPTION
	merge "$AC_MODE:" /t/witness/pagecache "/tmp/disk/$AC_MODE"
}

modes=${1:-stock copy}
unrestrict
point "a disk of its own" make_disk
load_algorithms 2>/tmp/load
modprobe -a algif_hash algif_skcipher algif_aead
for mode in $modes; do
	[ "$mode" = stock ] || point "modprobe algif_copy" modprobe algif_copy
	forbid_loading
	check "$mode"
done
plan
