#!/bin/bash
# The command algif-copy: before there is AF_ALG, on the stock types, with sockets
# of them left, on algif_copy; as root and as a user. Its JSON is read by jq.
# limit: 300
# memory: 512
# cpu: qemu64,+rdrand
# tree: helpers tool

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"
# shellcheck source=tests/jobs/disk.bash
. "${BASH_SOURCE[0]%/*}/disk.bash"

tool=/t/tool/algif-copy
stats=/sys/kernel/debug/algif_copy/stats

as_user() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

# gives STATUS COMMAND...: what it prints stays in /tmp/out and /tmp/err.
gives() {
	local wanted=$1 status=0
	shift
	"$@" >/tmp/out 2>/tmp/err || status=$?
	cat /tmp/out /tmp/err
	echo "exit status $status"
	[ $status = "$wanted" ]
}

# The last output is JSON of which jq's EXPRESSION is true.
json() {
	in_file /tmp/out jq -e "$1"
}

prints() {
	in_file /tmp/out grep -E "$1"
}

complains() {
	in_file /tmp/err grep -E "$1"
}

# Of all four types this is true.
each() {
	json "(.types | length) == 4 and (.types | map($1) | all)"
}

nothing_loaded() {
	! grep -E '^(af_alg|algif_)' /proc/modules
}

# A user's program asks, and so the stock types come.
load_stock() {
	modprobe -a "${stock[@]}"
}

# --- status -------------------------------------------------------------------

# What the packages install, so that the next boot is in order.
install_conf() {
	mkdir -p /etc/modprobe.d /etc/modules-load.d
	printf 'alias %s algif_copy\n' "${stock[@]}" >/etc/modprobe.d/copy.conf
	echo algif_copy >/etc/modules-load.d/copy.conf
}

# Without it, algif_copy serves only until then.
until_boot() {
	point "no modules-load.d: status gives 5" gives 5 $tool status --json
	point "says why" json '.state == "copy-only-now" and .next_boot == false and
		(.kernels | map(select(.available and (.at_boot | not))) | length) == 1'
	install_conf
	point "the machine is set up for the next boot" gives 0 $tool status --json
	point "and is so" json '.state == "copy-only" and .next_boot'
	point "what to do comes first" gives 0 $tool status
	point "which is nothing" prints '^ action: none needed$'
	point "nothing is wider than 79 columns" narrow
}

narrow() {
	! grep '.\{80\}' /tmp/out
}

# status LABEL STATUS VERDICT JQ-OF-EACH-TYPE
status() {
	local label=$1 code=$2 verdict=$3 expression=$4 who
	for who in env as_user; do
		point "$label, ${who/env/root}: status gives $code" \
			gives "$code" $who $tool status
		point "$label, ${who/env/root}: as JSON too" \
			gives "$code" $who $tool status --json
		point "$label, ${who/env/root}: the verdict is $verdict" \
			json ".verdict == \"$verdict\""
		point "$label, ${who/env/root}: $expression" each "$expression"
	done
	point "$label: the kernel's release" \
		json ".kernel.release == \"$AC_RELEASE\""
}

# The sockets of a type are counted by its module, or by algif_copy.
count_of() {
	cat "/sys/module/$1/refcnt"
}

# --- check --------------------------------------------------------------------

# check_as WHO STATUS: its JSON is /tmp/out then.
check_as() {
	point "$1: check gives $2" gives "$2" "$1" $tool check --json
	point "$1: each part has been tried" json \
		'[.tests[] | select(.result != "skipped") | .part] | unique | length == 3'
	point "$1: all answers are right" json \
		'[.tests[] | select(.part == "known-answers") | .result] | index("bad") | not'
}

# bad PART [RESULT]: the names of the AEADs that came out so.
bad() {
	echo "[.tests[] | select(.part == \"$1\" and .result == \"${2:-bad}\") | .name]"
}

# Which the stock code of this kernel is known to change the file through.
check_stock() {
	local who=$1 names='[]' code=5 verdict=blemish
	if [ "$(known_corruption)" != 0 ]; then
		code=2
		verdict=vulnerable
		names='["authencesn(hmac(sha256),cbc(aes))", "authencesn(hmac(sha1),cbc(aes))", "authencesn(hmac(sha256),rfc3686(ctr(aes)))"]'
	fi
	check_as "$who" "$code"
	point "$who: the verdict is $verdict" \
		json ".verdict == \"$verdict\" and .blemish"
	point "$who: stock changes the file through $names" \
		json "$(bad page-cache) == $names"
	point "$who: stock gives out unverified plaintext" \
		json "$(bad unverified-plaintext blemish) | index(\"gcm(aes)\") != null"
	point "$who: it says what that means" gives "$code" "$who" $tool check
	point "$who: nothing is wider than 79 columns" narrow
	point "$who: in plain words" prints 'no data that fails authentication|A program that ignores'
	if [ "$names" = '[]' ]; then
		point "$who: and that this is no hole" prints '^NOT VULNERABLE; stock'
		return
	fi
	point "$who: of files too" prints 'Any user of this'
	point "$who: and ends with that" prints '^VULNERABLE to CVE-2026-31431: any user'
}

