#!/bin/bash
# algif-copy reload: a new module in the place of the old one, with the policy as it
# was, and no moment in which a stock type can be bound, or none without a word; the
# parameter restrict.
# limit: 400
# smp: 2
# tree: helpers tool

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"
# shellcheck source=tests/jobs/people.bash
. "${BASH_SOURCE[0]%/*}/people.bash"

tool=/t/tool/algif-copy
parameters=/sys/module/algif_copy/parameters
kept=/run/modprobe.d/zz-algif-copy-reload.conf

# As on a machine where algif_copy is installed, and an administrator has begun with
# another policy than that of now.
configure() {
	mkdir -p /etc/modprobe.d /run
	printf 'alias %s algif_copy\n' "${stock[@]}" >/etc/modprobe.d/copy.conf
	echo 'options algif_copy restrict=0 allow="+hash:md4" allow_drivers=0' \
		>/etc/modprobe.d/options.conf
}

# Past the aliases.
load_stock() {
	local name
	for name in "${stock[@]}"; do
		insmod "$(modinfo -n "$name")" || return 1
	done
}

unload_all() {
	local name
	for name in algif_copy "${stock[@]}"; do
		[ ! -e "/sys/module/$name" ] || rmmod "$name" || return 1
	done
}

# gives STATUS COMMAND...: what it prints stays in /tmp/out.
gives() {
	local wanted=$1 status=0
	shift
	"$@" >/tmp/out 2>&1 || status=$?
	cat /tmp/out
	echo "exit status $status"
	[ $status = "$wanted" ]
}

prints() {
	in_file /tmp/out grep -E "$1"
}

# Each load has a time of its own.
loaded_at() {
	sed -n 's/^algif_copy .* loaded=\([^ ]*\).*/\1/p' \
		/sys/kernel/debug/algif_copy/stats
}

mark() {
	at=$(loaded_at)
}

same_one() {
	[ "$(loaded_at)" = "$at" ]
}

set_policy() {
	set_level 1
	echo '+skcipher:ecb(aes)@admin  -hash:sha1' >$parameters/allow
	echo 1 >$parameters/allow_drivers
	mark
}

