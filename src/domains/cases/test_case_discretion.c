/* The discretion table as shipped: law's limits, bands, factors, and the sentences. */
#include "domains/cases/discretion.h"
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
	rule = law_read(arena, "cases/discretion");
	return rule ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

#define CHOSEN(...)                                                                                \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__ __VA_OPT__(, ) NULL                                                    \
	}

struct row {
	const char *clause;
	struct discretion_facts f;
	enum discretion_band band;
	int64_t low, high; /* yuan */
	bool serious;
};

static const struct row rows[] = {
	{ "FSL 126: order and warning first", { .act = "V06" }, BAND_NONE, 0, 0, false },
	{ "条例 94(5): order and warning first", { .act = "V01" }, BAND_NONE, 0, 0, false },
	{ "FSL 126: on refusal 5,000-50,000, ordinary", { .act = "V06", .refused = true },
		BAND_ORDINARY, 18500, 36500, false },
	{ "条例 94: on refusal 5,000-50,000", { .act = "V01", .refused = true }, BAND_ORDINARY,
		18500, 36500, false },
	{ "条例 99: the same scale for a small caterer",
		{ .act = "V06", .refused = true, .small_caterer = true }, BAND_ORDINARY, 18500,
		36500, false },
	{ "first offence: the lower 30 %",
		{ .act = "V06", .refused = true, .factors = CHOSEN("first") }, BAND_LIGHT, 5000,
		18500, false },
	{ "harm: the upper 30 %", { .act = "V06", .refused = true, .factors = CHOSEN("harm") },
		BAND_HEAVY, 36500, 50000, false },
	{ "light and heavy weigh against each other",
		{ .act = "V06", .refused = true, .factors = CHOSEN("harm", "first", "cooperates") },
		BAND_ORDINARY, 18500, 36500, false },
	{ "FSL 124: goods below 10,000: 50,000-100,000", { .act = "V14", .goods_fen = 999999 },
		BAND_ORDINARY, 65000, 85000, false },
	{ "FSL 124: goods of 10,000: ten to twenty times", { .act = "V14", .goods_fen = 1000000 },
		BAND_ORDINARY, 130000, 170000, false },
	{ "条例 92: small, below 10,000: 10,000-50,000",
		{ .act = "V14", .goods_fen = 999999, .small_caterer = true }, BAND_ORDINARY, 22000,
		38000, false },
	{ "条例 92: small, from 10,000: five to ten times",
		{ .act = "V14", .goods_fen = 1000000, .small_caterer = true }, BAND_ORDINARY, 65000,
		85000, false },
	{ "IR 67: goods below 20,000 are not serious", { .act = "V14", .goods_fen = 1999900 },
		BAND_ORDINARY, 259987, 339983, false },
	{ "IR 67: goods of 20,000 are", { .act = "V14", .goods_fen = 2000000 }, BAND_HEAVY, 340000,
		400000, true },
	{ "IR 67: 89 days are not three months", { .act = "V14", .days = 89 }, BAND_ORDINARY, 65000,
		85000, false },
	{ "IR 67: three months are", { .act = "V14", .days = 90 }, BAND_HEAVY, 85000, 100000,
		true },
	{ "IR 67: 29 ill are not", { .act = "V14", .ill = 29 }, BAND_ORDINARY, 65000, 85000,
		false },
	{ "IR 67: 30 ill are", { .act = "V14", .ill = 30 }, BAND_HEAVY, 85000, 100000, true },
	{ "IR 67: again within a year", { .act = "V14", .repeated = true }, BAND_HEAVY, 85000,
		100000, true },
	{ "IR 67: false facts", { .act = "V14", .factors = CHOSEN("false_facts") }, BAND_HEAVY,
		85000, 100000, true },
	{ "IR 67: refusal of the check", { .act = "V14", .factors = CHOSEN("refuses_check") },
		BAND_HEAVY, 85000, 100000, true },
	{ "IR 67: a death", { .act = "V14", .factors = CHOSEN("death") }, BAND_HEAVY, 85000, 100000,
		true },
	{ "IR 67: serious is never light, whatever else is weighed",
		{ .act = "V14",
			.days = 90,
			.factors = CHOSEN("corrected_early", "disclosed", "first") },
		BAND_ORDINARY, 65000, 85000, true },
	{ "FSL 122 [R]: no licence, goods below 10,000", { .act = "X01", .goods_fen = 999999 },
		BAND_ORDINARY, 65000, 85000, false },
	{ "FSL 122 [R]: from 10,000, ten to twenty times", { .act = "X02", .goods_fen = 1000000 },
		BAND_ORDINARY, 130000, 170000, false },
	{ "FSL 124 [R]: farm products below standard", { .act = "X03" }, BAND_ORDINARY, 65000,
		85000, false },
	{ "FSL 125 ¶1 [R]: health food", { .act = "X07" }, BAND_ORDINARY, 18500, 36500, false },
	{ "FSL 125 ¶1 [R]: from 10,000, five to ten times", { .act = "X07", .goods_fen = 1000000 },
		BAND_ORDINARY, 65000, 85000, false },
	{ "FSL 125 ¶2 [R]: a label's flaw, the order first", { .act = "X06" }, BAND_NONE, 0, 0,
		false },
	{ "FSL 125 ¶2 [R]: on refusal up to 2,000", { .act = "X06", .refused = true },
		BAND_ORDINARY, 600, 1400, false },
	{ "FSL 126 [R]: no manager", { .act = "V13" }, BAND_NONE, 0, 0, false },
	{ "FSL 126 [R]: on refusal", { .act = "X11", .refused = true }, BAND_ORDINARY, 18500, 36500,
		false },
	{ "Order 49 46 [R]: licence not shown", { .act = "X12" }, BAND_NONE, 0, 0, false },
	{ "drug rules 72 [R]: prescription", { .act = "X08", .refused = true }, BAND_ORDINARY,
		18500, 36500, false },
	{ "APL 32: reduced below the least",
		{ .act = "V14", .factors = CHOSEN("corrected_early", "first") }, BAND_REDUCED, 5000,
		49999, false },
	{ "APL 32: not without a reason the law names",
		{ .act = "V14",
			.factors = CHOSEN("first", "no_harm", "cooperates", "small_goods") },
		BAND_LIGHT, 50000, 65000, false },
};

