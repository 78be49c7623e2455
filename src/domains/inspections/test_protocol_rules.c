/* The result algorithm and what a record has to hold, edge by edge, each row with its clause. */
#include "domains/inspections/protocol_rules.h"
#include "domains/inspections/table_csv.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

/* ---- result --------------------------------------------------------------------------------- */
struct row {
	const char *clause;
	int keys, key_failed, generals, general_failed, absent;
	const char *result; /* or the reason why it is refused */
};
static const char NONE[] = "No general item was judged, so there is no share of passed ones.",
		  KEYS[] = "Too few key items were judged.",
		  GENERALS[] = "Too few general items were judged.";

static const struct row rows[] = {
	{ "2016 sheet: nothing failed", 7, 0, 23, 0, 0, "CONFORM" },
	{ "2016 sheet: items that do not apply are not among the general ones", 7, 0, 7, 0, 16,
		"CONFORM" },
	{ "2016 sheet: one general item", 7, 0, 23, 1, 0, "BASIC_CONFORM" },
	{ "2016 sheet: 16 of 23 is 69.57 %", 7, 0, 23, 7, 0, "NOT_CONFORM" },
	{ "2016 sheet: 17 of 23 is 73.91 %", 7, 0, 23, 6, 0, "BASIC_CONFORM" },
	{ "trap (b): exactly 70 % of 10", 7, 0, 10, 3, 0, "BASIC_CONFORM" },
	{ "trap (b): exactly 70 % of 20", 7, 0, 20, 6, 0, "BASIC_CONFORM" },
	{ "trap (b): 65 % of 20", 7, 0, 20, 7, 0, "NOT_CONFORM" },
	{ "trap (b): what does not apply moves the edge: 7 of 10", 7, 0, 10, 3, 13,
		"BASIC_CONFORM" },
	{ "trap (b): 7 of 11 is 63.6 %", 7, 0, 11, 4, 12, "NOT_CONFORM" },
	{ "trap (a): one key item, every general one passed", 7, 1, 23, 0, 0, "BASIC_CONFORM" },
	{ "2016 sheet: one key item, 70 %", 7, 1, 10, 3, 0, "BASIC_CONFORM" },
	{ "2016 sheet: one key item, 60 %", 7, 1, 10, 4, 0, "NOT_CONFORM" },
	{ "2016 sheet: two key items, every general one passed", 7, 2, 23, 0, 0, "NOT_CONFORM" },
	{ "2016 sheet: all failed", 7, 7, 23, 23, 0, "NOT_CONFORM" },
	{ "trap (c): no general item applies", 7, 0, 0, 0, 23, NONE },
	{ "trap (c): before trap (d)", 2, 0, 0, 0, 23, NONE },
	{ "trap (d): two key items", 2, 0, 23, 0, 0, KEYS },
	{ "trap (d): three key items", 3, 0, 7, 0, 0, "CONFORM" },
	{ "trap (d): six general items", 7, 0, 6, 0, 17, GENERALS },
	{ "trap (d): seven general items", 7, 0, 7, 0, 16, "CONFORM" },
	{ "trap (d): 5 of 7 is 71.4 %", 3, 0, 7, 2, 0, "BASIC_CONFORM" },
	{ "trap (d): 4 of 7 is 57.1 %", 3, 0, 7, 3, 0, "NOT_CONFORM" },
};

static const char *judged(const struct row *r)
{
	static struct check_table t;
	uint8_t answers[MAX_ITEMS] = { 0 };
	struct outcome o;
	const char *item;
	int n = r->keys + r->generals + r->absent;

	t = (struct check_table){
		.id = "t", .version = "1", .n = n, .groups = 2, .min_key = 3, .min_general = 7
	};
	for (int i = 0; i < n; i++) {
		bool key = i < r->keys;
		t.items[i] = (struct check_item){
			.no = "1", .text = "x", .group = i >= MAX_GROUP_ITEMS, .key = key
		};
		int at = key ? i : i - r->keys, failed = key ? r->key_failed : r->general_failed;
		answers[i] = i >= r->keys + r->generals ? NOT_APPLICABLE
			     : at < failed		? FAILED
							: PASSED;
	}
	const struct judging j = { .table = &t, .answers = answers, .all_items = true };
	const char *problem = inspection_judge(&j, &o, &item);
	return problem ? problem : o.result;
}

