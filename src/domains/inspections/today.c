/* The tablet: its page, which holds nothing of a person, and what a day needs, as JSON. */
#include "domains/inspections/protocol.h"

#include <string.h>

enum { FOUND = 20, TAKEN = 40 };

const struct model visited_model = MODEL("pub_operators", struct visited,
	FIELDS(STORED(struct visited, id, .as = AS_ID), STORED(struct visited, area),
		STORED(struct visited, name), STORED(struct visited, address),
		STORED(struct visited, kind), STORED(struct visited, licence_no),
		STORED(struct visited, phone), STORED(struct visited, state),
		STORED(struct visited, code)));

enum err visited_load(struct req *rq, int64_t id, struct visited *v)
{
	TRY(db_one(rq, &visited_model, v,
		"SELECT id, area, name, address, kind, licence_no, phone, state, code FROM "
		"pub_operators WHERE id = $1",
		id));
	return in_area(rq, v->area);
}

/* ---- tables and words of the law ---------------------------------------------------------- */
static const char *either(struct req *rq, const char *zh, const char *en)
{
	return rq->zh || !en || !*en ? zh : en;
}

static enum err put_table(struct req *rq, struct node *list, const struct check_table *t)
{
	struct node *n = put_map(list, NULL), *items;

	put_text(n, "id", t->id);
	put_text(n, "version", t->version);
	put_text(n, "title", t->title);
	put_int(n, "min_key", t->min_key);
	put_int(n, "min_general", t->min_general);
	items = put_list(n, "items");
	for (int i = 0; i < t->n; i++) {
		const struct check_item *c = &t->items[i];
		struct node *m = put_map(items, NULL);
		put_text(m, "no", c->no);
		put_text(m, "text", either(rq, c->text, c->text_en));
		put_text(m, "group",
			either(rq, t->group_title[c->group], t->group_title_en[c->group]));
		put_flag(m, "key", c->key);
	}
	return put_by_camera(rq, n, t);
}

static enum err put_tables(struct req *rq)
{
	struct node *list = put_list(rq->view, "tables"), *kinds = put_map(rq->view, "kinds");
	const struct node *law;

	TRY(rules(rq, "inspections/tables", rq->now, &law));
	NODE_EACH (n, node_find(law, "tables")) {
		struct check_table *t = NEW(rq->arena, struct check_table);
		TRY(table_in_force(rq, n->s, rq->now, t));
		TRY(put_table(rq, list, t));
	}
	put_text(rq->view, "usual", node_text(law, "usual", "catering"));
	NODE_EACH (n, node_find(law, "kinds"))
		put_text(kinds, n->name, n->s);
	return OK;
}

static enum err put_findings(struct req *rq)
{
	struct node *all = put_map(rq->view, "findings"), *table, *item, *n;
	const struct node *law;

	TRY(rules(rq, "inspections/findings", rq->now, &law));
	NODE_EACH (t, node_find(law, "tables")) {
		table = put_map(all, t->name);
		NODE_EACH (i, t) {
			item = put_list(table, i->name);
			NODE_EACH (f, i) {
				n = put_map(item, NULL);
				put_text(n, "code", node_text(f, "code", ""));
				put_text(n, "text",
					either(rq, node_text(f, "text", ""),
						node_text(f, "text_en", "")));
			}
		}
	}
	return OK;
}

static enum err put_law(struct req *rq)
{
	const struct node *law;
	struct inspection_terms t;
	struct node *list, *n;

	TRY(terms_load(rq, &t));
	list = put_list(rq->view, "days");
	NODE_EACH (d, t.days)
		put_int(list, NULL, d->i);
	put_int(rq->view, "usual_days", t.usual_days);
	TRY(rules(rq, "inspections/notice", rq->now, &law));
	put_text(rq->view, "notice",
		either(rq, node_text(law, "text", ""), node_text(law, "text_en", "")));
	TRY(rules(rq, "inspections/obstruction", rq->now, &law));
	list = put_list(rq->view, "obstruction");
	NODE_EACH (k, node_find(law, "kinds")) {
		n = put_map(list, NULL);
		put_text(n, "code", node_text(k, "code", ""));
		put_text(n, "text",
			either(rq, node_text(k, "text", ""), node_text(k, "text_en", "")));
	}
	return OK;
}

