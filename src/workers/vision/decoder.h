/* Pictures from hostile bytes, decoded where they can do no harm.
 *
 * decoder_open() forks a keeper, which for every job forks a fresh child: it gets the opened file
 * and a pipe, gives up every right (no files, no network, no programs, limited memory and time),
 * unpacks, and sends plain RGB back. What a damaged or hostile file does to the child ends with the
 * child; the next picture, perhaps of another camera, meets a new one. A child that reads a network
 * address keeps the network, and loses the rest.
 *
 * One kind is different: keyframes out of our own recordings (SOURCE_KEYFRAME, served), thousands a
 * minute, where a fresh child costs more than the decoding. A child takes up to KEYFRAMES_A_CHILD
 * of them, each with a decoder set up anew, and is ended after anything that fails. docs/adr/0018
 * says what that gives away: a child overcome by one camera's bytes may show false pictures of the
 * next few, no more.
 *
 * The caller keeps the deadlines: a child that is late is killed.
 *
 * Of a served source only a tiny grey picture comes by itself: the child holds the frame, and cuts
 * out what it is asked for. A whole picture of 1080p costs as much to hand over as a tenth of its
 * decoding, and most are never needed whole.
 */
#ifndef WORKERS_VISION_DECODER_H
#define WORKERS_VISION_DECODER_H

#include "workers/vision/unpack.h"

struct decoder;

enum { KEYFRAMES_A_CHILD = 32 };

/* Call before any thread is started. A decoder serves one thread at a time. */
enum err decoder_open(struct decoder **out, struct fault *why);
void decoder_close(struct decoder *d); /* NULL is fine */

/* A job under way. */
struct decoding {
	struct decoder *decoder; /* NULL: none */
	int pipe;		 /* the pictures come from here */
	bool served, held;	 /* held: the child has shown a frame and waits */
	bool again, failed;	 /* again: the child can take another keyframe, unless it failed */
};

struct frame {
	struct picture picture; /* picture_free(); of a served source the size only, rgb is NULL */
	int64_t time_ms;	/* from the beginning; -1: live */
	struct grey grey;	/* of a served source */
};

/* The source's fd stays the caller's. E_INTERNAL when the keeper is gone: start the process anew.
 */
enum err decoding_start(
	struct decoder *d, const struct source *s, struct decoding *out, struct fault *why);

/* Waits up to wait_ms for the next picture; *more is false after the last. The errors are those of
 * unpack(), and E_BUSY (too late) and E_INVALID (the child died on it). After an error or the last
 * picture only decoding_end() may follow. */
enum err decoding_next(
	struct decoding *job, int wait_ms, struct frame *out, bool *more, struct fault *why);
void decoding_end(struct decoding *job); /* kills a child still at work; may be called again */

/* Of a served source: a part of the frame that decoding_next() gave last, in the size set in into;
 * 0 x 0: the whole as it is. Its memory is made; errors as of decoding_next(), or E_INVALID for an
 * area that cannot be. */
enum err decoding_cut(
	struct decoding *job, struct area from, struct picture *into, struct fault *why);

/* One picture: start, next, end. */
enum err decoder_picture(struct decoder *d, const struct source *s, int wait_ms, struct frame *out,
	struct fault *why);

#endif
