// SPDX-License-Identifier: GPL-2.0
/*
 * Print untrusted text. A process can choose any name for itself. That name must
 * not control the administrator's terminal, nor break out of a JSON or Prometheus
 * string.
 */
#include "out.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool colored;

void ac_out_begin(void)
{
	const char *no_color = getenv("NO_COLOR");

	colored = isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

void ac_out_cell(enum ac_out_color color, int width, const char *text)
{
	static const char *const codes[] = {
		[AC_OUT_PLAIN] = "", [AC_OUT_GREEN] = "\033[32m",
		[AC_OUT_YELLOW] = "\033[33m", [AC_OUT_RED] = "\033[31m",
		[AC_OUT_BOLD] = "\033[1m",
	};
	int used = 0;

	if (colored)
		fputs(codes[color], stdout);
	for (; *text; text++, used++)
		putchar(*text >= ' ' && *text <= '~' ? *text : '?');
	if (colored && color != AC_OUT_PLAIN)
		fputs("\033[0m", stdout);
	if (width > used)
		printf("%*s", width - used, "");
}

void ac_out_number(int width, long long number)
{
	if (number < 0)
		printf("%*s", width, "-");
	else
		printf("%*lld", width, number);
}

void ac_out_error(const char *fmt, ...)
{
	va_list ap;

	fputs("algif-copy: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* Length of the UTF-8 character at @s; 0 if it is invalid. */
static int utf8_length(const unsigned char *s)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int code;
	int len, i;

	if (*s < 0x80)
		return 1;
	if (*s < 0xc2 || *s > 0xf4)
		return 0;
	len = *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
	code = *s & (0x7f >> len);
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[len] || code > 0x10ffff || (code >> 11) == 0x1b)
		return 0;
	return len;
}

/* Both formats require UTF-8. Print an invalid byte as \xNN. */
static const char *put_other(const char *s)
{
	int len = utf8_length((const unsigned char *)s);

	if (!len) {
		printf("\\\\x%02x", (unsigned char)*s);
		return s + 1;
	}
	fwrite(s, 1, (size_t)len, stdout);
	return s + len;
}

void ac_out_json_string(const char *text)
{
	if (!text) {
		fputs("null", stdout);
		return;
	}
	putchar('"');
	while (*text) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			printf("\\%c", *text++);
		else if (c < ' ' || c == 0x7f)
			printf("\\u%04x", (unsigned char)*text++);
		else
			text = put_other(text);
	}
	putchar('"');
}

void ac_out_json_number(long long number)
{
	if (number < 0)
		fputs("null", stdout);
	else
		printf("%lld", number);
}

void ac_out_label(const char *text)
{
	while (*text) {
		if (*text == '"' || *text == '\\') {
			printf("\\%c", *text++);
		} else if (*text == '\n') {
			fputs("\\n", stdout);
			text++;
		} else {
			text = put_other(text);
		}
	}
}
