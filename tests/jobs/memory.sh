#!/bin/bash
# Memory pressure: a guest of 256 MiB whose memory is taken, a cgroup with a
# limit, and the OOM killer, which shows a call trace for each process it ends; and
# all types with nothing but single pages of memory free.
# limit: 300
# memory: 256
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: memory
# modules: bench
# allow: Call Trace:

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

# Of what the log says from now on.
mark() {
	marked=$(dmesg | wc -l)
}

# One that is not needed must not be heard of.
allocation_failed() {
	dmesg | tail -n "+$((marked + 1))" | grep -A 30 'page allocation failure'
}

unrestrict
point "modprobe algif_copy" modprobe algif_copy
export AC_MODE=copy
merge "pressure:" /t/memory/pressure
point "rmmod algif_copy" rmmod algif_copy
point "modprobe ac_fragment" modprobe ac_fragment
point "modprobe ${stock[*]}" modprobe -a "${stock[@]}"
mark
merge "single pages:" /t/memory/single
point "no allocation failed" refuses allocation_failed
point "rmmod algif_copy" rmmod algif_copy
point "nothing of the stock modules is left in use" stock_idle
plan
