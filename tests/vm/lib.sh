# shellcheck shell=bash
# Paths and small helpers shared by the scripts of this directory.
# Sourced, never run.

# With pipefail no pipe may end in a reader that leaves early (head, grep -q):
# the writer's SIGPIPE would count as a failure, now and then.
set -euo pipefail
export LC_ALL=C

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Read by the scripts that source this file.
# shellcheck disable=SC2034
{
	tests=$top/tests
	build=${AC_BUILD:-$top/build}
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/algif-copy
}
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Jobs that run at a time: one more than processors, as there is mostly one that waits
# for a clock.
# shellcheck disable=SC2034
at_a_time=$(($(nproc) + 1))

# User land of a guest: on amd64 this machine's packages, else packages for the
# other architecture (guest_suites_of).
# shellcheck disable=SC2034
{
	guest_packages=(bash coreutils mawk gawk grep sed findutils diffutils
		tar gzip procps util-linux mount bsdextrautils e2fsprogs openssl
		xxd bc file jq kmod)
	guest_suites=bookworm,bookworm-security
	guest_compiler=gcc-12
}

# In tests/vm/sandbox besides the compiler. The one for another architecture
# cannot be installed on this machine: it conflicts with gcc-multilib.
# shellcheck disable=SC2034
build_packages=(make bash dash coreutils sed grep mawk findutils diffutils
	perl-base python3 xz-utils zstd sparse dwarves libelf-dev libssl-dev)

# Packages of the compiler gcc-N for an architecture.
compiler_for() {
	case $1 in
	amd64) echo "$2" ;;
	*) echo "$2-$(triplet_of "$1" | tr _ -) libc6-dev-$1-cross" ;;
	esac
}

# The architecture of a kernel, as Debian calls it, by the end of its release.
arch_of() {
	case $1 in
	*-arm64 | *-arm64-16k) echo arm64 ;;
	*-armmp | *-armmp-lpae) echo armhf ;;
	*-686 | *-686-pae) echo i386 ;;
	*-powerpc64le | *-powerpc64le-64k) echo ppc64el ;;
	*-riscv64) echo riscv64 ;;
	*-s390x) echo s390x ;;
	*) echo amd64 ;;
	esac
}

# What an architecture's compilers are named by.
triplet_of() {
	case $1 in
	amd64) echo x86_64-linux-gnu ;;
	arm64) echo aarch64-linux-gnu ;;
	armhf) echo arm-linux-gnueabihf ;;
	i386) echo i686-linux-gnu ;;
	ppc64el) echo powerpc64le-linux-gnu ;;
	riscv64 | s390x) echo "$1-linux-gnu" ;;
	*) die "no architecture $1" ;;
	esac
}

# What its directories of libraries are named by.
libraries_of() {
	triplet_of "$1" | sed s/i686/i386/
}

# The compiler of programs for an architecture, in its sandbox.
cc_of() {
	case $1 in
	amd64) echo gcc ;;
	*) echo "$(triplet_of "$1")-$guest_compiler" ;;
	esac
}

# How tests/vm/apt calls suites for an architecture.
suites_for() {
	case $1 in
	amd64) echo "$2" ;;
	*) echo "$2:$1" ;;
	esac
}

# Where its user land is taken from: security updates are not made for all, and
# Debian 13 is the first with riscv64.
guest_suites_of() {
	case $1 in
	amd64 | arm64) suites_for "$1" "$guest_suites" ;;
	riscv64) suites_for "$1" trixie ;;
	*) suites_for "$1" bookworm ;;
	esac
}

# Progress goes to stderr: stdout carries results or TAP.
say() {
	printf '# %s\n' "$*" >&2
}

die() {
	printf '%s: %s\n' "${0#"$top/"}" "$*" >&2
	exit 1
}

# locked NAME COMMAND...: two kernels prepared at the same time share downloads
# and the base image.
locked() {
	local lock=$cache/lock/$1
	shift
	mkdir -p "$cache/lock"
	(
		flock 9
		"$@" 9>&-
	) 9>"$lock"
}

# alone NAME COMMAND...: the same within one build directory.
alone() {
	local lock=$build/lock/$1
	shift
	mkdir -p "$build/lock"
	(
		flock 8
		"$@" 8>&-
	) 8>"$lock"
}

