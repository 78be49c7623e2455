/* The pure half of the HTTP room: addresses, forms, headers, ranges, multipart. */
#include "core/http/multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static int arena_setup(void **state)
{
	*state = arena_new();
	return 0;
}

static int arena_teardown(void **state)
{
	arena_free(*state);
	return 0;
}

/* ---- addresses ---------------------------------------------------------------------------- */

static const char *path_of(struct arena *a, const char *raw)
{
	const struct http_pair *query;
	const char *path;
	return parse_target(a, raw, &path, &query) ? NULL : path;
}

static void target_good(void **state)
{
	const struct http_pair *q;
	const char *path;

	assert_string_equal(path_of(*state, "/"), "/");
	assert_string_equal(path_of(*state, "/a%20b/"), "/a b/");
	assert_string_equal(path_of(*state, "/a+b"), "/a+b");
	assert_string_equal(path_of(*state, "/%E9%A3%9F%E5%AE%89"), "/食安");
	assert_int_equal(parse_target(*state, "/x?a=1&b=%E9%A3%9F+%2B&&c&d=", &path, &q), OK);
	assert_string_equal(pair_find(q, "a"), "1");
	assert_string_equal(pair_find(q, "b"), "食 +");
	assert_string_equal(pair_find(q, "c"), "");
	assert_string_equal(pair_find(q, "d"), "");
	assert_null(pair_find(q, "e"));
	assert_null(q[4].name);
}

