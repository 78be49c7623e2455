/* The two addresses the workers talk to. */
#include "domains/cameras/cameras.h"

#include <string.h>

/* ---- for the workers ------------------------------------------------- */
/* Is the code one of those in "a,b,c"? */
static bool watches(const char *watch, const char *code)
{
	size_t n = strlen(code);
	for (const char *s = watch; *s; s += *s == ',') {
		size_t len = strcspn(s, ",");
		if (len == n && memcmp(s, code, n) == 0)
			return true;
		s += len;
	}
	return false;
}

static void put_rules(struct req *rq, struct node *in, const char *watch, const struct node *all)
{
	struct node *list = put_list(in, "rules");
	(void)rq;
	NODE_EACH (r, all) {
		const char *code = node_text(r, "code", "");
		if (!*code || !watches(watch, code))
			continue;
		struct node *o = put_map(list, NULL);
		put_text(o, "code", code);
		put_text(o, "version", node_text(r, "version", ""));
		put_int(o, "threshold", node_int(r, "threshold", 6000));
		put_int(o, "k", node_int(r, "k", 3));
		put_int(o, "n", node_int(r, "n", 5));
		put_int(o, "cooldown_s", node_int(r, "cooldown_s", 600));
		put_int(o, "before_s", node_int(r, "clip_before_s", 8));
		put_int(o, "after_s", node_int(r, "clip_after_s", 5));
	}
}

enum err internal_cameras(struct req *rq)
{
	struct list l;
	const struct node *law;

	TRY(rules(rq, "vision/rules", rq->now, &law));
	TRY(db_all(
		rq, &camera_model, &l, "SELECT * FROM cameras WHERE state = 'open' ORDER BY id"));
	struct node *list = put_list(rq->view, "cameras");
	for (struct camera *c = LIST_OF(struct camera, &l); c < LIST_END(struct camera, &l); c++) {
		struct node *n = put_map(list, NULL);
		put_printf(n, "id", "%" PRId64, c->id);
		put_text(n, "name", c->name);
		put_text(n, "url", c->url);
		put_flag(n, "enabled", true);
		put_text(n, "hours", c->hours);
		put_int(n, "interval_ms", c->interval_ms);
		put_rules(rq, n, c->watch, node_find(law, "rules"));
	}
	return reply_json(rq);
}

static enum err status_put(struct req *rq, const struct node *c)
{
	int64_t id = node_int(c, "id", 0), there;

	TRY(db_int(rq, &there, "SELECT count(*) FROM cameras WHERE id = $1", id));
	if (!there) /* deleted meanwhile, or not ours: the worker learns it from the list */
		return OK;
	return db_run(rq,
		"INSERT INTO camera_status (camera, state, since, reason, width, height, codec, "
		"last_frame, reported_at)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (camera) DO UPDATE SET "
		"state = excluded.state,"
		" since = excluded.since, reason = excluded.reason, width = excluded.width, height "
		"= excluded.height,"
		" codec = excluded.codec, last_frame = excluded.last_frame, reported_at = "
		"excluded.reported_at",
		id, node_text(c, "state", ""), node_int(c, "since", 0), node_text(c, "reason", ""),
		node_int(c, "width", 0), node_int(c, "height", 0), node_text(c, "codec", ""),
		node_int(c, "last_frame", 0), rq->now);
}

enum err internal_status(struct req *rq)
{
	struct node *n;
	struct fault why = { 0 };
	const char *json = arena_copy(rq->arena, (const char *)rq->http->body.at, rq->http->body.n);

	if (json_parse(
		    rq->arena, (struct bytes){ (const uint8_t *)json, rq->http->body.n }, &n, &why))
		return fail(rq, E_BAD_REQUEST, "The JSON cannot be read: %s", why.text);
	NODE_EACH (c, node_find(n, "cameras"))
		TRY(status_put(rq, c));
	return reply_text(rq, "application/json", "{}");
}
