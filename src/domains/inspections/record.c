/* Screen: an officer records an inspection. */
#include "domains/inspections/inspections.h"

#include <string.h>

struct business {
	int64_t id, area;
	const char *name, *address, *state;
};

static const struct model business_model = MODEL("pub_operators", struct business,
	FIELDS(STORED(struct business, id, .as = AS_ID), STORED(struct business, area, .as = AS_ID),
		STORED(struct business, name), STORED(struct business, address),
		STORED(struct business, state)));

static enum err business_load(struct req *rq, int64_t id, struct business *b)
{
	TRY(db_one(rq, &business_model, b,
		"SELECT id, area, name, address, state FROM pub_operators WHERE id = $1", id));
	TRY(in_area(rq, b->area));
	if (!text_is(b->state, "ACTIVE"))
		return fail(
			rq, E_CONFLICT, "This business is closed; there is nothing to inspect.");
	return OK;
}

/* Officers with a card, of the same town or of the whole district, except the one who records. */
static enum err put_inspectors(struct req *rq, const struct business *b, int64_t chosen)
{
	struct node *list = put_list(rq->view, "inspectors"), *n;
	struct rows *r;
	bool more;

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT id, name, card_no FROM pub_users WHERE role = 'officer' AND card_no <> '' "
		"AND id <> $1"
		" AND (area = $2 OR area = 0) ORDER BY name, id",
		rq->user->id, b->area));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		int64_t id = rows_int(r, 0);
		n = put_map(list, NULL);
		put_printf(n, "value", "%" PRId64, id);
		put_printf(n, "label", "%s %s", rows_text(r, 1), rows_text(r, 2));
		put_flag(n, "selected", id == chosen);
	}
	rows_close(r);
	return OK;
}

/* "i3_1" for item 3.1: a dot would be a path in a JSON body. */
const char *item_field(struct req *rq, const char *no)
{
	char *name = arena_printf(rq->arena, "i%s", no);
	for (char *c = name; *c; c++)
		if (*c == '.')
			*c = '_';
	return name;
}

static void put_groups(struct req *rq, const struct check_table *t, const uint8_t *answers)
{
	struct node *groups = put_list(rq->view, "groups"), *items = NULL, *n;

	groups->hidden = true;
	for (int g = 0; g < t->groups; g++) {
		n = put_map(groups, NULL);
		put_text(n, "title",
			rq->zh || !*t->group_title_en[g] ? t->group_title[g]
							 : t->group_title_en[g]);
		items = put_list(n, "items");
		for (int i = 0; i < t->n; i++) {
			if (t->items[i].group != g)
				continue;
			n = put_map(items, NULL);
			put_text(n, "no", t->items[i].no);
			put_text(n, "field", item_field(rq, t->items[i].no));
			put_text(n, "text",
				rq->zh || !*t->items[i].text_en ? t->items[i].text
								: t->items[i].text_en);
			put_flag(n, "key", t->items[i].key);
			put_flag(n, "ok", answers[i] == PASSED);
			put_flag(n, "fail", answers[i] == FAILED);
			put_flag(n, "na", answers[i] == NOT_APPLICABLE);
		}
	}
}

static enum err put_form(struct req *rq, const struct business *b, const struct inspection *i,
	const uint8_t *answers)
{
	struct check_table t;

	TRY(check_table_load(rq, rq->now, &t));
	show(rq, "operator", &business_model, b);
	put_groups(rq, &t, answers);
	put_text(rq->view, "table", t.title);
	put_flag(rq->view, "hold", form_flag(rq, "hold"))->hidden = true;
	return put_inspectors(rq, b, i->inspector2);
}

enum err inspection_new(struct req *rq)
{
	struct inspection i = {
		.kind = "INSP_ROUTINE", .inspected_at = rq->now, .handling = "PASS", .remarks = ""
	};
	const uint8_t none[MAX_ITEMS] = { 0 };
	struct business b;

	TRY(business_load(rq, query_int(rq, "operator", 0), &b));
	const char *kind = query_text(rq, "kind");
	if (*kind && !text_is(choice_label(inspection_kinds, kind), kind))
		i.kind = kind;
	show_form(rq, "form", &inspection_model, &i);
	TRY(put_form(rq, &b, &i, none));
	return page(rq, "inspections/form");
}

static void read_answers(struct req *rq, const struct check_table *t, uint8_t *answers)
{
	for (int i = 0; i < t->n; i++) {
		const char *s = form_text(rq, item_field(rq, t->items[i].no));
		answers[i] = text_is(s, "ok")	  ? PASSED
			     : text_is(s, "fail") ? FAILED
			     : text_is(s, "na")	  ? NOT_APPLICABLE
						  : NOT_ASKED;
	}
}

/* Order 49, articles 23 and 24: at least two, each with a valid card. */
static enum err check_inspectors(
	struct req *rq, const struct business *b, const struct inspection *i)
{
	int64_t known;

	if (!*rq->user->card_no)
		return fail(rq, E_CONFLICT,
			"Only an officer with an enforcement card records inspections (order 49, "
			"article 24).");
	if (i->inspector2 == i->inspector1) {
		field_error(rq, "inspector2",
			"Choose a second inspector, not yourself (order 49, article 23).");
		return fail(rq, E_INVALID,
			"An inspection is made by two different inspectors (order 49, article "
			"23).");
	}
	TRY(db_int(rq, &known,
		"SELECT count(*) FROM pub_users WHERE id = $1 AND role = 'officer' AND card_no <> "
		"''"
		" AND (area = $2 OR area = 0)",
		i->inspector2, b->area));
	if (known)
		return OK;
	field_error(rq, "inspector2", "Choose the second inspector.");
	return fail(rq, E_INVALID,
		"An inspection is made by two different inspectors (order 49, article 23).");
}

static enum err check_day(struct req *rq, struct inspection *i)
{
	if (day_number(i->inspected_at) > day_number(rq->now)) {
		field_error(rq, "inspected_at", "The day lies in the future.");
		return fail(rq, E_INVALID, "The day lies in the future.");
	}
	if (day_number(i->inspected_at) == day_number(rq->now))
		i->inspected_at = rq->now;
	return OK;
}

static enum err read_and_record(
	struct req *rq, const struct business *b, struct inspection *i, uint8_t *answers)
{
	struct check_table t;

	TRY(check_table_load(rq, rq->now, &t));
	read_answers(rq, &t, answers);
	i->inspector1 = rq->user->id;
	i->inspector2 = form_int(rq, "inspector2", 0);
	i->published_at = form_flag(rq, "hold") ? 0 : rq->now;
	TRY(form_read(rq, &inspection_model, i));
	TRY(check_inspectors(rq, b, i));
	TRY(check_day(rq, i));
	return inspection_record(rq, &t, i, answers);
}

enum err inspection_create(struct req *rq)
{
	struct inspection i = { .operator= form_int(rq, "operator", 0) };
	uint8_t answers[MAX_ITEMS] = { 0 };
	struct business b;

	TRY(business_load(rq, i.operator, & b));
	enum err e = read_and_record(rq, &b, &i, answers);
	if (e == E_INVALID) {
		show_form(rq, "form", &inspection_model, &i);
		TRY(put_form(rq, &b, &i, answers));
		return form_again(rq, "inspections/form");
	}
	TRY(e);
	notice(rq, "Recorded.");
	return redirect(rq, "/inspections/%" PRId64, i.id);
}
