/* Measures through their pages, on both databases: an urgent seizure to its overdue end, evidence
 * kept that lapses, things disposed of, letters. */
#include "contracts/facts.h"
#include "domains/cases/cases.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 12, PAGE_STATEMENTS = 24 };

struct held {
	struct bench *b;
	int64_t operator, id;
	char party[64];
};

static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

static enum err file_case(struct req *rq, void *arg)
{
	struct held *h = arg;
	struct case_row c;
	int64_t one, two;

	TRY(db_int(rq, &one, "SELECT id FROM pub_users WHERE login = 'officer1'"));
	TRY(db_int(rq, &two, "SELECT id FROM pub_users WHERE login = 'officer2'"));
	TRY(precheck_of(
		rq, &(struct finding){ h->operator, HARNESS_AREA, one, two, rq->now, "V01" }, &c));
	h->id = c.id;
	c.state = "filed";
	c.filed_at = rq->now;
	c.number = "示范市监立〔2026〕5号";
	TRY(db_update(rq, &case_model, &c));
	return emit(rq, CASE_FILED, c.id, c.operator, "{}");
}

static struct held matter(struct bench *b)
{
	struct held h = { .b = b, .operator= bench_operator(b, "禾记小馆", HARNESS_AREA) };

	assert_int_equal(bench_write(b, file_case, &h), OK);
	snprintf(h.party, sizeof(h.party), "party:%" PRId64 ":%" PRId64, h.operator, h.id);
	return h;
}

static const char *of_case(const struct held *h, const char *what)
{
	return arena_printf(bench_arena(h->b), "/cases/%" PRId64 "/%s", h->id, what);
}

static const char *step(const struct held *h, const char *what)
{
	return arena_printf(bench_arena(h->b), "/measures/%" PRId64 "/%s",
		bench_int(h->b, "SELECT max(id) FROM measures"), what);
}

static const char *column(const struct held *h, const char *name)
{
	return bench_text(h->b,
		arena_printf(bench_arena(h->b),
			"SELECT CAST(%s AS text) FROM measures ORDER BY id DESC LIMIT 1", name));
}

static const char *until_day(const struct held *h)
{
	return date_text(bench_arena(h->b),
		bench_int(h->b, "SELECT until FROM measures ORDER BY id DESC LIMIT 1"));
}

static int facts(const struct held *h, const char *name)
{
	return (int)bench_int(h->b,
		arena_printf(bench_arena(h->b),
			"SELECT count(*) FROM ledger WHERE subject = %" PRId64 " AND name = '%s'",
			h->id, name));
}

static void at(const struct held *h, const char *date)
{
	int64_t ms = 0;

	assert_true(date_parse(date, &ms));
	bench_clock(h->b, ms + 12 * HOUR);
	bench_minute(h->b);
	bench_minute(h->b);
	bench_jobs(h->b);
}

/* The third officer works in the town of the first two, and is of no case there. */
static enum err third_comes(struct req *rq, void *arg)
{
	(void)arg;
	return db_run(
		rq, "UPDATE users SET area = $1 WHERE login = 'officer3'", (int64_t)HARNESS_AREA);
}

/* The second officer stepped aside, the third one took over. */
static enum err second_steps_aside(struct req *rq, void *arg)
{
	const struct held *h = arg;
	struct case_row c;

	TRY(db_one(rq, &case_model, &c, "SELECT * FROM cases WHERE id = $1", h->id));
	TRY(db_int(rq, &c.officer2, "SELECT id FROM pub_users WHERE login = 'officer3'"));
	TRY(db_update(rq, &case_model, &c));
	return emit(rq, CASE_REQUEST_ANSWERED, c.id, c.operator, "{}");
}

static void refused(struct answer *r, const char *article)
{
	status_is(r, 409);
	if (!answer_has(r, article))
		fail_msg("no %s: %.800s", article, r->body);
}

static void propose(const struct held *h, const char *kind, const char *urgent)
{
	bench_torture(h->b, "officer1", of_case(h, "measures"), "kind", kind, "reason",
		"涉嫌经营过期食品", "place", "示例路1号后厨", "urgent", urgent, "name1", "冷冻鸡块",
		"spec1", "1kg/袋", "quantity1", "20", "unit1", "袋", "seal1", "F0001", "name2",
		"酱料", "quantity2", "3", "unit2", "桶", NULL);
	bench_jobs(h->b);
}

