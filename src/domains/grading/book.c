/* The rules in force at a time: those of the program and of DATA/rules, and those that an officer
 * put in force after a rehearsal. */
#include "domains/grading/grading.h"

#include <string.h>

static enum err parse(struct req *rq, const char *text, const struct node **out)
{
	struct fault why = { 0 };
	struct node *n;

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)text, strlen(text) }, &n, &why))
		return fail(rq, E_INTERNAL, "The grading rules are not usable: %s", why.text);
	*out = n;
	return OK;
}

struct applied_row {
	const char *name, *text;
	int64_t in_force_from;
};
static const struct model applied_model = MODEL("grade_rules_applied", struct applied_row,
	FIELDS(STORED(struct applied_row, name), STORED(struct applied_row, text),
		STORED(struct applied_row, in_force_from)));

static int64_t valid_from(const struct node *data)
{
	int64_t ms = 0;
	return date_parse(node_text(data, "valid_from", ""), &ms) ? ms : 0;
}

/* Of the file's and the applied ones the one that came into force last; list: by that time. */
struct choosing {
	const char *name;
	int64_t at;
	const struct list *applied;
};

static enum err choose(struct req *rq, const struct choosing *c, const struct node **out)
{
	const struct applied_row *best = NULL;

	TRY(rules(rq, c->name, c->at, out));
	for (const struct applied_row *r = LIST_OF(struct applied_row, c->applied);
		r < LIST_END(struct applied_row, c->applied); r++)
		if (text_is(r->name, c->name) && r->in_force_from >= valid_from(*out))
			best = r;
	return best ? parse(rq, best->text, out) : OK;
}

static enum err applied_load(struct req *rq, int64_t at, struct list *l)
{
	return db_all(rq, &applied_model, l,
		"SELECT name, text, in_force_from FROM grade_rules_applied WHERE in_force_from <= "
		"$1 ORDER BY in_force_from, id",
		at);
}

enum err grade_rule(struct req *rq, const char *name, int64_t at, const struct node **out)
{
	struct list l;

	TRY(db_all(rq, &applied_model, &l,
		"SELECT name, text, in_force_from FROM grade_rules_applied WHERE in_force_from <= "
		"$1 AND name = $2 ORDER BY in_force_from, id",
		at, name));
	return choose(rq, &(struct choosing){ name, at, &l }, out);
}

struct reading {
	struct req *rq;
	struct scale_book *book;
	const struct node *candidate;
	struct list applied;
	struct buf signature;
	int64_t at;
};

static enum err take(struct reading *r, const char *name, const struct node **out)
{
	if (r->candidate && text_is(node_text(r->candidate, "name", ""), name))
		*out = r->candidate;
	else
		TRY(choose(r->rq, &(struct choosing){ name, r->at, &r->applied }, out));
	/* the day of force too: a file may replace another of the same version */
	buf_printf(&r->signature, "%s %s %s;", name, node_text(*out, "version", ""),
		node_text(*out, "valid_from", ""));
	return OK;
}

static enum err unusable(struct req *rq, const char *name, const struct fault *why)
{
	return fail(rq, E_INTERNAL, "The grading rules are not usable: %s",
		arena_printf(rq->arena, "%s: %s", name, why->text));
}

static bool points_read_already(const struct scale_book *b, const char *name)
{
	for (int i = 0; i < b->n_points; i++)
		if (text_is(b->points[i].name, name))
			return true;
	return false;
}

/* The rules that count points: whichever the table of uses names. */
static enum err points_take(struct reading *r)
{
	struct scale_book *b = r->book;
	struct fault why = { 0 };
	const struct node *data;

	for (int i = 0; i < b->n_uses; i++) {
		const char *name = b->uses[i].rule;
		if (text_is(name, "grading/national") || points_read_already(b, name))
			continue;
		if (b->n_points == POINT_RULES)
			return fail(r->rq, E_INTERNAL, "The grading rules are not usable: %s",
				"grading/scales");
		TRY(take(r, name, &data));
		if (point_rules_read(data, &b->points[b->n_points++], &why))
			return unusable(r->rq, name, &why);
	}
	return OK;
}

enum err book_load(struct req *rq, int64_t at, const struct node *candidate, struct scale_book *out)
{
	struct reading r = { .rq = rq,
		.book = out,
		.candidate = candidate,
		.signature = { .arena = rq->arena },
		.at = at };
	struct fault why = { 0 };
	const struct node *data;

	*out = (struct scale_book){ 0 };
	TRY(applied_load(rq, at, &r.applied));
	TRY(take(&r, "grading/shanghai", &data));
	if (grade_rules_read(data, &out->shg, &why))
		return unusable(rq, "grading/shanghai", &why);
	TRY(take(&r, "grading/national", &data));
	if (qg_rules_read(data, &out->qg, &why))
		return unusable(rq, "grading/national", &why);
	TRY(take(&r, "grading/scales", &data));
	if (scale_uses_read(data, out, &why))
		return unusable(rq, "grading/scales", &why);
	TRY(points_take(&r));
	out->signature = buf_text(&r.signature);
	return OK;
}

const char *candidate_wrong(struct req *rq, const struct node *data)
{
	const char *name = node_text(data, "name", "");
	struct fault why = { 0 };
	int64_t day;
	enum err e;

	if (!*node_text(data, "version", "") ||
		!date_parse(node_text(data, "valid_from", ""), &day))
		return tr(rq, "version and valid_from (a day) are needed.");
	if (text_is(name, "grading/shanghai"))
		e = grade_rules_read(data, NEW(rq->arena, struct grade_rules), &why);
	else if (text_is(name, "grading/national"))
		e = qg_rules_read(data, NEW(rq->arena, struct qg_rules), &why);
	else if (text_is(name, "grading/scales"))
		e = scale_uses_read(data, NEW(rq->arena, struct scale_book), &why);
	else if (text_starts(name, "grading/risk"))
		e = point_rules_read(data, NEW(rq->arena, struct point_rules), &why);
	else
		return tr(rq, "The name is none of the rules of grading.");
	return e ? arena_dup(rq->arena, why.text) : NULL;
}