static void every_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		struct discretion d;
		struct fault why = { 0 };

		if (discretion_of(arena, rule, &r->f, &d, &why))
			fail_msg("%s: %s", r->clause, why.text);
		/* the reduced band ends one fen below the law's least */
		int64_t high = d.band == BAND_REDUCED ? (d.high + 1) / 100 - 1 : d.high / 100;
		if (d.band != r->band || d.low / 100 != r->low || high != r->high ||
			d.serious != r->serious)
			fail_msg("%s: %s %" PRId64 "-%" PRId64 " fen, serious %d", r->clause,
				discretion_band_word(d.band), d.low, d.high, d.serious);
		assert_true(*d.why && *d.why_en && *d.basis);
		assert_int_equal(d.confirmed, !strstr(r->clause, "[R]")); /* as the data mark it */
		if (d.band == BAND_NONE) {
			assert_null(discretion_refuses(&d, 0));
			assert_non_null(discretion_refuses(&d, 1));
			continue;
		}
		assert_null(discretion_refuses(&d, d.low));
		assert_null(discretion_refuses(&d, d.high));
		assert_non_null(strstr(discretion_refuses(&d, d.low - 1), "below"));
		assert_non_null(strstr(discretion_refuses(&d, d.high + 1), "above"));
	}
}

static void reasons_are_written_out(void **state)
{
	struct discretion d;

	(void)state;
	assert_int_equal(discretion_of(arena, rule,
				 &(struct discretion_facts){ .act = "V14",
					 .goods_fen = 123456,
					 .factors = CHOSEN("first", "cooperates") },
				 &d, NULL),
		OK);
	assert_string_equal(d.why,
		"当事人系初次违法。当事人积极配合调查，如实陈述。依照《中华人民共和国食品安全法》"
		"第一百二十四条第一款，法定罚款幅度为50,000元至100,000元；综合以上情节，从轻处罚，"
		"裁量幅度为50,000元至65,000元。");
	assert_string_equal(d.why_en,
		"This is the party's first offence. The party cooperates and tells the truth. By "
		"Food Safety Law article 124 paragraph 1 the fine is 50,000 to 100,000 yuan; "
		"weighing "
		"the above, a light penalty: 50,000 to 65,000 yuan.");
}

