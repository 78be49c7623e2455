/* Numbers of papers: without gaps and doubles when 32 threads take them at once and some fail;
 * reserved, used, void. */
#include "contracts/facts.h"
#include "core/app/accounts.h"
#include "core/papers/private.h"
#include "harness.h"

#include <pthread.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { THREADS = 32, EACH = 6 };

/* An order as a domain makes it; refused afterwards when it shall fail. */
static enum err order(struct req *rq, int64_t reserved, bool then_fail)
{
	static const char *const duty[] = { "party_name", "party_id", "party_address", "act",
		"provision", "basis", "requirement", "review_body", "court", "contact",
		"contact_phone" };
	enum { DUTY = sizeof duty / sizeof *duty };
	struct paper_value v[DUTY];
	struct paper_ref ref;

	for (size_t i = 0; i < DUTY; i++)
		v[i] = (struct paper_value){ duty[i], "内容" };
	struct paper_order o = { .template = "correction_order",
		.subject = 501,
		.entity = 77,
		.area = HARNESS_AREA,
		.values = v,
		.n = DUTY,
		.reserved = reserved };
	TRY(paper_order(rq, &o, &ref));
	return then_fail ? fail_(rq, E_CONFLICT, "Something after it was refused.")
			 : redirect(rq, "/v/%s", ref.code);
}

static enum err order_take(struct req *rq)
{
	return order(rq, form_int(rq, "reserved", 0), form_flag(rq, "then_fail"));
}

static const struct module orders = {
	.name = "orders",
	.routes = (const struct route[]){ { POST, "/orders", order_take, SIGNED_IN }, { 0 } },
	.tells = (const char *const[]){ PAPER_ORDERED, NULL },
};
static const struct module *const with_orders[] = { &orders, &papers, &accounts_module,
	&login_module, &system_module, NULL };

static int begin(void **state)
{
	*state = bench_open(with_orders);
	bench_english(*state, true);
	return 0;
}

static int begin_postgres(void **state)
{
	*state = bench_open_on(with_orders, true);
	bench_english(*state, true);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

/* ---- at once */

struct worker {
	pthread_t thread;
	struct app *app;
	int number, made, refused;
};

static enum err work(struct req *rq, void *arg)
{
	return order(rq, 0, *(bool *)arg);
}

static void *work_all(void *arg)
{
	struct worker *w = arg;
	for (int i = 0; i < EACH; i++) {
		struct fault why = { 0 };
		bool fails = (w->number + i) % 3 == 0;
		enum err e = app_write(w->app, work, &fails, &why);
		w->made += e == OK;
		w->refused += e != OK && fails;
	}
	return NULL;
}

static void taken_at_once(void **state)
{
	struct bench *b = *state;
	struct worker w[THREADS] = { 0 };
	int made = 0, refused = 0;

	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .app = bench_app(b), .number = i };
		assert_int_equal(pthread_create(&w[i].thread, NULL, work_all, &w[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(w[i].thread, NULL);
		made += w[i].made;
		refused += w[i].refused;
	}
	assert_int_equal(made, THREADS * EACH * 2 / 3);
	assert_int_equal(refused, THREADS * EACH / 3);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM paper_numbers"), made);
	assert_int_equal(bench_int(b, "SELECT max(seq) FROM paper_numbers"), made);
	assert_int_equal(bench_int(b, "SELECT min(seq) FROM paper_numbers"), 1);
	assert_int_equal(bench_int(b, "SELECT count(DISTINCT seq) FROM paper_numbers"), made);
	assert_int_equal(bench_int(b, "SELECT count(DISTINCT number) FROM papers"), made);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM papers p JOIN paper_numbers n ON n.paper = p.id"
			     " AND n.number = p.number AND n.state = 'used'"),
		made);
	struct answer *r = bench_get(b, "officer1", "/papers/numbers");
	assert_true(answer_has(r, "Without a gap"));
	assert_null(strstr(r->body, "A number is missing"));
}

/* ---- by hand */

static struct answer *reserve(struct bench *b, const char *reason)
{
	return bench_post(b, "officer1", "/papers/numbers", "template", "correction_order",
		"reason", reason, NULL);
}

static int64_t last_reserved(struct bench *b)
{
	return bench_int(b, "SELECT max(id) FROM paper_numbers WHERE state = 'reserved'");
}

