/* Areas, grid and people (网格化): who is an officer, may act today, and answers for what.
 * README.md has the law, the states and the screens. */
#include "domains/grid/grid.h"

#include "contracts/facts.h"
#include "domains/grid/cells.h"
#include "domains/grid/rules.h"
#include "domains/grid/tasks.h"

const struct choice leave_kinds[] = {
	{ "annual", "Annual leave", "neutral" },
	{ "sick", "Sick leave", "neutral" },
	{ "training", "Training", "neutral" },
	{ "duty", "Away on duty", "neutral" },
	{ "other", "Other leave", "neutral" },
	{ 0 },
};
static const struct choice states[] = { { "serving", "Serving", "green" },
	{ "left", "No longer in service", "neutral" }, { 0 } };

const struct model officer_model = MODEL("grid_officers", struct officer, .witnessed = true,
	FIELDS(STORED(struct officer, id, .as = AS_ID), STORED(struct officer, version),
		INPUT(struct officer, card_no, "Enforcement card number", .required = true,
			.max = 30, .check = check_card_no),
		INPUT(struct officer, card_valid_to, "Card valid to", .required = true,
			.as = AS_DATE),
		INPUT(struct officer, qualification, "Qualification", .max = 80,
			.hint = "For example: food safety inspector"),
		INPUT(struct officer, station, "Station", .required = true, .max = 80),
		STORED(struct officer, area), INPUT(struct officer, words, "Remarks", .max = 400),
		STORED(struct officer, state, .choices = states),
		STORED(struct officer, registered_by, .as = AS_ID),
		STORED(struct officer, registered_at, .as = AS_TIME)));

const struct model recusal_entry_model = MODEL("grid_recusals", struct recusal_entry,
	.witnessed = true,
	FIELDS(STORED(struct recusal_entry, id, .as = AS_ID), STORED(struct recusal_entry, version),
		STORED(struct recusal_entry, officer, .as = AS_ID),
		STORED(struct recusal_entry, operator, .as = AS_ID),
		STORED(struct recusal_entry, person), STORED(struct recusal_entry, reason),
		STORED(struct recusal_entry, entered_by, .as = AS_ID),
		STORED(struct recusal_entry, entered_at, .as = AS_TIME),
		STORED(struct recusal_entry, ended_by, .as = AS_ID),
		STORED(struct recusal_entry, ended_at, .as = AS_TIME),
		STORED(struct recusal_entry, end_reason)));

const struct model leave_model = MODEL("grid_leaves", struct leave, .witnessed = true,
	FIELDS(STORED(struct leave, id, .as = AS_ID), STORED(struct leave, version),
		STORED(struct leave, officer, .as = AS_ID),
		INPUT(struct leave, from_day, "First day", .required = true, .as = AS_DATE),
		INPUT(struct leave, to_day, "Last day", .required = true, .as = AS_DATE),
		INPUT(struct leave, kind, "Kind of leave", .required = true,
			.choices = leave_kinds),
		INPUT(struct leave, words, "Remarks", .max = 200),
		STORED(struct leave, entered_by, .as = AS_ID),
		STORED(struct leave, entered_at, .as = AS_TIME),
		STORED(struct leave, ended_by, .as = AS_ID),
		STORED(struct leave, ended_at, .as = AS_TIME)));

static enum err today_move(struct req *rq)
{
	int64_t day;

	TRY(db_int(rq, &day, "SELECT coalesce(max(day), 0) FROM grid_today"));
	if (day == day_of(rq->now))
		return OK;
	return db_run(rq,
		"INSERT INTO grid_today (id, day) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET "
		"day "
		"= excluded.day",
		day_of(rq->now));
}

enum err grid_every_minute(struct req *rq)
{
	TRY(today_move(rq));
	return tasks_every_minute(rq);
}

