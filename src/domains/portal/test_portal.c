/* The kitchen's own view: link, code, session, and that nothing of others is ever seen. */
#include "domains/portal/portal.h"
#include "harness.h"
#include "modules.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MY_STATEMENTS = 16 };

#define at(b, ...) arena_printf(bench_arena(b), __VA_ARGS__)

/* ---- set-up -----------------------------------------------------------------------------------
 */
static int64_t business(struct bench *b, const char *name, const char *phone)
{
	int64_t id = bench_operator(b, name, HARNESS_AREA);

	bench_run(b, at(b, "UPDATE operators SET phone = '%s' WHERE id = %" PRId64, phone, id));
	return id;
}

static int64_t camera_of(struct bench *b, int64_t operator, const char * name)
{
	struct answer *r = bench_post(b, "officer1", "/cameras", "operator",
		at(b, "%" PRId64, operator), "name", name, "place", "热厨", "url",
		"rtsp://127.0.0.1/1", "owner", "x", "standard", "GB/T 28181-2022", "hours",
		"06:00-22:00", "watch", "head_uncovered", "interval_ms", "2000", "valid_from",
		"2026-01-01", "valid_to", "2026-12-10", "notice_url", "", "notice_at", "",
		"clock_checked_at", "2026-11-01", "clock_offset_ms", "0", "calibrated_at", "",
		NULL);
	int64_t id = 0;

	assert_int_equal(r->status, 303);
	assert_true(text_to_int(r->location + strlen("/cameras/"), &id));
	return id;
}

/* What the message to a telephone carried after the mark, up to a blank or a stop. */
static const char *told(struct bench *b, const char *mark)
{
	const char *text = bench_text(
		b, "SELECT data FROM jobs WHERE kind = 'core.sms' ORDER BY id DESC LIMIT 1");
	const char *from = strstr(text, mark);

	assert_non_null(from);
	from += strlen(mark);
	return arena_copy(bench_arena(b), from, strcspn(from, " ,\"\\"));
}

static const char *link_sent(struct bench *b, int64_t operator)
{
	struct answer *r = bench_post(
		b, "officer1", at(b, "/operators/%" PRId64 "/kitchen-links", operator), NULL);

	assert_int_equal(r->status, 303);
	return at(b, "/k/%s", told(b, "/k/"));
}

static const char *code_of(struct bench *b)
{
	return arena_copy(bench_arena(b), told(b, "验证码是 "), 6);
}

/* The newest session of a business answers to this name from now on. */
static void become(struct bench *b, const char *who)
{
	char token[44];
	size_t n = strlen(who);

	memset(token, '-', 43);
	memcpy(token, who, n);
	struct digest d = sm3(token, 43);
	bench_run(b, at(b,
			     "UPDATE sessions SET token = '%s' WHERE created_at = (SELECT "
			     "max(created_at) FROM sessions WHERE kind = 'party') AND kind = "
			     "'party' AND user_id <> 0",
			     digest_hex(bench_arena(b), &d)));
}

static void signed_in(struct bench *b, int64_t operator, const char * who)
{
	const char *link = link_sent(b, operator);

	bench_clock(b, clock_now() + MINUTE);
	assert_int_equal(bench_post(b, "", at(b, "%s/code", link), NULL)->status, 303);
	struct answer *r = bench_post(b, "", link, "code", code_of(b), NULL);
	assert_int_equal(r->status, 303);
	assert_string_equal(r->location, "/my");
	become(b, who);
}

/* ---- rules ------------------------------------------------------------------------------------
 */
static void test_rules(void **state)
{
	const struct portal_terms t = { 90 * DAY, 10 * MINUTE, 5, 3 };
	int64_t now = 1000 * DAY;
	struct arena *a = arena_new();

	(void)state;
	assert_null(code_send_wrong(&(struct portal_code){ 0 }, &t, now));
	assert_non_null(code_send_wrong(&(struct portal_code){ .sent_at = now - 1 }, &t, now));
	struct portal_code many = { now - HOUR, 0, day_number(now), 3 };
	assert_non_null(code_send_wrong(&many, &t, now));
	many.day--;
	assert_null(code_send_wrong(&many, &t, now));
	assert_non_null(code_take_wrong(&(struct portal_code){ 0 }, &t, now));
	assert_null(code_take_wrong(&(struct portal_code){ now - MINUTE, 4, 0, 0 }, &t, now));
	assert_non_null(code_take_wrong(&(struct portal_code){ now - MINUTE, 5, 0, 0 }, &t, now));
	assert_non_null(code_take_wrong(&(struct portal_code){ now - HOUR, 0, 0, 0 }, &t, now));
	assert_string_equal(phone_masked(a, "13900001234"), "139****1234");
	assert_string_equal(phone_masked(a, "123"), "****");
	arena_free(a);
}

