/* The room of grades: hears what counts, computes, tells when a letter changes. */
#include "domains/grading/grading.h"

#include "contracts/facts.h"

#include <string.h>

enum { BATCH = 200 };

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

struct input_row {
	const char *kind;
	int64_t ref, at;
	bool off_site;
	const char *result;
	int64_t score, key_failed, general_failed;
	const char *penalty;
};
static const struct model input_model = MODEL("grade_inputs", struct input_row,
	FIELDS(STORED(struct input_row, kind), STORED(struct input_row, ref),
		STORED(struct input_row, at), STORED(struct input_row, off_site),
		STORED(struct input_row, result), STORED(struct input_row, score),
		STORED(struct input_row, key_failed), STORED(struct input_row, general_failed),
		STORED(struct input_row, penalty)));

/* ---- computing ------------------------------------------------------------- */
static enum input_kind kind_of(const char *kind)
{
	if (strcmp(kind, "inspection") == 0)
		return INPUT_INSPECTION;
	return strcmp(kind, "sanction") == 0 ? INPUT_SANCTION : INPUT_ACCIDENT;
}

static enum err inputs_load(struct req *rq, int64_t operator, struct grade_facts * f)
{
	struct list l;

	TRY(db_all(rq, &input_model, &l,
		"SELECT kind, ref, at, off_site, result, score, key_failed, general_failed, "
		"penalty FROM grade_inputs"
		" WHERE operator = $1 ORDER BY at, ref",
		operator));
	struct grade_input *in = NEWS(rq->arena, struct grade_input, l.n + 1);
	f->inputs = in;
	f->n = l.n;
	for (const struct input_row *r = LIST_OF(struct input_row, &l);
		r < LIST_END(struct input_row, &l); r++)
		*in++ = (struct grade_input){ kind_of(r->kind), r->ref, r->at, r->off_site,
			r->result, r->score, r->key_failed, r->general_failed, r->penalty };
	return OK;
}

enum err grade_outcome_of(
	struct req *rq, int64_t operator, struct grade_rules * r, struct grade_outcome *out)
{
	struct grade_facts f = { .now = rq->now };
	const struct node *data;
	struct fault why = { 0 };
	struct rows *rows;
	bool more;

	TRY(rules(rq, "grading/shanghai", rq->now, &data));
	if (grade_rules_read(data, r, &why))
		return fail(rq, E_INTERNAL, "The grading rules are not usable: %s", why.text);
	TRY(db_query(rq, &rows,
		"SELECT kind, registered_at FROM pub_operators WHERE id = $1", operator));
	TRY(rows_next(rows, &more));
	if (!more)
		return fail(rq, E_NOT_FOUND, "There is no such operator.");
	f.kind = arena_dup(rq->arena, rows_text(rows, 0));
	f.registered_at = rows_int(rows, 1);
	rows_close(rows);
	TRY(inputs_load(rq, operator, & f));
	grade_compute(rq->arena, r, &f, out);
	return OK;
}

static void put_lines(struct node *list, const struct grade_outcome *o)
{
	for (int i = 0; i < o->n; i++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "key", o->lines[i].key);
		put_text(n, "value", o->lines[i].value);
		put_text(n, "effect", o->lines[i].effect);
		put_int(n, "at", o->lines[i].at);
		put_int(n, "until", o->lines[i].until);
		put_text(n, "source", o->lines[i].source);
	}
}

const char *grade_why(struct req *rq, const struct grade_outcome *o)
{
	struct node *list = node_list(rq->arena);
	put_lines(list, o);
	return json_text(rq, list);
}

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
	put_lines(put_list(n, "why"), o);
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

enum err grade_recompute(struct req *rq, int64_t operator)
{
	struct grade_outcome o;
	struct grade before = { .letter = "", .why = "" }, g;
	struct grade_rules r;
	struct list l;

	TRY(grade_outcome_of(rq, operator, & r, &o));
	TRY(db_all(rq, &grade_model, &l, "SELECT * FROM grades WHERE operator = $1", operator));
	if (l.n)
		before = *LIST_OF(struct grade, &l);
	else if (o.rank < 0)
		return OK; /* nothing was, nothing is */
	g = before;
	g.operator= operator;
	g.scheme = r.scheme;
	g.letter = o.letter;
	g.colour = o.colour;
	g.points = o.points;
	g.inspected_at = o.inspected_at;
	g.rule_version = r.version;
	g.why = grade_why(rq, &o);
	g.due_at = o.due_at;
	bool same = l.n && text_is(g.letter, before.letter) && text_is(g.why, before.why) &&
		    text_is(g.rule_version, before.rule_version) && g.due_at == before.due_at;
	return same ? OK : grade_write(rq, &g, before.letter, &o);
}

