#!/bin/bash
# The types of AF_ALG built into the kernel: taking their place and giving it back,
# twice, while a program has sockets of theirs open and a file is spliced into
# both. Nothing here may ask for the module of a type but for algif_copy.
# limit: 300
# memory: 512
# cpu: qemu64,+rdrand
# tree: helpers witness tool

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/disk.bash
. "${BASH_SOURCE[0]%/*}/disk.bash"

# One of each type, and the one that the hole was found in.
targets=('hash:sha256' 'skcipher:cbc(aes)' 'aead:gcm(aes)'
	'aead:authencesn(hmac(sha256),cbc(aes))')

no_module() {
	cat /proc/modules
	! grep ^algif_ /proc/modules
}

# There is no use count to look at, but nobody else that could serve.
kernel_serves() {
	no_module && keeper_start && keeper_ask && keeper_stop
}

# Beside the users that keeper.bash starts there is one that was there first.
first_starts() {
	mkfifo /tmp/to /tmp/from
	/t/helpers/keeper </tmp/to >/tmp/from &
	first=$!
	exec {first_to}>/tmp/to {first_from}</tmp/from
	local line
	read -r -t 60 -u "$first_from" line && [ "$line" = ready ]
}

# The functions of keeper.bash for that one.
first() {
	# Read by the function that is called.
	# shellcheck disable=SC2034
	local to=$first_to from=$first_from pid=$first
	"$@"
}

# said_displaced TIMES: since boot, each time for all types; it is loaded twice each.
said_displaced() {
	local each="(bound sockets: unknown)"
	said "in place of built-in hash $each, built-in skcipher $each, built-in aead $each, built-in rng $each\$" |
		tee /tmp/said
	[ "$(wc -l </tmp/said)" = $((2 * $1 - 1)) ] && shows_displaced
}

shows_displaced() {
	local stats=/sys/kernel/debug/algif_copy/stats
	[ -e $stats ] || return 0
	grep '^type ' $stats
	[ "$(grep -c '^type .* displaced=builtin stock_sockets=unknown ' $stats)" = 4 ]
}

take_over() {
	point "load $1: modprobe algif_copy" modprobe algif_copy
	point "the log says that each of the types is built in" said_displaced "$1"
	point "algif_copy serves new sockets" served_by algif_copy
	point "the first program's sockets are served on" first keeper_ask
	check "load $1, algif_copy:" copy "${targets[@]}"
	point "load $1: it is reloaded, and says what that means" reloads
}

# The built-in types serve between the old and the new module, which has to be asked
# for.
reloads() {
	echo 1 >/proc/sys/crypto/af_alg_restrict
	! /t/tool/algif-copy reload || return 1
	/t/tool/algif-copy reload --force >/tmp/reload || return 1
	cat /tmp/reload
	grep -E 'The stock types could be bound for [0-9]+ ms' /tmp/reload &&
		grep 'stock code of rng:' /tmp/reload &&
		grep -x 1 /proc/sys/crypto/af_alg_restrict &&
		echo 0 >/proc/sys/crypto/af_alg_restrict
}

give_back() {
	point "load $1: a program uses algif_copy" keeper_start
	point "rmmod algif_copy is refused" refuses rmmod algif_copy
	point "that program is served on" keeper_ask
	point "it ends" keeper_stop
	point "rmmod algif_copy" rmmod algif_copy
	point "the built-in types serve new sockets" kernel_serves
	point "the first program's sockets are served on" first keeper_ask
	check "load $1, given back:" stock "${targets[@]}"
}

point "a disk of its own" make_disk ext2
point "all four types are built in" built_in
point "they serve, without a module" kernel_serves
point "a program opens sockets" first_starts
point "which are served" first keeper_ask
check "built in:" stock "${targets[@]}"
for load in 1 2; do
	take_over $load
	give_back $load
done
point "the program ends" first keeper_stop
plan
