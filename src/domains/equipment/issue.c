/* Issue and return: each end is signed by two accounts. */
#include "contracts/facts.h"
#include "domains/equipment/equipment.h"
#include "domains/equipment/rules.h"

enum err issue_open(struct req *rq, int64_t device, struct issue *i)
{
	struct list l;

	TRY(db_all(rq, &issue_model, &l,
		"SELECT * FROM equipment_issues WHERE equipment = $1 AND state <> 'closed'",
		device));
	*i = l.n ? *LIST_OF(struct issue, &l) : (struct issue){ .state = "" };
	return OK;
}

static enum err step_check(struct req *rq, const struct issue_facts *f, enum issue_step step)
{
	const char *why = issue_step_wrong(f, step);

	return why ? fail(rq, E_CONFLICT, "%s", tr(rq, why)) : OK;
}

static const char *issue_data(struct req *rq, const struct issue *i)
{
	return json_pairs(rq, "officer", arena_printf(rq->arena, "%" PRId64, i->officer),
		"officer_name", account_name(rq, i->officer), "words", i->words, NULL);
}

/* An officer who may carry a device of that area. */
static enum err officer_check(struct req *rq, const struct equipment *e, int64_t officer)
{
	int64_t fits;

	TRY(db_int(rq, &fits,
		"SELECT count(*) FROM pub_users WHERE id = $1 AND state = 'active' AND role IN "
		"('officer', 'head', 'reviewer', 'command') AND (CAST($2 AS bigint) = 0 OR area = "
		"0 OR area = $2)",
		officer, e->area));
	return fits ? OK : fail(rq, E_INVALID, "Choose an officer of this station.");
}

/* Device and issue change together; the device's row and the issue's are both in the fact. */
static enum err step_done(
	struct req *rq, struct equipment *e, const struct issue *i, const char *fact)
{
	TRY(equipment_put(rq, e, fact, issue_data(rq, i)));
	return redirect(rq, "/equipment/%" PRId64, e->id);
}

enum err equipment_give(struct req *rq)
{
	struct equipment e;
	struct issue open;
	int64_t officer = form_int(rq, "officer", 0);

	TRY(equipment_load(rq, rq->id, &e));
	TRY(issue_open(rq, e.id, &open));
	struct issue_facts f = { e.state, open.state, officer, rq->user->id };
	TRY(step_check(rq, &f, ISSUE_GIVE));
	TRY(officer_check(rq, &e, officer));
	struct issue i = { .equipment = e.id,
		.officer = officer,
		.state = "offered",
		.given_by = rq->user->id,
		.given_at = rq->now,
		.words = form_text(rq, "words") };
	TRY(db_insert(rq, &issue_model, &i));
	notice(rq, "Issued. It counts once the officer has signed.");
	return step_done(rq, &e, &i, EQUIPMENT_ISSUED);
}

/* Not equipment_load(): who was offered a device signs for it, wherever the device belongs. */
static enum err step_begin(
	struct req *rq, enum issue_step step, struct equipment *e, struct issue *i)
{
	TRY(db_one(rq, &equipment_model, e, "SELECT * FROM equipment WHERE id = $1", rq->id));
	TRY(issue_open(rq, e->id, i));
	if (i->officer != rq->user->id)
		TRY(in_area(rq, e->area));
	struct issue_facts f = { e->state, i->state, i->officer, rq->user->id };
	return step_check(rq, &f, step);
}

enum err equipment_receive(struct req *rq)
{
	struct equipment e;
	struct issue i;

	TRY(step_begin(rq, ISSUE_RECEIVE, &e, &i));
	i.state = "held";
	i.received_at = rq->now;
	TRY(db_update(rq, &issue_model, &i));
	e.state = "issued";
	e.holder = i.officer;
	notice(rq, "Signed: the device is in your hands.");
	return step_done(rq, &e, &i, EQUIPMENT_RECEIVED);
}

enum err equipment_return(struct req *rq)
{
	struct equipment e;
	struct issue i;

	TRY(step_begin(rq, ISSUE_RETURN, &e, &i));
	i.state = "returning";
	i.returned_at = rq->now;
	i.words = *form_text(rq, "words") ? form_text(rq, "words") : i.words;
	TRY(db_update(rq, &issue_model, &i));
	notice(rq, "Handed back. It counts once a keeper has signed.");
	return step_done(rq, &e, &i, EQUIPMENT_HANDED_BACK);
}

enum err equipment_take(struct req *rq)
{
	struct equipment e;
	struct issue i;

	TRY(step_begin(rq, ISSUE_TAKE, &e, &i));
	i.state = "closed";
	i.taken_by = rq->user->id;
	i.taken_at = rq->now;
	TRY(db_update(rq, &issue_model, &i));
	e.state = "store";
	e.holder = 0;
	notice(rq, "Signed: the device is back in store.");
	return step_done(rq, &e, &i, EQUIPMENT_RETURNED);
}
