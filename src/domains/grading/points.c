/* Scales that count points, more is worse: the risk level and the risk-credit class. */
#include "domains/grading/scales.h"

#include <string.h>

/* ---- reading the data ------------------------------------------------------ */
static enum err statics_read(const struct node *list, struct point_rules *r)
{
	NODE_EACH (s, list) {
		if (r->n_statics == POINT_STATICS || !node_find(s, "points"))
			return E_INVALID;
		r->statics[r->n_statics++] =
			(struct point_static){ words_of_list(node_find(s, "kinds")),
				node_text(s, "licence", ""), node_int(s, "points", 0),
				node_text(s, "source", "") };
	}
	return r->n_statics ? OK : E_INVALID;
}

static enum err section_read(const struct node *s, struct point_section *out)
{
	*out = (struct point_section){ .key = node_text(s, "key", ""),
		.max = node_int(s, "max", 0),
		.inspection_max = node_int(s, "inspection.max", 0),
		.inspection_months = (int)node_int(s, "inspection.months", 0),
		.inspection_source = node_text(s, "inspection.source", ""),
		.source = node_text(s, "source", "") };
	NODE_EACH (e, node_find(s, "events")) {
		if (out->n == POINT_EVENTS)
			return E_INVALID;
		out->events[out->n++] = (struct point_event){ words_of_list(node_find(e, "on")),
			node_int(e, "points", 0), (int)node_int(e, "months", 12),
			node_text(e, "source", "") };
	}
	return out->max > 0 ? OK : E_INVALID;
}

static int rank_of(const struct point_rules *r, const char *value)
{
	for (int i = 0; i < r->n_levels; i++)
		if (strcmp(r->levels[i].value, value) == 0)
			return i;
	return -1;
}

static enum err steps_read(
	const struct node *list, const struct point_rules *r, struct point_step *out, int *n)
{
	NODE_EACH (s, list) {
		const char *least = node_text(s, "at_least", "");
		if (*n == POINT_STEPS || (*least && rank_of(r, least) < 0))
			return E_INVALID;
		out[(*n)++] = (struct point_step){ words_of_list(node_find(s, "on")),
			(int)node_int(s, "steps", 1), rank_of(r, least),
			(int)node_int(s, "months", 12), (int)node_int(s, "clean_months", 0),
			node_text(s, "source", "") };
	}
	return OK;
}

static enum err levels_read(const struct node *list, struct point_rules *r)
{
	NODE_EACH (l, list) {
		int64_t max = node_int(l, "max", INT64_MAX);
		if (r->n_levels == POINT_LEVELS ||
			(r->n_levels && max <= r->levels[r->n_levels - 1].max))
			return E_INVALID;
		r->levels[r->n_levels++] = (struct point_level){ node_text(l, "value", ""), max };
	}
	return r->n_levels && r->levels[r->n_levels - 1].max == INT64_MAX ? OK : E_INVALID;
}

static enum err sections_read(const struct node *list, struct point_rules *r)
{
	NODE_EACH (s, list) {
		if (r->n_sections == POINT_SECTIONS)
			return E_INVALID;
		TRY(section_read(s, &r->sections[r->n_sections++]));
	}
	return OK;
}

static const char *lists_wrong(const struct node *data, struct point_rules *r)
{
	if (levels_read(node_find(data, "levels"), r))
		return "levels are needed: rising bounds, the last without one";
	if (statics_read(node_find(data, "static"), r))
		return "static is needed: a list of points";
	if (sections_read(node_find(data, "sections"), r))
		return "sections are not usable";
	if (steps_read(node_find(data, "raise"), r, r->raises, &r->n_raises) ||
		steps_read(node_find(data, "relief"), r, r->reliefs, &r->n_reliefs) ||
		steps_read(node_find(data, "floors"), r, r->floors, &r->n_floors))
		return "raise, relief or floors are not usable";
	return NULL;
}

enum err point_rules_read(const struct node *data, struct point_rules *out, struct fault *why)
{
	static const char *const periods[] = { "now", "month", "year" };
	const char *period = node_text(data, "period", ""), *wrong;

	*out = (struct point_rules){ .name = node_text(data, "name", ""),
		.scheme = node_text(data, "scheme", ""),
		.version = node_text(data, "version", ""),
		.title = node_text(data, "title", "") };
	for (int i = 0; i < 3; i++)
		if (strcmp(periods[i], period) == 0)
			out->period = (enum point_period)i;
	if (strcmp(periods[out->period], period) != 0)
		return fault(why, E_INVALID, "period is now, month or year");
	if (!*out->scheme)
		return fault(why, E_INVALID, "scheme is needed");
	wrong = lists_wrong(data, out);
	out->profile = node_find(data, "profile");
	if (!wrong && out->profile)
		wrong = profile_wrong(out->profile);
	return wrong ? fault(why, E_INVALID, "%s", wrong) : OK;
}

