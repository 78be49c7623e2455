#include "domains/cases/clocks.h"

#include <string.h>

const char *const case_moment_names[CASE_MOMENTS] = {
	[AT_ACT_ENDED] = "act_ended",
	[AT_FOUND] = "found",
	[AT_PRECHECK_DECIDED] = "precheck_decided",
	[AT_FILED] = "filed",
	[AT_CORRECTION_ORDERED] = "correction_ordered",
	[AT_CORRECTION_DUE] = "correction_due",
	[AT_CORRECTED] = "corrected",
	[AT_HELD_URGENTLY] = "held_urgently",
	[AT_HOLD_APPROVED] = "hold_approved",
	[AT_HELD] = "held",
	[AT_HOLD_DECIDED] = "hold_decided",
	[AT_SEIZED_URGENTLY] = "seized_urgently",
	[AT_SEIZE_APPROVED] = "seize_approved",
	[AT_SEIZED] = "seized",
	[AT_SEIZE_ENDED] = "seize_ended",
	[AT_ASSIST_SENT] = "assist_sent",
	[AT_ASSIST_ANSWERED] = "assist_answered",
	[AT_REVIEW_SENT] = "review_sent",
	[AT_REVIEWED] = "reviewed",
	[AT_NOTICE_SERVED] = "notice_served",
	[AT_HEARD] = "heard",
	[AT_REQUESTED] = "requested",
	[AT_REQUEST_ANSWERED] = "request_answered",
	[AT_HEARING_REQUESTED] = "hearing_requested",
	[AT_HEARING_NOTICE_SERVED] = "hearing_notice_served",
	[AT_HEARING_HELD] = "hearing_held",
	[AT_DECIDED] = "decided",
	[AT_PUBLIC_NOTICE] = "public_notice",
	[AT_SERVED] = "served",
	[AT_PAID] = "paid",
	[AT_COLLECTED] = "collected",
	[AT_HANDED_IN] = "handed_in",
	[AT_BANKED] = "banked",
	[AT_DEMAND_SERVED] = "demand_served",
	[AT_COURT_APPLIED] = "court_applied",
	[AT_REMEDIES_EXPIRED] = "remedies_expired",
	[AT_REMEDY_TAKEN] = "remedy_taken",
	[AT_INVESTIGATION_ENDED] = "investigation_ended",
	[AT_DONE] = "done",
	[AT_CLOSED] = "closed",
	[AT_ARCHIVED] = "archived",
	[AT_PASSED_ON] = "passed_on",
	[AT_PUBLISHED] = "published",
	[AT_UNPUBLISHED] = "unpublished",
	[AT_DECISION_CHANGED] = "decision_changed",
	[AT_WITHDRAWN] = "withdrawn",
	[AT_CRIME_ASKED] = "crime_asked",
	[AT_CRIME_APPROVED] = "crime_approved",
	[AT_HANDED_OVER] = "handed_over",
	[AT_ANEW_ORDERED] = "anew_ordered",
	[AT_ANEW_DUE] = "anew_due",
};

const struct choice clock_states[] = {
	[CLOCK_RUNS] = { "runs", "Running", "info" },
	[CLOCK_WARNS] = { "warns", "Ends soon", "yellow" },
	[CLOCK_STANDS] = { "stands", "Stands still: time that does not count", "neutral" },
	[CLOCK_MET] = { "met", "Done within the term", "green" },
	[CLOCK_LATE] = { "late", "Done after the term", "red" },
	[CLOCK_OVER] = { "over", "Term ended, not done", "red" },
	[CLOCK_OPEN] = { "open", "Has passed: the step is open", "green" },
	{ 0 },
};

static const struct {
	const char *word;
	unsigned kind;
} kinds[] = {
	{ "simple", KIND_SIMPLE },
	{ "ordinary", KIND_ORDINARY },
	{ "hearing", KIND_HEARING },
	{ "life_harmed", KIND_LIFE_HARMED },
	{ "no_harm", KIND_NO_HARM },
	{ "published", KIND_PUBLISHED },
	{ "other_province", KIND_OTHER_PROVINCE },
	{ "short_publication", KIND_SHORT_PUBLICATION },
	{ "long_publication", KIND_LONG_PUBLICATION },
	{ "fined", KIND_FINED },
};

