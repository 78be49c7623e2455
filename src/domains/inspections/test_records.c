/* A whole record arrives from a tablet: once, twice, with conflicts, with parts missing. */
#include "domains/inspections/protocol.h"
#include "harness.h"
#include "signature_png.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1,
	0, 1, 0, 0, 0xff, 0xd9 };

static int open_bench(void **state)
{
	struct bench *b = bench_open_on(NULL, *state != NULL);
	id_seed(31);
	*state = b;
	return 0;
}

/* What of a record differs from a spotless one. */
struct visit {
	int64_t operator;
	const char *key, *kind, *who, *second, *card2, *version, *more, *answers;
	const char *notice, *met;
	int64_t started;
	bool photo, damaged, refuses, unsigned2, no_witness;
	const char *accept;
};

static const char KEY[] = "0b5f6f1e-1111-4222-8333-444455556666";

static const char *user(struct bench *b, const char *login)
{
	return bench_text(
		b, arena_printf(bench_arena(b),
			   "SELECT CAST(id AS text) FROM pub_users WHERE login = '%s'", login));
}

static const char *answers_json(struct bench *b, const char *special)
{
	static const char *const items[] = { "1.1", "2.1", "2.2", "2.3", "3.1", "3.2", "4.1", "4.2",
		"4.3", "4.4", "5.1", "5.2", "5.3", "5.4", "6.1", "6.2", "6.3", "7.1", "7.2", "7.3",
		"7.4", "7.5", "7.6", "8.1", "8.2", "8.3", "8.4", "9.1", "9.2", "9.3" };
	struct buf j = { .arena = bench_arena(b) };

	buf_puts(&j, "{");
	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++) {
		const char *name = arena_printf(bench_arena(b), "\"%s\":", items[i]);
		if (!strstr(special, name))
			buf_printf(&j, "%s%s{\"v\":\"ok\"}", j.n > 1 ? "," : "", name);
	}
	buf_printf(&j, "%s%s}", *special ? "," : "", special);
	return buf_text(&j);
}

static const char *or_else(const char *s, const char *other)
{
	return s ? s : other;
}

static const char *record_json(struct bench *b, const struct visit *v)
{
	struct digest d = sha256(jpeg, sizeof(jpeg));
	int64_t start = v->started ? v->started : clock_now() - 40 * MINUTE;
	const char *who = or_else(v->who, "officer1"), *second = or_else(v->second, "officer2");
	struct buf j = { .arena = bench_arena(b) };

	buf_printf(&j, "{\"key\":\"%s\",\"operator\":\"%" PRId64 "\",\"kind\":\"%s\"",
		or_else(v->key, KEY), v->operator, or_else(v->kind, "INSP_ROUTINE"));
	buf_printf(&j, ",\"table\":\"catering\",\"table_version\":\"%s\"",
		or_else(v->version, "2016"));
	buf_printf(&j, ",\"officer1\":\"%s\",\"card1\":\"%s\",\"officer2\":\"%s\",\"card2\":\"%s\"",
		user(b, who), text_is(who, "officer3") ? "沪市监02001" : "沪市监01001",
		user(b, second), or_else(v->card2, "沪市监01002"));
	buf_printf(&j, ",\"started_at\":%" PRId64 ",\"ended_at\":%" PRId64, start,
		start + 30 * MINUTE);
	buf_printf(&j,
		",\"cards_shown\":true,\"notice_read\":true,\"notice_answer\":\"%s\",\"met\":\"%"
		"s\"",
		or_else(v->notice, "none"), or_else(v->met, "张三"));
	if (v->refuses)
		buf_puts(&j, ",\"refusal\":\"认为不属实\",\"witness\":\"社区干部李四\"");
	if (v->photo)
		buf_printf(&j,
			",\"photos\":[{\"field\":\"p0\",\"item\":\"5.1\",\"sha256\":\"%s\",\"at\":"
			"%" PRId64 "}]",
			v->damaged ? "00" : digest_hex(bench_arena(b), &d), start + MINUTE);
	buf_printf(&j, ",\"answers\":%s%s}", answers_json(b, or_else(v->answers, "")),
		or_else(v->more, ""));
	return buf_text(&j);
}

