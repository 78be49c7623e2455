/* The lists of no penalty as shipped: what must, what may, what is missing, and how far back a
 * first offence looks. */
#include "domains/cases/exempt.h"
#include "domains/cases/test_law_data.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static const struct node *rule;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	rule = law_read(arena, "cases/exempt");
	return rule ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const struct exempt_item *item_of(const struct exempt_item *items, int n, const char *code)
{
	for (int i = 0; i < n; i++)
		if (strcmp(items[i].code, code) == 0)
			return &items[i];
	return NULL;
}

/* "minor corrected -no_harm": answered yes, yes, no. */
static size_t replies_of(const char *words, struct exempt_reply *out)
{
	size_t n = 0;

	while (*words) {
		size_t length = strcspn(words, " ");
		bool no = *words == '-';
		out[n++] = (struct exempt_reply){ arena_copy(arena, words + no, length - no), !no };
		words += length + (words[length] == ' ');
	}
	return n;
}

struct row {
	const char *clause, *act, *replies, *item;
	enum exempt_verdict verdict;
	const char *missing;
};

static const struct row rows[] = {
	{ "APL 33 ¶1 s.1", "V06", "minor corrected no_harm", "APL33_MINOR", EXEMPT_MUST_NOT, "" },
	{ "APL 33 ¶1 s.1", "V06", "minor corrected", "APL33_MINOR", EXEMPT_ASKS, "no_harm" },
	{ "APL 33 ¶1 s.1", "V06", "", "APL33_MINOR", EXEMPT_ASKS, "minor corrected no_harm" },
	{ "APL 33 ¶1 s.1", "V06", "minor -corrected no_harm", "APL33_MINOR", EXEMPT_FAILS,
		"corrected" },
	{ "APL 33 ¶1 s.2", "V06", "first city_checked slight_harm corrected", "APL33_FIRST",
		EXEMPT_MAY_NOT, "" },
	{ "APL 33 ¶1 s.2", "V06", "slight_harm city_checked corrected", "APL33_FIRST", EXEMPT_ASKS,
		"first" },
	{ "APL 33 ¶1 s.2", "V06", "-first city_checked slight_harm corrected", "APL33_FIRST",
		EXEMPT_FAILS, "first" },
	{ "APL 33 ¶1 s.2", "V06", "first city_checked -slight_harm -corrected", "APL33_FIRST",
		EXEMPT_FAILS, "slight_harm corrected" },
	{ "APL 33 ¶1 s.2, same field city-wide [R]", "V06", "first slight_harm corrected",
		"APL33_FIRST", EXEMPT_ASKS, "city_checked" },
	{ "APL 33 ¶2", "V06", "no_fault", "APL33_NO_FAULT", EXEMPT_MUST_NOT, "" },
	{ "APL 33 ¶2", "V06", "-no_fault", "APL33_NO_FAULT", EXEMPT_FAILS, "no_fault" },
	{ "FSL 136, 条例 112", "V14", "purchase_checked unaware honest_source", "FSL136",
		EXEMPT_MAY_NOT, "" },
	{ "FSL 136, 条例 112", "V14", "purchase_checked -unaware", "FSL136", EXEMPT_FAILS,
		"unaware" },
	{ "list 首违 1", "X01", "first city_checked slight_harm corrected not_cooked", "FIRST_1",
		EXEMPT_MAY_NOT, "" },
	{ "list 首违 1", "X01", "first city_checked slight_harm corrected -not_cooked", "FIRST_1",
		EXEMPT_FAILS, "not_cooked" },
	{ "list 首违 2", "X02",
		"first city_checked slight_harm corrected expired_under_month still_fit", "FIRST_2",
		EXEMPT_MAY_NOT, "" },
	{ "list 首违 2", "X02",
		"first city_checked slight_harm corrected -expired_under_month still_fit",
		"FIRST_2", EXEMPT_FAILS, "expired_under_month" },
	{ "list 首违 3", "X03", "first city_checked slight_harm corrected", "FIRST_3",
		EXEMPT_MAY_NOT, "" },
	{ "list 首违 4", "V13", "first city_checked slight_harm corrected", "FIRST_4",
		EXEMPT_MAY_NOT, "" },
	{ "list 首违 5", "V11", "first city_checked slight_harm corrected", "FIRST_5",
		EXEMPT_MAY_NOT, "" },
	{ "list 首违 6", "X06", "first city_checked slight_harm corrected", "FIRST_6",
		EXEMPT_MAY_NOT, "" },
	{ "list 首违 7", "X07", "first city_checked slight_harm corrected", "FIRST_7",
		EXEMPT_MAY_NOT, "" },
	{ "list 首违 8", "X08", "first city_checked slight_harm corrected", "FIRST_8",
		EXEMPT_MAY_NOT, "" },
	{ "list 轻微 1", "X09", "minor corrected no_harm", "MINOR_1", EXEMPT_MUST_NOT, "" },
	{ "list 轻微 2", "V14", "minor corrected no_harm not_sold small_value", "MINOR_2",
		EXEMPT_MUST_NOT, "" },
	{ "list 轻微 2", "V14", "minor corrected no_harm -not_sold", "MINOR_2", EXEMPT_FAILS,
		"not_sold" },
	{ "list 轻微 3 [R]", "X11", "minor corrected no_harm", "MINOR_3", EXEMPT_MUST_NOT, "" },
	{ "list 轻微 4 [R]", "X12", "minor corrected no_harm", "MINOR_4", EXEMPT_MUST_NOT, "" },
};

