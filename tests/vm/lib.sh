# shellcheck shell=bash
# Paths and small helpers shared by the scripts of this directory.
# Sourced, never run.

# With pipefail no pipe may end in a reader that leaves early (head, grep -q):
# the writer's SIGPIPE would count as a failure, now and then.
set -euo pipefail
export LC_ALL=C

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Read by the scripts that source this file.
# shellcheck disable=SC2034
{
	tests=$top/tests
	build=${AC_BUILD:-$top/build}
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/algif-copy
}
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Progress goes to stderr: stdout carries results or TAP.
say() {
	printf '# %s\n' "$*" >&2
}

die() {
	printf '%s: %s\n' "${0#"$top/"}" "$*" >&2
	exit 1
}

# locked NAME COMMAND...: two kernels prepared at the same time share downloads
# and the base image.
locked() {
	local name=$1
	shift
	mkdir -p "$cache/lock"
	(
		flock 9
		"$@" 9>&-
	) 9>"$cache/lock/$name"
}
