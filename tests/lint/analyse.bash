# shellcheck shell=bash
# Programs that follow the paths through the module. Sourced by run, never run: its
# rules are functions that print what they find.
#
# sparse is run by each build of the module (tests/vm/build, C=1): it knows the byte
# order of a number and counts spinlocks. The analyser of clang is in tests/llvm/run.
# clang's -Wthread-safety would see nothing: not even 7.3 tells it that lock_sock()
# locks. So a rule of ours looks at that.

: "${tests:?}" "${build:?}" "${units[0]:?}"

# spatch_report RULES FILE...: what a semantic patch has to say
spatch_report() {
	local rules=$1
	shift
	spatch -D report --very-quiet --no-show-diff --no-includes \
		--sp-file "$rules" "$@"
}

# units_for RULES: names, counters and what the administrator says are no secrets of a
# user; counters and lists belong to the module, not to a user who could be charged.
units_for() {
	local others='^$'
	case ${1##*/} in
	secrets.cocci) others='/(allow|main|report|stats|type|user)\.c$' ;;
	charged.cocci) others='/(allow|stats)\.c$' ;;
	esac
	printf '%s\n' "${units[@]}" | grep -Ev "$others"
}

# The rules of tests/lint/cocci are about src/*.c: compat.h is where an object of the
# module itself is allocated, for nobody.
own_semantics() {
	local rules
	local -a files
	for rules in "$tests"/lint/cocci/*.cocci; do
		mapfile -t files < <(units_for "$rules")
		spatch_report "$rules" "${files[@]}"
	done
}

# Beside each lies code that breaks it, in lines that are marked, and code that
# does not.
blind_semantics() {
	local rules planted
	for rules in "$tests"/lint/cocci/*.cocci; do
		planted=${rules%.cocci}.c
		diff <(grep -n BAD "$planted" | cut -d: -f1) \
			<(spatch_report "$rules" "$planted" | cut -d: -f2 | sort -nu) |
			sed -n "s,^[<>],${planted#"$top/"}: line,p"
	done
}

# The kernel's own: those about memory, pointers, locks and loops. badzero has a part
# in OCaml, for which coccinelle needs a compiler.
kernel_semantics() {
	local rules seen=0
	for rules in "$(dirname "${checkpatch:?}")"/coccinelle/{free,iterators,locks,null,tests}/*.cocci; do
		[ "${rules##*/}" != badzero.cocci ] || continue
		spatch_report "$rules" "${units[@]}"
		seen=$((seen + 1))
	done
	[ $seen -gt 20 ] || echo "only $seen semantic patches"
}

# Of a compiler new enough to know its way: gcc 14.
gcc_paths() {
	local release dir=$build/analyse
	release=$("$tests/vm/kernel" trixie-6.12-newest)
	fresh_module "$dir"
	"$tests/vm/sandbox" "$release" "$dir" make \
		"KDIR=/lib/modules/$release/build" KCFLAGS=-fanalyzer modules \
		>"$dir/log" 2>&1 || tail "$dir/log"
	grep -E 'Wanalyzer|error:' "$dir/log" | sort -u || :
}

# Debian has no package of it. smatch means the one in PATH, made for the kernel.
smatch_paths() {
	local release dir=$build/smatch program
	program=$(realpath "$(command -v smatch)")
	release=$("$tests/vm/kernel" trixie-6.12-newest)
	fresh_module "$dir"
	"$tests/vm/sandbox" "$release" "$dir" \
		--ro-bind "${program%/*}" "${program%/*}" \
		make "KDIR=/lib/modules/$release/build" C=1 \
		CHECK="$program -p=kernel" modules \
		>"$dir/log" 2>&1 || tail "$dir/log"
	grep -E ' (warn|error): ' "$dir/log" | sort -u || :
}
