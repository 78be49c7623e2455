/* What the room of grades hears from others, kept with the moment it was known, and read again as
 * it was known at any moment. */
#include "domains/grading/grading.h"

#include "contracts/facts.h"

#include <string.h>

const struct model subject_model = MODEL("grade_subjects", struct subject,
	FIELDS(STORED(struct subject, id, .as = AS_ID),
		STORED(struct subject, operator, .as = AS_ID), STORED(struct subject, kind),
		STORED(struct subject, area), STORED(struct subject, licence_no),
		STORED(struct subject, registered_at), STORED(struct subject, active),
		STORED(struct subject, since), STORED(struct subject, until),
		STORED(struct subject, due_at), STORED(struct subject, profile)));

const struct model input_model = MODEL("grade_inputs", struct input_row,
	FIELDS(STORED(struct input_row, operator), STORED(struct input_row, kind),
		STORED(struct input_row, ref), STORED(struct input_row, at),
		STORED(struct input_row, off_site), STORED(struct input_row, result),
		STORED(struct input_row, score), STORED(struct input_row, key_failed),
		STORED(struct input_row, general_failed), STORED(struct input_row, penalty),
		STORED(struct input_row, word), STORED(struct input_row, until)));

static enum input_kind kind_of(const char *kind)
{
	static const char *const kinds[] = { "inspection", "sanction", "accident", "trigger",
		"merit" };
	for (int i = 0; i < 5; i++)
		if (strcmp(kinds[i], kind) == 0)
			return (enum input_kind)i;
	return INPUT_TRIGGER;
}

const struct grade_input *inputs_of(struct arena *a, const struct input_row *rows, size_t n)
{
	struct grade_input *all = NEWS(a, struct grade_input, n + 1), *in = all;

	for (const struct input_row *r = rows; r < rows + n; r++)
		*in++ = (struct grade_input){ kind_of(r->kind), r->ref, r->at, r->off_site,
			r->result, r->score, r->key_failed, r->general_failed, r->penalty, r->word,
			r->until };
	return all;
}

struct grade_facts facts_of(const struct subject *s, int64_t at)
{
	return (struct grade_facts){ .now = at,
		.registered_at = s->registered_at,
		.kind = s->kind,
		.area = s->area,
		.licence_no = s->licence_no,
		.profile = s->profile };
}

/* ---- reading ----------------------------------------------------------------------------------
 */
/* What was known of the operator then; before the first row: the first. Who has no row yet (a
 * register older than this room) is read from the register. */
static enum err subject_at(struct req *rq, int64_t operator, int64_t at, struct subject *s)
{
	struct list l;

	TRY(db_all(rq, &subject_model, &l,
		"SELECT * FROM grade_subjects WHERE operator = $1 ORDER BY CASE WHEN since <= $2 "
		"THEN since ELSE -since END DESC, CASE until WHEN 0 THEN $3 ELSE until END DESC "
		"LIMIT 1",
		operator, at, GRADE_NEVER));
	if (l.n) {
		*s = *LIST_OF(struct subject, &l);
		return OK;
	}
	enum err e = db_one(rq, &subject_model, s,
		"SELECT id AS id, id AS operator, kind, area, licence_no, registered_at, CASE "
		"state WHEN 'ACTIVE' THEN 1 ELSE 0 END AS active, registered_at AS since, CAST(0 "
		"AS bigint) AS until, CAST(0 AS bigint) AS due_at, '' AS profile FROM "
		"pub_operators WHERE id = $1",
		operator);
	return e == E_NOT_FOUND ? fail(rq, E_NOT_FOUND, "There is no such operator.") : e;
}

static enum err inputs_at(struct req *rq, int64_t operator, int64_t at, struct grade_facts *f)
{
	struct list l;

	TRY(db_all(rq, &input_model, &l,
		"SELECT " INPUT_COLUMNS
		" FROM grade_inputs i WHERE i.operator = $1 AND " INPUT_KNOWN_AT("$2"),
		operator, at));
	f->inputs = inputs_of(rq->arena, LIST_OF(struct input_row, &l), l.n);
	f->n = l.n;
	return OK;
}

