/* Weighing binds the report: the range, the kinds that are open only when serious, the lists of no
 * penalty; and what cannot be so is refused at its field. */
#include "core/app/app.h"
#include "core/ledger/ledger.h"
#include "domains/cases/weighing.h"
#include "test_story.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

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

/* A case by the ordinary procedure, of this act. */
static struct story filed_of(struct bench *b, const char *act)
{
	struct story s = precheck(b);

	status_is(bench_post(b, "officer1", desk_of(&s, "file"), "officer2", officer(b, "officer2"),
			  "reason", "有初步证据", FILING, "ordinary", "1", NULL),
		303);
	status_is(bench_post(b, "head1", approval_of(&s), "verdict", "approve", NULL), 303);
	bench_run(b, arena_printf(bench_arena(b), "UPDATE cases SET act = '%s' WHERE id = %" PRId64,
			     act, s.id));
	bench_jobs(b);
	return s;
}

#define ASK(s, ...) bench_post((s)->b, "officer1", desk_of(s, "do/weigh"), __VA_ARGS__, NULL)
/* Nothing of the lists holds. */
#define WEIGH(s, ...) ASK(s, "reply_minor", "no", "reply_corrected", "no", __VA_ARGS__)
#define TODAY(s)      date_text(bench_arena((s)->b), clock_now())
#define REPORT(s, ...)                                                                             \
	bench_post((s)->b, "officer1", desk_of(s, "do/report"), "party", "示例面馆", "course",     \
		"经过", "facts", "事实", "nature", "违法", "basis", "依据", "discretion", "理由",  \
		__VA_ARGS__, NULL)

static const char *weighed(const struct story *s, const char *column)
{
	return bench_text(
		s->b, arena_printf(bench_arena(s->b),
			      "SELECT CAST(%s AS text) FROM case_weighings WHERE case_id = %" PRId64
			      " ORDER BY weighed_at DESC, id DESC LIMIT 1",
			      column, s->id));
}

/* The page has this sentence at this field. */
static void refused(struct answer *r, const char *field, const char *sentence)
{
	char id[80];
	const char *at;

	status_is(r, 422);
	assert_null(strstr(r->body, "This is not there")); /* a row done without says nothing */
	snprintf(id, sizeof(id), "id=\"f-%s-error\"", field);
	at = strstr(r->body, id);
	if (!at || !strstr(at, sentence))
		fail_msg("%s does not say '%s': %.3000s", field, sentence,
			at ? at : strstr(r->body, "<main"));
}

/* ---- the range -------------------------------------------------------------------------------
 */
/* M1 after refusal: 5,000 to 50,000 yuan; light up to 18,500, heavy from 36,500, reduced below
 * 5,000 down to a tenth. */
static const struct {
	const char *factor, *band;
	int64_t low, high;
} ranges[] = {
	{ "factor_none", "ordinary", 1850000, 3650000 },
	{ "factor_cooperates", "light", 500000, 1850000 },
	{ "factor_harm", "heavy", 3650000, 5000000 },
	{ "factor_disclosed", "light", 500000, 1850000 },
};

static void the_range_binds(void **state)
{
	struct story s = filed_of(*state, "V20");

	assert_true(says(status_is(REPORT(&s, "outcome", "penalty", "fine_fen", "5000"), 409),
		"not been weighed"));
	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		int64_t low, high;
		status_is(WEIGH(&s, ranges[i].factor, "1"), 303);
		assert_string_equal(weighed(&s, "band"), ranges[i].band);
		assert_true(text_to_int(weighed(&s, "low_fen"), &low));
		assert_true(text_to_int(weighed(&s, "high_fen"), &high));
		assert_int_equal(low, ranges[i].low);
		assert_int_equal(high, ranges[i].high);
		bench_clock(s.b, clock_now() + MINUTE);
	}
	refused(REPORT(&s, "outcome", "penalty", "fine_fen", "4999.99"), "fine_fen",
		"APL article 34");
	refused(REPORT(&s, "outcome", "penalty", "fine_fen", "18500.01"), "fine_fen",
		"APL article 34");
	refused(REPORT(&s, "outcome", "penalty", "warn", "1"), "fine_fen", "below the range");
	refused(REPORT(&s, "outcome", "penalty", "fine_fen", "18500", "revoke", "1"), "revoke",
		"Only a serious act");
	refused(REPORT(&s, "outcome", "penalty", "fine_fen", "18500", "stop", "1"), "stop",
		"Only a serious act");
	status_is(REPORT(&s, "outcome", "penalty", "fine_fen", "18500"), 303);
}

