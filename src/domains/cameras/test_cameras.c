/* The register of devices and the leads, through their pages and the workers' addresses. */
#include "domains/cameras/cameras.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
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

/* ---- help ------------------------------------------------------------------------------------ */
static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

static bool says(const struct answer *r, const char *text)
{
	const char *from = strstr(r->body, "<main");
	if (strstr(r->body, text))
		return true;
	fprintf(stderr, "'%s' is not in: %.2500s\n", text, from ? from : r->body);
	return false;
}

static const char *num(struct bench *b, int64_t v)
{
	return arena_printf(bench_arena(b), "%" PRId64, v);
}

static const char *at(struct bench *b, const char *room, int64_t id, const char *rest)
{
	return arena_printf(bench_arena(b), "/%s/%" PRId64 "%s", room, id, rest);
}

static struct bytes bytes_of(const char *s, size_t n)
{
	return (struct bytes){ (const uint8_t *)s, n };
}

static int64_t clean(struct bench *b)
{
	bench_run(b, "DELETE FROM lead_features");
	bench_run(b, "DELETE FROM leads");
	bench_run(b, "DELETE FROM camera_status");
	bench_run(b, "DELETE FROM camera_spells");
	bench_run(b, "DELETE FROM camera_settings");
	bench_run(b, "DELETE FROM cameras");
	int64_t one = bench_int(b, "SELECT coalesce(min(id), 0) FROM pub_operators");
	return one ? one : bench_operator(b, "示例面馆", HARNESS_AREA);
}

/* The form of a camera; over: one field's name and its value. */
static struct answer *camera_form(
	struct bench *b, const char *path, int64_t operator, const char * const over[2])
{
	const char *f[][2] = { { "name", "热厨一号" }, { "place", "热厨门上" },
		{ "url", "rtsp://127.0.0.1:8554/kitchen" }, { "owner", "示例面馆" },
		{ "standard", "GB/T 28181-2022" }, { "hours", "06:00-22:00" },
		{ "interval_ms", "2000" }, { "notice_url", "https://www.example.org/notice" },
		{ "notice_at", "2026-01-10" }, { "valid_from", "2026-02-01" },
		{ "valid_to", "2027-01-31" }, { "clock_offset_ms", "120" },
		{ "watch", "head_uncovered,person_off_hours" } };
	for (size_t i = 0; i < sizeof(f) / sizeof(*f); i++)
		if (over && strcmp(f[i][0], over[0]) == 0)
			f[i][1] = over[1];
#define F(i) f[i][0], f[i][1]
	return bench_post(b, "officer1", path, "operator", num(b, operator), F(0), F(1), F(2), F(3),
		F(4), F(5), F(6), F(7), F(8), F(9), F(10), F(11), F(12), NULL);
#undef F
}

static int64_t camera(struct bench *b)
{
	status_is(camera_form(b, "/cameras", clean(b), NULL), 303);
	return bench_int(b, "SELECT max(id) FROM cameras");
}

static void reviewed(struct bench *b, int64_t id)
{
	status_is(bench_post(b, "reviewer1", at(b, "cameras", id, "/legal"), "number",
			  "法审〔2026〕3号", "result", "passed", NULL),
		303);
	status_is(bench_post(b, "officer1", at(b, "cameras", id, "/technical"), "number",
			  "技审〔2026〕3号", "result", "passed", NULL),
		303);
	bench_file(b, "photo", "sign.jpg", "image/jpeg", bytes_of(jpeg, sizeof(jpeg)));
	status_is(bench_post(b, "officer1", at(b, "cameras", id, "/sign"), NULL), 303);
}

struct finding {
	const char *key, *camera, *rule, *score, *findings;
	int64_t started, from, to;
	bool no_still, no_clip;
};

static struct finding finding(struct bench *b, int64_t camera, const char *key)
{
	int64_t now = clock_now();
	return (struct finding){ key, num(b, camera), "head_uncovered", "8700",
		"[{\"time\":1,\"still\":1,\"score\":8700,\"box\":[10,20,30,40]}]", now, now - 8000,
		now + 5000, false, false };
}

