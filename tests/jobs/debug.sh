#!/bin/bash
# Other jobs on a kernel that looks into itself (tests/uml), and what it has to say
# afterwards: no lock is left held or taken in a wrong order, nothing leaked. What
# the sanitizers find ends the guest at once. The lines of the module that were run
# are counted in $AC_OUT/gcov.
# limit: 1200 14400
# smp: 2
# memory: 1024
# tree: cases helpers libkcapi64
# allow: kmemleak: Kernel memory leak detector initialized|RCU lockdep checking is enabled
#
#   debug.sh "JOB ARGUMENT..."...

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"

kmemleak=/sys/kernel/debug/kmemleak

# Of the start of the machine, which is not the module's.
forget_leaks() {
	[ -e $kmemleak ] || return 0
	echo scan >$kmemleak
	echo clear >$kmemleak
}

# Only what is older than five seconds is looked at, and the first scan still sees
# what changed meanwhile.
no_leaks() {
	sleep 6
	echo scan >$kmemleak && echo scan >$kmemleak || return 1
	cat $kmemleak
	[ ! -s /tmp/point ]
}

locks_watched() {
	grep debug_locks /proc/lockdep_stats
	grep -q 'debug_locks: *1$' /proc/lockdep_stats
}

unload_all() {
	local name
	for name in algif_copy algif_hash algif_skcipher algif_aead algif_rng; do
		[ ! -e "/sys/module/$name" ] || rmmod "$name" || return 1
	done
}

# Links lead to the host's .gcno, which the host knows by itself.
keep_counts() {
	local dir=/sys/kernel/debug/gcov file
	[ -d $dir ] || return 0
	mkdir -p /tmp/host
	mount -t hostfs -o "$AC_OUT" none /tmp/host || return 1
	mkdir -p /tmp/host/gcov
	find $dir -path '*/src/*.gcda' | while read -r file; do
		cat "$file" >"/tmp/host/gcov/${file##*/}" || return 1
	done
	umount /tmp/host
}

forget_leaks
for words; do
	read -r job arguments <<<"$words"
	# Words, to be split.
	# shellcheck disable=SC2086
	merge "$job:" bash "${BASH_SOURCE[0]%/*}/$job.sh" $arguments </dev/null
done
point "all modules go" unload_all
if [ -e $kmemleak ]; then
	point "nothing leaked" no_leaks
else
	skip "nothing leaked" "this kernel does not look for leaks"
fi
point "locks are watched to the end" locks_watched
point "the counts are kept" keep_counts
plan
