/* The chain, end to end, without sockets and on both databases: a lead, two officers, a case, the
 * party's telephone, a sealed decision that is served, a grade that turns yellow, a public page,
 * and a verification that finds what was changed afterwards. */
#include "harness.h"

#include "cli.h"
#include "core/ledger/verify.h"
#include "domains/cameras/cameras.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A signature: a PNG of 200 by 60 with a black stroke, made once and kept here as a data address.
 */
#include "signature_png.h"

static const char jpeg[] = "\xff\xd8\xff\xe0 a still of the kitchen \xff\xd9";
static const char clip[] = "....ftypiso5 a clip of the kitchen";

struct story {
	struct bench *b;
	int64_t operator, camera, lead, case_id;
	char party[64], at[64], my[64];
};

static struct bytes bytes_of(const char *s, size_t n)
{
	return (struct bytes){ (const uint8_t *)s, n };
}

static const char *num(struct bench *b, int64_t v)
{
	return arena_printf(bench_arena(b), "%" PRId64, v);
}

static void ok(const struct answer *r, int status)
{
	if (r->status != status)
		fprintf(stderr, "answer %d: %s\n", r->status, r->body);
	assert_int_equal(r->status, status);
}

static void camera_made(struct story *s)
{
	struct bench *b = s->b;

	s->operator= bench_operator(b, "示例面馆", HARNESS_AREA);
	ok(bench_post(b, "officer1", "/cameras", "operator", num(b, s->operator), "name",
		   "热厨一号", "place", "热厨门上", "url", "rtsp://127.0.0.1:8554/kitchen", "owner",
		   "示例面馆", "standard", "GB/T 28181-2022", "hours", "06:00-22:00", "watch",
		   "head_uncovered,person_off_hours", "interval_ms", "2000", "notice_url",
		   "https://www.example.org/notice", "notice_at", "2026-01-10", "valid_from",
		   "2026-02-01", "valid_to", "2027-01-31", "clock_checked_at", "2026-11-01",
		   "clock_offset_ms", "120", "calibrated_at", "2026-02-01", NULL),
		303);
	s->camera = bench_int(b, "SELECT max(id) FROM pub_cameras");
	ok(bench_post(b, "reviewer1",
		   arena_printf(bench_arena(b), "/cameras/%" PRId64 "/legal", s->camera), "number",
		   "法审〔2026〕3号", "result", "passed", NULL),
		303);
	ok(bench_post(b, "officer1",
		   arena_printf(bench_arena(b), "/cameras/%" PRId64 "/technical", s->camera),
		   "number", "技审〔2026〕3号", "result", "passed", NULL),
		303);
	bench_file(b, "photo", "sign.jpg", "image/jpeg", bytes_of(jpeg, sizeof(jpeg)));
	ok(bench_post(b, "officer1",
		   arena_printf(bench_arena(b), "/cameras/%" PRId64 "/sign", s->camera), NULL),
		303);
}

/* A spotless inspection: the code is green until the decision. */
static void inspected(struct story *s)
{
	struct bench *b = s->b;
	ok(bench_post(b, "officer1", "/inspections", "operator", num(b, s->operator), "inspector2",
		   num(b, bench_int(b, "SELECT id FROM pub_users WHERE login = 'officer2'")),
		   "kind", "INSP_ROUTINE", "inspected_at", "2026-11-23", "handling", "PASS",
		   "remarks", "", "i1_1", "ok", "i2_1", "ok", "i2_2", "ok", "i2_3", "ok", "i3_1",
		   "ok", "i3_2", "ok", "i4_1", "ok", "i4_2", "ok", "i4_3", "ok", "i4_4", "ok",
		   "i5_1", "ok", "i5_2", "ok", "i5_3", "ok", "i5_4", "ok", "i6_1", "ok", "i6_2",
		   "ok", "i6_3", "ok", "i7_1", "ok", "i7_2", "ok", "i7_3", "ok", "i7_4", "ok",
		   "i7_5", "ok", "i7_6", "ok", "i8_1", "ok", "i8_2", "ok", "i8_3", "ok", "i8_4",
		   "ok", "i9_1", "ok", "i9_2", "ok", "i9_3", "ok", NULL),
		303);
	assert_string_equal(bench_text(b, "SELECT colour FROM pub_grades"), "green");
}

