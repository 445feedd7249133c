# shellcheck shell=bash
# Points about algif-copy suggest. Sourced by run, never run.

: "${d:?}" "${root:?}" "${stats:?}" "${tool:?}" "${top:?}" "${tests:?}"

# What a week has left: a VPN, a library that knows the driver's name, somebody who
# tries an exploit, and one whose names are meant for a shell.
week() {
	# The shell is not to expand it here, nor anywhere.
	# shellcheck disable=SC2016
	figures \
		'algif_copy format=1 version=9.8.7 loaded=0.5 restrict=0 restrict_by=algif_copy allow_drivers=0 users_lost=0 checks=4' \
		'type name=hash displaced=none stock_sockets=0 bound=0 open=0 binds=30 refused=0 unlisted=2 unlisted_privileged=0' \
		'type name=skcipher displaced=none stock_sockets=0 bound=0 open=0 binds=0 refused=1 unlisted=8 unlisted_privileged=6' \
		'type name=aead displaced=none stock_sockets=0 bound=0 open=0 binds=17 refused=0 unlisted=17 unlisted_privileged=12' \
		'type name=rng displaced=none stock_sockets=0 bound=0 open=0 binds=0 refused=0 unlisted=0 unlisted_privileged=0' \
		'user comm=sha512hmac uid=0 type=hash name=hmac(sha512) binds=28 refused=0 last=1.5 unlisted=0 unlisted_privileged=0 pid=11' \
		'user comm=thumbs uid=1000 type=hash name=sha256 binds=2 refused=0 last=1.5 unlisted=2 unlisted_privileged=0 pid=12' \
		'user comm=charon uid=0 type=aead name=gcm(aes) binds=9 refused=0 last=2.5 unlisted=9 unlisted_privileged=9 pid=13' \
		'user comm=kcapi-enc uid=1000 type=aead name=gcm(aes) binds=1 refused=0 last=2.5 unlisted=1 unlisted_privileged=0 pid=14' \
		'user comm=charon uid=0 type=aead name=rfc4106(gcm(aes)) binds=3 refused=0 last=2.5 unlisted=3 unlisted_privileged=3 pid=13' \
		'user comm=python3 uid=1001 type=aead name=authencesn(hmac(sha256),cbc(aes)) binds=4 refused=0 last=3.5 unlisted=4 unlisted_privileged=0 pid=15' \
		'user comm=vpnd uid=0 type=skcipher name=cbc-aes-aesni binds=6 refused=0 last=2.5 unlisted=6 unlisted_privileged=6 pid=16' \
		'user comm=evil uid=0 type=skcipher name=a"\040+aead:x;$(id) binds=0 refused=1 last=2.5 unlisted=1 unlisted_privileged=1 pid=17'
}

# suggests STATUS JQ...: each true of the JSON; FILES are the machines.
suggests() {
	local code=$1 expression
	shift
	gives "$code" suggest --json --root "$root" -- "${files[@]}"
	for expression; do
		jq -e "$expression" "$d/out" >/dev/null 2>"$d/jq" ||
			cat - "$d/jq" "$d/out" <<<"not: $expression"
	done
	gives "$code" suggest --root "$root" "${files[@]}"
	! grep 'runtime error\|Sanitizer' "$d/out" "$d/err" || :
	! grep -vE '^    |^	' "$d/out" | grep '.\{80\}' || echo "too wide"
}

# of NAME JQ: true of the one that has this name.
of() {
	echo ".used[] | select(.name == \"$1\") | $2"
}

# allow TEXT: the parameter of the machine.
allow() {
	put sys/module/algif_copy/parameters/allow "$1"
}

# What would be run, and read by modprobe, if an administrator copied it.
lines_are_safe() {
	sed -n 's/^    echo "\(.*\)" \\$/\1/p' "$d/out" >"$d/line"
	[ -s "$d/line" ] || echo "no line"
	grep -vE '^([-+][a-z]+:[a-zA-Z0-9_.,()/*-]+(@admin)?( |$))+$' "$d/line" || :
	sed -n '/^    options/,/"$/{ s/ \\$//; p }' "$d/out" | tr '\n\t' '  ' |
		sed 's/.*allow="//; s/".*//' | xargs | diff - "$d/line" || :
}

