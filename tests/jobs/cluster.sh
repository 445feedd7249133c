#!/bin/bash
# The image of src/cluster on a host that has no package of ours: built by buildah, run
# by podman as the DaemonSet runs it, beside ordinary containers.
# root: containers
# limit: 2400
# memory: 5120
# cpu: qemu64,+aes,+pclmulqdq,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand
# tree: helpers

# shellcheck source=tests/jobs/tap.bash
. "${BASH_SOURCE[0]%/*}/tap.bash"
# shellcheck source=tests/jobs/keeper.bash
. "${BASH_SOURCE[0]%/*}/keeper.bash"
# shellcheck source=tests/jobs/system.bash
. "${BASH_SOURCE[0]%/*}/system.bash"

image=localhost/algif-copy

# There is no registry here: this system is what BASE names.
make_base() {
	tar -C / --one-file-system -cf - --exclude=./t --exclude=./boot \
		--exclude='./usr/share/[dlm]o[ca]*' --exclude=./var/cache --exclude=./var/lib/apt \
		--exclude=./var/lib/containers --exclude=./root --exclude=./var/tmp \
		--exclude='./usr/*/podman' --exclude=./usr/bin/buildah \
		--exclude='./usr/lib/modules/*/kernel/[dfns]*' . |
		podman import -q - localhost/base
}

build() {
	buildah build -q --isolation chroot --layers=false \
		-f src/cluster/Containerfile --build-arg "KVER=$release" \
		--build-arg BASE=localhost/base --secret id=key,src=/root/key.pem \
		--secret id=cert,src=/root/cert.pem -t $image .
}

# As daemonset.yaml has it.
loader_start() {
	podman run -q -d --network none --privileged -v /lib/modules:/lib/modules:ro \
		-e "KEEP=$1" --name loader $image
}

logs() {
	podman logs loader 2>&1 | tee /dev/stderr | grep -F -- "$1"
}

# Until it is ready, or has ended.
loader_ready() {
	local try
	for try in {1..120}; do
		podman exec loader test -e /run/algif-copy-ready && return
		[ "$(podman inspect -f '{{.State.Running}}' loader)" = true ] || break
		sleep 1
	done
	podman logs loader
	echo "not ready after $try tries"
	return 1
}

loader_stop() {
	podman stop -t 30 loader
}

loader_remove() {
	podman rm -f loader
}

# Without any privilege.
inside() {
	podman run --rm --network none --user 65534 --cap-drop all \
		-v /t/helpers:/helpers:ro $image "$@"
}

serve() {
	point "the loader starts" loader_start no
	point "and becomes ready" loader_ready
	point "the module is in the node's kernel" loaded_version "$version"
	point "it is signed" grep -aq 'Module signature appended' \
		"$(podman mount loader)/opt/lib/modules/$release/algif_copy.ko"
	point "the log says so" logs "algif_copy $version is loaded"
	point "and shows the check" logs 'algif_copy'
	point "the stock hash type that was loaded is displaced" pinned algif_hash
	for name in 'hash sha256' 'skcipher cbc(aes)' 'aead gcm(aes)' 'rng stdrng'; do
		# Words, to be split.
		# shellcheck disable=SC2086
		point "an ordinary container binds $name" inside /helpers/binder $name
	done
	point "and finds no hole" inside algif-copy check
}

leave() {
	point "the loader ends" loader_stop
	point "the module is gone" unloaded algif_copy
	loader_remove
	point "another, with KEEP=yes" loader_start yes
	point "becomes ready" loader_ready
	point "and ends" loader_stop
	point "the module stays" loaded algif_copy
	loader_remove
	point "a third finds it loaded" loader_start no
	point "becomes ready" loader_ready
	point "a program uses the module" keeper_start
	point "the loader ends" loader_stop
	point "and says that the module stays" logs 'in use and stays loaded'
	point "its user goes on" keeper_ask
	keeper_stop
	rmmod algif_copy
	stock_again
}

# The guest's file system says nothing of the types of its entries, which overlayfs wants.
# podman has tried it at boot, and remembers.
mkdir -p /var/lib/containers
mount -t tmpfs -o size=4g containers /var/lib/containers || exit
rm -rf /run/containers/storage
export TMPDIR=/var/lib/containers/tmp
mkdir $TMPDIR
cd /t/packages/tree || exit
openssl req -new -x509 -newkey rsa:2048 -nodes -subj /CN=own/ -days 9 \
	-keyout /root/key.pem -out /root/cert.pem 2>/dev/null
point "a base image" make_base
point "the image" build
serve
leave
plan
