/* Who may do what, at every address of the house. Drawn from the route tables: a new route is asked
 * by all roles at once, and shows up in golden/access.txt. What is expected follows from the
 * route's right and area (module.h) and the table of roles (rights.c), worked out here anew, not by
 * the program's own check.
 *
 * The things asked for are those of the demonstration district: for each route one of the asker's
 * own area and one of another's, one's own and another's business, one's own and another's case.
 * Posts are carried out and undone (db_undo_writes), so that none changes what the next one meets.
 */
#include "contracts/rights.h"
#include "core/app/accounts.h"
#include "demo/demo.h"
#include "harness.h"
#include "modules.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { OPERATORS = 40, IDS = 400, GONE = 7 };

#define at(b, ...) arena_printf(bench_arena(b), __VA_ARGS__)

/* ---- the world ---------------------------------------------------------------------------------
 */
struct things {
	int64_t own, other; /* 0: the district has none */
};

struct world {
	struct bench *b;
	struct buf table;	   /* the golden file */
	const struct route *route; /* of these things */
	struct things things[2];
	bool looked[2], postgres;
	int64_t mine, others; /* areas: the officer's, and one that is not */
	int64_t business, rival;
	int64_t my_case, other_case;
	char party[64];
	int asked;
};

static const char *const askers[] = { "visitor", "officer", "reviewer", "head", "command",
	"auditor", "administrator", "operator", "party", "machine", "dock" };
enum { ASKERS = sizeof(askers) / sizeof(*askers) };

static const struct {
	const char *role, *who;
} names[] = { { "visitor", "" }, { "officer", "officer1" }, { "reviewer", "reviewer1" },
	{ "head", "head1" }, { "command", "command1" }, { "auditor", "auditor1" },
	{ "administrator", "admin1" }, { "operator", "kitchen" }, { "dock", "dock:4" } };

static int64_t one(struct bench *b, const char *sql)
{
	return bench_int(b, at(b, "SELECT coalesce((%s), 0)", sql));
}

static enum err kitchen_account(struct req *rq, void *arg)
{
	const struct world *w = arg;
	struct account u = { .login = "kitchen",
		.name = "厨房",
		.role = "operator",
		.card_no = "",
		.entity = w->business,
		.phone = "",
		.totp_secret = "",
		.password = "$none" };
	return account_create(rq, &u);
}

static int64_t lead_sent(struct bench *b, int64_t camera)
{
	struct bytes picture = { (const uint8_t *)"\xff\xd8\xff\xe0 still", 10 };
	const char *now = at(b, "%" PRId64, clock_now());
	bench_file(b, "still", "still.jpg", "image/jpeg", picture);
	bench_file(b, "clip", "clip.mp4", "video/mp4", picture);
	struct answer *r = bench_machine_post(b, "/leads", "key", at(b, "k%" PRId64, camera),
		"camera", at(b, "%" PRId64, camera), "rule", "head_uncovered", "rule_version", "1",
		"model", "m@1", "started_at", now, "ended_at", now, "clip_from", now, "clip_to",
		now, "score", "8700", "width", "768", "height", "432", "findings", "[]", NULL);
	if (r->status != 201)
		fail_msg("lead: %d %s", r->status, r->body);
	return one(b, "SELECT max(id) FROM pub_leads");
}

/* A case opened by two officers of the camera's town. */
static int64_t case_made(struct bench *b, int64_t camera)
{
	int64_t lead = lead_sent(b, camera),
		area = one(b, at(b, "SELECT c.area FROM cameras c WHERE c.id = %" PRId64, camera));
	for (int i = 0; i < 2; i++) {
		const char *who = bench_text(b,
			at(b,
				"SELECT login FROM users WHERE role = 'officer' AND area = %" PRId64
				" ORDER BY login LIMIT 1 OFFSET %d",
				area, i));
		bench_sign_in(b, who);
		struct answer *r = bench_post(b, who, at(b, "/leads/%" PRId64 "/review", lead),
			"verdict", "confirm", "reason", "x", NULL);
		if (r->status != 303)
			fail_msg("review: %d %s", r->status, r->body);
	}
	return one(b, "SELECT max(id) FROM pub_cases");
}

static int64_t camera_in(struct world *w, const char *where)
{
	int64_t id =
		one(w->b, at(w->b, "SELECT min(id) FROM cameras WHERE url <> '' AND %s", where));
	assert_true(id > 0);
	return id;
}

