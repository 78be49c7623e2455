/* A form made of the fields of a template: their labels and kinds stand in the template, or, for
 * those that templates share, in rules/papers/fields.json. */
#include "domains/dossier/dossier.h"

#include <string.h>

enum { TEXT_MAX = 300, LONG_MAX = 4000, MONEY_DIGITS = 12 };

/* Names of fields have dots in them, so they are no paths. */
static const struct node *child_of(const struct node *map, const char *name)
{
	NODE_EACH (c, map)
		if (text_is(c->name, name))
			return c;
	return NULL;
}

static const struct node *label_of(const struct dossier_form *f, const char *name)
{
	const struct node *own = child_of(node_find(f->form, "fields"), name);
	return own ? own : child_of(node_find(f->common, "fields"), name);
}

static const char *label_text(struct req *rq, const struct dossier_form *f, const char *name)
{
	return node_text(label_of(f, name), rq->zh ? "zh" : "en", name);
}

static bool is_row(const char *name)
{
	return strchr(name, '.') != NULL;
}

static bool is_required(const struct dossier_form *f, const char *name)
{
	NODE_EACH (c, node_find(f->form, "required"))
		if (text_is(c->s, name))
			return true;
	return false;
}

/* Calls each for every field that is typed: duty fields, the others, what the form says by itself.
 */
static void each_field(struct req *rq, struct dossier_form *f,
	void (*each)(struct req *rq, struct dossier_form *f, const char *name, void *arg),
	void *arg)
{
	NODE_EACH (c, node_find(f->form, "required"))
		each(rq, f, c->s, arg);
	NODE_EACH (c, node_find(f->form, "optional"))
		each(rq, f, c->s, arg);
	NODE_EACH (c, node_find(f->form, "constants"))
		each(rq, f, c->name, arg);
}

/* "goods.name" in line 2: "goods.2.name" */
static const char *row_name(struct req *rq, const char *name, int row)
{
	const char *dot = strchr(name, '.');
	return arena_printf(rq->arena, "%.*s.%d%s", (int)(dot - name), name, row, dot);
}

/* ---- reading */

static void refuse(struct req *rq, struct dossier_form *f, const char *name, const char *why)
{
	f->bad = true;
	field_error(rq, name, "%s", why);
}

/* Digits, perhaps a point and one or two digits. */
static bool is_money(const char *s, size_t *whole, size_t *cents)
{
	*whole = strspn(s, "0123456789");
	*cents = 0;
	if (!*whole || *whole > MONEY_DIGITS)
		return false;
	if (!s[*whole])
		return true;
	*cents = strspn(s + *whole + 1, "0123456789");
	return s[*whole] == '.' && (*cents == 1 || *cents == 2) && !s[*whole + 1 + *cents];
}

/* "1286.5" as "1,286.50"; NULL when it is no amount. */
static const char *amount_text(struct req *rq, const char *s)
{
	struct buf b = { .arena = rq->arena };
	size_t whole, cents;
	if (!is_money(s, &whole, &cents))
		return NULL;
	for (size_t i = 0; i < whole; i++) {
		if (i && (whole - i) % 3 == 0)
			buf_putc(&b, ',');
		buf_putc(&b, s[i]);
	}
	buf_printf(&b, ".%s", cents ? s + whole + 1 : "00");
	if (cents == 1)
		buf_putc(&b, '0');
	return buf_text(&b);
}

/* What stands on the paper for what was typed; NULL: it is refused, and why is said. */
static const char *value_of(
	struct req *rq, const struct dossier_form *f, const char *name, const char **why)
{
	const struct node *label = label_of(f, is_row(name) ? "" : name);
	const char *kind = node_text(label, "kind", "text"), *typed = form_text(rq, name);
	int64_t day;

	if (!*typed)
		return "";
	if (text_is(kind, "date")) {
		*why = tr(rq, "Enter a date.");
		return date_parse(typed, &day) ? date_zh(rq->arena, day) : NULL;
	}
	if (text_is(kind, "money")) {
		*why = tr(rq, "Enter an amount in yuan, such as 1286.50.");
		return amount_text(rq, typed);
	}
	if (text_is(kind, "choice")) {
		NODE_EACH (c, node_find(label, "choices"))
			if (text_is(node_text(c, "0", ""), typed))
				return typed;
		*why = tr(rq, "Choose one.");
		return NULL;
	}
	*why = tr(rq, "This is too long.");
	return utf8_length(typed) <= (text_is(kind, "long") ? LONG_MAX : TEXT_MAX) ? typed : NULL;
}

