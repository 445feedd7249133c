#!/bin/bash
# The KUnit suites of tests/kunit: each of its modules prints KTAP into the kernel
# log when it is loaded, and each test is a point here. Wants a kernel with KUnit
# (tests/uml). A long run compares ten million operations on buffers with a model.
# limit: 300 3600
# tree: -

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"

shopt -s nullglob

# What the log got since: without the time, suites and tests indented.
since() {
	dmesg | tail -n "+$(($1 + 1))" | sed 's/^\[[^]]*\] //'
}

# Within a suite; what a test with parameters prints for each lies deeper.
cases() {
	sed -n 's/^    \(ok\|not ok\|1\.\.\)/\1/p' <<<"$1"
}

# insmod says that the suite failed as well, but not which test.
suite() {
	local ko=$1 before log line name=${1##*/} count=0 planned
	before=$(dmesg | wc -l)
	point "${name%.ko} is loaded" insmod "$ko" \
		${AC_LONG:+steps=10000000}
	log=$(since "$before")
	planned=$(cases "$log" | awk -F '[.]+' '/^1\.\./ { n += $2 } END { print n + 0 }')
	while read -r line; do
		count=$((count + 1))
		points=$((points + 1))
		echo "${line%%ok *}ok $points - ${name%.ko}: ${line#*ok [0-9]* }"
	done < <(cases "$log" | grep -v '^1\.\.')
	point "${name%.ko} ran to its end, $count tests" \
		test "$count" -gt 0 -a "$count" = "$planned"
	! grep -q "^    not ok" <<<"$log" || awk '{ print "# " $0 }' <<<"$log"
	point "${name%.ko} is unloaded" rmmod "${name%.ko}"
}

found=("/lib/modules/$(uname -r)"/extra/*{kunit,test}*.ko)
if [ ${#found[@]} = 0 ]; then
	echo "1..0 # SKIP no KUnit module was built"
	exit
fi
for ko in "${found[@]}"; do
	suite "$ko"
done
plan