static struct answer *send(struct bench *b, const struct finding *f)
{
	if (!f->no_still)
		bench_file(b, "still", "still.jpg", "image/jpeg", bytes_of(jpeg, sizeof(jpeg)));
	if (!f->no_clip)
		bench_file(b, "clip", "clip.mp4", "video/mp4", bytes_of(clip, sizeof(clip)));
	return bench_machine_post(b, "/leads", "key", f->key, "camera", f->camera, "rule", f->rule,
		"rule_version", "1", "model", "multipose256@12345678", "started_at",
		num(b, f->started), "ended_at", num(b, f->started + 4000), "clip_from",
		num(b, f->from), "clip_to", num(b, f->to), "score", f->score, "width", "768",
		"height", "432", "findings", f->findings, NULL);
}

static int64_t lead(struct bench *b, int64_t camera, const char *key)
{
	struct finding f = finding(b, camera, key);
	status_is(send(b, &f), 201);
	return bench_int(
		b, arena_printf(bench_arena(b), "SELECT id FROM leads WHERE lead_key = '%s'", key));
}

static struct answer *review(struct bench *b, const char *who, int64_t id, const char *verdict)
{
	return bench_post(b, who, at(b, "leads", id, "/review"), "verdict", verdict, "reason",
		"看过录像", NULL);
}

static int64_t told(struct bench *b, const char *fact)
{
	return bench_int(b, arena_printf(bench_arena(b),
				    "SELECT count(*) FROM ledger WHERE name = '%s'", fact));
}

/* ---- the register ---------------------------------------------------------------------------- */
static void form_checked(void **state)
{
	static const struct {
		const char *over[2], *says;
	} all[] = {
		{ { "name", "" }, "Name is needed" },
		{ { "place", "" }, "is needed" },
		{ { "url", "ftp://x" }, "begins with rtsp://" },
		{ { "url", "" }, "Stream address is needed" },
		{ { "hours", "6-22" }, "is written as 06:00-22:00" },
		{ { "interval_ms", "999" }, "lies between 1000 and 600000" },
		{ { "interval_ms", "600001" }, "lies between 1000 and 600000" },
		{ { "interval_ms", "2s" }, "is a whole number" },
		{ { "notice_url", "www.example.org" }, "begins with rtsp://" },
		{ { "notice_at", "2026-02-30" }, "is a date" },
		{ { "valid_from", "" }, "Registered from is needed" },
		{ { "valid_from", "2027-02-01" }, "ends before it begins" },
		{ { "clock_offset_ms", "86400001" }, "lies between" },
	};
	struct bench *b = *state;
	int64_t operator= clean(b);

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct answer *r =
			status_is(camera_form(b, "/cameras", operator, all[i].over), 422);
		assert_true(says(r, all[i].says));
		assert_true(strcmp(all[i].over[0], "url") == 0 ||
			    says(r, "rtsp://127.0.0.1:8554/kitchen"));
	}
	assert_int_equal(bench_int(b, "SELECT count(*) FROM cameras"), 0);
	status_is(camera_form(b, "/cameras", 12345, NULL), 404);
	status_is(bench_get(b, "officer1", "/cameras/new"), 422);
	status_is(bench_get(b, "officer1",
			  arena_printf(bench_arena(b), "/cameras/new?operator=%" PRId64, operator)),
		200);
	/* of another town: not this officer's to register */
	int64_t there = bench_operator(b, "七宝饭店", HARNESS_AREA2);
	status_is(camera_form(b, "/cameras", there, NULL), 403);
	status_is(camera_form(b, "/cameras", operator,(const char *const[2]){ "watch", "" }), 303);
	assert_string_equal(
		bench_text(b, "SELECT watch FROM cameras"), "head_uncovered,person_off_hours");
	/* registered and ended on one day */
	status_is(camera_form(b,
			  "/cameras", operator,(const char *const[2]){ "valid_to", "2026-02-01" }),
		303);
	bench_run(b,
		arena_printf(bench_arena(b), "DELETE FROM operators WHERE id = %" PRId64, there));
}

