/* The file as it stood at the end of a past day: today's rows, with every change told since then
 * taken back. What the rooms keep no past of is said, not guessed. */
#include "domains/entities/changes.h"
#include "domains/entities/entries.h"
#include "domains/entities/labels.h"
#include "domains/entities/licences.h"
#include "domains/entities/relations.h"

#include "contracts/facts.h"

#include <string.h>

enum { AT_ROWS = 200, AT_SHOWN = 20 };

struct past {
	int64_t day, end; /* its midnight; its last millisecond */
	struct operator o;
	struct list licences, relations, entries;
};

/* ---- taking changes back -------------------------------------------------------- */
static void set_back(struct req *rq, const struct field *f, void *row, const char *from)
{
	int64_t v = 0;

	if (f->type == F_TEXT)
		*(const char **)((char *)row + f->offset) = arena_dup(rq->arena, from);
	else if (f->as == AS_DATE)
		row_set_int(f, row, date_parse(from, &v) ? v : 0);
	else if (*from)
		(void)field_read(rq->arena, f, row, from);
	else
		row_set_int(f, row, 0);
}

static void take_back(struct req *rq, const struct model *m, void *row, const char *json)
{
	struct fault why = { 0 };
	struct node *data;

	if (json_parse(
		    rq->arena, (struct bytes){ (const uint8_t *)json, strlen(json) }, &data, &why))
		return;
	for (const struct field *f = m->fields; f->type; f++) {
		const struct node *n = node_find(data, f->name);
		if (n && n->type == NODE_MAP)
			set_back(rq, f, row, node_text(n, "from", ""));
	}
}

/* The row of this id; every model here begins with its id. NULL: not among them. */
static void *row_of(const struct list *l, const struct model *m, int64_t id)
{
	for (size_t i = 0; i < l->n; i++) {
		char *row = (char *)l->at + i * m->size;
		if (row_int(&m->fields[0], row) == id)
			return row;
	}
	return NULL;
}

static enum err take_all_back(struct req *rq, struct past *p)
{
	const struct list own = { &p->o, 1 };
	const struct {
		const char *fact;
		const struct model *model;
		const struct list *rows;
	} kinds[] = {
		{ OPERATOR_CHANGED, &operator_model, &own },
		{ LICENCE_CHANGED, &licence_model, &p->licences },
		{ RELATION_CHANGED, &relation_model, &p->relations },
		{ FILE_ENTRY_CORRECTED, &file_entry_model, &p->entries },
	};
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT subject, name, data FROM pub_ledger WHERE entity = $1 AND at > $2"
		" AND name IN ($3, $4, $5, $6) ORDER BY seq DESC",
		p->o.id, p->end, kinds[0].fact, kinds[1].fact, kinds[2].fact, kinds[3].fact));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
			if (!text_is(rows_text(r, 1), kinds[k].fact))
				continue;
			void *row = row_of(kinds[k].rows, kinds[k].model, rows_int(r, 0));
			if (row)
				take_back(rq, kinds[k].model, row, rows_text(r, 2));
		}
	}
	rows_close(r);
	return OK;
}

static enum err past_load(struct req *rq, struct past *p)
{
	TRY(db_all(rq, &licence_model, &p->licences,
		"SELECT * FROM licences WHERE operator = $1 AND entered_at <= $2 ORDER BY id "
		"LIMIT $3",
		p->o.id, p->end, (int)AT_ROWS));
	TRY(db_all(rq, &relation_model, &p->relations,
		"SELECT * FROM relations WHERE (operator = $1 OR other = $1) AND entered_at <= $2"
		" ORDER BY id LIMIT $3",
		p->o.id, p->end, (int)AT_ROWS));
	TRY(db_all(rq, &file_entry_model, &p->entries,
		"SELECT * FROM file_entries WHERE operator = $1 AND entered_at <= $2"
		" ORDER BY at DESC, id DESC LIMIT $3",
		p->o.id, p->end, (int)AT_ROWS));
	return take_all_back(rq, p);
}

/* ---- what is shown ---------------------------------------------------------------- */
struct line {
	const char *at, *what, *state, *tone, *more;
};

static void put_line(struct node *rows, const struct line *l)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "at", l->at);
	put_text(n, "what", l->what);
	put_text(n, "state", l->state);
	put_text(n, "tone", l->tone);
	put_text(n, "more", l->more);
}

