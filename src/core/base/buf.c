#include "core/base/base.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_CAP = 128, DEFAULT_MAX = 64 * 1024 * 1024 };

/* Room for n more bytes and the NUL, or false with full set. */
static bool make_room(struct buf *b, size_t n)
{
	size_t max = b->max ? b->max : DEFAULT_MAX;
	if (b->full || n > max || b->n > max - n) {
		b->full = true;
		return false;
	}
	size_t need = b->n + n + 1;
	if (need <= b->cap)
		return true;
	size_t cap = b->cap ? b->cap : FIRST_CAP;
	while (cap < need)
		cap *= 2;
	char *s = arena_alloc(b->arena, cap);
	if (b->n)
		memcpy(s, b->s, b->n);
	b->s = s;
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, const void *s, size_t n)
{
	if (!make_room(b, n))
		return;
	if (n)
		memcpy(b->s + b->n, s, n);
	b->n += n;
	b->s[b->n] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	if (s)
		buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof small) {
		buf_add(b, small, (size_t)n);
		return;
	}
	if (!make_room(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->s + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

const char *buf_text(struct buf *b)
{
	return b->s ? b->s : "";
}
