/* Lists: recordings, and body cameras that came back without one. */
#include "domains/recordings/recordings.h"

#include <string.h>

enum { PAGE_ROWS = 50 };

struct recording_row {
	int64_t id, device;
	const char *device_number, *officer_name, *area_name, *name;
	int64_t started_at, ended_at, size, docked_at, links;
	const char *dock, *state, *time_source;
};
static const struct model recording_row_model = MODEL("recordings", struct recording_row,
	FIELDS(STORED(struct recording_row, id, .as = AS_ID),
		STORED(struct recording_row, device, .as = AS_ID),
		STORED(struct recording_row, device_number),
		STORED(struct recording_row, officer_name), STORED(struct recording_row, area_name),
		STORED(struct recording_row, name),
		STORED(struct recording_row, started_at, .as = AS_TIME),
		STORED(struct recording_row, ended_at, .as = AS_TIME),
		STORED(struct recording_row, size),
		STORED(struct recording_row, docked_at, .as = AS_TIME),
		STORED(struct recording_row, links), STORED(struct recording_row, dock),
		STORED(struct recording_row, state, .choices = recording_states),
		STORED(struct recording_row, time_source, .choices = time_sources)));

/* The day asked for, and the one after it; 0 for any. */
static int64_t asked_day(struct req *rq)
{
	int64_t day;

	return date_parse(query_text(rq, "day"), &day) ? day : 0;
}

/* A recording whose time is unknown belongs to the day it was docked. */
enum err recording_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);
	int64_t day = asked_day(rq), unlinked = query_int(rq, "unlinked", 0);
	const char *q = query_text(rq, "q");

	TRY(db_all(rq, &recording_row_model, &l,
		"SELECT r.id, r.device, r.device_number, coalesce(u.name, '') AS officer_name, "
		"coalesce(a.name, '') AS area_name, r.name, r.started_at, r.ended_at, r.size, "
		"r.docked_at, (SELECT count(*) FROM recording_links n WHERE n.recording = r.id AND "
		"n.ended_at = 0) AS links, r.dock, r.state, r.time_source FROM recordings r LEFT "
		"JOIN pub_users u ON u.id = r.officer LEFT JOIN pub_areas a ON a.id = r.area "
		"WHERE " SEEN " AND ($5 = '' OR lower(r.device_number) LIKE lower($6) OR u.name "
		"LIKE $6) AND ($7 = 0 OR CASE WHEN r.started_at > 0 THEN r.started_at ELSE "
		"r.docked_at END BETWEEN $7 AND $7 + 86399999) AND ($8 = 0 OR NOT EXISTS (SELECT 1 "
		"FROM recording_links n WHERE n.recording = r.id AND n.ended_at = 0)) ORDER BY "
		"r.docked_at DESC, r.id DESC LIMIT $9 OFFSET $10",
		SEEN_BY(rq), q, arena_printf(rq->arena, "%%%s%%", q), day, unlinked, p.limit,
		p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "recordings", &recording_row_model, &l);
	put_text(rq->view, "q", q);
	put_text(rq->view, "day", day ? date_text(rq->arena, day) : "");
	put_flag(rq->view, "unlinked", unlinked != 0);
	put_flag(rq->view, "may_dock", may(rq, RECORDING_DOCK));
	return page(rq, "recordings/list");
}

/* ---- what is missing ---------------------------------------------------------------------------
 */
struct missing_row {
	int64_t id, device;
	const char *device_number, *officer_name, *area_name;
	int64_t received_at, until;
};
static const struct model missing_row_model = MODEL("equipment_issues", struct missing_row,
	FIELDS(STORED(struct missing_row, id, .as = AS_ID),
		STORED(struct missing_row, device, .as = AS_ID),
		STORED(struct missing_row, device_number), STORED(struct missing_row, officer_name),
		STORED(struct missing_row, area_name),
		STORED(struct missing_row, received_at, .as = AS_TIME),
		STORED(struct missing_row, until, .as = AS_TIME)));

enum err recording_missing(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);
	int64_t hours;

	TRY(recording_term(rq, "missing_after_hours", &hours));
	TRY(db_all(rq, &missing_row_model, &l,
		"SELECT i.id, i.equipment AS device, e.number AS device_number, coalesce(u.name, "
		"'') AS officer_name, coalesce(a.name, '') AS area_name, i.received_at, i.until "
		"FROM pub_equipment_issues i JOIN pub_equipment e ON e.id = i.equipment LEFT JOIN "
		"pub_users u ON u.id = i.officer LEFT JOIN pub_areas a ON a.id = u.area WHERE "
		"e.kind = 'body_camera' AND i.until > 0 AND i.until <= $1 AND (($2 = 1 AND ($3 = 0 "
		"OR u.area = $3)) OR i.officer = $4) AND NOT EXISTS (SELECT 1 FROM recordings r "
		"WHERE r.issue = i.id) ORDER BY i.until DESC, i.id DESC LIMIT $5 OFFSET $6",
		rq->now - hours * HOUR, may(rq, RECORDING_ALL), rq->user->area, rq->user->id,
		p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "issues", &missing_row_model, &l);
	put_text(rq->view, "within",
		arena_printf(rq->arena, tr(rq, "The rule gives %d hours."), (int)hours));
	return page(rq, "recordings/missing");
}