/* A warning comes first: without an order that was not followed there is no fine. */
static void a_warning_first(void **state)
{
	struct story s = filed_of(*state, "V01");

	refused(WEIGH(&s, "factor_refused", "1"), "factor_refused", "No order to correct");
	status_is(WEIGH(&s, "days", "3"), 303);
	assert_string_equal(weighed(&s, "band"), "none");
	refused(REPORT(&s, "outcome", "penalty", "fine_fen", "5000"), "fine_fen",
		"punished by a warning");
	status_is(REPORT(&s, "outcome", "penalty", "warn", "1"), 303);
}

/* Spoiled food by the value of the goods; a small caterer has its own scale. */
static void by_the_goods(void **state)
{
	struct story s = filed_of(*state, "V14");

	status_is(bench_post(s.b, "officer1", desk_of(&s, "do/scene"), "speaker", "张三", "place",
			  "后厨", "words", "货架上有过期食品", "refusal", "拒绝签名", NULL),
		303);
	status_is(WEIGH(&s, "goods_fen", "9999.99", "factor_no_harm", "1"), 303);
	assert_string_equal(weighed(&s, "scale"), "BANNED");
	assert_string_equal(weighed(&s, "low_fen"), "5000000");
	bench_clock(s.b, clock_now() + MINUTE);
	status_is(WEIGH(&s, "goods_fen", "10000", "factor_no_harm", "1"), 303);
	assert_string_equal(weighed(&s, "low_fen"), "10000000");
	bench_clock(s.b, clock_now() + MINUTE);
	status_is(
		WEIGH(&s, "goods_fen", "10000", "small_caterer", "1", "factor_no_harm", "1"), 303);
	assert_string_equal(weighed(&s, "scale"), "BANNED_SMALL");
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "do/report")),
		"依据《上海市食品安全条例》第九十二条第二款。"));
	bench_clock(s.b, clock_now() + MINUTE);
	/* 20,000 yuan make it serious by themselves (IR 67): the licence may be lost */
	status_is(WEIGH(&s, "goods_fen", "20000"), 303);
	assert_string_equal(weighed(&s, "serious"), "1");
	assert_string_equal(weighed(&s, "band"), "heavy");
	refused(REPORT(&s, "outcome", "penalty", "fine_fen", "100000"), "fine_fen",
		"below the range");
	status_is(
		REPORT(&s, "outcome", "penalty", "fine_fen", "350000", "revoke", "1", "hard", "1"),
		303);
}

/* ---- no penalty ------------------------------------------------------------------------------
 */
static void the_lists_bind(void **state)
{
	struct story s = filed_of(*state, "V01");

	/* nothing stays open that an item of the lists depends on */
	refused(ASK(&s, "reply_first", "yes", "reply_slight_harm", "yes"), "reply_minor",
		"APL article 33");
	status_is(
		ASK(&s, "reply_first", "yes", "reply_slight_harm", "no", "reply_minor", "no"), 303);
	assert_string_equal(weighed(&s, "exempt"), "");
	refused(REPORT(&s, "outcome", "no_penalty", "outcome_item", "first"), "outcome_item",
		"APL article 33");
	bench_clock(s.b, clock_now() + MINUTE);
	/* a first offence: the rest of the city was looked at, lately */
	refused(ASK(&s, "reply_first", "yes", "reply_slight_harm", "yes", "reply_corrected", "yes",
			"reply_minor", "no"),
		"city_checked", "APL article 33");
	refused(ASK(&s, "reply_first", "yes", "reply_slight_harm", "yes", "reply_corrected", "yes",
			"reply_minor", "no", "city_checked", "2026-10-01"),
		"city_checked", "last 30 days");
	status_is(ASK(&s, "reply_first", "yes", "reply_slight_harm", "yes", "reply_corrected",
			  "yes", "reply_minor", "no", "city_checked", TODAY(&s)),
		303);
	assert_non_null(strstr(weighed(&s, "replies"), "city_checked=2026-"));
	assert_string_equal(weighed(&s, "exempt"), "APL33_FIRST");
	refused(REPORT(&s, "outcome", "no_penalty", "outcome_item", "minor"), "outcome_item",
		"not met");
	bench_clock(s.b, clock_now() + MINUTE);
	/* minor, corrected, no harm: must not be punished, not even by a warning */
	status_is(ASK(&s, "reply_minor", "yes", "reply_no_harm", "yes", "reply_corrected", "yes",
			  "reply_first", "no"),
		303);
	assert_string_equal(weighed(&s, "exempt"), "APL33_MINOR");
	refused(REPORT(&s, "outcome", "penalty", "warn", "1"), "outcome", "must not be punished");
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "do/report")),
		"value=\"no_penalty\" selected"));
	status_is(REPORT(&s, "outcome", "no_penalty", "outcome_item", "minor"), 303);
}

