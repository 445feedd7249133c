#!/bin/bash
# What is counted: the file in debugfs before and after operations that are known,
# its format, its limits, who may read it; the tracepoints; what the log says of
# refusals.
# limit: 900
# smp: 2
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: helpers

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"
# shellcheck source=tests/jobs/people.bash
. "${BASH_SOURCE[0]%/*}/people.bash"

file=/sys/kernel/debug/algif_copy/stats
tracing=/sys/kernel/tracing
worker=/t/helpers/worker

# value KEY LINE: of the first line that begins with LINE; 0 if there is none.
value() {
	awk -v key="$1" -v line="$2 " 'index($0 " ", line) == 1 {
			for (i = 1; i <= NF; i++)
				if (index($i, key "=") == 1)
					print substr($i, length(key) + 2)
			found = 1
			exit
		}
		END { if (!found) print 0 }' "${3:-$file}"
}

# --- exact counts --------------------------------------------------------------

mark_stats() {
	cat $file >/tmp/before
}

# grew LINE KEY=NUMBER...: by exactly so much since mark_stats().
grew() {
	local line=$1 pair key by
	shift
	for pair in "$@"; do
		key=${pair%=*}
		by=$(($(value "$key" "$line") - $(value "$key" "$line" /tmp/before)))
		echo "$line: $key +$by, must be +${pair#*=}"
		[ "$by" = "${pair#*=}" ] || return 1
	done
}

# counts TYPE NAME WORKER-OPTIONS -- KEY=NUMBER...: in the type's line and in that of
# the algorithm.
counts() {
	local type=$1 name=$2
	local -a options=()
	shift 2
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	mark_stats
	$worker "${options[@]}" "$type" "$name" || return 1
	grew "type name=$type" "$@" bound=0 open=0 refused=0 &&
		grew "algorithm type=$type name=$name" "$@"
}

exact() {
	point "skcipher: 7 operations of 64 bytes" counts skcipher 'cbc(aes)' \
		-n 7 -- binds=1 accepts=1 sends=7 receives=7 bytes_in=448 \
		bytes_out=448 errors=0
	point "aead: 5 operations of 100 bytes, and their tags" \
		counts aead 'gcm(aes)' -n 5 -b 100 -- binds=1 accepts=1 sends=5 \
		receives=5 bytes_in=500 bytes_out=580 errors=0
	point "hash: 3 operations of 100000 bytes" counts hash sha256 -n 3 \
		-b 100000 -- binds=1 accepts=1 sends=3 receives=3 \
		bytes_in=300000 bytes_out=96 errors=0
	point "rng: 9 operations of 32 bytes" counts rng jitterentropy_rng -n 9 \
		-b 32 -- binds=1 accepts=1 sends=0 receives=9 bytes_in=0 \
		bytes_out=288 errors=0
	point "sends that fail" counts skcipher 'cbc(aes)' -e 4 -n 1 -- \
		binds=1 accepts=1 sends=1 receives=1 errors=4
	point "8 threads at once" counts skcipher 'cbc(aes)' -t 8 -n 500 -b 160 \
		-- binds=8 accepts=8 sends=4000 receives=4000 bytes_in=640000 \
		bytes_out=640000 errors=0
	point "8 threads at once that hash" counts hash sha256 -t 8 -n 500 -e 0 \
		-- binds=8 accepts=8 sends=4000 receives=4000 bytes_in=256000 \
		bytes_out=128000
}

# --- what is there now ----------------------------------------------------------

# now TYPE KEY TEST...: as of test(1).
now() {
	local n
	n=$(value "$2" "type name=$1")
	echo "$1: $2=$n, must be ${*:3}"
	test "$n" "${@:3}"
}

# holds LINE-TEST WORKER-ARGUMENTS...: while the worker waits.
start_worker() {
	local line
	coproc held { exec $worker -w "$@"; }
	# shellcheck disable=SC2154
	held_in=${held[1]} held_out=${held[0]} held_pid=$held_PID
	read -r -t 60 -u "$held_out" line && [ "$line" = ready ]
}

stop_worker() {
	echo go >&"$held_in"
	wait "$held_pid"
}

