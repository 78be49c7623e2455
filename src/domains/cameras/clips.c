/* An officer keeps a stretch of a camera's recordings: a job cuts it from whole fragments, puts it
 * into the store, and writes down where it comes from. From then on it is evidence: retention does
 * not know it, and its row and digests are witnessed. */
#include "contracts/facts.h"
#include "core/app/app.h"
#include "core/recordings/clip.h"
#include "core/recordings/segment.h"
#include "domains/cameras/clips.h"
#include "domains/cameras/keep.h"
#include "domains/cameras/play.h"
#include "core/base/zip.h"

#include <string.h>

enum { CLIP_LONGEST_MS = 10 * MINUTE, REASON_MAX = 400 };

const struct model camera_clip_model = MODEL("camera_clips", struct camera_clip, .witnessed = true,
	FIELDS(STORED(struct camera_clip, id), STORED(struct camera_clip, version),
		STORED(struct camera_clip, camera, .as = AS_ID),
		STORED(struct camera_clip, operator, .as = AS_ID), STORED(struct camera_clip, area),
		STORED(struct camera_clip, started_at, .as = AS_TIME),
		STORED(struct camera_clip, ended_at, .as = AS_TIME),
		STORED(struct camera_clip, reason), STORED(struct camera_clip, clip_sm3),
		STORED(struct camera_clip, clip_sha256), STORED(struct camera_clip, size),
		STORED(struct camera_clip, manifest),
		STORED(struct camera_clip, made_by, .as = AS_ID),
		STORED(struct camera_clip, made_at, .as = AS_TIME)));

/* ---- asking -----------------------------------------------------------------------------------
 */
int64_t clip_moment(struct req *rq, const char *name)
{
	const char *s = form_text(rq, name);
	int64_t ms, day, parts[3] = { 0 };
	if (text_to_int(s, &ms))
		return ms;
	const char *t = strchr(s, 'T');
	if (!t || !date_parse(arena_copy(rq->arena, s, (size_t)(t - s)), &day))
		return 0;
	for (int i = 0; i < 3 && *t; i++, t += strcspn(t, ":")) {
		t++;
		size_t n = strspn(t, "0123456789");
		if (n != 2 || !text_to_int(arena_copy(rq->arena, t, n), &parts[i]))
			return 0;
	}
	return day + parts[0] * HOUR + parts[1] * MINUTE + parts[2] * SECOND;
}

static enum err refuse_range(struct req *rq, int64_t from, int64_t to)
{
	if (!from || to <= from || to - from > CLIP_LONGEST_MS || to > rq->now)
		return fail(
			rq, E_INVALID, "A clip lies in the past and is at most ten minutes long.");
	return OK;
}

enum err clip_order(struct req *rq)
{
	struct camera c;
	struct segment_list l;
	struct fault why = { 0 };
	int64_t from = clip_moment(rq, "from"), to = clip_moment(rq, "to");
	const char *reason = form_text(rq, "reason");

	TRY(camera_load(rq, rq->id, &c));
	TRY(refuse_range(rq, from, to));
	if (!*reason || strlen(reason) > REASON_MAX)
		return fail(rq, E_INVALID, "Say in a sentence why the clip is kept.");
	struct segment_query q = {
		.folder = recordings_of(rq, c.id, MAIN_STREAM), .from_ms = from, .to_ms = to
	};
	if (segment_find(rq->arena, &q, &l, &why) || !l.n)
		return fail(rq, E_NOT_FOUND,
			"Nothing was recorded then, or it has been removed since.");
	struct node *n = put_map(rq->view, "asked");
	put_int(n, "from", from);
	put_int(n, "to", to);
	put_int(n, "by", rq->user->id);
	put_text(n, "by_name", rq->user->name);
	put_text(n, "by_card", rq->user->card_no);
	put_text(n, "reason", reason);
	TRY(job_add(rq, .kind = "cameras.clip", .subject = c.id, .data = json_text(rq, n)));
	notice(rq, "The clip is being cut and kept; it appears here in a moment.");
	return redirect(rq, "/cameras/%" PRId64 "/clips", c.id);
}

