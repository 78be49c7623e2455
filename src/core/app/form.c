/* Forms and JSON bodies, read through the same models. */
#include "core/app/private.h"

#include <stdlib.h>
#include <string.h>

static const char *body_text(struct req *rq, const char *name)
{
	if (!rq->http)
		return NULL;
	const char *s = rq->http->form ? pair_find(rq->http->form, name) : NULL;
	if (s || !rq->priv->body)
		return s;
	const struct node *n = node_find(rq->priv->body, name);
	if (!n || n->type == NODE_NULL)
		return NULL;
	if (n->type == NODE_FLAG)
		return n->i ? "1" : "0";
	if (n->type == NODE_MAP || n->type == NODE_LIST)
		return json_text(rq, n);
	return node_text(n, "", "");
}

const char *form_text(struct req *rq, const char *name)
{
	const char *s = body_text(rq, name);
	return s ? text_trim(rq->arena, s) : "";
}

const char *form_raw(struct req *rq, const char *name)
{
	const char *s = body_text(rq, name);
	return s ? s : "";
}

int64_t form_int(struct req *rq, const char *name, int64_t fallback)
{
	int64_t v;
	return text_to_int(form_text(rq, name), &v) ? v : fallback;
}

bool form_flag(struct req *rq, const char *name)
{
	const char *s = form_text(rq, name);
	return *s && !text_is(s, "0") && !text_is(s, "false");
}

const char *form_words(struct req *rq, const char *name, int most)
{
	const char *s = form_text(rq, name);

	if (utf8_length(s) > (size_t)most)
		field_error(rq, name, "At most %d characters, please.", most);
	return s;
}

const char *request_header(struct req *rq, const char *name)
{
	const char *s = rq->http && rq->http->headers ? pair_find(rq->http->headers, name) : NULL;
	return s ? s : "";
}

const char *query_text(struct req *rq, const char *name)
{
	const char *s = rq->http && rq->http->query ? pair_find(rq->http->query, name) : NULL;
	return s ? text_trim(rq->arena, s) : "";
}

int64_t query_int(struct req *rq, const char *name, int64_t fallback)
{
	int64_t v;
	return text_to_int(query_text(rq, name), &v) ? v : fallback;
}

const struct http_file *form_file(struct req *rq, const char *field)
{
	for (const struct http_file *f = rq->http ? rq->http->files : NULL; f && f->field; f++)
		if (strcmp(f->field, field) == 0)
			return f->size ? f : NULL;
	return NULL;
}

enum err form_read(struct req *rq, const struct model *m, void *row)
{
	for (const struct field *f = m->fields; f->type; f++) {
		if (!f->input)
			continue;
		const char *s = body_text(rq, f->name);
		const char *wrong = field_read(rq->arena, f, row, s ? s : "");
		if (wrong)
			field_error(rq, f->name, "%s",
				arena_printf(rq->arena, "%s%s%s", tr(rq, f->label),
					rq->zh ? "" : " ",
					field_words(rq->arena, f, tr(rq, wrong))));
	}
	if (!rq->priv->errors->first)
		return OK;
	return fail(rq, E_INVALID, "Please correct what is marked below.");
}

static const char *kind_flag(const struct field *f)
{
	if (f->choices)
		return "is_select";
	if (f->type == F_BOOL)
		return "is_bool";
	if (f->as == AS_DATE)
		return "is_date";
	if (f->as == AS_LONG)
		return "is_long";
	if (f->as == AS_SECRET)
		return "is_secret";
	if (f->as == AS_FEN)
		return "is_money";
	return f->type == F_TEXT || f->as == AS_DEGREES || f->as == AS_HUNDREDTHS ? "is_text"
										  : "is_int";
}

static const char *error_of(struct req *rq, const char *field)
{
	NODE_EACH (e, rq->priv->errors)
		if (text_is(node_text(e, "field", ""), field))
			return node_text(e, "text", "");
	return "";
}

static void put_choices(struct req *rq, struct node *n, const struct field *f, const char *value)
{
	struct node *list = put_list(n, "choices");
	for (const struct choice *c = f->choices; c && c->code; c++) {
		struct node *o = put_map(list, NULL);
		put_text(o, "value", c->code);
		put_text(o, "label", tr(rq, c->label));
		put_text(o, "choice_hint", "");
		put_flag(o, "selected", text_is(c->code, value));
	}
}

