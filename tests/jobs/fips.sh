#!/bin/bash
# FIPS mode: the kernel has approved algorithms alone, algif_copy finds some to hold
# each type by and gives programs the same ones, and sha512hmac, with which such a
# system checks its kernel at boot, works.
# append: fips=1
# memory: 640
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: helpers libkcapi64

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

program=/t/libkcapi64/bin/kcapi-hasher
# hmaccalc's, which everybody knows: it guards against chance, not malice.
key=FIPS-FTW-RHT2009

# The last of each type is not approved, or has never been. Some of the others are not
# in each kernel.
algorithms=(
	hash sha256 hash sha512 hash 'hmac(sha512)' hash sha1 hash md5
	skcipher 'cbc(aes)' skcipher 'ecb(aes)' skcipher 'ctr(aes)'
	skcipher 'xts(aes)' skcipher 'cbc(des3_ede)' skcipher 'cbc(camellia)'
	aead 'gcm(aes)' aead 'ccm(aes)' aead 'authenc(hmac(sha256),cbc(aes))'
	aead 'rfc7539(chacha20,poly1305)'
	rng stdrng rng jitterentropy_rng rng ansi_cprng
)

bound() {
	/t/helpers/binder "${algorithms[@]}"
}

only_approved() {
	cat /tmp/stock
	grep -x 'hash sha256 ok' /tmp/stock && ! grep -x 'hash md5 ok' /tmp/stock
}

the_same() {
	bound >/tmp/copy
	diff /tmp/stock /tmp/copy
}

# In FIPS mode it checks the library that it is loaded with before all else. That of the
# tests has none, and so must not see the mode.
sha512hmac() {
	(exec -a sha512hmac $program "$@")
}

hide_mode() {
	echo 0 >/tmp/no_fips
	mount --bind /tmp/no_fips /proc/sys/crypto/fips_enabled
}

makes_sums() {
	sha512hmac $program >/tmp/sums && cat /tmp/sums &&
		openssl dgst -sha512 -hmac $key $program | tee /tmp/openssl &&
		[ "$(cut -d ' ' -f 1 /tmp/sums)" = "$(awk '{ print $NF }' /tmp/openssl)" ]
}

checks_sums() {
	sha512hmac -c /tmp/sums
}

notices_changes() {
	sed "s,$program,/t/helpers/keeper," /tmp/sums >/tmp/wrong
	! sha512hmac -c /tmp/wrong >/tmp/said &&
		in_file /tmp/said grep -x '/t/helpers/keeper: Not OK'
}

sha512hmac_works() {
	point "$1: sha512hmac makes a sum, as openssl" makes_sums
	point "$1: it finds it right" checks_sums
	point "$1: it finds another file's wrong" notices_changes
}

unrestrict
point "the kernel is in FIPS mode" grep -x 1 /proc/sys/crypto/fips_enabled
point "the stock types come" modprobe -a "${stock[@]}"
bound >/tmp/stock
point "they have approved algorithms alone" only_approved
point "a program without a library is let in" hide_mode
sha512hmac_works stock
point "modprobe algif_copy" modprobe algif_copy
point "it serves all four" said 'serving hash, skcipher, aead, rng'
point "it has the same algorithms" the_same
sha512hmac_works copy
point "rmmod algif_copy" rmmod algif_copy
point "the stock types serve again" the_same
plan
