/* Checks by video (非现场检查): what a camera can show, whose pictures were taken, and how the
 * result reaches the business, which is not there: by its link, or else from an officer's hand. */
#include "contracts/facts.h"
#include "domains/inspections/protocol.h"

#include <string.h>

const struct model still_model = MODEL("inspection_stills", struct still, .witnessed = true,
	FIELDS(STORED(struct still, id, .as = AS_ID), STORED(struct still, version),
		STORED(struct still, inspection, .as = AS_ID),
		STORED(struct still, photo, .as = AS_ID), STORED(struct still, camera, .as = AS_ID),
		STORED(struct still, camera_name)));

static const struct choice delivery_ways[] = {
	{ "link", "By its link" },
	{ "hand", "By hand" },
	{ NULL },
};

const struct model delivery_model = MODEL("inspection_deliveries", struct delivery,
	.witnessed = true,
	FIELDS(STORED(struct delivery, id, .as = AS_ID), STORED(struct delivery, version),
		STORED(struct delivery, inspection, .as = AS_ID),
		STORED(struct delivery, operator, .as = AS_ID), STORED(struct delivery, area),
		STORED(struct delivery, phone), STORED(struct delivery, sent_at, .as = AS_TIME),
		STORED(struct delivery, way, .choices = delivery_ways),
		STORED(struct delivery, served_at, .as = AS_TIME),
		STORED(struct delivery, served_to), STORED(struct delivery, served_by, .as = AS_ID),
		STORED(struct delivery, unserved_at, .as = AS_TIME)));

bool by_video(const char *kind)
{
	return text_is(kind, "INSP_OFFSITE");
}

/* ---- what a camera can show --------------------------------------------------------------- */
static enum err shown_by_camera(
	struct req *rq, const struct check_table *t, const struct node **out)
{
	const struct node *law;

	*out = NULL;
	TRY(rules(rq, "inspections/tables", rq->now, &law));
	NODE_EACH (n, node_find(law, "by_camera"))
		if (text_is(n->name, t->id))
			*out = n;
	return OK;
}

static bool shows(const struct node *camera, const char *item)
{
	NODE_EACH (n, node_find(camera, "items"))
		if (text_is(n->s, item))
			return true;
	return false;
}

enum err judging_by_video(struct req *rq, struct judging *j, uint8_t *mandatory)
{
	struct check_table *own = NEW(rq->arena, struct check_table);
	const struct node *camera;

	TRY(shown_by_camera(rq, j->table, &camera));
	if (!camera)
		return fail(rq, E_INVALID,
			"The items of this table cannot be checked by video. Inspect on site.");
	*own = *j->table;
	own->min_key = (int)node_int(camera, "minimum.key", own->min_key);
	own->min_general = (int)node_int(camera, "minimum.general", own->min_general);
	for (int i = 0; i < own->n; i++)
		mandatory[i] = mandatory[i] && shows(camera, own->items[i].no);
	j->table = own;
	return OK;
}

enum err put_by_camera(struct req *rq, struct node *to, const struct check_table *t)
{
	const struct node *camera;

	TRY(shown_by_camera(rq, t, &camera));
	if (!camera)
		return OK;
	struct node *n = put_map(to, "by_camera"), *items = put_list(n, "items");
	put_int(n, "min_key", node_int(camera, "minimum.key", t->min_key));
	put_int(n, "min_general", node_int(camera, "minimum.general", t->min_general));
	for (int i = 0; i < t->n; i++)
		if (shows(camera, t->items[i].no))
			put_text(items, NULL, t->items[i].no);
	return OK;
}

struct camera_row {
	int64_t id;
	const char *name;
	bool snapshots;
};
static const struct model camera_row_model = MODEL("pub_camera_streams", struct camera_row,
	FIELDS(STORED(struct camera_row, id), STORED(struct camera_row, name),
		STORED(struct camera_row, snapshots)));

enum err put_cameras(struct req *rq, struct node *to, int64_t operator)
{
	struct list l;
	struct node *list = put_list(to, "cameras");