static void every_item(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		struct exempt_reply replies[8];
		struct exempt_facts f = { .act = r->act,
			.at = law_moment("2026-11-23"),
			.replies = replies,
			.n_replies = replies_of(r->replies, replies) };
		struct exempt_item *items;
		int n = exempt_items(arena, rule, &f, &items);
		const struct exempt_item *it = item_of(items, n, r->item);

		if (!it)
			fail_msg("%s: %s does not speak of %s", r->clause, r->item, r->act);
		if (it->verdict != r->verdict || strcmp(it->missing_codes, r->missing) != 0)
			fail_msg("%s, %s: %d, missing '%s'", r->clause, r->replies, it->verdict,
				it->missing_codes);
		assert_int_equal(!*it->missing, !*r->missing);
		assert_int_equal(!exempt_refuses(items, n, r->item),
			r->verdict == EXEMPT_MUST_NOT || r->verdict == EXEMPT_MAY_NOT);
		for (int k = 1; k < n; k++)
			assert_true(items[k - 1].verdict <= items[k].verdict);
	}
	NODE_EACH (item, node_find(rule, "items")) {
		bool found = false;
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
			found |= strcmp(rows[i].item, node_text(item, "code", "")) == 0;
		if (!found)
			fail_msg("no row for %s", node_text(item, "code", ""));
	}
}

/* The years back: 23 November 2024 still belongs to two years before 23 November 2026. */
static void looks_back(void **state)
{
	static const struct {
		const char *at, *act, *outcome;
		bool first;
	} priors[] = {
		{ "2024-11-23", "V06", "penalty", false },
		{ "2024-11-22 23:59", "V06", "penalty", true },
		{ "2026-11-22", "V06", "penalty", false },
		{ "2026-11-22", "V01", "penalty", false },    /* another act of the same field */
		{ "2026-11-22", "X08", "penalty", true },     /* another field */
		{ "2026-11-22", "V06", "no_penalty", false }, /* let off once already */
		{ "2026-11-22", "V06", "not_filed", false },  /* not even filed, as a first one */
		{ "2026-11-22", "V06", "not_proven", true },
		{ "2026-11-22", "V06", "to_office", true },
		{ "2026-11-24", "V06", "penalty", true }, /* after this act */
	};
	struct exempt_reply replies[] = { { "first", true }, { "slight_harm", true },
		{ "corrected", true }, { "city_checked", true } };

	(void)state;
	for (size_t i = 0; i < sizeof(priors) / sizeof(*priors); i++) {
		struct prior_offence p = { law_moment(priors[i].at), priors[i].act,
			priors[i].outcome };
		struct exempt_facts f = { .act = "V06",
			.at = law_moment("2026-11-23 10:00"),
			.priors = &p,
			.n_priors = 1,
			.replies = replies,
			.n_replies = 4 };
		struct exempt_item *items;
		int n = exempt_items(arena, rule, &f, &items);
		const struct exempt_item *it = item_of(items, n, "APL33_FIRST");
		if ((it->verdict == EXEMPT_MAY_NOT) != priors[i].first)
			fail_msg("prior %s %s %s", priors[i].at, priors[i].act, priors[i].outcome);
		assert_int_equal(it->prior_at, priors[i].first ? 0 : p.at);
		const char *why = exempt_refuses(items, n, "APL33_FIRST");
		if (priors[i].first)
			assert_null(why);
		else
			assert_non_null(strstr(why, "not a first offence"));
	}
}

