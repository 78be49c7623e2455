/* What is done with a request: entered, stopped and run on, given more time, answered; its term
 * told when it passes; who asked erased in the end. */
#include "contracts/facts.h"
#include "domains/disclosure/disclosure.h"

enum { WORDS_CHARS = 2000, SLICE = 50 };

static enum err back(struct req *rq, const struct disclosure *d)
{
	return redirect(rq, "/disclosures/%" PRId64, d->id);
}

static enum err words_read(struct req *rq, const char *field, const char **out)
{
	*out = form_text(rq, field);
	if (!**out || utf8_length(*out) > WORDS_CHARS)
		return fail(rq, E_INVALID, "Write it down, in at most 2,000 characters.");
	return OK;
}

static enum err allow(struct req *rq, const char *why_not)
{
	return why_not ? fail(rq, E_CONFLICT, "%s", tr(rq, why_not)) : OK;
}

/* Both structs from one form; E_INVALID when a field is wrong. */
static enum err request_read(struct req *rq, struct disclosure *d, struct applicant *a)
{
	enum err one = form_read(rq, &disclosure_model, d),
		 two = form_read(rq, &applicant_model, a);

	if (one && one != E_INVALID)
		return one;
	if (two && two != E_INVALID)
		return two;
	if (!one && d->received_day > rq->now)
		field_error(rq, "received_day", "Not in the future, please.");
	return one || two || form_failed(rq) ? E_INVALID : OK;
}

enum err disclosure_create(struct req *rq)
{
	const struct node *law;
	struct disclosure d = { .state = "open",
		.waits_words = "",
		.extended_why = "",
		.answer = "",
		.answer_words = "" };
	struct applicant a = { 0 };
	enum err bad = request_read(rq, &d, &a);
	int64_t n;
	int year = civil_of(rq->now).year;

	if (bad && bad != E_INVALID)
		return bad;
	if (bad) {
		show_form(rq, "request", &disclosure_model, &d);
		show_form(rq, "applicant", &applicant_model, &a);
		return form_again(rq, "disclosure/form");
	}
	TRY(disclosure_law(rq, rq->now, &law));
	TRY(next_number(rq, arena_printf(rq->arena, "disclosure:%d", year), &n));
	d.number = arena_printf(rq->arena, "依申请〔%d〕%d号", year, (int)n);
	TRY(term_workdays(rq, d.received_day, (int)node_int(law, "answer_workdays", 20), &d.due));
	d.entered_by = rq->user->id;
	d.entered_at = rq->now;
	TRY(disclosure_save(rq, &d, DISCLOSURE_RECEIVED,
		json_pairs(rq, "number", d.number, "due", date_text(rq->arena, d.due), NULL)));
	TRY(db_run(rq,
		"INSERT INTO disclosure_applicants (disclosure, name, contact) VALUES ($1, $2, "
		"$3)",
		d.id, a.name, a.contact));
	notice(rq, "The request is on file; its term runs.");
	return back(rq, &d);
}

static enum err facts_of(struct req *rq, const struct disclosure *d, const struct node *law,
	struct disclosure_facts *f)
{
	*f = (struct disclosure_facts){ .state = d->state,
		.mended = d->mended,
		.extended = d->extended_at > 0,
		.now = rq->now };
	return term_workdays(
		rq, d->received_day, (int)node_int(law, "mend_within_workdays", 7), &f->mend_until);
}

/* Loads it with the rule of its time and what the rules look at. */
static enum err step_load(
	struct req *rq, struct disclosure *d, const struct node **law, struct disclosure_facts *f)
{
	TRY(disclosure_load(rq, d));
	TRY(disclosure_law(rq, d->received_day, law));
	return facts_of(rq, d, *law, f);
}

enum err disclosure_wait(struct req *rq)
{
	struct disclosure d;
	struct disclosure_facts f;
	const struct node *law;
	const char *kind = form_text(rq, "kind");
	int left;

	TRY(step_load(rq, &d, &law, &f));
	TRY(allow(rq, wait_refused(&f, kind)));
	TRY(words_read(rq, "words", &d.waits_words));
	TRY(workdays_left(rq, d.due, &left));
	d.days_left = left > 0 ? left : 0;
	d.state = kind;
	d.mended = d.mended || text_is(kind, "mend");
	TRY(disclosure_save(rq, &d, DISCLOSURE_WAITS,
		json_pairs(rq, "for", kind, "words", d.waits_words, NULL)));
	return back(rq, &d);
}

/* Corrected, its term begins anew (article 30); after a third party's view what was left runs on
 * (article 33). */
