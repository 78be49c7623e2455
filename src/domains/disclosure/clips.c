/* Clips that an answer gives. Only a copy with faces covered that a person has looked at can be put
 * to a request, and only while that still holds is it given: the room of privacy says so. */
#include "contracts/facts.h"
#include "domains/disclosure/disclosure.h"

enum { CLIPS_MOST = 50 };

const struct model disclosure_clip_model =
	MODEL("disclosure_clips", struct disclosure_clip, .witnessed = true,
		FIELDS(STORED(struct disclosure_clip, id, .as = AS_ID),
			STORED(struct disclosure_clip, version),
			STORED(struct disclosure_clip, disclosure, .as = AS_ID),
			STORED(struct disclosure_clip, cover, .as = AS_ID),
			STORED(struct disclosure_clip, original),
			STORED(struct disclosure_clip, sm3), STORED(struct disclosure_clip, sha256),
			STORED(struct disclosure_clip, put_by, .as = AS_ID),
			STORED(struct disclosure_clip, put_at, .as = AS_TIME)));

/* What may be given. */
struct covered {
	int64_t id, area;
	const char *original, *sm3, *sha256;
};
static const struct model covered_model = MODEL("pub_covers", struct covered,
	FIELDS(STORED(struct covered, id), STORED(struct covered, area),
		STORED(struct covered, original), STORED(struct covered, sm3),
		STORED(struct covered, sha256)));

static enum err covered_load(struct req *rq, int64_t id, struct covered *c)
{
	enum err e = db_one(rq, &covered_model, c,
		"SELECT id, area, original, sm3, sha256 FROM pub_covers WHERE id = $1", id);

	if (e == E_NOT_FOUND)
		return fail(rq, E_CONFLICT,
			"Only a clip with faces covered that a person has looked at is given (OGI "
			"articles 15 and 37).");
	TRY(e);
	return in_area(rq, c->area);
}

/* ---- the page ----------------------------------------------------------- */
static enum err put_choices(struct req *rq, int64_t disclosure)
{
	struct rows *r;
	struct node *list = put_list(rq->view, "clip_choices");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT c.id, coalesce(o.name, '') || ' · ' || c.why FROM pub_covers c LEFT JOIN "
		"pub_operators o ON o.id = c.operator WHERE ($1 = 0 OR c.area = $1) AND NOT EXISTS "
		"(SELECT 1 FROM disclosure_clips d WHERE d.disclosure = $2 AND d.cover = c.id) "
		"ORDER BY c.decided_at DESC LIMIT $3",
		rq->user->area, disclosure, (int64_t)CLIPS_MOST));
	return options_of(rq, r, list, 0);
}

enum err disclosure_put_clips(struct req *rq, const struct disclosure *d, const struct node *answer)
{
	struct list l;
	const struct disclosure_facts f = { .state = d->state };
	bool write = may(rq, COMPLAINT_WRITE);

	TRY(db_all(rq, &disclosure_clip_model, &l,
		"SELECT * FROM disclosure_clips WHERE disclosure = $1 ORDER BY id", d->id));
	show_list(rq, "clips", &disclosure_clip_model, &l);
	put_flag(rq->view, "may_put_clip", write && !clip_put_refused(&f))->hidden = true;
	put_flag(rq->view, "may_give_clip", write && !clip_give_refused(&f, answer))->hidden = true;
	return write && !clip_put_refused(&f) ? put_choices(rq, d->id) : OK;
}

/* ---- steps -------------------------------------------------------------- */
enum err disclosure_clip_put(struct req *rq)
{
	struct disclosure d;
	struct covered c;

	TRY(disclosure_load(rq, &d));
	const struct disclosure_facts f = { .state = d.state };
	const char *why = clip_put_refused(&f);
	if (why)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	TRY(covered_load(rq, form_int(rq, "cover", 0), &c));
	int64_t there;
	TRY(db_int(rq, &there,
		"SELECT count(*) FROM disclosure_clips WHERE disclosure = $1 AND cover = $2", d.id,
		c.id));
	if (there)
		return fail(rq, E_CONFLICT, "It is put to this request already.");
	struct disclosure_clip k = { .disclosure = d.id,
		.cover = c.id,
		.original = c.original,
		.sm3 = c.sm3,
		.sha256 = c.sha256,
		.put_by = rq->user->id,
		.put_at = rq->now };
	TRY(db_insert(rq, &disclosure_clip_model, &k));
	TRY(emit(rq, DISCLOSURE_CLIP_PUT, d.id, 0, json_of(rq, &disclosure_clip_model, &k)));
	return redirect(rq, "/disclosures/%" PRId64, d.id);
}

enum err disclosure_clip_give(struct req *rq)
{
	struct disclosure d;
	struct disclosure_clip k;
	struct covered c;
	const struct node *law;

	TRY(disclosure_load(rq, &d));
	TRY(db_one(rq, &disclosure_clip_model, &k,
		"SELECT * FROM disclosure_clips WHERE id = $1 AND disclosure = $2", rq->id2, d.id));
	TRY(disclosure_law(rq, d.received_day, &law));
	const struct disclosure_facts f = { .state = d.state };
	const char *why = clip_give_refused(&f, disclosure_answer_of(law, d.answer));
	if (why)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	TRY(covered_load(rq, k.cover, &c));
	return redirect(rq, "/covers/%" PRId64 ".zip", c.id);
}
