/* What the officers' page and the party's page of a fine show alike. */
#include "domains/fines/fines.h"

#include "contracts/facts.h"
#include "core/documents/qr.h"

/* The office's own terms are no matter of the party's page. */
static bool is_shown(const struct req *rq, const struct fine_clock *c)
{
	return rq->user->role_id != ROLE_PARTY ||
	       (!text_is(c->kind, "court") && !text_is(c->kind, "office") &&
		       !text_is(c->kind, "bank"));
}

static enum err put_clocks(struct req *rq, const struct fine *f)
{
	struct list l;
	struct node *list = put_list(rq->view, "clocks");

	list->hidden = true;
	TRY(db_all(rq, &fine_clock_model, &l,
		"SELECT * FROM fine_clocks WHERE fine = $1 AND state <> 'done' ORDER BY due, id",
		f->id));
	for (struct fine_clock *c = LIST_OF(struct fine_clock, &l);
		c < LIST_END(struct fine_clock, &l); c++) {
		int64_t days = day_number(c->due) - day_number(rq->now);
		if (!is_shown(rq, c))
			continue;
		struct node *n = put_map(list, NULL);
		put_text(n, "label", tr(rq, choice_label(fine_clock_kinds, c->kind)));
		put_text(n, "due", date_text(rq->arena, c->due));
		put_text(n, "left",
			c->due < rq->now
				? tr(rq, "Overdue")
				: arena_printf(rq->arena, tr(rq, "%d days left"), (int)days));
		put_text(n, "tone",
			c->due < rq->now	? "red"
			: c->warn_at <= rq->now ? "yellow"
						: "green");
		put_text(n, "clause", clause_text(rq, c->clause));
		put_text(n, "due_iso", time_iso(rq->arena, c->due));
	}
	return OK;
}

static void put_lines(struct req *rq, const struct fine_account *a)
{
	struct node *list = put_list(rq->view, "late_lines");

	for (size_t i = 0; i < a->n; i++) {
		const struct late_line *l = &a->lines[i];
		struct node *n = put_map(list, NULL);
		int64_t from = (int64_t)l->day * DAY - 8 * HOUR;
		const char *day = date_text(rq->arena, from);
		if (l->days > 1)
			day = arena_printf(rq->arena, "%s – %s", day,
				date_text(rq->arena, from + (l->days - 1) * DAY));
		put_text(n, "day", day);
		put_text(n, "base", fine_money(rq, l->base_fen));
		put_text(n, "add", fine_money(rq, l->add_fen));
		put_text(n, "sum", fine_money(rq, l->sum_fen));
		put_text(
			n, "why", l->add_fen ? "" : tr(rq, "Review or suit: not counted (APL 73)"));
	}
}

static enum err put_payments(struct req *rq, const struct fine *f)
{
	struct list l;

	TRY(db_all(rq, &fine_payment_model, &l,
		"SELECT * FROM fine_payments WHERE fine = $1 ORDER BY paid_at, id", f->id));
	struct node *list = show_list(rq, "payments", &fine_payment_model, &l);
	struct node *n = list ? list->first : NULL;
	for (struct fine_payment *p = LIST_OF(struct fine_payment, &l);
		n && p < LIST_END(struct fine_payment, &l); p++, n = n->next) {
		put_flag(n, "to_hand_in", text_is(p->source, "onspot") && !p->office_at)->hidden =
			true;
		put_flag(n, "to_bank", p->office_at && !p->banked_at)->hidden = true;
		put_flag(n, "went_back", p->refunded_fen != 0)->hidden = true;
	}
	return OK;
}

static enum err put_parts(struct req *rq, const struct fine *f)
{
	struct list l;

	TRY(db_all(rq, &fine_part_model, &l,
		"SELECT * FROM fine_parts WHERE fine = $1 AND dropped_at = 0 ORDER BY n", f->id));
	show_list(rq, "parts", &fine_part_model, &l);
	TRY(fine_remedies_of(rq, f, &l));
	show_list(rq, "remedies", &fine_remedy_model, &l);
	return OK;
}

static enum err put_papers(struct req *rq, const struct fine *f)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "papers");

	TRY(db_query(rq, &r,
		"SELECT id, title, number, state FROM pub_papers WHERE id IN ($1, $2, $3, $4, $5) "
		"ORDER BY id",
		f->decision_paper, f->slip_paper, f->plan_paper, f->demand_paper, f->court_paper));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_printf(n, "id", "%" PRId64, rows_int(r, 0));
		put_text(n, "title", arena_dup(rq->arena, rows_text(r, 1)));
		put_text(n, "number", arena_dup(rq->arena, rows_text(r, 2)));
		put_flag(n, "sealed", text_is(rows_text(r, 3), "sealed"));
	}
	rows_close(r);
	return OK;
}

/* The code of the bank's slip; a bureau whose bank wants an address sets bank_pay_url, to which the
 * code is added. */
static enum err put_code(struct req *rq, const struct fine *f)
{
	struct fault why = { 0 };
	char *svg;
	const char *text =
		arena_printf(rq->arena, "%s%s", setting(rq, "bank_pay_url", ""), f->slip_code);

	if (qr_svg(rq->arena, text, &svg, &why))
		return fail(rq, E_INTERNAL, "The code could not be drawn: %s", why.text);
	struct node *n = put_text(rq->view, "qr", svg);
	n->raw = true;
	n->hidden = true;
	return OK;
}

enum err fine_show(struct req *rq, const struct fine *f, struct fine_account *a)
{
	TRY(fine_count(rq, f, a));
	show(rq, "fine", &fine_model, f);
	put_text(rq->view, "total", fine_money(rq, a->total_fen));
	put_text(rq->view, "late", fine_money(rq, a->late_fen));
	put_text(rq->view, "owed", fine_money(rq, a->owed_fen));
	put_text(rq->view, "over", a->over_fen ? fine_money(rq, a->over_fen) : "");
	put_flag(rq->view, "has_late", a->n != 0);
	put_flag(rq->view, "capped", a->late_fen && a->late_fen == f->fine_fen);
	put_flag(rq->view, "has_confiscated", f->confiscated_fen != 0);
	put_flag(rq->view, "served", f->served_at != 0);
	put_flag(rq->view, "settled", f->settled_at != 0);
	put_lines(rq, a);
	TRY(put_clocks(rq, f));
	TRY(put_payments(rq, f));
	TRY(put_parts(rq, f));
	TRY(put_papers(rq, f));
	return f->settled_at ? OK : put_code(rq, f);
}
