/* Private to the room of recordings. */
#ifndef RECORDINGS_H
#define RECORDINGS_H

#include "core/core.h"

/* schema/0001_recordings.sql says what the members are. */
struct recording {
	int64_t id, version, device;
	const char *device_number;
	int64_t issue, officer, area;
	const char *name, *format, *codecs;
	int64_t size, device_started_at, device_ended_at, clock_offset_ms, started_at, ended_at;
	const char *time_source, *sm3, *sha256, *dock;
	int64_t docked_by, docked_at;
	const char *manifest; /* JSON, as it is given beside the file */
	const char *state;
	int64_t removed_at;
};
struct recording_link {
	int64_t id, version, recording, case_id;
	const char *reason;
	int64_t linked_by, linked_at, ended_by, ended_at;
	const char *end_reason;
};
struct recording_view {
	int64_t id, version, recording, viewer;
	const char *way;
	int64_t at;
};
/* open (pieces come) -> checking (a job reads it) -> gone, it is a recording; or refused */
struct upload {
	const char *sm3, *sha256;
	int64_t size, device;
	const char *name;
	int64_t modified_at;
	const char *dock;
	int64_t docked_by;
	const char *state, *why;
	int64_t changed_at;
};

extern const struct model recording_model, recording_link_model, recording_view_model, upload_model;
extern const struct choice recording_states[], time_sources[];
extern const struct module recordings;

/* SQL: may who asks see the recording r? $1 sees those of others, $2 area, $3 account, $4 sees all
 * that belong to a case. SEEN_BY gives the four. */
#define SEEN                                                                                       \
	"(($1 = 1 AND ($2 = 0 OR r.area = $2)) OR r.officer = $3 OR r.docked_by = $3 OR EXISTS "   \
	"(SELECT 1 FROM recording_links k JOIN pub_cases c ON c.id = k.case_id WHERE k.recording " \
	"= r.id AND k.ended_at = 0 AND (c.officer1 = $3 OR c.officer2 = $3 OR $4 = 1)))"
#define SEEN_BY(rq)                                                                                \
	may(rq, RECORDING_ALL), (rq)->user->area, (rq)->user->id,                                  \
		(rq)->user->role_id == ROLE_REVIEWER

/* E_NOT_FOUND; E_FORBIDDEN for who may not see it. */
enum err recording_load(struct req *rq, int64_t id, struct recording *r);
/* A number of rules/recordings/terms.json. */
enum err recording_term(struct req *rq, const char *name, int64_t *out);
const char *account_of(struct req *rq, int64_t id); /* name; "" for 0 */

/* intake.c: pieces from a dock, whole files from a form */
const char *part_path(struct req *rq, const char *sm3);
/* E_NOT_FOUND when nothing of the kind is on its way. */
enum err upload_load(struct req *rq, const char *sm3, struct upload *u);
enum err upload_begin(struct req *rq);
enum err upload_state(struct req *rq);
enum err upload_part(struct req *rq);
enum err upload_end(struct req *rq);
/* intake_form.c */
enum err recording_new(struct req *rq);
enum err recording_upload(struct req *rq);
/* Checks what is promised, and keeps the row of the upload. E_INVALID with the reason. */
enum err upload_promise(struct req *rq, struct upload *u, const char *device);
/* All bytes are here: a job checks and takes them. */
enum err upload_check(struct req *rq, const struct upload *u);

/* take.c: the job that checks what came and makes a recording of it */
enum err take_prepare(struct req *rq, const struct job *j, void **result);
enum err take_run(struct req *rq, const struct job *j, void *result);

/* keep.c: how long they stay */
enum err recordings_every_minute(struct req *rq);
enum err erase_run(struct req *rq, const struct job *j, void *result);

/* list.c */
enum err recording_list(struct req *rq);
enum err recording_missing(struct req *rq);
/* page.c */
enum err recording_page(struct req *rq);
enum err recording_look(struct req *rq);
enum err recording_file(struct req *rq);
enum err recording_manifest(struct req *rq);
/* link.c */
enum err recording_link_to(struct req *rq);
enum err recording_link_end(struct req *rq);

#endif