static const char *path(struct bench *b, const char *form, int64_t id)
{
	return arena_printf(bench_arena(b), "/papers/numbers/%" PRId64 "%s", id, form);
}

static void reserved_and_used(void **state)
{
	struct bench *b = *state;
	int64_t were = bench_int(b, "SELECT count(*) FROM paper_numbers");

	assert_int_equal(reserve(b, "abc")->status, 422);
	assert_int_equal(bench_post(b, "officer1", "/papers/numbers", "template", "../x", "reason",
				 "paper lost", NULL)
				 ->status,
		422);
	assert_int_equal(bench_post(b, "officer1", "/papers/numbers", "template",
				 "address_confirmation", "reason", "paper lost", NULL)
				 ->status,
		422);
	assert_int_equal(bench_post(b, "auditor1", "/papers/numbers", "template",
				 "correction_order", "reason", "paper lost", NULL)
				 ->status,
		403);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM paper_numbers"), were);
	assert_true(bench_torture(b, "officer1", "/papers/numbers", "template", "correction_order",
			    "reason", "a paper written by hand", NULL) > 3);
	int64_t id = last_reserved(b);
	const char *text = arena_printf(bench_arena(b), "%" PRId64, id);
	/* an order takes it, once; the next order takes the next one */
	assert_int_equal(
		bench_post(b, "officer1", "/orders", "reserved", text, "then_fail", "1", NULL)
			->status,
		409);
	assert_int_equal(last_reserved(b), id);
	assert_int_equal(bench_post(b, "officer1", "/orders", "reserved", text, NULL)->status, 303);
	assert_int_equal(bench_post(b, "officer1", "/orders", "reserved", text, NULL)->status, 409);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM paper_numbers WHERE state = 'used'"
				      " AND paper = (SELECT max(id) FROM papers)"),
		1);
	/* a used number is not declared void */
	assert_int_equal(
		bench_post(b, "officer1", path(b, "/void", id), "reason", "not needed", NULL)
			->status,
		409);
}

static void declared_void(void **state)
{
	struct bench *b = *state;
	assert_int_equal(reserve(b, "一份手写的文书")->status, 303);
	int64_t id = last_reserved(b);
	assert_int_equal(
		bench_post(b, "officer1", path(b, "/void", id), "reason", " ", NULL)->status, 422);
	assert_int_equal(
		bench_post(b, "auditor1", path(b, "/void", id), "reason", "not needed", NULL)
			->status,
		403);
	assert_true(bench_torture(b, "officer1", path(b, "/void", id), "reason", "written in error",
			    NULL) > 2);
	assert_int_equal(bench_post(b, "officer1", "/orders", "reserved",
				 arena_printf(bench_arena(b), "%" PRId64, id), NULL)
				 ->status,
		409);
	struct answer *r = bench_get(b, "officer1", "/papers/numbers");
	assert_true(answer_has(r, "written in error") && answer_has(r, "一份手写的文书"));
	assert_true(answer_has(r, "Without a gap"));
	r = bench_get(b, "officer1", "/papers/numbers?format=csv");
	assert_true(answer_has(r, "written in error"));
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'paper.number_voided'"), 1);
}

/* Whoever takes a line out past the program is seen on the page (and by verify: the rows are
 * witnessed). */
static void a_gap_is_seen(void **state)
{
	struct bench *b = *state;
	bench_run(b, "DELETE FROM paper_numbers WHERE seq = 3");
	assert_true(answer_has(bench_get(b, "officer1", "/papers/numbers"), "A number is missing"));
}

/* 〔 〕 and not [ ], the office's word, the district and the padded number where the form asks for
 * them. */
static void patterns_of_the_forms(void **state)
{
	struct bench *b = *state;
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM paper_numbers WHERE number LIKE "
			     "'示范市监责改〔2026〕%号' AND template = 'correction_order'"),
		bench_int(b, "SELECT count(*) FROM paper_numbers"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(taken_at_once),
		cmocka_unit_test(reserved_and_used), cmocka_unit_test(declared_void),
		cmocka_unit_test(patterns_of_the_forms), cmocka_unit_test(a_gap_is_seen) };
	int failed = cmocka_run_group_tests_name("numbers on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"numbers on PostgreSQL", tests, begin_postgres, end);
	return failed;
}