static void seizure(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;

	status_is(bench_post(b, "officer1", of_case(&h, "measures"), "kind", "seize", "reason", "x",
			  "place", "y", NULL),
		409); /* no list */
	status_is(bench_post(b, "officer1", of_case(&h, "measures"), "kind", "seize", "reason", "x",
			  "name1", "鸡块", "quantity1", "1.5", NULL),
		422);
	status_is(bench_post(b, "officer1", of_case(&h, "measures"), "kind", "hold", "reason", "x",
			  "name1", "鸡块", "quantity1", "1", NULL),
		422);
	propose(&h, "seize", "1");
	assert_string_equal(column(&h, "state"), "running");
	assert_string_equal(until_day(&h), "2026-12-23"); /* thirty days, the first not counted */
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM papers WHERE state = 'sealed' AND template IN "
			     "('coercive_measure_decision', 'property_list', 'seal_strip')"),
		3);
	struct answer *r = bench_get(b, "officer1", of_case(&h, "measures"));
	assert_true(r->statements <= PAGE_STATEMENTS);
	assert_true(answer_has(r, "hours left"));
	bench_golden(b, r, "src/domains/measures/golden/of_case.html");
	bench_golden(b,
		bench_get(b, h.party,
			arena_printf(bench_arena(b), "/my/cases/%" PRId64 "/measures", h.id)),
		"src/domains/measures/golden/my_measures.html");
	r = bench_get(b, "head1", "/measures");
	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/measures/golden/list.html");
	status_is(bench_get(b, "officer3", of_case(&h, "measures")), 403);
	status_is(bench_get(b, "party:1:2",
			  arena_printf(bench_arena(b), "/my/cases/%" PRId64 "/measures", h.id)),
		403);
	status_is(bench_post(b, "officer2", step(&h, "decide"), "verdict", "approve", "words", "x",
			  NULL),
		403);
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "approve", "words", "同意", NULL);
}

/* Five days at the laboratory, told beforehand, are not counted; thirty days more; then it is over.
 */
static void seizure_to_its_end(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;

	propose(&h, "seize", "1");
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "approve", "words", "同意", NULL);
	at(&h, "2026-11-30");
	status_is(bench_post(b, "officer1", step(&h, "lab"), "lab", "区检验所", "until",
			  "2026-11-30", NULL),
		409);
	bench_torture(
		b, "officer1", step(&h, "lab"), "lab", "区检验所", "until", "2026-12-10", NULL);
	assert_string_equal(until_day(&h), "2027-01-02");
	at(&h, "2026-12-05");
	bench_torture(b, "officer1", step(&h, "lab/end"), NULL);
	assert_string_equal(until_day(&h), "2026-12-28"); /* the five days that it took */
	status_is(bench_post(b, "officer1", step(&h, "more"), "days", "31", "reason", "案情复杂",
			  NULL),
		409);
	bench_torture(b, "officer1", step(&h, "more"), "days", "30", "reason", "案情复杂", NULL);
	bench_torture(
		b, "head1", step(&h, "more/decide"), "verdict", "approve", "words", "同意", NULL);
	assert_string_equal(until_day(&h), "2027-01-27");
	bench_torture(b, "officer1", step(&h, "care"), "keeper", "示范冷链公司一号库", NULL);
	bench_jobs(b);
	at(&h, "2027-01-25");
	assert_int_equal(facts(&h, "measure.near"), 1);
	at(&h, "2027-01-27");
	assert_int_equal(facts(&h, "measure.overdue"), 0);
	at(&h, "2027-01-28");
	assert_int_equal(facts(&h, "measure.overdue"), 1);
	assert_true(answer_has(bench_get(b, "head1", "/measures"), "Over its term"));
	status_is(
		bench_post(b, "officer1", step(&h, "more"), "days", "1", "reason", "x", NULL), 409);
	status_is(bench_post(b, "officer1", step(&h, "release"), "words", "x", NULL), 403);
	bench_torture(b, "head1", step(&h, "release"), "words", "查封扣押期限已经届满", NULL);
	bench_jobs(b);
	assert_string_equal(column(&h, "state"), "released");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM papers WHERE state <> 'sealed'"), 0);
}

