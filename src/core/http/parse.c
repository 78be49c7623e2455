#include "core/http/span.h"

/* ---- target ------------------------------------------------------------------------------- */

char *path_decode(struct arena *a, const char *s, size_t n)
{
	struct buf b = { .arena = a };
	if (!n || !memchr(s, '+', n))
		return url_decode(a, s, n);
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '+')
			buf_puts(&b, "%2B");
		else
			buf_putc(&b, s[i]);
	}
	return url_decode(a, buf_text(&b), b.n);
}

/* An escaped separator would be a separator for us and a letter for whoever stands before us. */
static bool hides_separator(const char *s, size_t n)
{
	for (size_t i = 0; i + 2 < n; i++)
		if (s[i] == '%' && ((s[i + 1] == '2' && lower(s[i + 2]) == 'f') ||
					   (s[i + 1] == '5' && lower(s[i + 2]) == 'c')))
			return true;
	return false;
}

static bool path_plain(const char *p)
{
	if (*p != '/' || strstr(p, "//") || strstr(p, "..") || strstr(p, "/./") ||
		text_ends(p, "/."))
		return false;
	for (; *p; p++)
		if (is_control(*p) || *p == '\\')
			return false;
	return true;
}

enum err parse_target(
	struct arena *a, const char *raw, const char **path, const struct http_pair **query)
{
	size_t n = strlen(raw), path_n = strcspn(raw, "?");

	if (n > TARGET_MAX)
		return E_TOO_LARGE;
	for (size_t i = 0; i < n; i++)
		if (is_control(raw[i]) || raw[i] == ' ' || raw[i] == '#')
			return E_BAD_REQUEST;
	if (hides_separator(raw, path_n))
		return E_BAD_REQUEST;
	*path = path_decode(a, raw, path_n);
	if (!*path || !path_plain(*path))
		return E_BAD_REQUEST;
	struct bytes q = { (const uint8_t *)raw + path_n, n - path_n };
	if (q.n)
		q.at++, q.n--;
	return parse_form(a, q, QUERY_PAIRS, query) ? E_BAD_REQUEST : OK;
}

/* ---- pairs -------------------------------------------------------------------------------- */

static size_t count_char(struct bytes in, char c)
{
	size_t k = 0;
	for (size_t i = 0; i < in.n; i++)
		k += in.at[i] == (uint8_t)c;
	return k;
}

static bool add_pair(struct arena *a, struct span piece, struct http_pair *out)
{
	const char *eq = memchr(piece.at, '=', piece.n);
	size_t name_n = eq ? (size_t)(eq - piece.at) : piece.n;

	out->name = url_decode(a, piece.at, name_n);
	out->value = eq ? url_decode(a, eq + 1, piece.n - name_n - 1) : "";
	if (out->name && out->value)
		return true;
	out->name = NULL; /* ends the list */
	return false;
}

enum err parse_form(struct arena *a, struct bytes in, size_t max, const struct http_pair **out)
{
	size_t most = count_char(in, '&') + 1, n = 0;
	if (most > 4 * max + 1)
		return E_TOO_LARGE;
	struct http_pair *pairs = NEWS(a, struct http_pair, (most > max ? max : most) + 1);
	struct span rest = { (const char *)in.at, in.n }, piece;

	*out = pairs;
	if (!in.n)
		return OK;
	while (next_piece(&rest, '&', &piece)) {
		if (!piece.n)
			continue;
		if (n == max)
			return E_TOO_LARGE;
		if (!add_pair(a, piece, &pairs[n++]))
			return E_BAD_REQUEST;
	}
	return OK;
}

const char *pair_find(const struct http_pair *pairs, const char *name)
{
	for (; pairs && pairs->name; pairs++)
		if (strcmp(pairs->name, name) == 0)
			return pairs->value;
	return NULL;
}

/* ---- headers ------------------------------------------------------------------------------ */

static const char *header_name(struct arena *a, const char *at, size_t n)
{
	char *s = arena_copy(a, at, n);
	for (size_t i = 0; i < n; i++) {
		if (!is_token_char(s[i]))
			return NULL;
		s[i] = lower(s[i]);
	}
	return n ? s : NULL;
}

