#!/bin/bash
# Services with a memory limit and many sockets, on the stock types and on
# algif_copy: nobody is killed for what idle sockets keep, nor for what is pending.
# limit: 600
# memory: 1536
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: memory
#
#   memcg.sh [small]	what small messages take, and nothing else

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/level.bash
. "${BASH_SOURCE[0]%/*}/level.bash"

unrestrict
point "modprobe ${stock[*]}" modprobe -a "${stock[@]}"
AC_MODE=stock merge "stock:" /t/memory/memcg "$@"
point "modprobe algif_copy" modprobe algif_copy
AC_MODE=copy merge "copy:" /t/memory/memcg "$@"
point "rmmod algif_copy" rmmod algif_copy
point "nothing of the stock modules is left in use" stock_idle
plan
