/* The half of the intake that writes: a slice of rows inside a transaction. */
#include "contracts/facts.h"
#include "domains/entities/entities.h"
#include "domains/entities/intake.h"

#include <string.h>

static const char *const operator_columns[] = { "name", "uscc", "licence_no", "licence_valid_to",
	"kind", "address", "town", "legal_person", "phone", "lat", "lon", NULL };
const struct intake_kind intake_operators = {
	.name = "operators",
	.columns = operator_columns,
	.needed = (const char *const[]){ "name", "licence_no", "kind", "address", "town", NULL },
	.key = (const char *const[]){ "licence_no", NULL },
};

const struct intake_kind *intake_kind_named(const char *name)
{
	static const struct intake_kind *const all[] = { &intake_operators, &intake_licences,
		&intake_relations };
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (text_is(all[i]->name, name))
			return all[i];
	return NULL;
}

struct place {
	int64_t id;
	const char *code, *name, *name_en;
};

/* Words of the file and what they stand for. */
struct words {
	struct place *places;
	int n_places;
	const char **kinds; /* Chinese names, in the order of operator_kinds */
};

enum { MAX_PLACES = 64 };

static enum err words_load(struct req *rq, struct words *w)
{
	struct rows *r;
	bool more, zh = rq->zh;
	int n = 0;

	*w = (struct words){ .places = NEWS(rq->arena, struct place, MAX_PLACES) };
	TRY(db_query(rq, &r, "SELECT id, code, name, name_en FROM areas ORDER BY id"));
	while (w->n_places < MAX_PLACES) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		w->places[w->n_places++] =
			(struct place){ rows_int(r, 0), arena_dup(rq->arena, rows_text(r, 1)),
				arena_dup(rq->arena, rows_text(r, 2)),
				arena_dup(rq->arena, rows_text(r, 3)) };
	}
	rows_close(r);
	while (operator_kinds[n].code)
		n++;
	w->kinds = NEWS(rq->arena, const char *, (size_t)n);
	rq->zh = true;
	for (int i = 0; i < n; i++)
		w->kinds[i] = tr(rq, operator_kinds[i].label);
	rq->zh = zh;
	return OK;
}

static const char *kind_of(const struct words *w, const char *word)
{
	for (int i = 0; operator_kinds[i].code; i++)
		if (text_is(word, operator_kinds[i].code) || text_is(word, w->kinds[i]) ||
			text_is(word, operator_kinds[i].label))
			return operator_kinds[i].code;
	return NULL;
}

static int64_t place_of(const struct words *w, const char *word)
{
	for (int i = 0; i < w->n_places; i++)
		if (text_is(word, w->places[i].code) || text_is(word, w->places[i].name) ||
			text_is(word, w->places[i].name_en))
			return w->places[i].id;
	return 0;
}

static const char *upper(struct arena *a, const char *s)
{
	char *out = arena_dup(a, s);
	for (char *c = out; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 32);
	return out;
}

static const char *reason(struct req *rq, const char *column, const char *what)
{
	return arena_printf(rq->arena, "%s %s", column, tr(rq, what));
}

/* Where a row goes, and how its words are understood. */
struct taking {
	const struct words *words;
	struct operator* o;
};

/* One cell into the operator; NULL or why not. */
static const char *cell_take(
	struct req *rq, const struct taking *t, const char *column, const char *cell)
{
	struct operator* o = t->o;
	const char *text = one_line(rq->arena, cell);

	if (!text)
		return reason(rq, column, "has a control character in it");
	if (text_is(column, "town")) {
		if (!*text)
			return reason(rq, column, "is needed");
		o->area = place_of(t->words, text);
		return o->area ? NULL
			       : reason(rq, column,
					 "is not a town or sub-district of this district");
	}
	if (text_is(column, "kind") && *text) {
		text = kind_of(t->words, text);
		if (!text)
			return reason(rq, column, "is not a known kind of business");
	}
	if (text_is(column, "uscc"))
		text = upper(rq->arena, text);
	const struct field *f = model_field(&operator_model, column);
	const char *bad = field_read(rq->arena, f, o, text);
	return bad ? field_words(rq->arena, f, reason(rq, column, bad)) : NULL;
}

static const char *cells_take(struct req *rq, const struct taking *t, const struct intake *in,
	const struct intake_row *row)
{
	const struct operator* o = t->o;

	for (int i = 0; i < in->n; i++) {
		const char *bad = cell_take(rq, t, in->kind->columns[in->column[i]], row->cells[i]);
		if (bad)
			return bad;
	}
	if (!o->lat != !o->lon)
		return reason(rq, o->lat ? "lon" : "lat", "is needed");
	return NULL;
}

static enum err row_take(
	struct req *rq, const struct words *w, const struct intake *in, struct intake_row *row)
{
	struct operator before = { .name = "",
		.uscc = "",
		.licence_no = "",
		.kind = "",
		.address = "",
		.legal_person = "",
		.phone = "" },
			o;
	struct list known;
	bool changed;
	const char *licence = one_line(rq->arena, intake_cell(in, rq->arena, row, "licence_no"));

	TRY(db_all(rq, &operator_model, &known, "SELECT * FROM operators WHERE licence_no = $1",
		licence ? licence : ""));
	if (known.n)
		before = *LIST_OF(struct operator, & known);
	o = before;
	row->reason = cells_take(rq, &(struct taking){ w, &o }, in, row);
	if (row->reason)
		return OK;
	return known.n ? operator_change(rq, &o, &before, &changed) : operator_register(rq, &o);
}

static const char *problem_text(
	struct req *rq, const struct intake *in, const struct intake_row *row)
{
	switch (row->problem) {
	case ROW_UNREADABLE:
		return tr(rq, row->unreadable);
	case ROW_FIELDS:
		return arena_printf(
			rq->arena, tr(rq, "has %d fields, the header has %d"), row->n, in->n);
	case ROW_DOUBLED:
		return in->kind->key[1]
			       ? arena_printf(rq->arena, tr(rq, "is about the same as line %d"),
					 (int)row->doubles)
			       : arena_printf(rq->arena,
					 tr(rq, "licence_no is the same as in line %d"),
					 (int)row->doubles);
	case ROW_FINE:
		break;
	}
	return NULL;
}

enum err intake_take(struct req *rq, const struct intake *in, struct intake_row *rows, int n)
{
	struct words w;

	if (!in->kind->take)
		TRY(words_load(rq, &w));
	for (int i = 0; i < n; i++) {
		rows[i].reason = problem_text(rq, in, &rows[i]);
		if (!rows[i].reason)
			TRY(in->kind->take ? in->kind->take(rq, in, &rows[i])
					   : row_take(rq, &w, in, &rows[i]));
		if (rows[i].reason) /* it outlives this request */
			rows[i].reason = arena_dup(in->slice, rows[i].reason);
	}
	return OK;
}