static struct answer *send_lead(struct story *s, const char *key, int64_t at)
{
	struct bench *b = s->b;
	bench_file(b, "still", "still.jpg", "image/jpeg", bytes_of(jpeg, sizeof(jpeg)));
	bench_file(b, "clip", "clip.mp4", "video/mp4", bytes_of(clip, sizeof(clip)));
	return bench_machine_post(b, "/leads", "key", key, "camera", num(b, s->camera), "rule",
		"head_uncovered", "rule_version", "1", "model",
		"multipose256@12345678+head@12345678", "started_at", num(b, at), "ended_at",
		num(b, at + 4000), "clip_from", num(b, at - 8000), "clip_to", num(b, at + 5000),
		"score", "8700", "width", "768", "height", "432", "findings",
		"[{\"time\":1,\"kind\":\"head_uncovered\",\"score\":8700,\"box\":[10,20,30,40]}]",
		NULL);
}

static void lead_confirmed(struct story *s)
{
	struct bench *b = s->b;
	const char *path;

	bench_clock(b, clock_now() + HOUR); /* the reviews lie before the clip */
	ok(send_lead(s, "k1", clock_now()), 201);
	s->lead = bench_int(b, "SELECT max(id) FROM pub_leads");
	ok(send_lead(s, "k1", clock_now()), 201); /* sent again after a kill: the same lead */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_leads"), 1);
	assert_int_equal(bench_int(b, "SELECT usable FROM pub_leads"), 1);
	path = arena_printf(bench_arena(b), "/leads/%" PRId64 "/review", s->lead);
	ok(bench_post(b, "officer3", path, "verdict", "confirm", NULL), 403); /* another area */
	ok(bench_post(b, "officer1", path, "verdict", "confirm", "reason", "未戴帽", NULL), 303);
	ok(bench_post(b, "officer1", path, "verdict", "confirm", NULL),
		409); /* the second cannot be the first */
	assert_true(bench_torture(
			    b, "officer2", path, "verdict", "confirm", "reason", "同意", NULL) > 8);
	s->case_id = bench_int(b, "SELECT max(id) FROM pub_cases");
	assert_string_equal(bench_text(b, "SELECT state FROM pub_cases"), "precheck");
	snprintf(s->at, sizeof(s->at), "/cases/%" PRId64, s->case_id);
	snprintf(s->my, sizeof(s->my), "/my/cases/%" PRId64, s->case_id);
	snprintf(s->party, sizeof(s->party), "party:%" PRId64 ":%" PRId64, s->operator, s->case_id);
}

static const char *at(struct story *s, const char *step)
{
	return arena_printf(bench_arena(s->b), "%s/%s", s->at, step);
}

static const char *my(struct story *s, const char *step)
{
	return arena_printf(bench_arena(s->b), "%s/%s", s->my, step);
}

static void case_filed(struct story *s)
{
	struct bench *b = s->b;
	const char *officer2 =
		num(b, bench_int(b, "SELECT id FROM pub_users WHERE login = 'officer2'"));

	ok(bench_post(b, "officer1", at(s, "file"), "officer2", officer2, "reason", "", NULL), 409);
	ok(bench_post(b, "officer1", at(s, "file"), "officer2",
		   num(b, bench_int(b, "SELECT id FROM pub_users WHERE login = 'officer1'")),
		   "reason", "x", NULL),
		409);
	assert_true(bench_torture(b, "officer1", at(s, "file"), "officer2", officer2, "reason",
			    "有初步证据证明违法行为", "proof", "1", "penalty_due", "1",
			    "jurisdiction", "1", NULL) > 4);
	ok(bench_post(b, "officer1", at(s, "link"), "phone", "12", NULL), 422);
	ok(bench_post(b, "officer1", at(s, "link"), "phone", "13912345678", NULL), 422);
	ok(bench_post(b, "officer1", at(s, "link"), "phone", "13912345678", "phone_reason",
		   "执照登记电话已停机", NULL),
		303);
	ok(bench_post(b, "officer2", at(s, "link"), "phone", "13912345678", NULL), 303);
	bench_jobs(b);
}

