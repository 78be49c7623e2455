/* The national quantitative grade: dynamic and annual. Rounding trap: half up to one decimal
 * first, then compare. */
#include "domains/grading/scales.h"

#include <string.h>

static enum err cuts_read(const struct node *list, struct qg_cut *out, int *n)
{
	NODE_EACH (c, list) {
		if (*n == QG_CUTS || !node_find(c, "min"))
			return E_INVALID;
		out[(*n)++] = (struct qg_cut){ node_text(c, "value", ""), node_int(c, "min", 0) };
	}
	return *n ? OK : E_INVALID;
}

enum err qg_rules_read(const struct node *data, struct qg_rules *out, struct fault *why)
{
	*out = (struct qg_rules){
		.name = node_text(data, "name", ""),
		.version = node_text(data, "version", ""),
		.title = node_text(data, "title", ""),
		.key_items = (int)node_int(data, "key_items.failed", 2),
		.new_months = (int)node_int(data, "new.months", 3),
		.accident_months = (int)node_int(data, "accident.months", 6),
		.annual_months = (int)node_int(data, "annual.months", 12),
		.score_source = node_text(data, "dynamic.source", ""),
		.key_source = node_text(data, "key_items.source", ""),
		.new_source = node_text(data, "new.source", ""),
		.accident_source = node_text(data, "accident.source", ""),
		.annual_source = node_text(data, "annual.source", ""),
	};
	if (cuts_read(node_find(data, "dynamic.cuts"), out->dynamic, &out->n_dynamic) ||
		cuts_read(node_find(data, "annual.cuts"), out->annual, &out->n_annual))
		return fault(why, E_INVALID, "dynamic.cuts and annual.cuts are needed");
	return OK;
}

int64_t half_up(int64_t hundredths)
{
	return (hundredths + 5) / 10 * 10;
}

static const char *score_text(struct arena *a, int64_t score)
{
	return arena_printf(a, "%" PRId64 ".%" PRId64, score / 100, score % 100 / 10);
}

static void add(struct scale_outcome *o, struct grade_line l)
{
	if (o->n < SCALE_LINES)
		o->lines[o->n++] = l;
}

static void due(struct scale_outcome *o, int64_t at)
{
	if (!o->due_at || at < o->due_at)
		o->due_at = at;
}

static const char *value_of(const struct qg_cut *cuts, int n, int64_t score)
{
	for (int i = 0; i < n; i++)
		if (score >= cuts[i].min)
			return cuts[i].value;
	return "";
}

static bool on_site(const struct grade_input *i, int64_t now)
{
	return i->kind == INPUT_INSPECTION && !i->off_site && i->at <= now;
}

/* What forbids any dynamic grade for a time: a young licence, an accident. */
static bool barred(const struct qg_rules *r, const struct grade_facts *f, struct scale_outcome *o)
{
	int64_t until = months_after(f->registered_at, r->new_months);
	bool any = false;

	if (f->now < until) {
		add(o, (struct grade_line){
			       "qg_new", "", o->value, f->registered_at, until, r->new_source });
		due(o, until);
		any = true;
	}
	for (size_t i = 0; i < f->n; i++) {
		const struct grade_input *in = &f->inputs[i];
		if (in->kind != INPUT_ACCIDENT || in->at > f->now)
			continue;
		until = months_after(in->at, r->accident_months);
		if (f->now >= until)
			continue;
		add(o, (struct grade_line){
			       "accident", "", o->value, in->at, until, r->accident_source });
		due(o, until);
		any = true;
	}
	return any;
}

void qg_compute(struct arena *a, const struct qg_rules *r, const struct grade_facts *f,
	struct scale_outcome *o)
{
	const struct grade_input *last = NULL;
	const char *value;

	*o = (struct scale_outcome){
		.scheme = "QG", .rule = r->name, .version = r->version, .value = "QG_NONE"
	};
	for (size_t i = 0; i < f->n; i++)
		if (on_site(&f->inputs[i], f->now))
			last = &f->inputs[i];
	if (!last) {
		add(o, (struct grade_line){ "not_inspected", "", o->value, 0, 0, r->score_source });
		(void)barred(r, f, o);
		return;
	}
	o->points = half_up(last->score);
	value = value_of(r->dynamic, r->n_dynamic, o->points);
	add(o, (struct grade_line){ "base", score_text(a, o->points), *value ? value : o->value,
		       last->at, 0, r->score_source });
	bool vetoed = last->key_failed >= r->key_items;
	if (vetoed)
		add(o, (struct grade_line){ "key_items",
			       arena_printf(a, "%" PRId64, last->key_failed), o->value, last->at, 0,
			       r->key_source });
	if (!barred(r, f, o) && !vetoed && *value)
		o->value = value;
}

void qg_year_compute(struct arena *a, const struct qg_rules *r, const struct grade_facts *f,
	struct scale_outcome *o)
{
	int64_t sum = 0, n = 0;
	const char *value;

	*o = (struct scale_outcome){
		.scheme = "QG_YEAR", .rule = r->name, .version = r->version, .value = "QG_YEAR_NONE"
	};
	for (size_t i = 0; i < f->n; i++) {
		const struct grade_input *in = &f->inputs[i];
		if (!on_site(in, f->now))
			continue;
		int64_t until = months_after(in->at, r->annual_months);
		if (f->now >= until)
			continue;
		sum += half_up(in->score);
		n++;
		due(o, until);
		add(o, (struct grade_line){ "year_score", score_text(a, half_up(in->score)), "",
			       in->at, until, "" });
	}
	if (!n) {
		add(o, (struct grade_line){ "year_empty", "", o->value, 0, 0, r->annual_source });
		return;
	}
	/* sum / n to one decimal, half up, without leaving whole numbers */
	o->points = (2 * sum + 10 * n) / (20 * n) * 10;
	value = value_of(r->annual, r->n_annual, o->points);
	if (*value)
		o->value = value;
	if (o->n == SCALE_LINES) /* more inspections than lines: the mean is still of all */
		o->n--;
	add(o, (struct grade_line){
		       "year_mean", score_text(a, o->points), o->value, 0, 0, r->annual_source });
}
