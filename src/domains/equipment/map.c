/* Where the body cameras are: taken from the program's own workers, shown on a map and in a list.
 */
#include "domains/equipment/equipment.h"
#include "domains/equipment/rules.h"

#include <string.h>

enum { BATCH_MAX = 1000, DEVICES_MAX = 500, TRAIL_MAX = 3000, REFRESH_S = 10 };

/* ---- taking -----------------------------------------------------------------------------------
 */
static enum err position_put(struct req *rq, const struct node *p)
{
	const char *device = node_text(p, "device", "");
	int64_t at = node_int(p, "at", 0), lon = node_int(p, "longitude", 0),
		lat = node_int(p, "latitude", 0), known;

	if (check_gb_id(device) || position_wrong(lon, lat))
		return OK; /* a device says what it likes: what is no place is not kept */
	TRY(db_int(rq, &known, "SELECT count(*) FROM equipment WHERE gb_id = $1", device));
	if (!known)
		return OK;
	if (at > rq->now + MINUTE || at < rq->now - DAY)
		at = rq->now; /* its clock is wrong: the moment it was heard of counts */
	return db_run(rq,
		"INSERT INTO equipment_positions (device, at, longitude, latitude, speed, "
		"direction) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (device, at) DO NOTHING",
		device, at, lon, lat, node_int(p, "speed", 0), node_int(p, "direction", 0));
}

enum err positions_take(struct req *rq)
{
	struct node *n;
	struct fault why = { 0 };
	int taken = 0;

	if (json_parse(rq->arena, rq->http->body, &n, &why))
		return fail(rq, E_BAD_REQUEST, "The JSON cannot be read: %s", why.text);
	NODE_EACH (p, node_find(n, "positions")) {
		if (++taken > BATCH_MAX)
			return fail(rq, E_INVALID, "Too many positions at once.");
		TRY(position_put(rq, p));
	}
	return reply_text(rq, "application/json", "{}");
}

enum err positions_forget(struct req *rq, int64_t days)
{
	return db_run(rq, "DELETE FROM equipment_positions WHERE at < $1", rq->now - days * DAY);
}

/* ---- showing ----------------------------------------------------------------------------------
 */
struct place_row {
	int64_t id;
	const char *number, *kind, *holder_name;
	int64_t camera, at, longitude, latitude, speed;
	const char *age;
};
static const struct choice ages[] = {
	{ "now", "Just now", "green" },
	{ "late", "A while ago", "yellow" },
	{ "old", "Long ago", "neutral" },
	{ "", "Never heard of", "neutral" },
	{ 0 },
};
static const struct model place_row_model = MODEL("equipment", struct place_row,
	FIELDS(STORED(struct place_row, id, .as = AS_ID), STORED(struct place_row, number),
		STORED(struct place_row, kind, .choices = equipment_kinds),
		STORED(struct place_row, holder_name),
		STORED(struct place_row, camera, .as = AS_ID),
		STORED(struct place_row, at, .as = AS_TIME),
		STORED(struct place_row, longitude, .as = AS_DEGREES),
		STORED(struct place_row, latitude, .as = AS_DEGREES),
		STORED(struct place_row, speed, .as = AS_HUNDREDTHS),
		STORED(struct place_row, age, .choices = ages)));

static void put_place(struct req *rq, struct node *points, const struct place_row *r)
{
	const char *holder = *r->holder_name ? r->holder_name : tr(rq, "nobody");

	put_point(points,
		&(struct map_point){ .id = r->id,
			.lat = r->latitude,
			.lon = r->longitude,
			.label = arena_printf(rq->arena, "%s · %s", r->number, holder),
			.state = arena_printf(rq->arena, "%s · %s",
				tr(rq, choice_label(ages, r->age)), time_text(rq->arena, r->at)),
			.href = r->camera ? arena_printf(rq->arena, "/cameras/%" PRId64, r->camera)
					  : arena_printf(rq->arena, "/equipment/%" PRId64, r->id),
			.tone = text_is(r->age, "now")	  ? "green"
				: text_is(r->age, "late") ? "yellow"
							  : "neutral" });
}

