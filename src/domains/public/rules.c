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

/* ---- penalties ----------------------------------------------------------------------------- */
static int days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* The same day so many months later (negative: before), or that month's last day. */
static int64_t months_from(int64_t at, int64_t months)
{
	struct civil c = civil_of(at);
	int64_t m = c.year * 12 + c.month - 1 + months;

	c.year = (int)(m / 12);
	c.month = (int)(m % 12) + 1;
	if (c.day > days_of(c.year, c.month))
		c.day = days_of(c.year, c.month);
	return civil_to_ms(c) + at % SECOND;
}

int64_t public_until(const struct node *data, const struct penalty *p)
{
	int64_t low = node_int(data, "low_fine_fen", 0);
	bool slight = text_is(p->code, "PEN_CRITICISM") ||
		      (text_is(p->code, "PEN_FINE") && p->fine_fen > 0 && p->fine_fen <= low);

	if (text_is(p->code, "PEN_WARN") || !*p->code)
		return 0;
	return months_from(p->decided_at,
		slight ? node_int(data, "short_months", 3) : node_int(data, "long_months", 36));
}

int64_t public_since(const struct node *data, int64_t now)
{
	return months_from(now, -node_int(data, "long_months", 36));
}
