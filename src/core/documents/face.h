/* The faces on the sign at a restaurant's door, drawn in one colour with white features: smile,
 * flat, cry of the Shanghai form; laugh, gentle (and flat) of the national one. */
#ifndef CORE_DOCUMENTS_FACE_H
#define CORE_DOCUMENTS_FACE_H

#include "core/base/base.h"

#include <cairo.h>

enum mood { MOOD_SMILE, MOOD_FLAT, MOOD_CRY, MOOD_LAUGH, MOOD_GENTLE };

struct face {
	enum mood mood;
	uint32_t colour; /* 0xRRGGBB of the disc */
};

/* Fills the circle of radius 1 around the origin. */
void face_paint(cairo_t *c, const struct face *f);

#endif
