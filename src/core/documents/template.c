#include "core/documents/parse.h"

#include <string.h>

static enum err declare_list(struct parse *p, json_t *names, struct paper_field like)
{
	size_t i;
	json_t *name;
	if (names && !json_is_array(names))
		return parse_bad(p, "names of fields stand in a list");
	json_array_foreach(names, i, name)
	{
		if (!json_is_string(name))
			return parse_bad(p, "a name of a field is a text");
		like.name = json_string_value(name);
		TRY(parse_declare(p, like));
	}
	return OK;
}

static enum err declare_with(struct parse *p, json_t *with)
{
	const char *when;
	json_t *names;
	if (with && !json_is_object(with))
		return parse_bad(p, "required_with is an object: field to names");
	json_object_foreach(with, when, names)
	{
		TRY(declare_list(
			p, names, (struct paper_field){ .text = when, .need = NEED_WITH }));
		bool known = false;
		for (size_t i = 0; i < p->n_fields; i++)
			known = known || text_is(p->fields[i].name, when);
		if (!known)
			return parse_bad(p, "required_with names %s, which is not declared", when);
	}
	return OK;
}

static enum err declare_constants(struct parse *p, json_t *constants)
{
	const char *name;
	json_t *text;
	if (constants && !json_is_object(constants))
		return parse_bad(p, "constants is an object: field to text");
	json_object_foreach(constants, name, text)
	{
		if (!json_is_string(text))
			return parse_bad(p, "the constant %s is not a text", name);
		TRY(parse_declare(p, (struct paper_field){ name, json_string_value(text),
					     NEED_CONSTANT, false }));
	}
	return OK;
}

struct lists {
	json_t *required, *optional, *with, *pictures, *required_pictures, *constants;
};

static enum err declare_all(struct parse *p, const struct lists *l)
{
	static const char *const builtin[] = { "number", "bureau", "date" };
	for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++) {
		TRY(parse_declare(p, (struct paper_field){ builtin[i], "", NEED_BUILTIN, false }));
		p->used[i] = true;
	}
	TRY(declare_list(p, l->required, (struct paper_field){ .need = NEED_ALWAYS }));
	TRY(declare_list(p, l->optional, (struct paper_field){ .need = NEED_NEVER }));
	TRY(declare_list(
		p, l->pictures, (struct paper_field){ .need = NEED_NEVER, .picture = true }));
	TRY(declare_list(p, l->required_pictures,
		(struct paper_field){ .need = NEED_ALWAYS, .picture = true }));
	TRY(declare_with(p, l->with));
	return declare_constants(p, l->constants);
}

static enum err all_used(struct parse *p)
{
	p->block = 0;
	for (size_t i = 0; i < p->n_fields; i++)
		if (!p->used[i])
			return parse_bad(
				p, "the field %s is declared but never used", p->fields[i].name);
	return OK;
}

/* Labels of fields that are there; what they say is read by whoever makes the form. */
static enum err form_labels(struct parse *p, json_t *form)
{
	const char *name;
	json_t *label;
	if (form && !json_is_object(form))
		return parse_bad(p, "fields is not an object");
	json_object_foreach(form, name, label)
	{
		bool known = false;
		for (size_t i = 0; i < p->n_fields; i++)
			known |= text_is(p->fields[i].name, name);
		if (!known)
			return parse_bad(p, "fields names %s, which is not declared", name);
	}
	return OK;
}

static enum err parse_head(struct parse *p, struct paper_template *t, const char *from)
{
	if (!date_parse(from, &t->valid_from))
		return parse_bad(p, "valid_from '%s' is no date", from);
	if (!t->code[0] || !t->name[0] || !t->version[0] || !t->source[0])
		return parse_bad(p, "code, name, version and source may not be empty");
	t->code = arena_dup(p->arena, t->code);
	t->name = arena_dup(p->arena, t->name);
	t->type = arena_dup(p->arena, t->type);
	t->number = arena_dup(p->arena, t->number);
	t->version = arena_dup(p->arena, t->version);
	t->source = arena_dup(p->arena, t->source);
	return OK;
}

