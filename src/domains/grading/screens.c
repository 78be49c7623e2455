/* Screens: grades by town and the latest changes; operators by scheme and value; every scale of an
 * operator and why, now or on a past day. */
#include "domains/grading/grading.h"

#include <string.h>

enum { LATEST = 50, HISTORY = 50, DETERMINATIONS = 200 };

struct town_row {
	int64_t id;
	const char *town;
	int64_t green, yellow, red, none, total;
};
struct change_row {
	int64_t operator, at;
	const char *name, *town, *from_letter, *letter, *colour;
};

static const struct model town_model = MODEL("grades", struct town_row,
	FIELDS(STORED(struct town_row, id, .as = AS_ID), STORED(struct town_row, town),
		STORED(struct town_row, green), STORED(struct town_row, yellow),
		STORED(struct town_row, red), STORED(struct town_row, none),
		STORED(struct town_row, total)));

static const struct model change_row_model = MODEL("grade_history", struct change_row,
	FIELDS(STORED(struct change_row, operator, .as = AS_ID),
		STORED(struct change_row, at, .as = AS_TIME), STORED(struct change_row, name),
		STORED(struct change_row, town), STORED(struct change_row, from_letter),
		STORED(struct change_row, letter), STORED(struct change_row, colour)));

struct words {
	const char *colour, *with_letter, *beside_letter;
};

static const struct words *words_of(const char *colour)
{
	static const struct words all[] = {
		{ "green", "A good", "Good" },
		{ "yellow", "B fair", "Fair" },
		{ "red", "C poor", "Poor" },
		{ "none", "Not graded yet", "Not graded yet" },
	};
	for (size_t i = 0; i < 3; i++)
		if (strcmp(all[i].colour, colour) == 0)
			return &all[i];
	return &all[3];
}

static void put_labels(struct req *rq, struct node *list)
{
	for (struct node *n = list->first; n; n = n->next)
		put_text(n, "label", tr(rq, words_of(node_text(n, "colour", ""))->beside_letter))
			->hidden = true;
}

static void put_tiles(struct req *rq, const struct list *towns)
{
	static const char *const names[] = { "green", "yellow", "red", "none" };
	int64_t sum[4] = { 0 };
	struct node *tiles = put_list(rq->view, "tiles");

	for (const struct town_row *t = LIST_OF(struct town_row, towns);
		t < LIST_END(struct town_row, towns); t++) {
		sum[0] += t->green;
		sum[1] += t->yellow;
		sum[2] += t->red;
		sum[3] += t->none;
	}
	for (int i = 0; i < 4; i++) {
		struct node *n = put_map(tiles, NULL);
		put_text(n, "label", tr(rq, words_of(names[i])->with_letter));
		put_int(n, "value", sum[i]);
		put_text(n, "tone", i < 3 ? names[i] : "")->hidden = true;
		put_text(n, "unit", "")->hidden = true;
		put_text(n, "note", "")->hidden = true;
		put_text(n, "count", "")->hidden = true;
		put_printf(n, "href", "/operators?colour=%s", names[i]);
	}
}

enum err grade_overview(struct req *rq)
{
	struct list towns, latest;

	TRY(db_all(rq, &town_model, &towns,
		"SELECT a.id, CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS "
		"town,"
		" sum(CASE WHEN g.colour = 'green' THEN 1 ELSE 0 END) AS green,"
		" sum(CASE WHEN g.colour = 'yellow' THEN 1 ELSE 0 END) AS yellow,"
		" sum(CASE WHEN g.colour = 'red' THEN 1 ELSE 0 END) AS red,"
		" sum(CASE WHEN coalesce(g.colour, 'none') = 'none' THEN 1 ELSE 0 END) AS none, "
		"count(*) AS total"
		" FROM pub_operators o JOIN pub_areas a ON a.id = o.area LEFT JOIN grades g ON "
		"g.operator = o.id"
		" WHERE o.state = 'ACTIVE' AND (CAST($2 AS bigint) = 0 OR o.area = $2)"
		" GROUP BY a.id, a.name, a.name_en ORDER BY a.id",
		rq->zh, rq->user->area));
	show_table(rq, "towns", &town_model, &towns);
	put_tiles(rq, &towns);
	TRY(db_all(rq, &change_row_model, &latest,
		"SELECT h.operator, h.at, o.name, CASE WHEN CAST($1 AS bigint) = 1 THEN a.name "
		"ELSE a.name_en END AS town,"
		" h.from_letter, h.letter, h.colour"
		" FROM grade_history h JOIN pub_operators o ON o.id = h.operator JOIN pub_areas a "
		"ON a.id = o.area"
		" WHERE (CAST($2 AS bigint) = 0 OR o.area = $2) ORDER BY h.at DESC, h.id DESC "
		"LIMIT $3",
		rq->zh, rq->user->area, (int)LATEST));
	put_labels(rq, show_list(rq, "latest", &change_row_model, &latest));
	return page(rq, "grading/overview");
}

