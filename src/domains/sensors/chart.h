/* A chart of one quantity over time as SVG, drawn here and not in the browser: it needs no script,
 * and what officers look at is, byte for byte, what is kept as evidence. Only presentation
 * attributes, no style: it stands alone as a file and within our content policy. */
#ifndef SENSORS_CHART_H
#define SENSORS_CHART_H

#include "domains/sensors/series.h"

struct chart {
	const char *title, *no_data; /* translated; plain text */
	enum quantity q;
	const struct buckets *b;
	struct limits limits;
	int64_t until;	 /* now: what lies after it is no gap */
	int64_t gap_ms;	 /* silence from which on a gap is drawn as one */
	int64_t mark[2]; /* begin and end of what it is about; 0: none */
};
const char *chart_svg(struct arena *a, const struct chart *c);

#endif
