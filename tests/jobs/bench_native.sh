#!/bin/bash
# How long operations take, measured inside a kernel that runs at the machine's own
# speed (User Mode Linux), on the stock modules and on algif_copy in turn.
# limit: 300
# memory: 512
# tree: bench
# modules: bench
#
# One boot says little: what is compared is the least time of many.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/rounds.bash
. "${BASH_SOURCE[0]%/*}/rounds.bash"

modprobe -a algif_hash algif_skcipher algif_aead algif_rng
point "modprobe ac_drive" modprobe ac_drive
in_turn c /t/bench/speed -d
plan
