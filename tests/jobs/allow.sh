#!/bin/bash
# The parameter "allow": what the administrator adds to the list that counts where
# crypto.af_alg_restrict is 1, and takes off it.
# limit: 300
# smp: 2
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

parameter=/sys/module/algif_copy/parameters/allow

allow() {
	printf '%s\n' "$1" >$parameter
}

# binds WHO RESULT TYPE NAME...
binds() {
	local who=$1 want=$2
	shift 2
	as "$who" /t/helpers/binder "$@" | tee /tmp/binds
	[ -s /tmp/binds ] && ! grep -v " $want\$" /tmp/binds
}

# may WHO... -- TYPE NAME..., for everybody else it does not exist.
may() {
	local who allowed=' '
	while [ "$1" != -- ]; do
		allowed+="$1 "
		shift
	done
	shift
	for who in root user net_admin root-without namespace network; do
		if [[ $allowed == *" $who "* ]]; then
			binds "$who" ok "$@" || return 1
		else
			binds "$who" ENOENT "$@" || return 1
		fi
	done
}

all=(root user net_admin root-without namespace network)
admin=(root net_admin network)

# list TEXT: it is taken, and shown as it was given.
list() {
	point "\"$1\" is taken" allow "$1"
	point "it is shown" grep -Fx -- "$1" $parameter
}

additions() {
	point "the list is empty" grep -x '' $parameter
	point "nobody may bind gcm(aes)" may -- aead 'gcm(aes)'
	list '+aead:gcm(aes)'
	point "everybody may bind it" may "${all[@]}" -- aead 'gcm(aes)'
	point "that is for the privileged as before" \
		may "${admin[@]}" -- aead 'ccm(aes)' hash sha256
	point "nothing else is added" may -- aead 'rfc4106(gcm(aes))' \
		aead 'pcrypt(gcm(aes))' hash sha3-256 rng jitterentropy_rng
	list '+aead:gcm(aes)@admin +rng:jitterentropy_rng'
	point "the privileged may bind gcm(aes)" \
		may "${admin[@]}" -- aead 'gcm(aes)'
	point "everybody may bind jitterentropy_rng" \
		may "${all[@]}" -- rng jitterentropy_rng
	list '+hash:sha256'
	point "an entry that the privileged had is everybody's" \
		may "${all[@]}" -- hash sha256
	point "the list before is forgotten" may -- aead 'gcm(aes)'
}

removals() {
	list '-skcipher:cbc(aes) -hash:sha3-256 +skcipher:xts(aes)@admin'
	point "nobody may bind cbc(aes)" may -- skcipher 'cbc(aes)'
	point "the privileged may bind xts(aes)" \
		may "${admin[@]}" -- skcipher 'xts(aes)'
	point "ecb(aes) is left" may "${admin[@]}" -- skcipher 'ecb(aes)'
	list '-hash:*'
	point "nobody may bind a hash" may -- hash sha1 hash sha256
	point "a skcipher as before" may "${all[@]}" -- skcipher 'xts(aes)'
	list '-hash:* -skcipher:* -aead:* +aead:gcm(aes)'
	point "gcm(aes)" may "${all[@]}" -- aead 'gcm(aes)'
	point "and nothing else" may -- hash sha1 skcipher 'xts(aes)' \
		skcipher 'cbc(aes)' aead 'ccm(aes)'
	list '+hash:sha256 -hash:sha256'
	point "the last word counts" may -- hash sha256
	list ''
	point "the built-in list is back" may "${admin[@]}" -- hash sha256 \
		skcipher 'cbc(aes)' aead 'ccm(aes)'
	point "and what is everybody's" \
		may "${all[@]}" -- hash sha1 skcipher 'xts(aes)'
}

# It counts at 1 alone.
levels() {
	allow '-hash:* +aead:gcm(aes)'
	set_level 0
	point "level 0: all" may "${all[@]}" -- hash sha1 aead 'gcm(aes)'
	set_level 2
	if [ "$own" = 1 ]; then
		point "level 2: none" may -- hash sha1 aead 'gcm(aes)'
	else
		point "level 2: none" binds root EAFNOSUPPORT aead 'gcm(aes)'
	fi
	set_level 1
	allow ''
}

