/* One recording: what it is, who may look, and who did. Looking is a deed of its own: a POST writes
 * it down, and the file is given only to who has said so in the last hours. */
#include "contracts/facts.h"
#include "domains/recordings/recordings.h"
#include "domains/recordings/rules.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 100 };

static void put_row(struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", label);
	put_text(n, "value", *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

static const char *span(struct req *rq, int64_t from, int64_t to)
{
	if (!from)
		return "";
	struct civil a = civil_of(from), b = civil_of(to);
	return arena_printf(rq->arena, "%s:%02d – %s:%02d", time_text(rq->arena, from), a.second,
		time_text(rq->arena, to), b.second);
}

static const char *size_text(struct req *rq, int64_t n)
{
	if (n < 1024 * 1024)
		return arena_printf(rq->arena, "%" PRId64 " KiB", (n + 1023) / 1024);
	return arena_printf(rq->arena, "%" PRId64 " MiB (%" PRId64 " B)", n / (1024 * 1024), n);
}

static const char *docked_text(struct req *rq, const struct recording *r)
{
	const char *by = *r->dock	? r->dock
			 : r->docked_by ? account_of(rq, r->docked_by)
					: tr(rq, "a dock");

	return arena_printf(rq->arena, "%s · %s", time_text(rq->arena, r->docked_at), by);
}

static enum err put_facts(struct req *rq, const struct recording *r)
{
	struct node *rows = put_list(rq->view, "rows");
	const char *officer = account_of(rq, r->officer);

	rows->hidden = true;
	put_row(rows, tr(rq, "Carried by"),
		*officer ? officer : tr(rq, "Nobody had signed for the device at that time."));
	put_row(rows, tr(rq, "Recorded (corrected)"), span(rq, r->started_at, r->ended_at));
	put_row(rows, tr(rq, "By the device's clock"),
		span(rq, r->device_started_at, r->device_ended_at));
	put_row(rows, tr(rq, "Clock of the device"),
		arena_printf(rq->arena,
			r->clock_offset_ms < 0 ? tr(rq, "behind by %d ms")
					       : tr(rq, "ahead by %d ms"),
			abs((int)r->clock_offset_ms)));
	put_row(rows, tr(rq, "Where the time is from"),
		tr(rq, choice_label(time_sources, r->time_source)));
	put_row(rows, tr(rq, "File"), r->name);
	put_row(rows, tr(rq, "Size"), size_text(rq, r->size));
	put_row(rows, tr(rq, "Picture and sound"), r->codecs);
	put_row(rows, tr(rq, "Docked"), docked_text(rq, r));
	put_row(rows, "SM3", r->sm3);
	put_row(rows, "SHA-256", r->sha256);
	if (r->removed_at)
		put_row(rows, tr(rq, "Removed"), time_text(rq->arena, r->removed_at));
	return OK;
}

/* ---- looking ------------------------------------------------------------------------------------
 */
static enum err has_said(struct req *rq, int64_t id, const char *way, bool *said)
{
	int64_t n, hours;

	TRY(recording_term(rq, "view_hours", &hours));
	TRY(db_int(rq, &n,
		"SELECT count(*) FROM recording_views WHERE recording = $1 AND viewer = $2 AND way "
		"= $3 AND at > $4",
		id, rq->user->id, way, rq->now - hours * HOUR));
	*said = n > 0;
	return OK;
}

enum err recording_look(struct req *rq)
{
	struct recording r;
	bool download = text_is(form_text(rq, "way"), "download");

	TRY(recording_load(rq, rq->id, &r));
	if (!text_is(r.state, "kept"))
		return fail(rq, E_GONE, "This recording has been removed after its term.");
	struct recording_view v = { .recording = r.id,
		.viewer = rq->user->id,
		.way = download ? "download" : "play",
		.at = rq->now };
	TRY(db_insert(rq, &recording_view_model, &v));
	TRY(emit(rq, RECORDING_VIEWED, r.id, 0, json_of(rq, &recording_view_model, &v)));
	return redirect(rq,
		download ? "/recordings/%" PRId64 "/file?download=1" : "/recordings/%" PRId64,
		r.id);
}

enum err recording_file(struct req *rq)
{
	struct recording r;
	bool said, download = query_int(rq, "download", 0) != 0;

	TRY(recording_load(rq, rq->id, &r));
	if (!text_is(r.state, "kept"))
		return fail(rq, E_GONE, "This recording has been removed after its term.");
	TRY(has_said(rq, r.id, download ? "download" : "play", &said));
	if (!said)
		return fail(rq, E_FORBIDDEN,
			"Who looks at a recording is written down: open it from its page.");
	reply_set_header(rq, "Cache-Control", "private, no-store");
	if (download)
		reply_set_header(rq, "Content-Disposition",
			arena_printf(rq->arena, "attachment; filename*=UTF-8''%s",
				url_encode(rq->arena, r.name)));
	return reply_object(rq, r.sm3, media_type(r.format), NULL);
}

enum err recording_manifest(struct req *rq)
{
	struct recording r;

	TRY(recording_load(rq, rq->id, &r));
	return reply_bytes(rq, "application/json",
		(struct bytes){ (const uint8_t *)r.manifest, strlen(r.manifest) },
		arena_printf(rq->arena, "recording-%" PRId64 ".json", r.id));
}

/* ---- its page -----------------------------------------------------------------------------------
 */
struct view_row {
	const char *viewer_name, *way;
	int64_t at;
};
static const struct choice ways[] = { { "play", "Played", "info" },
	{ "download", "Downloaded", "yellow" }, { 0 } };
static const struct model view_row_model = MODEL("recording_views", struct view_row,
	FIELDS(STORED(struct view_row, viewer_name), STORED(struct view_row, way, .choices = ways),
		STORED(struct view_row, at, .as = AS_TIME)));

struct link_row {
	int64_t id, case_id;
	const char *number, *operator_name, *reason, *linked_name;
	int64_t linked_at, ended_at;
	const char *end_reason, *ended_name;
};
static const struct model link_row_model = MODEL("recording_links", struct link_row,
	FIELDS(STORED(struct link_row, id, .as = AS_ID),
		STORED(struct link_row, case_id, .as = AS_ID), STORED(struct link_row, number),
		STORED(struct link_row, operator_name), STORED(struct link_row, reason),
		STORED(struct link_row, linked_name),
		STORED(struct link_row, linked_at, .as = AS_TIME),
		STORED(struct link_row, ended_at, .as = AS_TIME),
		STORED(struct link_row, end_reason), STORED(struct link_row, ended_name)));

static enum err put_records(struct req *rq, int64_t id)
{
	struct list l;

	TRY(db_all(rq, &view_row_model, &l,
		"SELECT coalesce(u.name, '') AS viewer_name, v.way, v.at FROM recording_views v "
		"LEFT JOIN pub_users u ON u.id = v.viewer WHERE v.recording = $1 ORDER BY v.at "
		"DESC, v.id DESC LIMIT $2",
		id, (int)ROWS));
	show_list(rq, "views", &view_row_model, &l);
	TRY(db_all(rq, &link_row_model, &l,
		"SELECT k.id, k.case_id, coalesce(c.number, '') AS number, coalesce(o.name, '') AS "
		"operator_name, k.reason, coalesce(u.name, '') AS linked_name, k.linked_at, "
		"k.ended_at, k.end_reason, coalesce(w.name, '') AS ended_name FROM recording_links "
		"k LEFT JOIN pub_cases c ON c.id = k.case_id LEFT JOIN pub_operators o ON o.id = "
		"c.operator LEFT JOIN pub_users u ON u.id = k.linked_by LEFT JOIN pub_users w ON "
		"w.id = k.ended_by WHERE k.recording = $1 ORDER BY k.linked_at DESC, k.id DESC "
		"LIMIT $2",
		id, (int)ROWS));
	show_list(rq, "links", &link_row_model, &l);
	return OK;
}

/* The cases one may link it to: one's own first. */
static enum err put_cases(struct req *rq)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "cases");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT c.id, c.number, o.name, c.act_name FROM pub_cases c JOIN pub_operators o "
		"ON o.id = c.operator WHERE c.state NOT IN ('closed', 'not_filed') AND ($1 = 0 OR "
		"c.area = $1) ORDER BY CASE WHEN c.officer1 = $2 OR c.officer2 = $2 THEN 0 ELSE 1 "
		"END, c.opened_at DESC, c.id DESC LIMIT $3",
		rq->user->area, rq->user->id, (int)ROWS));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_printf(n, "value", "%" PRId64, rows_int(r, 0));
		put_printf(n, "label", "%s %s %s", arena_dup(rq->arena, rows_text(r, 1)),
			arena_dup(rq->arena, rows_text(r, 2)),
			arena_dup(rq->arena, rows_text(r, 3)));
	}
	rows_close(r);
	return OK;
}