gauges() {
	point "nothing is bound" now skcipher bound -eq 0
	point "nothing is open" now skcipher open -eq 0
	point "no memory is held" now skcipher memory -eq 0
	point "a worker with 3 threads and 40000 bytes in each queue" \
		start_worker -t 3 -q -b 40000 skcipher 'cbc(aes)'
	point "3 are bound" now skcipher bound -eq 3
	point "3 are open" now skcipher open -eq 3
	point "120000 bytes need memory" now skcipher memory -ge 120000
	point "at most twice that" now skcipher memory -le 240000
	point "no other type has any" now hash memory -eq 0
	point "that is the most" now skcipher memory_max -ge \
		"$(value memory 'type name=skcipher')"
	point "he ends" stop_worker
	point "nothing is bound now" now skcipher bound -eq 0
	point "nor open" now skcipher open -eq 0
	point "nor held" now skcipher memory -eq 0
	point "the most stays" now skcipher memory_max -ge 120000
}

# --- format ----------------------------------------------------------------------

number='[0-9]+'
seconds='[0-9]+\.[0-9]{6}'
# One word, escaped as in /proc/mounts. point() has a variable "word".
escaped="([!-[]|[]-~]|\\\\[0-7]{3})+"
type='(hash|skcipher|aead|rng)'
unlisted="unlisted=$number unlisted_privileged=$number"
work="accepts=$number sends=$number receives=$number bytes_in=$number bytes_out=$number errors=$number"

known_lines() {
	grep -vE -e "^algif_copy format=1 version=$escaped loaded=$seconds restrict=[012] restrict_by=(kernel|algif_copy) allow_drivers=[01] users_lost=$number checks=$number\$" \
		-e "^type name=$type displaced=(module|builtin|none) stock_sockets=($number|unknown) bound=$number open=$number binds=$number refused=$number $work memory=$number memory_max=$number forged=$number $unlisted\$" \
		-e "^algorithm type=$type name=$escaped driver=$escaped binds=$number $work forged=$number\$" \
		-e "^user comm=$escaped uid=$number type=$type name=$escaped binds=$number refused=$number last=$seconds $unlisted pid=$number\$" \
		$file >/tmp/unknown
	cat /tmp/unknown
	[ ! -s /tmp/unknown ]
}

# Each type's line is the sum of those of its algorithms.
adds_up() {
	awk '$1 == "algorithm" || $1 == "type" {
			type = substr($2, index($2, "=") + 1)
			for (i = 3; i <= NF; i++) {
				split($i, pair, "=")
				if (pair[1] !~ /^(binds|accepts|sends|receives|bytes_in|bytes_out|errors|forged)$/)
					continue
				what = type " " pair[1]
				if ($1 == "type")
					total[what] = pair[2]
				else
					sum[what] += pair[2]
			}
		}
		END {
			for (what in total) {
				n++
				if (total[what] == sum[what] + 0)
					continue
				print what ": " sum[what] " of " total[what]
				bad = 1
			}
			exit bad || n != 32
		}' $file
}

a_moment_ago() {
	awk -v at="$1" '{ exit !(at > 0 && at <= $1 && $1 - at < 300) }' \
		/proc/uptime
}

format() {
	point "the first line is of this version" [ \
		"$(value version algif_copy)" = "$(cat /sys/module/algif_copy/version)" ]
	point "it was loaded a moment ago" a_moment_ago \
		"$(value loaded algif_copy)"
	point "each line is as documented" known_lines
	point "there are four types" [ "$(grep -c '^type ' $file)" = 4 ]
	point "algorithms add up" adds_up
	point "the driver is one of /proc/crypto" grep -x \
		"driver *: $(value driver 'algorithm type=skcipher name=cbc(aes)')" \
		/proc/crypto
}

# --- policy ------------------------------------------------------------------------

shows() {
	grep -E "^algif_copy .*$1" $file
}

policy() {
	local level
	for level in 1 2 0; do
		set_level $level
		point "level $level is shown" shows " restrict=$level restrict_by=$by "
	done
	echo 1 >/sys/module/algif_copy/parameters/allow_drivers
	point "allow_drivers=1 is shown" shows ' allow_drivers=1'
	echo 0 >/sys/module/algif_copy/parameters/allow_drivers
	point "allow_drivers=0 is shown" shows ' allow_drivers=0'
}

