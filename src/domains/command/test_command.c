/* The desk, the big screen and the ledger's pages. */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static enum err head(struct req *rq, void *arg)
{
	struct fault why = { 0 };
	(void)arg;
	return ledger_sign_head(rq_conn(rq), rq->app->signer, rq->arena, &why);
}

/* Each role has a desk; what it may not see is not counted there. */
static void desks(struct bench *b)
{
	static const char *const people[] = { "officer1", "reviewer1", "head1", "command1",
		"auditor1", "admin1" };

	bench_operator(b, "示例面馆", HARNESS_AREA);
	for (size_t i = 0; i < sizeof(people) / sizeof(*people); i++) {
		struct answer *r = bench_get(b, people[i], "/desk");
		assert_int_equal(r->status, 200);
		assert_non_null(strstr(r->body, "示例面馆")); /* the news of the district */
	}
	assert_null(strstr(bench_get(b, "officer3", "/desk")->body, "示例面馆")); /* another area */
	assert_null(strstr(bench_get(b, "admin1", "/desk")->body, "/leads"));
	assert_int_equal(bench_get(b, "", "/desk")->status, 303);
}

static void screen(struct bench *b)
{
	bench_operator(b, "示例面馆", HARNESS_AREA);
	assert_int_equal(bench_get(b, "command1", "/wall")->status, 200);
	struct answer *r = bench_get(b, "command1", "/command/wall.json");
	struct node *n;
	struct fault why = { 0 };
	assert_int_equal(json_parse(bench_arena(b),
				 (struct bytes){ (const uint8_t *)r->body, r->body_n }, &n, &why),
		OK);
	assert_int_equal(
		node_int(n, "source.value", -1), 100); /* one business, its licence in force */
	assert_int_equal(node_find(n, "towns")->count, 14);
	assert_int_equal(bench_get(b, "reviewer1", "/wall")->status, 403);
}

static void facts(struct bench *b)
{
	bench_operator(b, "示例面馆", HARNESS_AREA);
	int64_t seq = bench_int(b, "SELECT max(seq) FROM pub_ledger");
	const char *one = arena_printf(bench_arena(b), "/ledger/%" PRId64, seq);

	assert_int_equal(bench_get(b, "officer1", "/ledger")->status, 403);
	assert_non_null(strstr(bench_get(b, "auditor1", "/ledger")->body, "operator.registered"));
	assert_null(strstr(bench_get(b, "auditor1", "/ledger?name=user.created")->body,
		"operator.registered"));
	assert_null(strstr(bench_get(b, "auditor1", one)->body, "alert-green")); /* no head yet */
	assert_int_equal(bench_write(b, head, NULL), OK);
	assert_non_null(strstr(bench_get(b, "auditor1", one)->body, "alert-green"));
	assert_non_null(strstr(bench_get(b, "", "/heads.json")->body, "shian-head-v1"));
	assert_int_equal(bench_get(b, "auditor1", "/ledger/999999")->status, 404);
}

static void on_both(void (*run)(struct bench *b))
{
	for (int pg = 0; pg <= bench_has_postgres(); pg++) {
		struct bench *b = bench_open_on(NULL, pg);
		run(b);
		bench_close(b);
	}
}

#define BOTH(name)                                                                                 \
	static void test_##name(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		on_both(name);                                                                     \
	}
BOTH(desks)
BOTH(screen)
BOTH(facts)

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_desks),
		cmocka_unit_test(test_screen), cmocka_unit_test(test_facts) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
