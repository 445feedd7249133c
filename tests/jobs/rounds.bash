# shellcheck shell=bash
# A benchmark on the stock modules, which are loaded, and on algif_copy, twice in one
# boot. Sourced by jobs together with tap.bash, never run.

rows=/tmp/rows

# measure FRONT PROGRAM...: its lines, with FRONT before them, are added to the rows.
measure() {
	local front=$1
	shift
	"$@" >/tmp/measured && sed "s/^/$front,/" /tmp/measured >>$rows
}

# in_turn FRONT PROGRAM...: "stock1", "copy1" and so on are added to FRONT. Lines
# "#= ..." are rows of the table that tests/bench/report makes.
in_turn() {
	local front=$1 round
	shift
	for round in 1 2; do
		point "stock, round $round" measure "$front,stock$round" "$@"
		point "modprobe algif_copy" modprobe algif_copy
		point "algif_copy, round $round" measure "$front,copy$round" "$@"
		point "rmmod algif_copy" rmmod algif_copy
	done
	sed 's/^/#= /' $rows
}
