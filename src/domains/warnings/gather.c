/* What the other rooms know, rule by rule: each sort is one query, and a loop that adds causes. */
#include "domains/warnings/warnings.h"

#include <string.h>

int64_t midnight_of(int64_t ms)
{
	return ms - ((ms + 8 * HOUR) % DAY);
}

enum err laws_load(struct req *rq, struct gathered *g)
{
	g->today = midnight_of(rq->now);
	TRY(rules(rq, "warnings/rules", rq->now, &g->law));
	TRY(rules(rq, "warnings/seasons", rq->now, &g->seasons));
	g->version = node_text(g->law, "version", "");
	g->n_rules = warning_rules(g->law, g->seasons, g->today, g->rules);
	return OK;
}

void cause_add(struct req *rq, struct gathered *g, const struct cause *c)
{
	if (g->n == g->room) {
		size_t room = g->room ? g->room * 2 : 256;
		struct cause *at = NEWS(rq->arena, struct cause, room);
		if (g->n)
			memcpy(at, g->at, g->n * sizeof(*at));
		g->at = at;
		g->room = room;
	}
	g->at[g->n++] = *c;
}

const struct place *place_find(const struct gathered *g, int64_t operator)
{
	size_t low = 0, high = g->n_places;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (g->places[middle].id < operator)
			low = middle + 1;
		else
			high = middle;
	}
	return low < g->n_places && g->places[low].id == operator? &g->places[low] : NULL;
}

static enum err places_load(struct req *rq, struct gathered *g)
{
	struct rows *r;
	int64_t n;
	bool more;

	TRY(db_int(rq, &n,
		"SELECT count(*) FROM pub_operators WHERE state = 'ACTIVE' AND (CAST($1 AS bigint) "
		"= 0 OR id = $1)",
		g->only));
	g->places = NEWS(rq->arena, struct place, (size_t)n + 1);
	g->n_places = 0;
	TRY(db_query(rq, &r,
		"SELECT o.id, o.area, coalesce(p.cell, o.area), o.registered_at, o.kind FROM "
		"pub_operators o LEFT JOIN pub_grid_places p ON p.operator = o.id WHERE o.state = "
		"'ACTIVE' AND (CAST($1 AS bigint) = 0 OR o.id = $1) ORDER BY o.id LIMIT $2",
		g->only, n));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		g->places[g->n_places++] = (struct place){ .id = rows_int(r, 0),
			.area = rows_int(r, 1),
			.cell = rows_int(r, 2),
			.registered_at = rows_int(r, 3),
			.kind = arena_dup(rq->arena, rows_text(r, 4)) };
	}
	rows_close(r);
	return OK;
}

/* What the queries of this file give: the operator, the record, a text, a time. */
struct found {
	int64_t operator, ref;
	const char *what;
	int64_t at;
};
static void found_add(
	struct req *rq, struct gathered *g, const struct rule *rule, const struct found *f)
{
	const struct place *p = place_find(g, f->operator);

	if (!p || !listed(node_find(rule->law, "kinds"), p->kind))
		return;
	struct cause c = { .rule = rule,
		.key = arena_printf(rq->arena, "%" PRId64, f->ref),
		.operator= p->id,
		.area = p->area,
		.cell = p->cell,
		.ref = f->ref,
		.what = f->what,
		.n = days_left(f->at, g->today),
		.at = f->at,
		/* what lasts is raised whenever it is there again */
		.fresh_at = rule->ends_by_task ? f->at : INT64_MAX };
	if (rule->sort == SORT_LICENCE) /* a business may have several */
		c.key = arena_printf(rq->arena, "%" PRId64 ":%s", f->operator, f->what);
	cause_add(rq, g, &c);
}

static enum err each_found(struct req *rq, struct rows *r, struct found *f, bool *more)
{
	TRY(rows_next(r, more));
	if (*more)
		*f = (struct found){ rows_int(r, 0), rows_int(r, 1),
			arena_dup(rq->arena, rows_text(r, 2)), rows_int(r, 3) };
	else
		rows_close(r);
	return OK;
}

/* ---- licences ------------------------------------------------------------------------------ */
/* The one place that knows where licences stand. The licence that a business goes by has the key of
 * the business, whether or not its particulars are filed. */
static enum err licences_query(
	struct req *rq, const struct gathered *g, int64_t to, struct rows **r)
{
	return db_query(rq, r,
		"SELECT l.operator, CASE WHEN l.main = 1 THEN l.operator ELSE l.id END, l.number, "
		"l.valid_until FROM pub_licences l JOIN pub_operators o ON o.id = l.operator WHERE "
		"o.state = 'ACTIVE' AND l.state = 'VALID' AND l.valid_until > 0 AND l.valid_until "
		"< "
		"$2 AND (CAST($1 AS bigint) = 0 OR l.operator = $1)",
		g->only, to);
}

static enum err licence_gather(struct req *rq, struct gathered *g, const struct rule *rule)
{
	struct rows *r;
	struct found f;
	bool more;

