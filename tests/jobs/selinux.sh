#!/bin/bash
# SELinux with Debian's policy enforced: the same labels of sockets, and the same
# denials, on the stock types and on algif_copy.
# append: security=selinux
# memory: 640
# tree: helpers selinux

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

selinux=/sys/fs/selinux
# Afterwards a bind() that would have to load an algorithm fails, whoever serves.
algorithms=(skcipher 'ecb(aes)' hash 'hmac(sha256)')

# Type of socket; domains that open it, accept from it and use it; what they get. The
# policy lets each program of init_t's children (daemon) use a socket of it, but not
# accept, NetworkManager_t and bluetooth_t have their own, ping_t none. A socket has
# the label of the one that it was accepted from, whoever did that.
scenes=(
	'skcipher unconfined_t unconfined_t unconfined_t'
	'socket=ok bind=ok key=ok accept=ok send=ok recv=ok label=unconfined_t label=unconfined_t'
	'skcipher ping_t ping_t ping_t'
	'socket=EACCES'
	'skcipher NetworkManager_t NetworkManager_t NetworkManager_t'
	'socket=ok bind=ok key=ok accept=ok send=ok recv=ok label=NetworkManager_t label=NetworkManager_t'
	'skcipher unconfined_t NetworkManager_t NetworkManager_t'
	'socket=ok bind=ok key=ok accept=EACCES label=unconfined_t'
	'skcipher NetworkManager_t unconfined_t ping_t'
	'socket=ok bind=ok key=ok accept=ok send=EACCES recv=EACCES label=NetworkManager_t label=NetworkManager_t'
	'hash bluetooth_t unconfined_t unconfined_t'
	'socket=ok bind=ok key=ok accept=ok copy=ok send=ok recv=ok label=bluetooth_t label=bluetooth_t label=bluetooth_t'
	'hash init_t init_t bluetooth_t'
	'socket=ok bind=ok key=ok accept=ok copy=EACCES send=ok recv=ok label=init_t label=init_t'
)

load_policy() {
	mkdir -p $selinux
	mount -t selinuxfs none $selinux &&
		dd if=/t/selinux/policy of=$selinux/load bs=64M count=1 &&
		[ "$(tr -d '\0' </proc/self/attr/current)" = system_u:system_r:kernel_t:s0 ]
}

denials() {
	dmesg | sed -n 's/.*avc: *denied *\({.*}\) .*\(scontext=.*tclass=alg_socket\) permissive=0.*/\1 \2/p'
}

# plays SCENE RESULT
plays() {
	local words
	read -r -a words <<<"$1"
	/t/helpers/label "${words[@]}" | tee /tmp/got
	[ "$(cat /tmp/got)" = "$2" ]
}

# play WHO: all scenes; what was denied is left in /tmp/WHO.
play() {
	local i before
	before=$(denials | wc -l)
	for ((i = 0; i < ${#scenes[@]}; i += 2)); do
		point "$1: ${scenes[i]}: ${scenes[i + 1]}" \
			plays "${scenes[i]}" "${scenes[i + 1]}"
	done
	denials | tail -n "+$((before + 1))" >"/tmp/$1"
}

same_denials() {
	cat /tmp/stock
	[ "$(wc -l </tmp/stock)" = 5 ] && diff /tmp/stock /tmp/copy
}

unrestrict
echo 0 >/proc/sys/kernel/printk_ratelimit
point "the stock types come" modprobe -a "${stock[@]}"
point "so do the algorithms" /t/helpers/binder "${algorithms[@]}"
point "Debian's policy is loaded" load_policy
play stock
point "modprobe algif_copy" modprobe algif_copy
play copy
point "the log has the same denials of both" same_denials
point "algif_copy has served: no stock type is in use" served_by algif_copy
point "rmmod algif_copy" rmmod algif_copy
plan
