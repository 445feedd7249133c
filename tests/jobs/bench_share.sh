#!/bin/bash
# What two processors share when threads use sockets of their own, on the stock modules
# and on algif_copy: tests/bench/share.c looks on.
# limit: 600
# smp: 2
# mitigations: auto
# cpu: max,-rdrand,-rdseed,-erms,-fsrm
# tree: bench
# modules: bench

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

# The file of QEMU's plug-in has a span for each of these lines.
measure() {
	/t/bench/threads -c >/tmp/spans && sed "s/^span/#@ span $1/" /tmp/spans
}

unrestrict
modprobe -a algif_hash algif_skcipher
measure stock1 >/tmp/stock
point "stock" [ -s /tmp/stock ]
point "modprobe algif_copy" modprobe algif_copy
measure copy1 >/tmp/copy
point "algif_copy" [ -s /tmp/copy ]
cat /tmp/stock /tmp/copy
awk 'tolower($2) == "t" { print $1, $3, $4 }' /proc/kallsyms | gzip | base64 | sed 's/^/#: /'
plan
