/* The rules of one camera with their zones, the clip that follows its lead, the load of the watch:
 * through the pages and the workers' addresses. */
#include "domains/cameras/cameras.h"
#include "domains/cameras/rules.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char jpeg[] = "\xff\xd8\xff\xe0 a still of the kitchen \xff\xd9";
static const char clip[] = "....ftypiso5 a clip of the kitchen";

static int begin(void **state)
{
	*state = bench_open(NULL);
	bench_english(*state, true);
	return 0;
}

static int begin_postgres(void **state)
{
	*state = bench_open_on(NULL, true);
	bench_english(*state, true);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

static const char *at(struct bench *b, const char *room, int64_t id, const char *rest)
{
	return arena_printf(bench_arena(b), "/%s/%" PRId64 "%s", room, id, rest);
}

static struct bytes bytes_of(const char *s, size_t n)
{
	return (struct bytes){ (const uint8_t *)s, n };
}

static const char *num(struct bench *b, int64_t v)
{
	return arena_printf(bench_arena(b), "%" PRId64, v);
}

static int64_t camera(struct bench *b)
{
	bench_run(b, "DELETE FROM leads");
	bench_run(b, "DELETE FROM camera_rules");
	bench_run(b, "DELETE FROM cameras");
	int64_t one = bench_int(b, "SELECT coalesce(min(id), 0) FROM pub_operators");
	int64_t op = one ? one : bench_operator(b, "示例面馆", HARNESS_AREA);
	status_is(bench_post(b, "officer1", "/cameras", "operator", num(b, op), "name", "热厨一号",
			  "place", "门上", "url", "rtsp://127.0.0.1/x", "owner", "面馆", "standard",
			  "GB", "hours", "06:00-22:00", "interval_ms", "2000", "valid_from",
			  "2026-02-01", "valid_to", "2027-01-31", "watch",
			  "head_uncovered,person_off_hours", NULL),
		303);
	return bench_int(b, "SELECT max(id) FROM cameras");
}

/* What the workers are told. */
static const struct node *told(struct bench *b)
{
	struct node *n;
	struct answer *r = status_is(bench_machine_get(b, "/internal/cameras"), 200);
	assert_int_equal(json_parse(bench_arena(b), bytes_of(r->body, r->body_n), &n, NULL), OK);
	return node_find(n, "cameras.0.rules");
}

/* ---- rules ----------------------------------------------------------------------------------- */
static void rules_of_a_camera(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b);
	const char *path = at(b, "cameras", id, "/rules/moving_small");

	assert_int_equal(told(b)->count, 2);
	status_is(bench_post(b, "officer1", path, "enabled", "1", "zones",
			  "0,700 1000,700 1000,1000 0,1000", "hours", "22:00-05:00", "threshold",
			  "70", "k", "1", "n", "2", "cooldown_s", "0", NULL),
		303);
	const struct node *rules = told(b);
	assert_int_equal(rules->count, 3);
	const struct node *r = node_find(rules, "1");
	for (int i = 0; !text_is(node_text(r, "code", ""), "moving_small") && i < 3; i++)
		r = node_find(rules, num(b, i));
	assert_string_equal(node_text(r, "version", ""), "1.1");
	assert_string_equal(node_text(r, "hours", ""), "22:00-05:00");
	assert_int_equal(node_int(r, "threshold", 0), 7000);
	assert_int_equal(node_int(r, "n", 0), 2);
	assert_int_equal(node_int(r, "cooldown_s", 0), 900); /* the default's */
	assert_int_equal(node_find(r, "zones.0")->count, 8);
	assert_int_equal(node_int(r, "zones.0.1", 0), 700);
	/* and off again: what was set stays, its revision counts on */
	status_is(bench_post(b, "officer1", path, "zones", "", "hours", "", "threshold", "0", "k",
			  "0", "n", "0", "cooldown_s", "0", NULL),
		303);
	assert_int_equal(told(b)->count, 2);
	assert_int_equal(bench_int(b, "SELECT revision FROM camera_rules"), 2);
	/* a rule that the camera's own list names can be put off too */
	status_is(bench_post(b, "officer1", at(b, "cameras", id, "/rules/head_uncovered"), "zones",
			  "", NULL),
		303);
	assert_int_equal(told(b)->count, 1);
}

