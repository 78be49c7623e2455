/* Rights: what a route asks for. Roles: the sets of rights that accounts hold (rights.c). */
#ifndef CONTRACTS_RIGHTS_H
#define CONTRACTS_RIGHTS_H

#include <stdbool.h>

enum right {
	ANYBODY = 0, /* no account needed */
	SIGNED_IN,   /* any account */
	OWN_READ,    /* a food business: what is its own, see route.own */
	MACHINE,     /* the program's own workers, by token */
	DOCK,	     /* a docking station: what it brings, by its own key */
	PARTY,	     /* a party, by its one-time link */
	OPERATOR_READ,
	OPERATOR_WRITE,
	OPERATOR_IMPORT,
	OPERATOR_MERGE, /* two files of one operator made one, and parted again */
	CAMERA_READ,
	CAMERA_WRITE,
	CAMERA_REVIEW_LEGAL, /* legal review of a device */
	CAMERA_REVIEW_TECH,  /* technical review of a device */
	LEAD_READ,
	LEAD_REVIEW,
	PRIVACY_READ,	/* impact assessments and breaches of personal data */
	PRIVACY_WRITE,	/* write them */
	PRIVACY_DECIDE, /* approve an assessment, close a breach */
	SENSOR_READ,
	SENSOR_WRITE, /* register of stores and sensors, credentials */
	RULE_DECIDE,  /* modes of the rules of vision, models in force */
	CASE_READ,
	CASE_WRITE,   /* pre-check, file, order, hear, propose, serve, close */
	CASE_APPROVE, /* head of unit: approve not filing, more time */
	CASE_STEP,    /* a step of the ordinary procedure: whose it is says its table */
	INSPECTION_READ,
	INSPECTION_WRITE,
	GRADE_READ,
	GRADE_RECOMPUTE,
	GRADE_RULE,    /* rehearse rules of grading, put them in force */
	TARGETING_RUN, /* ask for a run of who to visit next */
	PLAN_DECIDE,   /* draft the year's plan of inspections, put it in force */
	EQUIPMENT_READ,
	EQUIPMENT_WRITE,  /* register, issue, take back, calibrate the bureau's devices */
	POSITION_READ,	  /* where the bureau's devices are */
	RECORDING_READ,	  /* recordings of body cameras: one's own, and those of one's cases */
	RECORDING_ALL,	  /* those of others too, in one's area */
	RECORDING_DOCK,	  /* take one in by hand */
	RECORDING_LINK,	  /* link one to a case */
	GRID_READ,	  /* cells, and the register of officers */
	GRID_WRITE,	  /* keep both */
	TASK_READ,	  /* tasks of the grid, and what was recorded of each act */
	TASK_WRITE,	  /* give, hand over, finish */
	COMPLAINT_READ,	  /* complaints and reports, without who sent them */
	COMPLAINT_WRITE,  /* enter, decide; look at who sent one */
	DRAW_READ,	  /* random draws */
	DRAW_WRITE,	  /* commit, draw, exchange, publish */
	APPRAISAL_SEE,	  /* what one appraises, and what was found in one's own cases */
	APPRAISAL_READ,	  /* rounds of appraisal of closed cases, and their results */
	APPRAISAL_WRITE,  /* open rounds, draw, appoint, answer, confirm, check */
	APPRAISAL_PEOPLE, /* results by officer */
	WALL_READ,	  /* the command room's screen */
	LEDGER_READ,	  /* facts, heads, proofs of everything */
	USER_ADMIN,
	SETTING_ADMIN,
	RIGHTS
};

enum role_id {
	ROLE_NONE,
	ROLE_OFFICER,	    /* station officer with an enforcement card */
	ROLE_REVIEWER,	    /* legal reviewer */
	ROLE_HEAD,	    /* head of bureau or unit */
	ROLE_COMMAND,	    /* command room */
	ROLE_AUDITOR,	    /* reads everything, changes nothing */
	ROLE_ADMINISTRATOR, /* accounts and settings, no cases */
	ROLE_OPERATOR,	    /* a food business's own account */
	ROLE_PARTY,	    /* holder of a one-time link */
	ROLE_MACHINE,
	ROLE_DOCK,
	ROLES
};

struct role {
	enum role_id id;
	const char *code, *label; /* "officer", "Officer" (translated) */
	bool bureau;		  /* works for the bureau: second factor asked for */
	const enum right *rights; /* end with ANYBODY */
	bool reads_only;	  /* changes nothing, see route.looks */
};

const struct role *role_of(enum role_id id);
const struct role *role_named(const char *code); /* NULL when there is none */
bool role_may(enum role_id id, enum right right);

#endif
