/* Doubles: two files of one operator. An officer makes one of them with a reason: the double closes
 * and leads to the survivor. Nothing is deleted, facts stay where they were told, and a fact of its
 * own undoes it. */
#include "domains/entities/relations.h"

#include "contracts/facts.h"
#include "domains/entities/file_rules.h"

enum { DOUBLE_ROWS = 50 };

const struct model merge_model = MODEL("operator_merges", struct merge, .witnessed = true,
	FIELDS(STORED(struct merge, id, .as = AS_ID), STORED(struct merge, version),
		STORED(struct merge, operator, .as = AS_ID),
		STORED(struct merge, survivor, .as = AS_ID), STORED(struct merge, was_state),
		STORED(struct merge, reason), STORED(struct merge, merged_by, .as = AS_ID),
		STORED(struct merge, merged_at, .as = AS_TIME), STORED(struct merge, undo_reason),
		STORED(struct merge, undone_by, .as = AS_ID),
		STORED(struct merge, undone_at, .as = AS_TIME)));

enum err merged_into(struct req *rq, int64_t operator, int64_t * survivor)
{
	return db_int(rq, survivor,
		"SELECT coalesce(max(survivor), 0) FROM operator_merges WHERE operator = $1"
		" AND undone_at = 0",
		operator);
}

/* The double's state, through the one way operators are changed. */
static enum err move(struct req *rq, int64_t operator, const char * state)
{
	struct operator o, before;
	bool changed;

	TRY(operator_load(rq, operator, & o));
	before = o;
	o.state = state;
	return operator_change(rq, &o, &before, &changed);
}

enum err operator_merge(struct req *rq, struct merge *m)
{
	int64_t into, onward, holds;

	if (m->operator== m->survivor)
		return fail(rq, E_CONFLICT, "A file cannot be merged with itself.");
	TRY(merged_into(rq, m->operator, & into));
	TRY(merged_into(rq, m->survivor, &onward));
	if (into || onward)
		return fail(rq, E_CONFLICT,
			"One of the two is merged with another file already: undo that first.");
	TRY(db_int(rq, &holds, "SELECT count(*) FROM operators WHERE id = $1", m->survivor));
	if (!holds)
		return fail(rq, E_NOT_FOUND, "No business has this licence number or code.");
	TRY(db_text(rq, &m->was_state, "SELECT state FROM operators WHERE id = $1", m->operator));
	m->undo_reason = "";
	m->merged_by = rq->user->id;
	m->merged_at = rq->now;
	TRY(db_insert(rq, &merge_model, m));
	TRY(emit(rq, .name = OPERATOR_MERGED, .subject = m->operator, .entity = m->operator,
		.data = json_of(rq, &merge_model, m)));
	TRY(emit(rq, .name = OPERATOR_MERGED, .subject = m->operator, .entity = m->survivor,
		.data = json_of(rq, &merge_model, m)));
	return move(rq, m->operator, "CLOSED");
}

/* ---- candidates ----------------------------------------------------------------- */
struct double_row {
	int64_t id, other;
	const char *name, *licence_no, *address, *other_name, *other_licence_no, *other_address,
		*why;
};
static const struct choice whys[] = {
	{ "uscc", "Same credit code and address" },
	{ "licence", "Same licence number" },
	{ "place", "Same name and address" },
	{ NULL },
};
static const struct model double_model = MODEL("doubles", struct double_row,
	FIELDS(STORED(struct double_row, id, .as = AS_ID),
		STORED(struct double_row, other, .as = AS_ID), STORED(struct double_row, name),
		STORED(struct double_row, licence_no), STORED(struct double_row, address),
		STORED(struct double_row, other_name), STORED(struct double_row, other_licence_no),
		STORED(struct double_row, other_address),
		STORED(struct double_row, why, .choices = whys)));

/* Pairs in service with the same name and address, the same credit code at the same address (a
 * chain has one code for many places), or one's licence number in the other's file. */
enum err doubles_page(struct req *rq)
{
	struct paging p = paging(rq, DOUBLE_ROWS);
	struct list l;

	TRY(db_all(rq, &double_model, &l,
		"SELECT d.id, d.other, a.name, a.licence_no, a.address, b.name AS other_name,"
		" b.licence_no AS other_licence_no, b.address AS other_address, min(d.why) AS why"
		" FROM (SELECT x.id, y.id AS other, 'place' AS why FROM operators x JOIN operators "
		"y"
		" ON y.address = x.address AND y.name = x.name AND y.id > x.id UNION ALL"
		" SELECT x.id, y.id, 'uscc' FROM operators x JOIN operators y ON y.uscc = x.uscc"
		" AND y.address = x.address AND y.id > x.id WHERE x.uscc <> '' UNION ALL"
		" SELECT l.operator, y.id, 'licence' FROM licences l JOIN operators y"
		" ON y.licence_no = l.number AND y.id <> l.operator WHERE l.state <> 'WITHDRAWN') d"
		" JOIN operators a ON a.id = d.id JOIN operators b ON b.id = d.other"
		" WHERE a.state = 'ACTIVE' AND b.state = 'ACTIVE'"
		" AND (CAST($1 AS bigint) = 0 OR a.area = $1 OR b.area = $1)"
		" GROUP BY d.id, d.other, a.name, a.licence_no, a.address, b.name, b.licence_no,"
		" b.address ORDER BY d.id, d.other LIMIT $2 OFFSET $3",
		rq->user->area, p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "doubles", &double_model, &l);
	put_flag(rq->view, "may_merge", may(rq, OPERATOR_MERGE))->hidden = true;
	return page(rq, "entities/doubles");
}

/* ---- merging --------------------------------------------------------------------- */
static enum err form_view(struct req *rq, const struct operator* o, const char *into)
{
	put_text(rq->view, "name", o->name);
	put_text(rq->view, "licence_no", o->licence_no);
	put_text(rq->view, "into", into);
	put_text(rq->view, "reason", form_text(rq, "reason"));
	put_printf(rq->view, "back", "/operators/%" PRId64, o->id);
	put_printf(rq->view, "path", "/operators/%" PRId64 "/merge", o->id);
	return OK;
}

enum err merge_form(struct req *rq)
{
	struct operator o;

