/* The room of grades: the Shanghai letters, written and told when they change; the module. */
#include "domains/grading/grading.h"

#include "contracts/facts.h"

#include <string.h>

const struct model grade_model = MODEL("grades", struct grade, .witnessed = true,
	FIELDS(STORED(struct grade, id, .as = AS_ID), STORED(struct grade, version),
		STORED(struct grade, operator, .as = AS_ID), STORED(struct grade, scheme),
		STORED(struct grade, letter), STORED(struct grade, colour),
		STORED(struct grade, points, .as = AS_HUNDREDTHS),
		STORED(struct grade, since, .as = AS_DATE),
		STORED(struct grade, inspected_at, .as = AS_DATE),
		STORED(struct grade, rule_version), STORED(struct grade, why, .as = AS_SECRET),
		STORED(struct grade, due_at, .as = AS_TIME)));

const struct model grade_change_model = MODEL("grade_history", struct grade_change,
	.witnessed = true,
	FIELDS(STORED(struct grade_change, id, .as = AS_ID), STORED(struct grade_change, version),
		STORED(struct grade_change, operator, .as = AS_ID),
		STORED(struct grade_change, scheme), STORED(struct grade_change, from_letter),
		STORED(struct grade_change, letter), STORED(struct grade_change, colour),
		STORED(struct grade_change, points, .as = AS_HUNDREDTHS),
		STORED(struct grade_change, at, .as = AS_TIME),
		STORED(struct grade_change, rule_version),
		STORED(struct grade_change, why, .as = AS_SECRET)));

static void put_some(struct node *n, const char *name, const char *text)
{
	if (text && *text)
		put_text(n, name, text);
}

/* What is empty is left out: a line is kept for every determination. */
void put_lines(struct node *list, const struct grade_line *lines, int count)
{
	for (int i = 0; i < count; i++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "key", lines[i].key);
		put_some(n, "about", lines[i].about);
		put_some(n, "value", lines[i].value);
		put_some(n, "effect", lines[i].effect);
		if (lines[i].at)
			put_int(n, "at", lines[i].at);
		if (lines[i].until)
			put_int(n, "until", lines[i].until);
		put_some(n, "source", lines[i].source);
	}
}

const char *lines_json(struct req *rq, const struct grade_line *lines, int n)
{
	struct node *list = node_list(rq->arena);
	put_lines(list, lines, n);
	return json_text(rq, list);
}

/* ---- writing --------------------------------------------------------------- */
static const char *change_data(
	struct req *rq, const struct grade *g, const char *from, const struct grade_outcome *o)
{
	struct node *n = node_map(rq->arena);

	put_text(n, "scheme", g->scheme);
	put_text(n, "from", from);
	put_text(n, "to", g->letter);
	put_text(n, "colour", g->colour);
	put_int(n, "points", g->points);
	put_text(n, "rule_version", g->rule_version);
	put_lines(put_list(n, "why"), o->lines, o->n);
	return json_text(rq, n);
}

static enum err grade_write(
	struct req *rq, struct grade *g, const char *from, const struct grade_outcome *o)
{
	bool changed = strcmp(from, g->letter) != 0;

	if (changed)
		g->since = rq->now;
	if (g->id)
		TRY(db_update(rq, &grade_model, g));
	else
		TRY(db_insert(rq, &grade_model, g));
	const char *data = change_data(rq, g, from, o);
	if (!changed)
		return emit(rq, .name = GRADE_CONFIRMED, .subject = g->operator,
			.entity = g->operator, .data = data);
	struct grade_change c = { .operator= g->operator,
		.scheme = g->scheme,
		.from_letter = from,
		.letter = g->letter,
		.colour = g->colour,
		.points = g->points,
		.at = rq->now,
		.rule_version = g->rule_version,
		.why = g->why };
	TRY(db_insert(rq, &grade_change_model, &c));
	return emit(rq, .name = GRADE_CHANGED, .subject = g->operator, .entity = g->operator,
		.data = data);
}

/* Nothing was and nothing is: no row. */
enum err grade_settle(struct req *rq, const struct letter_now *now)
{
	const struct grade *before = now->before;
	const struct grade_outcome *o = now->outcome;
	struct grade g = { .letter = "", .why = "" };

	if (!before && o->rank < 0)
		return OK;
	if (before)
		g = *before;
	g.operator= now->operator;
	g.scheme = now->rules->scheme;
	g.letter = o->letter;
	g.colour = o->colour;
	g.points = o->points;
	g.inspected_at = o->inspected_at;
	g.rule_version = now->rules->version;
	g.why = lines_json(rq, o->lines, o->n);
	g.due_at = o->due_at;
	bool same = before && text_is(g.letter, before->letter) && text_is(g.why, before->why) &&
		    text_is(g.rule_version, before->rule_version) && g.due_at == before->due_at;
	return same ? OK : grade_write(rq, &g, before ? before->letter : "", o);
}

enum err grade_recompute(struct req *rq, int64_t operator)
{
	struct grade_outcome o;
	struct grade_rules r;
	struct material m;
	const struct node *data;
	struct fault why = { 0 };
	struct list l;

	TRY(grade_rule(rq, "grading/shanghai", rq->now, &data));
	if (grade_rules_read(data, &r, &why))
		return fail(rq, E_INTERNAL, "The grading rules are not usable: %s", why.text);
	TRY(material_load(rq, operator, rq->now, &m));
	grade_compute(rq->arena, &r, &m.f, &o);
	TRY(db_all(rq, &grade_model, &l, "SELECT * FROM grades WHERE operator = $1", operator));
	return grade_settle(rq,
		&(struct letter_now){ operator, l.n ? LIST_OF(struct grade, &l) : NULL, &r, &o });
}

