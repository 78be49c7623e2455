/* Loading, saving, what is demanded next. The subject of every fact is the case. */
#include "domains/publications/publications.h"

#include "contracts/facts.h"

#include <string.h>

enum err publication_rule(struct req *rq, int64_t at, const struct node **out)
{
	return rules(rq, "publications/terms", at, out);
}

enum err publication_load(struct req *rq, struct published *p)
{
	enum err e =
		db_one(rq, &published_model, p, "SELECT * FROM publications WHERE id = $1", rq->id);

	if (e == E_NOT_FOUND)
		return fail(rq, e, "There is no such publication.");
	TRY(e);
	return in_area(rq, p->area);
}

enum err publication_mine(struct req *rq, struct published *p)
{
	if (rq->user->link_subject != rq->id)
		return fail(rq, E_FORBIDDEN, "Your link opens another matter.");
	enum err e = db_one(rq, &published_model, p,
		"SELECT * FROM publications WHERE case_id = $1 AND operator = $2 ORDER BY "
		"CASE WHEN state = 'withdrawn' THEN 1 ELSE 0 END, id DESC LIMIT 1",
		rq->id, rq->user->entity);

	return e == E_NOT_FOUND ? fail(rq, e, "Nothing of this matter is published.") : e;
}

enum err publication_repair(struct req *rq, const struct published *p, struct repair *r)
{
	enum err e = db_one(rq, &repair_model, r,
		"SELECT * FROM publication_repairs WHERE publication = $1 ORDER BY CASE WHEN state "
		"IN ('asked', 'taken') THEN 0 ELSE 1 END, asked_at DESC, id DESC LIMIT 1",
		p->id);

	if (e != E_NOT_FOUND)
		return e;
	*r = (struct repair){ .state = "" };
	return OK;
}

/* ---- what is demanded next ------------------------------------------------------------------- */
static void demand(struct published *p, const char *kind, int64_t due)
{
	if (due && (!p->next_due || due < p->next_due)) {
		p->next_kind = kind;
		p->next_due = due;
	}
}

static enum err demand_next(struct req *rq, struct published *p)
{
	const struct node *rule;
	struct repair r;

	p->next_kind = p->next_clause = "";
	p->next_due = 0;
	if (p->fault[0] && !p->withdrawn_at)
		demand(p, "withdraw", p->withdraw_due);
	else if (text_is(p->state, "due") || text_is(p->state, "prepared"))
		demand(p, "publish", p->publish_due);
	if (text_is(p->state, "public") && p->id) {
		TRY(publication_repair(rq, p, &r));
		if (text_is(r.state, "asked"))
			demand(p, "accept", r.accept_due);
		else if (text_is(r.state, "taken"))
			demand(p, "decide", r.decide_due);
	}
	TRY(publication_rule(rq, p->decided_at, &rule));
	if (p->next_due)
		p->next_clause = node_text(node_find(rule, "clauses"), p->next_kind, "");
	return OK;
}

enum err publication_save(struct req *rq, struct published *p, const char *fact, const char *data)
{
	TRY(demand_next(rq, p));
	TRY(db_update(rq, &published_model, p));
	return emit(rq, fact, p->case_id, p->operator, data);
}

/* The address of the public page: nobody guesses one before it is published. */
static const char *code_new(struct req *rq)
{
	uint8_t r[16];
	char *code = arena_alloc(rq->arena, 2 * sizeof(r) + 1);

	random_bytes(r, sizeof(r));
	hex_encode(code, r, sizeof(r));
	return code;
}

enum err publication_open(struct req *rq, struct published *p, int64_t from)
{
	const struct node *rule;

	TRY(publication_rule(rq, p->decided_at, &rule));
	TRY(term_workdays(rq, from, (int)node_int(rule, "publish_workdays", 20), &p->publish_due));
	p->id = 0;
	p->code = code_new(rq);
	p->state = "due";
	p->words = p->ended_how = p->correction = p->fault = p->fault_document = "";
	p->withdrawn_why = "";
	p->masked = p->prepared_by = p->prepared_at = p->published_by = p->published_at = 0;
	p->public_until = p->early_from = p->ended_at = p->corrected_at = p->fault_at = 0;
	p->withdraw_due = p->withdrawn_by = p->withdrawn_at = p->told_due = 0;
	TRY(demand_next(rq, p));
	TRY(db_insert(rq, &published_model, p));
	return emit(rq, PUBLICATION_DUE, p->case_id, p->operator,
		json_pairs(rq, "number", p->number, "due", date_text(rq->arena, p->publish_due),
			NULL));
}

/* ---- an early end ------------------------------------------------------------------------------
 */
enum err publication_early(
	struct req *rq, const struct published *p, const struct repair *r, struct early_facts *f)
{
	int64_t owed, orders, again;

	*f = (struct early_facts){ .early_from = p->early_from,
		.now = rq->now,
		.is_public = text_is(p->state, "public"),
		.asked = text_is(r->state, "asked") || text_is(r->state, "taken"),
		.promised = r->promised,
		.harm_removed = r->harm_removed,
		.not_listed = r->not_listed };
	TRY(db_int(rq, &owed,
		"SELECT count(*) FROM pub_fines WHERE case_id = $1 AND settled_how <> 'paid'",
		p->case_id));
	TRY(db_int(rq, &orders,
		"SELECT count(*) FROM pub_cases WHERE id = $1 AND correction_state NOT IN ('', "
		"'accepted')",
		p->case_id));
	TRY(db_int(rq, &again,
		"SELECT count(*) FROM pub_cases WHERE operator = $1 AND act = $2 AND id <> $3 AND "
		"outcome = 'penalty' AND annulled = 0 AND decided_at > $4",
		p->operator, p->act, p->case_id, p->decided_at));
	f->duties_done = !owed && !orders;
	f->no_repeat = !again;
	return OK;
}

/* ---- words ------------------------------------------------------------- */
static const struct choice kind_words[] = {
	{ "PEN_WARN", "Warning", "" },
	{ "PEN_CRITICISM", "Public criticism", "" },
	{ "PEN_FINE", "Fine", "" },
	{ "PEN_CONFISCATE", "Confiscation", "" },
	{ "PEN_STOP", "Business stopped", "" },
	{ "PEN_REVOKE", "Licence revoked", "" },
	{ 0 },
};

static const char *money(struct req *rq, int64_t fen)
{
	return arena_printf(rq->arena, " ¥%s", money_text(rq->arena, fen));
}

const char *publication_penalty(struct req *rq, const struct published *p)
{
	struct buf out = { .arena = rq->arena };

	for (const char *k = p->kinds; *k; k += strspn(k, ",")) {
		size_t n = strcspn(k, ",");
		const char *code = arena_copy(rq->arena, k, n);
		buf_printf(&out, "%s%s", out.n ? (rq->zh ? "、" : ", ") : "",
			tr(rq, choice_label(kind_words, code)));
		if (text_is(code, "PEN_FINE") && p->fine_fen)
			buf_puts(&out, money(rq, p->fine_fen));
		if (text_is(code, "PEN_CONFISCATE") && p->confiscated_fen)
			buf_puts(&out, money(rq, p->confiscated_fen));
		k += n;
	}
	return arena_dup(rq->arena, buf_text(&out));
}