const char *clock_state_word(enum clock_state s)
{
	return clock_states[s].code;
}

static int moment_of(const char *name)
{
	for (int i = 0; i < CASE_MOMENTS; i++)
		if (strcmp(case_moment_names[i], name) == 0)
			return i;
	return -1;
}

static int64_t at(const struct case_moments *m, const char *name)
{
	int i = moment_of(name);
	return i < 0 ? 0 : m->at[i];
}

static bool named(const struct node *list, const char *word)
{
	NODE_EACH (w, list)
		if (w->type == NODE_TEXT && strcmp(w->s, word) == 0)
			return true;
	return false;
}

/* A clock of several kinds runs when the case is of all of them. */
static bool concerns(const struct node *clock, unsigned of)
{
	const struct node *when = node_find(clock, "when");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (named(when, kinds[i].word) && !(of & kinds[i].kind))
			return false;
	return true;
}

/* The first of the events that end it; 0: none yet. */
static int64_t ended_by(const struct node *clock, const struct case_moments *m, int64_t from)
{
	int64_t first = 0;

	NODE_EACH (u, node_find(clock, "until")) {
		int64_t t = at(m, u->s);
		if (t >= from && t && (!first || t < first))
			first = t;
	}
	return first;
}

static enum term_unit unit_of(const struct node *clock)
{
	static const char *const units[] = { [TERM_WORKDAYS] = "workdays",
		[TERM_DAYS] = "days",
		[TERM_HOURS] = "hours",
		[TERM_MONTHS] = "months",
		[TERM_YEARS] = "years" };
	const char *u = node_text(clock, "unit", "days");

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strcmp(u, units[i]) == 0)
			return (enum term_unit)i;
	return TERM_DAYS;
}

/* One clock of the data in one case. */
struct run {
	const struct clock_law *law;
	const struct node *clock;
	const struct case_moments *m;
	int64_t now;
};

/* The spans this clock does not count, those that last ended at the moment it is looked at. Says
 * whether one lasts. */
static bool spans_of(const struct run *r, int64_t moment, struct term *t)
{
	const struct node *why = node_find(r->clock, "excludes");
	struct excluded_span *out = NEWS(r->law->arena, struct excluded_span, r->m->n_spans + 1);
	bool lasts = false;
	size_t n = 0;

	for (size_t i = 0; i < r->m->n_spans; i++) {
		const struct case_span *s = &r->m->spans[i];
		if (!named(why, s->why) || s->from > moment)
			continue;
		lasts = lasts || !s->until || s->until > moment;
		out[n++] = (struct excluded_span){ s->from,
			!s->until || s->until > moment ? moment : s->until };
	}
	t->excluded = out;
	t->n_excluded = n;
	return lasts;
}

/* Extensions beyond what the rule allows do not count. */
static void extend(const struct node *clock, const struct case_moments *m, struct case_clock *c)
{
	int64_t most = node_int(clock, "extension.times", 0);

	for (size_t i = 0; i < m->n_extensions; i++) {
		const struct case_extension *e = &m->extensions[i];
		if (strcmp(e->clock, c->code) != 0)
			continue;
		if (e->until && node_true(clock, "extension.fixed")) {
			c->fixed = true;
			c->end = e->until;
		}
		for (int k = 0; k < e->times && c->extended < most; k++) {
			c->extended++;
			c->n += (int)node_int(clock, "extension.n", 0);
		}
	}
}

bool clock_year_known(const struct clock_law *law, int64_t at)
{
	NODE_EACH (y, node_find(law->workdays, "years"))
		if (y->type == NODE_INT && y->i == civil_of(at).year)
			return true;
	return false;
}

static enum clock_state judge(const struct case_clock *c, bool lasts, int64_t now)
{
	if (c->met_at && c->least)
		return c->met_at > c->end ? CLOCK_MET : CLOCK_LATE;
	if (c->met_at)
		return c->met_at <= c->end ? CLOCK_MET : CLOCK_LATE;
	if (lasts)
		return CLOCK_STANDS;
	if (now > c->end)
		return c->least ? CLOCK_OPEN : CLOCK_OVER;
	return now >= c->warn_at && !c->least ? CLOCK_WARNS : CLOCK_RUNS;
}