one_machine() {
	files=()
	machine
	week
	point "what level 1 would refuse, and what is proposed" "$(suggests 2 \
		'.format == 1 and .hosts == 1 and .used_lost == 0 and (.used | length) == 7' \
		"$(of 'gcm(aes)' '.proposed == "+aead:gcm(aes)@admin" and .why == ["not-for-all"] and
			.unlisted == 10 and .unlisted_privileged == 9 and .binds == 10')" \
		"$(of 'gcm(aes)' '.by == [{comm: "charon", uid: 0}, {comm: "kcapi-enc", uid: 1000}]')" \
		"$(of 'hmac(sha512)' '.unlisted == 0 and .proposed == null and .why == []')" \
		"$(of cbc-aes-aesni '.proposed == "+skcipher:cbc-aes-aesni@admin"')" \
		'.allow == "+aead:gcm(aes)@admin +skcipher:cbc-aes-aesni@admin"' \
		'.sysctl == "crypto.af_alg_restrict = 1"')"
	point "not what only users have bound" "$(suggests 2 \
		"$(of sha256 '.proposed == null and .why == ["unprivileged"]')")"
	point "nor what is nested" "$(suggests 2 \
		"$(of 'rfc4106(gcm(aes))' '.proposed == null and .why == ["nested"]')")"
	point "nor what has had a hole" "$(suggests 2 \
		"$(of 'authencesn(hmac(sha256),cbc(aes))' '.why == ["unprivileged", "nested", "hole"]')")"
	point "nor what is no name" "$(suggests 2 \
		'.used[] | select(.why | index("odd")) | .proposed == null')"
	point "in words" "$(says 'Level 1 of crypto.af_alg_restrict would refuse 6 of 7' out
		says 'by charon (uid 0), kcapi-enc (uid 1000)' out
		says '    +aead:rfc4106(gcm(aes))@admin' out
		says '    sysctl crypto.af_alg_restrict=0' out)"
	point "the lines are safe to copy, and say the same" "$(lines_are_safe)"
	point "metrics" "$(gives 0 metrics --no-processes --root "$root"
		samples
		sample "algif_copy_unlisted_total privileged='true' type='aead' 12"
		sample "algif_copy_unlisted_total privileged='false' type='aead' 5"
		sample "algif_copy_algorithm_unlisted_total algorithm='gcm(aes)' privileged='false' type='aead' 1"
		sample "algif_copy_algorithm_unlisted_total algorithm='gcm(aes)' privileged='true' type='aead' 9")"
	point "status too" "$(status 0 '.policy.unlisted == 27 and .policy.unlisted_privileged == 18' \
		'.module.checks == 4 and .used_lost == 0 and (.used | length) == 8'
		says 'binds that level 1 refuses, or would: 27, privileged ones: 18' out)"
	allow '-hash:md5 +aead:gcm(aes) +skcipher:cbc-aes-aesni@admin +hash:sha256@admin'
	point "what has been allowed since is not refused" "$(suggests 2 \
		"$(of 'gcm(aes)' '.unlisted == 0 and .proposed == null')" \
		"$(of cbc-aes-aesni '.unlisted == 0')" \
		"$(of sha256 '.unlisted == 2 and .unlisted_privileged == 0')" \
		'.allow == "-hash:md5 +aead:gcm(aes) +skcipher:cbc-aes-aesni@admin +hash:sha256@admin"')"
	point "the lines keep it" "$(lines_are_safe)"
	allow '-aead:*'
	point "what has been removed is not proposed" "$(suggests 2 \
		"$(of 'gcm(aes)' '.proposed == null and .why == ["removed"]')")"
	grep -v 'name=\(sha256\|rfc\|authenc\|a"\)' "$stats" >"$d/few"
	cp "$d/few" "$stats"
	rm "$root/sys/module/algif_copy/parameters/allow"
	point "all of it is proposed" "$(suggests 1 '[.used[].unlisted > 0] == [true, true, false]')"
	sed -i 's/ unlisted=[0-9]*/ unlisted=0/; s/users_lost=0/users_lost=3/' "$stats"
	point "nothing is refused" "$(suggests 0 '.allow == ""')"
	point "but not everything is known" "$(says 'not complete: 3 entries' out)"
}

