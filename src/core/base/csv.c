#include "core/base/csv.h"

#include <iconv.h>
#include <string.h>

enum err csv_decode(struct arena *a, struct bytes file, struct bytes *out, struct fault *why)
{
	size_t skip = file.n >= 3 && memcmp(file.at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	if (utf8_valid((const char *)file.at + skip, file.n - skip)) {
		*out = (struct bytes){ file.at + skip, file.n - skip };
		return OK;
	}
	iconv_t cd = iconv_open("UTF-8", "GB18030");
	if (cd == (iconv_t)-1)
		return fault(why, E_INTERNAL, "iconv knows no GB18030");
	/* the worst case is two bytes for a letter of three, and single bytes stay single */
	size_t room = file.n * 2 + 16, left = file.n;
	char *to = arena_alloc(a, room), *at = to, *from = (char *)file.at;
	size_t bad = iconv(cd, &from, &left, &at, &room);
	iconv_close(cd);
	*out = (struct bytes){ (const uint8_t *)to, (size_t)(at - to) };
	if (bad == (size_t)-1 || left || !utf8_valid(to, out->n))
		return fault(why, E_INVALID, "the file is neither UTF-8 nor GB18030 text");
	return OK;
}

void csv_start(struct csv *c, const char *text, size_t n)
{
	*c = (struct csv){ .text = text, .n = n, .line = 1 };
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		c->pos = 3;
}

static bool line_end(const struct csv *c)
{
	if (c->pos >= c->n || c->text[c->pos] == '\n')
		return true;
	return c->text[c->pos] == '\r' && c->pos + 1 < c->n && c->text[c->pos + 1] == '\n';
}

/* Past the line end that pos stands on. */
static void skip_line_end(struct csv *c)
{
	if (c->pos < c->n && c->text[c->pos] == '\r')
		c->pos++;
	if (c->pos < c->n)
		c->pos++;
	c->line++;
}

static const char *quoted(struct csv *c, struct arena *a, const char **out)
{
	size_t from = ++c->pos, doubled = 0, most = CSV_FIELD + 1;

	for (;; c->pos++) {
		if (c->pos >= c->n)
			return "has a quote that is not closed";
		if (c->pos - from - doubled >= most)
			return "has a field that is too long, or a quote that is not closed";
		if (c->text[c->pos] != '"')
			continue;
		if (c->pos + 1 >= c->n || c->text[c->pos + 1] != '"')
			break;
		c->pos++;
		doubled++;
	}
	size_t len = c->pos - from;
	char *s = arena_copy(a, "", 0);
	if (len) {
		size_t n = 0;
		s = arena_alloc(a, len - doubled + 1);
		for (size_t i = from; i < c->pos; i++) {
			s[n++] = c->text[i];
			if (c->text[i] == '"')
				i++;
		}
	}
	*out = s;
	c->pos++;
	if (!line_end(c) && c->text[c->pos] != ',')
		return "has text after a closing quote";
	return NULL;
}

static const char *plain(struct csv *c, struct arena *a, const char **out)
{
	size_t from = c->pos;

	for (; !line_end(c) && c->text[c->pos] != ','; c->pos++) {
		if (c->text[c->pos] == '"')
			return "has a quote in the middle of a field";
		if (c->text[c->pos] == '\r')
			return "has a carriage return without a line feed";
	}
	if (c->pos - from > CSV_FIELD)
		return "has a field that is too long";
	*out = arena_copy(a, c->text + from, c->pos - from);
	return NULL;
}

static const char *record(struct csv *c, struct arena *a, struct csv_record *r)
{
	size_t from = c->pos;

	for (;;) {
		if (r->n == CSV_CELLS)
			return "has too many fields";
		bool is_quoted = c->pos < c->n && c->text[c->pos] == '"';
		const char *bad =
			is_quoted ? quoted(c, a, &r->cells[r->n]) : plain(c, a, &r->cells[r->n]);
		if (bad)
			return bad;
		r->n++;
		if (c->pos - from > CSV_RECORD)
			return "is too long";
		if (line_end(c))
			return NULL;
		c->pos++; /* the comma */
	}
}

/* Lines inside the record, so that the next one knows where it begins. */
static void count_lines(struct csv *c, size_t from)
{
	for (size_t i = from; i < c->pos; i++)
		c->line += c->text[i] == '\n';
}

bool csv_next(struct csv *c, struct arena *a, struct csv_record *out)
{
	while (c->pos < c->n && line_end(c))
		skip_line_end(c);
	if (c->pos >= c->n)
		return false;

	size_t from = c->pos;
	*out = (struct csv_record){ .line = c->line };
	out->bad = record(c, a, out);
	if (out->bad) {
		const char *end = memchr(c->text + from, '\n', c->n - from);
		size_t len = end ? (size_t)(end - c->text) - from : c->n - from;
		c->pos = from + len;
		if (end && len && c->text[c->pos - 1] == '\r')
			c->pos--, len--;
		out->cells[0] = arena_copy(a, c->text + from, len < CSV_FIELD ? len : CSV_FIELD);
		out->n = 1;
	} else {
		count_lines(c, from);
	}
	if (c->pos < c->n)
		skip_line_end(c);
	return true;
}

void csv_write(struct buf *b, const char *field)
{
	if (!strpbrk(field, ",\"\r\n")) {
		buf_puts(b, field);
		return;
	}
	buf_putc(b, '"');
	for (const char *s = field; *s; s++) {
		if (*s == '"')
			buf_putc(b, '"');
		buf_putc(b, *s);
	}
	buf_putc(b, '"');
}
