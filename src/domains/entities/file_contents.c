/* The sections of the one file that this room holds itself, and the list of all sections: what is
 * there, what is missing and why it has to be there. */
#include "domains/entities/entries.h"

#include <string.h>

enum { ENTRY_ROWS = 200, NOTICE_ROWS = 20 };

/* Complaints, talks, recalls are for those who may see cases. */
static bool shown_to(struct req *rq, const struct file_section *s)
{
	static const char *const guarded[] = { "complaints", "talks", "recalls" };

	for (size_t i = 0; i < sizeof(guarded) / sizeof(*guarded); i++)
		if (strcmp(guarded[i], s->code) == 0)
			return may(rq, CASE_READ);
	return true;
}

static bool counts(const struct file_entry *e, int64_t now)
{
	return text_is(e->state, "VALID") && (!e->until || e->until + DAY > now);
}

static void put_entry(struct req *rq, struct node *rows, const struct file_entry *e)
{
	const struct choice *kind = &entry_kinds[entry_kind(e->kind)];
	struct node *n = put_map(rows, NULL);
	bool holds = counts(e, rq->now);

	put_printf(n, "href", "/operators/%" PRId64 "/entries/%" PRId64, e->operator, e->id);
	put_text(n, "at", date_text(rq->arena, e->at));
	put_text(n, "what", e->title);
	put_text(n, "kind", e->kind);
	put_text(
		n, "state", text_is(e->state, "VALID") ? tr(rq, kind->label) : tr(rq, "Withdrawn"));
	put_text(n, "tone", holds ? kind->tone : "neutral");
	put_text(n, "more",
		e->until ? arena_printf(
				   rq->arena, tr(rq, "until %s"), date_text(rq->arena, e->until))
			 : "");
}

static void put_entry_section(
	struct req *rq, struct file_view *v, struct node *list, const struct file_section *s)
{
	struct node *n = put_map(list, NULL), *rows;

	put_text(n, "code", s->code);
	put_text(n, "title", tr(rq, s->title));
	put_text(n, "add",
		may(rq, OPERATOR_WRITE)
			? arena_printf(rq->arena, "/operators/%" PRId64 "/entries/new?kind=%s",
				  v->facts.o->id, entry_kinds[s->entries[0]].code)
			: "")
		->hidden = true;
	rows = put_list(n, "rows");
	for (const struct file_entry *e = LIST_OF(struct file_entry, &v->entries);
		e < LIST_END(struct file_entry, &v->entries); e++) {
		if (entry_section(entry_kind(e->kind)) != s)
			continue;
		put_entry(rq, rows, e);
		v->count[s - file_sections] += counts(e, rq->now);
	}
	if (s == &file_sections[SECTION_NOTICES])
		v->notices = rows;
}

enum err put_entries(struct req *rq, struct file_view *v)
{
	struct node *list = put_list(rq->view, "entry_sections");

	TRY(db_all(rq, &file_entry_model, &v->entries,
		"SELECT * FROM file_entries WHERE operator = $1 ORDER BY at DESC, id DESC LIMIT $2",
		v->facts.o->id, (int)ENTRY_ROWS));
	for (const struct file_entry *e = LIST_OF(struct file_entry, &v->entries);
		e < LIST_END(struct file_entry, &v->entries); e++) {
		int64_t *last = &v->facts.entry_at[entry_kind(e->kind)];
		if (counts(e, rq->now) && e->at > *last)
			*last = e->at;
	}
	for (int i = SECTION_ENTRIES; i <= SECTION_NOTICES; i++)
		if (shown_to(rq, &file_sections[i]))
			put_entry_section(rq, v, list, &file_sections[i]);
	return OK;
}

/* ---- what was made public -------------------------------------------------- */
enum err put_notices(struct req *rq, struct file_view *v)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT id, published_at AS at, 1 AS visit, '' AS number FROM pub_inspections"
		" WHERE operator = $1 AND published_at > 0 UNION ALL"
		" SELECT id, decided_at, 0, number FROM pub_cases"
		" WHERE operator = $1 AND publishable = 1 ORDER BY at DESC, id DESC LIMIT $2",
		v->facts.o->id, (int)NOTICE_ROWS));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		bool visit = rows_int(r, 2) == 1;
		struct node *n = put_map(v->notices, NULL);
		put_printf(n, "href", "%s%" PRId64, visit ? "/inspections/" : "/cases/",
			rows_int(r, 0));
		put_text(n, "at", date_text(rq->arena, rows_int(r, 1)));
		put_text(n, "what",
			visit ? tr(rq, "Inspection published") : tr(rq, "Decision published"));
		put_text(n, "kind", "notice");
		put_text(n, "state", tr(rq, entry_kinds[entry_kind("notice")].label));
		put_text(n, "tone", "info");
		put_text(n, "more", arena_dup(rq->arena, rows_text(r, 3)));
		v->count[SECTION_NOTICES]++;
	}
	rows_close(r);
	return OK;
}

/* ---- all sections ---------------------------------------------------------- */
static const char *part_words(struct req *rq, const struct file_part *p)
{
	const char *label = tr(rq, p->label);

	if (!p->months)
		return label;
	return arena_printf(rq->arena, tr(rq, "%s within %d months"), label, p->months);
}

static void put_missing(struct req *rq, struct node *in, const struct file_part *p)
{
	struct node *m = put_map(in, NULL);

	put_text(m, "section", p->section);
	put_text(m, "label", part_words(rq, p));
	put_text(m, "why", rq->zh ? p->law : p->law_en);
}

struct parts {
	struct file_part at[FILE_PARTS_MAX];
	size_t n;
};

static void put_line(
	struct req *rq, const struct file_view *v, const struct parts *parts, int section)
{
	const struct file_section *s = &file_sections[section];
	struct node *n = put_map((struct node *)node_find(rq->view, "contents"), NULL), *missing;
	bool asked = false;

	put_text(n, "code", s->code);
	put_text(n, "title", tr(rq, s->title));
	put_int(n, "count", v->count[section]);
	missing = put_list(n, "missing");
	for (size_t i = 0; i < parts->n; i++) {
		if (!text_is(parts->at[i].section, s->code))
			continue;
		asked = true;
		if (!parts->at[i].there)
			put_missing(rq, missing, &parts->at[i]);
	}
	if (missing->first)
		put_text(n, "state", tr(rq, "Missing:"));
	else if (v->count[section])
		put_printf(n, "state", tr(rq, "%d on file"), (int)v->count[section]);
	else
		put_text(n, "state", asked ? tr(rq, "Complete") : tr(rq, "Nothing on file"));
	put_text(n, "tone",
		missing->first		     ? "yellow"
		: asked || v->count[section] ? "green"
					     : "neutral");
}

enum err put_contents(struct req *rq, const struct file_view *v)
{
	const struct node *rule;
	struct parts parts;
	struct node *n = put_map(rq->view, "completeness"), *missing;

	TRY(rules(rq, "entities/file", rq->now, &rule));
	parts.n = file_parts(rule, &v->facts, rq->now, parts.at);
	put_int(n, "percent", file_percent(parts.at, parts.n));
	put_text(n, "rule", node_text(rule, "version", ""));
	missing = put_list(n, "missing");
	for (size_t i = 0; i < parts.n; i++)
		if (!parts.at[i].there)
			put_missing(rq, missing, &parts.at[i]);
	put_list(rq->view, "contents");
	for (int i = 0; i < FILE_SECTIONS; i++)
		if (shown_to(rq, &file_sections[i]) && (i != SECTION_CASES || may(rq, CASE_READ)))
			put_line(rq, v, &parts, i);
	return OK;
}
