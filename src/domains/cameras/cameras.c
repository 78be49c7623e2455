/* Kitchen cameras (明厨亮灶): the register the law asks for, their live pictures, and the leads
 * found in them.
 *
 * A finding of the vision worker is a lead (线索), never a penalty: two officers look at it. What
 * it may be used for is decided when it arrives, from the register as it stood when the clip was
 * taken (行政处罚法 41).
 *
 * Lead: new -> second -> confirmed | rejected; a rejection by either officer ends it.
 */
#include "domains/cameras/cameras.h"
#include "domains/cameras/learning.h"
#include "domains/cameras/clips.h"
#include "domains/cameras/play.h"
#include "contracts/facts.h"
#include "domains/cameras/rules.h"
#include "domains/cameras/watch.h"

const struct choice lead_states[] = {
	{ "new", "To be reviewed", "yellow" },
	{ "second", "Second review", "info" },
	{ "confirmed", "Confirmed", "green" },
	{ "rejected", "Rejected", "neutral" },
	{ 0 },
};
const struct choice rule_names[] = {
	{ "head_uncovered", "Head uncovered", "yellow" },
	{ "person_off_hours", "Person outside the registered hours", "yellow" },
	{ 0 },
};
const struct choice camera_states[] = { { "open", "In use", "green" },
	{ "closed", "Out of use", "neutral" }, { 0 } };
static const struct choice results[] = {
	{ "", "Not yet", "neutral" },
	{ "passed", "Passed", "green" },
	{ "failed", "Failed", "red" },
	{ 0 },
};

const struct model camera_model = MODEL("cameras", struct camera, .witnessed = true,
	FIELDS(STORED(struct camera, id), STORED(struct camera, version),
		STORED(struct camera, operator, .as = AS_ID), STORED(struct camera, area),
		INPUT(struct camera, name, "Name", .required = true, .max = 60),
		INPUT(struct camera, place, "Place in the kitchen", .required = true, .max = 120,
			.hint = "For example: hot kitchen, above the door, towards the stoves"),
		INPUT(struct camera, url, "Stream address", .required = true, .max = 400,
			.check = check_stream),
		INPUT(struct camera, owner, "Owner of the device", .required = true, .max = 80),
		INPUT(struct camera, standard, "Standard it meets", .required = true, .max = 80),
		INPUT(struct camera, hours, "Hours of work in the kitchen", .required = true,
			.max = 100, .check = check_hours,
			.hint = "Written as 06:00-22:00; a person seen outside them becomes a "
				"lead."),
		INPUT(struct camera, watch, "Rules that watch it", .max = 200),
		INPUT(struct camera, interval_ms, "A look every (ms)", .required = true,
			.min = 1000, .max = 600000),
		INPUT(struct camera, notice_url, "Public notice of the place", .max = 400,
			.check = check_url),
		INPUT(struct camera, notice_at, "Published on", .as = AS_DATE),
		INPUT(struct camera, valid_from, "Registered from", .required = true,
			.as = AS_DATE),
		INPUT(struct camera, valid_to, "Registered to", .required = true, .as = AS_DATE),
		INPUT(struct camera, clock_checked_at, "Clock checked on", .as = AS_DATE),
		INPUT(struct camera, clock_offset_ms, "Clock ahead by (ms)", .min = -86400000,
			.max = 86400000),
		INPUT(struct camera, calibrated_at, "Last calibration", .as = AS_DATE),
		STORED(struct camera, sign_sm3), STORED(struct camera, sign_sha256),
		STORED(struct camera, legal_no), STORED(struct camera, legal_at, .as = AS_TIME),
		STORED(struct camera, legal_by, .as = AS_ID),
		STORED(struct camera, legal_result, .choices = results),
		STORED(struct camera, technical_no),
		STORED(struct camera, technical_at, .as = AS_TIME),
		STORED(struct camera, technical_by, .as = AS_ID),
		STORED(struct camera, technical_result, .choices = results),
		STORED(struct camera, state, .choices = camera_states),
		STORED(struct camera, created_at, .as = AS_TIME)));