check_copy() {
	local who=$1
	check_as "$who" 0
	point "$who: nothing is bad" \
		json '[.tests[] | .result] | (index("bad") or index("blemish")) | not'
	point "$who: the verdict is good" json '.verdict == "good" and .vulnerable == false'
	point "$who: algif_copy did all of it" \
		json '[.served_by[]] == ["algif_copy", "algif_copy", "algif_copy", "algif_copy"]'
	point "$who: in words" gives 0 "$who" $tool check
	point "$who: nothing is wider than 79 columns" narrow
	point "$who: as JSON again" gives 0 "$who" $tool check --json
	point "$who: all types have been tried" json \
		'[.tests[] | select(.result == "good") | .type] | unique == ["aead", "hash", "rng", "skcipher"]'
}

# errors: of all types.
errors() {
	awk '$1 == "type" {
			for (i = 2; i <= NF; i++)
				if ($i ~ /^errors=/)
					n += substr($i, 8)
		}
		END { print n + 0 }' $stats
}

# The list of those who were seen is full, of programs that root has run once.
fill_users() {
	local i
	for ((i = 0; i < 70; i++)); do
		/t/helpers/worker -c "seen$i" hash sha256 || return 1
	done
	seen=$(grep -c '^user comm=seen' $stats)
	failed=$(errors)
	echo "$seen of them"
	[ "$seen" -ge 40 ]
}

# What root's monitoring does all day: only its number is left, here and in the log.
leaves_no_trace() {
	local log
	log=$(dmesg | wc -l)
	sed 's/ checks=[0-9]*//' $stats >/tmp/before
	gives 0 $tool check || return 1
	sed 's/ checks=[0-9]*//' $stats | diff /tmp/before - &&
		[ "$(dmesg | wc -l)" = "$log" ] &&
		grep -E '^algif_copy .* checks=[1-9]' $stats
}

modules() {
	awk '{ print $1 }' /proc/modules | sort
}

# unloads WHAT: so does what it has made the kernel load, and says so.
unloads() {
	modules >/tmp/before
	$tool check --json >/tmp/out || :
	modules | diff /tmp/before - && json ".unloaded | test(\"$1\")"
}

# check tries thirty algorithms, and messages that it has forged.
leaves_no_mark() {
	gives 0 as_user $tool check || return 1
	echo "$(grep -c '^user comm=seen' $stats) of $seen are left"
	echo "errors: $failed before, $(errors) now"
	grep '^type name=aead ' $stats
	[ "$(grep -c '^user comm=seen' $stats)" = "$seen" ] &&
		[ "$(errors)" = "$failed" ] &&
		grep -E '^type name=aead .* forged=[1-9]' $stats
}

# Without AF_ALG nothing is wrong, and nothing is known.
check_closed() {
	local modprobe
	modprobe=$(cat /proc/sys/kernel/modprobe)
	echo /bin/false >/proc/sys/kernel/modprobe
	point "nothing can be loaded: status" gives 2 $tool status --json
	point "says closed" json '.state == "closed" and .action == null'
	point "check gives 1" gives 1 $tool check --json
	point "and has skipped all" \
		json '[.tests[] | .result] | unique == ["skipped"]'
	point "in words" gives 1 $tool check
	point "it says what is not there" prints 'there is no AF_ALG'
	echo "$modprobe" >/proc/sys/kernel/modprobe
}

# --- top ----------------------------------------------------------------------

# How many sockets the keeper has open: it has no others.
sockets_of() {
	find "/proc/$1/fd" -lname 'socket:*' | wc -l
}

top_finds() {
	local n
	n=$(sockets_of "$pid")
	echo "keeper has $n sockets"
	[ "$n" -gt 0 ] && gives 0 $tool top && prints "^ *$pid +0 +$n keeper"
}

# A user sees none of root's.
top_as_user() {
	gives 0 as_user $tool top && prints 'no process' &&
		prints 'are hidden'
}

top_twice() {
	gives 0 $tool top -n 2 -d 0.5 && [ "$(grep -c '^ *PID' /tmp/out)" = 2 ]
}

# What another process of that name had bound is not the keeper's.
top_credits() {
	prints "^ *$pid +0 +8 keeper .*ecb\(aes\)" &&
		! grep -E "^ *$pid .*(sha1|md5)" /tmp/out
}

