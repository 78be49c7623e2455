/* The learning loop on a simulated site, through the workers' addresses, the officers' reviews, the
 * command and both databases; then the decisions about models and rules. */
#include "simulated_site.h"
#include "vision_command.h"

#include "cli.h"
#include "commands.h"
#include "core/ledger/verify.h"
#include "domains/cameras/cameras.h"
#include "domains/cameras/learning.h"
#include "harness.h"
#include "workers/vision/site_heads.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CAMERAS = 25, ROUNDS = 20 };

static struct site_camera site[CAMERAS];
static uint64_t chance;
static int64_t keys;

static const char jpeg[] = "\xff\xd8\xff\xe0 a still of the kitchen \xff\xd9";

static int begin_on(void **state, bool postgres)
{
	id_seed(20261123);
	*state = bench_open_on(NULL, postgres);
	bench_english(*state, true);
	chance = 99;
	keys = 0;
	return 0;
}

static int begin(void **state)
{
	return begin_on(state, false);
}

static int begin_postgres(void **state)
{
	return begin_on(state, true);
}

static int end(void **state)
{
	bench_close(*state);
	id_seed(0);
	return 0;
}

/* ---- help -------------------------------------------------------------- */
static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.1500s", r->status, status, from ? from : r->body);
	return r;
}

static bool says(const struct answer *r, const char *text)
{
	const char *from = strstr(r->body, "<main");
	if (strstr(r->body, text))
		return true;
	print_message("'%s' is not in: %.2500s\n", text, from ? from : r->body);
	return false;
}

static const char *num(struct bench *b, int64_t v)
{
	return arena_printf(bench_arena(b), "%" PRId64, v);
}

static int64_t told(struct bench *b, const char *fact)
{
	return bench_int(b, arena_printf(bench_arena(b),
				    "SELECT count(*) FROM ledger WHERE name = '%s'", fact));
}

static int64_t models(struct bench *b, const char *state)
{
	return bench_int(
		b, arena_printf(bench_arena(b),
			   "SELECT count(*) FROM vision_models WHERE state = '%s'", state));
}

struct kitchen {
	int64_t operator;
	int number;
	int64_t id;
};

static enum err kitchen_camera(struct req *rq, void *arg)
{
	struct kitchen *k = arg;
	struct camera c = { .operator= k->operator,
		.name = arena_printf(rq->arena, "热厨%02d", k->number),
		.place = "门上",
		.url = "rtsp://127.0.0.1:8554/kitchen",
		.owner = "示例面馆",
		.standard = "GB/T 28181-2022",
		.hours = "06:00-22:00",
		.watch = "head_uncovered",
		.interval_ms = 2000,
		.notice_url = "",
		.valid_from = rq->now - 100 * DAY,
		.valid_to = rq->now + 100 * DAY,
		.sign_sm3 = "",
		.sign_sha256 = "",
		.legal_no = "",
		.legal_result = "",
		.technical_no = "",
		.technical_result = "" };
	TRY(camera_register(rq, &c));
	k->id = c.id;
	return OK;
}

static void site_build(struct bench *b)
{
	int64_t operator= bench_operator(b, "示例面馆", HARNESS_AREA);
	for (int i = 0; i < CAMERAS; i++) {
		struct kitchen k = { operator, i + 1, 0 };
		assert_int_equal(bench_write(b, kitchen_camera, &k), OK);
		site[i] = site_camera(k.id, &chance);
	}
}

/* What the worker posts; answers the lead. */
static int64_t post_lead(struct bench *b, const struct site_camera *c, const struct features *f)
{
	char text[FEATURES_TEXT];
	int64_t now = clock_now();
	features_text(f, text);
	bench_file(b, "still", "still.jpg", "image/jpeg",
		(struct bytes){ (const uint8_t *)jpeg, sizeof jpeg });
	const char *key = arena_printf(bench_arena(b), "sim-%" PRId64, ++keys);
	status_is(bench_machine_post(b, "/leads", "key", key, "camera", num(b, c->id), "rule",
			  "head_uncovered", "rule_version", "1", "model",
			  "multipose256@abb311da+head@3a8831d5", "started_at", num(b, now),
			  "ended_at", num(b, now + 4000), "clip_from", num(b, now - 8000),
			  "clip_to", num(b, now + 5000), "score", num(b, f->base), "width", "768",
			  "height", "432", "findings", "[]", "net", f->net, "base", num(b, f->base),
			  "site", "-1", "features", text, NULL),
		201);
	return bench_int(
		b, arena_printf(bench_arena(b), "SELECT id FROM leads WHERE lead_key = '%s'", key));
}

