# SPDX-License-Identifier: GPL-2.0
# Completion for algif-copy, installed as algif-copy.fish.

set -l commands status check top metrics suggest reload help version

# for_any COMMAND...: no command yet, or one of these.
function __algif_copy_for_any
    set -l commands status check top metrics suggest reload help version
    not __fish_seen_subcommand_from $commands
    or __fish_seen_subcommand_from $argv
end

complete -c algif-copy -f
complete -c algif-copy -n "not __fish_seen_subcommand_from $commands" -a status -d "Who serves each type of AF_ALG"
complete -c algif-copy -n "not __fish_seen_subcommand_from $commands" -a check -d "Test AF_ALG on the running system"
complete -c algif-copy -n "not __fish_seen_subcommand_from $commands" -a top -d "Who uses AF_ALG now"
complete -c algif-copy -n "not __fish_seen_subcommand_from $commands" -a metrics -d "The counters for Prometheus"
complete -c algif-copy -n "not __fish_seen_subcommand_from $commands" -a suggest -d "What crypto.af_alg_restrict=1 would refuse"
complete -c algif-copy -n "not __fish_seen_subcommand_from $commands" -a reload -d "Reload the module and keep its policy"
complete -c algif-copy -n "not __fish_seen_subcommand_from $commands" -a help -d "A summary"
complete -c algif-copy -n "not __fish_seen_subcommand_from $commands" -a version -d "The version"

complete -c algif-copy -n "__algif_copy_for_any status check top suggest" -s j -l json -d JSON
complete -c algif-copy -n "__algif_copy_for_any check" -s x -l vex -d "OpenVEX"
complete -c algif-copy -n "__algif_copy_for_any top" -s n -l count -x -d "Refresh COUNT times"
complete -c algif-copy -n "__algif_copy_for_any top" -s d -l delay -x -d "Seconds between refreshes"
complete -c algif-copy -n "__algif_copy_for_any reload" -s f -l force -d "Even if stock types serve for a moment"
complete -c algif-copy -n "__algif_copy_for_any metrics" -s P -l no-processes -d "Nothing about programs"
complete -c algif-copy -n "__algif_copy_for_any status top metrics suggest" -s r -l root -x -a "(__fish_complete_directories)" -d "Read DIR/proc and DIR/sys"
complete -c algif-copy -l color -x -a "auto always never" -d "When to use colours"
complete -c algif-copy -s h -l help -d "A summary"
complete -c algif-copy -s V -l version -d "The version"
complete -c algif-copy -n "__fish_seen_subcommand_from suggest" -F
