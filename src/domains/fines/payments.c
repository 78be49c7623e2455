/* Money that came: through the bank, or collected on the spot where the law allows it (APL 67 to
 * 71). Nothing that came is lost: what is too much is shown until it went back, what nobody knows
 * until somebody says whose it is. */
#include "domains/fines/fines.h"

#include "contracts/facts.h"

enum {
	PAGE_ROWS = 50,
	WORDS_CHARS = 300,
	RECEIPT_CHARS = 40,
	LANDING_DAYS = 30,
	REJECTS_SHOWN = 500
};

static enum err paid_sum(struct req *rq, struct fine *f)
{
	return db_int(rq, &f->paid_fen,
		"SELECT CAST(coalesce(sum(fen - refunded_fen), 0) AS bigint) FROM fine_payments "
		"WHERE fine = $1",
		f->id);
}

static const char *paid_said(struct req *rq, const struct fine_payment *p)
{
	return json_pairs(rq, "payment", arena_printf(rq->arena, "%" PRId64, p->id), "bank_no",
		p->bank_no, "amount", fine_number(rq, p->fen), "paid_on",
		date_text(rq->arena, p->paid_at), "source", p->source, "receipt_no", p->receipt_no,
		NULL);
}

/* A part of the plan is done when what was paid since reaches it. */
static enum err parts_met(struct req *rq, const struct fine *f)
{
	struct list l;
	int64_t since, sum = 0;

	if (!f->plan_until)
		return OK;
	TRY(db_int(rq, &since,
		"SELECT CAST(coalesce(sum(fen - refunded_fen), 0) AS bigint) FROM fine_payments "
		"WHERE fine = $1 AND taken_at > $2",
		f->id, f->plan_decided_at));
	TRY(db_all(rq, &fine_clock_model, &l,
		"SELECT c.* FROM fine_clocks c WHERE c.fine = $1 AND c.kind = 'part' ORDER BY "
		"c.due",
		f->id));
	for (struct fine_clock *c = LIST_OF(struct fine_clock, &l);
		c < LIST_END(struct fine_clock, &l); c++) {
		int64_t fen;
		TRY(db_int(rq, &fen,
			"SELECT fen FROM fine_parts WHERE fine = $1 AND due = $2 AND dropped_at = "
			"0",
			f->id, c->due));
		sum += fen;
		if (sum > since)
			break;
		if (text_is(c->state, "done"))
			continue;
		c->state = "done";
		TRY(db_update(rq, &fine_clock_model, c));
	}
	return OK;
}

/* Credits a payment that is kept already. */
static enum err credit(struct req *rq, struct fine *f, struct fine_payment *p)
{
	struct fine_account *a = NEW(rq->arena, struct fine_account);

	TRY(paid_sum(rq, f));
	TRY(fine_count(rq, f, a));
	f->late_fen = a->late_fen;
	TRY(parts_met(rq, f));
	TRY(fine_save(rq, f, FINE_PAID, paid_said(rq, p)));
	if (a->over_fen)
		TRY(emit(rq, FINE_OVERPAID, f->case_id, f->operator,
			json_pairs(rq, "too_much", fine_number(rq, a->over_fen), NULL)));
	TRY(fine_settle_if_done(rq, f));
	return fine_tell_party(rq, f,
		a->over_fen ? arena_printf(rq->arena, "收到缴款%s，多缴%s，将依法退还。",
				      fine_money_zh(rq, p->fen), fine_money_zh(rq, a->over_fen))
		: a->owed_fen ? arena_printf(rq->arena, "收到缴款%s，尚欠%s。",
					fine_money_zh(rq, p->fen), fine_money_zh(rq, a->owed_fen))
			      : arena_printf(rq->arena, "收到缴款%s，已缴清。",
					fine_money_zh(rq, p->fen)));
}

enum err fine_paid(struct req *rq, struct fine *f, struct fine_payment *p)
{
	p->fine = f->id;
	TRY(db_insert(rq, &fine_payment_model, p));
	return credit(rq, f, p);
}

/* ---- collected on the spot ---------------------------------------------------------------------
 */