static const char *sms_link(struct story *s)
{
	struct bytes all;
	struct fault why = { 0 };
	char *path = arena_printf(bench_arena(s->b), "%s/outbox/sms.jsonl", bench_dir(s->b));
	assert_int_equal(file_read(bench_arena(s->b), path, 1 << 20, &all, &why), OK);
	const char *text = arena_copy(bench_arena(s->b), (const char *)all.at, all.n),
		   *from = strstr(text, "/l/");
	assert_non_null(from);
	return arena_copy(bench_arena(s->b), from, 3 + 43);
}

static const char *sms_code(struct bench *b)
{
	static const char mark[] = "验证码是 ";
	const char *text = bench_text(b, "SELECT data FROM jobs WHERE kind = 'core.sms' ORDER BY "
					 "id DESC LIMIT 1"),
		   *from = strstr(text, mark);
	assert_non_null(from);
	return arena_copy(bench_arena(b), from + strlen(mark), 6);
}

static void party_answers(struct story *s)
{
	struct bench *b = s->b;
	const char *link = sms_link(s);

	ok(bench_get(b, "", link), 200);
	ok(bench_get(b, "", s->my), 401);
	ok(bench_post(b, "", link, "code", "123456", NULL), 200); /* none was sent */
	ok(bench_post(b, "", arena_printf(bench_arena(b), "%s/code", link), NULL), 303);
	const char *code = sms_code(b);
	struct answer *opened = bench_post(b, "", link, "code", code, NULL);
	ok(opened, 303);
	assert_string_equal(opened->location, s->my);
	ok(bench_post(b, "", link, "code", code, NULL), 200); /* used */
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM pub_ledger WHERE name = 'link.refused'"), 2);
	ok(bench_get(b, "", link), 410);
	ok(bench_get(b, s->party, s->my), 200);
	ok(bench_get(b, s->party, my(s, "evidence")), 200);
	ok(bench_get(b,
		   arena_printf(bench_arena(b), "party:%" PRId64 ":%" PRId64, s->operator,
			   s->case_id + 1),
		   s->my),
		403);
	ok(bench_post(b, s->party, my(s, "seen"), NULL), 303);
	ok(bench_post(b, s->party, my(s, "answer"), "answer", "", NULL), 422);
	ok(bench_post(b, s->party, my(s, "answer"), "answer", "disputes", "words", "", NULL), 422);
	ok(bench_sign(
		   b, s->party, my(s, "answer"), "answer", "accepts", "words", "已要求整改", NULL),
		303);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM papers WHERE template = 'edata_record' AND "
			     "content LIKE '%热厨门上%' AND content LIKE '%file.2.sha256%'"),
		1);
	const char *shown = bench_shown(b, s->party, my(s, "address"), "consent", "yes", "e_phone",
		"13912345678", "post_address", "示例路1号", "receiver", "张三", NULL);
	ok(bench_post(b, s->party, my(s, "address"), "consent", "yes", "e_phone", "13912345678",
		   "post_address", "示例路1号", "receiver", "张三", "shown", shown, "signature",
		   "data:image/png;base64,AAAA", NULL),
		422);
	assert_true(bench_torture(b, s->party, my(s, "address"), "consent", "yes", "e_phone",
			    "13912345678", "post_address", "示例路1号", "receiver", "张三", "shown",
			    shown, "signature", SIGNATURE_PNG, NULL) > 5);
	bench_jobs(b);
}

static void corrected(struct story *s)
{
	struct bench *b = s->b;

	ok(bench_post(b, "officer1", at(s, "correction"), "requirement", "立即佩戴工作帽", "due",
		   "2026-11-01", NULL),
		409);
	ok(bench_post(b, "officer1", at(s, "correction"), "requirement", "立即佩戴工作帽", "due",
		   "2026-11-30", NULL),
		303);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_papers WHERE template = "
				      "'correction_order' AND state = 'sealed'"),
		1);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM pub_ledger WHERE name = 'case.served'"), 1);
	bench_file(b, "photo", "done.jpg", "image/jpeg", bytes_of(jpeg, sizeof(jpeg)));
	ok(bench_post(b, s->party, my(s, "correction"), "words", "已全部佩戴", NULL), 303);
	ok(bench_post(b, "officer1", at(s, "correction/verdict"), "verdict", "refuse", "reason", "",
		   NULL),
		422);
	ok(bench_post(b, "officer1", at(s, "correction/verdict"), "verdict", "accept", NULL), 303);
}