/* ---- by scheme and value --------------------------------------------------- */
struct value_row {
	int64_t operator;
	const char *name, *town, *kind, *value;
	int64_t points, since;
	const char *rule_version;
};
static const struct model value_row_model = MODEL("pub_scales", struct value_row,
	FIELDS(STORED(struct value_row, operator, .as = AS_ID), STORED(struct value_row, name),
		STORED(struct value_row, town),
		STORED(struct value_row, kind, .choices = business_kinds),
		STORED(struct value_row, value),
		STORED(struct value_row, points, .as = AS_HUNDREDTHS),
		STORED(struct value_row, since, .as = AS_DATE),
		STORED(struct value_row, rule_version)));

struct count_row {
	const char *value;
	int64_t n;
};
static const struct model count_model = MODEL("pub_scales", struct count_row,
	FIELDS(STORED(struct count_row, value), STORED(struct count_row, n)));

static void put_choices(struct req *rq, const char *chosen)
{
	struct node *list = put_list(rq->view, "schemes");

	for (const struct choice *c = scale_schemes; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(c->code, chosen));
	}
	list->hidden = true;
}

static enum err put_counts(struct req *rq, const char *scheme, int64_t area)
{
	struct node *tiles = put_list(rq->view, "tiles");
	struct list l;

	TRY(db_all(rq, &count_model, &l,
		"SELECT s.value, count(*) AS n FROM pub_scales s JOIN pub_operators o ON o.id = "
		"s.operator WHERE s.scheme = $1 AND (CAST($2 AS bigint) = 0 OR o.area = $2) GROUP "
		"BY s.value ORDER BY s.value",
		scheme, area));
	for (const struct count_row *c = LIST_OF(struct count_row, &l);
		c < LIST_END(struct count_row, &l); c++) {
		const struct scale_word *w = scale_word(c->value);
		struct node *n = put_map(tiles, NULL);
		put_text(n, "label", tr(rq, w->text));
		put_int(n, "value", c->n);
		put_text(n, "tone", text_is(w->tone, "neutral") ? "" : w->tone)->hidden = true;
		put_text(n, "unit", "")->hidden = true;
		put_text(n, "note", "")->hidden = true;
		put_text(n, "count", "")->hidden = true;
		put_printf(n, "href", "/grades/scales?scheme=%s&value=%s", scheme, c->value);
	}
	return OK;
}

enum err scale_list(struct req *rq)
{
	struct paging p = paging(rq, 50);
	struct list l;
	const char *scheme = query_text(rq, "scheme"), *value = query_text(rq, "value");
	int64_t area = rq->user->area ? rq->user->area : query_int(rq, "area", 0);
	bool csv = text_is(query_text(rq, "format"), "csv");

