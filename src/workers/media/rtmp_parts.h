/* What rtmp.c (bytes to messages) and rtmp_command.c (messages to answers) share. */
#ifndef WORKERS_MEDIA_RTMP_PARTS_H
#define WORKERS_MEDIA_RTMP_PARTS_H

#include "workers/media/rtmp.h"

enum rtmp_type {
	RTMP_CHUNK_SIZE = 1,
	RTMP_ABORT = 2,
	RTMP_ACK = 3,
	RTMP_USER = 4,
	RTMP_WINDOW = 5,
	RTMP_BANDWIDTH = 6,
	RTMP_AUDIO = 8,
	RTMP_VIDEO = 9,
	RTMP_COMMAND3 = 17, /* a byte, then as AMF0 */
	RTMP_COMMAND = 20,
};

enum { RTMP_HEAD_MAX = 18, RTMP_HELLO = 1536, RTMP_MEDIA_STREAM = 1 };

enum rtmp_state { RTMP_C0, RTMP_C1, RTMP_C2, RTMP_HEAD, RTMP_BODY };

/* A chunk stream: what its last head said, and the message being put together. */
struct rtmp_chunks {
	uint32_t id; /* 0: free; else 2 and above */
	bool extended;
	uint32_t field;	 /* the last time field: absolute or a step */
	int64_t ms;	 /* time of the message, the 32 bits' turns counted */
	uint32_t length; /* of the message */
	uint8_t type;
	size_t got;  /* bytes of the message that came */
	uint8_t *at; /* NULL for one that is passed over */
	size_t room;
};

struct rtmp {
	struct rtmp_sink sink;
	enum rtmp_state state;
	struct rtmp_chunks streams[RTMP_STREAMS_MAX];
	struct rtmp_chunks *now; /* whose body is coming */
	size_t chunk_left;	 /* bytes of it to come */
	uint8_t head[RTMP_HEAD_MAX];
	size_t head_n;
	uint8_t *hello; /* C1, until it is answered */
	size_t hello_n;
	uint32_t chunk_size; /* theirs */
	uint64_t received, acknowledged;
	uint32_t window; /* they want to hear after so many bytes */
	bool connected, publishing, given_up;
	uint8_t *out;
	size_t out_n;
};

struct rtmp_message {
	uint8_t type;
	uint8_t stream; /* what we say is about: 0 the connection, 1 the published stream */
	int64_t ms;	/* of what they say */
	struct bytes body;
};

/* Says a message; chunks are never smaller than it. */
enum err rtmp_say(struct rtmp *r, const struct rtmp_message *m, struct fault *why);
enum err rtmp_say_raw(struct rtmp *r, struct bytes b, struct fault *why);

/* A whole message of type RTMP_COMMAND. */
enum err rtmp_command(struct rtmp *r, struct bytes body, struct fault *why);

#endif
