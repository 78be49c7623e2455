#include "domains/inspections/protocol_rules.h"

#include <string.h>

const struct choice correction_states[] = {
	{ "ORDERED", "To be corrected", "yellow" },
	{ "SUBMITTED", "Correction sent", "info" },
	{ "VERIFIED_OK", "Correction accepted", "green" },
	{ "REJECTED", "Correction refused", "red" },
	{ "OVERDUE", "Overdue", "red" },
	{ "CASE", "Given over to a case", "red" },
	{ NULL },
};

const struct choice notice_answers[] = {
	{ "none", "No inspector has to withdraw" },
	{ "recusal", "Asks that an inspector withdraws" },
	{ NULL },
};

static const char *signatures_problem(const struct protocol_facts *f, const char **field)
{
	*field = "sign1";
	if (!f->signed1 || !f->signed2)
		return "Both inspectors sign the record (order 49, article 34).";
	*field = "sign_party";
	if (f->by_video)
		return NULL;
	if (f->signed_party)
		return *f->refusal ? "Either the operator signed, or it refused: not both." : NULL;
	*field = "refusal";
	if (!*f->refusal)
		return "The operator signs, or its refusal is noted with the reason (order 49, "
		       "article 34).";
	*field = "witness";
	if (!*f->witness || !f->signed_witness)
		return "A refusal needs the name and signature of a witness (order 49, article "
		       "34).";
	return NULL;
}

static const char *start_problem(const struct protocol_facts *f, const char **field)
{
	*field = "cards_shown";
	if (!f->cards_shown)
		return "Both inspectors show their cards before they begin (order 49, article 24).";
	*field = "notice_read";
	if (!f->notice_read)
		return "The notice is read to the operator before the inspection.";
	*field = "notice_answer";
	if (!text_is(f->notice_answer, "none") && !text_is(f->notice_answer, "recusal"))
		return "Note what the operator answered to the notice.";
	*field = "recusal";
	if (text_is(f->notice_answer, "recusal") && !*f->recusal)
		return "Withdrawal was asked for: note how it was decided before going on (order "
		       "49, article 23).";
	*field = "met";
	return *f->met ? NULL : "Note who of the business was there.";
}

/* A check by video: nobody is met, read to or signs; pictures and two inspectors carry it. */
static const char *video_problem(const struct protocol_facts *f, const char **field)
{
	*field = "kind";
	if (!f->reachable)
		return "The result of a check by video goes to the telephone of the business, and "
		       "none is on file. Inspect on site.";
	*field = "photos";
	if (f->stills < 1)
		return "A check by video holds at least one picture of a camera of the business.";
	*field = "risk";
	if (f->stop)
		return "Business is stopped on site, not by video.";
	*field = "sign_party";
	if (f->signed_party || f->signed_witness || *f->refusal)
		return "The operator does not sign a check by video: the result is sent to it.";
	return NULL;
}

const char *protocol_problem(const struct protocol_facts *f, const char **field)
{
	const char *problem = f->by_video ? video_problem(f, field) : start_problem(f, field);

	if (problem)
		return problem;
	*field = "obstruction_words";
	if (*f->obstruction && !*f->obstruction_words)
		return "Describe the obstruction (order 49, article 49).";
	*field = "ended_at";
	if (f->started_at <= 0 || f->ended_at < f->started_at)
		return "The inspection ends after it began.";
	/* the offset was measured while sending: a minute is within what a line can take */
	if (f->ended_at > f->now + MINUTE)
		return "The day lies in the future.";
	problem = signatures_problem(f, field);
	if (!problem)
		*field = NULL;
	return problem;
}

const char *finding_problem(enum verdict v, const char *codes, const char *words)
{
	if (utf8_length(words) > 500)
		return "At most 500 characters, please.";
	if (v == FAILED && !*codes && !*words)
		return "Say what was found at this item.";
	if (v == NOT_APPLICABLE && !*words)
		return "Say why this item does not apply.";
	return NULL;
}

const char *handling_of(const char *result, bool risk)
{
	if (text_is(result, "CONFORM"))
		return "PASS";
	return risk && text_is(result, "NOT_CONFORM") ? "STOP" : "ORDER";
}

int64_t inspection_day(int64_t ms)
{
	struct civil c = civil_of(ms);

	return civil_to_ms((struct civil){ .year = c.year, .month = c.month, .day = c.day });
}

const char *may_submit(const char *state)
{
	if (text_is(state, "ORDERED") || text_is(state, "REJECTED") || text_is(state, "OVERDUE"))
		return NULL;
	return text_is(state, "SUBMITTED")
		       ? "This correction was sent already; an officer looks at it."
		       : "This correction is closed.";
}

const char *may_check(const char *state)
{
	return text_is(state, "SUBMITTED") ? NULL : "Nothing was sent that could be checked.";
}

const char *may_make_case(const char *state)
{
	return text_is(state, "OVERDUE") || text_is(state, "REJECTED")
		       ? NULL
		       : "Only what is overdue or was refused becomes a case.";
}

bool correction_late(const char *state, int64_t due, int64_t now)
{
	return now > due && (text_is(state, "ORDERED") || text_is(state, "REJECTED"));
}

const char *rating_problem(const struct rating_facts *f)
{
	if (!f->inspected_at)
		return "The inspection is not finished; you can rate it afterwards.";
	if (f->rated_at)
		return "This inspection was rated already. Thank you.";
	if (f->now > f->inspected_at + f->days * DAY)
		return "The time for rating this inspection is over.";
	return f->rating >= 1 && f->rating <= 5 ? NULL : "Choose one to five.";
}