static void world_make(struct world *w)
{
	struct bench *b = w->b;
	struct demo_plan plan = { OPERATORS, 0, "rtsp://127.0.0.1:8554/kitchen", 8 };
	struct fault why = { 0 };
	bool built;

	bench_run(b, "DELETE FROM sessions");
	bench_run(b, "DELETE FROM user_state");
	bench_run(b, "DELETE FROM users");
	assert_true(date_parse("2026-11-23", &plan.today));
	if (demo_build(bench_app(b), &plan, &built, &why))
		fail_msg("%s", why.text);
	bench_clock(b, plan.today + 10 * HOUR);
	int64_t camera = camera_in(w, "id > 0");
	w->mine = one(b, at(b, "SELECT area FROM cameras WHERE id = %" PRId64, camera));
	int64_t rival = camera_in(w, at(b, "area <> %" PRId64, w->mine));
	w->others = one(b, at(b, "SELECT area FROM cameras WHERE id = %" PRId64, rival));
	w->business = one(b, at(b, "SELECT operator FROM cameras WHERE id = %" PRId64, camera));
	w->rival = one(b, at(b, "SELECT operator FROM cameras WHERE id = %" PRId64, rival));
	bench_run(
		b, at(b, "UPDATE users SET area = %" PRId64 " WHERE login = 'officer1'", w->mine));
	for (size_t i = 1; i < sizeof(names) / sizeof(*names) - 2; i++)
		bench_sign_in(b, names[i].who);
	w->my_case = case_made(b, camera);
	w->other_case = case_made(b, rival);
	assert_true(w->my_case != w->other_case);
	assert_int_equal(bench_write(b, kitchen_account, w), OK);
	bench_sign_in(b, "kitchen");
	snprintf(w->party, sizeof(w->party), "party:%" PRId64 ":%" PRId64, w->business, w->my_case);
	assert_int_equal(
		bench_get(b, w->party, at(b, "/my/cases/%" PRId64, w->my_case))->status, 200);
}

/* ---- which thing a route is asked for
 * ------------------------------------------------------------- */

/* Where things without an area rule of their own live. */
static const struct {
	const char *begins, *table;
} homes[] = { { "/complaints/:id", "complaints" }, { "/recordings/:id", "recordings" },
	{ "/equipment/:id", "equipment" }, { "/officers/:id", "grid_officers" },
	{ "/draws/:id", "draws" }, { "/draws/public/:id", "draws" }, { "/ledger/:id", "" },
	{ "/my/cases/:id", "cases" }, { "/users/:id", "users" } };

/* The first table that the text names. */
static const char *table_of(struct bench *b, const char *sql)
{
	const char *from = strstr(sql, "FROM ");
	from = from ? from + 5 : "";
	return arena_copy(bench_arena(b), from, strspn(from, "abcdefghijklmnopqrstuvwxyz_"));
}

struct search {
	const char *ids, *rule;
	int64_t want;
	bool not ; /* any other than want */
	int64_t found;
};

static enum err search_run(struct req *rq, void *arg)
{
	struct search *s = arg;
	int64_t ids[IDS];
	size_t n = 0;
	struct rows *r;
	bool more;

	TRY(db_query_(rq, &r, s->ids, BINDS()));
	while (!rows_next(r, &more) && more && n < IDS)
		ids[n++] = rows_int(r, 0);
	rows_close(r);
	for (size_t i = 0; i < n && !s->found; i++) {
		int64_t value = 0;
		struct val v[] = { val_int(ids[i]), { VAL_END, { .i = 0 } } };
		if (db_int_(rq, &value, s->rule, v) == OK && value && (value == s->want) != s->not )
			s->found = ids[i];
	}
	return OK;
}

/* A thing for which the rule gives want (or, not: something else); 0: there is none. */
static int64_t thing_where(struct world *w, const char *rule, int64_t want, bool not )
{
	struct bench *b = w->b;
	struct fault why = { 0 };
	struct search s = { at(b, "SELECT id FROM %s ORDER BY id DESC LIMIT %d", table_of(b, rule),
				    IDS),
		rule, want, not, 0 };
	if (app_read(bench_app(b), search_run, &s, &why))
		fail_msg("%s: %s", rule, why.text);
	return s.found;
}