static struct answer *post(struct bench *b, const struct visit *v, const char *record)
{
	if (v->photo)
		bench_file(b, "p0", "p0.jpg", "image/jpeg", (struct bytes){ jpeg, sizeof(jpeg) });
	return bench_post(b, or_else(v->who, "officer1"), "/inspections/records", "record", record,
		"device_now", arena_printf(bench_arena(b), "%" PRId64, clock_now()), "accept",
		or_else(v->accept, ""), "sign1", SIGNATURE_PNG, "sign2",
		v->unsigned2 ? "" : SIGNATURE_PNG, "sign_party", v->refuses ? "" : SIGNATURE_PNG,
		"sign_witness", v->refuses && !v->no_witness ? SIGNATURE_PNG : "", NULL);
}

static struct answer *take(struct bench *b, const struct visit *v)
{
	return post(b, v, record_json(b, v));
}

static int64_t count(struct bench *b, const char *table)
{
	return bench_int(b, arena_printf(bench_arena(b), "SELECT count(*) FROM %s", table));
}

static const char FAILED_TWO[] =
	"\"5.1\":{\"v\":\"fail\",\"codes\":\"5.1a\",\"days\":3},\"4.2\":{\"v\":\"fail\","
	"\"words\":\"一人无健康证\",\"days\":7},\"7.3\":{\"v\":\"na\",\"words\":\"无专间\"}";

static const char *page_of(struct bench *b, const char *start, const char *sql)
{
	return arena_printf(bench_arena(b), "%s%" PRId64, start, bench_int(b, sql));
}

static const char *all_words(struct bench *b, const char *path, const char *login)
{
	struct answer *r = bench_get(b, login, path);
	assert_int_equal(r->status, 200);
	return r->body;
}

static void test_whole(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA),
		.photo = true,
		.answers = FAILED_TWO };
	struct answer *r = take(b, &v);

	assert_int_equal(r->status, 200);
	assert_non_null(strstr(r->body, "\"result\":\"BASIC_CONFORM\""));
	assert_string_equal(bench_text(b, "SELECT handling FROM inspections"), "ORDER");
	/* 7 days after Monday 23 November: Monday 30 */
	assert_int_equal(bench_int(b, "SELECT correct_by FROM inspections"),
		civil_to_ms((struct civil){ .year = 2026, .month = 11, .day = 30 }));
	assert_int_equal(count(b, "inspection_corrections"), 2);
	assert_int_equal(count(b, "inspection_photos"), 1);
	assert_int_equal(count(b, "inspection_findings"), 3);
	assert_string_equal(
		bench_text(b, "SELECT finding FROM inspection_corrections WHERE item = '5.1'"),
		"地面、墙面油污积垢");
	/* 20 working days after 23 November, none of them a holiday: 21 December */
	assert_int_equal(bench_int(b, "SELECT publish_by FROM inspection_protocols") / DAY,
		civil_to_ms((struct civil){ .year = 2026, .month = 12, .day = 21, .hour = 12 }) /
			DAY);
	bench_jobs(b);
	assert_string_equal(
		bench_text(b, "SELECT state FROM papers WHERE template = 'inspection_result'"),
		"sealed");
	const char *path = page_of(b, "/inspections/", "SELECT id FROM inspections");
	bench_golden(
		b, bench_get(b, "officer1", path), "src/domains/inspections/golden/record.html");
	path = page_of(b, "/inspections/photos/", "SELECT id FROM inspection_photos");
	assert_int_equal(bench_get(b, "officer1", path)->status, 200);
	assert_int_equal(bench_get(b, "officer3", path)->status, 403);
	assert_int_equal(bench_get(b, "", path)->status, 303);
}

/* The answer was lost: the tablet sends again. */
static void test_again(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA), .photo = true };
	const char *record = record_json(b, &v);
	struct answer *first = post(b, &v, record), *second;

	assert_int_equal(first->status, 200);
	int64_t facts = count(b, "ledger");
	bench_clock(b, clock_now() + 3 * DAY);
	second = post(b, &v, record);
	assert_int_equal(second->status, 200);
	assert_string_equal(first->body, second->body);
	assert_int_equal(count(b, "inspections"), 1);
	assert_int_equal(count(b, "ledger"), facts);
	/* the same key with another record is nothing to be answered */
	v.more = ",\"explanation\":\"x\"";
	assert_int_equal(take(b, &v)->status, 409);
	/* and another's key is not known to a stranger: his own record does not become it */
	assert_int_equal(count(b, "inspections"), 1);
}

static void test_torture(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA),
		.answers = FAILED_TWO };
	const char *record = record_json(b, &v);

	assert_true(bench_torture(b, "officer1", "/inspections/records", "record", record,
			    "device_now", arena_printf(bench_arena(b), "%" PRId64, clock_now()),
			    "sign1", SIGNATURE_PNG, "sign2", SIGNATURE_PNG, "sign_party",
			    SIGNATURE_PNG, NULL) > 10);
	assert_int_equal(count(b, "inspections"), 1);
	assert_int_equal(count(b, "inspection_corrections"), 2);
}

