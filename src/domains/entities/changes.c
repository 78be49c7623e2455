#include "domains/entities/changes.h"

#include "domains/entities/labels.h"

#include <string.h>

enum { FACTS_SHOWN = 50 };

static bool differs(struct req *rq, const struct change *c, const struct field *f)
{
	return f->as != AS_SECRET && !text_is(f->name, "version") &&
	       !text_is(field_text(rq->arena, f, c->before), field_text(rq->arena, f, c->after));
}

const char *change_text(struct req *rq, const struct change *c)
{
	struct node *data = node_map(rq->arena);

	for (const struct field *f = c->model->fields; f->type; f++) {
		if (!differs(rq, c, f))
			continue;
		struct node *n = put_map(data, f->name);
		put_text(n, "from", field_text(rq->arena, f, c->before));
		put_text(n, "to", field_text(rq->arena, f, c->after));
	}
	if (!data->first)
		return NULL;
	if (c->reason && *c->reason)
		put_text(data, "reason", c->reason);
	return json_text(rq, data);
}

/* ---- for people -------------------------------------------------------------- */
static const char *value_words(struct req *rq, const struct field *f, const char *value)
{
	if (f->choices && *value)
		return tr(rq, choice_label(f->choices, value));
	if (f->type == F_BOOL)
		return text_is(value, "1") ? tr(rq, "yes") : tr(rq, "no");
	return *value ? value : "—";
}

/* "Valid until: 2026-12-20 → 2031-12-20. Why: renewed": of the members with a label. */
static const char *in_words(struct req *rq, const struct model *m, const char *json)
{
	struct buf b = { .arena = rq->arena };
	struct fault why = { 0 };
	struct node *data;

	if (json_parse(
		    rq->arena, (struct bytes){ (const uint8_t *)json, strlen(json) }, &data, &why))
		return "";
	for (const struct field *f = m->fields; f->type; f++) {
		const struct node *n = f->label ? node_find(data, f->name) : NULL;
		if (!n || n->type != NODE_MAP)
			continue;
		buf_printf(&b, "%s%s: %s → %s", b.n ? "; " : "", tr(rq, f->label),
			value_words(rq, f, node_text(n, "from", "")),
			value_words(rq, f, node_text(n, "to", "")));
	}
	const char *reason = node_text(data, "reason", "");
	if (*reason)
		buf_printf(&b, "%s%s: %s", b.n ? "; " : "", tr(rq, "Reason"), reason);
	return buf_text(&b);
}

struct node *put_fact_row(struct req *rq, struct node *list, struct rows *r)
{
	struct node *n = put_map(list, NULL);
	const char *name = arena_dup(rq->arena, rows_text(r, 1));

	put_time(n, "at", rows_int(r, 0));
	put_text(n, "fact", name);
	put_text(n, "title", tr(rq, label_of(fact_labels, name)));
	put_text(n, "tone", tone_of(fact_labels, name));
	put_text(n, "who", arena_dup(rq->arena, rows_text(r, 2)));
	return n;
}

enum err put_facts(struct req *rq, int64_t subject, const struct model *model)
{
	struct node *list = put_list(rq->view, "timeline"), *n;
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT at, name, actor_name, data FROM pub_ledger WHERE subject = $1"
		" ORDER BY seq DESC LIMIT $2",
		subject, (int)FACTS_SHOWN));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		n = put_fact_row(rq, list, r);
		put_text(n, "detail", in_words(rq, model, rows_text(r, 3)));
		put_text(n, "href", "")->hidden = true;
	}
	rows_close(r);
	return OK;
}

int64_t file_day(int64_t ms)
{
	struct civil c = civil_of(ms);

	return civil_to_ms((struct civil){ .year = c.year, .month = c.month, .day = c.day });
}
