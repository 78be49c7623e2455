/* Decisions on rules, and what officers saw that the machine did not. */
#include "contracts/facts.h"
#include "domains/cameras/cameras.h"
#include "domains/cameras/learning.h"

#include <string.h>

enum { WORDS_MOST = 500 };

struct rule_mode_row {
	int64_t id, version;
	const char *rule, *mode, *before, *reason;
	int64_t confirmed, rejected, decided_by, decided_at;
};

static const struct choice modes[] = {
	{ "normal", "Normal", "green" },
	{ "review_only", "Review only", "yellow" },
	{ "off", "Off", "neutral" },
	{ 0 },
};

const struct model rule_mode_model = MODEL("rule_modes", struct rule_mode_row, .witnessed = true,
	FIELDS(STORED(struct rule_mode_row, id), STORED(struct rule_mode_row, version),
		STORED(struct rule_mode_row, rule, .choices = rule_names),
		STORED(struct rule_mode_row, mode, .choices = modes),
		STORED(struct rule_mode_row, before, .choices = modes),
		STORED(struct rule_mode_row, reason), STORED(struct rule_mode_row, confirmed),
		STORED(struct rule_mode_row, rejected),
		STORED(struct rule_mode_row, decided_by, .as = AS_ID),
		STORED(struct rule_mode_row, decided_at, .as = AS_TIME)));

/* ---- modes ------------------------------------------------------------- */
enum err rule_mode(struct req *rq, const char *rule, const char **mode)
{
	enum err e = db_text(rq, mode, "SELECT mode FROM rule_modes_now WHERE rule = $1", rule);
	if (e == E_NOT_FOUND)
		*mode = "normal";
	return e == E_NOT_FOUND ? OK : e;
}

enum err rule_only_reviewed(struct req *rq, const char *rule, int64_t found_at, bool *out)
{
	int64_t n;
	TRY(db_int(rq, &n,
		"SELECT count(*) FROM rule_modes WHERE rule = $1 AND mode <> 'normal' AND id IN ("
		"(SELECT max(id) FROM rule_modes WHERE rule = $1), "
		"(SELECT max(id) FROM rule_modes WHERE rule = $1 AND decided_at <= $2))",
		rule, found_at));
	*out = n > 0;
	return OK;
}

struct mode_now {
	const char *rule, *mode;
};
static const struct model mode_now_model = MODEL("rule_modes_now", struct mode_now,
	FIELDS(STORED(struct mode_now, rule), STORED(struct mode_now, mode)));

enum err rule_modes_load(struct req *rq, struct list *all)
{
	return db_all(rq, &mode_now_model, all, "SELECT rule, mode FROM rule_modes_now");
}

const char *rule_mode_in(const struct list *all, const char *rule)
{
	for (struct mode_now *m = LIST_OF(struct mode_now, all); m < LIST_END(struct mode_now, all);
		m++)
		if (text_is(m->rule, rule))
			return m->mode;
	return "normal";
}

static bool is_choice(const struct choice *all, const char *code)
{
	for (; all->code; all++)
		if (text_is(all->code, code))
			return true;
	return false;
}

/* Nothing happens by itself: a head decides, with a reason, and the figures of the day are kept. */
enum err rule_mode_decide(struct req *rq)
{
	struct rule_mode_row m = { .rule = rq->key,
		.mode = form_text(rq, "mode"),
		.reason = form_text(rq, "reason"),
		.decided_by = rq->user->id,
		.decided_at = rq->now };