static struct node *put_section(struct req *rq, const char *code, const char *title)
{
	struct node *n = put_map((struct node *)node_find(rq->view, "sections"), NULL);

	put_text(n, "code", code);
	put_text(n, "title", tr(rq, title));
	return put_list(n, "rows");
}

static void put_particulars(struct req *rq, const struct past *p)
{
	struct node *rows = put_list(rq->view, "rows");

	rows->hidden = true;
	for (const struct field *f = operator_model.fields; f->type; f++) {
		if (!f->label || text_is(f->name, "area"))
			continue;
		const char *value = field_text(rq->arena, f, &p->o);
		struct node *n = put_map(rows, NULL);
		put_text(n, "label", tr(rq, f->label));
		put_text(n, "value",
			!*value	     ? "—"
			: f->choices ? tr(rq, choice_label(f->choices, value))
				     : value);
		put_text(n, "href", "");
		put_text(n, "action", "");
	}
}

static void put_licence(
	struct req *rq, struct node *rows, const struct past *p, const struct licence *l)
{
	int days;
	bool over =
		licence_state(l->valid_until, p->day, 0, &days) == LICENCE_EXPIRED && !l->no_end;

	put_line(rows, &(struct line){ .at = l->no_end	      ? tr(rq, "without an end")
					     : l->valid_until ? date_text(rq->arena, l->valid_until)
							      : "—",
			       .what = l->number,
			       .more = tr(rq, choice_label(licence_kinds, l->kind)),
			       .state = over && text_is(l->state, "VALID")
						? tr(rq, "Expired")
						: tr(rq, choice_label(licence_states, l->state)),
			       .tone = over || !text_is(l->state, "VALID") ? "red" : "green" });
}

/* The rows of this room itself, and the licence that was the file's own number when it had no row.
 */
static void put_own(struct req *rq, const struct past *p)
{
	struct node *rows = put_section(rq, "licences", "Licences");
	bool main = false;

	for (const struct licence *l = LIST_OF(struct licence, &p->licences);
		l < LIST_END(struct licence, &p->licences); l++) {
		main = main || text_is(l->number, p->o.licence_no);
		put_licence(rq, rows, p, l);
	}
	if (!main)
		put_licence(rq, rows, p,
			&(struct licence){ .kind = "",
				.number = p->o.licence_no,
				.valid_until = p->o.licence_valid_to,
				.state = "VALID" });
	rows = put_section(rq, "relations", "Relations");
	for (const struct relation *r = LIST_OF(struct relation, &p->relations);
		r < LIST_END(struct relation, &p->relations); r++) {
		bool holds = text_is(r->state, "VALID") && r->since <= p->day &&
			     (!r->until || r->until >= p->day);
		put_line(
			rows, &(struct line){ .at = r->since ? date_text(rq->arena, r->since) : "—",
				      .what = relation_words(rq, r, p->o.id),
				      .state = holds ? tr(rq, "Holds") : tr(rq, "Over"),
				      .tone = holds ? "green" : "neutral",
				      .more = "" });
	}
	rows = put_section(rq, "entries", "Entries made by hand");
	for (const struct file_entry *e = LIST_OF(struct file_entry, &p->entries);
		e < LIST_END(struct file_entry, &p->entries); e++)
		put_line(rows, &(struct line){ .at = date_text(rq->arena, e->at),
				       .what = e->title,
				       .state = text_is(e->state, "VALID")
							? tr(rq, choice_label(entry_kinds, e->kind))
							: tr(rq, "Withdrawn"),
				       .tone = "neutral",
				       .more = "" });
}

/* ---- of other rooms ---------------------------------------------------------------- */
enum other { GRADES, VISITS, CASES_TOLD };

