/* The points that the record answers itself: each check one question, with its days. Pure. */
#include "core/core.h"
#include "domains/appraisals/rules.h"

#include <string.h>

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static bool penalty(const struct appraised *c)
{
	return is(c->outcome, "penalty");
}

static bool simple(const struct appraised *c)
{
	return is(c->procedure, "simple");
}

/* The word stands in the text, commas between. */
static bool listed(const char *text, const char *word)
{
	size_t n = strlen(word);

	while (*text) {
		size_t m = strcspn(text, ",");
		if (m == n && memcmp(text, word, n) == 0)
			return true;
		text += m + (text[m] == ',');
	}
	return false;
}

static int64_t workdays_after(const struct appraised *c, int64_t from, const char *term)
{
	return term_end(c->calendar, from,
		&(struct term){ .unit = TERM_WORKDAYS, .n = (int)node_int(c->table, term, 0) });
}

static void say(struct found *f, bool ok, const char *yes, const char *no)
{
	f->state = ok ? "ok" : "bad";
	f->words = ok ? yes : no;
}

static void no_matter(struct found *f, const char *why)
{
	f->state = "na";
	f->words = why;
}

static void two_officers(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	say(f, c->officer1 && c->officer2 && c->officer1 != c->officer2 && c->cards == 2,
		"Two different officers with enforcement cards are on the case.",
		"Fewer than two officers with enforcement cards are on the case.");
}

static void precheck(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	if (!c->precheck_due) {
		no_matter(f, "The case began without a pre-check.");
		return;
	}
	f->at = c->filed_at;
	f->due = c->precheck_due;
	say(f, c->filed_at && c->filed_at <= c->precheck_due,
		"Filed within the term of the pre-check.",
		"Filed after the term of the pre-check.");
}

static void evidence(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	say(f, c->evidence > 0, "Evidence is on file.", "No evidence is on file.");
}

static void filed_first(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	f->at = c->filed_at;
	f->due = c->decided_at;
	say(f, c->filed_at && (!c->decided_at || c->filed_at <= c->decided_at),
		"Filed before the decision.", "Decided without being filed first.");
}

static void reviewer(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	if (simple(c) || !c->decided_at) {
		no_matter(f, "No review is due in this case.");
		return;
	}
	if (c->own_reviews) {
		say(f, false, "", "A reviewer was an officer of the case.");
		return;
	}
	say(f, c->reviews > 0, "Reviewed by somebody who is not an officer of the case.",
		"No review that passed is on file.");
}

static void notice_first(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	if (!penalty(c)) {
		no_matter(f, "No penalty was decided: no notice is due.");
		return;
	}
	f->at = c->told_at;
	f->due = c->decided_at;
	if (!c->told_at) {
		say(f, false, "", "No notice is on file.");
		return;
	}
	say(f, c->told_at <= c->decided_at, "The party was told before the decision.",
		"Decided before the party was told.");
}

static void waited(struct arena *a, const struct appraised *c, struct found *f)
{
	int64_t from = c->notice_served ? c->notice_served : c->told_at;

	(void)a;
	if (!penalty(c) || !from) {
		no_matter(f, "No notice, so no term for a statement.");
		return;
	}
	f->due = c->hear_due ? c->hear_due : workdays_after(c, from, "silence_workdays");
	if (c->heard_at && !is(c->statement, "silent")) {
		f->at = c->heard_at;
		f->due = 0;
		say(f, c->heard_at <= c->decided_at, "The party was heard before the decision.",
			"Decided before the party was heard.");
		return;
	}
	f->at = c->decided_at;
	say(f, c->decided_at > f->due, "The five working days were waited.",
		"Decided before the five working days were over.");
}

static bool hearing_due(const struct appraised *c)
{
	const char *kinds = node_text(c->procedure_law, "hearing.kinds", "");
	int64_t bound = node_int(c->procedure_law, "hearing.entity_fen", INT64_MAX);

	if (c->fine_fen + c->confiscated_fen >= bound)
		return true;
	for (const char *k = c->penalty; *k;) {
		size_t n = strcspn(k, ",");
		char word[32];
		if (n < sizeof(word)) {
			memcpy(word, k, n);
			word[n] = 0;
			if (listed(kinds, word))
				return true;
		}
		k += n + (k[n] == ',');
	}
	return false;
}

static void hearing(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	if (c->hearings_asked > c->hearings_held) {
		say(f, false, "", "A hearing was asked for and not held.");
		return;
	}
	if (c->hearing_offered) {
		say(f, true, "The notice offered a hearing.", "");
		return;
	}
	if (penalty(c) && hearing_due(c))
		say(f, false, "", "A hearing was due and not offered.");
	else
		no_matter(f, "No hearing was due.");
}

static void decided(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	if (!c->decided_at || !c->filed_at) {
		no_matter(f, "The case ended without a decision.");
		return;
	}
	f->at = c->decided_at;
	f->due = c->decide_due ? c->decide_due
			       : term_end(c->calendar, c->filed_at,
					 &(struct term){ .unit = TERM_DAYS,
						 .n = (int)node_int(c->table, "decide_days", 0) });
	say(f, c->decided_at <= f->due, "Decided within the term.", "Decided after the term.");
}

