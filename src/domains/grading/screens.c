/* Screens: grades by town, the latest changes, and why an operator has its colour. */
#include "domains/grading/grading.h"

#include <string.h>

enum { LATEST = 50, HISTORY = 50 };

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

/* ---- why ------------------------------------------------------------------- */
static const char *value_text(struct req *rq, const char *value)
{
	static const char *const words[][2] = {
		{ "CONFORM", "Conforms" },
		{ "BASIC_CONFORM", "Conforms in the main" },
		{ "NOT_CONFORM", "Does not conform" },
		{ "PEN_WARN", "Warning" },
		{ "PEN_FINE", "Fine" },
		{ "PEN_CONFISCATE", "Confiscation" },
		{ "PEN_STOP", "Order to stop business" },
		{ "PEN_REVOKE", "Licence revoked" },
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i][0], value) == 0)
			return tr(rq, words[i][1]);
	return value;
}

static const char *colour_of(const struct grade_rules *r, const char *letter)
{
	for (int i = 0; i < r->n_letters; i++)
		if (strcmp(r->letters[i].letter, letter) == 0)
			return r->letters[i].colour;
	return "none";
}

static void put_line(
	struct req *rq, struct node *list, const struct grade_rules *r, const struct node *l)
{
	const char *key = node_text(l, "key", ""), *effect = node_text(l, "effect", "");
	int64_t at = node_int(l, "at", 0), until = node_int(l, "until", 0);
	struct node *n = put_map(list, NULL);

	put_text(n, "key", key);
	put_text(n, "text", tr(rq, grade_line_text(key)));
	put_text(n, "value",
		text_is(key, "not_covered") ? "" : value_text(rq, node_text(l, "value", "")));
	put_text(n, "effect", effect);
	put_text(n, "colour", colour_of(r, effect));
	put_text(n, "letter", effect)->hidden = true;
	put_text(n, "label", *effect ? tr(rq, words_of(colour_of(r, effect))->beside_letter) : "")
		->hidden = true;
	put_text(n, "day", at ? date_text(rq->arena, at) : "");
	/* the moment it ends is the midnight after its last day */
	put_text(n, "last_day", until ? date_text(rq->arena, until - DAY) : "");
	put_text(n, "source", node_text(l, "source", ""));
}

static enum err put_why(struct req *rq, const struct grade_rules *r, const char *why)
{
	struct node *list = put_list(rq->view, "why"), *lines;
	struct fault f = { 0 };

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)why, strlen(why) }, &lines, &f))
		return fail(rq, E_INTERNAL, "The reasons on record are not readable: %s", f.text);
	NODE_EACH (l, lines)
		put_line(rq, list, r, l);
	return OK;
}

static enum err put_history(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &grade_change_model, &l,
		"SELECT * FROM grade_history WHERE operator = $1 ORDER BY at DESC, id DESC LIMIT "
		"$2",
		rq->id, (int)HISTORY));
	put_labels(rq, show_list(rq, "history", &grade_change_model, &l));
	return OK;
}

enum err grade_page(struct req *rq)
{
	struct grade g = { .letter = "", .colour = "none", .scheme = "", .rule_version = "" };
	struct grade_outcome o;
	struct grade_rules r;
	struct list l;
	const char *name;

	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", rq->id));
	TRY(grade_outcome_of(rq, rq->id, &r, &o));
	TRY(db_all(rq, &grade_model, &l, "SELECT * FROM grades WHERE operator = $1", rq->id));
	if (l.n)
		g = *LIST_OF(struct grade, &l);
	else
		g.why = grade_why(rq, &o);
	put_printf(rq->view, "operator", "%" PRId64, rq->id);
	put_text(rq->view, "operator_name", name);
	put_text(rq->view, "scheme", r.title);
	put_text(rq->view, "rule_version", l.n ? g.rule_version : r.version);
	struct node *n = show(rq, "grade", &grade_model, &g);
	put_text(n, "label", tr(rq, words_of(g.colour)->beside_letter));
	put_text(n, "name", "")->hidden = true;
	TRY(put_why(rq, &r, g.why));
	TRY(put_history(rq));
	put_flag(rq->view, "may_recompute", may(rq, GRADE_RECOMPUTE))->hidden = true;
	return page(rq, "grading/grade");
}

enum err grade_again(struct req *rq)
{
	TRY(grade_recompute(rq, rq->id));
	notice(rq, "Computed again.");
	return redirect(rq, "/grades/%" PRId64, rq->id);
}