static void an_earlier_offence(void **state)
{
	struct story old = decided(*state), s = filed_of(*state, "V01");

	bench_run(s.b, arena_printf(bench_arena(s.b),
			       "UPDATE cases SET operator = %" PRId64
			       ", state = 'closed' WHERE id = %" PRId64,
			       s.operator, old.id));
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "do/weigh")), "not a first one"));
	refused(WEIGH(&s, "factor_first", "1"), "factor_first", "not a first offence");
	refused(ASK(&s, "reply_first", "yes"), "reply_first", "not a first offence");
	/* the same act, punished within a year: serious, whatever the officers choose */
	status_is(WEIGH(&s, "days", "1"), 303);
	assert_string_equal(weighed(&s, "repeated"), "1");
	assert_string_equal(weighed(&s, "serious"), "1");
	bench_run(s.b, arena_printf(bench_arena(s.b),
			       "UPDATE cases SET operator = %" PRId64 " WHERE id = %" PRId64,
			       old.operator, old.id));
}

/* ---- what cannot be so -----------------------------------------------------------------------
 */
static void refused_at_the_field(void **state)
{
	struct story s = filed_of(*state, "V20");
	struct answer *r = WEIGH(&s, "factor_harm", "1", "factor_no_harm", "1", "words", "留下");

	refused(r, "factor_no_harm", "exclude each other");
	assert_true(says(r, "留下")); /* what was typed is still there */
	refused(WEIGH(&s, "goods_fen", "-1"), "goods_fen", "");
	refused(WEIGH(&s, "days", "x"), "days", "");
	assert_int_equal(bench_int(s.b, arena_printf(bench_arena(s.b),
						"SELECT count(*) FROM case_weighings WHERE "
						"case_id = %" PRId64,
						s.id)),
		0);
	status_is(bench_post(s.b, "reviewer1", desk_of(&s, "do/weigh"), "days", "1", NULL), 403);
}

/* What a report was written on stays what it was, under its version of the tables. */
static void kept_with_its_version(void **state)
{
	struct story s = filed_of(*state, "V20");

	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "do/weigh")), "Cooperates"));
	status_is(WEIGH(&s, "factor_cooperates", "1", "words", "另查明初次经营。"), 303);
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "do/report")), "另查明初次经营。"));
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "")), "A light penalty"));
	assert_string_not_equal(weighed(&s, "discretion"), "");
	assert_string_not_equal(weighed(&s, "lists"), "");
	assert_int_equal(facts_in_story(&s, "case.weighed"), 1);
	assert_true(says(bench_get(s.b, "officer1", desk_of(&s, "do/weigh")), "checked"));
	/* weighed again and refused: a box that was emptied does not come back ticked */
	struct answer *r = status_is(WEIGH(&s, "days", "x"), 422);
	assert_null(strstr(r->body, "name=\"factor_cooperates\" value=\"1\" checked"));
}

/* ---- what the reviewer and the court look at -------------------------------------------------
 */