	if (!*scheme)
		scheme = "RISK";
	TRY(db_all(rq, &value_row_model, &l,
		"SELECT s.operator, o.name, CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE "
		"a.name_en END AS town, o.kind, s.value, s.points, s.since, s.rule_version FROM "
		"pub_scales s JOIN pub_operators o ON o.id = s.operator JOIN pub_areas a ON a.id "
		"= o.area WHERE s.scheme = $2 AND ($3 = '' OR s.value = $3) AND (CAST($4 AS "
		"bigint) = 0 OR o.area = $4) ORDER BY s.value DESC, s.operator LIMIT $5 OFFSET $6",
		rq->zh, scheme, value, area, csv ? (int64_t)1000000 : p.limit,
		csv ? (int64_t)0 : p.offset));
	if (!csv)
		show_pages(rq, p, &l);
	struct node *rows = show_table(rq, "operators", &value_row_model, &l);
	for (struct node *n = rows->first; n; n = n->next) {
		const struct scale_word *w = scale_word(node_text(n, "value", ""));
		struct node *t = put_map(n, "value_tag");
		t->hidden = true;
		put_text(t, "label", tr(rq, w->text));
		put_text(t, "tone", w->tone);
	}
	put_choices(rq, scheme);
	put_text(rq->view, "scheme", scheme);
	put_text(rq->view, "scheme_text", tr(rq, scheme_text(scheme)));
	put_text(rq->view, "value", value);
	put_text(rq->view, "value_text", *value ? tr(rq, scale_word(value)->text) : "");
	TRY(put_counts(rq, scheme, area));
	return page(rq, "grading/scales");
}

/* ---- one operator ----------------------------------------------------------- */
struct shown { /* a scale as the page shows it, on file or computed */
	const char *scheme, *rule_version, *value, *why;
	int64_t points, since;
};

static struct node *put_scale(struct req *rq, struct node *list, const struct shown *s)
{
	const struct scale_word *w = scale_word(s->value);
	struct node *n = put_map(list, NULL), *tag;

	put_text(n, "scheme", s->scheme);
	put_text(n, "scheme_text", tr(rq, scheme_text(s->scheme)));
	put_text(n, "value", s->value);
	tag = put_map(n, "value_tag");
	tag->hidden = true;
	put_text(tag, "label", tr(rq, w->text));
	put_text(tag, "tone", w->tone);
	put_text(n, "points", points_text(rq->arena, s->points));
	put_text(n, "since", s->since ? date_text(rq->arena, s->since) : "");
	put_text(n, "rule_version", s->rule_version);
	put_reasons(rq, n, s->why);
	return n;
}

static void put_past(struct req *rq, struct node *n, const struct list *l, const char *scheme)
{
	struct node *past = put_list(n, "history");

	for (const struct scale_row *r = LIST_OF(struct scale_row, l);
		r < LIST_END(struct scale_row, l); r++) {
		if (!text_is(r->scheme, scheme))
			continue;
		struct node *h = put_map(past, NULL);
		put_time(h, "at", r->at);
		put_text(h, "value", r->value);
		put_text(h, "value_text", tr(rq, scale_word(r->value)->text))->hidden = true;
		put_text(h, "points", points_text(rq->arena, r->points));
		put_text(h, "rule_version", r->rule_version);
	}
}

/* Those on file, each with its history; a scale that applies no more is in the history only. */
static enum err put_on_file(struct req *rq, bool *any)
{
	struct node *list = put_list(rq->view, "scales");
	struct list l;

	TRY(db_all(rq, &scale_model, &l,
		"SELECT * FROM scales WHERE operator = $1 ORDER BY CASE until WHEN 0 THEN 0 ELSE 1 "
		"END, at DESC, id DESC LIMIT $2",
		rq->id, (int)DETERMINATIONS));
	for (const struct choice *c = scale_schemes; c->code; c++)
		for (const struct scale_row *r = LIST_OF(struct scale_row, &l);
			r < LIST_END(struct scale_row, &l); r++) {
			if (r->until || !text_is(r->scheme, c->code))
				continue;
			struct node *n = put_scale(rq, list,
				&(struct shown){ r->scheme, r->rule_version, r->value, r->why,
					r->points, r->since });
			put_past(rq, n, &l, r->scheme);
		}
	*any = list->first != NULL;
	return OK;
}

/* Computed, not yet on file, or as of a past day. */
static void put_computed(struct req *rq, const struct settling *s)
{
	struct node *list = put_list(rq->view, "scales");

	for (int i = 0; i < s->n_out; i++) {
		const struct scale_outcome *o = &s->out[i];
		put_scale(rq, list,
			&(struct shown){ o->scheme, o->version, o->value,
				lines_json(rq, o->lines, o->n), o->points, 0 });
	}
}