static void reviews_asked_for(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b);
	static const char *const kinds[][2] = { { "reviewer1", "/legal" },
		{ "officer1", "/technical" } };

	for (int i = 0; i < 2; i++) {
		const char *path = at(b, "cameras", id, kinds[i][1]);
		assert_true(says(
			status_is(bench_post(b, kinds[i][0], path, "result", "passed", NULL), 422),
			"number"));
		assert_true(
			says(status_is(bench_post(b, kinds[i][0], path, "number", "1", NULL), 422),
				"passed or failed"));
		status_is(
			bench_post(b, kinds[i][0], path, "number", "1", "result", "perhaps", NULL),
			422);
		status_is(bench_post(b, kinds[1 - i][0], path, "number", "1", "result", "passed",
				  NULL),
			403);
		status_is(bench_post(b, kinds[i][0], path, "number", "1", "result", "failed", NULL),
			303);
	}
	assert_true(says(bench_get(b, "officer1", at(b, "cameras", id, "")),
		"had not passed its legal review"));
	assert_true(
		says(status_is(bench_post(b, "officer1", at(b, "cameras", id, "/sign"), NULL), 422),
			"photo"));
	bench_file(b, "photo", "sign.png", "image/png", bytes_of(jpeg, sizeof(jpeg)));
	status_is(bench_post(b, "officer1", at(b, "cameras", id, "/sign"), NULL), 422);
	status_is(bench_get(b, "officer1", at(b, "cameras", id, "/sign")), 404);
	reviewed(b, id);
	assert_true(says(bench_get(b, "officer1", at(b, "cameras", id, "")),
		"What it records today may serve as evidence."));
	struct answer *r = status_is(bench_get(b, "officer1", at(b, "cameras", id, "/sign")), 200);
	assert_int_equal(r->body_n, sizeof(jpeg));
	status_is(bench_get(b, "officer3", at(b, "cameras", id, "")), 403);
	status_is(bench_post(b, "officer3", at(b, "cameras", id, "/close"), NULL), 403);
}

static void changes_void_reviews(void **state)
{
	static const struct {
		const char *over[2];
		int64_t passed;
	} all[] = { { { "name", "改名" }, 1 }, { { "hours", "05:00-23:00" }, 1 },
		{ { "place", "冷菜间" }, 0 }, { { "url", "rtsp://127.0.0.1:8554/other" }, 0 } };
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		int64_t id = camera(b), facts = told(b, "camera.changed");
		reviewed(b, id);
		facts = told(b, "camera.changed");
		const char *path = at(b, "cameras", id, "");
		status_is(
			camera_form(b, path, 0, (const char *const[2]){ "valid_to", "2025-01-01" }),
			422);
		assert_int_equal(told(b, "camera.changed"), facts);
		status_is(camera_form(b, path, 0, all[i].over), 303);
		assert_int_equal(told(b, "camera.changed"), facts + 1);
		assert_int_equal(
			bench_int(b, "SELECT count(*) FROM cameras WHERE legal_result = 'passed' "
				     "AND legal_at > 0"
				     " AND technical_result = 'passed' AND technical_at > 0"),
			all[i].passed);
		assert_int_equal(bench_int(b, "SELECT count(*) FROM cameras WHERE legal_result = "
					      "'' AND legal_at = 0"
					      " AND technical_result = '' AND technical_at = 0"),
			1 - all[i].passed);
		bench_clock(b, clock_now() + HOUR); /* the reviews lie before the clip */
		struct finding f = finding(b, id, "after");
		status_is(send(b, &f), 201);
		bench_clock(b, clock_now() - HOUR);
		assert_int_equal(bench_int(b, "SELECT usable FROM leads"), all[i].passed);
	}
	/* the operator of a device is not changed by its form */
	assert_int_equal(
		bench_int(b,
			"SELECT count(*) FROM cameras c JOIN pub_operators o ON o.id = c.operator"),
		1);
}

