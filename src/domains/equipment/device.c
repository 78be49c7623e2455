/* One device: its page with its history, and its way through store, repair and loss. */
#include "contracts/facts.h"
#include "domains/equipment/equipment.h"
#include "domains/equipment/rules.h"

#include <string.h>

enum { ROWS = 20, TIMELINE_ROWS = 60 };

/* ---- states -----------------------------------------------------------------------------------
 */
/* What is lost is in nobody's hands any more: its issue ends without a taker. */
static enum err issue_end(struct req *rq, struct issue *i, const char *reason)
{
	if (!*i->state)
		return OK;
	i->state = "closed";
	i->taken_at = rq->now;
	i->words = reason;
	return db_update(rq, &issue_model, i);
}

enum err equipment_move(struct req *rq)
{
	struct equipment e;
	struct issue i;
	const char *to = form_text(rq, "state"), *reason = form_text(rq, "reason");

	TRY(equipment_load(rq, rq->id, &e));
	TRY(issue_open(rq, e.id, &i));
	const char *from = e.state, *why = equipment_move_wrong(from, to, reason, *i.state != 0);
	if (why)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	TRY(issue_end(rq, &i, reason));
	const char *holder = account_name(rq, e.holder);
	e.state = to;
	e.holder = 0;
	TRY(equipment_put(rq, &e, EQUIPMENT_MOVED,
		json_pairs(rq, "from", from, "to", to, "reason", reason, "holder", holder, NULL)));
	notice(rq, "The change was kept.");
	return redirect(rq, "/equipment/%" PRId64, e.id);
}

/* ---- page -------------------------------------------------------------------------------------
 */
static enum err put_summary(struct req *rq, const struct equipment *e)
{
	struct node *rows = put_list(rq->view, "rows");
	const char *area = "";

	rows->hidden = true;
	if (e->area)
		TRY(db_text(rq, &area,
			"SELECT CASE WHEN CAST($1 AS bigint) = 1 THEN name ELSE name_en END FROM "
			"pub_areas WHERE id = $2",
			rq->zh, e->area));
	put_row(rq, rows, "Kind of device", tr(rq, choice_label(equipment_kinds, e->kind)));
	put_row(rq, rows, "Maker and model", e->model);
	put_row(rq, rows, "Serial number", e->serial);
	put_row(rq, rows, "GB/T 28181 number", e->gb_id);
	put_row(rq, rows, "Town", e->area ? area : tr(rq, "Whole district"));
	put_row(rq, rows, "Carried by", account_name(rq, e->holder));
	put_row(rq, rows, "Last calibrated on",
		e->calibrated_at ? date_text(rq->arena, e->calibrated_at) : "");
	put_row(rq, rows, "Calibration due on",
		e->calibration_due ? date_text(rq->arena, e->calibration_due) : "");
	put_row(rq, rows, "Clock ahead by (ms)",
		arena_printf(rq->arena, "%" PRId64, e->clock_offset_ms));
	put_row(rq, rows, "Remarks", e->words);
	return OK;
}

static enum err put_warning(struct req *rq, const struct equipment *e)
{
	int64_t days, until;

	TRY(calibration_terms(rq, e->kind, &days, &until));
	enum due_state d = due_state_of(e->calibration_due, rq->now, until);
	bool alive = !text_is(e->state, "scrapped");
	put_flag(rq->view, "overdue", alive && d == DUE_OVER);
	put_flag(rq->view, "due_soon", alive && d == DUE_SOON);
	put_flag(rq->view, "never_calibrated", alive && days && !e->calibrated_at);
	put_text(rq->view, "due_on",
		e->calibration_due ? date_text(rq->arena, e->calibration_due) : "");
	return OK;
}

struct issue_line {
	const char *officer_name, *given_name, *taken_name, *words;
	int64_t given_at, received_at, returned_at, taken_at;
};
static const struct model issue_line_model = MODEL("equipment_issues", struct issue_line,
	FIELDS(STORED(struct issue_line, officer_name), STORED(struct issue_line, given_name),
		STORED(struct issue_line, taken_name), STORED(struct issue_line, words),
		STORED(struct issue_line, given_at, .as = AS_TIME),
		STORED(struct issue_line, received_at, .as = AS_TIME),
		STORED(struct issue_line, returned_at, .as = AS_TIME),
		STORED(struct issue_line, taken_at, .as = AS_TIME)));

