/* Templates and catalogues. */
#include "core/page/template.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *a;

static int begin(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* ---- templates ------------------------------------------------------------------------------- */
struct page {
	const char *name, *text;
};

static enum err set_of(const struct page *pages, struct templates **out, struct fault *why)
{
	*out = templates_new(a);
	for (; pages->name; pages++)
		TRY(templates_add(*out, pages->name, pages->text, strlen(pages->text), why));
	return templates_close(*out, why);
}

static struct node *view_of(const char *json)
{
	struct node *n;
	struct fault why = { 0 };
	if (json_parse(a, (struct bytes){ (const uint8_t *)json, strlen(json) }, &n, &why))
		fail_msg("%s: %s", json, why.text);
	return n;
}

static const char *render_pages(const struct page *pages, const struct node *view)
{
	struct templates *t;
	struct fault why = { 0 };
	struct buf b = { .arena = a };
	struct render r = { .globals = view_of("{\"lang\":\"zh\",\"name\":\"outside\"}"),
		.out = &b };

	if (set_of(pages, &t, &why))
		fail_msg("%s", why.text);
	r.set = t;
	if (template_render(&r, pages->name, view, &why))
		fail_msg("%s", why.text);
	return buf_text(&b);
}

static const char *render_one(const char *text, const char *json)
{
	return render_pages((const struct page[]){ { "x", text }, { NULL, NULL } }, view_of(json));
}

struct row {
	const char *text, *json, *want;
};

static const struct row rows[] = {
	/* values are escaped, in text and in attributes */
	{ "<p>{{x}}</p>", "{\"x\":\"<b>&'\\\"\"}", "<p>&lt;b&gt;&amp;&#39;&quot;</p>" },
	{ "<a href=\"{{x}}\">", "{\"x\":\"\\\" onclick=\\\"y\"}",
		"<a href=\"&quot; onclick=&quot;y\">" },
	{ "{{{x}}}{{&x}}", "{\"x\":\"<b>\"}", "&lt;b&gt;&lt;b&gt;" }, /* not marked raw */
	{ "{{x}}|{{y}}|{{z}}|{{no}}", "{\"x\":-5,\"y\":true,\"z\":false}", "-5|true||" },
	{ "{{ x }}{{! a {{comment }}.", "{\"x\":\"食\"}", "食." },
	{ "{{x}}{ {{y}} }", "{\"x\":1,\"y\":2}", "1{ 2 }" },
	/* sections */
	{ "{{#l}}[{{.}}]{{/l}}", "{\"l\":[1,\"a\",\"<\"]}", "[1][a][&lt;]" },
	{ "{{#l}}{{n}},{{/l}}", "{\"l\":[{\"n\":1},{\"n\":2},{}],\"n\":\"out\"}", "1,2,out," },
	{ "{{#m}}{{a}}{{b}}{{/m}}", "{\"m\":{\"a\":1},\"b\":2}", "12" },
	{ "{{#f}}x{{/f}}{{#t}}y{{/t}}", "{\"f\":false,\"t\":true}", "y" },
	{ "{{#z}}x{{/z}}{{#e}}y{{/e}}{{#n}}z{{/n}}{{#no}}w{{/no}}",
		"{\"z\":0,\"e\":\"\",\"n\":null}", "" },
	{ "{{#s}}{{.}}{{s}}{{/s}}", "{\"s\":\"a\"}", "aa" },
	{ "{{#m}}x{{/m}}{{#l}}y{{/l}}", "{\"m\":{},\"l\":[]}", "x" },
	/* the other way round */
	{ "{{^z}}a{{/z}}{{^e}}b{{/e}}{{^no}}c{{/no}}{{^l}}d{{/l}}{{^f}}e{{/f}}",
		"{\"z\":0,\"e\":\"\",\"l\":[],\"f\":false}", "abcde" },
	{ "{{^s}}x{{/s}}{{^m}}y{{/m}}{{^l}}z{{/l}}", "{\"s\":\"1\",\"m\":{},\"l\":[0]}", "" },
	/* looking outward, and last in the globals */
	{ "{{#a}}{{#b}}{{x}}{{name}}{{/b}}{{/a}}", "{\"a\":{\"b\":{}},\"x\":1}", "1outside" },
	{ "{{name}}", "{\"name\":\"inside\"}", "inside" },
	/* dotted names: the first part decides where */
	{ "{{a.b.c}}|{{a.x}}|{{l.1}}", "{\"a\":{\"b\":{\"c\":\"deep\"}},\"l\":[\"p\",\"q\"]}",
		"deep||q" },
	{ "{{#i}}{{a.b}}{{/i}}", "{\"i\":{\"a\":{}},\"a\":{\"b\":\"not this\"}}", "" },
	{ "{{#a.b}}{{c}}{{/a.b}}{{^a.x}}none{{/a.x}}", "{\"a\":{\"b\":{\"c\":1}}}", "1none" },
	{ "{{_ Please sign in & <go>}}", "{}", "Please sign in &amp; &lt;go&gt;" },
};

static void rendered(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *got = render_one(rows[i].text, rows[i].json);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s\n with %s\n gives %s\n and not %s", rows[i].text, rows[i].json,
				got, rows[i].want);
	}
}

