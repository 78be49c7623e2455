/* Draws through their pages: pools, commitment, draw, tell, exchange, publication, rights, torture;
 * on SQLite, and on PostgreSQL where one is there. */
#include "domains/draws/draws.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 14, FORM_STATEMENTS = 20, PAGE_STATEMENTS = 24, PUBLIC_STATEMENTS = 6 };

static const char *text_of(struct bench *b, int64_t n)
{
	return arena_printf(bench_arena(b), "%" PRId64, n);
}

static const char *account(struct bench *b, const char *login)
{
	return text_of(b, bench_int(b, arena_printf(bench_arena(b),
					       "SELECT id FROM users WHERE login = '%s'", login)));
}

static int facts(struct bench *b, const char *name)
{
	return (int)bench_int(b, arena_printf(bench_arena(b),
					 "SELECT count(*) FROM ledger WHERE name = '%s'", name));
}

static void enter(struct bench *b, const char *login, const char *valid_to)
{
	assert_int_equal(
		bench_post(b, "admin1", "/officers", "account", account(b, login), "card_no",
			arena_printf(bench_arena(b), "ZF-%s", login), "card_valid_to", valid_to,
			"qualification", "", "station", "莘庄所", "words", "", NULL)
			->status,
		303);
}

/* Three officers with cards, ten businesses in two towns. */
static void district(struct bench *b)
{
	enter(b, "officer1", "2027-12-31");
	enter(b, "officer2", "2027-12-31");
	enter(b, "officer3", "2027-12-31");
	for (int i = 0; i < 10; i++)
		bench_operator(b, arena_printf(bench_arena(b), "禾记小馆%d", i),
			i % 2 ? HARNESS_AREA2 : HARNESS_AREA);
}

static struct answer *commit(struct bench *b, const char *share)
{
	return bench_post(b, "head1", "/draws", "title", "十一月抽查", "area", "0", "kinds", "",
		"due_at", "2026-12-21", "per_mille_3", share, NULL);
}

static const char *step(struct bench *b, const char *path, const char *what)
{
	return arena_printf(bench_arena(b), "%s/%s", path, what);
}

static const char *drawn(struct bench *b)
{
	const char *path = commit(b, "600")->location;

	assert_int_equal(bench_post(b, "head1", step(b, path, "draw"), "witness", "李监督", "word",
				 "秋分", NULL)
				 ->status,
		303);
	bench_jobs(b);
	return path;
}

static const char *public_path(struct bench *b, const char *path)
{
	return arena_printf(bench_arena(b), "/draws/public/%s", strrchr(path, '/') + 1);
}

/* ---- commit */
static void test_form(void **state)
{
	struct bench *b = *state;

	district(b);
	struct answer *r = bench_get(b, "head1", "/draws/new");
	assert_int_equal(r->status, 200);
	assert_true(r->statements <= FORM_STATEMENTS);
	assert_true(answer_has(r, "2026年11月双随机抽查"));
	bench_golden(b, r, "src/domains/draws/golden/form.html");
	r = bench_get(b, "head1", "/draws/new?area=310112101&kinds=canteens&format=json");
	assert_true(answer_has(r, "\"objects\":0"));
	assert_true(answer_has(r, "\"inspectors\":2"));
	r = bench_post(b, "head1", "/draws", "title", "", "area", "0", "kinds", "", "due_at",
		"2026-11-01", "per_mille_3", "77", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "value=\"77\"")); /* nothing typed is lost */
	r = commit(b, "0");
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "不会抽到任何经营者"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM draws"), 0);
}