static void rules_refused(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b);
	const char *path = at(b, "cameras", id, "/rules/hand_at_mouth");
	static const char *const bad[][2] = { { "zones", "0,0 1,1" }, { "hours", "6-22" },
		{ "threshold", "101" }, { "k", "33" }, { "n", "x" }, { "cooldown_s", "-1" } };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		status_is(bench_post(b, "officer1", path, bad[i][0], bad[i][1], NULL), 422);
	status_is(bench_post(b, "officer1", path, "k", "5", "n", "3", NULL), 422);
	status_is(bench_post(b, "officer1", at(b, "cameras", id, "/rules/nothing"), NULL), 404);
	status_is(bench_get(b, "officer1", at(b, "cameras", id, "/rules/nothing")), 404);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM camera_rules"), 0);
	assert_true(
		bench_torture(b, "officer1", path, "enabled", "1", "k", "3", "n", "5", NULL) > 4);
}

static void golden(struct bench *b, const char *path, const char *file)
{
	struct answer *r = status_is(bench_get(b, "officer1", path), 200);
	bench_golden(
		b, r, arena_printf(bench_arena(b), "src/domains/cameras/golden/%s.html", file));
}

static void pages(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b);

	status_is(bench_post(b, "officer1", at(b, "cameras", id, "/rules/moving_small"), "enabled",
			  "1", "zones", "0,700 1000,700 1000,1000 0,1000", "hours", "22:00-05:00",
			  NULL),
		303);
	golden(b, at(b, "cameras", id, "/rules"), "watch_rules");
	golden(b, at(b, "cameras", id, "/rules/moving_small"), "watch_rule");
	golden(b, "/watch/load", "load_empty");
	status_is(
		bench_machine_post(b, "/internal/vision/status", "node", "", "cameras", "3", NULL),
		422);
	status_is(bench_machine_post(b, "/internal/vision/status", "node", "main", "cameras",
			  "2434", "looks", "24300", "gated", "7100", "busy", "9800", "stretch",
			  "13000", "late", "12", NULL),
		200);
	golden(b, "/watch/load", "load");
}

/* A worker without the model of a rule: said on every page that offers the rule. */
static void model_missing(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b);
	const char *of_camera = at(b, "cameras", id, "/rules");
	const char *one = at(b, "cameras", id, "/rules/animal");

	bench_run(b, "DELETE FROM vision_nodes");
	status_is(bench_machine_post(b, "/internal/vision/status", "node", "main", "cameras", "1",
			  "looks", "1", "gated", "0", "busy", "1", "stretch", "10000", "late", "0",
			  "unable", "phone in hand", NULL),
		422);
	status_is(bench_machine_post(b, "/internal/vision/status", "node", "main", "cameras", "1",
			  "looks", "1", "gated", "0", "busy", "1", "stretch", "10000", "late", "0",
			  "unable", "phone_in_hand,animal", NULL),
		200);
	struct answer *r = status_is(bench_get(b, "officer1", "/watch/load"), 200);
	assert_non_null(strstr(r->body, "Telephone in hand, Animal<br>"));
	r = status_is(bench_get(b, "officer1", of_camera), 200);
	const char *mark = strstr(r->body, "Model missing");
	assert_non_null(mark);
	assert_non_null(mark = strstr(mark + 1, "Model missing"));
	assert_null(strstr(mark + 1, "Model missing")); /* two rules, no more */
	r = status_is(bench_get(b, "officer1", one), 200);
	assert_non_null(strstr(r->body, "A model is missing."));
	assert_non_null(strstr(r->body, "knows cats, dogs and birds, no rodents"));
	r = status_is(bench_get(b, "officer1", "/rules/animal"), 200);
	assert_non_null(strstr(r->body, "A model is missing."));
	r = status_is(bench_get(b, "officer1", "/rules/head_uncovered"), 200);
	assert_null(strstr(r->body, "A model is missing."));
	bench_english(b, false);
	r = status_is(bench_get(b, "officer1", one), 200);
	assert_non_null(strstr(r->body, "缺少模型"));
	assert_non_null(strstr(r->body, "不认识鼠类"));
	bench_english(b, true);
	/* the model is brought, or the machine is gone: nothing is said any more */
	bench_run(b, "UPDATE vision_nodes SET seen_at = seen_at - 31000");
	r = status_is(bench_get(b, "officer1", of_camera), 200);
	assert_null(strstr(r->body, "Model missing"));
	bench_run(b, "DELETE FROM vision_nodes");
}