static void raw_and_display(void **state)
{
	struct node *v = node_map(a);

	(void)state;
	put_text(v, "svg", "<svg/>")->raw = true;
	put_time(v, "at", 1795399445678);
	put_int(v, "fen", 1250)->display = "12.50";
	put_time(v, "never", 0);
	assert_string_equal(
		render_pages(
			(const struct page[]){ { "x", "{{{svg}}}{{svg}} {{at}} {{fen}} {{never}}"
						      "{{#never}}no{{/never}}" },
				{ NULL, NULL } },
			v),
		"<svg/>&lt;svg/&gt; 2026-11-23 10:04 12.50 ");
}

static void csrf_noticed(void **state)
{
	struct templates *t;
	struct fault why = { 0 };
	struct buf b = { .arena = a };
	const struct page pages[] = { { "form", "{{> csrf}}" },
		{ "csrf", "<input value=\"{{csrf}}\">" }, { "plain", "{{x}}" }, { NULL, NULL } };

	(void)state;
	assert_int_equal(set_of(pages, &t, &why), OK);
	struct render r = { .set = t, .out = &b };
	assert_int_equal(template_render(&r, "plain", node_map(a), &why), OK);
	assert_false(r.used_csrf);
	assert_int_equal(template_render(&r, "form", node_map(a), &why), OK);
	assert_true(r.used_csrf);
	assert_int_equal(template_render(&r, "absent", node_map(a), &why), E_INTERNAL);
	assert_non_null(strstr(why.text, "absent"));
	assert_true(templates_has(t, "plain"));
	assert_false(templates_has(t, "plai"));
}

static void partials_and_layouts(void **state)
{
	const struct page pages[] = {
		{ "page", "{{<layouts/desk}}ignored{{$title}}{{t}}{{/title}}{{$content}}<p>{{> "
			  "tag}}</p>"
			  "{{/content}}{{/layouts/desk}}" },
		{ "layouts/desk",
			"{{<layouts/base}}{{$title}}desk{{/title}}{{$body}}<nav>{{$crumbs}}none"
			"{{/crumbs}}</nav>{{$content}}empty{{/content}}{{/body}}{{/layouts/"
			"base}}" },
		{ "layouts/base", "<title>{{$title}}base{{/title}}</title>{{$body}}no body{{/body}}"
				  "{{$foot}}foot{{/foot}}" },
		{ "tag", "<i>{{label}}</i>" },
		{ "bare", "{{<layouts/desk}}{{/layouts/desk}}" },
		{ NULL, NULL },
	};
	struct templates *t;
	struct fault why = { 0 };
	struct buf b = { .arena = a }, c = { .arena = a };

	(void)state;
	assert_string_equal(render_pages(pages, view_of("{\"t\":\"T&\",\"label\":\"L\"}")),
		"<title>T&amp;</title><nav>none</nav><p><i>L</i></p>foot");
	assert_int_equal(set_of(pages, &t, &why), OK);
	struct render r = { .set = t, .out = &b };
	assert_int_equal(template_render(&r, "bare", node_map(a), &why), OK);
	assert_string_equal(b.s, "<title>desk</title><nav>none</nav>emptyfoot");
	r.out = &c;
	assert_int_equal(template_render(&r, "layouts/base", node_map(a), &why), OK);
	assert_string_equal(c.s, "<title>base</title>no bodyfoot");
}

static const struct row broken[] = {
	/* text, the line, what is said */
	{ "a\nb\n{{#open}}\nc", "line 3", "open is not closed" },
	{ "a\n{{/open}}", "line 2", "/open closes nothing" },
	{ "{{#a}}\n{{/b}}", "line 2", "/b closes nothing" },
	{ "{{#a}}{{#b}}{{/a}}{{/b}}", "line 1", "/a closes nothing" },
	{ "\n\n{{x", "line 3", "{{ without }}" },
	{ "{{{x}}", "line 1", "{{ without }}" },
	{ "{{}}", "line 1", "an empty tag" },
	{ "{{#}}{{/}}", "line 1", "an empty tag" },
	{ "{{! a comment\nof two lines }}\n{{/x}}", "line 3", "/x closes nothing" },
	{ "{{ x\n}}\n{{}}", "line 3", "an empty tag" },
	{ "{{<p}}", "line 1", "p is not closed" },
	{ "\n{{$p}}", "line 2", "p is not closed" },
};

