/* Playback from the device: an officer asks what it has recorded, and fetches a stretch of it,
 * which is then played and kept as a clip. Asking and fetching are facts; the media worker that the
 * device registered with does the work (device_orders.c). */
#include "domains/cameras/device_play.h"

#include "contracts/facts.h"
#include "domains/cameras/cameras.h"
#include "domains/cameras/clips.h"
#include "domains/cameras/play.h"
#include "domains/cameras/watch.h"

#include <string.h>

enum {
	LIST_LONGEST_DAYS = 7,
	FETCH_LONGEST_MS = 10 * MINUTE,
	REASON_MOST = 200,
	OPEN_MOST = 5,
	REFRESH_MS =
		MINUTE, /* while the device is about to answer the page looks again by itself */
};

static const struct choice order_states[] = {
	{ "open", "Waits for the device", "yellow" },
	{ "done", "Arrived", "green" },
	{ "failed", "Not fetched", "red" },
	{ 0 },
};
static const struct choice order_kinds[] = { { "list", "List of recordings", "neutral" },
	{ "fetch", "Stretch fetched", "neutral" }, { 0 } };

const struct model device_order_model =
	MODEL("device_orders", struct device_order, .witnessed = true,
		FIELDS(STORED(struct device_order, id), STORED(struct device_order, version),
			STORED(struct device_order, camera, .as = AS_ID),
			STORED(struct device_order, operator, .as = AS_ID),
			STORED(struct device_order, area),
			STORED(struct device_order, kind, .choices = order_kinds),
			STORED(struct device_order, from_at, .as = AS_TIME),
			STORED(struct device_order, to_at, .as = AS_TIME),
			STORED(struct device_order, reason),
			STORED(struct device_order, asked_by, .as = AS_ID),
			STORED(struct device_order, asked_at, .as = AS_TIME)));

/* ---- asking ---------------------------------------------------------- */
static enum err refuse_camera(struct req *rq, const struct camera *c)
{
	int64_t open;
	if (!text_starts(c->url, "gb28181://"))
		return fail(rq, E_INVALID,
			"Only a device of GB/T 28181 can be asked for its own recordings.");
	TRY(db_int(rq, &open,
		"SELECT count(*) FROM device_orders o JOIN device_order_states s ON s.id = o.id "
		"WHERE o.camera = $1 AND s.state = 'open'",
		c->id));
	if (open >= OPEN_MOST)
		return fail(rq, E_CONFLICT,
			"The device still owes answers to earlier questions. Wait for them.");
	return OK;
}

static enum err order_put(struct req *rq, const struct camera *c, struct device_order *o)
{
	o->camera = c->id;
	o->operator= c->operator;
	o->area = c->area;
	o->asked_by = rq->user->id;
	o->asked_at = rq->now;
	TRY(db_insert(rq, &device_order_model, o));
	TRY(db_run(rq,
		"INSERT INTO device_order_states (id, state, why, found_from, found_to, "
		"answered_at) VALUES ($1, 'open', '', 0, 0, 0)",
		o->id));
	TRY(emit(rq, DEVICE_RECORDING_ASKED, o->id, o->operator,
		json_of(rq, &device_order_model, o)));
	return redirect(rq, "/cameras/%" PRId64 "/device", c->id);
}

enum err device_play_ask(struct req *rq)
{
	struct camera c;
	struct device_order o = { .kind = "list",
		.reason = "",
		.from_at = clip_moment(rq, "from"),
		.to_at = clip_moment(rq, "to") };

	TRY(camera_load(rq, rq->id, &c));
	TRY(refuse_camera(rq, &c));
	if (!o.from_at || o.to_at <= o.from_at || o.from_at > rq->now ||
		o.to_at - o.from_at > LIST_LONGEST_DAYS * DAY)
		return fail(rq, E_INVALID,
			"Give from and to: the stretch begins in the past and is at most a week "
			"long.");
	return order_put(rq, &c, &o);
}

