/* What is published under one key, on its way from the server's thread to a camera's. */
#ifndef WORKERS_MEDIA_PUSH_STREAM_H
#define WORKERS_MEDIA_PUSH_STREAM_H

#include <pthread.h>

#include "workers/media/flv.h"
#include "workers/media/push.h"

struct push_frame {
	uint64_t turn; /* whose it is: see push_stream */
	uint8_t *at;   /* from malloc() */
	size_t n;
	int64_t pts, dts, arrived_ms;
	bool key;
};

struct push_stream {
	atomic_int holders; /* the server's list, its connection, the source */
	atomic_bool gone;   /* no longer on the list */
	char key[PUSH_KEY_MAX + 1], camera[41];
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t news;
	bool live;
	uint64_t turn;		 /* grows with each publisher, and with a change of codec */
	enum stream_codec codec; /* of this turn; CODEC_NONE: not told yet */
	bool other_codec;	 /* it sends pictures that we cannot take */
	uint8_t sets[PARAMETER_BYTES_MAX];
	size_t sets_n;
	bool taken;    /* a source is open */
	bool skipping; /* up to the next keyframe */
	struct push_frame ring[PUSH_FRAMES_MAX];
	size_t first, n, bytes;
};

struct push_stream *push_stream_new(const char *key, const char *camera);
struct push_stream *push_stream_hold(struct push_stream *s);
void push_stream_drop(struct push_stream *s); /* NULL is fine */

/* The publisher's side, by the server's thread. */
uint64_t push_stream_begin(struct push_stream *s); /* another publisher: a new turn */
void push_stream_config(struct push_stream *s, const struct flv_config *c);
void push_stream_other_codec(struct push_stream *s);
void push_stream_put(struct push_stream *s, const struct push_frame *f); /* takes f->at */
void push_stream_end(struct push_stream *s, uint64_t turn); /* nothing when it is another's */

/* The camera's side: the next frame of that turn, waiting up to ms for it. The caller frees its
 * at. E_BUSY: none in time; E_GONE: the turn has ended, or *stop. */
struct push_wait {
	uint64_t turn;
	int ms;
	const atomic_bool *stop;
};
enum err push_stream_take(struct push_stream *s, const struct push_wait *w, struct push_frame *out);

/* Waits until news or deadline (clock_mono), at most 200 ms. With the lock held. */
void push_stream_wait(struct push_stream *s, int64_t deadline);

/* The stream of a key, held for the caller; NULL when it is not known. Compares in constant time.
 */
struct push_stream *push_find(struct push_server *p, const char *key);

#endif
