/* The officers' inbox of leads: similar ones as one, and from each the way to the next. */
#include "domains/cameras/inbox.h"
#include "domains/cameras/watch.h"

enum { SIMILAR_SHOWN = 12 };

static const struct choice reasons[] = {
	{ "not_there", "What the model saw is not there.", "neutral" },
	{ "unclear", "It cannot be told from the picture.", "neutral" },
	{ "allowed", "What it shows is allowed.", "neutral" },
	{ "no_work", "Nobody handles food here or now.", "neutral" },
	{ "twice", "The same event has been reviewed already.", "neutral" },
	{ 0 },
};

const char *lead_reason_text(struct req *rq, const char *code)
{
	for (const struct choice *c = reasons; c->code; c++)
		if (text_is(c->code, code))
			return tr(rq, c->label);
	return "";
}

void lead_put_reasons(struct req *rq)
{
	struct node *list = put_list(rq->view, "reasons");
	list->hidden = true;
	for (const struct choice *c = reasons; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
	}
}

/* ---- the list -------------------------------------------------------- */
struct lead_row {
	int64_t id;
	const char *rule, *state, *operator_name, *camera_name, *area_name;
	int64_t found_at, started_at, score, similar;
	bool usable;
	const char *first_officer;
};
static const struct model lead_row_model = MODEL("leads", struct lead_row,
	FIELDS(STORED(struct lead_row, id), STORED(struct lead_row, rule, .choices = rule_names),
		STORED(struct lead_row, state, .choices = lead_states),
		STORED(struct lead_row, operator_name), STORED(struct lead_row, camera_name),
		STORED(struct lead_row, area_name),
		STORED(struct lead_row, found_at, .as = AS_TIME),
		STORED(struct lead_row, started_at, .as = AS_TIME),
		STORED(struct lead_row, score, .as = AS_HUNDREDTHS),
		STORED(struct lead_row, similar), STORED(struct lead_row, usable),
		STORED(struct lead_row, first_officer)));

static void put_options(
	struct req *rq, const char *name, const struct choice *all, const char *chosen)
{
	struct node *list = put_list(rq->view, name);
	list->hidden = true;
	for (const struct choice *c = all; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(chosen, c->code));
	}
}

/* Without a filter: what waits, newest first; of those alike only the newest, with their number. */
enum err lead_inbox(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 30);
	const char *state = query_text(rq, "state"), *q = query_text(rq, "q"),
		   *rule = query_text(rq, "rule");
	bool grouped = !*state && !query_int(rq, "each", 0);

	TRY(db_all(rq, &lead_row_model, &l,
		"SELECT l.id, l.rule, l.state, o.name AS operator_name, c.name AS camera_name, "
		"a.name AS area_name,"
		" l.found_at, l.started_at, l.score, l.usable, coalesce(u.name, '') AS "
		"first_officer, CASE WHEN $7 = 0 THEN 0 ELSE (SELECT count(*) FROM leads m WHERE "
		"m.camera = l.camera AND m.rule = l.rule AND m.state IN ('new', 'second') AND "
		"(m.started_at + $8) / $9 = (l.started_at + $8) / $9 AND m.id <> l.id) END AS "
		"similar"
		" FROM leads l JOIN cameras c ON c.id = l.camera JOIN pub_operators o ON o.id = "
		"l.operator"
		" JOIN pub_areas a ON a.id = l.area LEFT JOIN pub_users u ON u.id = l.officer1"
		" WHERE ($1 = 0 OR l.area = $1)"
		" AND ($2 = '' AND l.state IN ('new', 'second') OR $2 = 'all' OR l.state = $2)"
		" AND ($3 = '' OR lower(o.name) LIKE lower($4)) AND ($10 = '' OR l.rule = $10)"
		" AND ($7 = 0 OR NOT EXISTS (SELECT 1 FROM leads m WHERE m.camera = l.camera AND "
		"m.rule = l.rule AND m.state IN ('new', 'second') AND (m.started_at + $8) / $9 = "
		"(l.started_at + $8) / $9 AND m.id > l.id))"
		" ORDER BY l.found_at DESC, l.id DESC LIMIT $5 OFFSET $6",
		rq->user->area, state, q, arena_printf(rq->arena, "%%%s%%", q), p.limit, p.offset,
		(int)grouped, LEAD_DAY_SHIFT, LEAD_DAY, rule));
	show_pages(rq, p, &l);
	show_table(rq, "leads", &lead_row_model, &l);
	put_options(rq, "states", lead_states, state);
	put_options(rq, "rules", rule_names, rule);
	put_flag(rq->view, "all_selected", text_is(state, "all"));
	put_flag(rq->view, "each", !grouped);
	put_text(rq->view, "q", q);
	return page(rq, "cameras/leads");
}

/* ---- from one to the next -------------------------------------------- */
enum err lead_put_neighbours(struct req *rq, const struct lead *l)
{
	int64_t next, before;

	TRY(db_int(rq, &next,
		"SELECT coalesce(max(id), 0) FROM leads WHERE state IN ('new', 'second') AND ($1 = "
		"0 OR area = $1) AND id < $2",
		rq->user->area, l->id));
	TRY(db_int(rq, &before,
		"SELECT coalesce(min(id), 0) FROM leads WHERE state IN ('new', 'second') AND ($1 = "
		"0 OR area = $1) AND id > $2",
		rq->user->area, l->id));
	put_text(rq->view, "next", next ? arena_printf(rq->arena, "/leads/%" PRId64, next) : "");
	put_text(rq->view, "previous",
		before ? arena_printf(rq->arena, "/leads/%" PRId64, before) : "");
	return OK;
}

enum err lead_put_similar(struct req *rq, const struct lead *l)
{
	struct list all;

	TRY(db_all(rq, &lead_model, &all,
		"SELECT * FROM leads WHERE camera = $1 AND rule = $2 AND id <> $3 AND state IN "
		"('new', 'second') AND (started_at + $5) / $6 = ($4 + $5) / $6 ORDER BY id DESC "
		"LIMIT $7",
		l->camera, l->rule, l->id, l->started_at, LEAD_DAY_SHIFT, LEAD_DAY,
		(int)SIMILAR_SHOWN));
	show_list(rq, "similar", &lead_model, &all);
	put_flag(rq->view, "similar_there", all.n > 0);
	return OK;
}

/* Newest first, as the inbox shows them; past the oldest it begins again at the newest. */
enum err lead_go_on(struct req *rq, const struct lead *l)
{
	int64_t next;

	TRY(db_int(rq, &next,
		"SELECT coalesce((SELECT max(id) FROM leads WHERE (state = 'new' OR state = "
		"'second' AND officer1 <> $3) AND ($1 = 0 OR area = $1) AND id < $2), (SELECT "
		"max(id) FROM leads WHERE (state = 'new' OR state = 'second' AND officer1 <> $3) "
		"AND ($1 = 0 OR area = $1)), $2)",
		rq->user->area, l->id, rq->user->id));
	return redirect(rq, "/leads/%" PRId64, form_flag(rq, "go_on") ? next : l->id);
}
