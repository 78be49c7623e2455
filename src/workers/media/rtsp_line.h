/* One TCP connection, under deadlines: bytes in a buffer, requests out. Belongs to one thread. */
#ifndef WORKERS_MEDIA_RTSP_LINE_H
#define WORKERS_MEDIA_RTSP_LINE_H

#include "workers/media/source.h"

enum {
	LINE_BUFFER = 256 << 10, /* a whole message, or the longest frame, fits in with room */
	LINE_BATCH_MS = 100,	 /* while a stream flows, it is read that often */
};

struct rtsp_line {
	int fd; /* -1: none */
	uint8_t *buffer;
	size_t from, to;	 /* what was received and not yet used */
	int64_t received_ms;	 /* UTC: the last bytes */
	const atomic_bool *stop; /* belongs to the caller */
	enum stream_reason reason;
	bool batching; /* the caller's: a stream flows, let some of it come before reading */
	bool behind;   /* the last reading took much: there may be more */
};

/* Connects until the deadline (clock_mono). Looking the name up may take longer than that: nothing
 * interrupts it; an address instead of a name takes no look-up. rtsp_line_close() is due also after
 * a failure. */
struct rtsp_place {
	const char *host, *port;
};
enum err rtsp_line_open(
	struct rtsp_line *l, const struct rtsp_place *to, int64_t deadline, struct fault *why);
void rtsp_line_close(struct rtsp_line *l);

enum err rtsp_line_send(struct rtsp_line *l, struct bytes out, int64_t deadline, struct fault *why);

/* Waits for more bytes behind what there is, at least one. */
enum err rtsp_line_fill(struct rtsp_line *l, int64_t deadline, struct fault *why);

static inline struct bytes rtsp_line_bytes(const struct rtsp_line *l)
{
	return (struct bytes){ l->buffer + l->from, l->to - l->from };
}

#endif
