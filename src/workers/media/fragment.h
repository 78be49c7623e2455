/* Writes fragmented MP4 in memory: a head, then one fragment per segment, through libavformat. */
#ifndef WORKERS_MEDIA_FRAGMENT_H
#define WORKERS_MEDIA_FRAGMENT_H

#include "workers/media/nal.h"

struct fragmenter;

struct fragment_stream {
	enum stream_codec codec;
	const struct parameter_sets *sets;
	struct bytes keyframe; /* Annex B, the first picture: tells the size */
};

/* What is known of the stream afterwards. */
struct fragment_facts {
	int width, height;
};

/* On failure there is nothing to free. E_INVALID: the parameter sets are not understood. */
enum err fragmenter_new(const struct fragment_stream *s, struct fragmenter **out,
	struct fragment_facts *facts, struct fault *why);
void fragmenter_free(struct fragmenter *f); /* NULL is fine */

/* The head; good until fragmenter_free(). */
struct bytes fragmenter_head(const struct fragmenter *f);

/* Adds a picture. Times are from the start of the run, 1/90000 s; dts grows. duration > 0. */
struct fragment_picture {
	struct bytes data; /* Annex B */
	int64_t pts, dts, duration;
	bool key;
};
enum err fragmenter_add(struct fragmenter *f, const struct fragment_picture *p, struct fault *why);

/* Ends the fragment. The bytes are good until the next call on f. */
enum err fragmenter_flush(struct fragmenter *f, struct bytes *out, struct fault *why);

#endif
