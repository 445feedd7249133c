# shellcheck shell=bash
# Part of tests/rpm/run, sourced there: the package in a system of Debian 13 with
# its rpm and dkms. Nothing of it can load a module. Its only kernel goes by the
# release of this machine, because that is what modinfo asks for. modprobe and
# rmmod are replaced; they write down what they were called for.

box=${d:?}/box
kernel=$(uname -r)

box_packages=(rpm dkms make gcc kmod procps bash dash coreutils sed grep gawk
	mawk findutils diffutils perl-base xz-utils openssl systemd
	libelf-dev linux-headers-cloud-amd64)

make_box() {
	local tools name
	tools=$("${tests:?}/vm/tools" trixie "${box_packages[@]}")
	mkdir -p "$box"/{dev,proc,home,run,root,sys,tmp,var/tmp,var/lib/dkms,pk}
	cp -a "$tools"/{usr,etc} "$box"
	mkdir -p "$box"/usr/{libexec,lib/mod{probe,ules-load}.d,share/{doc,licenses,man/man{4,7}}}
	for name in bin sbin lib lib64; do
		ln -s "usr/$name" "$box/$name"
	done
	mv "$box"/usr/lib/modules/* "$box/usr/lib/modules/$kernel"
	rm -f "$box"/usr/sbin/{modprobe,rmmod}
	cp "$tests/rpm/modprobe" "$box/usr/sbin/"
	cp "$tests/rpm/rmmod" "$box/usr/sbin/"
	"$tests/rpm/make" "$box/pk" "${lower:?}" "${version:?}"
	in_box depmod "$kernel"
	files_of_box >"$d/before"
}

# Rpm gives each scriptlet directories of its own: it may mount here, but it is
# root in its own name space only.
in_box() {
	bwrap --unshare-user --uid 0 --gid 0 --cap-add ALL --unshare-pid \
		--unshare-net --bind "$box" / --dev /dev --proc /proc \
		--die-with-parent --clearenv --setenv PATH /usr/sbin:/usr/bin \
		--setenv LC_ALL C --setenv HOME /root "$@"
}

files_of_box() {
	in_box find / -xdev \( -path /pk -o -path /dev -o -path /proc -o \
		-path /root -o -path /var/lib/rpm -o -path /calls -o \
		-path /sys \) -prune -o -print | grep -v '^/var/lib/dkms/mok\.' | sort
}

# What dkms is called for is all on its side: it is not a package of this rpm.
box_rpm() {
	: >"$box/calls"
	quietly in_box rpm --nodeps "$@"
	cp "$d/log" "$d/said"
	! grep -E 'scriptlet failed|^error' "$d/said" || :
}

not_said() {
	grep -qF "$1" "$d/said" || { echo "it did not say: $1"; cat "$d/said"; }
}

said_too_much() {
	! grep "^algif_copy: .\{69\}" "$d/said" || echo 'these are longer than 80 columns'
}

no_call() {
	cat "$box/calls"
}

not_called() {
	grep -qxF "$1" "$box/calls" || { echo "no $1, but:"; cat "$box/calls"; }
}

# What dkms and modinfo tell must be this version, and no other.
not_only() {
	diff - <(in_box dkms status 2>&1) <<<"algif-copy/$1, $kernel, x86_64: installed" || :
	diff - <(in_box modinfo -F version algif_copy 2>&1) <<<"$1" || :
	diff - <(cd "$box/usr/src" && echo algif-copy-*) <<<"algif-copy-$1" || :
}

left_in_box() {
	files_of_box | diff "$d/before" - || :
	in_box dkms status
}

erased() {
	point "$1: rpm -e" "$(box_rpm -e algif-copy-dkms algif-copy-common)"
	point "$1: nothing is left" "$(left_in_box)"
}

hide() {
	mv "$box/$1" "$box/root/hidden"
}

show() {
	mv "$box/root/hidden" "$box/$1"
}

# put MODULE: into this machine's kernel, as far as the scriptlets can see.
put() {
	mkdir -p "$box/sys/module/$1"
}

# No scriptlet runs under a kernel without its module, but the last one: it unloads.
without_headers() {
	hide "usr/lib/modules/$kernel/build"
	put algif_hash
	put algif_aead
	install_in_box 'without headers' "$version"
	point 'without headers: nothing is loaded' "$(no_call)"
	point 'without headers: it says why' \
		"$(not_said 'It was not built: the headers are missing')"
	point 'without headers: and what to install' \
		"$(not_said "  dnf install kernel-devel-$kernel")"
	point 'without headers: and what serves now' \
		"$(not_said 'Now the stock code serves hash, aead, with')"
	point 'without headers: and what comes at the next boot' \
		"$(not_said 'Next boot of this kernel: AF_ALG is closed')"
	point 'without headers: in 80 columns' "$(said_too_much)"
	rm -r "$box"/sys/module/algif_*
	show "usr/lib/modules/$kernel/build"
	put algif_copy
	erased 'without headers'
	point 'the module is unloaded when the aliases are gone' \
		"$(not_called 'rmmod algif_copy, no aliases')"
}

# As if a type were built in.
without_make() {
	local built_in=$box/usr/lib/modules/$kernel/modules.builtin
	hide usr/bin/make
	echo kernel/crypto/algif_skcipher.ko >>"$built_in"
	install_in_box 'the build fails' "$version"
	sed -i '$d' "$built_in"
	show usr/bin/make
	point 'the build fails: it says for which kernel' \
		"$(not_said "There is none for kernel $kernel")"
	point 'the build fails: it says where to look' \
		"$(not_said 'Building it failed: /var/lib/dkms/algif-copy/*/build/make.log')"
	point 'the build fails: what serves now' \
		"$(not_said 'Now the stock code serves skcipher,')"
	point 'the build fails: and at the next boot' \
		"$(not_said 'skcipher, with its holes, unless there is a module by then')"
	point 'the build fails: nothing is loaded' "$(no_call)"
	erased 'the build fails'
}

# files_of VERSION: of both packages that there must be.
files_of() {
	echo "/pk/algif-copy-dkms-$1-1.noarch.rpm" "/pk/algif-copy-common-$1-1.noarch.rpm"
}

# Names.
# shellcheck disable=SC2046
install_in_box() {
	point "$1: rpm -i" "$(box_rpm -i $(files_of "$2"))"
}

# become VERSION WHAT OPTION...: in the place of another, or of itself.
become() {
	local to=$1 what=$2
	shift 2
	# Names.
	# shellcheck disable=SC2046
	point "$what: rpm $*" "$(box_rpm "$@" $(files_of "$to"))"
	point "$what: dkms has $to and nothing else" "$(not_only "$to")"
	point "$what: no note of dkms is left" "$(find "$box/run" "$box/tmp" -type f)"
}

life() {
	make_box
	without_headers
	without_make
	become "$lower" install -i
	point 'install: the module is loaded' "$(not_called 'modprobe algif_copy')"
	become "$version" upgrade -U
	point 'upgrade: it says what keeps serving' \
		"$(not_said "Version $lower keeps serving")"
	become "$version" 'the same once more' -U --replacepkgs
	become "$lower" downgrade -U --oldpackage
	touch "$box/root/in-use"
	erased 'in use'
	point 'in use: it says so' "$(not_said 'In use, so it stays loaded')"
}