/* What was fetched lies in one folder by its time: the same stretch twice would be there twice. */
static enum err refuse_again(struct req *rq, const struct camera *c, const struct device_order *o)
{
	int64_t there;
	TRY(db_int(rq, &there,
		"SELECT count(*) FROM device_orders o JOIN device_order_states s ON s.id = o.id "
		"WHERE o.camera = $1 AND o.kind = 'fetch' AND (s.state = 'open' AND o.from_at < $3 "
		"AND o.to_at > $2 OR s.state = 'done' AND s.found_from < $3 AND s.found_to > $2)",
		c->id, o->from_at, o->to_at));
	if (there)
		return fail(rq, E_CONFLICT,
			"A part of this stretch has been fetched already: see the list.");
	return OK;
}

enum err device_play_fetch(struct req *rq)
{
	struct camera c;
	struct device_order o = { .kind = "fetch",
		.reason = form_text(rq, "reason"),
		.from_at = clip_moment(rq, "from") / SECOND * SECOND,
		.to_at = clip_moment(rq, "to") / SECOND * SECOND };

	TRY(camera_load(rq, rq->id, &c));
	TRY(refuse_camera(rq, &c));
	if (!o.from_at || o.to_at <= o.from_at || o.to_at > rq->now ||
		o.to_at - o.from_at > FETCH_LONGEST_MS)
		return fail(rq, E_INVALID,
			"A stretch to fetch lies in the past and is at most ten minutes long.");
	if (!*o.reason || utf8_length(o.reason) > REASON_MOST)
		return fail(rq, E_INVALID, "Say in a sentence why it is fetched.");
	TRY(refuse_again(rq, &c, &o));
	notice(rq, "The device is asked for it. When it has arrived it can be played here, and is "
		   "kept as a clip.");
	return order_put(rq, &c, &o);
}

/* ---- the page -------------------------------------------------------- */
struct order_row {
	int64_t id;
	const char *kind, *state, *why, *reason, *asked_name;
	int64_t from_at, to_at, found_from, found_to, asked_at;
	const char *play;
};
static const struct model order_row_model = MODEL("orders", struct order_row,
	FIELDS(STORED(struct order_row, id), STORED(struct order_row, kind, .choices = order_kinds),
		STORED(struct order_row, state, .choices = order_states),
		STORED(struct order_row, why, .choices = stream_reasons),
		STORED(struct order_row, reason), STORED(struct order_row, asked_name),
		STORED(struct order_row, from_at, .as = AS_TIME),
		STORED(struct order_row, to_at, .as = AS_TIME),
		STORED(struct order_row, found_from, .as = AS_TIME),
		STORED(struct order_row, found_to, .as = AS_TIME),
		STORED(struct order_row, asked_at, .as = AS_TIME), STORED(struct order_row, play)));
#define ORDER_COLUMNS                                                                              \
	"SELECT o.id, o.kind, s.state, s.why, o.reason, coalesce(u.name, '') AS asked_name, "      \
	"o.from_at, o.to_at, s.found_from, s.found_to, o.asked_at, '' AS play FROM device_orders " \
	"o JOIN device_order_states s ON s.id = o.id LEFT JOIN pub_users u ON u.id = o.asked_by "

struct item_row {
	int64_t start_at, end_at;
	const char *name, *kind, *from_value, *to_value;
};
static const struct model item_model = MODEL("items", struct item_row,
	FIELDS(STORED(struct item_row, start_at, .as = AS_TIME),
		STORED(struct item_row, end_at, .as = AS_TIME), STORED(struct item_row, name),
		STORED(struct item_row, kind), STORED(struct item_row, from_value),
		STORED(struct item_row, to_value)));

/* As a browser's field for date and time takes it. */
static const char *field_time(struct req *rq, int64_t ms)
{
	struct civil c = civil_of(ms);
	return arena_printf(rq->arena, "%sT%02d:%02d:%02d", date_text(rq->arena, ms), c.hour,
		c.minute, c.second);
}

