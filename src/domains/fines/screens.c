/* Officers' screens: the list of fines, what ends next on top; one fine with its next steps. */
#include "domains/fines/fines.h"

#include "contracts/facts.h"

enum { PAGE_ROWS = 50, HISTORY_ROWS = 60 };

static void put_choices(
	struct req *rq, const char *name, const struct choice *c, const char *chosen)
{
	struct node *list = put_list(rq->view, name);

	list->hidden = true;
	for (; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(c->code, chosen));
	}
}

struct fine_row {
	int64_t id, case_id, total_fen, late_fen, paid_fen, next_due;
	const char *number, *operator_name, *area_name, *state, *next_kind, *plan_state;
};
static const struct model fine_row_model = MODEL("fines", struct fine_row,
	FIELDS(STORED(struct fine_row, id, .as = AS_ID),
		STORED(struct fine_row, case_id, .as = AS_ID), STORED(struct fine_row, number),
		STORED(struct fine_row, operator_name), STORED(struct fine_row, area_name),
		STORED(struct fine_row, state, .choices = fine_states),
		STORED(struct fine_row, plan_state, .choices = fine_plan_states),
		STORED(struct fine_row, total_fen, .as = AS_FEN),
		STORED(struct fine_row, late_fen, .as = AS_FEN),
		STORED(struct fine_row, paid_fen, .as = AS_FEN),
		STORED(struct fine_row, next_kind, .choices = fine_clock_kinds),
		STORED(struct fine_row, next_due, .as = AS_DATE)));

enum err fine_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);
	const char *state = query_text(rq, "state"), *q = query_text(rq, "q");

	TRY(db_all(rq, &fine_row_model, &l,
		"SELECT f.id, f.case_id, f.number, o.name AS operator_name, CASE WHEN CAST($7 AS "
		"bigint) = 1 THEN a.name ELSE a.name_en END AS area_name, "
		"f.state, f.plan_state, f.fine_fen + f.confiscated_fen AS total_fen, f.late_fen, "
		"f.paid_fen, coalesce(c.kind, '') AS next_kind, coalesce(c.due, 0) AS next_due "
		"FROM "
		"fines f JOIN pub_operators o ON o.id = f.operator JOIN pub_areas a ON a.id = "
		"f.area "
		"LEFT JOIN fine_clocks c ON c.id = (SELECT k.id FROM fine_clocks k WHERE k.fine = "
		"f.id "
		"AND k.state <> 'done' ORDER BY k.due, k.id LIMIT 1) WHERE (CAST($1 AS bigint) = 0 "
		"OR "
		"f.area = $1) AND ($2 = 'all' OR ($2 = '' AND (f.state <> 'settled' OR c.id IS NOT "
		"NULL)) OR f.state = $2) AND ($3 = '' OR lower(o.name) LIKE lower($4) OR f.number "
		"= $3 "
		"OR f.slip_code = $3) ORDER BY CASE WHEN c.due IS NULL THEN 1 ELSE 0 END, c.due, "
		"f.opened_at DESC, f.id LIMIT $5 OFFSET $6",
		rq->user->area, state, q, (const char *)arena_printf(rq->arena, "%%%s%%", q),
		p.limit, p.offset, rq->zh));
	show_pages(rq, p, &l);
	show_table(rq, "fines", &fine_row_model, &l);
	put_choices(rq, "states", fine_states, state);
	put_flag(rq->view, "all_selected", text_is(state, "all"))->hidden = true;
	put_text(rq->view, "q", q);
	return page(rq, "fines/list");
}

/* ---- one fine ----------------------------------------------------------------------------------
 */
static const struct choice titles[] = {
	{ FINE_OPENED, "Fine opened", "" },
	{ FINE_DUE, "Decision served, the fine is to be paid", "" },
	{ FINE_SLIP_ORDERED, "Payment slip made", "" },
	{ FINE_PAID, "Payment received", "green" },
	{ FINE_PAYMENT_MATCHED, "Payment said to be of this fine", "" },
	{ FINE_OVERPAID, "Too much was paid", "yellow" },
	{ FINE_REFUNDED, "Payment went back", "" },
	{ FINE_COLLECTED, "Fine collected on the spot", "" },
	{ FINE_HANDED_IN, "Collected money handed in", "" },
	{ FINE_BANKED, "Collected money paid to the bank", "" },
	{ FINE_OVERDUE, "Fine overdue", "red" },
	{ FINE_CLOCK_NEAR, "A term of the fine ends soon", "yellow" },
	{ FINE_CLOCK_OVER, "A term of the fine is over", "red" },
	{ FINE_PLAN_ASKED, "Paying later or in parts asked for", "" },
	{ FINE_PLAN_PROPOSED, "Plan of payment proposed", "" },
	{ FINE_PLAN_DECIDED, "Plan of payment decided", "" },
	{ FINE_PLAN_BROKEN, "A day of the plan of payment was missed", "red" },
	{ FINE_CHANGED, "The fine or its terms were changed by a review or suit", "" },
	{ FINE_REMEDY_BEGUN, "Review or suit begun", "" },
	{ FINE_REMEDY_ENDED, "Review or suit ended", "" },
	{ FINE_DEMANDED, "Party called on to pay", "yellow" },
	{ FINE_DEMAND_SERVED, "Demand to pay served", "" },
	{ FINE_DEMAND_STATED, "Party stated on the demand", "" },
	{ FINE_DEMAND_JUDGED, "Statement on the demand answered", "" },
	{ FINE_COURT_APPLIED, "Court asked to enforce the fine", "yellow" },
	{ FINE_COURT_ANSWERED, "Court answered", "" },
	{ FINE_COURT_WATCHED, "Term for the court watched", "" },
	{ FINE_SETTLED, "Fine settled", "green" },
	{ 0 },
};