static void refused(struct bench *b, struct visit v, int status)
{
	v.operator= bench_int(b, "SELECT max(id) FROM pub_operators");
	struct answer *r = take(b, &v);
	if (r->status != status)
		fprintf(stderr, "%d: %s\n", r->status, r->body);
	assert_int_equal(r->status, status);
	assert_int_equal(count(b, "inspections"), 0);
}

static void test_refused(void **state)
{
	struct bench *b = *state;

	bench_operator(b, "禾记小馆", HARNESS_AREA);
	refused(b, (struct visit){ .second = "officer1", .card2 = "沪市监01001" }, 422);
	refused(b, (struct visit){ .second = "officer3", .card2 = "沪市监02001" }, 422);
	refused(b, (struct visit){ .card2 = "沪市监09999" }, 422);
	refused(b, (struct visit){ .kind = "INSP_PARTY" }, 422);
	refused(b, (struct visit){ .version = "1999" }, 404);
	refused(b, (struct visit){ .key = "short" }, 400);
	refused(b, (struct visit){ .unsigned2 = true }, 422);
	refused(b, (struct visit){ .refuses = true, .no_witness = true }, 422);
	refused(b, (struct visit){ .photo = true, .damaged = true }, 422);
	refused(b, (struct visit){ .answers = "\"3.1\":{\"v\":\"\"}" }, 422);
	refused(b, (struct visit){ .answers = "\"3.1\":{\"v\":\"fail\"}" }, 422);
	refused(b, (struct visit){ .answers = "\"3.1\":{\"v\":\"na\"}" }, 422);
	refused(b,
		(struct visit){ .answers = "\"5.1\":{\"v\":\"fail\",\"words\":\"x\",\"days\":4}" },
		422);
	refused(b, (struct visit){ .more = ",\"obstruction\":\"entry\"" }, 422);
	refused(b, (struct visit){ .more = ",\"risk\":true" }, 422);
	refused(b, (struct visit){ .notice = "recusal" }, 422);
	refused(b, (struct visit){ .met = "" }, 422);
	refused(b, (struct visit){ .started = clock_now() - 100 * DAY }, 422);
	refused(b, (struct visit){ .started = clock_now() + 2 * HOUR }, 422);
	refused(b, (struct visit){ .who = "officer3" }, 403);
	refused(b, (struct visit){ .who = "head1" }, 403);
	assert_int_equal(
		bench_post(b, "officer1", "/inspections/records", "record", "{", NULL)->status,
		400);
	assert_int_equal(bench_post(b, "officer1", "/inspections/records", NULL)->status, 400);
}

static void test_refused_to_sign(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA),
		.refuses = true,
		.answers = FAILED_TWO,
		.more = ",\"obstruction\":\"evidence\",\"obstruction_words\":\"不让拍照\"" };

	assert_int_equal(take(b, &v)->status, 200);
	assert_string_equal(
		bench_text(b, "SELECT served_way FROM inspection_corrections LIMIT 1"), "witness");
	assert_string_equal(
		bench_text(b, "SELECT witness FROM inspection_protocols"), "社区干部李四");
	bench_jobs(b);
	assert_string_equal(
		bench_text(b, "SELECT state FROM papers WHERE template = 'inspection_result'"),
		"sealed");
}

/* What changed at the centre meanwhile is said, decided, and kept. */
static void test_conflicts(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA) };
	struct answer *r;

	assert_int_equal(take(b, &v)->status, 200);
	v.key = "0b5f6f1e-1111-4222-8333-444455557777";
	r = take(b, &v);
	assert_int_equal(r->status, 409);
	assert_non_null(strstr(r->body, "\"another_today\""));
	bench_post(b, "officer1",
		arena_printf(bench_arena(b), "/operators/%" PRId64 "/close", v.operator), NULL);
	r = take(b, &v);
	assert_non_null(strstr(r->body, "\"operator_closed\""));
	assert_non_null(strstr(r->body, "\"another_today\""));
	v.accept = "another_today";
	assert_int_equal(take(b, &v)->status, 409);
	assert_int_equal(count(b, "inspections"), 1);
	v.accept = "another_today,operator_closed";
	assert_int_equal(take(b, &v)->status, 200);
	assert_int_equal(count(b, "inspections"), 2);
	assert_string_equal(
		bench_text(b, "SELECT max(accepted) FROM inspection_protocols"), v.accept);
}