/* ---- the workers' addresses ------------------------------------------------------------------ */
static void cameras_for_workers(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b);
	struct node *n;
	struct fault why = { 0 };
	struct answer *r = status_is(bench_machine_get(b, "/internal/cameras"), 200);

	assert_int_equal(json_parse(bench_arena(b), bytes_of(r->body, r->body_n), &n, &why), OK);
	assert_string_equal(node_text(n, "cameras.0.id", ""),
		num(b, id)); /* as text: JSON numbers are too short */
	assert_int_equal(node_find(n, "cameras.0.id")->type, NODE_TEXT);
	assert_string_equal(node_text(n, "cameras.0.url", ""), "rtsp://127.0.0.1:8554/kitchen");
	assert_string_equal(node_text(n, "cameras.0.hours", ""), "06:00-22:00");
	assert_int_equal(node_int(n, "cameras.0.interval_ms", 0), 2000);
	assert_true(node_true(n, "cameras.0.enabled"));
	assert_int_equal(node_find(n, "cameras.0.rules")->count, 2);
	assert_string_equal(node_text(n, "cameras.0.rules.0.code", ""), "head_uncovered");
	assert_int_equal(node_int(n, "cameras.0.rules.0.threshold", 0), 6000);
	assert_int_equal(node_int(n, "cameras.0.rules.1.cooldown_s", 0), 1800);
	assert_int_equal(node_int(n, "cameras.0.rules.1.before_s", 0), 8);
	static const char *const watch[][2] = { { "person_off_hours", "1" }, { "nothing", "0" },
		{ "head_uncoveredx", "0" }, { "head_uncoveredx,head_uncovered", "1" },
		{ "xhead_uncovered", "0" }, { "head_uncovered,", "1" } };
	for (size_t i = 0; i < sizeof(watch) / sizeof(*watch); i++) {
		bench_run(b, arena_printf(bench_arena(b), "UPDATE cameras SET watch = '%s'",
				     watch[i][0]));
		r = bench_machine_get(b, "/internal/cameras");
		assert_int_equal(
			json_parse(bench_arena(b), bytes_of(r->body, r->body_n), &n, &why), OK);
		if (node_find(n, "cameras.0.rules")->count != (*watch[i][1] == '1'))
			fail_msg("%s: %s", watch[i][0], r->body);
	}
	status_is(bench_post(b, "officer1", at(b, "cameras", id, "/close"), NULL), 303);
	assert_string_equal(bench_machine_get(b, "/internal/cameras")->body, "{\"cameras\":[]}");
	status_is(bench_post(b, "officer1", at(b, "cameras", id, "/close"), NULL), 303);
	assert_null(strstr(bench_machine_get(b, "/internal/cameras")->body, "\"cameras\":[]"));
	status_is(bench_get(b, "officer1", "/internal/cameras"), 403);
}

static void status_reported(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b);
	static const char path[] = "/internal/cameras/status";

	status_is(bench_machine_json(b, path,
			  arena_printf(bench_arena(b),
				  "{\"cameras\":[{\"id\":\"%" PRId64
				  "\",\"state\":\"live\",\"since\":1795390000000,\"reason\":\"\","
				  "\"width\":1280,\"height\":720,\"codec\":\"h264\",\"last_frame\":"
				  "1795399200000},"
				  "{\"id\":\"4711\",\"state\":\"live\"}]}",
				  id)),
		200);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM camera_status"),
		1); /* a stranger's is left out */
	assert_int_equal(bench_int(b, "SELECT live FROM pub_cameras"), 1);
	assert_true(says(bench_get(b, "officer1", at(b, "cameras", id, "")), "1280 × 720"));
	status_is(bench_machine_json(b, path,
			  arena_printf(bench_arena(b),
				  "{\"cameras\":[{\"id\":\"%" PRId64
				  "\",\"state\":\"lost\",\"reason\":"
				  "\"<no route>\",\"since\":1795399200000}]}",
				  id)),
		200);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM camera_status WHERE state = 'lost'"), 1);
	assert_true(says(bench_get(b, "officer1", at(b, "cameras", id, "")), "&lt;no route&gt;"));
	static const char *const odd[] = { "{}", "{\"cameras\":[]}", "{\"cameras\":null}",
		"{\"cameras\":7}", "{\"cameras\":\"not a list at all\"}",
		"{\"cameras\":[1,\"x\",null,{},[]]}", "[]", "[1,2]" };
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		status_is(bench_machine_json(b, path, odd[i]), 200);
	status_is(bench_machine_json(b, path, "{\"cameras\":"), 400);
	status_is(bench_machine_json(b, path, ""), 400);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM camera_status"), 1);
}