/* ---- cutting, outside of any transaction ------------------------------------------------------
 */
struct cutting {
	struct camera camera;
	const struct node *asked;
	struct clip clip;
	struct object object;
};

static enum err asked_of(struct req *rq, const struct job *j, struct cutting *c)
{
	TRY(job_data(rq, j, &c->asked));
	return camera_load(rq, j->subject, &c->camera);
}

enum err clip_cut(struct req *rq, const struct job *j, void **result)
{
	struct cutting *c = NEW(rq->arena, struct cutting);
	struct fault why = { 0 };

	*result = c;
	TRY(asked_of(rq, j, c));
	bool of_device = node_true(c->asked, "of_device");
	struct clip_request r = { recordings_of(
					  rq, c->camera.id, of_device ? OF_DEVICE : MAIN_STREAM),
		node_int(c->asked, "from", 0), node_int(c->asked, "to", 0) };
	enum err e = clip_build(rq->arena, &r, &c->clip, &why);
	if (!e)
		e = store_put(rq_store(rq), rq->arena, c->clip.data, &c->object, &why);
	return e ? fail(rq, e, "%s", why.text) : OK;
}

/* ---- keeping -----------------------------------------------------------------------------------
 */
static void put_chain(struct req *rq, struct node *in, const struct camera *c)
{
	struct node *n = put_map(in, "camera");
	put_printf(n, "id", "%" PRId64, c->id);
	put_text(n, "name", c->name);
	put_text(n, "place", c->place);
	put_text(n, "owner", c->owner);
	put_text(n, "standard", c->standard);
	put_text(n, "legal_review", c->legal_no);
	put_text(n, "technical_review", c->technical_no);
	put_text(n, "registered_from", date_text(rq->arena, c->valid_from));
	put_text(n, "registered_to", date_text(rq->arena, c->valid_to));
	put_int(n, "clock_ahead_ms", c->clock_offset_ms);
	put_text(n, "clock_checked",
		c->clock_checked_at ? time_iso(rq->arena, c->clock_checked_at) : "");
}

/* The stream as it is when the clip is kept, the machine that records it, and the days it stays. */
static enum err put_recording(struct req *rq, struct node *in, int64_t camera, bool of_device)
{
	struct node *n = put_map(in, "recording");
	const struct node *law;
	struct rows *r;
	bool more;

	TRY(rules(rq, "vision/retention", rq->now, &law));
	TRY(db_query(rq, &r,
		"SELECT coalesce(s.codec, ''), coalesce(s.width, 0), coalesce(s.height, 0),"
		" coalesce(l.node, ''), coalesce(t.kind, 'kitchen'), coalesce(t.keep_days, 0)"
		" FROM cameras c LEFT JOIN camera_status s ON s.camera = c.id"
		" LEFT JOIN camera_leases l ON l.camera = c.id LEFT JOIN camera_settings t ON t.id "
		"= "
		"c.id WHERE c.id = $1",
		camera));
	TRY(rows_next(r, &more));
	if (more) {
		put_text(n, "codec", arena_dup(rq->arena, rows_text(r, 0)));
		put_int(n, "width", rows_int(r, 1));
		put_int(n, "height", rows_int(r, 2));
		put_text(n, "node", arena_dup(rq->arena, rows_text(r, 3)));
		const char *kind = arena_dup(rq->arena, rows_text(r, 4));
		put_int(n, "days_kept_otherwise", keep_ms_of(law, kind, rows_int(r, 5)) / DAY);
	}
	rows_close(r);
	put_text(n, "retention_rule", node_text(law, "version", ""));
	put_text(n, "how",
		of_device ? "recorded by the device itself and fetched from it (GB/T 28181), by "
			    "the device's clock; nothing re-encoded; times from zero"
			  : "whole fragments as recorded, nothing re-encoded; times from zero");
	return OK;
}

