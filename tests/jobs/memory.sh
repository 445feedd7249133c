#!/bin/bash
# Memory pressure: a guest of 256 MiB whose memory is taken, a cgroup with a
# limit, and the OOM killer, which shows a call trace for each process it ends.
# limit: 300
# memory: 256
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: memory
# allow: Call Trace:

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

unrestrict
point "modprobe algif_copy" modprobe algif_copy
export AC_MODE=copy
merge "pressure:" /t/memory/pressure
point "rmmod algif_copy" rmmod algif_copy
plan
