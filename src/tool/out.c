// SPDX-License-Identifier: GPL-2.0
/*
 * Print untrusted text. A process can choose any name for itself. That name must
 * not control the administrator's terminal, nor break out of a JSON or Prometheus
 * string.
 */
#include "out.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool colored;

static bool wants_color(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
	       !(term && !strcmp(term, "dumb"));
}

bool ac_out_use_color(const char *when)
{
	if (!strcmp(when, "auto"))
		colored = wants_color();
	else if (!strcmp(when, "always"))
		colored = true;
	else if (!strcmp(when, "never"))
		colored = false;
	else
		return false;
	return true;
}

static struct winsize window(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return (struct winsize) { .ws_col = 0 };
	return size;
}

int ac_out_width(void)
{
	return window().ws_col;
}

int ac_out_height(void)
{
	return window().ws_row;
}

/* Print at most @most characters, and return how many. */
static int put_text(enum ac_out_color color, int most, const char *text)
{
	static const char *const codes[] = {
		[AC_OUT_PLAIN] = "", [AC_OUT_GREEN] = "\033[32m",
		[AC_OUT_YELLOW] = "\033[33m", [AC_OUT_RED] = "\033[31m",
		[AC_OUT_BOLD] = "\033[1m",
	};
	int used = 0;

	if (colored)
		fputs(codes[color], stdout);
	for (; *text && used < most; text++, used++)
		putchar(*text >= ' ' && *text <= '~' ? *text : '?');
	if (colored && color != AC_OUT_PLAIN)
		fputs("\033[0m", stdout);
	return used;
}

void ac_out_cell(enum ac_out_color color, int width, const char *text)
{
	int used = put_text(color, INT_MAX, text);

	if (width > used)
		printf("%*s", width - used, "");
}

/* A "+" shows that the text goes on. */
void ac_out_last(enum ac_out_color color, int used, const char *text)
{
	int room = ac_out_width() - used;

	if (ac_out_width() && (int)strlen(text) > room) {
		put_text(color, room - 1, text);
		putchar('+');
	} else {
		put_text(color, INT_MAX, text);
	}
	putchar('\n');
}

/* Length of the longest part of @text that is a line of at most @most columns. */
static int line_length(const char *text, int most)
{
	int end = (int)strcspn(text, "\n"), len = most;

	if (end <= most)
		return end;
	while (len > 0 && text[len] != ' ')
		len--;
	return len > 0 ? len : (int)strcspn(text, "\n ");
}

void ac_out_text(enum ac_out_color color, const char *head, const char *text)
{
	int width = ac_out_width(), indent = (int)strlen(head), len;

	if (width < indent + 20 || width > 80)
		width = 80;
	fputs(head, stdout);
	while (*text) {
		len = line_length(text, width - 1 - indent);
		put_text(color, len, text);
		putchar('\n');
		text += len;
		text += *text ? 1 : 0;
		if (*text)
			printf("%*s", indent, "");
	}
}

void ac_out_number(int width, long long number)
{
	if (number < 0)
		printf("%*s", width, "-");
	else
		printf("%*lld", width, number);
}

void ac_out_units(int width, double number, double unit)
{
	static const char letters[] = "kMGTPE";
	unsigned int i;

	if (number < 0) {
		printf("%*s", width, "-");
		return;
	}
	if (number < unit * 10) {
		printf("%*.*f", width, number > 0 && number < 10 &&
		       number != (double)(int)number, number);
		return;
	}
	number /= unit;
	for (i = 0; number >= unit && letters[i + 1]; i++)
		number /= unit;
	printf("%*.1f%c", width - 1, number, letters[i]);
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

void ac_out_json_text(const char *key, const char *value, const char *end)
{
	printf("\"%s\": ", key);
	ac_out_json_string(value);
	fputs(end, stdout);
}

void ac_out_json_number(const char *key, long long value, const char *end)
{
	if (value < 0)
		printf("\"%s\": null%s", key, end);
	else
		printf("\"%s\": %lld%s", key, value, end);
}

void ac_out_json_real(const char *key, double value, const char *end)
{
	if (value < 0)
		printf("\"%s\": null%s", key, end);
	else
		printf("\"%s\": %.3f%s", key, value, end);
}

void ac_out_json_bool(const char *key, long long value, const char *end)
{
	printf("\"%s\": %s%s", key,
	       value < 0 ? "null" : value ? "true" : "false", end);
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
