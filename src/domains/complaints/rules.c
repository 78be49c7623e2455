#include "domains/complaints/rules.h"

enum { SOON = 2 };

static bool report(const char *kind)
{
	return text_is(kind, "report");
}

const char *may_accept_complaint(const char *kind, const char *state)
{
	if (report(kind))
		return "Reports are checked, not accepted: decide whether to file.";
	return text_is(state, "received") ? NULL : "This complaint has been accepted or has ended.";
}

bool outcome_fits(const char *kind, const char *outcome)
{
	static const char *const of_complaint[] = { "settled", "not_settled", "withdrawn",
		"refused", "transferred", NULL };
	static const char *const of_report[] = { "filed", "not_filed", "transferred", NULL };

	for (const char *const *o = report(kind) ? of_report : of_complaint; *o; o++)
		if (text_is(*o, outcome))
			return true;
	return false;
}

const char *may_decide_complaint(const char *kind, const char *state, const char *outcome)
{
	if (text_is(state, "decided") || text_is(state, "closed"))
		return "This one has been decided.";
	if (!outcome_fits(kind, outcome))
		return "Choose an outcome of this kind.";
	if (report(kind) || text_is(outcome, "withdrawn") || text_is(outcome, "transferred"))
		return NULL;
	if (text_is(outcome, "refused"))
		return text_is(state, "received")
			       ? NULL
			       : "It has been accepted: mediation is ended, not refused.";
	return text_is(state, "accepted") ? NULL : "Accept the complaint first.";
}

const char *may_extend_complaint(const char *kind, const char *state, int64_t extended_at)
{
	if (!report(kind))
		return "Only the check of a report is extended.";
	if (!text_is(state, "received"))
		return "This one has been decided.";
	return extended_at ? "The term has been extended once; the law allows no more." : NULL;
}

const char *may_answer_complaint(const char *state)
{
	return text_is(state, "decided") ? NULL : "Nobody waits to be told.";
}

bool has_to_be_told(const char *kind, bool named)
{
	return named || !report(kind);
}

enum clock_tone complaint_clock(const char *state, int left)
{
	if (text_is(state, "closed"))
		return CLOCK_NONE;
	return left < 0 ? CLOCK_OVER : left <= SOON ? CLOCK_SOON : CLOCK_TIME;
}

int64_t erase_before(int64_t now, int64_t months)
{
	struct civil c = civil_of(now);
	int64_t all = (int64_t)c.year * 12 + c.month - 1 - months;

	return civil_to_ms(
		(struct civil){ .year = (int)(all / 12), .month = (int)(all % 12) + 1, .day = 1 });
}
