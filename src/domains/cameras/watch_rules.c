/* The rules of one camera: the defaults of rules/vision, and where an officer set them differently
 * for this device, with the zones drawn over its picture. */
#include "contracts/facts.h"
#include "domains/cameras/cameras.h"
#include "domains/cameras/learning.h"
#include "domains/cameras/zones.h"

struct camera_rule {
	int64_t id, version, camera;
	const char *rule;
	int64_t revision;
	bool enabled;
	const char *zones, *hours;
	int64_t threshold, k, n, cooldown_s, changed_by, changed_at;
};

static const char *hours_or_none(const char *value)
{
	return *value ? check_hours(value) : NULL;
}

const struct model camera_rule_model = MODEL("camera_rules", struct camera_rule, .witnessed = true,
	FIELDS(STORED(struct camera_rule, id), STORED(struct camera_rule, version),
		STORED(struct camera_rule, camera, .as = AS_ID),
		STORED(struct camera_rule, rule, .choices = rule_names),
		STORED(struct camera_rule, revision),
		INPUT(struct camera_rule, enabled, "The rule watches this camera"),
		INPUT(struct camera_rule, zones, "Zones", .as = AS_LONG, .max = 800,
			.check = zones_check,
			.hint = "A line for each zone: its corners as x,y in thousandths of the "
				"picture. Nothing: the whole picture."),
		INPUT(struct camera_rule, hours, "Hours in which it watches", .max = 100,
			.check = hours_or_none,
			.hint = "Written as 06:00-22:00. Nothing: as the rule says."),
		INPUT(struct camera_rule, threshold, "Certainty from which it counts, %",
			.as = AS_HUNDREDTHS, .min = 0, .max = 10000, .hint = "0: the default."),
		INPUT(struct camera_rule, k, "Pictures that have to show it", .min = 0, .max = 32,
			.hint = "0: the default."),
		INPUT(struct camera_rule, n, "Of so many pictures", .min = 0, .max = 32,
			.hint = "0: the default."),
		INPUT(struct camera_rule, cooldown_s, "Silence after a lead (seconds)", .min = 0,
			.max = 604800, .hint = "0: the default."),
		STORED(struct camera_rule, changed_by, .as = AS_ID),
		STORED(struct camera_rule, changed_at, .as = AS_TIME)));

static const struct camera_rule *setting_of(const struct list *own, const char *code)
{
	const struct camera_rule *r = LIST_OF(struct camera_rule, own);
	for (; r < LIST_END(struct camera_rule, own); r++)
		if (text_is(r->rule, code))
			return r;
	return NULL;
}

static int64_t number_of(int64_t own, const struct node *law, const char *name, int64_t fallback)
{
	return own > 0 ? own : node_int(law, name, fallback);
}

/* ---- for the vision worker ------------------------------------------- */
static void put_rule(struct node *list, const struct node *law, const struct camera_rule *own)
{
	static const struct camera_rule none = { .zones = "", .hours = "" };
	const struct camera_rule *c = own ? own : &none;
	const char *version = node_text(law, "version", "");
	struct node *o = put_map(list, NULL);
	int64_t k = number_of(c->k, law, "k", 3), n = number_of(c->n, law, "n", 5);

	put_text(o, "code", node_text(law, "code", ""));
	if (c->revision)
		put_printf(o, "version", "%.8s.%" PRId64, version, c->revision);
	else
		put_text(o, "version", version);
	put_int(o, "threshold", number_of(c->threshold, law, "threshold", 6000));
	put_int(o, "k", k < n ? k : n);
	put_int(o, "n", n);
	put_int(o, "cooldown_s", number_of(c->cooldown_s, law, "cooldown_s", 600));
	put_int(o, "before_s", node_int(law, "clip_before_s", 8));
	put_int(o, "after_s", node_int(law, "clip_after_s", 5));
	put_text(o, "hours", c->hours);
	zones_put(o, "zones", c->zones);
}

