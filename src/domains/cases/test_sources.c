/* Matters that come from outside: registered by hand, checked, filed; each source with its own
 * duties. */
#include "test_story.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int begin(void **state)
{
	*state = bench_open_on(NULL, *state != NULL);
	bench_english(*state, true);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

static const char *form_of(struct bench *b, int64_t operator)
{
	return arena_printf(bench_arena(b), "/cases/new?operator=%" PRId64, operator);
}

#define SEND(b, who, operator, ...)                                                                \
	bench_post(b, who, form_of(b, operator), "words", "冷库内有超过保质期的肉制品",            \
		__VA_ARGS__, NULL)

static const char *of_case(struct bench *b, const char *column)
{
	return bench_text(
		b, arena_printf(bench_arena(b),
			   "SELECT CAST(%s AS text) FROM cases ORDER BY id DESC LIMIT 1", column));
}

static void each_way_has_its_duties(void **state)
{
	static const struct {
		const char *kind, *from, *document;
		int status;
		const char *says;
	} ways[] = {
		{ "transferred", "", "农移〔2026〕3号", 422, "Name the office" },
		{ "transferred", "区农业农村委", "", 422, "number of its letter" },
		{ "assigned", "市市场监管局", "", 422, "number of its letter" },
		{ "complaint", "张三", "TS1", 422, "is protected" },
		{ "report", "", "", 422, "number of the complaint" },
		{ "rumour", "", "", 422, "" },
		{ "transferred", "区农业农村委", "农移〔2026〕3号", 303, "" },
		{ "report", "", "JB1", 303, "" },
		{ "test", "", "", 303, "" },
	};
	struct bench *b = *state;
	int64_t operator= bench_operator(b, "示例面馆", HARNESS_AREA);

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct answer *r = SEND(b, "officer1", operator, "kind", ways[i].kind, "from_whom",
			ways[i].from, "document", ways[i].document, "received_at", "2026-11-20",
			"act", "V14");
		assert_true(says(status_is(r, ways[i].status), ways[i].says));
		if (ways[i].status == 422)
			assert_true(says(r, "冷库内有超过保质期的肉制品"));
	}
	/* three sources, one matter of the same act */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM cases"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM case_sources"), 3);
	status_is(SEND(b, "officer1", operator, "kind", "test", "received_at", "2026-11-24", "act",
			  "V14"),
		422);
	status_is(SEND(b, "officer1", operator, "kind", "test", "received_at", "2026-11-20", "act",
			  "V99"),
		422);
	status_is(SEND(b, "officer3", operator, "kind", "test", "received_at", "2026-11-20", "act",
			  "V14"),
		403);
	status_is(SEND(b, "reviewer1", operator, "kind", "test", "received_at", "2026-11-20", "act",
			  "V14"),
		403);
	status_is(bench_get(b, "officer1", "/cases/new"), 422);
	assert_true(says(bench_get(b, "officer1",
				 arena_printf(bench_arena(b), "%s&kind=complaint&document=TS7",
					 form_of(b, operator))),
		"value=\"TS7\""));
}

/* The term counts from the day it was received; proof is added in the pre-check, then it is filed
 * with form 1. */
static void checked_and_filed(void **state)
{
	struct bench *b = *state;
	int64_t operator= bench_operator(b, "示例面馆", HARNESS_AREA), due;
	struct story s = { .b = b, .operator= operator};

	bench_file(b, "file", "letter.pdf", "application/pdf",
		(struct bytes){ (const uint8_t *)"%PDF-1.4", 8 });
	assert_true(
		bench_torture(b, "officer1", form_of(b, operator), "kind", "transferred",
			"from_whom", "区农业农村委", "document", "农移〔2026〕3号", "received_at",
			"2026-11-16", "words", "移送过期肉制品线索", "act", "V14", NULL) > 4);
	s.id = bench_int(b, "SELECT max(id) FROM cases");
	assert_true(text_to_int(of_case(b, "precheck_due"), &due));
	assert_string_equal(date_text(bench_arena(b), due), "2026-12-07"); /* 15 working days */
	assert_int_equal(facts_in_story(&s, "case.source_registered"), 1);
	struct answer *r = status_is(bench_get(b, "officer1", desk_of(&s, "")), 200);
	assert_true(says(r, "Source of the matter") && says(r, "农移〔2026〕3号"));
	assert_true(says(r, "/do/exhibit"));
	status_is(bench_get(b, "officer1",
			  desk_of(&s, arena_printf(bench_arena(b), "sources/%" PRId64,
					      bench_int(b, "SELECT max(id) FROM case_sources")))),
		200);
	assert_true(
		says(bench_get(b, "officer1", desk_of(&s, "evidence")), "Read again: unchanged"));
	/* nothing proves it yet */
	status_is(bench_post(b, "officer1", desk_of(&s, "file"), "officer2", officer(b, "officer2"),
			  "reason", "有初步证据", FILING, "ordinary", "1", NULL),
		409);
	status_is(bench_post(b, "officer1", desk_of(&s, "do/exhibit"), "kind", "EV_DOC", "title",
			  "移送函", "taken_at", "2026-11-16", "place", "局内", "method", "原件",
			  "maker", "区农业农村委", "words", "过期肉制品", "rights", "not_party",
			  NULL),
		303);
	/* what one officer added is not evidence yet: another compares it first */
	assert_true(says(status_is(bench_post(b, "officer1", desk_of(&s, "file"), "officer2",
					   officer(b, "officer2"), "reason", "有初步证据",
					   "ordinary", "1", NULL),
				 409),
		"APL article 41"));
	const char *check = arena_printf(bench_arena(b), "exhibits/%" PRId64 "/check",
		bench_int(b, "SELECT max(id) FROM case_exhibits"));
	assert_true(says(status_is(bench_post(b, "officer1", desk_of(&s, check), "verdict", "true",
					   "reason", "x", NULL),
				 409),
		"APL article 46"));
	verified(&s, "officer2");
	status_is(bench_post(b, "officer1", desk_of(&s, "file"), "officer2", officer(b, "officer2"),
			  "reason", "有初步证据", FILING, "ordinary", "1", NULL),
		303);
	status_is(bench_post(b, "head1", approval_of(&s), "verdict", "approve", NULL), 303);
	bench_jobs(b);
	assert_string_equal(of_case(b, "state"), "filed");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM papers WHERE template = 'case_source' "
			     "AND content LIKE '%其他部门移送（区农业农村委，农移〔2026〕3号）%'"),
		1);
	status_is(bench_post(b, "officer1", desk_of(&s, "do/weigh"), "goods_fen", "10000",
			  "reply_minor", "no", "reply_corrected", "no", NULL),
		303);
	status_is(bench_post(b, "officer1", desk_of(&s, "do/scene"), "speaker", "张三", "place",
			  "后厨", "words", "过期肉制品", "refusal", "拒绝签名", NULL),
		303);
	assert_true(says(bench_get(b, "officer1", desk_of(&s, "do/report")),
		"2026年11月16日其他部门移送（区农业农村委，农移〔2026〕3号）"));
}

#define ON_SQLITE(f)   { #f, f, begin, end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, end, (void *)"postgres" },
#define ALL(ON)	       ON(each_way_has_its_duties) ON(checked_and_filed)

int main(void)
{
	const struct CMUnitTest tests[] = { ALL(ON_SQLITE) ALL(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"sources", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
