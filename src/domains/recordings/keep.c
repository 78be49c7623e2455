/* How long recordings stay: what belongs to a case, as long as the case; the others for the term of
 * rules/recordings. The fact of the removal is written first, the file goes after it. */
#include "contracts/facts.h"
#include "domains/recordings/recordings.h"
#include "domains/recordings/rules.h"

#include <unistd.h>

enum { AT_ONCE = 20 };

static enum err remove_one(struct req *rq, struct recording *r)
{
	r->state = "removed";
	r->removed_at = rq->now;
	TRY(db_update(rq, &recording_model, r));
	TRY(emit(rq, RECORDING_REMOVED, r->id, 0,
		json_pairs(rq, "sm3", r->sm3, "sha256", r->sha256, "device", r->device_number,
			"docked_at", time_iso(rq->arena, r->docked_at), NULL)));
	return job_add(rq, .kind = "recordings.erase", .subject = r->id,
		.data = json_pairs(rq, "sm3", r->sm3, NULL));
}

static enum err uploads_forget(struct req *rq)
{
	struct list l;
	int64_t days;

	TRY(recording_term(rq, "upload_days", &days));
	TRY(db_all(rq, &upload_model, &l,
		"SELECT * FROM recording_uploads WHERE state <> 'checking' AND changed_at < $1 "
		"LIMIT $2",
		rq->now - days * DAY, (int)AT_ONCE));
	for (struct upload *u = LIST_OF(struct upload, &l); u < LIST_END(struct upload, &l); u++) {
		unlink(part_path(rq, u->sm3));
		TRY(db_run(rq, "DELETE FROM recording_uploads WHERE sm3 = $1", u->sm3));
	}
	return OK;
}

enum err recordings_every_minute(struct req *rq)
{
	struct list l;
	int64_t days, links;

	TRY(recording_term(rq, "keep_days", &days));
	TRY(db_all(rq, &recording_model, &l,
		"SELECT * FROM recordings r WHERE r.state = 'kept' AND r.docked_at <= $1 AND NOT "
		"EXISTS (SELECT 1 FROM recording_links k WHERE k.recording = r.id AND k.ended_at = "
		"0) ORDER BY r.docked_at LIMIT $2",
		rq->now - days * DAY, (int)AT_ONCE));
	for (struct recording *r = LIST_OF(struct recording, &l);
		r < LIST_END(struct recording, &l); r++) {
		TRY(db_int(rq, &links,
			"SELECT count(*) FROM recording_links WHERE recording = $1 AND ended_at = "
			"0",
			r->id));
		if (term_over(r->docked_at, days, links, rq->now))
			TRY(remove_one(rq, r));
	}
	return uploads_forget(rq);
}

enum err erase_run(struct req *rq, const struct job *j, void *result)
{
	const char *sm3;
	(void)result;

	TRY(db_text(rq, &sm3, "SELECT sm3 FROM recordings WHERE id = $1 AND state = 'removed'",
		j->subject));
	return object_remove(rq, sm3);
}
