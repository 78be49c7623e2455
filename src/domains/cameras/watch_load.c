/* How the vision workers keep up: what each of them reports, and the page that shows it. */
#include "domains/cameras/cameras.h"

#include <string.h>

enum { SILENT_MS = 30 * SECOND, NODES_MAX = 64, UNABLE_MAX = 400 };

struct load_row {
	const char *node;
	int64_t seen_at, cameras, looks, gated, busy, stretch, late;
	const char *unable; /* codes of rules, "a,b" */
};
static const struct model load_model = MODEL("vision_nodes", struct load_row,
	FIELDS(STORED(struct load_row, node), STORED(struct load_row, seen_at, .as = AS_TIME),
		STORED(struct load_row, cameras),
		STORED(struct load_row, looks, .as = AS_HUNDREDTHS),
		STORED(struct load_row, gated, .as = AS_HUNDREDTHS),
		STORED(struct load_row, busy, .as = AS_HUNDREDTHS),
		STORED(struct load_row, stretch, .as = AS_HUNDREDTHS),
		STORED(struct load_row, late), STORED(struct load_row, unable)));

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

/* Codes with commas between them, or nothing. */
static bool codes_ok(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyz_,") == strlen(s) && strlen(s) <= UNABLE_MAX;
}

static bool sane(int64_t v)
{
	return v >= 0 && v <= INT32_MAX;
}

enum err vision_status(struct req *rq)
{
	const char *node = form_text(rq, "node"), *unable = form_text(rq, "unable");
	int64_t count = form_int(rq, "cameras", -1), looks = form_int(rq, "looks", -1),
		gated = form_int(rq, "gated", -1), busy = form_int(rq, "busy", -1),
		stretch = form_int(rq, "stretch", -1), late = form_int(rq, "late", -1), known;

	if (!node_ok(node) || !sane(count) || !sane(looks) || !sane(gated) || !sane(busy) ||
		!sane(stretch) || !sane(late) || !codes_ok(unable))
		return fail(rq, E_INVALID, "The report is incomplete.");
	TRY(db_int(rq, &known, "SELECT count(*) FROM vision_nodes WHERE node <> $1", node));
	if (known >= NODES_MAX)
		TRY(db_run(rq, "DELETE FROM vision_nodes WHERE seen_at < $1", rq->now - DAY));
	TRY(db_run(rq,
		"INSERT INTO vision_nodes (node, seen_at, cameras, looks, gated, busy, stretch, "
		"late, unable) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (node) DO "
		"UPDATE SET "
		"seen_at = excluded.seen_at, cameras = excluded.cameras, looks = excluded.looks, "
		"gated = excluded.gated, busy = excluded.busy, stretch = excluded.stretch, "
		"late = excluded.late, unable = excluded.unable",
		node, rq->now, count, looks, gated, busy, stretch, late, unable));
	return reply_text(rq, "application/json", "{}");
}

bool codes_hold(const char *codes, const char *code)
{
	size_t n = strlen(code);
	for (const char *s = codes; *s; s += *s == ',') {
		size_t len = strcspn(s, ",");
		if (len == n && memcmp(s, code, n) == 0)
			return true;
		s += len;
	}
	return false;
}

enum err vision_unable(struct req *rq, const char **codes)
{
	struct list l;
	struct buf b = { .arena = rq->arena };

	TRY(db_all(rq, &load_model, &l,
		"SELECT * FROM vision_nodes WHERE seen_at >= $1 AND unable <> '' ORDER BY node",
		rq->now - SILENT_MS));
	for (struct load_row *r = LIST_OF(struct load_row, &l); r < LIST_END(struct load_row, &l);
		r++)
		buf_printf(&b, "%s%s", b.n ? "," : "", r->unable);
	*codes = b.n ? buf_text(&b) : "";
	return OK;
}

/* Which rules no model is there for, by name, a line a machine. */
static void put_unable(struct req *rq, const struct list *l)
{
	struct node *list = put_list(rq->view, "unable");
	list->hidden = true;
	for (struct load_row *r = LIST_OF(struct load_row, l); r < LIST_END(struct load_row, l);
		r++) {
		struct buf names = { .arena = rq->arena };
		for (const struct choice *c = rule_names; c->code; c++)
			if (codes_hold(r->unable, c->code))
				buf_printf(&names, "%s%s", names.n ? rq->zh ? "、" : ", " : "",
					tr(rq, c->label));
		if (!names.n)
			continue;
		struct node *n = put_map(list, NULL);
		put_text(n, "node", r->node);
		put_text(n, "names", buf_text(&names));
	}
}

enum err watch_load(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &load_model, &l,
		"SELECT node, seen_at, cameras, looks, gated, busy, stretch, late, unable FROM "
		"vision_nodes ORDER BY node"));
	show_table(rq, "nodes", &load_model, &l);
	bool late = false, silent = false;
	for (struct load_row *r = LIST_OF(struct load_row, &l); r < LIST_END(struct load_row, &l);
		r++) {
		silent = silent || r->seen_at < rq->now - SILENT_MS;
		late = late || r->stretch > 11000;
	}
	put_unable(rq, &l);
	put_flag(rq->view, "late", late);
	put_flag(rq->view, "silent", silent);
	return page(rq, "cameras/load");
}