static const char *fact_title(const char *name)
{
	static const struct choice titles[] = { { RECORDING_DOCKED, "Docked", "" },
		{ RECORDING_LINKED, "Linked to a case", "" },
		{ RECORDING_UNLINKED, "Taken from a case", "" },
		{ RECORDING_VIEWED, "Looked at", "" }, { RECORDING_REMOVED, "Removed", "" },
		{ 0 } };
	return choice_label(titles, name);
}

static enum err put_chain(struct req *rq, int64_t id)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "timeline");

	TRY(db_query(rq, &r,
		"SELECT seq, at, name, actor_name FROM pub_ledger WHERE subject = $1 ORDER BY seq "
		"DESC LIMIT $2",
		id, (int)ROWS));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_text(n, "at", time_text(rq->arena, rows_int(r, 1)));
		put_text(n, "title", tr(rq, fact_title(arena_dup(rq->arena, rows_text(r, 2)))));
		put_text(n, "who", arena_dup(rq->arena, rows_text(r, 3)));
		put_printf(n, "detail", "#%" PRId64, rows_int(r, 0));
		put_text(n, "href", "");
		put_text(n, "tone", "");
	}
	rows_close(r);
	return OK;
}

enum err recording_page(struct req *rq)
{
	struct recording r;
	bool said, kept;

	TRY(recording_load(rq, rq->id, &r));
	kept = text_is(r.state, "kept");
	TRY(has_said(rq, r.id, "play", &said));
	show(rq, "recording", &recording_model, &r);
	TRY(put_facts(rq, &r));
	TRY(put_records(rq, r.id));
	TRY(put_chain(rq, r.id));
	bool playable = !text_is(media_type(r.format), "application/octet-stream");
	put_flag(rq->view, "kept", kept);
	put_flag(rq->view, "plays", kept && said && playable);
	put_flag(rq->view, "may_play", kept && !said && playable);
	put_flag(rq->view, "unplayable", kept && !playable);
	put_flag(rq->view, "nobody", !r.officer);
	put_flag(rq->view, "may_link", kept && may(rq, RECORDING_LINK));
	if (kept && may(rq, RECORDING_LINK))
		TRY(put_cases(rq));
	return page(rq, "recordings/recording");
}
