#include "workers/vision/zone.h"

/* Even-odd: a ray to the right crosses the edges an odd number of times. */
static bool inside(const struct zone *z, int32_t x, int32_t y)
{
	bool in = false;
	for (int i = 0, k = z->n - 1; i < z->n; k = i++) {
		int32_t xi = z->at[i].x, yi = z->at[i].y, xk = z->at[k].x, yk = z->at[k].y;
		if ((yi > y) == (yk > y))
			continue;
		/* in 64 bits and without division: x < xi + (xk - xi) * (y - yi) / (yk - yi) */
		int64_t left = (int64_t)(x - xi) * (yk - yi);
		int64_t right = (int64_t)(xk - xi) * (y - yi);
		if (yk > yi ? left < right : left > right)
			in = !in;
	}
	return in;
}

bool zones_hold(const struct zones *z, int32_t x, int32_t y)
{
	for (int i = 0; i < z->n; i++)
		if (inside(&z->zone[i], x, y))
			return true;
	return z->n == 0;
}
