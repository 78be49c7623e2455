/* Clips given outside: which files may be asked for, the worker's door, a person's look before
 * anybody outside has the copy, rectangles by hand, and the answer to a request for information. */
#include "domains/privacy/covers.h"
#include "harness.h"

#include "core/app/private.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 12, PAGE_STATEMENTS = 14, REQUEST_STATEMENTS = 14 };

#define at(b, ...) arena_printf(bench_arena(b), __VA_ARGS__)
#define ORIGINAL   "a clip with a face in it"
#define COPY	   "the same without the face"

/* ---- helpers ------------------------------------------------------------ */
static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

/* A file of the store that the privacy room was asked to cover: a clip or a still of a lead. */
static const char *file_put(struct bench *b, const char *text, const char *kind)
{
	struct object o;
	struct bytes content = { (const uint8_t *)text, strlen(text) };

	assert_int_equal(store_put(bench_app(b)->store, bench_arena(b), content, &o, NULL), OK);
	if (kind)
		bench_run(b, at(b,
				     "INSERT INTO blur_wishes VALUES ('%s', '%s', '%s', %" PRId64
				     ", %d, %" PRId64 ", 0)",
				     o.sm3, o.sha256, kind,
				     bench_int(b, "SELECT coalesce(max(id), 0) FROM pub_operators"),
				     HARNESS_AREA, clock_now()));
	return o.sm3;
}

/* The newest copy's address, with a step. */
static const char *one(struct bench *b, const char *step)
{
	return at(b, "/covers/%" PRId64 "%s", bench_int(b, "SELECT max(id) FROM covers"), step);
}

static const char *digest(struct bench *b)
{
	return bench_text(b, "SELECT sm3 FROM covers ORDER BY id DESC LIMIT 1");
}

static const char *state(struct bench *b)
{
	return bench_text(b, "SELECT state FROM covers ORDER BY id DESC LIMIT 1");
}

static struct answer *hand_in(struct bench *b, const char *text, const char *length)
{
	if (text)
		bench_file(b, "copy", "covered.mp4", "video/mp4",
			(struct bytes){ (const uint8_t *)text, strlen(text) });
	return bench_machine_post(b, at(b, "/internal%s", one(b, "")), "method",
		"head-flat/1 m@1 h264/crf24", "width", "768", "height", "432", "length", length,
		"frames", "90", "looks", "45", "found", "40", NULL);
}

static const char *asked(struct bench *b)
{
	bench_operator(b, "禾记小馆", HARNESS_AREA);
	const char *clip = file_put(b, ORIGINAL, "clip");
	status_is(
		bench_post(b, "officer1", "/covers", "original", clip, "why", "〔2026〕1号", NULL),
		303);
	return clip;
}

static int64_t told(struct bench *b, const char *name)
{
	return bench_int(b, at(b, "SELECT count(*) FROM ledger WHERE name = '%s'", name));
}

/* ---- asking --------------------------------------------------------------- */
static void only_clips(void **s)
{
	struct bench *b = *s;

	bench_operator(b, "禾记小馆", HARNESS_AREA);
	const char *still = file_put(b, "a still", "still"), *paper = file_put(b, "x", NULL),
		   *clip = file_put(b, ORIGINAL, "clip");
	struct answer *r = status_is(bench_get(b, "officer1", at(b, "/covers/of/%s", still)), 422);
	assert_true(answer_has(r, "不是影像片段"));
	status_is(bench_get(b, "officer1", at(b, "/covers/of/%s", paper)), 404);
	status_is(bench_get(b, "officer1", "/covers/of/x"), 404);
	status_is(bench_post(b, "officer1", "/covers", "original", still, "why", "x", NULL), 422);
	status_is(bench_post(b, "officer1", "/covers", "original", paper, "why", "x", NULL), 404);
	status_is(bench_post(b, "officer1", "/covers", "original", "", "why", "x", NULL), 404);
	/* who may: officers of the area; readers look only */
	status_is(bench_get(b, "officer3", at(b, "/covers/of/%s", clip)), 403);
	status_is(bench_post(b, "officer3", "/covers", "original", clip, "why", "x", NULL), 403);
	status_is(bench_post(b, "auditor1", "/covers", "original", clip, "why", "x", NULL), 403);
	status_is(bench_get(b, "", at(b, "/covers/of/%s", clip)), 303);
	r = status_is(bench_get(b, "officer1", at(b, "/covers/of/%s", clip)), 200);
	bench_golden(b, r, "src/domains/privacy/golden/cover_ask.html");
	/* a reason is needed; what is wrong stands at the field */
	r = status_is(
		bench_post(b, "officer1", "/covers", "original", clip, "why", " ", NULL), 422);
	assert_true(answer_has(r, "请说明用途") && answer_has(r, clip));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM covers"), 0);
	bench_torture(b, "officer1", "/covers", "original", clip, "why", "〔2026〕1号", NULL);
	assert_int_equal(told(b, "cover.asked"), 1);
	/* one at a time: asked again, it is the same */
	r = status_is(
		bench_post(b, "officer1", "/covers", "original", clip, "why", "y", NULL), 303);
	assert_string_equal(r->location, one(b, ""));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM covers"), 1);
	assert_string_equal(
		status_is(bench_get(b, "officer1", at(b, "/covers/of/%s", clip)), 303)->location,
		one(b, ""));
}

