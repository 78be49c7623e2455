/* The register of officers: list, entry, one officer with cells, leave and recusals. */
#include "contracts/facts.h"
#include "domains/grid/grid.h"
#include "domains/grid/rules.h"

enum { PAGE_ROWS = 50, SHOWN = 100 };

/* ---- writing ------------------------------------------------------------------------------------
 */
enum err officer_load(struct req *rq, int64_t id, struct officer *o)
{
	TRY(db_one(rq, &officer_model, o, "SELECT * FROM grid_officers WHERE id = $1", id));
	return o->id == rq->user->id ? OK : in_area(rq, o->area);
}

/* The account behind an entry: of the bureau, active, not entered yet. Its area is the officer's.
 */
static enum err account_take(struct req *rq, struct officer *o)
{
	int64_t known;

	TRY(db_int(rq, &known, "SELECT count(*) FROM grid_officers WHERE id = $1", o->id));
	if (known)
		return fail(rq, E_CONFLICT, "This officer is in the register already.");
	enum err e = db_int(rq, &o->area,
		"SELECT area FROM pub_users WHERE id = $1 AND state = 'active' AND role IN "
		"('officer', 'head', 'command')",
		o->id);
	return e == E_NOT_FOUND ? fail(rq, E_INVALID, "Choose an account of the bureau.") : e;
}

enum err officer_register(struct req *rq, struct officer *o)
{
	TRY(account_take(rq, o));
	o->state = "serving";
	o->registered_by = rq->user->id;
	o->registered_at = rq->now;
	TRY(db_insert(rq, &officer_model, o));
	return emit(rq, OFFICER_REGISTERED, o->id, 0, json_of(rq, &officer_model, o));
}

/* ---- list ---------------------------------------------------------------------------------------
 */
struct officer_row {
	int64_t id;
	const char *name, *card_no;
	int64_t card_valid_to;
	const char *qualification, *station, *town, *state, *card;
	int64_t on_leave;
};
static const struct choice officer_states[] = { { "serving", "Serving", "green" },
	{ "left", "No longer in service", "neutral" }, { 0 } };
static const struct choice card_states[] = { { "valid", "Card valid", "green" },
	{ "soon", "Card ends soon", "yellow" }, { "over", "Card no longer valid", "red" }, { 0 } };
static const struct model officer_row_model = MODEL("grid_officers", struct officer_row,
	FIELDS(STORED(struct officer_row, id, .as = AS_ID), STORED(struct officer_row, name),
		STORED(struct officer_row, card_no),
		STORED(struct officer_row, card_valid_to, .as = AS_DATE),
		STORED(struct officer_row, qualification), STORED(struct officer_row, station),
		STORED(struct officer_row, town),
		STORED(struct officer_row, state, .choices = officer_states),
		STORED(struct officer_row, card, .choices = card_states),
		STORED(struct officer_row, on_leave)));

static const char *card_code(int64_t valid_to, int64_t today)
{
	static const char *const codes[] = {
		[CARD_VALID] = "valid", [CARD_ENDS_SOON] = "soon", [CARD_OVER] = "over"
	};
	return codes[card_state_of(valid_to, today)];
}

enum err officer_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);
	const char *q = query_text(rq, "q");
	int64_t today = day_of(rq->now);

	TRY(db_all(rq, &officer_row_model, &l,
		"SELECT o.id, u.name, o.card_no, o.card_valid_to, o.qualification, o.station, "
		"CASE WHEN CAST($1 AS bigint) = 1 THEN coalesce(a.name, '') ELSE "
		"coalesce(a.name_en, '') END AS town, o.state, '' AS card, "
		"CASE WHEN EXISTS (SELECT 1 FROM grid_leaves l WHERE l.officer = o.id AND "
		"l.ended_at = 0 AND l.from_day <= $3 AND l.to_day >= $3) THEN 1 ELSE 0 END AS "
		"on_leave FROM grid_officers o JOIN pub_users u ON u.id = o.id LEFT JOIN pub_areas "
		"a ON a.id = o.area WHERE (CAST($2 AS bigint) = 0 OR o.area = $2) AND ($4 = '' OR "
		"u.name LIKE $5 OR lower(o.card_no) LIKE lower($5)) ORDER BY o.state DESC, o.area, "
		"o.card_no, o.id LIMIT $6 OFFSET $7",
		rq->zh, rq->user->area, today, q, arena_printf(rq->arena, "%%%s%%", q), p.limit,
		p.offset));
	show_pages(rq, p, &l);
	for (struct officer_row *o = LIST_OF(struct officer_row, &l);
		o < LIST_END(struct officer_row, &l); o++)
		o->card = card_code(o->card_valid_to, today);
	struct node *rows = show_table(rq, "officers", &officer_row_model, &l);
	for (struct node *n = rows->first; n; n = n->next) {
		put_flag(n, "left", text_is(node_text(n, "state", ""), "left"))->hidden = true;
		put_flag(n, "away", node_int(n, "on_leave", 0) != 0)->hidden = true;
	}
	put_text(rq->view, "q", q);
	put_flag(rq->view, "may_write", may(rq, GRID_WRITE))->hidden = true;
	return page(rq, "grid/officers");
}

