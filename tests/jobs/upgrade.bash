# shellcheck shell=bash
# Parts of package.sh: upgrades, a start of the machine, removal while the module
# is in use. Sourced there, never run.

upgrade_in_use() {
	point "a program uses it" keeper_start
	point "apt install of ${version:?} over it" apt_get install \
		"/t/packages/${package:?}_${version}_all.deb"
	point "it says which one goes on serving" \
		printed "version ${lower:?} goes on serving"
	point "that is true" grep -x "$lower" /sys/module/algif_copy/version
	point "its user has noticed nothing" keeper_ask
	keeper_stop
	point "dkms has built $version" dkms_has "$version" "${release:?}"
	point "and knows no other" refuses dkms_has "$lower" "$release"
	point "what it promised works: modprobe -r algif_copy" modprobe -r algif_copy
	point "modprobe algif_copy" modprobe algif_copy
	point "now it is $version" grep -x "$version" /sys/module/algif_copy/version
}

# The hook that makes an initramfs would take longer than all the rest.
upgrade_kernel() {
	local newer
	newer=$(cat /t/packages/kernel/release)
	export INITRD=No
	point "apt install of Linux $newer" apt_get install /t/packages/kernel/*.deb
	point "dkms has built for it" dkms_has "$version" "$newer"
	point "and has for the running one" dkms_has "$version" "$release"
}

# package.sh goes on in another boot.
start_again() {
	echo "${points:?}" >/t/points
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

no_file_left() {
	! find / -xdev -path /t -prune -o -iname '*algif[-_]copy*' -print | grep .
}

purge_in_use() {
	rm /etc/modprobe.d/disable-algif.conf
	modprobe -a algif_copy
	point "a program uses it" keeper_start
	point "apt purge" apt_get purge "$package"
	point "says that it stays while it is in use" \
		printed "in use, so it stays loaded"
	point "its user goes on" keeper_ask
	keeper_stop
	point "once it is closed, rmmod" rmmod algif_copy
	point "no file is left" no_file_left
	point "modprobe algif_hash loads the stock module" \
		ends_in algif_hash modprobe algif_hash
}
