#!/bin/bash
# How many instructions operations cost on the stock modules and on algif_copy, in
# turn, twice, in one boot: with ciphers in C, then with those that use the
# processor's own instructions; and once more with nothing but single pages free.
# limit: 900
# icount: yes
# emulator: bookworm
# mitigations: auto
# cpu: max,-rdrand,-rdseed,-erms,-fsrm
# tree: bench
# modules: bench
#
#   bench.sh [short|table [ALGORITHM]]
#
# Short is what the goals (tests/bench/goals) are about, and no more, or what they say
# of one algorithm; table is that with libcrypto beside it. Lines "#= ..." are the rows
# of the tables that tests/bench/report makes.
#
# Debian 12's QEMU counts one instruction for a word that a string instruction copies,
# later ones nearly three.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

stock=(algif_hash algif_skcipher algif_aead algif_rng)
rows=/tmp/rows
conf=/etc/modprobe.d/ciphers.conf

# The modules with code for this processor.
fast_modules() {
	find /lib/modules/"$AC_RELEASE"/kernel/arch/x86/ -name '*.ko' |
		sed 's,.*/,,; s/\.ko$//'
}

# Only the C code is there until the others are no longer kept out.
ciphers_c() {
	mkdir -p "${conf%/*}"
	fast_modules | sed 's,.*,install & /bin/false,' >$conf
}

ciphers_cpu() {
	rm $conf
	fast_modules | xargs -n 1 modprobe -q || :
	grep -qE 'aesni|vaes' /proc/crypto
}

measure() {
	/t/bench/speed "${options[@]}" >/tmp/measured &&
		sed "s/^/$1,/" /tmp/measured >>$rows
}

# Beside both: it has nothing to do with the modules.
measure_user() {
	/t/bench/user >/tmp/measured &&
		sed 's/^/cpu,stock1,/' /tmp/measured >>$rows &&
		sed 's/^/cpu,copy1,/' /tmp/measured >>$rows
}

# Neither programs nor modules can be loaded then: speed does all by itself.
measure_fragmented() {
	options=(-f)
	point "modprobe ac_fragment" modprobe ac_fragment
	point "modprobe the stock types" modprobe -a "${stock[@]}"
	point "stock on single pages" measure single,stock1
	point "modprobe algif_copy" modprobe algif_copy
	point "algif_copy on single pages" measure single,copy1
	point "rmmod algif_copy" rmmod algif_copy
}

options=()
unrestrict
point "modprobe ac_work" modprobe ac_work
for ciphers in c cpu; do
	point "ciphers: $ciphers" "ciphers_$ciphers"
	[ -z "${1:-}" ] || options=("-${ciphers/cpu/s}" ${2:+"$2"})
	for round in 1 2; do
		point "modprobe the stock types" modprobe -a "${stock[@]}"
		point "stock, round $round" measure "$ciphers,stock$round"
		point "modprobe algif_copy" modprobe algif_copy
		point "algif_copy, round $round" measure "$ciphers,copy$round"
		point "rmmod algif_copy" rmmod algif_copy
	done
done
[ "${1:-}" = short ] || point "libcrypto in user space" measure_user
[ -n "${1:-}" ] || measure_fragmented
sed 's/^/#= /' $rows
merge "" /t/bench/judge -v release="$AC_RELEASE" /t/bench/goals $rows
plan
