/* Private to the room of privacy: its two registers, impact assessments and breaches. */
#ifndef PRIVACY_REGISTERS_H
#define PRIVACY_REGISTERS_H

#include "core/core.h"

struct impact {
	int64_t id, version;
	const char *number, *title, *occasion, *purpose, *effect, *measures, *risk;
	const char *sm3, *sha256, *type; /* the signed report, where there is one */
	int64_t written_by, written_at;
	const char *state;
	int64_t decided_by, decided_at;
	const char *opinion;
	int64_t review_due, keep_until;
};
struct breach {
	int64_t id, version;
	const char *number, *title, *kind;
	int64_t found_day;
	const char *found_hour;
	int64_t found_at;
	const char *data_kinds;
	int64_t people;
	const char *cause, *harm, *measures, *self_help, *contact;
	int64_t registered_by, registered_at;
	const char *state;
	int64_t report_due, tell_due, reported_at, told_at;
	const char *untold_why;
	int64_t untold_by, untold_at, closed_by, closed_at;
	const char *closing, *next_kind;
	int64_t next_due, warned_due;
};
struct breach_notice {
	int64_t id, version, breach;
	const char *whom, *name;
	int64_t told_day;
	const char *told_hour;
	int64_t told_at;
	const char *way, *words;
	int64_t entered_by, entered_at;
};
extern const struct model impact_model, breach_model, breach_notice_model;
extern const struct choice breach_steps[];

/* impact.c */
enum err impact_list(struct req *rq);
enum err impact_new(struct req *rq);
enum err impact_create(struct req *rq);
enum err impact_page(struct req *rq);
enum err impact_decide(struct req *rq);
enum err impact_file(struct req *rq);
/* A row of a summary, as partials/summary wants it. */
void privacy_put_row(struct req *rq, struct node *rows, const char *label, const char *value);
const char *privacy_person(struct req *rq, int64_t id); /* name of an account, or "" */

/* breach.c */
enum err breach_list(struct req *rq);
enum err breach_new(struct req *rq);
enum err breach_create(struct req *rq);
enum err breach_page(struct req *rq);
enum err breach_notice_add(struct req *rq);
enum err breach_untold(struct req *rq);
enum err breach_close(struct req *rq);
enum err breaches_overdue(struct req *rq);

#endif