static enum err put_trail(struct req *rq, struct node *data, int64_t device)
{
	struct rows *r;
	bool more;
	int64_t day;
	struct node *trail = put_list(data, "trail");

	if (!date_parse(query_text(rq, "day"), &day))
		day = day_begin(rq->now);
	put_text(rq->view, "day", date_text(rq->arena, day));
	TRY(db_query(rq, &r,
		"SELECT p.at, p.longitude, p.latitude FROM equipment_positions p JOIN equipment e "
		"ON e.gb_id = p.device WHERE e.id = $1 AND ($2 = 0 OR e.area = $2) AND p.at >= $3 "
		"AND p.at < $4 ORDER BY p.at LIMIT $5",
		device, rq->user->area, day, day + DAY, (int)TRAIL_MAX));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		put_point(trail, &(struct map_point){ .lat = rows_int(r, 2),
					 .lon = rows_int(r, 1),
					 .label = time_text(rq->arena, rows_int(r, 0)) });
	}
	rows_close(r);
	put_int(rq->view, "trail_points", trail->count);
	return OK;
}

static const char *age_code(int64_t at, int64_t now)
{
	static const char *const codes[] = {
		[AGE_NEVER] = "", [AGE_NOW] = "now", [AGE_LATE] = "late", [AGE_OLD] = "old"
	};
	return codes[position_age(at, now)];
}

static void show_board(struct req *rq, const struct node *data, int64_t device)
{
	const char *src =
		device ? arena_printf(rq->arena, "/equipment/map?device=%" PRId64 "&day=%s", device,
				 node_text(rq->view, "day", ""))
		       : "/equipment/map";

	show_map(rq, &(struct map_view){ tr(rq, "Where the devices are"), src, REFRESH_S, data });
}

enum err equipment_map(struct req *rq)
{
	struct list l;
	int64_t device = query_int(rq, "device", 0);
	struct node *data = node_map(rq->arena), *points = put_list(data, "points");

	TRY(db_all(rq, &place_row_model, &l,
		"SELECT e.id, e.number, e.kind, coalesce(u.name, '') AS holder_name, e.camera, "
		"coalesce(p.at, 0) AS at, coalesce(p.longitude, 0) AS longitude, "
		"coalesce(p.latitude, 0) AS latitude, coalesce(p.speed, 0) AS speed, '' AS age "
		"FROM equipment e LEFT JOIN pub_users u ON u.id = e.holder LEFT JOIN "
		"equipment_positions p ON p.device = e.gb_id AND p.at = (SELECT max(at) FROM "
		"equipment_positions WHERE device = e.gb_id) WHERE e.gb_id <> '' AND e.state NOT "
		"IN ('scrapped', 'lost') AND ($1 = 0 OR e.area = $1) ORDER BY coalesce(p.at, 0) "
		"DESC, e.number LIMIT $2",
		rq->user->area, (int)DEVICES_MAX));
	for (struct place_row *r = LIST_OF(struct place_row, &l);
		r < LIST_END(struct place_row, &l); r++) {
		r->age = age_code(r->at, rq->now);
		if (r->at)
			put_place(rq, points, r);
	}
	put_text(rq->view, "day", date_text(rq->arena, rq->now));
	put_int(rq->view, "trail_points", 0);
	if (device)
		TRY(put_trail(rq, data, device));
	struct node *rows = show_table(rq, "devices", &place_row_model, &l);
	for (struct node *n = rows->first; n; n = n->next)
		put_flag(n, "callable", node_int(n, "camera", 0) != 0)->hidden = true;
	put_printf(rq->view, "device", "%" PRId64, device);
	show_board(rq, data, device);
	return page(rq, "equipment/map");
}
