/* The desk: what the law or a person will ask of me next. */
#include "domains/command/command.h"

#include <string.h>

struct tile {
	const char *label, *href;
	const char *sql;   /* of $1 the area, $2 now, $3 me */
	const char *count; /* which live number it follows, or "" */
};

static enum err put_tile(struct req *rq, const struct tile *t)
{
	struct node *list = (struct node *)node_find(rq->view, "tiles"), *n;
	int64_t value;
	struct val b[] = { val_int(rq->user->area), val_int(rq->now), val_int(rq->user->id),
		{ VAL_END, { .i = 0 } } };

	TRY(db_int_(rq, &value, t->sql, b));
	n = put_map(list, NULL);
	put_text(n, "label", tr(rq, t->label));
	put_int(n, "value", value);
	put_text(n, "href", t->href);
	put_text(n, "unit", "");
	put_text(n, "note", "");
	put_text(n, "tone", value ? "yellow" : "green");
	put_text(n, "count", t->count);
	return OK;
}

static const struct tile tiles_of_cases[] = {
	{ "Leads to review", "/leads",
		"SELECT count(*) FROM pub_leads WHERE ($1 = 0 OR area = $1) AND $2 > 0 AND "
		"(state = 'new' OR (state = 'second' AND officer1 <> $3))",
		"leads" },
	{ "Pre-checks to decide", "/cases?state=precheck",
		"SELECT count(*) FROM pub_cases WHERE ($1 = 0 OR area = $1) AND $2 > 0 AND "
		"$3 > 0 AND state = 'precheck'",
		"" },
	{ "Decisions that wait for a signature", "/cases?state=proposed",
		"SELECT count(*) FROM pub_cases WHERE ($1 = 0 OR area = $1) AND $2 > 0 AND "
		"state = 'proposed' AND (officer1 = $3 OR officer2 = $3)",
		"" },
	{ "Corrections to look at", "/cases",
		"SELECT count(*) FROM pub_cases WHERE ($1 = 0 OR area = $1) AND $2 > 0 AND "
		"$3 > 0 AND correction_state = 'shown'",
		"" },
	{ "Cameras without a picture", "/cameras",
		"SELECT count(*) FROM pub_cameras WHERE ($1 = 0 OR area = $1) AND $2 > 0 AND "
		"$3 > 0 AND state = 'open' AND live = 0",
		"" },
};
static const struct tile tile_of_operators = { "Licences that expire within 30 days", "/operators",
	"SELECT count(*) FROM pub_operators WHERE ($1 = 0 OR area = $1) AND $3 > 0 AND "
	"state = 'ACTIVE' AND licence_valid_to > $2 AND licence_valid_to <= $2 + 2592000000",
	"" };

static enum err put_tiles(struct req *rq)
{
	put_list(rq->view, "tiles");
	if (may(rq, LEAD_READ))
		for (size_t i = 0; i < sizeof(tiles_of_cases) / sizeof(*tiles_of_cases); i++)
			TRY(put_tile(rq, &tiles_of_cases[i]));
	if (may(rq, OPERATOR_READ))
		TRY(put_tile(rq, &tile_of_operators));
	return OK;
}

static enum err put_waiting(struct req *rq)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "waiting");

	if (!may(rq, CASE_READ))
		return OK;
	TRY(db_query(rq, &r,
		"SELECT c.id, o.name, c.act_name, c.state, CASE WHEN c.state = 'precheck' THEN "
		"c.precheck_due ELSE c.decide_due END"
		" FROM pub_cases c JOIN pub_operators o ON o.id = c.operator WHERE ($1 = 0 OR "
		"c.area = $1)"
		" AND c.state NOT IN ('closed', 'not_filed', 'decided') ORDER BY 5, 1 LIMIT 12",
		rq->user->area));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_printf(n, "href", "/cases/%" PRId64, rows_int(r, 0));
		put_text(n, "name", arena_dup(rq->arena, rows_text(r, 1)));
		put_text(n, "act", arena_dup(rq->arena, rows_text(r, 2)));
		put_text(n, "due", date_text(rq->arena, rows_int(r, 4)));
		put_text(n, "late", rows_int(r, 4) < rq->now ? tr(rq, "Overdue") : "");
	}
	rows_close(r);
	return OK;
}

static enum err put_news(struct req *rq)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "timeline");

	TRY(db_query(rq, &r,
		"SELECT l.at, l.name, l.actor_name, coalesce(o.name, ''), l.entity FROM (SELECT * "
		"FROM pub_ledger"
		" WHERE name NOT IN ('paper.ordered', 'grade.confirmed') ORDER BY seq DESC LIMIT "
		"400) l"
		" LEFT JOIN pub_operators o ON o.id = l.entity WHERE $1 = 0 OR o.area = $1 ORDER "
		"BY l.seq DESC LIMIT 15",
		rq->user->area));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_text(n, "at", time_text(rq->arena, rows_int(r, 0)));
		put_text(n, "title", fact_sentence(rq, arena_dup(rq->arena, rows_text(r, 1))));
		put_text(n, "who", arena_dup(rq->arena, rows_text(r, 2)));
		put_text(n, "detail", arena_dup(rq->arena, rows_text(r, 3)));
		put_text(n, "href",
			rows_int(r, 4) && may(rq, OPERATOR_READ)
				? arena_printf(rq->arena, "/operators/%" PRId64, rows_int(r, 4))
				: "");
		put_text(n, "tone", "");
	}
	rows_close(r);
	return OK;
}

enum err desk_page(struct req *rq)
{
	put_text(rq->view, "me", rq->user->name);
	TRY(put_tiles(rq));
	TRY(put_waiting(rq));
	TRY(put_news(rq));
	return page(rq, "command/desk");
}
