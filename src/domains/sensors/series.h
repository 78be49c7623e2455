/* The readings of one sensor-hour as compact text, and what charts are made of.
 *
 * Text    readings in the order of time, a blank between them: D:T,H
 *           D  ms since the reading before (the first: since the hour began); left out with its ':'
 *              when it is the same as before
 *           T  temperature minus the last one (the first: itself), '-' alone: not measured
 *           H  humidity likewise; left out with its ',' when it is not measured
 *         A sensor that sends each minute takes about three bytes a reading.
 * Digest  SM3 over "shian-hour-v1\n<sensor>\n<hour>\n<text>\n".
 */
#ifndef SENSORS_SERIES_H
#define SENSORS_SERIES_H

#include "domains/sensors/rules.h"

struct series {
	struct reading *at; /* growing in time, no time twice */
	size_t n;
};
struct figures {
	int64_t n, min, max, sum; /* min and max 0 when n is 0 */
};

const char *series_write(struct arena *a, const struct series *s, int64_t hour);
/* E_INVALID: the text is none that series_write() made. */
enum err series_read(struct arena *a, const char *text, int64_t hour, struct series *out);
const char *series_digest(struct arena *a, int64_t sensor, int64_t hour, const char *text);
/* Both in the order of time; of two with the same time the first list's stays. */
struct series series_merge(struct arena *a, const struct series *x, const struct series *y);
struct figures series_figures(const struct series *s, enum quantity q);
/* The readings in from <= at < to: no copy. */
struct series series_part(const struct series *s, int64_t from, int64_t to);

/* An equal step of time: what a chart shows instead of single readings. */
struct bucket {
	int64_t n, min, max, sum;
};
struct buckets {
	int64_t from, step; /* bucket i begins at from + i * step */
	size_t n;
	struct bucket *at[QUANTITIES];
};
struct buckets buckets_new(struct arena *a, int64_t from, int64_t to, int64_t step);
void bucket_add(struct buckets *b, enum quantity q, int64_t at, struct figures f);
void buckets_add_series(struct buckets *b, const struct series *s);
/* The mean, rounded; n is not 0. */
int64_t mean_of(int64_t sum, int64_t n);

#endif