/* ---- link and code ----------------------------------------------------------------------------
 */
static void test_link(void **state)
{
	struct bench *b = *state;
	int64_t o = business(b, "禾记小馆", "13900001234");
	const char *page = at(b, "/operators/%" PRId64 "/kitchen-links", o);

	bench_golden(b, bench_get(b, "officer1", page), "src/domains/portal/golden/none.html");
	const char *link = link_sent(b, o);
	struct answer *r = bench_get(b, "officer1", page);
	assert_true(answer_has(r, "13900001234"));
	bench_golden(b, r, "src/domains/portal/golden/links.html");
	assert_int_equal(bench_post(b, "officer1", page, NULL)->status, 409);
	assert_int_equal(bench_get(b, "officer3", page)->status, 403);
	assert_int_equal(bench_post(b, "auditor1", page, NULL)->status, 403);
	r = bench_get(b, "", link);
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "139****1234"));
	assert_null(strstr(r->body, "13900001234"));
	assert_int_equal(bench_get(b, "", "/k/unknown")->status, 404);
	int64_t none = business(b, "无电话", "");
	assert_int_equal(
		bench_post(b, "officer1", at(b, "/operators/%" PRId64 "/kitchen-links", none), NULL)
			->status,
		422);
}

static void test_code(void **state)
{
	struct bench *b = *state;
	const char *link = link_sent(b, business(b, "禾记小馆", "13900001234"));
	const char *again = at(b, "%s/code", link);

	assert_true(answer_has(bench_post(b, "", link, "code", "000000", NULL), "已过期"));
	assert_int_equal(bench_post(b, "", again, NULL)->status, 303);
	assert_int_equal(bench_post(b, "", again, NULL)->status, 409); /* within a minute */
	const char *code = code_of(b), *wrong = text_is(code, "123456") ? "654321" : "123456";
	assert_true(answer_has(bench_get(b, "", again), "六位验证码"));
	for (int i = 0; i < 5; i++)
		assert_true(answer_has(bench_post(b, "", link, "code", wrong, NULL), "验证码错误"));
	/* the sixth is not even looked at, right as it is */
	assert_true(answer_has(bench_post(b, "", link, "code", code, NULL), "错误次数过多"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sessions WHERE kind = 'party'"), 0);
	bench_clock(b, clock_now() + 2 * MINUTE);
	bench_post(b, "", again, NULL);
	code = code_of(b);
	bench_clock(b, clock_now() + 11 * MINUTE);
	assert_true(answer_has(bench_post(b, "", link, "code", code, NULL), "已过期"));
	bench_post(b, "", again, NULL);
	code = code_of(b);
	assert_int_equal(bench_post(b, "", link, "code", code, NULL)->status, 303);
	assert_true(
		answer_has(bench_post(b, "", link, "code", code, NULL), "已过期")); /* once only */
	assert_null(strstr(bench_text(b, "SELECT code FROM portal_codes"), code));
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'portal.opened'"), 1);
}

static void test_revoke(void **state)
{
	struct bench *b = *state;
	int64_t o = business(b, "禾记小馆", "13900001234");

	signed_in(b, o, "kitchen");
	assert_int_equal(bench_get(b, "kitchen", "/my")->status, 200);
	bench_clock(b, clock_now() + 80 * DAY); /* nobody signs it out for being idle */
	assert_int_equal(bench_get(b, "kitchen", "/my")->status, 200);
	const char *revoke = at(b, "/operators/%" PRId64 "/kitchen-links/%" PRId64 "/revoke", o,
		bench_int(b, "SELECT id FROM portal_links"));
	int64_t other = business(b, "别家", "13900005678");
	assert_int_equal(bench_post(b, "officer1",
				 at(b, "/operators/%" PRId64 "/kitchen-links/%" PRId64 "/revoke",
					 other, bench_int(b, "SELECT id FROM portal_links")),
				 NULL)
				 ->status,
		404);
	bench_run(b, "UPDATE sessions SET seen_at = 9000000000000, expires_at = 9000000000000");
	assert_int_equal(bench_post(b, "officer1", revoke, NULL)->status, 303);
	assert_int_equal(bench_get(b, "kitchen", "/my")->status, 401);
	assert_int_equal(bench_post(b, "officer1", revoke, NULL)->status, 409);
	assert_string_equal(
		bench_text(b, "SELECT state FROM users WHERE role = 'operator'"), "closed");
}

static void test_session_end(void **state)
{
	struct bench *b = *state;

	signed_in(b, business(b, "禾记小馆", "13900001234"), "kitchen");
	bench_clock(b, clock_now() + 91 * DAY);
	assert_int_equal(bench_get(b, "kitchen", "/my")->status, 401);
}

/* ---- what is seen -----------------------------------------------------------------------------
 */
static void lead_put(struct bench *b, int64_t operator, int64_t camera, const char *state)
{
	bench_run(
		b, at(b,
			   "INSERT INTO leads (id, version, lead_key, camera, operator, area, "
			   "rule, rule_version, act, model, found_at, started_at, ended_at, "
			   "clip_from, clip_to, score, width, height, findings, still_sm3, "
			   "still_sha256, clip_sm3, clip_sha256, clock_offset_ms, usable, "
			   "usable_why, state, officer1, at1, reason1, officer2, at2, reason2, "
			   "verdict) VALUES (%" PRId64 ", 1, 'k%" PRId64 "', %" PRId64 ", %" PRId64
			   ", 310112101, 'head_uncovered', '1', 'V01', 'm', "
			   "1795400000000, 1795400000000, 1795400001000, 1795400000000, "
			   "1795400002000, 9000, 10, 10, '[]', '', '', '', '', 0, 1, '', '%s', 1, "
			   "1, '', 2, 1, '', '')",
			   id_new(), id_new(), camera, operator, state));
}

static void test_my(void **state)
{
	struct bench *b = *state;
	int64_t o = business(b, "禾记小馆", "13900001234"),
		other = business(b, "别家酒楼", "13900005678");
	int64_t mine = camera_of(b, o, "热厨一号"), theirs = camera_of(b, other, "别家二号");

	lead_put(b, o, mine, "confirmed");
	lead_put(b, other, theirs, "confirmed");
	bench_machine_json(b, "/internal/cameras/status",
		at(b,
			"{\"cameras\":[{\"id\":%" PRId64
			",\"state\":\"lost\",\"since\":1795400000000,\"reason\":\"no answer\"}]}",
			mine));
	signed_in(b, o, "kitchen");
	struct answer *r = bench_get(b, "kitchen", "/my");
	assert_int_equal(r->status, 200);
	assert_true(r->statements <= MY_STATEMENTS);
	assert_true(answer_has(r, "热厨一号"));
	assert_true(answer_has(r, "V01"));
	assert_null(strstr(r->body, "别家"));
	bench_golden(b, r, "src/domains/portal/golden/my.html");
	r = bench_get(b, "kitchen", at(b, "/my/cameras/%" PRId64, mine));
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "请检查摄像头供电"));
	bench_golden(b, r, "src/domains/portal/golden/camera.html");
	assert_int_equal(
		bench_get(b, "kitchen", at(b, "/my/cameras/%" PRId64, theirs))->status, 404);
	assert_int_equal(bench_get(b, "officer1", "/my")->status, 403);
	assert_int_equal(bench_get(b, "", "/my")->status, 401);
}

