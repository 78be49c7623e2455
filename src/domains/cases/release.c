/* Unless the case needs them: an officer of the case gives the party a named picture or clip as it
 * was recorded, with the reason. */
#include "contracts/facts.h"
#include "domains/cases/shown.h"

const struct model release_model = MODEL("case_releases", struct release, .witnessed = true,
	FIELDS(STORED(struct release, id), STORED(struct release, version),
		STORED(struct release, case_id, .as = AS_ID),
		STORED(struct release, evidence, .as = AS_ID), STORED(struct release, what),
		STORED(struct release, reason), STORED(struct release, released_by, .as = AS_ID),
		STORED(struct release, released_at, .as = AS_TIME)));

static const char *what_text(struct req *rq, const char *what)
{
	return tr(
		rq, text_is(what, "still") ? "Still given as recorded" : "Clip given as recorded");
}

enum err releases_of(struct req *rq, int64_t case_id, struct list *out)
{
	return db_all(rq, &release_model, out,
		"SELECT * FROM case_releases WHERE case_id = $1 ORDER BY id", case_id);
}

static void put_release(struct req *rq, struct node *list, const struct release *r)
{
	struct node *m = put_map(list, NULL);

	put_text(m, "what", what_text(rq, r->what));
	put_text(m, "who", user_name(rq, r->released_by));
	put_text(m, "at", time_text(rq->arena, r->released_at));
	put_text(m, "reason", r->reason);
}

void put_releases(struct req *rq, struct node *n, const struct evidence *e, const struct giving *g)
{
	bool still = false, clip = false;
	struct node *list = put_list(n, "releases");

	list->hidden = true;
	for (struct release *r = LIST_OF(struct release, g->given);
		r < LIST_END(struct release, g->given); r++)
		if (r->evidence == e->id) {
			still = still || text_is(r->what, "still");
			clip = clip || text_is(r->what, "clip");
			put_release(rq, list, r);
		}
	struct case_facts f = {
		.state = g->c->state, .officer1 = g->c->officer1, .officer2 = g->c->officer2
	};
	bool may_give = may(rq, CASE_WRITE) && !may_release(&f, rq->user->id, "-");
	put_flag(n, "give_still", may_give && !still);
	put_flag(n, "give_clip", may_give && !clip && *e->clip_sm3);
	put_flag(n, "give", may_give && (!still || (!clip && *e->clip_sm3)));
}

static enum err release_insert(struct req *rq, const struct case_row *c, struct release *r)
{
	int64_t there;

	TRY(db_int(rq, &there,
		"SELECT count(*) FROM case_releases WHERE evidence = $1 AND what = $2", r->evidence,
		r->what));
	if (there)
		return fail(rq, E_CONFLICT, "It was given already.");
	TRY(db_insert(rq, &release_model, r));
	return emit(rq, CASE_EVIDENCE_RELEASED, c->id, c->operator, json_of(rq, &release_model, r));
}

enum err case_release(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	struct evidence e;
	struct release r = { .case_id = rq->id,
		.evidence = rq->id2,
		.what = form_text(rq, "what"),
		.reason = form_text(rq, "reason"),
		.released_by = rq->user->id,
		.released_at = rq->now };

	TRY(case_load(rq, rq->id, &c));
	TRY(case_facts_of(rq, &c, &f));
	TRY(allow(rq, may_release(&f, rq->user->id, r.reason)));
	TRY(db_one(rq, &evidence_model, &e,
		"SELECT * FROM case_evidence WHERE id = $1 AND case_id = $2", rq->id2, rq->id));
	bool still = text_is(r.what, "still"), clip = text_is(r.what, "clip");
	if (!text_is(e.kind, EVIDENCE_VIDEO) || (!still && !(clip && *e.clip_sm3)))
		return fail(rq, E_INVALID, "Say which it is: the still or the clip.");
	TRY(release_insert(rq, &c, &r));
	notice(rq, "The party now sees it as it was recorded.");
	return redirect(rq, "/cases/%" PRId64, rq->id);
}