static const char area_of[] = "SELECT area FROM pub_operators WHERE id = $1";
static const char area_of_incident[] = "SELECT o.area FROM grade_incidents i JOIN pub_operators o "
				       "ON o.id = i.operator WHERE i.id = $1";
static const char area_of_rerating[] =
	"SELECT o.area FROM reratings r JOIN pub_operators o ON o.id = r.operator WHERE r.id = $1";
static const char *const letters[] = { GRADE_CHANGED, GRADE_CONFIRMED, NULL };
static const char *const letters_rerating[] = { GRADE_CHANGED, GRADE_CONFIRMED, RERATING_DECIDED,
	NULL };

static const struct route routes[] = { { GET, "/grades", grade_overview, GRADE_READ, NULL,
					       "Grades by town and the latest changes" },
	{ GET, "/grades/scales", scale_list, GRADE_READ, NULL,
		"Operators by scheme and value (scheme, value, area)" },
	{ GET, "/grades/reratings", rerating_list, GRADE_READ, NULL, "Requests to be rated again" },
	{ GET, "/grades/incidents", incident_list, GRADE_READ, NULL,
		"Accidents and what moves risk levels" },
	{ GET, "/grades/rules", rehearsal_list, GRADE_READ, NULL,
		"Rules in force and their rehearsals" },
	{ POST, "/grades/rules", rehearsal_start, GRADE_RULE, NULL,
		"Rehearses a candidate (file, or candidate: a name of DATA/rules-candidates)" },
	{ GET, "/grades/rules/:id", rehearsal_page, GRADE_READ, NULL,
		"What a candidate would change" },
	{ POST, "/grades/rules/:id/apply", rehearsal_apply, GRADE_RULE, NULL,
		"Puts a rehearsed rule in force" },
	{ POST, "/grades/rules/:id/drop", rehearsal_drop, GRADE_RULE, NULL,
		"Drops a rehearsed rule (words)" },
	{ GET, "/grades/:id", grade_page, GRADE_READ, area_of,
		"Every scale of an operator, and why (at: a past day)" },
	{ POST, "/grades/:id/recompute", grade_again, GRADE_RECOMPUTE, area_of,
		"Computes the grades again" },
	{ POST, "/grades/:id/door-sign", door_sign_order, INSPECTION_WRITE, area_of,
		"Makes the sign for the door" },
	{ GET, "/grades/:id/incident", incident_new, INSPECTION_WRITE, area_of,
		"Form of an accident or of what moves a risk level" },
	{ POST, "/grades/:id/incident", incident_create, INSPECTION_WRITE, area_of, "Records it" },
	{ GET, "/grades/:id/profile", profile_page, GRADE_READ, area_of,
		"What static risk is made of: the risk profile and its points" },
	{ POST, "/grades/:id/profile", profile_save, INSPECTION_WRITE, area_of,
		"Records a risk profile (observed_at, source, facts of its kind)" },
	{ POST, "/grades/incidents/:id/withdraw", incident_withdraw, INSPECTION_WRITE,
		area_of_incident, "Takes a record back (words)" },
	{ POST, "/grades/:id/rerating", rerating_ask, INSPECTION_WRITE, area_of,
		"Asks on behalf of an operator to be rated again (words)" },
	{ POST, "/grades/reratings/:id/withdraw", rerating_withdraw, INSPECTION_WRITE,
		area_of_rerating, "Takes a request back" },
	{ GET, "/my/grades", rerating_my, OWN_READ, .about = "One's own grades, and a request" },
	{ POST, "/my/grades/rerating", rerating_my_ask, OWN_READ,
		.about = "Asks to be rated again (words)" },
	{ 0 } };

const struct module grading = {
	.name = "grading",
	.routes = routes,
	.listens = (const struct listen[]){ { INSPECTION_RECORDED, grade_heard_inspection,
						    letters_rerating },
		{ CASE_DECIDED, grade_heard_decision, letters },
		{ CASE_REMEDY_ENDED, grade_heard_remedy, letters },
		{ OPERATOR_REGISTERED, grade_heard_registered },
		{ OPERATOR_CHANGED, grade_heard_operator, letters },
		{ ACCIDENT_RECORDED, grade_heard_incident, letters },
		{ INCIDENT_RECORDED, grade_heard_incident, letters },
		{ INCIDENT_WITHDRAWN, grade_heard_incident, letters }, { 0 } },
	.jobs = (const struct job_kind[]){ { "grading.rehearse", rehearsal_prepare, rehearsal_run },
		{ "grading.compute", NULL, scales_job }, { 0 } },
	.models = (const struct model *const[]){ &grade_model, &grade_change_model, &scale_model,
		&incident_model, &profile_model, &rerating_model, &applied_rule_model, NULL },
	.tells = (const char *const[]){ GRADE_CHANGED, GRADE_CONFIRMED, SCALE_CHANGED,
		SCALE_CONFIRMED, SCALES_COMPUTED, ACCIDENT_RECORDED, INCIDENT_RECORDED,
		INCIDENT_WITHDRAWN, PROFILE_RECORDED, RERATING_ASKED, RERATING_DECIDED,
		RERATING_WITHDRAWN, RULE_REHEARSED, RULE_APPLIED, RULE_DROPPED, PAPER_ORDERED,
		NULL },
	.nav = (const struct nav[]){ { "/grades", "Grades", GRADE_READ },
		{ "/my/grades", "My grades", OWN_READ }, { 0 } },
	.every_minute = scales_every_minute,
};
