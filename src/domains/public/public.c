/* 公众可查: what anybody may know of a food business, without an account.
 *
 * Shown: name, address, licence, colour, published inspection results, penalties that the law lets
 * be published. Not shown: telephones, legal persons, a decision of warning only
 * (市场监督管理行政处罚信息公示规定 2), anything of a case that is open.
 */
#include "domains/public/public.h"

#include "core/documents/qr.h"

#include <string.h>

enum { RESULTS = 30, LAST = 5 };

static const struct choice colours[] = {
	{ "green", "Good", "green" },
	{ "yellow", "Fair", "yellow" },
	{ "red", "Poor", "red" },
	{ "", "Not graded yet", "neutral" },
	{ "none", "Not graded yet", "neutral" },
	{ 0 },
};
static const struct choice kinds[] = {
	{ "restaurant_large", "Large restaurant", NULL },
	{ "restaurant_medium", "Medium restaurant", NULL },
	{ "restaurant_small", "Small restaurant", NULL },
	{ "small_caterer", "Small caterer on file", NULL },
	{ "fast_food", "Fast-food shop", NULL },
	{ "snack", "Snack shop", NULL },
	{ "drink_shop", "Drink shop", NULL },
	{ "bakery", "Cake and bread shop", NULL },
	{ "canteen_school", "School canteen", NULL },
	{ "canteen_kindergarten", "Kindergarten canteen", NULL },
	{ "canteen_work", "Workplace canteen", NULL },
	{ "canteen_care", "Canteen of a care home", NULL },
	{ "central_kitchen", "Central kitchen", NULL },
	{ "catering_distributor", "Group-meal distributor", NULL },
	{ "food_maker", "Food maker", NULL },
	{ "workshop", "Food workshop", NULL },
	{ "market", "Market", NULL },
	{ "supermarket", "Supermarket", NULL },
	{ "convenience_store", "Convenience store", NULL },
	{ "food_shop", "Food shop", NULL },
	{ "wholesaler", "Food wholesaler", NULL },
	{ "stall", "Food stall", NULL },
	{ "banquet_site", "Banquet site", NULL },
	{ 0 },
};
static const struct choice inspection_kinds[] = {
	{ "INSP_ROUTINE", "Routine inspection", NULL },
	{ "INSP_UNANNOUNCED", "Unannounced inspection", NULL },
	{ "INSP_SYSTEM", "System inspection", NULL },
	{ "INSP_OFFSITE", "Check by video", NULL },
	{ "INSP_GRADING", "Grading inspection", NULL },
	{ "INSP_RANDOM", "Random inspection", NULL },
	{ "INSP_SPECIAL", "Special inspection", NULL },
	{ "INSP_RECHECK", "Re-inspection", NULL },
	{ 0 },
};
static const struct choice results[] = {
	{ "CONFORM", "Conforms", "green" },
	{ "BASIC_CONFORM", "Conforms in the main", "yellow" },
	{ "NOT_CONFORM", "Does not conform", "red" },
	{ 0 },
};

const struct model shop_model = MODEL("businesses", struct shop,
	FIELDS(STORED(struct shop, id), STORED(struct shop, name), STORED(struct shop, licence_no),
		STORED(struct shop, kind, .choices = kinds), STORED(struct shop, address),
		STORED(struct shop, code), STORED(struct shop, area_name),
		STORED(struct shop, colour, .choices = colours), STORED(struct shop, letter),
		STORED(struct shop, state), STORED(struct shop, licence_valid_to, .as = AS_DATE),
		STORED(struct shop, since, .as = AS_DATE),
		STORED(struct shop, inspected_at, .as = AS_DATE)));

void put_grade(struct req *rq, struct node *in, const struct shop *s)
{
	put_text(in, "colour", *s->colour ? s->colour : "none");
	put_text(in, "letter", s->letter);
	put_text(in, "label", tr(rq, choice_label(colours, s->colour)));
	put_text(in, "since",
		s->since ? arena_printf(
				   rq->arena, tr(rq, "since %s"), date_text(rq->arena, s->since))
			 : "");
	put_text(in, "name", "");
}

