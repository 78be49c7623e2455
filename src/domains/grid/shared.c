/* What the screens of this room share. */
#include "contracts/facts.h"
#include "domains/grid/grid.h"

#include <string.h>

enum { HISTORY_ROWS = 50 };

int64_t day_of(int64_t ms)
{
	return ms - ((ms + 8 * HOUR) % DAY);
}

void put_summary_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

void put_option(struct node *list, int64_t value, const char *label, bool selected)
{
	struct node *n = put_map(list, NULL);

	put_printf(n, "value", "%" PRId64, value);
	put_text(n, "label", label);
	put_flag(n, "selected", selected);
}

enum err grid_put_towns(struct req *rq, int64_t chosen)
{
	struct rows *r;
	struct node *list = put_list(rq->view, "areas");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT id, CASE WHEN CAST($2 AS bigint) = 1 THEN name ELSE name_en END FROM "
		"pub_areas WHERE CAST($1 AS bigint) = 0 OR id = $1 ORDER BY id",
		rq->user->area, rq->zh));
	TRY(options_of(rq, r, list, chosen));
	put_flag(rq->view, "whole_district", rq->user->area == 0);
	return OK;
}

enum err put_officers(struct req *rq, const char *name, int64_t area, int64_t chosen)
{
	struct rows *r;
	struct node *list = put_list(rq->view, name);

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT officer, name || ' · ' || station FROM pub_officers WHERE CAST($1 AS "
		"bigint) = 0 OR area = 0 OR area = $1 ORDER BY area DESC, name, officer LIMIT "
		"500",
		area));
	return options_of(rq, r, list, chosen);
}

const char *person_name(struct req *rq, int64_t account)
{
	const char *name = "";

	if (!account || db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", account))
		return "";
	return name;
}

enum err town_name(struct req *rq, int64_t area, const char **out)
{
	*out = "";
	if (!area)
		return OK;
	return db_text(rq, out,
		"SELECT CASE WHEN CAST($1 AS bigint) = 1 THEN name ELSE name_en END FROM pub_areas "
		"WHERE id = $2",
		rq->zh, area);
}

/* ---- history -----------------------------------------------------------------------------------
 */
static const struct choice fact_titles[] = {
	{ USER_CREATED, "Account opened", "" },
	{ USER_CHANGED, "Account changed", "" },
	{ OFFICER_REGISTERED, "Officer registered", "" },
	{ OFFICER_CHANGED, "Officer's entry changed", "" },
	{ OFFICER_SIGNATURE_DRAWN, "Signature drawn", "" },
	{ OFFICER_RECUSED, "Recusal entered", "" },
	{ OFFICER_RECUSAL_ENDED, "Recusal ended", "" },
	{ OFFICER_LEAVE_ENTERED, "Leave entered", "" },
	{ OFFICER_LEAVE_ENDED, "Leave ended or taken back", "" },
	{ GRID_CELLS_CHANGED, "Cells changed", "" },
	{ GRID_CELL_CHARGED, "Officer in charge named", "" },
	{ TASK_OPENED, "Task given", "" },
	{ TASK_HANDED_OVER, "Task handed over", "" },
	{ TASK_ESCALATED, "Overdue: brought before the head", "" },
	{ TASK_DONE, "Task done", "" },
	{ TASK_CANCELLED, "Task cancelled", "" },
	{ TASK_LAPSED, "Task lapsed", "" },
	{ 0 },
};

/* What a fact says beside its name: reason, or words. */
static const char *fact_detail(struct req *rq, const char *data)
{
	struct node *n;
	struct fault why = { 0 };

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)data, strlen(data) }, &n, &why))
		return "";
	const char *end = node_text(n, "end_reason", "");
	if (!*end)
		end = node_text(n, "outcome", "");
	return *end ? end : node_text(n, "reason", node_text(n, "words", ""));
}

enum err put_history(struct req *rq, int64_t subject)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "timeline");

	TRY(db_query(rq, &r,
		"SELECT at, name, actor_name, data FROM pub_ledger WHERE subject = $1 ORDER BY seq "
		"DESC LIMIT $2",
		subject, (int)HISTORY_ROWS));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const char *name = arena_dup(rq->arena, rows_text(r, 1));
		struct node *n = put_map(list, NULL);
		put_text(n, "at", time_text(rq->arena, rows_int(r, 0)));
		put_text(n, "title", tr(rq, choice_label(fact_titles, name)));
		put_text(n, "who", arena_dup(rq->arena, rows_text(r, 2)));
		put_text(n, "detail", fact_detail(rq, arena_dup(rq->arena, rows_text(r, 3))));
		put_text(n, "href", "");
		put_text(n, "tone", "");
	}
	rows_close(r);
	return OK;
}