/* ---- the worker's door ----------------------------------------------------- */
static void door(void **s)
{
	struct bench *b = *s;
	const char *clip = asked(b), *original = at(b, "/internal%s", one(b, "/original"));
	struct answer *r = status_is(bench_machine_get(b, "/internal/covers"), 200);

	/* the rule that it is to keep to goes with it */
	assert_non_null(strstr(r->body, "\"look_every_ms\":200"));
	assert_non_null(strstr(r->body, "\"before_ms\":600"));
	assert_non_null(strstr(r->body, "\"hands\":[]"));
	assert_string_equal(status_is(bench_machine_get(b, original), 200)->body, ORIGINAL);
	status_is(bench_get(b, "officer1", "/internal/covers"), 403);
	status_is(bench_get(b, "officer1", original), 403);
	/* whole or not at all: no file, no numbers, the original itself */
	status_is(hand_in(b, NULL, "9000"), 422);
	status_is(hand_in(b, COPY, "x"), 422);
	status_is(hand_in(b, COPY, "-1"), 422);
	status_is(hand_in(b, ORIGINAL, "9000"), 422);
	status_is(bench_machine_post(b, at(b, "/internal%s", one(b, "")), "method", "m", "refused",
			  "because", NULL),
		422);
	status_is(bench_machine_post(
			  b, at(b, "/internal%s", one(b, "")), "refused", "unreadable", NULL),
		422);
	assert_string_equal(state(b), "due");
	/* a worker that was killed before it sent finds the same again, after it sent nothing */
	assert_non_null(strstr(bench_machine_get(b, "/internal/covers")->body, "look_every_ms"));
	status_is(hand_in(b, COPY, "9000"), 200);
	status_is(hand_in(b, "another", "1"), 200);
	assert_null(strstr(bench_machine_get(b, "/internal/covers")->body, "look_every_ms"));
	status_is(bench_machine_get(b, original), 404);
	assert_int_equal(told(b, "cover.made"), 1);
	assert_int_equal(bench_int(b, "SELECT length_ms FROM covers"), 9000);
	/* the fact names the original, the copy, the models and the values */
	const char *fact = bench_text(b, "SELECT data FROM ledger WHERE name = 'cover.made'");
	assert_non_null(strstr(fact, clip));
	assert_non_null(strstr(fact, digest(b)));
	assert_non_null(strstr(fact, "head-flat/1 m@1"));
	assert_non_null(strstr(fact, "bridge_ms"));
	assert_string_not_equal(digest(b), clip);
	assert_int_equal(
		bench_int(b, at(b, "SELECT count(*) FROM covers WHERE sm3 = '%s'", clip)), 0);
}

static void damaged(void **s)
{
	struct bench *b = *s;

	asked(b);
	status_is(bench_machine_post(b, at(b, "/internal%s", one(b, "")), "method", "m", "refused",
			  "unreadable", NULL),
		200);
	assert_int_equal(told(b, "cover.not_made"), 1);
	struct answer *r = status_is(bench_get(b, "officer1", one(b, "")), 200);
	assert_true(answer_has(r, "无法读取"));
	assert_null(strstr(r->body, "<video"));
	status_is(bench_get(b, "officer1", one(b, "/copy")), 404);
	status_is(bench_get(b, "officer1", one(b, ".zip")), 409);
	status_is(
		bench_post(b, "officer1", one(b, "/confirm"), "looked", "1", "sm3", "", NULL), 409);
	/* it may be asked for again */
	status_is(bench_post(b, "officer1", "/covers", "original",
			  bench_text(b, "SELECT original FROM covers"), "why", "x", NULL),
		303);
	assert_string_equal(state(b), "due");
	assert_non_null(
		strstr(status_is(bench_get(b, "officer1", one(b, "")), 200)->body, "自动刷新"));
}

