/* What the room of cases does when others tell it something: a lead confirmed, a paper served. */
#include "contracts/facts.h"
#include "domains/cases/ordinary.h"

#include <string.h>

/* ---- a lead was confirmed -------------------------------------------- */
struct lead_view {
	int64_t id, operator, area, officer1, officer2, started_at, found_at, clip_from, clip_to,
		clock_offset_ms;
	const char *act, *still_sm3, *still_sha256, *clip_sm3, *clip_sha256, *model;
	bool usable;
	const char *usable_why;
};
static const struct model lead_view_model = MODEL("pub_leads", struct lead_view,
	FIELDS(STORED(struct lead_view, id), STORED(struct lead_view, operator),
		STORED(struct lead_view, area), STORED(struct lead_view, officer1),
		STORED(struct lead_view, officer2), STORED(struct lead_view, started_at),
		STORED(struct lead_view, found_at), STORED(struct lead_view, clip_from),
		STORED(struct lead_view, clip_to), STORED(struct lead_view, clock_offset_ms),
		STORED(struct lead_view, act), STORED(struct lead_view, still_sm3),
		STORED(struct lead_view, still_sha256), STORED(struct lead_view, clip_sm3),
		STORED(struct lead_view, clip_sha256), STORED(struct lead_view, model),
		STORED(struct lead_view, usable), STORED(struct lead_view, usable_why)));

enum err precheck_open(struct req *rq, const struct finding *l, struct case_row *c)
{
	const struct node *act = act_of(rq, l->act);

	*c = (struct case_row){ .number = "",
		.operator= l->operator,
		.area = l->area,
		.act = l->act,
		.act_name = node_text(act, "name", l->act),
		.state = "precheck",
		.opened_at = rq->now,
		.officer1 = l->officer1,
		.officer2 = l->officer2,
		.filed_reason = "",
		.party_phone = "",
		.answer = "",
		.answer_words = "",
		.e_phone = "",
		.post_address = "",
		.receiver = "",
		.address_sign = "",
		.address_sign_sha256 = "",
		.correction_text = "",
		.correction_sm3 = "",
		.correction_sha256 = "",
		.correction_words = "",
		.correction_state = "",
		.told_penalty = "",
		.statement = "",
		.statement_words = "",
		.defence_adopted = "",
		.outcome = "",
		.penalty = "",
		.service_way = "",
		.close_reason = "" };
	/* the term runs from finding the lead, not from its review (O2 18) */
	TRY(term_workdays(
		rq, l->found_at, (int)act_term(rq, "precheck_workdays", 15), &c->precheck_due));
	TRY(db_insert(rq, &case_model, c));
	return emit(rq, CASE_PRECHECK_OPENED, c->id, c->operator, json_of(rq, &case_model, c));
}

/* What is found after the party was told is no part of what it was told of (APL 44): a matter of
 * its own, else it would be punished nowhere. */
enum err precheck_of(struct req *rq, const struct finding *f, struct case_row *c)
{
	enum err found = db_one(rq, &case_model, c,
		"SELECT * FROM cases WHERE operator = $1 AND act = $2 AND state IN ('precheck', "
		"'filed') ORDER BY id DESC LIMIT 1",
		f->operator, f->act);

	return found == E_NOT_FOUND ? precheck_open(rq, f, c) : found;
}

/* Method, time and maker, as O2 25 and 26 ask of audio-visual material and electronic data. */
static const char *method_text(struct req *rq, const struct lead_view *l)
{
	return arena_printf(rq->arena,
		"后厨摄像设备连续录像，系统按登记规则自动截取%s至%s的视频片段及静态图像；模型%"
		"s；设备时钟快%" PRId64 "毫秒；"
		"经%s、%s两名执法人员先后审核。",
		time_text(rq->arena, l->clip_from), time_text(rq->arena, l->clip_to), l->model,
		l->clock_offset_ms, user_name(rq, l->officer1), user_name(rq, l->officer2));
}

/* What was found joins the case of this operator and act whose party has not been told, or opens a
 * pre-check. */
static enum err finding_take(
	struct req *rq, const struct lead_view *l, const char *kind, const char *method)
{
	struct case_row c;

	if (!*l->act)
		return OK;
	TRY(precheck_of(rq,
		&(struct finding){
			l->operator, l->area, l->officer1, l->officer2, l->found_at, l->act },
		&c));
	struct evidence v = { .case_id = c.id,
		.lead = l->id,
		.kind = kind,
		.taken_at = l->started_at,
		.still_sm3 = l->still_sm3,
		.still_sha256 = l->still_sha256,
		.clip_sm3 = l->clip_sm3,
		.clip_sha256 = l->clip_sha256,
		.method = method,
		.usable = l->usable,
		.usable_why = l->usable_why,
		.added_at = rq->now };
	TRY(db_insert(rq, &evidence_model, &v));
	return emit(rq, CASE_EVIDENCE_ADDED, c.id, c.operator, json_of(rq, &evidence_model, &v));
}

