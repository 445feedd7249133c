#!/bin/bash
# Loading and unloading: with the stock types absent, with one of them loaded,
# with all of them loaded and in use; over and over under load; with arguments
# that are wrong; with a step that fails. Afterwards stock serves as before.
#
#   takeover.sh [ROUNDS]	of loading under load (20)
#
# limit: 300
# smp: 2
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: helpers

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

# What the processor's own instructions serve. QEMU's mainframe has SHA-512 of CPACF
# and no AES.
simd_use=(skcipher 'ecb(aes)')
case $(uname -m) in
x86_64 | i686)
	simd_module=aesni_intel
	simd_driver=ecb-aes-aesni
	;;
aarch64)
	simd_module=aes-ce-blk
	simd_driver=ecb-aes-ce
	;;
armv7l)
	simd_module=aes-arm-bs
	simd_driver=ecb-aes-neonbs
	;;
ppc64le)
	simd_module=vmx-crypto
	simd_driver=p8_aes_cbc
	simd_use=(skcipher 'cbc(aes)')
	;;
s390x)
	simd_module=sha512_s390
	simd_driver=sha512-s390
	simd_use=(hash sha512)
	;;
*) simd_module=none ;;
esac

remove_stock() {
	local name
	for name in "${stock[@]}"; do
		[ ! -e "/sys/module/$name" ] || rmmod "$name" || return 1
	done
}

load_and_unload() {
	local what=$1
	point "$what: modprobe algif_copy" modprobe algif_copy
	point "$what: algif_copy serves" served_by algif_copy
	point "$what: what is there of stock is pinned" stock_pinned
	point "$what: rmmod algif_copy" rmmod algif_copy
	point "$what: nothing is left pinned" remove_stock
	point "$what: stock serves again" served_after_bind
}

# served_by() needs the modules in place to read their counts.
served_after_bind() {
	modprobe -a "${stock[@]}" && served_by "${stock[@]}"
}

refused_argument() {
	refuses modprobe algif_copy "$1" && [ ! -e /sys/module/algif_copy ]
}

bad_arguments() {
	local argument
	for argument in allow_drivers=banana allow_drivers=-7; do
		point "$argument is refused" refused_argument "$argument"
		point "the log names the parameter" said "${argument%=*}"
		point "stock serves on" served_by "${stock[@]}"
	done
	point "allow_drivers=1 is taken" modprobe algif_copy allow_drivers=1
	point "and shown" grep -x Y /sys/module/algif_copy/parameters/allow_drivers
	point "algif_copy goes" rmmod algif_copy
}

# Which of the types has no algorithm at all.
lacking() {
	local type
	for type in aead rng; do
		grep "^type *: $type\$" /proc/crypto >/tmp/lacking || break
	done
	echo "$type"
	[ ! -s /tmp/lacking ]
}

# Whoever binds a type that comes before the one that fails must not get ours: it is
# gone in a moment, whoever uses it.
refused_often() {
	local round
	for ((round = 0; round < 5; round++)); do
		refuses modprobe algif_copy 2>/tmp/refused || return 1
	done
}

refused_beside_users() {
	rm -f /tmp/enough
	/t/helpers/traffic /tmp/enough 2 hash >/tmp/traffic 2>&1 &
	point "refused 5 times beside users of a type before it" refused_often
	touch /tmp/enough
	point "each of their operations was served, and right" wait $!
	sed 's/^/# /' /tmp/traffic
	rm /tmp/enough
}

# A step that fails: soon after boot there is no AEAD but those of the CPU (on
# 7.3, which has AES-GCM built in, no generator), and none can be loaded now, so
# that the third (or fourth) of the four types cannot be held.
failing_step() {
	local modprobe type
	modprobe=$(cat /proc/sys/kernel/modprobe)
	modprobe -a "${stock[@]}"
	modprobe -q -r "$simd_module"
	modprobe -a sha256 sha1 hmac 2>/tmp/modprobe
	if [ -n "${AC_OWN:-}" ] && ! lacking >/tmp/point; then
		skip "a type that cannot be held" "each has algorithms that are built in"
		modprobe -r "${stock[@]}"
		return
	fi
	point "there is a type without algorithms" lacking
	type=$(lacking)
	echo /bin/false >/proc/sys/kernel/modprobe
	point "a type that cannot be held: refused" refuses modprobe algif_copy
	refused_beside_users
	echo "$modprobe" >/proc/sys/kernel/modprobe
	point "the log names the type, $type, and says what to do" \
		said "cannot pin the registered $type type: .*; load one of them"
	point "all steps before are undone: stock serves" served_by "${stock[@]}"
	point "nothing is left pinned" remove_stock
}

# The user's algorithm is the CPU's, not the generic C code: on older kernels it may
# be marked asynchronous, and a mask of that flag would lose it.
simd_serves() {
	local count line
	modprobe "$simd_module" || return 1
	coproc binder { exec /t/helpers/binder -a "${simd_use[@]}"; }
	# shellcheck disable=SC2154
	pid=$binder_PID
	keep_ends "${binder[@]}"
	read -r -t 60 -u "$from" line
	count=$(awk -v driver="$simd_driver" '$1 == "driver" { d = $3 }
		$1 == "refcnt" && d == driver { print $3 }' /proc/crypto)
	keeper_stop
	echo "references to $simd_driver: $count"
	[ "${count:-0}" -gt 1 ]
}

implementations() {
	point "stock uses the SIMD implementation" simd_serves
	point "modprobe algif_copy" modprobe algif_copy
	point "algif_copy uses it too" simd_serves
	point "algif_copy goes" rmmod algif_copy
}

# A crowd of users that come and go: at any moment one of the two serves.
crowd() {
	while [ ! -e /tmp/enough ]; do
		echo go | timeout 60 /t/helpers/keeper
	done
}

crowd_was_served() {
	sort "$@" | uniq -c
	[ "$(sort -u "$@" | tr '\n' ' ')" = 'good ready ' ]
}

# rmmod is refused as long as one of the crowd holds a socket of algif_copy.
reload_once() {
	local try
	modprobe algif_copy || return 1
	for ((try = 0; try < 500; try++)); do
		! rmmod algif_copy 2>/tmp/rmmod || return 0
	done
	cat /tmp/rmmod
	return 1
}

reload_often() {
	local round
	for ((round = 0; round < rounds; round++)); do
		reload_once || return 1
	done
}

under_load() {
	crowd >/tmp/crowd.1 2>&1 &
	crowd >/tmp/crowd.2 2>&1 &
	point "$rounds times loaded and unloaded under a crowd of users" reload_often
	touch /tmp/enough
	wait
	point "each of the crowd was served" crowd_was_served /tmp/crowd.*
	point "nothing is left pinned" remove_stock
}

# Both want ciphers that are modules of their own.
if modinfo "$simd_module" >/tmp/modinfo 2>&1; then
	of_ciphers=true
else
	of_ciphers=false
	echo "# no module $simd_module: neither a type without algorithms nor SIMD"
fi

rounds=${1:-20}
unrestrict
! $of_ciphers || failing_step
load_and_unload "stock absent"
point "stock goes" remove_stock
modprobe algif_skcipher
load_and_unload "one type loaded"
load_and_unload "all loaded"
bad_arguments
! $of_ciphers || implementations
under_load
plan