/* ---- tables --------------------------------------------------------------------------------- */
static struct answer *import(struct bench *b, const char *name, const char *text)
{
	bench_file(b, "file", name, "text/plain",
		(struct bytes){ (const uint8_t *)text, strlen(text) });
	return bench_post(b, "admin1", "/inspections/tables", "table_id", "catering", "version",
		"2026", "title", "餐饮服务监督检查要点表", "valid_from", "2026-11-01", "min_key",
		"1", "min_general", "1", NULL);
}

static const char ROWS[] =
	"no,group,key,text,text_en\r\n1.1,资质,是,许可证有效,Licence valid\r\n"
	"1.2,资质,,\"公示\"\"许可证\"\"，醒目\",Shown\r\n2.1,人员,1,健康证明,\r\n";

static void test_tables(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA) };

	assert_int_equal(import(b, "t.csv", "no,text\n")->status, 422);
	assert_int_equal(import(b, "t.csv", "no,group,key,text\n1.1,,是,x\n")->status, 422);
	assert_int_equal(import(b, "t.csv", "no,group,key,text\n1.1,a,,\"x\n")->status, 422);
	assert_int_equal(
		import(b, "t.csv", "no,group,key,text\n1.1,a,,x\n")->status, 422); /* no key item */
	assert_int_equal(import(b, "t.json", "{\"table_id\":1}")->status, 422);
	assert_int_equal(count(b, "check_tables"), 0);
	assert_int_equal(import(b, "t.csv", ROWS)->status, 303);
	assert_int_equal(import(b, "t.csv", ROWS)->status, 422); /* a version is never changed */
	assert_int_equal(count(b, "check_tables"), 1);
	assert_non_null(strstr(all_words(b, "/inspections/tables/catering", "officer1"),
		"公示&quot;许可证&quot;，醒目"));
	assert_non_null(
		strstr(all_words(b, "/inspections/tables/catering?version=2016", "officer1"),
			"餐饮服务日常监督检查要点表"));
	bench_golden(b, bench_get(b, "admin1", "/inspections/tables"),
		"src/domains/inspections/golden/tables.html");
	assert_int_equal(bench_get(b, "officer1", "/inspections/tables/new")->status, 403);
	/* a record of the old version meets the new one */
	struct answer *r = take(b, &v);
	assert_int_equal(r->status, 409);
	assert_non_null(strstr(r->body, "\"table_superseded\""));
	v.accept = "table_superseded";
	assert_int_equal(take(b, &v)->status, 200);
	assert_int_equal(
		bench_get(b, "officer1", page_of(b, "/inspections/", "SELECT id FROM inspections"))
			->status,
		200);
}

/* ---- the check code ------------------------------------------------------------------------- */
static void test_check_code(void **state)
{
	struct bench *b = *state;
	int64_t op = bench_operator(b, "禾记小馆", HARNESS_AREA);
	const char *id = arena_printf(bench_arena(b), "%" PRId64, op);

	assert_true(bench_torture(b, "officer1", "/inspections/codes", "operator", id, "kind",
			    "INSP_ROUTINE", "task", "日常检查", "officer2", user(b, "officer2"),
			    NULL) > 2);
	const char *code = bench_text(b, "SELECT code FROM check_codes");
	const char *path = arena_printf(bench_arena(b), "/c/%s", code);
	struct answer *r = bench_get(b, "", path);
	assert_int_equal(r->status, 200);
	assert_non_null(strstr(r->body, "李明、王芳"));
	assert_in_range(r->statements, 1, 8);
	assert_int_equal(bench_post(b, "", path, "rating", "5", NULL)->status, 409); /* not yet */
	struct visit v = { .operator= op,
		.more = arena_printf(bench_arena(b), ",\"check_code\":\"%s\"", code) };
	assert_int_equal(take(b, &v)->status, 200);
	/* codes and tokens are random: a fixed one for the golden page */
	bench_run(b, "UPDATE check_codes SET code = 'a-code-of-a-visit'");
	path = "/c/a-code-of-a-visit";
	bench_golden(b, bench_get(b, "", path), "src/domains/inspections/golden/code.html");
	assert_int_equal(bench_post(b, "", path, "rating", "6", NULL)->status, 422);
	assert_true(bench_torture(b, "", path, "rating", "4", "words", "规范", NULL) > 1);
	assert_int_equal(bench_post(b, "", path, "rating", "1", NULL)->status, 409); /* once */
	assert_int_equal(bench_int(b, "SELECT rating FROM check_codes"), 4);
	assert_int_equal(bench_get(b, "", "/c/nothing")->status, 404);
}

