/* Which parts of a clip are covered, and when.
 *
 * Faces are looked for a few times a second, not in every frame. What is found is therefore covered
 * for a while before and after, and where somebody found now was found nearby a moment ago, all
 * that lies between both places is covered for all of the time between: a head that turns away, or
 * that the network misses once, does not flash up. A person may add rectangles by hand. The values
 * come from rules/privacy/cover.json.
 */
#ifndef WORKERS_VISION_COVER_H
#define WORKERS_VISION_COVER_H

#include "workers/vision/blur.h"

/* What the derived clip says of how it was made, before the models' names. */
#define COVER_METHOD "head-flat/1"

enum { COVER_HANDS_MAX = 50, COVER_WHOLE = 1000 };

struct cover_rules {
	int64_t look_every_ms;	     /* how often faces are looked for */
	int64_t before_ms, after_ms; /* what is found is covered so much earlier and longer */
	int64_t bridge_ms;	     /* two finds at most so far apart are one face that moved, */
	int64_t reach_percent;	     /* when they are at most so many of their sizes apart */
	int64_t grow_percent;	     /* a find is made larger by so much of its size, each side */
	int64_t longest_side, longest_ms; /* of the copy; of the clip */
};

/* OK when no moment between two looks can stay uncovered. */
enum err cover_rules_ok(const struct cover_rules *r, struct fault *why);

/* Added by a person: parts of a thousand of the picture's width and height. */
struct cover_hand {
	int64_t x, y, w, h, from_ms, to_ms;
};

struct cover_span {
	struct box box;
	int64_t look; /* when it was found */
	int64_t from, to;
	bool found;    /* else it lies between two finds */
	bool followed; /* the next look found it again, so nothing later has to be bridged to it */
};

struct cover_plan {
	const struct cover_rules *rules;
	const struct cover_hand *hands;
	size_t hand_count;
	int32_t width, height; /* of the clip's pictures */
	struct cover_span *spans;
	size_t n, room, first; /* none before first matters any more */
	int64_t found;
};

/* What was seen in the picture at at_ms, which rises from call to call. E_INTERNAL: no memory. */
enum err cover_plan_look(
	struct cover_plan *p, const struct blur_areas *seen, int64_t at_ms, struct fault *why);

/* Covers the picture of at_ms, which rises from call to call, after all looks. */
void cover_plan_frame(struct cover_plan *p, struct picture *frame, int64_t at_ms);

void cover_plan_free(struct cover_plan *p); /* what it holds; rules and hands are the caller's */

#endif
