#!/bin/bash
# crypto.af_alg_restrict: who may bind what at each level. Where the kernel has it
# the same on the stock types and on algif_copy, and loading and unloading at each
# level; on older kernels algif_copy's own.
# limit: 900
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: helpers

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"
# shellcheck source=tests/jobs/people.bash
. "${BASH_SOURCE[0]%/*}/people.bash"

# --- the rules ---------------------------------------------------------------
#
# At level 1 the names marked "all" are for everybody, "admin" is for those with
# CAP_NET_ADMIN or CAP_SYS_ADMIN in the first user namespace, "none" for nobody.
# Names are compared literally: a driver, or a template around an allowed name, is
# another name.

rules='
all	hash	sha1
admin	hash	cmac(aes)
admin	hash	hmac(md5)
admin	hash	hmac(sha1)
admin	hash	hmac(sha224)
admin	hash	hmac(sha256)
admin	hash	hmac(sha384)
admin	hash	hmac(sha512)
admin	hash	md4
admin	hash	md5
admin	hash	sha224
admin	hash	sha256
admin	hash	sha384
admin	hash	sha512
none	hash	sha3-256
none	hash	sha1-lib
none	hash	sha1-generic
none	hash	sha256-lib
none	hash	sha256-generic
none	hash	hmac-sha256-lib
none	hash	hmac(sha256-lib)
none	hash	hmac(sha3-256)
none	hash	cmac(camellia)
none	hash	blake2b-256
none	hash	crc32c
all	skcipher	adiantum(xchacha12,aes)
all	skcipher	adiantum(xchacha20,aes)
all	skcipher	hctr2(aes)
all	skcipher	xts(aes)
all	skcipher	xts(camellia)
all	skcipher	xts(serpent)
all	skcipher	xts(twofish)
admin	skcipher	cbc(aes)
admin	skcipher	cbc(des)
admin	skcipher	cbc(des3_ede)
admin	skcipher	cbc(paes)
admin	skcipher	ctr(aes)
admin	skcipher	ecb(aes)
admin	skcipher	ecb(des)
none	skcipher	xts-aes-aesni
none	skcipher	cbc-aes-aesni
none	skcipher	ecb(aes-lib)
none	skcipher	cbc(camellia)
none	skcipher	cts(cbc(aes))
none	skcipher	lrw(aes)
none	skcipher	chacha20
none	skcipher	ecb(cipher_null)
none	skcipher	cryptd(cbc(aes))
admin	aead	ccm(aes)
none	aead	gcm(aes)
none	aead	generic-gcm-aesni
none	aead	rfc4106(gcm(aes))
none	aead	rfc4309(ccm(aes))
none	aead	ccm_base(ctr(aes),cbcmac(aes))
none	aead	authenc(hmac(sha256),cbc(aes))
none	aead	authencesn(hmac(sha256),cbc(aes))
none	aead	rfc7539(chacha20,poly1305)
none	rng	stdrng
none	rng	jitterentropy_rng
'

# Without these the rules would be tested on nothing.
needed='hash sha1
hash sha256
hash sha3-256
skcipher xts(aes)
skcipher cbc(aes)
skcipher cts(cbc(aes))
aead ccm(aes)
aead gcm(aes)
rng jitterentropy_rng'

mapfile -t names < <(awk 'NF { print $2; print $3 }' <<<"$rules")

# What a socket gives at level 2: the core makes none, or bind() refuses.
none=EAFNOSUPPORT

# What bind() gives at a level to someone who is privileged or not. Whoever may
# bind a name gets what the stock types gave where all may: see find_out().
expected() {
	awk -v level="$1" -v admin="$2" -v none=$none -v all=/tmp/all '
		BEGIN { while ((getline <all) > 0) result[$1 " " $2] = $3 }
		!NF { next }
		level == 2 { print $2, $3, none; next }
		{
			may = level == 0 || $1 == "all" || ($1 == "admin" && admin)
			print $2, $3, may ? result[$2 " " $3] : "ENOENT"
		}' <<<"$rules"
}