/* ---- a person looks ---------------------------------------------------------- */
static void never_by_itself(void **s)
{
	struct bench *b = *s;

	asked(b);
	status_is(hand_in(b, COPY, "9000"), 200);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_covers"), 0);
	struct answer *r = status_is(bench_get(b, "officer1", one(b, ".zip")), 409);
	assert_true(answer_has(r, "政府信息公开条例第十五条"));
	r = status_is(bench_get(b, "officer1", one(b, "")), 200);
	assert_true(r->statements <= PAGE_STATEMENTS);
	bench_golden(b, r, "src/domains/privacy/golden/cover.html");
	assert_string_equal(status_is(bench_get(b, "officer1", one(b, "/copy")), 200)->body, COPY);
	assert_null(strstr(bench_get(b, "auditor1", one(b, ""))->body, "/confirm"));
	/* not without having looked, not by another's eyes, not another copy */
	r = status_is(bench_post(b, "officer1", one(b, "/confirm"), "sm3", digest(b), NULL), 422);
	assert_true(answer_has(r, "从头到尾查看过"));
	status_is(bench_post(b, "officer1", one(b, "/confirm"), "looked", "1", "sm3", "x", NULL),
		409);
	status_is(bench_post(
			  b, "auditor1", one(b, "/confirm"), "looked", "1", "sm3", digest(b), NULL),
		403);
	status_is(bench_post(
			  b, "officer3", one(b, "/confirm"), "looked", "1", "sm3", digest(b), NULL),
		403);
	assert_string_equal(state(b), "made");
	bench_torture(b, "officer1", one(b, "/confirm"), "looked", "1", "sm3", digest(b), NULL);
	assert_int_equal(told(b, "cover.confirmed"), 1);
	status_is(bench_post(
			  b, "officer1", one(b, "/confirm"), "looked", "1", "sm3", digest(b), NULL),
		409);
	r = status_is(bench_get(b, "officer1", one(b, ".zip")), 200);
	assert_string_equal(r->type, "application/zip");
	assert_non_null(memmem(r->body, r->body_n, COPY, strlen(COPY)));
	assert_null(memmem(r->body, r->body_n, ORIGINAL, strlen(ORIGINAL)));
	assert_non_null(memmem(r->body, r->body_n, "\"looked_at_by\"", 14));
	const char *original = bench_text(b, "SELECT original_sha256 FROM covers");
	assert_non_null(memmem(r->body, r->body_n, original, strlen(original)));
	status_is(bench_get(b, "", one(b, ".zip")), 303);
	status_is(bench_get(b, "officer3", one(b, ".zip")), 403);
	r = status_is(bench_get(b, "officer1", "/covers"), 200);
	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/privacy/golden/covers.html");
	assert_null(strstr(bench_get(b, "officer3", "/covers")->body, "禾记小馆"));
	/* somebody is recognised after all */
	status_is(
		bench_post(b, "officer1", one(b, "/withdraw"), "sm3", digest(b), "words", "", NULL),
		422);
	bench_torture(
		b, "officer1", one(b, "/withdraw"), "sm3", digest(b), "words", "镜中可辨认", NULL);
	status_is(bench_get(b, "officer1", one(b, ".zip")), 409);
	status_is(bench_get(b, "officer1", one(b, "/copy")), 404);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_covers"), 0);
}

static struct answer *hand(struct bench *b, const char *from, const char *to, const char *width)
{
	return bench_post(b, "officer1", one(b, "/hands"), "sm3", digest(b), "from_s", from, "to_s",
		to, "left_pc", "60", "top_pc", "10", "width_pc", width, "height_pc", "25", NULL);
}

