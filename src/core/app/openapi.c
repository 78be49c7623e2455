/* Generated texts: OpenAPI from routes and models, EVENTS.md from what modules tell and hear. */
#include "core/app/app.h"

#include <string.h>

static const char *type_of(const struct field *f, bool time)
{
	if (f->type == F_BOOL)
		return "boolean";
	if (f->type == F_TEXT || f->as == AS_ID || text_is(f->name, "id") || time)
		return "string";
	return "integer";
}

static void put_property(struct node *props, const struct field *f)
{
	struct node *p = put_map(props, f->name);
	bool time = f->as == AS_TIME || f->as == AS_DATE;

	put_text(p, "type", type_of(f, time));
	if (time)
		put_text(p, "format", "date-time");
	if (f->label)
		put_text(p, "title", f->label);
	if (f->input && f->type == F_TEXT && f->max)
		put_int(p, "maxLength", f->max);
	struct node *all = f->choices ? put_list(p, "enum") : NULL;
	for (const struct choice *c = f->choices; c && c->code; c++)
		put_text(all, NULL, c->code);
}

static struct node *schema_of(struct node *schemas, const struct model *m)
{
	struct node *s = put_map(schemas, m->table), *required = NULL, *props;

	put_text(s, "type", "object");
	props = put_map(s, "properties");
	for (const struct field *f = m->fields; f->type; f++) {
		if (f->as == AS_SECRET)
			continue;
		put_property(props, f);
		if (!f->required)
			continue;
		if (!required)
			required = put_list(s, "required");
		put_text(required, NULL, f->name);
	}
	return s;
}

/* "/cases/:id" becomes "/cases/{id}". */
static const char *path_of(struct arena *a, const char *pattern)
{
	struct buf b = { .arena = a };
	for (; *pattern; pattern++) {
		if (*pattern != ':') {
			buf_putc(&b, *pattern);
			continue;
		}
		size_t n = strcspn(pattern + 1, "/.");
		buf_printf(&b, "{%.*s}", (int)n, pattern + 1);
		pattern += n;
	}
	return b.s;
}

static void put_parameters(struct node *op, const char *pattern)
{
	struct node *list = NULL;
	for (const char *s = pattern; (s = strchr(s, ':')); s++) {
		if (!list)
			list = put_list(op, "parameters");
		struct node *p = put_map(list, NULL);
		put_text(p, "name", arena_copy(op->arena, s + 1, strcspn(s + 1, "/.")));
		put_text(p, "in", "path");
		put_flag(p, "required", true);
		put_text(put_map(p, "schema"), "type", "string");
	}
}

static void put_content(struct node *in, const struct model *m, const char *type)
{
	struct node *media = put_map(put_map(in, "content"), type);
	put_text(put_map(media, "schema"), "$ref",
		arena_printf(in->arena, "#/components/schemas/%s", m->table));
}

static void put_operation(
	struct node *paths, struct node *schemas, const struct module *m, const struct route *r)
{
	struct node *path = NULL;
	const char *name = path_of(paths->arena, r->path);

	for (struct node *c = paths->first; c; c = c->next)
		if (strcmp(c->name, name) == 0)
			path = c;
	if (!path)
		path = put_map(paths, name);
	struct node *op = put_map(path, r->method == GET ? "get" : "post");
	put_text(op, "summary", r->about ? r->about : "");
	put_text(put_list(op, "tags"), NULL, m->name);
	put_parameters(op, r->path);
	if (r->takes) {
		schema_of(schemas, r->takes);
		put_content(put_map(op, "requestBody"), r->takes, "application/json");
	}
	struct node *ok = put_map(put_map(op, "responses"), "200");
	put_text(ok, "description",
		r->method == GET ? "HTML, or JSON when asked for" : "done; see location");
	if (r->gives) {
		schema_of(schemas, r->gives);
		put_content(ok, r->gives, "application/json");
	}
}

const char *app_openapi(struct app *app, struct arena *a)
{
	struct node *doc = node_map(a), *info, *paths, *schemas;
	struct buf b = { .arena = a };

	put_text(doc, "openapi", "3.0.3");
	info = put_map(doc, "info");
	put_text(info, "title", "Shian");
	put_text(info, "version", "1");
	paths = put_map(doc, "paths");
	schemas = put_map(put_map(doc, "components"), "schemas");
	for (const struct module *const *m = app->modules; *m; m++)
		for (const struct route *r = (*m)->routes; r && r->path; r++)
			put_operation(paths, schemas, *m, r);
	json_write(&b, doc);
	return b.s;
}

/* ---- docs/EVENTS.md -------------------------------------------------- */
static bool in_names(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* Does fact lead, through listeners, back to target? */
static bool leads_to(
	const struct module *const *all, const char *fact, const char *target, int depth)
{
	if (depth > 12)
		return true;
	for (const struct module *const *m = all; *m; m++)
		for (const struct listen *l = (*m)->listens; l && l->event; l++) {
			if (strcmp(l->event, fact) != 0)
				continue;
			for (const char *const *t = l->tells; t && *t; t++)
				if (strcmp(*t, target) == 0 || leads_to(all, *t, target, depth + 1))
					return true;
		}
	return false;
}

static void fact_line(const struct app *app, struct buf *b, const char *fact, const char **cycle)
{
	const char *sep = "";
	buf_printf(b, "| `%s` | ", fact);
	for (const struct module *const *m = app->modules; *m; m++) {
		bool tells = in_names((*m)->tells, fact);
		for (const struct listen *l = (*m)->listens; l && l->event; l++)
			tells |= in_names(l->tells, fact);
		if (tells)
			buf_printf(b, "%s%s", sep, (*m)->name), sep = ", ";
	}
	buf_puts(b, " | ");
	sep = "";
	for (const struct module *const *m = app->modules; *m; m++)
		for (const struct listen *l = (*m)->listens; l && l->event; l++) {
			if (strcmp(l->event, fact) != 0)
				continue;
			buf_printf(b, "%s%s", sep, (*m)->name), sep = "; ";
			for (const char *const *t = l->tells; t && *t; t++)
				buf_printf(b, "%s`%s`", t == l->tells ? " → " : ", ", *t);
		}
	buf_puts(b, " |\n");
	if (leads_to(app->modules, fact, fact, 0))
		*cycle = fact;
}

static void fact_note(struct node *names, const char *const *list)
{
	for (; list && *list; list++)
		put_flag(names, *list, true);
}

const char *app_events_doc(const struct app *app, struct arena *a, const char **cycle)
{
	struct buf b = { .arena = a };
	struct node *names = node_map(a);

	*cycle = NULL;
	for (const struct module *const *m = app->modules; *m; m++) {
		fact_note(names, (*m)->tells);
		for (const struct listen *l = (*m)->listens; l && l->event; l++) {
			put_flag(names, l->event, true);
			fact_note(names, l->tells);
		}
	}
	buf_puts(&b,
		"# Who tells and who listens\n\nGenerated by `shian doc events`; a test fails when "
		"it is out of date "
		"or when facts chase each other.\nA fact is a row of the ledger and a call of its "
		"listeners in "
		"the same transaction; what a listener tells in turn\nstands behind the arrow.\n\n"
		"| fact | told by | heard by → tells |\n|---|---|---|\n");
	for (int done = 0; done < names->count; done++) {
		const struct node *least =
			NULL; /* a few dozen names: selection by name keeps the file stable */
		NODE_EACH (n, names)
			if (n->i && (!least || strcmp(n->name, least->name) < 0))
				least = n;
		((struct node *)least)->i = 0;
		fact_line(app, &b, least->name, cycle);
	}
	return b.s;
}
