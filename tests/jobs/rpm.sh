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

rpms_of() {
	echo "/t/packages/$package-$1-1.noarch.rpm" "/t/packages/$common-$1-1.noarch.rpm"
}

# It succeeds although a scriptlet has failed, and says so.
rpm() {
	manage command rpm "$@" && refuses printed 'scriptlet failed'
}

# Names, to be split.
# shellcheck disable=SC2046
install() {
	point "rpm -i of $1" rpm -i --nodeps $(rpms_of "$1")
	point "dkms has built it for the running kernel" dkms_has "$1" "$release"
	point "it is loaded" loaded_version "$1"
	point "the stock hash type that was loaded is displaced" pinned algif_hash
	point "rpm -V finds nothing" quiet command rpm -V --nodeps "$package" "$common"
	remove_all
	point "modprobe algif_hash ends in algif_copy" \
		ends_in algif_copy modprobe algif_hash
}

# Nothing is built a third time: without headers the package comes without a
# module, and the one that was built before is loaded by hand.
# Names, to be split.
# shellcheck disable=SC2046
remove_idle() {
	mv "$headers" /root/headers
	point "without headers: rpm -i" rpm -i --nodeps $(rpms_of "$version")
	sed 's/^/# rpm: /' /tmp/printed
	point "it says what is missing" printed "  dnf install kernel-devel-$release"
	point "in 80 columns" refuses grep '^algif_copy: .\{69\}' /tmp/printed
	mv /root/headers "$headers"
	remove_all
	modprobe af_alg
	insmod /root/algif_copy.ko
	point "rpm -e" rpm -e "$package" "$common"
	point "it says nothing" refuses grep algif_copy /tmp/printed
	point "the module is gone" unloaded algif_copy
	point "so is all that was installed" same_files
	point "dkms knows nothing of it" quiet dkms_nothing
	stock_again
}

quick_compiler
# A system of rpm's has these from the beginning.
mkdir -p /usr/libexec /usr/share/{doc,licenses,man/man4}
list_files >/t/before
install "$lower"
# Names, to be split.
# shellcheck disable=SC2046
upgrade_in_use rpm -U --nodeps $(rpms_of "$version")
cp "$(modinfo -n algif_copy)" /root/algif_copy.ko
remove_in_use rpm -e "$package" "$common"
point "the files are those of before" same_files
remove_idle
plan
