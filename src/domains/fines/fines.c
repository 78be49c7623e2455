/* Performance of a decision of a fine (执行): README.md has the law, the states and the screens. */
#include "domains/fines/fines.h"

#include "contracts/facts.h"

const struct choice fine_states[] = {
	{ "awaiting", "Decision not served yet", "neutral" },
	{ "due", "To be paid", "info" },
	{ "deferred", "Deferred or in parts", "info" },
	{ "overdue", "Payment overdue", "red" },
	{ "demanded", "Called on to pay", "red" },
	{ "court", "With the court", "yellow" },
	{ "settled", "Fine settled", "green" },
	{ 0 },
};
const struct choice fine_plan_states[] = {
	{ "asked", "Asked by the party", "yellow" },
	{ "proposed", "Proposed, waits for a leader", "yellow" },
	{ "approved", "Plan approved", "green" },
	{ "refused", "Plan refused", "neutral" },
	{ "broken", "A day of the plan was missed", "red" },
	{ 0 },
};
const struct choice fine_plan_kinds[] = { { "later", "Later", "" }, { "parts", "In parts", "" },
	{ 0 } };
const struct choice fine_ends[] = {
	{ "paid", "Paid in full", "green" },
	{ "annulled", "Decision annulled (AEL 40(4))", "neutral" },
	{ "no_estate", "Person died without estate or successor (AEL 40(1))", "neutral" },
	{ "no_assets", "Entity ended without assets or successor (AEL 40(2))", "neutral" },
	{ "court_ended", "Execution ended by the court", "neutral" },
	{ "other", "Other ground (AEL 40(5))", "neutral" },
	{ 0 },
};
const struct choice fine_sources[] = { { "bank", "Through the bank", "" },
	{ "onspot", "Collected on the spot", "" }, { 0 } };
const struct choice fine_clock_kinds[] = {
	{ "pay", "Pay the fine", "" },
	{ "part", "Pay a part of the plan", "" },
	{ "office", "Hand the collected money in", "" },
	{ "bank", "Pay the collected money to the bank", "" },
	{ "demand", "Pay after the demand", "" },
	{ "court", "Apply to the court", "" },
	{ 0 },
};
const struct choice fine_clock_states[] = {
	{ "running", "Running", "green" },
	{ "near", "Ends soon", "yellow" },
	{ "over", "Term over", "red" },
	{ "done", "Done", "neutral" },
	{ 0 },
};
const struct choice fine_remedies[] = { { "review", "Administrative review", "" },
	{ "suit", "Administrative suit", "" }, { 0 } };
const struct choice fine_remedy_outcomes[] = { { "upheld", "Decision upheld", "" },
	{ "dismissed", "Not taken up, or dismissed", "" },
	{ "withdrawn", "Application withdrawn", "" }, { "ordered", "Office ordered to act", "" },
	{ "changed", "Decision changed", "" }, { "annulled", "Decision annulled", "" },
	{ "annulled_anew", "Decision annulled, a new one ordered", "" },
	{ "unlawful", "Decision confirmed unlawful", "" },
	{ "void", "Decision confirmed void", "" }, { 0 } };
const struct choice fine_onspot_whys[] = {
	{ "small", "Small fine imposed on the spot", "" },
	{ "hard", "Simple procedure, hard to enforce later", "" },
	{ "remote", "Remote place, on the water, and the party asks for it", "" },
	{ 0 },
};
const struct choice fine_court_results[] = { { "accepted", "Taken by the court", "" },
	{ "allowed", "Execution allowed", "" }, { "refused", "Execution refused", "" }, { 0 } };

