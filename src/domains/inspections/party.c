/* What the business sees of an inspection on its own telephone: by the link of the message, or in
 * its own view. */
#include "contracts/facts.h"
#include "domains/inspections/protocol.h"

#include <string.h>

enum err protocol_of(struct req *rq, int64_t inspection, struct protocol *p)
{
	return db_one(rq, &protocol_model, p,
		"SELECT * FROM inspection_protocols WHERE inspection = $1", inspection);
}

static enum err by_link(struct req *rq, struct protocol *p)
{
	struct digest d = sm3(rq->key, strlen(rq->key));
	struct inspection_terms t;
	enum err e = db_one(rq, &protocol_model, p,
		"SELECT * FROM inspection_protocols WHERE link = $1", digest_hex(rq->arena, &d));

	if (e == E_NOT_FOUND)
		return fail(rq, E_NOT_FOUND,
			"This link is not known. Please check it against the message you "
			"received.");
	TRY(e);
	TRY(terms_load(rq, &t));
	if (rq->now > p->received_at + t.link_days * DAY)
		return fail(rq, E_GONE,
			"This link has expired. Call the officer named in the message for a new "
			"one.");
	return OK;
}

static enum err put_corrections(struct req *rq, int64_t inspection, bool *unseen)
{
	struct list l;

	TRY(db_all(rq, &correction_model, &l,
		"SELECT * FROM inspection_corrections WHERE inspection = $1 ORDER BY id",
		inspection));
	struct node *rows = show_list(rq, "corrections", &correction_model, &l), *n = rows->first;
	*unseen = false;
	for (const struct correction *c = LIST_OF(struct correction, &l);
		c < LIST_END(struct correction, &l); c++, n = n->next) {
		put_flag(n, "may_submit", !may_submit(c->state))->hidden = true;
		*unseen |= !c->seen_at;
	}
	return OK;
}

/* It was not there: what it would have been told, what the cameras showed. */
static enum err put_video(struct req *rq, const struct protocol *p, bool *unseen)
{
	struct delivery d;
	bool there;
	const struct node *law;

	TRY(delivery_of(rq, p->inspection, &d, &there));
	put_flag(rq->view, "by_video", there);
	if (!there)
		return OK;
	*unseen |= !d.served_at;
	show(rq, "delivery", &delivery_model, &d);
	TRY(rules(rq, "inspections/notice", rq->now, &law));
	put_text(rq->view, "rights",
		rq->zh ? node_text(law, "video", "") : node_text(law, "video_en", ""));
	return put_photos(rq, &(struct photo){ .inspection = p->inspection },
		arena_printf(rq->arena, "/i/%s/photos/", rq->key));
}

static enum err put_sheet(struct req *rq, const struct protocol *p)
{
	struct inspection i;
	const char *name, *state = "";
	bool unseen;

	TRY(db_one(rq, &inspection_model, &i, "SELECT * FROM inspections WHERE id = $1",
		p->inspection));
	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", i.operator));
	TRY(db_text(rq, &state, "SELECT state FROM pub_papers WHERE id = $1", p->paper));
	TRY(put_corrections(rq, p->inspection, &unseen));
	show(rq, "inspection", &inspection_model, &i);
	put_text(rq->view, "name", name);
	put_text(rq->view, "officers", arena_printf(rq->arena, "%s、%s", p->name1, p->name2));
	put_text(rq->view, "key", rq->key);
	put_flag(rq->view, "sealed", text_is(state, "sealed"));
	TRY(put_video(rq, p, &unseen));
	put_flag(rq->view, "unseen", unseen)->hidden = true;
	return OK;
}

enum err party_page(struct req *rq)
{
	struct protocol p;

	TRY(by_link(rq, &p));
	TRY(put_sheet(rq, &p));
	return page(rq, "inspections/party");
}

/* Proof that the orders reached the party: it says so itself, on its telephone. */
enum err party_seen(struct req *rq)
{
	struct protocol p;
	struct list l;

