/* What is shown outside: pictures of leads that two officers confirmed, which the party and its
 * kitchen get to see. */
#include "domains/privacy/privacy.h"

#include <string.h>

enum { CATCH_UP_MOST = 200 };

enum err blur_want(struct req *rq, const struct blur_wish *w)
{
	if (!*w->original)
		return OK;
	return db_run(rq,
		"INSERT INTO blur_wishes (original, original_sha256, kind, operator, area, "
		"asked_at, "
		"done) VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT DO NOTHING",
		w->original, w->original_sha256, w->kind, w->operator, w->area, rq->now);
}

/* ---- leads ------------------------------------------------------------- */
struct lead_files {
	int64_t operator, area;
	const char *still_sm3, *still_sha256, *clip_sm3, *clip_sha256;
};
static const struct model lead_files_model = MODEL("pub_leads", struct lead_files,
	FIELDS(STORED(struct lead_files, operator), STORED(struct lead_files, area),
		STORED(struct lead_files, still_sm3), STORED(struct lead_files, still_sha256),
		STORED(struct lead_files, clip_sm3), STORED(struct lead_files, clip_sha256)));

static enum err want_both(struct req *rq, const struct lead_files *l)
{
	TRY(blur_want(rq,
		&(struct blur_wish){ .original = l->still_sm3,
			.original_sha256 = l->still_sha256,
			.kind = "still",
			.operator= l->operator,
			.area = l->area }));
	return blur_want(rq,
		&(struct blur_wish){ .original = l->clip_sm3,
			.original_sha256 = l->clip_sha256,
			.kind = "clip",
			.operator= l->operator,
			.area = l->area });
}

enum err on_lead_to_show(struct req *rq, const struct event *e)
{
	struct lead_files l;

	TRY(db_one(rq, &lead_files_model, &l,
		"SELECT operator, area, still_sm3, still_sha256, clip_sm3, clip_sha256 FROM "
		"pub_leads WHERE id = $1",
		e->subject));
	return want_both(rq, &l);
}

enum err blurs_catch_up(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &lead_files_model, &l,
		"SELECT operator, area, still_sm3, still_sha256, clip_sm3, clip_sha256 FROM "
		"pub_leads l WHERE state = 'confirmed' AND still_sm3 <> '' AND NOT EXISTS (SELECT "
		"1 FROM blur_wishes w WHERE w.original = l.still_sm3) ORDER BY id DESC LIMIT $1",
		(int64_t)CATCH_UP_MOST));
	for (struct lead_files *f = LIST_OF(struct lead_files, &l);
		f < LIST_END(struct lead_files, &l); f++)
		TRY(want_both(rq, f));
	return OK;
}
