/* The party's telephone: where its matter stands, and one thing a page. */
#include "domains/cases/cases.h"
#include "domains/cases/shown.h"

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

enum err my_case(struct req *rq)
{
	struct case_row c;
	struct party p;

	TRY(case_load_mine(rq, &c));
	TRY(party_load(rq, c.operator, & p));
	show_matter(rq, &c);
	put_text(rq->view, "operator_name", p.name);
	const char *due = c.correction_due ? date_text(rq->arena, c.correction_due) : "";
	bool corrected =
		text_is(c.correction_state, "shown") || text_is(c.correction_state, "accepted");
	const struct task tasks[] = {
		{ "Look at the evidence", "evidence", NULL, true, c.viewed_at != 0 },
		{ "Say whether you accept it", "answer", NULL, c.viewed_at && !c.decided_at,
			c.answered_at != 0 },
		{ "Confirm where papers reach you", "address", NULL, c.viewed_at != 0,
			c.address_at != 0 },
		{ "Correct it and send a photo", "correction", due,
			*c.correction_state && !corrected, corrected },
		{ "State and defend", "statement", NULL, text_is(c.state, "told"),
			c.heard_at != 0 },
		{ "Receive the decision", "decision", NULL, c.decided_at && !c.served_at,
			c.served_at != 0 },
	};
	struct node *list = put_list(rq->view, "tasks");
	for (size_t i = 0; i < sizeof(tasks) / sizeof(*tasks); i++)
		put_task(rq, list, &tasks[i]);
	put_flag(rq->view, "closed", c.closed_at != 0);
	return page(rq, "cases/my_case");
}

enum err my_evidence(struct req *rq)
{
	struct case_row c;
	struct list l;
	bool waits = false;

	TRY(case_load_mine(rq, &c));
	show_matter(rq, &c);
	TRY(shown_of_case(rq, c.id, &l));
	struct node *list = put_list(rq->view, "evidence");
	for (struct shown *e = LIST_OF(struct shown, &l); e < LIST_END(struct shown, &l); e++)
		TRY(put_shown(rq, put_map(list, NULL), e, &waits));
	if (waits)
		reply_set_header(rq, "refresh", LOOK_AGAIN);
	put_flag(rq->view, "seen", c.viewed_at != 0);
	return page(rq, "cases/my_evidence");
}

enum err my_answer_form(struct req *rq)
{
	struct case_row c;
	TRY(case_load_mine(rq, &c));
	show_matter(rq, &c);
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
	put_flag(rq->view, "confirmed", c.address_at != 0);
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

enum err my_correction_form(struct req *rq)
{
	struct case_row c;

	TRY(case_load_mine(rq, &c));
	show_matter(rq, &c);
	TRY(put_paper(rq, c.order_paper));
	put_text(rq->view, "due", c.correction_due ? date_text(rq->arena, c.correction_due) : "");
	put_flag(rq->view, "may_send",
		!text_is(c.correction_state, "shown") && !text_is(c.correction_state, "accepted") &&
			*c.correction_state);
	put_text(rq->view, "refused_why",
		text_is(c.correction_state, "refused") ? c.correction_words : "");
	put_flag(rq->view, "accepted", text_is(c.correction_state, "accepted"));
	put_flag(rq->view, "shown", text_is(c.correction_state, "shown"));
	return page(rq, "cases/my_correction");
}

void show_statement(struct req *rq, const struct case_row *c)
{
	show_matter(rq, c);
	put_text(rq->view, "basis", node_text(act_of(rq, c->act), "basis", ""));
	put_text(rq->view, "until", c->hear_due ? date_text(rq->arena, c->hear_due) : "");
	put_flag(rq->view, "open", text_is(c->state, "told"));
	put_flag(rq->view, "told", c->told_at != 0);
}

enum err my_statement_form(struct req *rq)
{
	struct case_row c;

	TRY(case_load_mine(rq, &c));
	show_statement(rq, &c);
	return page(rq, "cases/my_statement");
}

enum err my_decision(struct req *rq)
{
	struct case_row c;

	TRY(case_load_mine(rq, &c));
	show_matter(rq, &c);
	TRY(put_paper(rq, c.decision_paper));
	put_flag(rq->view, "decided", c.decided_at != 0);
	return page(rq, "cases/my_decision");
}
