/* Calibrations, and the clock that warns of those that are due. */
#include "contracts/facts.h"
#include "domains/equipment/equipment.h"
#include "domains/equipment/rules.h"

enum err calibration_terms(struct req *rq, const char *kind, int64_t *days, int64_t *until)
{
	const struct node *law;

	TRY(rules(rq, "equipment/terms", rq->now, &law));
	*days = 0;
	NODE_EACH (k, node_find(law, "kinds"))
		if (text_is(node_text(k, "kind", ""), kind))
			*days = node_int(k, "days", 0);
	*until = rq->now + node_int(law, "warn_days", 30) * DAY;
	return OK;
}

/* Once a day: positions that are too old are forgotten; and from when on a calibration counts as
 * due soon, for the number in the navigation. */
enum err equipment_every_minute(struct req *rq)
{
	int64_t days, until, kept;

	TRY(calibration_terms(rq, "", &days, &until));
	until = day_begin(until);
	TRY(db_int(rq, &kept, "SELECT coalesce(max(until), 0) FROM equipment_warning"));
	if (kept == until)
		return OK;
	const struct node *law;
	TRY(rules(rq, "equipment/terms", rq->now, &law));
	TRY(positions_forget(rq, node_int(law, "keep_position_days", 30)));
	return db_run(rq,
		"INSERT INTO equipment_warning (id, until) VALUES (1, $1) ON CONFLICT (id) DO "
		"UPDATE SET until = excluded.until",
		until);
}

static enum err scan_keep(struct req *rq, struct calibration *c)
{
	const struct http_file *f = form_file(rq, "scan");
	struct object o;

	c->scan_sm3 = c->scan_sha256 = "";
	if (!f)
		return OK;
	if (!text_is(f->type, "application/pdf") && !text_starts(f->type, "image/jpeg"))
		return fail(rq, E_INVALID, "The certificate is a PDF or a photo (JPEG).");
	TRY(keep_file(rq, f, &o));
	c->scan_sm3 = o.sm3;
	c->scan_sha256 = o.sha256;
	return OK;
}

static enum err calibration_write(struct req *rq, struct equipment *e, struct calibration *c)
{
	int64_t days, until;
	bool passed = text_is(c->result, "passed");

	TRY(calibration_terms(rq, e->kind, &days, &until));
	if (!passed)
		c->due_at = 0;
	else if (!c->due_at && days)
		c->due_at = day_begin(c->done_at + days * DAY);
	const char *why = calibration_wrong(c->done_at, c->due_at, rq->now);
	if (why)
		return fail(rq, E_INVALID, "%s", tr(rq, why));
	TRY(scan_keep(rq, c));
	TRY(db_insert(rq, &calibration_model, c));
	if (passed) {
		e->calibrated_at = c->done_at;
		e->calibration_due = c->due_at;
		e->clock_offset_ms = c->clock_offset_ms;
	} else if (text_is(e->state, "store")) {
		e->state = "repair"; /* nobody measures with a device that failed */
	}
	return equipment_put(rq, e, EQUIPMENT_CALIBRATED, json_of(rq, &calibration_model, c));
}

enum err equipment_calibrate(struct req *rq)
{
	struct equipment e;
	struct calibration c = {
		.equipment = rq->id, .recorded_by = rq->user->id, .recorded_at = rq->now
	};

	TRY(equipment_load(rq, rq->id, &e));
	if (form_read(rq, &calibration_model, &c)) {
		show(rq, "device", &equipment_model, &e);
		show_form(rq, "calibration", &calibration_model, &c);
		return form_again(rq, "equipment/calibration");
	}
	TRY(calibration_write(rq, &e, &c));
	notice(rq, "The calibration was recorded.");
	return redirect(rq, "/equipment/%" PRId64, e.id);
}

enum err calibration_scan(struct req *rq)
{
	struct equipment e;
	const char *sm3;

	TRY(equipment_load(rq, rq->id, &e));
	TRY(db_text(rq, &sm3,
		"SELECT scan_sm3 FROM equipment_calibrations WHERE id = $1 AND equipment = $2 AND "
		"scan_sm3 <> ''",
		rq->id2, e.id));
	return reply_object(rq, sm3, "application/octet-stream",
		arena_printf(rq->arena, "calibration-%" PRId64, rq->id2));
}
