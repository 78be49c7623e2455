/* A clip in, the same clip with faces covered out: decoded twice behind the decoder's walls, first
 * to look for faces, then to cover and code each frame anew. Nothing of the original's bytes is in
 * the copy: no sound, no words, no place. The original is only read. */
#ifndef WORKERS_VISION_COVER_COPY_H
#define WORKERS_VISION_COVER_COPY_H

#include "workers/vision/cover.h"
#include "workers/vision/decoder.h"
#include "workers/vision/film.h"

#include <stdatomic.h>

struct cover_job {
	struct decoder *decoder;
	const struct eyes *eyes;
	int fd; /* the original, open for reading */
	const struct cover_rules *rules;
	const struct cover_hand *hands;
	size_t hand_count;
	const atomic_bool *ended; /* becomes true when the worker stops; may be NULL */
};

struct covered {
	struct bytes film; /* covered_free() */
	int32_t width, height;
	int64_t length_ms, frames, looks, found; /* found: areas, over all looks */
};

/* All of it, or nothing and an error: E_INVALID no clip, damaged; E_TOO_LARGE too long, too many
 * people, too large a copy; E_BUSY the decoder was too slow, or the worker stops; E_NOT_FOUND no
 * coder; E_INTERNAL the decoder is gone or no memory. */
enum err cover_copy(const struct cover_job *j, struct covered *out, struct fault *why);
void covered_free(struct covered *c);

#endif