/* ---- form ---------------------------------------------------------------------------------------
 */
static enum err put_accounts(struct req *rq, int64_t chosen)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "accounts");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT u.id, u.name, u.login FROM pub_users u WHERE u.state = 'active' AND u.role "
		"IN ('officer', 'head', 'command') AND (CAST($1 AS bigint) = 0 OR u.area = $1) AND "
		"NOT EXISTS (SELECT 1 FROM grid_officers o WHERE o.id = u.id) ORDER BY u.name, "
		"u.id LIMIT 500",
		rq->user->area));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		put_option(list, rows_int(r, 0),
			arena_printf(rq->arena, "%s (%s)", rows_text(r, 1), rows_text(r, 2)),
			rows_int(r, 0) == chosen);
	}
	rows_close(r);
	return OK;
}

static enum err put_form(struct req *rq, const struct officer *o, bool is_new)
{
	put_text(rq->view, "action",
		is_new ? "/officers" : arena_printf(rq->arena, "/officers/%" PRId64, o->id));
	put_flag(rq->view, "is_new", is_new);
	put_text(rq->view, "name", is_new ? "" : person_name(rq, o->id));
	put_flag(rq->view, "serving", !text_is(o->state, "left"));
	show_form(rq, "form", &officer_model, o);
	return is_new ? put_accounts(rq, o->id) : OK;
}

enum err officer_new(struct req *rq)
{
	struct officer o = { .state = "serving" };

	TRY(put_form(rq, &o, true));
	return page(rq, "grid/officer_form");
}

/* A number of a card belongs to one officer at a time. */
static enum err card_check(struct req *rq, const struct officer *o)
{
	int64_t same;

	TRY(db_int(rq, &same,
		"SELECT count(*) FROM grid_officers WHERE card_no = $1 AND id <> $2 AND state = "
		"'serving'",
		o->card_no, o->id));
	if (same)
		field_error(rq, "card_no", "Another officer has this card.");
	return OK;
}

static enum err form_take(struct req *rq, struct officer *o, bool *again)
{
	enum err bad = form_read(rq, &officer_model, o);

	if (bad && bad != E_INVALID)
		return bad;
	if (!bad)
		TRY(card_check(rq, o));
	*again = bad || form_failed(rq);
	return OK;
}

enum err officer_create(struct req *rq)
{
	struct officer o = { .id = form_int(rq, "account", 0), .state = "serving" };
	bool again;

	TRY(form_take(rq, &o, &again));
	if (again) {
		TRY(put_form(rq, &o, true));
		return form_again(rq, "grid/officer_form");
	}
	TRY(officer_register(rq, &o));
	TRY(in_area(rq, o.area));
	notice(rq, "The officer is in the register.");
	return redirect(rq, "/officers/%" PRId64, o.id);
}

enum err officer_edit(struct req *rq)
{
	struct officer o;

	TRY(officer_load(rq, rq->id, &o));
	TRY(put_form(rq, &o, false));
	return page(rq, "grid/officer_form");
}

enum err officer_save(struct req *rq)
{
	struct officer o;
	bool again;

	TRY(officer_load(rq, rq->id, &o));
	TRY(in_area(rq, o.area));
	TRY(form_take(rq, &o, &again));
	if (again) {
		TRY(put_form(rq, &o, false));
		return form_again(rq, "grid/officer_form");
	}
	o.state = text_is(form_text(rq, "state"), "left") ? "left" : "serving";
	TRY(db_update(rq, &officer_model, &o));
	TRY(emit(rq, OFFICER_CHANGED, o.id, 0, json_of(rq, &officer_model, &o)));
	notice(rq, "The change was kept.");
	return redirect(rq, "/officers/%" PRId64, o.id);
}

/* ---- one officer
 * --------------------------------------------------------------------------------- */
struct recusal_row {
	int64_t id, operator;
	const char *person, *reason, *operator_name;
	int64_t entered_at, ended_at;
	const char *end_reason;
};
static const struct model recusal_row_model = MODEL("grid_recusals", struct recusal_row,
	FIELDS(STORED(struct recusal_row, id, .as = AS_ID),
		STORED(struct recusal_row, operator, .as = AS_ID),
		STORED(struct recusal_row, person), STORED(struct recusal_row, reason),
		STORED(struct recusal_row, operator_name),
		STORED(struct recusal_row, entered_at, .as = AS_DATE),
		STORED(struct recusal_row, ended_at, .as = AS_DATE),
		STORED(struct recusal_row, end_reason)));

