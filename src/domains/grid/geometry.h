/* Cells on the map, in whole micro-degrees. Pure.
 *
 * A point is in a shape when a ray to the east crosses its edges an odd number of times. An edge
 * counts for latitudes from its lower end up to, not with, its upper end, and only when it lies
 * strictly east of the point; so where cells meet at an edge or a corner with the same ends, a
 * point on it belongs to exactly one of them. No rounding anywhere. */
#ifndef GRID_GEOMETRY_H
#define GRID_GEOMETRY_H

#include "core/base/base.h"
#include "core/model/node.h"

enum { SHAPE_POINTS = 5000, SHAPE_RINGS = 50 };

struct point {
	int64_t lat, lon;
};
struct shape {
	struct point *at;
	size_t n, ring[SHAPE_RINGS + 1], rings; /* ring i is ring[i] .. ring[i + 1] - 1, open */
	struct point min, max;
};

bool shape_has(const struct shape *s, struct point p);
/* As kept in the table, and back; false when it is no such text. */
const char *shape_text(struct arena *a, const struct shape *s);
bool shape_read(struct arena *a, const char *text, struct shape *out);
/* A GeoJSON geometry, Polygon or MultiPolygon (RFC 7946: longitude first, rings closed). NULL, or
 * in English what is wrong. */
const char *shape_from_json(struct arena *a, const struct node *geometry, struct shape *out);

#endif
