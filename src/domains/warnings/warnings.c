/* Early warning (风险预警): what the record shows before anything happens, as one list with
 * reasons, each with a task. README.md has the law, the rules and the states. */
#include "domains/warnings/warnings.h"

#include "contracts/facts.h"

const struct choice warning_states[] = {
	{ "open", "To do", "yellow" },
	{ "answered", "Task done, cause remains", "info" },
	{ "dismissed", "Dismissed for a time", "neutral" },
	{ "closed", "Warning ended", "green" },
	{ NULL },
};
const struct choice warning_levels[] = {
	{ "red", "Urgent", "red" },
	{ "yellow", "Attention", "yellow" },
	{ NULL },
};

const struct model warning_model = MODEL("warnings", struct warning, .witnessed = true,
	FIELDS(STORED(struct warning, id, .as = AS_ID), STORED(struct warning, version),
		STORED(struct warning, rule), STORED(struct warning, cause),
		STORED(struct warning, sort), STORED(struct warning, title),
		STORED(struct warning, title_en), STORED(struct warning, operator, .as = AS_ID),
		STORED(struct warning, area), STORED(struct warning, cell, .as = AS_ID),
		STORED(struct warning, level, .choices = warning_levels),
		STORED(struct warning, ref, .as = AS_ID), STORED(struct warning, what),
		STORED(struct warning, n), STORED(struct warning, at, .as = AS_DATE),
		STORED(struct warning, rule_version), STORED(struct warning, due_at, .as = AS_DATE),
		STORED(struct warning, state, .choices = warning_states),
		STORED(struct warning, until, .as = AS_DATE), STORED(struct warning, words),
		STORED(struct warning, raised), STORED(struct warning, raised_at, .as = AS_TIME),
		STORED(struct warning, changed_by, .as = AS_ID),
		STORED(struct warning, changed_at, .as = AS_TIME)));

static const struct route routes[] = {
	{ GET, "/warnings", warning_list, TASK_READ,
		.about = "Early warnings; ?rule=&area=&cell=&operator=&state=open|answered|"
			 "dismissed|closed|all",
		.gives = &warning_model },
	{ POST, "/warnings/run", warning_run, GRADE_RECOMPUTE, .about = "Look at the record now" },
	{ GET, "/warnings/:id", warning_page, TASK_READ, .about = "One warning with its reason",
		.gives = &warning_model },
	{ POST, "/warnings/:id/dismiss", warning_dismiss, TASK_WRITE,
		.about = "Dismiss it for a time (reason, until)" },
	{ POST, "/warnings/:id/reopen", warning_reopen, TASK_WRITE,
		.about = "Open a dismissed or answered one again" },
	{ 0 },
};

#define TELLS(...) ((const char *const[]){ __VA_ARGS__, NULL })
static const struct listen listens[] = {
	{ TASK_DONE, on_task_ended, TELLS(WARNING_CLOSED, WARNING_ANSWERED) },
	{ TASK_CANCELLED, on_task_ended, TELLS(WARNING_CLOSED, WARNING_ANSWERED) },
	{ 0 },
};

const struct module warnings = {
	.name = "warnings",
	.routes = routes,
	.listens = listens,
	.jobs = (const struct job_kind[]){ { "warnings.look", look_prepare, look_write }, { 0 } },
	.models = (const struct model *const[]){ &warning_model, NULL },
	.tells = TELLS(WARNING_RAISED, WARNING_CLOSED, WARNING_ANSWERED, WARNING_DISMISSED),
	.nav = (const struct nav[]){ { "/warnings", "Early warnings", TASK_READ }, { 0 } },
	.every_minute = warnings_every_minute,
};