static void keep(struct dossier_form *f, const char *name, const char *text)
{
	if (*text && f->n < DOSSIER_VALUES)
		f->v[f->n++] = (struct paper_value){ name, text };
}

static void read_one(struct req *rq, struct dossier_form *f, const char *name, bool duty)
{
	const char *why = "", *value = value_of(rq, f, name, &why);
	if (!value)
		refuse(rq, f, name, why);
	else if (!*value && duty)
		refuse(rq, f, name, tr(rq, "This has to be filled in."));
	else
		keep(f, name, value);
}

/* Does a line of the table say anything? */
static bool row_given(struct req *rq, const struct dossier_form *f, const char *name, int row)
{
	size_t n = (size_t)(strchr(name, '.') - name) + 1;
	static const char *const lists[] = { "required", "optional" };
	for (int i = 0; i < 2; i++)
		NODE_EACH (c, node_find(f->form, lists[i]))
			if (strncmp(c->s, name, n) == 0 && *form_text(rq, row_name(rq, c->s, row)))
				return true;
	return false;
}

static void read_field(struct req *rq, struct dossier_form *f, const char *name, void *arg)
{
	bool duty = is_required(f, name), any = false;
	(void)arg;
	if (!is_row(name)) {
		read_one(rq, f, name, duty);
		return;
	}
	int to = 0; /* lines are closed up: an empty one between two is left out */
	for (int row = 1; row <= DOSSIER_ROWS; row++) {
		if (!row_given(rq, f, name, row))
			continue;
		const char *why = "", *typed = row_name(rq, name, row);
		const char *value = value_of(rq, f, typed, &why);
		any = true;
		to++;
		if (!value || (!*value && duty))
			refuse(rq, f, typed, value ? tr(rq, "This has to be filled in.") : why);
		else
			keep(f, row_name(rq, name, to), value);
	}
	if (duty && !any)
		refuse(rq, f, row_name(rq, name, 1), tr(rq, "This has to be filled in."));
}

void dossier_form_read(struct req *rq, struct dossier_form *f)
{
	f->n = 0;
	f->bad = false;
	each_field(rq, f, read_field, NULL);
}

/* ---- showing */

/* What is known: names and texts. */
struct known {
	const char *name, *text;
};
struct shown {
	const struct known *known;
	bool typed; /* the form came back: its own words */
	struct node *fields, *tables;
};

static const char *shown_value(
	struct req *rq, const struct dossier_form *f, const char *name, const struct shown *s)
{
	if (s->typed)
		return form_text(rq, name);
	for (const struct known *k = s->known; k->name; k++)
		if (text_is(k->name, name))
			return k->text;
	return node_text(child_of(node_find(f->form, "constants"), name) ? f->form : NULL,
		arena_printf(rq->arena, "constants.%s", name), "");
}

static void show_choices(
	struct req *rq, struct node *n, const struct node *label, const char *value)
{
	struct node *list = put_list(n, "choices");
	NODE_EACH (c, node_find(label, "choices")) {
		struct node *o = put_map(list, NULL);
		const char *code = node_text(c, "0", "");
		put_text(o, "value", code);
		put_text(o, "label", node_text(c, rq->zh ? "1" : "2", code));
		put_text(o, "choice_hint", "");
		put_flag(o, "selected", text_is(code, value));
	}
}

/* An error that dossier_form_read said is found again by reading the value once more. */
static const char *error_at(
	struct req *rq, const struct dossier_form *f, const char *name, bool duty)
{
	const char *why = "", *value = value_of(rq, f, name, &why);
	if (!value)
		return why;
	return !*value && duty ? tr(rq, "This has to be filled in.") : "";
}

static void show_field(
	struct req *rq, const struct dossier_form *f, const struct shown *s, const char *name)
{
	static const char *const kinds[] = { "text", "long", "date", "money", "choice" };
	static const char *const flags[] = { "is_text", "is_long", "is_date", "is_money",
		"is_choice" };
	static const char *const empty[] = { "hint", "maxlength", "inputmode", "autocomplete",
		"suffix", "lines", "min", "max", "accept" };
	const struct node *label = label_of(f, name);
	const char *kind = node_text(label, "kind", "text"), *value = shown_value(rq, f, name, s);
	struct node *n = put_map(s->fields, NULL);
	bool duty = is_required(f, name);

