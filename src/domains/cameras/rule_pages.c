/* How often each rule is right: all of them, and one with its models, cameras, misses, decisions.
 */
#include "domains/cameras/cameras.h"
#include "domains/cameras/learning.h"
#include "domains/cameras/rules.h"

enum { WEEKS = 12, WORST = 15, SHOWN = 20 };

#define WEEK	     (7 * DAY)
#define MONDAY_FIRST 259200000 /* the first of January 1970 was a Thursday */
#define LOCAL	     28800000

/* ---- all rules --------------------------------------------------------- */
struct rule_row {
	const char *rule;
	int64_t found, confirmed, rejected, waiting, wrong, misses;
	const char *mode;
	int64_t low, high;
};
static const struct choice modes[] = {
	{ "normal", "Normal", "green" },
	{ "review_only", "Review only", "yellow" },
	{ "off", "Off", "neutral" },
	{ 0 },
};
static const struct model rule_row_model = MODEL("rules", struct rule_row,
	FIELDS(STORED(struct rule_row, rule, .choices = rule_names), STORED(struct rule_row, found),
		STORED(struct rule_row, confirmed), STORED(struct rule_row, rejected),
		STORED(struct rule_row, waiting),
		STORED(struct rule_row, wrong, .as = AS_HUNDREDTHS),
		STORED(struct rule_row, misses), STORED(struct rule_row, mode, .choices = modes),
		STORED(struct rule_row, low, .as = AS_HUNDREDTHS),
		STORED(struct rule_row, high, .as = AS_HUNDREDTHS)));

/* Shares of a row from its counts. */
static void weigh(struct rule_row *r)
{
	int64_t of = r->confirmed + r->rejected;
	struct share s = { r->confirmed, of, 0, 0, 0 };
	share_interval(&s);
	r->wrong = of ? (r->rejected * 10000 + of / 2) / of : 0;
	r->low = s.low;
	r->high = s.high;
}

enum err rule_index(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &rule_row_model, &l,
		"SELECT l.rule, count(*) AS found, sum(CASE WHEN l.state = 'confirmed' THEN 1 ELSE "
		"0 END) AS confirmed,"
		" sum(CASE WHEN l.state = 'rejected' THEN 1 ELSE 0 END) AS rejected,"
		" sum(CASE WHEN l.state IN ('new', 'second') THEN 1 ELSE 0 END) AS waiting, 0 AS "
		"wrong,"
		" (SELECT count(*) FROM rule_misses m WHERE m.rule = l.rule) AS misses,"
		" coalesce((SELECT n.mode FROM rule_modes_now n WHERE n.rule = l.rule), 'normal') "
		"AS mode, 0 AS low, 0 AS high"
		" FROM leads l GROUP BY l.rule ORDER BY l.rule"));
	for (struct rule_row *r = LIST_OF(struct rule_row, &l); r < LIST_END(struct rule_row, &l);
		r++)
		weigh(r);
	show_table(rq, "rules", &rule_row_model, &l);
	return page(rq, "cameras/rules");
}

/* ---- one rule: the share ----------------------------------------------- */
static const struct choice *choice_of(const struct choice *all, const char *code)
{
	for (; all->code; all++)
		if (text_is(all->code, code))
			return all;
	return NULL;
}

static void put_tag(struct req *rq, const char *name, const struct choice *c)
{
	struct node *n = put_map(rq->view, name);
	put_text(n, "label", tr(rq, c->label));
	put_text(n, "tone", c->tone);
}

static const char *percent(struct req *rq, int64_t hundredths)
{
	return arena_printf(
		rq->arena, "%" PRId64 ".%" PRId64, hundredths / 100, hundredths % 100 / 10);
}

static void put_tile(struct req *rq, struct node *tiles, const char *label, const char *value)
{
	struct node *n = put_map(tiles, NULL);
	put_text(n, "label", tr(rq, label));
	put_text(n, "value", value);
}

static const char *number(struct req *rq, int64_t v)
{
	return arena_printf(rq->arena, "%" PRId64, v);
}

/* Confirmed, rejected and waiting leads, the share with its interval, and whether a head should
 * decide. */
static enum err put_share(struct req *rq, const char *mode)
{
	struct rule_row r = { 0 };
	const struct node *quality;
	struct node *tiles = put_list(rq->view, "tiles");

