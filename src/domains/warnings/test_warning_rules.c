/* Decisions of the room of early warnings: seasons, days, what becomes of one. */
#include "core/app/embedded.h"
#include "domains/warnings/rules.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static int64_t day(const char *s)
{
	int64_t ms = 0;

	assert_true(date_parse(s, &ms));
	return ms;
}

static const struct node *json(struct arena *a, const char *text)
{
	struct node *n;
	struct fault why = { 0 };

	assert_int_equal(
		json_parse(a, (struct bytes){ (const uint8_t *)text, strlen(text) }, &n, &why), OK);
	return n;
}

static void test_seasons(void **state)
{
	static const struct {
		const char *season, *today, *began; /* "": out of season */
	} table[] = {
		{ "{\"from\":\"09-01\",\"to\":\"11-30\"}", "2026-08-31", "" },
		{ "{\"from\":\"09-01\",\"to\":\"11-30\"}", "2026-09-01", "2026-09-01" },
		{ "{\"from\":\"09-01\",\"to\":\"11-30\"}", "2026-11-30", "2026-09-01" },
		{ "{\"from\":\"09-01\",\"to\":\"11-30\"}", "2026-12-01", "" },
		/* over the end of the year */
		{ "{\"from\":\"11-01\",\"to\":\"03-31\"}", "2026-10-31", "" },
		{ "{\"from\":\"11-01\",\"to\":\"03-31\"}", "2026-12-31", "2026-11-01" },
		{ "{\"from\":\"11-01\",\"to\":\"03-31\"}", "2027-01-01", "2026-11-01" },
		{ "{\"from\":\"11-01\",\"to\":\"03-31\"}", "2027-04-01", "" },
		/* by the lunar calendar: year by year */
		{ "{\"ranges\":[\"2026-01-18/2026-02-23\",\"2027-01-07/2027-02-12\"]}",
			"2027-02-12", "2027-01-07" },
		{ "{\"ranges\":[\"2026-01-18/2026-02-23\",\"2027-01-07/2027-02-12\"]}",
			"2027-02-13", "" },
		{ "{\"ranges\":[\"2026-01-18\",\"2026-13-18/2026-02-23\",7]}", "2026-02-01", "" },
		{ "{\"from\":\"9-1\",\"to\":\"11-30\"}", "2026-09-02", "" },
		{ "{}", "2026-09-02", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		assert_int_equal(season_began(json(a, table[i].season), day(table[i].today)),
			*table[i].began ? day(table[i].began) : 0);
	arena_free(a);
}

static void test_days(void **state)
{
	struct arena *a = arena_new();
	const struct node *soon = json(a, "{\"from\":0,\"to\":60}"),
			  *over = json(a, "{\"from\":-365,\"to\":-1}");
	int64_t today = day("2026-11-23");

	(void)state;
	assert_true(day_within(soon, today, today)); /* the last valid day itself */
	assert_false(day_within(over, today, today));
	assert_true(day_within(over, today - DAY, today));
	assert_false(day_within(soon, today - DAY, today));
	assert_true(day_within(soon, today + 60 * DAY, today));
	assert_false(day_within(soon, today + 61 * DAY, today));
	assert_true(day_within(over, today - 365 * DAY, today));
	assert_false(day_within(over, today - 366 * DAY, today));
	assert_true(has_word(json(a, "[\"不合格\",\"阳性\"]"), "快检：阳性 1 份"));
	assert_false(has_word(json(a, "[\"不合格\",\"阳性\"]"), "6 项均合格"));
	assert_false(has_word(json(a, "[\"\"]"), "合格"));
	assert_true(listed(json(a, "[]"), "stall"));
	assert_true(listed(json(a, "[\"stall\"]"), "stall"));
	assert_false(listed(json(a, "[\"market\"]"), "stall"));
	arena_free(a);
}

static void test_turns(void **state)
{
	static const struct {
		struct standing s;
		bool there;
		int64_t fresh_at;
		enum turn is;
	} table[] = {
		{ { NULL, 0, 0 }, true, 5, TURN_RAISE },
		{ { NULL, 0, 0 }, false, 0, TURN_NONE },
		{ { "open", 0, 50 }, true, 5, TURN_NONE }, /* once is enough */
		{ { "open", 0, 50 }, false, 0, TURN_CLOSE },
		{ { "dismissed", 101, 50 }, true, 5, TURN_NONE },
		{ { "dismissed", 100, 50 }, true, 5, TURN_AGAIN }, /* its day has come */
		{ { "dismissed", 101, 50 }, false, 0, TURN_CLOSE },
		{ { "answered", 101, 50 }, true, 5, TURN_NONE },
		{ { "answered", 99, 50 }, true, 5, TURN_AGAIN },
		{ { "answered", 99, 50 }, false, 0, TURN_CLOSE },
		{ { "closed", 0, 50 }, true, 50, TURN_NONE }, /* handled, nothing new */
		{ { "closed", 0, 50 }, true, 51, TURN_RAISE },
		{ { "closed", 0, 50 }, false, 0, TURN_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		assert_int_equal(
			turn_of(&table[i].s, table[i].there, table[i].fresh_at, 100), table[i].is);
	assert_true(task_ends(true, true));
	assert_true(task_ends(false, false));
	assert_false(task_ends(false, true));
	assert_null(dismissal_wrong("open", "已停业整顿", 101, 100));
	assert_non_null(dismissal_wrong("open", "已停业整顿", 100, 100));
	assert_non_null(dismissal_wrong("open", "x", 101, 100));
	assert_non_null(dismissal_wrong("closed", "已停业整顿", 101, 100));
}

/* Every rule and season of the files that come with the program is known, and says all it has to.
 */
static void test_files(void **state)
{
	static const char *const names[] = { "rules/warnings/rules.json",
		"rules/warnings/seasons.json" };
	const struct node *file[2];
	struct arena *a = arena_new();
	struct rule all[RULES_MOST], one;
	size_t rules = 0, seasons = 0;

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct embedded *e = embedded_find(names[i]);
		assert_non_null(e);
		file[i] = json(a, arena_copy(a, (const char *)e->at, e->n));
	}
	NODE_EACH (r, node_find(file[0], "rules"))
		rules += warning_rule(file[0], file[1], node_text(r, "rule", ""), &one);
	NODE_EACH (s, node_find(file[1], "seasons"))
		seasons += warning_rule(file[0], file[1], node_text(s, "season", ""), &one);
	assert_int_equal(rules, (size_t)node_find(file[0], "rules")->count);
	assert_int_equal(seasons, (size_t)node_find(file[1], "seasons")->count);
	size_t n = warning_rules(file[0], file[1], day("2026-11-23"), all);
	assert_int_equal(n, rules + 2); /* beans and norovirus are in season */
	for (size_t i = 0; i < n; i++) {
		assert_true(*all[i].title && *all[i].title_en && *all[i].check && *all[i].check_en);
		assert_true(*node_text(all[i].law, "source", ""));
		assert_true(all[i].task_days > 0);
		assert_true(all[i].ends_by_task || all[i].again_days > 0);
	}
	assert_false(warning_rule(file[0], file[1], "none", &one));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seasons),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