static void by_hand(void **s)
{
	struct bench *b = *s;

	asked(b);
	status_is(hand(b, "1", "2", "20"), 409); /* there is no copy yet */
	status_is(hand_in(b, COPY, "9000"), 200);
	struct answer *r = status_is(hand(b, "5", "3", "20"), 422);
	assert_true(answer_has(r, "value=\"60\"")); /* what was typed stays */
	status_is(hand(b, "1", "2", "41"), 422);
	status_is(hand(b, "1", "2", "0"), 422);
	status_is(hand(b, "x", "2", "20"), 422);
	status_is(hand(b, "10", "12", "20"), 422); /* behind its end */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM covers"), 1);
	status_is(bench_post(
			  b, "officer1", one(b, "/confirm"), "looked", "1", "sm3", digest(b), NULL),
		303);
	const char *before = one(b, "");
	bench_torture(b, "officer1", one(b, "/hands"), "sm3", digest(b), "from_s", "1", "to_s", "2",
		"left_pc", "60", "top_pc", "10", "width_pc", "20", "height_pc", "25", NULL);
	/* the copy from before is not given any more, the new one not yet */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_covers"), 0);
	status_is(bench_get(b, "officer1", at(b, "%s.zip", before)), 409);
	assert_string_not_equal(one(b, ""), before);
	assert_string_equal(state(b), "due");
	assert_non_null(strstr(bench_machine_get(b, "/internal/covers")->body,
		"{\"x\":600,\"y\":100,\"w\":200,\"h\":250,\"from_ms\":1000,\"to_ms\":2999}"));
	status_is(hand_in(b, "covers more", "9000"), 200);
	status_is(hand(b, "3", "4", "20"), 303); /* the first rectangle stays */
	r = bench_machine_get(b, "/internal/covers");
	assert_non_null(strstr(r->body, "\"from_ms\":1000"));
	assert_non_null(strstr(r->body, "\"from_ms\":3000"));
	assert_int_equal(told(b, "cover.replaced"), 2);
}

/* ---- to a request for information ------------------------------------------------ */
static const char *request(struct bench *b, const char *step)
{
	return at(
		b, "/disclosures/%" PRId64 "%s", bench_int(b, "SELECT id FROM disclosures"), step);
}

static void given_with_an_answer(void **s)
{
	struct bench *b = *s;

	asked(b);
	status_is(hand_in(b, COPY, "9000"), 200);
	status_is(bench_post(b, "officer1", "/disclosures", "title", "后厨录像", "wanted", "录像",
			  "way", "net", "form", "electronic", "received_day", "2026-11-23", "name",
			  "钱多多", "contact", "13900000000", NULL),
		303);
	const char *cover = at(b, "%" PRId64, bench_int(b, "SELECT id FROM covers"));
	/* nobody has looked at it: it can neither be chosen nor put */
	assert_null(strstr(bench_get(b, "officer1", request(b, ""))->body, "name=\"cover\""));
	struct answer *r = status_is(
		bench_post(b, "officer1", request(b, "/clips"), "cover", cover, NULL), 409);
	assert_true(answer_has(r, "第十五条"));
	status_is(bench_post(b, "officer1", request(b, "/clips"), "cover", "x", NULL), 409);
	status_is(bench_post(
			  b, "officer1", one(b, "/confirm"), "looked", "1", "sm3", digest(b), NULL),
		303);
	r = status_is(bench_get(b, "officer1", request(b, "")), 200);
	assert_true(answer_has(r, "禾记小馆 · 〔2026〕1号"));
	status_is(bench_post(b, "officer3", request(b, "/clips"), "cover", cover, NULL), 403);
	status_is(bench_post(b, "auditor1", request(b, "/clips"), "cover", cover, NULL), 403);
	bench_torture(b, "officer1", request(b, "/clips"), "cover", cover, NULL);
	assert_int_equal(told(b, "disclosure.clip_put"), 1);
	status_is(bench_post(b, "officer1", request(b, "/clips"), "cover", cover, NULL), 409);
	const char *clip = request(b,
		at(b, "/clips/%" PRId64 ".zip", bench_int(b, "SELECT id FROM disclosure_clips")));
	r = status_is(bench_get(b, "officer1", clip), 409); /* with the answer, not before */
	assert_true(answer_has(r, "第三十六条"));
	status_is(bench_post(b, "officer1", request(b, "/answer"), "answer", "part", "words",
			  "遮盖人脸后公开", NULL),
		303);
	r = status_is(bench_get(b, "officer1", request(b, "")), 200);
	assert_true(r->statements <= REQUEST_STATEMENTS);
	bench_golden(b, r, "src/domains/privacy/golden/request.html");
	r = status_is(bench_get(b, "officer1", clip), 303);
	assert_string_equal(r->location, one(b, ".zip"));
	status_is(bench_get(b, "auditor1", clip), 403);
	status_is(bench_post(b, "officer1", request(b, "/clips"), "cover", cover, NULL), 409);
	/* not any more when somebody sees a face in it */
	status_is(hand(b, "1", "2", "20"), 303);
	r = status_is(bench_get(b, "officer1", clip), 409);
	assert_true(answer_has(r, "人工查看"));
}