	put_text(n, "name", name);
	put_text(n, "label", label_text(rq, f, name));
	put_text(n, "value", value);
	put_text(n, "error", s->typed ? error_at(rq, f, name, duty) : "");
	put_flag(n, "required", duty);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		put_flag(n, flags[i], text_is(kind, kinds[i]));
	for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
		put_text(n, empty[i], "");
	show_choices(rq, n, label, value);
}

/* One table for all columns of a list: "goods.name" and "goods.amount" stand side by side. */
static void show_table_of(
	struct req *rq, struct dossier_form *f, const char *name, const struct shown *s)
{
	const char *list = arena_copy(rq->arena, name, (size_t)(strchr(name, '.') - name));
	static const char *const lists[] = { "required", "optional" };
	for (struct node *t = s->tables->first; t; t = t->next)
		if (text_is(node_text(t, "list", ""), list))
			return;
	struct node *table = put_map(s->tables, NULL);
	put_text(table, "list", list);
	struct node *columns = put_list(table, "columns"), *rows = put_list(table, "rows");
	for (int row = 0; row <= DOSSIER_ROWS; row++) {
		struct node *cells = NULL;
		if (row) {
			struct node *r = put_map(rows, NULL);
			put_int(r, "row", row);
			cells = put_list(r, "cells");
		}
		for (int i = 0; i < 2; i++)
			NODE_EACH (c, node_find(f->form, lists[i])) {
				if (!text_starts(c->s, arena_printf(rq->arena, "%s.", list)))
					continue;
				struct node *n = put_map(row ? cells : columns, NULL);
				const char *at = row ? row_name(rq, c->s, row) : c->s;
				put_text(n, "label", label_text(rq, f, c->s));
				put_text(n, "name", at);
				put_text(n, "value", row && s->typed ? form_text(rq, at) : "");
			}
	}
}

static void show_any(struct req *rq, struct dossier_form *f, const char *name, void *arg)
{
	if (is_row(name))
		show_table_of(rq, f, name, arg);
	else
		show_field(rq, f, arg, name);
}

static const char *column(struct req *rq, struct rows *r, int i)
{
	return arena_dup(rq->arena, rows_text(r, i));
}

enum err dossier_form_show(struct req *rq, struct dossier_form *f, const struct dossier_case *c)
{
	struct rows *r;
	bool more;
	const struct node *acts, *act = NULL;

	TRY(db_query(rq, &r,
		"SELECT o.name, o.uscc, o.address, o.legal_person, o.phone, a.name, a.card_no, "
		"b.name,"
		" b.card_no FROM pub_operators o LEFT JOIN pub_users a ON a.id = $2"
		" LEFT JOIN pub_users b ON b.id = $3 WHERE o.id = $1",
		c->operator, c->officer1, c->officer2));
	TRY(rows_next(r, &more));
	if (!more)
		return fail(rq, E_NOT_FOUND, "The business of this case is not in the register.");
	TRY(rules(rq, "cases/acts", c->filed_at ? c->filed_at : rq->now, &acts));
	NODE_EACH (a, node_find(acts, "acts"))
		if (text_is(node_text(a, "code", ""), c->act))
			act = a;
	const struct known known[] = { { "party_name", column(rq, r, 0) },
		{ "party_id", column(rq, r, 1) }, { "party_address", column(rq, r, 2) },
		{ "party_legal", column(rq, r, 3) }, { "party_phone", column(rq, r, 4) },
		{ "officer1", column(rq, r, 5) }, { "officer1_card", column(rq, r, 6) },
		{ "officer2", column(rq, r, 7) }, { "officer2_card", column(rq, r, 8) },
		{ "contact", column(rq, r, 5) },
		{ "contact_phone", setting(rq, "contact_phone", "12315") },
		{ "review_body", setting(rq, "review_body", "示范区人民政府") },
		{ "court", setting(rq, "court", "示范区人民法院") }, { "cause", c->act_name },
		{ "case_no", c->number }, { "act", node_text(act, "short", c->act_name) },
		{ "provision", node_text(act, "provision", "") },
		{ "basis", node_text(act, "basis", "") }, { NULL, NULL } };
	rows_close(r);
	struct shown s = { .known = known,
		.typed = rq->http && form_flag(rq, "template"),
		.fields = put_list(rq->view, "fields"),
		.tables = put_list(rq->view, "tables") };
	each_field(rq, f, show_any, &s);
	return OK;
}
