/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json.h - read JSON, such as the output of "algif-copy status --json" of another
 * machine.
 */
#ifndef AC_JSON_H
#define AC_JSON_H

#include <stdbool.h>

/*
 * @path is the keys down to a value, joined by dots; the elements of an array have the
 * path of the array.
 */
struct ac_json_visitor {
	/* A string, a number or a boolean; NULL for null. */
	void (*value)(void *arg, const char *path, const char *text);
	/* An object has ended. */
	void (*end)(void *arg, const char *path);
	void *arg;
};

/* Parse @text, which is changed. Return false if it is no JSON, or nested too deeply. */
bool ac_json_parse(char *text, const struct ac_json_visitor *visitor);

#endif
