#include "domains/cases/exempt.h"

#include <string.h>

static bool has_word(const struct node *list, const char *word)
{
	NODE_EACH (n, list)
		if (n->type == NODE_TEXT && strcmp(n->s, word) == 0)
			return true;
	return false;
}

/* The field (领域) an act belongs to; an act of no field is a field of its own. */
static bool same_field(const struct node *rule, const char *a, const char *b)
{
	NODE_EACH (f, node_find(rule, "fields"))
		if (has_word(node_find(f, "acts"), a))
			return has_word(node_find(f, "acts"), b);
	return strcmp(a, b) == 0;
}

static int64_t years_back(int64_t at, int64_t years)
{
	struct civil c = civil_of(at);

	c.year -= (int)years;
	c.hour = c.minute = c.second = 0;
	return civil_to_ms(c);
}

const struct prior_offence *exempt_prior(const struct node *rule, const struct exempt_facts *f)
{
	int64_t since = years_back(f->at, node_int(rule, "look_back.years", 2));
	const struct prior_offence *last = NULL;

	for (size_t i = 0; i < f->n_priors; i++) {
		const struct prior_offence *p = &f->priors[i];
		if (p->at < since || p->at > f->at)
			continue;
		if (!has_word(node_find(rule, "look_back.outcomes"), p->outcome))
			continue;
		if (node_true(rule, "look_back.same_field") && !same_field(rule, f->act, p->act))
			continue;
		if (!last || p->at > last->at)
			last = p;
	}
	return last;
}

enum reply { REPLY_NONE, REPLY_NO, REPLY_YES };

static enum reply reply_to(const struct exempt_facts *f, const char *condition)
{
	for (size_t i = 0; i < f->n_replies; i++)
		if (strcmp(f->replies[i].condition, condition) == 0)
			return f->replies[i].yes ? REPLY_YES : REPLY_NO;
	return REPLY_NONE;
}

static const struct node *condition_of(const struct node *rule, const char *code)
{
	NODE_EACH (c, node_find(rule, "conditions"))
		if (strcmp(node_text(c, "code", ""), code) == 0)
			return c;
	return NULL;
}

/* What is missing so far, in three spellings. */
struct missing {
	struct buf zh, en, codes;
};

static void lacks(struct missing *m, const struct node *rule, const char *code)
{
	const struct node *c = condition_of(rule, code);

	buf_printf(&m->zh, "%s%s", m->zh.n ? "、" : "", node_text(c, "name", code));
	buf_printf(&m->en, "%s%s", m->en.n ? ", " : "", node_text(c, "name_en", code));
	buf_printf(&m->codes, "%s%s", m->codes.n ? " " : "", code);
}

/* What the files say comes first; an officer only adds what they do not hold. */
static enum reply answered(
	const struct exempt_facts *f, const char *condition, const struct prior_offence *prior)
{
	if (prior && strcmp(condition, "first") == 0)
		return REPLY_NO;
	return reply_to(f, condition);
}

/* What is weighed: the rule, and one of its items. */
struct weighed {
	struct arena *arena;
	const struct node *rule, *item;
	const struct exempt_facts *f;
};

/* Names the conditions of the item that have this reply, and says whether there is one. */
static bool gather(const struct weighed *w, struct missing *m, enum reply which)
{
	const struct prior_offence *prior = exempt_prior(w->rule, w->f);
	bool any = false;

	NODE_EACH (c, node_find(w->item, "conditions"))
		if (answered(w->f, c->s, prior) == which) {
			lacks(m, w->rule, c->s);
			any = true;
		}
	return any;
}

static void weigh_item(const struct weighed *w, struct exempt_item *out)
{
	struct arena *a = w->arena;
	const struct node *item = w->item;
	struct missing m = { .zh = { .arena = a }, .en = { .arena = a }, .codes = { .arena = a } };

	*out = (struct exempt_item){ .code = node_text(item, "code", ""),
		.list = node_text(item, "list", ""),
		.ground = node_text(item, "ground", ""),
		.name = node_text(item, "name", ""),
		.name_en = node_text(item, "name_en", ""),
		.article = node_text(item, "article", ""),
		.article_en = node_text(item, "article_en", ""),
		.confirmed = strcmp(node_text(item, "mark", "R"), "C") == 0,
		.confiscates = node_true(item, "confiscates"),
		.party_proves = node_true(item, "party_proves") };
	if (gather(w, &m, REPLY_NO))
		out->verdict = EXEMPT_FAILS;
	else if (gather(w, &m, REPLY_NONE))
		out->verdict = EXEMPT_ASKS;
	else if (strcmp(node_text(item, "effect", "may_not"), "must_not") == 0)
		out->verdict = EXEMPT_MUST_NOT;
	else
		out->verdict = EXEMPT_MAY_NOT;
	if (has_word(node_find(item, "conditions"), "first")) {
		const struct prior_offence *prior = exempt_prior(w->rule, w->f);
		out->prior_at = prior ? prior->at : 0;
	}
	out->missing = buf_text(&m.zh);
	out->missing_en = buf_text(&m.en);
	out->missing_codes = buf_text(&m.codes);
}

static bool speaks_of(const struct node *item, const char *act)
{
	return !node_find(item, "acts") || has_word(node_find(item, "acts"), act);
}

int exempt_items(struct arena *a, const struct node *rule, const struct exempt_facts *f,
	struct exempt_item **out)
{
	const struct node *items = node_find(rule, "items");
	size_t most = items ? (size_t)items->count : 0;
	struct exempt_item *all = NEWS(a, struct exempt_item, most + 1),
			   *sorted = NEWS(a, struct exempt_item, most + 1);
	int n = 0, k = 0;

	NODE_EACH (item, items)
		if (speaks_of(item, f->act))
			weigh_item(&(struct weighed){ a, rule, item, f }, &all[n++]);
	for (int verdict = EXEMPT_MUST_NOT; verdict <= EXEMPT_FAILS; verdict++)
		for (int i = 0; i < n; i++)
			if ((int)all[i].verdict == verdict)
				sorted[k++] = all[i];
	*out = sorted;
	return n;
}

const char *exempt_refuses(const struct exempt_item *items, int n, const char *code)
{
	for (int i = 0; i < n; i++) {
		if (strcmp(items[i].code, code) != 0)
			continue;
		if (items[i].verdict == EXEMPT_ASKS)
			return "A condition of this item of the no-penalty list is not answered "
			       "yet "
			       "(APL article 33).";
		if (items[i].verdict == EXEMPT_FAILS)
			return items[i].prior_at
				       ? "The party was found out in the same field before, within "
					 "the years the list looks back: not a first offence (APL "
					 "article 33)."
				       : "A condition of this item of the no-penalty list is not "
					 "met (APL article 33).";
		return NULL;
	}
	return "This item of the no-penalty list does not speak of this act (APL article 33).";
}
