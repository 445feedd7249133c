# shellcheck shell=bash
# A keeper is a running user of AF_ALG, see tests/helpers/keeper.c. One at a
# time. Sourced by jobs together with tap.bash, never run.

stock=(algif_hash algif_skcipher algif_aead algif_rng)

# keep_ends READ WRITE: those of a coprocess, as from and to. The shell closes its
# own when the process has ended, whether all has been read or not.
keep_ends() {
	local read_end=$1 write_end=$2
	exec {from}<&"$read_end" {to}>&"$write_end" {read_end}<&- {write_end}>&-
}

# Whether the stock types are part of the kernel itself.
built_in() {
	grep -c '/algif_[a-z]*\.ko$' "/lib/modules/$AC_RELEASE/modules.builtin" |
		grep -x 4
}

# stock_point NAME COMMAND...: what only modules can be asked.
stock_point() {
	if built_in >/tmp/built_in; then
		skip "$1" "the stock types are built in: nobody counts their users"
	else
		point "$@"
	fi
}

# The keeper's sockets belong to whoever serves at this moment.
keeper_start() {
	local line
	coproc keeper { exec /t/helpers/keeper; }
	# The shell sets these, and forgets them when the process ends.
	# shellcheck disable=SC2154
	pid=$keeper_PID
	keep_ends "${keeper[@]}"
	read -r -t 60 -u "$from" line && echo "$line" && [ "$line" = ready ]
}

# One operation on each of its sockets, old and new.
keeper_ask() {
	local line
	echo go >&"$to" && read -r -t 60 -u "$from" line && echo "$line" &&
		[ "$line" = good ]
}

keeper_stop() {
	exec {to}>&- {from}<&-
	wait "$pid"
}

refuses() {
	! "$@"
}

said() {
	dmesg | grep "algif_copy: .*$1"
}

users() {
	cat "/sys/module/$1/refcnt" 2>/dev/null || echo 0
}

# A test of the use count that each stock module must pass.
each_stock() {
	local name
	for name in "${stock[@]}"; do
		echo "$name: $(users "$name")"
		test "$(users "$name")" "$@" || return 1
	done
}

stock_used() {
	each_stock -gt 0
}

stock_idle() {
	each_stock -eq 0
}

stock_pinned() {
	local name
	for name in "${stock[@]}"; do
		[ -e "/sys/module/$name" ] || continue
		refuses rmmod "$name" || return 1
	done
}

# Says who serves new sockets: its use count is what rises.
served_by() {
	local before=() after=() name i
	for name in "$@"; do
		before+=("$(users "$name")")
	done
	keeper_start || return 1
	for name in "$@"; do
		after+=("$(users "$name")")
	done
	keeper_ask || return 1
	keeper_stop || return 1
	for i in "${!before[@]}"; do
		echo "$*: ${before[*]} -> ${after[*]}"
		[ "${after[i]}" -gt "${before[i]}" ] || return 1
	done
}