static enum err manifest(struct req *rq, const struct cutting *c, const char **out)
{
	struct node *m = put_map(rq->view, "manifest"), *n = put_map(m, "clip");
	put_text(n, "file", "clip.mp4");
	put_int(n, "bytes", c->object.size);
	put_text(n, "sm3", c->object.sm3);
	put_text(n, "sha256", c->object.sha256);
	put_text(n, "from", time_iso(rq->arena, c->clip.start_ms));
	put_text(n, "to", time_iso(rq->arena, c->clip.end_ms));
	n = put_map(m, "asked");
	put_text(n, "from", time_iso(rq->arena, node_int(c->asked, "from", 0)));
	put_text(n, "to", time_iso(rq->arena, node_int(c->asked, "to", 0)));
	put_text(n, "reason", node_text(c->asked, "reason", ""));
	put_chain(rq, m, &c->camera);
	TRY(put_recording(rq, m, c->camera.id, node_true(c->asked, "of_device")));
	n = put_map(m, "kept_by");
	put_text(n, "name", node_text(c->asked, "by_name", ""));
	put_text(n, "card", node_text(c->asked, "by_card", ""));
	put_text(n, "at", time_iso(rq->arena, rq->now));
	put_text(n, "program", "shian/0.1.0");
	*out = json_text(rq, m);
	return OK;
}

enum err clip_keep(struct req *rq, const struct job *j, void *result)
{
	const struct cutting *c = result;
	(void)j;
	struct camera_clip k = { .camera = c->camera.id,
		.operator= c->camera.operator,
		.area = c->camera.area,
		.started_at = c->clip.start_ms,
		.ended_at = c->clip.end_ms,
		.reason = node_text(c->asked, "reason", ""),
		.clip_sm3 = c->object.sm3,
		.clip_sha256 = c->object.sha256,
		.size = c->object.size,
		.made_by = node_int(c->asked, "by", 0),
		.made_at = rq->now };
	TRY(manifest(rq, c, &k.manifest));
	TRY(db_insert(rq, &camera_clip_model, &k));
	return emit(rq, CAMERA_CLIP_KEPT, k.id, k.operator, json_of(rq, &camera_clip_model, &k));
}

/* ---- looking ------------------------------------------------------------------------------------
 */
enum err clip_list(struct req *rq)
{
	struct camera c;
	struct list l;

	TRY(camera_load(rq, rq->id, &c));
	TRY(db_all(rq, &camera_clip_model, &l,
		"SELECT * FROM camera_clips WHERE camera = $1 ORDER BY id DESC LIMIT 200", c.id));
	show_table(rq, "clips", &camera_clip_model, &l);
	put_text(rq->view, "name", c.name);
	put_printf(rq->view, "path", "/cameras/%" PRId64, c.id);
	put_text(rq->view, "from", query_text(rq, "from"));
	put_text(rq->view, "to", query_text(rq, "to"));
	put_flag(rq->view, "may_keep", may(rq, LEAD_REVIEW));
	return page(rq, "cameras/clips");
}

enum err clip_archive(struct req *rq)
{
	struct camera_clip k;
	struct fault why = { 0 };
	struct bytes clip;

	TRY(db_one(rq, &camera_clip_model, &k,
		"SELECT * FROM camera_clips WHERE id = $1 AND camera = $2", rq->id2, rq->id));
	if (text_is(query_text(rq, "blurred"), "1")) /* to be handed on */
		return redirect(rq, "/covers/of/%s", k.clip_sm3);
	if (store_read(rq_store(rq), rq->arena, k.clip_sm3, CLIP_BYTES_MAX, &clip, &why))
		return fail(rq, E_NOT_FOUND, "This file is not in the store.");
	const struct zip_file files[] = { { "clip.mp4", clip },
		{ "manifest.json", { (const uint8_t *)k.manifest, strlen(k.manifest) } } };
	reply_set_header(rq, "Cache-Control", "private, no-store");
	return reply_bytes(rq, "application/zip", zip_of(rq->arena, files, 2, k.made_at),
		arena_printf(rq->arena, "clip-%" PRId64 ".zip", k.id));
}
