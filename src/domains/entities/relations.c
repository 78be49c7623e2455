/* Relations of two operators: filed from either end, shown from both, ended or withdrawn with a
 * reason; nothing is deleted. */
#include "domains/entities/relations.h"

#include "contracts/facts.h"
#include "domains/entities/changes.h"
#include "domains/entities/file_rules.h"

enum { RELATION_ROWS = 100 };

/* What the operator is to the other, by kind and end: 0 its operator, 1 its other. */
static const struct {
	const char *kind, *code[2], *label[2];
} roles[] = {
	{ "chain", { "head_of", "branch_of" }, { "Head of the chain of", "Branch of" } },
	{ "contract", { "run_by", "contractor_of" },
		{ "Canteen run by the contractor", "Contractor of the canteen" } },
	{ "supply", { "supplier_of", "customer_of" }, { "Supplier of", "Customer of" } },
	{ "kitchen", { "kitchen_of", "served_by" },
		{ "Central kitchen of", "Served by the central kitchen" } },
};
enum { ROLES_N = sizeof(roles) / sizeof(*roles) };

static const struct choice role_choices[] = {
	{ "head_of", "Head of the chain of" },
	{ "branch_of", "Branch of" },
	{ "run_by", "Canteen run by the contractor" },
	{ "contractor_of", "Contractor of the canteen" },
	{ "supplier_of", "Supplier of" },
	{ "customer_of", "Customer of" },
	{ "kitchen_of", "Central kitchen of" },
	{ "served_by", "Served by the central kitchen" },
	{ NULL },
};

static const struct choice relation_kinds[] = {
	{ "chain", "Chain" },
	{ "contract", "Contracted canteen" },
	{ "supply", "Supply" },
	{ "kitchen", "Central kitchen" },
	{ NULL },
};
static const struct choice relation_states[] = {
	{ "VALID", "Holds", "green" },
	{ "WITHDRAWN", "Withdrawn: filed in error", "neutral" },
	{ NULL },
};

const struct model relation_model = MODEL("relations", struct relation, .witnessed = true,
	FIELDS(STORED(struct relation, id, .as = AS_ID), STORED(struct relation, version),
		STORED(struct relation, kind, .choices = relation_kinds),
		STORED(struct relation, operator, .as = AS_ID),
		STORED(struct relation, other, .as = AS_ID),
		STORED(struct relation, since, .label = "Since", .as = AS_DATE),
		STORED(struct relation, until, .label = "Until", .as = AS_DATE),
		STORED(struct relation, remarks, .label = "Remarks"),
		STORED(struct relation, state, .label = "State", .choices = relation_states),
		STORED(struct relation, entered_by, .as = AS_ID),
		STORED(struct relation, entered_at, .as = AS_TIME)));

/* What the form asks for, from the end it is opened at. */
struct relation_form {
	const char *role, *other;
	int64_t since, until;
	const char *remarks;
};
static const struct model form_model = MODEL("relations", struct relation_form,
	FIELDS(INPUT(struct relation_form, role, "This business is", .required = true,
		       .choices = role_choices),
		INPUT(struct relation_form, other, "The other business", .required = true,
			.max = 40, .hint = "Its licence number or the code at its door"),
		INPUT(struct relation_form, since, "Since", .as = AS_DATE),
		INPUT(struct relation_form, until, "Until", .as = AS_DATE,
			.hint = "The last day; empty while it goes on"),
		INPUT(struct relation_form, remarks, "Remarks", .as = AS_LONG, .max = 500)));

/* What an end that is already filed may still say. */
struct relation_end {
	int64_t since, until;
	const char *remarks;
};
static const struct model end_model = MODEL("relations", struct relation_end,
	FIELDS(INPUT(struct relation_end, since, "Since", .as = AS_DATE),
		INPUT(struct relation_end, until, "Until", .as = AS_DATE,
			.hint = "The last day; empty while it goes on"),
		INPUT(struct relation_end, remarks, "Remarks", .as = AS_LONG, .max = 500)));

static int role_of_kind(const char *kind)
{
	for (int i = 0; i < ROLES_N; i++)
		if (text_is(roles[i].kind, kind))
			return i;
	return 0;
}

const char *relation_words(struct req *rq, const struct relation *r, int64_t from)
{
	return tr(rq, roles[role_of_kind(r->kind)].label[r->operator!= from]);
}

/* A fact for either end, so that it stands in both histories. */
static enum err tell(struct req *rq, const char *name, const struct relation *r, const char *data)
{
	TRY(emit(rq, .name = name, .subject = r->id, .entity = r->operator, .data = data));
	return emit(rq, .name = name, .subject = r->id, .entity = r->other, .data = data);
}

enum err relation_file(struct req *rq, struct relation *r)
{
	int64_t known;

