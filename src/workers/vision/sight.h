/* One camera as the vision process sees it: its newest keyframe, what was seen before, its leads.
 */
#ifndef WORKERS_VISION_SIGHT_H
#define WORKERS_VISION_SIGHT_H

#include "workers/vision/config.h"
#include "workers/vision/decoder.h"
#include "workers/vision/eyes.h"

/* A picture that counted for a rule, kept until it can no longer be the best of a lead. */
struct kept_still {
	int64_t time;
	int32_t width, height;
	struct bytes jpeg;	/* at from malloc */
	struct features *crops; /* of its findings, from malloc; NULL: none */
	size_t n_crops;
};

struct sight {
	struct camera_config config;
	struct watchman men[CAMERA_RULES_MAX]; /* of config.rules */
	int64_t last_start;		       /* start of the segment last looked at, ms UTC */
	size_t n;
	struct kept_still stills[VOTES_MAX + 1];
	uint32_t failures; /* pictures in a row that could not be decoded */
	bool recalled;	   /* the last leads of an earlier process were looked up */
};

/* What looking takes; each thread has a looker of its own. */
struct looker {
	struct decoder *decoder;
	const struct eyes *eyes;
	const char *data_dir; /* media/<camera id>/ below it */
	const char *leads_dir;
	const char *last_dir; /* <camera>-<rule>: when the last lead began its silence */
};

struct sight *sight_new(const struct camera_config *c);
void sight_free(struct sight *s); /* NULL is fine */

/* Takes a new configuration of the same camera; rules that did not change keep their memory. */
void sight_configure(struct sight *s, const struct camera_config *c);

/* Looks at the newest segment not seen yet, at most a minute old, and keeps a lead when a rule says
 * so. *looked is false when there was nothing new. E_INTERNAL: the decoder is gone; other errors
 * are those of the camera's files, already logged. */
enum err sight_look(struct sight *s, const struct looker *with, bool *looked, struct fault *why);

/* A picture taken at time, and what the models saw on it. */
struct looked_at {
	const struct picture *picture;
	const struct findings *seen;
	int64_t time;
};

/* The part after decoding: rules and leads. */
enum err sight_judge(
	struct sight *s, const struct looker *with, const struct looked_at *l, struct fault *why);

#endif
