#!/bin/bash
# Several jobs in one guest, one after the other: to boot takes longer than some of
# them. Each leaves the system as it found it; one that forbids the loading of
# modules (pagecache) comes last.
# limit: 1500 14400
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# memory: 640
#
#   group.sh JOB[:ARG...]...

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"

for spec; do
	IFS=: read -r -a words <<<"$spec"
	merge "$spec:" bash "${BASH_SOURCE[0]%/*}/${words[0]}.sh" \
		"${words[@]:1}" </dev/null
done
plan