const struct model lead_model = MODEL("leads", struct lead, .witnessed = true,
	FIELDS(STORED(struct lead, id), STORED(struct lead, version), STORED(struct lead, lead_key),
		STORED(struct lead, camera, .as = AS_ID),
		STORED(struct lead, operator, .as = AS_ID), STORED(struct lead, area),
		STORED(struct lead, rule, .choices = rule_names), STORED(struct lead, rule_version),
		STORED(struct lead, act), STORED(struct lead, model),
		STORED(struct lead, found_at, .as = AS_TIME),
		STORED(struct lead, started_at, .as = AS_TIME),
		STORED(struct lead, ended_at, .as = AS_TIME),
		STORED(struct lead, clip_from, .as = AS_TIME),
		STORED(struct lead, clip_to, .as = AS_TIME),
		STORED(struct lead, score, .as = AS_HUNDREDTHS), STORED(struct lead, width),
		STORED(struct lead, height), STORED(struct lead, findings),
		STORED(struct lead, still_sm3), STORED(struct lead, still_sha256),
		STORED(struct lead, clip_sm3), STORED(struct lead, clip_sha256),
		STORED(struct lead, clock_offset_ms), STORED(struct lead, usable),
		STORED(struct lead, usable_why), STORED(struct lead, state, .choices = lead_states),
		STORED(struct lead, officer1, .as = AS_ID), STORED(struct lead, at1, .as = AS_TIME),
		STORED(struct lead, reason1), STORED(struct lead, officer2, .as = AS_ID),
		STORED(struct lead, at2, .as = AS_TIME), STORED(struct lead, reason2),
		STORED(struct lead, verdict)));

#define AREA_OF_CAMERA "SELECT area FROM cameras WHERE id = $1"
#define AREA_OF_LEAD   "SELECT area FROM leads WHERE id = $1"

