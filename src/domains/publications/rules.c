#include "domains/publications/rules.h"

#include "core/core.h"

#include <string.h>

static bool has_word(const struct node *list, const char *word, size_t n)
{
	NODE_EACH (w, list)
		if (w->type == NODE_TEXT && strlen(w->s) == n && strncmp(w->s, word, n) == 0)
			return true;
	return false;
}

/* How many of the kinds, and how many of them the list has. */
static void count_kinds(const struct node *list, const char *kinds, int *all, int *in)
{
	*all = *in = 0;
	for (const char *k = kinds; *k; k += strspn(k, ",")) {
		size_t n = strcspn(k, ",");
		*all += 1;
		*in += has_word(list, k, n);
		k += n;
	}
}

bool publication_wanted(const struct node *rule, const struct sanction_kinds *s)
{
	int all, warn;

	count_kinds(node_find(rule, "not_alone"), s->kinds, &all, &warn);
	return all > warn &&
	       has_word(node_find(rule, "procedures"), s->procedure, strlen(s->procedure));
}

static bool is_low(
	const struct node *rule, const struct node *class, const struct sanction_kinds *s)
{
	int64_t low = node_int(rule, "low_fine_fen", 0);

	return node_true(class, "low_fine") && s->fine_fen > 0 && s->fine_fen <= low;
}

static bool fits(const struct node *rule, const struct node *class, const struct sanction_kinds *s)
{
	const struct node *any = node_find(class, "any"), *only = node_find(class, "only");
	int all, in, fine, fines = 0;

	if (any) {
		count_kinds(any, s->kinds, &all, &in);
		return in > 0;
	}
	if (!only)
		return true;
	count_kinds(only, s->kinds, &all, &in);
	if (is_low(rule, class, s)) {
		fine = strstr(s->kinds, "PEN_FINE") != NULL;
		fines = fine;
	}
	return in + fines == all;
}

void publication_term(const struct node *rule, const struct sanction_kinds *s, int64_t published_at,
	struct publication_term *out)
{
	*out = (struct publication_term){ .code = "", .clause = "" };
	NODE_EACH (class, node_find(rule, "classes")) {
		if (!fits(rule, class, s))
			continue;
		struct term most = { .unit = TERM_MONTHS,
			.n = (int)node_int(class, "most_months", 36),
			.stands = true };
		struct term least = { .unit = TERM_MONTHS,
			.n = (int)node_int(class, "least_months", 12),
			.stands = true };
		out->code = node_text(class, "code", "");
		out->clause = node_text(class, "clause", "");
		out->until = term_end(NULL, published_at, &most);
		if (node_true(class, "early"))
			out->early_from = term_end(NULL, published_at, &least) + 1;
		return;
	}
}

/* ---- the early end ------------------------------------------------------------------------- */
const char *early_not_yet(const struct early_facts *f)
{
	if (!f->is_public)
		return "Only a penalty that is public can be ended early.";
	if (!f->early_from)
		return "A penalty of this kind stays public to the end of its term (Order 45 "
		       "article 14).";
	if (f->now < f->early_from)
		return "The shortest time of publication has not passed yet (Order 45 article 14).";
	if (f->asked)
		return "An application is already waiting for its answer.";
	return NULL;
}

const char *early_incomplete(const struct early_facts *f)
{
	if (!f->promised)
		return "The written promise is missing (credit repair, article 8).";
	if (!f->duties_done)
		return "What the decision ordered has not been done (Order 45 article 14(1)).";
	if (!f->harm_removed)
		return "It has not been found that the harm is removed (Order 45 article 14(2)).";
	if (!f->no_repeat)
		return "The party was punished for the same kind again (Order 45 article 14(3)).";
	if (!f->not_listed)
		return "It has not been found that the party is on no list of distrust (Order 45 "
		       "article 14(4)).";
	return NULL;
}
