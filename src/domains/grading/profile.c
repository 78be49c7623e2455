/* What static risk is made of, as an officer found it: recorded with its day and where it is from,
 * never written over. The points are the rules' (profile_rules.c). */
#include "domains/grading/grading.h"

#include "contracts/facts.h"

#include <string.h>

#define PLACE_MOST  1000000 /* square metres */
#define NUMBER_MOST 100000  /* of seats, suppliers, items */

const struct model profile_model = MODEL("grade_profiles", struct profile, .witnessed = true,
	FIELDS(STORED(struct profile, id, .as = AS_ID), STORED(struct profile, version),
		STORED(struct profile, operator, .as = AS_ID), STORED(struct profile, form),
		STORED(struct profile, observed_at, .as = AS_DATE), STORED(struct profile, source),
		STORED(struct profile, floor_area), STORED(struct profile, seats),
		STORED(struct profile, suppliers), STORED(struct profile, packaged_ambient),
		STORED(struct profile, packaged_chilled), STORED(struct profile, packaged_frozen),
		STORED(struct profile, loose_ambient), STORED(struct profile, loose_chilled),
		STORED(struct profile, loose_frozen), STORED(struct profile, raw),
		STORED(struct profile, cold), STORED(struct profile, pastry),
		STORED(struct profile, hot), STORED(struct profile, drinks),
		STORED(struct profile, other), STORED(struct profile, perishable),
		STORED(struct profile, food_class), STORED(struct profile, facts),
		STORED(struct profile, recorded_by, .as = AS_ID),
		STORED(struct profile, recorded_at, .as = AS_TIME)));

/* ---- the three forms --------------------------------------------------- */
#define COUNT(member, label) INPUT(struct profile, member, label, .max = NUMBER_MOST)
#define OBSERVED                                                                                   \
	INPUT(struct profile, observed_at, "Day it was found so", .as = AS_DATE,                   \
		.required = true),                                                                 \
		INPUT(struct profile, source, "Where it is from", .required = true, .max = 200,    \
			.hint = "Measured, plan of the licence, list of goods, or as declared")
#define AREA                                                                                       \
	INPUT(struct profile, floor_area, "Floor area, square metres", .required = true, .min = 1, \
		.max = PLACE_MOST)

static const struct model caterer_form = MODEL("grade_profiles", struct profile,
	FIELDS(OBSERVED, AREA, COUNT(seats, "Seats"), COUNT(raw, "Raw dishes"),
		COUNT(cold, "Dishes served cold"), COUNT(pastry, "Cakes and pastry"),
		COUNT(hot, "Hot dishes"), COUNT(drinks, "Drinks made on the spot"),
		COUNT(other, "Other dishes"),
		INPUT(struct profile, perishable, "Mostly perishable food")));
static const struct model seller_form = MODEL("grade_profiles", struct profile,
	FIELDS(OBSERVED, AREA, COUNT(suppliers, "Suppliers"),
		COUNT(packaged_ambient, "Packaged items, ambient"),
		COUNT(packaged_chilled, "Packaged items, chilled"),
		COUNT(packaged_frozen, "Packaged items, frozen"),
		COUNT(loose_ambient, "Loose items, ambient"),
		COUNT(loose_chilled, "Loose items, chilled"),
		COUNT(loose_frozen, "Loose items, frozen")));
static const struct model maker_form = MODEL("grade_profiles", struct profile,
	FIELDS(OBSERVED, INPUT(struct profile, food_class, "Classes of food made", .required = true,
				 .max = 100,
				 .hint = "Numbers of the licence, four digits each, such as 0101 "
					 "0401")));

static const struct model *form_of(const char *form)
{
	return text_is(form, "caterer")	 ? &caterer_form
	       : text_is(form, "seller") ? &seller_form
	       : text_is(form, "maker")	 ? &maker_form
					 : NULL;
}

/* What the rules read: the facts of its form, in the form's order. */
static const char *facts_text(struct req *rq, const struct profile *p)
{
	struct buf b = { .arena = rq->arena };
	const struct model *form = form_of(p->form);

	buf_printf(&b, "form=%s;at=%" PRId64, p->form, p->observed_at);
	for (const struct field *f = form->fields; f->type; f++)
		if (!text_is(f->name, "observed_at") && !text_is(f->name, "source"))
			buf_printf(&b, ";%s=%s", f->name, field_text(rq->arena, f, p));
	return buf_text(&b);
}

/* ---- writing ----------------------------------------------------------- */
enum err profile_record(struct req *rq, struct profile *p)
{
	p->food_class = p->food_class ? p->food_class : "";
	p->facts = facts_text(rq, p);
	p->recorded_by = rq->user->id;
	p->recorded_at = rq->now;
	TRY(db_insert(rq, &profile_model, p));
	TRY(emit(rq, .name = PROFILE_RECORDED, .subject = p->id, .entity = p->operator,
		.data = json_of(rq, &profile_model, p)));
	return scales_settle(rq, p->operator);
}

static bool codes_good(const char *codes)
{
	for (const char *at = codes; *at;) {
		size_t n = strspn(at, "0123456789");
		if (n != 4 || (at[n] && at[n] != ' '))
			return false;
		at += n + strspn(at + n, " ");
	}
	return *codes != 0;
}

static bool profile_good(struct req *rq, const struct profile *p)
{
	if (p->observed_at > rq->now)
		field_error(rq, "observed_at", "The day lies in the future.");
	if (text_is(p->form, "maker") && !codes_good(p->food_class))
		field_error(rq, "food_class",
			"Give the classes as four digits each, such as 0101 0401.");
	return !form_failed(rq);
}

/* ---- the page ---------------------------------------------------------- */
enum { PAST_PROFILES = 20 };