	TRY(rules(rq, "vision/quality", rq->now, &quality));
	enum err e = db_one(rq, &rule_row_model, &r,
		"SELECT $1 AS rule, count(*) AS found,"
		" coalesce(sum(CASE WHEN state = 'confirmed' THEN 1 ELSE 0 END), 0) AS confirmed,"
		" coalesce(sum(CASE WHEN state = 'rejected' THEN 1 ELSE 0 END), 0) AS rejected,"
		" coalesce(sum(CASE WHEN state IN ('new', 'second') THEN 1 ELSE 0 END), 0) AS "
		"waiting, 0 AS wrong,"
		" (SELECT count(*) FROM rule_misses WHERE rule = $1) AS misses, '' AS mode, 0 AS "
		"low, 0 AS high"
		" FROM leads WHERE rule = $1",
		rq->key);
	if (e)
		return e;
	struct share s = { r.confirmed, r.confirmed + r.rejected, 0, 0, 0 };
	share_interval(&s);
	tiles->hidden = true;
	put_tile(rq, tiles, "Leads", number(rq, r.found));
	put_tile(rq, tiles, "Waiting", number(rq, r.waiting));
	put_tile(rq, tiles, "Confirmed", number(rq, r.confirmed));
	put_tile(rq, tiles, "Rejected", number(rq, r.rejected));
	put_tile(rq, tiles, "Misses reported", number(rq, r.misses));
	put_int(rq->view, "decided", s.of);
	put_text(rq->view, "share", percent(rq, s.share));
	put_text(rq->view, "share_low", percent(rq, s.low));
	put_text(rq->view, "share_high", percent(rq, s.high));
	put_text(rq->view, "set_share", percent(rq, node_int(quality, "set_share", 0)));
	put_flag(rq->view, "below",
		text_is(mode, "normal") && rule_below(&s, node_int(quality, "set_share", 0),
						   node_int(quality, "least_decided", 30)));
	return OK;
}

/* ---- one rule: the trend ----------------------------------------------- */
struct week {
	int64_t week, found, confirmed, rejected;
};
static const struct model week_model = MODEL("leads", struct week,
	FIELDS(STORED(struct week, week), STORED(struct week, found),
		STORED(struct week, confirmed), STORED(struct week, rejected)));

static int64_t week_of(int64_t ms)
{
	return (ms + LOCAL + MONDAY_FIRST) / WEEK;
}

static const struct week *week_find(const struct list *l, int64_t week)
{
	for (const struct week *w = LIST_OF(struct week, l); w < LIST_END(struct week, l); w++)
		if (w->week == week)
			return w;
	return NULL;
}

/* The last twelve weeks, each named by its Monday: bars of leads, a line of confirmed shares. */
static enum err put_trend(struct req *rq)
{
	struct list l;
	struct buf labels = { .arena = rq->arena }, found = { .arena = rq->arena },
		   shares = { .arena = rq->arena }, decided = { .arena = rq->arena };
	struct node *rows = put_list(rq->view, "weeks");
	int64_t now = week_of(rq->now), first = now - WEEKS + 1;

	TRY(db_all(rq, &week_model, &l,
		"SELECT (found_at + 28800000 + 259200000) / 604800000 AS week, count(*) AS found,"
		" sum(CASE WHEN verdict = 'confirmed' THEN 1 ELSE 0 END) AS confirmed,"
		" sum(CASE WHEN verdict = 'rejected' THEN 1 ELSE 0 END) AS rejected"
		" FROM leads WHERE rule = $1 AND found_at >= $2"
		" GROUP BY (found_at + 28800000 + 259200000) / 604800000 ORDER BY 1",
		rq->key, first * WEEK - LOCAL - MONDAY_FIRST));
	for (int64_t w = first; w <= now; w++) {
		const struct week *of = week_find(&l, w);
		int64_t yes = of ? of->confirmed : 0, no = of ? of->rejected : 0;
		const char *sep = w == first ? "" : ",";
		const char *day = date_text(rq->arena, w * WEEK - LOCAL - MONDAY_FIRST);
		struct node *n = put_map(rows, NULL);
		put_text(n, "monday", day);
		put_int(n, "found", of ? of->found : 0);
		put_int(n, "confirmed", yes);
		put_int(n, "rejected", no);
		put_text(n, "share", yes + no ? percent(rq, yes * 10000 / (yes + no)) : "");
		buf_printf(&labels, "%s%s", sep, day + 5);
		buf_printf(&found, "%s%" PRId64, sep, of ? of->found : 0);
		if (!(yes + no)) /* nothing decided is no share, not one of 0 */
			continue;
		sep = shares.n ? "," : "";
		buf_printf(&shares, "%s%s", sep, percent(rq, yes * 10000 / (yes + no)));
		buf_printf(&decided, "%s%s", sep, day + 5);
	}
	put_text(rq->view, "week_labels", buf_text(&labels));
	put_text(rq->view, "week_found", buf_text(&found));
	put_text(rq->view, "week_shares", buf_text(&shares));
	put_text(rq->view, "share_labels", buf_text(&decided));
	return OK;
}

