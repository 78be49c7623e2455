/* Private to the room of fines: what a decision of a fine asks for, and what became of it. */
#ifndef FINES_H
#define FINES_H

#include "core/core.h"
#include "domains/fines/late.h"
#include "domains/fines/rules.h"

struct fine {
	int64_t id, version, case_id, operator, area;
	const char *number; /* of the case */
	bool simple;	    /* decided by the simple procedure */
	int64_t officer1, officer2, decision_paper, fine_fen, confiscated_fen, late_fen, paid_fen;
	const char *state;
	int64_t opened_at, served_at, pay_due, suit_due;
	const char *slip_code;
	int64_t slip_paper;
	const char *plan_state, *plan_kind, *plan_words;
	int64_t plan_asked_at, plan_by;
	const char *plan_opinion;
	int64_t plan_decided_by, plan_decided_at;
	const char *plan_reason;
	int64_t plan_until, plan_paper, demand_paper, demanded_at, demand_served_at, demand_due;
	const char *demand_words;
	int64_t demand_answered_at;
	const char *demand_view;
	int64_t court_paper, court_at;
	const char *court_result, *court_words;
	int64_t settled_at;
	const char *settled_how;
};
struct fine_part {
	int64_t id, version, fine, n, due, fen, missed_at,
		dropped_at; /* dropped: of a refused plan */
};
/* Review or suit: the late fine stands still (APL 73). ended_at 0: running. They belong to the case
 * (pub_case_remedies); the table fine_remedies keeps what was told here before, and is written no
 * more. */
struct fine_remedy {
	int64_t id, version, fine;
	const char *kind;
	int64_t begun_at, ended_at;
	const char *outcome, *words;
};
struct fine_payment {
	int64_t id, version, fine; /* 0: nobody knows whose */
	const char *bank_no, *slip_code;
	int64_t fen, paid_at;
	const char *payer, *source; /* bank, onspot */
	int64_t refunded_fen;
	const char *words, *receipt_no, *onspot_why;
	int64_t collected_by, office_due, office_at, bank_due, banked_at, taken_at;
};
struct fine_clock {
	int64_t id, version, fine, payment;
	const char *kind, *clause, *state;
	int64_t due, warn_at;
};
struct fine_statement {
	int64_t id, version;
	const char *name, *sm3, *sha256, *why;
	int64_t taken, known, unknown, bad, taken_by, taken_at;
};

/* A statement that is being read: the bytes and lines that are behind it, and what they brought. */
struct fine_reading {
	int64_t id, version;
	const char *name, *sm3, *sha256;
	int64_t pos, line, rows, taken, known, unknown, bad, taken_by, begun_at;
};
/* A row of a statement that could not be taken. */
struct fine_reject {
	int64_t id, version, statement, line;
	const char *number, *reason;
};

extern const struct model fine_reading_model, fine_reject_model;
extern const struct model fine_model, fine_part_model, fine_remedy_model, fine_payment_model,
	fine_clock_model, fine_statement_model;
extern const struct choice fine_states[], fine_plan_states[], fine_plan_kinds[], fine_ends[],
	fine_sources[], fine_clock_kinds[], fine_clock_states[], fine_remedies[],
	fine_remedy_outcomes[], fine_onspot_whys[], fine_court_results[];