static void test_result(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(judged(&rows[i]), rows[i].result) != 0)
			fprintf(stderr, "%s: %s\n", rows[i].clause, judged(&rows[i]));
		assert_string_equal(judged(&rows[i]), rows[i].result);
	}
}

static void test_kinds(void **state)
{
	static const struct {
		const char *kind;
		bool all;
	} kinds[] = { { "INSP_ROUTINE", true }, { "INSP_SYSTEM", true }, { "INSP_GRADING", true },
		{ "INSP_RANDOM", true }, { "INSP_UNANNOUNCED", false }, /* order 49, article 27 */
		{ "INSP_OFFSITE", false }, { "INSP_SPECIAL", false }, { "INSP_RECHECK", false } };

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		assert_int_equal(asks_all_items(kinds[i].kind), kinds[i].all);
}

static void test_handling(void **state)
{
	(void)state;
	assert_string_equal(handling_of("CONFORM", false), "PASS");
	assert_string_equal(handling_of("BASIC_CONFORM", false), "ORDER");
	assert_string_equal(handling_of("BASIC_CONFORM", true), "ORDER");
	assert_string_equal(handling_of("NOT_CONFORM", false), "ORDER");
	assert_string_equal(
		handling_of("NOT_CONFORM", true), "STOP"); /* FSL 47, order 49, article 31 */
}

/* ---- the record -------------------------------------------------------------------------------
 */
static struct protocol_facts whole(void)
{
	return (struct protocol_facts){ .cards_shown = true,
		.notice_read = true,
		.notice_answer = "none",
		.recusal = "",
		.met = "x",
		.signed1 = true,
		.signed2 = true,
		.signed_party = true,
		.refusal = "",
		.witness = "",
		.obstruction = "",
		.obstruction_words = "",
		.started_at = DAY,
		.ended_at = DAY + HOUR,
		.now = DAY + HOUR };
}

#define LACKS(name, ...)                                                                           \
	do {                                                                                       \
		f = whole();                                                                       \
		__VA_ARGS__;                                                                       \
		assert_non_null(protocol_problem(&f, &field));                                     \
		assert_string_equal(field, name);                                                  \
	} while (0)

static void test_protocol(void **state)
{
	struct protocol_facts f = whole();
	const char *field;

	(void)state;
	assert_null(protocol_problem(&f, &field));
	assert_null(field);
	LACKS("cards_shown", f.cards_shown = false); /* article 24 */
	LACKS("notice_read", f.notice_read = false);
	LACKS("notice_answer", f.notice_answer = "");
	LACKS("recusal", f.notice_answer = "recusal"); /* article 23 */
	LACKS("met", f.met = "");
	LACKS("sign1", f.signed1 = false); /* article 34 */
	LACKS("sign1", f.signed2 = false);
	LACKS("sign_party", f.refusal = "x"); /* signed, and refused */
	LACKS("refusal", f.signed_party = false);
	LACKS("witness", f.signed_party = false; f.refusal = "x");
	LACKS("witness", f.signed_party = false; f.refusal = "x"; f.witness = "y");
	LACKS("witness", f.signed_party = false; f.refusal = "x"; f.signed_witness = true);
	LACKS("obstruction_words", f.obstruction = "entry"); /* article 49 */
	LACKS("ended_at", f.ended_at = f.started_at - 1);
	LACKS("ended_at", f.ended_at = f.now + MINUTE + 1);
	f = whole();
	f.signed_party = false;
	f.refusal = "x";
	f.witness = "y";
	f.signed_witness = true;
	f.ended_at = f.now + MINUTE;
	assert_null(protocol_problem(&f, &field));
}

