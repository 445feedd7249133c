/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: the events algif_copy:* of ftrace and perf. algif_copy(4) documents
 * their fields. Names are escaped when the event is recorded, so a reader can print
 * them as they are.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM algif_copy

#if !defined(AC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define AC_TRACE_H

#include <linux/crypto.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "escape.h"
#include "stats.h"

/* Names that are longer when escaped are cut. */
#define AC_TRACE_TYPE	14
#define AC_TRACE_NAME	CRYPTO_MAX_ALG_NAME

TRACE_EVENT(bind,
	    TP_PROTO(const char *type, const char *name,
		     const char *driver, int ret),
	    TP_ARGS(type, name, driver, ret),
	    TP_STRUCT__entry(__array(char, type, AC_TRACE_TYPE)
			     __array(char, name, AC_TRACE_NAME)
			     __array(char, driver, AC_TRACE_NAME)
			     __field(int, ret)),
	    TP_fast_assign(strscpy(__entry->type, type, AC_TRACE_TYPE);
			   ac_escape(__entry->name, AC_TRACE_NAME, name);
			   ac_escape(__entry->driver, AC_TRACE_NAME, driver);
			   __entry->ret = ret;),
	    TP_printk("type=%s name=%s driver=%s ret=%d", __entry->type,
		      __entry->name, __entry->driver, __entry->ret)
);

TRACE_EVENT(refusal,
	    TP_PROTO(const char *type, const char *name,
		     unsigned int restrict_level),
	    TP_ARGS(type, name, restrict_level),
	    TP_STRUCT__entry(__array(char, type, AC_TRACE_TYPE)
			     __array(char, name, AC_TRACE_NAME)
			     __field(unsigned int, restrict_level)),
	    TP_fast_assign(strscpy(__entry->type, type, AC_TRACE_TYPE);
			   ac_escape(__entry->name, AC_TRACE_NAME, name);
			   __entry->restrict_level = restrict_level;),
	    TP_printk("type=%s name=%s restrict=%u", __entry->type, __entry->name,
		      __entry->restrict_level)
);

TRACE_EVENT(unlisted,
	    TP_PROTO(const char *type, const char *name, bool privileged),
	    TP_ARGS(type, name, privileged),
	    TP_STRUCT__entry(__array(char, type, AC_TRACE_TYPE)
			     __array(char, name, AC_TRACE_NAME)
			     __field(bool, privileged)),
	    TP_fast_assign(strscpy(__entry->type, type, AC_TRACE_TYPE);
			   ac_escape(__entry->name, AC_TRACE_NAME, name);
			   __entry->privileged = privileged;),
	    TP_printk("type=%s name=%s privileged=%d", __entry->type,
		      __entry->name, __entry->privileged)
);

TRACE_EVENT(accept,
	    TP_PROTO(const struct ac_stats *stats),
	    TP_ARGS(stats),
	    TP_STRUCT__entry(__array(char, type, AC_TRACE_TYPE)
			     __array(char, name, AC_TRACE_NAME)),
	    TP_fast_assign(strscpy(__entry->type, stats->usage->type,
				   AC_TRACE_TYPE);
			   ac_escape(__entry->name, AC_TRACE_NAME, stats->name);),
	    TP_printk("type=%s name=%s", __entry->type, __entry->name)
);

DECLARE_EVENT_CLASS(returned,
		    TP_PROTO(const struct ac_stats *stats, int ret),
		    TP_ARGS(stats, ret),
		    TP_STRUCT__entry(__array(char, type, AC_TRACE_TYPE)
				     __array(char, name, AC_TRACE_NAME)
				     __field(int, ret)),
		    TP_fast_assign(strscpy(__entry->type, stats->usage->type,
					   AC_TRACE_TYPE);
				   ac_escape(__entry->name, AC_TRACE_NAME, stats->name);
				   __entry->ret = ret;),
		    TP_printk("type=%s name=%s ret=%d", __entry->type, __entry->name,
			      __entry->ret)
);

DEFINE_EVENT(returned, send,
	     TP_PROTO(const struct ac_stats *stats, int ret),
	     TP_ARGS(stats, ret)
);

DEFINE_EVENT(returned, receive,
	     TP_PROTO(const struct ac_stats *stats, int ret),
	     TP_ARGS(stats, ret)
);

TRACE_EVENT(crypt,
	    TP_PROTO(const struct ac_stats *stats, size_t len, int ret),
	    TP_ARGS(stats, len, ret),
	    TP_STRUCT__entry(__array(char, type, AC_TRACE_TYPE)
			     __array(char, name, AC_TRACE_NAME)
			     __field(size_t, len)
			     __field(int, ret)),
	    TP_fast_assign(strscpy(__entry->type, stats->usage->type,
				   AC_TRACE_TYPE);
			   ac_escape(__entry->name, AC_TRACE_NAME, stats->name);
			   __entry->len = len;
			   __entry->ret = ret;),
	    TP_printk("type=%s name=%s len=%zu ret=%d", __entry->type,
		      __entry->name, __entry->len, __entry->ret)
);

TRACE_EVENT(takeover,
	    TP_PROTO(const char *type, const char *displaced,
		     int stock_sockets, bool back),
	    TP_ARGS(type, displaced, stock_sockets, back),
	    TP_STRUCT__entry(__array(char, type, AC_TRACE_TYPE)
			     __array(char, displaced, 8)
			     __field(int, stock_sockets)
			     __field(bool, back)),
	    TP_fast_assign(strscpy(__entry->type, type, AC_TRACE_TYPE);
			   strscpy(__entry->displaced, displaced, 8);
			   __entry->stock_sockets = stock_sockets;
			   __entry->back = back;),
	    TP_printk("type=%s displaced=%s stock_sockets=%d back=%d",
		      __entry->type, __entry->displaced, __entry->stock_sockets,
		      __entry->back)
);

#endif

/* define_trace.h looks for it through -I. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
