#include "core/base/base.h"

#include <stdio.h>
#include <string.h>

/* A reason that was cut must not end in half a character: JSON and pages carry it on. */
static void drop_half_character(char *s)
{
	size_t n = strlen(s), tail = 0;
	while (tail < 4 && tail < n && ((unsigned char)s[n - 1 - tail] & 0xc0) == 0x80)
		tail++;
	if (tail < n && !utf8_valid(s + n - 1 - tail, tail + 1))
		s[n - 1 - tail] = '\0';
}

enum err fault(struct fault *why, enum err e, const char *fmt, ...)
{
	if (!why)
		return e;
	char text[sizeof why->text]; /* aside: an argument may be the old reason itself */
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0)
		text[0] = '\0';
	if (n >= (int)sizeof text)
		drop_half_character(text);
	why->code = e;
	memcpy(why->text, text, strlen(text) + 1);
	return e;
}
