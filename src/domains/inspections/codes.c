/* Shanghai check code (检查码): made before the visit, shown before it begins, rated once after it.
 */
#include "contracts/facts.h"
#include "core/documents/qr.h"
#include "domains/inspections/protocol.h"

#include <string.h>

enum { CODE_SIGNS = 20 };

const struct model check_code_model = MODEL("check_codes", struct check_code, .witnessed = true,
	FIELDS(STORED(struct check_code, id, .as = AS_ID), STORED(struct check_code, version),
		STORED(struct check_code, code), STORED(struct check_code, operator, .as = AS_ID),
		STORED(struct check_code, area),
		STORED(struct check_code, kind, .choices = inspection_kinds),
		STORED(struct check_code, task), STORED(struct check_code, table_id),
		STORED(struct check_code, table_title), STORED(struct check_code, items),
		STORED(struct check_code, officers),
		STORED(struct check_code, made_by, .as = AS_ID),
		STORED(struct check_code, made_at, .as = AS_TIME),
		STORED(struct check_code, inspection, .as = AS_ID),
		STORED(struct check_code, rating), STORED(struct check_code, rating_words),
		STORED(struct check_code, rated_at, .as = AS_TIME)));

/* ---- made --------------------------------------------------------------------------------- */
static enum err picture(struct req *rq, const struct check_code *c)
{
	struct fault why = { 0 };
	const char *url = arena_printf(rq->arena, "%s/c/%s", site_url(rq), c->code);
	char *svg;

	if (qr_svg(rq->arena, url, &svg, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	put_text(rq->view, "code", c->code);
	put_text(rq->view, "url", url);
	put_text(rq->view, "svg", svg);
	return reply_json(rq);
}

static enum err second_name(struct req *rq, const char **name)
{
	int64_t id = form_int(rq, "officer2", 0);

	*name = "";
	if (!id)
		return OK;
	return db_text(
		rq, name, "SELECT name FROM pub_users WHERE id = $1 AND role = 'officer'", id);
}

enum err code_create(struct req *rq)
{
	struct check_table *t = NEW(rq->arena, struct check_table);
	struct visited v;
	const char *table, *second, *kind = form_text(rq, "kind");

	if (text_is(choice_label(inspection_kinds, kind), kind))
		return fail(rq, E_INVALID, "Choose the kind of inspection.");
	TRY(visited_load(rq, form_int(rq, "operator", 0), &v));
	TRY(table_of_kind(rq, v.kind, &table));
	TRY(table_in_force(rq, table, rq->now, t));
	TRY(second_name(rq, &second));
	struct check_code c = { .code = arena_copy(rq->arena, token_new(rq->arena), CODE_SIGNS),
		.operator= v.id,
		.area = v.area,
		.kind = kind,
		.task = form_text(rq, "task"),
		.table_id = t->id,
		.table_title = t->title,
		.items = t->n,
		.officers = arena_printf(
			rq->arena, "%s%s%s", rq->user->name, *second ? "、" : "", second),
		.made_by = rq->user->id,
		.made_at = rq->now,
		.rating_words = "" };
	TRY(db_insert(rq, &check_code_model, &c));
	TRY(emit(rq, .name = CHECK_CODE_MADE, .subject = c.id, .entity = c.operator,
		.data = json_of(rq, &check_code_model, &c)));
	return picture(rq, &c);
}

/* ---- what the business sees --------------------------------------------------------------- */
static enum err code_load(struct req *rq, struct check_code *c)
{
	enum err e = db_one(
		rq, &check_code_model, c, "SELECT * FROM check_codes WHERE code = $1", rq->key);

	return e == E_NOT_FOUND
		       ? fail(rq, E_NOT_FOUND, "No inspection of this bureau has this code.")
		       : e;
}

static enum err rating_of(struct req *rq, const struct check_code *c, struct rating_facts *f)
{
	struct inspection_terms t;

	TRY(terms_load(rq, &t));
	*f = (struct rating_facts){
		.rated_at = c->rated_at, .days = t.rate_days, .now = rq->now, .rating = 1
	};
	if (!c->inspection)
		return OK;
	return db_int(rq, &f->inspected_at, "SELECT inspected_at FROM inspections WHERE id = $1",
		c->inspection);
}

static enum err put_code(struct req *rq, const struct check_code *c)
{
	const char *name;
	struct rating_facts f;

	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", c->operator));
	TRY(rating_of(rq, c, &f));
	const char *problem = rating_problem(&f);
	show(rq, "check", &check_code_model, c);
	put_text(rq->view, "name", name);
	put_text(rq->view, "key", c->code);
	put_text(rq->view, "office", setting(rq, "bureau", "示范区市场监督管理局"));
	put_text(rq->view, "task",
		*c->task ? c->task : tr(rq, choice_label(inspection_kinds, c->kind)));
	put_flag(rq->view, "may_rate", !problem)->hidden = true;
	put_text(rq->view, "closed", problem ? tr(rq, problem) : "")->hidden = true;
	return OK;
}

enum err code_page(struct req *rq)
{
	struct check_code c;

	TRY(code_load(rq, &c));
	TRY(put_code(rq, &c));
	return page(rq, "inspections/code");
}

enum err code_rate(struct req *rq)
{
	struct check_code c;
	struct rating_facts f;

	TRY(code_load(rq, &c));
	TRY(rating_of(rq, &c, &f));
	f.rating = form_int(rq, "rating", 0);
	const char *problem = rating_problem(&f), *words = form_text(rq, "words");
	if (problem && (f.rated_at || !f.inspected_at))
		return fail(rq, E_CONFLICT, "%s", tr(rq, problem));
	if (!problem && utf8_length(words) > 500)
		problem = "At most 500 characters, please.";
	if (problem) {
		field_error(rq, "rating", "%s", tr(rq, problem));
		TRY(put_code(rq, &c));
		return form_again(rq, "inspections/code");
	}
	c.rating = f.rating;
	c.rating_words = words;
	c.rated_at = rq->now;
	TRY(db_update(rq, &check_code_model, &c));
	TRY(emit(rq, .name = INSPECTION_RATED, .subject = c.inspection, .entity = c.operator,
		.data = json_of(rq, &check_code_model, &c)));
	return redirect(rq, "/c/%s", c.code);
}