static void recorded(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	say(f, c->recordings + c->clips > 0, "A recording or a clip belongs to the case.",
		"No recording and no clip belongs to the case.");
}

static bool duty_applies(const struct node *duty, const struct appraised *c)
{
	const char *outcome = node_text(duty, "outcome", "");

	if (!is(node_text(duty, "procedure", ""), c->procedure))
		return false;
	if (node_true(duty, "decided") && !c->decided_at)
		return false;
	return !*outcome || listed(outcome, c->decided_at ? c->outcome : "");
}

static bool has_one(const struct node *duty, const char *there)
{
	NODE_EACH (t, node_find(duty, "papers"))
		if (listed(there, t->s))
			return true;
	return false;
}

static void papers_there(struct arena *a, const struct appraised *c, struct found *f)
{
	const char *missing = "";

	NODE_EACH (d, node_find(c->volume_law, "duty"))
		if (duty_applies(d, c) && !has_one(d, c->papers))
			missing = arena_printf(a, "%s%s%s", missing, *missing ? "、" : "",
				node_text(d, "title", ""));
	f->detail = missing;
	say(f, !*missing, "All duty papers are on file.", "Duty papers are missing:");
}

static void served(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	if (!c->decided_at || is(c->outcome, "to_office") || is(c->outcome, "to_police")) {
		no_matter(f, "There is no decision to be served.");
		return;
	}
	f->at = c->served_at;
	f->due = workdays_after(c, c->decided_at, "service_workdays");
	if (!c->served_at) {
		say(f, false, "", "No service of the decision is on file.");
		return;
	}
	say(f, c->served_at <= f->due, "Served within seven working days.",
		"Served after more than seven working days.");
}

static void corrected(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	if (!*c->correction_state) {
		no_matter(f, "No correction was ordered.");
		return;
	}
	f->at = c->correction_at;
	say(f, is(c->correction_state, "accepted"), "The correction was accepted.",
		"The case was closed without an accepted correction.");
}

static void performed(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	if (!c->fine_fen && !c->confiscated_fen) {
		no_matter(f, "No fine was decided.");
		return;
	}
	f->at = c->settled_at;
	say(f, c->fines && !c->unsettled, "The fine is settled.", "The fine is not settled.");
}

static void closed_in_time(struct arena *a, const struct appraised *c, struct found *f)
{
	int64_t done = c->decided_at;

	(void)a;
	if (!c->decided_at) {
		no_matter(f, "The case ended without a decision.");
		return;
	}
	if (penalty(c)) {
		done = c->served_at > done ? c->served_at : done;
		done = c->settled_at > done ? c->settled_at : done;
		done = c->correction_at > done ? c->correction_at : done;
	}
	f->at = c->closed_at;
	f->due = workdays_after(c, done, "closing_workdays");
	say(f, c->closed_at <= f->due, "Closed within fifteen working days.",
		"Closed after more than fifteen working days.");
}

static void published(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	if (simple(c) || !c->publishable) {
		no_matter(f, "This decision is not published.");
		return;
	}
	f->at = c->published_at;
	f->due = workdays_after(c, c->decided_at, "publish_workdays");
	if (!c->published_at) {
		say(f, false, "", "The penalty was not published.");
		return;
	}
	say(f, c->published_at <= f->due, "Published within twenty working days.",
		"Published after more than twenty working days.");
}

static void archived(struct arena *a, const struct appraised *c, struct found *f)
{
	(void)a;
	f->at = c->volume_at;
	if (!c->volume_at) {
		say(f, false, "", "The archive volume is not made.");
		return;
	}
	say(f, !c->volume_missing, "The archive volume is made, nothing is missing.",
		"The archive volume lacks papers.");
}

static const struct {
	const char *code, *where;
	void (*run)(struct arena *, const struct appraised *, struct found *);
} checks[] = {
	{ "two_officers", "", two_officers },
	{ "precheck", "", precheck },
	{ "evidence", "", evidence },
	{ "filed_first", "", filed_first },
	{ "reviewer", "", reviewer },
	{ "notice", "", notice_first },
	{ "waited", "", waited },
	{ "hearing", "", hearing },
	{ "decided", "", decided },
	{ "recorded", "", recorded },
	{ "papers", "/papers", papers_there },
	{ "service", "/service", served },
	{ "correction", "", corrected },
	{ "performed", "/fine", performed },
	{ "closed", "", closed_in_time },
	{ "publication", "", published },
	{ "volume", "/volume", archived },
};
enum { CHECKS = sizeof(checks) / sizeof(*checks) };

bool check_run(const char *check, struct arena *a, const struct appraised *c, struct found *out)
{
	*out = (struct found){ "", "", "", 0, 0 };
	for (int i = 0; i < CHECKS; i++)
		if (is(checks[i].code, check)) {
			checks[i].run(a, c, out);
			return true;
		}
	return false;
}

const char *check_where(const char *check)
{
	for (int i = 0; i < CHECKS; i++)
		if (is(checks[i].code, check))
			return checks[i].where;
	return "";
}
