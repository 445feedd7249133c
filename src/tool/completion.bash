# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion for algif-copy, installed in share/bash-completion/completions.

# The options of each command; without a command, the commands.
_algif_copy_words() {
	case $1 in
	status) echo "--json --root --help --version" ;;
	check) echo "--json --help --version" ;;
	top) echo "--count --delay --root --help --version" ;;
	metrics) echo "--root --help --version" ;;
	reload) echo "--force --help --version" ;;
	*) echo "status check top metrics reload --help --version" ;;
	esac
}

_algif_copy() {
	local word=${COMP_WORDS[COMP_CWORD]} command=

	COMPREPLY=()
	case ${COMP_WORDS[COMP_CWORD - 1]} in
	-n | --count | -d | --delay) return ;;
	-r | --root)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return
		;;
	esac
	[ "$COMP_CWORD" -lt 2 ] || command=${COMP_WORDS[1]}
	mapfile -t COMPREPLY < <(compgen -W "$(_algif_copy_words "$command")" \
		-- "$word")
}

complete -F _algif_copy algif-copy
