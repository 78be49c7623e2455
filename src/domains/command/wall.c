/* The big screen: six promises (源头可溯 全程可控 风险可防 责任可究 绩效可评 公众可查), each with a
 * number that is real today. */
#include "domains/command/command.h"

#include <string.h>

enum { MINUTES = 60000 };

static enum err number(struct req *rq, int64_t *out, const char *sql)
{
	struct val b[] = { val_int(rq->now), { VAL_END, { .i = 0 } } };
	return db_int_(rq, out, sql, b);
}

static void put_number(struct req *rq, const char *name, int64_t value, const char *note)
{
	struct node *n = put_map(rq->view, name);
	put_int(n, "value", value);
	put_text(n, "unit", "");
	put_text(n, "note", note);
}

static void put_share(struct req *rq, const char *name, int64_t percent, const char *note)
{
	struct node *n = put_map(rq->view, name);
	put_int(n, "value", percent);
	put_text(n, "unit", "%");
	put_text(n, "note", note);
}

static int64_t share(int64_t part, int64_t whole)
{
	return whole ? (part * 100 + whole / 2) / whole : 100;
}

static enum err put_promises(struct req *rq)
{
	int64_t all, found, cameras, live, leads, waiting, minutes, filed, in_time, graded, facts;

	TRY(number(
		rq, &all, "SELECT count(*) FROM pub_operators WHERE state = 'ACTIVE' AND $1 > 0"));
	TRY(number(rq, &found,
		"SELECT count(*) FROM pub_operators WHERE state = 'ACTIVE' AND licence_valid_to > "
		"$1"));
	TRY(number(
		rq, &cameras, "SELECT count(*) FROM pub_cameras WHERE state = 'open' AND $1 > 0"));
	TRY(number(rq, &live,
		"SELECT count(*) FROM pub_cameras WHERE state = 'open' AND live = 1 AND $1 > 0"));
	TRY(number(rq, &leads, "SELECT count(*) FROM pub_leads WHERE found_at > $1 - 86400000"));
	TRY(number(rq, &waiting,
		"SELECT count(*) FROM pub_leads WHERE state IN ('new', 'second') AND $1 > 0"));
	TRY(number(rq, &minutes,
		"SELECT coalesce($1 - min(found_at), 0) FROM pub_leads WHERE state IN ('new', "
		"'second')"));
	TRY(number(rq, &filed, "SELECT count(*) FROM pub_cases WHERE decided_at > 0 AND $1 > 0"));
	TRY(number(rq, &in_time,
		"SELECT count(*) FROM pub_cases WHERE decided_at > 0 AND decided_at <= decide_due "
		"AND $1 > 0"));
	TRY(number(rq, &graded, "SELECT count(*) FROM pub_grades WHERE $1 > 0"));
	TRY(number(rq, &facts, "SELECT coalesce(max(seq), 0) FROM pub_ledger WHERE $1 > 0"));
	put_share(rq, "source", share(found, all),
		arena_printf(rq->arena, tr(rq, "%" PRId64 " of %" PRId64 " licences in force"),
			found, all));
	put_number(rq, "process", live,
		arena_printf(rq->arena, tr(rq, "of %" PRId64 " kitchens live"), cameras));
	put_number(rq, "risk", waiting,
		arena_printf(rq->arena,
			tr(rq, "leads wait; %" PRId64 " in 24 hours; the oldest for %" PRId64
			       " min"),
			leads, minutes / MINUTES));
	put_number(rq, "duty", facts, tr(rq, "facts in the ledger, each with its name"));
	put_share(rq, "performance", share(in_time, filed),
		arena_printf(rq->arena, tr(rq, "of %" PRId64 " decisions within the term"), filed));
	put_number(rq, "public", graded, tr(rq, "kitchens with a public colour"));
	return OK;
}