/* Two working days to hand it in; of money taken on the water from the day of landing (APL 71). */
static enum err hand_in_by(struct req *rq, const struct node *law, struct fine_payment *p)
{
	int64_t from = rq->now, landed = 0;
	const char *day = form_text(rq, "landed");

	if (*day) {
		if (!text_is(p->onspot_why, "remote") || !date_parse(day, &landed) ||
			landed + DAY <= rq->now || landed > rq->now + LANDING_DAYS * DAY)
			return fail(rq, E_INVALID,
				"The day of landing is of money taken on the water: today or a day "
				"soon (APL article 71).");
		from = landed;
		p->words =
			arena_printf(rq->arena, "%s；%s抵岸", p->words, date_zh(rq->arena, landed));
	}
	return term_workdays(rq, from, (int)node_int(law, "hand_in_workdays", 2), &p->office_due);
}

static enum err collect_allowed(
	struct req *rq, const struct fine *f, const struct node *law, const struct collecting *c)
{
	struct fine_facts facts;
	const struct fine_bounds b = { node_int(law, "onspot_small_fen", 0),
		node_int(law, "onspot_hard_fen", 0) };
	int64_t there;

	TRY(fine_facts_of(rq, f, &facts));
	if (rq->user->id != f->officer1 && rq->user->id != f->officer2)
		return fail(rq, E_FORBIDDEN,
			"Only the officers of the case collect on the spot (APL article 68; O2 "
			"article 22).");
	TRY(fine_allow(rq, may_collect(&facts, &b, c)));
	if (utf8_length(c->receipt_no) > RECEIPT_CHARS || utf8_length(c->words) > WORDS_CHARS)
		return fail(rq, E_INVALID, "The number or the request is too long.");
	TRY(db_int(rq, &there, "SELECT count(*) FROM fine_payments WHERE receipt_no = $1",
		c->receipt_no));
	return there ? fail(rq, E_CONFLICT, "This receipt has been used already (APL article 70).")
		     : OK;
}

enum err fine_collect(struct req *rq)
{
	const struct node *law;
	struct fine f;
	const struct collecting c = { form_text(rq, "why"), form_text(rq, "receipt_no"),
		form_text(rq, "words") };

	TRY(fine_of_case(rq, rq->id, &f));
	TRY(fine_terms(rq, rq->now, &law));
	TRY(collect_allowed(rq, &f, law, &c));
	struct fine_payment p = { .source = "onspot",
		.bank_no = arena_printf(rq->arena, "票据 %s", c.receipt_no),
		.slip_code = f.slip_code,
		.fen = f.fine_fen,
		.paid_at = rq->now,
		.payer = "",
		.words = c.words,
		.receipt_no = c.receipt_no,
		.onspot_why = c.why,
		.collected_by = rq->user->id,
		.taken_at = rq->now };
	TRY(hand_in_by(rq, law, &p));
	TRY(fine_paid(rq, &f, &p));
	TRY(fine_clock_start(rq,
		(struct fine_clock){
			.fine = f.id, .payment = p.id, .kind = "office", .due = p.office_due }));
	TRY(emit(rq, FINE_COLLECTED, f.case_id, f.operator, paid_said(rq, &p)));
	notice(rq, "Collected. Hand it in until %s (APL article 71).",
		date_text(rq->arena, p.office_due));
	return redirect(rq, "/cases/%" PRId64 "/fine", f.case_id);
}

static enum err payment_load(struct req *rq, struct fine_payment *p, struct fine *f)
{
	TRY(db_one(
		rq, &fine_payment_model, p, "SELECT * FROM fine_payments WHERE id = $1", rq->id));
	*f = (struct fine){ .id = 0 };
	if (!p->fine)
		return OK;
	TRY(db_one(rq, &fine_model, f, "SELECT * FROM fines WHERE id = $1", p->fine));
	return in_area(rq, f->area);
}

enum err fine_handed_in(struct req *rq)
{
	const struct node *law;
	struct fine_payment p;
	struct fine f;