/* ---- the clip follows ------------------------------------------------------------------------ */
static int64_t told_lead(struct bench *b, int64_t camera, const char *key)
{
	int64_t now = clock_now();
	bench_file(b, "still", "still.jpg", "image/jpeg", bytes_of(jpeg, sizeof(jpeg)));
	status_is(
		bench_machine_post(b, "/leads", "key", key, "camera", num(b, camera), "rule",
			"head_uncovered", "rule_version", "1", "model", "m@1", "started_at",
			num(b, now), "ended_at", num(b, now + 4000), "clip_from",
			num(b, now - 8000), "clip_to", num(b, now + 9000), "score", "8700", "width",
			"768", "height", "432", "findings", "[]", "clip_follows", "1", NULL),
		201);
	return bench_int(
		b, arena_printf(bench_arena(b), "SELECT id FROM leads WHERE lead_key = '%s'", key));
}

static struct answer *send_clip(struct bench *b, const char *key, int64_t from)
{
	bench_file(b, "clip", "clip.mp4", "video/mp4", bytes_of(clip, sizeof(clip)));
	return bench_machine_post(b, "/leads/clip", "key", key, "clip_from", num(b, from),
		"clip_to", num(b, from + 17000), NULL);
}

static struct answer *confirm(struct bench *b, const char *who, int64_t lead)
{
	return bench_post(
		b, who, at(b, "leads", lead, "/review"), "verdict", "confirm", "reason", "", NULL);
}

static void clip_follows(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b), now = clock_now(), lead = told_lead(b, id, "f1");

	assert_non_null(strstr(
		bench_get(b, "officer1", at(b, "leads", lead, ""))->body, "The clip is coming"));
	status_is(confirm(b, "officer1", lead), 303);
	status_is(confirm(b, "officer2", lead), 409); /* it settles the evidence */
	status_is(send_clip(b, "f1", now - 8000), 201);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM leads WHERE length(clip_sm3) = 64"), 1);
	int64_t facts = bench_int(b, "SELECT count(*) FROM ledger");
	status_is(send_clip(b, "f1", now - 8000), 201); /* sent again: nothing happens */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts);
	/* judged by the register as any other: this camera was never reviewed */
	assert_non_null(strstr(bench_text(b, "SELECT usable_why FROM leads"), "legal review"));
	status_is(confirm(b, "officer2", lead), 303);
	status_is(bench_get(b, "officer1", at(b, "leads", lead, "/clip")), 200);
}

static void clip_never_comes(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b), now = clock_now(), lead = told_lead(b, id, "n1");

	status_is(confirm(b, "officer1", lead), 303);
	bench_clock(b, now + CLIP_WAIT_MS + 1000);
	assert_non_null(strstr(bench_get(b, "officer1", at(b, "leads", lead, ""))->body,
		"Not usable as evidence"));
	status_is(confirm(b, "officer2", lead), 303);
	assert_string_equal(bench_text(b, "SELECT usable_why FROM leads"), CLIP_MISSING);
	assert_int_equal(bench_int(b, "SELECT usable FROM leads"), 0);
	status_is(send_clip(b, "n1", now - 8000), 409); /* too late: the evidence is settled */
	status_is(send_clip(b, "unknown", now), 404);
	bench_clock(b, now);
}

static void clip_refused(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b), now = clock_now();

	(void)told_lead(b, id, "r1");
	status_is(bench_machine_post(b, "/leads/clip", "key", "r1", NULL), 422);
	status_is(send_clip(b, "r1", now - MINUTE), 422); /* ends before the lead begins */
	status_is(send_clip(b, "r1", 0), 422);
	status_is(bench_post(b, "officer1", "/leads/clip", "key", "r1", NULL), 403);
	/* the stream broke: the clip begins late, and the lead tells what is shown */
	status_is(send_clip(b, "r1", now + 1000), 201);
	assert_int_equal(bench_int(b, "SELECT started_at FROM leads"), now + 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(rules_of_a_camera),
		cmocka_unit_test(rules_refused), cmocka_unit_test(pages),
		cmocka_unit_test(model_missing), cmocka_unit_test(clip_follows),
		cmocka_unit_test(clip_never_comes), cmocka_unit_test(clip_refused) };
	int failed = cmocka_run_group_tests_name("watch rules on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"watch rules on PostgreSQL", tests, begin_postgres, end);
	return failed;
}
