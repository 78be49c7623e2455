#include "domains/fines/rules.h"

#include <stdio.h>
#include <string.h>

static bool in(const struct fine_facts *f, const char *state)
{
	return strcmp(f->state, state) == 0;
}

static bool plan_is(const struct fine_facts *f, const char *state)
{
	return strcmp(f->plan_state, state) == 0;
}

static const char *over(const struct fine_facts *f)
{
	return in(f, "settled") ? "This fine is settled." : NULL;
}

const char *may_collect(
	const struct fine_facts *f, const struct fine_bounds *b, const struct collecting *c)
{
	if (over(f))
		return over(f);
	if (f->paid_fen)
		return "Part of it has been paid to the bank: the rest goes there too (APL article "
		       "67).";
	if (strcmp(c->why, "small") == 0) {
		if (!f->simple || f->fine_fen > b->small_fen)
			return "Only a small fine imposed on the spot may be collected for its "
			       "amount: this one is above the bound (APL article 68(1)).";
	} else if (strcmp(c->why, "hard") == 0) {
		if (!f->simple || f->fine_fen > b->hard_fen)
			return "That it is hard to enforce later counts only for a fine of the "
			       "simple "
			       "procedure (APL article 68(2); O2 article 72(2)).";
	} else if (strcmp(c->why, "remote") == 0) {
		if (!*c->words)
			return "In a remote place the party has to ask for it: write down its "
			       "request "
			       "(APL article 69).";
	} else {
		return "The office may not collect a fine itself but in three cases: choose which "
		       "(APL articles 67 to 69; O2 article 72).";
	}
	return *c->receipt_no
		       ? NULL
		       : "Give the number of the finance ministry's receipt: without one the "
			 "party may refuse to pay (APL article 70).";
}

const char *may_ask_plan(const struct fine_facts *f, const char *words)
{
	if (over(f))
		return over(f);
	if (!f->served_at)
		return "The decision has not been served yet.";
	if (in(f, "court"))
		return "The court has been asked to enforce it; write to the court.";
	if (plan_is(f, "asked") || plan_is(f, "proposed"))
		return "Your request is being looked at.";
	if (plan_is(f, "approved"))
		return "A plan has been approved already.";
	if (plan_is(f, "broken"))
		return "A day of the approved plan was missed: pay what is due (O2 article 74).";
	return *words ? NULL
		      : "Write why you cannot pay in time: the request is made in writing (O2 "
			"article "
			"74).";
}

const char *may_propose_plan(const struct fine_facts *f, const char *opinion)
{
	if (over(f))
		return over(f);
	if (!plan_is(f, "asked"))
		return "The party has to ask in writing first (O2 article 74; APL article 66).";
	return *opinion ? NULL : "Write your opinion on the request (O2 article 74).";
}

const char *may_decide_plan(const struct fine_facts *f, int64_t user, const char *reason)
{
	if (over(f))
		return over(f);
	if (!plan_is(f, "proposed"))
		return "An officer of the case has to propose first (O2 article 74).";
	if (user == f->plan_by)
		return "Who proposed does not approve (O2 article 74).";
	return *reason ? NULL : "Write the reason: the party gets it in writing (O2 article 74).";
}

/* What stands against a demand and against the court alike. */
static const char *not_yet(const struct fine_facts *f)
{
	if (over(f))
		return over(f);
	if (!f->served_at || f->now <= f->pay_due)
		return "The term for paying is still running (APL article 67; O2 article 72).";
	if (plan_is(f, "approved") && f->now <= f->plan_until)
		return "Payment has been deferred: the plan is still running (O2 articles 74 and "
		       "76).";
	if (f->remedy)
		return "A review or suit is running (O2 article 76; AEL article 53).";
	return NULL;
}

const char *may_demand(const struct fine_facts *f)
{
	const char *why = not_yet(f);

	if (why)
		return why;
	if (f->demanded_at)
		return "The party has been called on already (AEL article 54).";
	if (f->after_suit_term && f->now <= f->suit_due)
		return "The term for review and suit is still running (O2 article 76; AEL article "
		       "53).";
	return NULL;
}

