/* The media worker's side of device_play.c: it is given what officers asked of the devices that
 * registered with it, and tells how it went. What it tells may come twice. */
#include "domains/cameras/cameras.h"
#include "domains/cameras/device_play.h"

#include <string.h>

enum {
	ORDERS_AT_ONCE = 8,
	ITEMS_MOST = 512,
	PATIENCE_MS = HOUR, /* a device that did not come by then is not waited for any more */
	LATE_MS = 5 * SECOND,
};

/* ---- what was done --------------------------------------------------- */
static enum err take_items(struct req *rq, int64_t order, const struct node *items)
{
	int n = 0;
	NODE_EACH (i, items) {
		int64_t start = node_int(i, "start", 0), end = node_int(i, "end", 0);
		if (start <= 0 || end <= start || n++ >= ITEMS_MOST)
			continue;
		TRY(db_run(rq,
			"INSERT INTO device_order_items (device_order, start_at, end_at, name, "
			"kind) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (device_order, start_at, "
			"end_at) DO NOTHING",
			order, start, end, node_text(i, "name", ""), node_text(i, "kind", "")));
	}
	return OK;
}

/* What arrived is cut and kept like any clip, in the name of who asked for it. */
static enum err keep(struct req *rq, const struct device_order *o, int64_t from, int64_t to)
{
	struct rows *r;
	bool more;
	struct node *n = put_map(rq->view, "asked");
	n->hidden = true;
	put_int(n, "from", from);
	put_int(n, "to", to);
	put_int(n, "by", o->asked_by);
	put_text(n, "reason", o->reason);
	put_flag(n, "of_device", true);
	TRY(db_query(rq, &r, "SELECT name, card_no FROM pub_users WHERE id = $1", o->asked_by));
	TRY(rows_next(r, &more));
	if (more) {
		put_text(n, "by_name", arena_dup(rq->arena, rows_text(r, 0)));
		put_text(n, "by_card", arena_dup(rq->arena, rows_text(r, 1)));
	}
	rows_close(r);
	return job_add(rq, .kind = "cameras.clip", .subject = o->camera, .data = json_text(rq, n));
}

static enum err take_answer(struct req *rq, const struct node *a)
{
	int64_t id = 0, open;
	int64_t from = node_int(a, "from", 0), to = node_int(a, "to", 0);
	bool done = text_is(node_text(a, "state", ""), "done");
	struct device_order o;

	if (!text_to_int(node_text(a, "id", ""), &id))
		return fail(rq, E_BAD_REQUEST, "An answer names its order.");
	TRY(db_int(rq, &open,
		"SELECT count(*) FROM device_order_states WHERE id = $1 AND state = 'open'", id));
	if (!open)
		return OK; /* told twice, or given up meanwhile */
	TRY(db_one(rq, &device_order_model, &o, "SELECT * FROM device_orders WHERE id = $1", id));
	bool fetch = text_is(o.kind, "fetch");
	/* A stretch is what was asked for, or less. */
	if (done && fetch && (from < o.from_at || to <= from || to > o.to_at + LATE_MS))
		done = false;
	TRY(db_run(rq,
		"UPDATE device_order_states SET state = $2, why = $3, found_from = $4, found_to = "
		"$5, answered_at = $6 WHERE id = $1",
		id, done ? "done" : "failed", node_text(a, "why", ""), done ? from : (int64_t)0,
		done ? to : (int64_t)0, rq->now));
	if (done && fetch)
		return keep(rq, &o, from, to);
	return done ? take_items(rq, id, node_find(a, "items")) : OK;
}

/* ---- what is to be done ---------------------------------------------- */
/* "gb28181://DEVICE/CHANNEL?transport=WAY" */
static void put_order(struct req *rq, struct node *list, struct rows *r)
{
	const char *url = arena_dup(rq->arena, rows_text(r, 3));
	const char *way = strstr(url, "transport=");
	struct node *n = put_map(list, NULL);
	put_printf(n, "id", "%" PRId64, rows_int(r, 0)); /* too long for a number of JSON */
	put_text(n, "kind", arena_dup(rq->arena, rows_text(r, 1)));
	put_printf(n, "camera", "%" PRId64, rows_int(r, 2));
	put_int(n, "from", rows_int(r, 4));
	put_int(n, "to", rows_int(r, 5));
	put_printf(n, "device", "%.20s", url + 10);
	put_printf(n, "channel", "%.20s", url + 31);
	way = way ? way + 10 : "";
	put_text(n, "transport", arena_copy(rq->arena, way, strcspn(way, "&")));
}

static enum err put_orders(struct req *rq, const char *node)
{
	struct node *list = put_list(rq->view, "orders");
	struct rows *r;
	bool more;
	TRY(db_query(rq, &r,
		"SELECT o.id, o.kind, o.camera, c.url, o.from_at, o.to_at FROM device_order_states "
		"t JOIN device_orders o ON o.id = t.id JOIN cameras c ON c.id = o.camera JOIN "
		"gb_states s ON s.device = substr(c.url, 11, 20) WHERE t.state = 'open' AND s.node "
		"= $1 AND s.online = 1 ORDER BY o.id LIMIT $2",
		node, (int)ORDERS_AT_ONCE));
	TRY(rows_next(r, &more));
	while (more) {
		put_order(rq, list, r);
		TRY(rows_next(r, &more));
	}
	rows_close(r);
	return OK;
}

enum err internal_device_orders(struct req *rq)
{
	struct node *n;
	struct fault why = { 0 };
	struct bytes b = { (const uint8_t *)arena_copy(
				   rq->arena, (const char *)rq->http->body.at, rq->http->body.n),
		rq->http->body.n };

	if (json_parse(rq->arena, b, &n, &why))
		return fail(rq, E_BAD_REQUEST, "The JSON cannot be read: %s", why.text);
	NODE_EACH (a, node_find(n, "answers"))
		TRY(take_answer(rq, a));
	TRY(db_run(rq,
		"UPDATE device_order_states SET state = 'failed', why = 'unreachable', answered_at "
		"= $1 WHERE state = 'open' AND id IN (SELECT id FROM device_orders WHERE asked_at "
		"< $2)",
		rq->now, rq->now - PATIENCE_MS));
	TRY(put_orders(rq, node_text(n, "node", "")));
	return reply_json(rq);
}
