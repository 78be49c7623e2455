/* The order of a volume (O2 78), pure. */
#include "domains/dossier/volume.h"

#include <stdlib.h>
#include <string.h>

static bool names(const struct node *list, const char *word)
{
	NODE_EACH (c, list)
		if (text_is(c->s, word))
			return true;
	return false;
}

/* Is the word one of those in the text, comma between? */
static bool listed(const char *text, const char *word)
{
	size_t n = strlen(word);
	for (const char *s = text; *s;) {
		size_t m = strcspn(s, ",");
		if (m == n && memcmp(s, word, n) == 0)
			return true;
		s += m + (s[m] == ',');
	}
	return false;
}

static bool find_part(const struct node *parts, const char *template,
	bool (*is)(const struct node *, const char *), int *part)
{
	int i = 0;
	NODE_EACH (p, parts) {
		if (is(p, template)) {
			*part = i;
			return true;
		}
		i++;
	}
	return false;
}

static bool has_paper(const struct node *part, const char *template)
{
	return names(node_find(part, "papers"), template);
}

static bool is_other(const struct node *part, const char *template)
{
	(void)template;
	return node_true(part, "other");
}

static bool is_evidence(const struct node *part, const char *template)
{
	(void)template;
	return node_true(part, "evidence");
}

bool volume_place(const struct node *rule, const char *template, struct entry *e)
{
	e->side = false;
	e->part = 0;
	if (names(node_find(rule, "left_out"), template))
		return false;
	if (find_part(node_find(rule, "main"), template, has_paper, &e->part))
		return true;
	e->side = find_part(node_find(rule, "side"), template, has_paper, &e->part);
	if (!e->side) /* what the rule does not name is not lost */
		(void)find_part(node_find(rule, "main"), template, is_other, &e->part);
	return true;
}

void volume_evidence_place(const struct node *rule, struct entry *e)
{
	e->side = false;
	e->part = 0;
	(void)find_part(node_find(rule, "main"), "", is_evidence, &e->part);
}

bool volume_duty_applies(const struct node *duty, const struct dossier_case *c)
{
	const char *outcome = node_text(duty, "outcome", "");
	if (!text_is(node_text(duty, "procedure", ""), c->procedure))
		return false;
	if (node_true(duty, "decided") && !c->decided_at)
		return false;
	return !*outcome || listed(outcome, c->decided_at ? c->outcome : "");
}

static int by_number(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	const int64_t keys[][2] = { { a->side, b->side }, { a->part, b->part },
		{ a->kind == ENTRY_MISSING && !a->after, b->kind == ENTRY_MISSING && !b->after },
		{ a->at, b->at }, { a->after ? a->after : a->id, b->after ? b->after : b->id },
		{ a->after != 0, b->after != 0 }, { a->id, b->id } };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		int order = by_number(keys[i][0], keys[i][1]);
		if (order)
			return order;
	}
	return 0;
}

void volume_sort(struct list *entries)
{
	if (entries->n)
		qsort(entries->at, entries->n, sizeof(struct entry), compare);
}

const char *volume_term(const struct node *rule, const struct dossier_case *c)
{
	NODE_EACH (t, node_find(rule, "terms")) {
		const char *kind = node_text(t, "kinds", ""),
			   *procedure = node_text(t, "procedure", "");
		if (*kind && !listed(c->penalty, kind))
			continue;
		if (*procedure && !text_is(procedure, c->procedure))
			continue;
		return node_text(t, "term", "");
	}
	return "";
}

const char *volume_part_name(const struct node *rule, const struct entry *e, bool zh)
{
	int i = 0;
	NODE_EACH (p, node_find(rule, e->side ? "side" : "main"))
		if (i++ == e->part)
			return node_text(p, zh ? "zh" : "en", "");
	return "";
}