static enum err put_items(struct req *rq, int64_t order)
{
	struct list l;
	TRY(db_all(rq, &item_model, &l,
		"SELECT start_at, end_at, name, kind, '' AS from_value, '' AS to_value FROM "
		"device_order_items WHERE device_order = $1 ORDER BY start_at DESC LIMIT 512",
		order));
	for (struct item_row *i = LIST_OF(struct item_row, &l); i < LIST_END(struct item_row, &l);
		i++) {
		int64_t end = i->end_at < i->start_at + FETCH_LONGEST_MS
				      ? i->end_at
				      : i->start_at + FETCH_LONGEST_MS;
		i->from_value = field_time(rq, i->start_at);
		i->to_value = field_time(rq, end);
	}
	show_table(rq, "items", &item_model, &l);
	return OK;
}

/* The newest list that was asked for, with what the device answered. */
static enum err put_answer(struct req *rq, int64_t camera)
{
	struct list l;
	TRY(db_all(rq, &order_row_model, &l,
		ORDER_COLUMNS "WHERE o.camera = $1 AND o.kind = 'list' ORDER BY o.id DESC LIMIT 1",
		camera));
	show_list(rq, "asked", &order_row_model, &l);
	const struct order_row *o = LIST_OF(struct order_row, &l);
	if (!l.n)
		return OK;
	put_flag(rq->view, "waiting", text_is(o->state, "open"));
	put_flag(rq->view, "none_found", text_is(o->state, "done"));
	if (text_is(o->state, "open") && rq->now - o->asked_at < REFRESH_MS)
		reply_set_header(rq, "refresh", "3");
	return put_items(rq, o->id);
}

static enum err put_fetched(struct req *rq, int64_t camera)
{
	struct list l;
	TRY(db_all(rq, &order_row_model, &l,
		ORDER_COLUMNS "WHERE o.camera = $1 AND o.kind = 'fetch' ORDER BY o.id DESC LIMIT "
			      "50",
		camera));
	for (struct order_row *o = LIST_OF(struct order_row, &l);
		o < LIST_END(struct order_row, &l); o++)
		if (text_is(o->state, "done"))
			o->play = arena_printf(
				rq->arena, "%" PRId64 "-%" PRId64, o->found_from, o->found_to);
	show_list(rq, "fetched", &order_row_model, &l);
	return OK;
}

/* ?play=FROM-TO, in ms UTC. */
static void put_fetched_player(struct req *rq, const struct camera *c)
{
	const char *range = query_text(rq, "play");
	if (!*range || strspn(range, "0123456789-") != strlen(range))
		return;
	struct node *p = put_map(rq->view, "player");
	put_printf(p, "src", "/cameras/%" PRId64 "/device/%s.m3u8", c->id, range);
	put_text(p, "ws_src", "");
	put_text(p, "sub_src", "");
	put_text(p, "sub_ws", "");
	put_text(p, "image_src", "");
	put_text(p, "poster", "");
	put_text(p, "label", c->name);
	put_flag(p, "auto", false);
}

enum err device_play(struct req *rq)
{
	struct camera c;
	const char *from = query_text(rq, "from"), *to = query_text(rq, "to");

	TRY(camera_load(rq, rq->id, &c));
	put_text(rq->view, "name", c.name);
	put_printf(rq->view, "path", "/cameras/%" PRId64, c.id);
	put_flag(rq->view, "may_ask", may(rq, LEAD_REVIEW) && text_starts(c.url, "gb28181://"));
	put_text(rq->view, "from", field_time(rq, rq->now - HOUR));
	put_text(rq->view, "to", field_time(rq, rq->now));
	put_text(rq->view, "fetch_from", from);
	put_text(rq->view, "fetch_to", to);
	TRY(put_answer(rq, c.id));
	TRY(put_fetched(rq, c.id));
	put_fetched_player(rq, &c);
	return page(rq, "cameras/device_play");
}