enum err public_home(struct req *rq)
{
	reply_cache(rq, 60);
	return page(rq, "public/home");
}

enum err public_about(struct req *rq)
{
	reply_cache(rq, 300);
	return page(rq, "public/about");
}

/* ---- search
 * -------------------------------------------------------------------------------------------- */
static void put_results(struct req *rq, const struct list *l)
{
	struct node *list = show_table(rq, "businesses", &shop_model, l), *n = list->first;
	for (struct shop *s = LIST_OF(struct shop, l); s < LIST_END(struct shop, l);
		s++, n = n->next) {
		struct node *grade = put_map(n, "grade");
		grade->hidden = true;
		put_grade(rq, grade, s);
	}
}

enum err public_search(struct req *rq)
{
	const char *q = query_text(rq, "q");
	struct list l = { 0 };
	struct paging p = paging(rq, RESULTS);

	put_text(rq->view, "q", q);
	put_flag(rq->view, "too_short", utf8_length(q) < 2);
	if (utf8_length(q) >= 2)
		TRY(db_all(rq, &shop_model, &l,
			"SELECT " SHOP_COLUMNS SHOP_TABLES
			"WHERE o.state = 'ACTIVE' AND (lower(o.name) LIKE lower($1) OR "
			"lower(o.address) LIKE lower($1)"
			" OR o.licence_no = $2 OR o.code = $3) ORDER BY o.name, o.id LIMIT $4 "
			"OFFSET $5",
			arena_printf(rq->arena, "%%%s%%", q), q, q, p.limit, p.offset));
	show_pages(rq, p, &l);
	put_results(rq, &l);
	return page(rq, "public/search");
}

enum err public_open_data(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 100);

	TRY(db_all(rq, &shop_model, &l,
		"SELECT " SHOP_COLUMNS SHOP_TABLES
		"WHERE o.state = 'ACTIVE' ORDER BY o.id LIMIT $1 OFFSET $2",
		p.limit, p.offset));
	show_pages(rq, p, &l);
	put_results(rq, &l);
	return page(rq, "public/open_data");
}

/* ---- the page behind the code
 * ---------------------------------------------------------------------------- */
static enum err put_inspections(struct req *rq, int64_t operator)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "inspections");

	TRY(db_query(rq, &r,
		"SELECT kind, inspected_at, result, key_failed, general_failed FROM "
		"pub_inspections WHERE operator = $1"
		" AND published_at > 0 AND published_at <= $2 ORDER BY inspected_at DESC LIMIT $3",
		operator, rq->now, (int)LAST));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		const char *result = arena_dup(rq->arena, rows_text(r, 2));
		const struct choice *c = results;
		while (c->code && strcmp(c->code, result) != 0)
			c++;
		put_text(n, "kind",
			tr(rq, choice_label(
				       inspection_kinds, arena_dup(rq->arena, rows_text(r, 0)))));
		put_text(n, "at", date_text(rq->arena, rows_int(r, 1)));
		put_text(n, "result", result);
		put_text(n, "label", tr(rq, c->code ? c->label : result));
		put_text(n, "tone", c->code ? c->tone : "neutral");
		put_int(n, "key_failed", rows_int(r, 3));
		put_int(n, "general_failed", rows_int(r, 4));
	}
	rows_close(r);
	return OK;
}

/* Only what the room of cases marks as publishable. */
static enum err put_penalties(struct req *rq, int64_t operator)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "penalties");

	TRY(db_query(rq, &r,
		"SELECT act_name, penalty, fine_fen, decided_at FROM pub_cases WHERE operator = $1 "
		"AND publishable = 1"
		" ORDER BY decided_at DESC LIMIT $2",
		operator,(int) LAST));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_text(n, "act", arena_dup(rq->arena, rows_text(r, 0)));
		put_text(n, "penalty", arena_dup(rq->arena, rows_text(r, 1)));
		put_int(n, "fine_fen", rows_int(r, 2));
		put_text(n, "at", date_text(rq->arena, rows_int(r, 3)));
	}
	rows_close(r);
	return OK;
}

