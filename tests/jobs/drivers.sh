#!/bin/bash
# Software only, without a device: which implementations the mask leaves, and a
# driver that no template tells to be one, alone and in templates. And ciphers that
# only other kernels have.
# limit: 400
# smp: 2
# tree: helpers witness
# modules: witness

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

parameter=/sys/module/algif_copy/parameters/allow_drivers
stats=/sys/kernel/debug/algif_copy/stats
tracing=/sys/kernel/tracing

# What programs use, and what the fast implementations are for.
common=(
	hash sha1 hash sha224 hash sha256 hash sha384 hash sha512 hash md5
	hash 'hmac(sha1)' hash 'hmac(sha256)' hash 'hmac(sha512)'
	hash 'cmac(aes)' hash crc32c hash sha3-256 hash blake2b-512
	skcipher 'cbc(aes)' skcipher 'ctr(aes)' skcipher 'ecb(aes)'
	skcipher 'xts(aes)' skcipher 'cts(cbc(aes))'
	skcipher 'rfc3686(ctr(aes))' skcipher 'essiv(cbc(aes),sha256)'
	skcipher 'lrw(aes)' skcipher chacha20 skcipher xchacha12
	skcipher 'adiantum(xchacha12,aes)' skcipher 'cbc(camellia)'
	skcipher 'xts(serpent)' skcipher 'xts(twofish)' skcipher 'cbc(des3_ede)'
	aead 'gcm(aes)' aead 'ccm(aes)' aead 'rfc4106(gcm(aes))'
	aead 'rfc4309(ccm(aes))' aead 'rfc7539(chacha20,poly1305)'
	aead 'authenc(hmac(sha256),cbc(aes))'
	aead 'authencesn(hmac(sha256),cbc(aes))'
	rng stdrng rng jitterentropy_rng
)

# implementations ALLOW_DRIVERS: of what can be bound, one a line.
implementations() {
	modprobe algif_copy allow_drivers="$1" || return 1
	/t/helpers/binder "${common[@]}" >/tmp/bound
	sed -n 's/^algorithm \(type=[^ ]* name=[^ ]* driver=[^ ]*\) .*/\1/p' \
		$stats | sort
	rmmod algif_copy
}

# Asked twice: what was loaded by the first time may be better.
compare() {
	implementations 1 >/tmp/all
	implementations 1 >/tmp/all && implementations 0 >/tmp/software || return 1
	echo "$(wc -l </tmp/all) algorithms"
	diff /tmp/all /tmp/software && [ "$(wc -l </tmp/all)" -ge 30 ]
}

# Where the processor has what they need, and the kernel them.
fast_ones() {
	cat /tmp/software
	grep -E 'name=cbc\(aes\) driver=cbc-aes-(aesni|ce)' /tmp/software &&
		grep -E 'name=xts\(aes\) driver=xts-aes-' /tmp/software
}

# A look-up that fails is one: it costs a process, and memory in one piece.
modprobe_calls() {
	local event=$tracing/events/module/module_request/enable
	/t/helpers/binder "${common[@]}" >/tmp/bound
	echo >$tracing/trace
	echo 1 >$event
	/t/helpers/binder "${common[@]}" >/tmp/bound
	echo 0 >$event
	grep -v '^#' $tracing/trace
}

# What is there must be found, as by the stock types.
no_more_calls() {
	modprobe -a "${stock[@]}"
	modprobe_calls >/tmp/stock_calls
	modprobe algif_copy || return 1
	modprobe_calls >/tmp/copy_calls
	rmmod algif_copy
	cat /tmp/copy_calls
	wc -l /tmp/stock_calls /tmp/copy_calls
	[ "$(wc -l </tmp/copy_calls)" -le "$(wc -l </tmp/stock_calls)" ]
}

# binds RESULT NAME
binds() {
	/t/helpers/binder skcipher "$2" | tee /tmp/bound
	grep -Fx "skcipher $2 $1" /tmp/bound
}

# Another program has had the template made already.
made_by_stock() {
	binds ok 'cts(cbc(acdevice))' &&
		grep -Fx 'driver       : cts(cbc-acdevice)' /proc/crypto
}

marked() {
	local name
	modprobe -a "${stock[@]}"
	point "a driver comes" modprobe ac_driver
	if binds ok 'cbc(acdevice)' >/tmp/point; then
		point "stock uses it, in a template too" made_by_stock
	else
		skip "stock uses it, in a template too" "it uses no drivers here"
	fi
	AC_MODE=stock merge "stock:" /t/witness/ciphers
	point "algif_copy loads" modprobe algif_copy
	for name in 'cbc(acdevice)' cbc-acdevice 'cts(cbc(acdevice))' \
		'cts(cbc-acdevice)'; do
		echo 0 >$parameter
		point "software only: no $name" binds ENOENT "$name"
		echo 1 >$parameter
		point "drivers allowed: $name" binds ok "$name"
	done
	echo 0 >$parameter
	point "and with software only none again" binds ENOENT \
		'cts(cbc(acdevice))'
	point "cts over software as ever" binds ok 'cts(cbc(aes))'
	AC_MODE=copy merge "copy:" /t/witness/ciphers
	point "algif_copy goes" rmmod algif_copy
	point "so does the driver" rmmod ac_driver
}

mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug
mountpoint -q $tracing || mount -t tracefs none $tracing
unrestrict
modprobe -q aesni_intel || modprobe -q aes-ce-blk || :
point "the common algorithms keep their implementations" compare
if grep -qE '^flags.* aes |^Features.* aes' /proc/cpuinfo; then
	point "the fast ones among them" fast_ones
else
	skip "the fast ones among them" "this processor has no instructions for AES"
fi
point "no bind calls modprobe that did not before" no_more_calls
marked
plan