static struct things things_searched(struct world *w, const struct route *r, const char *role)
{
	struct bench *b = w->b;
	const char *rule = r->area, *home = NULL;
	if (!strstr(r->path, ":id"))
		return (struct things){ GONE, GONE };
	if (r->right == PARTY)
		return (struct things){ w->my_case, w->other_case };
	if (r->own && strcmp(role, "operator") == 0)
		return (struct things){ thing_where(w, r->own, w->business, false),
			thing_where(w, r->own, w->business, true) };
	if (rule)
		return (struct things){ thing_where(w, rule, w->mine, false),
			thing_where(w, rule, w->mine, true) };
	for (size_t i = 0; i < sizeof(homes) / sizeof(*homes); i++)
		if (text_starts(r->path, homes[i].begins))
			home = homes[i].table;
	if (!home)
		return (struct things){ GONE, GONE };
	if (!*home)
		return (struct things){ 1, 1 };
	int64_t id = one(b, at(b, "SELECT max(id) FROM %s", home));
	return (struct things){ id, id };
}

/* Looked for once a route: for its own business, and for all others. */
static struct things things_of(struct world *w, const struct route *r, const char *role)
{
	bool mine = r->own && strcmp(role, "operator") == 0;
	if (w->route != r)
		w->looked[0] = w->looked[1] = false;
	w->route = r;
	if (!w->looked[mine])
		w->things[mine] = things_searched(w, r, role);
	w->looked[mine] = true;
	return w->things[mine];
}

static const char *address(struct bench *b, const char *pattern, int64_t id)
{
	struct buf t = { .arena = bench_arena(b) };
	for (const char *s = pattern; *s;) {
		bool key = text_starts(s, ":key"), second = text_starts(s, ":id2");
		if (*s != ':') {
			buf_putc(&t, *s++);
			continue;
		}
		buf_printf(&t, key ? "x" : "%" PRId64, second ? (int64_t)GONE : id);
		s += key || second ? 4 : 3;
	}
	return t.s;
}

/* ---- asking
 * ---------------------------------------------------------------------------------------- */

static const char *login_of(const struct world *w, const char *role)
{
	if (strcmp(role, "party") == 0)
		return w->party;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i].role, role) == 0)
			return names[i].who;
	return ""; /* the machine has a call of its own */
}

static struct answer *ask(struct world *w, const char *role, const struct route *r, int64_t id)
{
	struct bench *b = w->b;
	const char *path = address(b, r->path, id), *who = login_of(w, role);
	w->asked++;
	struct answer *a;
	if (strcmp(role, "machine") == 0)
		a = r->method == GET ? bench_machine_get(b, path)
				     : bench_machine_post(b, path, NULL);
	else
		a = r->method == GET ? bench_get(b, who, path) : bench_post(b, who, path, NULL);
	if (a->reply.tunnel.run)
		a->reply.tunnel.done(a->reply.tunnel.context);
	return a;
}

/* Sent away: to the sign-in, or forbidden. */
static bool refused(const struct answer *a)
{
	return a->status == 401 || a->status == 403 ||
	       (a->status == 303 && text_starts(a->location, "/login?next="));
}

static enum role_id id_of(const char *role)
{
	return strcmp(role, "visitor") == 0 ? ROLE_NONE : role_named(role)->id;
}

/* What module.h and rights.h say, worked out anew: may this role ask at all. */
static bool may_ask(const char *role, const struct route *r)
{
	enum role_id id = id_of(role);
	if (id == ROLE_AUDITOR && r->method == POST && !r->looks)
		return r->right == ANYBODY || r->right == SIGNED_IN;
	return role_may(id, r->right) || (id == ROLE_OPERATOR && r->own && r->method == GET);
}

static void wrong(const char *role, const struct route *r, const char *what, const struct answer *a)
{
	fail_msg("%s %s as %s: %s: status %d: %.400s", r->method == GET ? "GET" : "POST", r->path,
		role, what, a->status, a->body);
}

/* The cell of the table: "-" refused, whatever the thing; "yes"; "area" or "own": what is one's own
 * only; "asks" the handler refuses for a reason of its own; "may" no such thing is in the district.
 */
static const char *cell_refused(const struct route *r, const char *role, const struct answer *own)
{
	if (!refused(own))
		wrong(role, r, "it has no right to this", own);
	return "-";
}

static void own_check(const struct route *r, const char *role, const struct answer *own)
{
	if (own->status == 401 && r->right != ANYBODY)
		wrong(role, r, "it has the right to this", own);
	if (r->area && own->status == 403 && strstr(own->body, "another station"))
		wrong(role, r, "this is of its own area", own);
}

/* What it says of another's thing, when one's own was answered so. */
static const char *cell_of_two(
	struct world *w, const struct route *r, const char *role, const struct answer *own)
{
	bool mine = strcmp(role, "operator") == 0 && r->own;
	const char *only = strcmp(role, "officer") == 0 && r->area		       ? "area"
			   : mine || (strcmp(role, "party") == 0 && r->right == PARTY) ? "own"
										       : NULL;
	struct answer *other = ask(w, role, r, things_of(w, r, role).other);
	if (only && other->status != (mine ? 404 : 403))
		wrong(role, r, "this is another's", other);
	if (!only && r->area && refused(other) != refused(own))
		wrong(role, r, "its area is the whole district", other);
	return refused(own) ? "asks" : only ? only : "yes";
}