static void kept_evidence(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;

	propose(&h, "keep", "");
	status_is(bench_post(b, "officer1", step(&h, "take"), NULL), 409);
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "approve", "words", "同意", NULL);
	bench_torture(b, "officer1", step(&h, "take"), NULL);
	assert_string_equal(until_day(&h), "2026-12-02"); /* seven working days */
	at(&h, "2026-12-02");
	assert_int_equal(facts(&h, "measure.lapsed"), 0);
	at(&h, "2026-12-03");
	assert_string_equal(column(&h, "state"), "lapsed");
	assert_true(strstr(column(&h, "end_words"), "7个工作日") != NULL);
	assert_int_equal(facts(&h, "measure.lapsed"), 1);
	status_is(bench_post(b, "officer1", step(&h, "act"), "way", "record", "words", "x", NULL),
		409);
	propose(&h, "keep", "1");
	status_is(
		bench_post(b, "officer1", step(&h, "act"), "way", "record", "words", "拍照", NULL),
		409); /* no leader yet */
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "approve", "words", "同意", NULL);
	status_is(bench_post(b, "officer1", step(&h, "act"), "way", "record", "words", "", NULL),
		422);
	bench_torture(b, "officer1", step(&h, "act"), "way", "record", "words", "拍照、复制", NULL);
	assert_string_equal(column(&h, "state"), "released");
	/* taken on the spot, and a leader says no: released at once */
	propose(&h, "keep", "1");
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "refuse", "words", "无必要", NULL);
	assert_string_equal(column(&h, "state"), "released");
	propose(&h, "seal", "");
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "refuse", "words", "无必要", NULL);
	assert_string_equal(column(&h, "state"), "refused");
	bench_jobs(b);
}

static void disposed(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;

	propose(&h, "seize", "1");
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "approve", "words", "同意", NULL);
	struct arena *a = bench_arena(b);
	const char *one = arena_printf(
			   a, "%" PRId64, bench_int(b, "SELECT id FROM measure_items WHERE n = 1")),
		   *two = arena_printf(
			   a, "%" PRId64, bench_int(b, "SELECT id FROM measure_items WHERE n = 2"));
	status_is(bench_post(b, "head1", step(&h, "dispose"), "item", one, "quantity", "21", "way",
			  "destroyed", "words", "x", NULL),
		409);
	status_is(bench_post(b, "head1", step(&h, "dispose"), "item", "7", "quantity", "1", "way",
			  "destroyed", "words", "x", NULL),
		422);
	bench_torture(b, "head1", step(&h, "dispose"), "item", one, "quantity", "20", "way",
		"destroyed", "words", "处罚决定没收，依法销毁", "receiver", "区固废中心", NULL);
	assert_string_equal(column(&h, "state"), "running");
	bench_torture(b, "head1", step(&h, "dispose"), "item", two, "quantity", "3", "way",
		"returned", "words", "与违法行为无关", "receiver", "张三", NULL);
	assert_string_equal(column(&h, "state"), "disposed");
	bench_jobs(b);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM papers WHERE template = 'property_disposal' AND "
			     "state = 'sealed'"),
		2);
}

