#include "workers/vision/rules.h"

#define DAY_SECONDS (24 * 60 * 60)

/* When a rule is awake, by the kitchen's hours. With hours that are not known OPEN and CLOSED are
 * both false: such a rule then needs hours of its own. */
enum when { ALWAYS, WHEN_OPEN, WHEN_CLOSED };

/* Which point of a box has to lie in a zone. */
enum anchor { MIDDLE, FEET, WHOLE_PICTURE };

struct row {
	const char *name;
	unsigned eyes;
	enum finding_kind kind; /* the finding that counts */
	enum anchor anchor;
	enum when when;
	/* May this finding count here? NULL: every one of the kind, strong enough and in a zone. */
	bool (*allowed)(const struct sighting *s, const struct finding *f);
};

static bool nobody_there(const struct sighting *s, const struct finding *f);
static bool nobody_over_it(const struct sighting *s, const struct finding *f);

/* A rule is a row here, a function where it asks more than "seen", and a line in rules/vision. */
static const struct row rows[RULE_CODES] = {
	[RULE_UNKNOWN] = { .name = "unknown" },
	[RULE_HEAD_UNCOVERED] = { "head_uncovered", EYE_PEOPLE | EYE_HEADS, SEEN_HEAD_UNCOVERED,
		MIDDLE, ALWAYS, NULL },
	[RULE_PERSON_OFF_HOURS] = { "person_off_hours", EYE_PEOPLE, SEEN_PERSON, FEET, WHEN_CLOSED,
		NULL },
	[RULE_MASK_MISSING] = { "mask_missing", EYE_PEOPLE | EYE_FACES, SEEN_MASK_MISSING, MIDDLE,
		ALWAYS, NULL },
	[RULE_PHONE_IN_HAND] = { "phone_in_hand", EYE_PEOPLE | EYE_PHONES, SEEN_PHONE, MIDDLE,
		ALWAYS, NULL },
	[RULE_ANIMAL] = { "animal", EYE_PEOPLE | EYE_THINGS, SEEN_ANIMAL, FEET, ALWAYS,
		nobody_over_it },
	[RULE_MOVING_SMALL] = { "moving_small", EYE_PEOPLE | EYE_MOTION, SEEN_MOVING_SMALL, FEET,
		WHEN_CLOSED, nobody_there },
	[RULE_HAND_AT_MOUTH] = { "hand_at_mouth", EYE_PEOPLE | EYE_HANDS, SEEN_HAND_AT_MOUTH,
		MIDDLE, ALWAYS, NULL },
	[RULE_CAMERA_COVERED] = { "camera_covered", EYE_SCENE, SEEN_CAMERA_COVERED, WHOLE_PICTURE,
		ALWAYS, NULL },
	[RULE_CAMERA_MOVED] = { "camera_moved", EYE_SCENE, SEEN_CAMERA_MOVED, WHOLE_PICTURE, ALWAYS,
		NULL },
	[RULE_CAMERA_FROZEN] = { "camera_frozen", EYE_SCENE, SEEN_CAMERA_FROZEN, WHOLE_PICTURE,
		ALWAYS, NULL },
	/* lights are out when the kitchen is closed */
	[RULE_CAMERA_DARK] = { "camera_dark", EYE_SCENE, SEEN_CAMERA_DARK, WHOLE_PICTURE, WHEN_OPEN,
		NULL },
	[RULE_UNSTAFFED] = { "unstaffed", EYE_PEOPLE | EYE_SCENE, SEEN_NOBODY, WHOLE_PICTURE,
		WHEN_OPEN, NULL },
};

enum rule_code rule_code_of(const char *text)
{
	for (int i = RULE_UNKNOWN + 1; i < RULE_CODES; i++)
		if (text_is(text, rows[i].name))
			return (enum rule_code)i;
	return RULE_UNKNOWN;
}

const char *rule_name(enum rule_code code)
{
	return rows[code].name;
}

unsigned rule_needs(enum rule_code code)
{
	return rows[code].eyes;
}

/* Hours of the rule's own say when it is awake; without them the kitchen's do. */
static bool awake(const struct rule *r, const struct hours *kitchen, int64_t time)
{
	if (r->hours.n)
		return !hours_closed(&r->hours, time);
	switch (rows[r->code].when) {
	case WHEN_OPEN:
		return kitchen->n && !hours_closed(kitchen, time);
	case WHEN_CLOSED:
		return hours_closed(kitchen, time);
	case ALWAYS:
		break;
	}
	return true;
}

unsigned rule_eyes(const struct rule *r, const struct hours *kitchen, int64_t time)
{
	return awake(r, kitchen, time) ? rows[r->code].eyes : 0;
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

/* ---- does a sighting count ------------------------------------------- */

static bool in_zone(
	const struct rule *r, const struct sighting *s, const struct box *b, enum anchor anchor)
{
	if (anchor == WHOLE_PICTURE || s->width < 1 || s->height < 1)
		return true;
	int64_t x = b->x + b->w / 2, y = anchor == FEET ? b->y + b->h : b->y + b->h / 2;
	/* the last row of pixels is inside a zone that ends with the picture */
	return zones_hold(&r->zones, (int32_t)(x * (PER_MILLE - 1) / s->width),
		(int32_t)(y * (PER_MILLE - 1) / s->height));
}

static bool nobody_there(const struct sighting *s, const struct finding *f)
{
	(void)f;
	for (size_t i = 0; i < s->seen->n; i++)
		if (s->seen->at[i].kind == SEEN_PERSON)
			return false;
	return true;
}

static bool boxes_touch(const struct box *a, const struct box *b)
{
	return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

/* Cats were seen on cooks' heads and dogs on their legs. */
static bool nobody_over_it(const struct sighting *s, const struct finding *f)
{
	for (size_t i = 0; i < s->seen->n; i++)
		if (s->seen->at[i].kind == SEEN_PERSON && boxes_touch(&s->seen->at[i].box, &f->box))
			return false;
	return true;
}

/* An empty room, seen by a camera that can see. */
static bool votes_unstaffed(const struct rule *r, const struct sighting *s, struct finding *best)
{
	for (size_t i = 0; i < s->seen->n; i++) {
		const struct finding *f = &s->seen->at[i];
		if (f->kind >= SEEN_CAMERA_COVERED && f->kind <= SEEN_CAMERA_DARK)
			return false;
		if (f->kind == SEEN_PERSON && f->score >= r->threshold &&
			in_zone(r, s, &f->box, FEET))
			return false;
	}
	*best = (struct finding){ s->time, SEEN_NOBODY, SCORE_MAX,
		{ 0, 0, s->width > 0 ? s->width : 1, s->height > 0 ? s->height : 1 } };
	return true;
}

bool rule_votes(const struct rule *r, const struct sighting *s, struct finding *best)
{
	const struct row *row = &rows[r->code];
	bool yes = false;
	if (!awake(r, s->hours, s->time))
		return false;
	if (r->code == RULE_UNSTAFFED)
		return votes_unstaffed(r, s, best);
	for (size_t i = 0; i < s->seen->n; i++) {
		const struct finding *f = &s->seen->at[i];
		if (f->kind != row->kind || f->score < r->threshold ||
			!in_zone(r, s, &f->box, row->anchor) ||
			(row->allowed && !row->allowed(s, f)) || (yes && f->score <= best->score))
			continue;
		yes = true;
		*best = *f;
	}
	return yes;
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
	struct vote v = { .time = s.time };
	v.yes = rule_votes(r, &s, &v.best);
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
