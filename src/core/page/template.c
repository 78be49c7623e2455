/* Parsing: text into a tree of parts. Rendering is in render.c. */
#include "core/page/template_parts.h"

#include <string.h>

struct parser {
	struct templates *set;
	const char *name, *at, *end;
	int line, depth;
	struct fault *why;
};

struct templates *templates_new(struct arena *a)
{
	struct templates *t = NEW(a, struct templates);
	t->arena = a;
	return t;
}

static const struct template *find(const struct templates *t, const char *name)
{
	for (const struct template *p = t->first; p; p = p->next)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

bool templates_has(const struct templates *t, const char *name)
{
	return find(t, name) != NULL;
}

static enum err wrong(struct parser *p, const char *what)
{
	return fault(p->why, E_INVALID, "template %s, line %d: %s", p->name, p->line, what);
}

static struct part *part_add(struct parser *p, struct part ***tail, enum part_kind kind)
{
	struct part *n = NEW(p->set->arena, struct part);
	n->kind = kind;
	n->line = p->line;
	**tail = n;
	*tail = &n->next;
	return n;
}

static void lines_count(struct parser *p, const char *from, const char *to)
{
	for (; from < to; from++)
		p->line += *from == '\n';
}

static void text_add(struct parser *p, struct part ***tail, const char *from, const char *to)
{
	if (to == from)
		return;
	struct part *n = part_add(p, tail, PART_TEXT);
	n->text = arena_copy(p->set->arena, from, (size_t)(to - from));
	n->n = (size_t)(to - from);
	lines_count(p, from, to);
}

static enum err parts_read(struct parser *p, struct part **first, const char *closing);

static enum part_kind kind_of(char sign)
{
	switch (sign) {
	case '#':
		return PART_SECTION;
	case '^':
		return PART_INVERTED;
	case '>':
		return PART_PARTIAL;
	case '<':
		return PART_PARENT;
	case '$':
		return PART_BLOCK;
	case '_':
		return PART_TRANSLATED;
	case '&':
		return PART_RAW;
	default:
		return PART_VALUE;
	}
}

/* One tag that is neither comment nor closing. */
static enum err tag_read(
	struct parser *p, struct part ***tail, enum part_kind kind, const char *name)
{
	struct part *n = part_add(p, tail, kind);
	n->text = name;
	n->n = strlen(name);
	if (!n->n)
		return wrong(p, "an empty tag");
	if (kind == PART_SECTION || kind == PART_INVERTED || kind == PART_BLOCK ||
		kind == PART_PARENT) {
		if (++p->depth > MAX_NESTING)
			return wrong(p, "nested too deep");
		TRY(parts_read(p, &n->inner, name));
		p->depth--;
	}
	return OK;
}

/* The text of a section ended. */
static enum err text_ended(struct parser *p, int opened, const char *closing)
{
	p->at = p->end;
	if (!closing)
		return OK;
	p->line = opened;
	return wrong(p, arena_printf(p->set->arena, "%s is not closed", closing));
}

struct tag {
	char sign; /* ' ': none */
	const char *name;
};

/* The tag whose braces begin at open; the parser then stands behind it. */
static enum err tag_next(struct parser *p, const char *open, struct tag *out)
{
	bool triple = open + 2 < p->end && open[2] == '{';
	size_t braces = triple ? 3 : 2;
	const char *from = open + braces;
	const char *close = memmem(from, (size_t)(p->end - from), "}}}", braces);
	if (!close)
		return wrong(p, "{{ without }}");
	p->at = close + braces;
	lines_count(p, open, p->at);
	bool sign = !triple && strchr("#^/><$_&!", *from);
	from += sign;
	out->sign = triple ? '&' : sign ? from[-1] : ' ';
	out->name =
		text_trim(p->set->arena, arena_copy(p->set->arena, from, (size_t)(close - from)));
	return OK;
}

static enum err parts_read(struct parser *p, struct part **first, const char *closing)
{
	struct part **tail = first;
	int opened = p->line;

	for (;;) {
		const char *open = memmem(p->at, (size_t)(p->end - p->at), "{{", 2);
		text_add(p, &tail, p->at, open ? open : p->end);
		if (!open)
			return text_ended(p, opened, closing);
		struct tag tag;
		TRY(tag_next(p, open, &tag));
		if (tag.sign == '!')
			continue;
		if (tag.sign == '/' && closing && strcmp(tag.name, closing) == 0)
			return OK;
		if (tag.sign == '/')
			return wrong(
				p, arena_printf(p->set->arena, "/%s closes nothing", tag.name));
		TRY(tag_read(p, &tail, kind_of(tag.sign), tag.name));
	}
}

enum err templates_add(
	struct templates *t, const char *name, const char *text, size_t n, struct fault *why)
{
	struct template *made = NEW(t->arena, struct template);
	struct parser p = { t, name, text, text + n, 1, 0, why };

	made->name = name;
	TRY(parts_read(&p, &made->parts, NULL));
	made->next = t->first;
	t->first = made;
	return OK;
}

static enum err parts_link(struct templates *t, const char *name, struct part *p, struct fault *why)
{
	for (; p; p = p->next) {
		if (p->kind == PART_PARTIAL || p->kind == PART_PARENT) {
			p->template = find(t, p->text);
			if (!p->template)
				return fault(why, E_INVALID, "template %s, line %d: there is no %s",
					name, p->line, p->text);
		}
		TRY(parts_link(t, name, p->inner, why));
	}
	return OK;
}

enum err templates_close(struct templates *t, struct fault *why)
{
	for (struct template *p = t->first; p; p = p->next)
		TRY(parts_link(t, p->name, p->parts, why));
	return OK;
}
