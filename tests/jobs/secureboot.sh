#!/bin/bash
# Secure Boot: the firmware, Debian's shim, grub and kernel look at signatures, and the
# kernel at those of modules. Which module is loaded, and does all work under lockdown?
# root: debian
# firmware: secure
# limit: 2400
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: helpers

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/system.bash
. "${BASH_SOURCE[0]%/*}/system.bash"

export DEBIAN_FRONTEND=noninteractive
tracing=/sys/kernel/tracing
keys=/t/keys
ko=/root/algif_copy.ko

apt_get() {
	manage apt-get -q -y "$@"
}

is_secure() {
	mokutil --sb-state | tee /dev/stderr | grep -xF 'SecureBoot enabled' &&
		tee /dev/stderr </sys/kernel/security/lockdown | grep -F '[integrity]'
}

# The key that dkms would make at its first use, and that the administrator would enrol.
give_key_to_dkms() {
	mkdir -p /var/lib/dkms
	cp $keys/mok.key /var/lib/dkms/mok.key
	openssl x509 -in $keys/mok.crt -outform DER -out /var/lib/dkms/mok.pub
}

enrolled() {
	mokutil --test-key /var/lib/dkms/mok.pub 2>&1 | tee /dev/stderr |
		grep 'is already enrolled'
}

# sign NAME: as build-module does.
sign() {
	"/lib/modules/$release/build/scripts/sign-file" sha256 "$keys/$1.key" \
		"$keys/$1.crt" $ko
}

rejects() {
	refuses insmod $ko 2>/tmp/rejected && in_file /tmp/rejected grep "$1"
}

by_dkms() {
	point "the key that dkms will sign with is enrolled" enrolled
	point "apt install" apt_get install \
		"/t/packages/${package}_${version}_all.deb" \
		"/t/packages/${common}_${version}_all.deb"
	point "the module is signed by it" field signer 'mok of a test'
	point "it is loaded" loaded_version "$version"
	point "the stock hash type that was loaded is displaced" pinned algif_hash
	for name in 'hash sha256' 'skcipher cbc(aes)' 'aead gcm(aes)' 'rng stdrng'; do
		# Words, to be split.
		# shellcheck disable=SC2086
		point "a bind to $name" binds $name
	done
}

look_inside() {
	point "the statistics can be read" \
		grep . /sys/kernel/debug/algif_copy/stats
	echo 1 >$tracing/events/algif_copy/enable
	point "with tracepoints: a bind" binds hash sha256
	point "it has been traced" grep -F ' bind: ' $tracing/trace
	echo 0 >$tracing/events/algif_copy/enable
	point "status" apt_get install "/t/packages/algif-copy_${version}_amd64.deb"
	point "algif-copy status: all types are copy-only" algif-copy status
	point "algif-copy check: all is well" algif-copy check
}

# The module of dkms, without its signature or with others.
wrong_ones() {
	cp "$(modinfo -n algif_copy)" $ko
	remove_all
	strip --strip-debug $ko
	modprobe af_alg
	point "without a signature it is rejected" rejects 'Key was rejected\|Required key'
	sign other
	point "with one of an unknown key too" rejects 'Key was rejected'
	strip --strip-debug $ko
	sign mok
	point "with one of the enrolled key it is loaded" insmod $ko
	point "nothing of those rejected is left" loaded_version "$version"
	rmmod algif_copy
}

# What is in a package of make deb-modules with SIGN_KEY= and SIGN_CERT=.
of_binary_package() {
	export SIGN_KEY=$keys/mok.key SIGN_CERT=$keys/mok.crt
	point "build-module" /t/packages/tree/src/pack/build-module "$release" /root/tree
	point "its module is loaded" \
		insmod "/root/tree/lib/modules/$release/updates/algif_copy.ko"
	point "it serves" binds aead 'gcm(aes)'
}

# The firmware has written to this port, without an end of line.
echo
point "Secure Boot is enabled, and the kernel locked down" is_secure
quick_compiler
give_key_to_dkms
by_dkms
look_inside
wrong_ones
of_binary_package
plan
