/* Leave and recusals of an officer: entered by itself or by who keeps the register, ended with a
 * reason. */
#include "contracts/facts.h"
#include "domains/grid/grid.h"
#include "domains/grid/rules.h"

#include <string.h>

static enum err back(struct req *rq, int64_t officer)
{
	notice(rq, "The change was kept.");
	return redirect(rq, "/officers/%" PRId64, officer);
}

/* ---- leave
 * --------------------------------------------------------------------------------------- */
enum err leave_enter(struct req *rq, struct leave *l)
{
	int64_t over;
	const char *why = leave_wrong(l->from_day, l->to_day, day_of(rq->now));

	if (why)
		return fail(rq, E_INVALID, "%s", tr(rq, why));
	TRY(db_int(rq, &over,
		"SELECT count(*) FROM grid_leaves WHERE officer = $1 AND ended_at = 0 AND from_day "
		"<= $3 AND to_day >= $2",
		l->officer, l->from_day, l->to_day));
	if (over)
		return fail(rq, E_CONFLICT, "Leave is entered for some of these days already.");
	l->entered_by = rq->user->id;
	l->entered_at = rq->now;
	TRY(db_insert(rq, &leave_model, l));
	return emit(rq, OFFICER_LEAVE_ENTERED, l->officer, 0, json_of(rq, &leave_model, l));
}

enum err officer_leave(struct req *rq)
{
	struct officer o;
	struct leave l = { 0 };

	TRY(officer_load(rq, rq->id, &o));
	TRY(officer_own(rq, &o));
	if (form_read(rq, &leave_model, &l))
		return fail(rq, E_INVALID,
			"Give the first and the last day of the leave, and its kind.");
	l.officer = o.id;
	TRY(leave_enter(rq, &l));
	return back(rq, o.id);
}

enum err officer_leave_end(struct req *rq)
{
	struct officer o;
	struct leave l;

	TRY(officer_load(rq, rq->id, &o));
	TRY(officer_own(rq, &o));
	TRY(db_one(rq, &leave_model, &l, "SELECT * FROM grid_leaves WHERE id = $1 AND officer = $2",
		rq->id2, o.id));
	if (l.ended_at)
		return fail(rq, E_CONFLICT, "This leave is ended already.");
	l.ended_by = rq->user->id;
	l.ended_at = rq->now;
	TRY(db_update(rq, &leave_model, &l));
	TRY(emit(rq, OFFICER_LEAVE_ENDED, o.id, 0, json_of(rq, &leave_model, &l)));
	return back(rq, o.id);
}

/* ---- recusals
 * ------------------------------------------------------------------------------------ */
enum err recusal_enter(struct req *rq, struct recusal_entry *r)
{
	int64_t same;

	if (!*r->reason)
		return fail(rq, E_INVALID, "Say why: a recusal has a reason.");
	if ((r->operator!= 0) == (*r->person != 0))
		return fail(rq, E_INVALID, "Name a business by its licence number, or a person.");
	TRY(db_int(rq, &same,
		"SELECT count(*) FROM grid_recusals WHERE officer = $1 AND operator = $2 AND "
		"person "
		"= $3 AND ended_at = 0",
		r->officer, r->operator, r->person));
	if (same)
		return fail(rq, E_CONFLICT, "This recusal is entered already.");
	r->end_reason = "";
	r->entered_by = rq->user->id;
	r->entered_at = rq->now;
	TRY(db_insert(rq, &recusal_entry_model, r));
	return emit(
		rq, OFFICER_RECUSED, r->officer, r->operator, json_of(rq, &recusal_entry_model, r));
}

enum err officer_recuse(struct req *rq)
{
	struct officer o;
	const char *licence = form_text(rq, "licence");
	struct recusal_entry r = { .person = form_text(rq, "person"),
		.reason = form_text(rq, "reason") };

	TRY(officer_load(rq, rq->id, &o));
	TRY(officer_own(rq, &o));
	if (utf8_length(r.person) > 40 || utf8_length(r.reason) > 200)
		return fail(rq, E_INVALID, "These words are too long.");
	if (*licence) {
		enum err e = db_int(rq, &r.operator,
			"SELECT id FROM pub_operators WHERE licence_no = $1", licence);
		if (e == E_NOT_FOUND)
			return fail(
				rq, E_INVALID, "There is no business with this licence number.");
		TRY(e);
	}
	r.officer = o.id;
	TRY(recusal_enter(rq, &r));
	return back(rq, o.id);
}

enum err officer_recusal_end(struct req *rq)
{
	struct officer o;
	struct recusal_entry r;

	TRY(officer_load(rq, rq->id, &o));
	if (!may(rq, GRID_WRITE)) /* nobody ends its own recusal */
		return E_FORBIDDEN;
	TRY(in_area(rq, o.area));
	TRY(db_one(rq, &recusal_entry_model, &r,
		"SELECT * FROM grid_recusals WHERE id = $1 AND officer = $2", rq->id2, o.id));
	if (r.ended_at)
		return fail(rq, E_CONFLICT, "This recusal is ended already.");
	r.end_reason = form_text(rq, "reason");
	if (!*r.end_reason)
		return fail(rq, E_INVALID, "Say why the recusal ends.");
	r.ended_by = rq->user->id;
	r.ended_at = rq->now;
	TRY(db_update(rq, &recusal_entry_model, &r));
	TRY(emit(rq, OFFICER_RECUSAL_ENDED, o.id, r.operator,
		json_of(rq, &recusal_entry_model, &r)));
	return back(rq, o.id);
}
