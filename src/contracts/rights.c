/* The one table of who may do what. */
#include "contracts/rights.h"

#include <stddef.h>
#include <string.h>

#define SET(...)                                                                                   \
	(const enum right[])                                                                       \
	{                                                                                          \
		__VA_ARGS__, ANYBODY                                                               \
	}

static const struct role roles[] = {
	{ ROLE_NONE, "none", "Visitor", false, (const enum right[]){ ANYBODY } },
	{ ROLE_OFFICER, "officer", "Officer", true,
		SET(SIGNED_IN, COMPLAINT_READ, COMPLAINT_WRITE, GRID_READ, TASK_READ, TASK_WRITE,
			OPERATOR_READ, OPERATOR_WRITE, OPERATOR_MERGE, CAMERA_READ, CAMERA_WRITE,
			CAMERA_REVIEW_TECH, LEAD_READ, LEAD_REVIEW, SENSOR_READ, SENSOR_WRITE,
			CASE_READ, CASE_WRITE, CASE_STEP, INSPECTION_READ, INSPECTION_WRITE,
			GRADE_READ, EQUIPMENT_READ, POSITION_READ, EQUIPMENT_WRITE, RECORDING_READ,
			RECORDING_DOCK, RECORDING_LINK, WALL_READ, APPRAISAL_SEE) },
	{ ROLE_REVIEWER, "reviewer", "Legal reviewer", true,
		SET(SIGNED_IN, COMPLAINT_READ, GRID_READ, DRAW_READ, OPERATOR_READ, CAMERA_READ,
			CAMERA_REVIEW_LEGAL, LEAD_READ, SENSOR_READ, CASE_READ, CASE_STEP,
			INSPECTION_READ, GRADE_READ, EQUIPMENT_READ, RECORDING_READ, LEDGER_READ,
			APPRAISAL_SEE, APPRAISAL_READ, PRIVACY_READ, PRIVACY_WRITE) },
	{ ROLE_HEAD, "head", "Head", true,
		SET(SIGNED_IN, COMPLAINT_READ, COMPLAINT_WRITE, GRID_READ, GRID_WRITE, TASK_READ,
			TASK_WRITE, DRAW_READ, DRAW_WRITE, OPERATOR_READ, CAMERA_READ, LEAD_READ,
			RULE_DECIDE, SENSOR_READ, CASE_READ, CASE_APPROVE, CASE_STEP,
			INSPECTION_READ, GRADE_READ, GRADE_RECOMPUTE, GRADE_RULE, TARGETING_RUN,
			PLAN_DECIDE, EQUIPMENT_READ, POSITION_READ, RECORDING_READ, RECORDING_ALL,
			RECORDING_LINK, WALL_READ, LEDGER_READ, APPRAISAL_SEE, APPRAISAL_READ,
			APPRAISAL_WRITE, APPRAISAL_PEOPLE, PRIVACY_READ, PRIVACY_DECIDE) },
	{ ROLE_COMMAND, "command", "Command room", true,
		SET(SIGNED_IN, COMPLAINT_READ, COMPLAINT_WRITE, GRID_READ, TASK_READ, TASK_WRITE,
			DRAW_READ, DRAW_WRITE, OPERATOR_READ, CAMERA_READ, LEAD_READ, SENSOR_READ,
			CASE_READ, INSPECTION_READ, GRADE_READ, TARGETING_RUN, EQUIPMENT_READ,
			POSITION_READ, EQUIPMENT_WRITE, RECORDING_READ, RECORDING_ALL,
			RECORDING_DOCK, WALL_READ, APPRAISAL_SEE, APPRAISAL_READ, PRIVACY_READ,
			PRIVACY_WRITE) },
	{ ROLE_AUDITOR, "auditor", "Auditor", true,
		SET(SIGNED_IN, COMPLAINT_READ, GRID_READ, TASK_READ, DRAW_READ, OPERATOR_READ,
			CAMERA_READ, LEAD_READ, SENSOR_READ, CASE_READ, INSPECTION_READ, GRADE_READ,
			EQUIPMENT_READ, POSITION_READ, RECORDING_READ, RECORDING_ALL, LEDGER_READ,
			APPRAISAL_SEE, APPRAISAL_READ, APPRAISAL_PEOPLE, PRIVACY_READ),
		.reads_only = true },
	{ ROLE_ADMINISTRATOR, "administrator", "Administrator", true,
		SET(SIGNED_IN, GRID_READ, GRID_WRITE, OPERATOR_READ, OPERATOR_IMPORT,
			EQUIPMENT_READ, EQUIPMENT_WRITE, USER_ADMIN, SETTING_ADMIN, PRIVACY_READ,
			PRIVACY_WRITE) },
	{ ROLE_OPERATOR, "operator", "Operator", false, SET(SIGNED_IN, OWN_READ) },
	{ ROLE_PARTY, "party", "Party", false, SET(PARTY) },
	{ ROLE_MACHINE, "machine", "Program", false, SET(MACHINE) },
	{ ROLE_DOCK, "dock", "Docking station", false, SET(DOCK) },
};

const struct role *role_of(enum role_id id)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
		if (roles[i].id == id)
			return &roles[i];
	return &roles[0];
}

const struct role *role_named(const char *code)
{
	for (size_t i = 1; i < sizeof(roles) / sizeof(*roles); i++)
		if (strcmp(roles[i].code, code) == 0)
			return &roles[i];
	return NULL;
}

bool role_may(enum role_id id, enum right right)
{
	if (right == ANYBODY)
		return true;
	for (const enum right *r = role_of(id)->rights; *r != ANYBODY; r++)
		if (*r == right)
			return true;
	return false;
}
