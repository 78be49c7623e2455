/* One publisher's RTMP connection without its socket: bytes in, messages understood, bytes out.
 * Plain handshake (no digest: every encoder falls back to it). Everything that comes in is hostile:
 * each length has a limit, memory is taken as bytes arrive and not as they are announced.
 * Source: Adobe, "Real Time Messaging Protocol Specification" 1.0 (2012). */
#ifndef WORKERS_MEDIA_RTMP_H
#define WORKERS_MEDIA_RTMP_H

#include "core/base/base.h"

enum {
	RTMP_KEY_MAX = 64,
	RTMP_MESSAGE_MAX = (8 << 20) + 64, /* a video message */
	RTMP_COMMAND_MAX = 16 << 10,	   /* any other, and every one before publishing */
	RTMP_HELD_MAX = 12 << 20,	   /* all unfinished messages of a connection together */
	RTMP_OUT_MAX = 64 << 10,	   /* not yet taken by the peer */
	RTMP_STREAMS_MAX = 16,		   /* chunk streams */
};

/* Who is told. Nothing is told after publish() answered false. */
struct rtmp_sink {
	void *at;
	/* Somebody wants to publish under key (1 to 64 characters, what follows '?' left out): is
	 * it known here? */
	bool (*publish)(void *at, const char *key);
	/* A video message of the publisher; ms: when it is to be decoded, from any origin. */
	void (*video)(void *at, int64_t ms, struct bytes message);
	void (*unpublish)(void *at); /* it ended in good order; it may publish again */
};

struct rtmp;

struct rtmp *rtmp_new(const struct rtmp_sink *sink);
void rtmp_free(struct rtmp *r); /* tells nobody */

/* Takes all of it. On failure the connection is to be ended, once rtmp_out() has been sent:
 * E_FORBIDDEN the key is not known, E_TOO_LARGE a limit, E_INVALID anything else. */
enum err rtmp_feed(struct rtmp *r, struct bytes in, struct fault *why);

/* What is to be sent; good until the next call on r. */
struct bytes rtmp_out(const struct rtmp *r);
void rtmp_sent(struct rtmp *r, size_t n);

bool rtmp_publishing(const struct rtmp *r);

#endif
