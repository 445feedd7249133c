// SPDX-License-Identifier: GPL-2.0
/*
 * Parse JSON. Each value is reported with its path, so nothing is kept of what nobody
 * asks for. The text may come from anywhere.
 */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 16

struct parser {
	char *at;
	const struct ac_json_visitor *visitor;
	unsigned int depth;
	char path[256];
};

static void skip_blanks(struct parser *p)
{
	p->at += strspn(p->at, " \t\r\n");
}

/* Return whether @c is next, and if so skip it. */
static bool skip(struct parser *p, char c)
{
	skip_blanks(p);
	if (*p->at != c)
		return false;
	p->at++;
	return true;
}

/* ---------------- strings ---------------- */

static char *put_utf8(char *to, unsigned long code)
{
	if (code < 0x80) {
		*to++ = (char)code;
	} else if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
		*to++ = (char)(0x80 | (code & 0x3f));
	} else {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	}
	return to;
}

/* Half of a surrogate pair stays what it is: these texts have none. */
static char *unescape_code(struct parser *p, char *to)
{
	char digits[5] = "";
	unsigned long code;
	char *end;

	memcpy(digits, p->at, strnlen(p->at, 4));
	code = strtoul(digits, &end, 16);
	if (end != digits + 4 || strspn(digits, "0123456789abcdefABCDEF") != 4 ||
	    !code)
		return NULL;
	p->at += 4;
	return put_utf8(to, code);
}

static char *unescape(struct parser *p, char *to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	char c = *p->at;
	const char *found = c ? strchr(from, c) : NULL;

	if (!c)
		return NULL;
	p->at++;
	if (c == 'u')
		return unescape_code(p, to);
	if (!found)
		return NULL;
	*to++ = into[found - from];
	return to;
}

/* Works in place, since the result is never longer. Return NULL if it is wrong. */
static char *parse_string(struct parser *p)
{
	char *start, *to;

	if (!skip(p, '"'))
		return NULL;
	start = p->at;
	to = start;
	while (to && *p->at && *p->at != '"') {
		if ((unsigned char)*p->at < ' ')
			return NULL;
		if (*p->at != '\\') {
			*to++ = *p->at++;
			continue;
		}
		p->at++;
		to = unescape(p, to);
	}
	if (!to || *p->at != '"')
		return NULL;
	p->at++;
	*to = '\0';
	return start;
}

/* ---------------- values ---------------- */

/* A number, true, false or null. */
static bool parse_word(struct parser *p)
{
	size_t len = strspn(p->at, "-+.0123456789abcdefghijklmnopqrstuvwxyzE");
	char word[32], *end;

	if (!len || len >= sizeof(word))
		return false;
	memcpy(word, p->at, len);
	word[len] = '\0';
	p->at += len;
	strtod(word, &end);
	if (strchr("-0123456789", *word) ? *end != '\0' :
	    strcmp(word, "true") && strcmp(word, "false") && strcmp(word, "null"))
		return false;
	p->visitor->value(p->visitor->arg, p->path,
			  strcmp(word, "null") ? word : NULL);
	return true;
}

static bool parse_value(struct parser *p);

static bool parse_member(struct parser *p)
{
	size_t len = strlen(p->path);
	char *key = parse_string(p);
	bool good;

	if (!key || !skip(p, ':') || len + strlen(key) + 2 > sizeof(p->path))
		return false;
	sprintf(p->path + len, "%s%s", len ? "." : "", key);
	good = parse_value(p);
	p->path[len] = '\0';
	return good;
}

/* Parse what is between two brackets. */
static bool parse_list(struct parser *p, char end,
		       bool (*parse)(struct parser *p))
{
	if (skip(p, end))
		return true;
	do {
		if (!parse(p))
			return false;
	} while (skip(p, ','));
	return skip(p, end);
}

static bool parse_object(struct parser *p)
{
	if (!parse_list(p, '}', parse_member))
		return false;
	p->visitor->end(p->visitor->arg, p->path);
	return true;
}

static bool parse_text(struct parser *p)
{
	char *text = parse_string(p);

	if (text)
		p->visitor->value(p->visitor->arg, p->path, text);
	return !!text;
}

static bool parse_value(struct parser *p)
{
	bool good;

	if (p->depth == DEPTH)
		return false;
	p->depth++;
	if (skip(p, '{'))
		good = parse_object(p);
	else if (skip(p, '['))
		good = parse_list(p, ']', parse_value);
	else if (*p->at == '"')
		good = parse_text(p);
	else
		good = parse_word(p);
	p->depth--;
	return good;
}

bool ac_json_parse(char *text, const struct ac_json_visitor *visitor)
{
	struct parser p = { .at = text, .visitor = visitor };

	if (!parse_value(&p))
		return false;
	skip_blanks(&p);
	return !*p.at;
}
