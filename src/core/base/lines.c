#include "core/base/lines.h"

#include <string.h>

enum err lines_wrong(struct lines *r, const char *what)
{
	return fault(r->why, E_INVALID, "line %" PRId64 ": %s", r->line, what);
}

static enum err cells_split(struct lines *r, char *line)
{
	char *stop = strchr(line, r->blank ? ' ' : '\t');

	for (r->n = 0;; stop = strchr(line, '\t')) {
		if (r->n == LINE_CELLS)
			return lines_wrong(r, "too many fields");
		r->cells[r->n++] = line;
		if (!stop)
			return OK;
		*stop = 0;
		line = stop + 1;
	}
}

enum err lines_next(struct lines *r)
{
	const uint8_t *from = r->in.at + r->at, *end;
	size_t left = r->in.n - r->at;

	if (!left)
		return E_NOT_FOUND;
	r->line++;
	end = memchr(from, '\n', left);
	if (!end)
		return lines_wrong(r, "the last line does not end");
	size_t n = (size_t)(end - from);
	if (n > LINE_BYTES || !utf8_valid((const char *)from, n))
		return lines_wrong(r, "no line of text");
	r->at += n + 1;
	return cells_split(r, arena_copy(r->arena, (const char *)from, n));
}

bool lines_is(const struct lines *r, const char *name, int n)
{
	return r->n == n && text_is(r->cells[0], name);
}

void *lines_room(struct arena *a, void *old, size_t n, size_t size)
{
	if (n & (n + 1))
		return old;
	void *more = arena_alloc_array(a, 2 * n + 1, size);
	if (n)
		memcpy(more, old, n * size);
	return more;
}

bool line_number(const char *s, int64_t min, int64_t max, int64_t *out)
{
	if (!*s || (*s == '0' && s[1]) || *s == '+' || *s == '-')
		return false;
	return text_to_int(s, out) && *out >= min && *out <= max;
}

bool line_plain(const char *s)
{
	if (strlen(s) > LINE_FIELD)
		return false;
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

const char *line_field(struct arena *a, const char *s)
{
	size_t n = strlen(s);

	if (n > LINE_FIELD)
		for (n = LINE_FIELD; n && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
			;
	char *out = arena_copy(a, s, n);
	for (char *c = out; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return out;
}