refused_once() {
	set_level 1
	mark_stats
	as user $worker -c $'ev il\\n\x1b[2J' skcipher 'ecb(cipher_null)'
	set_level 0
	grew "type name=skcipher" refused=1 binds=0
}

refusals_in_log() {
	dmesg | grep -c 'refused by crypto.af_alg_restrict: hash crc32c to binder'
}

# 500 in less than a second or, on a busy machine, some; 10 in 5 seconds are told.
refused_often() {
	local -a pairs=()
	local i
	for ((i = 0; i < 500; i++)); do
		pairs+=(hash crc32c)
	done
	set_level 1
	mark_stats
	as user /t/helpers/binder "${pairs[@]}" >/dev/null
	set_level 0
	echo "logged: $(refusals_in_log)"
	grew "type name=hash" refused=500 binds=0 &&
		[ "$(refusals_in_log)" -le 100 ]
}

refusals() {
	point "a refusal is counted" refused_once
	point "the user is shown, with his name escaped" grep -E \
		'^user comm=ev\\040il\\012\\033\[2J uid=65534 type=skcipher name=ecb\(cipher_null\) binds=0 refused=1 last=' \
		$file
	point "the log has it, escaped too" said \
		'refused by .*: skcipher ecb(cipher_null) to ev.040il.012.033.2J, uid 65534$'
	point "500 refusals are counted, and few of them logged" refused_often
	point "the lines are as documented" known_lines
}

# --- what level 1 would refuse -------------------------------------------------------

# unlisted WHO TYPE NAME ALL PRIVILEGED: level 1 would refuse so many binds of the two
# that WHO does.
unlisted() {
	mark_stats
	as "$1" $worker -c watched "$2" "$3"
	as "$1" $worker -c watched "$2" "$3"
	grew "type name=$2" unlisted="$4" unlisted_privileged="$5"
}

# shown_unlisted UID TYPE NAME ALL PRIVILEGED: of all that watched has done.
shown_unlisted() {
	grep '^user comm=watched ' $file
	grep -F "user comm=watched uid=$1 type=$2 name=$3 " $file |
		grep " unlisted=$4 unlisted_privileged=$5 pid="
}

refused_unlisted() {
	set_level 1
	unlisted user skcipher 'ecb(cipher_null)' 2 0
	set_level 0
	shown_unlisted 65534 skcipher 'ecb(cipher_null)' 2 0
}

allowed_unlisted() {
	echo '+hash:sha256' >/sys/module/algif_copy/parameters/allow
	unlisted user hash sha256 0 0
	echo '' >/sys/module/algif_copy/parameters/allow
}

has_pid() {
	local pid
	pid=$(sh -c "echo \$\$; exec $worker -c numbered hash sha1")
	grep '^user comm=numbered ' $file
	[ "$(value pid 'user comm=numbered')" = "$pid" ]
}

# Only the number of checks differs, and when it was that somebody looked.
no_trace_of() {
	local log
	log=$(dmesg | wc -l)
	mark_stats
	"$@"
	sed 's/ checks=[0-9]*//' /tmp/before >/tmp/before.rest
	sed 's/ checks=[0-9]*//' $file | diff /tmp/before.rest - &&
		[ "$(value checks algif_copy)" -gt "$(value checks algif_copy /tmp/before)" ] &&
		[ "$(dmesg | wc -l)" = "$log" ]
}

some_checks() {
	$worker -c algif-copy -n 3 -e 1 hash sha256
	$worker -c algif-copy -b 70000 aead 'gcm(aes)'
	set_level 1
	$worker -c algif-copy skcipher 'ecb(cipher_null)' || :
	set_level 0
}

# counted WHO: a check by him is.
counted() {
	mark_stats
	as "$1" $worker -c algif-copy aead 'gcm(aes)'
	grew "type name=aead" binds=1 unlisted=1 &&
		[ "$(value checks algif_copy)" = "$(value checks algif_copy /tmp/before)" ]
}