enum err on_lead_confirmed(struct req *rq, const struct event *e)
{
	struct lead_view l;

	TRY(db_one(rq, &lead_view_model, &l, "SELECT * FROM pub_leads WHERE id = $1", e->subject));
	return finding_take(rq, &l, EVIDENCE_VIDEO, method_text(rq, &l));
}

/* ---- an alarm of a sensor was confirmed ------------------------------- */
/* Its chart stands where a lead has its still, its table of readings where a lead has its clip. */
enum err on_alarm_confirmed(struct req *rq, const struct event *e)
{
	struct lead_view l;

	TRY(db_one(rq, &lead_view_model, &l,
		"SELECT id, operator, area, officer1, officer2, started_at, found_at, started_at "
		"AS "
		"clip_from, CASE WHEN ended_at = 0 THEN found_at ELSE ended_at END AS clip_to, 0 "
		"AS "
		"clock_offset_ms, act, chart_sm3 AS still_sm3, chart_sha256 AS still_sha256, "
		"csv_sm3 AS clip_sm3, csv_sha256 AS clip_sha256, rule_version AS model, usable, "
		"usable_why FROM pub_sensor_alarms WHERE id = $1",
		e->subject));
	return finding_take(rq, &l, EVIDENCE_DATA,
		arena_printf(rq->arena,
			"温湿度传感器按登记周期自动上报，系统按限值规则%s自动生成%s至%"
			"s的曲线图和读数"
			"表；"
			"经%s、%s两名执法人员先后审核。",
			l.model, time_text(rq->arena, l.clip_from), time_text(rq->arena, l.clip_to),
			user_name(rq, l.officer1), user_name(rq, l.officer2)));
}

/* ---- a recording of a body camera was linked --------------------------- */
/* It stays in the room of recordings, where looking at it is written down; the case tells that it
 * has one more piece of evidence. */
enum err on_recording_linked(struct req *rq, const struct event *e)
{
	const struct node *link;

	TRY(event_data(rq, e, &link));
	return emit(rq, CASE_EVIDENCE_ADDED, node_int(link, "case_id", 0), e->entity, e->data);
}

/* ---- a paper was served ---------------------------------------------- */
/* What the room of service tells of a paper: paper, template, title, way, served_at. */
const char *service_words(struct req *rq, const struct node *told)
{
	return json_pairs(rq, "paper", node_text(told, "title", ""), "way",
		node_text(told, "way", ""), "arrived_at",
		time_iso(rq->arena, node_int(told, "served_at", rq->now)), NULL);
}

static enum err case_paper_served(struct req *rq, struct case_row *c, const struct node *told)
{
	TRY(notice_time_over(rq, c, told));
	/* the notice of an intended penalty: the five working days begin */
	if (text_is(node_text(told, "template", ""), "penalty_notice"))
		return notice_served(rq, c, told);
	if (text_is(node_text(told, "template", ""), "hearing_notice"))
		return hearing_notice_served(rq, c, told);
	if (c->served_at || node_int(told, "paper", 0) != c->decision_paper)
		return emit(rq, CASE_SERVED, c->id, c->operator, service_words(rq, told));
	c->served_at = node_int(told, "served_at", rq->now);
	c->service_way = node_text(told, "way", "");
	TRY(case_save_with(rq, c, CASE_SERVED, service_words(rq, told)));
	return case_close_if_done(rq, c);
}

/* A case bears its number before any paper does, or without one: it is not void while it does. */
enum err on_number_voided(struct req *rq, const struct event *e)
{
	const struct node *told;
	int64_t bearers;

	TRY(event_data(rq, e, &told));
	const char *number = node_text(told, "number", "");
	TRY(db_int(rq, &bearers, "SELECT count(*) FROM cases WHERE number = $1 AND number <> ''",
		number));
	return bearers ? fail(rq, E_CONFLICT,
				 "A case bears the number %s: it cannot be declared void.", number)
		       : OK;
}

enum err on_paper_served(struct req *rq, const struct event *e)
{
	struct case_row c;
	struct node *told;
	struct fault why = { 0 };
	struct bytes json = { (const uint8_t *)e->data, strlen(e->data) };

	if (json_parse(rq->arena, json, &told, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	TRY(db_one(rq, &case_model, &c, "SELECT * FROM cases WHERE id = $1", e->subject));
	return case_paper_served(rq, &c, told);
}
