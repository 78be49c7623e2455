/* Pictures of one camera to segments on disk: a segment is one file, the concatenation of its
 * fragments, each written once, as soon as it is complete. Belongs to one thread. */
#ifndef WORKERS_MEDIA_RECORDER_H
#define WORKERS_MEDIA_RECORDER_H

#include "workers/media/hub.h"
#include "workers/media/playlist.h"
#include "workers/media/source.h"

enum {
	FRAGMENT_MS = 400,	      /* a fragment ends at the first picture from here on */
	FRAGMENT_LEAST_MS = 200,      /* or at a keyframe from here on */
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

/* folder must be there; live (may be NULL) is shown each fragment as soon as it is in the file. */
struct recorder *recorder_new(const char *folder, struct hub_place *live);
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