	TRY(payment_load(rq, &p, &f));
	if (!text_is(p.source, "onspot") || p.office_at)
		return fail(
			rq, E_CONFLICT, "No money collected on the spot waits to be handed in.");
	TRY(fine_terms(rq, rq->now, &law));
	p.office_at = rq->now;
	TRY(term_workdays(rq, rq->now, (int)node_int(law, "bank_workdays", 2), &p.bank_due));
	TRY(db_update(rq, &fine_payment_model, &p));
	TRY(fine_clock_stop(rq, &f, "office", p.id));
	TRY(fine_clock_start(
		rq, (struct fine_clock){
			    .fine = f.id, .payment = p.id, .kind = "bank", .due = p.bank_due }));
	TRY(emit(rq, FINE_HANDED_IN, f.case_id, f.operator, paid_said(rq, &p)));
	return redirect(rq, "/cases/%" PRId64 "/fine", f.case_id);
}

enum err fine_banked(struct req *rq)
{
	struct fine_payment p;
	struct fine f;
	const char *no = form_text(rq, "bank_no");

	TRY(payment_load(rq, &p, &f));
	if (!p.office_at || p.banked_at)
		return fail(rq, E_CONFLICT,
			"No money collected on the spot waits to be paid to the bank.");
	if (!*no || utf8_length(no) > 60)
		return fail(rq, E_INVALID, "Give the bank's transaction number.");
	p.banked_at = rq->now;
	p.words = *p.words ? arena_printf(rq->arena, "%s；%s", p.words, no) : no;
	TRY(db_update(rq, &fine_payment_model, &p));
	TRY(fine_clock_stop(rq, &f, "bank", p.id));
	TRY(emit(rq, FINE_BANKED, f.case_id, f.operator,
		json_pairs(rq, "receipt_no", p.receipt_no, "bank_no", no, NULL)));
	return redirect(rq, "/cases/%" PRId64 "/fine", f.case_id);
}

/* ---- too much, and of nobody we know -----------------------------------------------------------
 */
enum err fine_refund(struct req *rq)
{
	struct fine_account *a = NEW(rq->arena, struct fine_account);
	struct fine_payment p;
	struct fine f;
	int64_t fen, most;
	const char *words = form_text(rq, "words");

	TRY(payment_load(rq, &p, &f));
	most = p.fen - p.refunded_fen;
	if (p.fine) {
		TRY(fine_count(rq, &f, a));
		int64_t free = text_is(f.settled_how, "annulled") ? f.paid_fen : a->over_fen;
		most = free < most ? free : most;
	}
	if (!money_read(form_text(rq, "amount"), &fen) || fen > most)
		return fail(rq, E_INVALID, "Give the amount that went back, at most %s.",
			fine_money(rq, most));
	if (!*words || utf8_length(words) > WORDS_CHARS)
		return fail(rq, E_INVALID, "Give the number of the refund and to whom.");
	p.refunded_fen += fen;
	p.words = *p.words ? arena_printf(rq->arena, "%s；%s", p.words, words) : words;
	TRY(db_update(rq, &fine_payment_model, &p));
	const char *said = json_pairs(
		rq, "bank_no", p.bank_no, "amount", fine_number(rq, fen), "words", words, NULL);
	if (!p.fine) {
		TRY(emit(rq, FINE_REFUNDED, p.id, 0, said));
		return redirect(rq, "/fines/payments");
	}
	TRY(paid_sum(rq, &f));
	TRY(fine_save(rq, &f, FINE_REFUNDED, said));
	return redirect(rq, "/cases/%" PRId64 "/fine", f.case_id);
}

enum err fine_match(struct req *rq)
{
	struct fine_payment p;
	struct fine f;
	const char *words = form_text(rq, "words"), *code = form_text(rq, "slip_code");

