#include "core/page/template_parts.h"

#include <string.h>

/* The context stack, innermost first, and the blocks that pages give to their layouts, outermost
 * page first. */
struct scope {
	const struct node *node;
	const struct scope *outer;
};

struct blocks {
	const struct part *parts;
	const struct blocks *outer;
};

struct walk {
	struct render *r;
	int depth;
	bool endless; /* a template that calls itself: everything stops at once */
};

static void parts_show(
	struct walk *w, const struct part *p, const struct scope *s, const struct blocks *b);

void html_escape(struct buf *b, const char *s)
{
	for (;;) {
		size_t n = strcspn(s, "<>&\"'");
		buf_add(b, s, n);
		s += n;
		switch (*s++) {
		case 0:
			return;
		case '<':
			buf_puts(b, "&lt;");
			break;
		case '>':
			buf_puts(b, "&gt;");
			break;
		case '&':
			buf_puts(b, "&amp;");
			break;
		case '"':
			buf_puts(b, "&quot;");
			break;
		default:
			buf_puts(b, "&#39;");
		}
	}
}

static const struct node *child_of(const struct node *map, const char *name, size_t n)
{
	if (!map || map->type != NODE_MAP)
		return NULL;
	NODE_EACH (c, map)
		if (strncmp(c->name, name, n) == 0 && !c->name[n])
			return c;
	return NULL;
}

static const struct node *lookup(struct walk *w, const struct scope *s, const char *name)
{
	if (strcmp(name, ".") == 0)
		return s->node;
	size_t n = strcspn(name, ".");
	const struct node *found = NULL;
	if (strcmp(name, "csrf") == 0)
		w->r->used_csrf = true;
	for (; s && !found; s = s->outer)
		found = child_of(s->node, name, n);
	if (!found)
		found = child_of(w->r->globals, name, n);
	return found && name[n] ? node_find(found, name + n + 1) : found;
}

static void value_show(struct walk *w, const struct node *n, bool raw)
{
	char digits[24];

	if (!n)
		return;
	const char *s = n->display;
	if (!s && n->type == NODE_TEXT) {
		s = n->s;
	} else if (!s && n->type == NODE_INT) {
		struct buf b = { .arena = w->r->out->arena };
		buf_printf(&b, "%" PRId64, n->i);
		memcpy(digits, b.s, b.n + 1);
		s = digits;
	} else if (!s && n->type == NODE_FLAG) {
		s = n->i ? "true" : "";
	}
	if (!s)
		return;
	if (raw && n->raw)
		buf_puts(w->r->out, s);
	else
		html_escape(w->r->out, s);
}

static void section_show(
	struct walk *w, const struct part *p, const struct scope *s, const struct blocks *b)
{
	const struct node *n = lookup(w, s, p->text);
	bool there = n && node_true(n, "");

	if (p->kind == PART_INVERTED) {
		if (!there)
			parts_show(w, p->inner, s, b);
		return;
	}
	if (!there)
		return;
	if (n->type == NODE_LIST) {
		NODE_EACH (c, n)
			parts_show(w, p->inner, &(struct scope){ c, s }, b);
	} else {
		parts_show(w, p->inner, &(struct scope){ n, s }, b);
	}
}

/* The outermost page that defines the block wins. */
static void block_show(
	struct walk *w, const struct part *p, const struct scope *s, const struct blocks *b)
{
	const struct part *best = p->inner;
	for (const struct blocks *x = b; x; x = x->outer)
		for (const struct part *q = x->parts; q; q = q->next)
			if (q->kind == PART_BLOCK && strcmp(q->text, p->text) == 0)
				best = q->inner;
	parts_show(w, best, s, b);
}

static void part_show(
	struct walk *w, const struct part *p, const struct scope *s, const struct blocks *b)
{
	switch (p->kind) {
	case PART_TEXT:
		buf_add(w->r->out, p->text, p->n);
		break;
	case PART_VALUE:
	case PART_RAW:
		value_show(w, lookup(w, s, p->text), p->kind == PART_RAW);
		break;
	case PART_SECTION:
	case PART_INVERTED:
		section_show(w, p, s, b);
		break;
	case PART_PARTIAL:
		parts_show(w, p->template->parts, s, b);
		break;
	case PART_PARENT:
		parts_show(w, p->template->parts, s, &(struct blocks){ p->inner, b });
		break;
	case PART_BLOCK:
		block_show(w, p, s, b);
		break;
	case PART_TRANSLATED:
		html_escape(w->r->out, catalog_get(w->r->catalog, p->text));
		break;
	}
}

static void parts_show(
	struct walk *w, const struct part *p, const struct scope *s, const struct blocks *b)
{
	if (++w->depth > MAX_NESTING * 4)
		w->endless = true;
	for (; p && !w->endless; p = p->next)
		part_show(w, p, s, b);
	w->depth--;
}

enum err template_render(
	struct render *r, const char *name, const struct node *view, struct fault *why)
{
	struct walk w = { r, 0, false };

	for (const struct template *t = r->set->first; t; t = t->next)
		if (strcmp(t->name, name) == 0) {
			parts_show(&w, t->parts, &(struct scope){ view, NULL }, NULL);
			if (w.endless)
				return fault(why, E_INTERNAL, "the template %s calls itself", name);
			return r->out->full
				       ? fault(why, E_INTERNAL, "the page %s is too large", name)
				       : OK;
		}
	return fault(why, E_INTERNAL, "there is no template %s", name);
}
