/* Corrections (整改) ordered by an inspection: ordered, sent by the operator or an officer,
 * accepted or refused; overdue when the last day is over; given over to a case. */
#include "contracts/facts.h"
#include "domains/inspections/protocol.h"

#include <string.h>

enum { PAGE_ROWS = 50, PHOTOS = 6 };

#define W(m) STORED(struct correction, m)
const struct model correction_model = MODEL("inspection_corrections", struct correction,
	.witnessed = true,
	FIELDS(STORED(struct correction, id, .as = AS_ID), W(version),
		STORED(struct correction, inspection, .as = AS_ID),
		STORED(struct correction, operator, .as = AS_ID), W(area), W(item), W(item_text),
		W(finding), W(days), STORED(struct correction, due, .as = AS_DATE),
		STORED(struct correction, state, .choices = correction_states),
		STORED(struct correction, ordered_at, .as = AS_TIME), W(served_way),
		STORED(struct correction, served_at, .as = AS_TIME),
		STORED(struct correction, seen_at, .as = AS_TIME), W(words),
		STORED(struct correction, submitted_at, .as = AS_TIME),
		STORED(struct correction, submitted_by, .as = AS_ID),
		STORED(struct correction, checked_at, .as = AS_TIME),
		STORED(struct correction, checked_by, .as = AS_ID), W(check_words),
		STORED(struct correction, overdue_at, .as = AS_TIME)));
#undef W

enum err correction_load(struct req *rq, int64_t id, struct correction *c)
{
	return db_one(
		rq, &correction_model, c, "SELECT * FROM inspection_corrections WHERE id = $1", id);
}

static enum err save(struct req *rq, struct correction *c, const char *fact)
{
	TRY(db_update(rq, &correction_model, c));
	return emit(rq, .name = fact, .subject = c->id, .entity = c->operator,
		.data = json_of(rq, &correction_model, c));
}

/* ---- ordered ------------------------------------------------------------------------------ */
enum err correction_order(struct req *rq, const struct intake *in, int item)
{
	bool video = by_video(in->i.kind);
	struct correction c = { .inspection = in->i.id,
		.operator= in->i.operator,
		.area = in->v.area,
		.item = in->t.items[item].no,
		.item_text = in->t.items[item].text,
		.state = "ORDERED",
		.ordered_at = in->i.inspected_at,
		/* the party signed the sheet with the orders, it was left before a witness, or
		 * it is on its way */
		.served_way = video		  ? "link"
			      : *in->p.sign_party ? "signed"
						  : "witness",
		.served_at = video ? 0 : in->p.ended_at,
		.words = "",
		.check_words = "" };

	c.finding = finding_line(rq, &in->t, c.item, answer_node(in, c.item));
	TRY(correction_term(rq, in, item, &c));
	TRY(db_insert(rq, &correction_model, &c));
	return emit(rq, .name = CORRECTION_ORDERED, .subject = c.id, .entity = c.operator,
		.data = json_of(rq, &correction_model, &c));
}

/* ---- sent --------------------------------------------------------------------------------- */
static enum err photos_take(struct req *rq, const struct correction *c, int *n)
{
	*n = 0;
	for (const struct http_file *f = rq->http->files; f && f->field; f++) {
		struct object o;
		if (!text_is(f->field, "photo") || !f->size)
			continue;
		if (!text_starts(f->type, "image/jpeg"))
			return fail(rq, E_INVALID, "Photos are sent as JPEG.");
		if (++*n > PHOTOS)
			return fail(rq, E_INVALID, "At most six photos, please.");
		TRY(keep_file(rq, f, &o));
		struct photo p = { .inspection = c->inspection,
			.correction = c->id,
			.item = c->item,
			.sm3 = o.sm3,
			.sha256 = o.sha256,
			.taken_at = rq->now };
		TRY(db_insert(rq, &photo_model, &p));
	}
	return OK;
}

enum err correction_take(struct req *rq, struct correction *c, int64_t by)
{
	const char *problem = may_submit(c->state), *words = form_text(rq, "words");
	int n;

	if (problem)
		return fail(rq, E_CONFLICT, "%s", tr(rq, problem));
	if (!*words || utf8_length(words) > 1000)
		return fail(rq, E_INVALID, "Say in at most 1,000 characters what was done.");
	TRY(photos_take(rq, c, &n));
	if (!n)
		return fail(rq, E_INVALID, "Add a photo (JPEG) that shows the correction.");
	c->state = "SUBMITTED";
	c->words = words;
	c->submitted_at = rq->now;
	c->submitted_by = by;
	return save(rq, c, CORRECTION_SUBMITTED);
}

