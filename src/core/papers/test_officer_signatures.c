/* The officers' own signatures: who draws them, and on which papers they are printed. */
#include "contracts/facts.h"
#include "core/app/accounts.h"
#include "core/papers/papers.h"
#include "core/papers/test_tools.h"
#include "harness.h"
#include "signature_png.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- a domain of the test whose officers write records */
static enum err record_write(struct req *rq)
{
	static const char *const duty[] = { "cause", "party_name", "present", "started_at", "place",
		"officer1", "officer1_card", "officer2", "officer2_card", "content" };
	enum { DUTY = sizeof(duty) / sizeof(*duty) };
	struct paper_value v[DUTY];
	struct paper_ref ref;

	for (size_t i = 0; i < DUTY; i++)
		v[i] = (struct paper_value){ duty[i], "内容" };
	struct paper_order o = { .template = "scene_record",
		.subject = 501,
		.entity = 77,
		.area = HARNESS_AREA,
		.values = v,
		.n = DUTY,
		.signers = { { "officer1_sig", form_int(rq, "officer1", 0) },
			{ "officer2_sig", form_int(rq, "officer2", 0) },
			{ "chair_sig", form_int(rq, "officer1", 0) } }, /* no place for it */
		.asked_by = form_int(rq, "asked_by", 0) };
	TRY(paper_order(rq, &o, &ref));
	return redirect(rq, "/v/%s", ref.code);
}

static const struct module records = {
	.name = "records",
	.routes = (const struct route[]){ { POST, "/records", record_write, SIGNED_IN }, { 0 } },
	.tells = (const char *const[]){ PAPER_ORDERED, NULL },
};
static const struct module *const with_records[] = { &records, &papers, &accounts_module,
	&login_module, &system_module, NULL };

static int begin(void **state)
{
	*state = bench_open(with_records);
	bench_english(*state, true);
	return 0;
}

static int begin_postgres(void **state)
{
	*state = bench_open_on(with_records, true);
	bench_english(*state, true);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

static const char *id_of(struct bench *b, const char *login)
{
	return bench_text(
		b, arena_printf(bench_arena(b),
			   "SELECT CAST(id AS text) FROM users WHERE login = '%s'", login));
}

static struct answer *draw(struct bench *b, const char *who, const char *png)
{
	return bench_post(b, who, "/account/signature", "signature", png, NULL);
}

static const char *newest_of(struct bench *b, const char *login)
{
	return bench_text(
		b, arena_printf(bench_arena(b),
			   "SELECT sm3 FROM officer_signatures WHERE officer = %s ORDER BY id DESC",
			   id_of(b, login)));
}

/* The pictures of a record that who writes, as its paper keeps them. */
static const char *written(struct bench *b, const char *who, const char *asked_by)
{
	const char *page =
		status_is(bench_post(b, who, "/records", "officer1", id_of(b, "officer1"),
				  "officer2", id_of(b, "officer2"), "asked_by", asked_by, NULL),
			303)
			->location;
	const char *content =
		bench_text(b, arena_printf(bench_arena(b),
				      "SELECT content FROM papers WHERE code = '%s'", page + 3));
	const char *from = strstr(content, "\"pictures\":");
	assert_non_null(from);
	return arena_copy(bench_arena(b), from, strcspn(from, "}") + 1);
}

static const char *pictures(struct bench *b, const char *place, const char *sm3)
{
	return arena_printf(bench_arena(b), "\"pictures\":{\"%s\":\"%s\"}", place, sm3);
}

/* ---- drawn */
static void only_its_own(void **state)
{
	struct bench *b = *state;

	assert_non_null(strstr(status_is(bench_get(b, "officer1", "/account/signature"), 200)->body,
		"My signature"));
	status_is(bench_get(b, "officer1", "/account/signature/picture"), 404);
	status_is(draw(b, "officer1", ""), 422);
	status_is(draw(b, "officer1", "data:image/png;base64,AAAA"), 422);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM officer_signatures"), 0);
	status_is(draw(b, "officer1", SIGNATURE_PNG), 303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger WHERE name = "
				      "'officer.signature_drawn'"),
		1);
	status_is(draw(b, "officer1", SIGNATURE_PNG), 303); /* sent twice: kept once */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM officer_signatures"), 1);
	assert_string_equal(
		status_is(bench_get(b, "officer1", "/account/signature/picture"), 200)->type,
		"image/png");
	/* no address names another's, and nobody but officers has one */
	status_is(bench_get(b, "officer2", "/account/signature/picture"), 404);
	status_is(draw(b, "admin1", SIGNATURE_PNG), 403);
	status_is(draw(b, "head1", SIGNATURE_PNG), 403);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM officer_signatures"), 1);
	bench_run(b, "UPDATE users SET card_no = '' WHERE login = 'officer2'");
	struct answer *r = status_is(draw(b, "officer2", SIGNATURE_PNG), 403);
	assert_non_null(strstr(r->body, "O2 article 22"));
	bench_run(b, "UPDATE users SET card_no = '沪市监01002' WHERE login = 'officer2'");
}

/* ---- printed */
static void where_it_took_the_step(void **state)
{
	struct bench *b = *state;
	const char *first = newest_of(b, "officer1"), *one = id_of(b, "officer1");

	/* who writes it signs, who is only named does not */
	assert_string_equal(written(b, "officer1", "0"), pictures(b, "officer1_sig", first));
	assert_string_equal(written(b, "officer2", "0"), "\"pictures\":{}"); /* has drawn none */
	status_is(draw(b, "officer2", OTHER_SIGNATURE_PNG), 303);
	const char *second = newest_of(b, "officer2");
	assert_string_not_equal(first, second);
	assert_string_equal(written(b, "officer1", "0"), pictures(b, "officer1_sig", first));
	assert_string_equal(written(b, "officer2", "0"), pictures(b, "officer2_sig", second));
	assert_string_equal(written(b, "officer3", "0"), "\"pictures\":{}");
	/* the one asked, the other confirms: both */
	const char *both = written(b, "officer2", one);
	assert_non_null(strstr(both, first));
	assert_non_null(strstr(both, second));
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM papers WHERE state = 'ordered'"), 0);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM jobs"), 0);
}

static void replaced_by_itself(void **state)
{
	struct bench *b = *state;
	const char *first = newest_of(b, "officer1");
	int64_t old = bench_int(
		b, arena_printf(bench_arena(b),
			   "SELECT count(*) FROM papers WHERE content LIKE '%%%s%%'", first));

	assert_true(old > 0);
	status_is(draw(b, "officer1", OTHER_SIGNATURE_PNG), 303);
	const char *now = newest_of(b, "officer1");
	assert_string_not_equal(first, now);
	assert_string_equal(written(b, "officer1", "0"), pictures(b, "officer1_sig", now));
	/* what bears the earlier one keeps it, in its row and in the store */
	assert_int_equal(
		bench_int(b,
			arena_printf(bench_arena(b),
				"SELECT count(*) FROM papers WHERE content LIKE '%%%s%%'", first)),
		old);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM jobs"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(only_its_own),
		cmocka_unit_test(where_it_took_the_step), cmocka_unit_test(replaced_by_itself) };
	int failed = cmocka_run_group_tests_name("signatures on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"signatures on PostgreSQL", tests, begin_postgres, end);
	return failed;
}
