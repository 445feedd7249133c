# shellcheck shell=bash
# Those who bind: as NAME COMMAND... runs a command as one of them. Sourced by
# jobs, never run.

user=(setpriv --reuid 65534 --regid 65534 --clear-groups)

with_only() {
	"${user[@]}" --inh-caps="-all,+$1" --ambient-caps="+$1" "${@:2}"
}

as() {
	local who=$1
	shift
	case $who in
	root) "$@" ;;
	user) "${user[@]}" --inh-caps=-all "$@" ;;
	net_admin | sys_admin) with_only "$who" "$@" ;;
	root-without) without_admin "$@" ;;
	namespace) "${user[@]}" --inh-caps=-all unshare -Ur "$@" ;;
	network) unshare -n "$@" ;;
	esac
}

without_admin() {
	setpriv --bounding-set=-net_admin,-sys_admin \
		--inh-caps=-net_admin,-sys_admin "$@"
}