/* What was typed comes back as it was typed, right or wrong. */
static const char *value_of(struct req *rq, const struct field *f, const void *row)
{
	const char *typed = body_text(rq, f->name);

	if (typed)
		return f->type == F_BOOL && text_is(typed, "0") ? "" : typed;
	if (f->type != F_TEXT && !row_int(f, row))
		return "";
	return field_text(rq->arena, f, row);
}

static void put_limit(struct node *n, const char *name, bool has, int64_t limit)
{
	if (has && limit)
		put_printf(n, name, "%" PRId64, limit);
	else
		put_text(n, name, "");
}

static struct node *put_field(
	struct req *rq, struct node *list, const struct field *f, const void *row)
{
	static const char *const kinds[] = { "is_text", "is_long", "is_date", "is_datetime",
		"is_time", "is_int", "is_money", "is_choice", "is_select", "is_many", "is_bool",
		"is_file", "is_secret", "is_hidden" };
	const char *value = value_of(rq, f, row), *kind = kind_flag(f);
	bool text = f->type == F_TEXT;
	struct node *n = put_map(list, NULL);

	put_text(n, "name", f->name);
	put_text(n, "heading", "");
	put_text(n, "label", tr(rq, f->label ? f->label : f->name));
	put_text(n, "hint", f->hint ? tr(rq, f->hint) : "");
	put_text(n, "value", f->as == AS_SECRET ? "" : value); /* a secret never comes back */
	put_text(n, "error", error_of(rq, f->name));
	put_flag(n, "required", f->required);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		put_flag(n, kinds[i], strcmp(kinds[i], kind) == 0);
	put_limit(n, "min", !text, f->min);
	put_limit(n, "max", !text, f->max);
	put_limit(n, "maxlength", text, f->max);
	put_text(n, "inputmode", f->check == check_phone ? "tel" : "");
	put_text(n, "autocomplete", "");
	put_text(n, "accept", "");
	put_text(n, "suffix", "");
	put_text(n, "lines", "");
	put_choices(rq, n, f, value);
	return n;
}

void show_form(struct req *rq, const char *name, const struct model *m, const void *row)
{
	struct node *form = put_map(rq->view, name), *fields = put_list(form, "fields");
	form->hidden = true;
	for (const struct field *f = m->fields; f->type; f++)
		if (f->input)
			put_field(rq, fields, f, row);
}

static struct node *member(struct node *map, const char *name)
{
	for (struct node *n = map ? map->first : NULL; n; n = n->next)
		if (text_is(n->name, name))
			return n;
	return NULL;
}

static struct node *form_fields(struct req *rq, const char *form)
{
	return member(member(rq->view, form), "fields");
}

void form_ask(struct req *rq, const char *form, const struct asked_field *q)
{
	const struct field f = { .name = q->name,
		.label = q->label,
		.hint = q->hint,
		.type = q->choices || q->line ? F_TEXT : F_BOOL,
		.input = true,
		.required = q->required,
		.choices = q->choices };
	bool sent = rq->http && rq->http->form; /* then a box that is not in it was left empty */
	bool ticked = !sent && q->value && *q->value;
	const void *row = q->choices || q->line ? (const void *)&q->value : (const void *)&ticked;

	struct node *n = put_field(rq, form_fields(rq, form), &f, row);
	if (q->heading)
		member(n, "heading")->s = q->heading;
}

struct node *form_field(struct req *rq, const char *form, const char *name)
{
	for (struct node *n = form_fields(rq, form)->first; n; n = n->next)
		if (text_is(node_text(n, "name", ""), name))
			return n;
	return NULL;
}

bool form_failed(struct req *rq)
{
	return rq->priv->errors->first != NULL;
}

enum err form_again(struct req *rq, const char *template)
{
	if (rq->status < 400)
		rq->status = E_INVALID;
	rq->priv->failed_form = true;
	if (!rq->priv->error)
		rq->priv->error = tr(rq, "Please correct what is marked below.");
	return page(rq, template);
}
