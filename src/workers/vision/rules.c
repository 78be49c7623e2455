#include "workers/vision/rules.h"

#define DAY_SECONDS (24 * 60 * 60)

enum rule_code rule_code_of(const char *text)
{
	if (text_is(text, "head_uncovered"))
		return RULE_HEAD_UNCOVERED;
	if (text_is(text, "person_off_hours"))
		return RULE_PERSON_OFF_HOURS;
	return RULE_UNKNOWN;
}

const char *rule_name(enum rule_code code)
{
	static const char *const names[] = { "unknown", "head_uncovered", "person_off_hours" };
	return names[code];
}

enum err rule_check(const struct rule *r, struct fault *why)
{
	if (r->code == RULE_UNKNOWN)
		return fault(why, E_INVALID, "unknown rule");
	if (r->threshold < 0 || r->threshold > SCORE_MAX)
		return fault(why, E_INVALID, "a threshold lies between 0 and %d", SCORE_MAX);
	if (r->k < 1 || r->k > r->n || r->n > VOTES_MAX)
		return fault(why, E_INVALID, "k of n: 1 <= k <= n <= %d", VOTES_MAX);
	if (r->cooldown_s < 0 || r->cooldown_s > 7 * DAY_SECONDS)
		return fault(why, E_INVALID, "a cool-down lasts between 0 s and a week");
	if (r->before_s < 0 || r->before_s > CLIP_MOST_S || r->after_s < 0 ||
		r->after_s > CLIP_MOST_S)
		return fault(why, E_INVALID, "a clip reaches up to %d s", CLIP_MOST_S);
	if (r->reach_ms < 1)
		return fault(why, E_INVALID, "a rule reaches back some time");
	return OK;
}

bool rule_counts(const struct rule *r, const struct hours *hours, const struct finding *f)
{
	if (f->score < r->threshold)
		return false;
	if (r->code == RULE_HEAD_UNCOVERED)
		return f->kind == SEEN_HEAD_UNCOVERED;
	if (r->code == RULE_PERSON_OFF_HOURS)
		return f->kind == SEEN_PERSON && hours_closed(hours, f->time);
	return false;
}

static struct vote cast(
	const struct rule *r, const struct hours *hours, int64_t time, const struct findings *seen)
{
	struct vote v = { .time = time };
	for (size_t i = 0; i < seen->n; i++) {
		const struct finding *f = &seen->at[i];
		if (!rule_counts(r, hours, f) || (v.yes && f->score <= v.best.score))
			continue;
		v.yes = true;
		v.best = *f;
	}
	return v;
}

/* The i-th vote, 0 being the oldest kept. */
static const struct vote *vote_at(const struct watchman *w, size_t i)
{
	return &w->last[(w->next + VOTES_MAX - w->count + i) % VOTES_MAX];
}

static void remember(struct watchman *w, const struct rule *r, const struct vote *v)
{
	if (w->count && v->time <= vote_at(w, w->count - 1)->time)
		w->count = 0;
	w->last[w->next] = *v;
	w->next = (w->next + 1) % VOTES_MAX;
	w->count++;
	while (w->count > (size_t)r->n || vote_at(w, 0)->time < v->time - r->reach_ms)
		w->count--;
}

static size_t count_yes(const struct watchman *w)
{
	size_t yes = 0;
	for (size_t i = 0; i < w->count; i++)
		yes += vote_at(w, i)->yes;
	return yes;
}

static void decide(const struct watchman *w, struct decision *out)
{
	int64_t sum = 0;
	*out = (struct decision){ .score = -1 };
	for (size_t i = 0; i < w->count; i++) {
		const struct vote *v = vote_at(w, i);
		if (!v->yes)
			continue;
		if (out->n == 0)
			out->started_at = v->time;
		out->ended_at = v->time;
		if (v->best.score > out->score) {
			out->score = v->best.score;
			out->best_time = v->time;
		}
		sum += v->best.score;
		out->votes[out->n++] = v->best;
	}
	out->score = (int32_t)(sum / (int64_t)out->n);
}

bool rule_see(struct watchman *w, const struct rule *r, struct sighting s, struct decision *out)
{
	struct vote v = cast(r, s.hours, s.time, s.seen);
	int64_t time = s.time, longest = (int64_t)r->cooldown_s * SECOND;
	if (w->quiet_until - time > longest) /* the clock was set back, or the rule changed */
		w->quiet_until = 0;
	if (time < w->quiet_until)
		return false;
	remember(w, r, &v);
	if (!v.yes || count_yes(w) < (size_t)r->k)
		return false;
	decide(w, out);
	w->quiet_until = time + longest;
	w->count = 0;
	return true;
}

int64_t rule_oldest(const struct watchman *w)
{
	return w->count ? vote_at(w, 0)->time : INT64_MAX;
}