limits_of_allow() {
	local i
	machine
	week
	for ((i = 0; i < 70; i++)); do
		echo "user comm=many uid=0 type=hash name=h$i binds=1 refused=0 last=1 unlisted=1 unlisted_privileged=1 pid=1"
	done >>"$stats"
	files=()
	point "no more than allow= has room for" "$(suggests 2 \
		'(.allow | split(" ") | length) == 64' \
		'[.used[] | select(.why | index("full"))] | length == 8')"
}

fleet() {
	machine
	week
	"$tool" status --json --root "$root" >"$d/one.json"
	sed -i '/comm=charon/d; s/comm=vpnd/comm=ipsec/' "$stats"
	allow '+hash:sha3-256'
	"$tool" status --json --root "$root" >"$d/two.json" || :
	rm -rf "${root:?}"
	files=("$d/one.json" "$d/two.json")
	point "a fleet, from files" "$(suggests 2 '.hosts == 2 and (.used | length) == 7' \
		"$(of cbc-aes-aesni '.hosts == 2 and .binds == 12 and
			.by == [{comm: "vpnd", uid: 0}, {comm: "ipsec", uid: 0}]')" \
		"$(of 'gcm(aes)' '.hosts == 2 and .proposed == "+aead:gcm(aes)@admin"')" \
		"$(of 'rfc4106(gcm(aes))' '.hosts == 1')" \
		'.allow | startswith("+hash:sha3-256 +")')"
	jq '.policy.allow = "+aead:gcm(aes) \";reboot; +hash:$(id)"' "$d/two.json" >"$d/bad.json"
	files=("$d/bad.json")
	point "a machine that lies gets nothing into the lines" "$(suggests 2 '.allow == "+aead:gcm(aes)"
		or (.allow | test("[;$]") | not)'; lines_are_safe)"
	jq '.used_lost = null | del(.used)' "$d/two.json" >"$d/user.json"
	files=("$d/one.json" "$d/user.json")
	point "a machine of which nobody knows" "$(suggests 3 '.hosts == 1'
		says 'user.json: no counters: ' err)"
	files=("$d/none.json")
	point "no file" "$(gives 3 suggest "${files[@]}"; says 'No such file' err)"
}

# Every beginning of a file that is one, and some that never were.
not_json() {
	local text size i
	size=$(stat -c %s "$d/one.json")
	for ((i = 0; i < size - 1; i += 97)); do
		head -c "$i" "$d/one.json" >"$d/cut.json"
		gives 3 suggest "$d/cut.json"
		! grep 'runtime error\|Sanitizer' "$d/err" || :
	done
	while read -r text; do
		printf '%s' "$text" >"$d/cut.json"
		gives 3 suggest "$d/cut.json"
		says 'not the output of' err
	done <<-'LIST'
	{"format": 1} x
	{"format": 2}
	{"format": 1, "a": "\u00"}
	{"format": 1, "a": "\q"}
	{"format": 1, "a": 1x}
	{"format": 1, "a": nul}
	{"format": 1, "a": [1,]}
	{"format": 1, "a" 1}
	[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]
	[]
	LIST
}

suggestions() {
	local -a files=()
	one_machine
	limits_of_allow
	fleet
	point "what is no JSON of ours" "$(not_json)"
	machine
	point "algif_copy is not loaded" "$(gives 3 suggest --root "$root"
		says 'algif_copy is not loaded' err)"
	point "each that had a hole has a line in the ledger" "$(
		sed -n '/^static const char \*const holes/,/;/p' \
			"$top/src/tool/suggest.c" | grep -o '"[a-z0-9]*"' | tr -d '"' >"$d/holes"
		[ "$(wc -l <"$d/holes")" -ge 6 ] || cat "$d/holes"
		while read -r word; do
			grep -q "$word" "$tests/cases/REGRESSIONS.md" || echo "$word"
		done <"$d/holes")"
}
