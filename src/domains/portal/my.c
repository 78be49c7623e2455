/* What a food business sees of its own: every query is bound to rq->user->entity. */
#include "domains/portal/portal.h"

struct own_camera {
	int64_t id;
	const char *name, *place, *hours, *state, *legal_result, *technical_result, *stream,
		*reason;
	int64_t valid_from, valid_to, clock_checked_at, calibrated_at, since;
	bool has_sub, snapshots;
};
static const struct choice streams[] = {
	{ "live", "Picture is live", "green" },
	{ "connecting", "Connecting", "yellow" },
	{ "lost", "Lost", "red" },
	{ "", "No picture yet", "neutral" },
	{ 0 },
};
static const struct model own_camera_model = MODEL("pub_camera_streams", struct own_camera,
	FIELDS(STORED(struct own_camera, id, .as = AS_ID), STORED(struct own_camera, name),
		STORED(struct own_camera, place), STORED(struct own_camera, hours),
		STORED(struct own_camera, state), STORED(struct own_camera, legal_result),
		STORED(struct own_camera, technical_result),
		STORED(struct own_camera, stream, .choices = streams),
		STORED(struct own_camera, reason),
		STORED(struct own_camera, valid_from, .as = AS_DATE),
		STORED(struct own_camera, valid_to, .as = AS_DATE),
		STORED(struct own_camera, clock_checked_at, .as = AS_DATE),
		STORED(struct own_camera, calibrated_at, .as = AS_DATE),
		STORED(struct own_camera, since, .as = AS_TIME), STORED(struct own_camera, has_sub),
		STORED(struct own_camera, snapshots)));

#define OWN_CAMERAS                                                                                \
	"SELECT id, name, place, hours, state, legal_result, technical_result, stream, reason, "   \
	"valid_from, valid_to, clock_checked_at, calibrated_at, since, has_sub, snapshots FROM "   \
	"pub_camera_streams WHERE operator = $1"

/* ---- leads and matters --------------------------------------------------------------------------
 */
struct own_lead {
	int64_t id;
	const char *rule, *camera_name;
	int64_t started_at;
	bool has_still; /* with faces covered; never another */
};
static const struct model own_lead_model = MODEL("pub_leads", struct own_lead,
	FIELDS(STORED(struct own_lead, id, .as = AS_ID), STORED(struct own_lead, rule),
		STORED(struct own_lead, camera_name),
		STORED(struct own_lead, started_at, .as = AS_TIME),
		STORED(struct own_lead, has_still)));

/* What a rule is called, and which duty stands behind it, is in the rules. */
static enum err put_rules_words(struct req *rq, struct node *leads)
{
	const struct node *law;

	TRY(rules(rq, "vision/rules", rq->now, &law));
	for (struct node *n = leads->first; n; n = n->next) {
		const char *code = node_text(n, "rule", ""), *label = code, *act = "";
		NODE_EACH (r, node_find(law, "rules"))
			if (text_is(node_text(r, "code", ""), code)) {
				label = node_text(r, "label", code);
				act = node_text(r, "act", "");
			}
		put_text(n, "rule_label", tr(rq, label));
		put_text(n, "act", act);
	}
	return OK;
}

static enum err put_leads(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &own_lead_model, &l,
		"SELECT l.id, l.rule, c.name AS camera_name, l.started_at, CASE WHEN b.state = "
		"'made' THEN 1 ELSE 0 END AS has_still FROM pub_leads l JOIN "
		"pub_cameras c ON c.id = l.camera LEFT JOIN pub_blurs b ON b.original = "
		"l.still_sm3 WHERE l.operator = $1 AND l.state = 'confirmed' "
		"ORDER BY l.started_at DESC LIMIT 20",
		rq->user->entity));
	return put_rules_words(rq, show_list(rq, "leads", &own_lead_model, &l));
}

/* The still of a confirmed lead with faces covered. */
enum err my_lead_still(struct req *rq)
{
	const char *sm3;
	enum err e = db_text(rq, &sm3,
		"SELECT p.sm3 FROM pub_leads l JOIN pub_blur_pictures p ON p.original = "
		"l.still_sm3 AND p.n = 0 WHERE l.id = $1 AND l.operator = $2 AND l.state = "
		"'confirmed'",
		rq->id, rq->user->entity);

	if (e == E_NOT_FOUND)
		return fail(rq, E_NOT_FOUND, "This picture is not there with its faces covered.");
	TRY(e);
	return reply_object(rq, sm3, "image/jpeg", NULL);
}

struct own_matter {
	int64_t id;
	const char *number, *act_name, *correction_state;
	int64_t correction_due, opened_at;
};
static const struct choice corrections[] = {
	{ "", "", "neutral" },
	{ "ordered", "To be corrected", "yellow" },
	{ "shown", "Correction sent", "info" },
	{ "refused", "Correction refused", "red" },
	{ "accepted", "Correction accepted", "green" },
	{ 0 },
};
static const struct model own_matter_model = MODEL("pub_cases", struct own_matter,
	FIELDS(STORED(struct own_matter, id, .as = AS_ID), STORED(struct own_matter, number),
		STORED(struct own_matter, act_name),
		STORED(struct own_matter, correction_state, .choices = corrections),
		STORED(struct own_matter, correction_due, .as = AS_DATE),
		STORED(struct own_matter, opened_at, .as = AS_DATE)));

