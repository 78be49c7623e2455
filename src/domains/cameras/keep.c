#include "domains/cameras/keep.h"

#include "core/app/app.h"

enum { FORECAST_BYTES_MAX = 4096 };

int64_t keep_ms_of(const struct node *law, const char *kind, int64_t keep_days)
{
	if (keep_days > 0)
		return keep_days * DAY;
	NODE_EACH (k, node_find(law, "kinds"))
		if (text_is(node_text(k, "kind", ""), kind))
			return node_int(k, "days", KEEP_DAYS_USUAL) * DAY;
	return KEEP_DAYS_USUAL * DAY;
}

/* What the media worker's tidying thread wrote last (workers/media/forecast.h); NULL: nothing new.
 */
static const struct node *forecast(struct req *rq)
{
	const char *path = arena_printf(rq->arena, "%s/media/keeping.json", rq->app->data_dir);
	struct bytes json;
	struct node *n;
	if (file_read(rq->arena, path, FORECAST_BYTES_MAX, &json, NULL) ||
		json_parse(rq->arena, json, &n, NULL) || node_int(n, "at", 0) < rq->now - HOUR)
		return NULL;
	return n;
}

void put_keep_warning(struct req *rq)
{
	const struct node *f = forecast(rq);
	int64_t days = f ? node_int(f, "bites_in_days", -1) : -1, per_day = 0;
	const char *text = "";
	if (f)
		per_day = node_int(f, "per_day", 0);
	if (days == 0 && per_day)
		text = arena_printf(rq->arena,
			tr(rq, "The room for recordings is too small: they go before their time, "
			       "after "
			       "%d days."),
			(int)(node_int(f, "capacity", 0) / per_day));
	else if (days > 0 && days <= KEEP_WARN_DAYS)
		text = arena_printf(rq->arena,
			tr(rq, "In %d days the room for recordings will be too small, and they "
			       "will go "
			       "before their time. Add disk, or let them stay for fewer days."),
			(int)days);
	put_text(rq->view, "keep_warning", text);
}