static enum err parse_root(struct parse *p, json_t *root, struct paper_template *t)
{
	struct lists l = { 0 };
	struct paper_body *body = NEW(p->arena, struct paper_body);
	json_t *blocks;
	json_error_t e;
	json_t *form = NULL; /* labels of the fields, for who makes a form of them */
	json_int_t national = 0;
	const char *from, *footer = "";
	int poster = 0, code = 0, by_hand = 0, bound = 0;
	t->type = t->number = "";
	if (json_unpack_ex(root, &e, 0,
		    "{s:s,s:s,s?s,s?s,s:s,s:s,s:s,s?I,s?b,s?o, s?o,s?o,s?o,s?o,s?o,s?o, "
		    "s?s,s?b,s?b,s?b,s:o !}",
		    "code", &t->code, "name", &t->name, "type", &t->type, "number", &t->number,
		    "version", &t->version, "source", &t->source, "valid_from", &from, "national",
		    &national, "by_hand", &by_hand, "fields", &form, "required", &l.required,
		    "optional", &l.optional, "required_with", &l.with, "pictures", &l.pictures,
		    "required_pictures", &l.required_pictures, "constants", &l.constants, "footer",
		    &footer, "poster", &poster, "code_at_foot", &code, "bound", &bound, "blocks",
		    &blocks))
		return parse_bad(p, "%s", e.text);
	TRY(parse_head(p, t, from));
	TRY(declare_all(p, &l));
	TRY(parse_number(p, t->number, &body->number));
	TRY(parse_phrase(p, footer, &body->footer));
	TRY(parse_blocks(p, blocks, &body->blocks, &body->n_blocks));
	TRY(all_used(p));
	if (p->numbered != (t->number[0] != 0))
		return parse_bad(p, "a number pattern and a number block go together");
	t->national = national;
	t->by_hand = by_hand != 0;
	TRY(form_labels(p, form));
	body->poster = poster != 0;
	body->code = code != 0;
	body->bound = bound != 0;
	body->numbered = p->numbered;
	body->sealed = p->sealed;
	t->body = body;
	t->n_fields = p->n_fields;
	struct paper_field *fields = NEWS(p->arena, struct paper_field, p->n_fields);
	memcpy(fields, p->fields, p->n_fields * sizeof *fields);
	t->fields = fields;
	return OK;
}

enum err paper_template_parse(
	struct arena *a, struct bytes json, struct paper_template **out, struct fault *why)
{
	json_error_t e;
	json_t *root = json_loadb((const char *)json.at, json.n, JSON_REJECT_DUPLICATES, &e);
	if (!root)
		return fault(why, E_INVALID, "line %d: %s", e.line, e.text);
	struct parse *p = NEW(a, struct parse);
	p->arena = a;
	p->why = why;
	struct paper_template *t = NEW(a, struct paper_template);
	enum err err = parse_root(p, root, t);
	json_decref(root);
	if (err == OK)
		*out = t;
	return err;
}

char *paper_number(struct arena *a, const struct paper_template *t, const struct paper_serial *s)
{
	struct buf b = { .arena = a };
	for (size_t i = 0; i < t->body->number.n; i++) {
		const struct piece *p = &t->body->number.pieces[i];
		if (p->kind == PIECE_TEXT)
			buf_puts(&b, p->text);
		else if (text_is(p->name, "office"))
			buf_puts(&b, s->office);
		else if (text_is(p->name, "district"))
			buf_puts(&b, s->district ? s->district : "");
		else if (text_is(p->name, "type"))
			buf_puts(&b, t->type);
		else if (text_is(p->name, "year"))
			buf_printf(&b, "%d", s->year);
		else
			buf_printf(&b, "%0*" PRId64, p->text[0] ? p->text[0] - '0' : 1, s->seq);
	}
	return arena_dup(a, buf_text(&b));
}