#define F(m, ...) STORED(struct fine, m, __VA_ARGS__)
const struct model fine_model = MODEL("fines", struct fine, .witnessed = true,
	FIELDS(F(id, .as = AS_ID), F(version, 0), F(case_id, .as = AS_ID), F(operator, .as = AS_ID),
		F(area, 0), F(number, 0), F(simple, 0), F(officer1, .as = AS_ID),
		F(officer2, .as = AS_ID), F(decision_paper, .as = AS_ID), F(fine_fen, .as = AS_FEN),
		F(confiscated_fen, .as = AS_FEN), F(late_fen, .as = AS_FEN),
		F(paid_fen, .as = AS_FEN), F(state, .choices = fine_states),
		F(opened_at, .as = AS_TIME), F(served_at, .as = AS_TIME), F(pay_due, .as = AS_DATE),
		F(suit_due, .as = AS_DATE), F(slip_code, 0), F(slip_paper, .as = AS_ID),
		F(plan_state, .choices = fine_plan_states),
		F(plan_kind, .choices = fine_plan_kinds), F(plan_words, 0),
		F(plan_asked_at, .as = AS_TIME), F(plan_by, .as = AS_ID), F(plan_opinion, 0),
		F(plan_decided_by, .as = AS_ID), F(plan_decided_at, .as = AS_TIME),
		F(plan_reason, 0), F(plan_until, .as = AS_DATE), F(plan_paper, .as = AS_ID),
		F(demand_paper, .as = AS_ID), F(demanded_at, .as = AS_TIME),
		F(demand_served_at, .as = AS_TIME), F(demand_due, .as = AS_DATE),
		F(demand_words, 0), F(demand_answered_at, .as = AS_TIME), F(demand_view, 0),
		F(court_paper, .as = AS_ID), F(court_at, .as = AS_TIME),
		F(court_result, .choices = fine_court_results), F(court_words, 0),
		F(settled_at, .as = AS_TIME), F(settled_how, .choices = fine_ends)));
#undef F
const struct model fine_part_model = MODEL("fine_parts", struct fine_part, .witnessed = true,
	FIELDS(STORED(struct fine_part, id, .as = AS_ID), STORED(struct fine_part, version),
		STORED(struct fine_part, fine, .as = AS_ID), STORED(struct fine_part, n),
		STORED(struct fine_part, due, .as = AS_DATE),
		STORED(struct fine_part, fen, .as = AS_FEN),
		STORED(struct fine_part, missed_at, .as = AS_TIME),
		STORED(struct fine_part, dropped_at, .as = AS_TIME)));
const struct model fine_remedy_model = MODEL("fine_remedies", struct fine_remedy, .witnessed = true,
	FIELDS(STORED(struct fine_remedy, id, .as = AS_ID), STORED(struct fine_remedy, version),
		STORED(struct fine_remedy, fine, .as = AS_ID),
		STORED(struct fine_remedy, kind, .choices = fine_remedies),
		STORED(struct fine_remedy, begun_at, .as = AS_DATE),
		STORED(struct fine_remedy, ended_at, .as = AS_DATE),
		STORED(struct fine_remedy, outcome, .choices = fine_remedy_outcomes),
		STORED(struct fine_remedy, words)));
#define P(m, ...) STORED(struct fine_payment, m, __VA_ARGS__)
const struct model fine_payment_model = MODEL("fine_payments", struct fine_payment,
	.witnessed = true,
	FIELDS(P(id, .as = AS_ID), P(version, 0), P(fine, .as = AS_ID), P(bank_no, 0),
		P(slip_code, 0), P(fen, .as = AS_FEN), P(paid_at, .as = AS_DATE), P(payer, 0),
		P(source, .choices = fine_sources), P(refunded_fen, .as = AS_FEN), P(words, 0),
		P(receipt_no, 0), P(onspot_why, .choices = fine_onspot_whys),
		P(collected_by, .as = AS_ID), P(office_due, .as = AS_DATE),
		P(office_at, .as = AS_TIME), P(bank_due, .as = AS_DATE),
		P(banked_at, .as = AS_TIME), P(taken_at, .as = AS_TIME)));
