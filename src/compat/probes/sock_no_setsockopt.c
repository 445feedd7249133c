// SPDX-License-Identifier: GPL-2.0
// 5.9: the socket option calls are optional, so the stubs are gone.
#include <net/sock.h>

const struct proto_ops probe = {
	.setsockopt = sock_no_setsockopt,
	.getsockopt = sock_no_getsockopt,
};
