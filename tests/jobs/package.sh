#!/bin/bash
# The Debian package on a Debian system, from before its installation to after
# its removal. The initramfs of that system loads the stock algif_hash.
# root: debian
# limit: 1800
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: helpers libkcapi64
#
#   package.sh [upgrade]
#
# With upgrade a lower version is installed first and replaced while it is in
# use, a kernel is installed, the machine starts again, and libkcapi is tried.

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/system.bash
. "${BASH_SOURCE[0]%/*}/system.bash"

conf=/etc/modprobe.d/algif-copy.conf
export DEBIAN_FRONTEND=noninteractive

# Left behind by those who switched AF_ALG off once.
leave_mitigation() {
	printf '%s\n' 'install algif_aead /bin/false' 'blacklist algif_skcipher' \
		'blacklist algif_rng' >/etc/modprobe.d/disable-algif.conf
}

apt_get() {
	manage apt-get -q -y "$@"
}

debs_of() {
	echo "/t/packages/${package}_$1_all.deb" "/t/packages/${common}_$1_all.deb"
}

# Names, to be split.
# shellcheck disable=SC2046
install() {
	point "apt install of $1" apt_get install $(debs_of "$1")
	point "dkms has built $1 for the running kernel" dkms_has "$1" "$release"
	point "it is loaded" loaded_version "$1"
	point "the log says what it serves" \
		said "$1: serving hash, skcipher, aead, rng"
	point "and the journal" journal "$1: serving hash"
	point "the stock hash type that was loaded is displaced" pinned algif_hash
}

journal() {
	journalctl -k --no-pager | grep "algif_copy: .*$1"
}

has_help() {
	modinfo -p algif_copy | tee /tmp/parameters
	[ -s /tmp/parameters ] && ! grep -Ev '^[a-z_]+:.{10,}' /tmp/parameters
}

# Debian 11 does not sign.
signed() {
	[ "$(modinfo -F signer algif_copy)" ] ||
		dpkg --compare-versions "$(dpkg-query -W -f '${Version}' dkms)" lt 3
}

what_users_see() {
	local name
	point "dpkg -V finds nothing" quiet dpkg -V "$package" "$common"
	point "modinfo: version" field version "^$version\$"
	point "modinfo: licence" field license '^GPL'
	point "modinfo: description" field description 'AF_ALG'
	point "modinfo: help for each parameter" has_help
	point "the module is signed, or dkms cannot" signed
	point "it lies where modprobe prefers it" field filename /updates/
	for name in man/man4/algif_copy.4.gz man/man7/algif-copy-migration.7.gz \
		doc/$common/README.md.gz; do
		point "there is $name" test -s "/usr/share/$name"
	done
}

# It is in a package of its own, which the other one only recommends.
the_command() {
	remove_all
	modprobe algif_copy
	point "apt install of the command" \
		apt_get install "/t/packages/algif-copy_${version}_amd64.deb"
	point "algif-copy status: all types are copy-only" algif-copy status
	point "algif-copy check: all is well" algif-copy check
	point "there is man8/algif-copy.8.gz" \
		test -s /usr/share/man/man8/algif-copy.8.gz
	point "apt purge of the command" apt_get purge algif-copy
	point "it is gone" refuses test -e /usr/bin/algif-copy
	point "the module stays" loaded algif_copy
}

in_place_of_stock() {
	local name
	for name in algif_hash algif-skcipher algif_aead algif-rng; do
		remove_all
		point "modprobe $name ends in algif_copy" \
			ends_in algif_copy modprobe "$name"
	done
	for name in 'hash sha256' 'skcipher cbc(aes)' 'aead gcm(aes)' 'rng stdrng'; do
		remove_all
		# Words, to be split.
		# shellcheck disable=SC2086
		point "a bind to $name ends in algif_copy" \
			ends_in algif_copy binds $name
	done
	point "parameters are passed on" parameters_pass
	point "a new initramfs would take it too" initramfs_takes
}

# This is how initramfs-tools asks for the files of a module.
initramfs_takes() {
	modprobe --all --set-version="$release" --ignore-install --quiet \
		--show-depends algif_hash | grep '/updates/.*/algif_copy\.ko'
}

parameters_pass() {
	remove_all
	modprobe algif_copy allow_drivers=1 &&
		grep -x Y /sys/module/algif_copy/parameters/allow_drivers &&
		remove_all && modprobe algif_copy
}

closed() {
	refuses binds hash sha256 && unloaded algif_hash && unloaded algif_copy
}

# As on a kernel that the module could not be built for.
without_module() {
	local file
	file=$(modinfo -n algif_copy)
	remove_all
	mv "$file" /root/hidden.ko
	depmod
	point "without the module: modprobe algif_hash fails" \
		refuses modprobe algif_hash
	point "a bind too, and no stock module comes" closed
	point "the log says so, and where to read on" \
		said "cannot be loaded for kernel $release: AF_ALG stays closed; see algif_copy(4)"
	ln -s /dev/null $conf
	point "the documented line opens it: stock serves" \
		ends_in algif_hash binds hash sha256
	rm $conf
	mv /root/hidden.ko "$file"
	depmod
	point "with the module again it takes the place" modprobe algif_copy
	point "of the stock type" pinned algif_hash
}

