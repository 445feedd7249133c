#!/bin/bash
# Does the guest itself work: stock AF_ALG loads, serves and goes away.
# limit: 60
# tree: -

n=0

point() {
	local name=$1
	shift
	n=$((n + 1))
	if "$@" >/tmp/out 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' /tmp/out
	fi
}

echo "# $(uname -srv), up for $(cut -d' ' -f1 /proc/uptime) s"
point "the kernel is $AC_RELEASE" [ "$(uname -r)" = "$AC_RELEASE" ]
for type in hash skcipher aead rng; do
	point "modprobe algif_$type" modprobe "algif_$type"
done
for name in cbc ccm cmac; do
	point "modprobe crypto-$name" modprobe "crypto-$name"
done
grep -q '/algif_hash\.ko$' "/lib/modules/$AC_RELEASE/modules.builtin" ||
	point "rmmod algif_hash" rmmod algif_hash
echo "1..$n"