	if (!is_choice(rule_names, m.rule))
		return fail(rq, E_NOT_FOUND, "There is no rule %s.", m.rule);
	if (!is_choice(modes, m.mode))
		return fail(rq, E_INVALID, "Choose normal, review only or off.");
	if (!*m.reason || utf8_length(m.reason) > WORDS_MOST)
		return fail(rq, E_INVALID, "Give a reason, of at most 500 characters.");
	TRY(rule_mode(rq, m.rule, &m.before));
	if (text_is(m.mode, m.before))
		return fail(rq, E_CONFLICT, "The rule is in this mode already.");
	TRY(db_int(rq, &m.confirmed,
		"SELECT count(*) FROM leads WHERE rule = $1 AND verdict = 'confirmed'", m.rule));
	TRY(db_int(rq, &m.rejected,
		"SELECT count(*) FROM leads WHERE rule = $1 AND verdict = 'rejected'", m.rule));
	TRY(db_insert(rq, &rule_mode_model, &m));
	TRY(emit(rq, RULE_MODE_CHANGED, m.id, 0, json_of(rq, &rule_mode_model, &m)));
	notice(rq, "The decision is kept and holds from now on.");
	return redirect(rq, "/rules/%s", m.rule);
}

/* ---- misses ------------------------------------------------------------ */
struct rule_miss {
	int64_t id, version, camera, operator, area;
	const char *rule;
	int64_t seen_at;
	const char *remark;
	int64_t reported_by, reported_at;
};

const struct model rule_miss_model = MODEL("rule_misses", struct rule_miss, .witnessed = true,
	FIELDS(STORED(struct rule_miss, id), STORED(struct rule_miss, version),
		STORED(struct rule_miss, camera, .as = AS_ID),
		STORED(struct rule_miss, operator, .as = AS_ID), STORED(struct rule_miss, area),
		STORED(struct rule_miss, rule, .choices = rule_names),
		STORED(struct rule_miss, seen_at, .as = AS_TIME), STORED(struct rule_miss, remark),
		STORED(struct rule_miss, reported_by, .as = AS_ID),
		STORED(struct rule_miss, reported_at, .as = AS_TIME)));

/* "2026-11-23" and "14:05" to ms; 0 when they are none. */
static int64_t moment(struct req *rq, const char *date, const char *clock)
{
	int64_t day, hour, minute;
	if (!date_parse(date, &day) || strlen(clock) < 5 || clock[2] != ':' ||
		!text_to_int(arena_copy(rq->arena, clock, 2), &hour) ||
		!text_to_int(arena_copy(rq->arena, clock + 3, 2), &minute) || hour < 0 ||
		hour > 23 || minute < 0 || minute > 59)
		return 0;
	return day + hour * HOUR + minute * MINUTE;
}

enum err miss_report(struct req *rq)
{
	struct camera c;
	TRY(camera_load(rq, rq->id, &c));
	struct rule_miss m = { .camera = c.id,
		.operator= c.operator,
		.area = c.area,
		.rule = form_text(rq, "rule"),
		.remark = form_text(rq, "remark"),
		.seen_at = moment(rq, form_text(rq, "date"), form_text(rq, "time")),
		.reported_by = rq->user->id,
		.reported_at = rq->now };

	if (!is_choice(rule_names, m.rule))
		return fail(rq, E_INVALID, "Choose the rule that should have seen it.");
	if (!m.seen_at || m.seen_at > rq->now + MINUTE)
		return fail(rq, E_INVALID, "Say on which day and at what time it was to be seen.");
	if (!*m.remark || utf8_length(m.remark) > WORDS_MOST)
		return fail(rq, E_INVALID, "Say what was to be seen, in at most 500 characters.");
	TRY(db_insert(rq, &rule_miss_model, &m));
	TRY(emit(rq, RULE_MISS_REPORTED, m.id, m.operator, json_of(rq, &rule_miss_model, &m)));
	notice(rq, "Thank you. What was missed counts on the page of the rule.");
	return redirect(rq, "/cameras/%" PRId64, c.id);
}

void put_miss_form(struct req *rq)
{
	struct node *list = put_list(rq->view, "miss_rules");
	list->hidden = true;
	put_flag(rq->view, "may_report", may(rq, LEAD_REVIEW));
	for (const struct choice *c = rule_names; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
	}
}