policy_is_kept() {
	grep . $level_file $parameters/*
	[ "$(cat $level_file)" = 1 ] && grep -x Y $parameters/allow_drivers &&
		grep -Fx '+skcipher:ecb(aes)@admin  -hash:sha1' $parameters/allow &&
		[ ! -e $kept ] && as user /t/helpers/binder hash sha1 |
		grep ENOENT
}

# A user who goes on trying what he may not have.
try_always() {
	local -a pairs=()
	local i
	for ((i = 0; i < 300; i++)); do
		pairs+=(aead 'gcm(aes)')
	done
	while [ ! -e /tmp/enough ]; do
		as user /t/helpers/binder "${pairs[@]}"
	done
}

never_had_it() {
	touch /tmp/enough
	wait "$trying"
	sort /tmp/tried | uniq -c
	[ "$(wc -l </tmp/tried)" -gt 100 ] &&
		! grep -vE ' (ENOENT|EAFNOSUPPORT)$' /tmp/tried
}

# reload_often OPTION...: under a user who tries.
reload_often() {
	local round
	rm -f /tmp/enough
	try_always >/tmp/tried 2>&1 &
	trying=$!
	for ((round = 0; round < 8; round++)); do
		gives 0 $tool reload "$@" || return 1
	done
}

nothing_beneath() {
	point "nothing beneath: algif_copy loads" modprobe algif_copy
	set_policy
	point "nothing beneath: reload" gives 0 $tool reload
	point "it says that nobody served" prints 'Nobody served in between'
	point "it is another one" refuses same_one
	point "the policy is kept" policy_is_kept
	point "8 times under a user who tries what he may not have" reload_often
	point "he has never had it" never_had_it
	point "the policy is kept" policy_is_kept
	set_level 0
	point "a program uses algif_copy" keeper_start
	mark
	point "reload does nothing" gives 1 $tool reload --force
	point "it says whom to look for" prints 'sockets are bound'
	point "it is the same one" same_one
	point "the program goes on" keeper_ask
	point "it ends" keeper_stop
	point "a user cannot reload" gives 3 as user $tool reload
	point "all goes" unload_all
	point "without algif_copy there is nothing to reload" gives 3 $tool reload
}

# Stock types that are modules.
modules_beneath() {
	set_level_if_there 0
	point "stock beneath: stock loads" load_stock
	point "stock beneath: algif_copy loads" modprobe algif_copy
	set_policy
	if [ $own = 1 ]; then
		point "reload does nothing" gives 1 $tool reload
		point "it says why, and what to do" prints \
			'would serve for a moment|--force'
		point "it is the same one" same_one
		point "it can be forced" gives 0 $tool reload --force
		point "it says for how long" prints \
			'The stock types could be bound for [0-9]+ ms'
	else
		rm -f /tmp/enough
		try_always >/tmp/tried 2>&1 &
		trying=$!
		point "reload" gives 0 $tool reload
		point "a user who tries all the time has not had it" never_had_it
		point "it says that nobody could bind" prints 'Nobody could bind'
	fi
	point "it is another one" refuses same_one
	point "the policy is kept" policy_is_kept
	point "the stock modules are gone" refuses grep '^algif_[^c]' /proc/modules
	point "with nothing beneath there is no such moment" gives 0 $tool reload
	point "the policy is kept" policy_is_kept
	point "all goes" unload_all
}

set_level_if_there() {
	[ ! -e $level_file ] || set_level "$1"
}

# What the administrator wanted is not lost where the new one does not load.
failing() {
	point "algif_copy loads" modprobe algif_copy
	set_policy
	echo 'install algif_copy /bin/false' >/etc/modprobe.d/fails.conf
	point "the new one does not load" gives 2 $tool reload
	point "it says that it is not there" prints 'could not be loaded'
	point "nobody serves" [ ! -e /sys/module/algif_copy ]
	rm /etc/modprobe.d/fails.conf
	point "later it loads" modprobe algif_copy
	point "and the policy is kept" rm $kept
	point "as it was" policy_is_kept
	point "all goes" unload_all
}

refused_argument() {
	refuses modprobe algif_copy "$1" && [ ! -e /sys/module/algif_copy ]
}

# parameter LEVEL: from the first moment on.
parameter() {
	modprobe algif_copy restrict="$1" && grep -x "$1" $level_file &&
		grep " restrict=$1 restrict_by=algif_copy " \
			/sys/kernel/debug/algif_copy/stats && rmmod algif_copy
}

from_a_file() {
	echo 'options algif_copy restrict=2' >/etc/modprobe.d/zz.conf
	modprobe algif_copy && grep -x 2 $level_file &&
		/t/helpers/binder hash sha1 | grep ENOENT &&
		rm /etc/modprobe.d/zz.conf
}

own_parameter() {
	local value
	for value in 0 1 2; do
		point "restrict=$value counts from the beginning" parameter "$value"
	done
	for value in 3 -1 x ''; do
		point "restrict=\"$value\" is refused" \
			refused_argument "restrict=$value"
	done
	point "restrict=2 in modprobe.d" from_a_file
	point "the sysctl changes it" set_level 0
	point "for all" binds_now
	point "algif_copy goes" rmmod algif_copy
}

binds_now() {
	/t/helpers/binder hash sha1 | grep ok
}

kernels_parameter() {
	set_level 1
	point "restrict=2 is taken" modprobe algif_copy restrict=2
	point "the log says that it has no effect" \
		said 'restrict=2 has no effect: this kernel has'
	point "the level is the kernel's" grep -x 1 $level_file
	point "algif_copy goes" rmmod algif_copy
}

mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug
own=0
has_levels || own=1
configure
unload_all
if [ $own = 1 ]; then
	own_parameter
else
	kernels_parameter
fi
nothing_beneath
modules_beneath
failing
plan
