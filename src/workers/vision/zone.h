/* Zones of a picture: polygons in per-mille of its width and height, so that they survive a change
 * of resolution.
 */
#ifndef WORKERS_VISION_ZONE_H
#define WORKERS_VISION_ZONE_H

#include "core/base/base.h"

enum { ZONES_MAX = 4, ZONE_POINTS_MIN = 3, ZONE_POINTS_MAX = 16, PER_MILLE = 1000 };

struct zone_point {
	int16_t x, y; /* 0..PER_MILLE */
};

struct zone {
	int n; /* ZONE_POINTS_MIN..ZONE_POINTS_MAX */
	struct zone_point at[ZONE_POINTS_MAX];
};

struct zones {
	int n; /* 0: the whole picture */
	struct zone zone[ZONES_MAX];
};

/* True when the point (per-mille) lies in one of them, or there are none. */
bool zones_hold(const struct zones *z, int32_t x, int32_t y);

#endif