	TRY(licences_query(rq, g, g->today + (node_int(rule->law, "to", 0) + 1) * DAY, &r));
	for (;;) {
		TRY(each_found(rq, r, &f, &more));
		if (!more)
			return OK;
		if (day_within(rule->law, f.at, g->today))
			found_add(rq, g, rule, &f);
	}
}

/* ---- cameras ------------------------------------------------------------------------------- */
static enum err camera_gather(struct req *rq, struct gathered *g, const struct rule *rule)
{
	struct rows *r;
	struct found f;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT operator, id, name, since FROM pub_cameras WHERE state = 'open' AND live = "
		"0 AND since > 0 AND since < $2 AND (CAST($1 AS bigint) = 0 OR operator = $1)",
		g->only, rq->now - node_int(rule->law, "hours", 24) * HOUR));
	for (;;) {
		TRY(each_found(rq, r, &f, &more));
		if (!more)
			return OK;
		found_add(rq, g, rule, &f);
	}
}

/* ---- entries of the one file --------------------------------------------------------------- */
/* Who had entries of this kind and has none lately; with since_first false also who never had. */
static enum err missing_gather(struct req *rq, struct gathered *g, const struct rule *rule)
{
	struct rows *r;
	struct found f;
	bool more, first = node_true(rule->law, "since_first");
	int64_t late = g->today - node_int(rule->law, "days", 35) * DAY;
	int64_t *last = NEWS(rq->arena, int64_t, g->n_places + 1);

	TRY(db_query(rq, &r,
		"SELECT operator, operator, '', max(at) FROM pub_file_entries WHERE kind = $2 AND "
		"($3 = '' OR title LIKE $4) AND (CAST($1 AS bigint) = 0 OR operator = $1) GROUP BY "
		"operator",
		g->only, node_text(rule->law, "entry", ""), node_text(rule->law, "word", ""),
		(const char *)arena_printf(rq->arena, "%%%s%%", node_text(rule->law, "word", ""))));
	for (;;) {
		TRY(each_found(rq, r, &f, &more));
		if (!more)
			break;
		const struct place *p = place_find(g, f.operator);
		if (p)
			last[p - g->places] = f.at;
	}
	for (size_t i = 0; i < g->n_places; i++) {
		const struct place *p = &g->places[i];
		if (last[i] >= late || (!last[i] && (first || p->registered_at >= late)))
			continue;
		found_add(rq, g, rule, &(struct found){ p->id, p->id, "", last[i] });
	}
	return OK;
}

/* A test that failed, a collection that was missed: said by a word in the title, or by a record of
 * the room of grading. */
static enum err words_gather(struct req *rq, struct gathered *g, const struct rule *rule)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT operator, id, title, at, kind, 0 FROM pub_file_entries WHERE at > $2 AND "
		"(CAST($1 AS bigint) = 0 OR operator = $1) UNION ALL SELECT operator, id, '', "
		"happened_at, kind, 1 FROM pub_accidents WHERE happened_at > $2 AND (CAST($1 AS "
		"bigint) = 0 OR operator = $1)",
		g->only, g->today - node_int(rule->law, "days", 60) * DAY));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		bool incident = rows_int(r, 5) == 1;
		const struct node *kinds = node_find(rule->law, incident ? "incidents" : "entries");
		const char *title = arena_dup(rq->arena, rows_text(r, 2));
		if (!node_first(kinds) || !listed(kinds, rows_text(r, 4)) ||
			(!incident && !has_word(node_find(rule->law, "words"), title)))
			continue;
		found_add(rq, g, rule,
			&(struct found){ rows_int(r, 0), rows_int(r, 1), title, rows_int(r, 3) });
	}
	rows_close(r);
	return OK;
}

/* The last one of its kind (or of its title) ends, or has ended. */
static enum err expiring_gather(struct req *rq, struct gathered *g, const struct rule *rule)
{
	struct rows *r;
	struct found f;
	bool more;
	const char *word = node_text(rule->law, "word", "");

	TRY(db_query(rq, &r,
		"SELECT e.operator, e.id, e.title, e.until FROM pub_file_entries e WHERE e.kind = "
		"$2 AND e.until > 0 AND e.until < $4 AND (CAST($1 AS bigint) = 0 OR e.operator = "
		"$1) AND NOT EXISTS (SELECT 1 FROM pub_file_entries x WHERE x.operator = "
		"e.operator AND x.kind = e.kind AND (x.until > e.until OR (x.until = e.until AND "
		"x.id > e.id)) AND (CAST($3 AS bigint) = 0 OR x.title = e.title))",
		g->only, node_text(rule->law, "entry", ""),
		(int64_t)node_true(rule->law, "by_title"),
		g->today + (node_int(rule->law, "to", 0) + 1) * DAY));
	for (;;) {
		TRY(each_found(rq, r, &f, &more));
		if (!more)
			return OK;
		if (day_within(rule->law, f.at, g->today) && (!*word || strstr(f.what, word)))
			found_add(rq, g, rule, &f);
	}
}

