/* The one file on paper: what its page shows to this visitor, section after section. The paper is
 * Chinese whatever language the visitor reads. */
#include "domains/entities/entities.h"

enum { PRINT_VALUES = 4000 };

struct print {
	struct req *rq;
	struct paper_value *at;
	size_t n;
	int rows, lines;
};

static void put(struct print *p, const char *name, const char *text)
{
	if (p->n < PRINT_VALUES)
		p->at[p->n++] = (struct paper_value){ name, text };
}

static void put_in(struct print *p, const char *part, const char *text)
{
	put(p, arena_printf(p->rq->arena, "line.%d.%s", p->lines, part), text);
}

static void put_head(struct print *p, const char *title)
{
	p->lines++;
	put_in(p, "head", tr(p->rq, title));
}

struct line {
	const char *at, *what, *state;
};

static void put_line(struct print *p, struct line l)
{
	if (p->n + 4 >= PRINT_VALUES)
		return;
	p->lines++;
	put_in(p, "at", l.at);
	put_in(p, "what", *l.what ? l.what : "——");
	put_in(p, "state", l.state);
}

/* A section of the page: rows of at, what, state, more. */
static void put_rows(struct print *p, const char *title, const struct node *rows)
{
	put_head(p, title);
	if (!node_first(rows))
		put_line(p, (struct line){ "", tr(p->rq, "Nothing is on file."), "" });
	NODE_EACH (n, rows) {
		const char *more = node_text(n, "more", "");
		put_line(p, (struct line){ node_text(n, "at", ""),
				    arena_printf(p->rq->arena, "%s%s%s", node_text(n, "what", ""),
					    *more ? " " : "", more),
				    node_text(n, "state", "") });
	}
}

static void put_licence_rows(struct print *p, const struct node *rows)
{
	put_head(p, "Licences");
	NODE_EACH (n, rows)
		put_line(p, (struct line){ node_text(n, "until", ""),
				    arena_printf(p->rq->arena, "%s %s %s",
					    node_text(n, "kind_label", ""),
					    node_text(n, "number", ""), node_text(n, "issuer", "")),
				    node_text(n, "state_text", "") });
}

static void put_relation_rows(struct print *p, const struct node *rows)
{
	put_head(p, "Relations");
	if (!node_first(rows))
		put_line(p, (struct line){ "", tr(p->rq, "Nothing is on file."), "" });
	NODE_EACH (n, rows)
		put_line(p, (struct line){ node_text(n, "since", ""),
				    arena_printf(p->rq->arena, "%s %s", node_text(n, "role", ""),
					    node_text(n, "name", "")),
				    node_text(n, "state", "") });
}

static void put_history(struct print *p, const struct node *timeline)
{
	put_head(p, "History");
	NODE_EACH (n, timeline) {
		const struct node *at = node_find(n, "at");
		put_line(p, (struct line){ at && at->display ? at->display : "",
				    node_text(n, "title", ""), node_text(n, "who", "") });
	}
}

/* Sections of other rooms as the page has them, where this visitor may see them. */
static void put_shown(struct print *p, const struct node *view)
{
	static const struct {
		const char *name, *title;
	} all[] = { { "inspections", "Inspections" }, { "cases", "Cases" }, { "leads", "Leads" },
		{ "cameras", "Cameras" }, { "stores", "Cold stores" }, { "papers", "Papers" },
		{ "grade_history", "Grades" } };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const struct node *s = node_find(view, all[i].name);
		if (node_true(s, "shown"))
			put_rows(p, all[i].title, node_find(s, "rows"));
	}
}

static void put_missing(struct print *p, const struct node *contents)
{
	put_head(p, "What is in this file");
	NODE_EACH (n, contents) {
		struct buf b = { .arena = p->rq->arena };
		NODE_EACH (m, node_find(n, "missing"))
			buf_printf(&b, "%s%s", b.n ? "、" : "", node_text(m, "label", ""));
		put_line(p, (struct line){ node_text(n, "title", ""), buf_text(&b),
				    node_text(n, "state", "") });
	}
}

static void fill(struct print *p, const struct operator* o)
{
	const struct node *view = p->rq->view;

	put(p, "name", o->name);
	put(p, "licence", o->licence_no);
	put(p, "printed", time_text(p->rq->arena, p->rq->now));
	put(p, "complete",
		arena_printf(p->rq->arena, "%" PRId64, node_int(view, "completeness.percent", 0)));
	NODE_EACH (n, node_find(view, "rows")) {
		p->rows++;
		put(p, arena_printf(p->rq->arena, "row.%d.label", p->rows),
			node_text(n, "label", ""));
		put(p, arena_printf(p->rq->arena, "row.%d.value", p->rows),
			node_text(n, "value", ""));
	}
	put_missing(p, node_find(view, "contents"));
	put_licence_rows(p, node_find(view, "licences.rows"));
	put_relation_rows(p, node_find(view, "relations.rows"));
	put_shown(p, view);
	NODE_EACH (s, node_find(view, "entry_sections"))
		put_rows(p, node_text(s, "title", ""), node_find(s, "rows"));
	put_history(p, node_find(view, "timeline"));
}

enum err operator_print(struct req *rq)
{
	struct print p = { .rq = rq, .at = NEWS(rq->arena, struct paper_value, PRINT_VALUES) };
	struct operator o;
	struct bytes pdf;

	TRY(operator_load(rq, rq->id, &o));
	rq->zh = true;
	TRY(put_whole_file(rq, &o));
	fill(&p, &o);
	TRY(paper_printout(rq,
		&(struct paper_order){ .template = "operator_file", .values = p.at, .n = p.n },
		&pdf));
	return reply_bytes(
		rq, "application/pdf", pdf, arena_printf(rq->arena, "%s.pdf", o.licence_no));
}