	TRY(operator_load(rq, rq->id, &o));
	TRY(form_view(rq, &o, query_text(rq, "into")));
	return page(rq, "entities/merge");
}

static enum err again(struct req *rq, const struct operator* o, const char *into)
{
	TRY(form_view(rq, o, into));
	return form_again(rq, "entities/merge");
}

enum err merge_create(struct req *rq)
{
	const char *into = form_text(rq, "into"), *reason = form_text(rq, "reason");
	struct operator o, survivor;
	struct merge m = { .operator= rq->id, .reason = reason };

	TRY(operator_load(rq, rq->id, &o));
	TRY(db_int(rq, &m.survivor,
		"SELECT coalesce(min(id), 0) FROM operators WHERE licence_no = $1 OR code = "
		"upper($1)",
		into));
	if (!m.survivor)
		field_error(rq, "into", "No business has this licence number or code.");
	if (!*reason)
		field_error(rq, "reason", "Say why both are one.");
	if (!m.survivor || !*reason)
		return again(rq, &o, into);
	TRY(operator_load(rq, m.survivor, &survivor)); /* of one's own area too */
	TRY(operator_merge(rq, &m));
	notice(rq, "Merged. The old address leads here.");
	return redirect(rq, "/operators/%" PRId64, survivor.id);
}

enum err merge_undo(struct req *rq)
{
	struct merge m;
	const char *reason = form_text(rq, "reason");

	enum err e = db_one(rq, &merge_model, &m,
		"SELECT * FROM operator_merges WHERE operator = $1 AND undone_at = 0", rq->id);
	if (e == E_NOT_FOUND)
		return fail(rq, E_CONFLICT, "This file is not merged with another.");
	TRY(e);
	if (!*reason)
		return fail(rq, E_INVALID, "Say why the merge is undone.");
	m.undo_reason = reason;
	m.undone_by = rq->user->id;
	m.undone_at = rq->now;
	TRY(db_update(rq, &merge_model, &m));
	const char *data = json_pairs(rq, "reason", reason, NULL);
	TRY(emit(rq, .name = OPERATOR_PARTED, .subject = m.operator, .entity = m.operator,
		.data = data));
	TRY(emit(rq, .name = OPERATOR_PARTED, .subject = m.operator, .entity = m.survivor,
		.data = data));
	TRY(move(rq, m.operator, m.was_state));
	notice(rq, "The merge is undone.");
	return redirect(rq, "/operators/%" PRId64, m.operator);
}

/* ---- in the file ------------------------------------------------------------------ */
enum err put_merges(struct req *rq, const struct operator* o, int64_t doubles[FILE_DOUBLES])
{
	size_t k = 0;
	struct node *list = put_list(rq->view, "doubles"),
		    *into = put_list(rq->view, "merged_into");
	struct rows *r;
	bool more;

	for (size_t i = 0; i < FILE_DOUBLES; i++)
		doubles[i] = o->id;
	TRY(db_query(rq, &r,
		"SELECT m.operator, m.survivor, d.name, d.licence_no, s.name, s.licence_no,"
		" m.reason, m.merged_at"
		" FROM operator_merges m JOIN operators d ON d.id = m.operator"
		" JOIN operators s ON s.id = m.survivor"
		" WHERE (m.survivor = $1 OR m.operator = $1) AND m.undone_at = 0 ORDER BY m.id",
		o->id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		bool is_double = rows_int(r, 0) == o->id;
		if (!is_double && k < FILE_DOUBLES)
			doubles[k++] = rows_int(r, 0);
		struct node *n = put_map(is_double ? into : list, NULL);
		put_printf(n, "id", "%" PRId64, rows_int(r, is_double ? 1 : 0));
		put_text(n, "name", arena_dup(rq->arena, rows_text(r, is_double ? 4 : 2)));
		put_text(n, "licence_no", arena_dup(rq->arena, rows_text(r, is_double ? 5 : 3)));
		put_text(n, "reason", arena_dup(rq->arena, rows_text(r, 6)));
		put_text(n, "at", date_text(rq->arena, rows_int(r, 7)));
	}
	rows_close(r);
	return OK;
}
