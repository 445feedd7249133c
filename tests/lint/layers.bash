# shellcheck shell=bash
# How the files of the module stand to one another. Sourced by run, never run: its
# rules are functions that print what they find.

: "${build:?}"

# The lowest first. Files of one layer stand side by side: they may include each
# other's headers.
layers='compat,have escape stats,user trace piece,warm bounce control stream guard
	policy,level,allow type,key hash,skcipher,aead,rng shadow report main,absent'

# upward FILE...: what includes a header from above itself, or has no layer.
upward() {
	awk -v layers="${layers//$'\n'/ }" '
		function noun(name) {
			gsub(/.*\/|\.[ch]$/, "", name)
			return name
		}
		BEGIN {
			count = split(layers, layer, " ")
			for (i = 1; i <= count; i++) {
				split(layer[i], names, ",")
				for (j in names)
					height[names[j]] = i
			}
		}
		FNR == 1 && !(noun(FILENAME) in height) {
			print FILENAME ": is in no layer"
		}
		/^[ \t]*#[ \t]*include[ \t]*"/ {
			split($0, part, "\"")
			if (height[noun(part[2])] > height[noun(FILENAME)])
				print FILENAME ":" FNR ": " part[2] " is above it"
		}' "$@"
}

# misnamed FILE...: a trace has the name of a function and not that of its file, so
# the one begins with the other. What headers hold is compiled into other files and
# begins with ac_; compat.h has functions that a kernel lacks, under its names. ctags
# sees no function that a macro makes.
misnamed() {
	ctags-universal --languages=C --langmap=C:.c.h --c-kinds=f -x \
		--_xformat='%F:%n %N %{file}' "$@" | awk '
		{
			split($1, at, ":")
			noun = at[1]
			sub(/.*\//, "", noun)
			wanted = "^" substr(noun, 1, length(noun) - 2) "_"
		}
		noun ~ /\.h$/ { wanted = "^ac_" }
		noun == "compat.h" { wanted = "^(ac|af_alg|crypto|kfree|module)_" }
		noun ~ /\.c$/ && $3 != "file" { next }
		noun ~ /^(main|absent)\.c$/ && $2 ~ /^algif_copy_(init|exit)$/ { next }
		$2 !~ wanted { print $1 ": " $2 }'
}

# What is planted here breaks each of them.
blind_layers() {
	local d=$build/planted
	rm -rf "$d"
	mkdir -p "$d"
	printf '%s\n' '#include <linux/mm.h>' '#include "piece.h"' '#include "warm.h"' \
		'#include "stream.h"' 'static int warm_send(void)' '{ return 0; }' \
		'static int piece_send(void)' '{ return 0; }' \
		'int ac_send(void)' '{ return 0; }' >"$d/piece.c"
	printf '%s\n' '#include "../piece.c"' 'static inline int send(void)' \
		'{ return 0; }' >"$d/escape.h"
	printf '%s\n' '#include "piece.h"' 'static int algif_copy_init(void)' \
		'{ return 0; }' >"$d/fresh.c"
	diff - <(cd "$d" && upward ./*.[ch] && misnamed ./*.[ch]) <<-'END'
		./escape.h:1: ../piece.c is above it
		./fresh.c: is in no layer
		./fresh.c:1: piece.h is above it
		./piece.c:4: stream.h is above it
		./escape.h:2: send
		./fresh.c:2: algif_copy_init
		./piece.c:5: warm_send
	END
}