static const char *header_value(struct arena *a, const char *at, size_t n)
{
	struct span t = trimmed(at, n);
	char *s = arena_copy(a, t.at, t.n);

	for (size_t i = 0; i < t.n; i++)
		if (is_control(s[i]) && s[i] != '\t')
			return NULL;
	if (utf8_valid(s, t.n))
		return s;
	for (size_t i = 0; i < t.n; i++)
		if ((unsigned char)s[i] >= 0x80)
			s[i] = '?';
	return s;
}

enum err parse_headers(
	struct arena *a, const struct header_text *in, size_t n, struct http_pair *out)
{
	for (size_t i = 0; i < n; i++) {
		out[i].name = header_name(a, in[i].name, in[i].name_n);
		out[i].value = header_value(a, in[i].value, in[i].value_n);
		if (!out[i].name || !out[i].value) {
			out[i].name = NULL;
			return E_BAD_REQUEST;
		}
	}
	out[n] = (struct http_pair){ 0 };
	return OK;
}

int header_count(const struct http_pair *headers, const char *name, const char **last)
{
	int k = 0;
	for (; headers->name; headers++)
		if (strcmp(headers->name, name) == 0) {
			*last = headers->value;
			k++;
		}
	return k;
}

static int length_of(const char *value, int64_t *out)
{
	if (!*value || value[strspn(value, "0123456789")])
		return 400;
	if (!text_to_int(value, out) || *out > INT64_MAX / 2)
		return 413;
	return 0;
}

static int check_host(const struct http_pair *headers, bool http10)
{
	const char *host = "";
	int n = header_count(headers, "host", &host);

	if (n > 1 || (n == 0 && !http10))
		return 400;
	return strpbrk(host, " \t,/?#@") ? 400 : 0;
}

static int check_length(const struct http_pair *headers, bool http10, int64_t *out)
{
	const char *length = "", *coding = "";
	int lengths = header_count(headers, "content-length", &length);
	int codings = header_count(headers, "transfer-encoding", &coding);

	if (lengths > 1 || (lengths && codings))
		return 400;
	if (codings)
		return http10 ? 400 : 411;
	return lengths ? length_of(length, out) : 0;
}

int parse_framing(const struct http_pair *headers, bool http10, struct framing *out)
{
	const char *encoding = "", *expect = "";

	*out = (struct framing){ 0 };
	int status = check_host(headers, http10);
	if (!status)
		status = check_length(headers, http10, &out->length);
	if (status)
		return status;
	if (header_count(headers, "content-encoding", &encoding) && !text_is(encoding, "identity"))
		return 415;
	if (!header_count(headers, "expect", &expect))
		return 0;
	out->expects = strcasecmp(expect, "100-continue") == 0;
	return out->expects ? 0 : 417;
}

/* ---- cookies ------------------------------------------------------------------------------ */

static bool add_cookie(struct arena *a, struct span piece, struct http_pair *out)
{
	struct span t = trimmed(piece.at, piece.n);
	const char *eq = t.n ? memchr(t.at, '=', t.n) : NULL;
	if (!eq || eq == t.at)
		return false;
	struct span name = trimmed(t.at, (size_t)(eq - t.at));
	struct span value = trimmed(eq + 1, t.n - (size_t)(eq - t.at) - 1);

	if (value.n >= 2 && value.at[0] == '"' && value.at[value.n - 1] == '"')
		value = (struct span){ value.at + 1, value.n - 2 };
	out->name = header_name(a, name.at, name.n);
	out->value = arena_copy(a, value.at, value.n);
	return out->name != NULL;
}

const struct http_pair *parse_cookies(struct arena *a, const struct http_pair *headers)
{
	struct http_pair *out = NULL, one;
	size_t n = 0;

	for (; headers->name; headers++) {
		if (strcmp(headers->name, "cookie") != 0)
			continue;
		if (!out)
			out = NEWS(a, struct http_pair, COOKIES_MAX + 1);
		struct span rest = { headers->value, strlen(headers->value) }, piece;
		while (n < COOKIES_MAX && next_piece(&rest, ';', &piece))
			if (add_cookie(a, piece, &one))
				out[n++] = one;
	}
	return out ? out : NEW(a, struct http_pair);
}
