/* A correction that an inspection ordered was not made, and was given over: a pre-check with the
 * record of the inspection as its evidence. */
#include "contracts/facts.h"
#include "domains/cases/cases.h"

#include <string.h>

struct visit_row {
	int64_t inspected_at, inspector1;
	const char *result;
};
static const struct model visit_model = MODEL("pub_inspection_visits", struct visit_row,
	FIELDS(STORED(struct visit_row, inspected_at), STORED(struct visit_row, inspector1),
		STORED(struct visit_row, result)));

/* Which act it is, by the words of the item that failed: rules/cases/acts.json, "inspected".
 * Numbers of items mean other things in other tables. */
static const char *act_of_item(struct req *rq, const char *text)
{
	const struct node *law;

	if (rules(rq, "cases/acts", rq->now, &law))
		return "";
	NODE_EACH (i, node_find(law, "inspected.items"))
		if (strstr(text, node_text(i, "words", "?")))
			return node_text(i, "act", "");
	return node_text(law, "inspected.act", "");
}

/* What the correction and its inspection say, in one piece. */
static const char *record_words(
	struct req *rq, const struct node *c, const struct visit_row *v, int64_t due)
{
	const char *found = node_text(c, "finding", ""), *sent = node_text(c, "words", "");

	return arena_printf(rq->arena,
		"%s监督检查（检查记录%s）：项目%s "
		"%s%s%s。责令于%s前改正。%s%s移送理由：%s。移送人：%s。",
		date_zh(rq->arena, v->inspected_at), node_text(c, "inspection", ""),
		node_text(c, "item", ""), node_text(c, "item_text", ""), *found ? "，" : "", found,
		date_zh(rq->arena, due), *sent ? "经营者提交：" : "经营者未提交改正情况。",
		*sent ? arena_printf(rq->arena, "%s。", sent) : "", node_text(c, "check_words", ""),
		user_name(rq, rq->user->id));
}

static enum err evidence_add(
	struct req *rq, const struct case_row *c, int64_t correction, struct evidence *v)
{
	v->case_id = c->id;
	v->lead = correction;
	v->kind = EVIDENCE_RECORD;
	v->still_sm3 = v->still_sha256 = v->clip_sm3 = v->clip_sha256 = v->usable_why = "";
	v->usable = true;
	v->added_at = rq->now;
	TRY(db_insert(rq, &evidence_model, v));
	return emit(rq, CASE_EVIDENCE_ADDED, c->id, c->operator, json_of(rq, &evidence_model, v));
}

enum err on_correction_to_case(struct req *rq, const struct event *e)
{
	const struct node *data;
	struct visit_row v;
	struct case_row c;
	int64_t due;

	TRY(event_data(rq, e, &data));
	TRY(db_int(rq, &due, "SELECT due FROM pub_corrections WHERE id = $1", e->subject));
	TRY(db_one(rq, &visit_model, &v,
		"SELECT inspected_at, inspector1, result FROM pub_inspection_visits WHERE id = $1",
		node_int(data, "inspection", 0)));
	struct finding f = { .operator= e->entity,
		.area = node_int(data, "area", 0),
		.officer1 = rq->user->id,
		.officer2 = v.inspector1 == rq->user->id ? 0 : v.inspector1,
		.found_at = rq->now,
		.act = act_of_item(rq, node_text(data, "item_text", "")) };
	TRY(precheck_of(rq, &f, &c));
	struct evidence x = { .taken_at = v.inspected_at,
		.method = record_words(rq, data, &v, due) };
	return evidence_add(rq, &c, e->subject, &x);
}