/* ---- store.c ---- */
/* Checks the area. The officers are those whom the case has now. */
enum err fine_of_case(struct req *rq, int64_t case_id, struct fine *f);
enum err fine_mine(struct req *rq, struct fine *f); /* of the party's link, rq->id its case */
enum err fine_save(struct req *rq, struct fine *f, const char *fact, const char *data);
enum err fine_terms(struct req *rq, int64_t at, const struct node **out);
/* What is owed at a moment, with the late fine day by day. */
enum { FINE_LINES = 200 };
struct fine_account {
	struct late_line lines[FINE_LINES];
	size_t n;
	int64_t late_fen, total_fen, owed_fen, over_fen;
	bool remedy; /* a review or suit is running */
};
enum err fine_count(struct req *rq, const struct fine *f, struct fine_account *a);
/* The reviews and suits of its case, as rows of fine_remedy_model. */
enum err fine_remedies_of(struct req *rq, const struct fine *f, struct list *l);
enum err fine_facts_of(struct req *rq, const struct fine *f, struct fine_facts *out);
/* n months later, the last day of a short month; moved off a holiday (O2 80). */
enum err fine_months(struct req *rq, int64_t from, int n, int64_t *end);
/* After paid_fen, late_fen or a plan changed: settles the fine when nothing is owed. */
enum err fine_settle_if_done(struct req *rq, struct fine *f);
enum err fine_settle(struct req *rq, struct fine *f, const char *how, const char *words);
/* "1234.00", for facts, which programs read. */
const char *fine_number(struct req *rq, int64_t fen);
const char *fine_money(struct req *rq, int64_t fen);	/* "1,234.00": for people */
const char *fine_money_zh(struct req *rq, int64_t fen); /* "1,234.00元" */
enum err fine_allow(struct req *rq, const char *why_not);
enum err fine_tell_party(struct req *rq, const struct fine *f, const char *words);

/* ---- clocks.c ---- */
enum err fine_clock_start(struct req *rq, struct fine_clock c);
/* Ends the running clocks of this kind; payment 0: whatever payment. */
enum err fine_clock_stop(struct req *rq, const struct fine *f, const char *kind, int64_t payment);
/* The term for the application to the court as it stands now (AEL 53; O2 76): started anew whenever
 * its end moves; none while a review or suit runs, nor after the application. To be called after
 * the service of the decision, of the demand, a plan and each begin and end of a review or suit. */
enum err fine_court_watch(struct req *rq, const struct fine *f);
enum err fines_every_minute(struct req *rq);
enum err fine_clock_run(struct req *rq, const struct job *j, void *result);
enum err fine_watch_run(struct req *rq, const struct job *j, void *result);

/* ---- listen.c ---- */
enum err on_fine_decided(struct req *rq, const struct event *e);
enum err on_fine_paper_served(struct req *rq, const struct event *e);
enum err on_fine_remedy_begun(struct req *rq, const struct event *e);
enum err on_fine_remedy_ended(struct req *rq, const struct event *e);
enum err on_bank_statement(struct req *rq, const struct event *e);

/* ---- payments.c, statements.c ---- */
enum err fine_paid(struct req *rq, struct fine *f, struct fine_payment *p);
/* Keeps in mind that this file is to be read, and orders the job that does it slice by slice. */
enum err fine_statement_begin(struct req *rq, const struct fine_reading *r);
enum err fine_statement_prepare(struct req *rq, const struct job *j, void **result);
enum err fine_statement_run(struct req *rq, const struct job *j, void *result);
enum err fine_collect(struct req *rq);
enum err fine_handed_in(struct req *rq);
enum err fine_banked(struct req *rq);
enum err fine_refund(struct req *rq);
enum err fine_match(struct req *rq);
enum err fine_payments_page(struct req *rq);
enum err fine_statement_upload(struct req *rq);

/* ---- papers.c ---- */
enum err fine_slip_order(struct req *rq, struct fine *f);
enum err fine_plan_order(struct req *rq, struct fine *f);
enum err fine_demand_order(struct req *rq, struct fine *f);
enum err fine_court_order(struct req *rq, struct fine *f);

/* ---- plans.c, steps.c ---- */
enum err fine_plan_propose(struct req *rq);
enum err fine_plan_decide(struct req *rq);
enum err fine_slip(struct req *rq);
enum err fine_demand(struct req *rq);
enum err fine_demand_judge(struct req *rq);
enum err fine_apply(struct req *rq);
enum err fine_court_note(struct req *rq);
enum err fine_end(struct req *rq);

/* ---- screens.c, shown.c, party.c ---- */
enum err fine_list(struct req *rq);
enum err fine_page(struct req *rq);
enum err fine_show(struct req *rq, const struct fine *f, struct fine_account *a);
enum err my_fine(struct req *rq);
enum err my_fine_ask(struct req *rq);
enum err my_fine_state(struct req *rq);

#endif