/* A pre-check is the bureau's own: the business learns of it when it is filed. */
static enum err put_matters(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &own_matter_model, &l,
		"SELECT id, number, act_name, correction_state, correction_due, opened_at FROM "
		"pub_cases WHERE operator = $1 AND filed_at > 0 AND closed_at = 0 ORDER BY "
		"opened_at DESC LIMIT 20",
		rq->user->entity));
	show_list(rq, "matters", &own_matter_model, &l);
	return OK;
}

/* ---- pages --------------------------------------------------------------------------------------
 */
static const char *advice(const struct own_camera *c)
{
	if (text_is(c->stream, "live"))
		return "";
	if (text_is(c->stream, "lost"))
		return "Check that the camera has power and its network cable sits firmly; then "
		       "restart the recorder. If it stays lost, call whoever installed it.";
	if (text_is(c->stream, "connecting"))
		return "It is being called. If this lasts longer than ten minutes, check power and "
		       "network.";
	return "The bureau has not received a picture yet. Ask whoever installed it whether it is "
	       "connected.";
}

static enum err put_business(struct req *rq)
{
	const char *name;

	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", rq->user->entity));
	put_text(rq->view, "operator_name", name);
	return OK;
}

enum err my_kitchen(struct req *rq)
{
	struct list l;
	int64_t faults = 0;

	if (!rq->user->entity)
		return fail(rq, E_FORBIDDEN, "This account belongs to no business.");
	TRY(put_business(rq));
	TRY(db_all(rq, &own_camera_model, &l, OWN_CAMERAS " AND state = 'open' ORDER BY name, id",
		rq->user->entity));
	for (struct own_camera *c = LIST_OF(struct own_camera, &l);
		c < LIST_END(struct own_camera, &l); c++)
		faults += !text_is(c->stream, "live");
	show_list(rq, "cameras", &own_camera_model, &l);
	put_int(rq->view, "faults", faults);
	TRY(put_leads(rq));
	TRY(put_matters(rq));
	return page(rq, "portal/my");
}

static void put_player(struct req *rq, const struct own_camera *c)
{
	struct node *p = put_map(rq->view, "player");
	const struct {
		const char *name, *rest;
		bool there;
	} all[] = { { "src", "live/live.m3u8", true }, { "ws_src", "live/ws", true },
		{ "sub_src", "sub/live.m3u8", c->has_sub }, { "sub_ws", "sub/ws", c->has_sub },
		{ "image_src", "live/latest.jpg", c->snapshots } };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		put_text(p, all[i].name,
			all[i].there ? arena_printf(rq->arena, "/cameras/%" PRId64 "/%s", c->id,
					       all[i].rest)
				     : "");
	put_text(p, "poster", "");
	put_text(p, "label", c->name);
	put_flag(p, "auto", true);
}

static void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

static const char *result_text(struct req *rq, const char *result)
{
	return tr(rq, text_is(result, "passed")	  ? "Passed"
		      : text_is(result, "failed") ? "Failed"
						  : "Not done yet");
}

static void put_register(struct req *rq, const struct own_camera *c)
{
	struct node *rows = put_list(rq->view, "rows");

	rows->hidden = true;
	put_row(rq, rows, "Place in the kitchen", c->place);
	put_row(rq, rows, "Hours of work in the kitchen", c->hours);
	put_row(rq, rows, "Registration",
		arena_printf(rq->arena, "%s – %s", date_text(rq->arena, c->valid_from),
			date_text(rq->arena, c->valid_to)));
	put_row(rq, rows, "Legal review", result_text(rq, c->legal_result));
	put_row(rq, rows, "Technical review", result_text(rq, c->technical_result));
	put_row(rq, rows, "Clock checked on",
		c->clock_checked_at ? date_text(rq->arena, c->clock_checked_at) : "");
	put_row(rq, rows, "Last calibration",
		c->calibrated_at ? date_text(rq->arena, c->calibrated_at) : "");
	put_flag(rq->view, "ends_soon", c->valid_to >= rq->now && c->valid_to < rq->now + 30 * DAY);
	put_flag(rq->view, "ended", c->valid_to < rq->now - DAY);
}

enum err my_camera(struct req *rq)
{
	struct own_camera c;

	TRY(db_one(
		rq, &own_camera_model, &c, OWN_CAMERAS " AND id = $2", rq->user->entity, rq->id));
	TRY(put_business(rq));
	show(rq, "camera", &own_camera_model, &c);
	put_player(rq, &c);
	put_register(rq, &c);
	put_text(rq->view, "advice", *advice(&c) ? tr(rq, advice(&c)) : "");
	return page(rq, "portal/camera");
}