enum err material_load(struct req *rq, int64_t operator, int64_t at, struct material *m)
{
	TRY(subject_at(rq, operator, at, &m->s));
	m->f = facts_of(&m->s, at);
	return inputs_at(rq, operator, at, &m->f);
}

/* ---- subjects ---------------------------------------------------------------------------------
 */
enum err subject_mark(struct req *rq, int64_t operator)
{
	return db_run(rq,
		"UPDATE grade_subjects SET due_at = 0 WHERE operator = $1 AND until = 0", operator);
}

static enum err subject_add(struct req *rq, int64_t operator, int64_t row)
{
	return db_run(rq,
		"INSERT INTO grade_subjects (id, operator, kind, area, licence_no, registered_at, "
		"active, since, until, due_at, profile) SELECT $1, o.id, o.kind, o.area, "
		"o.licence_no, o.registered_at, CASE o.state WHEN 'ACTIVE' THEN 1 ELSE 0 END, $2, "
		"0, 0, " PROFILE_OF("o.id") " FROM pub_operators o WHERE o.id = $3 ON CONFLICT DO "
					    "NOTHING",
		row, rq->now, operator);
}

enum err subject_follow(struct req *rq, int64_t operator)
{
	/* a row that says what the register says stays; another ends now */
	TRY(db_run(rq,
		"UPDATE grade_subjects SET until = $1 WHERE operator = $2 AND until = 0 AND NOT "
		"EXISTS (SELECT 1 FROM pub_operators o WHERE o.id = operator AND o.kind = "
		"grade_subjects.kind AND o.area = grade_subjects.area AND o.licence_no = "
		"grade_subjects.licence_no AND CASE o.state WHEN 'ACTIVE' THEN 1 ELSE 0 END = "
		"grade_subjects.active AND " PROFILE_OF("o.id") " = grade_subjects.profile)",
		rq->now, operator));
	return subject_add(rq, operator, id_new());
}

/* ---- hearing --------------------------------------------------------------------------------- */
static enum err after_hearing(struct req *rq, int64_t operator)
{
	TRY(grade_recompute(rq, operator));
	return subject_mark(rq, operator);
}

enum err grade_heard_inspection(struct req *rq, const struct event *e)
{
	const struct node *d;

	TRY(event_data(rq, e, &d));
	bool off_site = text_is(node_text(d, "kind", ""), "INSP_OFFSITE");
	TRY(db_run(rq,
		"INSERT INTO grade_inputs (id, operator, kind, ref, at, off_site, result, score, "
		"key_failed, general_failed, penalty, act, fine_fen, word, until, void, known_at, "
		"seq) VALUES ($1, $2, 'inspection', $3, $4, $5, $6, $7, $8, $9, '', '', 0, '', 0, "
		"0, $10, $11)",
		id_new(), e->entity, e->subject, node_int(d, "inspected_at", rq->now), off_site,
		node_text(d, "result", ""), node_int(d, "score", 0), node_int(d, "key_failed", 0),
		node_int(d, "general_failed", 0), rq->now, e->seq));
	TRY(after_hearing(rq, e->entity));
	return off_site ? OK
			: rerating_decide(
				  rq, e->entity, e->subject, node_int(d, "inspected_at", rq->now));
}

/* A decision without a penalty (first offence, slight) changes no grade. A fine beside a warning
 * counts as a fine. */
enum err grade_heard_decision(struct req *rq, const struct event *e)
{
	const struct node *d;