	TRY(db_all(rq, &camera_row_model, &l,
		"SELECT id, name, snapshots FROM pub_camera_streams WHERE operator = $1 AND state "
		"= 'open' ORDER BY "
		"name, id LIMIT 12",
		operator));
	for (const struct camera_row *c = LIST_OF(struct camera_row, &l);
		c < LIST_END(struct camera_row, &l); c++) {
		struct node *n = put_map(list, NULL);
		put_printf(n, "id", "%" PRId64, c->id);
		put_text(n, "name", c->name);
		put_flag(n, "snapshots", c->snapshots);
	}
	return OK;
}

/* ---- its pictures ------------------------------------------------------------------------- */
static enum err still_camera(
	struct req *rq, const struct intake *in, int64_t camera, const char **name)
{
	enum err e =
		db_text(rq, name, "SELECT name FROM pub_cameras WHERE id = $1 AND operator = $2",
			camera, in->i.operator);

	return e == E_NOT_FOUND ? fail(rq, E_INVALID,
					  "A picture comes from a camera that is not this "
					  "business's.")
				: e;
}

static bool still_of(const struct intake *in, const char *item)
{
	NODE_EACH (n, node_find(in->record, "photos"))
		if (text_is(node_text(n, "item", ""), item) && node_int(n, "camera", 0))
			return true;
	return false;
}

enum err stills_check(struct req *rq, const struct intake *in)
{
	const char *name;

	NODE_EACH (n, node_find(in->record, "photos"))
		if (node_int(n, "camera", 0))
			TRY(still_camera(rq, in, node_int(n, "camera", 0), &name));
	for (int k = 0; by_video(in->i.kind) && k < in->t.n; k++)
		if (in->answers[k] == FAILED && !still_of(in, in->t.items[k].no))
			return fail(rq, E_INVALID, "%s %s", in->t.items[k].no,
				tr(rq, "Take a picture of the camera that shows it."));
	return OK;
}

int stills_count(const struct intake *in)
{
	int count = 0;

	NODE_EACH (n, node_find(in->record, "photos"))
		count += node_int(n, "camera", 0) != 0;
	return count;
}

enum err still_keep(
	struct req *rq, const struct intake *in, const struct photo *p, const struct node *n)
{
	struct still s = {
		.inspection = p->inspection, .photo = p->id, .camera = node_int(n, "camera", 0)
	};

	if (!s.camera)
		return OK;
	TRY(still_camera(rq, in, s.camera, &s.camera_name));
	return db_insert(rq, &still_model, &s);
}

/* Has an earlier picture the same camera? */
static bool named_before(const struct intake *in, const struct node *photo)
{
	NODE_EACH (n, node_find(in->record, "photos")) {
		if (n == photo)
			return false;
		if (node_int(n, "camera", 0) == node_int(photo, "camera", 0))
			return true;
	}
	return false;
}

const char *still_cameras(struct req *rq, const struct intake *in)
{
	struct buf b = { .arena = rq->arena };
	const char *name;

	NODE_EACH (n, node_find(in->record, "photos"))
		if (node_int(n, "camera", 0) && !named_before(in, n) &&
			!still_camera(rq, in, node_int(n, "camera", 0), &name))
			buf_printf(&b, "%s%s", b.n ? "、" : "", name);
	return b.n ? buf_text(&b) : "";
}

enum err put_still_cameras(struct req *rq, int64_t inspection, struct node *photos)
{
	struct list l;

	TRY(db_all(rq, &still_model, &l,
		"SELECT * FROM inspection_stills WHERE inspection = $1 ORDER BY id", inspection));
	for (const struct still *s = LIST_OF(struct still, &l); s < LIST_END(struct still, &l); s++)
		for (struct node *n = photos->first; n; n = n->next)
			if (node_int(n, "id", 0) == s->photo)
				put_text(n, "camera", s->camera_name);
	return OK;
}

/* ---- how the result reaches the business -------------------------------------------------- */
enum err delivery_begin(struct req *rq, const struct intake *in)
{
	struct delivery d = { .inspection = in->i.id,
		.operator= in->i.operator,
		.area = in->v.area,
		.phone = in->v.phone,
		.sent_at = rq->now,
		.way = "link",
		.served_to = "" };

	return by_video(in->i.kind) ? db_insert(rq, &delivery_model, &d) : OK;
}

