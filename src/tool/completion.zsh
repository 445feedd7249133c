#compdef algif-copy
# SPDX-License-Identifier: GPL-2.0
# Completion for algif-copy, installed as _algif-copy in a directory of $fpath.

local -a commands every
local command word

commands=(
	'status:who serves each type of AF_ALG, and after the next boot'
	'check:test AF_ALG on the running system'
	'top:who uses AF_ALG now'
	'metrics:the counters for Prometheus'
	'suggest:what crypto.af_alg_restrict=1 would refuse'
	'reload:reload the module and keep its policy'
	'help:a summary'
	'version:the version'
)
every=(
	'--color=[when to use colours]:when:(auto always never)'
	'(-h --help)'{-h,--help}'[a summary]'
	'(-V --version)'{-V,--version}'[the version]'
	'1:command:->command'
)

# Options may precede the command.
for word in ${words[2,CURRENT-1]}; do
	if (( ${commands[(I)$word:*]} )); then
		command=$word
		break
	fi
done

case $command in
status|check|top|suggest|'') every+=('(-j --json)'{-j,--json}'[JSON]') ;;
esac
case $command in
status|top|metrics|suggest|'')
	every+=('(-r --root)'{-r,--root=}'[read DIR/proc and DIR/sys]:directory:_files -/') ;;
esac
case $command in
top|'')
	every+=(
		'(-n --count)'{-n,--count=}'[refresh COUNT times]:count:'
		'(-d --delay)'{-d,--delay=}'[time between refreshes]:seconds:'
	) ;;
esac
case $command in
check|'') every+=('(-x --vex)'{-x,--vex}'[OpenVEX]') ;;
esac
case $command in
metrics|'') every+=('(-P --no-processes)'{-P,--no-processes}'[nothing about programs]') ;;
esac
case $command in
suggest) every+=('*:file:_files') ;;
esac
case $command in
reload|'') every+=('(-f --force)'{-f,--force}'[even if stock types serve for a moment]') ;;
esac

local state line
_arguments -s $every
[[ $state != command ]] || _describe command commands