static void refused_gives_nothing(void **s)
{
	struct bench *b = *s;

	asked(b);
	status_is(hand_in(b, COPY, "9000"), 200);
	status_is(bench_post(
			  b, "officer1", one(b, "/confirm"), "looked", "1", "sm3", digest(b), NULL),
		303);
	status_is(bench_post(b, "officer1", "/disclosures", "title", "a", "wanted", "b", "way",
			  "visit", "form", "paper", "received_day", "2026-11-23", "name", "n",
			  "contact", "c", NULL),
		303);
	status_is(bench_post(b, "officer1", request(b, "/clips"), "cover",
			  at(b, "%" PRId64, bench_int(b, "SELECT id FROM covers")), NULL),
		303);
	status_is(bench_post(b, "officer1", request(b, "/answer"), "answer", "refused", "words",
			  "x", NULL),
		303);
	struct answer *r = status_is(
		bench_get(b, "officer1",
			request(b, at(b, "/clips/%" PRId64 ".zip",
					   bench_int(b, "SELECT id FROM disclosure_clips")))),
		409);
	assert_true(answer_has(r, "第三十七条"));
}

/* ---- erased with its original ------------------------------------------------------ */
static void goes_with_the_original(void **s)
{
	struct bench *b = *s;
	const char *clip = asked(b);

	status_is(hand_in(b, COPY, "9000"), 200);
	status_is(bench_post(
			  b, "officer1", one(b, "/confirm"), "looked", "1", "sm3", digest(b), NULL),
		303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_covers"), 1);
	bench_run(
		b, at(b,
			   "INSERT INTO lead_erasures VALUES (5, 1, 1, 1, %d, '', '', '%s', '', 1, "
			   "'1', 1)",
			   HARNESS_AREA, clip));
	bench_run(b, at(b,
			     "INSERT INTO jobs VALUES (9, 'privacy.erase', 5, '{}', %" PRId64
			     ", 0, 0, 'due', '', 1)",
			     clock_now()));
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_covers"), 0);
	assert_int_not_equal(store_check(bench_app(b)->store, digest(b), "", NULL), OK);
	struct answer *r = status_is(bench_get(b, "officer1", one(b, "")), 200);
	assert_true(answer_has(r, "副本一并清除"));
	status_is(bench_get(b, "officer1", one(b, ".zip")), 404);
	status_is(bench_get(b, "officer1", one(b, "/copy")), 404);
	status_is(bench_get(b, "officer1", at(b, "/covers/of/%s", clip)), 404);
}

/* ---- the rule ----------------------------------------------------------------------- */
static void steps_pure(void **s)
{
	static const char *const states[] = { "due", "made", "refused", "replaced", "confirmed",
		"withdrawn" };
	static const char *const steps[] = { "confirm", "hand", "withdraw", "give" };
	static const bool may[][6] = { { 0, 1, 0, 0, 0, 0 }, { 0, 1, 0, 0, 1, 0 },
		{ 0, 1, 0, 0, 1, 0 }, { 0, 0, 0, 0, 1, 0 } };

	(void)s;
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 6; k++)
			assert_int_equal(
				cover_step_refused(states[k], steps[i]) == NULL, may[i][k]);
	assert_non_null(strstr(cover_step_refused("made", "give"), "OGI article 15"));
}

#define EACH(X)                                                                                    \
	X(only_clips)                                                                              \
	X(door)                                                                                    \
	X(damaged)                                                                                 \
	X(never_by_itself)                                                                         \
	X(by_hand) X(given_with_an_answer) X(refused_gives_nothing) X(goes_with_the_original)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest pure[] = { cmocka_unit_test(steps_pure) };
	const struct CMUnitTest tests[] = { EACH(ON_SQLITE) EACH(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	int failed = cmocka_run_group_tests_name("pure", pure, NULL, NULL);

	return failed + _cmocka_run_group_tests(
				"covers", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
