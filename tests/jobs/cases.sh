#!/bin/bash
# All case programs on the stock types, then on algif_copy loaded on top of
# them while they are in use, then a look whether stock serves again.
# limit: 1500
# tree: cases cases32 helpers
#
#   cases.sh [CASE]	only the case program of that name

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"

only=${1:-*}
stock=(algif_hash algif_skcipher algif_aead algif_rng)

# A program limits itself; this is for one that can not.
run_cases() {
	local dir=$1 label=$2 program before
	for program in "$dir"/$only; do
		before=$(dmesg_bad)
		merge "$AC_MODE $label ${program##*/}:" timeout -k 5 300 "$program"
		[ "$(dmesg_bad)" = "$before" ] ||
			point "$AC_MODE $label ${program##*/}: no kernel warning" false
	done
}

# Which case it was that the kernel complained about.
dmesg_bad() {
	dmesg | grep -cE 'BUG|WARNING|Oops|Call Trace'
}

run_both() {
	export AC_MODE=$1
	run_cases /t/cases 64
	run_cases /t/cases32 32
}

# start NAME: a keeper with two open sockets of each type of whoever serves.
start() {
	local line
	coproc keeper { exec /t/helpers/keeper; }
	# The shell sets these, and forgets them when the process ends.
	# shellcheck disable=SC2154
	to=${keeper[1]} from=${keeper[0]} pid=$keeper_PID
	read -r -t 60 -u "$from" line && echo "$line" && [ "$line" = ready ]
}

ask() {
	local line
	echo go >&"$to" && read -r -t 60 -u "$from" line && echo "$line" &&
		[ "$line" = good ]
}

stop() {
	exec {to}>&- {from}<&-
	wait "$pid"
}

refuses() {
	! "$@"
}

said() {
	dmesg | grep -q "algif_copy: .*$1"
}

users() {
	cat "/sys/module/$1/refcnt"
}

# Every stock module is used, or none is.
stock_used() {
	local name
	for name in "${stock[@]}"; do
		echo "$name: $(users "$name")"
		[ "$(users "$name")" -gt 0 ] || return 1
	done
}

stock_idle() {
	local name
	for name in "${stock[@]}"; do
		echo "$name: $(users "$name")"
		[ "$(users "$name")" -eq 0 ] || return 1
	done
}

pinned() {
	local name
	for name in "${stock[@]}"; do
		refuses rmmod "$name" || return 1
	done
}

take_over() {
	point "a user of the stock types starts" start
	point "the stock modules are in use" stock_used
	point "it is served" ask
	point "modprobe algif_copy" modprobe algif_copy
	[ -e /sys/module/algif_copy ] || return 1
	point "algif_copy says what it serves" \
		said "serving hash, skcipher, aead, rng"
	point "the user's old sockets are served on" ask
	point "the old user ends" stop
	point "no stock module can be removed" pinned
}

give_back() {
	point "a user of algif_copy starts" start
	point "it is served" ask
	point "rmmod algif_copy is refused while it is in use" \
		refuses rmmod algif_copy
	point "it is served after the refusal" ask
	point "this user ends" stop
	point "rmmod algif_copy" rmmod algif_copy
	point "the stock modules are idle" stock_idle
	point "a user of the stock types starts again" start
	point "the stock modules are in use again" stock_used
	point "stock serves again" ask
	point "the last user ends" stop
	point "the stock modules can be removed" rmmod "${stock[@]}"
}

point "modprobe ${stock[*]}" modprobe -a "${stock[@]}"
run_both stock
if take_over; then
	run_both copy
	give_back
fi
plan
