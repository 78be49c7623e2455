/* Which penalty is published, how long, what ends it early: row by row, each with
 * its article (令45). */
#include "domains/publications/rules.h"

#include "core/core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *a;
static const struct node *rule;

static int load(void **state)
{
	const char *root = getenv("SHIAN_SOURCE");
	struct bytes b;
	struct node *n;
	struct fault why = { 0 };

	(void)state;
	a = arena_new();
	assert_int_equal(
		file_read(a, arena_printf(a, "%s/rules/publications/terms.json", root ? root : "."),
			1 << 20, &b, &why),
		OK);
	assert_int_equal(json_parse(a, b, &n, &why), OK);
	rule = n;
	return 0;
}

static int unload(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static int64_t day(int y, int m, int d)
{
	return civil_to_ms((struct civil){ .year = y, .month = m, .day = d });
}

static void wanted(void **state)
{
	static const struct {
		const char *what, *procedure, *kinds;
		bool yes;
	} rows[] = {
		{ "article 2: by the ordinary procedure", "ordinary", "PEN_FINE", true },
		{ "article 2: not by the simple one", "simple", "PEN_FINE", false },
		{ "article 2: a warning only is not", "ordinary", "PEN_WARN", false },
		{ "a warning with a fine is", "ordinary", "PEN_WARN,PEN_FINE", true },
		{ "criticism is", "ordinary", "PEN_CRITICISM", true },
		{ "no penalty, nothing", "ordinary", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (publication_wanted(rule, &(struct sanction_kinds){ rows[i].procedure,
						     rows[i].kinds, 100 }) != rows[i].yes)
			fail_msg("%s", rows[i].what);
}

static void terms(void **state)
{
	static const struct {
		const char *what, *kinds;
		int64_t fine, low;
		int y, m, d, to_y, to_m, to_d, from_y, from_m, from_d;
	} rows[] = {
		{ "article 13: three years; food: early after one", "PEN_FINE", 500000, 0, 2026, 11,
			23, 2029, 11, 23, 2027, 11, 24 },
		{ "the 29th of February ends on the 28th", "PEN_FINE", 500000, 0, 2024, 2, 29, 2027,
			2, 28, 2025, 3, 1 },
		{ "article 13: three months for criticism", "PEN_CRITICISM", 0, 0, 2026, 11, 30,
			2027, 2, 28, 0, 0, 0 },
		{ "a warning beside it changes nothing", "PEN_WARN,PEN_CRITICISM", 0, 0, 2026, 1, 5,
			2026, 4, 5, 0, 0, 0 },
		{ "a lower fine, once its sum is set", "PEN_FINE", 500000, 500000, 2026, 1, 5, 2026,
			4, 5, 0, 0, 0 },
		{ "one fen above it", "PEN_FINE", 500001, 500000, 2026, 1, 5, 2029, 1, 5, 2027, 1,
			6 },
		{ "a lower fine with confiscation is not only a fine", "PEN_FINE,PEN_CONFISCATE",
			100, 500000, 2026, 1, 5, 2029, 1, 5, 2027, 1, 6 },
		{ "article 14: a stopped business has no early end", "PEN_FINE,PEN_STOP", 100,
			500000, 2026, 1, 5, 2029, 1, 5, 0, 0, 0 },
		{ "nor a revoked licence", "PEN_REVOKE", 0, 0, 2026, 1, 5, 2029, 1, 5, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct publication_term t;
		struct node *r = node_map(a);
		put_int(r, "low_fine_fen", rows[i].low);
		struct node *classes = put_list(r, "classes");
		*classes = *node_find(rule, "classes");
		classes->name = "classes";
		publication_term(r,
			&(struct sanction_kinds){ "ordinary", rows[i].kinds, rows[i].fine },
			day(rows[i].y, rows[i].m, rows[i].d) + 10 * HOUR, &t);
		if (t.until != day(rows[i].to_y, rows[i].to_m, rows[i].to_d) + DAY - 1)
			fail_msg("%s: until %s", rows[i].what, date_text(a, t.until));
		int64_t from =
			rows[i].from_y ? day(rows[i].from_y, rows[i].from_m, rows[i].from_d) : 0;
		if (t.early_from != from)
			fail_msg("%s: early from %s", rows[i].what, date_text(a, t.early_from));
	}
}

static bool names(const char *why, const char *words)
{
	return !*words ? why == NULL : why && strstr(why, words);
}

static void early(void **state)
{
	const struct early_facts good = { .early_from = 100,
		.now = 100,
		.is_public = true,
		.promised = true,
		.duties_done = true,
		.harm_removed = true,
		.no_repeat = true,
		.not_listed = true };

	(void)state;
	assert_null(early_not_yet(&good));
	assert_null(early_incomplete(&good));
#define ROW(ask, change, words)                                                                    \
	do {                                                                                       \
		struct early_facts f = good;                                                       \
		change;                                                                            \
		if (!names(ask(&f), words))                                                        \
			fail_msg("%s: %s", #change, ask(&f));                                      \
	} while (0)
	ROW(early_not_yet, f.now = 99, "shortest time");
	ROW(early_not_yet, f.early_from = 0, "stays public to the end");
	ROW(early_not_yet, f.is_public = false, "Only a penalty that is public");
	ROW(early_not_yet, f.asked = true, "already waiting");
	ROW(early_incomplete, f.promised = false, "promise");
	ROW(early_incomplete, f.duties_done = false, "14(1)");
	ROW(early_incomplete, f.harm_removed = false, "14(2)");
	ROW(early_incomplete, f.no_repeat = false, "14(3)");
	ROW(early_incomplete, f.not_listed = false, "14(4)");
#undef ROW
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(wanted), cmocka_unit_test(terms),
		cmocka_unit_test(early) };
	return cmocka_run_group_tests_name("publication rules", tests, load, unload);
}