static void test_commit(void **state)
{
	struct bench *b = *state;

	district(b);
	enter(b, "head1", "2027-12-31"); /* no officer: never drawn */
	struct answer *r = commit(b, "600");
	assert_int_equal(r->status, 303);
	const char *path = r->location;
	assert_int_equal(facts(b, "draw.committed"), 1);
	assert_int_equal(bench_int(b, "SELECT objects FROM draws"), 10);
	assert_int_equal(bench_int(b, "SELECT take FROM draws"), 6);
	assert_int_equal(bench_int(b, "SELECT inspectors FROM draws"), 3);
	assert_string_equal(bench_text(b, "SELECT seed FROM draws"), "");
	r = bench_get(b, "head1", path);
	assert_int_equal(r->status, 200);
	assert_true(r->statements <= PAGE_STATEMENTS);
	bench_golden(b, r, "src/domains/draws/golden/committed.html");
	/* what anybody sees has the commitment, and not what it was made of */
	r = bench_get(b, "", public_path(b, path));
	assert_int_equal(r->status, 200);
	assert_true(r->statements <= PUBLIC_STATEMENTS);
	assert_true(answer_has(r, bench_text(b, "SELECT commitment FROM draws")));
	assert_null(strstr(r->body, bench_text(b, "SELECT nonce FROM draws")));
	assert_null(strstr(bench_get(b, "head1", step(b, path, "?format=json"))->body,
		bench_text(b, "SELECT nonce FROM draws")));
	assert_int_equal(bench_get(b, "", step(b, public_path(b, path), "file"))->status, 404);
	assert_true(answer_has(bench_get(b, "", "/draws/public"), "十一月抽查"));
}

/* Who is on leave, or whose card ends before the visits, is not in the pool; too few are refused.
 */
static void test_pool(void **state)
{
	struct bench *b = *state;

	enter(b, "officer1", "2027-12-31");
	enter(b, "officer2", "2026-12-20"); /* a day too early */
	enter(b, "officer3", "2027-12-31");
	bench_operator(b, "禾记小馆", HARNESS_AREA);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_officers"), 3);
	assert_int_equal(commit(b, "1000")->status, 303);
	assert_int_equal(bench_int(b, "SELECT inspectors FROM draws"), 2);
	assert_int_equal(
		bench_post(b, "officer3",
			arena_printf(bench_arena(b), "/officers/%s/leave", account(b, "officer3")),
			"from_day", "2026-11-23", "to_day", "2026-11-25", "kind", "sick", "words",
			"", NULL)
			->status,
		303);
	assert_int_equal(commit(b, "1000")->status, 422);
}

/* ---- draw */
static void test_draw(void **state)
{
	struct bench *b = *state;

	district(b);
	const char *path = commit(b, "600")->location, *draw = step(b, path, "draw");
	assert_int_equal(
		bench_post(b, "head1", draw, "witness", "", "word", "x", NULL)->status, 422);
	/* no head and no word: the office alone would decide */
	assert_int_equal(
		bench_post(b, "head1", draw, "witness", "李监督", "word", "", NULL)->status, 409);
	assert_int_equal(
		bench_post(b, "head1", draw, "witness", "李监督", "word", "秋分", NULL)->status,
		303);
	assert_int_equal(
		bench_post(b, "head1", draw, "witness", "李监督", "word", "秋分", NULL)->status,
		409);
	assert_int_equal(facts(b, "draw.drawn"), 1);
	assert_int_equal(facts(b, "draw.assigned"), 0);
	bench_jobs(b);
	assert_int_equal(facts(b, "draw.assigned"), 6);
	assert_int_equal(bench_int(b, "SELECT count(DISTINCT operator) FROM draw_lots"), 6);
	/* three officers, six businesses of two: four each */
	assert_int_equal(
		bench_int(b, "SELECT max(n) - min(n) FROM (SELECT u.id, (SELECT count(*) "
			     "FROM draw_lots WHERE inspector1 = u.id OR inspector2 = u.id) "
			     "AS n FROM users u WHERE login IN ('officer1', 'officer2', "
			     "'officer3')) x"),
		0);
	struct answer *r = bench_get(b, "head1", path);
	assert_true(r->statements <= PAGE_STATEMENTS);
	assert_true(answer_has(r, "李监督"));
	r = bench_get(b, "", public_path(b, path));
	assert_true(answer_has(r, bench_text(b, "SELECT draw_sm3 FROM draws")));
	assert_null(strstr(r->body, "禾记小馆"));
	assert_int_equal(
		bench_post(b, "head1", step(b, path, "withdraw"), "reason", "x", NULL)->status,
		409);
}

static void test_withdraw(void **state)
{
	struct bench *b = *state;

	district(b);
	const char *path = commit(b, "600")->location;
	assert_int_equal(
		bench_post(b, "head1", step(b, path, "withdraw"), "reason", "", NULL)->status, 422);
	assert_int_equal(
		bench_post(b, "head1", step(b, path, "withdraw"), "reason", "名录有误", NULL)
			->status,
		303);
	assert_true(answer_has(bench_get(b, "", public_path(b, path)), "名录有误"));
	assert_int_equal(
		bench_post(b, "head1", step(b, path, "draw"), "witness", "李", "word", "x", NULL)
			->status,
		409);
}

