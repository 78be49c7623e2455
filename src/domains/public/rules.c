#include "domains/public/rules.h"

#include <ctype.h>
#include <string.h>

/* ---- searching ----------------------------------------------------------------------------- */
bool search_fits(struct arena *a, const char *q)
{
	size_t length = utf8_length(text_trim(a, q));

	return length >= SEARCH_MIN && length <= SEARCH_MAX;
}

/* ---- codes --------------------------------------------------------------------------------- */
/* What stands behind the last mark ("/p/") of an address, up to the next / ? or #; else text. */
static const char *tail_of(struct arena *a, const char *text, const char *mark)
{
	const char *at = NULL;

	for (const char *s = text; (s = strstr(s, mark)); s++)
		at = s + strlen(mark);
	if (!at)
		return text_trim(a, text);
	return arena_copy(a, at, strcspn(at, "/?# "));
}

/* Letters and digits only, blanks and dashes left out; "" when anything else is in it. */
static char *bare(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, strlen(s) + 1), *to = out;

	for (; *s; s++) {
		if (isalnum((unsigned char)*s))
			*to++ = *s;
		else if (*s != ' ' && *s != '-')
			return arena_dup(a, "");
	}
	return out;
}

const char *operator_code(struct arena *a, const char *text)
{
	char *code = bare(a, tail_of(a, text, "/p/"));

	if (strlen(code) != CODE_LENGTH)
		return "";
	for (char *c = code; *c; c++) {
		*c = (char)toupper((unsigned char)*c);
		*c = (char)(*c == 'O' ? '0' : *c == 'I' || *c == 'L' ? '1' : *c);
	}
	return code;
}

const char *paper_code(struct arena *a, const char *text)
{
	char *code = bare(a, tail_of(a, text, "/v/"));

	if (strlen(code) > 40)
		return "";
	for (char *c = code; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return code;
}

/* ---- publication ---------------------------------------------------------------------------- */
void publish_row(const struct node *rule, const char *section, const struct model *m, void *row)
{
	const struct node *list = node_find(rule, section);

	for (const struct field *f = m->fields; f->type; f++) {
		if (f->as == AS_SECRET || (list && node_find(list, f->name)))
			continue;
		if (f->type == F_TEXT)
			*(const char **)((char *)row + f->offset) = "";
		else
			row_set_int(f, row, 0);
	}
}

/* ---- licences ------------------------------------------------------------------------------ */
enum licence licence_now(int64_t valid_to, int64_t now)
{
	if (!valid_to)
		return LICENCE_UNKNOWN;
	return now < valid_to + DAY ? LICENCE_VALID : LICENCE_EXPIRED;
}
