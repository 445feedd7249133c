#!/bin/bash
# An operation again and again, until the host has seen enough of it: see
# tests/bench/profile.
# limit: 120
# icount: yes
# emulator: bookworm
# mitigations: auto
# cpu: max,-rdrand,-rdseed,-erms,-fsrm
# tree: bench
# modules: bench
#
#   bench_profile.sh stock|copy TYPE ALGORITHM PATH BYTES

modprobe -a algif_hash algif_skcipher algif_aead algif_rng
[ "$1" = stock ] || modprobe algif_copy
shift
# Ends when the host does.
/t/bench/speed -p "$@" &
sleep 0.01
echo "symbols"
awk 'tolower($2) == "t" { print $1, $3, $4 }' /proc/kallsyms | gzip | base64
echo "ready"
wait
