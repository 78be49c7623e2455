/* Numbers of papers: one series for each kind of paper and year of the office, without gaps. A
 * number is reserved, used or void; whoever looks at the register sees that none is missing. */
#include "contracts/facts.h"
#include "core/app/embedded.h"
#include "core/papers/private.h"

#include <stdio.h>
#include <string.h>

enum { REASON_MIN = 4, REASON_MAX = 200, PAGE = 100 };

/* What paper_number_keep() is told for the number of a case: a case bears it from then on, whether
 * or not a paper ever does. */
#define OF_CASE "案件编号"

static const struct choice number_states[] = { { "reserved", "Reserved", "yellow" },
	{ "used", "Used", "green" }, { "void", "Void", "red" }, { 0 } };

#define N(m, ...) STORED(struct paper_number_row, m, __VA_ARGS__)
const struct model paper_number_model = MODEL("paper_numbers", struct paper_number_row,
	.witnessed = true,
	FIELDS(N(id, .as = AS_ID), N(version, 0), N(template, 0), N(title, 0), N(year, 0),
		N(seq, 0), N(number, 0), N(state, .choices = number_states), N(paper, .as = AS_ID),
		N(taken_for, 0), N(taken_by, 0), N(taken_at, .as = AS_TIME), N(void_reason, 0),
		N(void_by, 0), N(void_at, .as = AS_TIME)));
#undef N

/* ---- taking */

static enum err next_of(
	struct req *rq, const struct paper_template *t, int64_t at, struct paper_number_row *out)
{
	struct civil c = civil_of(at);
	struct paper_serial s = { setting(rq, "office", "示范"), setting(rq, "district", "12"),
		c.year, 0 };

	TRY(next_number(rq, arena_printf(rq->arena, "%s:%d", t->code, c.year), &s.seq));
	*out = (struct paper_number_row){ .template = t->code,
		.title = t->name,
		.year = c.year,
		.seq = s.seq,
		.number = paper_number(rq->arena, t, &s),
		.taken_for = "",
		.taken_by = rq->user->name,
		.taken_at = rq->now,
		.void_reason = "",
		.void_by = "" };
	return OK;
}

static enum err reserved_of(
	struct req *rq, const struct paper_template *t, int64_t id, struct paper_number_row *out)
{
	TRY(db_one(rq, &paper_number_model, out, "SELECT * FROM paper_numbers WHERE id = $1", id));
	if (!text_is(out->template, t->code))
		return fail(rq, E_INVALID, "The number %s was reserved for another kind of paper.",
			out->number);
	if (!text_is(out->state, "reserved"))
		return fail(rq, E_CONFLICT, "The number %s is not free any more.", out->number);
	return OK;
}

enum err paper_number_take(struct req *rq, const struct paper_template *t,
	const struct paper_order *o, struct paper_number_row *out)
{
	*out = (struct paper_number_row){ .number = "" };
	if (!*t->number)
		return o->reserved ? fail(rq, E_INVALID, "This kind of paper has no numbers.") : OK;
	if (o->reserved)
		return reserved_of(rq, t, o->reserved, out);
	return next_of(rq, t, o->at ? o->at : rq->now, out);
}

enum err paper_number_used(struct req *rq, struct paper_number_row *n, int64_t paper)
{
	if (!*n->number)
		return OK;
	n->state = "used";
	n->paper = paper;
	return n->id ? db_update(rq, &paper_number_model, n)
		     : db_insert(rq, &paper_number_model, n);
}

enum err paper_number_keep(
	struct req *rq, const char *template, const char *why, struct paper_kept_number *out)
{
	struct paper_template *t;
	struct paper_number_row n;

	TRY(paper_template_load(rq, template, &t));
	TRY(next_of(rq, t, rq->now, &n));
	n.state = "reserved";
	n.taken_for = why;
	TRY(db_insert(rq, &paper_number_model, &n));
	*out = (struct paper_kept_number){ n.id, n.number };
	return OK;
}

/* ---- by hand */

static enum err reason_read(struct req *rq, const char *field, const char **out)
{
	*out = form_text(rq, field);
	size_t n = utf8_length(*out);
	return n >= REASON_MIN && n <= REASON_MAX
		       ? OK
		       : fail(rq, E_INVALID, "Give a reason of %d to %d signs.", REASON_MIN,
				 REASON_MAX);
}

enum err paper_number_reserve(struct req *rq)
{
	const char *code = form_text(rq, "template"), *reason;
	struct paper_template *t;
	struct paper_number_row n;

	if (!paper_is_known(code))
		return fail(rq, E_INVALID, "Choose a kind of paper.");
	TRY(reason_read(rq, "reason", &reason));
	TRY(paper_template_load(rq, code, &t));
	if (!*t->number)
		return fail(rq, E_INVALID, "This kind of paper has no numbers.");
	TRY(next_of(rq, t, rq->now, &n));
	n.state = "reserved";
	n.taken_for = reason;
	TRY(db_insert(rq, &paper_number_model, &n));
	TRY(emit(rq, PAPER_NUMBER_RESERVED, n.id, 0,
		json_pairs(rq, "template", code, "number", n.number, "reason", reason, NULL)));
	notice(rq, "The number %s is reserved.", n.number);
	return redirect(rq, "/papers/numbers");
}

