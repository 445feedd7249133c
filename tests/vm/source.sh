# shellcheck shell=bash
# Kernels made from one of Debian's linux-source packages, with the compiler of
# tests/vm/sandbox. Sourced after lib.sh, never run. In DIR, which is /usr/src there,
# lie the source (linux), the objects (linux-obj) and what is configured besides
# what must be (fragment).

# source_unpack DEB DIR PATTERN...: without what the patterns match, and without
# documents, tests and other architectures, which are most of it.
source_unpack() {
	local deb=$1 dir=$2 package
	shift 2
	package=$(dpkg-deb -f "$deb" Package)
	mkdir -p "$dir"/{linux,linux-obj}
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/src/$package.tar.xz" |
		tar -xJ -C "$dir/linux" --strip-components 1 --wildcards \
			--exclude='*/sound/*.[ch]' --exclude='*.dts*' \
			--exclude='*/arch/[!ux]*/*.[chS]' --exclude='*.rst' \
			--exclude='*/tools/perf/*' --exclude='*/tools/testing/*' \
			"${@/#/--exclude=}"
}

# source_make NAME DIR ARGUMENT...: of make. NAME is what the sandbox knows the
# kernel by.
source_make() {
	local name=$1 dir=$2 log=$2/${*: -1}.log
	shift 2
	"${tests:?}/vm/sandbox" "$name" "$dir" --bind "$dir" /usr/src \
		make -j2 -C /usr/src/linux O=/usr/src/linux-obj \
		KCONFIG_ALLCONFIG=/usr/src/fragment "$@" >"$log" 2>&1 || {
		tail -n 20 "$log" >&2
		die "make $* failed"
	}
}
