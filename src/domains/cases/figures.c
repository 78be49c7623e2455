/* What the law compares on figures: which penalty is heavier, and which bounds it reaches. Pure. */
#include "domains/cases/procedure.h"

#include <string.h>

bool kinds_have(const char *kinds, const char *code)
{
	size_t n = strlen(code);

	for (const char *at = kinds; at && n && (at = strstr(at, code)); at += n)
		if ((at == kinds || at[-1] == ',') && (!at[n] || at[n] == ','))
			return true;
	return false;
}

static const char *const kind_codes[] = { "PEN_WARN", "PEN_CRITICISM", "PEN_FINE", "PEN_CONFISCATE",
	"PEN_STOP", "PEN_REVOKE" };

static bool any_kind(const char *kinds, const char *of)
{
	for (size_t i = 0; i < sizeof(kind_codes) / sizeof(*kind_codes); i++)
		if (kinds_have(kinds, kind_codes[i]) && kinds_have(of, kind_codes[i]))
			return true;
	return false;
}

const char *heavier_in(const struct penalty_size *a, const struct penalty_size *b)
{
	if (a->fine_fen > b->fine_fen)
		return "fine";
	if (a->confiscated_fen > b->confiscated_fen)
		return "confiscation";
	if (b->goods_fen >= 0 && a->goods_fen > b->goods_fen)
		return "goods";
	for (size_t i = 0; i < sizeof(kind_codes) / sizeof(*kind_codes); i++)
		if (kinds_have(a->kinds, kind_codes[i]) && !kinds_have(b->kinds, kind_codes[i]))
			return kind_codes[i];
	return "";
}

bool within_simple(const struct bounds *b, const struct penalty_size *p, bool person)
{
	for (size_t i = 0; i < sizeof(kind_codes) / sizeof(*kind_codes); i++)
		if (kinds_have(p->kinds, kind_codes[i]) && !text_is(kind_codes[i], "PEN_WARN") &&
			!text_is(kind_codes[i], "PEN_FINE"))
			return false;
	return !p->confiscated_fen && p->fine_fen >= 0 &&
	       p->fine_fen <= (person ? b->simple_person : b->simple_entity);
}

/* What is taken away: gains and goods count together (听证办法 5 [R]). */
static int64_t taken(const struct penalty_size *p)
{
	return p->confiscated_fen + (p->goods_fen > 0 ? p->goods_fen : 0);
}

bool hearing_due(const struct bounds *b, const struct penalty_size *p, bool person)
{
	int64_t bound = person ? b->hearing_person : b->hearing_entity;

	return p->fine_fen >= bound || taken(p) >= bound || any_kind(p->kinds, b->hearing_kinds);
}

bool discussion_due(const struct bounds *b, const struct penalty_size *p, bool person)
{
	int64_t bound = person ? b->weighty_person : b->weighty_entity;

	return p->fine_fen >= bound || taken(p) >= bound || any_kind(p->kinds, b->weighty_kinds);
}

bool review_is_legal(const struct review_facts *r)
{
	return r->public_interest || r->hearing || r->hard;
}