/* ---- complaints ----------------------------------------------------------------------------- */
/* One of them: where it belongs, and when it came; in the order of group, then newest first. */
struct complaint_at {
	int64_t group, operator, at;
};

struct cluster { /* those of one group */
	const struct complaint_at *at;
	size_t n;
};
/* So many within the days: fresh_at is when the last of them completed it. */
static void cluster_add(
	struct req *rq, struct gathered *g, const struct rule *rule, const struct cluster *of)
{
	const struct complaint_at *c = of->at;
	size_t n = of->n;
	int64_t least = node_int(rule->law, "least", 3);
	const struct place *p = place_find(g, c[0].operator);
	bool cell = text_is(node_text(rule->law, "of", ""), "cell"), several = false;

	for (size_t i = 1; i < n; i++)
		several |= c[i].operator!= c[0].operator;
	if (!p || least < 1 || (int64_t)n < least || (cell && !several))
		return;
	/* of the newest `least` ones the oldest: all of them are newer than what was handled */
	cause_add(rq, g,
		&(struct cause){ .rule = rule,
			.key = arena_printf(rq->arena, "%" PRId64, c[0].group),
			.operator= p->id,
			.area = p->area,
			.cell = p->cell,
			.ref = c[0].group,
			.what = "",
			.n = (int64_t)n,
			.at = midnight_of(c[n - 1].at),
			.fresh_at = c[least - 1].at });
}

static enum err complaints_gather(struct req *rq, struct gathered *g, const struct rule *rule)
{
	struct rows *r;
	bool more, cell = text_is(node_text(rule->law, "of", ""), "cell");
	int64_t since = rq->now - node_int(rule->law, "days", 30) * DAY, n;
	size_t all = 0, first = 0;

	TRY(db_int(rq, &n,
		"SELECT (SELECT count(*) FROM pub_file_entries WHERE kind IN ('complaint', "
		"'report') AND at > $1) + (SELECT count(*) FROM pub_complaints WHERE received_at > "
		"$1)",
		since));
	struct complaint_at *at = NEWS(rq->arena, struct complaint_at, (size_t)n + 1);
	TRY(db_query(rq, &r,
		"SELECT CASE WHEN CAST($2 AS bigint) = 1 THEN coalesce(p.cell, o.area) ELSE o.id "
		"END AS grp, o.id, e.at FROM (SELECT operator, at FROM pub_file_entries WHERE kind "
		"IN ('complaint', 'report') AND at > $1 UNION ALL SELECT operator, received_at "
		"FROM pub_complaints WHERE received_at > $1) e JOIN pub_operators o ON o.id = "
		"e.operator LEFT JOIN pub_grid_places p ON p.operator = o.id WHERE o.state = "
		"'ACTIVE' ORDER BY grp, e.at DESC LIMIT $3",
		since, (int64_t)cell, n));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		at[all++] = (struct complaint_at){ rows_int(r, 0), rows_int(r, 1), rows_int(r, 2) };
	}
	rows_close(r);
	for (size_t i = 1; i <= all; i++)
		if (i == all || at[i].group != at[first].group) {
			cluster_add(rq, g, rule, &(struct cluster){ &at[first], i - first });
			first = i;
		}
	return OK;
}

/* ---- corrections ----------------------------------------------------------------------------- */
static enum err correction_gather(struct req *rq, struct gathered *g, const struct rule *rule)
{
	struct rows *r;
	struct found f;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT operator, id, item, due FROM pub_corrections WHERE state = 'OVERDUE' AND "
		"(CAST($1 AS bigint) = 0 OR operator = $1) UNION ALL SELECT operator, id, '', "
		"correction_due FROM pub_cases WHERE correction_state IN ('ordered', 'refused') "
		"AND correction_due > 0 AND correction_due < $2 AND state NOT IN ('closed', "
		"'not_filed') AND (CAST($1 AS bigint) = 0 OR operator = $1)",
		g->only, rq->now));
	for (;;) {
		TRY(each_found(rq, r, &f, &more));
		if (!more)
			return OK;
		found_add(rq, g, rule, &f);
	}
}

/* ---- all of them ------------------------------------------------------------------------------
 */
typedef enum err gather_fn(struct req *rq, struct gathered *g, const struct rule *rule);
static gather_fn *const gatherers[SORTS] = { licence_gather, camera_gather, missing_gather,
	words_gather, expiring_gather, complaints_gather, correction_gather, season_gather };

enum err causes_gather(struct req *rq, struct gathered *g, const char *code)
{
	TRY(places_load(rq, g));
	for (size_t i = 0; i < g->n_rules; i++)
		if (!code || text_is(g->rules[i].code, code))
			TRY(gatherers[g->rules[i].sort](rq, g, &g->rules[i]));
	return OK;
}
