#!/bin/bash
# Loading while another module's type is going: the kernel asks modprobe for that
# type, modprobe loads algif_copy, and that is what is being loaded. It has to end
# within seconds, with the place taken or with EBUSY.
# limit: 400
# smp: 2
# tree: helpers
# modules: witness

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

# As on a machine where algif_copy is installed.
aliases() {
	mkdir -p /etc/modprobe.d
	printf 'alias %s algif_copy\n' "${stock[@]}" >/etc/modprobe.d/copy.conf
}

# goes TYPE SECONDS: its type is registered, and can be bound no more.
goes() {
	modprobe ac_going type="$1" seconds="$2" || return 1
	rmmod ac_going &
	going=$!
	until [ "$(cat /sys/module/ac_going/initstate)" = going ]; do
		sleep 0.1
	done
}

# load SECONDS: modprobe ends by then, somehow.
load() {
	local began=$SECONDS
	status=0
	timeout -k 1 "$1" modprobe algif_copy || status=$?
	echo "modprobe ended with $status after $((SECONDS - began)) s"
	[ "$status" -lt 124 ]
}

loaded_or_refused() {
	if [ -e /sys/module/algif_copy ]; then
		echo "algif_copy is loaded"
	else
		[ "$status" != 0 ] &&
			said "the registered $1 type is being unloaded .*; try again"
	fi
}

# Whoever asked for the type may have loaded it meanwhile.
serves() {
	modprobe algif_copy && served_by algif_copy
}

going() {
	local type=$1 seconds=$2
	point "$type, $seconds s: it is going" goes "$type" "$seconds"
	point "$type, $seconds s: modprobe algif_copy ends" load 25
	point "$type, $seconds s: it is loaded, or says why not" \
		loaded_or_refused "$type"
	point "$type, $seconds s: the other is gone" wait "$going"
	sleep 1
	point "$type, $seconds s: algif_copy serves" serves
	point "$type, $seconds s: it goes" rmmod algif_copy
}

unrestrict
aliases
going hash 1
going hash 8
going aead 2
going rng 12
plan
