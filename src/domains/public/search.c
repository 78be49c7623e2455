/* Screens: search, and the open data behind it. */
#include "domains/public/find.h"

enum { FOUND_ROWS = 30, DATA_ROWS = 100 };

/* What partials/tricode_small needs of each row. */
static void put_labels(struct req *rq, struct node *list)
{
	for (struct node *n = list->first; n; n = n->next)
		put_text(n, "label",
			tr(rq, choice_label(colour_words, node_text(n, "colour", "none"))));
}

static enum err to_code(struct req *rq, const char *code, bool *sent)
{
	int64_t there = 0;

	*sent = false;
	if (!*code)
		return OK;
	TRY(db_int(rq, &there, "SELECT count(*) FROM pub_operators WHERE code = $1", code));
	*sent = there > 0;
	return there ? redirect(rq, "/p/%s", code) : OK;
}

static enum err find(struct req *rq, const char *q)
{
	struct public_question x = { .q = q, .p = paging(rq, FOUND_ROWS) };
	struct list l;

	TRY(public_find(rq, &x, &l));
	TRY(publish(rq, &(struct publication){ "operator", &found_model }, &l));
	show_pages(rq, x.p, &l);
	put_labels(rq, show_list(rq, "results", &found_model, &l));
	put_flag(rq->view, "cut", x.cut);
	return OK;
}

enum err public_search(struct req *rq)
{
	const char *q = query_text(rq, "q");
	bool sent = false, wrong = !search_fits(rq->arena, q);

	TRY(to_code(rq, operator_code(rq->arena, q), &sent));
	if (sent)
		return OK;
	open_page(rq, CACHE_PAGE);
	put_text(rq->view, "q", q);
	put_flag(rq->view, "searched", !wrong);
	put_text(rq->view, "wrong",
		*q && wrong ? tr(rq, "Type 2 to 60 characters of the name or address.") : "");
	if (!wrong)
		TRY(find(rq, q));
	else
		put_list(rq->view, "results");
	return page(rq, "public/search");
}

/* ---- open data ----------------------------------------------------------------------------- */
struct open_row {
	const char *name, *licence_no;
	int64_t licence_valid_to;
	const char *kind, *address, *town, *letter, *colour;
	int64_t graded_since, last_inspection;
	const char *code;
};
static const struct model open_model = MODEL("open-data", struct open_row,
	FIELDS(STORED(struct open_row, name), STORED(struct open_row, licence_no),
		STORED(struct open_row, licence_valid_to, .as = AS_DATE),
		STORED(struct open_row, kind, .choices = kind_words),
		STORED(struct open_row, address), STORED(struct open_row, town),
		STORED(struct open_row, letter), STORED(struct open_row, colour),
		STORED(struct open_row, graded_since, .as = AS_DATE),
		STORED(struct open_row, last_inspection, .as = AS_DATE),
		STORED(struct open_row, code)));

enum err public_data(struct req *rq)
{
	struct paging p = paging(rq, DATA_ROWS);
	struct list l;

	TRY(db_all(rq, &open_model, &l,
		"SELECT o.name, o.licence_no, o.licence_valid_to, o.kind, o.address,"
		" CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS town,"
		" coalesce(g.letter, '') AS letter, coalesce(g.colour, 'none') AS colour,"
		" CASE WHEN coalesce(g.letter, '') = '' THEN 0 ELSE g.since END AS graded_since,"
		" coalesce((SELECT max(i.inspected_at) FROM pub_inspections i"
		" WHERE i.operator = o.id AND i.published_at > 0), 0) AS last_inspection, o.code"
		" FROM pub_operators o JOIN pub_areas a ON a.id = o.area"
		" LEFT JOIN pub_grades g ON g.operator = o.id"
		" WHERE o.state = 'ACTIVE' ORDER BY o.name, o.id LIMIT $2 OFFSET $3",
		rq->zh, p.limit, p.offset));
	TRY(publish(rq, &(struct publication){ "operator", &open_model }, &l));
	open_page(rq, CACHE_DATA);
	show_pages(rq, p, &l);
	put_labels(rq, show_table(rq, "operators", &open_model, &l));
	return page(rq, "public/open_data");
}
