#!/bin/bash
# One of the built-in types kept from being registered by a word on the kernel's
# command line, as was advised against CVE-2026-31431: algif_copy serves it too, and
# the command says who serves what.
# append: initcall_blacklist=algif_aead_init
# memory: 512
# cpu: qemu64,+rdrand
# tree: helpers tool

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"

binds() {
	/t/helpers/binder "$1" "$2" | grep -Fx "$1 $2 $3"
}

# status CODE WORDS: who serves hash and aead.
status() {
	local code=0
	/t/tool/algif-copy status --json >/tmp/status || code=$?
	jq -c '[.types[] | .served_by, .displaced]' /tmp/status
	[ $code = "$1" ] &&
		jq -e "[.types[] | select(.type == \"hash\" or .type == \"aead\") | .served_by, .displaced] == [$2]" \
			/tmp/status
}

point "the built-in hash serves" binds hash sha256 ok
point "nobody serves aead" binds aead 'gcm(aes)' ENOENT
point "the command says so" status 2 '"builtin", null, "nobody", null'
mkdir -p /etc/modules-load.d
echo algif_copy >/etc/modules-load.d/copy.conf
point "modprobe algif_copy" modprobe algif_copy
point "the log says so" said 'in place of built-in hash .*, no aead, built-in rng'
point "algif_copy serves all" served_by algif_copy
point "the command says so" status 0 \
	'"algif_copy", "builtin", "algif_copy", "none"'
point "rmmod algif_copy" rmmod algif_copy
point "nobody serves aead" binds aead 'gcm(aes)' ENOENT
point "the built-in hash serves" binds hash sha256 ok
plan