watched() {
	point "level 1 would refuse gcm(aes) to root" unlisted root aead 'gcm(aes)' 2 2
	point "he has a line" shown_unlisted 0 aead 'gcm(aes)' 2 2
	point "and sha256 to a user" unlisted user hash sha256 2 0
	point "he has a line too" shown_unlisted 65534 hash sha256 2 0
	point "not to root" unlisted root hash sha256 0 0
	point "nor sha1 to the user" unlisted user hash sha1 0 0
	point "root of a namespace is a user" unlisted namespace hash sha256 2 0
	point "a driver's name is another" \
		unlisted root hash "$(value driver 'algorithm type=hash name=sha256')" 2 2
	point "what it does refuse is counted" refused_unlisted
	point "what the administrator has added is not" allowed_unlisted
	point "the process is known" has_pid
	point "a check by root leaves no trace but its number" no_trace_of some_checks
	point "one by a user does" counted user
	point "and one by root of a namespace" counted namespace
	point "one who may not unload the module hides nothing" counted net_admin
	point "the lines are as documented" known_lines
}

# --- limits -------------------------------------------------------------------------

many_users() {
	local i
	for ((i = 0; i < 100; i++)); do
		$worker -c "user$i" hash sha256 || return 1
	done
	# Some room is that of another user, who has been here before.
	[ "$(grep -c '^user ' $file)" = 64 ] &&
		[ "$(value users_lost algif_copy)" -ge 36 ] &&
		! grep '^user comm=user35 ' $file &&
		for ((i = 50; i < 100; i++)); do
			grep "^user comm=user$i uid=0 type=hash name=sha256 binds=1 refused=0 " \
				$file || return 1
		done
}

same_user() {
	local before
	before=$(value last "user comm=user50")
	$worker -c user50 hash sha256
	$worker -c user50 hash sha256
	grep '^user comm=user50 ' $file
	[ "$(value binds 'user comm=user50')" = 3 ] &&
		[ "$(value last 'user comm=user50')" != "$before" ] &&
		[ "$(grep -c '^user ' $file)" = 64 ]
}

# others_stay: a user who takes as many names as he likes, in a namespace of his too,
# shares with whoever else is there.
others_stay() {
	local i
	for ((i = 0; i < 80; i++)); do
		as user $worker -c "flood$i" hash sha256 || return 1
	done
	for ((i = 0; i < 10; i++)); do
		as namespace $worker -c "root$i" hash sha256 || return 1
	done
	grep '^user ' $file | awk '{ print $3 }' | sort | uniq -c
	[ "$(grep -c '^user .* uid=0 ' $file)" -ge 31 ] &&
		[ "$(grep -c '^user comm=flood.* uid=65534 ' $file)" -ge 21 ] &&
		grep '^user comm=root9 ' $file
}

# A program with many names gives up its own for a new one.
own_goes_first() {
	local before name
	for name in md5 sha1 sha224 sha384 sha512; do
		$worker -c greedy hash $name || return 1
	done
	before=$(grep '^user ' $file | grep -vc 'comm=greedy ')
	for name in 'hmac(md5)' 'hmac(sha1)' 'hmac(sha224)' 'hmac(sha384)'; do
		/t/helpers/binder hash "$name" >/dev/null
		$worker -c greedy hash "$name" >/dev/null
	done
	grep '^user comm=greedy ' $file
	echo "others: $before, now $(grep '^user ' $file | grep -vc 'comm=greedy ')"
	[ "$(grep '^user ' $file | grep -vc 'comm=greedy ')" -ge $((before - 1)) ]
}

# 144 algorithms by templates that every kernel has: one that is missing costs a
# search for modules.
many_names() {
	local hash mode cipher name
	for hash in md5 sha1 sha224 sha256 sha384 sha512 sha3-256 sha3-512; do
		for mode in cbc ctr; do
			for cipher in aes des des3_ede; do
				name="(hmac($hash),$mode($cipher))"
				printf 'aead\n%s\n' "authenc$name" \
					"authencesn$name" "echainiv(authenc$name)"
			done
		done
	done
}

