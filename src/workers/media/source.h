/* Where coded pictures come from: one door, source_open(), and behind it a kind for each scheme of
 * address (the table in source.c). What comes out is hostile: sizes are bounded here, contents are
 * for others to check. */
#ifndef WORKERS_MEDIA_SOURCE_H
#define WORKERS_MEDIA_SOURCE_H

#include <stdatomic.h>

#include "core/base/base.h"

enum stream_codec { CODEC_NONE, CODEC_H264, CODEC_H265, CODEC_JPEG };
const char *codec_text(enum stream_codec c); /* h264, h265, jpeg, "" */

/* Why there is no picture: a word for the interface to translate; the fault carries the detail. */
enum stream_reason {
	REASON_NONE,
	REASON_REFUSED,	     /* nothing listens there */
	REASON_UNREACHABLE,  /* no route, no such name */
	REASON_UNAUTHORIZED, /* user name or password */
	REASON_NOT_FOUND,    /* the camera knows no such path */
	REASON_TIMEOUT,	     /* no answer, or no picture, within the deadline */
	REASON_CLOSED,	     /* the camera ended the stream */
	REASON_NO_VIDEO,
	REASON_CODEC,	    /* neither H.264 nor H.265 */
	REASON_NO_KEYFRAME, /* none within 15 s */
	REASON_BAD_STREAM,  /* not understood, or beyond the limits */
	REASON_BAD_ADDRESS, /* not an rtsp:// address */
	REASON_NOT_PUSHED,  /* nobody publishes under its stream key */
	REASON_STORAGE,	    /* cannot write */
	REASON_STOPPED,	    /* switched off, or the worker ended */
};
const char *reason_text(enum stream_reason r); /* refused, unreachable ...; "" for none */

enum { FRAME_BYTES_MAX = 8 << 20, PARAMETER_BYTES_MAX = 4096, TICKS_PER_MS = 90 };
#define NO_TIME INT64_MIN

struct stream_frame {
	const uint8_t *at;  /* Annex B, or a whole JPEG; good until the next call */
	size_t n;	    /* 1 to FRAME_BYTES_MAX */
	int64_t pts, dts;   /* 1/90000 s; dts may be NO_TIME */
	int64_t arrived_ms; /* UTC */
	bool key;
};

/* What sources of a process share, opened before rights are given up; a member is NULL when its
 * kind is switched off. */
struct doors {
	struct gb_platform *gb;	  /* GB/T 28181: devices that registered here */
	struct push_server *push; /* RTMP: publishers that connected here */
};

struct source_request {
	const char *url;	 /* may hold a password: never logged */
	const char *camera;	 /* its id, for lines in the log */
	const char *reader;	 /* "libav" asks for that reader where there are two; else "" */
	int64_t interval_ms;	 /* between stills; 0: the usual */
	const atomic_bool *stop; /* set by another thread: every call then returns soon */
	int connect_ms, read_ms; /* deadlines of open, and of each next */
	const struct doors *doors;
};

struct stream_source {
	enum stream_codec codec;		 /* known after open */
	uint8_t parameters[PARAMETER_BYTES_MAX]; /* Annex B parameter sets said out of band */
	size_t parameters_n;			 /* 0: they come in band */
	enum stream_reason reason;		 /* of the last failure */
	/* The next picture. */
	enum err (*next)(struct stream_source *s, struct stream_frame *out, struct fault *why);
	void (*close)(struct stream_source *s); /* frees s; takes at most 1 s, less after stop */
};

/* A kind of source. On failure *reason says why, and there is nothing to close. */
typedef enum err source_opener(const struct source_request *r, struct stream_source **out,
	enum stream_reason *reason, struct fault *why);

source_opener source_libav_open; /* RTSP, over TLS too, by libavformat */
source_opener source_rtsp_open;	 /* RTSP by ourselves */
source_opener source_still_open; /* http:// and https://: a JPEG, asked for again and again */
source_opener source_gb_open;	 /* GB/T 28181: workers/gb */

/* By the address's scheme. REASON_BAD_ADDRESS when it is none of ours. */
source_opener source_open;

#endif
