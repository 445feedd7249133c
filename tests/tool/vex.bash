# shellcheck shell=bash
# Points about algif-copy check --vex. Sourced by run, never run. What a document must
# be is written from OpenVEX 0.2.0 and its JSON schema.

: "${d:?}" "${root:?}" "${fake:?}" "${top:?}" "${ours:?}"

# vex WORDS STATUS JQ...: on a machine like this; each true of the document.
vex() {
	local words=$1 code=$2 expression
	shift 2
	tool=$fake FAKE=$words FAKE_ROOT=$root gives "$code" check --vex
	cat >"$d/rules" <<-'LIST'
	keys - ["@context", "@id", "author", "role", "timestamp", "last_updated", "version", "tooling", "statements"] == []
	.["@context"] == "https://openvex.dev/ns/v0.2.0"
	.["@id"] | test("^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
	.author | type == "string" and length > 0
	.timestamp | fromdateiso8601 | . > 1e9
	.version | . == floor and . >= 1
	.statements | type == "array" and length >= 1 and length == (unique | length)
	[.statements[] | keys - ["@id", "version", "vulnerability", "timestamp", "last_updated", "products", "status", "supplier", "status_notes", "justification", "impact_statement", "action_statement", "action_statement_timestamp"]] | flatten == []
	[.statements[].vulnerability | keys == ["name"] and (.name | test("^CVE-[0-9]{4}-[0-9]{4,}$"))] | all
	[.statements[].products | length == 1] | all
	[.statements[].products[] | keys == ["@id", "identifiers"] and .["@id"] == .identifiers.purl and (.identifiers | keys == ["purl"])] | all
	[.statements[].products[]["@id"] | test("^pkg:(deb|rpm)/[a-z]+/[A-Za-z0-9._~%-]+@[A-Za-z0-9._~%-]+[?]arch=[a-z0-9_]+$|^pkg:generic/linux@[A-Za-z0-9._~%-]+$")] | all
	[.statements[].status] - ["not_affected", "affected", "fixed", "under_investigation"] == []
	[.statements[] | select(.status == "not_affected") | has("justification") != has("impact_statement")] | all
	[.statements[].justification // empty] - ["component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path", "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist"] == []
	[.statements[] | select(.status == "affected") | .action_statement | type == "string" and length > 0] | all
	LIST
	for expression; do
		echo "$expression"
	done >>"$d/rules"
	while read -r expression; do
		jq -e "$expression" "$d/out" >/dev/null 2>"$d/jq" ||
			cat - "$d/jq" "$d/out" <<<"not: $expression"
	done <"$d/rules"
	! grep 'runtime error\|Sanitizer' "$d/err" || :
}

# host RELEASE VERSION: a kernel as uname(1) tells it, on which algif_copy serves now
# and after the next boot.
host() {
	machine
	put proc/sys/kernel/osrelease "$1"
	put proc/sys/kernel/version "$2"
	put proc/sys/kernel/random/uuid 01234567-89ab-cdef-0123-456789abcdef
	rm -r "${root:?}/lib/modules"
	modules "$1" "$ours"
	at_boot
	aliases
	copy
}

debian() {
	host "$1" "#1 SMP Debian $2 (2026-01-01)"
	put etc/os-release 'PRETTY_NAME="Debian"' 'ID=debian' 'VERSION_ID="12"'
	put var/lib/dpkg/status 'Package: zsh' 'Status: install ok installed' \
		'Architecture: amd64' 'Version: 1' '' \
		"Package: linux-image-$1" 'Status: install ok installed' \
		'Architecture: amd64' 'Source: linux' "Version: $2" '' \
		'Package: zzz' 'Status: install ok installed' 'Version: 2'
}

cves() {
	echo "[.statements[].vulnerability.name] | sort == ($1 | sort)"
}

all_are() {
	echo "[.statements[].status] | unique == [\"$1\"]"
}

product() {
	echo "[.statements[].products[0][\"@id\"]] | unique == [\"$1\"]"
}

# Those of README's table for 6.1.170, and what else changelogs tell.
open_6_1_170='["CVE-2026-46028", "CVE-2026-74578", "CVE-2026-52972", "CVE-2026-31677", "CVE-2026-43493", "CVE-2026-46033"]'

protected() {
	debian 6.1.0-47-amd64 6.1.170-3
	point "served now and after the next boot: not affected" "$(vex good 0 \
		"$(all_are not_affected)" "$(cves "$open_6_1_170")" \
		"$(product 'pkg:deb/debian/linux-image-6.1.0-47-amd64@6.1.170-3?arch=amd64')" \
		'[.statements[].justification] | unique == ["inline_mitigations_already_exist"]')"
	modules 6.1.0-99-amd64
	rm -r "$root/usr/lib/modprobe.d"
	point "not after the boot of a kernel without it: affected" "$(vex good 0 \
		"$(all_are affected)" \
		'[.statements[].action_statement] | unique == ["dkms autoinstall -k 6.1.0-99-amd64"]')"
	debian 6.1.0-47-amd64 6.1.170-3
	module algif_hash 3
	point "sockets keep the stock code: affected" "$(vex good 0 "$(all_are affected)")"
	debian 6.1.0-47-amd64 6.1.170-3
	rm -r "$root/sys/module/algif_copy"
	point "nobody serves: affected" "$(vex good 0 "$(all_are affected)" \
		'.statements[0].action_statement | test("modprobe algif_copy")')"
	debian 6.1.0-47-amd64 6.1.170-3
	point "not all could be tried: affected" "$(vex partly 1 "$(all_are affected)")"
	point "a file has changed, whatever the number says: affected" "$(vex hole 2 \
		"$(all_are affected)" \
		'.statements[0] | .vulnerability.name == "CVE-2026-31431" and (.status_notes | test("changed in this run"))')"
}

numbers() {
	debian 5.10.0-30-cloud-amd64 5.10.218-1
	point "5.10.218 has all of the ledger" "$(vex good 0 '.statements | length == 11')"
	debian 5.10.0-40-cloud-amd64 5.10.251-2
	point "5.10.251-2 of Debian has fixes of a later one" "$(vex good 0 \
		'[.statements[].vulnerability.name] | index("CVE-2026-31431") == null and index("CVE-2026-52972") != null')"
	debian 5.10.0-39-cloud-amd64 5.10.251-1
	point "5.10.251-1 does not" "$(vex good 0 '.statements[0].vulnerability.name == "CVE-2026-31431"')"
	debian 6.12.118+deb13-cloud-amd64 6.12.118-1
	point "all is fixed" "$(vex blemish 5 "$(all_are fixed)" \
		"$(product 'pkg:deb/debian/linux-image-6.12.118%2Bdeb13-cloud-amd64@6.12.118-1?arch=amd64')")"
	host 5.14.0-570.32.1.el9_6.x86_64 '#1 SMP PREEMPT_DYNAMIC Thu Jul 24'
	put etc/os-release 'NAME="Red Hat Enterprise Linux"' 'ID="rhel"'
	point "RHEL's number tells nothing, but algif_copy is there" "$(vex good 0 \
		"$(all_are not_affected)" '.statements | length == 11' \
		"$(product 'pkg:rpm/redhat/kernel-core@5.14.0-570.32.1.el9_6?arch=x86_64')")"
	rm -r "$root/sys/module/algif_copy"
	point "and if not, nobody knows" "$(vex good 0 "$(all_are under_investigation)")"
	point "but what has been seen" "$(vex hole 2 '.statements[0].status == "affected"')"
	host 6.12.0-124.8.1.el10_1.x86_64 '#1 SMP PREEMPT_DYNAMIC'
	rm -r "$root/sys/module/algif_copy"
	point "nor where the series is in the table" "$(vex good 0 "$(all_are under_investigation)")"
	host 5.14.0-570.el9.aarch64+64k '#1 SMP'
	put etc/os-release 'ID=rocky'
	point "another flavour" "$(vex good 0 \
		"$(product 'pkg:rpm/rocky/kernel-64k-core@5.14.0-570.el9?arch=aarch64')")"
	host 6.6.7 '#1 SMP'
	point "a kernel of one's own" "$(vex good 0 "$(product 'pkg:generic/linux@6.6.7')")"
}

# README's table and the tool's must not drift apart.
as_in_readme() {
	local cve figures
	sed -n 's/^\t{ "\(CVE-[0-9-]*\)", { \([A-Z0-9, ]*\) }, .*/\1 \2/p' \
		"$top/src/tool/ledger.c" | tr -d , >"$d/rows"
	[ "$(wc -l <"$d/rows")" = 11 ] || cat "$d/rows"
	while read -r cve figures; do
		grep -q "${cve#CVE-????-}" "$top/tests/cases/REGRESSIONS.md" ||
			echo "$cve is not in the ledger"
		grep -qe "${cve#CVE-????}" "$top/README.md" || echo "$cve is not in README.md"
		grep -Fe "${cve#CVE-????}" "$top/README.md" | grep '^|' |
			grep -qF "6.1.$(cut -d' ' -f2 <<<"$figures") " ||
			case $cve in
			*31677 | *43493 | *46033 | *23060 | *40019) ;; # no row
			*) echo "$cve: README.md has another 6.1" ;;
			esac
	done <"$d/rows"
}

vexes() {
	protected
	numbers
	point "the tables of README.md and the command agree" "$(as_in_readme)"
}
