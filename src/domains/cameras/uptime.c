/* How much of the time each camera and each town was live, from the history of their states. */
#include "domains/cameras/cameras.h"
#include "domains/cameras/rules.h"
#include "domains/cameras/watch.h"

struct uptime_row {
	int64_t id, uptime, outages, longest_min;
	const char *name, *operator_name, *area_name, *tone;
};
static const struct model uptime_row_model = MODEL("uptime", struct uptime_row,
	FIELDS(STORED(struct uptime_row, id), STORED(struct uptime_row, name),
		STORED(struct uptime_row, operator_name), STORED(struct uptime_row, area_name),
		STORED(struct uptime_row, uptime, .as = AS_HUNDREDTHS),
		STORED(struct uptime_row, outages), STORED(struct uptime_row, longest_min),
		STORED(struct uptime_row, tone)));

struct area_row {
	const char *area_name, *tone;
	int64_t cameras, uptime;
};
static const struct model area_row_model = MODEL("areas", struct area_row,
	FIELDS(STORED(struct area_row, area_name), STORED(struct area_row, tone),
		STORED(struct area_row, cameras),
		STORED(struct area_row, uptime, .as = AS_HUNDREDTHS)));

/* Live and observed time of each spell within [$2, $3), and whether it is an outage. */
#define CLIPPED                                                                                    \
	"(CASE WHEN s.until = 0 OR s.until > $3 THEN $3 ELSE s.until END"                          \
	" - CASE WHEN s.since < $2 THEN $2 ELSE s.since END)"
/* sums of bigint are numeric on PostgreSQL */
#define LIVE_SHARE                                                                                 \
	"coalesce(CAST(sum(CASE WHEN s.state = 'live' THEN " CLIPPED                               \
	" ELSE 0 END) AS bigint) * 10000 / nullif(CAST(sum(" CLIPPED ") AS bigint), 0), 0)"
#define SPELLS_WITHIN                                                                              \
	" FROM cameras c JOIN camera_spells s ON s.camera = c.id AND s.since < $3 AND (s.until = " \
	"0 "                                                                                       \
	"OR s.until > $2) JOIN pub_areas a ON a.id = c.area"

static const char *tone_of(int64_t uptime, int64_t goal)
{
	return uptime >= goal ? "green" : uptime >= goal - 1000 ? "yellow" : "red";
}

static void set_tones(const struct list *all, const struct list *areas, int64_t goal)
{
	for (struct uptime_row *r = LIST_OF(struct uptime_row, all);
		r < LIST_END(struct uptime_row, all); r++)
		r->tone = tone_of(r->uptime, goal);
	for (struct area_row *r = LIST_OF(struct area_row, areas);
		r < LIST_END(struct area_row, areas); r++)
		r->tone = tone_of(r->uptime, goal);
}

static void put_periods(struct req *rq, int64_t days)
{
	static const struct {
		int64_t days;
		const char *label;
	} all[] = { { 1, "Last 24 hours" }, { 7, "Last 7 days" }, { 30, "Last 30 days" } };
	struct node *list = put_list(rq->view, "periods");
	list->hidden = true;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct node *n = put_map(list, NULL);
		put_int(n, "value", all[i].days);
		put_text(n, "label", tr(rq, all[i].label));
		put_flag(n, "selected", all[i].days == days);
	}
}

enum err uptime_page(struct req *rq)
{
	const struct node *law;
	struct list all, areas;
	struct paging p = paging(rq, 50);
	int64_t days = query_int(rq, "days", 7);

	days = days <= 1 ? 1 : days <= 7 ? 7 : 30;
	TRY(rules(rq, "media/faults", rq->now, &law));
	TRY(db_all(rq, &area_row_model, &areas,
		"SELECT a.name AS area_name, count(DISTINCT c.id) AS cameras, " LIVE_SHARE
		" AS uptime, '' AS tone" SPELLS_WITHIN
		" WHERE (CAST($1 AS bigint) = 0 OR c.area = $1) GROUP BY a.name ORDER BY uptime, "
		"a.name",
		rq->user->area, rq->now - days * DAY, rq->now));
	TRY(db_all(rq, &uptime_row_model, &all,
		"SELECT c.id, c.name, o.name AS operator_name, a.name AS area_name, '' AS "
		"tone, " LIVE_SHARE
		" AS uptime, sum(CASE WHEN s.state = 'lost' THEN 1 ELSE 0 END) AS outages,"
		" max(CASE WHEN s.state = 'lost' THEN " CLIPPED
		" ELSE 0 END) / 60000 AS longest_min" SPELLS_WITHIN
		" JOIN pub_operators o ON o.id = c.operator"
		" WHERE (CAST($1 AS bigint) = 0 OR c.area = $1) GROUP BY c.id, c.name, o.name, "
		"a.name ORDER BY uptime, longest_min DESC, c.id LIMIT $4 OFFSET $5",
		rq->user->area, rq->now - days * DAY, rq->now, p.limit, p.offset));
	set_tones(&all, &areas, node_int(law, "uptime_goal", 9500));
	show_pages(rq, p, &all);
	show_list(rq, "areas", &area_row_model, &areas);
	show_table(rq, "cameras", &uptime_row_model, &all);
	put_periods(rq, days);
	put_int(rq->view, "days", days);
	put_int(rq->view, "goal", node_int(law, "uptime_goal", 9500) / 100);
	return page(rq, "cameras/uptime");
}
