/* Letters that ask another office for help (协助调查函, O2 45): fifteen working days to answer,
 * more time when the office says so before they end. */
#include "domains/measures/measures.h"

#include "contracts/facts.h"

enum { TEXT = 1000 };

static enum err back(struct req *rq, const struct letter *l)
{
	return redirect(rq, "/cases/%" PRId64 "/measures", l->case_id);
}

enum err letter_save(struct req *rq, struct letter *l, const char *fact)
{
	TRY(db_update(rq, &letter_model, l));
	return emit(rq, fact, l->case_id, l->operator, json_of(rq, &letter_model, l));
}

/* An answer that comes late is still taken down in a case that is closed. */
static enum err allowed(struct req *rq, int64_t case_id, bool asks, struct measure_case *c)
{
	TRY(measure_case_load(rq, case_id, c));
	bool open = !text_is(c->state, "closed") && !text_is(c->state, "not_filed"),
	     of_case = rq->user->id == c->officer1 || rq->user->id == c->officer2;
	return measure_allow(rq, may_write_letter(of_case, open || !asks));
}

enum err letter_send(struct req *rq)
{
	const struct node *law;
	struct measure_case c;
	struct letter l = { .office = form_text(rq, "office"),
		.matter = form_text(rq, "matter"),
		.state = "sent",
		.extend_words = "",
		.answer = "",
		.sent_by = rq->user->id,
		.sent_at = rq->now };

	TRY(allowed(rq, rq->id, true, &c));
	if (!*l.office || !*l.matter || utf8_length(l.office) > 100 || utf8_length(l.matter) > TEXT)
		return fail(rq, E_INVALID,
			"Name the office and write what it is asked for (O2 article 45).");
	l.case_id = c.id;
	l.operator= c.operator;
	l.area = c.area;
	TRY(measure_law(rq, rq->now, &law));
	TRY(term_workdays(rq, rq->now, (int)node_int(law, "letter_workdays", 15), &l.due));
	TRY(letter_paper(rq, &l));
	TRY(db_insert(rq, &letter_model, &l));
	TRY(emit(rq, LETTER_SENT, l.case_id, l.operator, json_of(rq, &letter_model, &l)));
	return back(rq, &l);
}

static enum err load(struct req *rq, struct letter *l)
{
	struct measure_case c;

	TRY(db_one(rq, &letter_model, l, "SELECT * FROM letters WHERE id = $1", rq->id));
	TRY(in_area(rq, l->area));
	TRY(allowed(rq, l->case_id, false, &c));
	return text_is(l->state, "answered")
		       ? fail(rq, E_CONFLICT, "The office has answered already.")
		       : OK;
}

enum err letter_extend(struct req *rq)
{
	struct letter l;
	int64_t until = 0;
	const char *words = form_text(rq, "words");

	TRY(load(rq, &l));
	if (rq->now > l.due)
		return fail(rq, E_CONFLICT,
			"The office has to say so before its term ends (O2 article 45).");
	if (!date_parse(form_text(rq, "until"), &until) || until + DAY - 1 <= l.due || !*words ||
		utf8_length(words) > TEXT)
		return fail(rq, E_INVALID, "Give the later day and what the office wrote.");
	l.due = l.extended_to = until + DAY - 1;
	l.warned_at = 0;
	l.extend_words = words;
	TRY(letter_save(rq, &l, LETTER_EXTENDED));
	return back(rq, &l);
}

enum err letter_answer(struct req *rq)
{
	struct letter l;
	const char *answer = form_text(rq, "answer");

	TRY(load(rq, &l));
	if (!*answer || utf8_length(answer) > TEXT)
		return fail(rq, E_INVALID, "Write what the office answered, with number and day.");
	l.answer = answer;
	l.answered_at = rq->now;
	l.state = "answered";
	TRY(letter_save(rq, &l, LETTER_ANSWERED));
	return back(rq, &l);
}