# Of what is read, short enough for a name.
digest() {
	sha256sum | cut -c 1-16
}

# What a build or an editor leaves behind is no part of the project.
# shellcheck disable=SC2034
leftovers=(--exclude='*.[oa]' --exclude='*.ko' --exclude='*.cmd'
	--exclude='*.answer*' --exclude=have.h --exclude='.*.sw?' --exclude='*~')

# contents NAME...: a digest of these files and directories of the project.
contents() {
	tar -C "$top" "${leftovers[@]}" --sort=name --owner=0 --group=0 \
		--numeric-owner --mtime=@0 --mode=go= -cf - "$@" | digest
}

# made NAME ID COMMAND...: the directory of the cache that holds what COMMAND makes.
# It is called with that directory as one more argument, unless it is there. ID has
# to name all that the result depends on. What nobody has asked for in a month is
# taken away by tests/run.
made() {
	local entry=$cache/made/$1_$2
	shift 2
	[ -e "$entry/.complete" ] ||
		locked "made-${entry##*/}" made_now "$entry" "$@"
	touch "$entry"
	echo "$entry"
}

made_now() {
	local entry=$1 part=$1.part
	shift
	# Someone else may have done it while this one waited.
	[ ! -e "$entry/.complete" ] || return 0
	rm -rf "$entry" "$part"
	mkdir -p "$part"
	"$@" "$part"
	touch "$part/.complete"
	mv "$part" "$entry"
}

# wish FILE NAME DEFAULT: what the head of a script of tests/jobs asks for.
wish() {
	local value
	value=$(sed -n "1,40s/^# $2: *//p" "$1" | sed -n 1p)
	echo "${value:-$3}"
}

# wish_each NAME DEFAULT JOB:ARG...: the same of a job, or of all that share a guest
# (JOB:ARG+JOB:ARG). $1 to $3 in it are arguments of the job.
wish_each() {
	local name=$1 default=$2 each value
	local -a words members
	IFS=+ read -r -a members <<<"$3"
	for each in "${members[@]}"; do
		IFS=: read -r -a words <<<"$each::::"
		value=$(wish "$tests/jobs/${words[0]}.sh" "$name" "$default")
		value=${value//\$1/${words[1]:-}}
		value=${value//\$2/${words[2]:-}}
		echo "${value//\$3/${words[3]:-}}"
	done | tr -s ' ' '\n' | sort -u
}

# planned KERNEL: its jobs in the run that $AC_BUILD/plan describes, one a line.
planned() {
	sed -n "s/^$1://p" "$build/plan" | grep -vx build | tr '+' '\n'
}

# Unpack packages without installing them.
extract() {
	local to=$1 deb
	shift
	for deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$to" --no-same-owner --keep-directory-symlink \
				--exclude='./usr/share/doc*' \
				--exclude='./usr/share/man*' \
				--exclude='./usr/share/locale*'
	done
}

# copy_tree DIR NAME...: files of the project, without what a build leaves there.
copy_tree() {
	local to=$1
	shift
	mkdir -p "$to"
	tar -C "$top" "${leftovers[@]}" -cf - "$@" | tar -C "$to" -xf -
}

# copy_release DIR [VERSION]: all that a release consists of, as if it were of that
# version.
copy_release() {
	local to=$1 version=${2:-}
	rm -rf "${to:?}"
	copy_tree "$to" Kbuild LICENSE Makefile README.md debian dkms.conf rpm \
		src tests
	[ -n "$version" ] || return 0
	sed -i "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\"$version\"/" "$to/dkms.conf"
	sed -i "1s/(.*)/($version)/" "$to/debian/changelog"
	sed -i "s/^\(Version:[[:space:]]*\).*/\1$version/; s/ - [0-9.]*-1\$/ - $version-1/" \
		"$to/rpm/algif-copy.spec"
}

# What the module is built from, in a directory that had nothing else.
fresh_module() {
	rm -rf "${1:?}"
	copy_tree "$1" Kbuild Makefile dkms.conf src
}

# point TITLE WHAT-IS-WRONG: a point of TAP, ok if nothing is. $n counts them.
n=0
point() {
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		tail -n 40 <<<"$2" | sed 's/^/#   /'
	fi
}
