/* The live playlist: HLS, RFC 8216, protocol version 7 (fMP4 with EXT-X-MAP). */
#ifndef WORKERS_MEDIA_PLAYLIST_H
#define WORKERS_MEDIA_PLAYLIST_H

#include "core/recordings/segment.h"

enum { PLAYLIST_SEGMENTS = 6 };

/* The newest segments of a stream. Both sequence numbers come from the clock when the worker
 * starts, so that they grow over restarts too, as players that stayed connected require (RFC
 * 8216, 6.2.2), without anything to remember: seconds for segments, which take longer than that,
 * and tens of minutes for changes of run. The latter must stay small: hls.js walks an array of that
 * length. */
struct playlist {
	struct segment at[PLAYLIST_SEGMENTS];
	size_t n;
	int64_t sequence;      /* of at[0] */
	int64_t discontinuity; /* number of changes of gen before at[0] */
	int64_t longest_ms;    /* longest segment ever listed: the target may not shrink */
};

void playlist_begin(struct playlist *p, int64_t now_ms);
void playlist_add(struct playlist *p, const struct segment *s);
void playlist_write(const struct playlist *p, struct buf *out); /* out needs its arena */

#endif