static void review(struct bench *b, int64_t lead, bool confirm)
{
	const char *path = arena_printf(bench_arena(b), "/leads/%" PRId64 "/review", lead);
	bool turn = keys % 2;
	const char *first = turn ? "officer1" : "officer2",
		   *second = turn ? "officer2" : "officer1";
	status_is(bench_post(b, first, path, "verdict", confirm ? "confirm" : "reject", "reason",
			  "看过录像", NULL),
		303);
	if (confirm)
		status_is(bench_post(b, second, path, "verdict", "confirm", "reason", "同意", NULL),
			303);
}

/* One lead of each camera, rounds times, reviewed: rightly, or the other way round. */
static void reviews(struct bench *b, int rounds, bool turned)
{
	for (int k = 0; k < rounds; k++)
		for (int i = 0; i < CAMERAS; i++) {
			bool bare;
			struct features f = site_head_seen(&site[i], &chance, &bare);
			bench_clock(b, clock_now() + 20 * MINUTE);
			review(b, post_lead(b, &site[i], &f), bare != turned);
		}
}

static struct train_outcome train(struct bench *b, const char *activate)
{
	struct train_options o = { .rule = "head_uncovered",
		.activate = activate,
		.reason = activate ? "在留出的摄像头上更准" : NULL };
	struct train_outcome out;
	struct fault why = { 0 };
	if (vision_train(bench_app(b), &o, &out, &why))
		fail_msg("%s", why.text);
	return out;
}

/* ---- the loop ---------------------------------------------------------- */
static void too_few_change_nothing(void **state)
{
	struct bench *b = *state;
	site_build(b);
	assert_int_equal(train(b, "head1").result.verdict, TRAINING_LACKS); /* no lead at all */
	reviews(b, 2, false);
	int64_t facts = bench_int(b, "SELECT count(*) FROM ledger");
	struct train_outcome t = train(b, "head1");
	assert_int_equal(t.result.verdict, TRAINING_LACKS);
	assert_true(*t.result.why && !t.kept && !t.active);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM vision_models"), 0);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts);
	assert_string_equal(bench_machine_get(b, "/internal/models")->body, "{\"models\":[]}");
}

struct share_seen {
	double raised, right, missed;
};

/* Fresh heads on the cameras kept out: what officers would have to look at. */
static struct share_seen watch(struct site_heads *heads)
{
	struct share_seen s = { 0 };
	uint64_t later = 4711;
	for (int k = 0; k < 60; k++)
		for (int i = 0; i < CAMERAS; i++) {
			bool bare;
			struct features f = site_head_seen(&site[i], &later, &bare);
			if (!training_holds_out(site[i].id, 30))
				continue;
			bool keep = site_heads_keep(heads, "head_uncovered", &f);
			s.raised += keep;
			s.right += keep && bare;
			s.missed += !keep && bare;
		}
	return s;
}

