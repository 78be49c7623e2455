/* The party's telephone: where its matter stands, and one thing a page. */
#include "domains/cases/edata.h"
#include "domains/cases/rooms.h"
#include "domains/cases/shown.h"
#include "domains/cases/statements.h"
#include "domains/cases/weighing.h"

#include <string.h>

#define LOOK_AGAIN "4" /* seconds, while pictures are being prepared */

struct task {
	const char *label, *page, *hint;
	bool open, done;
};

static void put_task(struct req *rq, struct node *list, const struct task *t)
{
	struct node *n = put_map(list, NULL);
	put_text(n, "label", tr(rq, t->label));
	put_text(n, "href",
		t->open || t->done
			? arena_printf(rq->arena, "/my/cases/%" PRId64 "/%s", rq->id, t->page)
			: "");
	put_text(n, "hint", t->hint ? t->hint : "");
	put_text(n, "tone", t->done ? "green" : t->open ? "yellow" : "neutral");
	put_text(n, "status", tr(rq, t->done ? "Done" : t->open ? "To do" : "Later"));
}

void show_matter(struct req *rq, const struct case_row *c)
{
	const struct node *act = act_of(rq, c->act);

	show(rq, "case", &case_model, c);
	put_printf(rq->view, "id", "%" PRId64, c->id);
	put_text(rq->view, "act_label",
		rq->zh ? c->act_name : node_text(act, "name_en", c->act_name));
	put_text(rq->view, "duty", node_text(act, rq->zh ? "duty" : "duty_en", ""));
	put_text(rq->view, "provision", node_text(act, "provision", ""));
	put_text(rq->view, "bureau_name", setting(rq, "bureau", "市场监督管理局"));
	put_text(rq->view, "officer", user_name(rq, c->officer1));
	put_text(rq->view, "officer_card", user_card(rq, c->officer1));
	put_text(rq->view, "officer2", user_name(rq, c->officer2));
	put_text(rq->view, "officer2_card", user_card(rq, c->officer2));
}

/* ---- what comes next, in plain words with the article ------------------ */
struct next {
	bool when;
	const char *words, *clause;
};

static struct next first_that_holds(const struct next *n)
{
	while (!n->when)
		n++;
	return *n;
}

static const char *hearing_words(struct req *rq, const struct course *k)
{
	if (text_is(k->f.hearing, "asked"))
		return tr(rq, "A hearing will be held. You are told its day at least seven working "
			      "days before.");
	return arena_printf(rq->arena, tr(rq, "The hearing is on %s, %s."),
		time_text(rq->arena, k->hearing.at), k->hearing.place);
}

static const char *paying_words(struct req *rq, const struct rooms *r)
{
	const char *much = fen_words(rq, r->owed_fen);

	if (!r->pay_due)
		return arena_printf(rq->arena,
			tr(rq, "A fine of ¥%s was decided. The fifteen days for paying it begin "
			       "when the paper reaches you."),
			much);
	if (rq->now > r->pay_due)
		return arena_printf(rq->arena,
			tr(rq, "The last day for paying the fine was %s: each day that passes now "
			       "adds to it."),
			date_text(rq->arena, r->pay_due));
	return arena_printf(rq->arena,
		tr(rq, "Pay ¥%s to the bank by %s, with the code on the page of your fine."), much,
		date_text(rq->arena, r->pay_due));
}

static const char *correct_words(struct req *rq, const struct course *k)
{
	return arena_printf(rq->arena,
		tr(rq, "What was ordered is to be corrected by %s. Send a photo that shows it."),
		date_text(rq->arena, k->c.correction_due));
}

static bool to_correct(const struct case_row *c)
{
	return text_is(c->correction_state, "ordered") || text_is(c->correction_state, "refused");
}

/* From the decision on: served, paid, corrected, given back. */
static struct next next_after(struct req *rq, const struct course *k, const struct rooms *r)
{
	const struct case_row *c = &k->c;
	const struct next all[] = {
		{ r->fines && r->owed_fen, paying_words(rq, r), "行政处罚法 66, 67, 72" },
		{ !c->served_at,
			"It is decided. The paper is on its way to you; it says how you may "
			"object.",
			"行政处罚法 59, 61" },
		{ to_correct(c), correct_words(rq, k), "行政处罚法 28" },
		{ true, "Nothing more is asked of you. The bureau concludes the matter.",
			"程序规定 77" },
	};

	return first_that_holds(all);
}

