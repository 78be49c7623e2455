/* Who to visit next, and why (精准检查): a run scores every operator in business by the facts on
 * file and orders them inside the law's least and most visits. The machine proposes; officers
 * decide whom they visit. */
#include "domains/targeting/targeting.h"
#include "domains/targeting/annual.h"

#include "contracts/facts.h"
#include "contracts/kinds.h"

#define KIND(code, name) { code, name },
const struct choice targeting_kinds[] = { OPERATOR_KINDS(KIND){ NULL } };
const struct choice targeting_due[] = {
	{ "must", "Due by law", "yellow" },
	{ "may", "May be visited", "neutral" },
	{ "full", "No more visits this year", "info" },
	{ "conflict", "Due, but at its most visits: a person decides", "red" },
	{ 0 },
};
const struct choice targeting_chosen[] = {
	{ "law", "On the list: due by law", "yellow" },
	{ "model", "On the list: likeliest to fail", "info" },
	{ "random", "On the list: drawn at random", "green" },
	{ 0 },
};
static const struct choice run_states[] = {
	{ "model", "Ordered by the model", "green" },
	{ "clocks", "Ordered by the law's clocks alone", "yellow" },
	{ 0 },
};

const struct model targeting_run_model = MODEL("targeting_runs", struct targeting_run,
	.witnessed = true,
	FIELDS(STORED(struct targeting_run, id), STORED(struct targeting_run, version),
		STORED(struct targeting_run, at, .as = AS_TIME),
		STORED(struct targeting_run, wanted_by, .as = AS_ID),
		STORED(struct targeting_run, state, .choices = run_states),
		STORED(struct targeting_run, why), STORED(struct targeting_run, rule_version),
		STORED(struct targeting_run, seed), STORED(struct targeting_run, operators),
		STORED(struct targeting_run, visits), STORED(struct targeting_run, failed),
		STORED(struct targeting_run, chosen), STORED(struct targeting_run, conflicts),
		STORED(struct targeting_run, took_ms), STORED(struct targeting_run, input_sm3),
		STORED(struct targeting_run, model_sm3), STORED(struct targeting_run, scores_sm3),
		STORED(struct targeting_run, model), STORED(struct targeting_run, report)));

static const struct route routes[] = {
	{ GET, "/targeting", targeting_list, INSPECTION_READ,
		.about = "Who to visit next; ?area=&kind=&show=all" },
	{ GET, "/targeting/report", targeting_report, INSPECTION_READ,
		.about = "The latest run: who comes earlier and later",
		.gives = &targeting_run_model },
	{ POST, "/targeting/run", targeting_again, TARGETING_RUN, .about = "Asks for a run now" },
	{ GET, "/annual", annual_list, INSPECTION_READ, .about = "Plans of inspections by year",
		.gives = &annual_model },
	{ POST, "/annual", annual_make, PLAN_DECIDE, .about = "Drafts the plan of a year (year)" },
	{ GET, "/annual/public", annual_public, ANYBODY,
		.about = "The plan in force, for everybody" },
	{ GET, "/annual/:id", annual_page, INSPECTION_READ,
		.about = "A plan: how far it is, by town and month", .gives = &annual_model },
	{ GET, "/annual/:id/visits", annual_visits, INSPECTION_READ,
		.about = "Its visits; ?month=&area=&state=open|done|late&mine=1" },
	{ POST, "/annual/:id/approve", annual_decide, PLAN_DECIDE,
		.about = "Puts a draft in force" },
	{ POST, "/annual/:id/discard", annual_discard, PLAN_DECIDE, .about = "Discards a draft" },
	{ GET, "/targeting/:id", targeting_one, INSPECTION_READ,
		"SELECT area FROM pub_operators WHERE id = $1",
		.about = "Why an operator stands where it does" },
	{ 0 },
};

const struct module targeting = {
	.name = "targeting",
	.routes = routes,
	.listens = (const struct listen[]){ { INSPECTION_RECORDED, on_annual_inspected,
						    (const char *const[]){ NULL } },
		{ 0 } },
	.jobs = (const struct job_kind[]){ { "targeting.run", run_prepare, run_write },
		{ "targeting.annual", NULL, annual_town_job },
		{ "targeting.due", NULL, annual_due_job }, { 0 } },
	.models = (const struct model *const[]){ &targeting_run_model, &annual_model, NULL },
	.tells = (const char *const[]){ TARGETING_RUN_FINISHED, ANNUAL_PLAN_BEGUN,
		ANNUAL_PLAN_DRAFTED, ANNUAL_PLAN_APPROVED, ANNUAL_PLAN_DISCARDED, ANNUAL_VISIT_DUE,
		NULL },
	.nav = (const struct nav[]){ { "/targeting", "Who to visit next", INSPECTION_READ },
		{ "/annual", "Plan of the year", INSPECTION_READ }, { 0 } },
	.every_minute = targeting_every_minute,
};
