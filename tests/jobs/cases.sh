#!/bin/bash
# All case programs on the stock types, then on algif_copy loaded on top of
# them while they are in use, then a look whether stock serves again.
# limit: 1500
# memory: 640
# tree: cases cases32 helpers
#
#   cases.sh [stock|copy] [64] [CASE]
#   cases.sh [stock|copy] short
#
# Only in one of the two modes; only as 64-bit programs; only the case program of
# that name. Short are those that ask what each type does, and what templates do in
# one another, of 64 bit.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"

# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

modes='stock copy'
case ${1:-} in
stock | copy)
	modes=$1
	shift
	;;
esac
bits='64 32'
if [ "${1:-}" = 64 ]; then
	bits=64
	shift
fi
only=${1:-*}
if [ "$only" = short ]; then
	bits=64
	only='@(0[1-7]|10|14|17|29)-*'
	shopt -s extglob
fi

# A program limits itself; this is for one that can not.
run_cases() {
	local dir=$1 label=$2 program before
	for program in "$dir"/$only; do
		if [ ! -e "$program" ]; then
			echo "# $label: ${program##*/} is not built for it"
			continue
		fi
		before=$(dmesg_bad)
		merge "$AC_MODE $label ${program##*/}:" timeout -k 5 300 "$program"
		[ "$(dmesg_bad)" = "$before" ] ||
			point "$AC_MODE $label ${program##*/}: no kernel warning" false
	done
}

# Which case it was that the kernel complained about.
dmesg_bad() {
	dmesg | grep -cE 'BUG|WARNING|Oops|Call [Tt]race'
}

run_mode() {
	export AC_MODE=$1
	[[ $modes == *"$1"* ]] || return 0
	run_cases /t/cases 64
	[ "$bits" != 64 ] || return 0
	case $(uname -rm) in
	*-uml-*) echo "# User Mode Linux runs no 32-bit programs" ;;
	*' x86_64') run_cases /t/cases32 32 ;;
	*) echo "# $(uname -m): no 32-bit programs are built for it" ;;
	esac
}

take_over() {
	point "a user of the stock types starts" keeper_start
	stock_point "the stock modules are in use" stock_used
	point "it is served" keeper_ask
	point "modprobe algif_copy" modprobe algif_copy
	[ -e /sys/module/algif_copy ] || return 1
	point "algif_copy says what it serves" \
		said "serving hash, skcipher, aead, rng"
	point "the user's old sockets are served on" keeper_ask
	point "the old user ends" keeper_stop
	stock_point "no stock module can be removed" stock_pinned
	point "algif_copy serves new sockets" served_by algif_copy
}

give_back() {
	point "a user of algif_copy starts" keeper_start
	point "it is served" keeper_ask
	point "rmmod algif_copy is refused while it is in use" \
		refuses rmmod algif_copy
	point "it is served after the refusal" keeper_ask
	point "this user ends" keeper_stop
	point "rmmod algif_copy" rmmod algif_copy
	stock_point "the stock modules are idle" stock_idle
	stock_point "stock serves again" served_by "${stock[@]}"
	stock_point "the stock modules can be removed" rmmod "${stock[@]}"
}

unrestrict
point "modprobe ${stock[*]}" modprobe -a "${stock[@]}"
run_mode stock
if take_over; then
	run_mode copy
	give_back
fi
plan
