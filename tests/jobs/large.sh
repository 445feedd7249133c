#!/bin/bash
# Debian's kcapi-enc and files that do not fit a socket: it splices, looks at no
# count, ends the message and receives. What comes out is the whole or nothing.
# limit: 300
# tree: libkcapi64

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

stock=(algif_hash algif_skcipher algif_aead algif_rng)
enc=(timeout -k 1 10 /t/libkcapi64/bin/kcapi-enc --keyfd 10 -c 'gcm(aes)'
	--iv 000102030405060708090a0b --aad 00112233 --nounpad)
tag=16
export AC_TMP=/tmp/large
in=$AC_TMP/in sealed=$AC_TMP/sealed back=$AC_TMP/back

# Bytes that are neither zeroes nor padding.
make_file() {
	yes 'algif_copy: what is spliced and does not fit' | head -c "$1" >"$in"
	rm -f "$sealed" "$back"
}

run_enc() {
	"${enc[@]}" "$@" 10<"$AC_TMP/key"
}

encrypt() {
	run_enc -e --taglen $tag -i "$in" "$@"
}

# The tag is what the file ends with; what comes back has the AAD in front.
decrypts() {
	local size
	size=$(stat -c %s "$sealed")
	tail -c $tag "$sealed" | od -An -v -tx1 | tr -d ' \n' >"$AC_TMP/tag"
	tail -c +5 "$sealed" | head -c $((size - 4 - tag)) >"$AC_TMP/cipher"
	run_enc -d --tag "$(cat "$AC_TMP/tag")" -i "$AC_TMP/cipher" -o "$back" &&
		tail -c +5 "$back" | cmp - "$in"
}

fails() {
	local status=0
	"$@" || status=$?
	echo "status $status"
	# 124 and 137 are those of a program that did not end.
	[ $status != 0 ] && [ $status != 124 ] && [ $status != 137 ]
}

# kcapi-enc makes the file as large as the result will be, before it sends.
only_zeroes() {
	[ -z "$(tr -d '\0' <"$1" | head -c 1)" ]
}

fits() {
	make_file "$1"
	point "$1 bytes: encrypted" encrypt -o "$sealed"
	point "$1 bytes: the file has text, AAD and tag" \
		[ "$(stat -c %s "$sealed")" = $(($1 + 4 + tag)) ]
	point "$1 bytes: and they come back" decrypts
}

does_not_fit() {
	make_file "$1"
	point "$1 bytes: an error" fails encrypt -o "$sealed"
	point "$1 bytes: nothing is in the file" only_zeroes "$sealed"
	encrypt >"$AC_TMP/out" 2>/dev/null
	point "$1 bytes, to the standard output: nothing" [ ! -s "$AC_TMP/out" ]
}

mkdir -p "$AC_TMP"
printf 'algif_copy large' >"$AC_TMP/key"
unrestrict
point "modprobe the stock types" modprobe -a "${stock[@]}"
make_file 300000
status=0
encrypt -o "$sealed" >/dev/null 2>&1 || status=$?
echo "# the stock types, 300000 bytes: status $status (124: it hangs)"
point "modprobe algif_copy" modprobe algif_copy
for size in 100000 200000; do
	fits $size
done
for size in 213000 300000 1000000; do
	does_not_fit $size
done
fits 150000
point "rmmod algif_copy" rmmod algif_copy
plan