static void decided(struct story *s)
{
	struct bench *b = s->b;

	ok(bench_post(b, "officer1", at(s, "propose"), NULL), 409); /* not told, not heard */
	ok(bench_post(b, "officer1", at(s, "tell"), NULL), 409);    /* not weighed: APL 33 */
	ok(bench_post(b, "officer1", at(s, "do/weigh"), "reply_minor", "no", "reply_first", "no",
		   NULL),
		303);
	ok(bench_post(b, "officer1", at(s, "tell"), NULL), 303);
	ok(bench_post(b, "officer1", at(s, "silence"), NULL),
		409); /* five working days have not passed */
	ok(bench_post(b, s->party, my(s, "statement"), "statement", "made", "words", "", NULL),
		422);
	ok(bench_post(b, s->party, my(s, "statement"), "statement", "made", "words",
		   "初次发生，已改正", NULL),
		303);
	ok(bench_sign(b, s->party, my(s, "statement"), "statement", "all", NULL), 303);
	ok(bench_post(b, "officer1", at(s, "propose"), "adopted", "", NULL), 409);
	ok(bench_post(b, "officer1", at(s, "propose"), "adopted", "不改变事实认定，已予考虑", NULL),
		303);
	ok(bench_post(b, "officer1", at(s, "decide"), "verdict", "sign", NULL),
		409); /* the other one signs */
	assert_true(bench_torture(b, "officer2", at(s, "decide"), "verdict", "sign", NULL) > 10);
	bench_jobs(b);
	assert_string_equal(bench_text(b, "SELECT state FROM pub_cases"), "closed");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM pub_ledger WHERE name = 'case.closed'"), 1);
	assert_int_equal(bench_int(b, "SELECT publishable FROM pub_cases"),
		0); /* a warning only is not published */
}

static enum err head(struct req *rq, void *arg)
{
	struct fault why = { 0 };
	(void)arg;
	return ledger_sign_head(rq_conn(rq), rq->app->signer, rq->arena, &why);
}

static void public_sees(struct story *s)
{
	struct bench *b = s->b;
	const char *code =
		bench_text(b, "SELECT code FROM pub_papers WHERE template = 'onspot_decision'");

	assert_string_equal(bench_text(b, "SELECT colour FROM pub_grades"), "yellow");
	assert_int_equal(bench_write(b, head, NULL), OK);
	struct answer *v = bench_get(b, "", arena_printf(bench_arena(b), "/v/%s", code));
	ok(v, 200);
	assert_non_null(strstr(v->body, "alert-green"));
	assert_null(strstr(v->body, "alert-red"));
	struct answer *pdf = bench_get(b, s->party,
		arena_printf(bench_arena(b), "/papers/%" PRId64 "/file",
			bench_int(b,
				"SELECT id FROM pub_papers WHERE template = 'onspot_decision'")));
	ok(pdf, 200);
	assert_memory_equal(pdf->body, "%PDF", 4);
	bench_file(b, "file", "copy.pdf", "application/pdf", bytes_of(pdf->body, pdf->body_n));
	assert_non_null(
		strstr(bench_post(b, "", arena_printf(bench_arena(b), "/v/%s", code), NULL)->body,
			"copy.pdf"));
	ok(bench_get(b, "",
		   arena_printf(bench_arena(b), "/papers/%" PRId64 "/file",
			   bench_int(b, "SELECT max(id) FROM pub_papers"))),
		303); /* to the login */
}

/* ---- what was changed afterwards is found ---------------------------- */
static int64_t wrong(struct story *s, const char **first)
{
	struct verify_report r = { 0 };
	struct fault why = { 0 };
	enum err e = verify_app(bench_app(s->b), bench_arena(s->b), &r, &why);
	if (e)
		fprintf(stderr, "verify: %s\n", why.text);
	assert_int_equal(e, OK);
	*first = r.wrong.count ? r.wrong.text[0] : "";
	return r.wrong.count;
}

static void flip(const char *path)
{
	char c;
	assert_int_equal(chmod(path, 0600), 0);
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &c, 1, 20), 1);
	c = (char)(c ^ 1);
	assert_int_equal(pwrite(fd, &c, 1, 20), 1);
	close(fd);
}