/* ---- the arithmetic -------------------------------------------------------- */
struct work {
	struct arena *arena;
	const struct point_rules *r;
	const struct grade_facts *f;
	struct scale_outcome *out;
	int64_t at;    /* the moment that is asked about: now, or when the period began */
	int64_t limit; /* facts before it count */
	int rank;
};

const char *points_text(struct arena *a, int64_t v)
{
	const char *sign = v < 0 ? "-" : "";
	int64_t n = v < 0 ? -v : v;

	if (n % 100 == 0)
		return arena_printf(a, "%s%" PRId64, sign, n / 100);
	if (n % 10 == 0)
		return arena_printf(a, "%s%" PRId64 ".%" PRId64, sign, n / 100, n % 100 / 10);
	return arena_printf(a, "%s%" PRId64 ".%02" PRId64, sign, n / 100, n % 100);
}

static void add(struct work *w, struct grade_line l)
{
	if (w->out->n < SCALE_LINES)
		w->out->lines[w->out->n++] = l;
}

static const char *pts(struct work *w, int64_t v)
{
	return points_text(w->arena, v);
}

/* What ends by itself matters only where every moment counts; periods end with the period. */
static void due(struct work *w, int64_t until)
{
	if (w->r->period == PERIOD_NOW && (!w->out->due_at || until < w->out->due_at))
		w->out->due_at = until;
}

static void period_begin(struct work *w)
{
	struct civil c = civil_of(w->f->now);
	struct civil begin = { .year = c.year, .month = c.month, .day = 1 }, next = begin;

	if (w->r->period == PERIOD_NOW) {
		w->at = w->f->now;
		w->limit = w->f->now + 1;
		return;
	}
	if (w->r->period == PERIOD_YEAR) {
		begin.month = next.month = 1;
		next.year++;
	} else if (++next.month == 13) {
		next.month = 1;
		next.year++;
	}
	w->at = w->limit = civil_to_ms(begin);
	w->out->due_at = civil_to_ms(next);
}

static const char *word_of(const struct grade_input *i)
{
	switch (i->kind) {
	case INPUT_SANCTION:
		return input_undone(i) ? "" : i->penalty;
	case INPUT_ACCIDENT:
		return "accident";
	case INPUT_TRIGGER:
	case INPUT_MERIT:
		return i->word;
	case INPUT_INSPECTION:
		break;
	}
	return "";
}

static bool profile_static(struct work *w, int64_t *points)
{
	struct profile_points p;

	if (!w->r->profile || !profile_compute(w->arena, w->r->profile, w->f, &p))
		return false;
	for (int i = 0; i < p.n; i++)
		add(w, p.lines[i]);
	if (p.kept != p.sum)
		add(w, (struct grade_line){
			       "section_max", pts(w, p.kept), "", 0, 0, p.source, "static" });
	*points = p.kept;
	return true;
}

static int64_t static_points(struct work *w)
{
	int64_t points;

	if (profile_static(w, &points))
		return points;
	for (int i = 0; i < w->r->n_statics; i++) {
		const struct point_static *s = &w->r->statics[i];
		if (*s->kinds && !words_have(s->kinds, w->f->kind))
			continue;
		if (*s->licence &&
			!text_starts(w->f->licence_no ? w->f->licence_no : "", s->licence))
			continue;
		add(w, (struct grade_line){ "static", pts(w, s->points), "", 0, 0, s->source });
		return s->points;
	}
	return 0;
}

/* The last inspection on site costs the share of its maximum that it missed of ten. */
static int64_t inspection_points(struct work *w, const struct point_section *s)
{
	const struct grade_input *last = NULL;

	for (size_t i = 0; i < w->f->n; i++)
		if (w->f->inputs[i].kind == INPUT_INSPECTION && !w->f->inputs[i].off_site &&
			w->f->inputs[i].at < w->limit)
			last = &w->f->inputs[i];
	int64_t until = last && s->inspection_months ? months_after(last->at, s->inspection_months)
						     : INT64_MAX;
	if (!last || w->at >= until) {
		add(w, (struct grade_line){ "no_inspection", "0", "", 0, 0, s->inspection_source });
		return 0;
	}
	if (until != INT64_MAX)
		due(w, until);
	int64_t points = (s->inspection_max * (1000 - last->score) + 500) / 1000;
	add(w, (struct grade_line){ "inspection", pts(w, points), "", last->at,
		       until == INT64_MAX ? 0 : until, s->inspection_source, pts(w, last->score) });
	return points;
}

static int64_t event_points(
	struct work *w, const struct point_section *s, const struct grade_input *in)
{
	for (int i = 0; i < s->n; i++) {
		const struct point_event *e = &s->events[i];
		int64_t until = months_after(in->at, e->months);
		if (!words_have(e->on, word_of(in)))
			continue;
		if (w->at >= until)
			return 0;
		due(w, until);
		add(w, (struct grade_line){ "event", pts(w, e->points), "", in->at, until,
			       e->source, word_of(in) });
		return e->points;
	}
	return 0;
}

