#include "core/documents/template.h"
#include "core/documents/test_support.h"
#include "core/ledger/crypto.h"

#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <jansson.h>
#include <string.h>

#define HEAD                                                                                       \
	"\"code\":\"t\",\"name\":\"试\",\"version\":\"1\",\"source\":\"s\","                      \
	"\"valid_from\":\"2021-"                                                                   \
	"07-15\","

static enum err parse(struct arena *a, const char *json, struct fault *why)
{
	struct paper_template *t = NULL;
	*why = (struct fault){ 0 };
	return paper_template_parse(
		a, (struct bytes){ (const uint8_t *)json, strlen(json) }, &t, why);
}

static void mistakes_are_told_at_load(void **state)
{
	(void)state;
	static const char *const bad[][2] = {
		{ "{", "line 1" },
		{ "[]", "Expected object" },
		{ "{" HEAD "\"blocks\":[],\"blocks\":[]}", "duplicate" },
		{ "{" HEAD "\"blocks\":[],\"colour\":\"red\"}", "colour" },
		{ "{" HEAD "\"blocks\":{}}", "list" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"poem\"}]}", "block 1: 'poem' is no kind" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"para\",\"text\":\"{who}\"}]}",
			"block 1: the field {who} is not declared" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"para\",\"text\":\"a{who\"}]}", "not closed" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"para\",\"text\":\"a}\"}]}", "not closed" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"para\",\"text\":\"{?date}\"}]}", "compare" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"para\",\"text\":\"{#}\"}]}",
			"outside of a list" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"para\",\"text\":\"a\",\"size\":900}]}", "900" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"para\",\"text\":\"a\",\"align\":\"up\"}]}",
			"'up'" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"para\",\"text\":\"a\",\"font\":\"x\"}]}",
			"font" },
		{ "{" HEAD "\"required\":[\"a\"],\"blocks\":[]}", "a is declared but never used" },
		{ "{" HEAD "\"required\":[\"a\",\"a\"],\"blocks\":[]}", "twice" },
		{ "{" HEAD "\"required\":[\"A b\"],\"blocks\":[]}", "no name" },
		{ "{" HEAD "\"required\":[\"date\"],\"blocks\":[]}", "twice" },
		{ "{" HEAD "\"required_with\":{\"z\":[\"a\"]},\"blocks\":[]}", "names z" },
		{ "{" HEAD
		  "\"required\":[\"f.n\"],\"blocks\":[{\"type\":\"para\",\"text\":\"{f.n}\"}]}",
			"outside of its list" },
		{ "{" HEAD "\"required\":[\"p\"],\"blocks\":[{\"type\":\"signature\",\"signs\":"
		  "[{\"label\":\"x\",\"picture\":\"p\"}]}]}",
			"not declared as a picture" },
		{ "{" HEAD "\"number\":\"[{year}]{seq}\",\"blocks\":[{\"type\":\"number\"}]}",
			"〔{year}〕" },
		{ "{" HEAD "\"number\":\"〔{year}〕{seq}{x}\",\"blocks\":[{\"type\":\"number\"}]}",
			"{x}" },
		{ "{" HEAD "\"number\":\"〔{year}〕{seq}\",\"blocks\":[]}", "go together" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"number\"}]}", "go together" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"table\",\"columns\":[],\"rows\":[]}]}",
			"columns" },
		{ "{" HEAD
		  "\"blocks\":[{\"type\":\"table\",\"columns\":[1],\"rows\":[[\"a\",\"b\"]]}]}",
			"more than the 1 columns" },
		{ "{" HEAD "\"blocks\":[{\"type\":\"table\",\"columns\":[1],\"rows\":[7]}]}", "" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct arena *a = arena_new();
		struct fault why;
		assert_int_equal(parse(a, bad[i][0], &why), E_INVALID);
		if (!why.text[0] || !strstr(why.text, bad[i][1]))
			fail_msg("%s\n%s", bad[i][0], why.text);
		arena_free(a);
	}
}

static void nesting_has_an_end(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct buf b = { .arena = a };
	struct fault why;
	buf_puts(&b, "{" HEAD "\"blocks\":[");
	for (int i = 0; i < 30; i++)
		buf_puts(&b, "{\"type\":\"if\",\"field\":\"date\",\"blocks\":[");
	for (int i = 0; i < 30; i++)
		buf_puts(&b, "]}");
	buf_puts(&b, "]}");
	assert_int_equal(parse(a, b.s, &why), E_INVALID);
	assert_non_null(strstr(why.text, "too deep"));
	arena_free(a);
}

static void numbers_follow_the_pattern(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct paper_serial s = { "示范", NULL, 2026, 17 };
	struct paper_template *t = test_template(a, "onspot_decision");
	assert_string_equal(paper_number(a, t, &s), "示范市监当罚〔2026〕17号");
	assert_string_equal(paper_number(a, test_template(a, "door_sign"), &s), "");
	static const char json[] =
		"{" HEAD
		"\"type\":\"处\",\"number\":\"{office}{type}〔{year}〕{district}{year}{seq:6}号\","
		"\"blocks\":[{\"type\":\"number\"}]}";
	struct fault why;
	if (paper_template_parse(
		    a, (struct bytes){ (const uint8_t *)json, sizeof json - 1 }, &t, &why))
		fail_msg("%s", why.text);
	struct paper_serial full = { "沪市监闵", "12", 2026, 345 };
	assert_string_equal(paper_number(a, t, &full), "沪市监闵处〔2026〕122026000345号");
	arena_free(a);
}

static void all_templates_load(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	DIR *d = opendir(test_path(a, "rules/documents"));
	assert_non_null(d);
	int n = 0;
	for (struct dirent *e; (e = readdir(d));) {
		if (!text_ends(e->d_name, ".json"))
			continue;
		struct paper_template *t =
			test_template(a, arena_copy(a, e->d_name, strlen(e->d_name) - 5));
		assert_true(t->n_fields > 3 && t->source[0] && t->valid_from > 0);
		n++;
	}
	closedir(d);
	assert_true(n >= 9);
	arena_free(a);
}

static struct bytes read_whole(struct arena *a, const char *path)
{
	struct bytes b;
	struct fault why = { 0 };

	if (file_read(a, test_path(a, path), 1 << 20, &b, &why))
		fail_msg("%s", why.text);
	return b;
}

/* A paper names the version of its form: what a form says never changes under the same one. Each
 * version that was in use stands in form_versions.txt with the SM3 of its file. */
static void a_changed_form_has_a_new_version(void **state)
{
	struct arena *a = arena_new();
	const char **codes;
	int n = test_forms(a, &codes);
	struct bytes list = read_whole(a, "src/core/documents/test_data/form_versions.txt");

	(void)state;
	const char *versions = arena_copy(a, (const char *)list.at, list.n);
	for (int i = 0; i < n; i++) {
		const struct paper_template *t = test_template(a, codes[i]);
		struct bytes form =
			read_whole(a, arena_printf(a, "rules/documents/%s.json", codes[i]));
		const struct digest d = sm3(form.at, form.n);
		const char *line =
			arena_printf(a, "%s %s %s\n", t->code, t->version, digest_hex(a, &d));
		if (!strstr(versions, line))
			fail_msg("%s says something new: raise its version and add the line to "
				 "form_versions.txt: %s",
				t->code, line);
	}
	arena_free(a);
}

/* The national number: said by the form, or standing in its source. 0: not one of the national set.
 */
static int64_t national_of(const struct paper_template *t)
{
	static const char set[] = "范本（2021年修订）第";
	const char *at = strstr(t->source, set);
	int64_t n = 0;
	for (at = at ? at + strlen(set) : ""; *at >= '0' && *at <= '9'; at++)
		n = n * 10 + (*at - '0');
	if (t->national && n)
		assert_int_equal(t->national, n);
	return t->national ? t->national : n;
}

static bool labelled(json_t *labels, const char *name)
{
	const char *zh = "", *en = "", *kind = "";
	json_t *choices = NULL, *label = json_object_get(labels, name);
	return label &&
	       !json_unpack(label, "{s:s,s:s,s:s,s?o}", "zh", &zh, "en", &en, "kind", &kind,
		       "choices", &choices) &&
	       *zh && *en && text_is(kind, "choice") == (json_array_size(choices) > 1) &&
	       (text_is(kind, "text") || text_is(kind, "long") || text_is(kind, "date") ||
		       text_is(kind, "money") || text_is(kind, "choice") || text_is(kind, "rows"));
}

/* Every field of the form that is typed has a label, its own or the common one. */
static void labels_are_whole(struct arena *a, const struct paper_template *t, json_t *common)
{
	json_error_t e;
	json_t *root = json_load_file(
		test_path(a, arena_printf(a, "rules/documents/%s.json", t->code)), 0, &e);
	for (size_t i = 0; i < t->n_fields; i++) {
		const struct paper_field *field = &t->fields[i];
		if (!field->picture && field->need != NEED_BUILTIN &&
			!labelled(json_object_get(root, "fields"), field->name) &&
			!labelled(json_object_get(common, "fields"), field->name))
			fail_msg("%s: the field %s has no label", t->code, field->name);
	}
	json_decref(root);
}

/* Over all forms: the national number in 1..56 and of one form only,
 * the word of the number of one form only, so that a series of the form is one of the word, and for
 * forms issued by hand a label in both languages and a kind for every field. */
static void all_templates_keep_the_rules(void **state)
{
	(void)state;
	enum { SET = 56, TYPES = 80 };
	struct arena *a = arena_new();
	const char *of_national[SET + 1] = { 0 }, *types[TYPES];
	int n_types = 0, by_hand = 0;
	json_error_t e;
	json_t *common = json_load_file(test_path(a, "rules/papers/fields.json"), 0, &e);
	DIR *d = opendir(test_path(a, "rules/documents"));
	assert_non_null(d);
	assert_non_null(common);
	for (struct dirent *f; (f = readdir(d));) {
		if (!text_ends(f->d_name, ".json"))
			continue;
		char *code = arena_copy(a, f->d_name, strlen(f->d_name) - 5);
		struct paper_template *t = test_template(a, code);
		int64_t national = national_of(t);
		assert_string_equal(t->code, code);
		assert_true(national >= 0 && national <= SET);
		if (national && of_national[national])
			fail_msg("%s and %s are both number %" PRId64, code, of_national[national],
				national);
		of_national[national] = national ? code : NULL;
		for (int i = 0; *t->number && i < n_types; i++)
			if (text_is(types[i], t->type))
				fail_msg("%s has the word %s of another form", code, t->type);
		if (*t->number && n_types < TYPES)
			types[n_types++] = t->type;
		if (!t->by_hand)
			continue;
		by_hand++;
		labels_are_whole(a, t, common);
	}
	closedir(d);
	json_decref(common);
	assert_true(by_hand >= 14);
	static const int ours[] = { 2, 3, 4, 5, 6, 11, 12, 15, 16, 27, 28, 29, 30, 31, 32, 33, 34,
		54, 55, 56 };
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		assert_non_null(of_national[ours[i]]);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_are_told_at_load),
		cmocka_unit_test(nesting_has_an_end),
		cmocka_unit_test(numbers_follow_the_pattern),
		cmocka_unit_test(all_templates_load),
		cmocka_unit_test(a_changed_form_has_a_new_version),
		cmocka_unit_test(all_templates_keep_the_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