static struct next next_before(struct req *rq, const struct course *k)
{
	const struct case_row *c = &k->c;
	bool hearing = text_is(k->f.hearing, "asked") || text_is(k->f.hearing, "set");
	const struct next all[] = {
		{ hearing, hearing ? hearing_words(rq, k) : "", "行政处罚法 63, 64" },
		{ k->f.suspended,
			"The investigation stands still for a reason that the law names. You are "
			"told when it goes on.",
			"程序规定 46" },
		{ text_is(c->state, "filed") && text_is(k->f.report, "submitted"),
			"The officers have finished. Somebody who is not of the case checks their "
			"report.",
			"程序规定 49; 行政处罚法 58" },
		{ text_is(c->state, "filed"),
			"The officers gather evidence. Look at it, and say whether it is right.",
			"程序规定 21; 行政处罚法 46" },
		{ text_is(c->state, "told"),
			"You were told what is intended. State and defend: it must be considered, "
			"and can never make it worse.",
			"行政处罚法 44, 45" },
		{ text_is(c->state, "heard"), "What you said is considered. Then it is decided.",
			"行政处罚法 45, 57" },
		{ true, "Somebody else now decides on the proposal.", "行政处罚法 57" },
	};

	return first_that_holds(all);
}

static void put_next(struct req *rq, const struct course *k, const struct rooms *r)
{
	static const struct next nothing = { true, "", "" };
	const struct next n = k->c.closed_at	? nothing
			      : k->c.decided_at ? next_after(rq, k, r)
						: next_before(rq, k);

	put_text(rq->view, "next_words", *n.words ? tr(rq, n.words) : "");
	put_text(rq->view, "next_clause", rq->zh ? n.clause : "");
}

static const char *pay_hint(struct req *rq, const struct rooms *r)
{
	if (!r->owed_fen)
		return "";
	return arena_printf(rq->arena, "¥%s%s%s", fen_words(rq, r->owed_fen),
		r->pay_due ? " · " : "", r->pay_due ? date_text(rq->arena, r->pay_due) : "");
}

static void put_tasks(struct req *rq, const struct course *k, const struct rooms *r)
{
	const struct case_row *c = &k->c;
	const char *due = c->correction_due ? date_text(rq->arena, c->correction_due) : "";
	const char *until =
		text_is(c->state, "told") && c->hear_due ? date_text(rq->arena, c->hear_due) : "";
	bool corrected = *c->correction_state && !to_correct(c);
	const struct task tasks[] = {
		{ "Look at the evidence", "evidence", NULL, true, c->viewed_at != 0 },
		{ "Say whether you accept it", "answer", NULL, c->viewed_at && !c->decided_at,
			c->answered_at != 0 },
		{ "Confirm where papers reach you", "address", NULL, c->viewed_at != 0,
			c->address_at != 0 },
		{ "Correct it and send a photo", "correction", due, to_correct(c), corrected },
		{ "State and defend", "statement", until, text_is(c->state, "told"),
			c->heard_at != 0 },
		{ "Receive the decision", "decision", NULL, c->decided_at && !c->served_at,
			c->served_at != 0 },
		{ "Pay the fine", "fine", pay_hint(rq, r), r->fines > 0, !r->owed_fen },
	};
	struct node *list = put_list(rq->view, "tasks");
	size_t n = sizeof(tasks) / sizeof(*tasks) - (r->fines ? 0 : 1);

	for (size_t i = 0; i < n; i++)
		put_task(rq, list, &tasks[i]);
}

enum err my_case(struct req *rq)
{
	struct course k;
	struct rooms beside;

	TRY(course_load_mine(rq, &k));
	TRY(rooms_load(rq, k.c.id, &beside));
	show_matter(rq, &k.c);
	put_text(rq->view, "operator_name", k.party.name);
	put_next(rq, &k, &beside);
	TRY(put_requests(rq, k.c.id, true));
	put_tasks(rq, &k, &beside);
	put_my_rooms(rq, &k, &beside);
	put_flag(rq->view, "closed", k.c.closed_at != 0);
	return page(rq, "cases/my_case");
}

enum err put_evidence_shown(struct req *rq, int64_t case_id, bool *waits)
{
	struct list l;
	struct node *list = put_list(rq->view, "evidence");

	TRY(shown_of_case(rq, case_id, &l));
	for (struct shown *e = LIST_OF(struct shown, &l); e < LIST_END(struct shown, &l); e++)
		TRY(put_shown(rq, put_map(list, NULL), e, waits));
	return OK;
}

enum err my_evidence(struct req *rq)
{
	struct course k = { .f = { .state = "" } }; /* a party verifies nothing */
	bool waits = false;

	TRY(case_load_mine(rq, &k.c));
	show_matter(rq, &k.c);
	TRY(put_evidence_shown(rq, k.c.id, &waits));
	TRY(put_exhibits(rq, &k, true));
	if (waits)
		reply_set_header(rq, "refresh", LOOK_AGAIN);
	put_flag(rq->view, "seen", k.c.viewed_at != 0);
	return page(rq, "cases/my_evidence");
}

