#!/bin/bash
# Races on two processors: everything that can be done with one socket in all
# pairs, buffers that a second thread rewrites, while algif_copy and the stock
# modules are loaded and unloaded beside it; then the place taken and given back
# under traffic of all four types, over and over.
# limit: 400 5000
# smp: 2
# memory: 640
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: cases helpers
#
#   race.sh [traffic] [ROUNDS]
#
# With traffic the last of it alone.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

alone=false
if [ "${1:-}" = traffic ]; then
	alone=true
	shift
fi
rounds=${1:-50}
seconds=50
trace=/sys/kernel/tracing
if [ -n "${AC_LONG:-}" ]; then
	rounds=${1:-1000}
	seconds=3600
	export AC_SECONDS=${AC_SECONDS:-60}
else
	export AC_SECONDS=${AC_SECONDS:-6}
fi

# Whatever can be removed is removed, and whatever is not there loaded: mostly
# refused, since somebody has sockets.
churn() {
	local loaded=0 unloaded=0
	while [ ! -e /tmp/enough ]; do
		! modprobe algif_copy || loaded=$((loaded + 1))
		! rmmod algif_copy || unloaded=$((unloaded + 1))
		rmmod "${stock[@]}"
		modprobe -a "${stock[@]}"
	done 2>/dev/null
	modprobe algif_copy
	echo "loaded $loaded times, unloaded $unloaded times"
}

# A program beside which modules come and go. It holds sockets nearly always, but
# between two of them.
beside_churn() {
	rm -f /tmp/enough
	churn >/tmp/churn 2>&1 &
	merge "beside:" "$@"
	touch /tmp/enough
	wait
	sed "s/^/# ${1##*\/}: modules were /" /tmp/churn
}

under_churn() {
	local program
	for program in 20-race 21-rewrite; do
		merge "copy:" "/t/cases/$program"
	done
	export AC_MODE=mixed
	beside_churn /t/cases/20-race
	beside_churn /t/cases/13-share
}

# Between two operations of the others.
unload() {
	/t/helpers/unload algif_copy 60
}

# As often as wanted, or as time allows, which must not be too little.
take_and_give_back() {
	local round end=$((SECONDS + seconds))
	for ((round = 0; round < rounds && SECONDS < end; round++)); do
		echo "$round" >/tmp/rounds
		modprobe algif_copy || return 1
		unload || break
	done
	echo "$round" >/tmp/rounds
	[ "$round" = "$rounds" ] ||
		{ [ -z "${AC_LONG:-}" ] && [ "$SECONDS" -ge "$end" ] && [ "$round" -ge 5 ]; }
}

# A bind that finds no type has af_alg ask modprobe for one.
watch_requests() {
	local event=$trace/events/module/module_request/enable
	[ ! -e "$event" ] || echo 1 >"$event"
}

requests() {
	if [ -e "$trace/trace" ]; then
		grep -c 'module_request.* algif-' "$trace/trace"
	else
		echo "not counted, this kernel traces nothing"
	fi
}

# Two such moments in a row: not more than once in 200 rounds, and once.
hardly_any_again() {
	local again
	again=$(sed -n 's/.* failed, \([0-9]*\) had to bind again$/\1/p' /tmp/traffic)
	echo "${again:=none told} of $(cat /tmp/rounds) rounds"
	[ "$again" -le $(($(cat /tmp/rounds) / 200 + 1)) ]
}

under_traffic() {
	rm -f /tmp/enough
	watch_requests
	timeout 4000 /t/helpers/traffic /tmp/enough 2 >/tmp/traffic 2>&1 &
	point "the place is taken and given back under traffic" take_and_give_back
	touch /tmp/enough
	point "each operation was served, and right" wait $!
	echo "# $(cat /tmp/rounds) times; binds that found no type: $(requests)"
	sed 's/^/# /' /tmp/traffic
	point "hardly a bind had to be repeated" hardly_any_again
	# The last round may have had no time for it.
	[ ! -e /sys/module/algif_copy ] || rmmod algif_copy
	point "algif_copy is gone" refuses [ -e /sys/module/algif_copy ]
	point "nothing of the stock modules is left in use" stock_idle
	point "they can be removed" rmmod "${stock[@]}"
}

unrestrict
point "modprobe ${stock[*]}" modprobe -a "${stock[@]}"
if ! $alone; then
	point "modprobe algif_copy" modprobe algif_copy
	export AC_MODE=copy
	under_churn
	point "algif_copy goes" unload
fi
under_traffic
plan