/* The published file replays from its bytes alone, whatever the program that made it thinks. */
static void test_publish(void **state)
{
	struct bench *b = *state;
	struct replay r;

	district(b);
	const char *path = drawn(b), *file = step(b, public_path(b, path), "file");
	assert_int_equal(bench_get(b, "", file)->status, 404);
	assert_int_equal(bench_get(b, "head1", file)->status, 200);
	assert_int_equal(bench_post(b, "head1", step(b, path, "publish"), NULL)->status, 303);
	assert_int_equal(bench_post(b, "head1", step(b, path, "publish"), NULL)->status, 409);
	struct answer *f = bench_get(b, "", file);
	assert_int_equal(f->status, 200);
	assert_true(draw_replay(
		bench_arena(b), (struct bytes){ (const uint8_t *)f->body, f->body_n }, &r));
	assert_string_equal(r.digest, bench_text(b, "SELECT draw_sm3 FROM draws"));
	assert_string_equal(r.file.commitment, bench_text(b, "SELECT commitment FROM draws"));
	assert_int_equal(r.file.n_lots, 6);
	bench_english(b, true);
	assert_true(answer_has(bench_get(b, "", public_path(b, path)), "Load the file"));
}

/* ---- exchange */
static void test_exchange(void **state)
{
	struct bench *b = *state;
	struct replay r;

	district(b);
	const char *path = drawn(b),
		   *from = text_of(
			   b, bench_int(b, "SELECT inspector1 FROM draw_lots WHERE place = 1"));
	const char *at = arena_printf(bench_arena(b), "%s/lots/%" PRId64 "/exchange", path,
		bench_int(b, "SELECT id FROM draw_lots WHERE place = 1"));
	int64_t other = bench_int(b, "SELECT inspector2 FROM draw_lots WHERE place = 1");
	/* a wish is no reason */
	assert_int_equal(
		bench_post(b, "head1", at, "officer", from, "words", "有事", NULL)->status, 409);
	assert_int_equal(
		bench_post(b, "head1", at, "officer", "5", "words", "x", NULL)->status, 422);
	assert_int_equal(
		bench_post(b, "admin1", arena_printf(bench_arena(b), "/officers/%s/leave", from),
			"from_day", "2026-11-20", "to_day", "2026-11-30", "kind", "sick", "words",
			"", NULL)
			->status,
		303);
	assert_int_equal(
		bench_post(b, "head1", at, "officer", from, "words", "", NULL)->status, 422);
	assert_int_equal(
		bench_post(b, "head1", at, "officer", from, "words", "病假", NULL)->status, 303);
	assert_int_equal(facts(b, "draw.exchanged"), 1);
	assert_int_equal(bench_int(b, "SELECT inspector2 FROM draw_lots WHERE place = 1"), other);
	int64_t to = bench_int(b, "SELECT inspector1 FROM draw_lots WHERE place = 1");
	assert_true(to != other && to != bench_int(b, "SELECT inspector_from FROM draw_exchanges"));
	assert_string_equal(bench_text(b, "SELECT reason FROM draw_exchanges"), "leave");
	struct answer *p = bench_get(b, "head1", path);
	assert_true(answer_has(p, "病假"));
	assert_true(p->statements <= PAGE_STATEMENTS);
	struct answer *f = bench_get(b, "head1", step(b, public_path(b, path), "file"));
	assert_true(draw_replay(
		bench_arena(b), (struct bytes){ (const uint8_t *)f->body, f->body_n }, &r));
	assert_int_equal(r.file.n_exchanges, 1);
	/* nobody else is left for the second place */
	assert_int_equal(
		bench_post(b, "admin1",
			arena_printf(bench_arena(b), "/officers/%" PRId64 "/recusals", other),
			"licence", "", "person",
			bench_text(b, "SELECT legal_person FROM operators WHERE id = (SELECT "
				      "operator FROM draw_lots WHERE place = 1)"),
			"reason", "近亲属", NULL)
			->status,
		303);
	assert_int_equal(
		bench_post(b, "head1", at, "officer", text_of(b, other), "words", "回避", NULL)
			->status,
		409);
}