static enum err put_recusals(struct req *rq, int64_t id)
{
	struct list l;

	TRY(db_all(rq, &recusal_row_model, &l,
		"SELECT r.id, r.operator, r.person, r.reason, coalesce(o.name, '') AS "
		"operator_name, r.entered_at, r.ended_at, r.end_reason FROM grid_recusals r LEFT "
		"JOIN pub_operators o ON o.id = r.operator WHERE r.officer = $1 ORDER BY "
		"r.ended_at, "
		"r.id DESC LIMIT $2",
		id, (int)SHOWN));
	struct node *rows = show_list(rq, "recusals", &recusal_row_model, &l);
	for (struct node *n = rows->first; n; n = n->next)
		put_flag(n, "open", !node_int(n, "ended_at", 0))->hidden = true;
	return OK;
}

static enum err put_leaves(struct req *rq, const struct officer *o)
{
	struct list l;
	int64_t today = day_of(rq->now);
	bool away = false;

	TRY(db_all(rq, &leave_model, &l,
		"SELECT * FROM grid_leaves WHERE officer = $1 ORDER BY from_day DESC, id DESC "
		"LIMIT "
		"$2",
		o->id, (int)SHOWN));
	struct node *rows = show_list(rq, "leaves", &leave_model, &l);
	const struct leave *v = LIST_OF(struct leave, &l);
	for (struct node *n = rows->first; n; n = n->next, v++) {
		put_flag(n, "open", !v->ended_at && v->to_day >= today)->hidden = true;
		put_flag(n, "taken_back", v->ended_at != 0)->hidden = true;
		away |= !v->ended_at && v->from_day <= today && v->to_day >= today;
	}
	put_flag(rq->view, "away", away);
	return OK;
}

static enum err put_cells(struct req *rq, int64_t id)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "cells");

	TRY(db_query(rq, &r,
		"SELECT c.id, c.name FROM grid_charges h JOIN pub_grid_cells c ON c.id = h.id "
		"WHERE "
		"h.officer = $1 ORDER BY c.code, c.id LIMIT $2",
		id, (int)SHOWN));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		put_option(list, rows_int(r, 0), arena_dup(rq->arena, rows_text(r, 1)), false);
	}
	rows_close(r);
	return OK;
}

static enum err put_particulars(struct req *rq, const struct officer *o)
{
	struct node *rows = put_list(rq->view, "rows");
	const char *town;

	rows->hidden = true;
	TRY(town_name(rq, o->area, &town));
	put_summary_row(rq, rows, "Enforcement card number", o->card_no);
	put_summary_row(rq, rows, "Card valid to", date_text(rq->arena, o->card_valid_to));
	put_summary_row(rq, rows, "Qualification", o->qualification);
	put_summary_row(rq, rows, "Station", o->station);
	put_summary_row(rq, rows, "Town", *town ? town : tr(rq, "Whole district"));
	put_summary_row(rq, rows, "Remarks", o->words);
	return OK;
}

enum err officer_own(struct req *rq, const struct officer *o)
{
	if (o->id == rq->user->id)
		return OK;
	return may(rq, GRID_WRITE) ? in_area(rq, o->area) : E_FORBIDDEN;
}

enum err officer_page(struct req *rq)
{
	struct officer o;
	int64_t today = day_of(rq->now);

	TRY(officer_load(rq, rq->id, &o));
	show(rq, "officer", &officer_model, &o);
	put_text(rq->view, "name", person_name(rq, o.id));
	TRY(put_particulars(rq, &o));
	TRY(put_cells(rq, o.id));
	TRY(put_leaves(rq, &o));
	TRY(put_recusals(rq, o.id));
	TRY(put_history(rq, o.id));
	enum card_state card = card_state_of(o.card_valid_to, today);
	put_flag(rq->view, "card_over", card == CARD_OVER);
	put_flag(rq->view, "card_soon", card == CARD_ENDS_SOON);
	put_flag(rq->view, "left", text_is(o.state, "left"));
	put_flag(rq->view, "may_write", may(rq, GRID_WRITE))->hidden = true;
	put_flag(rq->view, "may_enter", may(rq, GRID_WRITE) || o.id == rq->user->id)->hidden = true;
	struct node *kinds = put_list(rq->view, "kinds");
	kinds->hidden = true;
	for (const struct choice *c = leave_kinds; c->code; c++) {
		struct node *n = put_map(kinds, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
	}
	return page(rq, "grid/officer");
}