/* ---- hearing --------------------------------------------------------------- */
static enum err data_of(struct req *rq, const struct event *e, const struct node **out)
{
	const char *text = e->data ? e->data : "{}";
	struct fault why = { 0 };
	struct node *n;

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)text, strlen(text) }, &n, &why))
		return fail(rq, E_INTERNAL, "%s: %s", e->name, why.text);
	*out = n;
	return OK;
}

static enum err on_inspection(struct req *rq, const struct event *e)
{
	const struct node *d;

	TRY(data_of(rq, e, &d));
	TRY(db_run(rq,
		"INSERT INTO grade_inputs (id, operator, kind, ref, at, off_site, result, score, "
		"key_failed,"
		" general_failed, penalty, act, fine_fen, seq)"
		" VALUES ($1, $2, 'inspection', $3, $4, $5, $6, $7, $8, $9, '', '', 0, $10)"
		" ON CONFLICT (kind, ref) DO NOTHING",
		id_new(), e->entity, e->subject, node_int(d, "inspected_at", rq->now),
		text_is(node_text(d, "kind", ""), "INSP_OFFSITE"), node_text(d, "result", ""),
		node_int(d, "score", 0), node_int(d, "key_failed", 0),
		node_int(d, "general_failed", 0), e->seq));
	return grade_recompute(rq, e->entity);
}

/* A decision without a penalty (first offence, slight) changes no grade. A fine beside a warning
 * counts as a fine. */
static enum err on_decision(struct req *rq, const struct event *e)
{
	const struct node *d;

	TRY(data_of(rq, e, &d));
	const char *penalty = node_text(d, "penalty", "");
	int64_t fine = node_int(d, "fine_fen", 0);
	if (text_is(node_text(d, "outcome", "penalty"), "no_penalty") ||
		!text_starts(penalty, "PEN_"))
		return OK;
	if (fine > 0 && text_is(penalty, "PEN_WARN"))
		penalty = "PEN_FINE";
	TRY(db_run(rq,
		"INSERT INTO grade_inputs (id, operator, kind, ref, at, off_site, result, score, "
		"key_failed,"
		" general_failed, penalty, act, fine_fen, seq)"
		" VALUES ($1, $2, 'sanction', $3, $4, 0, '', 0, 0, 0, $5, $6, $7, $8) ON CONFLICT "
		"(kind, ref) DO UPDATE"
		" SET at = excluded.at, penalty = excluded.penalty, act = excluded.act, fine_fen = "
		"excluded.fine_fen,"
		" seq = excluded.seq",
		id_new(), e->entity, e->subject, node_int(d, "decided_at", rq->now), penalty,
		node_text(d, "act", ""), fine, e->seq));
	return grade_recompute(rq, e->entity);
}

/* Another kind of business may be one the scheme does not cover. */
static enum err on_operator(struct req *rq, const struct event *e)
{
	const struct node *d;

	TRY(data_of(rq, e, &d));
	return node_find(d, "kind") ? grade_recompute(rq, e->entity) : OK;
}

/* ---- time ------------------------------------------------------------------ */
/* Caps that are over, and grades given under rules no longer in force: a few each minute. */
static enum err grades_due(struct req *rq)
{
	const struct node *data;
	struct rows *r;
	int64_t who[BATCH];
	size_t n = 0;
	bool more;

	TRY(rules(rq, "grading/shanghai", rq->now, &data));
	TRY(db_query(rq, &r,
		"SELECT operator FROM grades WHERE due_at > 0 AND due_at <= $1"
		" UNION SELECT operator FROM grades WHERE rule_version <> $2 LIMIT $3",
		rq->now, node_text(data, "version", ""), (int)BATCH));
	while (n < BATCH) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		who[n++] = rows_int(r, 0);
	}
	rows_close(r);
	for (size_t i = 0; i < n; i++)
		TRY(grade_recompute(rq, who[i]));
	return OK;
}

static const char area_of[] = "SELECT area FROM pub_operators WHERE id = $1";
static const char *const both[] = { GRADE_CHANGED, GRADE_CONFIRMED, NULL };

const struct module grading = {
	.name = "grading",
	.routes = (const struct route[]){ { GET, "/grades", grade_overview, GRADE_READ, NULL,
						  "Grades by town and the latest changes" },
		{ GET, "/grades/:id", grade_page, GRADE_READ, area_of,
			"Why an operator has its colour" },
		{ POST, "/grades/:id/recompute", grade_again, GRADE_RECOMPUTE, area_of,
			"Computes a grade again" },
		{ 0 } },
	.listens = (const struct listen[]){ { INSPECTION_RECORDED, on_inspection, both },
		{ CASE_DECIDED, on_decision, both }, { OPERATOR_CHANGED, on_operator, both },
		{ 0 } },
	.models = (const struct model *const[]){ &grade_model, &grade_change_model, NULL },
	.tells = both,
	.nav = (const struct nav[]){ { "/grades", "Grades", GRADE_READ }, { 0 } },
	.every_minute = grades_due,
};
