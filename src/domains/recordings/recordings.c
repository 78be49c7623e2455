/* Recordings of body cameras from a dock (执法记录仪采集): each once, with the digests made at the
 * dock and checked here, who carried the device, its clock, the cases it is evidence of, and who
 * looked at it (行政处罚法 47, 市场监督管理行政处罚程序规定 25, 79). */
#include "domains/recordings/recordings.h"

#include "contracts/facts.h"

const struct choice recording_states[] = {
	{ "kept", "In the store", "green" },
	{ "removed", "Removed after its term", "neutral" },
	{ 0 },
};
const struct choice time_sources[] = {
	{ "container", "Written in the recording", "green" },
	{ "file", "From when the file was last written", "yellow" },
	{ "none", "The file does not say", "red" },
	{ 0 },
};
static const struct choice ways[] = {
	{ "play", "Played", "info" },
	{ "download", "Downloaded", "yellow" },
	{ 0 },
};

const struct model recording_model = MODEL("recordings", struct recording, .witnessed = true,
	FIELDS(STORED(struct recording, id), STORED(struct recording, version),
		STORED(struct recording, device, .as = AS_ID),
		STORED(struct recording, device_number),
		STORED(struct recording, issue, .as = AS_ID),
		STORED(struct recording, officer, .as = AS_ID), STORED(struct recording, area),
		STORED(struct recording, name), STORED(struct recording, format),
		STORED(struct recording, codecs), STORED(struct recording, size),
		STORED(struct recording, device_started_at, .as = AS_TIME),
		STORED(struct recording, device_ended_at, .as = AS_TIME),
		STORED(struct recording, clock_offset_ms),
		STORED(struct recording, started_at, .as = AS_TIME),
		STORED(struct recording, ended_at, .as = AS_TIME),
		STORED(struct recording, time_source, .choices = time_sources),
		STORED(struct recording, sm3), STORED(struct recording, sha256),
		STORED(struct recording, dock), STORED(struct recording, docked_by, .as = AS_ID),
		STORED(struct recording, docked_at, .as = AS_TIME),
		STORED(struct recording, manifest),
		STORED(struct recording, state, .choices = recording_states),
		STORED(struct recording, removed_at, .as = AS_TIME)));

const struct model recording_link_model =
	MODEL("recording_links", struct recording_link, .witnessed = true,
		FIELDS(STORED(struct recording_link, id), STORED(struct recording_link, version),
			STORED(struct recording_link, recording, .as = AS_ID),
			STORED(struct recording_link, case_id, .as = AS_ID),
			STORED(struct recording_link, reason),
			STORED(struct recording_link, linked_by, .as = AS_ID),
			STORED(struct recording_link, linked_at, .as = AS_TIME),
			STORED(struct recording_link, ended_by, .as = AS_ID),
			STORED(struct recording_link, ended_at, .as = AS_TIME),
			STORED(struct recording_link, end_reason)));

const struct model recording_view_model =
	MODEL("recording_views", struct recording_view, .witnessed = true,
		FIELDS(STORED(struct recording_view, id), STORED(struct recording_view, version),
			STORED(struct recording_view, recording, .as = AS_ID),
			STORED(struct recording_view, viewer, .as = AS_ID),
			STORED(struct recording_view, way, .choices = ways),
			STORED(struct recording_view, at, .as = AS_TIME)));

const struct model upload_model = MODEL("recording_uploads", struct upload,
	FIELDS(STORED(struct upload, sm3), STORED(struct upload, sha256),
		STORED(struct upload, size), STORED(struct upload, device, .as = AS_ID),
		STORED(struct upload, name), STORED(struct upload, modified_at, .as = AS_TIME),
		STORED(struct upload, dock), STORED(struct upload, docked_by, .as = AS_ID),
		STORED(struct upload, state), STORED(struct upload, why),
		STORED(struct upload, changed_at, .as = AS_TIME)));

static const struct route routes[] = {
	{ GET, "/recordings", recording_list, RECORDING_READ,
		.about = "Recordings of body cameras; ?q=&day=2026-11-23&unlinked=1",
		.gives = &recording_model },
	{ GET, "/recordings/missing", recording_missing, RECORDING_READ,
		.about = "Body cameras that came back without a recording" },
	{ GET, "/recordings/new", recording_new, RECORDING_DOCK,
		.about = "Form: one recording by hand; ?device=NUMBER" },
	{ POST, "/recordings", recording_upload, RECORDING_DOCK,
		.about = "Take one recording in by hand (device, file)" },
	{ GET, "/recordings/:id", recording_page, RECORDING_READ, .about = "One recording",
		.gives = &recording_model },
	{ POST, "/recordings/:id/view", recording_look, RECORDING_READ,
		.about = "Look at it: is recorded (way: play, download)", .looks = true },
	{ GET, "/recordings/:id/file", recording_file, RECORDING_READ,
		.about = "The file, for who has said that they look at it; ?download=1" },
	{ GET, "/recordings/:id/manifest.json", recording_manifest, RECORDING_READ,
		.about = "What it is and where it comes from" },
	{ POST, "/recordings/:id/links", recording_link_to, RECORDING_LINK,
		.about = "Make it evidence of a case (case, reason)" },
	{ POST, "/recordings/:id/links/:id2/end", recording_link_end, RECORDING_LINK,
		.about = "Take it from a case (reason)" },
	{ POST, "/internal/recordings/begin", upload_begin, DOCK,
		.about = "For docks: a recording is promised (device, name, sm3, sha256, size, "
			 "modified, dock); answers state and offset" },
	{ GET, "/internal/recordings/:key", upload_state, DOCK,
		.about = "For docks: what is here of the recording with this SM3" },
	{ POST, "/internal/recordings/:key/part", upload_part, DOCK,
		.about = "For docks: a piece (offset, part)" },
	{ POST, "/internal/recordings/:key/end", upload_end, DOCK,
		.about = "For docks: all pieces are here" },
	{ 0 },
};

const struct module recordings = {
	.name = "recordings",
	.routes = routes,
	.models = (const struct model *const[]){ &recording_model, &recording_link_model,
		&recording_view_model, NULL },
	.jobs = (const struct job_kind[]){ { "recordings.take", take_prepare, take_run },
		{ "recordings.erase", NULL, erase_run }, { 0 } },
	.tells = (const char *const[]){ RECORDING_DOCKED, RECORDING_LINKED, RECORDING_UNLINKED,
		RECORDING_VIEWED, RECORDING_REMOVED, NULL },
	.nav = (const struct nav[]){ { "/recordings", "Recordings", RECORDING_READ, NULL }, { 0 } },
	.objects = "SELECT sm3, sha256 FROM recordings WHERE state = 'kept'",
	.every_minute = recordings_every_minute,
};

enum err recording_load(struct req *rq, int64_t id, struct recording *r)
{
	int64_t seen;

	TRY(db_one(rq, &recording_model, r, "SELECT * FROM recordings WHERE id = $1", id));
	TRY(db_int(rq, &seen, "SELECT count(*) FROM recordings r WHERE " SEEN " AND r.id = $5",
		SEEN_BY(rq), id));
	return seen ? OK
		    : fail(rq, E_FORBIDDEN,
			      "Recordings are seen by the officer who made them, the officers of "
			      "their case, and the command room.");
}

enum err recording_term(struct req *rq, const char *name, int64_t *out)
{
	const struct node *law;

	TRY(rules(rq, "recordings/terms", rq->now, &law));
	*out = node_int(law, name, 0);
	return OK;
}

const char *account_of(struct req *rq, int64_t id)
{
	const char *name = "";

	if (!id || db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", id))
		return "";
	return name;
}
