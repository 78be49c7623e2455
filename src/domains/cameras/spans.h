/* What is recorded of a stretch of time, as spans with the gaps between them; and its playlist.
 * Pure: from a list of segments. */
#ifndef DOMAINS_CAMERAS_SPANS_H
#define DOMAINS_CAMERAS_SPANS_H

#include "core/base/base.h"
#include "core/recordings/segment.h"

enum {
	GAP_MS = 2 * SECOND, /* shorter holes are not shown: a camera that was asked again */
	SPANS_MAX = 2000,
};

struct span {
	int64_t from_ms, to_ms; /* within what was asked */
};

struct span_list {
	struct span *at;
	size_t n;
	int64_t recorded_ms;
};

/* The recorded spans of [from, to), by time. l is sorted as segment_find() gives it. */
void spans_of(
	struct arena *a, const struct segment_list *l, struct span range, struct span_list *out);

/* What of [from, until) is in no span; until: how far recordings could go, at most the range's end.
 */
void gaps_of(
	struct arena *a, const struct span_list *spans, struct span range, struct span_list *out);

/* HLS of recordings, RFC 8216: whole segments that overlap the range; a change of run or a hole is
 * a discontinuity, a gap is said as a date range; the names are below base ("../live/"). */
void recording_playlist(struct buf *out, const struct segment_list *l, const char *base);

#endif