static void target_tricks(void **state)
{
	static const char *const bad[] = { "", "*", "x", "http://h/x", "//evil", "/a//b", "/..",
		"/a/../b", "/%2e%2e/etc", "/a..b", "/.", "/./a", "/a/.", "/a%2Fb", "/a%2fb",
		"/a%5Cb", "/a\\b", "/%", "/%4", "/%zz", "/%00", "/a%0d%0ab", "/%ff", "/%c0%af",
		"/%ed%a0%80", "/a b", "/a#b", "/a\tb", "/a?x=%00", "/a?x=%ff", "/a?%=1" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (path_of(*state, bad[i]))
			fail_msg("taken: %s", bad[i]);
}

static void target_long(void **state)
{
	char *raw = arena_alloc(*state, TARGET_MAX + 2);
	const struct http_pair *q;
	const char *path;

	memset(raw, 'a', TARGET_MAX + 1);
	raw[0] = '/';
	assert_int_equal(parse_target(*state, raw, &path, &q), E_TOO_LARGE);
	raw[TARGET_MAX] = '\0';
	assert_int_equal(parse_target(*state, raw, &path, &q), OK);
}

static enum err form(struct arena *a, const char *s, size_t max, const struct http_pair **out)
{
	return parse_form(a, (struct bytes){ (const uint8_t *)s, strlen(s) }, max, out);
}

static void form_limits(void **state)
{
	const struct http_pair *p;

	assert_int_equal(form(*state, "", 3, &p), OK);
	assert_null(p[0].name);
	assert_int_equal(form(*state, "a=1&b=2&c=3", 3, &p), OK);
	assert_string_equal(p[2].value, "3");
	assert_int_equal(form(*state, "a=1&b=2&c=3&d=4", 3, &p), E_TOO_LARGE);
	assert_int_equal(form(*state, "&&&&&&&&&&&&&&&&&&&&", 3, &p), E_TOO_LARGE);
	assert_int_equal(form(*state, "a=b=c", 3, &p), OK);
	assert_string_equal(p[0].value, "b=c");
	assert_int_equal(form(*state, "a=1&b=%GG", 3, &p), E_BAD_REQUEST);
	assert_int_equal(form(*state, "a=1&b=%00", 3, &p), E_BAD_REQUEST);
}

/* ---- headers ------------------------------------------------------------------------------ */

static enum err one_header(
	struct arena *a, const char *name, const char *value, struct http_pair out[2])
{
	struct header_text in = { name, value, strlen(name), strlen(value) };
	return parse_headers(a, &in, 1, out);
}

static void headers_checked(void **state)
{
	struct http_pair h[2];

	assert_int_equal(one_header(*state, "X-Thing", " a b \t", h), OK);
	assert_string_equal(h[0].name, "x-thing");
	assert_string_equal(h[0].value, "a b");
	assert_int_equal(one_header(*state, "X", "\xff\xe9", h), OK);
	assert_string_equal(h[0].value, "??");
	assert_int_equal(one_header(*state, "X", "食", h), OK);
	assert_string_equal(h[0].value, "食");
	assert_int_equal(one_header(*state, "X ", "1", h), E_BAD_REQUEST);
	assert_int_equal(one_header(*state, "", "1", h), E_BAD_REQUEST);
	assert_int_equal(one_header(*state, "X\t", "1", h), E_BAD_REQUEST);
	assert_int_equal(one_header(*state, "X(", "1", h), E_BAD_REQUEST);
	assert_int_equal(one_header(*state, "X", "a\rb", h), E_BAD_REQUEST);
	assert_null(h[0].name);
}

#define HEADERS(...) ((const struct http_pair[]){ __VA_ARGS__, { NULL, NULL } })

static void framing_strict(void **state)
{
	struct framing f;
	(void)state;

	assert_int_equal(parse_framing(HEADERS({ "host", "x" }), false, &f), 0);
	assert_int_equal(f.length, 0);
	assert_int_equal(parse_framing(HEADERS({ "a", "x" }), false, &f), 400);
	assert_int_equal(parse_framing(HEADERS({ "a", "x" }), true, &f), 0);
	assert_int_equal(parse_framing(HEADERS({ "host", "x" }, { "host", "x" }), false, &f), 400);
	assert_int_equal(parse_framing(HEADERS({ "host", "a,b" }), false, &f), 400);
	assert_int_equal(
		parse_framing(HEADERS({ "host", "x" }, { "content-length", "12" }), false, &f), 0);
	assert_int_equal(f.length, 12);
	static const char *const bad[] = { "", "+1", "-1", "1,1", "0x1", "1 1", "1.0" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(
			parse_framing(
				HEADERS({ "host", "x" }, { "content-length", bad[i] }), false, &f),
			400);
	assert_int_equal(parse_framing(HEADERS({ "host", "x" },
					       { "content-length", "99999999999999999999" }),
				 false, &f),
		413);
	assert_int_equal(parse_framing(HEADERS({ "host", "x" }, { "content-length", "1" },
					       { "content-length", "1" }),
				 false, &f),
		400);
	assert_int_equal(parse_framing(HEADERS({ "host", "x" }, { "content-length", "1" },
					       { "transfer-encoding", "chunked" }),
				 false, &f),
		400);
	assert_int_equal(parse_framing(HEADERS({ "host", "x" }, { "transfer-encoding", "chunked" }),
				 false, &f),
		411);
	assert_int_equal(
		parse_framing(HEADERS({ "host", "x" }, { "content-encoding", "gzip" }), false, &f),
		415);
	assert_int_equal(
		parse_framing(HEADERS({ "host", "x" }, { "expect", "tea" }), false, &f), 417);
	assert_int_equal(
		parse_framing(HEADERS({ "host", "x" }, { "expect", "100-Continue" }), false, &f),
		0);
	assert_true(f.expects);
}

static void cookies_read(void **state)
{
	const struct http_pair *c =
		parse_cookies(*state, HEADERS({ "cookie", "a=1; b=\"2\";  c = 3 ;bad; =x; d(=1" },
					      { "x", "y=1" }, { "cookie", "e=5=6" }));

	assert_string_equal(pair_find(c, "a"), "1");
	assert_string_equal(pair_find(c, "b"), "2");
	assert_string_equal(pair_find(c, "c"), "3");
	assert_string_equal(pair_find(c, "e"), "5=6");
	assert_null(pair_find(c, "y"));
	assert_null(c[4].name);
	assert_null(parse_cookies(*state, HEADERS({ "x", "y" }))[0].name);
}

static void dispositions(void **state)
{
	const char *name, *file;

	assert_true(parse_disposition(*state, "form-data; name=\"a b\"", &name, &file));
	assert_string_equal(name, "a b");
	assert_null(file);
	assert_true(parse_disposition(*state, "Form-Data; filename=x.jpg; name=p", &name, &file));
	assert_string_equal(file, "x.jpg");
	assert_true(parse_disposition(
		*state, "form-data; name=p; filename=\"C:\\Users\\a\\厨房.jpg\"", &name, &file));
	assert_string_equal(file, "厨房.jpg");
	assert_true(parse_disposition(
		*state, "form-data; name=p; filename=\"../../etc/passwd\"", &name, &file));
	assert_string_equal(file, "passwd");
	assert_true(parse_disposition(
		*state, "form-data; name=p; filename=\"a\\\"b;c.png\"", &name, &file));
	assert_string_equal(file, "a\"b;c.png");
	assert_true(parse_disposition(*state,
		"form-data; name=p; filename=\"x\"; filename*=UTF-8''%E9%A3%9F.png", &name, &file));
	assert_string_equal(file, "食.png");
	assert_true(parse_disposition(*state, "form-data; name=p; filename=\"..\"", &name, &file));
	assert_string_equal(file, "");
	assert_false(parse_disposition(*state, "attachment; name=p", &name, &file));
	assert_false(parse_disposition(*state, "form-data", &name, &file));
	assert_false(parse_disposition(*state, "form-data; name=\"\"", &name, &file));
	assert_false(parse_disposition(*state, "form-data; name=\"\xff\"", &name, &file));
}

static void file_names(void **state)
{
	char long_name[1000];

	assert_string_equal(parse_file_name(*state, "a\x01\xff.png"), "a__.png");
	for (size_t i = 0; i + 3 < sizeof(long_name); i += 3)
		memcpy(long_name + i, "食", 4);
	const char *cut = parse_file_name(*state, long_name);
	assert_int_equal(strlen(cut), 198);
	assert_true(utf8_valid(cut, strlen(cut)));
}

/* ---- ranges and negotiation ------------------------------------------ */

static void ranges(void **state)
{
	static const struct {
		const char *text;
		enum range_kind kind;
		int64_t from, length;
	} t[] = {
		{ "bytes=0-0", RANGE_PART, 0, 1 },
		{ "bytes=0-", RANGE_PART, 0, 100 },
		{ "bytes=10-19", RANGE_PART, 10, 10 },
		{ "bytes=90-1000", RANGE_PART, 90, 10 },
		{ "bytes=-1", RANGE_PART, 99, 1 },
		{ "bytes=-1000", RANGE_PART, 0, 100 },
		{ "bytes= -5", RANGE_PART, 95, 5 },
		{ "bytes=-0", RANGE_BEYOND, 0, 0 },
		{ "bytes=100-", RANGE_BEYOND, 0, 0 },
		{ "bytes=999999999999999999-", RANGE_BEYOND, 0, 0 },
		{ "bytes=9999999999999999999999-", RANGE_ALL, 0, 100 },
		{ "bytes=5-1", RANGE_ALL, 0, 100 },
		{ "bytes=0-1,5-6", RANGE_ALL, 0, 100 },
		{ "bytes=", RANGE_ALL, 0, 100 },
		{ "bytes=-", RANGE_ALL, 0, 100 },
		{ "bytes=a-b", RANGE_ALL, 0, 100 },
		{ "lines=0-1", RANGE_ALL, 0, 100 },
	};
	int64_t from, n;
	(void)state;

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		if (parse_range(t[i].text, 100, &from, &n) != t[i].kind)
			fail_msg("%s", t[i].text);
		if (t[i].kind == RANGE_BEYOND)
			continue;
		assert_int_equal(from, t[i].from);
		assert_int_equal(n, t[i].length);
	}
	assert_int_equal(parse_range("bytes=0-", 0, &from, &n), RANGE_BEYOND);
	assert_int_equal(parse_range(NULL, 5, &from, &n), RANGE_ALL);
}

static void negotiation(void **state)
{
	assert_true(etag_matches("\"a\"", "a"));
	assert_true(etag_matches("\"x\", W/\"a\"", "a"));
	assert_true(etag_matches("*", "a"));
	assert_false(etag_matches("a", "a"));
	assert_false(etag_matches("\"ab\"", "a"));
	assert_false(etag_matches(NULL, "a"));
	assert_true(accepts_gzip("gzip, deflate, br"));
	assert_true(accepts_gzip("br, gzip;q=0.5"));
	assert_true(accepts_gzip("*"));
	assert_false(accepts_gzip("gzip;q=0, *"));
	assert_false(accepts_gzip("gzip; q=0.000"));
	assert_false(accepts_gzip("*;q=0"));
	assert_false(accepts_gzip("br"));
	assert_false(accepts_gzip(NULL));
	assert_string_equal(
		parse_forwarded(*state, HEADERS({ "x-forwarded-for", "1.1.1.1, 2.2.2.2" })),
		"2.2.2.2");
	assert_string_equal(parse_forwarded(*state, HEADERS({ "x-forwarded-for", "1.1.1.1" },
							    { "x-forwarded-for", "::1" })),
		"::1");
	assert_null(parse_forwarded(*state, HEADERS({ "x-forwarded-for", "evil" })));
	assert_null(parse_forwarded(*state, HEADERS({ "a", "b" })));
}

/* ---- multipart ---------------------------------------------------------------------------- */

/* Writes what it is given: "name/file/type:data;" for each part. */
static enum err seen_begin(void *context, const struct part *p)
{
	buf_printf(context, "%s/%s/%s:", p->name, p->file ? p->file : "-", p->type);
	return OK;
}

static enum err seen_data(void *context, const char *at, size_t n)
{
	buf_add(context, at, n);
	return OK;
}

static enum err seen_end(void *context)
{
	buf_putc(context, ';');
	return OK;
}

static enum err feed(struct arena *a, const char *body, size_t step, const char **seen)
{
	struct buf b = { .arena = a };
	struct part_taker t = { seen_begin, seen_data, seen_end, &b };
	struct multipart *m = multipart_new(a, "XX", &t);
	size_t n = strlen(body);

	for (size_t i = 0; i < n; i += step) {
		enum err e = multipart_feed(m, body + i, n - i < step ? n - i : step);
		if (e)
			return e;
	}
	*seen = buf_text(&b);
	return multipart_end(m);
}

#define FIELD(name) "Content-Disposition: form-data; name=" name "\r\n\r\n"

static void multipart_parts(void **state)
{
	static const char body[] = "--XX\r\n" FIELD(
		"a") "1\r\n2\r\n--X\r\n\r\n--XX  \r\n"
		     "content-type: image/PNG; charset=x\r\nX-Other: y\r\n"
		     "Content-Disposition: form-data; name=f; filename=q.png\r\n\r\n"
		     "\r\r\n--Xdata\r\n--XX\r\n" FIELD("e") "\r\n--XX--\r\nignored";
	const char *seen;

	for (size_t step = 1; step <= sizeof(body); step++) {
		assert_int_equal(feed(*state, body, step, &seen), OK);
		assert_string_equal(seen, "a/-/text/plain:1\r\n2\r\n--X\r\n;"
					  "f/q.png/image/png:\r\r\n--Xdata;e/-/text/plain:;");
	}
	assert_int_equal(
		feed(*state, "preamble\r\n--XX\r\n" FIELD("a") "1\r\n--XX--", 5, &seen), OK);
	assert_string_equal(seen, "a/-/text/plain:1;");
	assert_int_equal(feed(*state, "--XX--", 3, &seen), OK);
	assert_string_equal(seen, "");
}

static void multipart_bad(void **state)
{
	static const char *const bad[] = { "", "nothing", "--XX\r\n" FIELD("a") "1",
		"--XX\r\n\r\n\r\n--XX--", "--XXjunk\r\n", "--XX\r\nno colon\r\n\r\n",
		"--XX\r\nContent-Type: text/plain\r\n\r\n",
		"--XX\r\nContent-Disposition: form-data; name=a\r\n"
		"Content-Disposition: form-data; name=b\r\n\r\n\r\n--XX--",
		"--XX\r\nContent-Transfer-Encoding: base64\r\n" FIELD("a") "x\r\n--XX--" };
	struct part_taker t = { seen_begin, seen_data, seen_end, NULL };
	const char *seen;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (feed(*state, bad[i], 7, &seen) != E_BAD_REQUEST)
			fail_msg("taken: %s", bad[i]);
	char *big = arena_alloc(*state, PART_HEAD_MAX + 100);
	memset(big, 'h', PART_HEAD_MAX + 99);
	memcpy(big, "--XX\r\n", 6);
	assert_int_equal(feed(*state, big, 1000, &seen), E_TOO_LARGE);
	assert_null(multipart_new(*state, NULL, &t));
	assert_null(multipart_new(*state, "", &t));
	assert_null(multipart_new(*state, "a\"b", &t));
	assert_null(multipart_new(*state, "a ", &t));
	assert_null(multipart_new(*state, big, &t));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, arena_setup, arena_teardown)
	const struct CMUnitTest tests[] = {
		T(target_good),
		T(target_tricks),
		T(target_long),
		T(form_limits),
		T(headers_checked),
		T(framing_strict),
		T(cookies_read),
		T(dispositions),
		T(file_names),
		T(ranges),
		T(negotiation),
		T(multipart_parts),
		T(multipart_bad),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
