/* Every edge of every scale under the rules as shipped, a row each with its clause: bounds, the
 * last day of what counts for a time and the day after, every penalty and trigger, every kind of
 * static points. What happened is written as "what day [numbers]", parted by ';'. */
#include "domains/grading/scales.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static struct scale_book book;

enum { INPUTS = 6, WORDS = 5 };

struct edge {
	const char *clause, *on, *facts, *value;
	int64_t points;				 /* hundredths; -1: not asked about */
	const char *kind, *registered, *licence; /* NULL: a snack bar of 2020 */
};

static int64_t day(const char *text)
{
	int64_t ms = 0;
	if (!date_parse(text, &ms))
		fail_msg("%s is no day", text);
	return ms;
}

static int64_t number(const char *text)
{
	int64_t v = 0;
	if (!text_to_int(text, &v))
		fail_msg("%s is no number", text);
	return v;
}

static const struct node *rule_file(const char *name)
{
	const char *root = getenv("SHIAN_SOURCE");
	struct fault why = { 0 };
	struct bytes b;
	struct node *n = NULL;
	char *path = arena_printf(arena, "%s/rules/grading/%s.json", root ? root : ".", name);

	if (file_read(arena, path, 1 << 20, &b, &why) || json_parse(arena, b, &n, &why))
		fail_msg("%s", why.text);
	return n;
}

