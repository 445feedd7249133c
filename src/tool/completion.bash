# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion for algif-copy, installed in share/bash-completion/completions.

# The options of each command; without a command, the commands as well.
_algif_copy_words() {
	case $1 in
	status) echo "--json --root" ;;
	check) echo "--json --vex" ;;
	top) echo "--json --count --delay --root" ;;
	metrics) echo "--root --no-processes" ;;
	suggest) echo "--json --root" ;;
	reload) echo "--force" ;;
	help) echo "status check top metrics suggest reload" ;;
	version) ;;
	*) echo "status check top metrics suggest reload help version" ;;
	esac
	echo "--color --help --version"
}

# The command may follow options and their values.
_algif_copy_command() {
	local i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-n | --count | -d | --delay | -r | --root | --color)
			[ "${COMP_WORDS[i + 1]}" != = ] || i=$((i + 1))
			i=$((i + 1))
			;;
		-*) ;;
		*)
			echo "${COMP_WORDS[i]}"
			return
			;;
		esac
	done
}

_algif_copy() {
	local word=${COMP_WORDS[COMP_CWORD]} before=$((COMP_CWORD - 1))

	COMPREPLY=()
	# Bash makes a word of "=".
	if [ "$word" = = ]; then
		word=
	elif [ "${COMP_WORDS[before]}" = = ]; then
		before=$((before - 1))
	fi
	case ${COMP_WORDS[before]} in
	-n | --count | -d | --delay) return ;;
	-r | --root)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return
		;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word")
		return
		;;
	esac
	if [ "$(_algif_copy_command)" = suggest ] && [[ $word != -* ]]; then
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W \
		"$(_algif_copy_words "$(_algif_copy_command)")" -- "$word")
}

complete -F _algif_copy algif-copy