static void letters(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;

	status_is(bench_post(
			  b, "officer1", of_case(&h, "letters"), "office", "", "matter", "x", NULL),
		422);
	bench_torture(b, "officer1", of_case(&h, "letters"), "office", "邻区市场监督管理局",
		"matter", "核实进货来源", NULL);
	bench_jobs(b);
	assert_string_equal(date_text(bench_arena(b), bench_int(b, "SELECT due FROM letters")),
		"2026-12-14"); /* fifteen working days */
	const char *path = arena_printf(
		bench_arena(b), "/letters/%" PRId64, bench_int(b, "SELECT id FROM letters"));
	bench_torture(b, "officer1", arena_printf(bench_arena(b), "%s/extend", path), "until",
		"2026-12-21", "words", "函复需延期", NULL);
	at(&h, "2026-12-17");
	assert_int_equal(facts(&h, "letter.near"), 0);
	at(&h, "2026-12-19");
	at(&h, "2026-12-21");
	assert_int_equal(facts(&h, "letter.near"), 1);
	assert_int_equal(facts(&h, "letter.overdue"), 0); /* the last day belongs to the term */
	at(&h, "2026-12-22");
	assert_int_equal(facts(&h, "letter.overdue"), 1);
	status_is(bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/extend", path),
			  "until", "2027-01-21", "words", "x", NULL),
		409);
	bench_torture(b, "officer1", arena_printf(bench_arena(b), "%s/answer", path), "answer",
		"来源属实，回函1号", NULL);
	status_is(bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/answer", path),
			  "answer", "x", NULL),
		409);
}

/* Only the two of the case carry a measure out; a leader who is one of them decides nothing. */
static void only_its_officers(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;

	assert_int_equal(bench_write(b, third_comes, &h), OK);
	refused(bench_post(b, "officer3", of_case(&h, "measures"), "kind", "seize", "reason", "x",
			"name1", "鸡块", "quantity1", "1", NULL),
		"AEL article 18(2)");
	refused(bench_post(b, "officer3", of_case(&h, "letters"), "office", "邻区局", "matter", "x",
			NULL),
		"O2 articles 22 and 45");
	propose(&h, "seize", "");
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "approve", "words", "同意", NULL);
	refused(bench_post(b, "officer3", step(&h, "take"), NULL), "AEL article 18(2)");
	bench_torture(b, "officer2", step(&h, "take"), NULL);
	refused(bench_post(b, "officer3", step(&h, "lab"), "lab", "区检验所", "until", "2026-12-10",
			NULL),
		"O2 article 22");
	bench_torture(
		b, "officer1", step(&h, "lab"), "lab", "区检验所", "until", "2026-12-10", NULL);
	bench_jobs(b);
	/* told in writing (O2 38; AEL 25) */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM papers WHERE state = 'sealed' AND "
				      "template = 'test_period_notice'"),
		1);
	refused(bench_post(b, "officer3", step(&h, "lab/end"), NULL), "O2 article 22");
	refused(bench_post(b, "officer3", step(&h, "more"), "days", "3", "reason", "x", NULL),
		"O2 article 22");
	refused(bench_post(b, "officer3", step(&h, "care"), "keeper", "x", NULL), "O2 article 22");
	assert_false(answer_has(bench_get(b, "officer3", of_case(&h, "measures")), "lab/end"));
	propose(&h, "keep", "1");
	refused(bench_post(b, "officer3", step(&h, "act"), "way", "release", "words", "x", NULL),
		"O2 article 22");
}

static enum err head_joins(struct req *rq, void *arg)
{
	const struct held *h = arg;
	struct case_row c;

	TRY(db_one(rq, &case_model, &c, "SELECT * FROM cases WHERE id = $1", h->id));
	TRY(db_int(rq, &c.officer2, "SELECT id FROM pub_users WHERE login = 'head1'"));
	TRY(db_update(rq, &case_model, &c));
	return emit(rq, CASE_REQUEST_ANSWERED, c.id, c.operator, "{}");
}

static void a_leader_of_the_case(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;

	propose(&h, "seize", "1");
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "approve", "words", "同意", NULL);
	const char *item = arena_printf(bench_arena(b), "%" PRId64,
		bench_int(b, "SELECT id FROM measure_items WHERE n = 1"));
	assert_int_equal(bench_write(b, head_joins, &h), OK);
	refused(bench_post(b, "head1", step(&h, "release"), "words", "x", NULL),
		"O2 articles 35 and 42");
	refused(bench_post(b, "head1", step(&h, "dispose"), "item", item, "quantity", "1", "way",
			"destroyed", "words", "x", NULL),
		"AEL article 27");
}

/* Who had to step aside (APL 43) takes nothing any more; who came in the place of it does. The end
 * keeps the paper of the beginning. */