static void the_review_side_by_side(void **state)
{
	struct story s = filed_of(*state, "V20");
	struct answer *r;

	status_is(WEIGH(&s, "factor_cooperates", "1"), 303);
	status_is(REPORT(&s, "outcome", "penalty", "fine_fen", "8000"), 303);
	r = status_is(bench_get(s.b, "reviewer1", desk_of(&s, "do/review")), 200);
	assert_true(says(r, "Report of the investigation"));
	assert_true(says(r, "A light penalty: ¥5,000.00 to ¥18,500.00"));
	assert_true(says(r, "1 clips or records that may be used"));
	assert_true(says(r, "The party has not answered the evidence"));
	assert_true(says(r, "It has not confirmed an address"));
	assert_true(says(r, "Filed within the term of the pre-check"));
	assert_true(says(r, "Earlier decisions on the same act of this party: 0"));
	assert_false(answer_has(r, "The term for deciding is over"));
	bench_clock(s.b, clock_now() + 100 * DAY);
	r = bench_get(s.b, "reviewer1", desk_of(&s, "do/review"));
	assert_true(says(r, "The term for deciding is over"));
	bench_clock(s.b, clock_now() - 100 * DAY);
}

static enum err head_signed(struct req *rq, void *arg)
{
	struct fault why = { 0 };

	(void)arg;
	return ledger_sign_head(rq_conn(rq), rq->app->signer, rq->arena, &why);
}

static void evidence_file_by_file(void **state)
{
	struct story s = filed_of(*state, "V01");
	struct bench *b = s.b;
	const char *page = desk_of(&s, "evidence"),
		   *clip = bench_text(b, arena_printf(bench_arena(b),
						 "SELECT clip_sm3 FROM case_evidence WHERE "
						 "case_id = %" PRId64,
						 s.id)),
		   *proof = desk_of(&s, arena_printf(bench_arena(b), "evidence/proof/%s", clip));
	struct answer *r = status_is(bench_get(b, "officer1", page), 200);

	assert_true(says(r, clip));
	assert_true(says(r, "Read again: unchanged"));
	assert_false(answer_has(r, "Not as it was recorded"));
	status_is(bench_get(b, "officer1", proof), 404); /* no signed head covers it yet */
	assert_int_equal(bench_write(b, head_signed, NULL), OK);
	r = status_is(bench_get(b, "officer1", proof), 200);
	assert_true(text_starts(r->body, "shian-proof 1\n"));
	assert_non_null(strstr(r->body, clip));
	status_is(bench_get(b, "officer1", desk_of(&s, "evidence/proof/00ff")), 404);
	status_is(bench_get(b, s.party, page), 403);
	/* somebody writes over the clip */
	char path[4096];
	snprintf(path, sizeof(path), "%s/objects/%.2s/%.2s/%s", bench_dir(b), clip, clip + 2, clip);
	assert_int_equal(chmod(path, 0600), 0);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs("another clip", f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_true(says(bench_get(b, "officer1", page), "Not as it was recorded"));
	assert_int_equal(remove(path), 0);
	assert_true(says(bench_get(b, "officer1", page), "Not there any more"));
}

/* ---- pure ------------------------------------------------------------------------------------
 */
static void within_a_year(void **state)
{
	struct prior_offence at[] = { { 0, "V01", "penalty" } };
	const struct priors p = { at, 1 };
	int64_t now = civil_to_ms(
			(struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 9 }),
		edge = civil_to_ms((struct civil){ .year = 2025, .month = 11, .day = 23 });

	(void)state;
	at[0].at = edge;
	assert_true(punished_within(&p, "V01", now, 1));
	assert_false(punished_within(&p, "V02", now, 1));
	at[0].at = edge - 1;
	assert_false(punished_within(&p, "V01", now, 1));
	at[0] = (struct prior_offence){ edge, "V01", "no_penalty" };
	assert_false(punished_within(&p, "V01", now, 1));
}

#define ON_SQLITE(f)   { #f, f, begin, end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, end, (void *)"postgres" },
#define ALL(ON)                                                                                    \
	ON(the_range_binds)                                                                        \
	ON(a_warning_first)                                                                        \
	ON(by_the_goods)                                                                           \
	ON(the_lists_bind)                                                                         \
	ON(an_earlier_offence)                                                                     \
	ON(refused_at_the_field)                                                                   \
	ON(kept_with_its_version)                                                                  \
	ON(the_review_side_by_side) ON(evidence_file_by_file) ON(within_a_year)

int main(void)
{
	const struct CMUnitTest tests[] = { ALL(ON_SQLITE) ALL(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"weighing", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
