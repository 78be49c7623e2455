/* The list of operators and its filters; what is typed into its box: find.c. */
#include "domains/entities/find.h"
#include "domains/entities/labels.h"

static const struct choice colours[] = {
	{ "green", "A good", "green" },
	{ "yellow", "B fair", "yellow" },
	{ "red", "C poor", "red" },
	{ "none", "Not graded yet", "neutral" },
	{ NULL },
};

const struct model operator_row_model = MODEL("operators", struct operator_row,
	FIELDS(STORED(struct operator_row, id, .as = AS_ID), STORED(struct operator_row, name),
		STORED(struct operator_row, uscc), STORED(struct operator_row, licence_no),
		STORED(struct operator_row, licence_valid_to, .as = AS_DATE),
		STORED(struct operator_row, kind, .choices = operator_kinds),
		STORED(struct operator_row, address), STORED(struct operator_row, town),
		STORED(struct operator_row, phone),
		STORED(struct operator_row, state, .choices = operator_states),
		STORED(struct operator_row, colour, .choices = colours),
		STORED(struct operator_row, letter), STORED(struct operator_row, complete),
		STORED(struct operator_row, code, .as = AS_SECRET),
		STORED(struct operator_row, search, .as = AS_SECRET)));

enum { PAGE_ROWS = 50 };

/* Select options for a name of the query, at its plural; the first one, with an empty value, is
 * all. */
static void put_options(
	struct req *rq, const char *name, const struct choice *choices, const char *all)
{
	const char *chosen = query_text(rq, name);
	struct node *list = put_list(rq->view, arena_printf(rq->arena, "%ss", name)), *n;

	list->hidden = true;
	n = put_map(list, NULL);
	put_text(n, "value", "");
	put_text(n, "label", all);
	put_flag(n, "selected", !*chosen);
	for (; choices->code; choices++) {
		n = put_map(list, NULL);
		put_text(n, "value", choices->code);
		put_text(n, "label", tr(rq, choices->label));
		put_flag(n, "selected", text_is(chosen, choices->code));
	}
}

static enum err put_filters(struct req *rq, int64_t town)
{
	struct node *towns = put_list(rq->view, "towns");

	towns->hidden = true;
	TRY(put_towns(rq, towns, town, tr(rq, "All towns")));
	put_options(rq, "kind", operator_kinds, tr(rq, "All kinds"));
	put_options(rq, "colour", colours, tr(rq, "All colours"));
	put_text(rq->view, "q", query_text(rq, "q"));
	return OK;
}

/* What partials/tricode_small needs of each row. */
static void put_codes(struct req *rq, struct node *list)
{
	for (struct node *n = list->first; n; n = n->next) {
		put_text(n, "label", tr(rq, label_of(grade_words, node_text(n, "colour", "none"))))
			->hidden = true;
		if (node_int(n, "complete", -1) < 0)
			put_text(n, "complete", "");
		else
			put_printf(n, "complete", "%" PRId64, node_int(n, "complete", 0));
		put_flag(n, "closed", text_is(node_text(n, "state", ""), "CLOSED"))->hidden = true;
	}
}

/* Without a word to look for: in the order of names. */
static enum err list_by_name(struct req *rq, const struct find *f, struct paging p, struct list *l)
{
	return db_all(rq, &operator_row_model, l,
		"SELECT o.id, o.name, o.uscc, o.licence_no, o.licence_valid_to, o.kind, o.address,"
		" CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS town, "
		"o.phone, o.state,"
		" coalesce(g.colour, 'none') AS colour, coalesce(g.letter, '') AS letter, o.code,"
		" o.search, coalesce(c.percent, -1) AS complete"
		" FROM operators o JOIN areas a ON a.id = o.area LEFT JOIN pub_grades g ON "
		"g.operator = o.id LEFT JOIN file_completeness c ON c.operator = o.id"
		" WHERE (CAST($2 AS bigint) = 0 OR o.area = $2) AND ($3 = '' OR o.kind = $3)"
		" AND ($4 = '' OR coalesce(g.colour, 'none') = $4)"
		" ORDER BY o.name, o.id LIMIT $5 OFFSET $6",
		rq->zh, f->town, f->kind, f->colour, p.limit, p.offset);
}

enum err operator_list(struct req *rq)
{
	struct paging p = paging(rq, PAGE_ROWS);
	struct find f = { .q = text_trim(rq->arena, query_text(rq, "q")),
		.town = rq->user->area ? rq->user->area : query_int(rq, "area", 0),
		.kind = query_text(rq, "kind"),
		.colour = query_text(rq, "colour") };
	struct list found;

	if (*f.q)
		TRY(find_operators(rq, &f, p, &found));
	else
		TRY(list_by_name(rq, &f, p, &found));
	show_pages(rq, p, &found);
	put_codes(rq, show_table(rq, "operators", &operator_row_model, &found));
	TRY(put_filters(rq, f.town));
	put_flag(rq->view, "cut", f.cut);
	put_flag(rq->view, "may_write", may(rq, OPERATOR_WRITE))->hidden = true;
	put_flag(rq->view, "may_import", may(rq, OPERATOR_IMPORT))->hidden = true;
	return page(rq, "entities/list");
}
