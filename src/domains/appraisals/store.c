/* Loading, saving, and who may see what. */
#include "domains/appraisals/appraisals.h"

#include "contracts/facts.h"

enum err appraisal_table(struct req *rq, int64_t at, const struct node **out)
{
	return rules(rq, "appraisals/table", at, out);
}

enum err round_load(struct req *rq, int64_t id, struct round *r)
{
	enum err e =
		db_one(rq, &round_model, r, "SELECT * FROM appraisal_rounds WHERE id = $1", id);

	if (e == E_NOT_FOUND)
		return fail(rq, e, "This round is not there.");
	TRY(e);
	return rq->user->area ? in_area(rq, r->area) : OK;
}

enum err sitting_load(struct req *rq, int64_t id, struct sitting *s)
{
	enum err e =
		db_one(rq, &appraisal_model, &s->a, "SELECT * FROM appraisals WHERE id = $1", id);

	if (e == E_NOT_FOUND)
		return fail(rq, e, "This appraisal is not there.");
	TRY(e);
	s->handing_in = false;
	TRY(db_one(rq, &round_model, &s->r, "SELECT * FROM appraisal_rounds WHERE id = $1",
		s->a.round));
	TRY(appraisal_table(rq, s->r.opened_at, &s->table));
	TRY(db_all(rq, &point_model, &s->points,
		"SELECT * FROM appraisal_points WHERE appraisal = $1 ORDER BY id", id));
	return db_all(rq, &objection_model, &s->objections,
		"SELECT * FROM appraisal_objections WHERE appraisal = $1 ORDER BY code", id);
}

enum err sitting_visible(struct req *rq, const struct sitting *s)
{
	const struct user *u = rq->user;
	bool told = s->a.submitted_at != 0 && !text_is(s->a.state, "replaced");

	if (u->id == s->a.appraiser || (told && (u->id == s->a.officer1 || u->id == s->a.officer2)))
		return OK;
	if (!may(rq, APPRAISAL_READ) || u->id == s->a.officer1 || u->id == s->a.officer2)
		return fail(rq, E_NOT_FOUND, "This appraisal is not there.");
	return u->area ? in_area(rq, s->a.area) : OK;
}

struct appraisal_facts sitting_facts(struct req *rq, const struct sitting *s)
{
	return (struct appraisal_facts){ .state = s->a.state,
		.mend_state = s->a.mend_state,
		.user = rq->user->id,
		.appraiser = s->a.appraiser,
		.officer1 = s->a.officer1,
		.officer2 = s->a.officer2,
		.object_due = s->a.object_due,
		.accepted_at = s->a.accepted_at,
		.now = rq->now,
		.round_drawn = text_is(s->r.state, "drawn") };
}

enum err appraisal_allow(struct req *rq, const char *why_not)
{
	return why_not ? fail(rq, E_CONFLICT, "%s", tr(rq, why_not)) : OK;
}

void sitting_score(struct req *rq, const struct sitting *s, struct scored *out)
{
	struct point_said *said = NEWS(rq->arena, struct point_said, s->points.n + 1);
	size_t n = 0;

	for (const struct point *p = LIST_OF(struct point, &s->points);
		p < LIST_END(struct point, &s->points); p++)
		said[n++] = (struct point_said){ p->code, p->found, p->verdict, p->reason };
	score_of(s->table, said, n, out);
}

enum err appraisal_save(struct req *rq, struct appraisal *a, const char *fact, const char *data)
{
	TRY(db_update(rq, &appraisal_model, a));
	return emit(rq, fact, a->id, 0, data);
}

const char *outcome_said(struct req *rq, const struct appraisal *a)
{
	struct node *n = node_map(rq->arena);

	put_printf(n, "case", "%" PRId64, a->case_id);
	put_printf(n, "appraiser", "%" PRId64, a->appraiser);
	put_int(n, "score", a->score);
	put_text(n, "grade", a->grade);
	put_int(n, "failed", a->failed);
	put_flag(n, "vetoed", a->vetoed != 0);
	return json_text(rq, n);
}