static enum err put_records(struct req *rq, int64_t id)
{
	struct list issues, calibrations;

	TRY(db_all(rq, &issue_line_model, &issues,
		"SELECT coalesce(o.name, '') AS officer_name, coalesce(g.name, '') AS given_name, "
		"coalesce(t.name, '') AS taken_name, i.words, i.given_at, i.received_at, "
		"i.returned_at, i.taken_at FROM equipment_issues i LEFT JOIN pub_users o ON o.id = "
		"i.officer LEFT JOIN pub_users g ON g.id = i.given_by LEFT JOIN pub_users t ON "
		"t.id = i.taken_by WHERE i.equipment = $1 ORDER BY i.given_at DESC LIMIT $2",
		id, (int)ROWS));
	show_list(rq, "issues", &issue_line_model, &issues);
	TRY(db_all(rq, &calibration_model, &calibrations,
		"SELECT * FROM equipment_calibrations WHERE equipment = $1 ORDER BY done_at DESC, "
		"id DESC LIMIT $2",
		id, (int)ROWS));
	show_list(rq, "calibrations", &calibration_model, &calibrations);
	return OK;
}

/* What came from this device, when, by which dock. */
struct docked_line {
	int64_t id, started_at, docked_at;
	const char *name, *officer_name, *dock;
};
static const struct model docked_line_model = MODEL("pub_recordings", struct docked_line,
	FIELDS(STORED(struct docked_line, id, .as = AS_ID),
		STORED(struct docked_line, started_at, .as = AS_TIME),
		STORED(struct docked_line, docked_at, .as = AS_TIME),
		STORED(struct docked_line, name), STORED(struct docked_line, officer_name),
		STORED(struct docked_line, dock)));

static enum err put_docked(struct req *rq, const struct equipment *e)
{
	struct list l;
	bool camera = text_is(e->kind, "body_camera") && may(rq, RECORDING_READ);

	put_flag(rq->view, "records", camera);
	put_flag(rq->view, "may_dock", camera && may(rq, RECORDING_DOCK));
	if (!camera)
		return OK;
	TRY(db_all(rq, &docked_line_model, &l,
		"SELECT r.id, r.started_at, r.docked_at, r.name, coalesce(u.name, '') AS "
		"officer_name, CASE WHEN r.dock <> '' THEN r.dock ELSE coalesce(b.name, '') END AS "
		"dock FROM pub_recordings r LEFT JOIN pub_users u ON u.id = r.officer LEFT JOIN "
		"pub_users b ON b.id = r.docked_by WHERE r.device = $1 ORDER BY r.docked_at DESC, "
		"r.id DESC LIMIT $2",
		e->id, (int)ROWS));
	show_list(rq, "docked", &docked_line_model, &l);
	return OK;
}

static const char *fact_title(const char *name)
{
	static const struct choice titles[] = { { EQUIPMENT_REGISTERED, "Device registered", "" },
		{ EQUIPMENT_CHANGED, "Particulars changed", "" },
		{ EQUIPMENT_MOVED, "State changed", "" }, { EQUIPMENT_ISSUED, "Issued", "" },
		{ EQUIPMENT_RECEIVED, "Signed for by the officer", "" },
		{ EQUIPMENT_HANDED_BACK, "Handed back", "" },
		{ EQUIPMENT_RETURNED, "Return signed by a keeper", "" },
		{ EQUIPMENT_CALIBRATED, "Calibration recorded", "" }, { 0 } };
	return choice_label(titles, name);
}

/* What a fact says beside its name: the officer, or from which state to which and why. */
static const char *fact_detail(struct req *rq, const char *data)
{
	struct node *n;
	struct fault why = { 0 };

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)data, strlen(data) }, &n, &why))
		return "";
	const char *to = node_text(n, "to", "");
	if (*to)
		return arena_printf(rq->arena, "%s → %s · %s",
			tr(rq, choice_label(equipment_states, node_text(n, "from", ""))),
			tr(rq, choice_label(equipment_states, to)), node_text(n, "reason", ""));
	return node_text(n, "officer_name", "");
}