enum err paper_number_void(struct req *rq)
{
	struct paper_number_row n;
	const char *reason;

	TRY(db_one(
		rq, &paper_number_model, &n, "SELECT * FROM paper_numbers WHERE id = $1", rq->id));
	if (!text_is(n.state, "reserved"))
		return fail(rq, E_CONFLICT, "The number %s is not free any more.", n.number);
	TRY(reason_read(rq, "reason", &reason));
	n.state = "void";
	n.void_reason = reason;
	n.void_by = rq->user->name;
	n.void_at = rq->now;
	TRY(db_update(rq, &paper_number_model, &n));
	TRY(emit(rq, PAPER_NUMBER_VOIDED, n.id, 0,
		json_pairs(
			rq, "template", n.template, "number", n.number, "reason", reason, NULL)));
	notice(rq, "The number %s is void.", n.number);
	return redirect(rq, "/papers/numbers");
}

/* ---- the register */

/* Of each series: from which to which, and that as many stand in the register. */
static enum err series_show(struct req *rq)
{
	struct node *list = put_list(rq->view, "series");
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT n.template, max(n.title), n.year, min(n.seq), max(n.seq), count(*),"
		" sum(CASE WHEN n.state = 'reserved' AND n.taken_for <> '" OF_CASE
		"' THEN 1 ELSE 0 END),"
		" sum(CASE n.state WHEN 'void' THEN 1 ELSE 0 END)"
		" FROM paper_numbers n GROUP BY n.template, n.year ORDER BY n.year DESC, "
		"n.template"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			return OK;
		struct node *n = put_map(list, NULL);
		bool whole = rows_int(r, 4) - rows_int(r, 3) + 1 == rows_int(r, 5);
		put_text(n, "template", arena_dup(rq->arena, rows_text(r, 0)));
		put_text(n, "title", arena_dup(rq->arena, rows_text(r, 1)));
		put_int(n, "year", rows_int(r, 2));
		put_int(n, "first", rows_int(r, 3));
		put_int(n, "last", rows_int(r, 4));
		put_int(n, "count", rows_int(r, 5));
		put_int(n, "reserved", rows_int(r, 6));
		put_int(n, "void", rows_int(r, 7));
		put_flag(n, "whole", whole);
		put_text(n, "tone", whole ? "green" : "red");
		put_text(n, "label", tr(rq, whole ? "Without a gap" : "A number is missing"));
	}
}

static bool is_numbered(const struct paper_template *t)
{
	return *t->number != 0;
}

static bool is_by_hand(const struct paper_template *t)
{
	return t->by_hand;
}

static enum err kinds_show(
	struct req *rq, struct node *list, bool (*wanted)(const struct paper_template *t))
{
	static const char prefix[] = "rules/documents/";

	EMBEDDED_EACH (e, prefix) {
		const char *name = e->name + strlen(prefix);
		struct paper_template *t;
		if (!text_ends(name, ".json"))
			continue;
		const char *code = arena_copy(rq->arena, name, strlen(name) - strlen(".json"));
		TRY(paper_template_load(rq, code, &t));
		if (!wanted(t))
			continue;
		struct node *n = put_map(list, NULL);
		put_text(n, "value", code);
		put_text(n, "label", t->name);
	}
	return OK;
}

enum err papers_by_hand(struct req *rq, struct node *list)
{
	return kinds_show(rq, list, is_by_hand);
}

bool paper_is_known(const char *code)
{
	char name[80];
	return *code && strlen(code) < 40 &&
	       snprintf(name, sizeof name, "rules/documents/%s.json", code) > 0 &&
	       embedded_find(name);
}

/* One that a case bears leads to the case, and is not offered to be void. */
static void put_row_ways(struct node *n, bool may_write)
{
	bool of_case = text_is(node_text(n, "taken_for", ""), OF_CASE),
	     free = text_is(node_text(n, "state", ""), "reserved");

	put_flag(n, "of_case", of_case);
	put_flag(n, "borne", of_case && free);
	put_flag(n, "may_void", may_write && free && !of_case);
}

enum err paper_numbers_page(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE);
	const char *template = query_text(rq, "template");
	int64_t year = query_int(rq, "year", 0);

	TRY(db_all(rq, &paper_number_model, &l,
		"SELECT * FROM paper_numbers WHERE ($1 = '' OR template = $1)"
		" AND ($2 = 0 OR year = $2) ORDER BY year DESC, template, seq DESC LIMIT $3 OFFSET "
		"$4",
		template, year, p.limit, p.offset));
	show_pages(rq, p, &l);
	struct node *list = show_table(rq, "numbers", &paper_number_model, &l);
	bool may_write = may(rq, CASE_WRITE);
	for (struct node *n = list->first; n; n = n->next)
		put_row_ways(n, may_write);
	put_flag(rq->view, "may_reserve", may_write);
	put_text(rq->view, "template", template);
	put_int(rq->view, "year", year);
	TRY(series_show(rq));
	if (may_write)
		TRY(kinds_show(rq, put_list(rq->view, "kinds"), is_numbered));
	return page(rq, "papers/numbers");
}
