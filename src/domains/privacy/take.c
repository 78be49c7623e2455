/* The vision worker's door: what waits, the file of it, and what it made of that. The worker sees
 * only files that are asked for, and hands in each once. */
#include "contracts/facts.h"
#include "domains/privacy/privacy.h"

#include <string.h>

enum { LIST_MOST = 8, METHOD_MOST = 300, AREAS_MOST = 1000, CLIP_LONGEST = 60 * MINUTE };

enum err internal_blurs(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &blur_wish_model, &l,
		"SELECT * FROM blur_wishes WHERE done = 0 ORDER BY asked_at, original LIMIT $1",
		(int64_t)LIST_MOST));
	struct node *list = put_list(rq->view, "blurs");
	for (struct blur_wish *w = LIST_OF(struct blur_wish, &l);
		w < LIST_END(struct blur_wish, &l); w++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "original", w->original);
		put_text(n, "kind", w->kind);
	}
	return reply_json(rq);
}

enum err internal_blur_original(struct req *rq)
{
	struct blur_wish w;

	TRY(db_one(rq, &blur_wish_model, &w,
		"SELECT * FROM blur_wishes WHERE original = $1 AND done = 0", rq->key));
	return reply_object(rq, w.original, "application/octet-stream", NULL);
}

/* ---- handing in -------------------------------------------------------- */
/* "0,1000,2000": n numbers, each at most most, none smaller than the one before when rising. */
struct numbers {
	int64_t at[BLUR_PICTURES_MOST];
	size_t n;
};

static bool numbers_read(struct req *rq, const char *text, int64_t most, struct numbers *out)
{
	out->n = 0;
	for (const char *s = text; *s;) {
		size_t n = strcspn(s, ",");
		if (out->n == BLUR_PICTURES_MOST ||
			!text_to_int(arena_copy(rq->arena, s, n), &out->at[out->n]) ||
			out->at[out->n] < 0 || out->at[out->n] > most)
			return false;
		out->n++;
		s += n + (s[n] == ',');
	}
	return true;
}

static bool reason_known(const char *reason)
{
	return text_is(reason, "unreadable") || text_is(reason, "too_large") ||
	       text_is(reason, "too_slow");
}

static enum err pictures_keep(struct req *rq, const struct blur *b, const struct numbers *times,
	const struct numbers *areas)
{
	for (size_t i = 0; i < times->n; i++) {
		const struct http_file *f = form_file(rq, arena_printf(rq->arena, "picture%zu", i));
		struct object o;
		if (!f)
			return fail(rq, E_INVALID, "A picture is missing.");
		TRY(keep_file(rq, f, &o));
		struct blur_picture p = { .blur = b->id,
			.n = (int64_t)i,
			.at_ms = times->at[i],
			.areas = areas->at[i],
			.sm3 = o.sm3,
			.sha256 = o.sha256,
			.size = o.size };
		TRY(db_insert(rq, &blur_picture_model, &p));
	}
	return OK;
}

static enum err blur_insert(struct req *rq, const struct blur_wish *w, struct blur *b)
{
	b->original = w->original;
	b->original_sha256 = w->original_sha256;
	b->kind = w->kind;
	b->operator= w->operator;
	b->area = w->area;
	b->made_at = rq->now;
	TRY(db_change(rq, "UPDATE blur_wishes SET done = 1 WHERE original = $1 AND done = 0",
		w->original));
	return db_insert(rq, &blur_model, b);
}

static enum err made(struct req *rq, const struct blur_wish *w, struct blur *b)
{
	struct numbers times, areas;

	if (!numbers_read(rq, form_text(rq, "times"), CLIP_LONGEST, &times) ||
		!numbers_read(rq, form_text(rq, "areas"), AREAS_MOST, &areas) || times.n == 0 ||
		times.n != areas.n || (text_is(w->kind, "still") && times.n != 1))
		return fail(rq, E_INVALID, "The report is incomplete.");
	b->state = "made";
	b->reason = "";
	b->pictures = (int64_t)times.n;
	TRY(blur_insert(rq, w, b));
	TRY(pictures_keep(rq, b, &times, &areas));
	return emit(rq, PICTURE_BLURRED, b->id, b->operator, json_of(rq, &blur_model, b));
}

static enum err refused(struct req *rq, const struct blur_wish *w, struct blur *b)
{
	if (!reason_known(b->reason))
		return fail(rq, E_INVALID, "The report is incomplete.");
	b->state = "refused";
	TRY(blur_insert(rq, w, b));
	return emit(rq, PICTURE_NOT_BLURRED, b->id, b->operator, json_of(rq, &blur_model, b));
}

enum err internal_blur_take(struct req *rq)
{
	struct blur_wish w;
	struct blur b = { .method = form_text(rq, "method"), .reason = form_text(rq, "refused") };

	TRY(db_one(rq, &blur_wish_model, &w, "SELECT * FROM blur_wishes WHERE original = $1",
		rq->key));
	if (!*b.method || strlen(b.method) > METHOD_MOST)
		return fail(rq, E_INVALID, "The report is incomplete.");
	if (!w.done) /* else the worker was killed after sending, or two looked at it */
		TRY(*b.reason ? refused(rq, &w, &b) : made(rq, &w, &b));
	return reply_text(rq, "application/json", "{}");
}
