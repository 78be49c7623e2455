#include "core/http/span.h"

#include <arpa/inet.h>

/* ---- parameters: type/sub; a=b; c="d\"e" ----------------------------- */

/* Reads a value, quoted or not, at *p; moves *p behind it. A backslash is an escape only before a
 * quote or itself: old browsers send whole Windows paths. */
static char *parameter_value_at(struct arena *a, const char **p)
{
	struct buf b = { .arena = a };
	const char *s = *p;

	if (*s != '"') {
		size_t n = strcspn(s, "; \t");
		buf_add(&b, s, n);
		*p = s + n;
		return arena_copy(a, buf_text(&b), b.n);
	}
	for (s++; *s && *s != '"'; s++) {
		if (*s == '\\' && (s[1] == '"' || s[1] == '\\'))
			s++;
		buf_putc(&b, *s);
	}
	*p = *s ? s + 1 : s;
	return arena_copy(a, buf_text(&b), b.n);
}

/* The value of one parameter behind the first ';', or NULL. */
static char *parameter_find(struct arena *a, const char *s, const char *name)
{
	s += strcspn(s, ";");
	while (*s) {
		s += strspn(s, "; \t");
		size_t n = strcspn(s, "=;");
		struct span key = trimmed(s, n);
		s += n;
		if (*s != '=')
			continue;
		s++;
		s += strspn(s, " \t");
		char *value = parameter_value_at(a, &s);
		if (span_is(key, name))
			return value;
		s += strcspn(s, ";");
	}
	return NULL;
}

const char *parse_type(
	struct arena *a, const char *value, const char *parameter, const char **parameter_value)
{
	struct span t = trimmed(value, strcspn(value, ";"));
	char *type = arena_copy(a, t.at, t.n);

	for (size_t i = 0; i < t.n; i++)
		type[i] = lower(type[i]);
	*parameter_value = parameter_find(a, value, parameter);
	return type;
}

/* RFC 8187: UTF-8''percent-encoded. NULL when it is anything else. */
static char *extended_value(struct arena *a, const char *s)
{
	if (!s || strncasecmp(s, "utf-8'", 6) != 0)
		return NULL;
	s = strchr(s + 6, '\'');
	return s ? path_decode(a, s + 1, strlen(s + 1)) : NULL;
}

