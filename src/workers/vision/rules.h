/* When does what was seen become a lead: k of the last n pictures, then silence for a while.
 *
 * Pure: no clock, no files. One struct watchman stands for one rule on one camera. Times are ms UTC
 * and come from the pictures; scores are hundredths 0..10000.
 */
#ifndef WORKERS_VISION_RULES_H
#define WORKERS_VISION_RULES_H

#include "workers/vision/finding.h"
#include "workers/vision/hours.h"
#include "workers/vision/zone.h"

enum rule_code {
	RULE_UNKNOWN,
	RULE_HEAD_UNCOVERED,
	RULE_PERSON_OFF_HOURS,
	RULE_MASK_MISSING,
	RULE_PHONE_IN_HAND,
	RULE_ANIMAL,
	RULE_MOVING_SMALL,
	RULE_HAND_AT_MOUTH,
	RULE_CAMERA_COVERED,
	RULE_CAMERA_MOVED,
	RULE_CAMERA_FROZEN,
	RULE_CAMERA_DARK,
	RULE_UNSTAFFED,
	RULE_CODES
};

/* What has to look for a rule to be judged: only what a camera's rules need is run on its pictures.
 */
enum eye {
	EYE_PEOPLE = 1,	 /* bodies with their points */
	EYE_HEADS = 2,	 /* what is on them */
	EYE_FACES = 4,	 /* masks */
	EYE_THINGS = 8,	 /* animals in the whole picture */
	EYE_PHONES = 16, /* telephones at persons */
	EYE_HANDS = 128, /* hands at mouths, from the points */
	EYE_SCENE = 32,	 /* the camera's own state, without a model */
	EYE_MOTION = 64, /* small things that run, in all pictures of a segment */
};

enum { VOTES_MAX = 32, RULE_VERSION_MAX = 16, CLIP_MOST_S = 60 };

struct rule {
	enum rule_code code;
	char version[RULE_VERSION_MAX];
	int32_t threshold;	   /* a finding counts from this score on, 0..10000 */
	int k, n;		   /* k of n pictures, 1 <= k <= n <= VOTES_MAX */
	int32_t cooldown_s;	   /* after a lead no other starts for so long, >= 0 */
	int32_t before_s, after_s; /* a lead's clip reaches so far around its last picture, 0..60 */
	int64_t reach_ms;	   /* pictures further back than this do not count, > 0 */
	struct hours hours;	   /* the rule sleeps outside of them; n = 0: never */
	struct zones zones;	   /* where a finding counts; none: everywhere */
};

/* "head_uncovered", "person_off_hours" ...; RULE_UNKNOWN for any other text. */
enum rule_code rule_code_of(const char *text);
const char *rule_name(enum rule_code code);

/* The eyes (enum eye, or-ed) that it needs when it is awake. */
unsigned rule_needs(enum rule_code code);

/* The eyes that the rule needs at this time (ms UTC); 0 while it sleeps. kitchen
 * is the kitchen's hours. */
unsigned rule_eyes(const struct rule *r, const struct hours *kitchen, int64_t time);

/* OK when the numbers are in their ranges. */
enum err rule_check(const struct rule *r, struct fault *why);

struct vote {
	int64_t time;
	bool yes;
	struct finding best; /* the strongest finding that counted, when yes */
};

/* What a rule remembers of its camera. All zero at the beginning. */
struct watchman {
	struct vote last[VOTES_MAX]; /* a ring; the newest at (next - 1) */
	size_t next, count;
	int64_t quiet_until; /* 0: never fired */
};

/* A lead begins. Votes are those that made it, oldest first. */
struct decision {
	int64_t started_at, ended_at; /* first and last picture that counted */
	int32_t score;	   /* the mean of the votes: one lucky picture does not make it */
	int64_t best_time; /* the picture with the strongest finding */
	size_t n;
	struct finding votes[VOTES_MAX];
};

/* A picture taken at time, and what was seen on it. */
struct sighting {
	int64_t time;
	const struct hours *hours; /* of the kitchen */
	const struct findings *seen;
	int32_t width, height; /* of the picture; 0: not known, then zones do not limit */
};

/* Takes a sighting (later than the one before; an earlier one makes the memory start anew, as after
 * a clock was set back). True when a lead begins; *out is filled then. */
bool rule_see(struct watchman *w, const struct rule *r, struct sighting s, struct decision *out);

/* Does this sighting speak for the rule? *best is the strongest finding that counts. */
bool rule_votes(const struct rule *r, const struct sighting *s, struct finding *best);

/* The oldest picture a lead could still begin with: what is older need not be kept. */
int64_t rule_oldest(const struct watchman *w);

#endif
