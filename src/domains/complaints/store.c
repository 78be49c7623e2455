/* One way in, one way to write; who is meant; and what is erased when its time is over. */
#include "domains/complaints/complaints.h"

#include "contracts/facts.h"

enum { SLICE = 100 };

enum err complaint_terms(struct req *rq, int64_t at, const struct node **out)
{
	return rules(rq, "complaints/terms", at, out);
}

enum err complaint_load(struct req *rq, int64_t id, struct complaint *c)
{
	TRY(db_one(rq, &complaint_model, c, "SELECT * FROM complaints WHERE id = $1", id));
	return in_area(rq, c->area);
}

/* What the ledger says of it: neither the text nor who sent it. */
static const char *said(struct req *rq, const struct complaint *c, const char *words)
{
	return json_pairs(rq, "number", c->number, "kind", c->kind, "state", c->state, "outcome",
		c->outcome, "due", c->due_at ? date_text(rq->arena, c->due_at) : "", "words", words,
		NULL);
}

enum err complaint_save(struct req *rq, struct complaint *c, const char *fact, const char *words)
{
	TRY(db_update(rq, &complaint_model, c));
	return emit(rq, fact, c->id, c->operator, said(rq, c, words));
}

/* ---- who is meant ------------------------------------------------------------------------------
 */
struct candidate_row {
	int64_t id, area;
};
static const struct model candidate_model = MODEL("pub_operators", struct candidate_row,
	FIELDS(STORED(struct candidate_row, id), STORED(struct candidate_row, area)));

static bool only_one(struct complaint *c, const struct list *l)
{
	if (l->n != 1)
		return false;
	c->operator= LIST_OF(struct candidate_row, l)->id;
	c->area = LIST_OF(struct candidate_row, l)->area;
	return true;
}

enum err complaint_match(struct req *rq, struct complaint *c)
{
	struct list l = { 0 };

	if (c->operator)
		return OK;
	if (*c->subject_no)
		TRY(db_all(rq, &candidate_model, &l,
			"SELECT id, area FROM pub_operators WHERE licence_no = $1 OR uscc = $1 "
			"ORDER BY id LIMIT 3",
			c->subject_no));
	if (only_one(c, &l))
		return OK;
	TRY(db_all(rq, &candidate_model, &l,
		"SELECT id, area FROM pub_operators WHERE name = $1 ORDER BY id LIMIT 3",
		c->subject_name));
	if (only_one(c, &l) || !*c->subject_address)
		return OK;
	TRY(db_all(rq, &candidate_model, &l,
		"SELECT id, area FROM pub_operators WHERE name = $1 AND address = $2 ORDER BY id "
		"LIMIT 3",
		c->subject_name, c->subject_address));
	(void)only_one(c, &l);
	return OK;
}

/* ---- received
 * ------------------------------------------------------------------------------------ */
static enum err number_give(struct req *rq, struct complaint *c)
{
	struct civil day = civil_of(rq->now);
	int64_t n;

	if (*c->number)
		return OK;
	TRY(next_number(rq, arena_printf(rq->arena, "complaint:%d", day.year), &n));
	c->number = arena_printf(rq->arena, "TSJB-%d-%05" PRId64, day.year, n);
	return OK;
}

static enum err reporter_keep(struct req *rq, const struct complaint *c, const struct reporter *r)
{
	if (!c->named)
		return OK;
	return db_run(rq,
		"INSERT INTO complaint_reporters (complaint, reporter_name, reporter_phone, "
		"reporter_address) VALUES ($1, $2, $3, $4)",
		c->id, r->reporter_name, r->reporter_phone, r->reporter_address);
}

enum err complaint_receive(struct req *rq, struct complaint *c, struct reporter *r)
{
	const struct node *law;
	int64_t there;
	bool report = text_is(c->kind, "report");

	TRY(number_give(rq, c));
	TRY(db_int(rq, &there, "SELECT count(*) FROM complaints WHERE number = $1", c->number));
	if (there)
		return fail(rq, E_CONFLICT, "The number %s is on the register already.", c->number);
	TRY(complaint_match(rq, c));
	if (!c->area)
		c->area = rq->user->area;
	TRY(complaint_terms(rq, c->received_at, &law));
	TRY(term_workdays(rq, c->received_at,
		(int)node_int(law, report ? "check_workdays" : "accept_workdays", 7), &c->due_at));
	c->named = *r->reporter_name || *r->reporter_phone || *r->reporter_address;
	c->state = "received";
	c->outcome = c->words = c->answer_way = c->check_words = "";
	c->rule_version = node_text(law, "version", "");
	c->entered_by = rq->user->id;
	c->entered_at = rq->now;
	TRY(db_insert(rq, &complaint_model, c));
	TRY(reporter_keep(rq, c, r));
	return emit(rq, COMPLAINT_RECEIVED, c->id, c->operator, said(rq, c, c->matter));
}

/* Mediation ends within 60 days (since 2026-04-15), before that within 45 working days. */
enum err complaint_accept_it(struct req *rq, struct complaint *c)
{
	const struct node *law;
	const char *why = may_accept_complaint(c->kind, c->state);

	if (why)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	TRY(complaint_terms(rq, rq->now, &law));
	c->state = "accepted";
	c->accepted_at = rq->now;
	c->rule_version = node_text(law, "version", "");
	int days = (int)node_int(law, "mediate_days", 0);
	if (days)
		TRY(term_days(rq, rq->now, days, &c->due_at));
	else
		TRY(term_workdays(
			rq, rq->now, (int)node_int(law, "mediate_workdays", 45), &c->due_at));
	return complaint_save(rq, c, COMPLAINT_ACCEPTED, "");
}

/* ---- erased
 * ---------------------------------------------------------------------------------------- */
enum err complaints_every_minute(struct req *rq)
{
	const struct node *law;
	struct list l;

	TRY(complaint_terms(rq, rq->now, &law));
	TRY(db_all(rq, &complaint_model, &l,
		"SELECT * FROM complaints WHERE state = 'closed' AND erased_at = 0 AND closed_at < "
		"$1 ORDER BY closed_at LIMIT $2",
		erase_before(rq->now, node_int(law, "erase_months", 36)), (int)SLICE));
	for (struct complaint *c = LIST_OF(struct complaint, &l);
		c < LIST_END(struct complaint, &l); c++) {
		TRY(db_run(rq, "DELETE FROM complaint_reporters WHERE complaint = $1", c->id));
		c->text = "";
		c->erased_at = rq->now;
		TRY(complaint_save(rq, c, COMPLAINT_ERASED, ""));
	}
	return OK;
}
