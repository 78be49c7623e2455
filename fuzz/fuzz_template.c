/* libFuzzer target: templates, and hostile values in good ones. A template that is taken is
 * rendered; no value ever comes out as markup. The input up to the first NUL is the template, the
 * rest a value. */
#include "core/page/template.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char partial[] = "<b>{{x}}</b>{{#list}}{{.}}{{/list}}";
static const char fixed[] =
	"{{x}}{{{x}}}{{#m}}{{x}}{{deep}}{{/m}}{{#list}}{{.}}{{/list}}{{^no}}{{x}}{{/no}}{{> part}}";

static struct node *view_of(struct arena *a, const char *value)
{
	struct node *v = node_map(a), *list;

	put_text(v, "x", value);
	put_text(put_map(v, "m"), "deep", value);
	list = put_list(v, "list");
	put_text(list, NULL, value);
	put_int(list, NULL, -1);
	put_flag(v, "no", false);
	return v;
}

static void render(
	struct arena *a, const struct templates *set, const char *name, const char *value)
{
	struct buf out = { .arena = a, .max = 1 << 20 };
	struct render r = { .set = set, .globals = node_map(a), .out = &out };
	struct fault why = { 0 };

	if (template_render(&r, name, view_of(a, value), &why) && !why.text[0])
		abort();
	if (strcmp(name, "fixed") != 0 || out.full)
		return;
	for (const char *s = buf_text(&out); (s = strchr(s, '<')); s++) /* only our own <b> */
		if (!text_starts(s, "<b>") && !text_starts(s, "</b>"))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	char *text = arena_copy(a, (const char *)data, n);
	size_t length = strlen(text);
	const char *value = length < n ? text + length + 1 : text;
	struct templates *set = templates_new(a);
	struct fault why = { 0 };

	if (templates_add(set, "part", partial, sizeof(partial) - 1, &why) ||
		templates_add(set, "fixed", fixed, sizeof(fixed) - 1, &why))
		abort();
	enum err e = templates_add(set, "fuzz", text, length, &why);
	if (!e)
		e = templates_close(set, &why);
	if (e && !why.text[0])
		abort();
	if (!e) {
		render(a, set, "fuzz", value);
		if (utf8_valid(value, strlen(value)))
			render(a, set, "fixed", value);
	}
	arena_free(a);
	return 0;
}