# The same in JSON, of which "." is the keeper.
top_json() {
	gives 0 $tool -j top &&
		json ".processes[] | select(.pid == $pid) | .sockets == 8 and
			(.algorithms | index(\"ecb(aes)\") and (index(\"sha1\") or index(\"md5\") | not))"
}

no_escapes() {
	! grep $'\033' /tmp/out
}

# --- the whole ----------------------------------------------------------------

before_all() {
	point "nothing of AF_ALG is loaded" nothing_loaded
	status "no AF_ALG" 2 not '.served_by == "nobody" and .on_bind == "stock"'
	point "a bind() would load stock" json '.state == "stock-on-demand"'
	point "metrics too" gives 0 $tool metrics
	point "say so" prints '^algif_copy_loaded 0$'
	point "and who serves" prints \
		'^algif_copy_type_served\{type="rng",by="nobody"\} 1$'
	point "and who does not" prints \
		'^algif_copy_type_served\{type="rng",by="module"\} 0$'
	point "and top" gives 0 $tool top
	point "nothing has been loaded by looking" nothing_loaded
	check_closed
	point "nothing has been loaded by that" nothing_loaded
}

on_stock() {
	point "check unloads what it has loaded" unloads algif_aead
	load_stock
	status "stock" 2 not '.served_by == "module" and .bound == 0'
	point "a program uses it" keeper_start
	point "status gives 2" gives 2 $tool status --json
	point "its sockets are counted" each '.bound == 1'
	point "top finds it" top_finds
	point "a user sees only his own, and is told so" top_as_user
	point "top comes again" top_twice
	point "no colours but on a terminal" no_escapes
	keeper_stop
	check_stock env
	check_stock as_user
}

# Sockets of the stock code are left for as long as the keeper runs.
in_between() {
	point "a program uses stock" keeper_start
	point "algif_copy is loaded over it" modprobe algif_copy
	install_conf
	status "old sockets" 1 partly \
		'.served_by == "algif_copy" and .displaced == "module" and .stock_sockets == 1'
	keeper_stop
	rm /etc/modprobe.d/copy.conf /etc/modules-load.d/copy.conf
	until_boot
	status "all closed" 0 copy-only \
		'.served_by == "algif_copy" and .displaced == "module" and .stock_sockets == 0'
}

module_facts() {
	json ".module.loaded and .module.version == \"$(cat /sys/module/algif_copy/version)\" and
		.module.signature == \"unsigned\" and .policy.allow_drivers == false"
}

# What only root is told; modules from before there were figures tell nobody.
figures() {
	if [ ! -e $stats ]; then
		echo "# algif_copy has no figures"
		point "metrics say that there are no figures" gives 3 $tool metrics
		point "and why" complains 'algif_copy has not created|no debugfs'
		return
	fi
	point "status as root" gives 0 $tool status --json
	point "since when" json \
		"now - .module.since | . >= 0 and . <= $(cut -d. -f1 /proc/uptime)"
	point "nothing is left out" json '.not_shown == null'
	point "metrics" gives 0 $tool metrics
	point "have counters of each type" prints \
		'^algif_copy_binds_total\{type="rng"\} [0-9]+$'
	point "and whether it will be there after the next boot" prints \
		"^algif_copy_module_ready\{release=\"${AC_RELEASE//+/\\+}\"\} 1\$"
	point "and of processes" prints \
		'^algif_copy_process_binds_total\{type="skcipher",.*comm="keeper"'
	point "another program of that name has been there" \
		/t/helpers/worker -c keeper hash sha1
	# The kernel says in hundredths of a second when a process has started.
	sleep 0.1
	point "a program uses it again" keeper_start
	point "and another one meanwhile" /t/helpers/worker -c keeper hash md5
	point "top has the algorithms of a process" gives 0 $tool top
	point "with its name, and no others" top_credits
	point "as JSON too" top_json
	keeper_stop
}

on_copy() {
	point "status as root" gives 0 $tool status --json
	point "version, signature, policy" module_facts
	point "a program uses it" keeper_start
	point "status as a user" gives 0 as_user $tool status --json
	point "counts what is bound" \
		json ".module.bound == 4 and .module.bound == $(count_of algif_copy)"
	point "says what root would see" json '.not_shown | test("root")'
	point "top finds it" top_finds
	keeper_stop
	point "as a user, metrics" gives 3 as_user $tool metrics
	point "say that only root sees figures" complains 'root only'
	figures
	check_copy env
	check_copy as_user
	[ -e $stats ] || return 0
	point "all lines are taken by programs that have been seen" fill_users
	point "check pushes none of them out, and is no error" leaves_no_mark
	point "root's leaves no trace" leaves_no_trace
	point "and no module" unloads ''
}

chmod 1777 /tmp
mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug
before_all
unrestrict
on_stock
in_between
on_copy
point "rmmod algif_copy" rmmod algif_copy
rm /etc/modprobe.d/copy.conf /etc/modules-load.d/copy.conf
status "stock again" 2 not '.served_by == "module" and .bound == 0'
plan
