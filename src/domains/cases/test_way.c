#include "test_way.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void approve(const struct story *s)
{
	status_is(bench_post(s->b, "head1", approval_of(s), "verdict", "approve", NULL), 303);
}

int64_t count(const struct story *s, const char *template)
{
	return bench_int(s->b, arena_printf(bench_arena(s->b),
				       "SELECT count(*) FROM papers WHERE subject = %" PRId64
				       " AND template = '%s'",
				       s->id, template));
}

const char *of(const struct story *s, const char *table, const char *column)
{
	return bench_text(s->b, arena_printf(bench_arena(s->b),
					"SELECT CAST(%s AS text) FROM %s WHERE case_id = %" PRId64
					" ORDER BY id DESC LIMIT 1",
					column, table, s->id));
}

void of_act(const struct story *s, const char *act)
{
	bench_run(s->b, arena_printf(bench_arena(s->b),
				"UPDATE cases SET act = '%s' WHERE id = %" PRId64, act, s->id));
}

/* Filed by the ordinary procedure; the party has its link and takes papers on its telephone. */
struct story filed_ordinary(struct bench *b)
{
	struct story s = precheck(b);

	status_is(bench_post(b, "officer1", desk_of(&s, "file"), "officer2", officer(b, "officer2"),
			  "reason", "有初步证据", FILING, "ordinary", "1", NULL),
		303);
	assert_string_equal(member(&s, "state"), "precheck");
	approve(&s);
	link_agreed(&s);
	status_is(address(&s, "yes"), 303);
	bench_jobs(b);
	assert_string_equal(member(&s, "state"), "filed");
	of_act(&s, "V20"); /* not corrected although ordered: 5,000 to 50,000 yuan */
	status_is(WEIGH(&s, "factor_cooperates", "1"), 303);
	return s;
}

struct answer *report(const struct story *s, const char *outcome, const char *fine)
{
	return DO(s, "officer1", "report", "party", "示例面馆", "course", "经过", "facts",
		"加工人员未戴帽", "nature", "违法", "basis", "依据", "discretion", "从轻的理由",
		"outcome", outcome, "outcome_item", strcmp(outcome, "no_penalty") ? "" : "first",
		"fine_fen", fine);
}

struct answer *review(const struct story *s, const char *who, const char *verdict)
{
	const char *point = strcmp(verdict, "pass") ? "no" : "yes";

	return DO(s, who, "review", "jurisdiction", "yes", "party", "yes", "facts", point, "nature",
		"yes", "basis", "yes", "procedure", "yes", "proportion", "yes", "verdict", verdict,
		"opinion", "审核意见");
}

/* Spoiled food is established at the place. */
void visit(const struct story *s)
{
	assert_true(says(status_is(report(s, "penalty", "100000"), 409), "O2 article 27"));
	status_is(DO(s, "officer1", "scene", "speaker", "张三", "place", "后厨", "refusal",
			  "拒绝签名"),
		303);
}

/* Told of a fine, the notice served. */
struct story told_of(struct bench *b, const char *fine)
{
	struct story s = filed_ordinary(b);

	if (strlen(fine) > 5) { /* spoiled food for 10,000 yuan: ten to twenty times its value */
		of_act(&s, "V14");
		status_is(WEIGH(&s, "factor_cooperates", "1", "goods_fen", "10000"), 303);
		visit(&s);
	}
	status_is(report(&s, "penalty", fine), 303);
	status_is(review(&s, "reviewer1", "pass"), 303);
	status_is(DO(&s, "officer1", "notify", "x", "1"), 303);
	assert_string_equal(member(&s, "hear_due"), "0");
	bench_jobs(b);
	assert_string_equal(member(&s, "state"), "told");
	assert_string_not_equal(member(&s, "hear_due"), "0");
	return s;
}