static void describe(const struct node *clock, struct case_clock *c)
{
	*c = (struct case_clock){ .code = node_text(clock, "code", ""),
		.name = node_text(clock, "name", ""),
		.name_en = node_text(clock, "name_en", ""),
		.article = node_text(clock, "article", ""),
		.article_en = node_text(clock, "article_en", ""),
		.whose = node_text(clock, "whose", "office"),
		.on_passing = node_text(clock, "on_passing", "late"),
		.least = node_true(clock, "least"),
		.confirmed = strcmp(node_text(clock, "mark", "R"), "C") == 0,
		.unit = unit_of(clock),
		.n = (int)node_int(clock, "n", 0) };
}

static void run_clock(const struct run *r, struct case_clock *c)
{
	const struct node *clock = r->clock, *workdays = r->law->workdays;
	struct term t = { .stands = node_true(clock, "keeps_last_day") };
	int64_t seen;

	describe(clock, c);
	c->from = at(r->m, node_text(clock, "from", ""));
	c->met_at = ended_by(clock, r->m, c->from);
	seen = c->met_at && c->met_at < r->now ? c->met_at : r->now;
	bool lasts = spans_of(r, seen, &t) && !c->met_at;
	extend(clock, r->m, c);
	t.unit = c->unit;
	t.n = c->n;
	const char *fixed = node_text(clock, "end", "");
	if (*fixed && !c->fixed)
		c->end = at(r->m, fixed);
	else if (!c->fixed)
		c->end = term_end(workdays, c->from, &t);
	c->excluded_days = term_excluded(workdays, c->from, &t, seen < c->end ? seen : c->end);
	c->warn_at = c->end - node_int(clock, "warn_days", 3) * DAY;
	c->unsure = !clock_year_known(r->law, c->end);
	c->state = judge(c, lasts, r->now);
}

int case_clocks(const struct clock_law *law, const struct case_moments *m, int64_t now,
	struct case_clock **out)
{
	const struct node *list = node_find(law->clocks, "clocks");
	struct case_clock *c =
		NEWS(law->arena, struct case_clock, list ? (size_t)list->count + 1 : 1);
	int n = 0;

	*out = c;
	NODE_EACH (clock, list) {
		const char *fixed = node_text(clock, "end", "");
		if (!at(m, node_text(clock, "from", "")) || !concerns(clock, m->kinds) ||
			(*fixed && !at(m, fixed)))
			continue;
		run_clock(&(struct run){ law, clock, m, now }, &c[n++]);
	}
	return n;
}

const struct case_clock *case_clock_of(const struct case_clock *list, int n, const char *code)
{
	for (int i = 0; i < n; i++)
		if (strcmp(list[i].code, code) == 0)
			return &list[i];
	return NULL;
}

int64_t case_clock_end(const struct clock_law *law, const char *code, int64_t from)
{
	NODE_EACH (clock, node_find(law->clocks, "clocks")) {
		if (strcmp(node_text(clock, "code", ""), code) != 0)
			continue;
		struct term t = { .unit = unit_of(clock),
			.n = (int)node_int(clock, "n", 0),
			.stands = node_true(clock, "keeps_last_day") };
		return term_end(law->workdays, from, &t);
	}
	return 0;
}

struct case_clock case_clock_kept(
	const struct clock_law *law, const char *code, int64_t end, int64_t now)
{
	struct case_clock c = { .code = "" };

	NODE_EACH (clock, node_find(law->clocks, "clocks")) {
		if (strcmp(node_text(clock, "code", ""), code) != 0)
			continue;
		describe(clock, &c);
		c.end = end;
		c.fixed = true;
		c.unsure = !clock_year_known(law, end);
		c.warn_at = end - node_int(clock, "warn_days", 3) * DAY;
		c.state = judge(&c, false, now);
	}
	return c;
}

enum err clock_law_load(struct req *rq, struct clock_law *out)
{
	out->arena = rq->arena;
	TRY(rules(rq, "cases/clocks", rq->now, &out->clocks));
	return rules(rq, "calendar/workdays", rq->now, &out->workdays);
}

bool case_clock_waits(const struct case_clock *c)
{
	return c->state == CLOCK_RUNS || c->state == CLOCK_WARNS || c->state == CLOCK_STANDS ||
	       c->state == CLOCK_OVER;
}