static void live_files(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b);
	struct fault why = { 0 };
	char *dir = arena_printf(bench_arena(b), "%s/media/%" PRId64, bench_dir(b), id);

	status_is(bench_get(b, "officer1", at(b, "cameras", id, "/live/live.m3u8")), 404);
	assert_int_equal(dir_make(dir, &why), OK);
	assert_int_equal(file_write(arena_printf(bench_arena(b), "%s/live.m3u8", dir), "#EXTM3U", 7,
				 0644, &why),
		OK);
	assert_int_equal(
		file_write(arena_printf(bench_arena(b), "%s/s1.m4s", dir), "seg", 3, 0644, &why),
		OK);
	struct answer *r =
		status_is(bench_get(b, "officer1", at(b, "cameras", id, "/live/live.m3u8")), 200);
	assert_string_equal(r->body, "#EXTM3U");
	assert_string_equal(
		status_is(bench_get(b, "officer1", at(b, "cameras", id, "/live/s1.m4s")), 200)
			->body,
		"seg");
	status_is(bench_get(b, "officer3", at(b, "cameras", id, "/live/s1.m4s")), 403);
	status_is(bench_get(b, "officer1", at(b, "cameras", id, "/live/..m4s")), 404);
	status_is(bench_get(b, "officer1", at(b, "cameras", id, "/live/init.mp4")), 404);
}

/* ---- leads ----------------------------------------------------------------------------------- */
static void findings_refused(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b), facts = told(b, "lead.found");
	const struct finding good = finding(b, id, "k");
	struct finding f;

	f = good, f.key = "";
	assert_true(says(status_is(send(b, &f), 422), "no key"));
	f = good, f.camera = "4711";
	status_is(send(b, &f), 404);
	f = good, f.rule = "sneezing";
	assert_true(says(status_is(send(b, &f), 422), "no rule sneezing"));
	f = good, f.no_still = true;
	assert_true(says(status_is(send(b, &f), 422), "still is needed"));
	static const char *const scores[] = { "", "-1", "10001", "87.5", "high" };
	for (size_t i = 0; i < sizeof(scores) / sizeof(*scores); i++) {
		f = good, f.score = scores[i];
		assert_true(says(status_is(send(b, &f), 422), "incomplete"));
	}
	f = good, f.started = 0;
	status_is(send(b, &f), 422);
	f = good, f.from = f.started + 1;
	status_is(send(b, &f), 422);
	f = good, f.to = f.started - 1;
	status_is(send(b, &f), 422);
	f = good;
	char *long_text = arena_alloc(bench_arena(b), 70000);
	memset(long_text, ' ', 69999);
	memset(long_text, '1', 66000);
	f.findings = long_text;
	status_is(send(b, &f), 422);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM leads"), 0);
	assert_int_equal(told(b, "lead.found"), facts);
	status_is(bench_post(b, "officer1", "/leads", "key", "k", NULL), 403);
}

static void taken_once(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b), facts = told(b, "lead.found");
	struct finding f = finding(b, id, "once");

	reviewed(b, id);
	struct answer *first = status_is(send(b, &f), 201);
	struct answer *again = status_is(send(b, &f), 201);
	assert_string_equal(first->body, again->body);
	f.score = "100"; /* whatever it says the second time */
	assert_string_equal(status_is(send(b, &f), 201)->body, first->body);
	assert_int_equal(told(b, "lead.found"), facts + 1);
	assert_int_equal(bench_int(b, "SELECT score FROM leads"), 8700);
	/* the stream broke: a lead without its clip, and nothing to prove it by */
	f = finding(b, id, "broken");
	f.no_clip = true;
	f.from = 0;
	status_is(send(b, &f), 201);
	assert_int_equal(bench_int(b, "SELECT usable FROM leads WHERE lead_key = 'broken'"), 0);
	int64_t lead_id = bench_int(b, "SELECT id FROM leads WHERE lead_key = 'broken'");
	assert_true(says(
		bench_get(b, "officer1", at(b, "leads", lead_id, "")), "Not usable as evidence."));
	status_is(bench_get(b, "officer1", at(b, "leads", lead_id, "/clip")), 404);
	status_is(bench_get(b, "officer1", at(b, "leads", lead_id, "/still")), 200);
	status_is(bench_get(b, "officer3", at(b, "leads", lead_id, "/still")), 403);
}

