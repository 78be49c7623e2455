/* No form of rules/documents leaves a seal, or places to sign, alone on a page: each is filled,
 * then one of its texts grows line by line until the end has walked over the foot of a page. */
#include "core/documents/body.h"
#include "core/documents/documents.h"
#include "core/documents/test_support.h"

#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_LINES = 30 };

/* Texts that grow in practice, the likeliest first. */
static const char *const long_ones[] = { "explanation", "facts", "content", "requirement", "reason",
	"reasons", "defence", "matter", "words", "materials", "material", "disposal", "goods.name",
	"act", "basis", "provision" };

static const char *line_of(struct arena *a, int lines)
{
	struct buf b = { .arena = a };

	for (int i = 0; i <= lines; i++)
		buf_printf(
			&b, "%s第%d项：冷藏柜内存放的食品未按规定标注时间。", i ? "\n" : "", i + 1);
	return buf_text(&b);
}

static bool is_short(const char *name)
{
	return strstr(name, "_sig") || strstr(name, "_at") || strstr(name, "phone");
}

static const struct paper_field *field_named(const struct paper_template *t, const char *name)
{
	for (size_t i = 0; i < t->n_fields; i++)
		if (text_is(t->fields[i].name, name) && !t->fields[i].picture &&
			t->fields[i].need != NEED_BUILTIN && t->fields[i].need != NEED_CONSTANT)
			return &t->fields[i];
	return NULL;
}

/* The text that grows: one that does so in practice, else the last duty field. */
static const struct paper_field *growing(const struct paper_template *t)
{
	const struct paper_field *f = NULL;

	for (size_t i = 0; i < sizeof(long_ones) / sizeof(*long_ones) && !f; i++)
		f = field_named(t, long_ones[i]);
	for (size_t i = 0; i < t->n_fields && !f; i++)
		if (t->fields[i].need == NEED_ALWAYS && !is_short(t->fields[i].name))
			f = field_named(t, t->fields[i].name);
	return f;
}

static struct paper filled(struct arena *a, struct paper_template *t, int lines, bool all)
{
	struct paper p = test_filled(a, t, all);
	struct paper_value *v = NEWS(a, struct paper_value, p.n + 1);
	const struct paper_field *grows = growing(t);
	const char *name = grows ? test_item_name(a, grows->name) : NULL;
	size_t at = 0;

	memcpy(v, p.values, p.n * sizeof *v);
	while (name && at < p.n && !text_is(v[at].name, name))
		at++;
	if (name)
		v[at] = (struct paper_value){ name, line_of(a, lines) };
	p.n += name && at == p.n;
	p.values = v;
	return p;
}

static bool ends(const struct block *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (b[i].kind == BLOCK_SEAL || b[i].kind == BLOCK_SIGN ||
			ends(b[i].blocks, b[i].n_blocks) || ends(b[i].otherwise, b[i].n_otherwise))
			return true;
	return false;
}

/* How many lines more the form can take before its page ends otherwise. */
static void walks_over_the_foot(const char *code, bool all)
{
	for (int lines = 0; lines < PAGE_LINES; lines++) {
		struct arena *a = arena_new();
		struct paper p = filled(a, test_template(a, code), lines, all);
		struct fault why = { 0 };
		int lone = 0;

		if (paper_lone_page(a, &p, &lone, &why))
			fail_msg("%s: %s", code, why.text);
		if (lone)
			fail_msg("%s: with %d lines more only an ending stands on page %d", code,
				lines, lone);
		arena_free(a);
	}
}

static void no_ending_stands_alone(void **state)
{
	struct arena *a = arena_new();
	const char **all = NULL;
	int n = test_forms(a, &all), looked = 0;

	(void)state;
	for (int i = 0; i < n; i++) {
		struct paper_template *t = test_template(a, all[i]);
		if (!ends(t->body->blocks, t->body->n_blocks))
			continue;
		looked++;
		walks_over_the_foot(all[i], false);
		walks_over_the_foot(all[i], true);
	}
	assert_true(n > 55 && looked > 40);
	arena_free(a);
}

static int setup(void **state)
{
	(void)state;
	return documents_init(NULL) ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	documents_quit();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(no_ending_stands_alone) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