static void bad_input(void **state)
{
	const struct {
		struct discretion_facts f;
		enum err e;
	} bad[] = {
		{ { .act = "V15" }, E_NOT_FOUND }, /* no statute found: no scale */
		{ { .act = "V06", .factors = CHOSEN("handsome") }, E_INVALID },
		{ { .act = "V06", .factors = CHOSEN("harm", "no_harm") }, E_INVALID },
		{ { .act = "V06", .factors = CHOSEN("no_harm", "harm") }, E_INVALID },
		{ { .act = "V14", .repeated = true, .factors = CHOSEN("first") }, E_INVALID },
		{ { .act = "V14", .goods_fen = 2000000, .factors = CHOSEN("small_goods") },
			E_INVALID },
		{ { .act = "V14", .goods_fen = 1000000, .factors = CHOSEN("small_goods") },
			E_INVALID }, /* its bound [R] */
		{ { .act = "V14", .ill = 30, .factors = CHOSEN("no_harm") }, E_INVALID },
		{ { .act = "V14", .ill = 1, .factors = CHOSEN("no_harm") }, E_INVALID },
		{ { .act = "V06", .refused = true, .factors = CHOSEN("corrected_early") },
			E_INVALID },
		{ { .act = "V14", .factors = CHOSEN("cooperates", "refuses_check") }, E_INVALID },
		{ { .act = "V14", .goods_fen = -1 }, E_INVALID },
		{ { .act = "V14", .goods_fen = INT64_MAX }, E_INVALID },
		{ { .act = "V14", .days = -1 }, E_INVALID },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct discretion d;
		struct fault why = { 0 };
		assert_int_equal(discretion_of(arena, rule, &bad[i].f, &d, &why), bad[i].e);
		assert_true(*why.text);
	}
}

/* Each factor moves the range in the direction its weight says, never the other way. */
static void factors_move_one_way(void **state)
{
	struct discretion plain, moved;

	(void)state;
	struct discretion_facts f = { .act = "V14" };
	assert_int_equal(discretion_of(arena, rule, &f, &plain, NULL), OK);
	NODE_EACH (factor, node_find(rule, "factors")) {
		int64_t weight = node_int(factor, "weight", 0);
		f.factors = CHOSEN(node_text(factor, "code", ""));
		assert_int_equal(discretion_of(arena, rule, &f, &moved, NULL), OK);
		assert_true(weight > 0	 ? moved.low > plain.low
			    : weight < 0 ? moved.high < plain.high
					 : moved.low == plain.low);
	}
}

static const struct node *factor_named(const char *code)
{
	NODE_EACH (f, node_find(rule, "factors"))
		if (strcmp(node_text(f, "code", ""), code) == 0)
			return f;
	return NULL;
}

static bool names(const struct node *n, const char *code)
{
	NODE_EACH (o, node_find(n, "not_with"))
		if (strcmp(o->s, code) == 0)
			return true;
	return false;
}

/* What excludes is excluded: whichever of the two the officers look at says so. The conditions of
 * the lists name factors that are there. */
static void exclusion_goes_both_ways(void **state)
{
	(void)state;
	NODE_EACH (f, node_find(rule, "factors"))
		NODE_EACH (o, node_find(f, "not_with")) {
			const struct node *other = factor_named(o->s);
			if (!other || !names(other, node_text(f, "code", "")))
				fail_msg("%s names %s, which does not name it",
					node_text(f, "code", ""), o->s);
		}
	NODE_EACH (c, node_find(law_read(arena, "cases/exempt"), "conditions"))
		NODE_EACH (o, node_find(c, "not_with"))
			if (!factor_named(o->s))
				fail_msg("%s: %s is no factor", node_text(c, "code", ""), o->s);
}

/* No act may be fined without a range. */
static void every_act_has_a_scale(void **state)
{
	(void)state;
	NODE_EACH (a, node_find(law_read(arena, "cases/acts"), "acts"))
		if (!discretion_scale(rule, node_text(a, "code", ""), false))
			fail_msg("%s has no scale", node_text(a, "code", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_row),
		cmocka_unit_test(reasons_are_written_out), cmocka_unit_test(bad_input),
		cmocka_unit_test(factors_move_one_way), cmocka_unit_test(exclusion_goes_both_ways),
		cmocka_unit_test(every_act_has_a_scale) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
