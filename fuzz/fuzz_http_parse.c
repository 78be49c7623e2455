/* Everything of a request that is text. The first byte chooses the reader; what a reader accepts
 * must keep the promises of http.h, and multipart bodies must come out the same however they were
 * cut into pieces. */
#include "core/http/multipart.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void must_be_text(const char *s)
{
	must(s && utf8_valid(s, strlen(s)));
}

static void must_be_pairs(const struct http_pair *p, size_t max)
{
	size_t n = 0;
	for (; p->name; p++, n++) {
		must_be_text(p->name);
		must_be_text(p->value);
	}
	must(n <= max);
}

static void fuzz_target(struct arena *a, const char *s)
{
	const struct http_pair *query;
	const char *path;

	if (parse_target(a, s, &path, &query))
		return;
	must_be_text(path);
	must_be_pairs(query, QUERY_PAIRS);
	must(*path == '/' && !strstr(path, "..") && !strstr(path, "//") && !strchr(path, '\\'));
	for (; *path; path++)
		must((unsigned char)*path >= 0x20 && *path != 0x7f);
}

/* Lines "name:value" as header fields. */
static void fuzz_headers(struct arena *a, char *s)
{
	struct header_text in[HEADERS_MAX];
	struct http_pair out[HEADERS_MAX + 1];
	struct framing f;
	size_t n = 0;

	for (char *next; s && n < HEADERS_MAX; s = next) {
		next = strchr(s, '\n');
		if (next)
			*next++ = '\0';
		char *colon = strchr(s, ':');
		if (!colon)
			continue;
		in[n++] = (struct header_text){ s, colon + 1, (size_t)(colon - s),
			strlen(colon + 1) };
	}
	if (parse_headers(a, in, n, out))
		return;
	must_be_pairs(out, n);
	if (parse_framing(out, false, &f) == 0)
		must(f.length >= 0 && pair_find(out, "host") &&
			!pair_find(out, "transfer-encoding"));
	for (const struct http_pair *c = parse_cookies(a, out); c->name; c++)
		must(c->value != NULL);
	const char *from = parse_forwarded(a, out);
	must(!from || strlen(from) < 46);
	accepts_gzip(pair_find(out, "accept-encoding"));
	etag_matches(pair_find(out, "if-none-match"), "abc");
}

static void fuzz_values(struct arena *a, const char *s)
{
	const char *name, *file, *parameter;
	int64_t from, n;

	if (parse_disposition(a, s, &name, &file)) {
		must_be_text(name);
		must(*name && strlen(name) <= FIELD_NAME_MAX);
		if (file) {
			must_be_text(file);
			must(strlen(file) <= FILE_NAME_MAX && !strpbrk(file, "/\\"));
		}
	}
	parse_type(a, s, "boundary", &parameter);
	if (parse_range(s, 1000, &from, &n) == RANGE_PART)
		must(from >= 0 && n > 0 && from + n <= 1000);
	accepts_gzip(s);
	etag_matches(s, "abc");
}

static enum err on_begin(void *context, const struct part *p)
{
	must_be_text(p->name);
	must_be_text(p->type);
	buf_printf(context, "[%s %s %s]", p->name, p->file ? p->file : "-", p->type);
	return OK;
}

static enum err on_data(void *context, const char *at, size_t n)
{
	must(n > 0);
	buf_add(context, at, n);
	return OK;
}

static enum err on_end(void *context)
{
	buf_puts(context, "[end]");
	return OK;
}

static enum err read_parts(struct arena *a, struct bytes in, size_t step, struct buf *seen)
{
	struct part_taker t = { on_begin, on_data, on_end, seen };
	struct multipart *m = multipart_new(a, "xx", &t);
	enum err e = OK;

	for (size_t i = 0; i < in.n && !e; i += step)
		e = multipart_feed(m, (const char *)in.at + i, in.n - i < step ? in.n - i : step);
	return e ? e : multipart_end(m);
}

static void fuzz_multipart(struct arena *a, struct bytes in)
{
	struct buf whole = { .arena = a }, cut = { .arena = a };
	enum err one = read_parts(a, in, in.n + 1, &whole);
	enum err other = read_parts(a, in, in.n % 7 + 1, &cut);

	must(one == other);
	if (!one)
		must(whole.n == cut.n && memcmp(buf_text(&whole), buf_text(&cut), cut.n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct http_pair *pairs;

	if (!size)
		return 0;
	struct arena *a = arena_new();
	char *s = arena_copy(a, (const char *)data + 1, size - 1);
	struct bytes rest = { data + 1, size - 1 };
	switch (data[0] % 5) {
	case 0:
		fuzz_target(a, s);
		break;
	case 1:
		fuzz_headers(a, s);
		break;
	case 2:
		fuzz_values(a, s);
		break;
	case 3:
		fuzz_multipart(a, rest);
		break;
	default:
		if (!parse_form(a, rest, FORM_PAIRS, &pairs))
			must_be_pairs(pairs, FORM_PAIRS);
	}
	arena_free(a);
	return 0;
}