/* Boxes become shares of the picture; whatever a worker sends, what the page gets is JSON. */
static void boxes(void **state)
{
	static const char *const all[][2] = {
		{ "[{\"still\":1,\"score\":8700,\"box\":[384,108,192,216]}]",
			"&quot;x&quot;:0.5000,&quot;y&quot;:0.2500,"
			"&quot;w&quot;:0.2500,&quot;h&quot;:0.5000" },
		{ "[{\"still\":1,\"box\":[-5,-5,768,432]}]",
			"&quot;x&quot;:0.0000,&quot;y&quot;:0.0000,&quot;w&quot;:0.9999" },
		{ "[{\"still\":1,\"box\":[900,0,-40,9000]}]",
			"&quot;x&quot;:0.9999,&quot;y&quot;:0.0000,&quot;w&quot;:0.0000,"
			"&quot;h&quot;:0.9999" },
		{ "[{\"still\":1,\"box\":\"none\"}]", "&quot;w&quot;:0.0000" },
		{ "[{\"still\":1,\"box\":[9000000000000000000,0,1,1]}]", "&quot;x&quot;:0.9999" },
		{ "[{\"time\":1,\"box\":[1,1,1,1]}]", "[]" },
		{ "not json", "[]" },
		{ "[1,\"x\",null]", "[]" },
	};
	struct bench *b = *state;
	int64_t id = camera(b);

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct finding f = finding(b, id, arena_printf(bench_arena(b), "box%zu", i));
		f.findings = all[i][0];
		status_is(send(b, &f), 201);
		struct answer *r = bench_get(b, "officer1",
			at(b, "leads", bench_int(b, "SELECT max(id) FROM leads"), ""));
		assert_true(says(status_is(r, 200), all[i][1]));
	}
}

/* The still shows the strongest moment, which is seldom the first: only its box belongs on it. */
static void boxes_of_the_still_only(void **state)
{
	struct bench *b = *state;
	struct finding f = finding(b, camera(b), "two-moments");

	f.findings = arena_printf(bench_arena(b),
		"[{\"time\":%" PRId64 ",\"box\":[0,0,10,10]},{\"time\":%" PRId64
		",\"still\":1,\"box\":[384,108,192,216]}]",
		f.started, f.started + 4000);
	status_is(send(b, &f), 201);
	struct answer *r = bench_get(
		b, "officer1", at(b, "leads", bench_int(b, "SELECT max(id) FROM leads"), ""));
	assert_true(says(r, "&quot;x&quot;:0.5000,&quot;y&quot;:0.2500"));
	assert_false(says(r, "&quot;x&quot;:0.0000"));
}

static void two_officers(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b), one = lead(b, id, "r1"), two = lead(b, id, "r2"),
		three = lead(b, id, "r3");
	int64_t confirmed = told(b, "lead.confirmed"), rejected = told(b, "lead.rejected");

	status_is(review(b, "officer1", one, ""), 422);
	status_is(review(b, "officer1", one, "maybe"), 422);
	status_is(review(b, "officer3", one, "confirm"), 403);
	status_is(bench_post(
			  b, "officer1", at(b, "leads", one, "/review"), "verdict", "reject", NULL),
		409);
	status_is(review(b, "officer1", one, "confirm"), 303);
	status_is(review(b, "officer1", one, "confirm"), 409);
	status_is(review(b, "officer1", one, "reject"), 409);
	assert_true(says(bench_get(b, "officer1", at(b, "leads", one, "")),
		"must be made by another officer"));
	assert_null(strstr(
		bench_get(b, "officer1", at(b, "leads", one, ""))->body, "name=\"verdict\""));
	assert_true(says(bench_get(b, "officer2", at(b, "leads", one, "")), "name=\"verdict\""));
	assert_null(strstr(
		bench_get(b, "auditor1", at(b, "leads", one, ""))->body, "name=\"verdict\""));
	status_is(review(b, "officer2", one, "confirm"), 303);
	status_is(review(b, "officer2", one, "reject"), 409);
	assert_string_equal(
		bench_text(b, "SELECT state FROM leads WHERE lead_key = 'r1'"), "confirmed");
	/* the second may see it otherwise: in doubt, for the party */
	status_is(review(b, "officer1", two, "confirm"), 303);
	status_is(review(b, "officer2", two, "reject"), 303);
	status_is(review(b, "officer1", three, "reject"), 303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM leads WHERE state = 'rejected' AND "
				      "verdict = 'rejected'"),
		2);
	assert_int_equal(told(b, "lead.confirmed"), confirmed + 1);
	assert_int_equal(told(b, "lead.rejected"), rejected + 2);
	status_is(review(b, "officer1", 4711, "confirm"), 404);
}

