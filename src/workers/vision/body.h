/* Faces and hands of a person, from its points: where to look, and whether it can be told. */
#ifndef WORKERS_VISION_BODY_H
#define WORKERS_VISION_BODY_H

#include "workers/vision/finding.h"
#include "workers/vision/head.h"

enum { MASK_INPUT = 80 }; /* pixels a side that the mask classifier looks at */

/* The face of a person who looks at the camera: nose and both eyes sure, the nose between the eyes,
 * at least 40 pixels wide, inside the picture. Otherwise clear is false: it cannot be told. */
struct head face_find(const struct person *p, int32_t width, int32_t height);

/* bare: the mask classifier's 0..1 for "no mask". */
enum finding_kind mask_judge(float bare);

/* How sure a hand is at the mouth, 0..1; *where is a square around it. 0: it is not, or the points
 * are not seen well enough. */
float hand_at_mouth(const struct person *p, struct area *where);

/* The part of the picture in which a telephone of this person is looked for: its box with a rim.
 * False when neither wrist nor ear is seen, or the person is too small for one to be recognised. */
bool hands_area(const struct person *p, struct area *out);

/* Where a telephone would be held: around a wrist, or around an ear with a wrist near the head.
 * True when the middle of the thing lies there. */
bool held_by(const struct person *p, const struct area *thing);

#endif