	TRY(payment_load(rq, &p, &f));
	if (p.fine || p.refunded_fen)
		return fail(rq, E_CONFLICT, "It is known whose payment this is.");
	if (!*words || utf8_length(words) > WORDS_CHARS)
		return fail(rq, E_INVALID, "Write how you know whose payment it is.");
	enum err e = db_one(rq, &fine_model, &f, "SELECT * FROM fines WHERE slip_code = $1", code);
	if (e == E_NOT_FOUND)
		return fail(rq, E_INVALID, "No fine has this payment code.");
	TRY(e);
	TRY(in_area(rq, f.area));
	p.fine = f.id;
	p.words = words;
	TRY(db_update(rq, &fine_payment_model, &p));
	TRY(emit(rq, FINE_PAYMENT_MATCHED, f.case_id, f.operator,
		json_pairs(rq, "bank_no", p.bank_no, "amount", fine_number(rq, p.fen), "words",
			words, NULL)));
	TRY(credit(rq, &f, &p));
	return redirect(rq, "/cases/%" PRId64 "/fine", f.case_id);
}

struct payment_row {
	int64_t id, fen, paid_at, case_id, refunded_fen;
	const char *bank_no, *slip_code, *payer, *source, *number, *operator_name;
};
static const struct model payment_row_model = MODEL("fine_payments", struct payment_row,
	FIELDS(STORED(struct payment_row, id, .as = AS_ID), STORED(struct payment_row, bank_no),
		STORED(struct payment_row, slip_code), STORED(struct payment_row, payer),
		STORED(struct payment_row, source, .choices = fine_sources),
		STORED(struct payment_row, fen, .as = AS_FEN),
		STORED(struct payment_row, refunded_fen, .as = AS_FEN),
		STORED(struct payment_row, paid_at, .as = AS_DATE),
		STORED(struct payment_row, case_id, .as = AS_ID),
		STORED(struct payment_row, number), STORED(struct payment_row, operator_name)));

/* The files being read, those read last, and the rows of one of them that could not be taken. */
static enum err put_files(struct req *rq)
{
	struct list reading, files, bad;
	int64_t chosen = query_int(rq, "file", 0);

	TRY(db_all(rq, &fine_reading_model, &reading,
		"SELECT * FROM fine_readings ORDER BY begun_at, id LIMIT 10"));
	show_list(rq, "reading", &fine_reading_model, &reading);
	TRY(db_all(rq, &fine_statement_model, &files,
		"SELECT * FROM fine_statements ORDER BY taken_at DESC, id DESC LIMIT 10"));
	struct node *n = show_list(rq, "files", &fine_statement_model, &files)->first;
	for (struct fine_statement *f = LIST_OF(struct fine_statement, &files);
		n && f < LIST_END(struct fine_statement, &files); f++, n = n->next)
		put_flag(n, "has_bad", f->bad > 0)->hidden = true;
	if (!chosen)
		return OK;
	TRY(db_all(rq, &fine_reject_model, &bad,
		"SELECT * FROM fine_rejects WHERE statement = $1 ORDER BY line, id LIMIT $2",
		chosen, (int)REJECTS_SHOWN));
	for (struct fine_reject *x = LIST_OF(struct fine_reject, &bad);
		x < LIST_END(struct fine_reject, &bad); x++)
		x->reason = tr(rq, x->reason);
	show_list(rq, "rejected", &fine_reject_model, &bad);
	return OK;
}

enum err fine_payments_page(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);

	TRY(db_all(rq, &payment_row_model, &l,
		"SELECT p.id, p.fen, p.paid_at, coalesce(f.case_id, 0) AS case_id, p.refunded_fen, "
		"p.bank_no, p.slip_code, p.payer, p.source, coalesce(f.number, '') AS number, "
		"coalesce(o.name, '') AS operator_name FROM fine_payments p LEFT JOIN fines f ON "
		"f.id = p.fine LEFT JOIN pub_operators o ON o.id = f.operator WHERE (CAST($1 AS "
		"bigint) = 0 OR p.fine = 0 OR f.area = $1) ORDER BY CASE WHEN p.fine = 0 AND "
		"p.refunded_fen < p.fen THEN 0 ELSE 1 END, p.paid_at DESC, p.id DESC LIMIT $2 "
		"OFFSET "
		"$3",
		rq->user->area, p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "payments", &payment_row_model, &l);
	TRY(put_files(rq));
	put_flag(rq->view, "may_write", may(rq, CASE_WRITE))->hidden = true;
	return page(rq, "fines/payments");
}
