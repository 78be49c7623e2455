/* Papers issued by hand from the fields of their template. */
#include "core/papers/papers.h"
#include "domains/dossier/test_matter.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static const char *at(struct bench *b, int64_t id, const char *rest)
{
	return arena_printf(bench_arena(b), "/cases/%" PRId64 "/papers%s", id, rest);
}

static int64_t numbers(struct bench *b)
{
	return bench_int(b, "SELECT count(*) FROM paper_numbers");
}

static void the_form_is_made_of_the_fields(void **state)
{
	struct bench *b = *state;
	int64_t id = filed_matter(b);
	bench_english(b, true);
	struct answer *r = bench_get(b, "officer1", at(b, id, "/new?template=material_notice"));
	assert_int_equal(r->status, 200);
	/* labels, kinds, and what the case knows */
	assert_true(answer_has(r, "To be given by") && answer_has(r, "type=\"date\""));
	assert_true(answer_has(r, "示范餐饮管理有限公司"));
	assert_true(answer_has(r, "name=\"material.8.name\""));
	bench_english(b, false);
	r = bench_get(b, "officer1", at(b, id, "/new?template=material_notice"));
	assert_true(answer_has(r, "提交期限") && answer_has(r, "联系电话"));
	bench_golden(b, r, "src/domains/dossier/golden/paper_form.html");
	r = bench_get(b, "officer1", at(b, id, ""));
	assert_true(answer_has(r, "限期提供材料通知书"));
	/* made by a step of the case, or unknown */
	assert_int_equal(
		bench_get(b, "officer1", at(b, id, "/new?template=onspot_decision"))->status, 404);
	assert_int_equal(bench_get(b, "officer1", at(b, id, "/new?template=../x"))->status, 404);
	/* not an officer of the case, another town's, no right to write */
	assert_int_equal(
		bench_get(b, "officer3", at(b, id, "/new?template=material_notice"))->status, 403);
	assert_int_equal(
		bench_get(b, "auditor1", at(b, id, "/new?template=material_notice"))->status, 403);
	assert_int_equal(bench_get(b, "officer3", at(b, id, ""))->status, 403);
	assert_int_equal(bench_get(b, "auditor1", at(b, id, ""))->status, 200);
}

#define GIVEN                                                                                      \
	"party_name", "示范餐饮管理有限公司", "party_id", "91310112MA1GB12345", "party_address",   \
		"江川路 1288 号", "cause", "未戴帽案", "contact", "张建国", "contact_phone",       \
		"12315", "deliver_to", "本局"

static void duty_fields_before_a_number(void **state)
{
	struct bench *b = *state;
	int64_t id = filed_matter(b), were = numbers(b);
	bench_english(b, true);
	/* nothing is lost: what was typed comes back, the error stands at its field */
	struct answer *r = bench_post(b, "officer1", at(b, id, "/new"), "template",
		"material_notice", GIVEN, "due", "2026-12-04", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "This has to be filled in.") && answer_has(r, "江川路 1288 号"));
	r = bench_post(b, "officer1", at(b, id, "/new"), "template", "material_notice", GIVEN,
		"due", "soon", "material.1.name", "票据", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "Enter a date.") && answer_has(r, "票据"));
	r = bench_post(b, "officer1", at(b, id, "/new"), "template", "test_period_notice", "kind",
		"magic", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "Choose one."));
	r = bench_post(b, "officer1", at(b, id, "/new"), "template", "refund_order", "amount",
		"1,5", NULL);
	assert_true(r->status == 422 && answer_has(r, "Enter an amount in yuan"));
	assert_int_equal(numbers(b), were);
	/* a preview is the paper, and takes no number */
	r = bench_post(b, "officer1", at(b, id, "/new"), "template", "material_notice", GIVEN,
		"due", "2026-12-04", "material.1.name", "票据", "preview", "1", NULL);
	assert_int_equal(r->status, 200);
	assert_string_equal(r->type, "application/pdf");
	assert_int_equal(numbers(b), were);
	assert_int_equal(
		bench_post(b, "officer2", at(b, id, "/new"), "template", "volume_cover", NULL)
			->status,
		404);
}

static void ordered_and_sealed(void **state)
{
	struct bench *b = *state;
	int64_t id = filed_matter(b), were = numbers(b);
	/* lines are closed up: the second is empty */
	assert_true(bench_torture(b, "officer2", at(b, id, "/new"), "template", "material_notice",
			    GIVEN, "due", "2026-12-04", "material.1.name", "进货票据",
			    "material.3.name", "健康证明", NULL) > 4);
	assert_int_equal(numbers(b), were + 1);
	const char *content = bench_text(b, "SELECT content FROM papers ORDER BY id DESC LIMIT 1");
	assert_non_null(strstr(content, "\"material.2.name\":\"健康证明\""));
	assert_non_null(strstr(content, "\"due\":\"2026年12月4日\""));
	bench_jobs(b);
	struct answer *r = bench_get(b, "officer1", at(b, id, ""));
	assert_true(answer_has(r, "示范市监限材〔2026〕1号"));
	/* a number reserved before is used */
	assert_int_equal(bench_post(b, "officer1", "/papers/numbers", "template", "material_notice",
				 "reason", "写在纸上的通知书", NULL)
				 ->status,
		303);
	int64_t reserved =
		bench_int(b, "SELECT max(id) FROM paper_numbers WHERE state = 'reserved'");
	const char *number = arena_printf(bench_arena(b), "%" PRId64, reserved);
	r = bench_post(b, "officer1", at(b, id, "/new"), "template", "material_notice", GIVEN,
		"due", "2026-12-04", "material.1.name", "票据", "reserved", number, NULL);
	assert_int_equal(r->status, 303);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM paper_numbers WHERE state = 'reserved'"), 0);
	assert_string_equal(bench_text(b, "SELECT number FROM papers ORDER BY id DESC LIMIT 1"),
		"示范市监限材〔2026〕2号");
	bench_jobs(b);
}

#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },
#define TESTS(X)                                                                                   \
	X(the_form_is_made_of_the_fields) X(duty_fields_before_a_number) X(ordered_and_sealed)

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	size_t n = sizeof tests / sizeof *tests;
	return _cmocka_run_group_tests(
		"dossier", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