static enum err put_history(struct req *rq, int64_t case_id)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "timeline");

	TRY(db_query(rq, &r,
		"SELECT at, name, actor_name FROM pub_ledger WHERE subject = $1 AND name LIKE "
		"'fine.%' ORDER BY seq DESC LIMIT $2",
		case_id, (int)HISTORY_ROWS));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const char *name = arena_dup(rq->arena, rows_text(r, 1)), *tone = "";
		struct node *n = put_map(list, NULL);
		for (const struct choice *t = titles; t->code; t++)
			tone = text_is(t->code, name) ? t->tone : tone;
		put_text(n, "at", time_text(rq->arena, rows_int(r, 0)));
		put_text(n, "title", tr(rq, choice_label(titles, name)));
		put_text(n, "who", arena_dup(rq->arena, rows_text(r, 2)));
		put_text(n, "detail", "");
		put_text(n, "href", "");
		put_text(n, "tone", tone);
	}
	rows_close(r);
	return OK;
}

struct asking {
	const struct fine *f;
	const struct fine_facts *k;
	int64_t user;
	bool write, lead;
};

static void put_paying(struct node *can, const struct asking *q)
{
	const struct fine *f = q->f;
	bool mine = q->write && (q->user == f->officer1 || q->user == f->officer2);

	put_flag(can, "collect", mine && !f->settled_at && !f->paid_fen);
	put_flag(can, "slip", q->write && !f->settled_at);
	put_flag(can, "propose", mine && !may_propose_plan(q->k, "x"));
	put_flag(can, "decide", q->lead && !may_decide_plan(q->k, q->user, "x"));
	put_text(can, "remedy",
		!q->write || !f->served_at ? ""
		: q->k->remedy		   ? "remedy-end"
					   : "remedy");
}

/* A step that is not allowed is not offered; why the two most asked for are not yet is said. */
static void put_may(struct req *rq, const struct fine *f, const struct fine_facts *k)
{
	bool write = may(rq, CASE_WRITE), lead = may(rq, CASE_APPROVE);
	struct node *can = put_map(rq->view, "can");
	const char *demand = may_demand(k), *court = may_apply_to_court(k);

	can->hidden = true;
	put_paying(can, &(struct asking){ f, k, rq->user->id, write, lead });
	put_text(can, "remedy_label",
		tr(rq, k->remedy ? "The review or suit has ended" : "A review or suit has begun"));
	put_flag(can, "demand", write && !demand);
	put_flag(can, "judge", write && !k->demand_view && !may_judge_demand(k, "x"));
	put_flag(can, "apply", lead && !court);
	put_flag(can, "note", write && !may_note_court(k));
	put_flag(can, "end", lead && !f->settled_at);
	put_text(can, "no_demand",
		demand && !f->demanded_at && !f->settled_at ? tr(rq, demand) : "");
	put_text(can, "no_court",
		court && f->demanded_at && !f->court_at && !f->settled_at ? tr(rq, court) : "");
}

static void put_part_rows(struct req *rq)
{
	struct node *list = put_list(rq->view, "part_rows");

	list->hidden = true;
	for (int i = 1; i <= 6; i++)
		put_int(put_map(list, NULL), "n", i);
}

/* The three cases of the law, the first with its bound (APL 68). */
static enum err put_whys(struct req *rq)
{
	const struct node *law;

	TRY(fine_terms(rq, rq->now, &law));
	put_choices(rq, "whys", fine_onspot_whys, "");
	put_text(rq->view, "small_most",
		arena_printf(rq->arena, tr(rq, "A small fine is one of at most %s yuan."),
			fine_money(rq, node_int(law, "onspot_small_fen", 0))));
	return OK;
}

enum err fine_page(struct req *rq)
{
	struct fine f;
	struct fine_facts k;
	struct fine_account *a = NEW(rq->arena, struct fine_account);
	const char *name = "";

	TRY(fine_of_case(rq, rq->id, &f));
	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", f.operator));
	put_text(rq->view, "operator_name", name);
	TRY(fine_show(rq, &f, a));
	TRY(fine_facts_of(rq, &f, &k));
	put_text(rq->view, "court_due", k.court_due ? date_text(rq->arena, k.court_due) : "");
	put_may(rq, &f, &k);
	TRY(put_whys(rq));
	put_choices(rq, "results", fine_court_results, "");
	put_choices(rq, "grounds", fine_ends + 1, "");
	put_part_rows(rq);
	put_text(rq->view, "today", date_text(rq->arena, rq->now));
	TRY(put_history(rq, f.case_id));
	return page(rq, "fines/one");
}
