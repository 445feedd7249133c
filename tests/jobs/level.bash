# shellcheck shell=bash
# crypto.af_alg_restrict of Linux 7.3: 0 all algorithms, 1 few (the default), 2
# none. Sourced by jobs, never run.

level_file=/proc/sys/crypto/af_alg_restrict

# The file comes with af_alg, on kernels that know it.
has_levels() {
	modprobe af_alg && [ -e "$level_file" ]
}

set_level() {
	echo "$1" >"$level_file"
}

# For jobs that use more than what is allowed by default.
unrestrict() {
	! has_levels || set_level 0
}
