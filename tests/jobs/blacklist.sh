#!/bin/bash
# Built-in types that a word on the kernel's command line has kept from being
# registered: nobody serves until algif_copy does.
# append: initcall_blacklist=algif_hash_init,algif_skcipher_init,algif_aead_init,rng_init
# memory: 512
# cpu: qemu64,+rdrand
# tree: helpers

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"

algorithms=(hash sha256 skcipher 'cbc(aes)' aead 'gcm(aes)' rng stdrng)

nobody_serves() {
	/t/helpers/binder "${algorithms[@]}" | tee /tmp/bound
	[ "$(grep -c ' ENOENT$' /tmp/bound)" = 4 ]
}

point "all four types are built in" built_in
point "none of them serves" nobody_serves
point "modprobe algif_copy" modprobe algif_copy
point "algif_copy serves" served_by algif_copy
point "in nobody's place" refuses said 'in the place of'
point "rmmod algif_copy" rmmod algif_copy
point "nobody serves" nobody_serves
plan
