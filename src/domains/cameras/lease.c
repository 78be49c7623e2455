/* What the media and vision workers ask for and tell: which node records which camera, and how each
 * of them does. A node holds its leases as long as it is heard of; what a silent one held goes to
 * the others. Nobody decides anything here, so nothing is witnessed. */
#include "domains/cameras/cameras.h"
#include "domains/cameras/devices.h"
#include "domains/cameras/keep.h"
#include "domains/cameras/learning.h"
#include "domains/cameras/rules.h"
#include "domains/cameras/watch.h"

#include <string.h>

enum { NODE_NAME_MAX = 60, TAKES_MAX = 100 };

struct heartbeat {
	const char *node, *takes;
	int64_t capacity;
};

/* ---- the body -------------------------------------------------------- */
static enum err body_json(struct req *rq, struct node **out)
{
	struct fault why = { 0 };
	struct bytes b = { (const uint8_t *)arena_copy(
				   rq->arena, (const char *)rq->http->body.at, rq->http->body.n),
		rq->http->body.n };
	if (json_parse(rq->arena, b, out, &why))
		return fail(rq, E_BAD_REQUEST, "The JSON cannot be read: %s", why.text);
	return OK;
}

/* "rtsp,push," from a list of words; each followed by a comma, so that one is found in SQL. */
static const char *words_of(struct req *rq, const struct node *list)
{
	struct buf b = { .arena = rq->arena, .max = TAKES_MAX };
	NODE_EACH (w, list)
		buf_printf(&b, "%s,", w->type == NODE_TEXT ? node_text(w, "", "") : "");
	return b.n ? b.s : "";
}

static enum err doors_note(struct req *rq, const struct node *n, const struct heartbeat *h)
{
	const char *at = node_text(n, "push_at", "");
	if (!*at || strlen(at) > NODE_NAME_MAX)
		return OK;
	return db_run(rq,
		"INSERT INTO media_doors (node, push_at) VALUES ($1, $2) ON CONFLICT (node) DO "
		"UPDATE SET push_at = excluded.push_at",
		h->node, at);
}

static enum err heartbeat_read(struct req *rq, const struct node *n, struct heartbeat *h)
{
	h->node = node_text(n, "node", "");
	h->takes = words_of(rq, node_find(n, "takes"));
	h->capacity = node_int(n, "capacity", 0);
	if (!*h->node || strlen(h->node) > NODE_NAME_MAX || h->capacity < 0)
		return fail(rq, E_INVALID, "A node gives its name and how many cameras it takes.");
	return db_run(rq,
		"INSERT INTO media_nodes (node, seen_at, takes, capacity, disk_total, disk_free, "
		"recorded, oldest_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
		" ON CONFLICT (node) DO UPDATE SET seen_at = excluded.seen_at, takes = "
		"excluded.takes, capacity = excluded.capacity, disk_total = excluded.disk_total,"
		" disk_free = excluded.disk_free, recorded = excluded.recorded, oldest_at = "
		"excluded.oldest_at",
		h->node, rq->now, h->takes, h->capacity, node_int(n, "disk_total", 0),
		node_int(n, "disk_free", 0), node_int(n, "recorded", 0), node_int(n, "oldest", 0));
}

/* ---- leases ---------------------------------------------------------- */
/* A device of GB/T 28181 talks to one node: when it has registered elsewhere, only that node can
 * invite it. */
static enum err leases_follow(struct req *rq)
{
	return db_run(rq,
		"DELETE FROM camera_leases WHERE camera IN (SELECT l.camera FROM camera_leases l "
		"JOIN cameras c ON c.id = l.camera JOIN gb_states s ON s.device = substr(c.url, "
		"11, 20) JOIN media_nodes m ON m.node = s.node WHERE c.url LIKE 'gb28181:%' AND "
		"s.online = 1 AND s.node <> l.node AND m.seen_at >= $1)",
		rq->now - NODE_SILENT_MS);
}

/* Leases of closed cameras, and of nodes that are not heard of any more. */
static enum err leases_end(struct req *rq)
{
	TRY(leases_follow(rq));
	TRY(db_run(rq,
		"DELETE FROM camera_leases WHERE camera IN (SELECT l.camera FROM "
		"camera_leases l JOIN cameras c ON c.id = l.camera WHERE c.state <> 'open')"));
	return db_run(rq,
		"DELETE FROM camera_leases WHERE node NOT IN (SELECT node FROM media_nodes WHERE "
		"seen_at >= $1)",
		rq->now - NODE_SILENT_MS);
}

/* Gives the node as many free cameras of the kinds it takes. One of a GB/T 28181 device that is
 * online at another node that lives is that node's; of a device that is nowhere, anybody's: it says
 * why there is no picture. */