static int64_t section_points(struct work *w, const struct point_section *s)
{
	int64_t sum = s->inspection_max ? inspection_points(w, s) : 0;

	for (size_t i = 0; i < w->f->n; i++)
		if (w->f->inputs[i].at < w->limit)
			sum += event_points(w, s, &w->f->inputs[i]);
	int64_t kept = sum > s->max ? s->max : sum < 0 ? 0 : sum;
	if (kept != sum)
		add(w, (struct grade_line){
			       "section_max", pts(w, kept), "", 0, 0, s->source, s->key });
	return kept;
}

static const char *level(const struct work *w)
{
	return w->r->levels[w->rank].value;
}

static void total_line(struct work *w)
{
	w->rank = w->r->n_levels - 1;
	for (int i = w->r->n_levels; i-- > 0;)
		if (w->out->points <= w->r->levels[i].max)
			w->rank = i;
	add(w, (struct grade_line){ "total", pts(w, w->out->points), level(w), 0, 0, w->r->title });
}

/* ---- what moves the level of a year --------------------------------------- */
static int64_t year_before(const struct work *w)
{
	struct civil c = civil_of(w->at);
	c.year--;
	return civil_to_ms(c);
}

/* The strongest step that something of the year before asks for. */
static bool raised(struct work *w)
{
	const struct point_step *best = NULL;
	const struct grade_input *by = NULL;
	int64_t from = year_before(w);

	for (size_t i = 0; i < w->f->n; i++) {
		const struct grade_input *in = &w->f->inputs[i];
		if (in->at < from || in->at >= w->limit)
			continue;
		for (int k = 0; k < w->r->n_raises; k++)
			if (words_have(w->r->raises[k].on, word_of(in)) &&
				(!best || w->r->raises[k].steps > best->steps)) {
				best = &w->r->raises[k];
				by = in;
			}
	}
	if (!best)
		return false;
	w->rank += best->steps;
	if (w->rank >= w->r->n_levels)
		w->rank = w->r->n_levels - 1;
	add(w, (struct grade_line){ "raise", arena_printf(w->arena, "+%d", best->steps), level(w),
		       by->at, w->out->due_at, best->source, word_of(by) });
	return true;
}

/* No breach, accident or trigger in the months before, and as long on the register. */
static bool clean_for(const struct work *w, int months)
{
	if (months_after(w->f->registered_at, months) > w->at)
		return false;
	for (size_t i = 0; i < w->f->n; i++) {
		const struct grade_input *in = &w->f->inputs[i];
		if (in->kind != INPUT_INSPECTION && in->kind != INPUT_MERIT && !input_undone(in) &&
			in->at < w->limit && w->at < months_after(in->at, months))
			return false;
	}
	return true;
}

static const struct grade_input *merit_for(const struct work *w, const char *on)
{
	for (size_t i = 0; i < w->f->n; i++) {
		const struct grade_input *in = &w->f->inputs[i];
		if (in->kind == INPUT_MERIT && in->at < w->limit &&
			(!in->until || w->at < in->until) && words_have(on, in->word))
			return in;
	}
	return NULL;
}

/* One relief at most: they are alternatives in the rule. */
static void relieved(struct work *w)
{
	for (int k = 0; k < w->r->n_reliefs; k++) {
		const struct point_step *s = &w->r->reliefs[k];
		const struct grade_input *by = s->clean_months ? NULL : merit_for(w, s->on);
		if (s->clean_months ? !clean_for(w, s->clean_months) : !by)
			continue;
		w->rank = w->rank > s->steps ? w->rank - s->steps : 0;
		add(w, (struct grade_line){ s->clean_months ? "clean" : "relief",
			       arena_printf(w->arena, "-%d", s->steps), level(w), by ? by->at : 0,
			       by ? by->until : 0, s->source, by ? by->word : NULL });
		return;
	}
}

static void floors(struct work *w)
{
	for (size_t i = 0; i < w->f->n; i++) {
		const struct grade_input *in = &w->f->inputs[i];
		for (int k = 0; in->at < w->limit && k < w->r->n_floors; k++) {
			const struct point_step *s = &w->r->floors[k];
			int64_t until = months_after(in->at, s->months);
			if (!words_have(s->on, word_of(in)) || w->at >= until)
				continue;
			due(w, until);
			if (w->rank < s->rank)
				w->rank = s->rank;
			add(w, (struct grade_line){ "floor", "", w->r->levels[s->rank].value,
				       in->at, until, s->source, word_of(in) });
		}
	}
}

void points_compute(struct arena *a, const struct point_rules *r, const struct grade_facts *f,
	struct scale_outcome *o)
{
	struct work w = { .arena = a, .r = r, .f = f, .out = o };

	*o = (struct scale_outcome){ .scheme = r->scheme, .rule = r->name, .version = r->version };
	period_begin(&w);
	o->points = static_points(&w);
	for (int i = 0; i < r->n_sections; i++)
		o->points += section_points(&w, &r->sections[i]);
	total_line(&w);
	if (r->period == PERIOD_YEAR && !raised(&w))
		relieved(&w);
	floors(&w);
	o->value = level(&w);
}
