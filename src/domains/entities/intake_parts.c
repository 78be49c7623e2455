/* Licences and relations of operators that are on file, out of a CSV file. */
#include "domains/entities/intake.h"
#include "domains/entities/licences.h"
#include "domains/entities/relations.h"

static const char *reason(struct req *rq, const char *column, const char *what)
{
	return arena_printf(rq->arena, "%s %s", column, tr(rq, what));
}

/* The code of a word: the code itself, or what a person calls it in either language. */
static const char *code_of(struct req *rq, const struct choice *all, const char *word)
{
	bool zh = rq->zh;
	const char *found = NULL;

	rq->zh = true;
	for (const struct choice *c = all; c->code && !found; c++)
		if (text_is(word, c->code) || text_is(word, c->label) ||
			text_is(word, tr(rq, c->label)))
			found = c->code;
	rq->zh = zh;
	return found;
}

/* The operator whose licence number a row has in this column. */
struct whose {
	const struct intake *in;
	struct intake_row *row; /* its reason is set when there is none */
	const char *column;
};

static enum err operator_of(struct req *rq, const struct whose *w, struct operator* o)
{
	const char *number = intake_cell(w->in, rq->arena, w->row, w->column);
	struct list l;

	w->row->reason = reason(rq, w->column, "is needed");
	if (!*number)
		return OK;
	TRY(db_all(
		rq, &operator_model, &l, "SELECT * FROM operators WHERE licence_no = $1", number));
	w->row->reason =
		l.n ? NULL : reason(rq, w->column, "is the licence of no business on file");
	if (l.n)
		*o = *LIST_OF(struct operator, & l);
	return OK;
}

/* One cell into a row of a model; a word for a code, where the model has choices. */
struct cell {
	const struct model *model;
	void *row;
	const char *column, *text;
	const char *skip; /* a column that was read already */
};

static const char *cell_take(struct req *rq, const struct cell *c)
{
	const struct field *f = model_field(c->model, c->column);
	const char *text = one_line(rq->arena, c->text);

	if (!text)
		return reason(rq, c->column, "has a control character in it");
	if (f->choices && !*text) /* an empty cell says nothing */
		return NULL;
	if (f->choices) {
		text = code_of(rq, f->choices, text);
		if (!text)
			return reason(rq, c->column, "is not one of the known words");
	}
	const char *bad = field_read(rq->arena, f, c->row, text);
	return bad ? field_words(rq->arena, f, reason(rq, c->column, bad)) : NULL;
}

/* Every column of the file that the model has. */
static const char *cells_take(
	struct req *rq, const struct intake *in, const struct intake_row *row, struct cell into)
{
	for (int i = 0; i < in->n; i++) {
		into.column = in->kind->columns[in->column[i]];
		into.text = row->cells[i];
		bool mine =
			model_field(into.model, into.column) && !text_is(into.column, into.skip);
		const char *bad = mine ? cell_take(rq, &into) : NULL;
		if (bad)
			return bad;
	}
	return NULL;
}

/* ---- licences ------------------------------------------------------------------------------ */
static bool endless(const char *word)
{
	return text_is(word, "长期") || text_is(word, "无固定期限") || text_is(word, "none");
}

static const char *licence_cells(
	struct req *rq, const struct intake *in, struct intake_row *row, struct licence *l)
{
	const char *field, *end = intake_cell(in, rq->arena, row, "valid_until");

	if (*end) {
		l->no_end = endless(end);
		l->valid_until = 0;
	}
	const char *bad = cells_take(rq, in, row,
		(struct cell){ .model = &licence_model,
			.row = l,
			.skip = l->no_end ? "valid_until" : "" });
	if (bad)
		return bad;
	bad = licence_wrong(l, rq->now, &field);
	return bad ? reason(rq, field, bad) : NULL;
}

static enum err licence_known(
	struct req *rq, const struct operator* o, const struct licence *like, struct licence *l)
{
	struct list all;