static const char *cell(struct world *w, const struct route *r, const char *role)
{
	struct things t = things_of(w, r, role);
	struct answer *own = ask(w, role, r, t.own ? t.own : GONE);

	if (own->status >= 500 && own->status != 503)
		wrong(role, r, "it failed", own);
	if (!may_ask(role, r))
		return cell_refused(r, role, own);
	if (!t.own)
		return "may";
	own_check(r, role, own);
	if (!t.other || t.other == t.own)
		return refused(own) ? "asks" : "yes";
	return cell_of_two(w, r, role, own);
}

static const char *const rights_words[] = { [ANYBODY] = "anybody",
	[SIGNED_IN] = "signed in",
	[OWN_READ] = "own",
	[MACHINE] = "machine",
	[DOCK] = "dock",
	[PARTY] = "party" };

/* The first role that may ask. */
static const char *first_with(const struct route *r)
{
	size_t i = 0;
	while (i < ASKERS && !may_ask(askers[i], r))
		i++;
	assert_true(i < ASKERS);
	return askers[i];
}

/* A form from another site carries the cookie, but not the token. */
static void ask_forged(struct world *w, const struct route *r)
{
	const char *role = first_with(r);
	if (r->method == GET || id_of(role) == ROLE_MACHINE || id_of(role) == ROLE_DOCK)
		return;
	struct things t = things_of(w, r, role);
	bench_no_token(w->b, true);
	struct answer *a = ask(w, role, r, t.own);
	bench_no_token(w->b, false);
	if (t.own && (a->status != 403 || !strstr(a->body, "This form is stale")))
		wrong(role, r, "a form without its token", a);
}

/* What is not there is said, and is no failure of the program. */
static void ask_for_nothing(struct world *w, const struct route *r)
{
	const char *role = first_with(r);
	if (!strstr(r->path, ":id"))
		return;
	const struct answer *a = ask(w, role, r, GONE);
	if (a->status == 500 || (r->area && a->status != 404))
		wrong(role, r, "asked for what is not there", a);
}

/* Whose answers come from the database: on PostgreSQL these only are asked, for what a right
 * refuses is decided before. */
static bool asks_of_own(const char *role)
{
	return text_is(role, "officer") || text_is(role, "operator") || text_is(role, "party");
}

static void line(struct world *w, const struct route *r)
{
	const char *right = r->right <= PARTY ? rights_words[r->right] : "of office";
	struct bench *b = w->b;
	w->b = bench_beside(b); /* its memory is given back after each route */
	buf_printf(&w->table, "%s %s | %s%s%s%s |", r->method == GET ? "GET" : "POST", r->path,
		right, r->area ? ", area" : "", r->own ? ", own" : "", r->looks ? ", looks" : "");
	for (size_t i = 0; i < ASKERS; i++)
		if (!w->postgres || asks_of_own(askers[i]))
			buf_printf(&w->table, " %s", cell(w, r, askers[i]));
	buf_putc(&w->table, '\n');
	ask_forged(w, r);
	ask_for_nothing(w, r);
	bench_beside_end(w->b);
	w->b = b;
}

/* ---- the tests
 * -------------------------------------------------------------------------------------- */

static void golden(struct world *w)
{
	const char *root = getenv("SHIAN_SOURCE"), *mode = getenv("SHIAN_GOLDEN");
	const char *path = at(w->b, "%s/tests/golden/access.txt", root ? root : ".");
	struct fault why = { 0 };
	struct bytes want = { 0 };
	const char *got = buf_text(&w->table);

	if (mode && strcmp(mode, "write") == 0) {
		(void)dir_make(at(w->b, "%s/tests/golden", root ? root : "."), &why);
		assert_int_equal(file_write(path, got, strlen(got), 0644, &why), OK);
		return;
	}
	assert_int_equal(file_read(bench_arena(w->b), path, 1 << 20, &want, &why), OK);
	if (want.n == strlen(got) && memcmp(want.at, got, want.n) == 0)
		return;
	size_t i = 0;
	while (i < want.n && got[i] && got[i] == (char)want.at[i])
		i++;
	while (i && got[i - 1] != '\n')
		i--;
	fail_msg("%s has other words (SHIAN_GOLDEN=write writes it anew); the first line that "
		 "differs:\n"
		 "  golden: %.*s\n  now:    %.*s",
		path, (int)strcspn((const char *)want.at + i, "\n"), (const char *)want.at + i,
		(int)strcspn(got + i, "\n"), got + i);
}

