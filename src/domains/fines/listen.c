/* What others tell the room of fines: a decision, a paper served, a statement of the bank. */
#include "domains/fines/fines.h"

#include "contracts/facts.h"

#include <string.h>

struct decided_case {
	int64_t operator, area, officer1, officer2, decision_paper;
	const char *number;
};
static const struct model decided_model = MODEL("pub_cases", struct decided_case,
	FIELDS(STORED(struct decided_case, operator), STORED(struct decided_case, area),
		STORED(struct decided_case, officer1), STORED(struct decided_case, officer2),
		STORED(struct decided_case, decision_paper), STORED(struct decided_case, number)));

static enum err data_of(struct req *rq, const struct event *e, const struct node **out)
{
	struct node *n;
	struct fault why = { 0 };
	struct bytes text = { (const uint8_t *)e->data, strlen(e->data) };

	if (json_parse(rq->arena, text, &n, &why))
		return fail(rq, E_INTERNAL, "The fact cannot be read: %s", why.text);
	*out = n;
	return OK;
}

static enum err code_take(struct req *rq, const char **code)
{
	int64_t seq;
	int year = civil_of(rq->now).year;
	char out[SLIP_CODE + 1];

	TRY(next_number(rq, arena_printf(rq->arena, "fine:%d", year), &seq));
	slip_code_make(year, seq, setting(rq, "bank_office", "310112"), out);
	*code = arena_dup(rq->arena, out);
	return OK;
}

static void nothing_yet(struct fine *f)
{
	f->plan_state = f->plan_kind = f->plan_words = f->plan_opinion = f->plan_reason = "";
	f->demand_words = f->demand_view = f->court_result = f->court_words = f->settled_how = "";
}

enum err on_fine_decided(struct req *rq, const struct event *e)
{
	const struct node *n;
	struct decided_case c;
	int64_t there;

	TRY(data_of(rq, e, &n));
	struct fine f = { .case_id = e->subject,
		.operator= e->entity,
		.simple = !text_is(node_text(n, "procedure", "simple"), "ordinary"),
		.fine_fen = node_int(n, "fine_fen", 0),
		.confiscated_fen = node_int(n, "confiscated_fen", 0),
		.state = "awaiting",
		.opened_at = rq->now };
	if (f.fine_fen + f.confiscated_fen <= 0 ||
		!text_is(node_text(n, "outcome", "penalty"), "penalty"))
		return OK;
	TRY(db_int(rq, &there, "SELECT count(*) FROM fines WHERE case_id = $1", e->subject));
	if (there)
		return OK;
	enum err found = db_one(rq, &decided_model, &c,
		"SELECT operator, area, officer1, officer2, decision_paper, number FROM pub_cases "
		"WHERE id = $1",
		e->subject);
	if (found == E_NOT_FOUND) /* told of a case that is kept elsewhere: not ours to collect */
		return OK;
	TRY(found);
	f.area = c.area;
	f.number = c.number;
	f.officer1 = c.officer1;
	f.officer2 = c.officer2;
	f.decision_paper = c.decision_paper;
	nothing_yet(&f);
	TRY(code_take(rq, &f.slip_code));
	TRY(fine_slip_order(rq, &f));
	TRY(db_insert(rq, &fine_model, &f));
	return emit(rq, FINE_OPENED, f.case_id, f.operator, json_of(rq, &fine_model, &f));
}

/* The 15 days run from the day after the party received the decision (APL 67). */
static enum err decision_served(struct req *rq, struct fine *f, int64_t at)
{
	const struct node *law;

	if (f->served_at || f->settled_at)
		return OK;
	TRY(fine_terms(rq, at, &law));
	f->served_at = at;
	TRY(term_days(rq, at, (int)node_int(law, "pay_days", 15), &f->pay_due));
	if (f->simple)
		TRY(term_days(rq, at, (int)node_int(law, "simple_review_days", 60), &f->suit_due));
	else
		TRY(fine_months(rq, at, (int)node_int(law, "suit_months", 6), &f->suit_due));
	f->state = "due";
	TRY(fine_clock_start(
		rq, (struct fine_clock){ .fine = f->id, .kind = "pay", .due = f->pay_due }));
	TRY(fine_court_watch(rq, f));
	return fine_save(rq, f, FINE_DUE,
		json_pairs(rq, "served_at", time_iso(rq->arena, at), "due",
			date_text(rq->arena, f->pay_due), NULL));
}

/* Ten working days after the demand was served (AEL 54, 69). */
static enum err demand_served(struct req *rq, struct fine *f, int64_t at)
{
	const struct node *law;