static enum err leases_take(struct req *rq, const struct heartbeat *h, int64_t n)
{
	return db_run(rq,
		"INSERT INTO camera_leases (camera, node, since) SELECT c.id, $1, $2 FROM cameras c"
		" WHERE c.state = 'open' AND NOT EXISTS (SELECT 1 FROM camera_leases l WHERE "
		"l.camera = c.id)"
		" AND (c.url LIKE 'rtsp%' AND $3 LIKE '%rtsp,%' OR c.url LIKE 'push:%' AND $3 LIKE "
		"'%push,%' OR c.url LIKE 'gb28181:%' AND $3 LIKE '%gb28181,%' AND NOT EXISTS "
		"(SELECT 1 FROM gb_states s JOIN media_nodes m ON m.node = s.node WHERE s.device = "
		"substr(c.url, 11, 20) AND s.online = 1 AND s.node <> $1 AND m.seen_at >= $5) OR "
		"c.url LIKE 'http%' AND $3 LIKE '%http,%')"
		" ORDER BY c.id LIMIT $4 ON CONFLICT (camera) DO NOTHING",
		h->node, rq->now, h->takes, n, rq->now - NODE_SILENT_MS);
}

/* A node that has more than its share gives the rest back; another takes them at its next turn. */
static enum err leases_release(struct req *rq, const struct heartbeat *h, int64_t n)
{
	return db_run(rq,
		"DELETE FROM camera_leases WHERE camera IN (SELECT camera FROM camera_leases WHERE "
		"node = $1 ORDER BY since DESC, camera DESC LIMIT $2)",
		h->node, n);
}

static enum err leases_settle(struct req *rq, const struct heartbeat *h)
{
	struct lease_state s = { .capacity = h->capacity };

	TRY(leases_end(rq));
	TRY(db_int(rq, &s.cameras, "SELECT count(*) FROM cameras WHERE state = 'open'"));
	TRY(db_int(rq, &s.nodes, "SELECT count(*) FROM media_nodes WHERE seen_at >= $1",
		rq->now - NODE_SILENT_MS));
	TRY(db_int(rq, &s.held, "SELECT count(*) FROM camera_leases WHERE node = $1", h->node));
	struct lease_change c = lease_decide(&s);
	if (c.release)
		TRY(leases_release(rq, h, c.release));
	if (c.take)
		TRY(leases_take(rq, h, c.take));
	return OK;
}

/* ---- the lists ------------------------------------------------------- */
struct leased {
	int64_t id;
	const char *name, *url, *hours, *watch, *kind, *sub_url, *reader;
	int64_t interval_ms, keep_days;
};
static const struct model leased_model = MODEL("leased", struct leased,
	FIELDS(STORED(struct leased, id), STORED(struct leased, name), STORED(struct leased, url),
		STORED(struct leased, hours), STORED(struct leased, watch),
		STORED(struct leased, kind), STORED(struct leased, sub_url),
		STORED(struct leased, reader), STORED(struct leased, interval_ms),
		STORED(struct leased, keep_days)));

#define LEASED_COLUMNS                                                                             \
	"SELECT c.id, c.name, c.url, c.hours, c.watch, c.interval_ms, coalesce(s.kind, 'kitchen')" \
	" AS kind, coalesce(s.sub_url, '') AS sub_url, coalesce(s.reader, '') AS reader,"          \
	" coalesce(s.keep_days, 0) AS keep_days FROM cameras c LEFT JOIN camera_settings s ON"     \
	" s.id = c.id"

/* law: vision/retention */
static void put_stream(const struct node *law, struct node *list, const struct leased *c, bool sub)
{
	struct node *n = put_map(list, NULL);
	put_printf(n, "id", "%" PRId64 "%s", c->id, sub ? "-sub" : "");
	put_text(n, "name", c->name);
	put_text(n, "url", sub ? c->sub_url : c->url);
	put_text(n, "reader", c->reader);
	put_int(n, "keep_ms", sub ? SUB_KEEP_MS : keep_ms_of(law, c->kind, c->keep_days));
	put_int(n, "interval_ms", c->interval_ms);
	put_flag(n, "enabled", true);
}

static enum err put_streams(struct req *rq, const struct list *l)
{
	struct node *list = put_list(rq->view, "cameras");
	const struct node *law;
	TRY(rules(rq, "vision/retention", rq->now, &law));
	for (const struct leased *c = LIST_OF(struct leased, l); c < LIST_END(struct leased, l);
		c++) {
		put_stream(law, list, c, false);
		if (*c->sub_url)
			put_stream(law, list, c, true);
	}
	return OK;
}

