#!/bin/bash
# The same random sequences of calls on the stock types and on algif_copy, in one
# boot: every outcome is compared. A sample, or with AC_LONG a million steps.
# limit: 900 14000
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: diff
#
#   diff.sh [SEED [STEPS]]
#   diff.sh shrink SEED...

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

stock=(algif_hash algif_skcipher algif_aead algif_rng)
differ=/t/diff/differ

# All that the kernel has, but what tests or measures and does not stay.
load_algorithms() {
	local name
	find "/lib/modules/$(uname -r)/kernel" -path '*/crypto/*.ko' \
		! -path '*/drivers/*' -printf '%f\n' |
		grep -vE '^(tcrypt|pcrypt|cryptd|algif_.*)\.ko$' |
		while read -r name; do
			modprobe -q "${name%.ko}" || echo "not loaded: ${name%.ko}"
		done
}

# A name that no module has would start modprobe each time.
no_modprobe() {
	echo >/proc/sys/kernel/modprobe
}

# Lists of the stock types are counted there: a queue of megabytes needs more.
allow_megabytes() {
	echo $((16 << 20)) >/proc/sys/net/core/optmem_max
}

# compare SEED STEPS
compare() {
	echo "# seed $1, $2 steps"
	$differ stock /tmp/algorithms /tmp/records "$1" "$2"
	point "modprobe algif_copy" modprobe algif_copy
	merge "" $differ copy /tmp/algorithms /tmp/records "$1" "$2"
}

shrink() {
	point "modprobe algif_copy" modprobe algif_copy
	$differ shrink /tmp/algorithms "$@"
}

unrestrict
load_algorithms 2>&1 | sed 's/^/# /'
point "modprobe the stock types" modprobe -a "${stock[@]}"
no_modprobe
allow_megabytes
$differ list /tmp/algorithms || exit 1
if [ "${1:-}" = shrink ]; then
	shrink "${@:2}"
elif [ -n "${AC_LONG:-}" ]; then
	compare "${1:-1000000}" "${2:-1000000}"
else
	compare "${1:-1}" "${2:-20000}"
fi
point "rmmod algif_copy" rmmod algif_copy
echo "# at $(cut -d' ' -f1 /proc/uptime) s"
plan