/* A file that the media worker would have written. */
static void playlist_put(struct bench *b, int64_t camera)
{
	struct fault why = { 0 };
	const char *dir = at(b, "%s/media/%" PRId64, bench_dir(b), camera);

	assert_int_equal(dir_make(dir, &why), OK);
	assert_int_equal(file_write(at(b, "%s/live.m3u8", dir), "#EXTM3U\n", 8, 0640, &why), OK);
}

static void test_live(void **state)
{
	struct bench *b = *state;
	int64_t o = business(b, "禾记小馆", "13900001234");
	int64_t mine = camera_of(b, o, "一号"),
		theirs = camera_of(b, business(b, "别家", "13900005678"), "二号");

	playlist_put(b, mine);
	playlist_put(b, theirs);
	signed_in(b, o, "kitchen");
	assert_int_equal(
		bench_get(b, "kitchen", at(b, "/cameras/%" PRId64 "/live/live.m3u8", mine))->status,
		200);
	assert_int_equal(
		bench_get(b, "kitchen", at(b, "/cameras/%" PRId64 "/live/live.m3u8", theirs))
			->status,
		404);
	assert_int_equal(
		bench_get(b, "officer1", at(b, "/cameras/%" PRId64 "/live/live.m3u8", theirs))
			->status,
		200);
	assert_int_equal(bench_get(b, "kitchen", at(b, "/cameras/%" PRId64, mine))->status, 403);
}

/* :id is the other's camera or file; :id2 and :key are anything. */
static const char *address_of(struct bench *b, const char *pattern, int64_t id)
{
	struct buf t = { .arena = bench_arena(b) };

	for (const char *s = pattern; *s;) {
		bool key = text_starts(s, ":key");
		if (*s != ':') {
			buf_printf(&t, "%c", *s++);
			continue;
		}
		buf_printf(&t, key ? "x" : "%" PRId64, id);
		s += key || text_starts(s, ":id2") ? 4 : 3;
	}
	return t.s;
}

