/* Screens: new, edit, close. */
#include "contracts/facts.h"
#include "domains/entities/entities.h"

#include <string.h>

enum err put_towns(struct req *rq, struct node *list, int64_t chosen, const char *all)
{
	struct rows *r;
	struct node *n = put_map(list, NULL);

	put_text(n, "value", "");
	put_text(n, "label", all);
	put_flag(n, "selected", !chosen);
	TRY(db_query(rq, &r,
		"SELECT id, CASE WHEN CAST($2 AS bigint) = 1 THEN name ELSE name_en END FROM areas "
		"WHERE CAST($1 AS bigint) = 0 OR id = $1 ORDER BY id",
		rq->user->area, rq->zh));
	return options_of(rq, r, list, chosen);
}

enum err put_town_field(struct req *rq, int64_t chosen, const char *error)
{
	static const char *const kinds[] = { "is_text", "is_long", "is_date", "is_datetime",
		"is_time", "is_int", "is_money", "is_choice", "is_many", "is_bool", "is_file",
		"is_secret", "is_hidden" };
	struct node *f = put_map(rq->view, "town_field");

	f->hidden = true;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		put_flag(f, kinds[i], false);
	put_flag(f, "is_select", true);
	put_text(f, "name", "area");
	put_text(f, "label", tr(rq, "Town or sub-district"));
	put_text(f, "hint", "");
	put_text(f, "error", error);
	put_flag(f, "required", true);
	return put_towns(rq, put_list(f, "choices"), chosen, tr(rq, "Choose"));
}

/* ---- the form -------------------------------------------------------------- */
static enum err form_page(struct req *rq, const struct operator* o, const char *town_error)
{
	show_form(rq, "form", &operator_model, o);
	if (o->id) {
		put_printf(rq->view, "path", "/operators/%" PRId64, o->id);
		put_text(rq->view, "name", o->name);
	} else {
		put_text(rq->view, "path", "/operators");
	}
	put_int(rq->view, "version", o->version);
	put_flag(rq->view, "edit", o->id != 0)->hidden = true;
	return put_town_field(rq, o->area, town_error);
}

enum err operator_new(struct req *rq)
{
	struct operator o = { .area = rq->user->area };

	TRY(form_page(rq, &o, ""));
	return page(rq, "entities/form");
}

/* Reads form and town into o; E_INVALID has all messages. */
static enum err read_form(struct req *rq, struct operator* o, const char **town_error)
{
	enum err e = form_read(rq, &operator_model, o);
	int64_t known = 0;

	if (e && e != E_INVALID)
		return e;
	*town_error = "";
	o->area = form_int(rq, "area", 0);
	TRY(db_int(rq, &known, "SELECT count(*) FROM areas WHERE id = $1", o->area));
	if (!known) {
		*town_error = tr(rq, "Choose the town or sub-district.");
		field_error(rq, "area", "Choose the town or sub-district.");
		e = E_INVALID;
	} else {
		TRY(in_area(rq, o->area));
	}
	if (!o->lat != !o->lon) {
		field_error(rq, "lat", "Give both latitude and longitude, or neither.");
		e = E_INVALID;
	}
	return e;
}

enum err operator_create(struct req *rq)
{
	struct operator o = { 0 };
	const char *town_error;
	enum err e = read_form(rq, &o, &town_error);

	if (e == E_INVALID) {
		TRY(form_page(rq, &o, town_error));
		return form_again(rq, "entities/form");
	}
	TRY(e);
	TRY(operator_register(rq, &o));
	notice(rq, "Registered.");
	return redirect(rq, "/operators/%" PRId64, o.id);
}

enum err operator_edit(struct req *rq)
{
	struct operator o;

	TRY(operator_load(rq, rq->id, &o));
	TRY(form_page(rq, &o, ""));
	return page(rq, "entities/form");
}

enum err operator_save(struct req *rq)
{
	struct operator before, o;
	const char *town_error;
	bool changed;

	TRY(operator_load(rq, rq->id, &before));
	o = before;
	o.version = form_int(rq, "version", before.version);
	enum err e = read_form(rq, &o, &town_error);
	if (e == E_INVALID) {
		TRY(form_page(rq, &o, town_error));
		return form_again(rq, "entities/form");
	}
	TRY(e);
	int64_t other;
	TRY(db_int(rq, &other, "SELECT count(*) FROM operators WHERE licence_no = $1 AND id <> $2",
		o.licence_no, o.id));
	if (other)
		return fail(rq, E_CONFLICT, "The licence number %s is registered already.",
			o.licence_no);
	TRY(operator_change(rq, &o, &before, &changed));
	if (changed)
		notice(rq, "Saved.");
	else
		notice(rq, "Nothing was changed.");
	return redirect(rq, "/operators/%" PRId64, o.id);
}

static enum err move(struct req *rq, const char *from, const char *to)
{
	struct operator before, o;
	bool changed;

	TRY(operator_load(rq, rq->id, &before));
	if (!text_is(before.state, from)) {
		if (text_is(to, "CLOSED"))
			return fail(rq, E_CONFLICT, "This business is closed already.");
		return fail(rq, E_CONFLICT, "This business is open already.");
	}
	o = before;
	o.state = to;
	TRY(operator_change(rq, &o, &before, &changed));
	return redirect(rq, "/operators/%" PRId64, o.id);
}

enum err operator_close(struct req *rq)
{
	return move(rq, "ACTIVE", "CLOSED");
}

enum err operator_reopen(struct req *rq)
{
	return move(rq, "CLOSED", "ACTIVE");
}