/* ---- the tablet's page ------------------------------------------------------------------------
 */
static void test_today(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA),
		.answers = FAILED_TWO };

	assert_int_equal(take(b, &v)->status, 200);
	const char *page = all_words(b, "/inspections/today", "officer1");
	assert_null(strstr(page, "李明")); /* what a device keeps names nobody */
	assert_int_equal(bench_get(b, "", "/inspections/today")->status, 303);
	const char *found = all_words(b,
		arena_printf(
			bench_arena(b), "/inspections/today/operators?id=%" PRId64, v.operator),
		"officer1");
	assert_non_null(strstr(found, "\"failed\":[\"4.2\",\"5.1\"]"));
	assert_null(strstr(all_words(b, "/inspections/today/operators", "officer3"), "禾记"));
}

/* ---- corrections ------------------------------------------------------------------------------
 */
static const char *link_of(struct bench *b)
{
	const char *data = bench_text(b, "SELECT data FROM jobs WHERE kind = 'core.sms' LIMIT 1");
	const char *at = strstr(data, "/i/");

	assert_non_null(at);
	return arena_copy(bench_arena(b), at, 3 + 43);
}

static const char *state_of(struct bench *b, const char *item)
{
	return bench_text(
		b, arena_printf(bench_arena(b),
			   "SELECT state FROM inspection_corrections WHERE item = '%s'", item));
}

static const char *correction_path(struct bench *b, const char *item)
{
	return page_of(b, "/corrections/",
		arena_printf(bench_arena(b),
			"SELECT id FROM inspection_corrections WHERE item = '%s'", item));
}

static void attach(struct bench *b)
{
	bench_file(b, "photo", "done.jpg", "image/jpeg", (struct bytes){ jpeg, sizeof(jpeg) });
}

static const char *step(struct bench *b, const char *item, const char *what)
{
	return arena_printf(bench_arena(b), "%s/%s", correction_path(b, item), what);
}

/* The operator says that the orders reached it, shows one; the officer refuses, then accepts. */
static void test_corrections(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA),
		.answers = FAILED_TWO };

	assert_int_equal(take(b, &v)->status, 200);
	assert_int_equal(bench_get(b, "", link_of(b))->status, 200);
	const char *link = "/i/a-fixed-token";
	struct digest d = sm3(link + 3, strlen(link + 3));
	bench_run(b, arena_printf(bench_arena(b), "UPDATE inspection_protocols SET link = '%s'",
			     digest_hex(bench_arena(b), &d)));
	bench_jobs(b);
	bench_golden(b, bench_get(b, "", link), "src/domains/inspections/golden/party.html");
	assert_int_equal(
		bench_get(b, "", arena_printf(bench_arena(b), "%s/sheet", link))->status, 200);
	assert_true(bench_torture(b, "", arena_printf(bench_arena(b), "%s/seen", link), NULL) > 2);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'correction.seen'"), 2);
	const char *send = arena_printf(bench_arena(b), "%s%s", link, correction_path(b, "5.1"));
	assert_int_equal(bench_post(b, "", send, "words", "已清洗", NULL)->status, 422);
	attach(b);
	assert_int_equal(bench_post(b, "", send, "words", "", NULL)->status, 422);
	attach(b);
	assert_true(bench_torture(b, "", send, "words", "已清洗", NULL) > 2);
	assert_string_equal(state_of(b, "5.1"), "SUBMITTED");
	attach(b);
	assert_int_equal(bench_post(b, "", send, "words", "再发", NULL)->status, 409);
	bench_golden(b, bench_get(b, "officer1", correction_path(b, "5.1")),
		"src/domains/inspections/golden/correction.html");
	assert_int_equal(
		bench_post(b, "officer1", step(b, "5.1", "check"), "decision", "refuse", NULL)
			->status,
		422);
	assert_int_equal(
		bench_post(b, "officer3", step(b, "5.1", "check"), "decision", "accept", NULL)
			->status,
		403);
	assert_true(bench_torture(b, "officer1", step(b, "5.1", "check"), "decision", "refuse",
			    "words", "墙面仍有油污", "due", "2026-12-05", NULL) > 1);
	assert_string_equal(state_of(b, "5.1"), "REJECTED");
	assert_int_equal(
		bench_int(b, "SELECT due FROM inspection_corrections WHERE item = '5.1'") + 1,
		civil_to_ms((struct civil){ .year = 2026, .month = 12, .day = 6 }));
	attach(b);
	assert_int_equal(bench_post(b, "", send, "words", "已清洗墙面", NULL)->status, 303);
	assert_int_equal(
		bench_post(b, "officer1", step(b, "5.1", "check"), "decision", "accept", NULL)
			->status,
		303);
	assert_string_equal(state_of(b, "5.1"), "VERIFIED_OK");
	assert_int_equal(bench_get(b, "", "/i/nothing")->status, 404);
	bench_clock(b, clock_now() + 100 * DAY);
	assert_int_equal(bench_get(b, "", link)->status, 410);
}

