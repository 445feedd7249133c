#!/bin/bash
# How the throughput grows with threads and processors, on the stock modules and on
# algif_copy. This is time, not instructions: it says something on an idle host
# with two processors, and little on a busy one.
# limit: 300
# smp: 2
# mitigations: auto
# tree: bench
# modules: bench

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"
# shellcheck source=tests/jobs/rounds.bash
. "${BASH_SOURCE[0]%/*}/rounds.bash"

unrestrict
point "modprobe the stock types" modprobe -a algif_hash algif_skcipher
in_turn - /t/bench/threads
plan
