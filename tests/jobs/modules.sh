#!/bin/bash
# Packages of the compiled module on a Debian system that has neither compiler nor
# headers: installed, replaced while in use, with a second kernel, by Ansible, removed.
# root: plain
# limit: 1500
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: helpers

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/system.bash
. "${BASH_SOURCE[0]%/*}/system.bash"

export DEBIAN_FRONTEND=noninteractive INITRD=No
newer=$(cat /t/packages/kernel/release)
debs=/t/packages/modules

apt_get() {
	manage apt-get -q -y "$@"
}

# debs_in DIR
debs_in() {
	echo "$1/algif-copy-modules-${release}"_*.deb "$1/${common}"_*.deb
}

has_module() {
	[ "$(modinfo -k "$1" -F version algif_copy)" = "$version" ] &&
		modinfo -k "$1" -n algif_copy | grep -x "/lib/modules/$1/updates/algif_copy.ko"
}

# Names, to be split.
# shellcheck disable=SC2046
install() {
	point "no compiler" refuses command -v gcc cc dkms make
	point "no headers" refuses test -e "/lib/modules/$release/build"
	point "apt install of $lower" apt_get install $(debs_in "$debs/lower")
	point "nothing is said" refuses grep '^algif_copy: ' /tmp/printed
	point "it is loaded" loaded_version "$lower"
	point "the stock hash type that was loaded is displaced" pinned algif_hash
	remove_all
	point "modprobe algif_aead ends in algif_copy" \
		ends_in algif_copy modprobe algif_aead
}

# Names, to be split.
# shellcheck disable=SC2046
upgrade() {
	point "a program uses it" keeper_start
	point "apt install of $version" apt_get install $(debs_in "$debs")
	point "it says which one keeps serving" printed "Version $lower keeps serving"
	point "that is true" loaded_version "$lower"
	point "its user has noticed nothing" keeper_ask
	keeper_stop
	point "modprobe -r algif_copy" modprobe -r algif_copy
	point "modprobe algif_copy" modprobe algif_copy
	point "now it is $version" loaded_version "$version"
}

second_kernel() {
	point "the module for $newer does not come without that kernel" \
		refuses apt_get install "$debs/algif-copy-modules-${newer}_${version}_amd64.deb"
	point "apt install of both" apt_get install \
		/t/packages/kernel/linux-image-*.deb \
		"$debs/algif-copy-modules-${newer}_${version}_amd64.deb"
	point "$newer has its module" has_module "$newer"
	point "$release has its own" has_module "$release"
	point "apt purge of the one for $newer" apt_get purge "algif-copy-modules-$newer"
	point "$newer has none" refuses has_module "$newer"
	point "$release has its own" has_module "$release"
}

# The aliases stay, and no other package has the module.
without_module() {
	point "apt purge of the module" apt_get purge "algif-copy-modules-$release"
	point "the loaded one goes on" loaded_version "$version"
	remove_all
	point "modprobe algif_hash fails" refuses modprobe algif_hash
	point "a package for another kernel: apt install" apt_get install \
		"$debs/algif-copy-modules-${newer}_${version}_amd64.deb"
	sed 's/^/# apt: /' /tmp/printed
	point "it names the package" \
		printed "Install its package, algif-copy-modules-$release."
	point "and says what serves" printed "Now AF_ALG is closed."
}

by_ansible() {
	point "ansible-playbook" manage ansible-playbook -c local -i localhost, \
		-e "packages=$debs" /t/packages/playbook.yml
	sed 's/^/# ansible: /' /tmp/printed
	point "it is loaded" loaded_version "$version"
	point "once more" manage ansible-playbook -c local -i localhost, \
		-e "packages=$debs" /t/packages/playbook.yml
	point "that changes nothing" printed "changed=0"
	rm -r /var/cache/algif-copy
}

remove() {
	point "a program uses it" keeper_start
	point "apt purge of all" apt_get purge "$common"
	point "it says that it stays while it is in use" \
		printed "In use, so it stays loaded"
	point "its user goes on" keeper_ask
	keeper_stop
	point "once it is closed, rmmod" rmmod algif_copy
	point "no file is left" no_file_left
	stock_again
}

install
upgrade
second_kernel
without_module
by_ansible
remove
plan
