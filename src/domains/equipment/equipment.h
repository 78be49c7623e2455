/* Private to the room of equipment. */
#ifndef EQUIPMENT_H
#define EQUIPMENT_H

#include "core/core.h"

/* A device of the bureau. holder: the account that carries it, 0 in store; camera: its entry in the
 * register of cameras, 0 none; area 0: the whole district's. clock_offset_ms: ahead of ours. */
struct equipment {
	int64_t id, version;
	const char *number, *kind, *model, *serial, *gb_id;
	int64_t camera, area;
	const char *state;
	int64_t holder, calibrated_at, calibration_due, clock_offset_ms;
	const char *words;
	int64_t registered_by, registered_at;
};
/* offered (a keeper gave it) -> held (the officer signed) -> returning (the officer handed it back)
 * -> closed (a keeper signed; or it was lost) */
struct issue {
	int64_t id, version, equipment, officer;
	const char *state;
	int64_t given_by, given_at, received_at, returned_at, taken_by, taken_at;
	const char *words;
};
struct calibration {
	int64_t id, version, equipment, done_at, due_at;
	const char *body, *certificate, *result;
	int64_t clock_offset_ms;
	const char *scan_sm3, *scan_sha256;
	int64_t recorded_by, recorded_at;
};

extern const struct model equipment_model, issue_model, calibration_model;
extern const struct choice equipment_kinds[], equipment_states[], calibration_results[];
extern const struct module equipment;

/* E_NOT_FOUND; E_FORBIDDEN in another area than the user's, unless the user carries it. */
enum err equipment_load(struct req *rq, int64_t id, struct equipment *e);
/* Registers a device whose particulars are filled in and checked, with its fact. */
enum err equipment_register(struct req *rq, struct equipment *e);
/* Writes a changed device with the fact. data: JSON or NULL for the device itself. */
enum err equipment_put(struct req *rq, struct equipment *e, const char *fact, const char *data);
/* The name of an account; "" for 0. */
const char *account_name(struct req *rq, int64_t id);
/* What the rules say of a kind: days between calibrations (0: none), and until when a due date is
 * warned of from now on. */
enum err calibration_terms(struct req *rq, const char *kind, int64_t *days, int64_t *until);
void put_row(struct req *rq, struct node *rows, const char *label, const char *value);

/* register.c */
enum err equipment_list(struct req *rq);
enum err equipment_due_list(struct req *rq);
enum err equipment_new(struct req *rq);
enum err equipment_create(struct req *rq);
enum err equipment_edit(struct req *rq);
enum err equipment_save(struct req *rq);
/* device.c */
enum err equipment_page(struct req *rq);
enum err equipment_move(struct req *rq);
/* issue.c: the open issue of a device, all zero with state "" when there is none */
enum err issue_open(struct req *rq, int64_t device, struct issue *i);
enum err equipment_give(struct req *rq);
enum err equipment_receive(struct req *rq);
enum err equipment_return(struct req *rq);
enum err equipment_take(struct req *rq);
/* calibrate.c */
enum err equipment_calibrate(struct req *rq);
enum err calibration_scan(struct req *rq);
enum err equipment_every_minute(struct req *rq);

/* map.c: positions of devices; forgets those older than so many days */
enum err positions_take(struct req *rq);
enum err positions_forget(struct req *rq, int64_t days);
enum err equipment_map(struct req *rq);

#endif