	if (r->operator== r->other)
		return fail(rq, E_CONFLICT, "A business cannot be tied to itself.");
	TRY(db_int(rq, &known,
		"SELECT count(*) FROM relations WHERE operator = $1 AND other = $2 AND kind = $3"
		" AND state = 'VALID' AND until = 0",
		r->operator, r->other, r->kind));
	if (known)
		return fail(rq, E_CONFLICT, "This relation is on file and still going on.");
	r->state = "VALID";
	r->entered_by = rq->user->id;
	r->entered_at = rq->now;
	TRY(db_insert(rq, &relation_model, r));
	return tell(rq, RELATION_FILED, r, json_of(rq, &relation_model, r));
}

enum err relation_change(struct req *rq, const struct relation_step *s, bool *changed)
{
	const char *data = change_text(
		rq, &(struct change){ &relation_model, s->before, s->after, s->reason });

	*changed = data != NULL;
	if (!data)
		return OK;
	TRY(db_update(rq, &relation_model, s->after));
	return tell(rq, RELATION_CHANGED, s->after, data);
}

/* ---- form -------------------------------------------------------------------- */
static enum err new_view(struct req *rq, const struct operator* o, const struct relation_form *f)
{
	show_form(rq, "form", &form_model, f);
	put_text(rq->view, "name", o->name);
	put_printf(rq->view, "back", "/operators/%" PRId64, o->id);
	put_printf(rq->view, "path", "/operators/%" PRId64 "/relations", o->id);
	return OK;
}

enum err relation_new(struct req *rq)
{
	struct relation_form f = { 0 };
	struct operator o;

	TRY(operator_load(rq, rq->id, &o));
	TRY(new_view(rq, &o, &f));
	return page(rq, "entities/relation_form");
}

/* The operator with this licence number or code; 0: none. */
static enum err other_end(struct req *rq, const char *text, int64_t *id)
{
	char *code = arena_dup(rq->arena, text);

	for (char *c = code; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 32);
	return db_int(rq, id,
		"SELECT coalesce(min(id), 0) FROM operators WHERE licence_no = $1 OR licence_no = "
		"$2 OR code = $2",
		text, code);
}

static enum err read_form(struct req *rq, struct relation_form *f, int64_t *other)
{
	enum err bad = form_read(rq, &form_model, f);

	if (bad && bad != E_INVALID)
		return bad;
	*other = 0;
	if (f->other && *f->other)
		TRY(other_end(rq, f->other, other));
	if (f->other && *f->other && !*other) {
		field_error(rq, "other", "No business has this licence number or code.");
		bad = E_INVALID;
	}
	if (!bad && f->until && f->until < f->since) {
		field_error(rq, "until", "It ends before it begins.");
		bad = E_INVALID;
	}
	return bad;
}

static void fill(struct relation *r, const struct relation_form *f, int64_t here, int64_t there)
{
	*r = (struct relation){ .since = f->since, .until = f->until, .remarks = f->remarks };
	for (int i = 0; i < ROLES_N; i++)
		for (int end = 0; end < 2; end++)
			if (text_is(roles[i].code[end], f->role)) {
				r->kind = roles[i].kind;
				r->operator= end ? there : here;
				r->other = end ? here : there;
			}
}

enum err relation_create(struct req *rq)
{
	struct relation_form f = { 0 };
	struct relation r;
	struct operator o;
	int64_t other;

	TRY(operator_load(rq, rq->id, &o));
	enum err bad = read_form(rq, &f, &other);
	if (bad == E_INVALID) {
		TRY(new_view(rq, &o, &f));
		return form_again(rq, "entities/relation_form");
	}
	TRY(bad);
	fill(&r, &f, o.id, other);
	TRY(relation_file(rq, &r));
	notice(rq, "Saved.");
	return redirect(rq, "/operators/%" PRId64 "#relations", o.id);
}

/* ---- one relation ------------------------------------------------------------- */
static enum err load(struct req *rq, struct operator* o, struct relation *r)
{
	TRY(operator_load(rq, rq->id, o));
	return db_one(rq, &relation_model, r,
		"SELECT * FROM relations WHERE id = $1 AND (operator = $2 OR other = $2)", rq->id2,
		rq->id);
}

static enum err one_view(struct req *rq, const struct operator* o, const struct relation *r)
{
	const struct relation_end end = { r->since, r->until, r->remarks };
	const char *other;

	TRY(db_text(rq, &other, "SELECT name FROM operators WHERE id = $1",
		r->operator== o->id ? r->other : r->operator));
	show(rq, "relation", &relation_model, r);
	show_form(rq, "form", &end_model, &end);
	put_text(rq->view, "name", o->name);
	put_text(rq->view, "role", relation_words(rq, r, o->id));
	put_text(rq->view, "other_name", other);
	put_printf(rq->view, "other_href", "/operators/%" PRId64,
		r->operator== o->id ? r->other : r->operator);
	put_printf(rq->view, "back", "/operators/%" PRId64, o->id);
	put_printf(rq->view, "path", "/operators/%" PRId64 "/relations/%" PRId64, o->id, r->id);
	put_int(rq->view, "version", r->version);
	put_flag(rq->view, "may_write", may(rq, OPERATOR_WRITE))->hidden = true;
	return put_facts(rq, r->id, &relation_model);
}

