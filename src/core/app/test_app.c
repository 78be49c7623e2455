/* Requests: addresses, kinds of answers, forged forms, rights, languages, errors, forms. */
#include "core/app/accounts.h"
#include "core/app/dispatch.h"
#include "domains/cameras/cameras.h"
#include "modules.h"
#include "test_raw.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- a module of the test -------------------------------------------------------------------- */
struct note {
	int64_t id, version, area;
	const char *title;
	int64_t day, fen;
	const char *secret;
};
static const struct model note_model = MODEL("notes", struct note,
	FIELDS(STORED(struct note, id), STORED(struct note, version), STORED(struct note, area),
		INPUT(struct note, title, "Title", .required = true, .max = 10),
		INPUT(struct note, day, "Day", .as = AS_DATE),
		INPUT(struct note, fen, "Amount", .as = AS_FEN, .max = 100000),
		INPUT(struct note, secret, "Secret", .as = AS_SECRET)));

static enum err notes_page(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 3);
	TRY(db_all(rq, &note_model, &l, "SELECT * FROM notes ORDER BY id LIMIT $1 OFFSET $2",
		p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "users", &note_model, &l);
	return page(rq, "core/users");
}

static enum err note_page(struct req *rq)
{
	put_printf(rq->view, "ids", "%" PRId64 "/%" PRId64 "/%s", rq->id, rq->id2, rq->key);
	return reply_json(rq);
}

static enum err note_create(struct req *rq)
{
	struct note n = { .area = 1 };
	if (form_read(rq, &note_model, &n)) {
		show_form(rq, "form", &note_model, &n);
		return form_again(rq, "core/user_new");
	}
	TRY(db_insert(rq, &note_model, &n));
	notice(rq, "The account was made.");
	return redirect(rq, "/notes/%" PRId64, n.id);
}

static enum err writing_get(struct req *rq)
{
	TRY(db_run(rq, "INSERT INTO notes (id, version, area, title, day, fen, secret) VALUES (99, "
		       "1, 1, 'x', 0, 0, '')"));
	return reply_text(rq, "text/plain", "written");
}

static enum err refused_but_200(struct req *rq)
{
	(void)!db_run(rq, "INSERT INTO notes (id, version, area, title, day, fen, secret)"
			  " VALUES (1, 1, 1, 'twice', 0, 0, '')");
	return reply_text(rq, "text/plain", "fine");
}

static enum err no_answer(struct req *rq)
{
	(void)rq;
	return OK;
}

static const struct module notes = {
	.name = "notes",
	.routes = (const struct route[]){ { GET, "/notes", notes_page, SIGNED_IN },
		{ POST, "/notes", note_create, SIGNED_IN, .takes = &note_model },
		{ GET, "/notes/:id", note_page, SIGNED_IN, "SELECT area FROM notes WHERE id = $1" },
		{ GET, "/notes/:id/of/:id2", note_page, ANYBODY },
		{ GET, "/notes/:id/file/:key.pdf", note_page, ANYBODY },
		{ GET, "/notes/write", writing_get, SIGNED_IN },
		{ POST, "/notes/ignored", refused_but_200, SIGNED_IN },
		{ GET, "/notes/silent", no_answer, ANYBODY }, { 0 } },
};
static const struct module *const with_notes[] = { &notes, &accounts_module, &login_module,
	&system_module, NULL };

static int begin_on(void **state, bool postgres)
{
	struct bench *b = bench_open_on(with_notes, postgres);
	bench_run(b, "CREATE TABLE notes (id bigint NOT NULL PRIMARY KEY, version bigint NOT NULL,"
		     " area bigint NOT NULL, title text NOT NULL, day bigint NOT NULL, fen bigint "
		     "NOT NULL,"
		     " secret text NOT NULL)");
	for (int i = 1; i <= 7; i++)
		bench_run(b, arena_printf(bench_arena(b),
				     "INSERT INTO notes (id, version, area, title, day, fen, "
				     "secret) VALUES"
				     " (%d, 1, %d, '=t%d', 1795363200000, 1250, 's3cret')",
				     i, i == 2 ? HARNESS_AREA2 : HARNESS_AREA, i));
	*state = b;
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
	return 0;
}