# --- those who bind ----------------------------------------------------------

people=(root user net_admin sys_admin root-without namespace network)

# 1 if af_alg must take him for privileged.
privileged() {
	case $1 in
	root | net_admin | sys_admin | network) echo 1 ;;
	*) echo 0 ;;
	esac
}

capabilities() {
	local full
	full=$((0x$(sed -n 's/^CapEff:\t//p' /proc/self/status)))
	case $1 in
	root | namespace | network) echo $full ;;
	user) echo 0 ;;
	net_admin) echo $((1 << 12)) ;;
	sys_admin) echo $((1 << 21)) ;;
	root-without) echo $((full & ~(1 << 12 | 1 << 21))) ;;
	esac
}

is_who_he_says() {
	local status namespace
	status=$(as "$1" cat /proc/self/status)
	namespace=$(as "$1" readlink /proc/self/ns/user)
	echo "$status"
	echo "$namespace"
	[ $((0x$(sed -n 's/^CapEff:\t//p' <<<"$status"))) = \
		"$(capabilities "$1")" ] || return 1
	case $1 in
	namespace) [ "$namespace" != "$(readlink /proc/self/ns/user)" ] ;;
	*) [ "$namespace" = "$(readlink /proc/self/ns/user)" ] ;;
	esac
}

# --- the table ---------------------------------------------------------------

binds_as_ruled() {
	as "$2" /t/helpers/binder "${names[@]}" >/tmp/got
	expected "$1" "$(privileged "$2")" | diff - /tmp/got
}

# What this kernel has is what the stock types bind where nothing is forbidden.
# Asked twice: binding loads modules, and with them names that had failed.
find_out() {
	unrestrict
	/t/helpers/binder "${names[@]}" >/tmp/all
	/t/helpers/binder "${names[@]}" >/tmp/all
	echo "# not in this kernel, or not for user space:"
	sed -n '/ ok$/!s/^/#   /p' /tmp/all
}

has_what_is_needed() {
	local name
	while read -r name; do
		grep -Fx "$name ok" /tmp/all || return 1
	done <<<"$needed"
}

table() {
	local level who
	for level in 0 1 2; do
		set_level "$level"
		for who in "${people[@]}"; do
			point "$1: level $level: $who binds what he may" \
				binds_as_ruled "$level" "$who"
		done
	done
	set_level 0
}

# A socket from before is no way around the level.
late_bind() {
	local line level=$1 name=$2 want=$3
	set_level 0
	coproc binder { exec /t/helpers/binder -w hash "$name"; }
	# shellcheck disable=SC2154
	local from to pid=$binder_PID
	keep_ends "${binder[@]}"
	read -r -t 60 -u "$from" line && [ "$line" = ready ] || return 1
	set_level "$level"
	echo go >&"$to"
	read -r -t 60 -u "$from" line
	wait "$pid"
	exec {from}<&- {to}>&-
	set_level 0
	echo "$line"
	[ "$line" = "hash $name $want" ]
}

late_binds() {
	point "$1: bound at level 1 to sha256, made at 0" late_bind 1 sha256 ok
	point "$1: bound at level 1 to sha3-256, made at 0" \
		late_bind 1 sha3-256 ENOENT
	point "$1: bound at level 2 to sha1, made at 0" late_bind 2 sha1 ENOENT
}

# What was bound before goes on, new operation sockets too.
old_sockets() {
	local level
	set_level 0
	point "$1: a user starts at level 0" keeper_start
	for level in 1 2; do
		set_level $level
		point "$1: he is served on at level $level" keeper_ask
	done
	point "$1: he ends" keeper_stop
	set_level 0
}

# --- loading -----------------------------------------------------------------

