/* Loading, saving, counting what is owed, settling. The subject of every fact of a fine is its
 * case. */
#include "domains/fines/fines.h"

#include "contracts/facts.h"

enum err fine_terms(struct req *rq, int64_t at, const struct node **out)
{
	return rules(rq, "fines/terms", at, out);
}

/* One may have stepped aside since the fine was opened. */
static enum err officers_of(struct req *rq, struct fine *f)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r, "SELECT officer1, officer2 FROM pub_cases WHERE id = $1", f->case_id));
	TRY(rows_next(r, &more));
	if (more) {
		f->officer1 = rows_int(r, 0);
		f->officer2 = rows_int(r, 1);
	}
	rows_close(r);
	return OK;
}

enum err fine_of_case(struct req *rq, int64_t case_id, struct fine *f)
{
	enum err e = db_one(rq, &fine_model, f, "SELECT * FROM fines WHERE case_id = $1", case_id);

	if (e == E_NOT_FOUND)
		return fail(rq, e, "No fine was imposed in this case.");
	TRY(e);
	TRY(officers_of(rq, f));
	return in_area(rq, f->area);
}

enum err fine_mine(struct req *rq, struct fine *f)
{
	if (rq->user->link_subject != rq->id)
		return fail(rq, E_FORBIDDEN, "Your link opens another matter.");
	enum err e = db_one(rq, &fine_model, f,
		"SELECT * FROM fines WHERE case_id = $1 AND operator = $2", rq->id,
		rq->user->entity);

	return e == E_NOT_FOUND ? fail(rq, e, "No fine was imposed in this case.") : e;
}

enum err fine_save(struct req *rq, struct fine *f, const char *fact, const char *data)
{
	TRY(db_update(rq, &fine_model, f));
	return emit(rq, fact, f->case_id, f->operator, data);
}

enum err fine_allow(struct req *rq, const char *why_not)
{
	return why_not ? fail(rq, E_CONFLICT, "%s", tr(rq, why_not)) : OK;
}

const char *fine_number(struct req *rq, int64_t fen)
{
	return arena_printf(rq->arena, "%" PRId64 ".%02d", fen / 100, (int)(fen % 100));
}

const char *fine_money(struct req *rq, int64_t fen)
{
	return money_text(rq->arena, fen);
}

const char *fine_money_zh(struct req *rq, int64_t fen)
{
	return arena_printf(rq->arena, "%s元", fine_money(rq, fen));
}

enum err fine_months(struct req *rq, int64_t from, int n, int64_t *end)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct civil c = civil_of(from);
	int month = c.month - 1 + n;

	c.year += month / 12;
	c.month = month % 12 + 1;
	bool leap = c.year % 4 == 0 && (c.year % 100 != 0 || c.year % 400 == 0);
	int last = lengths[c.month - 1] + (c.month == 2 && leap);
	if (c.day > last)
		c.day = last;
	return term_days(rq, civil_to_ms(c), 0, end);
}

/* ---- what is owed ---------------------------------------------------------------------------- */
struct counting {
	struct late_facts l;
	int64_t before_plan; /* paid before it was approved: not among its parts */
	bool remedy;
};

static enum err payments_of(struct req *rq, const struct fine *f, struct counting *k)
{
	struct late_facts *l = &k->l;
	struct list rows;

	TRY(db_all(rq, &fine_payment_model, &rows,
		"SELECT * FROM fine_payments WHERE fine = $1 ORDER BY paid_at, id", f->id));
	struct late_money *m = NEWS(rq->arena, struct late_money, rows.n + 1);
	for (struct fine_payment *p = LIST_OF(struct fine_payment, &rows);
		p < LIST_END(struct fine_payment, &rows); p++) {
		m[l->n_paid++] =
			(struct late_money){ day_number(p->paid_at), p->fen - p->refunded_fen };
		if (p->taken_at <= f->plan_decided_at)
			k->before_plan += p->fen - p->refunded_fen;
	}
	l->paid = m;
	return OK;
}

static enum err parts_of(struct req *rq, const struct fine *f, struct counting *k)
{
	struct late_facts *l = &k->l;
	struct list rows;

	if (!f->plan_until)
		return OK;
	TRY(db_all(rq, &fine_part_model, &rows,
		"SELECT * FROM fine_parts WHERE fine = $1 AND dropped_at = 0 ORDER BY n", f->id));
	struct late_money *m = NEWS(rq->arena, struct late_money, rows.n + 1);
	m[l->n_parts++] = (struct late_money){ 0, k->before_plan };
	for (struct fine_part *p = LIST_OF(struct fine_part, &rows);
		p < LIST_END(struct fine_part, &rows); p++)
		m[l->n_parts++] = (struct late_money){ day_number(p->due), p->fen };
	l->parts = m;
	l->plan_from = day_number(f->plan_asked_at);
	return OK;
}

enum err fine_remedies_of(struct req *rq, const struct fine *f, struct list *l)
{
	return db_all(rq, &fine_remedy_model, l,
		"SELECT id, 1 AS version, CAST($2 AS bigint) AS fine, kind, begun_at, ended_at, "
		"outcome, words FROM pub_case_remedies WHERE case_id = $1 ORDER BY begun_at, id",
		f->case_id, f->id);
}

