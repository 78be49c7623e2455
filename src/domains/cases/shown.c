/* What the party sees of the evidence, and its files. A picture is answered from the derived one,
 * or not at all: there is no way from here to the original but a release. */
#include "domains/cases/shown.h"

#include <string.h>

enum { PREPARED_WITHIN = 10 * MINUTE };

static const struct model shown_model = MODEL("case_evidence", struct shown,
	FIELDS(STORED(struct shown, id), STORED(struct shown, case_id),
		STORED(struct shown, taken_at), STORED(struct shown, kind),
		STORED(struct shown, method), STORED(struct shown, still_sm3),
		STORED(struct shown, clip_sm3), STORED(struct shown, still_state),
		STORED(struct shown, still_method), STORED(struct shown, clip_state),
		STORED(struct shown, clip_method), STORED(struct shown, clip_copy),
		STORED(struct shown, still_asked), STORED(struct shown, clip_asked),
		STORED(struct shown, clip_blur), STORED(struct shown, still_released),
		STORED(struct shown, clip_released)));

#define SHOWN                                                                                      \
	"SELECT e.id, e.case_id, e.taken_at, e.kind, e.method, e.still_sm3, e.clip_sm3, "          \
	"coalesce(s.state, "                                                                       \
	"'') AS still_state, coalesce(s.method, '') AS still_method, coalesce(c.state, '') AS "    \
	"clip_state, coalesce(c.method, '') AS clip_method, coalesce(s.asked_at, 0) AS "           \
	"still_asked, coalesce(k.sm3, '') AS clip_copy, coalesce(c.asked_at, 0) AS clip_asked, "   \
	"coalesce(c.blur, 0) AS clip_blur, "                                                       \
	"CASE WHEN rs.id IS NULL THEN 0 ELSE 1 END AS still_released, "                            \
	"CASE WHEN rc.id IS NULL THEN 0 ELSE 1 END AS clip_released FROM case_evidence e "         \
	"LEFT JOIN pub_blurs s ON s.original = e.still_sm3 "                                       \
	"LEFT JOIN pub_blurs c ON c.original = e.clip_sm3 "                                        \
	"LEFT JOIN pub_covers k ON k.original = e.clip_sm3 "                                       \
	"LEFT JOIN case_releases rs ON rs.evidence = e.id AND rs.what = 'still' "                  \
	"LEFT JOIN case_releases rc ON rc.evidence = e.id AND rc.what = 'clip' "

enum err shown_of_case(struct req *rq, int64_t case_id, struct list *out)
{
	return db_all(rq, &shown_model, out,
		SHOWN "WHERE e.case_id = $1 AND e.usable = 1 ORDER BY e.taken_at, e.id", case_id);
}

/* ---- the page -------------------------------------------------------- */
static void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);
	put_text(n, "label", tr(rq, label));
	put_text(n, "value", value);
}

/* NULL when it is there, else why not. */
static const char *not_there(struct req *rq, const char *state, int64_t asked, bool *waits)
{
	if (text_is(state, "made"))
		return NULL;
	if (text_is(state, "refused"))
		return "This picture cannot be shown: the faces in it could not be covered. Ask "
		       "the officer of your case for it.";
	if (asked && asked + PREPARED_WITHIN < rq->now)
		return "The picture is not ready. Look again later, or ask the officer of your "
		       "case.";
	*waits = true;
	return "The picture is being prepared: the faces in it are covered first. This page looks "
	       "again by itself.";
}

static enum err derived_digest(struct req *rq, const char *original, int64_t n, const char **sm3)
{
	return db_text(rq, sm3, "SELECT sm3 FROM pub_blur_pictures WHERE original = $1 AND n = $2",
		original, n);
}

/* The map being filled, and its list of digests. */
struct filling {
	struct node *n, *rows;
	bool *waits;
};

static enum err put_still(struct req *rq, const struct filling *to, const struct shown *s)
{
	const char *why =
		s->still_released ? NULL : not_there(rq, s->still_state, s->still_asked, to->waits);
	const char *sm3;

	put_text(to->n, "still_url",
		why ? ""
		    : arena_printf(rq->arena, "/my/cases/%" PRId64 "/evidence/%" PRId64 "/still",
			      s->case_id, s->id));
	put_text(to->n, "still_why", why ? tr(rq, why) : "");
	struct node *rows = to->rows;
	put_row(rq, rows, "SM3 of the still", s->still_sm3);
	if (why || s->still_released)
		return OK;
	TRY(derived_digest(rq, s->still_sm3, 0, &sm3));
	put_row(rq, rows, "SM3 of the picture shown, which is derived from it", sm3);
	put_row(rq, rows, "How the faces were covered", s->still_method);
	return OK;
}

static enum err put_frames(struct req *rq, struct node *n, const struct shown *s)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(n, "frames");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT n, at_ms FROM pub_blur_pictures WHERE original = $1 ORDER BY n",
		s->clip_sm3));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *f = put_map(list, NULL);
		int64_t seconds = rows_int(r, 1) / SECOND;
		put_printf(f, "src",
			"/my/cases/%" PRId64 "/evidence/%" PRId64 "/frames/%" PRId64 ".jpg",
			s->case_id, s->id, rows_int(r, 0));
		put_printf(f, "label", "%" PRId64 ":%02" PRId64, seconds / 60, seconds % 60);
	}
	rows_close(r);
	return OK;
}

