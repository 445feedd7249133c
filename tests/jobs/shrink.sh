#!/bin/bash
# Idle sockets give their buffers back when memory is short.
# limit: 300
# memory: 256
# tree: bench

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

unrestrict
point "modprobe algif_copy" modprobe algif_copy
merge "" /t/bench/shrink
point "rmmod algif_copy" rmmod algif_copy
plan
