// SPDX-License-Identifier: GPL-2.0
/* The tracepoints of the module, which the queue passes, and what they print. */
#include "escape.c"
#include "trace.c"