enum err relation_page(struct req *rq)
{
	struct relation r;
	struct operator o;

	TRY(load(rq, &o, &r));
	TRY(one_view(rq, &o, &r));
	return page(rq, "entities/relation");
}

static enum err read_end(struct req *rq, struct relation *r)
{
	struct relation_end end = { r->since, r->until, r->remarks };
	enum err bad = form_read(rq, &end_model, &end);

	if (bad && bad != E_INVALID)
		return bad;
	r->since = end.since;
	r->until = end.until;
	r->remarks = end.remarks;
	if (!bad && r->until && r->until < r->since) {
		field_error(rq, "until", "It ends before it begins.");
		bad = E_INVALID;
	}
	if (!*form_text(rq, "reason")) {
		field_error(rq, "reason", "Say why the relation is changed.");
		bad = E_INVALID;
	}
	return bad;
}

enum err relation_save(struct req *rq)
{
	struct relation before, r;
	struct operator o;
	bool changed;

	TRY(load(rq, &o, &before));
	r = before;
	r.version = form_int(rq, "version", before.version);
	enum err bad = read_end(rq, &r);
	if (bad == E_INVALID) {
		put_text(rq->view, "reason", form_text(rq, "reason"));
		TRY(one_view(rq, &o, &r));
		return form_again(rq, "entities/relation");
	}
	TRY(bad);
	r.state = form_flag(rq, "withdraw") ? "WITHDRAWN" : "VALID";
	TRY(relation_change(
		rq, &(struct relation_step){ &before, &r, form_text(rq, "reason") }, &changed));
	notice(rq, changed ? "Saved." : "Nothing was changed.");
	return redirect(rq, "/operators/%" PRId64 "/relations/%" PRId64, o.id, r.id);
}

/* ---- in the file --------------------------------------------------------------- */
struct seen_row {
	int64_t id;
	const char *kind;
	int64_t operator, other, since, until;
	const char *state, *name;
};
static const struct model seen_model = MODEL("relations", struct seen_row,
	FIELDS(STORED(struct seen_row, id), STORED(struct seen_row, kind),
		STORED(struct seen_row, operator), STORED(struct seen_row, other),
		STORED(struct seen_row, since), STORED(struct seen_row, until),
		STORED(struct seen_row, state), STORED(struct seen_row, name)));

static void put_one(struct req *rq, struct node *rows, const struct seen_row *x, int64_t here)
{
	const struct relation r = { .kind = x->kind, .operator= x->operator, .other = x->other };
	bool over = text_is(x->state, "WITHDRAWN") || (x->until && x->until + DAY <= rq->now);
	struct node *n = put_map(rows, NULL);

	put_text(n, "kind", x->kind);
	put_text(n, "role", relation_words(rq, &r, here));
	put_text(n, "name", x->name);
	put_printf(n, "other", "%" PRId64, x->operator== here ? x->other : x->operator);
	put_text(n, "since", x->since ? date_text(rq->arena, x->since) : "");
	put_text(n, "until", x->until ? date_text(rq->arena, x->until) : "");
	put_printf(n, "href", "/operators/%" PRId64 "/relations/%" PRId64, here, x->id);
	put_text(n, "state",
		text_is(x->state, "WITHDRAWN") ? tr(rq, "Withdrawn: filed in error")
		: over			       ? tr(rq, "Over")
					       : tr(rq, "Holds"));
	put_text(n, "tone", over ? "neutral" : "green");
}

enum err put_relations(struct req *rq, const struct operator* o, int64_t *count)
{
	struct node *n = put_map(rq->view, "relations"), *rows = put_list(n, "rows");
	struct list l;

	TRY(db_all(rq, &seen_model, &l,
		"SELECT r.id, r.kind, r.operator, r.other, r.since, r.until, r.state, x.name"
		" FROM relations r JOIN operators x"
		" ON x.id = CASE WHEN r.operator = $1 THEN r.other ELSE r.operator END"
		" WHERE r.operator = $1 OR r.other = $1 ORDER BY r.state, r.until <> 0, r.id DESC"
		" LIMIT $2",
		o->id, (int)RELATION_ROWS));
	for (const struct seen_row *x = LIST_OF(struct seen_row, &l);
		x < LIST_END(struct seen_row, &l); x++)
		put_one(rq, rows, x, o->id);
	*count = (int64_t)l.n;
	return OK;
}
