#!/bin/bash
# AF_ALG itself kept from coming up by a word on the kernel's command line, with its
# types built in: they are registered, and nobody can make a socket. There is nothing
# to serve, and loading and the command say that.
# append: initcall_blacklist=af_alg_init
# memory: 512
# cpu: qemu64,+rdrand
# tree: helpers tool

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"

no_socket() {
	/t/helpers/binder hash sha256 | grep -Fx 'hash sha256 EAFNOSUPPORT'
}

# gives CODE JQ COMMAND...
gives() {
	local code=0 wanted=$1 expression=$2
	shift 2
	"$@" >/tmp/out 2>&1 || code=$?
	cat /tmp/out
	[ $code = "$wanted" ] && jq -e "$expression" /tmp/out
}

says_nobody() {
	gives 2 '[.types[].served_by] | unique == ["nobody"]' \
		/t/tool/algif-copy status --json
}

point "there is no AF_ALG socket" no_socket
point "the command says that nobody serves" says_nobody
point "check has nothing to try" gives 1 \
	'[.tests[].result] | unique == ["skipped"]' \
	/t/tool/algif-copy check --json
point "algif_copy is not loaded" refuses modprobe algif_copy
point "the log says why" said 'creates no AF_ALG sockets .*: nothing to serve'
point "it is not there" [ ! -e /sys/module/algif_copy ]
point "there is no socket still" no_socket
point "nobody serves still" says_nobody
plan