	TRY(db_all(rq, &licence_model, &all,
		"SELECT * FROM licences WHERE operator = $1 AND kind = $2 AND number = $3 ORDER BY "
		"id LIMIT 1",
		o->id, like->kind, like->number));
	*l = all.n ? *LIST_OF(struct licence, &all)
		   : (struct licence){
			     .kind = "", .number = "", .issuer = "", .scope = "", .state = "VALID"
		     };
	return OK;
}

static enum err licence_take(struct req *rq, const struct intake *in, struct intake_row *row)
{
	struct operator o;
	struct licence before, l, like = { .number = intake_cell(in, rq->arena, row, "number") };
	bool changed;
	const char *kind = intake_cell(in, rq->arena, row, "kind");

	TRY(operator_of(rq, &(struct whose){ in, row, "licence_no" }, &o));
	if (row->reason)
		return OK;
	like.kind = code_of(rq, licence_kinds, kind);
	if (!like.kind)
		row->reason =
			reason(rq, "kind", *kind ? "is not one of the known words" : "is needed");
	if (row->reason)
		return OK;
	TRY(licence_known(rq, &o, &like, &before));
	l = before;
	row->reason = licence_cells(rq, in, row, &l);
	if (row->reason)
		return OK;
	if (!before.id)
		return licence_file(rq, &o, &l);
	return licence_change(rq, &o,
		&(struct licence_step){ &before, &l, tr(rq, "Taken in from a file.") }, &changed);
}

const struct intake_kind intake_licences = {
	.name = "licences",
	.columns = (const char *const[]){ "licence_no", "kind", "number", "issuer", "scope",
		"issued", "valid_until", "state", "state_since", NULL },
	.needed = (const char *const[]){ "licence_no", "kind", "number", NULL },
	.key = (const char *const[]){ "licence_no", "kind", "number", NULL },
	.take = licence_take,
};

/* ---- relations ----------------------------------------------------------------------------- */
static enum err relation_known(struct req *rq, const struct relation *like, struct relation *r)
{
	struct list all;

	TRY(db_all(rq, &relation_model, &all,
		"SELECT * FROM relations WHERE kind = $1 AND operator = $2 AND other = $3 AND "
		"state "
		"= 'VALID' ORDER BY until, id LIMIT 1",
		like->kind, like->operator, like->other));
	*r = all.n ? *LIST_OF(struct relation, &all) : *like;
	return OK;
}

static enum err relation_take(struct req *rq, const struct intake *in, struct intake_row *row)
{
	struct operator o, other;
	struct relation like = { .remarks = "" }, before, r;
	bool changed;
	const char *kind = intake_cell(in, rq->arena, row, "kind");

	TRY(operator_of(rq, &(struct whose){ in, row, "licence_no" }, &o));
	if (!row->reason)
		TRY(operator_of(rq, &(struct whose){ in, row, "other_licence_no" }, &other));
	if (row->reason)
		return OK;
	like.kind = code_of(rq, model_field(&relation_model, "kind")->choices, kind);
	if (!like.kind)
		row->reason =
			reason(rq, "kind", *kind ? "is not one of the known words" : "is needed");
	else if (o.id == other.id)
		row->reason = reason(rq, "other_licence_no", "is the same business");
	if (row->reason)
		return OK;
	like.operator= o.id;
	like.other = other.id;
	TRY(relation_known(rq, &like, &before));
	r = before;
	row->reason = cells_take(
		rq, in, row, (struct cell){ .model = &relation_model, .row = &r, .skip = "" });
	if (!row->reason && r.until && r.until < r.since)
		row->reason = reason(rq, "until", "It ends before it begins.");
	if (row->reason)
		return OK;
	if (!before.id)
		return relation_file(rq, &r);
	return relation_change(rq,
		&(struct relation_step){ &before, &r, tr(rq, "Taken in from a file.") }, &changed);
}

const struct intake_kind intake_relations = {
	.name = "relations",
	.columns = (const char *const[]){ "licence_no", "kind", "other_licence_no", "since",
		"until", "remarks", NULL },
	.needed = (const char *const[]){ "licence_no", "kind", "other_licence_no", NULL },
	.key = (const char *const[]){ "licence_no", "kind", "other_licence_no", NULL },
	.take = relation_take,
};