static void how_often_right(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b), leads[4];
	struct finding f = finding(b, id, "other rule");

	assert_true(says(status_is(bench_get(b, "officer1", "/rules"), 200), "No leads yet"));
	for (int i = 0; i < 4; i++)
		leads[i] = lead(b, id, arena_printf(bench_arena(b), "s%d", i));
	f.rule = "person_off_hours";
	status_is(send(b, &f), 201);
	status_is(review(b, "officer1", leads[0], "reject"), 303);
	for (int i = 1; i < 3; i++) {
		status_is(review(b, "officer1", leads[i], "confirm"), 303);
		status_is(review(b, "officer2", leads[i], "confirm"), 303);
	}
	struct answer *r = status_is(bench_get(b, "officer1", "/rules?format=json"), 200);
	assert_true(says(r, "\"rule\":\"head_uncovered\",\"found\":4,\"confirmed\":2,\"rejected\":"
			    "1,\"waiting\":1,"
			    "\"wrong\":3333"));
	assert_true(says(r, "\"rule\":\"person_off_hours\",\"found\":1,\"confirmed\":0,"
			    "\"rejected\":0,\"waiting\":1,"
			    "\"wrong\":0"));
}

static void lists(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b);

	lead(b, id, "l1");
	status_is(review(b, "officer1", lead(b, id, "l2"), "reject"), 303);
	assert_true(says(bench_get(b, "officer1", "/leads?format=json"), "\"state\":\"new\""));
	assert_null(strstr(
		bench_get(b, "officer1", "/leads?format=json")->body, "\"state\":\"rejected\""));
	assert_true(says(bench_get(b, "officer1", "/leads?state=rejected&format=json"),
		"\"state\":\"rejected\""));
	assert_true(says(
		bench_get(b, "officer1", "/leads?state=all&format=csv"), ",rejected,示例面馆,"));
	assert_true(says(bench_get(b, "officer3", "/leads?state=all"), "Nothing waits"));
	status_is(bench_get(b, "officer1", "/leads?q=%25%27"), 200);
	assert_true(says(bench_get(b, "officer1", "/leads?q=面馆"), "示例面馆"));
	assert_true(says(bench_get(b, "officer1", "/leads?q=nowhere"), "Nothing waits"));
	assert_true(says(bench_get(b, "officer1", "/cameras?q=热厨"), "热厨一号"));
	assert_true(says(bench_get(b, "officer3", "/cameras"), "No cameras yet"));
	assert_true(says(
		bench_get(b, "officer1", "/cameras?format=csv"), "热厨一号,热厨门上,示例面馆,"));
}

/* ---- pages ----------------------------------------------------------------------------------- */
struct shot {
	const char *who, *path, *file;
	int64_t budget; /* statements, those of the frame around the page among them */
};

static void golden(struct bench *b, struct shot s)
{
	struct answer *r = status_is(bench_get(b, s.who, s.path), 200);
	int64_t cost = bench_app(b)->statements;
	bench_golden(
		b, r, arena_printf(bench_arena(b), "src/domains/cameras/golden/%s.html", s.file));
	if (cost < 3 || cost > s.budget)
		fail_msg("%s takes %" PRId64 " statements, not at most %" PRId64, s.path, cost,
			s.budget);
}

static void pages(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b);
	const char *page = at(b, "cameras", id, ""), *edit = at(b, "cameras", id, "/edit");

	golden(b, (struct shot){ "officer1", "/rules", "rules_empty", 10 });
	golden(b, (struct shot){ "officer1", "/leads", "leads_empty", 10 });
	golden(b, (struct shot){ "officer1", page, "camera_new", 16 });
	golden(b, (struct shot){ "officer1", edit, "form", 12 });
	reviewed(b, id);
	for (int i = 0; i < 3; i++) {
		bench_clock(b, clock_now() + 1000);
		lead(b, id, arena_printf(bench_arena(b), "p%d", i));
	}
	int64_t first = bench_int(b, "SELECT id FROM leads WHERE lead_key = 'p1'");
	status_is(review(b, "officer1", first, "confirm"), 303);
	golden(b, (struct shot){ "officer1", "/cameras", "cameras", 10 });
	golden(b, (struct shot){ "officer1", page, "camera", 16 });
	golden(b, (struct shot){ "officer1", "/leads", "leads", 10 });
	golden(b, (struct shot){ "officer2", at(b, "leads", first, ""), "lead", 18 });
	golden(b, (struct shot){ "officer1", "/rules", "rules", 10 });
	bench_clock(b, clock_now() - 3000);
}

