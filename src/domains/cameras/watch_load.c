/* How the vision workers keep up: what each of them reports, and the page that shows it. */
#include "domains/cameras/cameras.h"

enum { SILENT_MS = 30 * SECOND, NODES_MAX = 64 };

struct load_row {
	const char *node;
	int64_t seen_at, cameras, looks, gated, busy, stretch, late;
};
static const struct model load_model = MODEL("vision_nodes", struct load_row,
	FIELDS(STORED(struct load_row, node), STORED(struct load_row, seen_at, .as = AS_TIME),
		STORED(struct load_row, cameras),
		STORED(struct load_row, looks, .as = AS_HUNDREDTHS),
		STORED(struct load_row, gated, .as = AS_HUNDREDTHS),
		STORED(struct load_row, busy, .as = AS_HUNDREDTHS),
		STORED(struct load_row, stretch, .as = AS_HUNDREDTHS),
		STORED(struct load_row, late)));

/* 1 to 40 of 0-9 a-z A-Z - _ . */
static bool node_ok(const char *s)
{
	size_t n = 0;
	for (; s[n]; n++)
		if (n == 40 || !((s[n] >= '0' && s[n] <= '9') || (s[n] >= 'a' && s[n] <= 'z') ||
				       (s[n] >= 'A' && s[n] <= 'Z') || s[n] == '-' || s[n] == '_' ||
				       s[n] == '.'))
			return false;
	return n > 0;
}

static bool sane(int64_t v)
{
	return v >= 0 && v <= INT32_MAX;
}

enum err vision_status(struct req *rq)
{
	const char *node = form_text(rq, "node");
	int64_t count = form_int(rq, "cameras", -1), looks = form_int(rq, "looks", -1),
		gated = form_int(rq, "gated", -1), busy = form_int(rq, "busy", -1),
		stretch = form_int(rq, "stretch", -1), late = form_int(rq, "late", -1), known;

	if (!node_ok(node) || !sane(count) || !sane(looks) || !sane(gated) || !sane(busy) ||
		!sane(stretch) || !sane(late))
		return fail(rq, E_INVALID, "The report is incomplete.");
	TRY(db_int(rq, &known, "SELECT count(*) FROM vision_nodes WHERE node <> $1", node));
	if (known >= NODES_MAX)
		TRY(db_run(rq, "DELETE FROM vision_nodes WHERE seen_at < $1", rq->now - DAY));
	TRY(db_run(rq,
		"INSERT INTO vision_nodes (node, seen_at, cameras, looks, gated, busy, stretch, "
		"late) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (node) DO UPDATE SET "
		"seen_at = excluded.seen_at, cameras = excluded.cameras, looks = excluded.looks, "
		"gated = excluded.gated, busy = excluded.busy, stretch = excluded.stretch, "
		"late = excluded.late",
		node, rq->now, count, looks, gated, busy, stretch, late));
	return reply_text(rq, "application/json", "{}");
}

enum err watch_load(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &load_model, &l,
		"SELECT node, seen_at, cameras, looks, gated, busy, stretch, late FROM "
		"vision_nodes ORDER BY node"));
	show_table(rq, "nodes", &load_model, &l);
	bool late = false, silent = false;
	for (struct load_row *r = LIST_OF(struct load_row, &l); r < LIST_END(struct load_row, &l);
		r++) {
		silent = silent || r->seen_at < rq->now - SILENT_MS;
		late = late || r->stretch > 11000;
	}
	put_flag(rq->view, "late", late);
	put_flag(rq->view, "silent", silent);
	return page(rq, "cameras/load");
}