static void stepped_aside(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;

	propose(&h, "seize", "");
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "approve", "words", "同意", NULL);
	assert_int_equal(bench_write(b, third_comes, &h), OK);
	assert_int_equal(bench_write(b, second_steps_aside, &h), OK);
	refused(bench_post(b, "officer2", step(&h, "take"), NULL), "AEL article 18(2)");
	bench_torture(b, "officer3", step(&h, "take"), NULL);
	assert_string_equal(column(&h, "officer2"),
		bench_text(b, "SELECT CAST(id AS text) FROM pub_users WHERE login = 'officer3'"));
	const char *taking = column(&h, "paper");
	bench_torture(b, "head1", step(&h, "release"), "words", "不再需要扣押", NULL);
	bench_jobs(b);
	assert_string_equal(column(&h, "paper"), taking);
	assert_string_equal(
		bench_text(b, "SELECT p.template FROM measures m JOIN papers p ON p.id = "
			      "m.paper"),
		"coercive_measure_decision");
	assert_string_equal(
		bench_text(b, "SELECT p.template FROM measure_papers m JOIN papers p ON "
			      "p.id = m.paper WHERE m.moment = 'end'"),
		"coercive_release_decision");
}

/* ---- terms that end by themselves are told before and after ---------------------------------- */
static void hours_later(const struct held *h, int64_t from, int64_t ms)
{
	bench_clock(h->b, from + ms);
	bench_minute(h->b);
	bench_minute(h->b);
	bench_jobs(h->b);
}

static void report_in_time(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;

	propose(&h, "seize", "1");
	int64_t due = bench_int(b, "SELECT report_due FROM measures"),
		taken = bench_int(b, "SELECT taken_at FROM measures");
	/* O2 33, 80: twenty-four hours, the hour of the taking not counted */
	assert_int_equal(due, (taken / HOUR + 25) * HOUR - 1);
	hours_later(&h, due, -6 * HOUR);
	assert_int_equal(facts(&h, "measure.report_near"), 0);
	hours_later(&h, due, -6 * HOUR + 1);
	assert_int_equal(facts(&h, "measure.report_near"), 1);
	hours_later(&h, due, 0);
	assert_int_equal(facts(&h, "measure.report_near"), 1);
	assert_int_equal(facts(&h, "measure.report_over"), 0);
	hours_later(&h, due, 1);
	hours_later(&h, due, MINUTE);
	assert_int_equal(facts(&h, "measure.report_over"), 1);
	/* a leader who decided in time hears nothing */
	propose(&h, "keep", "1");
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "approve", "words", "同意", NULL);
	hours_later(&h, due, 3 * DAY);
	assert_int_equal(facts(&h, "measure.report_near"), 1);
	assert_int_equal(facts(&h, "measure.report_over"), 1);
}

/* A row that cannot be worked on holds up no other. */
static enum err broken_row(struct req *rq, void *arg)
{
	(void)arg;
	return db_run(rq, "UPDATE measures SET case_id = 7, report_due = 1, until = 1");
}

static void one_bad_row(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;
	struct fault why = { 0 };
	bool ran = true;

	propose(&h, "keep", "1");
	assert_int_equal(bench_write(b, broken_row, &h), OK);
	bench_torture(b, "officer1", of_case(&h, "letters"), "office", "邻区市场监督管理局",
		"matter", "核实进货来源", NULL);
	int64_t due = bench_int(b, "SELECT due FROM letters");
	bench_clock(b, due + 1);
	bench_minute(b);
	for (int i = 0; ran && i < 50; i++)
		assert_int_equal(app_run_job(bench_app(b), &ran, &why), OK);
	assert_int_equal(facts(&h, "letter.overdue"), 1);
	bench_minute(b); /* the job that failed is not added anew */
	assert_true(bench_int(b, "SELECT count(*) FROM jobs WHERE kind = 'measures.clock'") <= 1);
}

/* What was served on the party is shown to it, and no letter that asks others about it. */
static enum err served(struct req *rq, void *arg)
{
	(void)arg;
	return db_run(rq, "UPDATE service_tasks SET served_at = $1, state = 'served'", rq->now);
}

