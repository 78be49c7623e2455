/* Pictures of one camera to segments on disk. Belongs to one thread. */
#ifndef WORKERS_MEDIA_RECORDER_H
#define WORKERS_MEDIA_RECORDER_H

#include "workers/media/playlist.h"
#include "workers/media/source.h"

enum {
	SEGMENT_TARGET_MS = 1900,     /* cut at the first keyframe from here on: 2 s less jitter */
	SEGMENT_LONGEST_MS = 10000,   /* cut here even without one */
	SEGMENT_BYTES_MAX = 16 << 20, /* and before this */
	KEYFRAME_PATIENCE_MS = 15 * SECOND, /* a stream without keyframes is refused after that */
	CLOCK_SLIP_MS = 5 * SECOND, /* a camera's clock may be so far off before a new run begins */
};

/* What was recorded last, for status. */
struct recorder_facts {
	enum stream_codec codec;
	int width, height;
	int64_t fps_milli;     /* pictures per 1000 s of the last segment */
	int64_t bitrate;       /* bits per second of the last segment */
	int64_t last_frame_ms; /* UTC; 0: none yet */
	int64_t segments;      /* written since recorder_new() */
};

struct recorder;

/* folder must be there. */
struct recorder *recorder_new(const char *folder);
void recorder_free(struct recorder *r); /* what was not finished is lost */

/* A connection begins: its codec and the parameter sets said out of band (n may be 0). */
void recorder_begin(struct recorder *r, const struct stream_source *s);

/* Takes the next picture; writes a segment when one is complete. On failure *reason says why; the
 * connection should then be ended. */
enum err recorder_frame(struct recorder *r, const struct stream_frame *f,
	enum stream_reason *reason, struct fault *why);

/* The connection ended: writes what there is of the last segment. */
enum err recorder_end(struct recorder *r, struct fault *why);

const struct recorder_facts *recorder_facts(const struct recorder *r);

#endif
