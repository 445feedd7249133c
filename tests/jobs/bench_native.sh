#!/bin/bash
# How long operations take, measured inside a kernel that runs at the machine's own
# speed (User Mode Linux), on the stock modules and on algif_copy in turn.
# limit: 300
# memory: 512
# tree: bench
#
# Lines "#= ..." are rows of the table that tests/bench/report makes. One boot says
# little: what is compared is the least time of many.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"

rows=/tmp/rows

measure() {
	/t/bench/speed -d >/tmp/measured && sed "s/^/c,$1,/" /tmp/measured >>$rows
}

modprobe -a algif_hash algif_skcipher algif_aead algif_rng
point "modprobe ac_drive" modprobe ac_drive
for round in 1 2; do
	point "stock, round $round" measure "stock$round"
	point "modprobe algif_copy" modprobe algif_copy
	point "algif_copy, round $round" measure "copy$round"
	point "rmmod algif_copy" rmmod algif_copy
done
sed 's/^/#= /' $rows
plan