const char *parse_file_name(struct arena *a, const char *sent)
{
	for (const char *p = sent; *p; p++)
		if (*p == '/' || *p == '\\')
			sent = p + 1;
	size_t n = strlen(sent);
	char *s = arena_copy(a, sent, n);
	bool valid = utf8_valid(s, n);

	for (size_t i = 0; i < n; i++)
		if (is_control(s[i]) || (!valid && (unsigned char)s[i] >= 0x80))
			s[i] = '_';
	if (n > FILE_NAME_MAX) {
		n = FILE_NAME_MAX;
		while (n && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
		s[n] = '\0';
	}
	return text_is(s, ".") || text_is(s, "..") ? "" : s;
}

/* Browsers write a quote in a field's name as %22 and line ends as %0D%0A; nothing else is escaped.
 */
static bool field_name_fits(const char *s)
{
	if (!s || !*s || strlen(s) > FIELD_NAME_MAX || !utf8_valid(s, strlen(s)))
		return false;
	for (; *s; s++)
		if (is_control(*s))
			return false;
	return true;
}

bool parse_disposition(struct arena *a, const char *value, const char **name, const char **file)
{
	struct span kind = trimmed(value, strcspn(value, ";"));

	*name = parameter_find(a, value, "name");
	*file = NULL;
	if (!span_is(kind, "form-data") || !field_name_fits(*name))
		return false;
	const char *sent = extended_value(a, parameter_find(a, value, "filename*"));
	if (!sent)
		sent = parameter_find(a, value, "filename");
	if (sent)
		*file = parse_file_name(a, sent);
	return true;
}

/* ---- ranges, tags, encodings -------------------------------------------------------------- */

static bool range_number(struct span s, int64_t *out)
{
	char text[19] = "";
	if (!s.n || s.n >= sizeof(text))
		return false;
	memcpy(text, s.at, s.n);
	return text[strspn(text, "0123456789")] == '\0' && text_to_int(text, out);
}

/* first and last byte; last may lie behind the end. */
static enum range_kind range_ends(struct span s, int64_t size, int64_t *first, int64_t *last)
{
	const char *dash = s.n ? memchr(s.at, '-', s.n) : NULL;

	if (!dash)
		return RANGE_ALL;
	struct span left = trimmed(s.at, (size_t)(dash - s.at));
	struct span right = trimmed(dash + 1, s.n - (size_t)(dash - s.at) - 1);
	*last = INT64_MAX;
	if (!left.n) { /* the last so many bytes */
		if (!range_number(right, last))
			return RANGE_ALL;
		bool none = *last == 0;
		*first = *last < size ? size - *last : 0;
		*last = size - 1;
		return none ? RANGE_BEYOND : RANGE_PART;
	}
	if (!range_number(left, first) || (right.n && !range_number(right, last)))
		return RANGE_ALL;
	return *last < *first ? RANGE_ALL : RANGE_PART;
}

enum range_kind parse_range(const char *value, int64_t size, int64_t *from, int64_t *length)
{
	*from = 0;
	*length = size;
	if (!value || strncasecmp(value, "bytes=", 6) != 0 || strchr(value, ','))
		return RANGE_ALL;
	int64_t first = 0, last = 0;
	struct span ends = trimmed(value + 6, strlen(value + 6));
	enum range_kind k = range_ends(ends, size, &first, &last);
	if (k != RANGE_PART)
		return k;
	if (first >= size)
		return RANGE_BEYOND;
	*from = first;
	*length = (last < size ? last : size - 1) - first + 1;
	return RANGE_PART;
}

bool etag_matches(const char *header, const char *etag)
{
	if (!header || !etag)
		return false;
	struct span rest = { header, strlen(header) }, piece;
	size_t n = strlen(etag);

	while (next_piece(&rest, ',', &piece)) {
		struct span t = trimmed(piece.at, piece.n);
		if (t.n == 1 && *t.at == '*')
			return true;
		if (t.n > 2 && t.at[0] == 'W' && t.at[1] == '/')
			t = (struct span){ t.at + 2, t.n - 2 };
		if (t.n == n + 2 && t.at[0] == '"' && t.at[n + 1] == '"' &&
			memcmp(t.at + 1, etag, n) == 0)
			return true;
	}
	return false;
}

/* ";q=0", ";q=0.000": not acceptable. */
static bool quality_is_zero(struct span s)
{
	struct span t = trimmed(s.at, s.n);
	if (t.n < 3 || lower(t.at[0]) != 'q' || t.at[1] != '=')
		return false;
	for (size_t i = 2; i < t.n; i++)
		if (t.at[i] != '0' && t.at[i] != '.')
			return false;
	return true;
}

bool accepts_gzip(const char *header)
{
	struct span rest = { header, header ? strlen(header) : 0 }, piece, part;
	bool star = false;

	while (next_piece(&rest, ',', &piece)) {
		bool zero = false, first = true, gzip = false, any = false;
		while (next_piece(&piece, ';', &part)) {
			struct span t = trimmed(part.at, part.n);
			if (first) {
				gzip = span_is(t, "gzip") || span_is(t, "x-gzip");
				any = span_is(t, "*");
			}
			zero = zero || (!first && quality_is_zero(t));
			first = false;
		}
		if (gzip)
			return !zero;
		star = star || (any && !zero);
	}
	return star;
}

const char *parse_forwarded(struct arena *a, const struct http_pair *headers)
{
	const char *value = NULL;
	uint8_t address[16];

	if (!header_count(headers, "x-forwarded-for", &value))
		return NULL;
	const char *comma = strrchr(value, ',');
	struct span t = trimmed(comma ? comma + 1 : value, strlen(comma ? comma + 1 : value));
	if (!t.n || t.n >= INET6_ADDRSTRLEN)
		return NULL;
	char *s = arena_copy(a, t.at, t.n);
	bool known = inet_pton(AF_INET, s, address) == 1 || inet_pton(AF_INET6, s, address) == 1;
	return known ? s : NULL;
}
