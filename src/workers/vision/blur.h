/* Faces made unrecognisable in a picture that leaves the bureau.
 *
 * Where faces are is taken from people, not from a recogniser of faces: from behind, from above and
 * under a mask there is still a head. Whoever is found loses the head; where the head cannot be
 * told, the upper body. In doubt too much is covered. What is covered becomes blocks, a few across
 * a face, each its mean colour: unlike a soft blur that cannot be undone. docs/adr/0020.
 */
#ifndef WORKERS_VISION_BLUR_H
#define WORKERS_VISION_BLUR_H

#include "workers/vision/eyes.h"

enum { BLUR_AREAS_MAX = 192, BLUR_ACROSS = 8 /* blocks across an area at most */ };

/* What the derived picture says of how it was made, before the models' names. */
#define BLUR_METHOD "head-blocks/1"

struct blur_areas {
	size_t n;
	struct box at[BLUR_AREAS_MAX];
};

/* The part of a picture to be covered for this person, cut to the picture. */
struct box blur_area_of(const struct person *p, int32_t width, int32_t height);

/* Adds the areas of all people found in the whole picture and in its parts. E_TOO_LARGE: more than
 * can be kept, so that the picture must not be shown. */
enum err blur_find(
	const struct eyes *e, const struct picture *p, struct blur_areas *out, struct fault *why);

/* Covers the areas, which lie inside the picture. */
void blur_cover(struct picture *p, const struct blur_areas *areas);

/* Fills the box, which lies inside the picture, with its one mean colour. In pictures that move,
 * blocks would say a little more in each frame; this does not. */
void blur_flatten(struct picture *p, const struct box *b);

#endif