/* A recusal that was entered before the draw is never broken by it. */
static void test_recused(void **state)
{
	struct bench *b = *state;

	district(b);
	const char *officer = account(b, "officer1");
	assert_int_equal(
		bench_post(b, "officer1",
			arena_printf(bench_arena(b), "/officers/%s/recusals", officer), "licence",
			bench_text(b, "SELECT licence_no FROM operators WHERE name = '禾记小馆3'"),
			"person", "", "reason", "原股东", NULL)
			->status,
		303);
	const char *path = commit(b, "1000")->location;
	assert_int_equal(bench_post(b, "head1", step(b, path, "draw"), "witness", "李监督", "word",
				 "霜降", NULL)
				 ->status,
		303);
	bench_jobs(b);
	assert_int_equal(
		bench_int(b,
			"SELECT count(*) FROM draw_lots t JOIN operators o ON o.id = t.operator "
			"JOIN users u ON u.login = 'officer1' WHERE o.name = '禾记小馆3' AND "
			"(t.inspector1 = u.id OR t.inspector2 = u.id)"),
		0);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM draw_lots"), 10);
}

/* ---- rights, torture */
static void test_rights(void **state)
{
	struct bench *b = *state;

	district(b);
	assert_int_equal(bench_get(b, "", "/draws")->status, 303);
	assert_int_equal(bench_get(b, "officer1", "/draws")->status, 403);
	assert_int_equal(bench_get(b, "auditor1", "/draws")->status, 200);
	assert_int_equal(bench_get(b, "auditor1", "/draws/new")->status, 403);
	struct answer *r = bench_get(b, "head1", "/draws");
	assert_true(r->statements <= LIST_STATEMENTS);
	const char *path = commit(b, "600")->location;
	assert_int_equal(
		bench_post(b, "auditor1", step(b, path, "draw"), "witness", "x", "word", "y", NULL)
			->status,
		403);
	assert_int_equal(bench_get(b, "head1", "/draws/77")->status, 404);
	assert_int_equal(bench_get(b, "", "/draws/public/77")->status, 404);
	bench_golden(b, bench_get(b, "head1", "/draws"), "src/domains/draws/golden/list.html");
}

static void test_torture(void **state)
{
	struct bench *b = *state;

	district(b);
	assert_true(bench_torture(b, "head1", "/draws", "title", "抽查", "area", "0", "kinds", "",
			    "due_at", "2026-12-21", "per_mille_3", "600", NULL) > 3);
	const char *path = arena_printf(
		bench_arena(b), "/draws/%" PRId64, bench_int(b, "SELECT id FROM draws"));
	bench_torture(b, "head1", step(b, path, "draw"), "witness", "李", "word", "秋分", NULL);
	bench_jobs(b);
	bench_torture(b, "head1", step(b, path, "publish"), NULL);
	const char *from =
		text_of(b, bench_int(b, "SELECT inspector1 FROM draw_lots WHERE place = 1"));
	bench_post(b, "admin1", arena_printf(bench_arena(b), "/officers/%s/leave", from),
		"from_day", "2026-11-20", "to_day", "2026-11-30", "kind", "sick", "words", "",
		NULL);
	bench_torture(b, "head1",
		arena_printf(bench_arena(b), "%s/lots/%" PRId64 "/exchange", path,
			bench_int(b, "SELECT id FROM draw_lots WHERE place = 1")),
		"officer", from, "words", "病假", NULL);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM draw_exchanges"), 1);
	bench_post(b, "head1", "/draws", "title", "抽查", "area", "0", "kinds", "", "due_at",
		"2026-12-21", "per_mille_3", "600", NULL);
	path = arena_printf(bench_arena(b), "/draws/%" PRId64,
		bench_int(b, "SELECT id FROM draws WHERE state = 'committed'"));
	bench_torture(b, "head1", step(b, path, "withdraw"), "reason", "名录有误", NULL);
}

#define TESTS(X)                                                                                   \
	X(test_form)                                                                               \
	X(test_commit)                                                                             \
	X(test_pool)                                                                               \
	X(test_draw)                                                                               \
	X(test_withdraw)                                                                           \
	X(test_publish) X(test_exchange) X(test_recused) X(test_rights) X(test_torture)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"draws", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