stock_only() {
	local name
	for name in "${stock[@]}"; do
		[ ! -e "/sys/module/$name" ] || rmmod "$name" || return 1
	done
	[ $# -eq 0 ] || modprobe -a "$@"
}

# Only what the log has said since mark() counts.
mark() {
	marked=$(dmesg | wc -l)
}

said_now() {
	dmesg | tail -n "+$((marked + 1))" | grep "algif_copy: .*$1"
}

served_at_zero() {
	set_level 0
	served_by "$@"
}

stock_as_before() {
	set_level 0
	modprobe -a "${stock[@]}" && served_by "${stock[@]}"
}

# loads LEVEL WHAT COMMAND...: algif_copy comes, obeys, goes.
loads() {
	local level=$1 what="level $1, $2" people=(root user)
	shift 2
	set_level "$level"
	point "$what: algif_copy loads" "$@" modprobe algif_copy
	[ -e /sys/module/algif_copy ] || return 0
	for who in "${people[@]}"; do
		point "$what: $who binds what he may" \
			binds_as_ruled "$level" "$who"
	done
	point "$what: algif_copy serves" served_at_zero algif_copy
	point "$what: what is there of stock is pinned" stock_pinned
	set_level "$level"
	point "$what: algif_copy goes" rmmod algif_copy
	point "$what: nothing is left pinned" stock_only
	point "$what: stock serves as before" stock_as_before
}

# refused LEVEL WHAT TYPE COMMAND...: it says why, and changes nothing.
refused() {
	local level=$1 what="level $1, $2" type=$3
	shift 3
	set_level "$level"
	mark
	point "$what: loading is refused" refuses "$@" modprobe algif_copy
	point "$what: algif_copy is not there" [ ! -e /sys/module/algif_copy ]
	point "$what: the log says which type, why and what to do" said_now \
		"the registered $type type: crypto.af_alg_restrict .*sysctl crypto.af_alg_restrict=0.*unload algif_$type"
	point "$what: stock binds what may be bound" \
		binds_as_ruled "$level" root
	set_level 0
	modprobe -a "${stock[@]}"
	point "$what: stock serves as before" served_by "${stock[@]}"
	point "$what: nothing is left pinned" stock_only
}

loading() {
	local some=(algif_hash algif_skcipher)
	local level
	for level in 0 1 2; do
		stock_only
		loads "$level" "stock absent"
	done

	stock_only "${stock[@]}"
	loads 0 "all of stock loaded"
	stock_only "${stock[@]}"
	refused 1 "all of stock loaded" rng
	stock_only "${stock[@]}"
	refused 2 "all of stock loaded" hash

	stock_only "${some[@]}" algif_aead
	loads 1 "all but rng loaded"
	stock_only algif_rng
	refused 1 "only rng loaded" rng
	stock_only algif_rng
	refused 2 "only rng loaded" rng

	stock_only "${some[@]}" algif_aead
	loads 1 "no CAP_NET_ADMIN and no CAP_SYS_ADMIN, all but rng loaded" \
		without_admin
}

# The way back needs no socket.
unloading() {
	local level
	for level in 1 2; do
		set_level 0
		stock_only "${stock[@]}"
		point "to be unloaded at level $level: algif_copy loads at 0" \
			modprobe algif_copy
		set_level $level
		mark
		point "level $level: it unloads" rmmod algif_copy
		point "level $level: without a complaint" \
			refuses said_now 'cannot'
		point "level $level: stock binds what may be bound" \
			binds_as_ruled $level root
		set_level 0
		point "level $level: stock serves again" served_by "${stock[@]}"
		point "level $level: nothing is left pinned" stock_only
	done
}

# --- our own sysctl ------------------------------------------------------------

no_sysctl() {
	[ ! -e "$level_file" ]
}

bound=(hash sha1 skcipher 'cbc(aes)' aead 'ccm(aes)' rng jitterentropy_rng)

# accepts LEVEL WANT: new operations on what was bound at level 0, of each type.
accepts() {
	local level=$1 want=$2 line lines
	set_level 0
	coproc binder { exec /t/helpers/binder -a "${bound[@]}"; }
	# shellcheck disable=SC2154
	local from to pid=$binder_PID
	keep_ends "${binder[@]}"
	read -r -t 60 -u "$from" line && [ "$line" = ready ] || return 1
	set_level "$level"
	echo go >&"$to"
	lines=$(cat <&"$from")
	wait "$pid"
	exec {from}<&- {to}>&-
	set_level 0
	echo "$lines"
	[ "$lines" = "$(printf "%s %s $want\n" "${bound[@]}")" ]
}

# The operation sockets that a user has go on. What he asks last is a new one.
ends_with_accept() {
	local line
	echo go >&"$to" && read -r -t 60 -u "$from" line || return 1
	echo "$line"
	[ "$line" = "bad: hash: accept: No such file or directory" ]
}

# What was bound before goes on at 1; at 2 without new operation sockets.
own_old_sockets() {
	set_level 0
	point "copy: a user starts at level 0" keeper_start
	set_level 1
	point "copy: he is served on at level 1" keeper_ask
	set_level 2
	point "copy: at level 2 his sockets work, a new one is refused" \
		ends_with_accept
	keeper_stop || :
	set_level 0
	point "copy: new operations of each type at level 1" accepts 1 ok
	point "copy: new operations of no type at level 2" accepts 2 ENOENT
}

takes_level() {
	set_level "$1" && grep -x "$1" "$level_file"
}

refuses_level() {
	refuses set_level "$1" && grep -x 1 "$level_file"
}

write_as() {
	as "$1" sh -c "echo 0 >$level_file"
}

values() {
	local value who
	for value in 0 2 1; do
		point "level $value can be set and read" takes_level $value
	done
	for value in 3 -1 4294967297 x ''; do
		point "level \"$value\" is refused, 1 stays" \
			refuses_level "$value"
	done
	for who in user namespace; do
		point "$who cannot set it" refuses write_as $who
		point "$who can read it" as $who grep -x 1 "$level_file"
	done
	set_level 0
}

own_unloading() {
	local level
	for level in 1 2; do
		set_level $level
		mark
		point "level $level: it unloads" rmmod algif_copy
		point "level $level: without a complaint" \
			refuses said_now 'cannot'
		point "level $level: the sysctl is gone" no_sysctl
		point "level $level: stock binds everything" \
			binds_as_ruled 0 user
		point "after level $level: algif_copy loads" modprobe algif_copy
		point "after level $level: it is 0" grep -x 0 "$level_file"
	done
	point "algif_copy goes" rmmod algif_copy
	point "stock serves again" served_by "${stock[@]}"
	point "nothing is left pinned" stock_only
}

own() {
	none=ENOENT
	point "the kernel has no such sysctl" no_sysctl
	point "algif_copy loads" modprobe algif_copy
	point "the level is 0 unless told otherwise" grep -x 0 "$level_file"
	table copy
	late_binds copy
	own_old_sockets
	values
	point "algif_copy serves" served_by algif_copy
	own_unloading
}

kernels() {
	point "the level is 1 unless told otherwise" [ "$default" = 1 ]
	table stock
	late_binds stock
	old_sockets stock
	point "algif_copy loads" modprobe algif_copy
	table copy
	late_binds copy
	old_sockets copy
	point "algif_copy serves" served_by algif_copy
	point "algif_copy goes" rmmod algif_copy
	loading
	unloading
}

modprobe af_alg
default=$(cat "$level_file" 2>/dev/null || :)
for who in "${people[@]}"; do
	point "$who is who he says" is_who_he_says "$who"
done
unrestrict
modprobe -a "${stock[@]}"
find_out
point "this kernel has what is needed" has_what_is_needed
if has_levels; then
	kernels
else
	own
fi
plan
