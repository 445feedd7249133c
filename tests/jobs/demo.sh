#!/bin/bash
# What `make demo` shows: the hole and how it is closed, on a kernel that has it.
# limit: 170
# tree: witness helpers libkcapi64
# modules: witness
#
# Lines that are not TAP are the text of the show; tests/demo prints both.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"

tools=/t/libkcapi64/bin
file=/tmp/disk/read-only
tried=(
	"aead:authencesn(hmac(sha256),cbc(aes))"
	"aead:gcm(aes)"
	"skcipher:cbc(aes)"
	"hash:sha256"
)
types=(hash skcipher aead)
declare -A pages bytes

say() {
	printf '%s\n' "$@"
}

# The programs print TAP of their own; the show needs their figures.
look() {
	local known=0
	[ "$1" = copy ] || known=1
	export AC_MODE=$1
	AC_KNOWN_CORRUPTION=$known /t/witness/pagecache "$file" "${tried[@]}" \
		>"/tmp/pagecache.$1" 2>&1
	/t/witness/drive /tmp >"/tmp/drive.$1" 2>&1
	read_figures "$1"
}

read_figures() {
	local name type
	for name in "${tried[@]}"; do
		bytes[$1 $name]=$(grep -F " ${name/:/ }: " "/tmp/pagecache.$1" |
			sed -nE 's/.*file unchanged.*/unchanged/p
				s/.*file CHANGED by [0-9]+, ([0-9]+) bytes.*/\1 BYTES CHANGED/p')
	done
	for type in "${types[@]}"; do
		pages[$1 $type]=$(sed -nE "s/^# in all, $type: ([0-9]+) foreign, ([0-9]+) shared, ([0-9]+) own.*/\1 \2 \3/p" \
			"/tmp/drive.$1")
	done
}

row() {
	printf '  %-44s %-18s %-18s\n' "$@"
}

# Shared ones are pages with a second owner that has no other mark.
of_all() {
	local foreign shared own
	read -r foreign shared own <<<"$1"
	echo "$((foreign + shared)) of $((foreign + shared + own))"
}

show_table() {
	local name type
	row "" "stock modules" "algif_copy"
	row "" "-------------" "----------"
	say "A file that is open read-only, after its pages" \
		"were spliced into operations by user nobody:"
	for name in "${tried[@]}"; do
		row "${name#*:}" "${bytes[stock $name]}" "${bytes[copy $name]}"
	done
	say "Pages that belong to someone else, of all pages" \
		"that the crypto code was given:"
	for type in "${types[@]}"; do
		row "$type" "$(of_all "${pages[stock $type]}")" \
			"$(of_all "${pages[copy $type]}")"
	done
}

foreign() {
	local -a n
	read -r -a n <<<"${pages[$*]}"
	[ ${#n[@]} = 3 ] && [ "${n[2]}" -ge 0 ] && echo $((n[0] + n[1]))
}

stock_shows_hole() {
	grep '^not ok' /tmp/pagecache.stock /tmp/drive.stock && return 1
	[[ ${bytes[stock ${tried[0]}]} == *CHANGED ]] &&
		[ "$(foreign stock hash)" -gt 0 ] &&
		[ "$(foreign stock skcipher)" -gt 0 ] &&
		[ "$(foreign stock aead)" -gt 0 ]
}

copy_unchanged() {
	local name
	for name in "${tried[@]}"; do
		[ "${bytes[copy $name]}" = unchanged ] || return 1
	done
	! grep '^not ok' /tmp/pagecache.copy
}

copy_only_own() {
	local type
	for type in "${types[@]}"; do
		[ "$(foreign copy "$type")" = 0 ] || return 1
	done
	! grep '^not ok' /tmp/drive.copy
}

prepare() {
	truncate -s 8M /tmp/disk.img &&
		mkfs.ext4 -q -O ^has_journal /tmp/disk.img && modprobe loop &&
		mkdir -p /tmp/disk && mount -o loop /tmp/disk.img /tmp/disk &&
		modprobe -a "${stock[@]}" authencesn &&
		modprobe ac_witness hash="hmac(sha256) sha256" \
			skcipher="cbc(aes) ctr(aes)" aead="gcm(aes)"
}

# Each is compared with what a program says that does not use the kernel.
try_tools() {
	local sum
	head -c 100000 /dev/urandom >/tmp/data
	sum=$(sha256sum </tmp/data | cut -d' ' -f1)
	point "kcapi-dgst -c sha256: same as sha256sum" \
		[ "$($tools/kcapi-dgst -q -c sha256 --hex </tmp/data)" = "$sum" ]
	ln -s $tools/kcapi-hasher /tmp/sha256sum
	point "kcapi-hasher as sha256sum: same as sha256sum" \
		[ "$(/tmp/sha256sum /tmp/data | cut -d' ' -f1)" = "$sum" ]
	point "kcapi-enc -c cbc(aes): OpenSSL can decrypt it" try_cipher
	point "kcapi-rng: 32 bytes" \
		[ "$($tools/kcapi-rng -b 32 | wc -c)" = 32 ]
}

try_cipher() {
	local key=000102030405060708090a0b0c0d0e0f iv=0123456789abcdef0123456789abcdef
	printf '%s' $key | xxd -r -p >/tmp/key
	$tools/kcapi-enc -q -e -c 'cbc(aes)' --iv $iv --keyfd 3 \
		-i /tmp/data -o /tmp/data.enc 3</tmp/key &&
		openssl enc -d -aes-128-cbc -K $key -iv $iv -nopad \
			-in /tmp/data.enc | head -c 100000 | cmp - /tmp/data
}

# A keeper of its own, beside the one that has the old sockets.
served_by_copy() {
	bash -c '. /t/jobs/tap.bash; . /t/jobs/keeper.bash; served_by algif_copy'
}

keeper_end() {
	keeper_ask && keeper_stop
}

say "" "Linux $(uname -r), AF_ALG by the modules that came with it."
point "the guest is ready" prepare
point "a program uses all four types" keeper_start
look stock

say "" "algif_copy is loaded while that program keeps its sockets open."
point "modprobe algif_copy" modprobe algif_copy
dmesg | sed -n 's/^\[[^]]*\] \(algif_copy: \)/  \1/p'
point "the program goes on with its old sockets" keeper_ask
point "new sockets are served by algif_copy" served_by_copy
look copy

say ""
show_table
say ""
point "stock: the file was changed, pages of others were used" stock_shows_hole
point "algif_copy: the file was never changed" copy_unchanged
point "algif_copy: not one page of anyone else was used" copy_only_own

say "" "Programs of libkcapi, unmodified, on algif_copy:"
try_tools

say "" "algif_copy is removed again."
point "the program with the old sockets still works, and ends" keeper_end
point "rmmod algif_copy" rmmod algif_copy
point "the stock modules serve again" served_by algif_hash
plan
