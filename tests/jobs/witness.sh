#!/bin/bash
# Whose pages does the crypto API get? Counted by ac_witness.ko for the stock
# modules and for algif_copy, first under a program that uses every way in and
# out, then under the whole suite of cases.
# limit: 1200
# tree: witness cases
# modules: witness
#
#   witness.sh [stock|copy] [drive]
#
# Both, one after the other, by default; with drive, without the cases.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

counts=/sys/module/ac_witness/parameters/counts
table=/tmp/table

# The sum of one column over all types.
total() {
	awk -v column="$1" '{ for (i = 2; i < NF; i += 2)
		if ($i == column) sum += $(i + 1) } END { print sum + 0 }' "$2"
}

show_table() {
	echo "# pages seen, $AC_MODE, $1:"
	sed 's/^/#   /' "$2"
}

# The counts of each program are added up: drive resets them in between. Races and
# faults, from 20 on, bring no other pages.
run_cases() {
	local program passed=0 failed=0
	echo 0 >$counts
	for program in /t/cases/[01]*; do
		[ -x "$program" ] || continue
		if "$program" >/tmp/case 2>&1; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			echo "# ${program##*/}, seen by the witness:"
			grep '^not ok' /tmp/case | sed 's/^/#   /'
		fi
	done
	cat $counts >$table
	echo "# $passed case programs passed, $failed failed under the witness"
	[ $((passed + failed)) -gt 0 ]
}

nothing_foreign() {
	cat "$table"
	[ "$(total foreign "$table")" = 0 ] &&
		[ "$(total shared "$table")" = 0 ]
}

something_foreign() {
	cat "$table"
	[ "$(total foreign "$table")" -gt 0 ]
}

many_own() {
	cat "$table"
	[ "$(total own "$table")" -gt 100 ]
}

check() {
	export AC_MODE=$1
	merge "$AC_MODE:" /t/witness/drive /tmp
	[ -z "$drive_only" ] || return 0
	if [ ! -d /t/cases ] || ! run_cases; then
		echo "# no case programs in this guest"
		return
	fi
	show_table "over all cases" "$table"
	if [ "$AC_MODE" = copy ]; then
		point "copy: no foreign page over all cases" nothing_foreign
		point "copy: the cases did pass the witness" many_own
	else
		point "stock: foreign pages over all cases" something_foreign
	fi
}

unrestrict
drive_only=${2:-}
point "modprobe ac_witness" modprobe ac_witness
if [ ! -e $counts ]; then
	plan
	exit 1
fi
point "modprobe the stock types" \
	modprobe -a algif_hash algif_skcipher algif_aead algif_rng
for mode in ${1:-stock copy}; do
	[ "$mode" = stock ] || point "modprobe algif_copy" modprobe algif_copy
	check "$mode"
done
[ ! -d /sys/module/algif_copy ] || point "rmmod algif_copy" rmmod algif_copy
point "rmmod ac_witness" rmmod ac_witness
plan
