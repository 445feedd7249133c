#!/bin/bash
# What must hold on every kernel, in one guest: a boot for each of these jobs
# would take longer than some of them. The one that forbids the loading of
# modules comes last.
# limit: 1500
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# memory: 640

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"

while read -r job arguments; do
	# Words, to be split.
	# shellcheck disable=SC2086
	merge "$job:" bash "${BASH_SOURCE[0]%/*}/$job.sh" $arguments </dev/null
done <<-EOF
	libkcapi copy 64 short
	cases copy 64
	witness copy drive
	pagecache copy
	EOF
plan
