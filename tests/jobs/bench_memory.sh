#!/bin/bash
# How much memory sockets hold, on the stock modules and on algif_copy.
# limit: 600
# tree: bench
# modules: bench
#
# Lines "#= ..." are rows of the table that tests/bench/report makes.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

rows=/tmp/rows

# The first time brings in what stays: caches of slab objects, modules.
measure() {
	/t/bench/memory >/tmp/measured && /t/bench/memory >/tmp/measured &&
		sed "s/^/-,$1,/" /tmp/measured >>$rows
}

# held MODULE ALGORITHM STATE BYTES: bytes
held() {
	awk -F'"' -v front="-,$1,memory," -v name="$2" -v back=",$3,$4," \
		'$1 == front && $2 == name && index($3, back) == 1 {
			sub(/.*,/, "", $3); print $3 }' $rows
}

# holds ALGORITHM STATE BYTES SHARE: at most that share, in per cent, of the stock's
holds() {
	local copy stock
	copy=$(held copy1 "$1" "$2" "$3")
	stock=$(held stock1 "$1" "$2" "$3")
	echo "$copy of $stock bytes"
	[ -n "$copy" ] && [ -n "$stock" ] && [ $((100 * copy)) -le $(($4 * stock)) ]
}

unrestrict
modprobe -a algif_hash algif_skcipher algif_aead aesni_intel ghash_clmulni_intel
point "stock" measure stock1
point "modprobe algif_copy" modprobe algif_copy
point "algif_copy" measure copy1
point "rmmod algif_copy" rmmod algif_copy
for algorithm in 'ecb(cipher_null)' 'gcm(aes)'; do
	point "$algorithm: no more than stock while 64 KiB are pending" \
		holds "$algorithm" pending 65536 100
	# The buffer for small messages is there from the beginning.
	point "$algorithm: no page while it is idle" holds "$algorithm" idle 0 200
	point "$algorithm: no page after 16 bytes" holds "$algorithm" used 16 200
done
sed 's/^/#= /' $rows
plan