static int setup(void **state)
{
	static const char *const points[] = { "risk-2016", "risk-shanghai-makers-2022",
		"risk-credit-2025" };
	struct fault why = { 0 };

	(void)state;
	arena = arena_new();
	for (size_t i = 0; i < 3; i++)
		if (point_rules_read(rule_file(points[i]), &book.points[book.n_points++], &why))
			return -1;
	return grade_rules_read(rule_file("shanghai-2022"), &book.shg, &why) ||
	       qg_rules_read(rule_file("national-2012"), &book.qg, &why) ||
	       scale_uses_read(rule_file("scales"), &book, &why);
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* "inspected 2026-05-01 900 [KEY_FAILED [RESULT]]", "video 2026-05-01 900", "PEN_FINE 2026-05-20",
 * "accident 2026-05-20", "certificate 2025-03-01 [UNTIL]", any other code: a trigger. Inspections
 * count from midnight, the rest happens at nine. */
static struct grade_input input_read(char *text)
{
	const char *w[WORDS] = { "", "", "", "", "" };
	int n = 0;

	for (char *at = text; *at && n < WORDS;) {
		w[n++] = at;
		at += strcspn(at, " ");
		if (*at)
			*at++ = 0;
	}
	struct grade_input in = {
		.at = day(w[1]) + 9 * HOUR, .result = n > 4 ? w[4] : "", .penalty = "", .word = ""
	};
	if (text_is(w[0], "inspected") || text_is(w[0], "video")) {
		in.kind = INPUT_INSPECTION;
		in.at = day(w[1]);
		in.off_site = text_is(w[0], "video");
		in.score = number(w[2]);
		in.key_failed = n > 3 ? number(w[3]) : 0;
	} else if (text_starts(w[0], "PEN_")) {
		in.kind = INPUT_SANCTION;
		in.penalty = w[0];
	} else if (text_is(w[0], "accident")) {
		in.kind = INPUT_ACCIDENT;
	} else if (text_is(w[0], "certificate") || text_is(w[0], "award")) {
		in.kind = INPUT_MERIT;
		in.word = w[0];
		in.until = n > 2 ? day(w[2]) : 0;
	} else {
		in.kind = INPUT_TRIGGER;
		in.word = w[0];
	}
	return in;
}

static struct grade_facts facts_read(const struct edge *e)
{
	struct grade_input *in = NEWS(arena, struct grade_input, INPUTS);
	struct grade_facts f = { .now = day(e->on) + 12 * HOUR,
		.registered_at = day(e->registered ? e->registered : "2020-01-10"),
		.kind = e->kind ? e->kind : "snack",
		.inputs = in,
		.area = 310112101,
		.licence_no = e->licence ? e->licence : "JY1" };

	for (const char *at = e->facts; *at;) {
		size_t n = strcspn(at, ";");
		assert_true(f.n < INPUTS);
		in[f.n++] = input_read(arena_copy(arena, at, n));
		at += n;
		at += strspn(at, "; ");
	}
	return f;
}

static void letter_check(const struct edge *e)
{
	struct grade_facts f = facts_read(e);
	struct grade_outcome o;

	grade_compute(arena, &book.shg, &f, &o);
	if (strcmp(o.letter, e->value) != 0 || (e->points >= 0 && o.points != e->points))
		fail_msg("%s: %s, %" PRId64, e->clause, o.letter, o.points);
}

static void scale_check(const char *scheme, const struct edge *e)
{
	struct grade_facts f = facts_read(e);
	struct scale_outcome out[SCALES];
	int n = scales_compute(arena, &book, &f, out);

	for (int i = 0; i < n; i++) {
		if (strcmp(out[i].scheme, scheme) != 0)
			continue;
		if (strcmp(out[i].value, e->value) != 0 ||
			(e->points >= 0 && out[i].points != e->points))
			fail_msg("%s: %s, %" PRId64, e->clause, out[i].value, out[i].points);
		return;
	}
	fail_msg("%s: no %s", e->clause, scheme);
}

#define ROWS(list) (sizeof(list) / sizeof(*(list)))

/* ---- Shanghai: A green, B yellow, C red -------------------------------------------------- */
static const struct edge shanghai[] = {
	{ "base: 10.0", "2026-06-01", "inspected 2026-05-01 1000", "A", 1000 },
	{ "base: 9.0 and more is A", "2026-06-01", "inspected 2026-05-01 900", "A", 900 },
	{ "base: 8.9 is B", "2026-06-01", "inspected 2026-05-01 890", "B", 890 },
	{ "base: 6.0 and more is B", "2026-06-01", "inspected 2026-05-01 600", "B", 600 },
	{ "base: 5.9 is C", "2026-06-01", "inspected 2026-05-01 590", "C", 590 },
	{ "base: 0 is C", "2026-06-01", "inspected 2026-05-01 0", "C", 0 },
	{ "result: conforming", "2026-06-01", "inspected 2026-05-01 1000 0 CONFORM", "A", -1 },
	{ "result: basically conforming, 9.0", "2026-06-01",
		"inspected 2026-05-01 900 0 BASIC_CONFORM", "A", -1 },
	{ "veto: not conforming is C whatever the score", "2026-06-01",
		"inspected 2026-05-01 1000 0 NOT_CONFORM", "C", -1 },
	{ "veto: one key item is B at best", "2026-06-01", "inspected 2026-05-01 1000 1", "B", -1 },
	{ "veto: one key item raises nothing", "2026-06-01", "inspected 2026-05-01 590 1", "C",
		-1 },
	{ "veto: two key items are C", "2026-06-01", "inspected 2026-05-01 1000 2", "C", -1 },
	{ "veto: three too", "2026-06-01", "inspected 2026-05-01 1000 3", "C", -1 },
	{ "the last one counts, up", "2026-06-01",
		"inspected 2026-04-01 0; inspected 2026-05-01 1000", "A", -1 },
	{ "and down", "2026-06-01", "inspected 2026-04-01 1000; inspected 2026-05-01 890", "B",
		-1 },
	{ "warning: B on its day", "2026-05-23", "inspected 2026-03-01 1000; PEN_WARN 2026-05-23",
		"B", -1 },
	{ "warning, 6 months: last day", "2026-11-23",
		"inspected 2026-03-01 1000; PEN_WARN 2026-05-23", "B", -1 },
	{ "warning, 6 months: the day after", "2026-11-24",
		"inspected 2026-03-01 1000; PEN_WARN 2026-05-23", "A", -1 },
	{ "fine, 6 months: last day", "2026-11-23",
		"inspected 2026-03-01 1000; PEN_FINE 2026-05-23", "C", -1 },
	{ "fine, 6 months: the day after", "2026-11-24",
		"inspected 2026-03-01 1000; PEN_FINE 2026-05-23", "A", -1 },
	{ "confiscation: last day", "2026-11-23",
		"inspected 2026-03-01 1000; PEN_CONFISCATE 2026-05-23", "C", -1 },
	{ "confiscation: the day after", "2026-11-24",
		"inspected 2026-03-01 1000; PEN_CONFISCATE 2026-05-23", "A", -1 },
	{ "stop of business: last day", "2026-11-23",
		"inspected 2026-03-01 1000; PEN_STOP 2026-05-23", "C", -1 },
	{ "stop of business: the day after", "2026-11-24",
		"inspected 2026-03-01 1000; PEN_STOP 2026-05-23", "A", -1 },
	{ "revocation: last day", "2026-11-23", "inspected 2026-03-01 1000; PEN_REVOKE 2026-05-23",
		"C", -1 },
	{ "revocation: the day after", "2026-11-24",
		"inspected 2026-03-01 1000; PEN_REVOKE 2026-05-23", "A", -1 },
	{ "6 months from 31 August end on 28 February", "2027-02-28",
		"inspected 2026-03-01 1000; PEN_FINE 2026-08-31", "C", -1 },
	{ "and are over on 1 March", "2027-03-01", "inspected 2026-03-01 1000; PEN_FINE 2026-08-31",
		"A", -1 },
	{ "accident: C at once", "2026-05-23", "inspected 2026-03-01 1000; accident 2026-05-23",
		"C", -1 },
	{ "accident, 6 months without upgrade: last day", "2026-11-23",
		"inspected 2026-03-01 1000; accident 2026-05-23", "C", -1 },
	{ "accident: the day after", "2026-11-24", "inspected 2026-03-01 1000; accident 2026-05-23",
		"A", -1 },
	{ "accident: an inspection in between upgrades nothing", "2026-11-23",
		"accident 2026-05-23; inspected 2026-09-01 1000", "C", -1 },
	{ "a check by video lowers", "2026-06-01",
		"inspected 2026-03-01 1000; video 2026-05-01 890", "B", -1 },
	{ "a check by video never raises", "2026-06-01",
		"inspected 2026-03-01 590; video 2026-05-01 1000", "C", -1 },
	{ "a check by video alone gives no letter", "2026-06-01", "video 2026-05-01 1000", "", -1 },
	{ "an inspection on site takes it back", "2026-06-01",
		"video 2026-05-01 300; inspected 2026-05-02 900", "A", -1 },
	{ "new, not yet inspected", "2026-06-01", "", "", -1, NULL, "2026-05-01" },
	{ "new, but inspected: graded", "2026-06-01", "inspected 2026-05-10 900", "A", -1, NULL,
		"2026-05-01" },
	{ "a kind the scheme does not cover", "2026-06-01", "inspected 2026-05-01 900", "", -1,
		"food_maker" },
};

static void test_shanghai(void **state)
{

	(void)state;
	for (size_t i = 0; i < ROWS(shanghai); i++)
		letter_check(&shanghai[i]);
}

/* ---- national quantitative grade ---------------------------------------------------------- */
static void test_national(void **state)
{
	static const struct edge rows[] = {
		{ "8.95 rounds half up to 9.0", "2026-06-01", "inspected 2026-05-01 895",
			"QG_EXCELLENT", 900 },
		{ "8.94 does not", "2026-06-01", "inspected 2026-05-01 894", "QG_GOOD", 890 },
		{ "7.45", "2026-06-01", "inspected 2026-05-01 745", "QG_GOOD", 750 },
		{ "7.44", "2026-06-01", "inspected 2026-05-01 744", "QG_FAIR", 740 },
		{ "5.95", "2026-06-01", "inspected 2026-05-01 595", "QG_FAIR", 600 },
		{ "5.94: no grade", "2026-06-01", "inspected 2026-05-01 594", "QG_NONE", 590 },
		{ "one key item: the score's grade", "2026-06-01", "inspected 2026-05-01 900 1",
			"QG_EXCELLENT", -1 },
		{ "two key items: no grade whatever the score", "2026-06-01",
			"inspected 2026-05-01 1000 2", "QG_NONE", -1 },
		{ "no grade in 3 months of the licence: last day", "2026-06-10",
			"inspected 2026-05-01 900", "QG_NONE", -1, NULL, "2026-03-10" },
		{ "the day after", "2026-06-11", "inspected 2026-05-01 900", "QG_EXCELLENT", -1,
			NULL, "2026-03-10" },
		{ "no grade 6 months after an accident: last day", "2026-11-23",
			"inspected 2026-03-01 900; accident 2026-05-23", "QG_NONE", -1 },
		{ "the day after", "2026-11-24", "inspected 2026-03-01 900; accident 2026-05-23",
			"QG_EXCELLENT", -1 },
		{ "a fine moves no national grade", "2026-06-01",
			"inspected 2026-03-01 900; PEN_FINE 2026-05-23", "QG_EXCELLENT", -1 },
		{ "a check by video is no inspection", "2026-06-01", "video 2026-05-01 900",
			"QG_NONE", -1 },
		{ "never inspected", "2026-06-01", "", "QG_NONE", -1 },
	};
	static const struct edge annual[] = {
		{ "mean 8.95 is 9.0: A", "2026-06-01",
			"inspected 2025-09-01 880; inspected 2026-05-01 910", "QG_YEAR_A", 900 },
		{ "mean 8.93: B", "2026-06-01",
			"inspected 2025-09-01 880; inspected 2026-02-01 880; inspected 2026-05-01 "
			"920",
			"QG_YEAR_B", 890 },
		{ "mean 7.45 is 7.5: B", "2026-06-01",
			"inspected 2025-09-01 740; inspected 2026-05-01 750", "QG_YEAR_B", 750 },
		{ "mean 7.43: C", "2026-06-01",
			"inspected 2025-09-01 740; inspected 2026-02-01 740; inspected 2026-05-01 "
			"750",
			"QG_YEAR_C", 740 },
		{ "mean 5.95 is 6.0: C", "2026-06-01",
			"inspected 2025-09-01 590; inspected 2026-05-01 600", "QG_YEAR_C", 600 },
		{ "mean 5.93: none", "2026-06-01",
			"inspected 2025-09-01 590; inspected 2026-02-01 590; inspected 2026-05-01 "
			"600",
			"QG_YEAR_NONE", 590 },
		{ "12 months: last day", "2026-09-01", "inspected 2025-09-01 900", "QG_YEAR_A",
			900 },
		{ "12 months: the day after", "2026-09-02", "inspected 2025-09-01 900",
			"QG_YEAR_NONE", -1 },
		{ "what falls out of the window moves the mean", "2026-09-02",
			"inspected 2025-09-01 500; inspected 2026-05-01 900", "QG_YEAR_A", 900 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		scale_check("QG", &rows[i]);
	for (size_t i = 0; i < ROWS(annual); i++)
		scale_check("QG_YEAR", &annual[i]);
}

/* ---- risk level, national: the level of 2026 follows from what was there on 1 January ----------
 */
#define YOUNG "2025-06-01" /* too young for the relief of three years */
static const struct edge risk[] = {
	{ "static: central kitchen", "2026-06-01", "", "RISK_B", 3800, "central_kitchen", YOUNG },
	{ "static: distributor", "2026-06-01", "", "RISK_B", 3800, "catering_distributor", YOUNG },
	{ "static: school", "2026-06-01", "", "RISK_B", 3400, "canteen_school", YOUNG },
	{ "static: kindergarten", "2026-06-01", "", "RISK_B", 3400, "canteen_kindergarten", YOUNG },
	{ "static: care home", "2026-06-01", "", "RISK_B", 3400, "canteen_care", YOUNG },
	{ "static: large restaurant", "2026-06-01", "", "RISK_B", 3200, "restaurant_large", YOUNG },
	{ "static: banquet site", "2026-06-01", "", "RISK_B", 3200, "banquet_site", YOUNG },
	{ "static: medium restaurant", "2026-06-01", "", "RISK_A", 2800, "restaurant_medium",
		YOUNG },
	{ "static: canteen at work", "2026-06-01", "", "RISK_A", 2800, "canteen_work", YOUNG },
	{ "static: bakery", "2026-06-01", "", "RISK_A", 2800, "bakery", YOUNG },
	{ "static: snack bar", "2026-06-01", "", "RISK_A", 2200, "snack", YOUNG },
	{ "static: small caterer", "2026-06-01", "", "RISK_A", 2200, "small_caterer", YOUNG },
	{ "static: drinks", "2026-06-01", "", "RISK_A", 1800, "drink_shop", YOUNG },
	{ "static: workshop, 30 is A", "2026-06-01", "", "RISK_A", 3000, "workshop", YOUNG },
	{ "static: market", "2026-06-01", "", "RISK_A", 2600, "market", YOUNG },
	{ "static: wholesaler", "2026-06-01", "", "RISK_A", 2600, "wholesaler", YOUNG },
	{ "static: supermarket", "2026-06-01", "", "RISK_A", 2000, "supermarket", YOUNG },
	{ "static: any other", "2026-06-01", "", "RISK_A", 1400, "convenience", YOUNG },
	{ "30 and a bit is B: 22 + 60 x 1.34 / 10", "2026-06-01", "inspected 2025-09-01 866",
		"RISK_B", 3004, NULL, YOUNG },
	{ "45 is B: 30 + 60 x 2.5 / 10", "2026-06-01", "inspected 2025-09-01 750", "RISK_B", 4500,
		"workshop", YOUNG },
	{ "45.06 is C", "2026-06-01", "inspected 2025-09-01 749", "RISK_C", 4506, "workshop",
		YOUNG },
	{ "60 is C: 30 + 60 x 5 / 10", "2026-06-01", "inspected 2025-09-01 500", "RISK_C", 6000,
		"workshop", YOUNG },
	{ "60.06 is D", "2026-06-01", "inspected 2025-09-01 499", "RISK_D", 6006, "workshop",
		YOUNG },
	{ "inspection, 24 months: last day", "2026-06-01", "inspected 2024-01-01 400", "RISK_C",
		5800, NULL, YOUNG },
	{ "inspection, 24 months: a day more", "2026-06-01", "inspected 2023-12-31 400", "RISK_A",
		2200, NULL, YOUNG },
	{ "inspection of 31 December counts", "2026-06-01", "inspected 2025-12-31 400", "RISK_C",
		5800, NULL, YOUNG },
	{ "inspection of 1 January: next year", "2026-12-31", "inspected 2026-01-01 400", "RISK_A",
		2200, NULL, YOUNG },
	{ "and then it does", "2027-01-01", "inspected 2026-01-01 400", "RISK_C", 5800, NULL,
		YOUNG },
	{ "warning: 3, first day of the year before", "2026-06-01", "PEN_WARN 2025-01-01", "RISK_A",
		2500, NULL, YOUNG },
	{ "warning: the day before that", "2026-06-01", "PEN_WARN 2024-12-31", "RISK_A", 2200, NULL,
		YOUNG },
	{ "fine: 8 and +1", "2026-06-01", "PEN_FINE 2025-03-01", "RISK_B", 3000, NULL, YOUNG },
	{ "confiscation: 8 and +1", "2026-06-01", "PEN_CONFISCATE 2025-03-01", "RISK_B", 3000, NULL,
		YOUNG },
	{ "stop of business: 15 and +1", "2026-06-01", "PEN_STOP 2025-03-01", "RISK_C", 3700, NULL,
		YOUNG },
	{ "revocation: +1", "2026-06-01", "PEN_REVOKE 2025-03-01", "RISK_B", 2200, NULL, YOUNG },
	{ "failed sample: +1", "2026-06-01", "sampling_failed 2025-03-01", "RISK_B", 2200, NULL,
		YOUNG },
	{ "failed sample of 2024: nothing", "2026-06-01", "sampling_failed 2024-12-31", "RISK_A",
		2200, NULL, YOUNG },
	{ "failed sample of this year: next year", "2026-12-31", "sampling_failed 2026-01-01",
		"RISK_A", 2200, NULL, YOUNG },
	{ "bad effect: +1", "2026-06-01", "bad_effect 2025-03-01", "RISK_B", -1, NULL, YOUNG },
	{ "another: +1", "2026-06-01", "other_raise 2025-03-01", "RISK_B", -1, NULL, YOUNG },
	{ "accident: +2", "2026-06-01", "accident 2025-03-01", "RISK_C", -1, NULL, YOUNG },
	{ "order not obeyed: +2", "2026-06-01", "order_disobeyed 2025-03-01", "RISK_C", -1, NULL,
		YOUNG },
	{ "obstruction: +2", "2026-06-01", "obstruction 2025-03-01", "RISK_C", -1, NULL, YOUNG },
	{ "the strongest step counts, once", "2026-06-01",
		"bad_effect 2025-02-01; accident 2025-03-01; obstruction 2025-04-01", "RISK_C", -1,
		NULL, YOUNG },
	{ "not beyond D", "2026-06-01", "inspected 2025-02-01 400; accident 2025-03-01", "RISK_D",
		-1, NULL, YOUNG },
	{ "60 at most for what moves", "2026-06-01", "inspected 2025-02-01 0; PEN_WARN 2025-03-01",
		"RISK_D", 8200, NULL, YOUNG },
	{ "3 years without breach, on the register to the day", "2026-06-01",
		"inspected 2025-02-01 400", "RISK_B", 5800, NULL, "2022-12-31" },
	{ "a day less", "2026-06-01", "inspected 2025-02-01 400", "RISK_C", 5800, NULL,
		"2023-01-01" },
	{ "a warning three years ago to the day", "2026-06-01",
		"PEN_WARN 2022-12-31; inspected 2025-02-01 400", "RISK_B", 5800 },
	{ "a day later", "2026-06-01", "PEN_WARN 2023-01-01; inspected 2025-02-01 400", "RISK_C",
		5800 },
	{ "certificate: -1", "2026-06-01", "inspected 2025-02-01 400; certificate 2025-03-01",
		"RISK_B", -1, NULL, YOUNG },
	{ "certificate valid on 1 January", "2026-06-01",
		"inspected 2025-02-01 400; certificate 2025-03-01 2026-01-02", "RISK_B", -1, NULL,
		YOUNG },
	{ "certificate run out the day before", "2026-06-01",
		"inspected 2025-02-01 400; certificate 2025-03-01 2026-01-01", "RISK_C", -1, NULL,
		YOUNG },
	{ "award: -1", "2026-06-01", "inspected 2025-02-01 400; award 2025-03-01", "RISK_B", -1,
		NULL, YOUNG },
	{ "one relief at most", "2026-06-01",
		"inspected 2025-02-01 400; certificate 2025-03-01; award 2025-03-01", "RISK_B",
		-1 },
	{ "not below A", "2026-06-01", "certificate 2025-03-01", "RISK_A", -1, NULL, YOUNG },
	{ "no relief beside a raise", "2026-06-01",
		"certificate 2025-02-01; sampling_failed 2025-03-01", "RISK_B", -1, NULL, YOUNG },
};

static void test_risk(void **state)
{

	(void)state;
	for (size_t i = 0; i < ROWS(risk); i++)
		scale_check("RISK", &risk[i]);
}

/* ---- risk level of Shanghai makers: by what was there when the month began --------------------
 */
#define MAKER(licence) "food_maker", NULL, licence
static const struct edge makers[] = {
	{ "0101 wheat flour, low: 13.5", "2026-06-15", "", "RISK_A", 1350, MAKER("SC101") },
	{ "oils", "2026-06-15", "", "RISK_A", 2000, MAKER("SC102") },
	{ "meat: 30 is A", "2026-06-15", "", "RISK_A", 3000, MAKER("SC104") },
	{ "dairy", "2026-06-15", "", "RISK_B", 3400, MAKER("SC105") },
	{ "pastries", "2026-06-15", "", "RISK_A", 2600, MAKER("SC124") },
	{ "infant formula: 40 at most", "2026-06-15", "", "RISK_B", 4000, MAKER("SC129") },
	{ "any other class", "2026-06-15", "", "RISK_A", 2200, MAKER("SC199") },
	{ "inspection: 25 x missed share", "2026-06-15", "inspected 2026-05-01 600", "RISK_A", 2350,
		MAKER("SC101") },
	{ "45 is B: 30 + 25 x 6 / 10", "2026-06-15", "inspected 2026-05-01 400", "RISK_B", 4500,
		MAKER("SC104") },
	{ "45.03 is C", "2026-06-15", "inspected 2026-05-01 399", "RISK_C", 4503, MAKER("SC104") },
	{ "60 is C", "2026-06-15",
		"inspected 2026-05-01 400; sampling_failed 2026-05-02; bad_effect "
		"2026-05-03",
		"RISK_C", 6000, MAKER("SC104") },
	{ "60.03 is D", "2026-06-15",
		"inspected 2026-05-01 399; sampling_failed 2026-05-02; bad_effect "
		"2026-05-03",
		"RISK_D", 6003, MAKER("SC104") },
	{ "inspection, 24 months: last month", "2026-06-30", "inspected 2024-06-01 0", "RISK_B",
		3850, MAKER("SC101") },
	{ "inspection, 24 months: over", "2026-06-30", "inspected 2024-05-31 0", "RISK_A", 1350,
		MAKER("SC101") },
	{ "what happens in a month counts from the next", "2026-06-30",
		"sampling_failed 2026-06-01", "RISK_A", 1350, MAKER("SC101") },
	{ "failed sample: 10", "2026-07-01", "sampling_failed 2026-06-01", "RISK_A", 2350,
		MAKER("SC101") },
	{ "12 months: last", "2026-06-15", "sampling_failed 2025-06-01", "RISK_A", 2350,
		MAKER("SC101") },
	{ "12 months: over", "2026-06-15", "sampling_failed 2025-05-31", "RISK_A", 1350,
		MAKER("SC101") },
	{ "warning: 3", "2026-06-15", "PEN_WARN 2026-05-01", "RISK_A", 1650, MAKER("SC101") },
	{ "fine: 10", "2026-06-15", "PEN_FINE 2026-05-01", "RISK_A", 2350, MAKER("SC101") },
	{ "confiscation: 10", "2026-06-15", "PEN_CONFISCATE 2026-05-01", "RISK_A", 2350,
		MAKER("SC101") },
	{ "stop of business: 10, C at best", "2026-06-15", "PEN_STOP 2026-05-01", "RISK_C", 2350,
		MAKER("SC101") },
	{ "stop of business, 12 months: last", "2026-06-15", "PEN_STOP 2025-06-01", "RISK_C", 2350,
		MAKER("SC101") },
	{ "stop of business, 12 months: over", "2026-06-15", "PEN_STOP 2025-05-31", "RISK_A", 1350,
		MAKER("SC101") },
	{ "accident: 20, D", "2026-06-15", "accident 2026-05-01", "RISK_D", 3350, MAKER("SC101") },
	{ "accident, 12 months: last", "2026-06-15", "accident 2025-06-01", "RISK_D", 3350,
		MAKER("SC101") },
	{ "accident, 12 months: over", "2026-06-15", "accident 2025-05-31", "RISK_A", 1350,
		MAKER("SC101") },
	{ "obstruction: 15", "2026-06-15", "obstruction 2026-05-01", "RISK_A", 2850,
		MAKER("SC101") },
	{ "order not obeyed: 15", "2026-06-15", "order_disobeyed 2026-05-01", "RISK_A", 2850,
		MAKER("SC101") },
	{ "bad effect: 5", "2026-06-15", "bad_effect 2026-05-01", "RISK_A", 1850, MAKER("SC101") },
	{ "another: 5", "2026-06-15", "other_raise 2026-05-01", "RISK_A", 1850, MAKER("SC101") },
	{ "general: 20 at most", "2026-06-15", "obstruction 2026-05-01; order_disobeyed 2026-05-02",
		"RISK_B", 3350, MAKER("SC101") },
	{ "dynamic: 40 at most", "2026-06-15",
		"inspected 2026-05-01 0; PEN_FINE 2026-05-02; sampling_failed 2026-05-03", "RISK_C",
		5350, MAKER("SC101") },
};

static void test_makers(void **state)
{

	(void)state;
	for (size_t i = 0; i < ROWS(makers); i++)
		scale_check("RISK", &makers[i]);
}

/* ---- risk-credit class: every moment counts ------------------------------------------------ */
static const struct edge credit[] = {
	{ "static: central kitchen", "2026-06-01", "", "RC_B", 2600, "central_kitchen" },
	{ "static: distributor", "2026-06-01", "", "RC_B", 2600, "catering_distributor" },
	{ "static: school", "2026-06-01", "", "RC_A", 2200, "canteen_school" },
	{ "static: kindergarten", "2026-06-01", "", "RC_A", 2200, "canteen_kindergarten" },
	{ "static: care home", "2026-06-01", "", "RC_A", 2200, "canteen_care" },
	{ "static: maker", "2026-06-01", "", "RC_A", 2200, "food_maker" },
	{ "static: large", "2026-06-01", "", "RC_A", 1800, "restaurant_large" },
	{ "static: medium", "2026-06-01", "", "RC_A", 1800, "restaurant_medium" },
	{ "static: canteen at work", "2026-06-01", "", "RC_A", 1800, "canteen_work" },
	{ "static: bakery", "2026-06-01", "", "RC_A", 1800, "bakery" },
	{ "static: small", "2026-06-01", "", "RC_A", 1400, "restaurant_small" },
	{ "25 is A", "2026-06-01", "inspected 2026-05-01 780", "RC_A", 2500 },
	{ "25.05 is B", "2026-06-01", "inspected 2026-05-01 779", "RC_B", 2505 },
	{ "45 is B", "2026-06-01", "inspected 2026-05-01 380", "RC_B", 4500 },
	{ "45.05 is C", "2026-06-01", "inspected 2026-05-01 379", "RC_C", 4505 },
	{ "65 is C", "2026-06-01", "inspected 2026-05-01 60", "RC_C", 6500, "canteen_work" },
	{ "65.05 is D", "2026-06-01", "inspected 2026-05-01 59", "RC_D", 6505, "canteen_work" },
	{ "inspection, 24 months: last day", "2026-06-01", "inspected 2024-06-01 0", "RC_C", 6400 },
	{ "inspection, 24 months: the day after", "2026-06-02", "inspected 2024-06-01 0", "RC_A",
		1400 },
	{ "warning, 12 months: last day", "2027-05-20", "PEN_WARN 2026-05-20", "RC_A", 2200 },
	{ "warning: the day after", "2027-05-21", "PEN_WARN 2026-05-20", "RC_A", 1400 },
	{ "fine: C for 6 months, last day", "2026-11-20", "PEN_FINE 2026-05-20", "RC_C", 3400 },
	{ "fine: then by its 20 points", "2026-11-21", "PEN_FINE 2026-05-20", "RC_B", 3400 },
	{ "fine, 12 months: last day", "2027-05-20", "PEN_FINE 2026-05-20", "RC_B", 3400 },
	{ "fine: the day after", "2027-05-21", "PEN_FINE 2026-05-20", "RC_A", 1400 },
	{ "confiscation: C for 6 months, last day", "2026-11-20", "PEN_CONFISCATE 2026-05-20",
		"RC_C", 3400 },
	{ "confiscation: then by its points", "2026-11-21", "PEN_CONFISCATE 2026-05-20", "RC_B",
		3400 },
	{ "stop of business: 35", "2027-05-20", "PEN_STOP 2026-05-20", "RC_C", 4900 },
	{ "stop of business: the day after", "2027-05-21", "PEN_STOP 2026-05-20", "RC_A", 1400 },
	{ "revocation: 35", "2027-05-20", "PEN_REVOKE 2026-05-20", "RC_C", 4900 },
	{ "revocation: the day after", "2027-05-21", "PEN_REVOKE 2026-05-20", "RC_A", 1400 },
	{ "failed sample: 15", "2027-05-20", "sampling_failed 2026-05-20", "RC_B", 2900 },
	{ "failed sample: the day after", "2027-05-21", "sampling_failed 2026-05-20", "RC_A",
		1400 },
	{ "bad effect: 15", "2027-05-20", "bad_effect 2026-05-20", "RC_B", 2900 },
	{ "bad effect: the day after", "2027-05-21", "bad_effect 2026-05-20", "RC_A", 1400 },
	{ "another: 15", "2027-05-20", "other_raise 2026-05-20", "RC_B", 2900 },
	{ "another: the day after", "2027-05-21", "other_raise 2026-05-20", "RC_A", 1400 },
	{ "accident: D for 12 months, last day", "2027-05-20", "accident 2026-05-20", "RC_D",
		1400 },
	{ "accident: the day after", "2027-05-21", "accident 2026-05-20", "RC_A", 1400 },
	{ "obstruction: D, last day", "2027-05-20", "obstruction 2026-05-20", "RC_D", 1400 },
	{ "obstruction: the day after", "2027-05-21", "obstruction 2026-05-20", "RC_A", 1400 },
	{ "order not obeyed: D, last day", "2027-05-20", "order_disobeyed 2026-05-20", "RC_D",
		1400 },
	{ "order not obeyed: the day after", "2027-05-21", "order_disobeyed 2026-05-20", "RC_A",
		1400 },
	{ "70 at most for what moves", "2026-06-01",
		"inspected 2026-05-01 0; PEN_REVOKE 2026-05-02", "RC_D", 8400 },
	{ "a check by video is no inspection", "2026-06-01", "video 2026-05-01 0", "RC_A", 1400 },
};

static void test_credit(void **state)
{

	(void)state;
	for (size_t i = 0; i < ROWS(credit); i++)
		scale_check("RC", &credit[i]);
}

/* No bound, event, floor or step of the shipped data without a row above: who adds one sees this
 * fail. */
static void test_data_counted(void **state)
{
	static const struct {
		int statics, levels, events, raises, reliefs, floors;
	} expected[] = { { 10, 4, 3, 7, 3, 0 }, { 7, 4, 6, 0, 0, 2 }, { 4, 4, 4, 0, 0, 3 } };

	(void)state;
	for (int i = 0; i < 3; i++) {
		const struct point_rules *r = &book.points[i];
		int events = 0;
		for (int k = 0; k < r->n_sections; k++)
			events += r->sections[k].n;
		assert_int_equal(r->n_statics, expected[i].statics);
		assert_int_equal(r->n_levels, expected[i].levels);
		assert_int_equal(events, expected[i].events);
		assert_int_equal(r->n_raises, expected[i].raises);
		assert_int_equal(r->n_reliefs, expected[i].reliefs);
		assert_int_equal(r->n_floors, expected[i].floors);
	}
	assert_int_equal(book.shg.n_scores, 3);
	assert_int_equal(book.shg.n_results, 1);
	assert_int_equal(book.shg.n_keys, 2);
	assert_int_equal(book.shg.n_sanctions, 2);
	assert_int_equal(book.qg.n_dynamic, 3);
	assert_int_equal(book.qg.n_annual, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shanghai),
		cmocka_unit_test(test_national),
		cmocka_unit_test(test_risk),
		cmocka_unit_test(test_makers),
		cmocka_unit_test(test_credit),
		cmocka_unit_test(test_data_counted),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