#undef P
const struct model fine_clock_model = MODEL("fine_clocks", struct fine_clock, .witnessed = true,
	FIELDS(STORED(struct fine_clock, id, .as = AS_ID), STORED(struct fine_clock, version),
		STORED(struct fine_clock, fine, .as = AS_ID),
		STORED(struct fine_clock, payment, .as = AS_ID),
		STORED(struct fine_clock, kind, .choices = fine_clock_kinds),
		STORED(struct fine_clock, clause),
		STORED(struct fine_clock, state, .choices = fine_clock_states),
		STORED(struct fine_clock, due, .as = AS_DATE),
		STORED(struct fine_clock, warn_at, .as = AS_DATE)));
#define S(m, ...) STORED(struct fine_statement, m, __VA_ARGS__)
const struct model fine_statement_model =
	MODEL("fine_statements", struct fine_statement, .witnessed = true,
		FIELDS(S(id, .as = AS_ID), S(version, 0), S(name, 0), S(sm3, 0), S(sha256, 0),
			S(why, 0), S(taken, 0), S(known, 0), S(unknown, 0), S(bad, 0),
			S(taken_by, .as = AS_ID), S(taken_at, .as = AS_TIME)));
#undef S

#define R(m, ...) STORED(struct fine_reading, m, __VA_ARGS__)
const struct model fine_reading_model = MODEL("fine_readings", struct fine_reading,
	FIELDS(R(id, .as = AS_ID), R(version, 0), R(name, 0), R(sm3, 0), R(sha256, 0), R(pos, 0),
		R(line, 0), R(rows, 0), R(taken, 0), R(known, 0), R(unknown, 0), R(bad, 0),
		R(taken_by, .as = AS_ID), R(begun_at, .as = AS_TIME)));
#undef R
#define R(m, ...) STORED(struct fine_reject, m, __VA_ARGS__)
const struct model fine_reject_model = MODEL("fine_rejects", struct fine_reject,
	FIELDS(R(id, .as = AS_ID), R(version, 0), R(statement, .as = AS_ID), R(line, 0),
		R(number, 0), R(reason, 0)));
#undef R

#define AREA "SELECT area FROM fines WHERE case_id = $1"
static const struct route routes[] = {
	{ GET, "/fines", fine_list, CASE_READ,
		.about = "Fines, what ends next on top; ?state=&q=", .gives = &fine_model },
	{ GET, "/fines/payments", fine_payments_page, CASE_READ,
		.about = "Payments, with those nobody knows", .gives = &fine_payment_model },
	{ POST, "/fines/statement", fine_statement_upload, CASE_WRITE,
		.about = "Take in a statement of the bank (file)" },
	{ POST, "/fines/payments/:id/match", fine_match, CASE_WRITE,
		.about = "Say whose a payment is (slip_code, words)" },
	{ POST, "/fines/payments/:id/refund", fine_refund, CASE_WRITE,
		.about = "What was paid too much went back (amount, words)" },
	{ POST, "/fines/payments/:id/hand-in", fine_handed_in, CASE_WRITE,
		.about = "Money collected on the spot was handed in" },
	{ POST, "/fines/payments/:id/banked", fine_banked, CASE_WRITE,
		.about = "Money collected on the spot was paid to the bank (bank_no)" },
	{ GET, "/cases/:id/fine", fine_page, CASE_READ, AREA, "The fine of a case",
		.gives = &fine_model },
	{ POST, "/cases/:id/fine/slip", fine_slip, CASE_WRITE, AREA, "Make the payment slip" },
	{ POST, "/cases/:id/fine/collect", fine_collect, CASE_WRITE, AREA,
		"Collect on the spot (why, receipt_no, words)" },
	{ POST, "/cases/:id/fine/plan", fine_plan_propose, CASE_WRITE, AREA,
		"Propose days and parts (opinion, due1, amount1 ...)" },
	{ POST, "/cases/:id/fine/plan/decide", fine_plan_decide, CASE_APPROVE, AREA,
		"Approve or refuse the plan (verdict, reason)" },
	{ POST, "/cases/:id/fine/demand", fine_demand, CASE_WRITE, AREA,
		"Call on the party to pay" },
	{ POST, "/cases/:id/fine/demand/view", fine_demand_judge, CASE_WRITE, AREA,
		"What became of the party's statement (view)" },
	{ POST, "/cases/:id/fine/court", fine_apply, CASE_APPROVE, AREA,
		"Apply to the court for execution" },
	{ POST, "/cases/:id/fine/court/result", fine_court_note, CASE_WRITE, AREA,
		"What the court said (result, words)" },
	{ POST, "/cases/:id/fine/end", fine_end, CASE_APPROVE, AREA,
		"End the execution (ground, reason)" },
	{ GET, "/my/cases/:id/fine", my_fine, PARTY, .about = "What is owed and how to pay",
		.power = "pay" },
	{ POST, "/my/cases/:id/fine/plan", my_fine_ask, PARTY,
		.about = "Ask to pay later or in parts (kind, words)", .power = "pay" },
	{ POST, "/my/cases/:id/fine/statement", my_fine_state, PARTY,
		.about = "State on the demand (words)", .power = "state" },
	{ 0 },
};