const char *may_answer_demand(const struct fine_facts *f, const char *words)
{
	if (over(f))
		return over(f);
	if (!f->demanded_at)
		return "You have not been called on to pay.";
	if (f->court_at)
		return "The court has been asked already.";
	return *words ? NULL : "Write what you have to say.";
}

const char *may_judge_demand(const struct fine_facts *f, const char *view)
{
	if (!f->demand_words)
		return "The party has said nothing on the demand.";
	if (f->court_at)
		return "The court has been asked already.";
	return *view ? NULL : "Say what became of the party's statement and why (AEL article 36).";
}

const char *may_apply_to_court(const struct fine_facts *f)
{
	const char *why = not_yet(f);

	if (why)
		return why;
	if (f->court_at)
		return "The court has been asked already.";
	if (f->now <= f->suit_due)
		return "The term for review and suit is still running (O2 article 76; AEL article "
		       "53).";
	if (!f->demanded_at)
		return "The party has to be called on first (AEL article 54; O2 article 76).";
	if (!f->demand_served_at)
		return "The demand has not been served yet (AEL articles 38 and 54).";
	if (f->now <= f->demand_due)
		return "Ten working days after the demand are not over (AEL articles 54 and 69; O2 "
		       "article 76).";
	if (f->demand_words && !f->demand_view)
		return "Say first what became of the party's statement (AEL article 36).";
	if (f->now > f->court_due)
		return "Three months after the term for review and suit are over: the court would "
		       "not "
		       "take it (AEL article 53; O2 article 76).";
	return NULL;
}

const char *may_note_court(const struct fine_facts *f)
{
	if (over(f))
		return over(f);
	return f->court_at ? NULL : "The court has not been asked (AEL article 53).";
}

const char *may_end_fine(const struct fine_facts *f, const char *reason)
{
	if (over(f))
		return over(f);
	return *reason ? NULL : "Choose the ground and write the reason (AEL article 40).";
}

const char *plan_wrong(const struct fine_facts *f, const int64_t *due, const int64_t *fen, size_t n)
{
	int64_t sum = 0;

	if (!n)
		return "Give at least one day and its amount.";
	for (size_t i = 0; i < n; i++) {
		if (due[i] <= (i ? due[i - 1] : f->now))
			return "The days lie in the future, one after another.";
		if (fen[i] <= 0)
			return "Each part is more than nothing.";
		sum += fen[i];
	}
	return sum == f->owed_fen ? NULL : "The parts together are not what is owed.";
}

/* ---- codes and amounts ------------------------------------------------------------------------
 */
static int mod97(const char *digits, size_t n)
{
	int rest = 0;

	for (size_t i = 0; i < n; i++)
		rest = (rest * 10 + (digits[i] - '0')) % 97;
	return rest;
}

void slip_code_make(int year, int64_t sequence, const char *office, char out[SLIP_CODE + 1])
{
	char text[64];

	snprintf(text, sizeof(text), "%.6s%02d%010" PRId64 "00000000", office, year % 100,
		sequence % 10000000000);
	memcpy(out, text, SLIP_CODE - 2);
	memcpy(out + SLIP_CODE - 2, "00", 3);
	int check = 98 - mod97(out, SLIP_CODE);

	out[SLIP_CODE - 2] = (char)('0' + check / 10);
	out[SLIP_CODE - 1] = (char)('0' + check % 10);
}

bool slip_code_right(const char *code)
{
	if (strlen(code) != SLIP_CODE || strspn(code, "0123456789") != SLIP_CODE)
		return false;
	return mod97(code, SLIP_CODE) == 1;
}

bool money_read(const char *text, int64_t *fen)
{
	int64_t v = 0;
	int decimals = -1, digits = 0;

	if (strncmp(text, "￥", 3) == 0 || strncmp(text, "¥", 2) == 0)
		text += strncmp(text, "￥", 3) == 0 ? 3 : 2;
	for (; *text; text++) {
		if (*text == ',' && decimals < 0)
			continue;
		if (*text == '.' && decimals < 0) {
			decimals = 0;
			continue;
		}
		if (*text < '0' || *text > '9' || ++digits > 14 || decimals == 2)
			return false;
		v = v * 10 + (*text - '0');
		decimals += decimals >= 0;
	}
	for (int d = decimals < 0 ? 0 : decimals; d < 2; d++)
		v *= 10;
	*fen = v;
	return v > 0;
}
