/* What was seen in one picture: an observation, no more. */
#ifndef WORKERS_VISION_FINDING_H
#define WORKERS_VISION_FINDING_H

#include "workers/vision/features.h"

/* Kept in files as numbers: new ones go to the end. */
enum finding_kind {
	SEEN_PERSON,
	SEEN_HEAD_UNCOVERED,
	SEEN_HEAD_COVERED,
	SEEN_HEAD_UNCLEAR,
	SEEN_MASK_MISSING,
	SEEN_MASK_WORN,
	SEEN_MASK_UNCLEAR, /* no frontal face large enough, or no clear answer */
	SEEN_PHONE,	   /* a telephone at a person's wrist or ear */
	SEEN_ANIMAL,
	SEEN_HAND_AT_MOUTH,
	SEEN_MOVING_SMALL,
	SEEN_CAMERA_COVERED,
	SEEN_CAMERA_MOVED,
	SEEN_CAMERA_FROZEN,
	SEEN_CAMERA_DARK,
	SEEN_NOBODY, /* made by the rule about empty rooms */
	FINDING_KINDS
};

enum { FINDINGS_MAX = 160, CROPS_MAX = 16, SCORE_MAX = 10000 };

struct box {
	int32_t x, y, w, h; /* pixels of the picture, inside it; w, h >= 1 */
};

struct finding {
	int64_t time; /* ms UTC, or ms from the beginning of a file */
	enum finding_kind kind;
	int32_t score; /* hundredths of a per cent of certainty: 0..SCORE_MAX */
	struct box box;
	uint32_t crop; /* its features are crops[crop - 1] of the picture; 0: none are kept */
};

struct findings {
	size_t n;
	struct finding at[FINDINGS_MAX];
	size_t n_crops;
	struct features crops[CROPS_MAX]; /* of findings that were reported by a classifier */
};

/* Adds one; a full list stays as it is. */
void finding_add(struct findings *all, struct finding f);

/* person, head_uncovered ...: as files and addresses spell it. */
const char *finding_name(enum finding_kind kind);

/* f as one JSON object without line end into out, which holds at least FINDING_JSON bytes; time is
 * put in as it stands there ("1763879700000", "12.000", "\"2026-11-23T...\""). */
enum { FINDING_JSON = 256 };
void finding_json(const struct finding *f, const char *kind, const char *time, char *out);

#endif