	TRY(by_link(rq, &p));
	TRY(delivery_seen(rq, p.inspection));
	TRY(db_all(rq, &correction_model, &l,
		"SELECT * FROM inspection_corrections WHERE inspection = $1 AND seen_at = 0 ORDER "
		"BY "
		"id",
		p.inspection));
	for (struct correction *c = LIST_OF(struct correction, &l);
		c < LIST_END(struct correction, &l); c++) {
		c->seen_at = rq->now;
		TRY(db_update(rq, &correction_model, c));
		TRY(emit(rq, .name = CORRECTION_SEEN, .subject = c->id, .entity = c->operator,
			.data = json_pairs(rq, "from", rq->http->remote, NULL)));
	}
	return redirect(rq, "/i/%s", rq->key);
}

enum err party_submit(struct req *rq)
{
	struct protocol p;
	struct correction c;

	TRY(by_link(rq, &p));
	TRY(correction_load(rq, rq->id, &c));
	if (c.inspection != p.inspection)
		return fail(rq, E_NOT_FOUND,
			"There is no such page. Perhaps the address was mistyped.");
	enum err e = correction_take(rq, &c, 0);
	if (e == E_INVALID) {
		TRY(put_sheet(rq, &p));
		return form_again(rq, "inspections/party");
	}
	TRY(e);
	return redirect(rq, "/i/%s", rq->key);
}

enum err party_photo(struct req *rq)
{
	struct protocol p;
	const char *sm3;

	TRY(by_link(rq, &p));
	TRY(db_text(rq, &sm3, "SELECT sm3 FROM inspection_photos WHERE id = $1 AND inspection = $2",
		rq->id, p.inspection));
	return reply_object(rq, sm3, "image/jpeg", NULL);
}

enum err party_sheet(struct req *rq)
{
	struct protocol p;
	struct rows *r;
	bool more;

	TRY(by_link(rq, &p));
	TRY(db_query(
		rq, &r, "SELECT sm3 FROM pub_papers WHERE id = $1 AND state = 'sealed'", p.paper));
	TRY(rows_next(r, &more));
	const char *sm3 = more ? arena_dup(rq->arena, rows_text(r, 0)) : "";
	rows_close(r);
	if (!*sm3)
		return fail(
			rq, E_NOT_FOUND, "The paper is being made. Try again in a few seconds.");
	return reply_object(rq, sm3, "application/pdf", "食品生产经营监督检查结果记录表.pdf");
}

/* ---- its own view ------------------------------------------------------------------------- */
struct own_row {
	int64_t inspected_at;
	const char *result, *item, *item_text, *state;
	int64_t due;
};
static const struct model own_row_model = MODEL("inspections", struct own_row,
	FIELDS(STORED(struct own_row, inspected_at, .as = AS_DATE),
		STORED(struct own_row, result, .choices = inspection_results),
		STORED(struct own_row, item), STORED(struct own_row, item_text),
		STORED(struct own_row, state, .choices = correction_states),
		STORED(struct own_row, due, .as = AS_DATE)));

enum err my_inspections(struct req *rq)
{
	struct list l;

	if (!rq->user->entity)
		return fail(rq, E_FORBIDDEN, "This account belongs to no business.");
	TRY(db_all(rq, &own_row_model, &l,
		"SELECT inspected_at, result, '' AS item, '' AS item_text, '' AS state, CAST(0 AS "
		"bigint) AS due FROM inspections WHERE operator = $1 ORDER BY inspected_at DESC, "
		"id "
		"DESC LIMIT 20",
		rq->user->entity));
	show_list(rq, "inspections", &own_row_model, &l);
	TRY(db_all(rq, &own_row_model, &l,
		"SELECT ordered_at AS inspected_at, '' AS result, item, item_text, state, due FROM "
		"inspection_corrections WHERE operator = $1 ORDER BY due DESC, id DESC LIMIT 50",
		rq->user->entity));
	show_list(rq, "corrections", &own_row_model, &l);
	return page(rq, "inspections/my");
}
