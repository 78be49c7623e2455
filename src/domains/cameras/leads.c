/* Leads: taken from the vision worker, shown, reviewed by two different officers. */
#include "contracts/facts.h"
#include "domains/cameras/cameras.h"
#include "domains/cameras/inbox.h"
#include "domains/cameras/learning.h"
#include "domains/cameras/rules.h"

#include <string.h>

/* ---- one lead -------------------------------------------------------- */
static enum err lead_load(struct req *rq, struct lead *l)
{
	return db_one(rq, &lead_model, l, "SELECT * FROM leads WHERE id = $1", rq->id);
}

static const char *officer_name(struct req *rq, int64_t id)
{
	const char *name = "";
	if (!id || db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", id))
		return "";
	return name;
}

/* Boxes of the frame that became the still, as shares of the picture in ten-thousandths over 10000.
 */
/* In ten-thousandths below one; what lies outside of the picture is cut off. */
static int64_t share_of(int64_t v, int64_t whole)
{
	return v <= 0 ? 0 : v >= whole ? 9999 : v * 10000 / whole;
}

/* A still shows one moment of several: its findings are marked. Leads told before there was a mark
 * show those of the beginning. */
static bool is_of_still(const struct lead *l, const struct node *f, bool marked)
{
	return marked ? node_int(f, "still", 0) != 0 : node_int(f, "time", 0) == l->started_at;
}

static const char *boxes_text(struct req *rq, const struct lead *l)
{
	struct node *all;
	struct fault why = { 0 };
	struct buf b = { .arena = rq->arena };
	const char *sep = "";
	bool marked = false;

	buf_puts(&b, "[");
	if (l->width && l->height &&
		!json_parse(rq->arena,
			(struct bytes){ (const uint8_t *)l->findings, strlen(l->findings) }, &all,
			&why)) {
		NODE_EACH (f, all)
			marked = marked || node_int(f, "still", 0) != 0;
		NODE_EACH (f, all) {
			if (!is_of_still(l, f, marked))
				continue;
			buf_printf(&b,
				"%s{\"x\":0.%04" PRId64 ",\"y\":0.%04" PRId64 ",\"w\":0.%04" PRId64
				",\"h\":0.%04" PRId64 ",\"label\":\"%" PRId64
				"%%\",\"tone\":\"red\"}",
				sep, share_of(node_int(f, "box.0", 0), l->width),
				share_of(node_int(f, "box.1", 0), l->height),
				share_of(node_int(f, "box.2", 0), l->width),
				share_of(node_int(f, "box.3", 0), l->height),
				node_int(f, "score", 0) / 100);
			sep = ",";
		}
	}
	buf_puts(&b, "]");
	return b.s;
}

static void put_fact(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);
	put_text(n, "label", tr(rq, label));
	put_text(n, "value", value);
	put_text(n, "href", "");
	put_text(n, "action", "");
}

/* The way to the proof of the file named last, for who may read the ledger. */
static void put_proof(struct req *rq, struct node *rows, const struct lead *l, const char *sm3)
{
	if (*sm3 && may(rq, LEDGER_READ))
		put_printf(rows->last, "href", "/proof/files/%s?subject=%" PRId64, sm3, l->id);
}

/* When still and clip were erased, as no case came of them within their term; 0: they are there, as
 * they always are of a lead that nobody has judged. */
static enum err erased_at(struct req *rq, const struct lead *l, int64_t *at)
{
	*at = 0;
	if (text_is(l->state, "new") || text_is(l->state, "second"))
		return OK;
	return db_int(rq, at,
		"SELECT coalesce(max(erased_at), 0) FROM pub_lead_erasures WHERE lead = $1", l->id);
}

static void put_pictures(struct req *rq, struct node *e, const struct lead *l, int64_t erased)
{
	put_text(e, "still_url",
		erased ? "" : arena_printf(rq->arena, "/leads/%" PRId64 "/still", l->id));
	put_text(e, "clip_url",
		erased || !*l->clip_sm3
			? ""
			: arena_printf(rq->arena, "/leads/%" PRId64 "/clip", l->id));
	if (erased)
		put_printf(e, "still_why",
			tr(rq, "Still and clip were erased on %s, as no case came of them within "
			       "their term. The digests prove what they were."),
			date_text(rq->arena, erased));
}

