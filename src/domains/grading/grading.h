/* Private to the room of grades. */
#ifndef GRADING_H
#define GRADING_H

#include "core/core.h"
#include "domains/grading/rules.h"

extern const struct module grading;

struct grade {
	int64_t id, version, operator;
	const char *scheme, *letter, *colour;
	int64_t points, since, inspected_at;
	const char *rule_version, *why; /* why: JSON list of lines */
	int64_t due_at;
};
struct grade_change {
	int64_t id, version, operator;
	const char *scheme, *from_letter, *letter, *colour;
	int64_t points, at;
	const char *rule_version, *why;
};
extern const struct model grade_model, grade_change_model;

/* Computes the grade out of what was heard; writes and tells only what differs. */
enum err grade_recompute(struct req *rq, int64_t operator);
/* The same without writing: what it would be now. */
enum err grade_outcome_of(
	struct req *rq, int64_t operator, struct grade_rules * r, struct grade_outcome *out);
/* The lines as JSON, as they are kept and told. */
const char *grade_why(struct req *rq, const struct grade_outcome *o);

enum err grade_overview(struct req *rq);
enum err grade_page(struct req *rq);
enum err grade_again(struct req *rq);

#endif
