/* Where the cameras are, and which give no picture. */
#include "domains/cameras/cameras.h"
#include "domains/cameras/rules.h"
#include "domains/cameras/watch.h"

enum { CAMERAS_SHOWN = 5000, REFRESH_S = 15 };

struct place {
	int64_t id, lat, lon, leads;
	const char *name, *operator_name, *live, *position;
};
static const struct model place_model = MODEL("places", struct place,
	FIELDS(STORED(struct place, id), STORED(struct place, lat), STORED(struct place, lon),
		STORED(struct place, leads), STORED(struct place, name),
		STORED(struct place, operator_name),
		STORED(struct place, live, .choices = live_states),
		STORED(struct place, position)));

/* An alarm is a camera without a picture; one with leads that wait asks for a look. */
static const char *tone_of(const struct place *p)
{
	if (text_is(p->live, "lost") || text_is(p->live, "away"))
		return "red";
	return !*p->live ? "neutral" : p->leads ? "yellow" : "green";
}

static void put_place(struct req *rq, struct node *points, struct place *p)
{
	if (*p->position)
		(void)position_read(p->position, &p->lat, &p->lon);
	if (!p->lat && !p->lon)
		return;
	put_point(points,
		&(struct map_point){ .id = p->id,
			.lat = p->lat,
			.lon = p->lon,
			.label = arena_printf(rq->arena, "%s · %s", p->operator_name, p->name),
			.state = tr(rq, choice_label(live_states, p->live)),
			.detail = p->leads ? arena_printf(rq->arena, tr(rq, "Leads that wait: %d"),
						     (int)p->leads)
					   : "",
			.href = arena_printf(rq->arena, "/cameras/%" PRId64, p->id),
			.tone = tone_of(p) });
}

enum err camera_map(struct req *rq)
{
	struct list l;
	struct node *data = node_map(rq->arena), *points = put_list(data, "points");

	TRY(db_all(rq, &place_model, &l,
		"SELECT c.id, o.lat, o.lon, c.name, o.name AS operator_name,"
		" coalesce(x.position, '') AS position,"
		" CASE WHEN n.node IS NULL AND s.state IS NOT NULL THEN 'away' ELSE "
		"coalesce(s.state, '') END AS live,"
		" (SELECT count(*) FROM leads WHERE camera = c.id AND state IN ('new', 'second')) "
		"AS leads"
		" FROM cameras c JOIN pub_operators o ON o.id = c.operator"
		" LEFT JOIN camera_settings x ON x.id = c.id"
		" LEFT JOIN camera_status s ON s.camera = c.id"
		" LEFT JOIN camera_leases y ON y.camera = c.id"
		" LEFT JOIN media_nodes n ON n.node = y.node AND n.seen_at >= $2"
		" WHERE c.state = 'open' AND (CAST($1 AS bigint) = 0 OR c.area = $1)"
		" ORDER BY c.id LIMIT $3",
		rq->user->area, rq->now - NODE_SILENT_MS, (int)CAMERAS_SHOWN));
	for (struct place *p = LIST_OF(struct place, &l); p < LIST_END(struct place, &l); p++)
		put_place(rq, points, p);
	put_int(rq->view, "shown", points->count);
	put_int(rq->view, "unplaced", (int64_t)l.n - points->count);
	show_map(rq, &(struct map_view){ tr(rq, "Cameras"), "/cameras/map", REFRESH_S, data });
	return page(rq, "cameras/map");
}
