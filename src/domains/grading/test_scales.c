/* Every edge of the scales beside the Shanghai letters, each with its clause, under the rules as
 * shipped. */
#include "domains/grading/rerating_rules.h"
#include "domains/grading/scales.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static struct scale_book book;
static struct rerating_rules rerating;

static int64_t day(const char *text)
{
	int64_t ms = 0;
	assert_true(date_parse(text, &ms));
	return ms;
}

static struct node *rule_file(const char *name)
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
	return qg_rules_read(rule_file("national-2012"), &book.qg, &why) ||
	       scale_uses_read(rule_file("scales"), &book, &why) ||
	       rerating_rules_read(rule_file("rerating-2022"), &rerating, &why);
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* ---- what happened ---------------------------------------------------------- */
static struct grade_input inspected(const char *on, int64_t score, int64_t key_failed)
{
	return (struct grade_input){ .kind = INPUT_INSPECTION,
		.at = day(on),
		.result = "",
		.score = score,
		.key_failed = key_failed,
		.penalty = "",
		.word = "" };
}

static struct grade_input happened(enum input_kind kind, const char *on, const char *code)
{
	return (struct grade_input){ .kind = kind,
		.at = day(on) + 9 * HOUR,
		.result = "",
		.penalty = kind == INPUT_SANCTION ? code : "",
		.word = kind == INPUT_SANCTION ? "" : code };
}

struct asked {
	const char *scheme, *on, *kind, *registered, *licence;
	const struct grade_input *inputs;
	size_t n;
};
static struct scale_outcome outs[SCALES], out;

/* The value under a scheme at noon of a day; "" when the scheme does not apply. */
static const char *value_of(const struct asked *q)
{
	const struct grade_facts f = { .now = day(q->on) + 12 * HOUR,
		.registered_at = day(q->registered ? q->registered : "2020-01-10"),
		.kind = q->kind ? q->kind : "snack",
		.inputs = q->inputs,
		.n = q->n,
		.area = 310112101,
		.licence_no = q->licence ? q->licence : "JY1" };
	int n = scales_compute(arena, &book, &f, outs);

	for (int i = 0; i < n; i++)
		if (strcmp(outs[i].scheme, q->scheme) == 0) {
			out = outs[i];
			return out.value;
		}
	return "";
}

#define INPUTS(...)                                                                                \
	.inputs = (const struct grade_input[]){ __VA_ARGS__ },                                     \
	.n = sizeof((const struct grade_input[]){ __VA_ARGS__ }) / sizeof(struct grade_input)
#define VALUE(scheme_, on_, ...)                                                                   \
	value_of(&(const struct asked){ .scheme = scheme_, .on = on_, __VA_ARGS__ })

static const struct grade_line *line(const char *key)
{
	for (int i = 0; i < out.n; i++)
		if (strcmp(out.lines[i].key, key) == 0)
			return &out.lines[i];
	return NULL;
}

