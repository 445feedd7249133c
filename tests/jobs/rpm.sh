#!/bin/bash
# The rpm package on a Debian system: installed, replaced while it is in use,
# removed while it is in use and while it is not. What it requires comes from dpkg,
# of which rpm knows nothing: --nodeps. Other cases are in tests/rpm/run, without a
# kernel that runs.
# root: debian
# limit: 1500
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: helpers

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/system.bash
. "${BASH_SOURCE[0]%/*}/system.bash"

headers=/lib/modules/$release/build

rpm_of() {
	echo "/t/packages/$package-$1-1.noarch.rpm"
}

# It succeeds although a scriptlet has failed, and says so.
rpm() {
	manage command rpm "$@" && refuses printed 'scriptlet failed'
}

install() {
	point "rpm -i of $1" rpm -i --nodeps "$(rpm_of "$1")"
	point "dkms has built it for the running kernel" dkms_has "$1" "$release"
	point "it is loaded" loaded_version "$1"
	point "the stock hash type that was loaded is displaced" pinned algif_hash
	point "rpm -V finds nothing" quiet command rpm -V --nodeps "$package"
	remove_all
	point "modprobe algif_hash ends in algif_copy" \
		ends_in algif_copy modprobe algif_hash
}

# Nothing is built a third time: without headers the package comes without a
# module, and the one that was built before is loaded by hand.
remove_idle() {
	mv "$headers" /root/headers
	point "without headers: rpm -i" rpm -i --nodeps "$(rpm_of "$version")"
	point "it says what is missing" printed "kernel-devel-$release or the like"
	mv /root/headers "$headers"
	remove_all
	modprobe af_alg
	insmod /root/algif_copy.ko
	point "rpm -e" rpm -e "$package"
	point "it says nothing" refuses grep algif_copy /tmp/printed
	point "the module is gone" unloaded algif_copy
	point "so is all that was installed" same_files
	point "dkms knows nothing of it" quiet dkms_nothing
	stock_again
}

# A system of rpm's has these from the beginning.
mkdir -p /usr/share/{doc,licenses,man/man4}
list_files >/t/before
install "$lower"
upgrade_in_use rpm -U --nodeps "$(rpm_of "$version")"
cp "$(modinfo -n algif_copy)" /root/algif_copy.ko
remove_in_use rpm -e "$package"
point "the files are those of before" same_files
remove_idle
plan