bind_many() {
	mapfile -t names < <(many_names)
	mark_stats
	/t/helpers/binder "${names[@]}" >/tmp/binder
	bound=$(grep -c ' ok$' /tmp/binder)
	echo "bound $bound of $((${#names[@]} / 2))"
	[ "$bound" -gt 130 ]
}

# What has a socket bound has kept its line, and what was bound last has one.
in_use_stays() {
	local last
	grep '^algorithm type=skcipher name=ecb(aes) ' $file || return 1
	last=$(grep ' ok$' /tmp/binder | tail -n 1)
	echo "last: $last"
	grep '^algorithm ' $file |
		grep -F " name=$(awk '{ print $2 }' <<<"$last") "
}

some_have_lines() {
	grep -c '^algorithm ' $file
	grep '^algorithm type=aead name=other driver=other ' $file &&
		[ "$(grep '^algorithm ' $file |
			grep -cv ' name=other driver=other ')" = 128 ]
}

limits() {
	point "100 programs: the last 50 are known" many_users
	point "a program that is known is counted, not added" same_user
	point "a user does not push all others out" others_stay
	point "a program with many names pushes out itself" own_goes_first
	point "a socket is bound to ecb(aes)" start_worker skcipher 'ecb(aes)'
	point "more algorithms than there are lines for" bind_many
	point "128 have a line, and the others of a type one" some_have_lines
	point "what is in use has kept its own, and the last has one" in_use_stays
	point "it ends" stop_worker
	point "none is lost" grew "type name=aead" "binds=$bound" bound=0
	point "algorithms still add up" adds_up
	point "what has a line is counted there" counts skcipher 'cbc(aes)' -n 2 \
		-- binds=1 sends=2 receives=2
	point "the lines are as documented" known_lines
}

# --- who may read --------------------------------------------------------------------

access() {
	point "it is for root to read" [ "$(stat -c '%a %u' $file)" = '400 0' ]
	for who in user namespace; do
		point "$who cannot read it" refuses as $who cat $file
	done
	chmod 755 /sys/kernel/debug
	for who in user namespace; do
		point "$who cannot read it in an open debugfs" \
			refuses as $who cat $file
	done
	chmod 700 /sys/kernel/debug
	point "root cannot write" refuses sh -c "echo >$file"
}

# --- tracepoints ---------------------------------------------------------------------

fields() {
	sed -n 's/^\tfield:\(.*\);\toffset.*/\1/p' \
		"$tracing/events/algif_copy/$1/format" | grep -v common_ |
		awk '{ sub(/\[.*/, ""); print $NF }' | xargs | tee /tmp/fields
	[ "$(cat /tmp/fields)" = "$2" ]
}

# traced EVENT TEXT TIMES: as whole line of the ring buffer
traced() {
	grep -cF " $1: $2" $tracing/trace | tee /tmp/traced
	grep -F ": $1: " $tracing/trace | head -n 5
	[ "$(cat /tmp/traced)" = "$3" ]
}

trace_some() {
	echo >$tracing/trace
	echo 1 >$tracing/events/algif_copy/enable
	$worker -n 3 -e 1 skcipher 'cbc(aes)'
	$worker -n 1 -b 100 aead 'gcm(aes)'
	set_level 1
	as user $worker skcipher 'ecb(cipher_null)'
	set_level 0
	echo 0 >$tracing/events/algif_copy/enable
	grep -c . $tracing/trace
}

# It tells of the end, so whoever looks must be there already.
trace_end() {
	echo 1 >$tracing/events/algif_copy/takeover/enable
	timeout 20 cat $tracing/trace_pipe >/tmp/pipe &
	sleep 1
	rmmod algif_copy
	sleep 1
	kill %?trace_pipe || :
	cat /tmp/pipe
	for t in hash skcipher aead rng; do
		grep "takeover: type=$t displaced=module stock_sockets=0 back=1" \
			/tmp/pipe || return 1
	done
}

