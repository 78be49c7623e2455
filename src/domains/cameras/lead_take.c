/* Leads and their clips, as the vision worker posts them. The lead comes within seconds, its clip
 * when it has been recorded. */
#include "contracts/facts.h"
#include "domains/cameras/cameras.h"
#include "domains/cameras/learning.h"
#include "domains/cameras/rules.h"

#include <string.h>

/* ---- taking ---------------------------------------------------------- */
enum { PICTURE_MAX = 65535 }; /* pixels */

static const struct node *rule_find(const struct node *law, const char *code)
{
	NODE_EACH (r, node_find(law, "rules"))
		if (text_is(node_text(r, "code", ""), code))
			return r;
	return NULL;
}

/* By the register as it stands. */
static void judge_use(struct lead *l, const struct camera *c)
{
	struct register_state s = { text_is(c->legal_result, "passed"),
		text_is(c->technical_result, "passed"), *c->sign_sm3 != 0, c->legal_at,
		c->technical_at, c->notice_at, c->valid_from, c->valid_to };
	const char *why = clip_unusable(&s, l->clip_from, l->clip_to);

	l->usable = why == NULL;
	l->usable_why = why ? why : "";
}

static enum err lead_fill(struct req *rq, struct lead *l, const struct camera *c)
{
	const struct node *law, *rule;
	l->rule = form_text(rq, "rule");
	TRY(rules(rq, "vision/rules", rq->now, &law));
	if (!(rule = rule_find(law, l->rule)))
		return fail(rq, E_INVALID, "There is no rule %s.", l->rule);
	l->act = node_text(rule, "act", "");
	l->rule_version = form_text(rq, "rule_version");
	l->model = form_text(rq, "model");
	l->operator= c->operator;
	l->area = c->area;
	l->found_at = rq->now;
	l->started_at = form_int(rq, "started_at", 0);
	l->ended_at = form_int(rq, "ended_at", 0);
	l->clip_from = form_int(rq, "clip_from", 0);
	l->clip_to = form_int(rq, "clip_to", 0);
	l->score = form_int(rq, "score", -1);
	l->width = form_int(rq, "width", 0);
	l->height = form_int(rq, "height", 0);
	l->findings = form_text(rq, "findings");
	l->clock_offset_ms = c->clock_offset_ms;
	if (l->width < 0 || l->width > PICTURE_MAX || l->height < 0 || l->height > PICTURE_MAX)
		return fail(rq, E_INVALID, "The finding is incomplete.");
	if (!l->started_at || l->clip_from > l->started_at || l->clip_to < l->started_at ||
		l->score < 0 || l->score > 10000 || strlen(l->findings) > 65536)
		return fail(rq, E_INVALID, "The finding is incomplete.");
	judge_use(l, c);
	return OK;
}

static enum err pictures_keep(struct req *rq, struct lead *l)
{
	const struct http_file *still = form_file(rq, "still"), *clip = form_file(rq, "clip");
	struct object o;

	if (!still)
		return fail(rq, E_INVALID, "A still is needed.");
	TRY(keep_file(rq, still, &o));
	l->still_sm3 = o.sm3;
	l->still_sha256 = o.sha256;
	l->clip_sm3 = l->clip_sha256 = "";
	if (!clip) { /* on its way, or the stream broke: a lead all the same */
		l->usable = false;
		l->usable_why = form_flag(rq, "clip_follows") ? CLIP_COMING : CLIP_MISSING;
		return OK;
	}
	TRY(keep_file(rq, clip, &o));
	l->clip_sm3 = o.sm3;
	l->clip_sha256 = o.sha256;
	return OK;
}

static enum err taken(struct req *rq, int64_t id)
{
	put_printf(rq->view, "id", "%" PRId64, id);
	rq->status = 201;
	return reply_json(rq);
}

enum err lead_take(struct req *rq)
{
	struct camera c;
	struct lead l = { .lead_key = form_text(rq, "key"),
		.camera = form_int(rq, "camera", 0),
		.state = "new",
		.reason1 = "",
		.reason2 = "",
		.verdict = "" };
	struct lead_features f;
	int64_t same;
	bool learns;

	if (!*l.lead_key)
		return fail(rq, E_INVALID, "The finding has no key.");
	TRY(db_int(rq, &same, "SELECT coalesce(max(id), 0) FROM leads WHERE lead_key = $1",
		l.lead_key));
	if (same) /* the worker was killed after sending: it sends again */
		return taken(rq, same);
	TRY(db_one(rq, &camera_model, &c, "SELECT * FROM cameras WHERE id = $1", l.camera));
	TRY(lead_fill(rq, &l, &c));
	TRY(lead_features_read(rq, &f, &learns));
	TRY(pictures_keep(rq, &l));
	TRY(db_insert(rq, &lead_model, &l));
	f.id = l.id;
	if (learns)
		TRY(db_insert(rq, &lead_features_model, &f));
	TRY(emit(rq, LEAD_FOUND, l.id, l.operator, json_of(rq, &lead_model, &l)));
	return taken(rq, l.id);
}

/* ---- the clip that follows ------------------------------------------- */
static enum err clip_attach(struct req *rq, struct lead *l, const struct http_file *clip)
{
	struct camera c;
	struct object o;

	TRY(camera_load(rq, l->camera, &c));
	TRY(keep_file(rq, clip, &o));
	l->clip_sm3 = o.sm3;
	l->clip_sha256 = o.sha256;
	l->clip_from = form_int(rq, "clip_from", 0);
	l->clip_to = form_int(rq, "clip_to", 0);
	if (l->clip_from <= 0 || l->clip_to <= l->clip_from || l->clip_to < l->started_at)
		return fail(rq, E_INVALID, "The clip does not show the lead.");
	if (l->clip_from > l->started_at) /* the stream broke: the lead tells what is shown */
		l->started_at = l->clip_from;
	judge_use(l, &c);
	TRY(db_update(rq, &lead_model, l));
	return emit(rq, LEAD_CLIP_ADDED, l->id, l->operator, json_of(rq, &lead_model, l));
}

enum err lead_clip_take(struct req *rq)
{
	struct lead l;
	const struct http_file *clip = form_file(rq, "clip");

	if (!clip)
		return fail(rq, E_INVALID, "A clip is needed.");
	TRY(db_one(rq, &lead_model, &l, "SELECT * FROM leads WHERE lead_key = $1",
		form_text(rq, "key")));
	if (*l.clip_sm3) /* sent again */
		return taken(rq, l.id);
	if (text_is(l.state, "confirmed") || text_is(l.state, "rejected"))
		return fail(rq, E_CONFLICT, "This lead has been reviewed already.");
	TRY(clip_attach(rq, &l, clip));
	return taken(rq, l.id);
}