# As on a machine where nobody has installed the headers. The stock algif_hash is
# loaded, and stays.
# Names, to be split.
# shellcheck disable=SC2046
without_headers() {
	mv "/lib/modules/$release/build" /root/build
	point "without headers: apt install" apt_get install $(debs_of "$version")
	sed 's/^/# apt: /' /tmp/printed
	point "it says why nothing was built" \
		printed 'It was not built: the headers are missing'
	point "and what to install" printed "  apt install linux-headers-$release"
	point "and for later kernels" printed "linux-headers-${release#*-*-}."
	point "and what serves now" printed 'Now the stock code serves hash, with'
	point "in 80 columns" refuses grep '^algif_copy: .\{69\}' /tmp/printed
	point "modprobe was not tried" refuses said .
	point "the stock type is as it was" loaded algif_hash
	point "the unit that loads modules at boot does not fail" \
		systemctl restart systemd-modules-load
	point "the log says what serves" \
		said "cannot be loaded for kernel $release: the stock code serves hash; see"
	point "modprobe fails" refuses modprobe algif_copy
	point "apt purge" apt_get purge "$common"
	mv /root/build "/lib/modules/$release/build"
}

# The programs were built for the base image's user land.
enter_base() {
	local dir
	mkdir /root/base
	cd /root/base || return 1
	cpio --quiet -id </t/base.cpio
	for dir in t proc sys dev lib/modules; do
		mkdir -p "$dir"
		mount --rbind "/$dir" "$dir"
	done
	mount -t tmpfs tmpfs run
	exec chroot . bash /t/jobs/libkcapi.sh copy 64 convenience,test
}

run_libkcapi() {
	export -f enter_base
	merge "libkcapi:" unshare --mount --propagation private bash -c enter_base
	rm -r /root/base
}

purge() {
	rm /etc/modprobe.d/disable-algif.conf
	modprobe algif_copy
	point "apt purge" apt_get purge "$common"
	point "the module is gone" unloaded algif_copy
	point "so is all that was installed" same_files
	point "dkms knows nothing of it" quiet dkms_nothing
	stock_again
}

begin() {
	point "the initramfs has loaded the stock algif_hash" loaded algif_hash
	leave_mitigation
	list_files | grep -v disable-algif >/t/before
}

# The hook that makes an initramfs would take longer than all the rest.
upgrade_kernel() {
	local newer
	newer=$(cat /t/packages/kernel/release)
	export INITRD=No
	cannot_build "$newer"
	point "dkms autoinstall" dkms autoinstall -k "$newer"
	point "dkms has built for $newer" dkms_has "$version" "$newer"
	point "and has for the running one" dkms_has "$version" "$release"
}

# What algif_copy(4) says of it.
cannot_build() {
	local dir=/usr/src/algif-copy-$version
	local main=$dir/src/main.c
	echo '#error' >>"$main"
	point "it cannot be built for Linux $1: apt install fails" \
		refuses apt_get install /t/packages/kernel/*.deb
	sed 's/^/# apt: /' /tmp/printed
	point "the module goes on serving" loaded_version "$version"
	cp "$dir/dkms.conf" /root/
	sed -i '/^AUTOINSTALL/d' /usr/src/algif-copy-*/dkms.conf
	point "the way out: dpkg --configure -a" dpkg --configure -a
	point "nothing is half installed" quiet dpkg --audit
	point "dkms has it for the running kernel" dkms_has "$version" "$release"
	cp /root/dkms.conf "$dir"
	sed -i '$d' "$main"
}

# This job goes on in another boot.
start_again() {
	echo "$points" >/t/points
	touch /t/again
	exit 0
}

after_start() {
	point "the initramfs has loaded the stock algif_hash" loaded algif_hash
	point "algif_copy is loaded" loaded algif_copy
	point "and has displaced it" pinned algif_hash
	point "the journal says so" journal "$version: serving hash"
	point "no unit has failed" quiet systemctl --failed --no-legend --plain
}

serve() {
	what_users_see
	point "the package's own autopkgtest" /t/packages/life
	the_command
	in_place_of_stock
	without_module
}

case ${1:-}$AC_BOOT in
1)
	quick_compiler
	begin
	without_headers
	install "$version"
	serve
	purge
	;;
upgrade1)
	quick_compiler
	begin
	without_headers
	install "$lower"
	# Names, to be split.
	# shellcheck disable=SC2046
	upgrade_in_use apt_get install $(debs_of "$version")
	upgrade_kernel
	start_again
	;;
upgrade2)
	points=$(cat /t/points)
	after_start
	serve
	run_libkcapi
	rm /etc/modprobe.d/disable-algif.conf
	remove_in_use apt_get purge "$common"
	;;
esac
plan