const struct module cameras = {
	.name = "cameras",
	.routes = (const struct route[]){ { GET, "/cameras", camera_index, CAMERA_READ,
						  .about = "Cameras", .gives = &camera_model },
		{ GET, "/cameras/new", camera_new, CAMERA_WRITE,
			.about = "Form of a new camera; ?operator=ID" },
		{ POST, "/cameras", camera_create, CAMERA_WRITE, .about = "Register a camera",
			.takes = &camera_model },
		{ GET, "/cameras/wall", camera_wall, CAMERA_READ,
			.about =
				"Many at once; ?n=1|4|9|16&area=&q=&ids=1,2&page=&rotate=seconds" },
		{ GET, "/cameras/:id", camera_page, CAMERA_READ, AREA_OF_CAMERA, "One camera",
			.gives = &camera_model },
		{ GET, "/cameras/:id/edit", camera_edit, CAMERA_WRITE, AREA_OF_CAMERA,
			"Form of its particulars" },
		{ POST, "/cameras/:id", camera_save, CAMERA_WRITE, AREA_OF_CAMERA,
			"Change its particulars", &camera_model },
		{ POST, "/cameras/:id/legal", camera_review_legal, CAMERA_REVIEW_LEGAL,
			AREA_OF_CAMERA, "Legal review" },
		{ POST, "/cameras/:id/technical", camera_review_technical, CAMERA_REVIEW_TECH,
			AREA_OF_CAMERA, "Technical review" },
		{ POST, "/cameras/:id/sign", camera_sign, CAMERA_WRITE, AREA_OF_CAMERA,
			"Photo of the sign" },
		{ GET, "/cameras/:id/sign", camera_sign_photo, CAMERA_READ, AREA_OF_CAMERA,
			"Photo of the sign" },
		{ POST, "/cameras/:id/close", camera_close, CAMERA_WRITE, AREA_OF_CAMERA,
			"Take out of use" },
		{ GET, "/cameras/:id/live/live.m3u8", live_playlist, CAMERA_READ, AREA_OF_CAMERA,
			"Live picture (HLS)" },
		{ GET, "/cameras/:id/live/ws", live_socket, CAMERA_READ, AREA_OF_CAMERA,
			"Live picture (fragments over a WebSocket)" },
		{ GET, "/cameras/:id/live/:key.m4s", live_segment, CAMERA_READ, AREA_OF_CAMERA,
			"A segment" },
		{ GET, "/cameras/:id/live/:key.mp4", live_head, CAMERA_READ, AREA_OF_CAMERA,
			"Head of the segments" },
		{ GET, "/cameras/:id/clips", clip_list, CAMERA_READ, AREA_OF_CAMERA, "Clips kept",
			.gives = &camera_clip_model },
		{ POST, "/cameras/:id/clips", clip_order, LEAD_REVIEW, AREA_OF_CAMERA,
			"Keep a clip: from, to, reason" },
		{ GET, "/cameras/:id/clips/:id2.zip", clip_archive, CAMERA_READ, AREA_OF_CAMERA,
			"A clip with its manifest" },
		{ GET, "/cameras/:id/day", camera_day, CAMERA_READ, AREA_OF_CAMERA,
			"A day: recorded spans, gaps, leads; ?date=YYYY-MM-DD" },
		{ GET, "/cameras/:id/recording/:key.m3u8", recording, CAMERA_READ, AREA_OF_CAMERA,
			"Recording (HLS); FROM-TO in ms UTC" },
		{ GET, "/cameras/:id/live/:key.jpg", live_still, CAMERA_READ, AREA_OF_CAMERA,
			"A still of a snapshot camera; latest: the newest" },
		{ GET, "/cameras/:id/sub/live.m3u8", live_playlist, CAMERA_READ, AREA_OF_CAMERA,
			"Live picture of the second stream (HLS)" },
		{ GET, "/cameras/:id/sub/ws", live_socket, CAMERA_READ, AREA_OF_CAMERA,
			"Live picture of the second stream (WebSocket)" },
		{ GET, "/cameras/:id/sub/:key.m4s", live_segment, CAMERA_READ, AREA_OF_CAMERA,
			"A segment of the second stream" },
		{ GET, "/cameras/:id/sub/:key.mp4", live_head, CAMERA_READ, AREA_OF_CAMERA,
			"Head of the segments of the second stream" },
		{ GET, "/cameras/faults", fault_index, CAMERA_READ,
			.about = "Cameras that give no picture" },
		{ GET, "/cameras/uptime", uptime_page, CAMERA_READ,
			.about = "How much of the time each camera was live; ?days=1, 7, 30" },
		{ GET, "/cameras/map", camera_map, CAMERA_READ, .about = "Cameras on the map" },
		{ GET, "/cameras/:id/settings", settings_page, CAMERA_WRITE, AREA_OF_CAMERA,
			"Form of the settings of its streams" },
		{ POST, "/cameras/:id/settings", settings_save, CAMERA_WRITE, AREA_OF_CAMERA,
			"Change the settings of its streams", &camera_settings_model },
		{ POST, "/internal/cameras/lease", internal_lease, MACHINE,
			.about = "For the program's workers: cameras that a node records" },
		{ GET, "/internal/cameras", internal_cameras, MACHINE,
			.about = "For the program's workers" },
		{ POST, "/internal/cameras/status", internal_status, MACHINE,
			.about = "For the program's workers" },
		{ POST, "/leads", lead_take, MACHINE, .about = "A finding of the vision worker" },
		{ GET, "/leads", lead_inbox, LEAD_READ, .about = "Leads", .gives = &lead_model },
		{ GET, "/leads/:id", lead_page, LEAD_READ, AREA_OF_LEAD, "One lead",
			.gives = &lead_model },
		{ POST, "/leads/:id/review", lead_review, LEAD_REVIEW, AREA_OF_LEAD,
			"Confirm or reject" },
		{ GET, "/leads/:id/still", lead_still, LEAD_READ, AREA_OF_LEAD, "Its still" },
		{ GET, "/leads/:id/clip", lead_clip, LEAD_READ, AREA_OF_LEAD, "Its clip" },
		{ GET, "/rules", rule_page, LEAD_READ, .about = "How often each rule is right" },
		{ 0 } },
	.models = (const struct model *const[]){ &camera_model, &camera_settings_model, &lead_model,
		&lead_features_model, &camera_clip_model, NULL },
	.jobs = (const struct job_kind[]){ { "cameras.clip", clip_cut, clip_keep }, { 0 } },
	.tells = (const char *const[]){ CAMERA_REGISTERED, CAMERA_CHANGED, CAMERA_REVIEWED,
		CAMERA_CLIP_KEPT, LEAD_FOUND, LEAD_REVIEWED, LEAD_CONFIRMED, LEAD_REJECTED, NULL },
	.nav = (const struct nav[]){ { "/leads", "Leads", LEAD_READ,
					     "SELECT count(*) FROM leads WHERE state IN ('new', "
					     "'second') AND ($1 = 0 OR area = $1)" },
		{ "/cameras", "Cameras", CAMERA_READ,
			"SELECT count(*) FROM cameras c JOIN camera_status s ON s.camera = c.id "
			"WHERE c.state = 'open' AND s.state = 'lost' AND ($1 = 0 OR c.area = $1)" },
		{ 0 } },
	.announces =
		(const struct announce[]){
			{ LEAD_FOUND, "officers", "A new lead to review", "/leads/", "yellow",
				"leads",
				"SELECT count(*) FROM leads WHERE state IN ('new', 'second')" },
			{ LEAD_REVIEWED, "officers", "A lead waits for the second review",
				"/leads/", "info", NULL, NULL },
			{ 0 } },
	.objects = "SELECT still_sm3 AS sm3, still_sha256 AS sha256 FROM leads"
		   " UNION ALL SELECT clip_sm3, clip_sha256 FROM leads WHERE clip_sm3 <> ''"
		   " UNION ALL SELECT sign_sm3, sign_sha256 FROM cameras WHERE sign_sm3 <> ''"
		   " UNION ALL SELECT clip_sm3, clip_sha256 FROM camera_clips",
	.every_minute = faults_every_minute,
};
