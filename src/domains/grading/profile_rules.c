/* Static points out of a risk profile, pure. The rule (rules/grading/risk-*-profile.json): of each
 * factor the class that gives most counts, the factors are added, up to a maximum. */
#include "domains/grading/scales.h"

#include <string.h>

/* ---- the facts: "form=seller;at=1764000000000;floor_area=120;..." -------------------------- */
static const char *fact_text(struct arena *a, const char *facts, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = facts ? facts : ""; *at;) {
		size_t len = strcspn(at, ";");
		if (len > n && at[n] == '=' && strncmp(at, name, n) == 0)
			return arena_copy(a, at + n + 1, len - n - 1);
		at += len + (at[len] == ';');
	}
	return "";
}

static int64_t fact_number(struct arena *a, const char *facts, const char *name)
{
	int64_t v = 0;

	return text_to_int(fact_text(a, facts, name), &v) ? v : 0;
}

/* ---- the data ------------------------------------------------------------------------------ */
static const char *class_wrong(const struct node *c)
{
	int64_t last = -1;

	if (!*node_text(c, "fact", ""))
		return "profile: a class says of which fact it is";
	if (!node_find(c, "steps"))
		return node_int(c, "points", -1) < 0 ? "profile: a class gives points" : NULL;
	NODE_EACH (s, node_find(c, "steps")) {
		int64_t from = node_int(s, "from", -1);
		if (from <= last || node_int(s, "points", -1) < 0)
			return "profile: steps rise, each with its points";
		last = from;
	}
	return NULL;
}

static const char *group_wrong(const struct node *g)
{
	int factors = 0;

	if (!*node_text(g, "form", "") || !node_first(node_find(g, "kinds")))
		return "profile: form and kinds are needed in each group";
	NODE_EACH (f, node_find(g, "factors")) {
		if (++factors > PROFILE_LINES || !node_first(node_find(f, "classes")))
			return "profile: at most eight factors, each with classes";
		NODE_EACH (c, node_find(f, "classes")) {
			const char *wrong = class_wrong(c);
			if (wrong)
				return wrong;
		}
	}
	return factors ? NULL : "profile: factors are needed in each group";
}

const char *profile_wrong(const struct node *profile)
{
	if (node_int(profile, "max", 0) <= 0)
		return "profile: max is needed";
	NODE_EACH (g, node_find(profile, "groups")) {
		const char *wrong = group_wrong(g);
		if (wrong)
			return wrong;
	}
	return node_first(node_find(profile, "groups")) ? NULL : "profile: groups are needed";
}

static const struct node *group_of(const struct node *profile, const char *kind)
{
	NODE_EACH (g, node_find(profile, "groups"))
		NODE_EACH (k, node_find(g, "kinds"))
			if (k->type == NODE_TEXT && strcmp(k->s, kind) == 0)
				return g;
	return NULL;
}

const char *profile_form(const struct node *profile, const char *kind)
{
	return node_text(group_of(profile, kind), "form", "");
}

/* ---- the arithmetic ------------------------------------------------------------------------ */
/* Of food classes each is worth what the first class of the data says that begins it (the narrowest
 * stands first); the highest counts. */
static int64_t codes_points(
	struct arena *a, const struct node *factor, const char *codes, const char **which)
{
	int64_t best = -1;

	for (const char *at = codes; *at;) {
		size_t len = strcspn(at, " ");
		const char *code = arena_copy(a, at, len);
		NODE_EACH (c, node_find(factor, "classes")) {
			if (!len || !text_starts(code, node_text(c, "starts", "")))
				continue;
			if (node_int(c, "points", 0) > best) {
				best = node_int(c, "points", 0);
				*which = code;
			}
			break;
		}
		at += len + (at[len] == ' ');
	}
	return best;
}

static bool is_one_of(const struct node *list, const char *text)
{
	NODE_EACH (k, list)
		if (k->type == NODE_TEXT && text_is(k->s, text))
			return true;
	return false;
}

/* Points of a class; -1: it does not fit. what: the fact as it stands. */
static int64_t class_points(
	struct arena *a, const struct node *c, const struct grade_facts *f, const char **what)
{
	const char *fact = node_text(c, "fact", "");
	int64_t points = -1;

	*what = text_is(fact, "kind") ? f->kind : fact_text(a, f->profile, fact);
	if (node_find(c, "is"))
		return is_one_of(node_find(c, "is"), *what) ? node_int(c, "points", 0) : -1;
	NODE_EACH (s, node_find(c, "steps"))
		if (fact_number(a, f->profile, fact) >= node_int(s, "from", 0))
			points = node_int(s, "points", 0);
	return points;
}

/* The class that gives most. */
static int64_t factor_points(
	struct arena *a, const struct node *factor, const struct grade_facts *f, const char **about)
{
	const char *what = "", *fact = node_text(factor, "classes.0.fact", "");
	int64_t best = -1;

	if (node_find(factor, "classes.0.starts")) {
		best = codes_points(a, factor, fact_text(a, f->profile, fact), &what);
		*about = arena_printf(a, "%s:%s", fact, what);
		return best;
	}
	NODE_EACH (c, node_find(factor, "classes")) {
		int64_t p = class_points(a, c, f, &what);
		if (p <= best)
			continue;
		best = p;
		*about = arena_printf(a, "%s:%s", node_text(c, "fact", ""), what);
	}
	return best;
}

bool profile_compute(struct arena *a, const struct node *profile, const struct grade_facts *f,
	struct profile_points *out)
{
	const struct node *g = group_of(profile, f->kind);
	int64_t max = node_int(profile, "max", 0), at;

	*out = (struct profile_points){ .source = node_text(profile, "source", "") };
	if (!g || !f->profile || !*f->profile ||
		!text_is(fact_text(a, f->profile, "form"), node_text(g, "form", "")))
		return false;
	at = fact_number(a, f->profile, "at");
	NODE_EACH (factor, node_find(g, "factors")) {
		const char *about = NULL;
		int64_t points = factor_points(a, factor, f, &about);
		points = points > 0 ? points : 0;
		out->lines[out->n++] = (struct grade_line){ "profile", points_text(a, points), "",
			at, 0, node_text(factor, "source", ""), about };
		out->sum += points;
	}
	out->kept = out->sum > max ? max : out->sum;
	return true;
}
