/* Which scale applies to whom, and all of them at once. */
#include "domains/grading/scales.h"

#include <string.h>

enum err scale_uses_read(const struct node *data, struct scale_book *b, struct fault *why)
{
	b->n_uses = 0;
	NODE_EACH (u, node_find(data, "scales")) {
		struct scale_use *out = &b->uses[b->n_uses];
		if (b->n_uses == SCALE_USES)
			return fault(why, E_INVALID, "at most %d scales", SCALE_USES);
		*out = (struct scale_use){ node_text(u, "scheme", ""), node_text(u, "rule", ""),
			words_of_list(node_find(u, "kinds")),
			words_of_list(node_find(u, "areas")) };
		if (!*out->scheme || !*out->rule || !*out->kinds || !*out->areas)
			return fault(why, E_INVALID,
				"scales: scheme, rule, kinds and areas are needed in each");
		b->n_uses++;
	}
	return b->n_uses ? OK : fault(why, E_INVALID, "scales is needed");
}

/* Does a beginning out of "31 3102 " begin this code? */
static bool place_fits(const char *areas, int64_t area)
{
	char code[24];
	size_t n;
	int64_t v = area < 0 ? 0 : area;

	if (words_have(areas, "*"))
		return true;
	code[sizeof(code) - 1] = 0;
	n = sizeof(code) - 1;
	do {
		code[--n] = (char)('0' + v % 10);
	} while (v /= 10);
	for (const char *at = areas; *at; at += strcspn(at, " "), at += *at == ' ') {
		size_t len = strcspn(at, " ");
		if (len && strncmp(code + n, at, len) == 0)
			return true;
	}
	return false;
}

static bool fits(const struct scale_use *u, const struct grade_facts *f)
{
	return (words_have(u->kinds, "*") || words_have(u->kinds, f->kind)) &&
	       place_fits(u->areas, f->area);
}

static bool taken(const struct scale_outcome *out, int n, const char *scheme)
{
	for (int i = 0; i < n; i++)
		if (strcmp(out[i].scheme, scheme) == 0)
			return true;
	return false;
}

static const struct point_rules *points_named(const struct scale_book *b, const char *name)
{
	for (int i = 0; i < b->n_points; i++)
		if (strcmp(b->points[i].name, name) == 0)
			return &b->points[i];
	return NULL;
}

int scales_compute(struct arena *a, const struct scale_book *b, const struct grade_facts *f,
	struct scale_outcome *out)
{
	int n = 0;

	for (int i = 0; i < b->n_uses && n < SCALES; i++) {
		const struct scale_use *u = &b->uses[i];
		const struct point_rules *p = points_named(b, u->rule);
		if (!fits(u, f) || taken(out, n, u->scheme))
			continue;
		if (strcmp(u->scheme, "QG") == 0)
			qg_compute(a, &b->qg, f, &out[n++]);
		else if (strcmp(u->scheme, "QG_YEAR") == 0)
			qg_year_compute(a, &b->qg, f, &out[n++]);
		else if (p && strcmp(p->scheme, u->scheme) == 0)
			points_compute(a, p, f, &out[n++]);
	}
	return n;
}