static void test_findings(void **state)
{
	(void)state;
	assert_null(finding_problem(PASSED, "", ""));
	assert_non_null(finding_problem(FAILED, "", ""));
	assert_null(finding_problem(FAILED, "1.1a", ""));
	assert_null(finding_problem(FAILED, "", "x"));
	assert_non_null(finding_problem(NOT_APPLICABLE, "1.1a", ""));
	assert_null(finding_problem(NOT_APPLICABLE, "", "x"));
	char *long_words = arena_alloc(arena, 502);
	memset(long_words, 'x', 501);
	long_words[501] = 0;
	assert_non_null(finding_problem(FAILED, "", long_words));
	long_words[500] = 0;
	assert_null(finding_problem(FAILED, "", long_words));
}

static void test_corrections(void **state)
{
	static const struct {
		const char *state;
		bool submit, check, given_over, late;
	} all[] = { { "ORDERED", true, false, false, true },
		{ "SUBMITTED", false, true, false, false },
		{ "VERIFIED_OK", false, false, false, false },
		{ "REJECTED", true, false, true, true }, { "OVERDUE", true, false, true, false },
		{ "CASE", false, false, false, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		assert_int_equal(!may_submit(all[i].state), all[i].submit);
		assert_int_equal(!may_check(all[i].state), all[i].check);
		assert_int_equal(!may_make_case(all[i].state), all[i].given_over);
		assert_int_equal(correction_late(all[i].state, DAY, DAY + 1), all[i].late);
		assert_false(
			correction_late(all[i].state, DAY, DAY)); /* the last ms still counts */
	}
}

static void test_rating(void **state)
{
	struct rating_facts f = { .inspected_at = DAY, .days = 30, .now = 31 * DAY, .rating = 1 };

	(void)state;
	assert_null(rating_problem(&f));
	f.now++;
	assert_non_null(rating_problem(&f));
	f.now--;
	f.rating = 0;
	assert_non_null(rating_problem(&f));
	f.rating = 6;
	assert_non_null(rating_problem(&f));
	f.rating = 5;
	f.rated_at = 1;
	assert_non_null(rating_problem(&f));
	f.rated_at = f.inspected_at = 0;
	assert_non_null(rating_problem(&f));
}

/* ---- rows of a table ---------------------------------------------------------------------------
 */
static void test_csv(void **state)
{
	struct node *n = node_map(arena);
	struct check_table t;
	struct fault why = { 0 };

	(void)state;
	assert_null(check_table_rows(arena,
		"\xef\xbb\xbfkey,no,group,text\r\n*,1.1,a,\"x, \"\"y\"\"\nz\"\r\n\r\n,1.2,b,w", n));
	put_text(n, "table_id", "t");
	put_text(n, "version", "1");
	assert_int_equal(check_table_read(n, &t, &why), OK);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.groups, 2);
	assert_string_equal(t.items[0].text, "x, \"y\"\nz");
	assert_true(t.items[0].key);
	assert_false(t.items[1].key);
	assert_non_null(check_table_rows(arena, "", node_map(arena)));
	assert_non_null(check_table_rows(arena, "no,group\n", node_map(arena)));
	assert_non_null(
		strstr(check_table_rows(arena, "no,group,key,text\n1,a,,x\n2,,,x", node_map(arena)),
			"line 3"));
	assert_non_null(check_table_rows(arena, "no,group,key,text\n1,a,,\"x", node_map(arena)));
}

static int open_arena(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_result),
		cmocka_unit_test(test_kinds), cmocka_unit_test(test_handling),
		cmocka_unit_test(test_protocol), cmocka_unit_test(test_findings),
		cmocka_unit_test(test_corrections), cmocka_unit_test(test_rating),
		cmocka_unit_test(test_csv) };
	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
