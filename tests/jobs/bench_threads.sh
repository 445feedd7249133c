#!/bin/bash
# How the throughput grows with threads and processors, on the stock modules and on
# algif_copy. This is time, not instructions: it says something on an idle host
# with two processors, and little on a busy one.
# limit: 300
# smp: 2
# tree: bench
#
# Lines "#= ..." are rows of the table that tests/bench/report makes.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

rows=/tmp/rows

measure() {
	/t/bench/threads >/tmp/measured && sed "s/^/-,$1,/" /tmp/measured >>$rows
}

unrestrict
for round in 1 2; do
	modprobe -a algif_hash algif_skcipher
	point "stock, round $round" measure "stock$round"
	point "modprobe algif_copy" modprobe algif_copy
	point "algif_copy, round $round" measure "copy$round"
	point "rmmod algif_copy" rmmod algif_copy
done
sed 's/^/#= /' $rows
plan