/* ---- one rule: its parts ----------------------------------------------- */
struct part_row {
	int64_t id;
	const char *name, *place;
	int64_t found, confirmed, rejected, share;
};
static const struct model part_model = MODEL("leads", struct part_row,
	FIELDS(STORED(struct part_row, id, .as = AS_ID), STORED(struct part_row, name),
		STORED(struct part_row, place), STORED(struct part_row, found),
		STORED(struct part_row, confirmed), STORED(struct part_row, rejected),
		STORED(struct part_row, share)));

static void put_parts(struct req *rq, const char *name, const struct list *l)
{
	struct node *rows = put_list(rq->view, name);
	for (struct part_row *p = LIST_OF(struct part_row, l); p < LIST_END(struct part_row, l);
		p++) {
		struct share s = { p->confirmed, p->confirmed + p->rejected, 0, 0, 0 };
		struct node *n = put_map(rows, NULL);
		share_interval(&s);
		put_printf(n, "id", "%" PRId64, p->id);
		put_text(n, "name", p->name);
		put_text(n, "place", p->place);
		put_int(n, "found", p->found);
		put_int(n, "confirmed", p->confirmed);
		put_int(n, "rejected", p->rejected);
		put_text(n, "share", s.of ? percent(rq, s.share) : "");
		put_text(n, "low", percent(rq, s.low));
		put_text(n, "high", percent(rq, s.high));
	}
}

static enum err put_models_used(struct req *rq)
{
	struct list l;
	TRY(db_all(rq, &part_model, &l,
		"SELECT max(id) AS id, model AS name, rule_version AS place, count(*) AS found,"
		" sum(CASE WHEN verdict = 'confirmed' THEN 1 ELSE 0 END) AS confirmed,"
		" sum(CASE WHEN verdict = 'rejected' THEN 1 ELSE 0 END) AS rejected, 0 AS share"
		" FROM leads WHERE rule = $1 GROUP BY model, rule_version ORDER BY 1 DESC LIMIT $2",
		rq->key, (int64_t)SHOWN));
	put_parts(rq, "used", &l);
	return OK;
}

static enum err put_cameras(struct req *rq)
{
	struct list l;
	TRY(db_all(rq, &part_model, &l,
		"SELECT c.id, c.name, o.name AS place, t.found, t.confirmed, t.rejected,"
		" CASE WHEN t.confirmed + t.rejected = 0 THEN 10001"
		" ELSE t.confirmed * 10000 / (t.confirmed + t.rejected) END AS share"
		" FROM (SELECT camera, count(*) AS found,"
		" sum(CASE WHEN verdict = 'confirmed' THEN 1 ELSE 0 END) AS confirmed,"
		" sum(CASE WHEN verdict = 'rejected' THEN 1 ELSE 0 END) AS rejected"
		" FROM leads WHERE rule = $1 AND ($2 = 0 OR area = $2) GROUP BY camera) t"
		" JOIN cameras c ON c.id = t.camera JOIN pub_operators o ON o.id = c.operator"
		" ORDER BY share, t.rejected DESC, c.id LIMIT $3",
		rq->key, rq->user->area, (int64_t)WORST));
	put_parts(rq, "worst", &l);
	return OK;
}

/* ---- one rule: what happened to it ------------------------------------- */
struct happened {
	int64_t id, at, camera;
	const char *who, *what, *words;
};
static const struct model happened_model = MODEL("rule_misses", struct happened,
	FIELDS(STORED(struct happened, id, .as = AS_ID), STORED(struct happened, at, .as = AS_TIME),
		STORED(struct happened, camera, .as = AS_ID), STORED(struct happened, who),
		STORED(struct happened, what), STORED(struct happened, words)));
static const struct model decision_model = MODEL("rule_modes", struct happened,
	FIELDS(STORED(struct happened, id, .as = AS_ID), STORED(struct happened, at, .as = AS_TIME),
		STORED(struct happened, camera, .as = AS_ID), STORED(struct happened, who),
		STORED(struct happened, what, .choices = modes), STORED(struct happened, words)));

