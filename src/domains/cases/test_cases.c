/* What the law allows in a case, article by article. The whole story is in tests/test_chain.c. */
#include "harness.h"

#include "domains/cases/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A case that is allowed everything its state allows. */
static struct case_facts facts_in(const char *state)
{
	return (struct case_facts){ .state = state,
		.officer1 = 1,
		.officer2 = 2,
		.proposed_by = 1,
		.officer1_card = true,
		.officer2_card = true,
		.usable_evidence = 1,
		.simple_act = true,
		.e_service = true,
		.told_at = 10,
		.hear_due = 100,
		.statement = "none",
		.defence_adopted = "",
		.correction_state = "" };
}

static void names(const char *why, const char *article)
{
	assert_non_null(why);
	if (!strstr(why, article))
		fail_msg("%s does not name %s", why, article);
}

static void filing(void **state)
{
	struct case_facts c = facts_in("precheck");

	(void)state;
	assert_null(may_file(&c, "x"));
	names(may_file(&c, ""), "O2 article 19");
	c.officer2 = 1;
	names(may_file(&c, "x"), "APL article 42");
	c.officer2 = 2;
	c.officer2_card = false;
	names(may_file(&c, "x"), "O2 articles 19 and 22");
	c = facts_in("precheck");
	c.usable_evidence = 0;
	names(may_file(&c, "x"), "APL article 41");
	assert_null(may_not_file(&c, "x"));
	names(may_not_file(&c, ""), "O2 article 20");
	c = facts_in("filed");
	names(may_file(&c, "x"), "O2 article 18");
	names(may_not_file(&c, "x"), "O2 article 20");
}

static void telling_and_hearing(void **state)
{
	struct case_facts c = facts_in("filed");

	(void)state;
	assert_null(may_tell(&c));
	c.simple_act = false;
	names(may_tell(&c), "APL article 51");
	c = facts_in("filed");
	c.usable_evidence = 0;
	names(may_tell(&c), "APL article 46");
	c = facts_in("told");
	names(may_tell(&c), "APL article 44");
	assert_null(may_state(&c));
	c.told_at = 0;
	names(may_state(&c), "APL article 44");
	c = facts_in("told");
	names(may_take_silence(&c, 100), "O2 article 57"); /* to the end of the fifth working day */
	assert_null(may_take_silence(&c, 101));
	c = facts_in("heard");
	assert_non_null(may_take_silence(&c, 101));
	assert_null(may_propose(&c));
	c.statement = "made";
	names(may_propose(&c), "APL article 45");
	c.defence_adopted = "no, because";
	assert_null(may_propose(&c));
	c = facts_in("told");
	names(may_propose(&c), "APL articles 44, 45 and 62");
}

static void deciding(void **state)
{
	struct case_facts c = facts_in("proposed");

	(void)state;
	assert_null(may_decide(&c, 2));
	names(may_decide(&c, 1), "APL article 42");
	assert_non_null(may_decide(&c, 3)); /* not one of the two */
	c = facts_in("heard");
	assert_non_null(may_decide(&c, 2));
	c = facts_in("decided");
	c.served_at = 5;
	assert_true(is_done(&c));
	c.correction_state = "ordered";
	assert_false(is_done(&c));
	c.correction_state = "accepted";
	assert_true(is_done(&c));
	c.served_at = 0;
	assert_false(is_done(&c));
}

static void correcting(void **state)
{
	struct case_facts c = facts_in("filed");

	(void)state;
	assert_null(may_order_correction(&c, 11, 10));
	assert_non_null(may_order_correction(&c, 10, 10));
	assert_non_null(may_show_correction(&c));
	assert_non_null(may_judge_correction(&c));
	c.order_paper = 7;
	c.correction_state = "ordered";
	assert_non_null(may_order_correction(&c, 11, 10));
	assert_null(may_show_correction(&c));
	c.correction_state = "shown";
	assert_null(may_judge_correction(&c));
	assert_non_null(may_show_correction(&c));
	c.correction_state = "refused"; /* another try, or another order */
	assert_null(may_show_correction(&c));
	assert_null(may_order_correction(&c, 11, 10));
	c = facts_in("precheck");
	names(may_order_correction(&c, 11, 10), "APL article 28");
}

static void writing_to_the_party(void **state)
{
	static const char *const open[] = { "filed", "told", "heard", "proposed", "decided" };
	static const char *const shut[] = { "precheck", "not_filed", "closed" };

	(void)state;
	for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++) {
		struct case_facts c = facts_in(open[i]);
		assert_null(may_send_link(&c));
		assert_null(may_confirm_address(&c));
		assert_null(may_answer(&c));
		c.decided_at = 1;
		assert_non_null(may_answer(&c));
	}
	for (size_t i = 0; i < sizeof(shut) / sizeof(*shut); i++) {
		struct case_facts c = facts_in(shut[i]);
		names(may_send_link(&c), "O2 article 21");
		assert_non_null(may_confirm_address(&c));
		assert_non_null(may_answer(&c));
	}
}

/* Nobody reaches a case that is not there, or by the wrong door. */
static void doors(void **state)
{
	struct bench *b = bench_open(NULL);

	(void)state;
	assert_int_equal(bench_get(b, "officer1", "/cases")->status, 200);
	assert_int_equal(bench_get(b, "officer1", "/cases/12345")->status, 404);
	assert_int_equal(bench_get(b, "admin1", "/cases")->status, 403);
	assert_int_equal(
		bench_post(b, "reviewer1", "/cases/12345/file", "reason", "x", NULL)->status, 403);
	assert_int_equal(bench_get(b, "", "/my/cases/12345")->status, 401);
	assert_int_equal(bench_get(b, "party:1:12345", "/my/cases/12346")->status, 403);
	assert_int_equal(bench_get(b, "party:1:12345", "/cases")->status, 403);
	bench_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(filing),
		cmocka_unit_test(telling_and_hearing), cmocka_unit_test(deciding),
		cmocka_unit_test(correcting), cmocka_unit_test(writing_to_the_party),
		cmocka_unit_test(doors) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