static enum err put_towns(struct req *rq)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "towns");

	TRY(db_query(rq, &r,
		"SELECT a.name, a.name_en, sum(CASE WHEN g.colour = 'green' THEN 1 ELSE 0 END),"
		" sum(CASE WHEN g.colour = 'yellow' THEN 1 ELSE 0 END), sum(CASE WHEN g.colour = "
		"'red' THEN 1 ELSE 0 END)"
		" FROM pub_areas a LEFT JOIN pub_operators o ON o.area = a.id LEFT JOIN pub_grades "
		"g ON g.operator = o.id"
		" GROUP BY a.id, a.name, a.name_en ORDER BY a.id"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		int64_t green = rows_int(r, 2), yellow = rows_int(r, 3), red = rows_int(r, 4);
		struct node *n = put_map(list, NULL);
		put_text(n, "name", arena_dup(rq->arena, rows_text(r, rq->zh ? 0 : 1)));
		put_int(n, "green", green);
		put_int(n, "yellow", yellow);
		put_int(n, "red", red);
		put_printf(n, "share", "%" PRId64 " %%", share(green, green + yellow + red));
	}
	rows_close(r);
	return OK;
}

static enum err put_colours(struct req *rq)
{
	struct rows *r;
	bool more;
	int64_t n[3] = { 0 };

	TRY(db_query(rq, &r, "SELECT colour, count(*) FROM pub_grades GROUP BY colour"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const char *c = rows_text(r, 0);
		n[text_is(c, "green") ? 0 : text_is(c, "yellow") ? 1 : 2] += rows_int(r, 1);
	}
	rows_close(r);
	put_printf(rq->view, "colours_text", "%" PRId64 ",%" PRId64 ",%" PRId64, n[0], n[1], n[2]);
	struct node *list = put_list(rq->view, "colours");
	for (int i = 0; i < 3; i++)
		put_int(list, NULL, n[i]);
	return OK;
}

static enum err put_alarms(struct req *rq)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "alarms");

	TRY(db_query(rq, &r,
		"SELECT l.id, o.name, l.rule, l.found_at, l.state FROM pub_leads l JOIN "
		"pub_operators o ON o.id = l.operator"
		" ORDER BY l.found_at DESC LIMIT 5"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		const char *rule = rows_text(r, 2), *state = rows_text(r, 4);
		put_printf(n, "href", "/leads/%" PRId64, rows_int(r, 0));
		put_text(n, "name", arena_dup(rq->arena, rows_text(r, 1)));
		put_text(n, "what",
			tr(rq, text_is(rule, "head_uncovered")
					? "Head uncovered"
					: "Person outside the registered hours"));
		put_text(n, "at", time_text(rq->arena, rows_int(r, 3)) + sizeof("2026-11-23"));
		put_text(n, "tone",
			text_is(state, "new")	   ? "red"
			: text_is(state, "second") ? "yellow"
						   : "green");
	}
	rows_close(r);
	return OK;
}

static enum err put_camera(struct req *rq)
{
	int64_t id;

	TRY(db_int(rq, &id,
		"SELECT coalesce(max(id), 0) FROM pub_cameras WHERE state = 'open' AND live = 1"));
	struct node *n = put_map(rq->view, "player");
	n->hidden = true;
	put_text(n, "src",
		id ? arena_printf(rq->arena, "/cameras/%" PRId64 "/live/live.m3u8", id) : "");
	put_text(n, "poster", "");
	put_text(n, "label", tr(rq, "Kitchen live"));
	put_flag(n, "auto", true);
	return OK;
}

static enum err put_all(struct req *rq)
{
	TRY(put_promises(rq));
	TRY(put_towns(rq));
	TRY(put_colours(rq));
	return put_alarms(rq);
}

enum err wall_page(struct req *rq)
{
	TRY(put_all(rq));
	TRY(put_camera(rq));
	return page(rq, "command/wall");
}

enum err wall_numbers(struct req *rq)
{
	TRY(put_all(rq));
	return reply_json(rq);
}