static void the_party_sees(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;
	const char *mine = arena_printf(bench_arena(b), "/my/cases/%" PRId64 "/measures", h.id);

	propose(&h, "seize", "1");
	bench_torture(b, "officer1", step(&h, "care"), "keeper", "示范冷链公司一号库", NULL);
	bench_torture(b, "officer1", of_case(&h, "letters"), "office", "邻区市场监督管理局",
		"matter", "核实进货来源", NULL);
	bench_jobs(b);
	assert_false(answer_has(bench_get(b, h.party, mine), "/papers/"));
	assert_int_equal(bench_write(b, served, &h), OK);
	struct answer *r = bench_get(b, h.party, mine);
	assert_true(answer_has(r, "实施行政强制措施决定书"));
	assert_true(answer_has(r, "清单"));
	assert_false(answer_has(r, "协助调查函"));
	assert_false(answer_has(r, "委托保管书"));
	assert_false(answer_has(r, "封条"));
	/* in Chinese the laws have names */
	bench_english(b, false);
	r = bench_get(b, h.party, mine);
	assert_true(answer_has(r, "程序规定第三十八条、行政强制法第二十五条"));
	assert_false(answer_has(r, "O2 "));
	assert_false(answer_has(r, "AEL"));
	r = bench_get(b, "officer1", of_case(&h, "measures"));
	assert_false(answer_has(r, "O2 "));
	bench_english(b, true);
}

static struct answer *with_photo(const struct held *h, const char *bytes, size_t n)
{
	bench_file(
		h->b, "photo", "x.jpg", "image/jpeg", (struct bytes){ (const uint8_t *)bytes, n });
	return bench_post(h->b, "officer1", of_case(h, "measures"), "kind", "seize", "reason", "x",
		"place", "y", "name1", "鸡块", "quantity1", "1", NULL);
}

static void a_photo_is_one(void **state)
{
	struct held h = matter(*state);

	status_is(with_photo(&h, "<html>not a photo", 17), 422);
	status_is(with_photo(&h, "\xff\xd8", 2), 422);
	assert_int_equal(bench_int(h.b, "SELECT count(*) FROM measures"), 0);
	status_is(with_photo(&h, "\xff\xd8\xff\xe0rest", 8), 303);
	assert_int_equal(bench_int(h.b, "SELECT count(*) FROM measures WHERE photo_sm3 <> ''"), 1);
}

/* A served decision does not close its case while something is held. */
static enum err decide(struct req *rq, void *arg)
{
	struct held *h = arg;
	struct case_row c;

	TRY(db_one(rq, &case_model, &c, "SELECT * FROM cases WHERE id = $1", h->id));
	c.state = "decided";
	c.outcome = "penalty";
	c.penalty = "PEN_WARN";
	c.decided_at = c.served_at = rq->now;
	TRY(db_update(rq, &case_model, &c));
	TRY(emit(rq, CASE_SERVED, c.id, c.operator, "{}"));
	return case_close_if_done(rq, &c);
}

static void a_case_waits(void **state)
{
	struct held h = matter(*state);
	struct bench *b = h.b;

	propose(&h, "seize", "1");
	bench_torture(b, "head1", step(&h, "decide"), "verdict", "approve", "words", "同意", NULL);
	assert_int_equal(bench_write(b, decide, &h), OK);
	assert_string_equal(bench_text(b, "SELECT state FROM cases"), "decided");
	bench_torture(b, "head1", step(&h, "release"), "words", "不再需要扣押", NULL);
	assert_string_equal(bench_text(b, "SELECT state FROM cases"), "closed");
}

#define TESTS(X)                                                                                   \
	X(seizure)                                                                                 \
	X(seizure_to_its_end)                                                                      \
	X(kept_evidence)                                                                           \
	X(disposed)                                                                                \
	X(letters)                                                                                 \
	X(only_its_officers)                                                                       \
	X(a_leader_of_the_case)                                                                    \
	X(stepped_aside)                                                                           \
	X(report_in_time) X(one_bad_row) X(the_party_sees) X(a_photo_is_one) X(a_case_waits)
#define ON_SQLITE(f)   { #f, f, begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, bench_end, (void *)"postgres" },

static int begin(void **state)
{
	int e = bench_begin(state);
	bench_english(*state, true);
	return e;
}

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"measures", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
