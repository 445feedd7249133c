#!/bin/bash
# limit: 1500 14400
# tree: libkcapi$2
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# libkcapi's test scripts on the stock types or on algif_copy.
#
#   libkcapi.sh MODE BITS GROUP
#
# MODE  stock or copy
# BITS  64 or 32, the word size of the programs
# GROUP A or B (two parts that take about equally long), all, short, quick,
#       or names of scripts as in run_group(), comma-separated
#
# The scripts run unmodified, one by one, each under a time limit. A script is
# one TAP point: no line [FAILED, and at least as many lines [PASSED as on the
# stock kernels 5.10 and 6.1. What is not counted is explained at left_out().
#
# AC_LONG=1 in the environment runs the two tests that libkcapi/front.c
# otherwise cuts short: PBKDF2 with 16.7 million iterations and 100 fuzz rounds.

# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

mode=$1
bits=$2
group=$3
root=/t/libkcapi$bits
tools=/run/libkcapi/tools
sums=/run/libkcapi/sums
work=/tmp/libkcapi
release=$(uname -r)
points=0
export AC_FUZZ_ROUNDS=${AC_FUZZ_ROUNDS:-1}

point() {
	local result=$1
	shift
	points=$((points + 1))
	echo "$result $points - $*"
}

diagnose() {
	sed 's/^/# /' "$@"
}

# Under emulation the start of a dynamically linked program takes 25 ms, of a
# static one 4 ms: the scripts get static ones that print the same.
prepare() {
	local applet
	mkdir -p "$work" "$tools" "$sums" /var/tmp
	mount -t tmpfs tmpfs /var/tmp
	for applet in awk cat cut dd diff dirname hexdump rm sed stat touch tr \
		uname wc; do
		ln -s "$root/tools/busybox" "$tools/$applet"
	done
	ln -s "$root/tools/busybox" "$sums/sha256sum"
	ln -s "$root/tools/openssl" "$tools/openssl"
	stand_in file "echo program: ELF $bits-bit"
	stand_in perl 'exec xxd -r -p'
}

# The scripts use `file` to label their lines with the word size, and perl only
# as a filter from hex to binary.
stand_in() {
	printf '#!%s\n%s\n' "$root/tools/bash" "$2" >"$tools/$1"
	chmod +x "$tools/$1"
}

load() {
	local types="algif_hash algif_skcipher algif_aead algif_rng"
	# shellcheck disable=SC2086
	if ! modprobe -a $types 2>"$work/modprobe"; then
		point 'not ok' "stock types load"
		diagnose "$work/modprobe"
	fi
	[ "$mode" = copy ] || return
	if modprobe algif_copy 2>"$work/modprobe" && dmesg |
		grep -q 'algif_copy: .*serving hash, skcipher, aead, rng'; then
		point ok "algif_copy loads over the stock types and serves all four"
		return
	fi
	point 'not ok' "algif_copy loads over the stock types and serves all four"
	diagnose "$work/modprobe"
	echo "1..$points"
	exit 1
}

# A socket of algif_copy that is still counted would show here.
unload() {
	[ "$mode" = copy ] || return
	if rmmod algif_copy 2>"$work/rmmod"; then
		point ok "algif_copy unloads after the run"
	else
		point 'not ok' "algif_copy unloads after the run"
		diagnose "$work/rmmod"
	fi
}

old_script() {
	case $(cat "$root/VERSION") in
	1.[0-4].*) ;;
	*) false ;;
	esac
}

has_generator() {
	modprobe -q "crypto-$1"
	grep -Eq "^(name|driver) *: $1\$" /proc/crypto
}