static void broken_templates(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		struct fault why = { 0 };
		const char *s = broken[i].text;
		if (templates_add(templates_new(a), "cases/x", s, strlen(s), &why) != E_INVALID)
			fail_msg("accepted: %s", s);
		if (!strstr(why.text, "cases/x") || !strstr(why.text, broken[i].json) ||
			!strstr(why.text, broken[i].want))
			fail_msg("%s\n is told as %s", s, why.text);
	}
}

static void missing_partials(void **state)
{
	struct templates *t;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(
		set_of((const struct page[]){ { "x", "\n\n{{#a}}{{^b}}\n{{> partials/gone}}"
						     "{{/b}}{{/a}}" },
			       { NULL, NULL } },
			&t, &why),
		E_INVALID);
	assert_non_null(strstr(why.text, "partials/gone"));
	assert_non_null(strstr(why.text, "line 4"));
	assert_int_equal(
		set_of((const struct page[]){ { "x", "{{<layouts/gone}}{{/layouts/gone}}" },
			       { NULL, NULL } },
			&t, &why),
		E_INVALID);
	assert_non_null(strstr(why.text, "layouts/gone"));
}

/* A page of any text is read or refused, never worse; ends inside of a tag above all. */
static void cut_anywhere(void **state)
{
	static const char whole[] =
		"{{<l}}{{$t}}{{_ Title}}{{/t}}{{$c}}{{#x}}{{{y}}}{{&z}}{{^w}}{{> p}}{{/w}}"
		"{{/x}}{{! no }}{{/c}}{{/l}}";
	int read = 0;

	(void)state;
	for (size_t n = 0; n <= strlen(whole); n++) {
		struct fault why = { 0 };
		char *cut = malloc(n ? n : 1); /* on the heap, so that a byte beyond is noticed */
		memcpy(cut, whole, n);
		read += templates_add(templates_new(a), "x", cut, n, &why) == OK;
		free(cut);
	}
	assert_int_equal(read, 3); /* nothing, a brace, and all of it */
}

/* A template that calls itself is an error of the page, not an endless one; twice in itself would
 * take years. */
static void recursion_bounded(void **state)
{
	static const struct page once[] = { { "x", "a{{> x}}" }, { NULL, NULL } };
	static const struct page twice[] = { { "x", "{{> y}}{{> y}}" }, { "y", "{{> x}}{{> x}}" },
		{ NULL, NULL } };
	static const struct page block[] = {
		{ "x", "{{<l}}{{$c}}{{$c}}{{/c}}{{$c}}{{/c}}{{/c}}{{/l}}" },
		{ "l", "{{$c}}{{/c}}" }, { NULL, NULL }
	};
	const struct page *const sets[] = { once, twice, block };

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		struct templates *t;
		struct fault why = { 0 };
		struct buf b = { .arena = a };
		assert_int_equal(set_of(sets[i], &t, &why), OK);
		struct render r = { .set = t, .out = &b };
		assert_int_equal(template_render(&r, "x", node_map(a), &why), E_INTERNAL);
		assert_non_null(strstr(why.text, "calls itself"));
	}
	struct buf deep = { .arena = a };
	struct fault why = { 0 };
	for (int i = 0; i < 60; i++)
		buf_puts(&deep, "{{#x}}");
	assert_int_equal(templates_add(templates_new(a), "x", deep.s, deep.n, &why), E_INVALID);
	assert_non_null(strstr(why.text, "too deep"));
}

static void too_large(void **state)
{
	struct templates *t;
	struct fault why = { 0 };
	struct buf b = { .arena = a, .max = 16 };

	(void)state;
	assert_int_equal(
		set_of((const struct page[]){ { "x", "{{#l}}0123456789{{/l}}" }, { NULL, NULL } },
			&t, &why),
		OK);
	struct render r = { .set = t, .out = &b };
	assert_int_equal(template_render(&r, "x", view_of("{\"l\":[1,2]}"), &why), E_INTERNAL);
	assert_non_null(strstr(why.text, "too large"));
}

/* ---- catalogue ------------------------------------------------------------------------------- */
static const char *const words[][2] = { /* sorted, as msgfmt has them */
	{ "", "Content-Type: text/plain; charset=UTF-8\n" }, { "Cases", "案件" }, { "No", "" },
	{ "Please sign in", "请登录" }, { "apple", "苹果" }
};
enum { WORDS = sizeof(words) / sizeof(*words) };

