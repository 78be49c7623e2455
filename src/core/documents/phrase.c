#include "core/documents/parse.h"

#include <stdio.h>
#include <string.h>

enum err parse_bad(struct parse *p, const char *fmt, ...)
{
	char text[360];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (p->block)
		return fault(p->why, E_INVALID, "block %d: %s", p->block, text);
	return fault(p->why, E_INVALID, "%s", text);
}

static bool name_is_fine(const char *s)
{
	size_t n = strlen(s);
	return n > 0 && n <= 48 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_.") == n &&
	       s[0] != '.' && s[n - 1] != '.';
}

static size_t find(const struct parse *p, const char *name)
{
	size_t i = 0;
	while (i < p->n_fields && !text_is(p->fields[i].name, name))
		i++;
	return i;
}

enum err parse_declare(struct parse *p, struct paper_field f)
{
	if (!name_is_fine(f.name))
		return parse_bad(p, "'%s' is no name of a field", f.name);
	if (find(p, f.name) < p->n_fields)
		return parse_bad(p, "the field %s is declared twice", f.name);
	if (p->n_fields == PARSE_FIELDS)
		return parse_bad(p, "more than %d fields", PARSE_FIELDS);
	f.name = arena_dup(p->arena, f.name);
	f.text = arena_dup(p->arena, f.text);
	p->fields[p->n_fields++] = f;
	return OK;
}

enum err parse_use(struct parse *p, const char *name, bool picture)
{
	size_t i = find(p, name);
	if (i == p->n_fields)
		return parse_bad(p, "the field {%s} is not declared", name);
	if (picture && !p->fields[i].picture)
		return parse_bad(p, "%s is not declared as a picture", name);
	const char *dot = strchr(name, '.');
	size_t n = dot ? (size_t)(dot - name) : 0;
	if (dot && (!p->list || strlen(p->list) != n || strncmp(p->list, name, n) != 0))
		return parse_bad(p, "{%s} stands outside of its list", name);
	p->used[i] = true;
	return OK;
}

static enum err one_piece(struct parse *p, char *inside, struct piece *out)
{
	if (text_is(inside, "#")) {
		if (!p->list)
			return parse_bad(p, "{#} stands outside of a list");
		*out = (struct piece){ PIECE_COUNT, "", "" };
		return OK;
	}
	bool tick = inside[0] == '?';
	char *name = inside + tick;
	char *mid = strchr(name, tick ? '=' : '|');
	if (tick && !mid)
		return parse_bad(p, "{%s} needs a value to compare with", inside);
	if (mid)
		*mid = 0;
	TRY(parse_use(p, name, false));
	*out = (struct piece){ tick ? PIECE_TICK : PIECE_FIELD, name, mid ? mid + 1 : "" };
	return OK;
}

/* Cuts a text at its braces; each piece inside them is handed to one. */
static enum err cut(struct parse *p, const char *text, struct phrase *out,
	enum err (*one)(struct parse *, char *, struct piece *))
{
	size_t most = 1;
	for (const char *s = text; *s; s++)
		most += *s == '{' ? 2 : 0;
	struct piece *pieces = NEWS(p->arena, struct piece, most);
	size_t n = 0;
	for (const char *s = text; *s;) {
		size_t plain = strcspn(s, "{}");
		if (plain > 0)
			pieces[n++] =
				(struct piece){ PIECE_TEXT, "", arena_copy(p->arena, s, plain) };
		s += plain;
		if (!*s)
			break;
		size_t inside = strcspn(s + 1, "{}");
		if (*s == '}' || s[1 + inside] != '}')
			return parse_bad(p, "a brace is not closed in '%.80s'", text);
		TRY(one(p, arena_copy(p->arena, s + 1, inside), &pieces[n++]));
		s += inside + 2;
	}
	*out = (struct phrase){ pieces, n };
	return OK;
}

enum err parse_phrase(struct parse *p, const char *text, struct phrase *out)
{
	return cut(p, text ? text : "", out, one_piece);
}

static enum err one_number_piece(struct parse *p, char *inside, struct piece *out)
{
	static const char *const known[] = { "office", "district", "type", "year", "seq" };
	*out = (struct piece){ PIECE_FIELD, inside, "" };
	if (text_starts(inside, "seq:")) {
		if (inside[4] < '1' || inside[4] > '9' || inside[5])
			return parse_bad(p, "{%s}: the width is one digit", inside);
		*out = (struct piece){ PIECE_FIELD, "seq", inside + 4 };
		return OK;
	}
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (text_is(inside, known[i]))
			return OK;
	return parse_bad(p, "the number does not know {%s}", inside);
}

enum err parse_number(struct parse *p, const char *pattern, struct phrase *out)
{
	if (!pattern[0])
		return OK;
	if (!strstr(pattern, "{seq") || !strstr(pattern, "〔{year}〕"))
		return parse_bad(p, "the number '%s' needs 〔{year}〕 and {seq}", pattern);
	return cut(p, pattern, out, one_number_piece);
}