refused_with_einval() {
	dmesg | wc -l >/tmp/marked
	if (allow "$1") 2>/tmp/why; then
		return 1
	fi
	cat /tmp/why
	grep 'Invalid argument' /tmp/why || return 1
	dmesg | tail -n "+$(($(cat /tmp/marked) + 1))" | tee /tmp/message
	grep -F "algif_copy: allow: $2" /tmp/message
}

many() {
	local i
	for ((i = 0; i < $1; i++)); do
		printf '+hash:h%d ' "$i"
	done
}

long() {
	printf "%$1s" '' | tr ' ' x
}

bad() {
	local text
	allow '+aead:gcm(aes)'
	while IFS='|' read -r text message; do
		text=$(printf %b "$text")
		point "refused with EINVAL: $message" \
			refused_with_einval "$text" "$message"
		point "the old list is shown" grep -Fx '+aead:gcm(aes)' $parameter
		point "and in force" may "${all[@]}" -- aead 'gcm(aes)'
	done <<-EOT
		aead:gcm(aes)|aead:gcm(aes): begins with neither + nor -
		+|+: is not TYPE:ALGORITHM
		+gcm(aes)|+gcm(aes): is not TYPE:ALGORITHM
		+hsah:sha1|+hsah:sha1: there is no such type
		+:sha1|+:sha1: there is no such type
		+aead:|+aead:: is no name of an algorithm
		+aead:*|+aead:*: is no name of an algorithm
		-aead:gcm*|-aead:gcm*: is no name of an algorithm
		-aead:gcm(aes)@admin|-aead:gcm(aes)@admin: is no name of an algorithm
		+aead:gcm(aes)@all|+aead:gcm(aes)@all: is no name of an algorithm
		+aead:gcm(aes);+hash:md4|+aead:gcm(aes);+hash:md4: is no name of an algorithm
		+aead:g\\0033[2J|+aead:g\\033[2J: is no name of an algorithm
		+hash:$(long 128)|+hash:xxxxx
		$(many 65)|+hash:h64: one addition too many
		$(long 2048)|xxxxx
		-aead:gcm(aes) +hash:sha256 nonsense|nonsense: begins with neither + nor -
	EOT
	point "64 additions are taken" allow "$(many 64)"
	point "of 127 letters too" allow "+hash:$(long 127)"
	allow ''
}

load_parameter() {
	modprobe algif_copy "$@" && set_level 1
}

refused_at_load() {
	refuses modprobe algif_copy "$1" && [ ! -e /sys/module/algif_copy ]
}

loading() {
	set_level 0
	point "algif_copy goes" rmmod algif_copy
	point "with a list it loads" \
		load_parameter 'allow=+aead:gcm(aes) -skcipher:ecb(aes)'
	point "what is added counts" may "${all[@]}" -- aead 'gcm(aes)'
	point "what is removed counts" may -- skcipher 'ecb(aes)'
	set_level 0
	point "it goes" rmmod algif_copy
	point "with a bad list it does not load" refused_at_load 'allow=+gcm(aes)'
	point "the log says why" said 'allow: +gcm(aes): is not TYPE:ALGORITHM'
	point "stock serves" served_by "${stock[@]}"
	point "it loads again" load_parameter
	point "the old list is gone" may -- aead 'gcm(aes)'
}

# Whoever binds meanwhile sees one list or the other.
change_and_bind() {
	local i
	for ((i = 0; i < 300; i++)); do
		allow '+aead:gcm(aes)' && allow '-aead:*'
	done &
	for ((i = 0; i < 100; i++)); do
		/t/helpers/binder aead 'gcm(aes)' aead 'ccm(aes)' hash sha1
	done >/tmp/meanwhile
	wait $!
	sort /tmp/meanwhile | uniq -c
	[ "$(grep -c '^hash sha1 ok' /tmp/meanwhile)" = 100 ] &&
		! grep -vE ' (ok|ENOENT)$' /tmp/meanwhile
}

write_as() {
	as "$1" sh -c "echo >$parameter"
}

unrestrict
own=0
has_levels || own=1
modprobe -a "${stock[@]}"
point "algif_copy loads" modprobe algif_copy
set_level 1
additions
removals
levels
bad
for who in user namespace; do
	point "$who cannot change the list" refuses write_as $who
done
loading
point "300 changes under a crowd that binds" change_and_bind
set_level 0
point "algif_copy goes" rmmod algif_copy
point "stock serves again" served_by "${stock[@]}"
plan