static void put_word(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (8 * i));
}

/* The bytes of a .mo file without a hash table. */
static struct bytes mo_make(void)
{
	uint8_t *m = arena_alloc(a, 4096);
	uint32_t at = 28 + 16 * WORDS;

	put_word(m, 0x950412de);
	put_word(m + 8, WORDS);
	put_word(m + 12, 28);
	put_word(m + 16, 28 + 8 * WORDS);
	for (uint32_t i = 0; i < 2 * WORDS; i++) {
		const char *s = words[i % WORDS][i / WORDS];
		put_word(m + 28 + 8 * i, (uint32_t)strlen(s));
		put_word(m + 28 + 8 * i + 4, at);
		memcpy(m + at, s, strlen(s) + 1);
		at += (uint32_t)strlen(s) + 1;
	}
	return (struct bytes){ m, at };
}

static void catalog_asked(void **state)
{
	struct catalog *c;
	struct fault why = { 0 };

	(void)state;
	assert_int_equal(catalog_open(a, mo_make(), &c, &why), OK);
	assert_string_equal(catalog_get(c, "Cases"), "案件");
	assert_string_equal(catalog_get(c, "Please sign in"), "请登录");
	assert_string_equal(catalog_get(c, "apple"), "苹果");
	assert_string_equal(catalog_get(c, "No"), "No"); /* not translated yet */
	assert_string_equal(catalog_get(c, "Case"), "Case");
	assert_string_equal(catalog_get(c, "zebra"), "zebra");
	assert_string_equal(catalog_get(c, ""), ""); /* never the header */
	assert_string_equal(catalog_get(NULL, "Cases"), "Cases");
	/* and on a page */
	struct templates *t;
	struct buf b = { .arena = a };
	assert_int_equal(set_of((const struct page[]){ { "x", "{{_ Cases}} {{_ No}} {{> y}}" },
					{ "y", "{{_ apple}}" }, { NULL, NULL } },
				 &t, &why),
		OK);
	struct render r = { .set = t, .catalog = c, .out = &b };
	assert_int_equal(template_render(&r, "x", node_map(a), &why), OK);
	assert_string_equal(b.s, "案件 No 苹果");
}

/* Cut at every length: refused, and not a byte beyond is read (the copies end where they end). */
static void catalog_cut(void **state)
{
	struct bytes whole = mo_make();

	(void)state;
	for (size_t n = 0; n < whole.n; n++) {
		struct catalog *c = NULL;
		struct fault why = { 0 };
		uint8_t *cut = malloc(n ? n : 1);
		memcpy(cut, whole.at, n);
		if (catalog_open(a, (struct bytes){ cut, n }, &c, &why) != E_INVALID)
			fail_msg("%zu of %zu bytes were taken", n, whole.n);
		free(cut);
	}
}

/* Every word of head and tables set to something out of range: refused, or every key can still be
 * asked. */
static void catalog_twisted(void **state)
{
	static const uint32_t bad[] = { 0xffffffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0x1fffffff,
		5000, 4 };
	struct bytes whole = mo_make();
	uint8_t *m = malloc(whole.n);
	int refused = 0;

	(void)state;
	for (uint32_t at = 8; at < 28 + 16 * WORDS; at += 4)
		for (size_t k = 0; k < sizeof(bad) / sizeof(*bad); k++) {
			struct catalog *c;
			struct fault why = { 0 };
			memcpy(m, whole.at, whole.n);
			put_word(m + at, bad[k]);
			if (catalog_open(a, (struct bytes){ m, whole.n }, &c, &why)) {
				refused++;
				continue;
			}
			for (size_t i = 0; i < WORDS; i++)
				assert_non_null(catalog_get(c, words[i][0]));
		}
	assert_true(refused > 100);
	memcpy(m, whole.at, whole.n);
	m[0] = 0x95, m[3] = 0xde; /* big-endian */
	struct catalog *c;
	assert_int_equal(catalog_open(a, (struct bytes){ m, whole.n }, &c, NULL), E_INVALID);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(rendered),
		cmocka_unit_test(raw_and_display), cmocka_unit_test(csrf_noticed),
		cmocka_unit_test(partials_and_layouts), cmocka_unit_test(broken_templates),
		cmocka_unit_test(missing_partials), cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(recursion_bounded), cmocka_unit_test(too_large),
		cmocka_unit_test(catalog_asked), cmocka_unit_test(catalog_cut),
		cmocka_unit_test(catalog_twisted) };
	return cmocka_run_group_tests(tests, begin, end);
}
