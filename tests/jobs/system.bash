# shellcheck shell=bash
# A whole system with a package of ours: what is loaded, what dkms has, which files
# there are, what the package manager says, and what all packages have in common
# when they are replaced or removed while somebody uses the module. Sourced by jobs
# together with tap.bash and keeper.bash, never run.

release=$(uname -r)
# Read by the jobs.
# shellcheck disable=SC2034
package=algif-copy-dkms
# Its configuration, which others share. It unloads the module when it goes.
# shellcheck disable=SC2034
common=algif-copy-common
version=$(cat /t/packages/version)
lower=$(cat /t/packages/lower)

# Compiling the module takes four minutes here. The long run takes them.
quick_compiler() {
	local objects=/t/packages/objects gcc
	[ -e "$objects/$release" ] || return 0
	gcc=$(readlink -f "$(command -v gcc)")
	mv "$gcc" "$gcc.original"
	sed "1a ORIGINAL=$gcc.original OBJECTS=$objects" /t/jobs/gcc >"$gcc"
	chmod 755 "$gcc"
}

# What a package manager printed stays there for points about messages.
manage() {
	"$@" >/tmp/printed 2>&1 || {
		cat /tmp/printed
		return 1
	}
}

printed() {
	in_file /tmp/printed grep -F "$1"
}

quiet() {
	local status=0
	"$@" >/tmp/quiet 2>&1 || status=1
	cat /tmp/quiet
	[ $status = 0 ] && [ ! -s /tmp/quiet ]
}

loaded() {
	[ -e "/sys/module/$1" ]
}

unloaded() {
	! loaded "$1"
}

pinned() {
	loaded "$1" && refuses rmmod "$1"
}

loaded_version() {
	loaded algif_copy && grep -x "$1" /sys/module/algif_copy/version
}

remove_all() {
	local name
	for name in algif_copy "${stock[@]:?}"; do
		! loaded "$name" || rmmod "$name" || return 1
	done
}

# ends_in MODULE COMMAND...: after the command MODULE serves, and no other.
ends_in() {
	local module=$1 name
	shift
	"$@" || return 1
	for name in algif_copy "${stock[@]}"; do
		[ "$name" = "$module" ] || unloaded "$name" || {
			echo "$name is loaded"
			return 1
		}
	done
	loaded "$module"
}

binds() {
	/t/helpers/binder "$@" | tee /tmp/bound
	! grep -v ' ok$' /tmp/bound
}

field() {
	[ "$(modinfo -F "$1" algif_copy)" ] && modinfo -F "$1" algif_copy | grep -E "$2"
}

dkms_has() {
	dkms status -m algif-copy -v "$1" -k "$2" 2>/dev/null | tee /tmp/dkms
	grep -q installed /tmp/dkms
}

dkms_nothing() {
	dkms status 2>/dev/null | grep algif-copy || :
}

# All files but those that every use of the machine changes.
list_files() {
	find / -xdev \( -path /t -o -path /tmp -o -path /run -o -path /root -o \
		-path /proc -o -path /sys -o -path /dev -o -path /var/cache -o \
		-path /var/log -o -path /var/lib/apt -o -path /var/lib/dpkg -o \
		-path /var/lib/systemd -o -path /var/tmp \) -prune -o -print |
		grep -v -e '^/var/lib/dkms/mok\.' -e '__pycache__' | sort
}

same_files() {
	list_files >/tmp/after
	diff /t/before /tmp/after
}

no_file_left() {
	! find / -xdev -path /t -prune -o -path /root -prune -o \
		-iname '*algif[-_]copy*' -print | grep .
}

# upgrade_in_use COMMAND...: that puts $version in the place of $lower
upgrade_in_use() {
	point "a program uses it" keeper_start
	point "${*##*/} over it" "$@"
	point "it says which one keeps serving" \
		printed "Version $lower keeps serving"
	point "that is true" loaded_version "$lower"
	point "its user has noticed nothing" keeper_ask
	keeper_stop
	point "dkms has built $version" dkms_has "$version" "$release"
	point "and knows no other" refuses dkms_has "$lower" "$release"
	point "modprobe would load it" field version "^$version\$"
	point "what it promised works: modprobe -r algif_copy" modprobe -r algif_copy
	point "modprobe algif_copy" modprobe algif_copy
	point "now it is $version" loaded_version "$version"
}

# remove_in_use COMMAND...
remove_in_use() {
	modprobe -a algif_copy
	point "a program uses it" keeper_start
	point "$*" "$@"
	point "says that it stays while it is in use" \
		printed "In use, so it stays loaded"
	point "its user goes on" keeper_ask
	keeper_stop
	point "once it is closed, rmmod" rmmod algif_copy
	point "no file is left" no_file_left
	point "dkms knows nothing of it" quiet dkms_nothing
	stock_again
}

stock_again() {
	remove_all
	point "modprobe algif_hash loads the stock module" \
		ends_in algif_hash modprobe algif_hash
	remove_all
	point "a bind too" ends_in algif_aead binds aead 'gcm(aes)'
}
