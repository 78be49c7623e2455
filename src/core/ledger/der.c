#include "core/ledger/der.h"

#include <stdlib.h>
#include <string.h>

enum { LENGTH_BYTES = 4, LAST_UTC_YEAR = 2049 };

static void put_length(struct buf *b, size_t n)
{
	if (n < 0x80) {
		buf_putc(b, (char)n);
		return;
	}
	int bytes = 1;
	while (bytes < LENGTH_BYTES && n >> (8 * bytes))
		bytes++;
	buf_putc(b, (char)(0x80 | bytes));
	while (bytes--)
		buf_putc(b, (char)(n >> (8 * bytes) & 0xff));
}

static struct bytes bytes_of(struct buf *b)
{
	return (struct bytes){ (const uint8_t *)b->s, b->n };
}

struct bytes der_join(struct arena *a, unsigned tag, const struct bytes *parts, size_t n)
{
	struct buf b = { .arena = a };
	size_t total = 0;
	for (size_t i = 0; i < n; i++)
		total += parts[i].n;
	buf_putc(&b, (char)tag);
	put_length(&b, total);
	for (size_t i = 0; i < n; i++)
		buf_add(&b, parts[i].at, parts[i].n);
	return bytes_of(&b);
}

struct bytes der_value(struct arena *a, unsigned tag, const void *at, size_t n)
{
	return DER(a, tag, { at, n });
}

struct bytes der_text(struct arena *a, unsigned tag, const char *text)
{
	return der_value(a, tag, text, strlen(text));
}

struct bytes der_small(struct arena *a, int n)
{
	uint8_t b = (uint8_t)(n & 0x7f);
	return der_value(a, DER_INTEGER, &b, 1);
}

struct bytes der_bits(struct arena *a, struct bytes whole)
{
	return DER(a, DER_BITS, { (const uint8_t *)"", 1 }, whole);
}

static void put_base128(struct buf *b, uint64_t n)
{
	int shift = 0;
	while (n >> (shift + 7))
		shift += 7;
	for (; shift; shift -= 7)
		buf_putc(b, (char)(0x80 | (n >> shift & 0x7f)));
	buf_putc(b, (char)(n & 0x7f));
}

struct bytes der_oid(struct arena *a, const char *dotted)
{
	struct buf b = { .arena = a };
	uint64_t first = 0;
	int at = 0;
	for (const char *s = dotted; *s; at++) {
		char *end;
		uint64_t n = strtoull(s, &end, 10);
		if (at == 0)
			first = n;
		else
			put_base128(&b, at == 1 ? first * 40 + n : n);
		s = *end == '.' ? end + 1 : end;
		if (*end && *end != '.')
			break;
	}
	return der_value(a, DER_OID, b.s, b.n);
}

struct bytes der_time(struct arena *a, int64_t ms)
{
	/* civil_of() gives local time, eight hours ahead of UTC */
	struct civil t = civil_of(ms - 8 * HOUR);
	bool utc = t.year <= LAST_UTC_YEAR;
	char *year = arena_printf(a, "%04d", t.year);
	return der_text(a, utc ? DER_UTC_TIME : DER_LATER_TIME,
		arena_printf(a, "%s%02d%02d%02d%02d%02dZ", utc ? year + 2 : year, t.month, t.day,
			t.hour, t.minute, t.second));
}

static int by_bytes(const void *one, const void *two)
{
	const struct bytes *x = one, *y = two;
	int c = memcmp(x->at, y->at, x->n < y->n ? x->n : y->n);
	return c ? c : (x->n > y->n) - (x->n < y->n);
}

struct bytes der_set_of(struct arena *a, unsigned tag, struct bytes *parts, size_t n)
{
	qsort(parts, n, sizeof *parts, by_bytes);
	return der_join(a, tag, parts, n);
}
