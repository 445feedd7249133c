#!/bin/bash
# Software only with a real accelerator in the machine, QEMU's virtio-crypto: its
# interrupts are counted.
# limit: 300
# qemu: -object cryptodev-backend-builtin,id=c0 -device virtio-crypto-pci,cryptodev=c0
# cpu: qemu64,+rdrand
# append: cryptomgr.notests=1
# tree: helpers

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

parameter=/sys/module/algif_copy/parameters/allow_drivers
driver=virtio_crypto_aes_cbc

# Those of its data queue.
interrupts() {
	local device=(/sys/bus/virtio/drivers/virtio_crypto/virtio*)
	awk -v device="${device##*/}-" 'index($NF, device) == 1 {
			for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++)
				n += $i
		}
		END { print n + 0 }' /proc/interrupts
}

# work LEAST MOST NAME: as a user, with so many interrupts.
work() {
	local before
	before=$(interrupts)
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
		/t/helpers/worker -n 5 -b 64 skcipher "$3" || return 1
	sleep 0.2
	echo "$3: $(($(interrupts) - before)) interrupts"
	[ $(($(interrupts) - before)) -ge "$1" ] &&
		[ $(($(interrupts) - before)) -le "$2" ]
}

binds() {
	/t/helpers/binder skcipher "$2" | grep -Fx "skcipher $2 $1"
}

is_default() {
	awk '$1 == "name" { name = $3 }
		$1 == "driver" { d = $3 }
		$1 == "priority" && name == "cbc(aes)" { print $3, d }' \
		/proc/crypto | sort -n | tee /tmp/drivers
	tail -n 1 /tmp/drivers | grep " $driver\$"
}

uses() {
	point "$1: by the driver's name" work 5 1000 $driver
	point "$1: as the default" work 5 1000 'cbc(aes)'
	point "$1: in a template" work 5 1000 'cts(cbc(aes))'
}

modprobe virtio_pci
modprobe virtio_crypto 2>/dev/null
if ! compgen -G '/sys/bus/virtio/drivers/virtio_crypto/virtio*' >/dev/null; then
	echo "1..0 # SKIP this machine has no virtio-crypto, or this kernel no driver"
	exit
fi
unrestrict
modprobe -a "${stock[@]}"
modprobe aes_generic 2>/dev/null || :
point "the device's is the default" is_default
uses stock
point "algif_copy loads" modprobe algif_copy
point "software only: its driver does not exist" binds ENOENT $driver
point "nor in a template" binds ENOENT "cts($driver)"
point "software only: no interrupt by the default" work 0 0 'cbc(aes)'
point "software only: none in a template" work 0 0 'cts(cbc(aes))'
point "software only: none in essiv" work 0 0 'essiv(cbc(aes),sha256)'
echo 1 >$parameter
uses "drivers allowed"
echo 0 >$parameter
point "software only again: none" work 0 0 'cts(cbc(aes))'
point "algif_copy goes" rmmod algif_copy
plan