static void tampering_found(struct story *s)
{
	struct bench *b = s->b;
	const char *first, *sm3 = bench_text(b,
				   "SELECT sm3 FROM pub_papers WHERE template = 'onspot_decision'");
	char *path = arena_printf(
		bench_arena(b), "%s/objects/%.2s/%.2s/%s", bench_dir(b), sm3, sm3 + 2, sm3);

	if (wrong(s, &first))
		fprintf(stderr, "false alarm: %s\n", first);
	assert_int_equal(wrong(s, &first), 0);
	flip(path);
	assert_true(wrong(s, &first) > 0);
	assert_non_null(strstr(first, sm3));
	const char *code =
		bench_text(b, "SELECT code FROM pub_papers WHERE template = 'onspot_decision'");
	assert_non_null(strstr(
		bench_get(b, "", arena_printf(bench_arena(b), "/v/%s", code))->body, "alert-red"));
	flip(path);
	assert_int_equal(wrong(s, &first), 0);
	bench_run(b, "UPDATE cases SET decided_at = decided_at - 86400000");
	assert_int_equal(wrong(s, &first), 1);
	assert_non_null(strstr(first, "cases"));
	bench_run(b, "UPDATE cases SET decided_at = decided_at + 86400000");
	assert_int_equal(wrong(s, &first), 0);
}

static void chain_on(bool postgres)
{
	struct story s = { .b = bench_open_on(NULL, postgres) };

	camera_made(&s);
	inspected(&s);
	lead_confirmed(&s);
	case_filed(&s);
	party_answers(&s);
	corrected(&s);
	decided(&s);
	public_sees(&s);
	tampering_found(&s);
	bench_close(s.b);
}

static void chain_sqlite(void **state)
{
	(void)state;
	chain_on(false);
}

static void chain_postgres(void **state)
{
	(void)state;
	if (!bench_has_postgres())
		skip();
	chain_on(true);
}

/* A clip from before the reviews may start a matter, but proves nothing: filing is refused with the
 * article. */
static void clip_outside_register(void **state)
{
	struct story s = { .b = bench_open(NULL) };

	(void)state;
	camera_made(&s);
	ok(send_lead(&s, "early", clock_now() - 2 * DAY), 201);
	assert_int_equal(bench_int(s.b, "SELECT usable FROM pub_leads"), 0);
	s.lead = bench_int(s.b, "SELECT max(id) FROM pub_leads");
	const char *path = arena_printf(bench_arena(s.b), "/leads/%" PRId64 "/review", s.lead);
	ok(bench_post(s.b, "officer1", path, "verdict", "confirm", NULL), 303);
	ok(bench_post(s.b, "officer2", path, "verdict", "confirm", NULL), 303);
	bench_english(s.b, true);
	struct answer *r = bench_post(s.b, "officer1",
		arena_printf(bench_arena(s.b), "/cases/%" PRId64 "/file",
			bench_int(s.b, "SELECT max(id) FROM pub_cases")),
		"officer2",
		num(s.b, bench_int(s.b, "SELECT id FROM pub_users WHERE login = 'officer2'")),
		"reason", "x", NULL);
	ok(r, 409);
	assert_non_null(strstr(r->body, "article 41"));
	bench_close(s.b);
}

/* A second lead of the same act goes into the open case. */
static void one_open_case(void **state)
{
	struct story s = { .b = bench_open(NULL) };

	(void)state;
	camera_made(&s);
	lead_confirmed(&s);
	ok(send_lead(&s, "k2", clock_now() + 60000), 201);
	const char *path = arena_printf(bench_arena(s.b), "/leads/%" PRId64 "/review",
		bench_int(s.b, "SELECT max(id) FROM pub_leads"));
	ok(bench_post(s.b, "officer1", path, "verdict", "confirm", NULL), 303);
	ok(bench_post(s.b, "officer2", path, "verdict", "confirm", NULL), 303);
	assert_int_equal(bench_int(s.b, "SELECT count(*) FROM pub_cases"), 1);
	assert_int_equal(bench_int(s.b, "SELECT count(*) FROM case_evidence"), 2);
	bench_close(s.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(chain_sqlite),
		cmocka_unit_test(chain_postgres), cmocka_unit_test(clip_outside_register),
		cmocka_unit_test(one_open_case) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
