# shellcheck shell=bash
# A file that is open read-only, and how it comes by being spliced into AF_ALG.
# Sourced by jobs together with tap.bash, never run.

# Stock kernels before the fix of CVE-2026-31431, which came with 5.10.251-2,
# 6.1.170, 6.12.85 and 7.0: Debian's, and those that tests/vm/small makes. Of one that
# was brought (tests/run -K) nobody knows.
known_corruption() {
	if [ -n "${AC_OWN:-}" ]; then
		echo unknown
		return
	fi
	case $AC_RELEASE in
	5.10.0-[123][0-9]-* | 5.10.0-4[0-2]-*) echo 1 ;;
	5.10.2[0-4][0-9]-builtin) echo 1 ;;
	6.1.0-[123][0-9]-* | 6.1.0-4[0-6]-*) echo 1 ;;
	6.12.[1-7][0-9]+* | 6.12.8[0-4]+*) echo 1 ;;
	6.1[678].* | 6.19.[0-9]+*) echo 1 ;;
	*) echo 0 ;;
	esac
}

# make_disk TYPE: a file system on a loop device, so that a file can leave the
# page cache and be read from its disk again. mount -o loop has the device open
# for writing as it mounts, which not every kernel allows. A kernel that was brought
# may have another one of the types.
make_disk() {
	local device type
	truncate -s 8M /tmp/disk.img &&
		mke2fs -q -t ext2 /tmp/disk.img &&
		modprobe loop && mkdir -p /tmp/disk &&
		device=$(losetup -f --show /tmp/disk.img) || return
	for type in "$1" ${AC_OWN:+ext2 ext4}; do
		! mount -t "$type" "$device" /tmp/disk || return 0
	done
	return 1
}

# check LABEL stock|copy [TYPE:NAME...]: all algorithms by default.
check() {
	local label=$1
	export AC_MODE=$2
	shift 2
	AC_KNOWN_CORRUPTION=0
	[ "$AC_MODE" = copy ] || AC_KNOWN_CORRUPTION=$(known_corruption)
	export AC_KNOWN_CORRUPTION
	merge "$label" /t/witness/pagecache "/tmp/disk/$AC_MODE" "$@"
}