enum err correction_submit(struct req *rq)
{
	struct correction c;

	TRY(correction_load(rq, rq->id, &c));
	TRY(correction_take(rq, &c, rq->user->id));
	notice(rq, "Recorded.");
	return redirect(rq, "/corrections/%" PRId64, c.id);
}

/* ---- accepted, refused, given over -------------------------------------------------------- */
static enum err still_time(struct req *rq, struct correction *c)
{
	int64_t due;

	if (text_is(form_text(rq, "decision"), "accept")) {
		c->state = "VERIFIED_OK";
		return OK;
	}
	if (!*c->check_words) {
		field_error(rq, "words", "Say what is still missing.");
		return fail(rq, E_INVALID, "Say what is still missing.");
	}
	c->state = "REJECTED";
	/* a new day may be given; without one the old one stands */
	if (date_parse(form_text(rq, "due"), &due) && due >= inspection_day(rq->now))
		c->due = due + DAY - 1;
	return OK;
}

enum err correction_check(struct req *rq)
{
	struct correction c;

	TRY(correction_load(rq, rq->id, &c));
	const char *problem = may_check(c.state);
	if (problem)
		return fail(rq, E_CONFLICT, "%s", tr(rq, problem));
	c.check_words = form_text(rq, "words");
	TRY(still_time(rq, &c));
	c.checked_at = rq->now;
	c.checked_by = rq->user->id;
	TRY(save(rq, &c, text_is(c.state, "REJECTED") ? CORRECTION_REJECTED : CORRECTION_ACCEPTED));
	notice(rq, "Recorded.");
	return redirect(rq, "/corrections/%" PRId64, c.id);
}

enum err correction_case(struct req *rq)
{
	struct correction c;

	TRY(correction_load(rq, rq->id, &c));
	const char *problem = may_make_case(c.state);
	if (problem)
		return fail(rq, E_CONFLICT, "%s", tr(rq, problem));
	c.check_words = form_text(rq, "words");
	if (!*c.check_words)
		return fail(rq, E_INVALID, "Give the reason.");
	c.state = "CASE";
	c.checked_at = rq->now;
	c.checked_by = rq->user->id;
	TRY(save(rq, &c, CORRECTION_TO_CASE));
	notice(rq, "Recorded.");
	return redirect(rq, "/corrections/%" PRId64, c.id);
}

/* ---- screens ------------------------------------------------------------------------------ */
struct correction_row {
	int64_t id, due, operator, inspection;
	const char *operator_name, *item, *item_text, *finding, *state;
	int64_t submitted_at;
};
static const struct model correction_row_model = MODEL("inspection_corrections",
	struct correction_row,
	FIELDS(STORED(struct correction_row, id, .as = AS_ID),
		STORED(struct correction_row, due, .as = AS_DATE),
		STORED(struct correction_row, operator, .as = AS_ID),
		STORED(struct correction_row, inspection, .as = AS_ID),
		STORED(struct correction_row, operator_name), STORED(struct correction_row, item),
		STORED(struct correction_row, item_text), STORED(struct correction_row, finding),
		STORED(struct correction_row, state, .choices = correction_states),
		STORED(struct correction_row, submitted_at, .as = AS_TIME)));

enum err corrections_list(struct req *rq)
{
	struct paging p = paging(rq, PAGE_ROWS);
	const char *state = query_text(rq, "state");
	struct list l;

	TRY(db_all(rq, &correction_row_model, &l,
		"SELECT c.id, c.due, c.operator, c.inspection, o.name AS operator_name, c.item, "
		"c.item_text, c.finding, c.state, c.submitted_at FROM inspection_corrections c "
		"JOIN "
		"pub_operators o ON o.id = c.operator WHERE (CAST($1 AS bigint) = 0 OR c.area = "
		"$1) "
		"AND (c.state = $2 OR ($2 = '' AND c.state NOT IN ('VERIFIED_OK', 'CASE')) OR $2 = "
		"'all') ORDER BY c.due, c.id LIMIT $3 OFFSET $4",
		rq->user->area, state, p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "corrections", &correction_row_model, &l);
	struct node *list = put_list(rq->view, "states");
	list->hidden = true;
	const struct choice more[] = { { "", "Open ones", "" }, { "all", "All", "" } };
	for (size_t i = 0; i < 2; i++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", more[i].code);
		put_text(n, "label", tr(rq, more[i].label));
		put_flag(n, "selected", text_is(state, more[i].code));
	}
	for (const struct choice *c = correction_states; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(state, c->code));
	}
	return page(rq, "inspections/corrections");
}