enum err put_rules(struct req *rq, struct node *in, const struct watched *w)
{
	struct node *list = put_list(in, "rules");
	const struct node *law;
	struct list own;

	TRY(rules(rq, "vision/rules", rq->now, &law));
	TRY(db_all(rq, &camera_rule_model, &own, "SELECT * FROM camera_rules WHERE camera = $1",
		w->camera));
	NODE_EACH (r, node_find(law, "rules")) {
		const char *code = node_text(r, "code", "");
		const struct camera_rule *s = setting_of(&own, code);
		if (*code && (s ? s->enabled : codes_hold(w->watch, code)) &&
			!text_is(rule_mode_in(w->modes, code), "off"))
			put_rule(list, r, s);
	}
	return OK;
}

/* ---- its pages ------------------------------------------------------- */
static enum err put_camera(struct req *rq, const struct camera *c)
{
	const char *name = "";
	show(rq, "camera", &camera_model, c);
	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", c->operator));
	put_text(rq->view, "operator_name", name);
	return OK;
}

static void put_line(
	struct req *rq, struct node *list, const struct node *law, const struct camera_rule *c)
{
	const char *unable = node_text(rq->view, "unable", "");
	struct node *n = put_map(list, NULL);
	int64_t of = number_of(c->n, law, "n", 5), k = number_of(c->k, law, "k", 3);
	int64_t lines = *c->zones != 0;

	for (const char *s = c->zones; *s; s++)
		lines += *s == '\n' && s[1] > '\n';
	put_text(n, "code", c->rule);
	put_text(n, "label", tr(rq, choice_label(rule_names, c->rule)));
	put_flag(n, "on", c->enabled);
	struct node *state = put_map(n, "state");
	state->hidden = true;
	put_text(state, "tone", c->enabled ? "green" : "neutral");
	put_text(state, "label", tr(rq, c->enabled ? "On" : "Off"));
	if (codes_hold(unable, c->rule)) {
		struct node *missing = put_map(n, "missing");
		missing->hidden = true;
		put_text(missing, "tone", "red");
		put_text(missing, "label", tr(rq, "Model missing"));
	}
	put_printf(n, "count", "%" PRId64 " / %" PRId64, k < of ? k : of, of);
	put_printf(n, "threshold", "%" PRId64 " %%",
		number_of(c->threshold, law, "threshold", 6000) / 100);
	put_text(n, "hours", c->hours);
	put_text(n, "zones", lines ? arena_printf(rq->arena, "%" PRId64, lines) : "");
}

/* What is set for the camera, or how it is without a setting. */
static struct camera_rule rule_or_default(
	const struct camera_rule *own, const struct camera *c, const char *code)
{
	if (own)
		return *own;
	return (struct camera_rule){ .camera = c->id,
		.rule = code,
		.enabled = codes_hold(c->watch, code),
		.zones = "",
		.hours = "" };
}

/* For the pages: which rules want a model. */
static enum err put_unable(struct req *rq)
{
	const char *codes;
	TRY(vision_unable(rq, &codes));
	put_text(rq->view, "unable", codes)->hidden = true;
	return OK;
}

enum err watch_rules_page(struct req *rq)
{
	struct camera c;
	const struct node *law;
	struct list own;

	TRY(camera_load(rq, rq->id, &c));
	TRY(put_camera(rq, &c));
	TRY(rules(rq, "vision/rules", rq->now, &law));
	TRY(db_all(rq, &camera_rule_model, &own, "SELECT * FROM camera_rules WHERE camera = $1",
		c.id));
	TRY(put_unable(rq));
	struct node *list = put_list(rq->view, "rules");
	NODE_EACH (r, node_find(law, "rules")) {
		const char *code = node_text(r, "code", "");
		struct camera_rule now = rule_or_default(setting_of(&own, code), &c, code);
		put_line(rq, list, r, &now);
	}
	put_flag(rq->view, "may_edit", may(rq, CAMERA_WRITE));
	return page(rq, "cameras/watch_rules");
}