/* The form of this kind of business, by the rules of risk that apply to it now. */
static enum err profile_begin(struct req *rq, struct settling *s, const char **form)
{
	*form = "";
	TRY(grades_replay(rq, rq->id, rq->now, s));
	for (int i = 0; i < s->n_out; i++)
		for (int k = 0; k < s->book->n_points; k++)
			if (text_is(s->out[i].scheme, "RISK") &&
				text_is(s->out[i].rule, s->book->points[k].name))
				*form = profile_form(s->book->points[k].profile, s->m->f.kind);
	return OK;
}

/* The lines of the risk level that are static. */
static void put_static(struct req *rq, const struct settling *s)
{
	struct grade_line lines[SCALE_LINES];
	int n = 0;

	for (int i = 0; i < s->n_out; i++)
		for (int k = 0; text_is(s->out[i].scheme, "RISK") && k < s->out[i].n; k++) {
			const struct grade_line *l = &s->out[i].lines[k];
			if (text_is(l->key, "profile") || text_is(l->key, "static") ||
				text_is(l->about, "static"))
				lines[n++] = *l;
		}
	put_reasons(rq, rq->view, lines_json(rq, lines, n));
}

struct past_profile {
	int64_t id, observed_at, recorded_at;
	const char *form, *source, *facts, *recorded_name;
};
static const struct model past_model = MODEL("grade_profiles", struct past_profile,
	FIELDS(STORED(struct past_profile, id, .as = AS_ID),
		STORED(struct past_profile, observed_at, .as = AS_DATE),
		STORED(struct past_profile, recorded_at, .as = AS_TIME),
		STORED(struct past_profile, form), STORED(struct past_profile, source),
		STORED(struct past_profile, facts), STORED(struct past_profile, recorded_name)));

/* "Floor area, square metres 120 · Seats 40": the facts that are not 0. */
static const char *facts_words(struct req *rq, const struct past_profile *p)
{
	struct buf b = { .arena = rq->arena };
	const struct model *form = form_of(p->form);

	for (const char *at = p->facts; *at;) {
		size_t len = strcspn(at, ";"), eq = strcspn(at, "=");
		const char *name = arena_copy(rq->arena, at, eq),
			   *value = arena_copy(rq->arena, at + eq + 1, len - eq - 1);
		const struct field *f = form ? model_field(form, name) : NULL;
		if (f && !text_is(value, "0"))
			buf_printf(&b, "%s%s%s%s", b.n ? " · " : "", tr(rq, f->label),
				f->type == F_BOOL ? "" : " ", f->type == F_BOOL ? "" : value);
		at += len + (at[len] == ';');
	}
	return buf_text(&b);
}

static enum err put_past_profiles(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &past_model, &l,
		"SELECT p.id, p.observed_at, p.recorded_at, p.form, p.source, p.facts, "
		"coalesce(u.name, '') AS recorded_name FROM grade_profiles p LEFT JOIN pub_users u "
		"ON u.id = p.recorded_by WHERE p.operator = $1 ORDER BY p.recorded_at DESC, p.id "
		"DESC LIMIT $2",
		rq->id, (int)PAST_PROFILES));
	struct node *list = show_list(rq, "profiles", &past_model, &l);
	const struct past_profile *p = LIST_OF(struct past_profile, &l);
	for (struct node *n = list->first; n; n = n->next)
		put_text(n, "words", facts_words(rq, p++))->hidden = true;
	return OK;
}

static enum err profile_shown(struct req *rq, const struct settling *s)
{
	const char *name;

	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", rq->id));
	put_printf(rq->view, "operator", "%" PRId64, rq->id);
	put_text(rq->view, "operator_name", name);
	put_text(rq->view, "kind", tr(rq, choice_label(business_kinds, s->m->f.kind)));
	put_static(rq, s);
	return put_past_profiles(rq);
}

/* The newest is where the next one begins. */
static enum err profile_last(struct req *rq, const char *form, struct profile *p)
{
	enum err e = db_one(rq, &profile_model, p,
		"SELECT * FROM grade_profiles WHERE operator = $1 AND form = $2 ORDER BY "
		"recorded_at DESC, id DESC LIMIT 1",
		rq->id, form);

	if (e != E_NOT_FOUND)
		return e;
	*p = (struct profile){ .form = form, .source = "", .food_class = "" };
	return OK;
}

enum err profile_page(struct req *rq)
{
	struct settling *s = NEW(rq->arena, struct settling);
	const char *form;
	struct profile p;

	TRY(profile_begin(rq, s, &form));
	TRY(profile_shown(rq, s));
	if (*form && may(rq, INSPECTION_WRITE)) {
		TRY(profile_last(rq, form, &p));
		p.observed_at = rq->now;
		show_form(rq, "form", form_of(form), &p);
	}
	return page(rq, "grading/profile");
}

enum err profile_save(struct req *rq)
{
	struct settling *s = NEW(rq->arena, struct settling);
	const char *form;

	TRY(profile_begin(rq, s, &form));
	if (!*form)
		return fail(rq, E_CONFLICT,
			"The risk level of this kind of business counts no risk profile.");
	struct profile p = { .operator= rq->id, .form = form, .source = "", .food_class = "" };
	enum err e = form_read(rq, form_of(form), &p);
	if (!profile_good(rq, &p) || e) {
		TRY(profile_shown(rq, s));
		show_form(rq, "form", form_of(form), &p);
		return form_again(rq, "grading/profile");
	}
	TRY(profile_record(rq, &p));
	notice(rq, "Recorded; the grades were computed again.");
	return redirect(rq, "/grades/%" PRId64 "/profile", rq->id);
}