	if (f->demand_served_at || f->settled_at)
		return OK;
	TRY(fine_terms(rq, at, &law));
	f->demand_served_at = at;
	TRY(term_workdays(rq, at, (int)node_int(law, "demand_workdays", 10), &f->demand_due));
	TRY(fine_clock_start(
		rq, (struct fine_clock){ .fine = f->id, .kind = "demand", .due = f->demand_due }));
	TRY(fine_court_watch(rq, f));
	return fine_save(rq, f, FINE_DEMAND_SERVED,
		json_pairs(rq, "served_at", time_iso(rq->arena, at), "due",
			date_text(rq->arena, f->demand_due), NULL));
}

enum err on_fine_paper_served(struct req *rq, const struct event *e)
{
	const struct node *n;
	struct fine f;

	TRY(data_of(rq, e, &n));
	int64_t paper = node_int(n, "paper", 0), at = node_int(n, "served_at", rq->now);
	if (!paper)
		return OK;
	enum err found = db_one(rq, &fine_model, &f,
		"SELECT * FROM fines WHERE decision_paper = $1 OR demand_paper = $1", paper);
	if (found == E_NOT_FOUND)
		return OK;
	TRY(found);
	return paper == f.decision_paper ? decision_served(rq, &f, at) : demand_served(rq, &f, at);
}

/* What a review or suit did to the fine: its term for suit anew; annulled, nothing is owed any
 * more, also when it was paid (what was paid goes back); changed, the new sum. */
static enum err remedy_takes(struct req *rq, struct fine *f, const struct node *n)
{
	const struct node *law;
	const char *effect = node_text(n, "effect", "");
	int64_t ended = node_int(n, "ended_at", rq->now);

	TRY(fine_terms(rq, rq->now, &law));
	/* after a review the suit is open for 15 days more; after a suit nothing is */
	f->suit_due = ended + DAY - 1;
	if (text_is(node_text(n, "kind", ""), "review"))
		TRY(term_days(
			rq, ended, (int)node_int(law, "suit_after_review_days", 15), &f->suit_due));
	if (text_is(effect, "changed")) {
		f->fine_fen = node_int(n, "fine_fen", 0);
		if (f->late_fen > f->fine_fen)
			f->late_fen = f->fine_fen;
	}
	TRY(fine_court_watch(rq, f)); /* the term for the court begins with the outcome (O2 76) */
	TRY(fine_save(rq, f, FINE_CHANGED,
		json_pairs(rq, "effect", effect, "fine", fine_number(rq, f->fine_fen), "suit_due",
			date_text(rq->arena, f->suit_due), NULL)));
	if (text_is(effect, "annulled") || text_is(effect, "void"))
		return fine_settle(rq, f, "annulled", node_text(n, "words", ""));
	return fine_settle_if_done(rq, f);
}

/* Meanwhile no term for the court runs. */
enum err on_fine_remedy_begun(struct req *rq, const struct event *e)
{
	struct fine f;
	enum err found =
		db_one(rq, &fine_model, &f, "SELECT * FROM fines WHERE case_id = $1", e->subject);

	if (found == E_NOT_FOUND)
		return OK;
	TRY(found);
	TRY(fine_court_watch(rq, &f));
	return fine_save(rq, &f, FINE_CHANGED, json_pairs(rq, "effect", "waits", NULL));
}

enum err on_fine_remedy_ended(struct req *rq, const struct event *e)
{
	const struct node *n;
	struct fine f;

	TRY(data_of(rq, e, &n));
	enum err found =
		db_one(rq, &fine_model, &f, "SELECT * FROM fines WHERE case_id = $1", e->subject);
	if (found == E_NOT_FOUND)
		return OK;
	TRY(found);
	return remedy_takes(rq, &f, n);
}

/* A file that the bank left for us, brought by the adapter: taken as an uploaded one. One that
 * cannot be read is kept with the reason and seen on the page of payments. */
enum err on_bank_statement(struct req *rq, const struct event *e)
{
	const struct node *n;
	int64_t there;

	TRY(data_of(rq, e, &n));
	const struct fine_reading r = { .name = node_text(n, "name", ""),
		.sm3 = node_text(n, "sm3", ""),
		.sha256 = node_text(n, "sha256", "") };
	TRY(db_int(rq, &there, "SELECT count(*) FROM pub_fine_statements WHERE sm3 = $1", r.sm3));
	return there ? OK : fine_statement_begin(rq, &r);
}