/* The last day is over: overdue, and a case. */
static void test_overdue(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA),
		.answers = FAILED_TWO };

	assert_int_equal(take(b, &v)->status, 200);
	/* three days after Monday: Thursday 26 November, to its last millisecond */
	bench_clock(b, civil_to_ms((struct civil){ .year = 2026, .month = 11, .day = 27 }) - 1);
	bench_minute(b);
	assert_string_equal(state_of(b, "5.1"), "ORDERED");
	bench_clock(b, clock_now() + 1);
	bench_minute(b);
	assert_string_equal(state_of(b, "5.1"), "OVERDUE");
	assert_string_equal(state_of(b, "4.2"), "ORDERED");
	bench_minute(b);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'correction.overdue'"), 1);
	struct answer *r = bench_get(b, "officer1", "/corrections?state=OVERDUE");
	assert_int_equal(r->status, 200);
	assert_in_range(r->statements, 1, 14);
	bench_golden(b, r, "src/domains/inspections/golden/corrections.html");
	assert_int_equal(
		bench_post(b, "officer1", step(b, "4.2", "case"), "words", "x", NULL)->status, 409);
	assert_int_equal(bench_post(b, "officer1", step(b, "5.1", "case"), NULL)->status, 422);
	assert_true(bench_torture(b, "officer1", step(b, "5.1", "case"), "words", "逾期未改正",
			    NULL) > 1);
	assert_string_equal(state_of(b, "5.1"), "CASE");
	/* an officer records what the operator shows */
	attach(b);
	assert_int_equal(
		bench_post(b, "officer1", step(b, "4.2", "submit"), "words", "已办健康证", NULL)
			->status,
		303);
	assert_int_equal(bench_get(b, "officer3", correction_path(b, "4.2"))->status, 403);
}

/* A result held back: listed with its day, warned of once, five working days before. */
static void test_publication(void **state)
{
	struct bench *b = *state;
	struct visit v = { .operator= bench_operator(b, "禾记小馆", HARNESS_AREA),
		.more = ",\"hold\":true" };

	assert_int_equal(take(b, &v)->status, 200);
	struct answer *r = bench_get(b, "officer1", "/inspections/due");
	assert_non_null(strstr(r->body, "2026-12-21"));
	bench_golden(b, r, "src/domains/inspections/golden/due.html");
	/* Friday 11 December: six working days are left, so nothing yet */
	bench_clock(
		b, civil_to_ms((struct civil){ .year = 2026, .month = 12, .day = 11, .hour = 9 }));
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT warned_at FROM inspection_protocols"), 0);
	bench_clock(
		b, civil_to_ms((struct civil){ .year = 2026, .month = 12, .day = 14, .hour = 9 }));
	bench_minute(b);
	bench_minute(b);
	assert_int_equal(
		bench_int(
			b, "SELECT count(*) FROM ledger WHERE name = 'inspection.publication_due'"),
		1);
	bench_post(b, "officer1",
		arena_printf(bench_arena(b), "%s/publish",
			page_of(b, "/inspections/", "SELECT id FROM inspections")),
		NULL);
	assert_null(strstr(all_words(b, "/inspections/due", "officer1"), "2026-12-21"));
}

#define TESTS(X)                                                                                   \
	X(test_whole)                                                                              \
	X(test_again)                                                                              \
	X(test_torture)                                                                            \
	X(test_refused)                                                                            \
	X(test_refused_to_sign)                                                                    \
	X(test_conflicts)                                                                          \
	X(test_tables)                                                                             \
	X(test_check_code)                                                                         \
	X(test_corrections)                                                                        \
	X(test_overdue)                                                                            \
	X(test_publication)                                                                        \
	X(test_today)
#define ON_SQLITE(f)   { #f, f, open_bench, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, open_bench, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"records", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