/* A list costs the same however long it is. */
static void lists_cost_the_same(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b), one;

	lead(b, id, "c0");
	status_is(bench_get(b, "officer1", "/leads"), 200);
	one = bench_app(b)->statements;
	for (int i = 1; i < 12; i++)
		lead(b, id, arena_printf(bench_arena(b), "c%d", i));
	status_is(bench_get(b, "officer1", "/leads"), 200);
	assert_int_equal(bench_app(b)->statements, one);
}

/* ---- failures -------------------------------------------------------------------------------- */
static void leads_under_torture(void **state)
{
	struct bench *b = *state;
	int64_t id = camera(b), facts, jobs = bench_int(b, "SELECT count(*) FROM jobs"), round;
	struct finding f = finding(b, id, "tortured");

	reviewed(b, id);
	facts = bench_int(b, "SELECT count(*) FROM ledger");
	for (round = 1; round < 200; round++) {
		db_fail_at(bench_app(b)->db, round);
		struct answer *r = send(b, &f);
		db_fail_at(bench_app(b)->db, 0);
		if (r->status == 201)
			break;
		assert_true(r->status == 500 || r->status == 503 || r->status == 409);
		assert_int_equal(bench_int(b, "SELECT count(*) FROM leads"), 0);
		assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts);
		assert_int_equal(bench_int(b, "SELECT count(*) FROM jobs"), jobs);
	}
	assert_true(round > 6 && round < 200);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM leads"), 1);
	const char *path = at(b, "leads", bench_int(b, "SELECT id FROM leads"), "/review");
	assert_true(bench_torture(
			    b, "officer1", path, "verdict", "confirm", "reason", "看过", NULL) > 5);
	assert_true(bench_torture(
			    b, "officer2", path, "verdict", "confirm", "reason", "同意", NULL) > 9);
	assert_string_equal(bench_text(b, "SELECT state FROM leads"), "confirmed");
	path = at(b, "leads", lead(b, id, "again"), "/review");
	assert_true(bench_torture(
			    b, "officer1", path, "verdict", "reject", "reason", "影子", NULL) > 5);
}

static void register_under_torture(void **state)
{
	struct bench *b = *state;
	int64_t operator= clean(b);

	assert_true(bench_torture(b, "officer1", "/cameras", "operator", num(b, operator), "name",
			    "热厨二号", "place", "门上", "url", "rtsp://127.0.0.1/x", "owner",
			    "面馆", "standard", "GB", "hours", "06:00-22:00", "interval_ms", "2000",
			    "valid_from", "2026-02-01", "valid_to", "2027-01-31", NULL) > 5);
	int64_t id = bench_int(b, "SELECT id FROM cameras");
	assert_true(bench_torture(b, "reviewer1", at(b, "cameras", id, "/legal"), "number", "1",
			    "result", "passed", NULL) > 5);
	assert_true(bench_torture(b, "officer1", at(b, "cameras", id, "/technical"), "number", "1",
			    "result", "passed", NULL) > 5);
	bench_file(b, "photo", "sign.jpg", "image/jpeg", bytes_of("\xff\xd8 tortured", 11));
	assert_true(bench_torture(b, "officer1", at(b, "cameras", id, "/sign"), NULL) > 5);
	assert_true(bench_torture(b, "officer1", at(b, "cameras", id, "/close"), NULL) > 5);
	status_is(bench_get(b, "officer1", at(b, "cameras", id, "/sign")), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(form_checked),
		cmocka_unit_test(reviews_asked_for), cmocka_unit_test(changes_void_reviews),
		cmocka_unit_test(cameras_for_workers), cmocka_unit_test(status_reported),
		cmocka_unit_test(live_files), cmocka_unit_test(findings_refused),
		cmocka_unit_test(taken_once), cmocka_unit_test(boxes),
		cmocka_unit_test(boxes_of_the_still_only), cmocka_unit_test(how_often_right),
		cmocka_unit_test(lists), cmocka_unit_test(pages),
		cmocka_unit_test(lists_cost_the_same), cmocka_unit_test(register_under_torture),
		cmocka_unit_test(two_officers), cmocka_unit_test(leads_under_torture) };
	int failed = cmocka_run_group_tests_name("cameras on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"cameras on PostgreSQL", tests, begin_postgres, end);
	return failed;
}