static enum err put_history(struct req *rq)
{
	struct list misses, decisions;
	TRY(db_all(rq, &happened_model, &misses,
		"SELECT m.id, m.seen_at AS at, m.camera, coalesce(u.name, '') AS who, c.name AS "
		"what, m.remark AS words"
		" FROM rule_misses m JOIN cameras c ON c.id = m.camera LEFT JOIN pub_users u ON "
		"u.id = m.reported_by"
		" WHERE m.rule = $1 AND ($2 = 0 OR m.area = $2) ORDER BY m.seen_at DESC, m.id DESC "
		"LIMIT $3",
		rq->key, rq->user->area, (int64_t)SHOWN));
	TRY(db_all(rq, &decision_model, &decisions,
		"SELECT m.id, m.decided_at AS at, m.confirmed AS camera, coalesce(u.name, '') AS "
		"who, m.mode AS what, m.reason AS words"
		" FROM rule_modes m LEFT JOIN pub_users u ON u.id = m.decided_by"
		" WHERE m.rule = $1 ORDER BY m.id DESC LIMIT $2",
		rq->key, (int64_t)SHOWN));
	show_list(rq, "misses", &happened_model, &misses);
	show_list(rq, "decisions", &decision_model, &decisions);
	return OK;
}

/* A training with what may be done about it. */
static void put_model(struct req *rq, struct node *in, const struct vision_model *m)
{
	const struct choice *state = choice_of(vision_model_states, m->state);
	struct node *n = put_map(in, NULL), *tag = put_map(n, "state");
	bool decides = may(rq, RULE_DECIDE);

	put_printf(n, "id", "%" PRId64, m->id);
	put_text(n, "name", m->name);
	put_text(n, "trained_at", time_text(rq->arena, m->trained_at));
	put_text(tag, "label", tr(rq, state ? state->label : m->state));
	put_text(tag, "tone", state ? state->tone : "neutral");
	put_int(n, "labels", m->labels);
	put_int(n, "cameras", m->cameras);
	put_int(n, "held_labels", m->held_labels);
	put_int(n, "held_cameras", m->held_cameras);
	put_flag(n, "compared", *m->sm3 != 0);
	put_text(n, "in_force", *m->in_force ? m->in_force : tr(rq, "the classifier alone"));
	put_text(n, "before", percent(rq, m->share_before));
	put_text(n, "after", percent(rq, m->share_after));
	put_text(n, "recall", percent(rq, m->recall));
	put_text(n, "why", *m->why ? tr(rq, m->why) : "");
	put_text(n, "reason", m->reason);
	put_flag(n, "may_activate",
		decides && (text_is(m->state, "proposed") || text_is(m->state, "retired")));
	put_flag(n, "may_retire",
		decides && (text_is(m->state, "proposed") || text_is(m->state, "active")));
}

static enum err put_trainings(struct req *rq)
{
	struct list l;
	TRY(db_all(rq, &vision_model_model, &l,
		"SELECT * FROM vision_models WHERE rule = $1 ORDER BY id DESC LIMIT $2", rq->key,
		(int64_t)SHOWN));
	struct node *list = put_list(rq->view, "trainings");
	for (struct vision_model *m = LIST_OF(struct vision_model, &l);
		m < LIST_END(struct vision_model, &l); m++)
		put_model(rq, list, m);
	return OK;
}

enum err rule_page(struct req *rq)
{
	const struct choice *rule = choice_of(rule_names, rq->key), *mode;
	const char *code, *unable;

	if (!rule)
		return fail(rq, E_NOT_FOUND, "There is no rule %s.", rq->key);
	TRY(rule_mode(rq, rq->key, &code));
	mode = choice_of(modes, code);
	put_text(rq->view, "rule", rule->code);
	put_text(rq->view, "rule_label", tr(rq, rule->label));
	put_tag(rq, "mode", mode ? mode : &modes[0]);
	put_flag(rq->view, "is_normal", text_is(code, "normal"));
	put_flag(rq->view, "is_review_only", text_is(code, "review_only"));
	put_flag(rq->view, "is_off", text_is(code, "off"));
	put_flag(rq->view, "may_decide", may(rq, RULE_DECIDE));
	TRY(vision_unable(rq, &unable));
	put_flag(rq->view, "no_model", codes_hold(unable, rq->key));
	TRY(put_share(rq, code));
	TRY(put_trend(rq));
	TRY(put_models_used(rq));
	TRY(put_cameras(rq));
	TRY(put_trainings(rq));
	TRY(put_history(rq));
	return page(rq, "cameras/rule");
}