enum err delivery_of(struct req *rq, int64_t inspection, struct delivery *d, bool *there)
{
	struct list l;

	TRY(db_all(rq, &delivery_model, &l,
		"SELECT * FROM inspection_deliveries WHERE inspection = $1", inspection));
	*there = l.n;
	if (l.n)
		*d = *LIST_OF(struct delivery, &l);
	return OK;
}

/* The days of an order run from the day it arrived. */
static enum err orders_begin(struct req *rq, const struct delivery *d)
{
	struct list l;

	TRY(db_all(rq, &correction_model, &l,
		"SELECT * FROM inspection_corrections WHERE inspection = $1 AND served_at = 0 "
		"ORDER BY id",
		d->inspection));
	for (struct correction *c = LIST_OF(struct correction, &l);
		c < LIST_END(struct correction, &l); c++) {
		c->served_way = d->way;
		c->served_at = d->served_at;
		c->due = inspection_day(d->served_at) + DAY - 1;
		if (c->days)
			TRY(term_days(rq, d->served_at, (int)c->days, &c->due));
		TRY(db_update(rq, &correction_model, c));
	}
	return OK;
}

static enum err delivered(struct req *rq, struct delivery *d)
{
	d->served_at = rq->now;
	TRY(db_update(rq, &delivery_model, d));
	TRY(orders_begin(rq, d));
	return emit(rq, .name = INSPECTION_SERVED, .subject = d->inspection, .entity = d->operator,
		.data = json_of(rq, &delivery_model, d));
}

enum err delivery_seen(struct req *rq, int64_t inspection)
{
	struct delivery d;
	bool there;

	TRY(delivery_of(rq, inspection, &d, &there));
	return there && !d.served_at ? delivered(rq, &d) : OK;
}

enum err inspection_hand(struct req *rq)
{
	struct delivery d;
	bool there;
	const char *to = form_text(rq, "to");

	TRY(delivery_of(rq, rq->id, &d, &there));
	if (!there)
		return fail(rq, E_CONFLICT, "This record was signed or left on site.");
	if (d.served_at)
		return fail(rq, E_CONFLICT, "The result has reached the business already.");
	if (!*to || utf8_length(to) > 60)
		return fail(rq, E_INVALID, "Say in at most 60 characters who received it.");
	d.way = "hand";
	d.served_to = to;
	d.served_by = rq->user->id;
	TRY(delivered(rq, &d));
	notice(rq, "Recorded.");
	return redirect(rq, "/inspections/%" PRId64, rq->id);
}

/* The officer of the cell is asked to hand it over. */
static enum err unserved(struct req *rq, struct delivery *d, const struct inspection_terms *t)
{
	struct node *n = node_map(rq->arena);
	int64_t due;

	d->unserved_at = rq->now;
	TRY(db_update(rq, &delivery_model, d));
	TRY(term_workdays(rq, rq->now, (int)t->confirm_workdays, &due));
	put_text(n, "words", "视频检查结果未签收，请当面送交");
	put_int(n, "due_at", due);
	put_text(n, "phone", d->phone);
	return emit(rq, .name = INSPECTION_UNSERVED, .subject = d->inspection,
		.entity = d->operator, .data = json_text(rq, n));
}

/* Nobody confirmed within the working days of the rule: said once. */
enum err deliveries_due(struct req *rq)
{
	struct inspection_terms t;
	struct list l;
	int left;

	TRY(terms_load(rq, &t));
	TRY(db_all(rq, &delivery_model, &l,
		"SELECT * FROM inspection_deliveries WHERE served_at = 0 AND unserved_at = 0 AND "
		"sent_at < $1 ORDER BY sent_at LIMIT 200",
		rq->now - t.confirm_workdays * DAY));
	for (struct delivery *d = LIST_OF(struct delivery, &l); d < LIST_END(struct delivery, &l);
		d++) {
		int64_t by;
		TRY(term_workdays(rq, d->sent_at, (int)t.confirm_workdays, &by));
		TRY(workdays_left(rq, by, &left));
		if (left < 0)
			TRY(unserved(rq, d, &t));
	}
	return OK;
}