enum err my_answer_form(struct req *rq)
{
	struct case_row c;
	TRY(case_load_mine(rq, &c));
	show_matter(rq, &c);
	put_text(rq->view, "words", c.answer_words);
	put_flag(rq->view, "accepts", text_is(c.answer, "accepts"));
	put_flag(rq->view, "disputes", text_is(c.answer, "disputes"));
	TRY(put_recorded(rq, c.id));
	return page(rq, "cases/my_answer");
}

enum err my_address_form(struct req *rq)
{
	struct case_row c;
	struct party p;

	TRY(case_load_mine(rq, &c));
	TRY(party_load(rq, c.operator, & p));
	show_matter(rq, &c);
	put_text(rq->view, "e_phone", c.address_at ? c.e_phone : c.party_phone);
	put_text(rq->view, "post_address", c.address_at ? c.post_address : p.address);
	put_text(rq->view, "receiver", c.address_at ? c.receiver : p.legal_person);
	put_flag(rq->view, "on_paper", c.address_at && !c.e_service);
	return page(rq, "cases/my_address");
}

static enum err put_paper(struct req *rq, int64_t paper)
{
	const char *state = "", *code = "";
	if (paper) {
		TRY(db_text(rq, &state, "SELECT state FROM pub_papers WHERE id = $1", paper));
		TRY(db_text(rq, &code, "SELECT code FROM pub_papers WHERE id = $1", paper));
	}
	put_text(rq->view, "paper_url",
		text_is(state, "sealed")
			? arena_printf(rq->arena, "/papers/%" PRId64 "/file", paper)
			: "");
	put_text(rq->view, "verify_url", *code ? arena_printf(rq->arena, "/v/%s", code) : "");
	return OK;
}

enum err show_correction(struct req *rq, const struct case_row *c)
{
	show_matter(rq, c);
	TRY(put_paper(rq, c->order_paper));
	put_text(rq->view, "due", c->correction_due ? date_text(rq->arena, c->correction_due) : "");
	put_flag(rq->view, "may_send", to_correct(c));
	put_text(rq->view, "refused_why",
		text_is(c->correction_state, "refused") ? c->correction_words : "");
	put_flag(rq->view, "accepted", text_is(c->correction_state, "accepted"));
	put_flag(rq->view, "shown", text_is(c->correction_state, "shown"));
	return OK;
}

enum err my_correction_form(struct req *rq)
{
	struct case_row c;

	TRY(case_load_mine(rq, &c));
	TRY(show_correction(rq, &c));
	put_text(rq->view, "words", "");
	return page(rq, "cases/my_correction");
}

/* What is intended, in the words of the notice or, in the simple procedure, of the case. */
enum err show_statement(struct req *rq, const struct course *k)
{
	const struct case_row *c = &k->c;
	bool ordinary = k->notice.id != 0;
	const struct penalty_size p = { ordinary ? k->notice.kinds : c->told_penalty,
		ordinary ? k->notice.fine_fen : c->fine_fen, k->notice.confiscated_fen };

	show_matter(rq, c);
	put_text(rq->view, "basis", basis_of(rq, &k->c, &k->party));
	put_text(rq->view, "until", c->hear_due ? date_text(rq->arena, c->hear_due) : "");
	put_flag(rq->view, "open", text_is(c->state, "told"));
	put_flag(rq->view, "made", text_is(c->statement, "made"));
	TRY(put_statements(rq, c->id));
	put_flag(rq->view, "told", c->told_at != 0);
	put_text(rq->view, "intended", penalty_label(rq, &p));
	put_text(rq->view, "report_facts", ordinary ? k->report.facts : "");
	put_text(rq->view, "reasons", ordinary ? k->report.discretion : "");
	put_flag(rq->view, "hearing_right", !step_missing(STEP_ASK_HEARING, &k->f, &k->actor));
	return put_paper(rq, ordinary ? k->notice.paper : 0);
}

enum err my_statement_form(struct req *rq)
{
	struct course k;

	TRY(course_load_mine(rq, &k));
	TRY(show_statement(rq, &k));
	put_text(rq->view, "words", "");
	return page(rq, "cases/my_statement");
}

enum err my_decision(struct req *rq)
{
	struct course k;

	TRY(course_load_mine(rq, &k));
	show_matter(rq, &k.c);
	TRY(put_paper(rq, k.c.decision_paper));
	put_flag(rq->view, "decided", k.c.decided_at != 0);
	put_text(rq->view, "decided_label", outcome_label(rq, &k));
	put_flag(rq->view, "only_warning", text_is(k.c.penalty, "PEN_WARN"));
	return page(rq, "cases/my_decision");
}
