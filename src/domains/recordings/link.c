/* A recording as evidence of a case: linked with a reason, taken back with a reason. */
#include "contracts/facts.h"
#include "domains/recordings/recordings.h"
#include "domains/recordings/rules.h"

#include <string.h>

enum { REASON_CHARS = 200 };

struct case_of {
	int64_t id, operator, area;
	const char *state;
};
static const struct model case_of_model = MODEL("pub_cases", struct case_of,
	FIELDS(STORED(struct case_of, id), STORED(struct case_of, operator),
		STORED(struct case_of, area), STORED(struct case_of, state)));

static enum err case_read(struct req *rq, int64_t id, struct case_of *c)
{
	enum err e = db_one(rq, &case_of_model, c,
		"SELECT id, operator, area, state FROM pub_cases WHERE id = $1", id);

	if (e == E_NOT_FOUND)
		return fail(rq, E_INVALID, "Choose the case.");
	TRY(e);
	return in_area(rq, c->area);
}

enum err recording_link_to(struct req *rq)
{
	struct recording r;
	struct case_of c;
	int64_t same;
	const char *reason = form_text(rq, "reason");

	TRY(recording_load(rq, rq->id, &r));
	TRY(case_read(rq, form_int(rq, "case", 0), &c));
	const char *why = link_wrong(r.state, c.state, reason);
	if (why)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	if (utf8_length(reason) > REASON_CHARS)
		return fail(rq, E_INVALID, "A reason has at most 200 characters.");
	TRY(db_int(rq, &same,
		"SELECT count(*) FROM recording_links WHERE recording = $1 AND case_id = $2 AND "
		"ended_at = 0",
		r.id, c.id));
	if (same)
		return fail(rq, E_CONFLICT, "It is evidence of this case already.");
	struct recording_link k = { .recording = r.id,
		.case_id = c.id,
		.reason = reason,
		.linked_by = rq->user->id,
		.linked_at = rq->now,
		.end_reason = "" };
	TRY(db_insert(rq, &recording_link_model, &k));
	TRY(emit(rq, RECORDING_LINKED, r.id, c.operator, json_of(rq, &recording_link_model, &k)));
	notice(rq, "The recording is evidence of the case now.");
	return redirect(rq, "/recordings/%" PRId64, r.id);
}

enum err recording_link_end(struct req *rq)
{
	struct recording r;
	struct recording_link k;
	struct case_of c;
	const char *reason = form_text(rq, "reason");

	TRY(recording_load(rq, rq->id, &r));
	TRY(db_one(rq, &recording_link_model, &k,
		"SELECT * FROM recording_links WHERE id = $1 AND recording = $2 AND ended_at = 0",
		rq->id2, r.id));
	TRY(case_read(rq, k.case_id, &c));
	const char *why = link_wrong(r.state, c.state, reason);
	if (why)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	if (utf8_length(reason) > REASON_CHARS)
		return fail(rq, E_INVALID, "A reason has at most 200 characters.");
	k.ended_by = rq->user->id;
	k.ended_at = rq->now;
	k.end_reason = reason;
	TRY(db_update(rq, &recording_link_model, &k));
	TRY(emit(rq, RECORDING_UNLINKED, r.id, c.operator, json_of(rq, &recording_link_model, &k)));
	notice(rq, "The recording was taken from the case.");
	return redirect(rq, "/recordings/%" PRId64, r.id);
}