/* ---- national quantitative grade -------------------------------------------- */
/* 国食药监食〔2012〕5号: 9.0 / 7.5 / 6.0 after rounding half up to one decimal. */
static void test_dynamic_cuts(void **state)
{
	static const struct {
		const char *clause;
		int64_t score;
		const char *value;
		int64_t points;
	} rows[] = {
		{ "10.0 excellent", 1000, "QG_EXCELLENT", 1000 },
		{ "9.0 excellent", 900, "QG_EXCELLENT", 900 },
		{ "8.95 rounds to 9.0", 895, "QG_EXCELLENT", 900 },
		{ "8.94 rounds to 8.9", 894, "QG_GOOD", 890 },
		{ "7.5 good", 750, "QG_GOOD", 750 },
		{ "7.45 rounds to 7.5", 745, "QG_GOOD", 750 },
		{ "7.44 rounds to 7.4", 744, "QG_FAIR", 740 },
		{ "6.0 fair", 600, "QG_FAIR", 600 },
		{ "5.95 rounds to 6.0", 595, "QG_FAIR", 600 },
		{ "5.94 rounds to 5.9: no grade", 594, "QG_NONE", 590 },
		{ "0: no grade", 0, "QG_NONE", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *v = VALUE(
			"QG", "2026-06-01", INPUTS(inspected("2026-05-01", rows[i].score, 0)));
		if (strcmp(v, rows[i].value) != 0 || out.points != rows[i].points)
			fail_msg("%s: %s, %" PRId64, rows[i].clause, v, out.points);
	}
}

/* Key items (★): two or more failed give no grade whatever the score. */
static void test_dynamic_key_items(void **state)
{
	(void)state;
	assert_string_equal(
		VALUE("QG", "2026-06-01", INPUTS(inspected("2026-05-01", 980, 1))), "QG_EXCELLENT");
	assert_string_equal(
		VALUE("QG", "2026-06-01", INPUTS(inspected("2026-05-01", 980, 2))), "QG_NONE");
	assert_non_null(line("key_items"));
	assert_string_equal(
		VALUE("QG", "2026-06-01", INPUTS(inspected("2026-05-01", 980, 3))), "QG_NONE");
}

/* No dynamic grade within 3 months of the licence, nor 6 months after an accident: the last day is
 * that of the same number, or of the month's end. */
static void test_dynamic_periods(void **state)
{
	static const struct {
		const char *clause, *registered, *accident, *on, *value;
	} rows[] = {
		{ "3 months: last day", "2026-03-10", NULL, "2026-06-10", "QG_NONE" },
		{ "3 months: the day after", "2026-03-10", NULL, "2026-06-11", "QG_EXCELLENT" },
		{ "3 months from 30 November end on 28 February", "2025-11-30", NULL, "2026-02-28",
			"QG_NONE" },
		{ "and are over on 1 March", "2025-11-30", NULL, "2026-03-01", "QG_EXCELLENT" },
		{ "of a leap year on 29 February", "2027-11-30", NULL, "2028-02-29", "QG_NONE" },
		{ "6 months after an accident: last day", "2020-01-01", "2026-05-23", "2026-11-23",
			"QG_NONE" },
		{ "the day after", "2020-01-01", "2026-05-23", "2026-11-24", "QG_EXCELLENT" },
		{ "from 31 August to 28 February", "2020-01-01", "2026-08-31", "2027-02-28",
			"QG_NONE" },
		{ "over on 1 March", "2020-01-01", "2026-08-31", "2027-03-01", "QG_EXCELLENT" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct grade_input in[2] = { inspected("2026-01-05", 950, 0) };
		in[0].at = day(rows[i].on) - 40 * DAY;
		if (rows[i].accident)
			in[1] = happened(INPUT_ACCIDENT, rows[i].accident, "");
		const char *v = VALUE("QG", rows[i].on, .registered = rows[i].registered,
			.inputs = in, .n = rows[i].accident ? 2 : 1);
		if (strcmp(v, rows[i].value) != 0)
			fail_msg("%s: %s", rows[i].clause, v);
		if (strcmp(v, "QG_NONE") == 0)
			assert_int_equal(out.due_at, day(rows[i].on) + DAY);
	}
}

/* Annual: mean of the dynamic scores of the last 12 months, half up to one decimal. */
static void test_annual(void **state)
{
	(void)state;
	assert_string_equal(VALUE("QG_YEAR", "2026-06-01", .n = 0), "QG_YEAR_NONE");
	assert_string_equal(
		VALUE("QG_YEAR", "2026-06-01",
			INPUTS(inspected("2025-09-01", 880, 0), inspected("2026-05-01", 910, 0))),
		"QG_YEAR_A"); /* 8.95 -> 9.0 */
	assert_int_equal(out.points, 900);
	assert_string_equal(
		VALUE("QG_YEAR", "2026-06-01",
			INPUTS(inspected("2025-09-01", 880, 0), inspected("2025-12-01", 880, 0),
				inspected("2026-05-01", 920, 0))),
		"QG_YEAR_B"); /* 8.933 -> 8.9 */
	assert_string_equal(
		VALUE("QG_YEAR", "2026-06-01",
			INPUTS(inspected("2025-09-01", 740, 0), inspected("2026-05-01", 750, 0))),
		"QG_YEAR_B"); /* 7.45 -> 7.5 */
	assert_string_equal(
		VALUE("QG_YEAR", "2026-06-01",
			INPUTS(inspected("2025-09-01", 590, 0), inspected("2026-05-01", 600, 0))),
		"QG_YEAR_C"); /* 5.95 -> 6.0 */
	assert_string_equal(VALUE("QG_YEAR", "2026-06-01", INPUTS(inspected("2025-09-01", 590, 0))),
		"QG_YEAR_NONE");
	/* the window's last day, and the one after */
	assert_string_equal(VALUE("QG_YEAR", "2026-09-01", INPUTS(inspected("2025-09-01", 900, 0))),
		"QG_YEAR_A");
	assert_int_equal(out.due_at, day("2026-09-02"));
	assert_string_equal(VALUE("QG_YEAR", "2026-09-02", INPUTS(inspected("2025-09-01", 900, 0))),
		"QG_YEAR_NONE");
	/* a check by video is no dynamic score */
	struct grade_input video = inspected("2026-05-01", 900, 0);
	video.off_site = true;
	assert_string_equal(
		VALUE("QG_YEAR", "2026-06-01", .inputs = &video, .n = 1), "QG_YEAR_NONE");
	assert_string_equal(VALUE("QG", "2026-06-01", .inputs = &video, .n = 1), "QG_NONE");
}

/* ---- risk level --------------------------------------------------------------- */
static struct point_rules cuts(void)
{
	struct point_rules r = book.points[0];
	r.period = PERIOD_NOW;
	r.n_statics = 1;
	r.statics[0] = (struct point_static){ "", "", 0, "" };
	r.n_sections = r.n_reliefs = r.n_raises = r.n_floors = 0;
	return r;
}

/* 115号: 0-30 A, 30-45 B, 45-60 C, above D; a bound belongs to the lower level. */
static void test_risk_cuts(void **state)
{
	static const struct {
		int64_t points;
		const char *value;
	} rows[] = { { 0, "RISK_A" }, { 3000, "RISK_A" }, { 3001, "RISK_B" }, { 4500, "RISK_B" },
		{ 4501, "RISK_C" }, { 6000, "RISK_C" }, { 6001, "RISK_D" }, { 10000, "RISK_D" } };
	struct point_rules r = cuts();
	const struct grade_facts f = { .now = day("2026-06-01"), .kind = "snack" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		r.statics[0].points = rows[i].points;
		points_compute(arena, &r, &f, &out);
		assert_string_equal(out.value, rows[i].value);
	}
}

/* The level of a year follows from what was there when it began; a new business has its static
 * points alone. */
static void test_risk_year(void **state)
{
	(void)state;
	assert_string_equal(VALUE("RISK", "2026-06-01", .n = 0), "RISK_A"); /* 3 clean years */
	assert_int_equal(out.points, 2200);
	assert_int_equal(out.due_at, day("2027-01-01"));
	/* an inspection of this year counts next year: 22 + 60 * 0.6 = 58 */
	assert_string_equal(VALUE("RISK", "2026-06-01", .registered = "2025-06-01",
				    INPUTS(inspected("2026-01-01", 400, 0))),
		"RISK_A");
	assert_string_equal(VALUE("RISK", "2027-01-01", .registered = "2025-06-01",
				    INPUTS(inspected("2026-01-01", 400, 0))),
		"RISK_C");
	assert_int_equal(out.points, 5800);
	assert_string_equal(VALUE("RISK", "2026-12-31", .registered = "2025-06-01",
				    INPUTS(inspected("2025-12-31", 400, 0))),
		"RISK_C");
}

/* +1 and +2 by what happened in the year before, not beyond D; -1 not below A; no relief beside a
 * raise. */
static void test_risk_steps(void **state)
{
	static const struct {
		const char *clause;
		int64_t score;
		enum input_kind kind;
		const char *code, *on, *value;
	} rows[] = {
		{ "fine: +1", 1000, INPUT_SANCTION, "PEN_FINE", "2025-03-01", "RISK_B" },
		{ "fine of the year before that: nothing", 1000, INPUT_SANCTION, "PEN_FINE",
			"2024-12-31", "RISK_A" },
		{ "fine on 1 January of the year before", 1000, INPUT_SANCTION, "PEN_FINE",
			"2025-01-01", "RISK_B" },
		{ "fine of this year: next year", 1000, INPUT_SANCTION, "PEN_FINE", "2026-01-01",
			"RISK_A" },
		{ "failed sample: +1", 1000, INPUT_TRIGGER, "sampling_failed", "2025-03-01",
			"RISK_B" },
		{ "bad effect: +1", 1000, INPUT_TRIGGER, "bad_effect", "2025-03-01", "RISK_B" },
		{ "another: +1", 1000, INPUT_TRIGGER, "other_raise", "2025-03-01", "RISK_B" },
		{ "accident: +2", 1000, INPUT_ACCIDENT, "", "2025-03-01", "RISK_C" },
		{ "order not obeyed: +2", 1000, INPUT_TRIGGER, "order_disobeyed", "2025-03-01",
			"RISK_C" },
		{ "obstruction: +2", 1000, INPUT_TRIGGER, "obstruction", "2025-03-01", "RISK_C" },
		{ "C + 2 is D", 400, INPUT_ACCIDENT, "", "2025-03-01", "RISK_D" },
		{ "C + 1 is D", 400, INPUT_TRIGGER, "sampling_failed", "2025-03-01", "RISK_D" },
		{ "certificate: C - 1", 400, INPUT_MERIT, "certificate", "2025-03-01", "RISK_B" },
		{ "certificate: A stays A", 1000, INPUT_MERIT, "certificate", "2025-03-01",
			"RISK_A" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct grade_input in[] = { inspected("2024-06-01", rows[i].score, 0),
			happened(rows[i].kind, rows[i].on, rows[i].code) };
		const char *v = VALUE(
			"RISK", "2026-06-01", .registered = "2024-01-01", .inputs = in, .n = 2);
		if (strcmp(v, rows[i].value) != 0)
			fail_msg("%s: %s", rows[i].clause, v);
	}
	/* three years without a breach: on the register so long, to the day */
	const struct grade_input poor = inspected("2025-06-01", 400, 0);
	assert_string_equal(
		VALUE("RISK", "2026-06-01", .registered = "2022-12-31", .inputs = &poor, .n = 1),
		"RISK_B");
	assert_non_null(line("clean"));
	/* a penalty whose decision was annulled breaks it not, and raises nothing */
	struct grade_input undone[] = { inspected("2024-06-01", 400, 0),
		happened(INPUT_SANCTION, "2025-03-01", "PEN_STOP") };
	undone[1].word = "annulled";
	assert_string_equal(
		VALUE("RISK", "2026-06-01", .registered = "2022-12-31", .inputs = undone, .n = 2),
		"RISK_B");
	undone[1].word = "";
	assert_string_not_equal(
		VALUE("RISK", "2026-06-01", .registered = "2022-12-31", .inputs = undone, .n = 2),
		"RISK_B");
	assert_string_equal(
		VALUE("RISK", "2026-06-01", .registered = "2023-01-01", .inputs = &poor, .n = 1),
		"RISK_C");
	/* a certificate that has run out proves nothing */
	struct grade_input both[] = { inspected("2024-06-01", 400, 0),
		happened(INPUT_MERIT, "2025-03-01", "certificate") };
	both[1].until = day("2026-01-01");
	assert_string_equal(
		VALUE("RISK", "2026-06-01", .registered = "2024-01-01", .inputs = both, .n = 2),
		"RISK_C");
}

/* Shanghai makers: 40 + 40 + 20, adjusted monthly; never the national formula. */
static void test_makers(void **state)
{
	(void)state;
	assert_string_equal(
		VALUE("RISK", "2026-06-15", .kind = "food_maker", .licence = "SC10131011200001"),
		"RISK_A");
	assert_string_equal(out.rule, "grading/risk-shanghai-makers");
	assert_int_equal(out.points, 1350); /* wheat flour: 13.5 */
	assert_int_equal(out.due_at, day("2026-07-01"));
	/* what happens in a month counts from the next: 13.5 + 10 = 23.5, general 20 at most */
	assert_string_equal(
		VALUE("RISK", "2026-06-30", .kind = "food_maker", .licence = "SC10131011200001",
			INPUTS(happened(INPUT_ACCIDENT, "2026-06-10", ""))),
		"RISK_A");
	assert_string_equal(
		VALUE("RISK", "2026-07-01", .kind = "food_maker", .licence = "SC10131011200001",
			INPUTS(happened(INPUT_ACCIDENT, "2026-06-10", ""),
				happened(INPUT_TRIGGER, "2026-06-11", "obstruction"))),
		"RISK_D"); /* the floor of an accident */
	assert_int_equal(out.points, 1350 + 2000);
	assert_non_null(line("section_max"));
	assert_non_null(line("floor"));
	/* a year later it is over */
	assert_string_equal(
		VALUE("RISK", "2027-07-01", .kind = "food_maker", .licence = "SC10131011200001",
			INPUTS(happened(INPUT_ACCIDENT, "2026-06-10", ""))),
		"RISK_A");
}

/* Risk-credit: every moment counts; floors for their months. */
static void test_credit(void **state)
{
	(void)state;
	assert_string_equal(
		VALUE("RC", "2026-06-01", INPUTS(inspected("2026-05-01", 1000, 0))), "RC_A");
	assert_string_equal(
		VALUE("RC", "2026-06-01", INPUTS(inspected("2026-05-01", 780, 0))), "RC_A");
	assert_int_equal(out.points, 2500); /* the bound is A's */
	assert_string_equal(
		VALUE("RC", "2026-06-01", INPUTS(inspected("2026-05-01", 770, 0))), "RC_B");
	const struct grade_input fined[] = { inspected("2026-05-01", 1000, 0),
		happened(INPUT_SANCTION, "2026-05-20", "PEN_FINE") };
	assert_string_equal(
		VALUE("RC", "2026-11-20", .inputs = fined, .n = 2), "RC_C"); /* floor, last day */
	assert_int_equal(out.due_at, day("2026-11-21"));
	assert_string_equal(VALUE("RC", "2026-11-21", .inputs = fined, .n = 2), "RC_B");
	assert_int_equal(out.points, 3400);
	assert_string_equal(VALUE("RC", "2027-05-21", .inputs = fined, .n = 2), "RC_A");
	assert_string_equal(VALUE("RC", "2026-06-01",
				    INPUTS(inspected("2026-05-01", 1000, 0),
					    happened(INPUT_ACCIDENT, "2026-05-20", ""))),
		"RC_D");
	/* nothing of the future counts */
	assert_string_equal(VALUE("RC", "2026-05-10", .inputs = fined, .n = 2), "RC_A");
}

/* Which scale applies to whom is data. */
static void test_uses(void **state)
{
	(void)state;
	assert_string_equal(VALUE("QG", "2026-06-01", .kind = "supermarket"), "");
	assert_string_equal(VALUE("RC", "2026-06-01", .kind = "supermarket"), "");
	assert_string_not_equal(VALUE("RISK", "2026-06-01", .kind = "supermarket"), "");
	assert_string_equal(out.rule, "grading/risk");
	/* outside Shanghai a maker has the national form, and no credit class */
	struct grade_facts f = { .now = day("2026-06-01"), .kind = "food_maker", .area = 320505 };
	int n = scales_compute(arena, &book, &f, outs);
	assert_int_equal(n, 1);
	assert_string_equal(outs[0].rule, "grading/risk");
}

/* The lines give the points: what is summed is what is shown. */
static void test_lines_add_up(void **state)
{
	(void)state;
	(void)VALUE("RC", "2026-06-01",
		INPUTS(inspected("2026-05-01", 895, 0),
			happened(INPUT_SANCTION, "2026-05-20", "PEN_WARN")));
	assert_string_equal(line("static")->value, "14");
	assert_string_equal(line("inspection")->value, "5.25");
	assert_string_equal(line("inspection")->about, "8.95");
	assert_string_equal(line("event")->value, "8");
	assert_string_equal(line("total")->value, "27.25");
	assert_string_equal(line("total")->effect, "RC_B");
	assert_int_equal(out.points, 2725);
}

/* ---- rating again --------------------------------------------------------------- */
static void test_rerating(void **state)
{
	struct rerating_facts f = {
		.now = day("2026-06-15") + 12 * HOUR, .rank = 1, .inspected_at = day("2026-05-15")
	};
	struct rerating_answer a;

	(void)state;
	rerating_when(&rerating, &f, &a); /* the last day of the month to wait */
	assert_non_null(a.why_not);
	assert_int_equal(a.from, day("2026-06-16"));
	f.now = day("2026-06-16");
	rerating_when(&rerating, &f, &a);
	assert_null(a.why_not);
	/* two in twelve months, a third when the first is so long ago */
	const int64_t asked[] = { day("2025-08-10") + HOUR, day("2026-02-01") };
	f.asked = asked;
	f.n_asked = 2;
	rerating_when(&rerating, &f, &a);
	assert_int_equal(a.from, day("2026-08-11"));
	f.n_asked = 1;
	rerating_when(&rerating, &f, &a);
	assert_null(a.why_not);
	/* a cap: the latest moment is the one told */
	f.cap_until = day("2026-11-24");
	f.n_asked = 2;
	rerating_when(&rerating, &f, &a);
	assert_int_equal(a.from, day("2026-11-24"));
	f.rank = 0;
	rerating_when(&rerating, &f, &a);
	assert_non_null(a.why_not);
	assert_int_equal(a.from, 0);
	f.rank = -1;
	rerating_when(&rerating, &f, &a);
	assert_non_null(a.why_not);
	f.rank = 2;
	f.open = true;
	rerating_when(&rerating, &f, &a);
	assert_non_null(a.why_not);
	assert_int_equal(a.from, 0);
}

static void test_broken_data(void **state)
{
	static const char *const bad[] = { "{}", "{\"period\":\"day\",\"scheme\":\"X\"}",
		"{\"period\":\"now\",\"scheme\":\"X\",\"levels\":[{\"value\":\"A\",\"max\":1}]}",
		"{\"period\":\"now\",\"scheme\":\"X\",\"levels\":[{\"value\":\"A\",\"max\":2},{"
		"\"value\":\"B\",\"max\":1},{\"value\":\"C\"}]}",
		"{\"period\":\"now\",\"scheme\":\"X\",\"levels\":[{\"value\":\"A\"}]}",
		"{\"period\":\"now\",\"scheme\":\"X\",\"levels\":[{\"value\":\"A\"}],\"static\":[{"
		"\"points\":1}],\"floors\":[{\"on\":[\"accident\"],\"at_least\":\"Z\"}]}" };
	struct point_rules *r = NEW(arena, struct point_rules);
	struct qg_rules q;
	struct fault why = { 0 };
	struct node *n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct bytes b = { (const uint8_t *)bad[i], strlen(bad[i]) };
		assert_int_equal(json_parse(arena, b, &n, &why), OK);
		assert_int_equal(point_rules_read(n, r, &why), E_INVALID);
		assert_int_equal(qg_rules_read(n, &q, &why), E_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dynamic_cuts),
		cmocka_unit_test(test_dynamic_key_items),
		cmocka_unit_test(test_dynamic_periods),
		cmocka_unit_test(test_annual),
		cmocka_unit_test(test_risk_cuts),
		cmocka_unit_test(test_risk_year),
		cmocka_unit_test(test_risk_steps),
		cmocka_unit_test(test_makers),
		cmocka_unit_test(test_credit),
		cmocka_unit_test(test_uses),
		cmocka_unit_test(test_lines_add_up),
		cmocka_unit_test(test_rerating),
		cmocka_unit_test(test_broken_data),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
