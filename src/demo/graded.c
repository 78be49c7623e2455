/* What moves grades beside the year's inspections: an accident, a request to be rated again, a
 * visit whose failed items are to be corrected by their days, and the rehearsal of a stricter rule.
 */
#include "demo/demo.h"
#include "domains/grading/grading.h"
#include "domains/inspections/protocol.h"

#include <string.h>

enum { VISIT_AGO = 5, WAITED = 60 }; /* days */

/* The officer of the town of a business, who writes from here on; false: it is none of ours. */
static bool officer_of_town(struct req *rq, struct demo *d, int64_t operator)
{
	for (int64_t i = 0; i < d->n; i++)
		if (d->operators[i] == operator) {
			rq->user = &d->officers[d->town[i] * 2];
			return true;
		}
	return false;
}

/* The first business with this letter, inspected before that moment; 0: none. */
static enum err first_with(struct req *rq, const char *letter, int64_t before, int64_t *operator)
{
	return db_int(rq, operator,
		"SELECT coalesce(min(operator), 0) FROM pub_grades WHERE letter = $1 AND "
		"inspected_at < $2",
		letter, before);
}

static enum err accident(struct req *rq, struct demo *d)
{
	struct incident i = { .kind = "accident",
		.happened_at = d->today - 3 * DAY,
		.words = "3名顾客就餐后腹泻，区疾控中心判定为食源性疾病事件",
		.basis = "示范区疾控〔2026〕11号调查报告" };

	TRY(first_with(rq, "A", d->today, &i.operator));
	return officer_of_town(rq, d, i.operator) ? incident_record(rq, &i) : OK;
}

static enum err asked_again(struct req *rq, struct demo *d)
{
	int64_t operator;

	TRY(first_with(rq, "B", d->today - WAITED * DAY, &operator));
	if (!officer_of_town(rq, d, operator))
		return OK;
	return rerating_request(rq, operator, "已更换消毒柜，重新培训全体员工，请求复评。", false);
}

/* Three failed items with 3, 7 and 15 days: the first is overdue when the clock comes by. */
static enum err visit(struct req *rq, struct demo *d)
{
	static const struct {
		const char *no, *words;
		int days;
	} failed[] = { { "5.1", "地面积水", 3 }, { "8.2", "洗手池无洗手液", 7 },
		{ "9.2", "消毒柜损坏", 15 } };
	struct intake in = { .p = { .sign_party = "signed" } };
	struct node *record = node_map(rq->arena), *answers = put_map(record, "answers");
	int64_t operator;

	TRY(first_with(rq, "B", d->today - 2 * WAITED * DAY, &operator));
	if (!officer_of_town(rq, d, operator))
		return OK;
	TRY(visited_load(rq, operator, & in.v));
	TRY(check_table_load(rq, d->today, &in.t));
	memset(in.answers, PASSED, sizeof(in.answers));
	for (int i = 0; i < in.t.n; i++)
		for (size_t k = 0; k < sizeof(failed) / sizeof(*failed); k++)
			if (text_is(in.t.items[i].no, failed[k].no)) {
				struct node *a = put_map(answers, failed[k].no);
				put_text(a, "v", "fail");
				put_text(a, "words", failed[k].words);
				put_int(a, "days", failed[k].days);
				in.answers[i] = FAILED;
			}
	in.record = record;
	in.i = (struct inspection){ .operator= operator,
		.kind = "INSP_ROUTINE",
		.inspected_at = d->today - VISIT_AGO * DAY + 10 * HOUR,
		.inspector1 = rq->user->id,
		.inspector2 = rq->user[1].id,
		.handling = "ORDER",
		.correct_by = d->today + 10 * DAY,
		.remarks = "",
		.published_at = rq->now };
	in.p.ended_at = in.i.inspected_at + HOUR;
	TRY(inspection_record(rq, &in.t, &in.i, in.answers));
	for (int i = 0; i < in.t.n; i++)
		if (in.answers[i] == FAILED)
			TRY(correction_order(rq, &in, i));
	d->inspections++;
	return OK;
}

/* The text with one part in the place of another; as it is when the part is not there. */
static const char *instead(struct req *rq, const char *text, const char *old, const char *fresh)
{
	const char *at = strstr(text, old);

	return at ? arena_printf(
			    rq->arena, "%.*s%s%s", (int)(at - text), text, fresh, at + strlen(old))
		  : text;
}

/* Class A of risk-credit up to 20 points instead of 25: waits for the head's decision. */
static enum err rehearsal(struct req *rq, struct demo *d)
{
	const struct node *rule;
	struct user head = { .login = "head1", .name = "", .role = "head", .role_id = ROLE_HEAD };
	int64_t id;

	TRY(db_int(rq, &head.id, "SELECT id FROM pub_users WHERE login = 'head1'"));
	TRY(grade_rule(rq, "grading/risk-credit", d->today, &rule));
	const char *text = json_text(rq, rule);
	text = instead(rq, text, "\"version\":\"2025\"", "\"version\":\"2026-draft\"");
	text = instead(rq, text, "\"max\":2500", "\"max\":2000");
	rq->user = &head;
	return rehearsal_begin(rq, "risk-credit-2026-draft.json",
		(struct bytes){ (const uint8_t *)text, strlen(text) }, &id);
}

static enum err all(struct req *rq, void *arg)
{
	struct demo *d = arg;
	const struct user *program = rq->user;
	int64_t made = d->inspections;
	enum err e = accident(rq, d);

	e = e ? e : asked_again(rq, d);
	e = e ? e : visit(rq, d);
	e = e ? e : rehearsal(rq, d);
	rq->user = program;
	if (e) /* the batch may be tried again: from the same numbers */
		d->inspections = made;
	return e;
}

enum err demo_graded(struct demo *d, struct fault *why)
{
	clock_set(d->today);
	return app_write(d->app, all, d, why);
}
