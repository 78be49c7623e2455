/* When will the room for recordings be too small for what was promised? From how much each camera
 * recorded in the last day, how long its recordings are to stay, and how far they reach back now.
 */
#ifndef WORKERS_MEDIA_FORECAST_H
#define WORKERS_MEDIA_FORECAST_H

#include "core/base/base.h"

enum { FORECAST_DAYS = 3650 };

struct keep_camera {
	int64_t per_day; /* bytes */
	int64_t keep_ms; /* promised */
	int64_t have_ms; /* from its oldest recording to now */
};

struct keep_forecast {
	int64_t capacity;      /* bytes that recordings may take */
	int64_t recorded;      /* they take now */
	int64_t wanted;	       /* they would take with every promise kept */
	int64_t per_day;       /* all cameras together */
	int64_t bites_in_days; /* until something younger than promised goes; -1: never */
};

/* capacity and recorded are given in out, the rest is worked out. */
void forecast(const struct keep_camera *all, size_t n, struct keep_forecast *out);

/* Writes <media>/keeping.json: the members above and "at", ms UTC. */
enum err forecast_put(const char *media, const struct keep_forecast *f, struct fault *why);

#endif