tracepoints() {
	local driver
	driver=$(value driver 'algorithm type=skcipher name=cbc(aes)')
	point "fields of bind" fields bind 'type name driver ret'
	point "fields of refusal" fields refusal 'type name restrict_level'
	point "fields of unlisted" fields unlisted 'type name privileged'
	point "fields of accept" fields accept 'type name'
	point "fields of send" fields send 'type name ret'
	point "fields of receive" fields receive 'type name ret'
	point "fields of crypt" fields crypt 'type name len ret'
	point "fields of takeover" fields takeover \
		'type displaced stock_sockets back'
	point "there are no others" [ "$(find $tracing/events/algif_copy \
		-mindepth 1 -type d | wc -l)" = 8 ]
	point "some operations are traced" trace_some
	point "bind" traced bind \
		"type=skcipher name=cbc(aes) driver=$driver ret=0" 1
	point "accept" traced accept 'type=skcipher name=cbc(aes)' 1
	point "3 sends" traced send 'type=skcipher name=cbc(aes) ret=64' 3
	point "1 that fails" traced send 'type=skcipher name=cbc(aes) ret=-22' 1
	point "3 operations" traced crypt \
		'type=skcipher name=cbc(aes) len=64 ret=0' 3
	point "3 receives" traced receive 'type=skcipher name=cbc(aes) ret=64' 3
	point "an AEAD" traced crypt 'type=aead name=gcm(aes) len=100 ret=0' 1
	point "and its tag" traced receive 'type=aead name=gcm(aes) ret=116' 1
	point "a refusal" traced refusal \
		'type=skcipher name=ecb(cipher_null) restrict=1' 1
	point "that it was because of level 1" traced unlisted \
		'type=skcipher name=ecb(cipher_null) privileged=0' 1
	point "a bind that level 1 would refuse" traced unlisted \
		'type=aead name=gcm(aes) privileged=1' 1
}

# --- stock ---------------------------------------------------------------------------

stock_shown() {
	local t n
	for t in hash skcipher aead rng; do
		n=$(($(users "algif_$t") - 1))
		grep "^type name=$t displaced=module stock_sockets=$n " $file ||
			return 1
		[ "$n" -ge "$1" ] || return 1
	done
}

# One line says what was there, and who still has it.
log_line() {
	dmesg | grep "algif_copy: .*: serving hash" | tail -n 1 >/tmp/line
	cat /tmp/line
	grep -E "$1" /tmp/line
}

keeps_module() {
	exec {open}<$file
	refuses rmmod algif_copy
	exec {open}<&-
}

# Debugfs has little left then. It lasts until the machine is off.
lockdown=/sys/kernel/security/lockdown
has_lockdown() {
	[ -e $lockdown ] ||
		mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
	[ -e $lockdown ]
}

under_lockdown() {
	echo integrity >$lockdown && grep -F '[integrity]' $lockdown &&
		known_lines && grep '^algif_copy ' $file
}

unrestrict
by=algif_copy
! has_levels || by=kernel
modprobe -a "${stock[@]}"
point "a user of the stock types starts" keeper_start
point "algif_copy loads" modprobe algif_copy
point "the log says what was there, and that it is in use" log_line \
	'in place of module hash \(bound sockets: [1-9][0-9]*\), module skcipher \(bound sockets: [1-9][0-9]*\), module aead \(bound sockets: [1-9][0-9]*\), module rng \(bound sockets: [1-9][0-9]*\)$'
point "so does the file" stock_shown 1
point "the user ends" keeper_stop
point "the file knows that" stock_shown 0
access
gauges
exact
format
policy
refusals
watched
limits
tracepoints
point "as long as it is open algif_copy stays" keeps_module
# On one processor the module's events go with it before anybody can read them.
if [ "$(nproc)" -gt 1 ]; then
	point "the end is traced" trace_end
else
	rmmod algif_copy
	skip "the end is traced" "one processor"
fi
point "the file is gone" [ ! -e $file ]
point "stock goes" rmmod "${stock[@]}"
point "algif_copy loads without stock" modprobe algif_copy
point "the log says that there was none" log_line \
	'in place of no hash, no skcipher, no aead, no rng$'
point "so does the file" [ "$(grep -c '^type .* displaced=none stock_sockets=0 ' $file)" = 4 ]
point "counting begins anew" now skcipher binds -eq 0
if has_lockdown; then
	point "root can read it under lockdown" under_lockdown
else
	skip "root can read it under lockdown" "this kernel has none"
fi
point "algif_copy goes" rmmod algif_copy
plan