/* Acceptance: 500 reviews improve the confirmed share of cameras nothing was learnt from. */
static void reviews_teach(void **state)
{
	struct bench *b = *state;
	struct site_heads *heads = site_heads_new();
	struct train_options dry = { .rule = "head_uncovered", .dry_run = true };
	struct train_outcome t;
	struct fault why = { 0 };

	reviews(b, ROUNDS - 2, false);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM leads WHERE verdict <> ''"), 500);
	int64_t facts = bench_int(b, "SELECT count(*) FROM ledger");
	assert_int_equal(vision_train(bench_app(b), &dry, &t, &why), OK);
	assert_int_equal(t.result.verdict, TRAINING_BETTER);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts);
	assert_int_equal(
		vision_train(bench_app(b),
			&(struct train_options){
				.rule = "head_uncovered", .activate = "officer1", .reason = "x" },
			&t, &why),
		E_FORBIDDEN);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts); /* all or nothing */

	struct share_seen before = watch(heads);
	t = train(b, "head1");
	print_message("simulated, %zu+%zu reviews, %zu+%zu cameras: confirmed share on cameras "
		      "kept out %.1f %% -> %.1f %% at recall %.1f %%\n",
		t.result.labels, t.result.held_labels, t.result.cameras, t.result.held_cameras,
		t.result.share_before / 100.0, t.result.share_after / 100.0,
		t.result.recall / 100.0);
	assert_int_equal(t.result.verdict, TRAINING_BETTER);
	assert_true(t.kept && t.active);
	assert_int_equal(told(b, "model.trained"), 1);
	assert_int_equal(told(b, "model.activated"), 1);
	assert_true(t.result.share_after >= t.result.share_before + 1500);

	/* the worker takes it without a restart */
	struct answer *r = status_is(bench_machine_get(b, "/internal/models"), 200);
	assert_int_equal(
		site_heads_take(heads, (struct bytes){ (const uint8_t *)r->body, r->body_n }, &why),
		OK);
	struct share_seen after = watch(heads);
	double share_before = before.right / before.raised,
	       share_after = after.right / after.raised,
	       recall = after.right / (after.right + after.missed);
	print_message("simulated, fresh leads of cameras kept out: confirmed %.1f %% of %.0f -> "
		      "%.1f %% of %.0f, %.1f %% of the right ones kept\n",
		share_before * 100, before.raised, share_after * 100, after.raised, recall * 100);
	assert_true(share_after > share_before + 0.15);
	assert_true(recall > 0.85);
	char name[64];
	site_heads_name(heads, "head_uncovered", name, sizeof name);
	assert_string_equal(name, arena_printf(bench_arena(b), "+site-head_uncovered@%s", t.name));
	site_heads_free(heads);
}

static void again_is_not_better(void **state)
{
	struct bench *b = *state;
	struct train_outcome t = train(b, "head1");
	assert_int_equal(t.result.verdict, TRAINING_NOT_BETTER);
	assert_true(t.kept && !t.active && *t.result.why);
	assert_int_equal(models(b, "active"), 1);
	assert_int_equal(models(b, "refused"), 1);
	assert_int_equal(told(b, "model.refused"), 1);
	assert_true(bench_int(b, "SELECT count(*) FROM vision_models WHERE state = 'refused' AND "
				 "in_force = (SELECT name FROM vision_models WHERE state = "
				 "'active')") == 1);
}

/* A batch of reviews with the verdicts turned round is not learnt from. */
static void poison_is_refused(void **state)
{
	struct bench *b = *state;
	const char *name = bench_text(b, "SELECT name FROM vision_models WHERE state = 'active'");
	reviews(b, 5, true);
	struct train_outcome t = train(b, "head1");
	assert_int_equal(t.result.verdict, TRAINING_CONTRADICTS);
	assert_true(t.kept && !t.active);
	assert_string_equal(
		bench_text(b, "SELECT name FROM vision_models WHERE state = 'active'"), name);
	assert_int_equal(told(b, "model.refused"), 2);
	assert_true(says(bench_get(b, "head1", "/rules/head_uncovered"),
		"The newest reviews contradict the earlier ones."));
}

/* The words of a command line, and its status. */
static int run(struct bench *b, const char *words)
{
	char *argv[16] = { NULL };
	int n = 0;
	while (*words) {
		size_t length = strcspn(words, " ");
		argv[n++] = arena_copy(bench_arena(b), words, length);
		words += length + (words[length] == ' ');
	}
	return train_main(n, argv);
}