static enum err put_clip(struct req *rq, const struct filling *to, const struct shown *s)
{
	bool there = *s->clip_sm3, made = text_is(s->clip_state, "made"),
	     moving = s->clip_released || *s->clip_copy;

	put_text(to->n, "clip_url",
		there && moving
			? arena_printf(rq->arena, "/my/cases/%" PRId64 "/evidence/%" PRId64 "/clip",
				  s->case_id, s->id)
			: "");
	put_text(to->n, "clip_why", "");
	struct node *rows = to->rows;
	if (there)
		put_row(rq, rows, "SM3 of the clip", s->clip_sm3);
	if (!there || s->clip_released)
		return OK;
	if (moving) {
		put_row(rq, rows, "SM3 of the clip shown, which is derived from it", s->clip_copy);
		return OK;
	}
	if (!made) {
		put_text(to->n, "clip_why",
			tr(rq, not_there(rq, s->clip_state, s->clip_asked, to->waits)));
		return OK;
	}
	put_row(rq, rows, "How the faces were covered", s->clip_method);
	return put_frames(rq, to->n, s);
}

enum err put_shown(struct req *rq, struct node *n, const struct shown *s, bool *waits)
{
	bool data = text_is(s->kind, EVIDENCE_DATA);
	const char *path = arena_printf(
		rq->arena, "/my/cases/%" PRId64 "/evidence/%" PRId64, s->case_id, s->id);

	put_time(n, "taken_at", s->taken_at);
	put_text(n, "boxes", "[]");
	put_text(n, "caption", time_text(rq->arena, s->taken_at));
	put_text(n, "data_url", data ? arena_printf(rq->arena, "%s/clip", path) : "");
	if (text_is(s->kind, EVIDENCE_RECORD)) { /* words alone */
		put_text(n, "boxes", "");
		put_text(n, "still_why", s->method);
		put_row(rq, put_list(n, "rows"), "Taken", time_text(rq->arena, s->taken_at));
		return OK;
	}
	struct filling to = { n, put_list(n, "rows"), waits };
	to.rows->hidden = true;
	if (data) {
		put_printf(n, "still_url", "%s/still", path);
		return OK;
	}
	put_flag(n, "covered", !s->still_released || !s->clip_released);
	TRY(put_still(rq, &to, s));
	return put_clip(rq, &to, s);
}

/* ---- the files ------------------------------------------------------- */
static enum err mine(struct req *rq, struct shown *s)
{
	struct case_row c;

	TRY(case_load_mine(rq, &c));
	reply_set_header(rq, "Cache-Control", "private, no-cache"); /* a release changes it */
	return db_one(
		rq, &shown_model, s, SHOWN "WHERE e.id = $1 AND e.case_id = $2", rq->id2, rq->id);
}

static enum err derived(struct req *rq, const char *original, int64_t n)
{
	const char *sm3;
	enum err e = derived_digest(rq, original, n, &sm3);

	if (e == E_NOT_FOUND)
		return fail(rq, E_NOT_FOUND, "This picture is not there with its faces covered.");
	TRY(e);
	return reply_object(rq, sm3, "image/jpeg", NULL);
}

enum err my_still(struct req *rq)
{
	struct shown s;

	TRY(mine(rq, &s));
	if (text_is(s.kind, EVIDENCE_DATA))
		return reply_object(rq, s.still_sm3, "image/svg+xml", NULL);
	if (s.still_released)
		return reply_object(rq, s.still_sm3, "image/jpeg", NULL);
	return derived(rq, s.still_sm3, 0);
}

enum err my_clip(struct req *rq)
{
	struct shown s;

	TRY(mine(rq, &s));
	if (text_is(s.kind, EVIDENCE_DATA))
		return reply_object(rq, s.clip_sm3, "text/csv; charset=utf-8",
			arena_printf(rq->arena, "readings-%" PRId64 ".csv", s.id));
	if (!s.clip_released && *s.clip_copy)
		return reply_object(rq, s.clip_copy, "video/mp4", NULL);
	if (!s.clip_released)
		return fail(rq, E_FORBIDDEN,
			"The clip is shown as single pictures with faces covered. Ask the officer "
			"of your case when you need it as it was recorded.");
	return reply_object(rq, s.clip_sm3, "video/mp4", NULL);
}

enum err my_frame(struct req *rq)
{
	struct shown s;
	int64_t n;

	TRY(mine(rq, &s));
	if (text_is(s.kind, EVIDENCE_DATA) || !text_to_int(rq->key, &n))
		return fail(rq, E_NOT_FOUND, "This picture is not there with its faces covered.");
	return derived(rq, s.clip_sm3, n);
}

enum err case_still_blurred(struct req *rq, const char *still_sm3)
{
	return derived(rq, still_sm3, 0);
}

enum err case_clip_blurred(struct req *rq, const char *clip_sm3)
{
	return redirect(rq, "/covers/of/%s", clip_sm3);
}