/* An item of a list does not speak of other acts; the goods of FSL 136 are confiscated. */
static void only_its_acts(void **state)
{
	struct exempt_facts f = { .act = "V06", .at = law_moment("2026-11-23") };
	struct exempt_item *items;
	int n = exempt_items(arena, rule, &f, &items);

	(void)state;
	assert_int_equal(n, 3);
	assert_non_null(strstr(exempt_refuses(items, n, "FIRST_5"), "does not speak of"));
	f.act = "V14";
	n = exempt_items(arena, rule, &f, &items);
	assert_int_equal(n, 5);
	assert_true(item_of(items, n, "FSL136")->confiscates);
	assert_true(item_of(items, n, "FSL136")->confirmed);
	assert_string_equal(item_of(items, n, "FSL136")->ground, "honest_source");
	assert_true(item_of(items, n, "FSL136")->party_proves);
	assert_false(item_of(items, n, "MINOR_2")->confirmed);
}

/* ---- every code is an act ----------------------------------------------------------------------
 */
static const struct node *act_named(const struct node *acts, const char *code)
{
	NODE_EACH (a, node_find(acts, "acts"))
		if (text_is(node_text(a, "code", ""), code))
			return a;
	return NULL;
}

static int codes_are_acts(const struct node *acts, const char *file, const struct node *codes)
{
	int n = 0;

	NODE_EACH (c, codes) {
		if (!act_named(acts, c->s))
			fail_msg("%s: %s is not among the acts", file, c->s);
		n++;
	}
	return n;
}

/* "V14" and the like in a source file. */
static int source_is_acts(const struct node *acts, const char *path)
{
	const char *root = getenv("SHIAN_SOURCE");
	struct fault why = { 0 };
	struct bytes b;
	int n = 0;

	assert_int_equal(file_read(arena, arena_printf(arena, "%s/%s", root ? root : ".", path),
				 1 << 20, &b, &why),
		OK);
	for (size_t i = 0; i + 5 <= b.n; i++) {
		const char *at = (const char *)b.at + i;
		if (*at != '"' || !strchr("VX", at[1]) || strspn(at + 2, "0123456789") != 2 ||
			at[4] != '"')
			continue;
		const char *code = arena_copy(arena, at + 1, 3);
		if (!act_named(acts, code))
			fail_msg("%s: %s is not among the acts", path, code);
		n++;
	}
	return n;
}

/* A code without an act would stand as a code in lists, also those of the public, and its papers
 * would name no provision. */
static void every_code_is_an_act(void **state)
{
	static const char *const words[] = { "name", "name_en", "short", "short_en", "provision",
		"basis", "correction_basis", "duty", "duty_en", "requirement", "measure" };
	const struct node *acts = law_read(arena, "cases/acts");
	int n = 0;

	(void)state;
	NODE_EACH (a, node_find(acts, "acts"))
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			if (!*node_text(a, words[i], ""))
				fail_msg("%s has no %s", node_text(a, "code", "?"), words[i]);
	NODE_EACH (s, node_find(law_read(arena, "cases/discretion"), "scales"))
		n += codes_are_acts(acts, "cases/discretion", node_find(s, "acts"));
	NODE_EACH (f, node_find(rule, "fields"))
		n += codes_are_acts(acts, "cases/exempt", node_find(f, "acts"));
	NODE_EACH (i, node_find(rule, "items"))
		n += codes_are_acts(acts, "cases/exempt", node_find(i, "acts"));
	NODE_EACH (r, node_find(law_read(arena, "vision/rules"), "rules"))
		if (*node_text(r, "act", ""))
			n += act_named(acts, node_text(r, "act", "")) ? 1 : (fail(), 0);
	NODE_EACH (l, node_find(law_read(arena, "sensors/limits"), "kinds"))
		if (*node_text(l, "act", ""))
			n += act_named(acts, node_text(l, "act", "")) ? 1 : (fail(), 0);
	n += source_is_acts(acts, "src/demo/after.c") + source_is_acts(acts, "src/demo/closed.c");
	assert_true(n > 80);
	assert_true(strstr(node_text(act_named(acts, "V14"), "provision", ""), "第三十四条"));
	assert_true(strstr(node_text(act_named(acts, "V14"), "basis", ""), "第一百二十四条"));
	assert_false(node_true(act_named(acts, "V14"), "simple"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_item),
		cmocka_unit_test(looks_back), cmocka_unit_test(only_its_acts),
		cmocka_unit_test(every_code_is_an_act) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
