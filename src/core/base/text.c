#include "core/base/base.h"

#include <inttypes.h>
#include <string.h>

bool text_is(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

bool text_starts(const char *s, const char *prefix)
{
	return strncmp(s ? s : "", prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *s, const char *suffix)
{
	size_t n = s ? strlen(s) : 0, m = strlen(suffix);
	return m <= n && (m == 0 || memcmp(s + n - m, suffix, m) == 0);
}

/* ---- UTF-8 (RFC 3629) --------------------------------------------------------------------- */

/* Length of the sequence that starts with this byte, 0 when none does. */
static size_t sequence_length(unsigned char c)
{
	if (c < 0x80)
		return c ? 1 : 0;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

/* The second byte alone tells overlong forms, surrogates and what lies above U+10FFFF. */
static bool second_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0 && second <= 0xbf;
	case 0xed:
		return second >= 0x80 && second <= 0x9f;
	case 0xf0:
		return second >= 0x90 && second <= 0xbf;
	case 0xf4:
		return second >= 0x80 && second <= 0x8f;
	default:
		return second >= 0x80 && second <= 0xbf;
	}
}

bool utf8_valid(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i = 0;
	while (i < n) {
		size_t len = sequence_length(p[i]);
		if (len == 0 || len > n - i)
			return false;
		if (len > 1 && !second_fits(p[i], p[i + 1]))
			return false;
		for (size_t k = 2; k < len; k++)
			if ((p[i + k] & 0xc0) != 0x80)
				return false;
		i += len;
	}
	return true;
}

size_t utf8_length(const char *s)
{
	size_t n = 0;
	for (; s && *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* ---- trimming and numbers ----------------------------------------------------------------- */

static const char wide_blank[] = "\xe3\x80\x80"; /* U+3000 */

static size_t blank_at_start(const char *s)
{
	if (*s && strchr(" \t\r\n\v\f", *s))
		return 1;
	return text_starts(s, wide_blank) ? 3 : 0;
}

static size_t blank_at_end(const char *s, size_t n)
{
	if (n && strchr(" \t\r\n\v\f", s[n - 1]))
		return 1;
	return n >= 3 && memcmp(s + n - 3, wide_blank, 3) == 0 ? 3 : 0;
}

char *text_trim(struct arena *a, const char *s)
{
	size_t step;
	if (!s)
		s = "";
	while ((step = blank_at_start(s)))
		s += step;
	size_t n = strlen(s);
	while ((step = blank_at_end(s, n)))
		n -= step;
	return arena_copy(a, s, n);
}

bool text_to_int(const char *s, int64_t *out)
{
	if (!s)
		return false;
	bool minus = *s == '-';
	if (minus)
		s++;
	if (!*s)
		return false;
	int64_t v = 0; /* built below zero, where there is one number more */
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, *s - '0', &v))
			return false;
	}
	if (!minus && v == INT64_MIN)
		return false;
	*out = minus ? v : -v;
	return true;
}

/* ---- hexadecimal and addresses ------------------------------------------------------------ */

static const char digits[] = "0123456789abcdef";

void hex_encode(char *out, const void *in, size_t n)
{
	const unsigned char *p = in;
	for (size_t i = 0; i < n; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(void *out, const char *hex, size_t n)
{
	unsigned char *p = out;
	if (!hex || strnlen(hex, 2 * n + 1) != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_value(hex[2 * i]), low = hex_value(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		p[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

static bool unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~", c));
}

char *url_encode(struct arena *a, const char *s)
{
	static const char upper[] = "0123456789ABCDEF";
	char *out = arena_alloc_array(a, (s ? strlen(s) : 0) + 1, 3), *p = out;
	for (; s && *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (unreserved(*s)) {
			*p++ = *s;
			continue;
		}
		*p++ = '%';
		*p++ = upper[c >> 4];
		*p++ = upper[c & 15];
	}
	return out;
}

static int url_byte(const char *s, size_t n)
{
	if (n < 3)
		return -1;
	int high = hex_value((char)(s[1] >= 'A' && s[1] <= 'F' ? s[1] + 32 : s[1]));
	int low = hex_value((char)(s[2] >= 'A' && s[2] <= 'F' ? s[2] + 32 : s[2]));
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

char *url_decode(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1), *p = out;
	for (size_t i = 0; i < n; i++) {
		int c = s[i] == '+' ? ' ' : (unsigned char)s[i];
		if (s[i] == '%') {
			c = url_byte(s + i, n - i);
			i += 2;
		}
		if (c < 0)
			return NULL;
		*p++ = (char)c;
	}
	/* text is UTF-8 without NUL everywhere else, so the gate is here */
	return utf8_valid(out, (size_t)(p - out)) ? out : NULL;
}

char *money_text(struct arena *a, int64_t fen)
{
	uint64_t v = fen < 0 ? -(uint64_t)fen : (uint64_t)fen;
	char *whole = arena_printf(a, "%" PRIu64, v / 100);
	size_t n = strlen(whole), k = 0;
	/* sign, digits, a comma before each three but the first, point and two places */
	char *out = arena_alloc(a, 1 + n + n / 3 + 3 + 1);

	if (fen < 0)
		out[k++] = '-';
	for (size_t i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			out[k++] = ',';
		out[k++] = whole[i];
	}
	out[k++] = '.';
	out[k++] = (char)('0' + v % 100 / 10);
	out[k++] = (char)('0' + v % 10);
	out[k] = 0;
	return out;
}