static enum err put_timeline(struct req *rq, int64_t id)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "timeline");

	TRY(db_query(rq, &r,
		"SELECT at, name, actor_name, data FROM pub_ledger WHERE subject = $1 ORDER BY seq "
		"DESC LIMIT $2",
		id, (int)TIMELINE_ROWS));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_text(n, "at", time_text(rq->arena, rows_int(r, 0)));
		put_text(n, "title", tr(rq, fact_title(arena_dup(rq->arena, rows_text(r, 1)))));
		put_text(n, "who", arena_dup(rq->arena, rows_text(r, 2)));
		put_text(n, "detail", fact_detail(rq, arena_dup(rq->arena, rows_text(r, 3))));
		put_text(n, "href", "");
		put_text(n, "tone", "");
	}
	rows_close(r);
	return OK;
}

static enum err put_officers(struct req *rq, const struct equipment *e)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "officers");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT id, name, card_no FROM pub_users WHERE state = 'active' AND role IN "
		"('officer', 'head', 'reviewer', 'command') AND (CAST($1 AS bigint) = 0 OR area = "
		"0 OR area = $1) AND id <> $2 ORDER BY name LIMIT 500",
		e->area, rq->user->id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_printf(n, "value", "%" PRId64, rows_int(r, 0));
		put_printf(n, "label", "%s %s", arena_dup(rq->arena, rows_text(r, 1)),
			arena_dup(rq->arena, rows_text(r, 2)));
	}
	rows_close(r);
	return OK;
}

static void put_steps(struct req *rq, const struct equipment *e, const struct issue *i)
{
	struct issue_facts f = { e->state, i->state, i->officer, rq->user->id };
	bool write = may(rq, EQUIPMENT_WRITE), scrapped = text_is(e->state, "scrapped");

	put_flag(rq->view, "may_write", write && !scrapped);
	put_flag(rq->view, "may_give", write && !issue_step_wrong(&f, ISSUE_GIVE));
	put_flag(rq->view, "may_receive", !issue_step_wrong(&f, ISSUE_RECEIVE));
	put_flag(rq->view, "may_return", !issue_step_wrong(&f, ISSUE_RETURN));
	put_flag(rq->view, "may_take", write && !issue_step_wrong(&f, ISSUE_TAKE));
	put_flag(rq->view, "withdraws", text_is(i->state, "offered"));
	put_text(rq->view, "officer_name", account_name(rq, i->officer));
	put_flag(rq->view, "in_store", text_is(e->state, "store") && !*i->state);
	put_flag(rq->view, "away", text_is(e->state, "lost") || text_is(e->state, "repair"));
}

static void put_calibration_form(struct req *rq)
{
	struct calibration c = { .done_at = day_begin(rq->now), .result = "passed" };

	show_form(rq, "calibration", &calibration_model, &c);
}

enum err equipment_page(struct req *rq)
{
	struct equipment e;
	struct issue i;

	TRY(db_one(rq, &equipment_model, &e, "SELECT * FROM equipment WHERE id = $1", rq->id));
	TRY(issue_open(rq, e.id, &i));
	if (i.officer != rq->user->id)
		TRY(in_area(rq, e.area));
	show(rq, "device", &equipment_model, &e);
	TRY(put_summary(rq, &e));
	TRY(put_warning(rq, &e));
	TRY(put_records(rq, e.id));
	TRY(put_docked(rq, &e));
	TRY(put_timeline(rq, e.id));
	put_steps(rq, &e, &i);
	if (may(rq, EQUIPMENT_WRITE)) {
		TRY(put_officers(rq, &e));
		put_calibration_form(rq);
	}
	put_text(rq->view, "camera_href",
		e.camera ? arena_printf(rq->arena, "/cameras/%" PRId64, e.camera) : "");
	return page(rq, "equipment/device");
}