# The auxiliary test wants generators that newer kernels do not have: a DRBG with
# SHA-1 up to libkcapi 1.4.0 (gone in 6.11), any DRBG at all (off in Debian's
# kernels from 7.2 on). Whether that is all it misses is looked at here.
lacks_generators() {
	local line name missing=false
	while read -r line; do
		name=${line##*Allocation of cipher }
		if [ "$name" = "$line" ] || has_generator "${name% failed}"; then
			return 1
		fi
		missing=true
	done < <("$root/bin/kcapi" -z 2>&1 | grep ' failed$')
	$missing
}

# Lines that say nothing about AF_ALG's types, the same in both modes:
# - vector 4 of RFC 6070, which front.c refuses unless AC_LONG is set.
# - Up to 1.4.0, test.sh takes every kernel from 5.99 on for one with
#   asymmetric ciphers and key agreement in AF_ALG. No released kernel has them,
#   and later versions of the script do not try.
# - The auxiliary test, see above.
left_out() {
	[ -n "${AC_LONG:-}" ] || echo ' PBKDF (non-)?aligned test 4$'
	if old_script; then
		echo ' Asymmetric '
		echo ' KPP '
	fi
	! lacks_generators || echo ' Auxiliary test failure detected$'
}

# Results without colours, word size and release, so that lists of two runs
# can be compared.
results() {
	sed -n "s/\x1b\[[0-9;]*m//g; s/^\[$1: [^]]*\]/&/p" "$2" |
		sed 's/^\[[A-Z]*: [^]]*\]//' | grep -vEf "$work/left-out"
}

# run NAME EXPECTED LIMIT [REASON]: with a reason the point is a TODO. $path is
# where its tools are: hasher-test compares with the sha256sum of coreutils, the
# two scripts with $sums only ask whether two files are the same.
run() {
	local name=$1 expected=$2 limit=$3 todo=${4:+ # TODO $4}
	local log=$work/$1 status start=$SECONDS result=ok took summary

	(cd "$root/test" && PATH=${path:-$tools}:$PATH timeout -k 5 "$limit" \
		"$root/tools/bash" "./$name.sh") >"$log.out" 2>"$log.err" </dev/null
	status=$?
	took=$((SECONDS - start))
	results PASSED "$log.out" | sort >"$log.passed"
	results FAILED "$log.out" >"$log.failed"
	grep -a '\[DEACTIVATED: ' "$log.out" >"$log.deactivated"
	[ ! -s "$log.failed" ] || result='not ok'
	[ "$(wc -l <"$log.passed")" -ge "$expected" ] || result='not ok'
	case $status in
	124 | 137) result='not ok' ;;
	esac

	summary="$(wc -l <"$log.passed")/$(wc -l <"$log.failed")"
	summary="$summary/$(wc -l <"$log.deactivated")"
	point "$result" "$mode $bits-bit $name: passed/failed/deactivated" \
		"$summary, expected $expected/0$todo"
	echo "# $name: $took s, list of passed tests" \
		"$(sha256sum <"$log.passed" | cut -c 1-16)"
	[ "$result" = ok ] || explain "$name" "$status" "$limit"
}

# The failed lines and what the script says under each.
explain() {
	local name=$1 status=$2 limit=$3
	case $status in
	124 | 137) echo "# $name: not finished after $limit s" ;;
	esac
	sed 's/\x1b\[[0-9;]*m//g' "$work/$name.out" |
		awk -v left_out="$(paste -sd '|' "$work/left-out")" '
			/^\[(PASSED|FAILED|DEACTIVATED):/ {
				show = /^.FAILED/ && $0 !~ left_out
			}
			show { print "# " substr($0, 1, 200) }' | head -n 60
	tail -n 5 "$work/$name.err" | cut -c 1-200 | sed 's/^/# /'
}

# Stock kernels 6.12.117 and 7.3 wait for bytes that never come: 6182 bytes are
# spliced in with SPLICE_F_MORE, the receive gives 6176 of them and sleeps for
# the six that no block fills. algif_copy must not.
run_large() {
	case $mode-$release in
	stock-6.12.* | stock-7.*)
		run kcapi-enc-test-large 1 20 \
			"stock waits for a block that stays incomplete"
		;;
	*) run kcapi-enc-test-large 1 60 ;;
	esac
}

run_convenience() {
	if has_generator stdrng; then
		run kcapi-convenience 1 60
	else
		point ok "$mode $bits-bit kcapi-convenience # SKIP it begins" \
			"with stdrng, which this kernel has not"
	fi
}

run_script() {
	local fuzz_limit=120 test_limit=600 test_passes=934
	if [ -n "${AC_LONG:-}" ]; then
		fuzz_limit=7200
		test_limit=7200
		test_passes=936
	fi
	! lacks_generators || test_passes=$((test_passes - 1))
	case $1 in
	convenience) run_convenience ;;
	large) run_large ;;
	test) run test "$test_passes" "$test_limit" ;;
	hasher) run hasher-test 182 300 ;;
	fuzz) run kcapi-fuzz-test 3 "$fuzz_limit" ;;
	enc) path=$sums:$tools run kcapi-enc-test 483 600 ;;
	dgst) path=$sums:$tools run kcapi-dgst-test 384 600 ;;
	*) point 'not ok' "no script $1" ;;
	esac
}

run_group() {
	local scripts=$1 script
	case $scripts in
	A) scripts=convenience,large,fuzz,hasher,enc ;;
	B) scripts=test,dgst ;;
	short) scripts=convenience,large,test ;;
	quick) scripts=convenience,large ;;
	all) scripts=convenience,large,fuzz,hasher,enc,test,dgst ;;
	esac
	for script in ${scripts//,/ }; do
		run_script "$script"
	done
}

prepare
echo "# libkcapi $(cat "$root/VERSION"), $bits-bit, $mode, kernel $release"
unrestrict
load
left_out >"$work/left-out"
run_group "$group"
unload
echo "1..$points"