/* The command itself, on the data folder, beside the running program. */
static void command(void **state)
{
	struct bench *b = *state;
	const char *begins = arena_printf(bench_arena(b), "vision train --data %s", bench_dir(b));
#define RUN(rest) run(b, arena_printf(bench_arena(b), "%s %s", begins, rest))
	int64_t rows = bench_int(b, "SELECT count(*) FROM vision_models");
	assert_int_equal(RUN("--dry-run"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM vision_models"), rows);
	assert_int_equal(RUN("--rule head_uncovered"), 1); /* the poison is still there */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM vision_models"), rows + 1);
	assert_int_equal(RUN("--activate head1"), 2); /* and why? */
	assert_int_equal(run(b, "vision teach"), 2);
	assert_int_equal(run(b, "vision train --data /nowhere"), 2);
}

/* ---- decisions --------------------------------------------------------- */
static void models_are_decided(void **state)
{
	struct bench *b = *state;
	int64_t active = bench_int(b, "SELECT id FROM vision_models WHERE state = 'active'"),
		refused = bench_int(b, "SELECT max(id) FROM vision_models WHERE state = 'refused'");
	const char *retire = arena_printf(bench_arena(b), "/models/%" PRId64 "/retire", active),
		   *again = arena_printf(bench_arena(b), "/models/%" PRId64 "/activate", active),
		   *no = arena_printf(bench_arena(b), "/models/%" PRId64 "/activate", refused);
	status_is(bench_post(b, "officer1", retire, "reason", "x", NULL), 403);
	status_is(bench_post(b, "admin1", retire, "reason", "x", NULL), 403);
	status_is(bench_post(b, "head1", retire, NULL), 422);
	status_is(bench_post(b, "head1", no, "reason", "还是想用", NULL), 409);
	status_is(bench_post(b, "head1", again, "reason", "x", NULL), 409);
	assert_true(bench_torture(b, "head1", retire, "reason", "误判太多", NULL) > 2);
	assert_string_equal(bench_machine_get(b, "/internal/models")->body, "{\"models\":[]}");
	status_is(bench_post(b, "head1", retire, "reason", "x", NULL), 409);
	assert_int_equal(told(b, "model.retired"), 1);
	assert_true(bench_torture(b, "head1", again, "reason", "复核后恢复", NULL) > 2);
	assert_int_equal(models(b, "active"), 1);
	status_is(bench_get(b, "officer1", "/internal/models"), 403);
}

static int64_t fresh_lead(struct bench *b)
{
	bool bare;
	struct features f = site_head_seen(&site[0], &chance, &bare);
	return post_lead(b, &site[0], &f);
}

static void review_only(void **state)
{
	struct bench *b = *state;
	static const char path[] = "/rules/head_uncovered/mode";
	int64_t confirmed = told(b, "lead.confirmed"), before = fresh_lead(b);
	int64_t cases = bench_int(b, "SELECT count(*) FROM cases");

	status_is(bench_post(b, "officer1", path, "mode", "review_only", "reason", "x", NULL), 403);
	status_is(bench_post(b, "head1", path, "mode", "review_only", NULL), 422);
	status_is(bench_post(b, "head1", path, "mode", "sometimes", "reason", "x", NULL), 422);
	status_is(bench_post(b, "head1", path, "mode", "normal", "reason", "x", NULL), 409);
	status_is(
		bench_post(b, "head1", "/rules/sneezing/mode", "mode", "off", "reason", "x", NULL),
		404);
	assert_true(bench_torture(b, "head1", path, "mode", "review_only", "reason", "确认率过低",
			    NULL) > 2);
	assert_int_equal(told(b, "rule.mode_changed"), 1);
	/* found before the decision, or after it: a label, no pre-check */
	int64_t after = fresh_lead(b);
	review(b, before, true);
	review(b, after, true);
	assert_int_equal(told(b, "lead.confirmed"), confirmed);
	assert_int_equal(told(b, "lead.labelled"), 2);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM cases"), cases);
	assert_int_equal(
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT count(*) FROM leads WHERE id IN (%" PRId64 ", %" PRId64
				     ") AND state = 'confirmed' AND usable = 0",
				     before, after)),
		2);
	/* found while it was in review only, confirmed when it no longer is */
	int64_t late = fresh_lead(b);
	bench_clock(b, clock_now() + MINUTE);
	status_is(bench_post(b, "head1", path, "mode", "off", "reason", "停用", NULL), 303);
	assert_null(strstr(bench_machine_get(b, "/internal/cameras")->body, "head_uncovered"));
	status_is(bench_post(b, "head1", path, "mode", "normal", "reason", "恢复", NULL), 303);
	assert_non_null(strstr(bench_machine_get(b, "/internal/cameras")->body, "head_uncovered"));
	review(b, late, true);
	assert_int_equal(told(b, "lead.labelled"), 3);
	assert_int_equal(told(b, "lead.confirmed"), confirmed);
	review(b, fresh_lead(b), true);
	assert_int_equal(told(b, "lead.confirmed"), confirmed + 1);
	assert_true(says(bench_get(b, "officer1", "/rules/head_uncovered"), "确认率过低"));
	assert_null(
		strstr(bench_get(b, "officer1", "/rules/head_uncovered")->body, "name=\"mode\""));
	assert_non_null(
		strstr(bench_get(b, "head1", "/rules/head_uncovered")->body, "name=\"mode\""));
}

static void misses(void **state)
{
	struct bench *b = *state;
	const char *path = arena_printf(bench_arena(b), "/cameras/%" PRId64 "/misses", site[0].id);
#define MISS(who, rule, date, time, remark)                                                        \
	bench_post(b, who, path, "rule", rule, "date", date, "time", time, "remark", remark, NULL)
	status_is(MISS("officer3", "head_uncovered", "2026-11-22", "10:00", "x"), 403);
	status_is(MISS("head1", "head_uncovered", "2026-11-22", "10:00", "x"), 403);
	status_is(MISS("officer1", "sneezing", "2026-11-22", "10:00", "x"), 422);
	static const char *const bad[][2] = { { "", "10:00" }, { "2026-13-01", "10:00" },
		{ "2026-11-22", "" }, { "2026-11-22", "25:00" }, { "2026-11-22", "10:60" },
		{ "2026-11-22", "1000x" }, { "2036-01-01", "10:00" } };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		status_is(MISS("officer1", "head_uncovered", bad[i][0], bad[i][1], "x"), 422);
	status_is(MISS("officer1", "head_uncovered", "2026-11-22", "10:00", ""), 422);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM rule_misses"), 0);
	assert_true(
		bench_torture(b, "officer1", path, "rule", "head_uncovered", "date", "2026-11-22",
			"time", "11:30", "remark", "切配台前一人未戴帽", NULL) > 2);
	assert_int_equal(told(b, "rule.miss_reported"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM rule_misses WHERE seen_at = "
				      "1795318200000"),
		1);
	assert_true(says(bench_get(b, "officer1", "/rules/head_uncovered"), "切配台前一人未戴帽"));
	assert_true(says(bench_get(b, "officer1", "/rules?format=json"), "\"misses\":1"));
	assert_null(strstr(bench_get(b, "officer3", "/rules/head_uncovered")->body, "切配台"));
	status_is(bench_get(b, "officer1", "/rules/sneezing"), 404);
}

/* Features that make no sense are refused; a lead without any is a lead all the same. */
static void features_checked(void **state)
{
	struct bench *b = *state;
	static const char *const bad[][3] = { { "head@1", "9000", "AAA" },
		{ "head@1", "9000", "AA==" }, { "head@1", "9000", "A A=" },
		{ "head@1", "10001", "AAA=" }, { "head@1", "x", "AAA=" }, { "", "9000", "AAA=" },
		{ "head'1", "9000", "AAA=" }, { "head@1", "9000", "=AAA" } };
	int64_t leads = bench_int(b, "SELECT count(*) FROM leads");
	for (size_t i = 0; i <= sizeof bad / sizeof *bad; i++) {
		const char *const *w = i < sizeof bad / sizeof *bad
					       ? bad[i]
					       : (const char *const[]){ "head@1", "9000", "AAA=" };
		bench_file(b, "still", "still.jpg", "image/jpeg",
			(struct bytes){ (const uint8_t *)jpeg, sizeof jpeg });
		status_is(bench_machine_post(b, "/leads", "key", num(b, (int64_t)i), "camera",
				  num(b, site[0].id), "rule", "person_off_hours", "rule_version",
				  "1", "model", "m", "started_at", num(b, clock_now()), "ended_at",
				  num(b, clock_now()), "clip_from", num(b, clock_now()), "clip_to",
				  num(b, clock_now()), "score", "9000", "width", "768", "height",
				  "432", "findings", "[]", "net", w[0], "base", w[1], "site", "-1",
				  "features", w[2], NULL),
			i < sizeof bad / sizeof *bad ? 422 : 201);
	}
	assert_int_equal(bench_int(b, "SELECT count(*) FROM leads"), leads + 1);
}

/* Everything of it is spoken for in the ledger, and what is changed afterwards is found. */
static void nothing_changed_behind(void **state)
{
	struct bench *b = *state;
	struct verify_report r = { 0 };
	struct fault why = { 0 };
	struct arena *a = arena_new();
	assert_int_equal(verify_app(bench_app(b), a, &r, &why), OK);
	for (int64_t i = 0; i < r.wrong.count && i < VERIFY_FINDINGS; i++)
		print_message("%s\n", r.wrong.text[i]);
	assert_int_equal(r.wrong.count, 0);
	int64_t wrong = r.wrong.count;
	bench_run(b, "UPDATE lead_features SET base = base - 1 WHERE id = (SELECT max(id) FROM "
		     "lead_features)");
	bench_run(b, "UPDATE vision_models SET state = 'proposed' WHERE state = 'refused'");
	r = (struct verify_report){ 0 };
	assert_int_equal(verify_app(bench_app(b), a, &r, &why), OK);
	assert_true(r.wrong.count >= wrong + 2);
	arena_free(a);
}

/* What a training gave depends in its last digits on the compiler, and with it the model's name:
 * from the heading on, figures (98.2 or 100.0) and names are made the same; words and tags stay. */
static struct answer *without_figures(struct bench *b, struct answer *r)
{
	static const char heading[] = "<h2>Trainings</h2>", code[] = "<code>";
	enum { NAME = 8 }; /* hex digits of a model's name */
	char *body = arena_copy(bench_arena(b), r->body, r->body_n);
	char *at = strstr(body, heading), *end = at ? strstr(at, "</aside>") : NULL;
	assert_non_null(end);
	char *to = at += strlen(heading);
	while (at < end) {
		char *in = at + strlen(code);
		if (text_starts(at, code) && strspn(in, "0123456789abcdef") == NAME)
			memset(in, '0', NAME);
		size_t digits = strspn(at, "0123456789");
		*to++ = digits && at[-1] != 'h' ? '0' : *at; /* not of <h2> */
		at += digits && at[digits] == '.' ? digits : 1;
	}
	memmove(to, end, strlen(end) + 1);
	struct answer *same = arena_alloc(bench_arena(b), sizeof *same);
	*same = *r;
	same->body = body;
	return same;
}

static void pages(void **state)
{
	struct bench *b = *state;
	struct answer *r = status_is(bench_get(b, "head1", "/rules/head_uncovered"), 200);
	bench_golden(b, without_figures(b, r), "src/domains/cameras/golden/rule.html");
	bench_golden(b, status_is(bench_get(b, "officer1", "/rules/person_off_hours"), 200),
		"src/domains/cameras/golden/rule_empty.html");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(too_few_change_nothing),
		cmocka_unit_test(reviews_teach), cmocka_unit_test(again_is_not_better),
		cmocka_unit_test(poison_is_refused), cmocka_unit_test(command),
		cmocka_unit_test(models_are_decided), cmocka_unit_test(review_only),
		cmocka_unit_test(misses), cmocka_unit_test(features_checked),
		cmocka_unit_test(pages), cmocka_unit_test(nothing_changed_behind) };
	const struct CMUnitTest elsewhere[] = { cmocka_unit_test(too_few_change_nothing),
		cmocka_unit_test(reviews_teach), cmocka_unit_test(again_is_not_better),
		cmocka_unit_test(poison_is_refused), cmocka_unit_test(models_are_decided),
		cmocka_unit_test(review_only), cmocka_unit_test(misses),
		cmocka_unit_test(nothing_changed_behind) };
	int failed = cmocka_run_group_tests_name("learning on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"learning on PostgreSQL", elsewhere, begin_postgres, end);
	return failed;
}