static enum err shop_by_code(struct req *rq, struct shop *s)
{
	enum err e = db_one(rq, &shop_model, s,
		"SELECT " SHOP_COLUMNS SHOP_TABLES "WHERE o.code = $1", rq->key);
	return e == E_NOT_FOUND ? fail(rq, e,
					  "No business of this district has this code. Please scan "
					  "it again.")
				: e;
}

static void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);
	put_text(n, "label", tr(rq, label));
	put_text(n, "value", value);
	put_text(n, "href", "");
	put_text(n, "action", "");
}

enum err public_shop(struct req *rq)
{
	struct shop s;

	TRY(shop_by_code(rq, &s));
	reply_cache(rq, 60);
	show(rq, "business", &shop_model, &s);
	put_grade(rq, put_map(rq->view, "grade"), &s);
	struct node *rows = put_list(rq->view, "rows");
	rows->hidden = true;
	bool expired = s.licence_valid_to && s.licence_valid_to + DAY <= rq->now;
	put_row(rq, rows, "Licence number", s.licence_no);
	put_row(rq, rows, "Licence valid until",
		!s.licence_valid_to
			? "—"
			: arena_printf(rq->arena, "%s%s", date_text(rq->arena, s.licence_valid_to),
				  expired ? arena_printf(rq->arena, " · %s", tr(rq, "expired"))
					  : ""));
	put_row(rq, rows, "Kind of business", tr(rq, choice_label(kinds, s.kind)));
	put_row(rq, rows, "Address", s.address);
	put_flag(rq->view, "licence_expired", expired);
	put_flag(rq->view, "closed", !text_is(s.state, "ACTIVE"));
	TRY(put_inspections(rq, s.id));
	TRY(put_penalties(rq, s.id));
	return page(rq, "public/business");
}

enum err public_qr(struct req *rq)
{
	struct shop s;
	char *svg;
	struct fault why = { 0 };

	TRY(shop_by_code(rq, &s));
	if (qr_svg(rq->arena, arena_printf(rq->arena, "%s/p/%s", site_url(rq), s.code), &svg, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	reply_cache(rq, 3600);
	return reply_text(rq, "image/svg+xml", svg);
}

/* ---- papers
 * -------------------------------------------------------------------------------------------------
 */
enum err public_verify(struct req *rq)
{
	const char *code = query_text(rq, "code");

	put_text(rq->view, "code", code);
	if (*code && strspn(code, "23456789abcdefghjkmnpqrstuvwxyz") == strlen(code))
		return redirect(rq, "/v/%s", code);
	put_flag(rq->view, "wrong", *code != 0);
	return page(rq, "public/verify");
}

const struct module public_room = {
	.name = "public",
	.routes = (const struct route[]){ { GET, "/", public_home, ANYBODY, .about = "Start page" },
		{ GET, "/search", public_search, ANYBODY, .about = "Search businesses (q)",
			.gives = &shop_model },
		{ GET, "/p/:key", public_shop, ANYBODY, .about = "A business, as its code shows it",
			.gives = &shop_model },
		{ GET, "/p/:key/qr.svg", public_qr, ANYBODY, .about = "The code itself" },
		{ GET, "/verify", public_verify, ANYBODY, .about = "Is a paper genuine (code)" },
		{ GET, "/open-data", public_open_data, ANYBODY,
			.about = "All businesses, as CSV too", .gives = &shop_model },
		{ GET, "/about", public_about, ANYBODY,
			.about = "What is shown here, and accessibility" },
		{ 0 } },
};