#define TELLS(...) ((const char *const[]){ __VA_ARGS__, NULL })
static const struct listen listens[] = {
	{ CASE_DECIDED, on_fine_decided, TELLS(FINE_OPENED, PAPER_ORDERED) },
	{ PAPER_SERVED, on_fine_paper_served, TELLS(FINE_DUE, FINE_DEMAND_SERVED) },
	{ BANK_STATEMENT_RECEIVED, on_bank_statement, TELLS(NULL) },
	{ CASE_REMEDY_BEGUN, on_fine_remedy_begun, TELLS(FINE_CHANGED) },
	{ CASE_REMEDY_ENDED, on_fine_remedy_ended, TELLS(FINE_CHANGED, FINE_SETTLED) },
	{ 0 },
};

const struct module fines = {
	.name = "fines",
	.routes = routes,
	.listens = listens,
	.models = (const struct model *const[]){ &fine_model, &fine_part_model, &fine_remedy_model,
		&fine_payment_model, &fine_clock_model, &fine_statement_model, NULL },
	.tells = TELLS(FINE_SLIP_ORDERED, FINE_PAID, FINE_PAYMENT_UNKNOWN, FINE_PAYMENT_MATCHED,
		FINE_OVERPAID, FINE_REFUNDED, FINE_COLLECTED, FINE_HANDED_IN, FINE_BANKED,
		FINE_OVERDUE, FINE_CLOCK_NEAR, FINE_CLOCK_OVER, FINE_PLAN_ASKED, FINE_PLAN_PROPOSED,
		FINE_PLAN_DECIDED, FINE_PLAN_BROKEN, FINE_DEMANDED, FINE_DEMAND_STATED,
		FINE_DEMAND_JUDGED, FINE_COURT_APPLIED, FINE_COURT_ANSWERED, FINE_COURT_WATCHED,
		FINE_STATEMENT_TAKEN, FINE_SETTLED, PAPER_ORDERED),
	.nav = (const struct nav[]){ { "/fines", "Fines", CASE_READ, NULL }, { 0 } },
	.announces = (const struct announce[]){ { FINE_PLAN_ASKED, "officers",
							"A party asks to pay later or in parts",
							"/cases/", "info", NULL, NULL },
		{ FINE_PAYMENT_UNKNOWN, "officers", "A payment that nobody knows",
			"/fines/payments?payment=", "yellow", NULL, NULL },
		{ FINE_CLOCK_NEAR, "officers", "A term of a fine ends soon", "/cases/", "yellow",
			NULL, NULL },
		{ FINE_CLOCK_OVER, "officers", "A term of a fine is over", "/cases/", "red", NULL,
			NULL },
		{ 0 } },
	.objects = "SELECT sm3, sha256 FROM fine_statements WHERE sm3 <> '' UNION ALL SELECT sm3, "
		   "sha256 FROM fine_readings",
	.jobs = (const struct job_kind[]){ { "fines.clock", NULL, fine_clock_run },
		{ "fines.watch", NULL, fine_watch_run },
		{ "fines.statement", fine_statement_prepare, fine_statement_run }, { 0 } },
	.every_minute = fines_every_minute,
};
