# shellcheck shell=bash
# One TAP stream out of commands and of programs that print TAP themselves.
# Sourced by jobs, never run.

points=0

# point NAME COMMAND...: ok if the command succeeds; else its output is shown.
point() {
	local name=$1 word='ok'
	shift
	"$@" >"${AC_TMP:-/tmp}/point" 2>&1 || word='not ok'
	points=$((points + 1))
	echo "$word $points - $name"
	[ "$word" = ok ] || sed 's/^/# /' "${AC_TMP:-/tmp}/point"
}

# skip NAME REASON: a point that cannot be asked here.
skip() {
	points=$((points + 1))
	echo "ok $points - $1 # SKIP $2"
}

# merge LABEL PROGRAM...: the points of the program, numbered on, with LABEL
# before their names. A program without a plan that fits was cut short.
merge() {
	local label=$1 line count=0 planned=none word rest
	shift
	while IFS= read -r line; do
		case $line in
		'ok '[0-9]* | 'not ok '[0-9]*)
			word=${line%%ok *}ok
			rest=${line#"$word" }
			rest=${rest#*[0-9] }
			count=$((count + 1))
			points=$((points + 1))
			echo "$word $points - $label ${rest#- }"
			;;
		'1..0 # SKIP'*)
			planned=0
			echo "# $label ${line#1..0 # }"
			;;
		'1..'[0-9]*) planned=${line#1..} ;;
		*) echo "$line" ;;
		esac
	done < <("$@" 2>&1)
	[ "$planned" = "$count" ] ||
		point "$label ${1##*/} ran to its end" \
			echo_fail "planned $planned points, printed $count"
}

# in_file FILE COMMAND...: the command finds in the file what it looks for; else the
# file is shown.
in_file() {
	local file=$1
	shift
	"$@" "$file" || {
		cat "$file"
		return 1
	}
}

echo_fail() {
	echo "$*"
	return 1
}

plan() {
	echo "1..$points"
}
