/* The head of a person in a picture, and what the classifier's answer about it is worth.
 *
 * The classifier knows bare heads and helmets; whatever lies between is "cannot tell", and so is a
 * head that is too small, cut off, or not really seen. A rule counts only clear answers.
 */
#ifndef WORKERS_VISION_HEAD_H
#define WORKERS_VISION_HEAD_H

#include "workers/vision/finding.h"
#include "workers/vision/picture.h"
#include "workers/vision/pose.h"

enum { HEAD_INPUT = 64 }; /* pixels a side that the classifier looks at */

struct head {
	struct area area; /* a square around it, may reach over the picture's edge */
	bool clear;	  /* seen well enough to be judged */
};

/* From nose, eyes, ears and shoulders; where these are not seen, the top of the person's box (then
 * not clear). width and height are those of the picture. */
struct head head_find(const struct person *p, int32_t width, int32_t height);

/* bare: the classifier's 0..1 for "nothing on the head". */
enum finding_kind head_judge(float bare);

/* True when this is a person rather than a thing that looks a little like one: table legs and
 * trolleys score as bodies, but have neither shoulders nor faces. */
bool person_is_real(const struct person *p);

/* The pixels of an area that lie in the picture; at least one. */
struct box area_box(struct area a, int32_t width, int32_t height);

#endif