static enum err spans_of(struct req *rq, const struct fine *f, struct counting *k)
{
	struct late_facts *l = &k->l;
	struct list rows;

	TRY(fine_remedies_of(rq, f, &rows));
	struct late_span *s = NEWS(rq->arena, struct late_span, rows.n + 1);
	for (struct fine_remedy *r = LIST_OF(struct fine_remedy, &rows);
		r < LIST_END(struct fine_remedy, &rows); r++) {
		k->remedy |= !r->ended_at;
		s[l->n_spans++] = (struct late_span){ day_number(r->begun_at),
			r->ended_at ? day_number(r->ended_at) : INT32_MAX };
	}
	l->spans = s;
	return OK;
}

enum err fine_count(struct req *rq, const struct fine *f, struct fine_account *a)
{
	const struct node *law;
	struct counting k = { .l = { .fine_fen = f->fine_fen,
				      .total_fen = f->fine_fen + f->confiscated_fen,
				      .term = f->pay_due ? day_number(f->pay_due) : 0,
				      .until = day_number(
					      f->settled_at ? f->settled_at : rq->now) } };

	*a = (struct fine_account){ .n = 0 };
	TRY(fine_terms(rq, f->served_at ? f->served_at : rq->now, &law));
	k.l.rate_bp = node_int(law, "late_rate_bp", 300);
	k.l.whole = text_is(node_text(law, "late_base", ""), "fine");
	TRY(payments_of(rq, f, &k));
	TRY(parts_of(rq, f, &k));
	TRY(spans_of(rq, f, &k));
	a->remedy = k.remedy;
	a->late_fen = late_fine(&k.l, a->lines, FINE_LINES, &a->n);
	a->total_fen = k.l.total_fen + a->late_fen;
	a->owed_fen = a->total_fen - f->paid_fen;
	if (a->owed_fen < 0) {
		a->over_fen = -a->owed_fen;
		a->owed_fen = 0;
	}
	return OK;
}

static enum err court_due_of(struct req *rq, const struct fine *f, int64_t *due)
{
	const struct node *law;
	int64_t from = f->plan_until > f->suit_due ? f->plan_until : f->suit_due;

	*due = 0;
	if (!from)
		return OK;
	TRY(fine_terms(rq, f->served_at, &law));
	return fine_months(rq, from, (int)node_int(law, "court_months", 3), due);
}

enum err fine_facts_of(struct req *rq, const struct fine *f, struct fine_facts *out)
{
	struct fine_account *a = NEW(rq->arena, struct fine_account);
	const struct node *law;

	TRY(fine_count(rq, f, a));
	TRY(fine_terms(rq, rq->now, &law));
	*out = (struct fine_facts){ .state = f->state,
		.simple = f->simple,
		.fine_fen = f->fine_fen,
		.owed_fen = a->owed_fen,
		.paid_fen = f->paid_fen,
		.served_at = f->served_at,
		.pay_due = f->pay_due,
		.suit_due = f->suit_due,
		.remedy = a->remedy,
		.plan_state = f->plan_state,
		.plan_by = f->plan_by,
		.plan_until = f->plan_until,
		.demanded_at = f->demanded_at,
		.demand_served_at = f->demand_served_at,
		.demand_due = f->demand_due,
		.demand_words = *f->demand_words != 0,
		.demand_view = *f->demand_view != 0,
		.court_at = f->court_at,
		.after_suit_term = text_is(node_text(law, "demand_after", ""), "suit_term"),
		.now = rq->now };
	return court_due_of(rq, f, &out->court_due);
}

/* ---- settled -----------------------------------------------------------------------------------
 */
enum err fine_settle(struct req *rq, struct fine *f, const char *how, const char *words)
{
	static const char *const kinds[] = { "pay", "part", "demand", "court" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		TRY(fine_clock_stop(rq, f, kinds[i], 0));
	f->state = "settled";
	f->settled_at = rq->now;
	f->settled_how = how;
	TRY(fine_save(rq, f, FINE_SETTLED,
		json_pairs(rq, "how", how, "paid", fine_number(rq, f->paid_fen), "late",
			fine_number(rq, f->late_fen), "words", words, NULL)));
	return OK;
}

enum err fine_settle_if_done(struct req *rq, struct fine *f)
{
	struct fine_account *a = NEW(rq->arena, struct fine_account);

	if (f->settled_at)
		return OK;
	TRY(fine_count(rq, f, a));
	f->late_fen = a->late_fen;
	return a->owed_fen ? OK : fine_settle(rq, f, "paid", "");
}

enum err fine_tell_party(struct req *rq, const struct fine *f, const char *words)
{
	const char *phone = "";
	enum err e =
		db_text(rq, &phone, "SELECT phone FROM pub_operators WHERE id = $1", f->operator);

	if (e == E_NOT_FOUND || (!e && !*phone))
		return OK;
	TRY(e);
	return sms_send(rq, phone,
		arena_printf(rq->arena, "%s：%s详见%s/my/cases/%" PRId64 "/fine。",
			setting(rq, "bureau", "市场监督管理局"), words, site_url(rq), f->case_id));
}