	TRY(event_data(rq, e, &d));
	const char *penalty = node_text(d, "penalty", "");
	int64_t fine = node_int(d, "fine_fen", 0);
	if (text_is(node_text(d, "outcome", "penalty"), "no_penalty") ||
		!text_starts(penalty, "PEN_"))
		return OK;
	penalty = arena_copy(rq->arena, penalty, strcspn(penalty, ",")); /* the heaviest first */
	if (fine > 0 && text_is(penalty, "PEN_WARN"))
		penalty = "PEN_FINE";
	TRY(db_run(rq,
		"INSERT INTO grade_inputs (id, operator, kind, ref, at, off_site, result, score, "
		"key_failed, general_failed, penalty, act, fine_fen, word, until, void, known_at, "
		"seq) VALUES ($1, $2, 'sanction', $3, $4, 0, '', 0, 0, 0, $5, $6, $7, '', 0, 0, "
		"$8, $9)",
		id_new(), e->entity, e->subject, node_int(d, "decided_at", rq->now), penalty,
		node_text(d, "act", ""), fine, rq->now, e->seq));
	return after_hearing(rq, e->entity);
}

/* A review or suit undid the decision: its penalty stays on file with that word and counts no more.
 * One that stands or was changed keeps it. */
enum err grade_heard_remedy(struct req *rq, const struct event *e)
{
	const struct node *d;

	TRY(event_data(rq, e, &d));
	const char *effect = node_text(d, "effect", "");
	if (!text_is(effect, "annulled") && !text_is(effect, "unlawful") &&
		!text_is(effect, "void"))
		return OK;
	TRY(db_run(rq,
		"INSERT INTO grade_inputs (id, operator, kind, ref, at, off_site, result, score, "
		"key_failed, general_failed, penalty, act, fine_fen, word, until, void, known_at, "
		"seq) SELECT $1, operator, kind, ref, at, off_site, result, score, key_failed, "
		"general_failed, penalty, act, fine_fen, $2, until, void, $3, $4 FROM grade_inputs "
		"WHERE kind = 'sanction' AND ref = $5 AND word = '' ORDER BY seq DESC LIMIT 1",
		id_new(), effect, rq->now, e->seq, e->subject));
	return after_hearing(rq, e->entity);
}

/* Another kind of business may be one that a scheme does not cover; another place has other
 * schemes. */
enum err grade_heard_operator(struct req *rq, const struct event *e)
{
	const struct node *d;

	TRY(event_data(rq, e, &d));
	if (!node_find(d, "kind") && !node_find(d, "area") && !node_find(d, "state") &&
		!node_find(d, "licence_no"))
		return OK;
	TRY(subject_follow(rq, e->entity));
	return node_find(d, "kind") ? grade_recompute(rq, e->entity) : OK;
}

enum err grade_heard_registered(struct req *rq, const struct event *e)
{
	return subject_add(rq, e->entity, e->entity); /* its first row has its own id */
}

/* accident.recorded, incident.recorded, incident.withdrawn: data as grade_incidents; void when
 * taken back. */
enum err grade_heard_incident(struct req *rq, const struct event *e)
{
	const struct node *d;
	bool accident = text_is(e->name, ACCIDENT_RECORDED);

	TRY(event_data(rq, e, &d));
	const char *word = node_text(d, "kind", "accident");
	accident = accident || text_is(word, "accident");
	const char *kind = accident						    ? "accident"
			   : text_is(word, "certificate") || text_is(word, "award") ? "merit"
										    : "trigger";
	int64_t last = node_int(d, "valid_to", 0);
	TRY(db_run(rq,
		"INSERT INTO grade_inputs (id, operator, kind, ref, at, off_site, result, score, "
		"key_failed, general_failed, penalty, act, fine_fen, word, until, void, known_at, "
		"seq) VALUES ($1, $2, $3, $4, $5, 0, '', 0, 0, 0, '', '', 0, $6, $7, $8, $9, $10)",
		id_new(), e->entity, kind, e->subject, node_int(d, "happened_at", rq->now),
		accident ? "" : word, last ? last + DAY : 0, text_is(e->name, INCIDENT_WITHDRAWN),
		rq->now, e->seq));
	return after_hearing(rq, e->entity);
}