enum err put_photos(struct req *rq, const struct photo *of, const char *base)
{
	struct list l;

	TRY(db_all(rq, &photo_model, &l,
		"SELECT * FROM inspection_photos WHERE inspection = $1 AND correction = $2 ORDER "
		"BY id",
		of->inspection, of->correction));
	struct node *rows = show_list(rq, "photos", &photo_model, &l);
	for (struct node *n = rows->first; n; n = n->next)
		put_printf(n, "href", "%s%s", base, node_text(n, "id", ""));
	return of->correction ? OK : put_still_cameras(rq, of->inspection, rows);
}

enum err correction_page(struct req *rq)
{
	struct correction c;
	const char *name;
	int left;

	TRY(correction_load(rq, rq->id, &c));
	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", c.operator));
	TRY(workdays_left(rq, c.due, &left));
	show(rq, "correction", &correction_model, &c);
	put_text(rq->view, "name", name);
	put_printf(rq->view, "path", "/corrections/%" PRId64, c.id);
	put_int(rq->view, "left", left);
	put_flag(rq->view, "signed", text_is(c.served_way, "signed"));
	put_flag(rq->view, "witnessed", text_is(c.served_way, "witness"))->hidden = true;
	put_flag(rq->view, "on_way", !c.served_at)->hidden = true;
	TRY(put_photos(rq, &(struct photo){ .inspection = c.inspection, .correction = c.id },
		"/inspections/photos/"));
	bool write = may(rq, INSPECTION_WRITE);
	put_flag(rq->view, "may_submit", write && !may_submit(c.state))->hidden = true;
	put_flag(rq->view, "may_check", write && !may_check(c.state))->hidden = true;
	put_flag(rq->view, "may_case", write && !may_make_case(c.state))->hidden = true;
	return page(rq, "inspections/correction");
}

enum err correction_photo(struct req *rq)
{
	struct photo p;

	TRY(db_one(rq, &photo_model, &p, "SELECT * FROM inspection_photos WHERE id = $1", rq->id));
	return reply_object(rq, p.sm3, "image/jpeg", NULL);
}

/* ---- the clock ---------------------------------------------------------------------------- */
static enum err overdue_find(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &correction_model, &l,
		"SELECT * FROM inspection_corrections WHERE state IN ('ORDERED', 'REJECTED') AND "
		"served_at > 0 AND due < $1 ORDER BY due, id LIMIT 200",
		rq->now));
	for (struct correction *c = LIST_OF(struct correction, &l);
		c < LIST_END(struct correction, &l); c++) {
		if (!correction_late(c->state, c->due, rq->now))
			continue;
		c->state = "OVERDUE";
		c->overdue_at = rq->now;
		TRY(save(rq, c, CORRECTION_OVERDUE));
	}
	return OK;
}

/* A result held back is warned of once, some working days before it has to be public. */
static enum err publication_warn(struct req *rq)
{
	struct inspection_terms t;
	struct list l;
	int left;

	TRY(terms_load(rq, &t));
	TRY(db_all(rq, &protocol_model, &l,
		"SELECT p.* FROM inspection_protocols p JOIN inspections i ON i.id = p.inspection "
		"WHERE p.warned_at = 0 AND i.published_at = 0 AND p.publish_by < $1 ORDER BY p.id "
		"LIMIT 200",
		rq->now + (t.warn_workdays + 14) * DAY));
	for (struct protocol *p = LIST_OF(struct protocol, &l); p < LIST_END(struct protocol, &l);
		p++) {
		TRY(workdays_left(rq, p->publish_by, &left));
		if (left > t.warn_workdays)
			continue;
		p->warned_at = rq->now;
		TRY(db_update(rq, &protocol_model, p));
		TRY(emit(rq, .name = INSPECTION_PUBLICATION_DUE, .subject = p->inspection,
			.entity = p->operator,
			.data = json_pairs(rq, "by", date_text(rq->arena, p->publish_by), NULL)));
	}
	return OK;
}

enum err inspections_every_minute(struct req *rq)
{
	TRY(overdue_find(rq));
	TRY(deliveries_due(rq));
	return publication_warn(rq);
}