enum err internal_lease(struct req *rq)
{
	struct node *n;
	struct heartbeat h;
	struct list l;

	TRY(body_json(rq, &n));
	TRY(heartbeat_read(rq, n, &h));
	TRY(doors_note(rq, n, &h));
	TRY(leases_settle(rq, &h));
	TRY(db_all(rq, &leased_model, &l,
		LEASED_COLUMNS " JOIN camera_leases x ON x.camera = c.id WHERE x.node = $1 AND "
			       "c.state = 'open' ORDER BY c.id",
		h.node));
	TRY(put_streams(rq, &l));
	if (strstr(h.takes, "gb28181,")) /* passwords go to whom devices register with */
		TRY(put_devices(rq, rq->view));
	return reply_json(rq);
}

/* For the vision worker: what is watched on the cameras that its node records; all without ?node.
 */
enum err internal_cameras(struct req *rq)
{
	struct list l, modes;
	const struct node *keeping;

	TRY(rules(rq, "vision/retention", rq->now, &keeping));
	TRY(rule_modes_load(rq, &modes));
	TRY(db_all(rq, &leased_model, &l,
		LEASED_COLUMNS " WHERE c.state = 'open' AND ($1 = '' OR EXISTS (SELECT 1 FROM "
			       "camera_leases x WHERE x.camera = c.id AND x.node = $1)) ORDER BY "
			       "c.id",
		query_text(rq, "node")));
	struct node *list = put_list(rq->view, "cameras");
	for (struct leased *c = LIST_OF(struct leased, &l); c < LIST_END(struct leased, &l); c++) {
		put_stream(keeping, list, c, false);
		struct node *n = list->last;
		put_text(n, "hours", c->hours);
		struct watched what = { c->id, c->watch, &modes };
		TRY(put_rules(rq, n, &what));
	}
	return reply_json(rq);
}

/* ---- how they do ------------------------------------------------------ */
struct told {
	int64_t id, since, last_frame;
	const char *state, *reason;
};

/* The spell that runs ends where another state or reason begins. */
static enum err spell_note(struct req *rq, const struct told *t)
{
	int64_t same;

	TRY(db_int(rq, &same,
		"SELECT count(*) FROM camera_spells WHERE camera = $1 AND until = 0 AND state = $2 "
		"AND reason = $3",
		t->id, t->state, t->reason));
	if (same)
		return OK;
	TRY(db_run(rq,
		"UPDATE camera_spells SET until = CASE WHEN since < $2 THEN $2 ELSE since END "
		"WHERE camera = $1 AND until = 0",
		t->id, t->since));
	return db_run(rq,
		"INSERT INTO camera_spells (id, camera, state, reason, since, until) VALUES ($1, "
		"$2, $3, $4, $5, 0)",
		id_new(), t->id, t->state, t->reason, t->since);
}

static enum err status_put(struct req *rq, const struct node *c)
{
	struct told t = { .id = node_int(c, "id", 0),
		.since = node_int(c, "since", 0),
		.last_frame = node_int(c, "last_frame", 0),
		.state = node_text(c, "state", ""),
		.reason = node_text(c, "reason", "") };
	int64_t there;

	TRY(db_int(rq, &there, "SELECT count(*) FROM cameras WHERE id = $1", t.id));
	if (!there) /* deleted meanwhile, a sub stream, or not ours: the list tells the worker */
		return OK;
	if (t.since <= 0 || t.since > rq->now)
		t.since = rq->now;
	TRY(spell_note(rq, &t));
	return db_run(rq,
		"INSERT INTO camera_status (camera, state, since, reason, width, height, codec, "
		"last_frame, reported_at)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (camera) DO UPDATE SET "
		"state = excluded.state,"
		/* dark since it first was: a worker that starts anew does not know */
		" since = CASE WHEN camera_status.state <> 'live' AND excluded.state <> 'live' AND "
		"camera_status.since > 0 AND camera_status.since < excluded.since THEN "
		"camera_status.since ELSE excluded.since END, reason = excluded.reason, width = "
		"excluded.width, height = excluded.height,"
		" codec = excluded.codec, last_frame = excluded.last_frame, reported_at = "
		"excluded.reported_at",
		t.id, t.state, t.since, t.reason, node_int(c, "width", 0), node_int(c, "height", 0),
		node_text(c, "codec", ""), t.last_frame, rq->now);
}

enum err internal_status(struct req *rq)
{
	struct node *n;

	TRY(body_json(rq, &n));
	NODE_EACH (c, node_find(n, "cameras"))
		TRY(status_put(rq, c));
	return reply_text(rq, "application/json", "{}");
}