/* A confirmed finding's still: with faces covered or not at all, and one's own only. */
static void test_still(void **state)
{
	struct bench *b = *state;
	int64_t o = business(b, "禾记小馆", "13900001234"),
		other = business(b, "别家酒楼", "13900005678");
	lead_put(b, o, camera_of(b, o, "一号"), "confirmed");
	const char *mine =
		at(b, "/my/leads/%" PRId64 "/still", bench_int(b, "SELECT max(id) FROM leads"));
	lead_put(b, other, camera_of(b, other, "二号"), "confirmed");
	const char *theirs = at(b, "/my/leads/%" PRId64 "/still",
		bench_int(b, at(b, "SELECT id FROM leads WHERE operator = %" PRId64, other)));
	struct object recorded, covered;
	struct bytes face = { (const uint8_t *)"a face", 6 },
		     blocks = { (const uint8_t *)"blocks", 6 };
	struct store *store = bench_app(b)->store;

	assert_int_equal(store_put(store, bench_arena(b), face, &recorded, NULL), OK);
	assert_int_equal(store_put(store, bench_arena(b), blocks, &covered, NULL), OK);
	bench_run(b, at(b, "UPDATE leads SET still_sm3 = '%s'", recorded.sm3));
	signed_in(b, o, "kitchen");
	assert_int_equal(bench_get(b, "kitchen", mine)->status, 404);
	assert_null(strstr(bench_get(b, "kitchen", "/my")->body, "<img"));
	bench_run(
		b, at(b, "INSERT INTO blur_wishes VALUES ('%s', '', 'still', %" PRId64 ", 1, 1, 1)",
			   recorded.sm3, o));
	bench_run(b, at(b,
			     "INSERT INTO blurs VALUES (1, 1, '%s', '', 'still', %" PRId64
			     ", 1, 'made', '', 'm', 1, 1)",
			     recorded.sm3, o));
	bench_run(b, at(b, "INSERT INTO blur_pictures VALUES (1, 1, 1, 0, 0, 1, '%s', '%s', 6)",
			     covered.sm3, covered.sha256));
	assert_string_equal(bench_get(b, "kitchen", mine)->body, "blocks");
	assert_true(answer_has(bench_get(b, "kitchen", "/my"), mine));
	assert_int_equal(bench_get(b, "kitchen", theirs)->status, 404);
	bench_run(b, at(b, "UPDATE leads SET state = 'new'"));
	assert_int_equal(bench_get(b, "kitchen", mine)->status, 404);
}

static bool open_to_all(enum right r)
{
	return r == ANYBODY || r == SIGNED_IN;
}

/* Every address of the house, asked by one business for another's things. */
static void test_matrix(void **state)
{
	struct bench *b = *state;
	int64_t other = business(b, "别家酒楼", "13900005678"),
		theirs = camera_of(b, other, "别家二号");
	int asked = 0, own = 0;

	signed_in(b, business(b, "禾记小馆", "13900001234"), "kitchen");
	for (const struct module *const *m = modules; *m; m++)
		for (const struct route *r = (*m)->routes; r && r->path; r++) {
			if (open_to_all(r->right))
				continue;
			assert_true(!r->own || r->method == GET);
			const char *path = address_of(b, r->path, theirs);
			struct answer *a = r->method == GET ? bench_get(b, "kitchen", path)
							    : bench_post(b, "kitchen", path, NULL);
			/* a form of its own asked for without what it needs */
			int mine = r->method == GET ? 200 : 422;
			int want = r->own ? 404 : r->right == OWN_READ ? mine : 403;
			if (a->status != want && !(want == 403 && a->status == 401))
				fail_msg("%s: %d, not %d", r->path, a->status, want);
			assert_null(strstr(a->body, "别家"));
			asked++;
			own += r->own != NULL;
		}
	assert_true(asked > 60);
	assert_true(own >= 9);
}

static void test_torture(void **state)
{
	struct bench *b = *state;
	int64_t o = business(b, "禾记小馆", "13900001234");

	assert_true(bench_torture(b, "officer1", at(b, "/operators/%" PRId64 "/kitchen-links", o),
			    NULL) > 5);
	const char *link = at(b, "/k/%s", told(b, "/k/"));
	bench_torture(b, "", at(b, "%s/code", link), NULL);
	bench_torture(b, "", link, "code", code_of(b), NULL);
	bench_torture(b, "officer1",
		at(b, "/operators/%" PRId64 "/kitchen-links/%" PRId64 "/revoke", o,
			bench_int(b, "SELECT id FROM portal_links")),
		NULL);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM portal_links WHERE state = 'revoked'"), 1);
}

#define TESTS(X)                                                                                   \
	X(test_rules)                                                                              \
	X(test_link)                                                                               \
	X(test_code)                                                                               \
	X(test_revoke)                                                                             \
	X(test_session_end) X(test_my) X(test_live) X(test_still) X(test_matrix) X(test_torture)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"portal", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
