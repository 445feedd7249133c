#!/bin/bash
# Data races: what several processors and tasks do with the module at once, on a
# kernel that sees when two of them use the same memory and nothing orders that
# (KCSAN, tests/vm/small). A report in which a function of algif_copy is named
# counts as one of ours, whatever else is in it; those of the rest of the kernel
# are counted and named. The delays in which it looks want a clock that is right,
# which a kernel on a busy host may mistake by a factor of fifty: it is told one.
# limit: 3600
# smp: 2
# memory: 768
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# append: panic_on_warn=0 tsc=reliable tsc_early_khz=2500000 kcsan.skip_watch=2000 kcsan.udelay_task=200
# tree: cases helpers
# allow: BUG: KCSAN: |Reported by Kernel Concurrency Sanitizer

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

kcsan=/sys/kernel/debug/kcsan
export AC_SECONDS=${AC_SECONDS:-60}

counter() {
	awk -F ': *' -v name="$1" '$1 == name { print $2 }' $kcsan
}

# A clean log of a kernel that did not look says nothing.
looks() {
	cat $kcsan
	[ "$(counter enabled)" = 1 ] && [ "$(counter setup_watchpoints)" -gt "$1" ]
}

# Any splice into any socket may meet it: the kernel's copy looks at the flags of a page
# of user memory that another task is just pinning.
of_the_kernel='gup_fast_fallback / kmap_local_page'

# The reports whose text the module is in, or with "others" the first lines of those
# that it is not in.
reports() {
	dmesg | sed 's/^\[[^]]*\] //' | grep -v "in $of_the_kernel\$" |
		awk -v others="${1:-}" '
		/^BUG: KCSAN: / { inside = 1; ours = 0; text = head = $0; next }
		inside && /^=====/ {
			inside = 0
			if (ours && !others)
				print text
			if (!ours && others)
				print head
		}
		inside { text = text "\n" $0 }
		/\[algif_copy\]/ { ours = 1 }'
}

none_of_ours() {
	reports
	[ -z "$(reports)" ]
}

# Who reads the counters, changes what is allowed, and traces, while others work:
# with pauses, or those would have one processor between them.
disturb() {
	while [ ! -e /tmp/enough ]; do
		cat /sys/kernel/debug/algif_copy/stats
		for value in 1 0; do
			echo $value >/sys/module/algif_copy/parameters/allow_drivers
			echo $value >/sys/kernel/tracing/events/algif_copy/enable
			sleep 0.1
		done
	done >/tmp/disturb 2>&1
}

# beside_disturbance COMMAND...
beside_disturbance() {
	rm -f /tmp/enough
	disturb &
	"$@"
	touch /tmp/enough
	wait
}

# Eight threads that are counted together.
many_workers() {
	local i
	for ((i = 0; i < AC_SECONDS; i++)); do
		/t/helpers/worker -t 8 -n 100 -b 160 skcipher 'cbc(aes)' &&
			/t/helpers/worker -t 8 -n 100 hash sha256 || return 1
	done
}

all_counted() {
	grep '^algorithm ' /sys/kernel/debug/algif_copy/stats
	grep -q " name=sha256 .* receives=$((AC_SECONDS * 800)) " \
		/sys/kernel/debug/algif_copy/stats
}

unrestrict
point "modprobe algif_copy" modprobe algif_copy
export AC_MODE=copy
beside_disturbance point "many threads work" many_workers
point "what they did is counted" all_counted
for program in 07-poll 08-wait 13-share 20-race 21-rewrite 31-warm; do
	beside_disturbance merge "disturbed:" /t/cases/$program
done
point "rmmod algif_copy" rmmod algif_copy
# Few rounds: operations take so long here that there is rarely a moment between
# them in which the module can go.
merge "race:" bash "${BASH_SOURCE[0]%/*}/race.sh" 5
# Two threads with nobody beside them meet most often.
point "modprobe algif_copy again" modprobe algif_copy
AC_MODE=copy AC_SECONDS=$((AC_SECONDS * 5)) merge "alone:" /t/cases/20-race
point "rmmod algif_copy again" rmmod algif_copy
point "data races were looked for" looks 100000
sed 's/^/# /' $kcsan
point "none is in algif_copy" none_of_ours
reports others | sort | uniq -c | sed 's/^/# elsewhere:/'
plan