/* The rule of the address with its law; *there says that it was set before. */
static enum err rule_load(
	struct req *rq, const struct camera *c, struct camera_rule *r, bool *there)
{
	const struct node *law;
	enum err e;

	TRY(rules(rq, "vision/rules", rq->now, &law));
	bool known = false;
	NODE_EACH (l, node_find(law, "rules")) {
		if (!text_is(node_text(l, "code", ""), rq->key))
			continue;
		known = true;
		const char *english = node_text(l, "measured_on", "");
		const char *chinese = node_text(l, "measured_on_zh", "");
		bool zh = rq->zh && *chinese;
		put_text(rq->view, "measured_on", zh ? chinese : english);
		put_text(rq->view, "measured_lang", zh ? "zh-CN" : "en");
	}
	if (!known)
		return fail(rq, E_NOT_FOUND, "There is no rule %s.", rq->key);
	e = db_one(rq, &camera_rule_model, r,
		"SELECT * FROM camera_rules WHERE camera = $1 AND rule = $2", c->id, rq->key);
	*there = e == OK;
	if (e == E_NOT_FOUND)
		*r = rule_or_default(NULL, c, rq->key);
	return e == E_NOT_FOUND ? OK : e;
}

static enum err put_form(struct req *rq, const struct camera *c, const struct camera_rule *r)
{
	const char *unable;
	TRY(put_camera(rq, c));
	TRY(vision_unable(rq, &unable));
	put_flag(rq->view, "no_model", codes_hold(unable, r->rule));
	put_printf(rq->view, "action", "/cameras/%" PRId64 "/rules/%s", c->id, r->rule);
	put_text(rq->view, "rule_label", tr(rq, choice_label(rule_names, r->rule)));
	put_text(rq->view, "zones", r->zones);
	struct node *player = put_map(rq->view, "player");
	player->hidden = true;
	put_printf(player, "src", "/cameras/%" PRId64 "/live/live.m3u8", c->id);
	put_text(player, "ws_src", "");
	put_text(player, "sub_src", "");
	put_text(player, "sub_ws", "");
	put_text(player, "image_src", "");
	put_text(player, "poster", "");
	put_text(player, "label", c->name);
	put_flag(player, "auto", true);
	show_form(rq, "form", &camera_rule_model, r);
	return OK;
}

enum err watch_rule_page(struct req *rq)
{
	struct camera c;
	struct camera_rule r;
	bool there;

	TRY(camera_load(rq, rq->id, &c));
	TRY(rule_load(rq, &c, &r, &there));
	TRY(put_form(rq, &c, &r));
	return page(rq, "cameras/watch_rule");
}

enum err watch_rule_save(struct req *rq)
{
	struct camera c;
	struct camera_rule r;
	bool there;

	TRY(camera_load(rq, rq->id, &c));
	TRY(rule_load(rq, &c, &r, &there));
	enum err e = form_read(rq, &camera_rule_model, &r);
	if (!e && r.k > r.n && r.n > 0) {
		field_error(rq, "k", "More pictures cannot show it than are looked at.");
		e = E_INVALID;
	}
	if (e) {
		TRY(put_form(rq, &c, &r));
		return form_again(rq, "cameras/watch_rule");
	}
	r.revision++;
	r.changed_by = rq->user->id;
	r.changed_at = rq->now;
	TRY(there ? db_update(rq, &camera_rule_model, &r) : db_insert(rq, &camera_rule_model, &r));
	TRY(emit(rq, CAMERA_CHANGED, c.id, c.operator, json_of(rq, &camera_rule_model, &r)));
	notice(rq, "Kept. The watch follows within some seconds.");
	return redirect(rq, "/cameras/%" PRId64 "/rules", c.id);
}
