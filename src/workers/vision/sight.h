/* One camera as the vision process sees it: its newest keyframe, what was seen before, its leads.
 */
#ifndef WORKERS_VISION_SIGHT_H
#define WORKERS_VISION_SIGHT_H

#include "workers/vision/config.h"
#include "workers/vision/decoder.h"
#include "workers/vision/eyes.h"
#include "workers/vision/scene.h"

/* A picture that counted for a rule, kept until it can no longer be the best of a lead. */
struct kept_still {
	int64_t time;
	int32_t width, height;
	struct bytes jpeg;	/* at from malloc */
	struct features *crops; /* of its findings, from malloc; NULL: none */
	size_t n_crops;
};

/* The last picture that the models looked at. While nothing moves, what they said holds. */
struct memory {
	bool there;
	unsigned eyes;
	int64_t time;
	struct grey grey;
	struct findings said;
};

struct sight {
	struct camera_config config;
	struct watchman men[CAMERA_RULES_MAX]; /* of config.rules */
	int64_t last_start;		       /* start of the segment last looked at, ms UTC */
	size_t n;
	struct kept_still stills[VOTES_MAX + 1];
	struct scene scene;
	struct memory seen; /* what the models said last */
	uint32_t failures;  /* pictures in a row that could not be decoded */
	bool recalled;	    /* the last leads of an earlier process were looked up */
};

/* What became of looks. */
struct look_counts {
	int64_t inferred; /* the models ran */
	int64_t gated;	  /* nothing had moved: what they said before was taken again */
	int64_t asleep;	  /* no rule was awake: nothing was decoded */
};

/* What looking takes; each thread has a looker of its own. */
struct looker {
	struct decoder *decoder;
	const struct eyes *eyes;
	const char *data_dir; /* media/<camera id>/ below it */
	const char *leads_dir;
	const char *last_dir;	    /* <camera>-<rule>: when the last lead began its silence */
	bool no_gate;		    /* the models look at every picture; for measuring */
	struct look_counts *counts; /* may be NULL */
};

struct sight *sight_new(const struct camera_config *c);
void sight_free(struct sight *s); /* NULL is fine */

/* Takes a new configuration of the same camera; rules that did not change keep their memory. */
void sight_configure(struct sight *s, const struct camera_config *c);

/* Looks at the newest segment not seen yet, at most a minute old, and keeps a lead when a rule says
 * so. *looked is false when there was nothing new. E_INTERNAL: the decoder is gone; other errors
 * are those of the camera's files, already logged. */
enum err sight_look(struct sight *s, const struct looker *with, bool *looked, struct fault *why);

/* A picture taken at time, and what was seen on it. */
struct looked_at {
	const struct view *view;
	const struct findings *seen;
	int64_t time;
};

/* The part after decoding: rules and leads. */
enum err sight_judge(
	struct sight *s, const struct looker *with, const struct looked_at *l, struct fault *why);

#endif