/* ---- addresses ------------------------------------------------------------------------------- */
static void patterns(void **state)
{
	static const struct {
		const char *pattern, *path;
		int64_t id, id2;
		const char *key; /* NULL: does not match */
	} all[] = {
		{ "/", "/", 0, 0, "" },
		{ "/cases", "/cases", 0, 0, "" },
		{ "/cases", "/cases/", 0, 0, NULL },
		{ "/cases", "/case", 0, 0, NULL },
		{ "/cases/:id", "/cases/12", 12, 0, "" },
		{ "/cases/:id", "/cases/9223372036854775807", INT64_MAX, 0, "" },
		{ "/cases/:id", "/cases/9223372036854775808", 0, 0, NULL },
		{ "/cases/:id", "/cases/00000000000000000000000000001", 0, 0, NULL },
		{ "/cases/:id", "/cases/", 0, 0, NULL },
		{ "/cases/:id", "/cases/-1", 0, 0, NULL },
		{ "/cases/:id", "/cases/12a", 0, 0, NULL },
		{ "/cases/:id", "/cases/12/", 0, 0, NULL },
		{ "/cases/:id/papers/:id2", "/cases/1/papers/2", 1, 2, "" },
		{ "/cases/:id/papers/:id2", "/cases/1/papers", 0, 0, NULL },
		{ "/v/:key", "/v/ab-C_9", 0, 0, "ab-C_9" },
		{ "/v/:key", "/v/", 0, 0, NULL },
		{ "/v/:key", "/v/a.b", 0, 0, NULL },
		{ "/v/:key", "/v/食", 0, 0, NULL },
		{ "/v/:key", "/v/a/b", 0, 0, NULL },
		{ "/x/:id/:key.m4s", "/x/3/s1.m4s", 3, 0, "s1" },
		{ "/x/:id/:key.m4s", "/x/3/s1.mp4", 0, 0, NULL },
		{ "/x/:id/:key.m4s", "/x/3/.m4s", 0, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct route_ids ids;
		bool m = route_matches(all[i].pattern, all[i].path, &ids);
		if (m != (all[i].key != NULL))
			fail_msg("%s and %s", all[i].pattern, all[i].path);
		if (!m)
			continue;
		assert_true(ids.id == all[i].id && ids.id2 == all[i].id2);
		assert_int_equal(ids.key_n, strlen(all[i].key));
		assert_int_equal(strncmp(ids.key ? ids.key : "", all[i].key, ids.key_n), 0);
	}
	char path[200] = "/v/";
	struct route_ids ids;
	memset(path + 3, 'a', 128);
	assert_true(route_matches("/v/:key", path, &ids));
	path[131] = 'a';
	assert_false(route_matches("/v/:key", path, &ids));
}

static void routing(void **state)
{
	struct bench *b = *state;
	struct browser w = browser_of(b, "officer1");

	assert_true(says(status_is(browse(&w, "/notes/4/of/5"), 200), "\"ids\":\"4/5/\""));
	assert_true(
		says(status_is(browse(&w, "/notes/4/file/a-b.pdf"), 200), "\"ids\":\"4/0/a-b\""));
	status_is(browse(&w, "/nothing"), 404);
	status_is(browse(&w, "/notes/4/of/x"), 404);
	status_is(submit(&w, "/notes/4/of/5", NULL), 405);
	status_is(browse(&w, "/notes/ignored"), 405); /* there, for a POST only */
	status_is(browse(&w, "/notes/silent"), 500);
	status_is(browse(&w, "/assets/gone.js"), 404);
	/* a known person and a visitor get the same 404; a stranger learns no more */
	struct browser v = { .b = b };
	status_is(browse(&v, "/nothing"), 404);
}

static void one_address_three_answers(void **state)
{
	struct bench *b = *state;
	struct browser w = browser_of(b, "officer1");
	struct answer *r = status_is(browse(&w, "/notes"), 200);

	assert_true(text_starts(r->type, "text/html"));
	assert_true(header_is(r, "Vary", "Accept, Cookie, Accept-Encoding"));
	assert_true(says(r, "page=2"));
	w.accept = "application/json";
	r = status_is(browse(&w, "/notes"), 200);
	assert_true(text_starts(r->type, "application/json"));
	assert_true(
		says(r, "{\"page\":{\"prev\":\"\",\"next\":\"/notes?page=2\",\"from\":1,\"to\":3"));
	assert_true(says(r, "{\"id\":\"1\",\"version\":1,\"area\":310112101,\"title\":\"=t1\","
			    "\"day\":\"2026-11-23T00:00:00.000+08:00\",\"fen\":1250}"));
	r = status_is(browse(&w, "/notes?page=3"), 200);
	assert_true(says(r, "\"next\":\"\",\"from\":7,\"to\":7"));
	assert_true(says(browse(&w, "/notes?page=0"), "\"from\":1"));
	assert_true(says(browse(&w, "/notes?page=99999999999999999999"), "\"from\":1"));
	w.accept = "text/csv";
	r = status_is(browse(&w, "/notes"), 200);
	assert_true(header_is(r, "Content-Disposition", "attachment; filename=\"notes.csv\""));
	assert_string_equal(r->body, "\xef\xbb\xbfid,version,area,title,day,fen\r\n"
				     "1,1,310112101,\"'=t1\",2026-11-23,12.50\r\n2,1,310112102,\"'="
				     "t2\",2026-11-23,12.50\r\n"
				     "3,1,310112101,\"'=t3\",2026-11-23,12.50\r\n4,1,310112101,\"'="
				     "t4\",2026-11-23,12.50\r\n"
				     "5,1,310112101,\"'=t5\",2026-11-23,12.50\r\n6,1,310112101,\"'="
				     "t6\",2026-11-23,12.50\r\n"
				     "7,1,310112101,\"'=t7\",2026-11-23,12.50\r\n");
	w.accept = "text/html,application/xhtml+xml,application/json;q=0.1,text/csv;q=0.1";
	assert_true(text_starts(browse(&w, "/notes")->type, "text/html"));
	assert_true(text_starts(browse(&w, "/notes?format=json")->type, "application/json"));
	assert_true(text_starts(browse(&w, "/notes?format=csv")->type, "text/csv"));
	assert_null(strstr(browse(&w, "/notes?format=json")->body, "s3cret"));
}

/* ---- forged forms ---------------------------------------------------------------------------- */
static void forged_forms(void **state)
{
	struct bench *b = *state;
	struct browser w = browser_of(b, "officer1"), other = browser_of(b, "officer2"),
		       v = { .b = b };
	int64_t were = bench_int(b, "SELECT count(*) FROM notes");

	status_is(submit(&w, "/notes", "title", "a", NULL), 403); /* no token */
	w.csrf = "00000000000000000000000000000000";
	status_is(submit(&w, "/notes", "title", "a", NULL), 403);
	status_is(browse(&other, "/account/password"), 200);
	w.csrf = other.csrf;
	assert_true(says(status_is(submit(&w, "/notes", "title", "a", NULL), 403), "<h1"));
	status_is(browse(&v, "/login"), 200);
	w.csrf = v.csrf; /* a visitor's token is worth nothing to a session */
	status_is(submit(&w, "/notes", "title", "a", NULL), 403);
	w.json = "{\"title\":\"a\"}";
	w.csrf = NULL;
	status_is(submit(&w, "/notes", NULL), 403); /* JSON needs it as well */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM notes"), were);
	status_is(browse(&w, "/account/password"), 200);
	status_is(submit(&w, "/notes", "title", "a", NULL), 303);
	w.json = arena_printf(bench_arena(b), "{\"title\":\"b\",\"csrf\":\"%s\"}", w.csrf);
	w.csrf = NULL;
	status_is(submit(&w, "/notes", NULL), 303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM notes"), were + 2);
	/* a visitor without the cookie that goes with the token */
	jar_put(&v, "shian_v", NULL);
	status_is(submit(&v, "/login", "login", "a", "password", "b", NULL), 403);
	bench_run(b, "DELETE FROM notes WHERE id > 1000");
}

/* ---- what a handler may not do --------------------------------------------------------------- */
static void get_cannot_write(void **state)
{
	struct bench *b = *state;
	struct browser w = browser_of(b, "officer1");
	assert_true(browse(&w, "/notes/write")->status >= 500);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM notes WHERE id = 99"), 0);
}

static void ignored_failure(void **state)
{
	struct bench *b = *state;
	status_is(bench_post(b, "officer1", "/notes/ignored", NULL), 500);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM notes WHERE title = 'twice'"), 0);
}

/* ---- forms ----------------------------------------------------------------------------------- */
static void form_keeps_what_was_typed(void **state)
{
	struct bench *b = *state;
	struct browser w = browser_of(b, "officer1");

	jar_put(&w, "lang", "en");
	status_is(browse(&w, "/account/password"), 200);
	struct answer *r = status_is(submit(&w, "/notes", "title", "much \"too\" long <x>", "day",
					     "2026-02-30", "fen", "1.234", "secret", "hush", NULL),
		422);
	assert_true(says(r, "value=\"much &quot;too&quot; long &lt;x&gt;\""));
	assert_true(says(r, "value=\"2026-02-30\""));
	assert_true(says(r, "value=\"1.234\""));
	assert_true(says(r, "Title has at most 10 characters"));
	assert_true(says(r, "Day is a date such as"));
	assert_true(says(r, "Amount is a number such as 12.50"));
	assert_null(strstr(r->body, "hush"));
	w.accept = "application/json";
	w.json = arena_printf(
		bench_arena(b), "{\"title\":\"\",\"fen\":2000.5,\"csrf\":\"%s\"}", w.csrf);
	r = status_is(submit(&w, "/notes", NULL), 422);
	assert_true(says(r,
		"\"error\":{\"code\":422,\"message\":\"Please correct what is marked below.\","
		"\"fields\":[{\"field\":\"title\",\"text\":\"Title is "
		"needed\"},{\"field\":\"fen\","));
	assert_null(strstr(r->body, "form"));
	w.json = arena_printf(
		bench_arena(b), "{\"title\":\"from json\",\"fen\":12.5,\"csrf\":\"%s\"}", w.csrf);
	r = status_is(submit(&w, "/notes", NULL), 200);
	assert_true(says(r, "{\"location\":\"/notes/"));
	assert_int_equal(bench_int(b, "SELECT fen FROM notes WHERE title = 'from json'"), 1250);
	w.json = "{\"title\":\"x\",";
	assert_true(says(status_is(submit(&w, "/notes", NULL), 400), "\"code\":400"));
	bench_run(b, "DELETE FROM notes WHERE id > 1000");
}

static void notice_shown_once(void **state)
{
	struct bench *b = *state;
	struct browser w = browser_of(b, "officer1");

	jar_put(&w, "lang", "en");
	status_is(browse(&w, "/account/password"), 200);
	status_is(submit(&w, "/notes", "title", "a", NULL), 303);
	assert_non_null(jar_get(&w, "notice"));
	assert_true(says(status_is(browse(&w, "/account/password"), 200), "The account was made."));
	assert_null(jar_get(&w, "notice"));
	assert_null(strstr(browse(&w, "/account/password")->body, "The account was made."));
	jar_put(&w, "notice", "%3Cb%3Eforged"); /* anybody can write a cookie of his own */
	assert_true(says(browse(&w, "/account/password"), "&lt;b&gt;forged"));
	jar_put(&w, "notice", "%ff%fe");
	status_is(browse(&w, "/account/password"), 200);
	jar_put(&w, "notice", "%");
	status_is(browse(&w, "/account/password"), 200);
	bench_run(b, "DELETE FROM notes WHERE id > 1000");
}

/* ---- languages and errors -------------------------------------------------------------------- */
static void languages(void **state)
{
	struct browser w = { .b = *state };

	assert_true(says(status_is(browse(&w, "/login"), 200), "<html lang=\"zh"));
	assert_true(says(browse(&w, "/login?lang=en"), "<html lang=\"en"));
	assert_string_equal(jar_get(&w, "lang"), "en");
	assert_true(says(browse(&w, "/login"), "<html lang=\"en"));
	assert_true(says(browse(&w, "/login?lang=xx"), "<html lang=\"zh"));
	assert_string_equal(jar_get(&w, "lang"), "zh");
	jar_put(&w, "lang", "\"><script>");
	struct answer *r = browse(&w, "/login");
	assert_true(says(r, "<html lang=\"zh"));
	assert_null(strstr(r->body, "\"><script>"));
}

static void errors_in_both_languages(void **state)
{
	static const struct {
		const char *path, *en;
		int status;
	} all[] = { { "/nothing", "There is no such page.", 404 },
		{ "/users", "Your account does not have the right to do this.", 403 },
		{ "/notes/2", "This belongs to another station", 403 },
		{ "/notes/88", "This is not there (any more).", 404 },
		{ "/notes/ignored", "does not take that kind of request", 405 },
		{ "/notes/silent", "gave no answer", 500 } };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct browser w = browser_of(*state, "officer1");
		struct answer *zh = status_is(browse(&w, all[i].path), all[i].status);
		jar_put(&w, "lang", "en");
		struct answer *en = status_is(browse(&w, all[i].path), all[i].status);
		assert_true(says(en, all[i].en) && says(en, "<html lang=\"en") &&
			    says(zh, "<html lang=\"zh"));
		assert_true(says(en, arena_printf(bench_arena(*state), "%d", all[i].status)));
		if (all[i].status != 500)
			assert_null(strstr(zh->body, all[i].en));
		w.accept = "application/json";
		en = status_is(browse(&w, all[i].path), all[i].status);
		assert_true(text_starts(en->type, "application/json"));
		assert_true(
			says(en, arena_printf(bench_arena(*state),
					 "{\"error\":{\"code\":%d,\"message\":\"", all[i].status)));
		assert_true(says(en, "\"fields\":[]"));
	}
}

/* ---- areas ----------------------------------------------------------------------------------- */
static void areas(void **state)
{
	struct bench *b = *state;

	status_is(bench_get(b, "officer1", "/notes/1"), 200);
	status_is(bench_get(b, "officer1", "/notes/2"), 403);
	status_is(bench_get(b, "officer3", "/notes/2"), 200);
	status_is(bench_get(b, "officer3", "/notes/1"), 403);
	status_is(bench_get(b, "head1", "/notes/1"), 200); /* the whole district */
	status_is(bench_get(b, "head1", "/notes/2"), 200);
	struct answer *r = status_is(bench_get(b, "", "/notes/1"), 303);
	assert_string_equal(r->location, "/login?next=%2Fnotes%2F1");
}

/* ---- the table of rights (who may ask what at each address: tests/test_access.c) ----------------
 */
/* What the table must never say, whatever is added to it. */
static void roles_kept_apart(void **state)
{
	(void)state;
	for (enum right r = ANYBODY + 1; r < RIGHTS; r++) {
		assert_false(role_may(ROLE_NONE, r));
		assert_true(r == SIGNED_IN || r == OWN_READ || !role_may(ROLE_OPERATOR, r));
		assert_true(r == PARTY || !role_may(ROLE_PARTY, r));
		assert_true(r == MACHINE || !role_may(ROLE_MACHINE, r));
		assert_true(r == DOCK || !role_may(ROLE_DOCK, r));
	}
	assert_false(role_may(ROLE_ADMINISTRATOR, CASE_READ)); /* accounts, and no cases */
	assert_false(role_may(ROLE_OFFICER, USER_ADMIN));
	assert_false(role_may(ROLE_OFFICER, CAMERA_REVIEW_LEGAL)); /* two reviews, two people */
	assert_false(role_may(ROLE_REVIEWER, CAMERA_REVIEW_TECH));
	static const enum right writes[] = { OPERATOR_WRITE, OPERATOR_IMPORT, CAMERA_WRITE,
		LEAD_REVIEW, CASE_WRITE, INSPECTION_WRITE, GRADE_RECOMPUTE, USER_ADMIN,
		SETTING_ADMIN };
	for (size_t i = 0; i < sizeof(writes) / sizeof(*writes); i++)
		assert_false(role_may(ROLE_AUDITOR, writes[i]));
	assert_null(role_named("none"));
	assert_null(role_named("king"));
	assert_int_equal(role_named("head")->id, ROLE_HEAD);
}

static void machine_token(void **state)
{
	struct bench *b = bench_open(NULL);
	struct browser w = { .b = b, .accept = "application/json" };

	(void)state;
	status_is(browse(&w, "/internal/cameras"), 401);
	w.bearer = "Bearer ";
	status_is(browse(&w, "/internal/cameras"), 401);
	char *wrong = arena_printf(bench_arena(b), "Bearer %s", bench_app(b)->machine_token);
	wrong[12] ^= 1;
	w.bearer = wrong;
	status_is(browse(&w, "/internal/cameras"), 401);
	wrong[12] ^= 1;
	status_is(browse(&w, "/internal/cameras"), 200);
	status_is(browse(&w, "/cases"), 403); /* the workers' token opens the workers' doors only */
	bench_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(routing),
		cmocka_unit_test(one_address_three_answers), cmocka_unit_test(forged_forms),
		cmocka_unit_test(get_cannot_write), cmocka_unit_test(ignored_failure),
		cmocka_unit_test(form_keeps_what_was_typed), cmocka_unit_test(notice_shown_once),
		cmocka_unit_test(languages), cmocka_unit_test(errors_in_both_languages),
		cmocka_unit_test(areas) };
	const struct CMUnitTest whole[] = { cmocka_unit_test(patterns),
		cmocka_unit_test(roles_kept_apart), cmocka_unit_test(machine_token) };
	int failed = cmocka_run_group_tests_name("requests on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"requests on PostgreSQL", tests, begin_postgres, end);
	return failed + cmocka_run_group_tests_name("the whole house", whole, NULL, NULL);
}