static void put_evidence(struct req *rq, const struct lead *l, int64_t erased)
{
	struct node *e = put_map(rq->view, "evidence"), *rows;

	e->hidden = true;
	put_pictures(rq, e, l, erased);
	put_flag(e, "autoplay", true);
	put_text(e, "boxes", erased ? "" : boxes_text(rq, l));
	put_text(e, "caption", tr(rq, choice_label(rule_names, l->rule)));
	rows = put_list(e, "rows");
	put_fact(rq, rows, "Begins", time_text(rq->arena, l->started_at));
	put_fact(rq, rows, "Clip",
		arena_printf(rq->arena, "%s + %" PRId64 " s", time_text(rq->arena, l->clip_from),
			(l->clip_to - l->clip_from) / SECOND));
	put_fact(rq, rows, "Clock of the device ahead by",
		arena_printf(rq->arena, "%" PRId64 " ms", l->clock_offset_ms));
	put_fact(rq, rows, "Model", l->model);
	put_fact(rq, rows, "SM3 of the still", l->still_sm3);
	put_proof(rq, rows, l, l->still_sm3);
	put_fact(rq, rows, "SM3 of the clip", l->clip_sm3);
	put_proof(rq, rows, l, l->clip_sm3);
	put_fact(rq, rows, "SHA-256 of the clip", l->clip_sha256);
}

static bool is_a_label(const struct lead *l)
{
	return text_is(l->usable_why, REVIEW_ONLY_WHY);
}

/* Found or confirmed while its rule is in review only: a label, and no reason for a pre-check. */
static enum err only_a_label(struct req *rq, struct lead *l)
{
	bool label;
	TRY(rule_only_reviewed(rq, l->rule, l->found_at, &label));
	if (label) {
		l->usable = false;
		l->usable_why = REVIEW_ONLY_WHY;
	}
	return OK;
}

enum err lead_page(struct req *rq)
{
	struct lead l;
	const char *camera = "", *operator= "", *why;
	int64_t erased;

	TRY(lead_load(rq, &l));
	if (!*l.verdict)
		TRY(only_a_label(rq, &l));
	TRY(db_text(rq, &camera, "SELECT name FROM cameras WHERE id = $1", l.camera));
	TRY(db_text(rq, &operator, "SELECT name FROM pub_operators WHERE id = $1", l.operator));
	show(rq, "lead", &lead_model, &l);
	put_text(rq->view, "camera_name", camera);
	put_text(rq->view, "operator_name", operator);
	put_text(rq->view, "officer1_name", officer_name(rq, l.officer1));
	put_text(rq->view, "officer2_name", officer_name(rq, l.officer2));
	bool coming = clip_coming(l.usable_why, l.found_at, rq->now);
	if (!coming && text_is(l.usable_why, CLIP_COMING))
		l.usable_why = CLIP_MISSING;
	put_flag(rq->view, "clip_coming", coming);
	put_text(rq->view, "usable_text",
		*l.usable_why && (!coming || is_a_label(&l)) ? tr(rq, l.usable_why) : "");
	TRY(erased_at(rq, &l, &erased));
	put_evidence(rq, &l, erased);
	TRY(lead_put_neighbours(rq, &l));
	TRY(lead_put_similar(rq, &l));
	struct review r = { l.state, l.officer1, rq->user->id, true, "" };
	bool open = review_decide(&r, &why) != REVIEW_REFUSED;
	put_flag(rq->view, "may_review", open && may(rq, LEAD_REVIEW));
	put_text(rq->view, "review_why", !open && why ? tr(rq, why) : "");
	lead_put_reasons(rq);
	return page(rq, "cameras/lead");
}

static enum err still_there(struct req *rq, const struct lead *l)
{
	int64_t erased;

	TRY(erased_at(rq, l, &erased));
	return erased ? fail(rq, E_NOT_FOUND, "It was erased after its term.") : OK;
}

enum err lead_still(struct req *rq)
{
	struct lead l;
	TRY(lead_load(rq, &l));
	TRY(still_there(rq, &l));
	reply_set_header(rq, "Cache-Control", "private, max-age=3600");
	return reply_object(rq, l.still_sm3, "image/jpeg", NULL);
}

enum err lead_clip(struct req *rq)
{
	struct lead l;
	TRY(lead_load(rq, &l));
	TRY(still_there(rq, &l));
	reply_set_header(rq, "Cache-Control", "private, max-age=3600");
	return reply_object(
		rq, l.clip_sm3, "video/mp4", arena_printf(rq->arena, "lead-%" PRId64 ".mp4", l.id));
}