static enum err put_letters_past(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &grade_change_model, &l,
		"SELECT * FROM grade_history WHERE operator = $1 ORDER BY at DESC, id DESC LIMIT "
		"$2",
		rq->id, (int)HISTORY));
	put_labels(rq, show_list(rq, "history", &grade_change_model, &l));
	return OK;
}

static enum err put_letter(struct req *rq, const struct settling *s, bool past)
{
	struct grade g = { .letter = s->letter.letter,
		.colour = s->letter.colour,
		.points = s->letter.points,
		.inspected_at = s->letter.inspected_at,
		.scheme = s->book->shg.scheme,
		.rule_version = s->book->shg.version,
		.why = lines_json(rq, s->letter.lines, s->letter.n) };
	struct list l;

	TRY(db_all(rq, &grade_model, &l, "SELECT * FROM grades WHERE operator = $1", rq->id));
	if (l.n && !past)
		g = *LIST_OF(struct grade, &l);
	put_text(rq->view, "scheme", s->book->shg.title);
	put_text(rq->view, "rule_version", g.rule_version);
	struct node *n = show(rq, "grade", &grade_model, &g);
	put_text(n, "label", tr(rq, words_of(g.colour)->beside_letter));
	put_text(n, "name", "")->hidden = true;
	put_reasons(rq, rq->view, g.why);
	put_flag(rq->view, "may_sign", *g.letter && !past && may(rq, INSPECTION_WRITE))->hidden =
		true;
	return OK;
}

static void put_rights(struct req *rq)
{
	put_flag(rq->view, "may_recompute", may(rq, GRADE_RECOMPUTE))->hidden = true;
	put_flag(rq->view, "may_write", may(rq, INSPECTION_WRITE))->hidden = true;
}

/* The last moment of a past day; 0 when none is asked for. */
static enum err asked_moment(struct req *rq, int64_t *at)
{
	const char *text = query_text(rq, "at");

	*at = 0;
	if (!*text)
		return OK;
	if (!date_parse(text, at))
		return fail(rq, E_INVALID, "Give the day as 2026-11-23.");
	*at += DAY - 1;
	if (*at >= rq->now)
		*at = 0;
	return OK;
}

enum err grade_page(struct req *rq)
{
	struct settling *s = NEW(rq->arena, struct settling);
	const char *name;
	int64_t at;
	bool any = false;

	TRY(asked_moment(rq, &at));
	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", rq->id));
	TRY(grades_replay(rq, rq->id, at ? at : rq->now, s));
	put_printf(rq->view, "operator", "%" PRId64, rq->id);
	put_text(rq->view, "operator_name", name);
	put_text(rq->view, "as_of", at ? date_text(rq->arena, at) : "");
	TRY(put_letter(rq, s, at != 0));
	if (!at)
		TRY(put_on_file(rq, &any));
	if (!any)
		put_computed(rq, s);
	TRY(put_letters_past(rq));
	if (!at)
		TRY(put_rerating(rq, rq->id, s));
	TRY(put_reratings(rq, rq->id));
	put_rights(rq);
	return page(rq, "grading/grade");
}

/* The same for the business itself, without what officers do. */
enum err rerating_my(struct req *rq)
{
	struct settling *s = NEW(rq->arena, struct settling);
	bool any;

	if (!rq->user->entity)
		return fail(rq, E_FORBIDDEN, "This account belongs to no business.");
	rq->id = rq->user->entity;
	TRY(grades_replay(rq, rq->id, rq->now, s));
	TRY(put_letter(rq, s, false));
	TRY(put_on_file(rq, &any));
	if (!any)
		put_computed(rq, s);
	TRY(put_rerating(rq, rq->id, s));
	TRY(put_reratings(rq, rq->id));
	return page(rq, "grading/my");
}

enum err grade_again(struct req *rq)
{
	TRY(scales_settle(rq, rq->id));
	notice(rq, "Computed again.");
	return redirect(rq, "/grades/%" PRId64, rq->id);
}
