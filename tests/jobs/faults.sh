#!/bin/bash
# Loading and unloading where each allocation fails once, or all of one sort do.
# Some hundred times loaded and unloaded without one. Wants a kernel that injects
# faults (tests/uml).
# limit: 300
# tree: helpers

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"

ko=/lib/modules/$(uname -r)/extra/algif_copy.ko

reload() {
	local round
	for ((round = 0; round < 200; round++)); do
		insmod "$ko" && rmmod algif_copy || return 1
	done
}

point "modprobe af_alg" modprobe af_alg
merge free: /t/helpers/loadnth free "$ko"
point "modprobe ${stock[*]}" modprobe -a "${stock[@]}"
merge load: /t/helpers/loadnth load "$ko"
merge unload: /t/helpers/loadnth unload "$ko"
point "200 times loaded and unloaded" reload
point "stock serves" served_by "${stock[@]}"
merge starved: /t/helpers/loadnth starved "$ko"
plan