static void test_matrix(void **state)
{
	struct world w = { .b = *state };
	w.postgres = db_is_postgres(bench_app(w.b)->db);
	w.table.arena = bench_arena(w.b);
	world_make(&w);
	bench_english(w.b, true);
	db_undo_writes(bench_app(w.b)->db, true);
	int64_t facts = bench_int(w.b, "SELECT count(*) FROM ledger");
	buf_puts(&w.table, "# route | right |");
	for (size_t i = 0; i < ASKERS; i++)
		buf_printf(&w.table, " %s", askers[i]);
	buf_putc(&w.table, '\n');
	for (const struct module *const *m = modules; *m; m++)
		for (const struct route *r = (*m)->routes; r && r->path; r++)
			line(&w, r);
	assert_int_equal(bench_int(w.b, "SELECT count(*) FROM ledger"), facts);
	db_undo_writes(bench_app(w.b)->db, false);
	assert_true(w.asked > 1500);
	if (!w.postgres)
		golden(&w);
}

/* ---- an officer of the same town who has nothing to do with the case ---------------------------
 */
/* Steps that any officer of the town takes: its officers are chosen by them, or whoever is asked
 * for it answers. The link is sent by the room that keeps links; a step of /do/ is asked by its
 * key. */
static const char *const of_any_officer[] = { "/cases/:id/file", "/cases/:id/do/:key",
	"/cases/:id/link", NULL };

static bool any_officer_takes(const char *path)
{
	for (const char *const *p = of_any_officer; *p; p++)
		if (strcmp(*p, path) == 0)
			return true;
	return false;
}

static void bystander(struct world *w, int64_t id, const char *state)
{
	struct bench *b = w->b;

	bench_run(b, at(b, "UPDATE cases SET state = '%s' WHERE id = %" PRId64, state, id));
	for (const struct module *const *m = modules; *m; m++)
		for (const struct route *r = (*m)->routes; r && r->path; r++) {
			if (r->method == GET || !text_starts(r->path, "/cases/:id/") ||
				strcmp((*m)->name, "cases") != 0 || any_officer_takes(r->path))
				continue;
			const struct answer *a =
				bench_post(b, "bystander", address(b, r->path, id), NULL);
			if (a->status != 403 && a->status != 404 && !strstr(r->path, "/release"))
				wrong("bystander", r, "it is no officer of this case", a);
			w->asked++;
		}
}

static enum err bystander_account(struct req *rq, void *arg)
{
	const struct world *w = arg;
	struct account u = { .login = "bystander",
		.name = "旁人",
		.role = "officer",
		.card_no = "沪市监09999",
		.area = w->mine,
		.phone = "",
		.totp_secret = "",
		.password = "$none" };
	return account_create(rq, &u);
}

static void test_bystander(void **state)
{
	static const char *const states[] = { "precheck", "filed", "told", "heard", "proposed",
		"decided" };
	struct world w = { .b = *state };

	world_make(&w);
	assert_int_equal(bench_write(w.b, bystander_account, &w), OK);
	bench_sign_in(w.b, "bystander");
	assert_int_equal(
		bench_get(w.b, "bystander", at(w.b, "/cases/%" PRId64, w.my_case))->status, 200);
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		bystander(&w, w.my_case, states[i]);
	assert_true(w.asked >= 50);
}

/* An account without its second factor, one that was closed, and a link whose time is over are
 * visitors. */
static void test_ended(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_get(b, "officer1", "/cases")->status, 200);
	bench_run(b,
		"UPDATE sessions SET full_login = 0 WHERE user_id = (SELECT id FROM users WHERE "
		"login = 'officer1')");
	assert_true(refused(bench_get(b, "officer1", "/cases")) ||
		    bench_get(b, "officer1", "/cases")->status == 303);
	assert_int_equal(bench_get(b, "head1", "/cases")->status, 200);
	bench_run(b, "UPDATE users SET state = 'closed' WHERE login = 'head1'");
	assert_true(refused(bench_get(b, "head1", "/cases")));
	assert_int_equal(bench_get(b, "auditor1", "/cases")->status, 200);
	bench_run(b, "UPDATE sessions SET expires_at = 1");
	assert_true(refused(bench_get(b, "auditor1", "/cases")));
}

#define TESTS(X)       X(test_matrix) X(test_bystander) X(test_ended)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"access", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
