/* A day of a camera: what is recorded, what is not, what was found; and playing any part of it. */
#include "core/app/app.h"
#include "domains/cameras/play.h"
#include "domains/cameras/spans.h"

#include <string.h>

enum { RECORDING_MAX_H = 25 };

const char *recordings_of(struct req *rq, int64_t camera, enum recorded which)
{
	static const char *const ends[] = {
		[MAIN_STREAM] = "", [SUB_STREAM] = "-sub", [OF_DEVICE] = "-device"
	};
	return arena_printf(
		rq->arena, "%s/media/%" PRId64 "%s", rq->app->data_dir, camera, ends[which]);
}

/* One address for each of the folders: .../recording/ and .../device/ */
static bool asks_device(const struct req *rq)
{
	return strstr(rq->http->path, "/device/");
}

static enum err find(struct req *rq, struct span range, struct segment_list *l)
{
	struct segment_query q = { .folder = recordings_of(
					   rq, rq->id, asks_device(rq) ? OF_DEVICE : MAIN_STREAM),
		.from_ms = range.from_ms,
		.to_ms = range.to_ms };
	struct fault why = { 0 };
	enum err e = segment_find(rq->arena, &q, l, &why);
	return e ? fail(rq, e, "%s", why.text) : OK;
}

/* ---- playing --------------------------------------------------------------------------------- */
/* "1795460564096-1795464164096" */
static bool range_read(struct req *rq, struct span *out)
{
	const char *dash = strchr(rq->key, '-');
	if (!dash)
		return false;
	const char *from = arena_copy(rq->arena, rq->key, (size_t)(dash - rq->key));
	return text_to_int(from, &out->from_ms) && text_to_int(dash + 1, &out->to_ms) &&
	       out->from_ms > 0 && out->to_ms > out->from_ms &&
	       out->to_ms - out->from_ms <= (int64_t)RECORDING_MAX_H * HOUR;
}

enum err recording(struct req *rq)
{
	struct buf b = { .arena = rq->arena };
	struct segment_list l;
	struct span range;

	if (!range_read(rq, &range))
		return fail(
			rq, E_NOT_FOUND, "Recordings are asked for by from and to, at most a day.");
	TRY(find(rq, range, &l));
	if (!l.n)
		return fail(rq, E_NOT_FOUND,
			"Nothing was recorded then, or it has been removed since.");
	recording_playlist(&b, &l, asks_device(rq) ? "" : "../live/");
	reply_set_header(rq, "Cache-Control", "no-store");
	return reply_text(rq, "application/vnd.apple.mpegurl", buf_text(&b));
}

/* ---- the strip ---------------------------------------------------------------------------------
 */
static const char *clock_text(struct req *rq, int64_t ms)
{
	struct civil c = civil_of(ms);
	return arena_printf(rq->arena, "%02d:%02d:%02d", c.hour, c.minute, c.second);
}

/* Seconds of the day: the strip is drawn 86 400 units wide. */
static void put_place(struct node *n, struct span day, struct span s)
{
	int64_t width = (s.to_ms - s.from_ms) / SECOND;
	put_int(n, "x", (s.from_ms - day.from_ms) / SECOND);
	put_int(n, "w", width > 0 ? width : 1);
}

static void put_spans(struct req *rq, struct node *in, const char *name, const struct span_list *l)
{
	struct span day = { node_int(in, "from", 0), node_int(in, "to", 0) };
	struct node *list = put_list(in, name);
	for (size_t i = 0; i < l->n; i++) {
		struct node *n = put_map(list, NULL);
		put_int(n, "from", l->at[i].from_ms);
		put_int(n, "to", l->at[i].to_ms);
		put_place(n, day, l->at[i]);
		put_text(n, "from_text", clock_text(rq, l->at[i].from_ms));
		put_text(n, "to_text", clock_text(rq, l->at[i].to_ms));
		put_printf(n, "href", "/cameras/%" PRId64 "/recording/%" PRId64 "-%" PRId64 ".m3u8",
			rq->id, l->at[i].from_ms, l->at[i].to_ms);
	}
}

static enum err put_marks(struct req *rq, struct node *in, struct span day)
{
	struct node *list = put_list(in, "marks");
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT id, rule, state, started_at FROM leads WHERE camera = $1 AND started_at >= "
		"$2 "
		"AND started_at < $3 ORDER BY started_at LIMIT 500",
		rq->id, day.from_ms, day.to_ms));
	TRY(rows_next(r, &more));
	while (more) {
		struct node *n = put_map(list, NULL);
		int64_t at = rows_int(r, 3);
		put_printf(n, "href", "/leads/%" PRId64, rows_int(r, 0));
		put_int(n, "at", at);
		put_int(n, "x", (at - day.from_ms) / SECOND);
		put_text(n, "at_text", clock_text(rq, at));
		put_text(n, "label",
			tr(rq, choice_label(rule_names, arena_dup(rq->arena, rows_text(r, 1)))));
		put_text(n, "state", arena_dup(rq->arena, rows_text(r, 2)));
		TRY(rows_next(r, &more));
	}
	rows_close(r);
	return OK;
}

static void put_dates(struct req *rq, struct node *in, struct span day)
{
	put_text(in, "date", date_text(rq->arena, day.from_ms));
	put_text(in, "before", date_text(rq->arena, day.from_ms - DAY));
	put_text(in, "after", day.to_ms <= rq->now ? date_text(rq->arena, day.from_ms + DAY) : "");
	put_int(in, "from", day.from_ms);
	put_int(in, "to", day.to_ms);
	/* Of today only what has passed can lack. */
	put_int(in, "until", day.to_ms < rq->now ? day.to_ms : rq->now);
	put_printf(in, "path", "/cameras/%" PRId64, rq->id);
	struct node *hours = put_list(in, "hours");
	for (int h = 0; h < 24; h += 3) {
		struct node *n = put_map(hours, NULL);
		put_int(n, "x", (int64_t)h * 3600);
		put_printf(n, "text", "%02d:00", h);
	}
}

enum err put_day(struct req *rq, const char *name)
{
	const char *asked = query_text(rq, "date");
	struct span_list spans, gaps;
	struct segment_list l;
	struct span day;

	if (!date_parse(asked, &day.from_ms) || day.from_ms > rq->now)
		TRY(date_parse(date_text(rq->arena, rq->now), &day.from_ms) ? OK : E_INTERNAL);
	day.to_ms = day.from_ms + DAY;
	TRY(find(rq, day, &l));
	struct node *n = put_map(rq->view, name);
	put_dates(rq, n, day);
	spans_of(rq->arena, &l, day, &spans);
	gaps_of(rq->arena, &spans, (struct span){ day.from_ms, node_int(n, "until", 0) }, &gaps);
	put_spans(rq, n, "spans", &spans);
	put_spans(rq, n, "gaps", &gaps);
	put_printf(n, "recorded", "%" PRId64 ":%02" PRId64, spans.recorded_ms / HOUR,
		spans.recorded_ms % HOUR / MINUTE);
	return put_marks(rq, n, day);
}

enum err camera_day(struct req *rq)
{
	struct camera c;
	TRY(camera_load(rq, rq->id, &c));
	put_text(rq->view, "name", c.name);
	TRY(put_player(rq, "player", &c));
	TRY(put_day(rq, "day"));
	return page(rq, "cameras/day");
}