static void put_kinds(struct req *rq)
{
	struct node *list = put_list(rq->view, "inspection_kinds");

	for (const struct choice *c = inspection_kinds; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "code", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "all", asks_all_items(c->code));
		put_flag(n, "video", by_video(c->code));
	}
}

/* ---- people ------------------------------------------------------------------------------- */
static enum err put_people(struct req *rq)
{
	struct node *me = put_map(rq->view, "me"), *list = put_list(rq->view, "officers"), *n;
	struct rows *r;
	bool more;

	put_printf(me, "id", "%" PRId64, rq->user->id);
	put_text(me, "name", rq->user->name);
	put_text(me, "card", rq->user->card_no);
	TRY(db_query(rq, &r,
		"SELECT id, name, card_no FROM pub_users WHERE role = 'officer' AND card_no <> '' "
		"AND "
		"id <> $1 AND (area = $2 OR area = 0 OR $2 = 0) ORDER BY name, id LIMIT 300",
		rq->user->id, rq->user->area));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		n = put_map(list, NULL);
		put_printf(n, "id", "%" PRId64, rows_int(r, 0));
		put_text(n, "name", arena_dup(rq->arena, rows_text(r, 1)));
		put_text(n, "card", arena_dup(rq->arena, rows_text(r, 2)));
	}
	rows_close(r);
	return OK;
}

static enum err today_data(struct req *rq)
{
	put_int(rq->view, "now", rq->now);
	put_text(rq->view, "day", date_text(rq->arena, rq->now));
	put_text(rq->view, "office", setting(rq, "bureau", "示范区市场监督管理局"));
	TRY(put_people(rq));
	TRY(put_tables(rq));
	TRY(put_findings(rq));
	TRY(put_law(rq));
	put_kinds(rq);
	return reply_json(rq);
}

enum err today_page(struct req *rq)
{
	const char *accept = pair_find(rq->http->headers, "accept");

	if (accept && strstr(accept, "application/json"))
		return today_data(rq);
	return page(rq, "inspections/today");
}

/* ---- businesses to take along ------------------------------------------------------------- */
static enum err put_failed(struct req *rq, struct node *n, const struct visited *v)
{
	struct check_table *t = NEW(rq->arena, struct check_table);
	uint8_t failed[MAX_ITEMS];
	struct node *list;
	const char *table;

	TRY(table_of_kind(rq, v->kind, &table));
	TRY(table_in_force(rq, table, rq->now, t));
	TRY(what_failed(rq, t, v->id, failed));
	put_text(n, "table", table);
	list = put_list(n, "failed");
	for (int i = 0; i < t->n; i++)
		if (failed[i])
			put_text(list, NULL, t->items[i].no);
	return OK;
}

static enum err put_visited(struct req *rq, const struct list *l)
{
	struct node *list = put_list(rq->view, "operators");

	for (const struct visited *v = LIST_OF(struct visited, l); v < LIST_END(struct visited, l);
		v++) {
		struct node *n = put_map(list, NULL);
		put_printf(n, "id", "%" PRId64, v->id);
		put_text(n, "name", v->name);
		put_text(n, "address", v->address);
		put_text(n, "licence_no", v->licence_no);
		put_text(n, "state", v->state);
		put_flag(n, "has_phone", *v->phone);
		TRY(put_failed(rq, n, v));
		TRY(put_cameras(rq, n, v->id));
	}
	return reply_json(rq);
}

/* ?q= words of name, address or licence; ?id= one of them. */
enum err today_operators(struct req *rq)
{
	const char *q = query_text(rq, "q");
	struct list l;

	TRY(db_all(rq, &visited_model, &l,
		"SELECT id, area, name, address, kind, licence_no, phone, state, code FROM "
		"pub_operators WHERE (CAST($1 AS bigint) = 0 OR area = $1) AND state = 'ACTIVE' "
		"AND "
		"(CAST($2 AS bigint) = 0 OR id = $2) AND ($3 = '' OR name LIKE $4 OR address LIKE "
		"$4 "
		"OR licence_no = $3) ORDER BY name, id LIMIT $5",
		rq->user->area, query_int(rq, "id", 0), q, arena_printf(rq->arena, "%%%s%%", q),
		(int)FOUND));
	return put_visited(rq, &l);
}