/* ---- review ---------------------------------------------------------------- */
static enum err review_record(
	struct req *rq, struct lead *l, enum review_result result, const char *reason)
{
	static const char *const facts[] = { [REVIEW_SECOND] = LEAD_REVIEWED,
		[REVIEW_CONFIRMED] = LEAD_CONFIRMED,
		[REVIEW_REJECTED] = LEAD_REJECTED };
	static const char *const states[] = { [REVIEW_SECOND] = "second",
		[REVIEW_CONFIRMED] = "confirmed",
		[REVIEW_REJECTED] = "rejected" };

	if (text_is(l->state, "new")) {
		l->officer1 = rq->user->id;
		l->at1 = rq->now;
		l->reason1 = reason;
	} else {
		l->officer2 = rq->user->id;
		l->at2 = rq->now;
		l->reason2 = reason;
	}
	bool label = result == REVIEW_CONFIRMED && is_a_label(l);
	l->state = states[result];
	l->verdict = result == REVIEW_SECOND ? "" : l->state;
	TRY(db_update(rq, &lead_model, l));
	return emit(rq, label ? LEAD_LABELLED : facts[result], l->id, l->operator,
		json_of(rq, &lead_model, l));
}

/* Rejects what this officer may of the other leads that are like this one; counts them. */
static enum err reject_similar(
	struct req *rq, const struct lead *like, const char *reason, int64_t *n)
{
	struct list l;
	const char *why;

	*n = 0;
	TRY(db_all(rq, &lead_model, &l,
		"SELECT * FROM leads WHERE camera = $1 AND rule = $2 AND state IN ('new', "
		"'second') "
		"AND (started_at + $4) / $5 = ($3 + $4) / $5 ORDER BY id",
		like->camera, like->rule, like->started_at, LEAD_DAY_SHIFT, LEAD_DAY));
	for (struct lead *one = LIST_OF(struct lead, &l); one < LIST_END(struct lead, &l); one++) {
		struct review r = { one->state, one->officer1, rq->user->id, false, reason };
		if (review_decide(&r, &why) != REVIEW_REJECTED)
			continue;
		TRY(review_record(rq, one, REVIEW_REJECTED, reason));
		++*n;
	}
	return OK;
}

static enum err review_read(struct req *rq, const char **verdict, const char **reason)
{
	*verdict = form_text(rq, "verdict");
	*reason = form_text(rq, "reason");
	if (!text_is(*verdict, "confirm") && !text_is(*verdict, "reject"))
		return fail(rq, E_INVALID, "Choose to confirm or to reject.");
	if (!**reason && text_is(*verdict, "reject"))
		*reason = lead_reason_text(rq, form_text(rq, "reason_code"));
	return OK;
}

enum err lead_review(struct req *rq)
{
	struct lead l;
	const char *why, *verdict, *reason;
	int64_t similar = 0;

	TRY(lead_load(rq, &l));
	TRY(review_read(rq, &verdict, &reason));
	struct review r = { l.state, l.officer1, rq->user->id, text_is(verdict, "confirm"),
		reason };
	enum review_result result = review_decide(&r, &why);
	if (result == REVIEW_REFUSED)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	bool coming = clip_coming(l.usable_why, l.found_at, rq->now);
	if ((why = clip_awaited(l.state, r.confirm, coming)))
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	if (!coming && text_is(l.usable_why, CLIP_COMING))
		l.usable_why = CLIP_MISSING; /* given up */
	if (result == REVIEW_CONFIRMED)
		TRY(only_a_label(rq, &l));
	TRY(review_record(rq, &l, result, reason));
	if (result == REVIEW_REJECTED && form_flag(rq, "similar"))
		TRY(reject_similar(rq, &l, reason, &similar));
	if (result == REVIEW_CONFIRMED && is_a_label(&l))
		notice(rq, "Confirmed by two officers. Its rule is in review only: no pre-check "
			   "was opened.");
	else if (result == REVIEW_CONFIRMED)
		notice(rq, "Confirmed by two officers: a pre-check was opened.");
	else if (similar)
		notice(rq, "Rejected, and %d similar ones.", (int)similar);
	else
		notice(rq, result == REVIEW_SECOND ? "Kept. It now waits for a second officer."
						   : "Rejected.");
	return lead_go_on(rq, &l);
}