/* Rows at, what, state: each query bound with operator, end of the day, how many. */
static enum err other_rows(struct req *rq, const struct past *p, enum other which, struct rows **r)
{
	if (which == GRADES)
		return db_query(rq, r,
			"SELECT at, letter, colour FROM pub_grade_history WHERE operator = $1"
			" AND at <= $2 ORDER BY at DESC, id DESC LIMIT $3",
			p->o.id, p->end, (int)AT_SHOWN);
	if (which == VISITS)
		return db_query(rq, r,
			"SELECT inspected_at, kind, result FROM pub_inspections WHERE operator = $1"
			" AND inspected_at <= $2 ORDER BY inspected_at DESC, id DESC LIMIT $3",
			p->o.id, p->end, (int)AT_SHOWN);
	return db_query(rq, r,
		"SELECT c.opened_at, c.act_name, coalesce((SELECT l.name FROM pub_ledger l"
		" WHERE l.subject = c.id AND l.at <= $2 AND l.name LIKE 'case.%'"
		" ORDER BY l.seq DESC LIMIT 1), '') FROM pub_cases c WHERE c.operator = $1"
		" AND c.opened_at <= $2 ORDER BY c.opened_at DESC, c.id DESC LIMIT $3",
		p->o.id, p->end, (int)AT_SHOWN);
}

static enum err put_other(struct req *rq, const struct past *p, enum other which, struct node *rows)
{
	static const struct {
		const struct label *whats, *states;
	} words[] = { { NULL, grade_labels }, { inspection_labels, result_labels },
		{ NULL, fact_labels } };
	struct rows *r;
	bool more;

	TRY(other_rows(rq, p, which, &r));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const char *what = arena_dup(rq->arena, rows_text(r, 1)),
			   *state = arena_dup(rq->arena, rows_text(r, 2));
		put_line(
			rows, &(struct line){ .at = date_text(rq->arena, rows_int(r, 0)),
				      .what = words[which].whats
						      ? tr(rq, label_of(words[which].whats, what))
						      : what,
				      .state = *state ? tr(rq, label_of(words[which].states, state))
						      : "—",
				      .tone = tone_of(words[which].states, state),
				      .more = "" });
	}
	rows_close(r);
	return OK;
}

static enum err put_others(struct req *rq, const struct past *p)
{
	if (may(rq, GRADE_READ))
		TRY(put_other(rq, p, GRADES, put_section(rq, "grades", "Grades")));
	if (may(rq, INSPECTION_READ))
		TRY(put_other(rq, p, VISITS, put_section(rq, "inspections", "Inspections")));
	if (may(rq, CASE_READ))
		TRY(put_other(rq, p, CASES_TOLD, put_section(rq, "cases", "Cases")));
	return OK;
}

static void put_unknown(struct req *rq)
{
	static const char *const words[] = {
		"Cameras, cold stores and leads: their rooms keep no state of a past day; what "
		"happened is in the history.",
		"How complete the file was: it is computed for today only.",
		"What was entered after that day is not shown, even where it speaks of a day "
		"before.",
	};
	struct node *list = put_list(rq->view, "unknown");

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		put_text(put_map(list, NULL), "text", tr(rq, words[i]));
}

/* The first fact of a file is its registration: before that there was no file. */
static enum err on_file(struct req *rq, const struct past *p, bool *there)
{
	int64_t first;

	TRY(db_int(rq, &first,
		"SELECT coalesce(min(at), 0) FROM pub_ledger WHERE entity = $1 AND name = $2",
		p->o.id, OPERATOR_REGISTERED));
	*there = first && first <= p->end;
	if (first)
		put_text(rq->view, "registered", date_text(rq->arena, first));
	else
		put_text(rq->view, "registered", "");
	return OK;
}

enum err operator_file_at(struct req *rq, const struct operator* o)
{
	struct past p = { .o = *o };
	const char *text = query_text(rq, "at");
	bool good = date_parse(text, &p.day) && p.day <= rq->now, there = false;

	p.end = p.day + DAY - 1;
	put_text(rq->view, "at", text);
	put_text(rq->view, "wrong",
		good ? "" : tr(rq, "Give a day that has passed, such as 2026-01-31."));
	put_printf(rq->view, "path", "/operators/%" PRId64, o->id);
	if (good)
		TRY(on_file(rq, &p, &there));
	put_flag(rq->view, "there", there);
	put_flag(rq->view, "absent", good && !there)->hidden = true;
	put_list(rq->view, "sections");
	if (there) {
		TRY(past_load(rq, &p));
		put_particulars(rq, &p);
		put_own(rq, &p);
		TRY(put_others(rq, &p));
		put_unknown(rq);
	}
	show(rq, "operator", &operator_model, &p.o);
	if (!good)
		rq->status = E_INVALID;
	return page(rq, "entities/file_at");
}
