/* What differs between two states of a row, as a fact keeps it, and as people read it. Private to
 * this room. */
#ifndef ENTITIES_CHANGES_H
#define ENTITIES_CHANGES_H

#include "core/core.h"

struct change {
	const struct model *model;
	const void *before, *after;
	const char *reason; /* "" or NULL: none */
};
/* {"member":{"from":..,"to":..},..,"reason":".."} of the members that differ; secrets and the
 * version are left out. NULL when nothing differs. */
const char *change_text(struct req *rq, const struct change *c);

/* One row of a timeline out of columns at, name, actor_name of pub_ledger; the caller adds detail
 * and href. */
struct node *put_fact_row(struct req *rq, struct node *list, struct rows *r);
/* Puts view.timeline for partials/timeline: the facts of this subject, newest first, each with what
 * it changed in words. model: whose members the facts name. */
enum err put_facts(struct req *rq, int64_t subject, const struct model *model);

/* Local midnight before or at ms. */
int64_t file_day(int64_t ms);

#endif
