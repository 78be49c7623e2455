/* The forms of performance, filled in: the bank's slip, papers 47, 48 and 49. Their words are
 * Chinese: they are the law's, not the program's. */
#include "domains/fines/fines.h"

enum { MAX_VALUES = 40, PARTS_MOST = 24 };

struct filling {
	struct paper_value v[MAX_VALUES];
	size_t n;
};

static void put(struct filling *k, const char *name, const char *text)
{
	if (text && *text && k->n < MAX_VALUES)
		k->v[k->n++] = (struct paper_value){ name, text };
}

static enum err put_party(struct req *rq, const struct fine *f, struct filling *k)
{
	static const char *const names[] = { "party_name", "party_id", "party_address",
		"party_legal", "party_phone" };
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT name, uscc, address, legal_person, phone FROM pub_operators WHERE id = $1",
		f->operator));
	TRY(rows_next(r, &more));
	for (int i = 0; more && i < 5; i++)
		put(k, names[i], arena_dup(rq->arena, rows_text(r, i)));
	rows_close(r);
	return OK;
}

static enum err put_case(struct req *rq, const struct fine *f, struct filling *k)
{
	const char *number = "";
	int64_t decided;

	TRY(put_party(rq, f, k));
	enum err e = db_text(
		rq, &number, "SELECT number FROM pub_papers WHERE id = $1", f->decision_paper);
	if (e && e != E_NOT_FOUND)
		return e;
	TRY(db_int(rq, &decided, "SELECT decided_at FROM pub_cases WHERE id = $1", f->case_id));
	put(k, "decision_number", *number ? number : f->number);
	put(k, "decision_date", date_zh(rq->arena, decided ? decided : rq->now));
	put(k, "total", fine_money_zh(rq, f->fine_fen + f->confiscated_fen));
	put(k, "fine", f->fine_fen ? fine_money_zh(rq, f->fine_fen) : "");
	put(k, "confiscated", f->confiscated_fen ? fine_money_zh(rq, f->confiscated_fen) : "");
	put(k, "slip_code", f->slip_code);
	put(k, "pay_code",
		arena_printf(rq->arena, "%s%s", setting(rq, "bank_pay_url", ""), f->slip_code));
	put(k, "bank", setting(rq, "bank_name", "代收银行网点、手机银行、电子支付平台"));
	put(k, "contact_phone", setting(rq, "contact_phone", "12315"));
	return OK;
}

struct ordered {
	const char *template;
	int64_t *paper; /* its id comes here */
};

static enum err order(
	struct req *rq, const struct fine *f, const struct filling *k, const struct ordered *to)
{
	struct paper_ref ref;
	struct paper_order o = { .template = to->template,
		.subject = f->case_id,
		.entity = f->operator,
		.area = f->area,
		.values = k->v,
		.n = k->n };

	TRY(paper_order(rq, &o, &ref));
	*to->paper = ref.id;
	return OK;
}

enum err fine_slip_order(struct req *rq, struct fine *f)
{
	struct filling k = { .n = 0 };
	const struct node *law;

	TRY(fine_terms(rq, rq->now, &law));
	TRY(put_case(rq, f, &k));
	put(&k, "term",
		f->pay_due ? arena_printf(rq->arena, "%s前", date_zh(rq->arena, f->pay_due))
			   : arena_printf(rq->arena, "自收到行政处罚决定书之日起%d日内",
				     (int)node_int(law, "pay_days", 15)));
	return order(rq, f, &k, &(struct ordered){ "payment_slip", &f->slip_paper });
}

/* "1. 2026年12月20日前缴纳100.00元" for each part. */
static enum err put_parts(struct req *rq, const struct fine *f, struct filling *k)
{
	struct list l;
	int n = 0;

	TRY(db_all(rq, &fine_part_model, &l,
		"SELECT * FROM fine_parts WHERE fine = $1 AND dropped_at = 0 ORDER BY n", f->id));
	for (struct fine_part *p = LIST_OF(struct fine_part, &l);
		p < LIST_END(struct fine_part, &l) && n < PARTS_MOST / 2; p++) {
		n++;
		put(k, arena_printf(rq->arena, "part.%d.due", n), date_zh(rq->arena, p->due));
		put(k, arena_printf(rq->arena, "part.%d.amount", n), fine_money_zh(rq, p->fen));
	}
	return OK;
}

enum err fine_plan_order(struct req *rq, struct fine *f)
{
	struct filling k = { .n = 0 };

	TRY(put_case(rq, f, &k));
	put(&k, "asked_at", date_zh(rq->arena, f->plan_asked_at));
	put(&k, "kind", text_is(f->plan_kind, "later") ? "延期" : "分期");
	put(&k, "reason", f->plan_reason);
	put(&k, "approved", text_is(f->plan_state, "approved") ? "yes" : "no");
	if (text_is(f->plan_state, "approved"))
		TRY(put_parts(rq, f, &k));
	return order(rq, f, &k, &(struct ordered){ "defer_notice", &f->plan_paper });
}

static enum err put_owed(struct req *rq, const struct fine *f, struct filling *k)
{
	struct fine_account *a = NEW(rq->arena, struct fine_account);

	TRY(fine_count(rq, f, a));
	put(k, "served_at", date_zh(rq->arena, f->served_at));
	put(k, "pay_due", date_zh(rq->arena, f->pay_due));
	put(k, "paid", fine_money_zh(rq, f->paid_fen));
	put(k, "late", fine_money_zh(rq, a->late_fen));
	put(k, "owed", fine_money_zh(rq, a->owed_fen));
	return OK;
}

enum err fine_demand_order(struct req *rq, struct fine *f)
{
	struct filling k = { .n = 0 };

	TRY(put_case(rq, f, &k));
	TRY(put_owed(rq, f, &k));
	return order(rq, f, &k, &(struct ordered){ "payment_demand", &f->demand_paper });
}

enum err fine_court_order(struct req *rq, struct fine *f)
{
	struct filling k = { .n = 0 };
	const char *number = "";

	TRY(put_case(rq, f, &k));
	TRY(put_owed(rq, f, &k));
	TRY(db_text(rq, &number, "SELECT number FROM pub_papers WHERE id = $1", f->demand_paper));
	put(&k, "demand_number", number);
	put(&k, "demand_served_at", date_zh(rq->arena, f->demand_served_at));
	put(&k, "statement",
		*f->demand_words ? arena_printf(rq->arena, "%s。本局意见：%s", f->demand_words,
					   f->demand_view)
				 : "");
	put(&k, "court", setting(rq, "court", "示范区人民法院"));
	put(&k, "leader", rq->user->name);
	return order(rq, f, &k, &(struct ordered){ "enforcement_application", &f->court_paper });
}