enum err disclosure_resume(struct req *rq)
{
	struct disclosure d;
	struct disclosure_facts f;
	const struct node *law;

	TRY(step_load(rq, &d, &law, &f));
	bool mend = text_is(d.state, "mend");
	if (!mend && !text_is(d.state, "third"))
		return fail(rq, E_CONFLICT, "Nothing is waited for.");
	int days = mend ? (int)node_int(law, "answer_workdays", 20) : (int)d.days_left;
	TRY(term_workdays(rq, rq->now, days, &d.due));
	d.state = "open";
	d.days_left = 0;
	TRY(disclosure_save(rq, &d, DISCLOSURE_RESUMED,
		json_pairs(rq, "due", date_text(rq->arena, d.due), NULL)));
	return back(rq, &d);
}

enum err disclosure_extend(struct req *rq)
{
	struct disclosure d;
	struct disclosure_facts f;
	const struct node *law;

	TRY(step_load(rq, &d, &law, &f));
	TRY(allow(rq, extend_refused(&f)));
	TRY(words_read(rq, "why", &d.extended_why));
	TRY(term_workdays(rq, d.due, (int)node_int(law, "more_workdays", 20), &d.due));
	d.extended_at = rq->now;
	d.extended_by = rq->user->id;
	TRY(disclosure_save(rq, &d, DISCLOSURE_EXTENDED,
		json_pairs(rq, "why", d.extended_why, "due", date_text(rq->arena, d.due), NULL)));
	notice(rq, "Tell the applicant of the longer term (OGI article 33).");
	return back(rq, &d);
}

enum err disclosure_answer(struct req *rq)
{
	struct disclosure d;
	struct disclosure_facts f;
	const struct node *law;
	const char *code = form_text(rq, "answer");

	TRY(step_load(rq, &d, &law, &f));
	TRY(allow(rq, answer_refused(&f, disclosure_answer_of(law, code))));
	TRY(words_read(rq, "words", &d.answer_words));
	d.in_time = !text_is(d.state, "open") || d.due >= rq->now;
	d.answer = code;
	d.state = "answered";
	d.answered_by = rq->user->id;
	d.answered_at = rq->now;
	TRY(disclosure_save(rq, &d, DISCLOSURE_ANSWERED,
		json_pairs(rq, "answer", code, "in_time", d.in_time ? "1" : "0", NULL)));
	return back(rq, &d);
}

/* ---- each minute ------------------------------------------------------- */
static enum err overdue_tell(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &disclosure_model, &l,
		"SELECT * FROM disclosures WHERE state = 'open' AND due < $1 AND warned_due <> due "
		"ORDER BY due LIMIT $2",
		rq->now, (int64_t)SLICE));
	for (struct disclosure *d = LIST_OF(struct disclosure, &l);
		d < LIST_END(struct disclosure, &l); d++) {
		d->warned_due = d->due;
		TRY(disclosure_save(rq, d, DISCLOSURE_OVERDUE,
			json_pairs(rq, "due", date_text(rq->arena, d->due), NULL)));
	}
	return OK;
}

/* The day so many months back; of a day that a month may lack, the 28th. */
static int64_t months_before(int64_t now, int64_t months)
{
	struct civil c = civil_of(now);
	int64_t m = c.year * 12 + c.month - 1 - months;

	return civil_to_ms((struct civil){ .year = (int)(m / 12),
		.month = (int)(m % 12) + 1,
		.day = c.day > 28 ? 28 : c.day });
}

static enum err applicants_erase(struct req *rq)
{
	const struct node *law;
	struct list l;

	TRY(disclosure_law(rq, rq->now, &law));
	TRY(db_all(rq, &disclosure_model, &l,
		"SELECT * FROM disclosures WHERE state = 'answered' AND erased_at = 0 AND "
		"answered_at < $1 ORDER BY answered_at LIMIT $2",
		months_before(rq->now, node_int(law, "erase_months", 36)), (int64_t)SLICE));
	for (struct disclosure *d = LIST_OF(struct disclosure, &l);
		d < LIST_END(struct disclosure, &l); d++) {
		TRY(db_run(rq, "DELETE FROM disclosure_applicants WHERE disclosure = $1", d->id));
		d->erased_at = rq->now;
		TRY(disclosure_save(rq, d, DISCLOSURE_ERASED, NULL));
	}
	return OK;
}

enum err disclosures_every_minute(struct req *rq)
{
	TRY(overdue_tell(rq));
	return applicants_erase(rq);
}
