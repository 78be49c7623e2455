/* Screens: the list, one inspection, publication. */
#include "contracts/facts.h"
#include "domains/inspections/protocol.h"

#include <string.h>

enum { PAGE_ROWS = 50 };

struct inspection_row {
	int64_t id, inspected_at;
	const char *operator_name, *town, *kind, *result;
	int64_t score;
	int key_failed, general_failed;
	int64_t published_at, operator;
};

static const struct model inspection_row_model = MODEL("inspections", struct inspection_row,
	FIELDS(STORED(struct inspection_row, id, .as = AS_ID),
		STORED(struct inspection_row, inspected_at, .as = AS_DATE),
		STORED(struct inspection_row, operator, .as = AS_ID),
		STORED(struct inspection_row, operator_name), STORED(struct inspection_row, town),
		STORED(struct inspection_row, kind, .choices = inspection_kinds),
		STORED(struct inspection_row, result, .choices = inspection_results),
		STORED(struct inspection_row, score, .as = AS_HUNDREDTHS),
		STORED(struct inspection_row, key_failed),
		STORED(struct inspection_row, general_failed),
		STORED(struct inspection_row, published_at, .as = AS_DATE)));

static void put_options(struct req *rq, const char *name, const struct choice *c, const char *all)
{
	const char *chosen = query_text(rq, name);
	struct node *list = put_list(rq->view, arena_printf(rq->arena, "%ss", name)),
		    *n = put_map(list, NULL);

	list->hidden = true;
	put_text(n, "value", "");
	put_text(n, "label", all);
	put_flag(n, "selected", false);
	for (; c->code; c++) {
		n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(chosen, c->code));
	}
}

enum err inspection_list(struct req *rq)
{
	struct paging p = paging(rq, PAGE_ROWS);
	struct list l;

	TRY(db_all(rq, &inspection_row_model, &l,
		"SELECT i.id, i.inspected_at, i.operator, o.name AS operator_name,"
		" CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS town,"
		" i.kind, i.result, i.score, i.key_failed, i.general_failed, i.published_at"
		" FROM inspections i JOIN pub_operators o ON o.id = i.operator JOIN pub_areas a ON "
		"a.id = o.area"
		" WHERE (CAST($2 AS bigint) = 0 OR o.area = $2) AND ($3 = '' OR i.result = $3)"
		" AND ($4 = '' OR i.kind = $4) AND (CAST($5 AS bigint) = 0 OR i.operator = $5)"
		" ORDER BY i.inspected_at DESC, i.id DESC LIMIT $6 OFFSET $7",
		rq->zh, rq->user->area, query_text(rq, "result"), query_text(rq, "kind"),
		query_int(rq, "operator", 0), p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "inspections", &inspection_row_model, &l);
	put_options(rq, "result", inspection_results, tr(rq, "All results"));
	put_options(rq, "kind", inspection_kinds, tr(rq, "All kinds"));
	return page(rq, "inspections/list");
}

/* ---- one inspection -------------------------------------------------------- */
static void put_row(struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", label);
	put_text(n, "value", *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

static enum err inspector(struct req *rq, int64_t id, const char **out)
{
	struct rows *r;
	bool more;

	*out = "—";
	TRY(db_query(rq, &r, "SELECT name, card_no FROM pub_users WHERE id = $1", id));
	TRY(rows_next(r, &more));
	if (more)
		*out = arena_printf(rq->arena, "%s %s", rows_text(r, 0), rows_text(r, 1));
	rows_close(r);
	return OK;
}

static enum err put_summary(struct req *rq, const struct inspection *i, const struct check_table *t)
{
	struct node *rows = put_list(rq->view, "rows");
	const char *one, *two;

	rows->hidden = true;
	TRY(inspector(rq, i->inspector1, &one));
	TRY(inspector(rq, i->inspector2, &two));
	put_row(rows, tr(rq, "Day of the inspection"), date_text(rq->arena, i->inspected_at));
	put_row(rows, tr(rq, "Kind of inspection"),
		tr(rq, choice_label(inspection_kinds, i->kind)));
	put_row(rows, tr(rq, "Inspectors"), arena_printf(rq->arena, "%s; %s", one, two));
	put_row(rows, tr(rq, "Check table"),
		arena_printf(rq->arena, "%s (%s)", t->title, i->table_version));
	put_row(rows, tr(rq, "Key items failed"),
		arena_printf(rq->arena, "%d / %d", i->key_failed, i->key_checked));
	put_row(rows, tr(rq, "General items failed"),
		arena_printf(rq->arena, "%d / %d", i->general_failed, i->general_checked));
	put_row(rows, tr(rq, "Not applicable"), arena_printf(rq->arena, "%d", i->not_applicable));
	put_row(rows, tr(rq, "Score (of 10)"),
		arena_printf(
			rq->arena, "%" PRId64 ".%" PRId64, i->score / 100, i->score % 100 / 10));
	put_row(rows, tr(rq, "Handling"), tr(rq, choice_label(inspection_handlings, i->handling)));
	if (i->correct_by)
		put_row(rows, tr(rq, "To correct by"), date_text(rq->arena, i->correct_by));
	put_row(rows, tr(rq, "Remarks"), i->remarks);
	put_row(rows, tr(rq, "Published"),
		i->published_at ? time_text(rq->arena, i->published_at) : tr(rq, "Held back"));
	return OK;
}

static enum err put_items(struct req *rq, const struct inspection *i, const struct check_table *t)
{
	static const char *const labels[] = { "Not checked", "Passed", "Failed", "Not applicable" };
	static const char *const tones[] = { "neutral", "green", "red", "neutral" };
	struct node *list = put_list(rq->view, "items");
	uint8_t answers[MAX_ITEMS];

	TRY(answers_of(rq, t, i->items, answers));
	for (int k = 0; k < t->n; k++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "no", t->items[k].no);
		put_text(n, "text",
			rq->zh || !*t->items[k].text_en ? t->items[k].text : t->items[k].text_en);
		put_flag(n, "key", t->items[k].key);
		put_text(n, "label", tr(rq, labels[answers[k]]));
		put_text(n, "tone", tones[answers[k]]);
	}
	return OK;
}

enum err inspection_detail(struct req *rq)
{
	struct inspection i;
	struct check_table t;
	const char *name;

	TRY(db_one(rq, &inspection_model, &i, "SELECT * FROM inspections WHERE id = $1", rq->id));
	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", i.operator));
	TRY(table_version_load(rq, i.table_id, i.table_version, &t));
	show(rq, "inspection", &inspection_model, &i);
	put_text(rq->view, "name", name);
	put_printf(rq->view, "path", "/inspections/%" PRId64, i.id);
	TRY(put_summary(rq, &i, &t));
	TRY(put_items(rq, &i, &t));
	TRY(put_record(rq, &i, &t));
	put_flag(rq->view, "may_publish", may(rq, INSPECTION_WRITE) && !i.published_at)->hidden =
		true;
	return page(rq, "inspections/inspection");
}

enum err inspection_publish(struct req *rq)
{
	struct inspection i;

	TRY(db_one(rq, &inspection_model, &i, "SELECT * FROM inspections WHERE id = $1", rq->id));
	if (i.published_at)
		return fail(rq, E_CONFLICT, "This result is published already.");
	i.published_at = rq->now;
	TRY(db_update(rq, &inspection_model, &i));
	TRY(emit(rq, .name = INSPECTION_PUBLISHED, .subject = i.id, .entity = i.operator));
	notice(rq, "Published.");
	return redirect(rq, "/inspections/%" PRId64, i.id);
}