static const struct route routes[] = {
	{ GET, "/officers", officer_list, GRID_READ, .about = "The register of officers",
		.gives = &officer_model },
	{ GET, "/officers/new", officer_new, GRID_WRITE, .about = "Form of a new entry" },
	{ POST, "/officers", officer_create, GRID_WRITE,
		.about = "Enter an officer (account, card, station)", .takes = &officer_model },
	{ GET, "/officers/:id", officer_page, GRID_READ,
		.about = "One officer: card, cells, leave, recusals; id of its account",
		.gives = &officer_model },
	{ GET, "/officers/:id/record", officer_record, TASK_READ,
		.about = "What was recorded of each act of a day; ?day=2026-11-23" },
	{ GET, "/officers/:id/edit", officer_edit, GRID_WRITE, .about = "Form of the entry" },
	{ POST, "/officers/:id", officer_save, GRID_WRITE, .about = "Change the entry",
		.takes = &officer_model },
	{ POST, "/officers/:id/leave", officer_leave, GRID_READ,
		.about = "Enter leave, one's own or as keeper", .takes = &leave_model },
	{ POST, "/officers/:id/leave/:id2/end", officer_leave_end, GRID_READ,
		.about = "End leave, or take it back" },
	{ POST, "/officers/:id/recusals", officer_recuse, GRID_READ,
		.about = "Enter a recusal (licence or person, reason)" },
	{ POST, "/officers/:id/recusals/:id2/end", officer_recusal_end, GRID_WRITE,
		.about = "End a recusal (reason)" },
	{ GET, "/grid", grid_map, GRID_READ, .about = "Cells, on the map and as a list" },
	{ GET, "/grid/missing", missing_list, GRID_READ, .about = "Operators in no cell" },
	{ GET, "/grid/import", cells_form, GRID_WRITE, .about = "Form for cells" },
	{ POST, "/grid/cells", cells_import, GRID_WRITE, .about = "Import cells (GeoJSON)" },
	{ GET, "/grid/:id", cell_page, GRID_READ, .about = "One cell with its operators" },
	{ POST, "/grid/:id/charge", cell_charge_step, GRID_WRITE,
		.about = "Name the officer in charge (officer)" },
	{ GET, "/tasks", task_list, TASK_READ, .about = "One's own tasks; ?of=all&state=open",
		.gives = &task_model },
	{ GET, "/tasks/new", task_new, TASK_WRITE,
		.about = "Form of a task; ?operator=ID or ?licence=NO" },
	{ POST, "/tasks", task_create, TASK_WRITE,
		.about = "Give a task to the officer of the cell", .takes = &task_model },
	{ GET, "/tasks/:id", task_page, TASK_READ, .about = "One task", .gives = &task_model },
	{ POST, "/tasks/:id/hand-over", task_hand_over, TASK_WRITE,
		.about = "Hand it over (officer, reason)" },
	{ POST, "/tasks/:id/finish", task_finish, TASK_WRITE,
		.about = "Done, or not needed any more (outcome, cancel)" },
	{ 0 },
};

#define TELLS(...) ((const char *const[]){ __VA_ARGS__, NULL })
static const struct listen listens[] = {
	{ OPERATOR_REGISTERED, on_operator_placed, NULL },
	{ OPERATOR_CHANGED, on_operator_changed, TELLS(TASK_CANCELLED) },
	{ DRAW_ASSIGNED, on_draw_assigned, TELLS(TASK_OPENED) },
	{ DRAW_EXCHANGED, on_draw_exchanged, TELLS(TASK_HANDED_OVER) },
	{ INSPECTION_RECORDED, on_inspected, TELLS(TASK_DONE) },
	{ CASE_CORRECTION_ORDERED, on_correction_ordered, TELLS(TASK_OPENED) },
	{ CASE_CORRECTION_ACCEPTED, on_correction_accepted, TELLS(TASK_DONE) },
	{ CASE_SOURCE_REGISTERED, on_case_source, TELLS(TASK_OPENED) },
	{ CASE_DECIDED, on_case_decided, TELLS(TASK_DONE) },
	{ CASE_NOT_FILED, on_case_decided, TELLS(TASK_DONE) },
	{ CASE_INVESTIGATION_ENDED, on_case_decided, TELLS(TASK_DONE) },
	{ COMPLAINT_ASSIGNED, on_visit_asked, TELLS(TASK_OPENED) },
	{ ANNUAL_VISIT_DUE, on_visit_asked, TELLS(TASK_OPENED) },
	{ INSPECTION_UNSERVED, on_visit_asked, TELLS(TASK_OPENED) },
	{ INSPECTION_SERVED, on_source_ended, TELLS(TASK_LAPSED) },
	{ COMPLAINT_DECIDED, on_source_ended, TELLS(TASK_LAPSED) },
	{ WARNING_RAISED, on_warning_raised, TELLS(TASK_OPENED) },
	{ WARNING_CLOSED, on_source_ended, TELLS(TASK_LAPSED) },
	{ WARNING_DISMISSED, on_source_ended, TELLS(TASK_LAPSED) },
	{ 0 },
};
static const struct job_kind jobs[] = { { "grid.places", NULL, places_job }, { 0 } };

static const struct nav nav[] = {
	{ "/tasks", "Tasks", TASK_READ, NULL },
	{ "/grid", "Grid", GRID_READ, NULL },
	{ "/officers", "Register of officers", GRID_READ, NULL },
	{ 0 },
};

const struct module grid = {
	.name = "grid",
	.routes = routes,
	.listens = listens,
	.jobs = jobs,
	.models = (const struct model *const[]){ &officer_model, &recusal_entry_model, &leave_model,
		&cell_model, &charge_model, &task_model, NULL },
	.tells = (const char *const[]){ OFFICER_REGISTERED, OFFICER_CHANGED, OFFICER_RECUSED,
		OFFICER_RECUSAL_ENDED, OFFICER_LEAVE_ENTERED, OFFICER_LEAVE_ENDED,
		GRID_CELLS_CHANGED, GRID_CELL_CHARGED, TASK_OPENED, TASK_HANDED_OVER,
		TASK_ESCALATED, TASK_DONE, TASK_CANCELLED, TASK_LAPSED, NULL },
	.nav = nav,
	.every_minute = grid_every_minute,
};
